/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_tests.h"
#include "tui/views/work_neurons.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 12, COUNT = 8, PERCENT = 8, FEW = 10, HIST_ROWS = 5 };

/* --- bars of a yield --- */

int lu_work_yield_bar(const lu_app *a, lu_pane pane, int y, const char *label, size_t n, size_t of,
                      lu_ink ink)
{
    double share = of ? (double)n / (double)of : 0;
    int bar = pane.width - LABEL - COUNT - PERCENT;
    lu_pane row = lu_pane_sub(pane, 0, y, pane.width, 1);

    lu_pane_field(row, 0, 0, LABEL - 1, label, LU_INK_TEXT, LU_ALIGN_LEFT);
    if (bar > 0) {
        lu_bar_cells(lu_pane_sub(row, LABEL, 0, bar, 1), share, ink, a->options.glyphs);
    }
    bar = bar > 0 ? bar : 0;
    lu_pane_print(row, LABEL + bar, 0, LU_INK_TEXT, "%*zu %5.1f %%", COUNT - 1, n, 100 * share);
    return y + 1;
}

/* --- black box --- */

static void method_text(const lu_params *p, char *out, size_t size)
{
    if (strcmp(p->method, "cw") == 0) {
        snprintf(out, size, "cw: confidence %g, rate %g, %g search steps of %g", p->cw_confidence,
                 p->cw_rate, p->cw_steps, p->cw_iterations);
    } else if (strcmp(p->method, "pgd") == 0) {
        snprintf(out, size, "pgd, %s: ep %g, %g steps%s", p->mode, p->ep, p->iterations,
                 p->random_start != 0 ? ", random start" : "");
    } else {
        snprintf(out, size, "%s: ep %g%s", p->method, p->ep,
                 p->random_start != 0 ? ", random start" : "");
    }
}

static int settings(const lu_app *a, lu_pane pane, int y, const char *const *prefix, size_t n)
{
    if (pane.height - y < 3) {
        return y;
    }
    y++;
    for (size_t i = 0; i < n; i++) {
        y = lu_work_settings(a, pane, y, LU_STAGE_TESTS, prefix[i]);
    }
    if (!a->c->sealed && !a->options.readonly) {
        y = lu_work_hint(pane, y, "`s` KEY=VALUE changes one, then `r`.", LU_INK_DIM);
    }
    return y;
}

void lu_work_blackbox(const lu_app *a, lu_pane pane)
{
    static const char *const prefix[] = {"blackbox.", "cw."};
    const lu_blackbox_yield *yield = &a->look.blackbox.yield;
    char text[192];
    int y;

    method_text(&a->c->params, text, sizeof text);
    y = lu_work_paragraph(pane, 0, text, LU_INK_TEXT);
    if (!a->look.any || a->look.result.reached < LU_STAGE_TESTS) {
        y = lu_work_hint(pane, y, "not made yet", LU_INK_WARNING);
        settings(a, pane, y, prefix, 1 + (strcmp(a->c->params.method, "cw") == 0));
        return;
    }
    y = lu_work_yield_bar(a, pane, y, "kept", yield->kept, yield->seeds, LU_INK_PROGRESS);
    y = lu_work_yield_bar(a, pane, y, "resisted", yield->resisted, yield->seeds, LU_INK_DIM);
    y = lu_work_yield_bar(a, pane, y, "no gradient", yield->unmoved, yield->seeds, LU_INK_DIM);
    snprintf(text, sizeof text, "of %zu seeds; largest change %.4g; SHA-256 %.12s", yield->seeds,
             a->look.blackbox.max_linf, a->look.result.blackbox.sha256.hex);
    y = lu_work_paragraph(pane, y, text, LU_INK_DIM);
    if (yield->kept * FEW < yield->seeds) {
        y = lu_work_hint(pane, y, "That is few: a larger `blackbox.ep` gives more.",
                         LU_INK_WARNING);
    }
    settings(a, pane, y, prefix, 1 + (strcmp(a->c->params.method, "cw") == 0));
}

/* --- white box: what is derived from a look, once --- */

static struct {
    const lu_app *app;
    unsigned looks;
    const void *tests;
    size_t layer, n;
    double *steps; /* n */
    double low, high, mean;
} kept;

static void derive(const lu_app *a, const lu_whitebox *w, size_t layer)
{
    double sum = 0;

    if (kept.app == a && kept.looks == a->looks && kept.layer == layer &&
        kept.tests == w->iterations) {
        return;
    }
    free(kept.steps);
    memset(&kept, 0, sizeof kept);
    kept.app = a;
    kept.looks = a->looks;
    kept.layer = layer;
    kept.tests = w->iterations;
    kept.low = kept.high = NAN;
    if (w->iterations == NULL || w->start == NULL || LU_NEW(kept.steps, w->start[w->neurons])) {
        return;
    }
    kept.n = w->start[w->neurons];
    for (size_t i = 0; i < kept.n; i++) {
        kept.steps[i] = w->iterations[i];
        kept.low = fmin(kept.low, kept.steps[i]);
        kept.high = fmax(kept.high, kept.steps[i]);
        sum += kept.steps[i];
    }
    kept.mean = kept.n ? sum / (double)kept.n : NAN;
}

/* --- neurons --- */

static double reached(const lu_whitebox *w, size_t i)
{
    double tried = w->neurons ? (double)w->tried / (double)w->neurons : 0;

    return tried > 0 ? 100 * (double)(w->start[i + 1] - w->start[i]) / tried : 0;
}

static int neurons(const lu_app *a, lu_pane pane, const lu_whitebox *w)
{
    lu_work_neurons g = {.title = "percent of the seeds that reached each neuron's threshold",
                         .narrow = "percent of seeds, by neuron",
                         .number = w->neuron,
                         .n = w->neurons,
                         .full = NAN,
                         .mark = SIZE_MAX};
    double *percent;
    int rows;

    if (w->start == NULL || LU_NEW(percent, w->neurons)) {
        return 0;
    }
    for (size_t i = 0; i < w->neurons; i++) {
        percent[i] = reached(w, i);
    }
    g.percent = percent;
    rows = lu_work_neurons_draw(a, pane, &g);
    free(percent);
    return rows;
}

/* --- steps --- */

static int steps(const lu_app *a, lu_pane pane, const lu_whitebox *w, size_t layer)
{
    lu_hist h;
    int rows;

    derive(a, w, layer);
    if (pane.height < 1 || kept.n == 0) {
        return 0;
    }
    lu_pane_print(pane, 0, 0, LU_INK_HEADER, "steps taken: %.0f to %.0f, mean %.1f", kept.low,
                  kept.high, kept.mean);
    rows = pane.height > 12 ? 12 : pane.height;
    h = (lu_hist){.values = kept.steps,
                  .n = kept.n,
                  .suspect = NAN,
                  .tau = NAN,
                  .ink = LU_INK_PROGRESS};
    if (rows >= HIST_ROWS) {
        (void)lu_hist_cells(lu_pane_sub(pane, 0, 1, pane.width, rows - 1), &h, a->options.glyphs);
        return rows;
    }
    return 1;
}

/* --- white box --- */

static int whitebox_head(const lu_app *a, lu_pane pane, const lu_whitebox *w)
{
    const lu_item *victim = lu_case_victim(a->c);
    const char *type = victim && w->layer >= 0 && (size_t)w->layer < victim->info.n_layers
                           ? victim->info.layers[w->layer].type
                           : "";
    char text[160];

    snprintf(text, sizeof text, "layer %d%s%s: %zu neurons, %zu tried, m %g", w->layer,
             pane.width < 56 ? "" : " ", pane.width < 56 ? "" : type, w->neurons, w->tried,
             a->c->params.m);
    return lu_work_paragraph(pane, 0, text, LU_INK_TEXT);
}

void lu_work_whitebox(const lu_app *a, lu_pane pane, size_t layer)
{
    static const char *const prefix[] = {"whitebox."};
    const lu_whitebox_set *set = &a->look.whitebox;
    const lu_whitebox *w = layer < set->layers ? &set->layer[layer] : NULL;
    int y;

    if (w == NULL) {
        bool made = a->look.any && a->look.result.reached >= LU_STAGE_TESTS;
        y = lu_work_hint(pane, 0, made ? "no white-box layer was asked for" : "not made yet",
                         LU_INK_WARNING);
        settings(a, pane, y, prefix, 1);
        return;
    }
    y = whitebox_head(a, pane, w);
    y = lu_work_yield_bar(a, pane, y, "reached", w->tests.n, w->tried, LU_INK_PROGRESS);
    y = lu_work_yield_bar(a, pane, y, "not reached", w->unreached, w->tried, LU_INK_DIM);
    y = lu_work_yield_bar(a, pane, y, "dead", w->dead, w->tried, LU_INK_DIM);
    y += neurons(a, lu_work_below(pane, y), w);
    y += steps(a, lu_work_below(pane, y), w, layer);
    settings(a, pane, y, prefix, 1);
}
