/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen 2: the samples the tests start from. */
#include "tui/views/views.h"
#include "tui/views/work_case.h"
#include "tui/views/work_seeds.h"
#include "tui/views/work_text.h"

#include <stdio.h>
#include <string.h>

/* --- the list --- */

static size_t seed_rows(const lu_app *a)
{
    return a->look.any ? a->look.seeds.n : 0;
}

static void seed_text(const lu_app *a, size_t row, char *out, size_t size)
{
    size_t seed = lu_work_seed_of(a, row);

    out[0] = '\0';
    if (seed != SIZE_MAX) {
        snprintf(out, size, "rank %zu sample %zu label %d", seed + 1, a->look.seeds.index[seed],
                 lu_work_seed_label(a, seed));
    }
}

/* --- the table: 32 columns --- */

enum { TABLE = 34, CLASSES = 18, WORDS = 3 };

static void head_row(const lu_app *a, lu_pane row)
{
    bool by_label = lu_work_seeds_by_label(a);

    lu_pane_text(row, 2, 0,
                 by_label ? " rank  sample LABEL  certainty" : " RANK  sample label  certainty",
                 LU_INK_HEADER);
}

static void seed_row(lu_app *a, lu_pane line, size_t row)
{
    size_t seed = lu_work_seed_of(a, row);
    char certainty[LU_NUMBER_MAX];

    if (seed != SIZE_MAX) {
        lu_pane_print(line, 2, 0, LU_INK_TEXT, "%5zu %7zu %5d %10s", seed + 1,
                      a->look.seeds.index[seed], lu_work_seed_label(a, seed),
                      lu_work_certainty(a->look.seeds.certainty[seed], certainty));
    }
}

static void draw_table(lu_app *a, lu_pane pane, bool focus)
{
    char filter[LU_FILTER_MAX + 16];
    lu_pane in =
        lu_work_box(a, pane, focus, "Seeds: %zu by %s%s", a->look.seeds.n,
                    lu_work_seeds_by_label(a) ? "label" : "rank", lu_work_filter(a, filter));

    head_row(a, lu_pane_sub(in, 0, 0, in.width, 1));
    lu_work_list(a, lu_work_below(in, 1), seed_row);
}

/* --- the other panes --- */

/* What is not pixel for pixel says so. */
static void factor_text(double factor, char *out, size_t size)
{
    if (factor <= 0) {
        out[0] = '\0';
    } else if (factor < 1) {
        snprintf(out, size, "  fit %.2g\u00d7", factor);
    } else {
        snprintf(out, size, "  %.0f\u00d7", factor);
    }
}

/* The gallery; classes beside it when they are given columns. */
static void draw_gallery(lu_app *a, lu_pane pane, bool one, bool focus, int classes)
{
    size_t seed = lu_work_seed_of(a, lu_app_cursor(a));
    lu_pane in = lu_work_box(a, pane, focus, "%s", "");
    double factor = lu_work_gallery(a, lu_pane_sub(in, 0, 0, in.width - classes, in.height), one);
    char words[64];

    factor_text(factor, words, sizeof words);
    if (factor > 0 && seed != SIZE_MAX) {
        lu_work_box(a, pane, focus, "Seed %zu: sample %zu, label %d%s", seed + 1,
                    a->look.seeds.index[seed], lu_work_seed_label(a, seed), words);
    } else {
        lu_work_box(a, pane, focus, "Pictures: rank and label, pixel for pixel");
    }
    if (classes > 0) {
        lu_work_class_bars(a, lu_pane_sub(in, in.width - classes + 1, 0, classes - 1, in.height));
    }
}

static void draw_classes(const lu_app *a, lu_pane pane)
{
    lu_work_class_bars(a, lu_work_inset(lu_work_box(a, pane, false, "Classes")));
}

static const char *strategy_help(const lu_app *a)
{
    static const char *const help[LU_SEEDS_COUNT] = {
#define HELP(name, text, words) words,
        LU_SEED_STRATEGY_TABLE(HELP)
#undef HELP
    };

    return help[lu_params_strategy(&a->c->params)];
}

/* Without what is in brackets where there is little room. */
static void draw_strategy(const lu_app *a, lu_pane row)
{
    char text[160];

    snprintf(text, sizeof text, "%s: %s", a->c->params.strategy, strategy_help(a));
    if (lu_columns(text) > row.width) {
        text[strcspn(text, "(")] = '\0';
    }
    lu_pane_field(row, 0, 0, row.width, text, LU_INK_TEXT, LU_ALIGN_LEFT);
}

static void how_to_change(const lu_app *a, lu_pane pane, int y)
{
    if (a->c->sealed) {
        lu_work_hint(pane, y, "The case is sealed: this cannot be changed.", LU_INK_DIM);
    } else if (a->options.readonly) {
        lu_work_hint(pane, y, "Open for reading only.", LU_INK_DIM);
    } else {
        lu_work_hint(
            pane, y,
            pane.width < 72
                ? "`s` seeds.strategy=balanced changes it"
                : "`s`, then `seeds.strategy=high|low|random|balanced` or `seeds.count=N`; "
                  "then `r`",
            LU_INK_DIM);
    }
}

/* Three rows: what they were taken from, how, how to change that. */
static void draw_words(const lu_app *a, lu_pane pane)
{
    const lu_seeds *s = &a->look.seeds;
    double share = s->considered ? 100 * (double)s->correct / (double)s->considered : 0;

    lu_pane_print(pane, 0, 0, LU_INK_TEXT,
                  pane.width < 60 ? "%zu of %zu answered right (%.1f %%)"
                                  : "the victim answers %zu of %zu samples correctly (%.1f %%)",
                  s->correct, s->considered, share);
    if (a->stale) {
        lu_work_hint(pane, 1, "stale: something was changed since; `r` runs", LU_INK_WARNING);
    } else {
        draw_strategy(a, lu_pane_sub(pane, 0, 1, pane.width, 1));
    }
    how_to_change(a, pane, 2);
}

static void draw_settings(const lu_app *a, lu_pane pane)
{
    lu_pane in = lu_work_inset(lu_work_box(a, pane, false, "How they were chosen"));
    int y;

    draw_words(a, lu_pane_sub(in, 0, 0, in.width, WORDS));
    y = lu_work_settings(a, in, WORDS, LU_STAGE_SEEDS, "");
    if (y < in.height) {
        lu_pane_text(in, 0, y,
                     "certainty: the sum of the squared probabilities of the victim's answer",
                     LU_INK_DIM);
    }
}

/* --- layouts; focus 1 is one picture, as large as it gets --- */

static void draw_one(lu_app *a, lu_pane p)
{
    int words = p.height >= 12 ? WORDS : 0;

    if (a->focus % 3 == 0) {
        int classes = p.width >= TABLE + 14 ? p.width - TABLE : 0;
        draw_table(a, lu_pane_sub(p, 0, 0, p.width - classes, p.height - words), true);
        draw_classes(a, lu_pane_sub(p, p.width - classes, 0, classes, p.height - words));
        draw_words(a, lu_pane_sub(p, 1, p.height - words, p.width - 1, words));
    } else if (a->focus % 3 == 1) {
        draw_gallery(a, p, true, true, 0);
    } else {
        draw_settings(a, p);
    }
}

static void draw_more(lu_app *a, lu_pane p, int classes, int below)
{
    bool one = a->focus % 2 == 1;
    int right = p.width - TABLE;
    lu_pane foot = lu_pane_sub(p, TABLE, p.height - below, right, below);

    draw_table(a, lu_pane_sub(p, 0, 0, TABLE, p.height), !one);
    draw_gallery(a, lu_pane_sub(p, TABLE, 0, right, p.height - below), one, one, one ? 0 : classes);
    if (below > WORDS) {
        draw_settings(a, foot);
    } else {
        draw_words(a, lu_pane_sub(foot, 1, 0, foot.width - 1, below));
    }
}

static void draw(lu_app *a, lu_pane pane)
{
    if (!a->look.any) {
        lu_work_missing(a, lu_work_box(a, pane, true, "Seeds"),
                        "Seeds are the clean samples the tests start from: samples that the victim "
                        "answers correctly. None are stored under the present settings.");
        return;
    }
    switch (lu_work_room_of(pane)) {
    case LU_WORK_ONE: draw_one(a, pane); break;
    case LU_WORK_TWO: draw_more(a, pane, CLASSES - 2, WORDS); break;
    case LU_WORK_FOUR: draw_more(a, pane, CLASSES, WORDS); break;
    default: draw_more(a, pane, CLASSES + 2, 8); break;
    }
}

/* --- commands --- */

static void step(lu_app *a, long by)
{
    size_t n = 0;

    while (lu_app_row(a, n) != SIZE_MAX && n <= a->list[a->screen].cursor + 1) {
        n++;
    }
    lu_list_move(&a->list[a->screen], by, n);
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    (void)arguments;
    switch (what) {
    case LU_DO_SORT:
        lu_work_seeds_sort(a);
        lu_app_say(a, LU_INK_TEXT, "by %s", lu_work_seeds_by_label(a) ? "label" : "rank");
        return true;
    case LU_DO_DETAIL: a->focus = a->focus == 1 ? 0 : 1; return true;
    case LU_DO_BACK:
        if (a->focus == 0) {
            return false;
        }
        a->focus = 0;
        return true;
    case LU_DO_LEFT: step(a, -1); return true;
    case LU_DO_RIGHT: step(a, 1); return true;
    default: return false;
    }
}

const lu_view lu_view_seeds = {draw, seed_rows, seed_text, command};
