/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 9 Membership: which models were trained on the case's train samples, and how that comes about. */
#include "tui/views/model_look.h"
#include "tui/views/views.h"
#include "tui/views/work_jobs.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    WIDE_WIDTH = 116,
    WIDE_HEIGHT = 26,
    LIST_ROWS = 9,   /* models shown where charts are below, head and frame included */
    CAVEAT_ROWS = 3, /* what it does not show */
    NAME = 14,
    COLUMN = 7
};

static const lu_member_report *report(const lu_app *a)
{
    return &a->look.membership;
}

/* The model under the cursor; NULL where it has no evidence. */
static const lu_member_model *shown(const lu_app *a)
{
    size_t row = lu_app_cursor(a);
    const lu_member_model *m = row < report(a)->models ? &report(a)->model[row] : NULL;

    return m != NULL && m->known ? m : NULL;
}

/* --- the list --- */

static const char *word_of(const lu_member_model *m)
{
    return !m->known    ? "not tested"
           : m->fires   ? "fires"
           : m->control ? "quiet"
                        : lu_member_verdict_name(m->verdict);
}

static lu_ink ink_of(const lu_member_model *m)
{
    return m->fires                          ? LU_INK_WARNING
           : m->control                      ? LU_INK_DIM
           : m->verdict == LU_MEMBER_USED    ? LU_INK_COPY
           : m->verdict == LU_MEMBER_INVALID ? LU_INK_UNDECIDED
                                             : LU_INK_NOT_COPY;
}

static const char *role_of(const lu_member_model *m)
{
    return m->control ? "control" : lu_role_name(m->role);
}

/* A row's columns; NULL text is the head. */
static void put_columns(lu_pane line, const char *const text[5], lu_ink ink)
{
    for (int i = 0; i < 5; i++) {
        lu_pane_field(line, NAME + 10 + i * COLUMN, 0, COLUMN - 1, text[i], ink, LU_ALIGN_RIGHT);
    }
}

static void put_head(lu_pane line)
{
    static const char *const titles[5] = {"acc", "p", "mean p", "loss z", "loss p"};

    lu_pane_text(line, 1, 0, "model", LU_INK_HEADER);
    lu_pane_text(line, NAME + 1, 0, "role", LU_INK_HEADER);
    put_columns(line, titles, LU_INK_HEADER);
}

static void put_row(lu_app *a, lu_pane line, size_t row)
{
    const lu_member_model *m = &report(a)->model[row];
    const lu_member_evidence *e = &m->evidence;
    const double value[5] = {e->average, e->p, e->mean_gap_p, e->loss_gap_z, e->loss_gap_p};
    char text[5][24];
    const char *column[5];

    lu_pane_field(line, 1, 0, NAME - 1, m->name, LU_INK_TEXT, LU_ALIGN_LEFT);
    lu_pane_field(line, NAME + 1, 0, 9, role_of(m), LU_INK_DIM, LU_ALIGN_LEFT);
    for (int i = 0; i < 5; i++) {
        snprintf(text[i], sizeof text[i], i == 3 ? "%.1f" : "%.3f", value[i]);
        column[i] = m->known ? text[i] : "-";
    }
    put_columns(line, column, LU_INK_TEXT);
    lu_pane_text(line, NAME + 11 + 5 * COLUMN, 0, word_of(m), ink_of(m));
}

static void put_list(lu_app *a, lu_pane pane)
{
    const lu_member_report *r = report(a);
    char filter[LU_FILTER_MAX + 16];
    lu_pane in =
        lu_work_box(a, pane, true, "Models: m %zu, n %zu, t %zu, %zu permutations%s%s",
                    r->params.pmi.sets, r->params.pmi.samples, r->params.pmi.repetitions,
                    r->params.permutations, a->stale ? "  (stale)" : "", lu_work_filter(a, filter));

    put_head(lu_pane_sub(in, 0, 0, in.width, 1));
    lu_work_list(a, lu_work_below(in, 1), put_row);
}

/* --- charts --- */

static void classes(const lu_app *a, lu_pane pane, const lu_member_model *m)
{
    lu_pane in = lu_work_box(a, pane, false, "%s: acc of each class, luck, chance", m->name);
    lu_member_levels l;

    if (lu_member_levels_of(m, &report(a)->params, &l) == LU_OK) {
        lu_levels_cells(lu_work_inset(in), &l.chart, a->options.glyphs);
    }
    lu_member_levels_fini(&l);
}

static void permuted(const lu_app *a, lu_pane pane, const lu_member_model *m)
{
    lu_pane in = lu_work_box(a, pane, false, "%s: average acc under permutation", m->name);
    lu_hist h = lu_member_hist_of(m, &report(a)->params);

    (void)lu_hist_cells(in, &h, a->options.glyphs);
}

static void tree(const lu_app *a, lu_pane pane, const lu_member_model *m)
{
    lu_pane in =
        lu_work_box(a, pane, false, "%s: mini-datasets of class %zu", m->name, m->evidence.best);
    lu_member_tree t;

    lu_member_tree_of(m, &report(a)->params, &t);
    (void)lu_dendrogram_cells(lu_work_inset(in), &t.chart, a->options.glyphs);
}

static void distances(const lu_app *a, lu_pane pane, const lu_member_model *m)
{
    lu_pane in = lu_work_box(a, pane, false, "%s: their squared distances, members first", m->name);
    lu_member_map map;

    lu_member_map_of(m, &report(a)->params, &map);
    lu_heatmap_cells(lu_work_inset(in), &map.chart, a->options.glyphs);
}

typedef void chart(const lu_app *a, lu_pane pane, const lu_member_model *m);
static chart *const charts[] = {classes, permuted, tree, distances};
enum { CHARTS = sizeof charts / sizeof *charts };

/* One of them, Tab goes on; or all four. */
static void put_charts(const lu_app *a, lu_pane pane, bool all)
{
    const lu_member_model *m = shown(a);
    int half = pane.width / 2, top = pane.height - 10;

    if (m == NULL) {
        lu_pane in = lu_work_inset(lu_work_box(a, pane, false, "Evidence"));
        size_t row = lu_app_cursor(a);
        lu_work_paragraph(in, 0,
                          row < report(a)->models && report(a)->model[row].finding[0]
                              ? report(a)->model[row].finding
                              : "This model is not tested yet; i tests it.",
                          LU_INK_DIM);
        return;
    }
    if (!all) {
        charts[(size_t)a->focus % CHARTS](a, pane, m);
        return;
    }
    classes(a, lu_pane_sub(pane, 0, 0, half, top), m);
    permuted(a, lu_pane_sub(pane, half, 0, pane.width - half, top), m);
    tree(a, lu_pane_sub(pane, 0, top, half, pane.height - top), m);
    distances(a, lu_pane_sub(pane, half, top, pane.width - half, pane.height - top), m);
}

/* --- the foot: work, validity, what it does not show --- */

static void put_foot(lu_app *a, lu_pane pane)
{
    const lu_member_report *r = report(a);
    const lu_job_view *v = lu_work_at_work(a);
    const lu_member_model *m = shown(a);
    char text[LU_TEXT_MAX + LU_NAME_MAX + 16];

    if (v != NULL) {
        lu_work_job_row(lu_pane_sub(pane, 0, 0, pane.width, 1), v);
        lu_work_hint(lu_work_below(pane, 1), 0, "`x` stops, what is tested is kept; `p` pauses.",
                     LU_INK_DIM);
    } else if (!r->valid && r->missing == 0) {
        snprintf(text, sizeof text, "The run is invalid: %s.", r->reason);
        lu_work_paragraph(pane, 0, text, LU_INK_WARNING);
    } else if (m != NULL && m->finding[0]) {
        snprintf(text, sizeof text, "%s: %s.", m->name, m->finding);
        lu_work_paragraph(pane, 0, text, LU_INK_WARNING);
    } else if (r->missing > 0) {
        lu_work_hint(pane, 0, "Not all models are tested: `i` goes on.", LU_INK_WARNING);
    } else {
        lu_work_paragraph(pane, 0, lu_member_caveat(), LU_INK_DIM);
    }
}

/* --- without results --- */

static void put_nothing(lu_app *a, lu_pane pane)
{
    const lu_case *c = a->c;
    lu_pane box = lu_work_box(a, pane, true, "%s", lu_screen_title(a->screen));
    lu_pane in =
        lu_pane_sub(box, 1, box.height > 6, box.width - 2 < 76 ? box.width - 2 : 76, box.height);
    const lu_job_view *v = lu_work_at_work(a);
    int y = lu_work_paragraph(in, 0,
                              "Was a network trained on the victim's own data? The case's train "
                              "samples are the members, its test samples the others; a network "
                              "that never saw either treats both alike.",
                              LU_INK_TEXT);

    y++;
    if (v != NULL) {
        put_foot(a, lu_work_below(in, y));
    } else if (!c->set[LU_SET_TRAIN].given || !c->set[LU_SET_TEST].given) {
        lu_work_hint(in, y, "The case needs train and test samples: `1` Case, `d`.",
                     LU_INK_WARNING);
    } else if (strcmp(c->params.membership.split, "random") != 0) {
        y = lu_work_hint(in, y,
                         "Only a random split made before training shows anything. If train and "
                         "test samples are one: `:set membership.split=random`",
                         LU_INK_WARNING);
        lu_work_hint(in, y, "`lineup lab split` makes one.", LU_INK_DIM);
    } else {
        lu_work_hint(in, y, "`i` tests every model of the case, and an untrained network.",
                     LU_INK_TEXT);
    }
}

/* --- the screen --- */

static void draw(lu_app *a, lu_pane pane)
{
    bool wide = pane.width >= WIDE_WIDTH && pane.height >= WIDE_HEIGHT;
    int height = pane.height - CAVEAT_ROWS, list = (int)report(a)->models + 3;

    if (report(a)->models == 0) {
        put_nothing(a, pane);
        return;
    }
    list = list > LIST_ROWS && !wide ? LIST_ROWS : list > height / 2 ? height / 2 : list;
    if (height - list < 6 && a->focus % (CHARTS + 1) == 0) {
        put_list(a, lu_pane_sub(pane, 0, 0, pane.width, height));
    } else if (height - list < 6) {
        put_charts(a, lu_pane_sub(pane, 0, 0, pane.width, height), false);
    } else {
        put_list(a, lu_pane_sub(pane, 0, 0, pane.width, list));
        put_charts(a, lu_pane_sub(pane, 0, list, pane.width, height - list), wide);
    }
    put_foot(a, lu_pane_sub(pane, 1, height, pane.width - 2, CAVEAT_ROWS));
}

static size_t rows(const lu_app *a)
{
    return report(a)->models;
}

static void row_text(const lu_app *a, size_t row, char *out, size_t size)
{
    const lu_member_model *m = &report(a)->model[row];

    snprintf(out, size, "%s %s %s", m->name, role_of(m), word_of(m));
}

const lu_view lu_view_membership = {draw, rows, row_text, NULL};
