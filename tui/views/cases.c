/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen 0: the cases there are. */
#include "tui/views/views.h"
#include "tui/views/work_text.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 2, NAME_WIDTH = 22, KIND_WIDTH = 9, STATE_WIDTH = 10, MODELS_WIDTH = 7 };

static size_t case_rows(const lu_app *a)
{
    return a->cases.n;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

static void case_text(const lu_app *a, size_t row, char *out, size_t size)
{
    const lu_known_case *k = &a->cases.known[row];

    snprintf(out, size, "%s %s %s", k->path, lu_kind_name(k->kind), k->title);
}

static int field(lu_pane row, int x, int width, const char *text, lu_ink ink)
{
    lu_pane_field(row, x, 0, width, text, ink, LU_ALIGN_LEFT);
    return x + width + 1;
}

static void case_row(lu_app *a, lu_pane row, size_t at)
{
    const lu_known_case *k = &a->cases.known[at];
    char models[16];
    int x = field(row, NAME, NAME_WIDTH, base_name(k->path), LU_INK_TEXT);

    if (k->error[0]) {
        field(row, x, row.width - x, k->error, LU_INK_ERROR);
        return;
    }
    snprintf(models, sizeof models, "%zu", k->models);
    x = field(row, x, KIND_WIDTH, lu_kind_name(k->kind), LU_INK_TEXT);
    x = field(row, x, STATE_WIDTH, k->sealed ? "sealed" : "not sealed", LU_INK_TEXT);
    x = field(row, x, MODELS_WIDTH, models, LU_INK_TEXT);
    field(row, x, row.width - x, k->title, LU_INK_TEXT);
}

static void head_row(lu_pane row)
{
    int x = field(row, NAME, NAME_WIDTH, "case", LU_INK_HEADER);

    x = field(row, x, KIND_WIDTH, "kind", LU_INK_HEADER);
    x = field(row, x, STATE_WIDTH, "protocol", LU_INK_HEADER);
    x = field(row, x, MODELS_WIDTH, "models", LU_INK_HEADER);
    field(row, x, row.width - x, "title", LU_INK_HEADER);
}

static void draw_list(lu_app *a, lu_pane pane)
{
    char filter[LU_FILTER_MAX + 16];
    lu_pane box = lu_work_box(a, pane, true, "Cases%s", lu_work_filter(a, filter));

    if (a->cases.n == 0) {
        lu_work_paragraph(lu_work_inset(box), 0,
                          a->cases_known ? "No case yet." : "Looking for cases.", LU_INK_DIM);
        return;
    }
    head_row(lu_pane_sub(box, 0, 0, box.width, 1));
    lu_work_list(a, lu_work_below(box, 1), case_row);
}

static void draw_detail(lu_app *a, lu_pane pane)
{
    size_t row = lu_app_cursor(a);
    lu_pane in = lu_work_inset(lu_work_box(a, pane, false, "What to do"));
    int y = 0;

    if (row != SIZE_MAX) {
        const lu_known_case *k = &a->cases.known[row];
        y = lu_work_fact(in, y, "folder", k->path);
        y = lu_work_fact(in, y, "made", k->created);
        y = lu_work_hint(in, y, "`Enter` opens it.", LU_INK_TEXT);
    }
    lu_work_hint(in, y,
                 "`a` makes a case: a path, what it is for (evidence, demo or tuning), a "
                 "title. `:open PATH` opens any folder. `:demo` makes the demo case, about a "
                 "minute: networks trained here, nothing downloaded.",
                 LU_INK_DIM);
}

static void draw(lu_app *a, lu_pane pane)
{
    int below = pane.height >= 18 ? 9 : 7;

    draw_list(a, lu_pane_sub(pane, 0, 0, pane.width, pane.height - below));
    draw_detail(a, lu_pane_sub(pane, 0, pane.height - below, pane.width, below));
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    size_t row = lu_app_cursor(a);

    (void)arguments;
    if (what == LU_DO_DETAIL && row != SIZE_MAX) {
        (void)lu_app_open(a, a->cases.known[row].path);
        return true;
    }
    return false;
}

const lu_view lu_view_cases = {draw, case_rows, case_text, command};
