/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One frame: case line, screens, the view, job line, message or prompt, hints. */
#include "tui/app/complete.h"
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

enum {
    SPACIOUS = 130,
    ROOM_FOR_NAMES = 68,
    ROOM_FOR_KEYS = 78,
    TABS_FROM = 24,
    LEAST_WIDTH = 60,
    LEAST_HEIGHT = 18
};

void lu_app_cursor_at(lu_app *a, lu_pane pane, int x, int y)
{
    if (x >= 0 && y >= 0 && x < pane.width && y < pane.height) {
        a->cursor_x = pane.x + x;
        a->cursor_y = pane.y + y;
    }
}

bool lu_app_cursor_cell(const lu_app *a, int *x, int *y)
{
    *x = a->cursor_x;
    *y = a->cursor_y;
    return a->cursor_x >= 0;
}

/* --- lines --- */

/* At the right edge, where nothing pushes it off the screen; returns what is left of the row. */
static lu_pane tell_readonly(const lu_app *a, lu_pane row)
{
    const char *words = "read only";
    int width = (int)strlen(words) + 2;

    if (!a->options.readonly) {
        return row;
    }
    lu_pane_text(row, row.width - width + 1, 0, words, LU_INK_TITLE);
    return lu_pane_sub(row, 0, 0, row.width - width, 1);
}

static void case_line(const lu_app *a, lu_pane row)
{
    const char *slash = strrchr(a->path, '/');
    const char *name = slash && slash[1] ? slash + 1 : a->path;
    const lu_item *victim = lu_case_victim(a->c);
    int x = 1;

    lu_pane_paint(row, LU_INK_PAPER, LU_ATTR_REVERSE);
    row = tell_readonly(a, row);
    x += lu_pane_text(row, x, 0, a->c->title[0] ? a->c->title : name, LU_INK_TITLE) + 2;
    if (a->c->kind != LU_KIND_EVIDENCE) {
        x +=
            lu_pane_print(row, x, 0, LU_INK_TITLE, "[%s, not evidence]", lu_kind_name(a->c->kind)) +
            2;
    } else {
        x += lu_pane_text(row, x, 0, a->c->sealed ? "[sealed]" : "[not sealed]", LU_INK_TITLE) + 2;
    }
    if (victim != NULL) {
        lu_pane_print(row, x, 0, LU_INK_TEXT, "victim %s %.8s", victim->name,
                      victim->weights.sha256.hex);
    }
}

static void no_case_line(lu_pane row)
{
    lu_pane_paint(row, LU_INK_PAPER, LU_ATTR_REVERSE);
    lu_pane_text(row, 1, 0, "lineup: is this neural network a copy of that one?", LU_INK_TITLE);
}

/* Clicking there runs the command. */
static void add_hit(lu_app *a, lu_pane row, int x, int width, lu_do what)
{
    if (a->hits < LU_HITS_MAX && width > 0) {
        a->hit[a->hits++] = (lu_hit){row.x + x, row.y, width, what};
    }
}

/* On a narrow screen those after the report are keys only, where there is room for them; when one
   of them is there, or it is very narrow, the others are. */
static void tabs(lu_app *a, lu_pane row)
{
    bool narrow = row.width < 120;
    bool far = row.width < ROOM_FOR_NAMES || (narrow && a->screen >= LU_SCREEN_KEYS);
    bool tight = row.width < SPACIOUS;
    int x = 1;

    for (int i = 0; i < LU_SCREENS; i++) {
        bool here = (int)a->screen == i, late = narrow && i >= LU_SCREEN_KEYS;
        bool named = here || !(far || late);
        const char *title = named ? lu_screen_title((lu_screen)i) : "";
        const char *end = here ? "]" : tight ? "" : " ";
        int width;

        if (late && !far && row.width < ROOM_FOR_KEYS) {
            continue;
        }
        width = lu_pane_print(row, x, 0, here ? LU_INK_SELECTED : LU_INK_DIM, "%s%c%s%s%s",
                              here ? "[" : " ", lu_screen_key((lu_screen)i), named ? " " : "",
                              title, end);
        add_hit(a, row, x, width, (lu_do)(LU_DO_CASE + i));
        x += width + (row.width >= SPACIOUS);
    }
}

static void time_text(double seconds, char *out, size_t size)
{
    if (seconds < 0) {
        out[0] = '\0';
    } else if (seconds < 90) {
        snprintf(out, size, "%.0f s left", seconds);
    } else {
        snprintf(out, size, "%.0f min left", seconds / 60);
    }
}

static void job_line(lu_app *a, lu_pane row)
{
    lu_job_view v;
    const int rest = 56; /* bar, percent, times, "(x stops)" */
    char left[32];
    double share;
    int width, most = row.width - rest > 20 ? row.width - rest : 20;

    if (lu_jobs_list(&a->jobs, &v, 1) == 0 ||
        (v.state != LU_JOB_RUNNING && v.state != LU_JOB_PAUSED && v.state != LU_JOB_WAITING)) {
        return;
    }
    share = v.total > 0 ? v.done / v.total : 0;
    time_text(v.left, left, sizeof left);
    width = lu_columns(v.what[0] ? v.what : v.title);
    width = width < most ? width : most;
    lu_pane_field(row, 1, 0, width++, v.what[0] ? v.what : v.title, LU_INK_TEXT, LU_ALIGN_LEFT);
    for (int i = 0; i < 20; i++) {
        bool full = i < (int)(share * 20 + 0.5);
        uint32_t code =
            a->options.glyphs == LU_GLYPHS_ASCII ? (full ? '#' : '.') : (full ? 0x2588 : 0x2500);
        lu_pane_put(row, 1 + width + i, 0, code, LU_INK_PROGRESS);
    }
    lu_pane_print(row, 23 + width, 0, LU_INK_TEXT, "%3.0f %%  %.0f s  %s%s", 100 * share, v.seconds,
                  v.state == LU_JOB_PAUSED ? "paused, p goes on" : left,
                  v.state == LU_JOB_PAUSED ? "" : "  (x stops)");
}

/* Of a message longer than the row the beginning and the end are shown. */
static void message_line(const lu_app *a, lu_pane row)
{
    int columns = lu_columns(a->message), half = row.width / 2;
    lu_pane rest = lu_pane_sub(row, half, 0, row.width - half, 1);

    if (columns < row.width) {
        lu_pane_text(row, 1, 0, a->message, a->message_ink);
        return;
    }
    lu_pane_field(row, 1, 0, half - 1, a->message, a->message_ink, LU_ALIGN_LEFT);
    lu_pane_text(rest, rest.width - columns, 0, a->message, a->message_ink);
}

/* A line longer than the row is moved so that the cursor can be seen. */
static void prompt_line(lu_app *a, lu_pane row)
{
    const lu_prompt *p = &a->prompt;
    lu_pane field;
    int x, column = 0, hidden;

    if (p->kind == LU_PROMPT_OFF) {
        message_line(a, row);
        return;
    }
    x = 1 + lu_pane_text(row, 1, 0, p->kind == LU_PROMPT_FILTER ? "/" : ":", LU_INK_KEY);
    field = lu_pane_sub(row, x, 0, row.width - x, 1);
    for (size_t i = 0; i < p->cursor; i++) {
        column += ((unsigned char)p->text[i] & 0xc0) != 0x80;
    }
    hidden = column >= field.width ? column - field.width + 1 : 0;
    x = lu_pane_text(field, -hidden, 0, p->text, LU_INK_TEXT) - hidden;
    if (p->kind == LU_PROMPT_COMMAND) {
        lu_pane_text(field, x, 0, lu_complete_wants(p->text), LU_INK_DIM);
    }
    lu_app_cursor_at(a, field, column - hidden, 0);
}

/* --- hints --- */

static void first_key(const char *keys, char *out, size_t size)
{
    snprintf(out, size, "%.*s", (int)strcspn(keys, " "), keys);
}

static int hint(lu_app *a, lu_pane row, int x, lu_do what, const char *label)
{
    char key[16];
    int start = x;

    first_key(lu_do_table[what].keys, key, sizeof key);
    x += lu_pane_text(row, x, 0, key, LU_INK_KEY) + 1;
    x += lu_pane_text(row, x, 0, label, LU_INK_TEXT);
    add_hit(a, row, start, x - start, what);
    return x + 2;
}

static bool own_command(const lu_app *a, lu_do what)
{
    const lu_do_row *row = &lu_do_table[what];

    return row->keys[0] && row->screens != (1u << LU_SCREENS) - 1 &&
           (row->screens & (1u << a->screen)) && !(row->changes && a->options.readonly);
}

/* The screen's own commands first, as many as fit; the way to all others always last. */
static void hints(lu_app *a, lu_pane row)
{
    const int always = 21; /* ": command  ? help" */
    int x = 1;

    for (int i = 0; i < LU_DOS; i++) {
        lu_do what = (lu_do)i;
        bool run = what == LU_DO_RUN && lu_app_has_case(a) && !a->options.readonly;
        int width = (int)strlen(lu_do_table[i].name) + 8;
        if ((run || own_command(a, what)) && x + width < row.width - always) {
            x = hint(a, row, x, what, lu_do_table[i].name);
        }
    }
    if (x + 10 < row.width - always) {
        x = hint(a, row, x, LU_DO_FILTER, "filter");
    }
    if (x + 8 < row.width - always) {
        x = hint(a, row, x, LU_DO_QUIT, "quit");
    }
    x = hint(a, row, x, LU_DO_PALETTE, "command");
    hint(a, row, x, LU_DO_HELP, "help");
}

/* --- frame --- */

static void too_small(lu_pane pane)
{
    lu_pane_print(pane, 0, 0, LU_INK_WARNING, "have %dx%d, need %dx%d", pane.width, pane.height,
                  LEAST_WIDTH, LEAST_HEIGHT);
}

void lu_app_draw(lu_app *a, lu_cells *cells)
{
    lu_pane all = lu_pane_of(cells);
    int top = all.height >= TABS_FROM ? 2 : 1;
    lu_pane body = lu_pane_sub(all, 0, top, all.width, all.height - top - 3);

    a->cursor_x = a->cursor_y = -1;
    a->hits = 0;
    a->width = all.width;
    a->height = all.height;
    lu_cells_clear(cells);
    if (all.width < LEAST_WIDTH || all.height < LEAST_HEIGHT) {
        too_small(all);
        return;
    }
    if (lu_app_has_case(a)) {
        case_line(a, lu_pane_sub(all, 0, 0, all.width, 1));
    } else {
        no_case_line(lu_pane_sub(all, 0, 0, all.width, 1));
    }
    if (top == 2) {
        tabs(a, lu_pane_sub(all, 0, 1, all.width, 1));
    }
    lu_views[a->screen]->draw(a, lu_tour_room(a, body));
    lu_overlay_draw(a, body);
    lu_palette_draw(a, body);
    job_line(a, lu_pane_sub(all, 0, all.height - 3, all.width, 1));
    prompt_line(a, lu_pane_sub(all, 0, all.height - 2, all.width, 1));
    hints(a, lu_pane_sub(all, 0, all.height - 1, all.width, 1));
    if (a->options.glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(all);
    }
}
