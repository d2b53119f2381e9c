/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen 7: what the case says, as text. */
#include "tui/views/views.h"
#include "tui/views/work_case.h"
#include "tui/views/work_pages.h"
#include "tui/views/work_text.h"

#include <stdio.h>

enum {
    READING_WIDTH = 90, /* longer lines are hard to read */
    TABLE = 79          /* columns of the table of models */
};

static size_t report_rows(const lu_app *a)
{
    return lu_work_report_lines(a);
}

static void report_text(const lu_app *a, size_t row, char *out, size_t size)
{
    snprintf(out, size, "%s", lu_work_report_line(a, row));
}

enum { BESIDE = 20 }; /* columns the text moves sideways at a time: focus counts them */

/* The cursor is a mark at the edge: the text stays as it is printed. */
static void draw_text(lu_app *a, lu_pane pane)
{
    lu_list *l = &a->list[a->screen];
    lu_pane words = lu_pane_sub(pane, 1, 0, pane.width - 1, pane.height);
    int most = TABLE > words.width ? TABLE - words.width : 0, aside = BESIDE * (a->focus % BESIDE);
    size_t n = 0, row;

    while (lu_app_row(a, n) != SIZE_MAX) {
        n++;
    }
    lu_list_fit(l, n, (size_t)pane.height);
    for (int y = 0; y < pane.height; y++) {
        row = lu_app_row(a, l->top + (size_t)y);
        if (row == SIZE_MAX) {
            break;
        }
        lu_pane_text(words, aside < most ? -aside : -most, y, lu_work_report_line(a, row),
                     LU_INK_TEXT);
        if (l->top + (size_t)y == l->cursor) {
            lu_pane_put(pane, 0, y, 0x258c, LU_INK_FOCUS);
            lu_app_cursor_at(a, pane, 0, y);
        }
    }
}

static int warnings(const lu_app *a, lu_pane pane)
{
    int y = 0;

    if (a->stale) {
        y = lu_work_hint(pane, y, "Stale: something was changed since; `r` runs.", LU_INK_WARNING);
    }
    return y;
}

static void draw_export(lu_pane pane)
{
    int y =
        lu_work_hint(pane, 0,
                     "`e` exports the case as evidence: this report as HTML and PDF, every file "
                     "and number, checks that need no lineup.",
                     LU_INK_DIM);

    lu_work_hint(pane, y, "`:figures FOLDER` writes the pictures.", LU_INK_DIM);
}

static const char *what_is_there(const lu_app *a)
{
    static const char *const words[LU_STAGES] = {"only the seeds", "no scores yet",
                                                 "scores, not judged", "complete"};

    if (!a->look.any) {
        return "no distances";
    }
    return words[a->look.result.reached < LU_STAGES ? a->look.result.reached : 0];
}

/* Where there is little room the frame is left out: the table is 79 columns wide. */
static lu_pane frame(lu_app *a, lu_pane pane)
{
    char filter[LU_FILTER_MAX + 16], title[160];

    snprintf(title, sizeof title,
             a->paper.asked ? "Report: %s, being written%.0zu%s" : "Report: %s, %zu lines%s",
             what_is_there(a), lu_work_report_lines(a), lu_work_filter(a, filter));
    if (pane.width >= TABLE + 4) {
        return lu_work_box(a, pane, true, "%s", title);
    }
    lu_pane_text(pane, 1, 0, title, LU_INK_TITLE);
    if (pane.width <= TABLE) {
        lu_work_hint(lu_pane_sub(pane, pane.width - 20, 0, 20, 1), 0, "`Right` shows more",
                     LU_INK_DIM);
    }
    return lu_work_below(pane, 1);
}

static void draw(lu_app *a, lu_pane pane)
{
    int foot = pane.height < 10 ? 0 : pane.width >= TABLE ? 2 : 3, width = pane.width - 4, top;
    lu_pane in;

    if (!lu_look_tells(&a->look)) {
        lu_work_missing(a, lu_work_box(a, pane, true, "Report"),
                        "The report says in words and numbers what the tests found. There are no "
                        "results under the present settings.");
        return;
    }
    lu_work_report_make(a, width < READING_WIDTH ? width : READING_WIDTH);
    in = frame(a, lu_pane_sub(pane, 0, 0, pane.width, pane.height - foot));
    top = warnings(a, lu_pane_sub(in, 1, 0, in.width - 2, in.height));
    draw_text(a, lu_work_below(in, top));
    draw_export(lu_pane_sub(pane, 1, pane.height - foot, pane.width - 2, foot));
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    (void)arguments;
    if (what == LU_DO_LEFT) {
        a->focus -= a->focus > 0;
    } else if (what == LU_DO_RIGHT) {
        a->focus += a->focus < TABLE / BESIDE;
    } else {
        return false;
    }
    return true;
}

const lu_view lu_view_report = {draw, report_rows, report_text, command};
