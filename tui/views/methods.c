/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen M: the field's methods, and which may be run with what the case holds. */
#include "tui/views/views.h"
#include "tui/views/work_text.h"

#include <stdio.h>
#include <string.h>

enum {
    STATE_WIDTH = 11,
    KEY_WIDTH = 17,
    MECHANISM_WIDTH = 14,
    ACCESS_WIDTH = 13,
    TABLE_WIDTH = 66
};

static lu_schemes_ask ask_of(const lu_app *a)
{
    return lu_app_has_case(a) ? lu_case_holds(a->c) : (lu_schemes_ask){0};
}

static const lu_scheme *scheme_at(const lu_app *a, size_t row)
{
    const lu_scheme *list[LU_SCHEMES_MAX];
    lu_schemes_ask ask = ask_of(a);

    return row < lu_schemes_list(&ask, list) ? list[row] : NULL;
}

static size_t method_rows(const lu_app *a)
{
    (void)a;
    return lu_scheme_count;
}

static void method_text(const lu_app *a, size_t row, char *out, size_t size)
{
    const lu_scheme *s = scheme_at(a, row);
    char scenario[64], mechanism[64], function[96];
    lu_schemes_ask ask = ask_of(a);

    if (s == NULL) {
        return;
    }
    lu_scheme_attribute(s, LU_SCENARIO, scenario, sizeof scenario);
    lu_scheme_attribute(s, LU_MECHANISM, mechanism, sizeof mechanism);
    lu_scheme_attribute(s, LU_FUNCTION, function, sizeof function);
    snprintf(out, size, "%s %s %s %s %s %s %s %s %s", lu_fit_name(lu_schemes_fit(&ask, s).state),
             s->key, s->name, scenario, mechanism, function, lu_access_name(s->access),
             lu_null_kind_name(s->null), s->named);
}

/* --- the list --- */

static lu_ink ink_of(lu_fit fit)
{
    return fit == LU_FIT_RUNS ? LU_INK_TITLE : fit == LU_FIT_NOTHING ? LU_INK_DIM : LU_INK_TEXT;
}

static int field(lu_pane row, int x, int width, const char *text, lu_ink ink)
{
    lu_pane_field(row, x, 0, width, text, ink, LU_ALIGN_LEFT);
    return x + width + 1;
}

static void method_row(lu_app *a, lu_pane row, size_t at)
{
    const lu_scheme *s = scheme_at(a, at);
    lu_schemes_ask ask = ask_of(a);
    char mechanism[64];
    lu_fit fit;
    int x = 2;

    if (s == NULL) {
        return;
    }
    fit = lu_schemes_fit(&ask, s).state;
    lu_scheme_attribute(s, LU_MECHANISM, mechanism, sizeof mechanism);
    x = field(row, x, STATE_WIDTH, lu_fit_name(fit), ink_of(fit));
    x = field(row, x, KEY_WIDTH, s->key, ink_of(fit));
    x = field(row, x, MECHANISM_WIDTH, mechanism, LU_INK_TEXT);
    if (x + ACCESS_WIDTH <= row.width) {
        x = field(row, x, ACCESS_WIDTH, lu_access_name(s->access), LU_INK_TEXT);
    }
    if (x + ACCESS_WIDTH <= row.width) {
        field(row, x, row.width - x, s->name, LU_INK_TEXT);
    }
}

static void head_row(lu_pane row)
{
    int x = field(row, 2, STATE_WIDTH, "with this", LU_INK_HEADER);

    x = field(row, x, KEY_WIDTH, "method", LU_INK_HEADER);
    x = field(row, x, MECHANISM_WIDTH, "mechanism", LU_INK_HEADER);
    if (x + ACCESS_WIDTH <= row.width) {
        x = field(row, x, ACCESS_WIDTH, "access", LU_INK_HEADER);
    }
    if (x + ACCESS_WIDTH <= row.width) {
        field(row, x, row.width - x, "name", LU_INK_HEADER);
    }
}

static void draw_list(lu_app *a, lu_pane pane)
{
    char filter[LU_FILTER_MAX + 16];
    lu_pane box = lu_work_box(a, pane, true, "Methods of the field%s", lu_work_filter(a, filter));

    head_row(lu_pane_sub(box, 0, 0, box.width, 1));
    lu_work_list(a, lu_work_below(box, 1), method_row);
}

/* --- the method under the cursor --- */

/* All six in a line: "black-box; backdoor; zero-bit; passive; ...". */
static int attributes(lu_pane in, int y, const lu_scheme *s)
{
    char line[320] = "", words[96];

    for (int i = 0; i < LU_ATTRIBUTES; i++) {
        size_t len = strlen(line);
        lu_scheme_attribute(s, (lu_attribute)i, words, sizeof words);
        snprintf(line + len, sizeof line - len, "%s%s", i ? "; " : "", words);
    }
    return lu_work_fact(in, y, "survey", line);
}

/* What is missing, or that nothing is. */
static int standing(const lu_app *a, lu_pane in, int y, const lu_scheme *s)
{
    lu_schemes_ask ask = ask_of(a);
    lu_buf lacks = LU_BUF_INIT;

    if (ask.held && lu_schemes_lacks(&ask, s, &lacks) == LU_OK) {
        y = lu_work_fact(in, y, "case", lacks.len ? (const char *)lacks.data : "has all it takes");
    }
    lu_buf_fini(&lacks);
    return y;
}

static int material(lu_pane in, int y, const lu_scheme *s)
{
    lu_buf text = LU_BUF_INIT;

    if (lu_holdings_text(s->needs, "nothing", &text) == LU_OK &&
        (s->or_needs == 0 || (lu_buf_print(&text, "; or ") == LU_OK &&
                              lu_holdings_text(s->or_needs, "", &text) == LU_OK))) {
        y = lu_work_fact(in, y, "takes", (const char *)text.data);
    }
    lu_buf_fini(&text);
    return y;
}

static void draw_detail(lu_app *a, lu_pane pane)
{
    size_t row = lu_app_cursor(a);
    const lu_scheme *s = row == SIZE_MAX ? NULL : scheme_at(a, row);
    lu_pane in = lu_work_inset(lu_work_box(a, pane, false, "%s", s ? s->name : "Method"));
    char lineup[160], null[256];
    int y = 0;

    if (s == NULL) {
        return;
    }
    snprintf(lineup, sizeof lineup, "%s%s%s", lu_scheme_use_name(s->use), s->command[0] ? ": " : "",
             s->command);
    snprintf(null, sizeof null, "%s: %s", lu_null_kind_name(s->null), s->p);
    y = standing(a, in, y, s);
    y = lu_work_fact(in, y, "lineup", lineup);
    y = lu_work_fact(in, y, "score", s->formula);
    y = lu_work_fact(in, y, "null", null);
    y = lu_work_fact(in, y, "access", lu_access_name(s->access));
    y = material(in, y, s);
    y = lu_work_fact(in, y, "note", s->note);
    y = attributes(in, y, s);
    y = lu_work_fact(in, y, "paper", s->reference);
    lu_work_fact(in, y, "named by", s->named);
}

/* Enter gives the detail the whole screen where both do not fit. */
static void draw(lu_app *a, lu_pane pane)
{
    lu_work_room room = lu_work_room_of(pane);
    int half = pane.height / 2;

    if (room >= LU_WORK_FOUR) {
        draw_list(a, lu_pane_sub(pane, 0, 0, TABLE_WIDTH, pane.height));
        draw_detail(a, lu_pane_sub(pane, TABLE_WIDTH, 0, pane.width - TABLE_WIDTH, pane.height));
    } else if (a->focus % 2) {
        draw_detail(a, pane);
    } else {
        draw_list(a, lu_pane_sub(pane, 0, 0, pane.width, pane.height - half));
        draw_detail(a, lu_pane_sub(pane, 0, pane.height - half, pane.width, half));
    }
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    (void)arguments;
    if (what == LU_DO_DETAIL) {
        a->focus = !(a->focus % 2);
    } else if (what == LU_DO_BACK && a->focus % 2) {
        a->focus = 0;
    } else {
        return false;
    }
    return true;
}

const lu_view lu_view_methods = {draw, method_rows, method_text, command};
