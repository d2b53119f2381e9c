/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen B: the lab. Methods, and the form of one; or a whole plan (zoo.c). */
#include "tui/views/views.h"
#include "tui/views/work_jobs.h"
#include "tui/views/work_text.h"
#include "tui/views/zoo.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { METHODS_WIDTH = 30, NAME_WIDTH = 12, KEY_WIDTH = 14, VALUE_WIDTH = 24, FOOT_ROWS = 2 };

static bool in_form(const lu_app *a)
{
    return a->focus % 2 != 0;
}

/* --- the methods --- */

static void method_row(lu_app *a, lu_pane line, size_t row)
{
    const lu_method *m = lu_methods[row];
    lu_ink ink = row == a->lab.kind ? LU_INK_TITLE : LU_INK_TEXT;

    lu_pane_field(line, 1, 0, NAME_WIDTH - 1, m->name, ink, LU_ALIGN_LEFT);
    lu_pane_field(line, NAME_WIDTH + 1, 0, line.width - NAME_WIDTH - 1,
                  m->needs == LU_NEEDS_NOTHING ? "from nothing" : m->family, LU_INK_DIM,
                  LU_ALIGN_LEFT);
}

/* All rows when the form has the keys: the method it is of is always among them. */
static void put_methods_still(lu_app *a, lu_pane pane)
{
    int top = (int)a->lab.kind >= pane.height ? (int)a->lab.kind - pane.height + 1 : 0;

    for (int y = 0; y < pane.height && top + y < LU_RECIPE_KINDS; y++) {
        method_row(a, lu_pane_sub(pane, 0, y, pane.width, 1), (size_t)(top + y));
    }
}

static void put_methods(lu_app *a, lu_pane pane)
{
    char filter[LU_FILTER_MAX + 16];
    lu_pane in =
        lu_work_box(a, pane, !in_form(a), "Methods%s", in_form(a) ? "" : lu_work_filter(a, filter));

    if (in_form(a)) {
        put_methods_still(a, in);
    } else {
        lu_work_list(a, in, method_row);
    }
}

/* --- the form --- */

static void put_form_row(const lu_app *a, lu_pane line, const lu_lab_row *row)
{
    char value[LU_SPEC_PATH_MAX];
    bool given = lu_lab_given(a, row);
    int width = line.width - KEY_WIDTH - 1;
    int most = row->is != LU_LAB_IS_TEXT && width > 2 * VALUE_WIDTH ? VALUE_WIDTH : width;

    lu_lab_value(a, row, value);
    lu_pane_field(line, 1, 0, KEY_WIDTH - 1, row->key, LU_INK_KEY, LU_ALIGN_LEFT);
    if (value[0] == '\0') {
        lu_pane_field(line, KEY_WIDTH + 1, 0, width, row->help, LU_INK_DIM, LU_ALIGN_LEFT);
        return;
    }
    lu_pane_field(line, KEY_WIDTH + 1, 0, most, value, given ? LU_INK_TITLE : LU_INK_TEXT,
                  LU_ALIGN_LEFT);
    if (most < width) {
        lu_pane_field(line, KEY_WIDTH + 1 + most, 0, width - most, row->help, LU_INK_DIM,
                      LU_ALIGN_LEFT);
    } else if (row->is != LU_LAB_IS_TEXT && (int)strlen(value) + 2 < width) {
        int x = KEY_WIDTH + 3 + (int)strlen(value);
        lu_pane_field(line, x, 0, line.width - x, row->help, LU_INK_DIM, LU_ALIGN_LEFT);
    }
}

static void form_row(lu_app *a, lu_pane line, size_t at)
{
    lu_lab_row row[LU_LAB_ROWS_MAX];

    if (at < lu_lab_rows(a, row)) {
        put_form_row(a, line, &row[at]);
    }
}

static void put_rows(lu_app *a, lu_pane pane)
{
    lu_lab_row row[LU_LAB_ROWS_MAX];
    size_t n = lu_lab_rows(a, row);

    if (in_form(a)) {
        lu_work_list(a, pane, form_row);
        return;
    }
    for (int y = 0; y < pane.height && (size_t)y < n; y++) {
        put_form_row(a, lu_pane_sub(pane, 0, y, pane.width, 1), &row[y]);
    }
}

static const char *needs_of(const lu_method *m)
{
    switch (m->needs) {
    case LU_NEEDS_WEIGHTS:
        return m->samples ? "the victim's weights, samples" : "the victim's weights";
    case LU_NEEDS_ANSWERS:
        return m->samples ? "the victim's answers, samples" : "the victim's answers";
    default: return "samples";
    }
}

static void put_foot(lu_app *a, lu_pane pane)
{
    const lu_lab *l = &a->lab;
    const lu_job_view *v = lu_work_at_work(a);
    const char *lacks = lu_lab_lacks(a);
    char text[LU_SPEC_PATH_MAX + 160], accuracy[48] = "";

    if (v != NULL) {
        lu_work_job_row(lu_pane_sub(pane, 0, 0, pane.width, 1), v);
        lu_work_hint(lu_work_below(pane, 1), 0, "`x` stops, `p` pauses.", LU_INK_DIM);
    } else if (lacks[0]) {
        snprintf(text, sizeof text, "Needs %s: `Enter` on its row, or open a case.", lacks);
        lu_work_hint(pane, 0, text, LU_INK_WARNING);
    } else if (l->made[0]) {
        if (!isnan(l->result.test_accuracy)) {
            snprintf(accuracy, sizeof accuracy, ", accuracy %.4f", l->result.test_accuracy);
        }
        snprintf(text, sizeof text, "Made %s%s. %s", l->made, accuracy,
                 lu_app_has_case(a) ? "`a` adds it to the case." : "");
        lu_work_hint(pane, 0, text, LU_INK_TEXT);
    } else {
        lu_work_hint(pane, 0,
                     in_form(a)
                         ? "`Enter` changes a row, `b` makes the model."
                         : "`Enter` goes to the form, `b` makes the model, `Z` a whole plan.",
                     LU_INK_DIM);
    }
}

static void put_form(lu_app *a, lu_pane pane)
{
    const lu_method *m = lu_methods[a->lab.kind];
    char filter[LU_FILTER_MAX + 16];
    lu_pane in = lu_work_box(a, pane, in_form(a), "%s%s", m->label,
                             in_form(a) ? lu_work_filter(a, filter) : "");
    lu_pane words = lu_work_inset(in);
    int y = lu_work_paragraph(words, 0, m->help, LU_INK_TEXT);

    y = lu_work_fact(words, y, "needs", needs_of(m));
    y = lu_work_fact(words, y, "ours", m->ours);
    put_rows(a, lu_pane_sub(in, 0, y, in.width, in.height - y - FOOT_ROWS));
    put_foot(a, lu_pane_sub(words, 0, words.height - FOOT_ROWS, words.width, FOOT_ROWS));
}

/* --- the screen --- */

/* The form is that of the method under the cursor. */
static void follow_cursor(lu_app *a)
{
    size_t row = in_form(a) ? SIZE_MAX : lu_app_cursor(a);

    if (row < LU_RECIPE_KINDS) {
        a->lab.kind = (lu_recipe_kind)row;
    }
}

static void draw(lu_app *a, lu_pane pane)
{
    if (a->zoo.shown) {
        lu_zoo_draw(a, pane);
        return;
    }
    lu_lab_prepare(a);
    follow_cursor(a);
    if (lu_work_room_of(pane) != LU_WORK_ONE) {
        put_methods(a, lu_pane_sub(pane, 0, 0, METHODS_WIDTH, pane.height));
        put_form(a, lu_pane_sub(pane, METHODS_WIDTH, 0, pane.width - METHODS_WIDTH, pane.height));
    } else if (in_form(a)) {
        put_form(a, pane);
    } else {
        put_methods(a, pane);
    }
}

static size_t rows(const lu_app *a)
{
    lu_lab_row row[LU_LAB_ROWS_MAX];

    return a->zoo.shown ? lu_zoo_rows(a) : in_form(a) ? lu_lab_rows(a, row) : LU_RECIPE_KINDS;
}

static void row_text(const lu_app *a, size_t at, char *out, size_t size)
{
    lu_lab_row row[LU_LAB_ROWS_MAX];

    if (a->zoo.shown) {
        lu_zoo_row_text(a, at, out, size);
    } else if (!in_form(a)) {
        snprintf(out, size, "%s %s %s %s", lu_methods[at]->name, lu_methods[at]->label,
                 lu_methods[at]->family, lu_methods[at]->help);
    } else if (at < lu_lab_rows(a, row)) {
        snprintf(out, size, "%s %s", row[at].key, row[at].help);
    }
}

static bool on_row(lu_app *a, lu_do what)
{
    lu_lab_row row[LU_LAB_ROWS_MAX];
    size_t at = lu_app_cursor(a), n = lu_lab_rows(a, row);

    if (at >= n) {
        return true;
    }
    if (what == LU_DO_DETAIL) {
        lu_lab_edit(a, &row[at]);
    } else {
        lu_lab_turn(a, &row[at], what == LU_DO_RIGHT ? 1 : -1);
    }
    return true;
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    (void)arguments;
    if (a->zoo.shown) {
        return lu_zoo_command(a, what);
    }
    follow_cursor(a);
    switch (what) {
    case LU_DO_PANE:
    case LU_DO_PANE_BACK: lu_lab_pane(a, !in_form(a)); return true;
    case LU_DO_DETAIL:
        if (!in_form(a)) {
            lu_lab_pane(a, true);
            return true;
        }
        return on_row(a, what);
    case LU_DO_LEFT:
    case LU_DO_RIGHT: return !in_form(a) || on_row(a, what);
    case LU_DO_BACK:
        if (!in_form(a) || a->list[a->screen].filter[0]) {
            return false;
        }
        lu_lab_pane(a, false);
        return true;
    default: return false;
    }
}

const lu_view lu_view_lab = {draw, rows, row_text, command};
