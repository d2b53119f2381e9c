/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_text.h"
#include "tui/views/model_look.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 9, LABEL_WIDE = 11, TEXT_MAX = 256 };

lu_work_room lu_work_room_of(lu_pane body)
{
    if (body.width < 80) {
        return LU_WORK_ONE;
    }
    if (body.width < 120 || body.height < 26) {
        return LU_WORK_TWO;
    }
    return body.width < 180 || body.height < 40 ? LU_WORK_FOUR : LU_WORK_LARGE;
}

lu_pane lu_work_below(lu_pane pane, int y)
{
    return lu_pane_sub(pane, 0, y, pane.width, pane.height - y);
}

lu_pane lu_work_inset(lu_pane pane)
{
    return lu_pane_sub(pane, 1, 0, pane.width - 2, pane.height);
}

lu_pane lu_work_box(const lu_app *a, lu_pane pane, bool focus, const char *format, ...)
{
    char title[TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(title, sizeof title, format, args);
    va_end(args);
    return lu_pane_box(pane, title, focus ? LU_INK_FOCUS : LU_INK_BORDER, a->options.glyphs);
}

lu_pixels lu_work_pixels(const lu_app *a)
{
    bool ramp = a->options.glyphs == LU_GLYPHS_ASCII || a->options.theme == LU_THEME_MONO ||
                a->options.colours == LU_COLOURS_NONE;

    return ramp ? LU_PIXELS_RAMP : LU_PIXELS_HALF;
}

/* --- lists --- */

static void row_text(const void *context, size_t row, char *out, size_t size)
{
    const lu_app *a = context;

    lu_views[a->screen]->row_text(a, row, out, size);
}

static size_t rows_shown(const lu_app *a)
{
    const lu_view *v = lu_views[a->screen];

    return v->rows == NULL
               ? 0
               : lu_list_count(&a->list[a->screen], v->rows(a), v->row_text ? row_text : NULL, a);
}

void lu_work_list(lu_app *a, lu_pane pane, void (*draw)(lu_app *a, lu_pane line, size_t row))
{
    lu_list *l = &a->list[a->screen];
    size_t n = rows_shown(a);

    lu_list_fit(l, n, (size_t)pane.height);
    for (int y = 0; y < pane.height && l->top + (size_t)y < n; y++) {
        size_t row = lu_app_row(a, l->top + (size_t)y);
        lu_pane line = lu_pane_sub(pane, 0, y, pane.width, 1);
        if (row != SIZE_MAX) {
            draw(a, line, row);
            lu_put_cursor(a, line, l->top + (size_t)y == l->cursor);
        }
    }
    if (n == 0 && l->filter[0]) {
        lu_work_hint(pane, 0, "No row passes the filter; `Esc` shows all.", LU_INK_DIM);
    }
}

const char *lu_work_filter(const lu_app *a, char out[LU_FILTER_MAX + 16])
{
    const char *filter = a->list[a->screen].filter;

    snprintf(out, LU_FILTER_MAX + 16, "%s%s", filter[0] ? "  /" : "", filter);
    return out;
}

/* --- words --- */

typedef struct writer {
    lu_pane pane;
    int x, y;
    lu_ink ink;
    bool marks; /* back quotes begin and end a key */
    bool key;
} writer;

static int word_columns(const writer *w, const char *text, const char *end)
{
    int columns = 0;

    while (text < end) {
        uint32_t code = lu_utf8_next(&text);
        columns += w->marks && code == '`' ? 0 : lu_code_width(code);
    }
    return columns;
}

static void write_word(writer *w, const char *text, const char *end)
{
    while (text < end) {
        uint32_t code = lu_utf8_next(&text);
        if (w->marks && code == '`') {
            w->key = !w->key;
            continue;
        }
        if (w->x > 0 && w->x + lu_code_width(code) > w->pane.width) {
            w->x = 0;
            w->y++;
        }
        w->x += lu_pane_put(w->pane, w->x, w->y, code, w->key ? LU_INK_KEY : w->ink);
    }
}

static int write_text(writer w, const char *text)
{
    while (*text && w.y < w.pane.height && w.pane.width > 0) {
        const char *end = text + strcspn(text, " ");
        int columns = word_columns(&w, text, end);

        if (w.x > 0 && w.x + 1 + columns > w.pane.width) {
            w.x = 0;
            w.y++;
        }
        w.x += w.x > 0;
        write_word(&w, text, end);
        text = end + strspn(end, " ");
    }
    return w.y + (w.x > 0);
}

int lu_work_paragraph(lu_pane pane, int y, const char *text, lu_ink ink)
{
    return write_text((writer){.pane = pane, .y = y, .ink = ink}, text);
}

int lu_work_hint(lu_pane pane, int y, const char *text, lu_ink ink)
{
    return write_text((writer){.pane = pane, .y = y, .ink = ink, .marks = true}, text);
}

int lu_work_fact(lu_pane pane, int y, const char *label, const char *text)
{
    int width = pane.width < 2 * LABEL ? 0 : pane.width < 60 ? LABEL : LABEL_WIDE;
    lu_pane words = lu_pane_sub(pane, width, y, pane.width - width, pane.height - y);

    if (y >= pane.height || text[0] == '\0') {
        return y;
    }
    if (width > 0) {
        lu_pane_field(pane, 0, y, width - 1, label, LU_INK_DIM, LU_ALIGN_LEFT);
    }
    return y + lu_work_paragraph(words, 0, text, LU_INK_TEXT);
}

/* --- numbers --- */

static const char *scaled(double value, const char *unit, char out[LU_WORK_WORD])
{
    static const char *const prefix[] = {"", "k", "M", "G", "T", "P", "E"};
    size_t k = 0;

    while (value >= 999.5 && k + 1 < sizeof prefix / sizeof *prefix) {
        value /= 1000;
        k++;
    }
    snprintf(out, LU_WORK_WORD, "%.*f%s%s%s", k > 0 && value < 99.95 ? 1 : 0, value,
             k > 0 || unit[0] ? " " : "", prefix[k], unit);
    return out;
}

const char *lu_work_bytes(uint64_t bytes, char out[LU_WORK_WORD])
{
    return scaled((double)bytes, "B", out);
}

const char *lu_work_count(double count, char out[LU_WORK_WORD])
{
    return scaled(count, "", out);
}

const char *lu_work_seconds(double seconds, char out[LU_WORK_WORD])
{
    double s = floor(seconds + 0.5);

    if (!(s >= 0)) {
        out[0] = '\0';
    } else if (s < 60) {
        snprintf(out, LU_WORK_WORD, "%.0f s", s);
    } else if (s < 3600) {
        snprintf(out, LU_WORK_WORD, "%.0f min %.0f s", floor(s / 60), fmod(s, 60));
    } else if (s < 100 * 3600) {
        snprintf(out, LU_WORK_WORD, "%.0f h %.0f min", floor(s / 3600), floor(fmod(s, 3600) / 60));
    } else {
        snprintf(out, LU_WORK_WORD, "%.0f h", fmin(s / 3600, 1e9));
    }
    return out;
}

/* --- settings --- */

static void setting(lu_pane row, const lu_param_row *p, const char *value, bool newer)
{
    enum { KEY = 22, VALUE = 11, LEAST = 16 };
    bool changed = strcmp(value, p->preset) != 0;
    char help[160];

    snprintf(help, sizeof help, "%s%s", newer ? "newer than the case: " : "", p->help);

    lu_pane_field(row, 0, 0, KEY, p->key, LU_INK_DIM, LU_ALIGN_LEFT);
    lu_pane_field(row, KEY, 0, VALUE, value, changed ? LU_INK_TITLE : LU_INK_TEXT, LU_ALIGN_LEFT);
    if (row.width >= KEY + VALUE + LEAST) {
        lu_pane_field(row, KEY + VALUE + 1, 0, row.width - KEY - VALUE - 1, help, LU_INK_DIM,
                      LU_ALIGN_LEFT);
    }
}

int lu_work_settings(const lu_app *a, lu_pane pane, int y, lu_stage stage, const char *prefix)
{
    char value[LU_WORD_MAX];

    for (size_t i = 0; i < lu_param_count && y < pane.height; i++) {
        const lu_param_row *p = &lu_param_table[i];
        if (p->stage == stage && strncmp(p->key, prefix, strlen(prefix)) == 0) {
            lu_params_text(&a->c->params, p, value);
            setting(lu_pane_sub(pane, 0, y++, pane.width, 1), p, value, lu_case_newer(a->c, i));
        }
    }
    return y;
}
