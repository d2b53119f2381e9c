/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_live.h"
#include "tui/views/model_pictures.h"
#include "tui/views/work_neurons.h"
#include "tui/views/work_tests.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    WORDS = 4, /* rows of words below the pictures; half of it or none where pixels need them */
    WORDS_WIDE = 24, /* columns of words beside them */
    NARROW = 40,     /* of a title */
    CHART_ROWS = 5,  /* title and curve; below that a curve says nothing */
};

static bool is_white(const lu_live *l)
{
    return l->now.layer >= 0;
}

static const lu_live *take(const lu_app *a)
{
    static lu_live taken; /* too large for a stack frame */
    lu_jobs *jobs = (lu_jobs *)(uintptr_t)&a->jobs;

    return jobs->ready && lu_jobs_live(jobs, &taken) ? &taken : NULL;
}

const lu_live *lu_work_live(const lu_app *a)
{
    const lu_live *l = take(a);

    return l != NULL && l->now.mark == NULL ? l : NULL;
}

const lu_live *lu_work_live_mark(const lu_app *a)
{
    const lu_live *l = take(a);

    return l != NULL && l->now.mark != NULL ? l : NULL;
}

void lu_work_live_title(const lu_live *l, int width, char *out, size_t size)
{
    const lu_glimpse *g = &l->now;
    const char *last = l->over ? "The last: " : "", *step = width < NARROW ? ":" : ", step";

    if (is_white(l)) {
        snprintf(out, size, "%sNeuron %u, layer %d%s %zu/%zu", last, g->neuron, g->layer, step,
                 g->step, g->steps);
    } else {
        snprintf(out, size, "%s%s, step %zu/%zu", last, g->method, g->step, g->steps);
    }
}

void lu_work_live_charts_title(const lu_live *l, char *out, size_t size)
{
    if (l->now.shards > 1) {
        snprintf(out, size, "Charts: shard %zu of %zu", l->now.shard + 1, l->now.shards);
    } else {
        snprintf(out, size, "Charts");
    }
}

/* --- the image --- */

/* Where pictures and words go. */
typedef struct place {
    lu_picture_plan plan;
    bool beside;       /* the words, else below */
    int width, height; /* of all */
} place;

static place below(const lu_app *a, const lu_live *l, int width, int height, int words)
{
    place p = {.plan = lu_pictures_plan(a, l->now.shape, width, height - words)};

    p.width = lu_pictures_columns(&p.plan);
    p.height = p.plan.height + 1 + words;
    return p;
}

/* Pixel for pixel if that can be: all three with the words beside, or fewer with them below. */
static place place_for(const lu_app *a, const lu_live *l, int width, int height)
{
    place p = {.width = WORDS_WIDE, .height = WORDS};

    if (lu_glimpse_values(&l->now) == 0) {
        return p;
    }
    p = below(a, l, width - WORDS_WIDE - 2, height, 0);
    if (p.plan.count == LU_PICTURES && p.plan.zoom > 0) {
        p.beside = true;
        p.width = width;
        return p;
    }
    for (int words = WORDS; words >= 0; words -= WORDS / 2) {
        p = below(a, l, width, height, words);
        if (p.plan.zoom > 0) {
            return p;
        }
    }
    return below(a, l, width, height, WORDS / 2);
}

bool lu_work_live_size(const lu_app *a, const lu_live *l, int *width, int *height)
{
    place p = place_for(a, l, *width, *height);

    *width = p.width;
    *height = p.height;
    return p.plan.zoom > 0 || p.plan.count == 0;
}

static void put_pair(const lu_live *l, lu_samples *start, lu_samples *now, lu_pair *p)
{
    *start =
        (lu_samples){.n = 1, .shape = l->now.shape, .values = (float *)(uintptr_t)l->now.start};
    *now = *start;
    now->values = (float *)(uintptr_t)l->now.image;
    *p = (lu_pair){.seeds = start, .tests = now, .test_name = "now"};
    snprintf(p->seed_name, sizeof p->seed_name, "seed %zu", l->now.seed);
}

static int words_of_neuron(const lu_app *a, lu_pane pane, int y, const lu_glimpse *g)
{
    double share = g->activation / g->goal;
    char now[LU_NUMBER_MAX], goal[LU_NUMBER_MAX], text[160];
    lu_pane row;

    snprintf(text, sizeof text, "activation %s, k %s", lu_number(g->activation, now),
             lu_number(g->goal, goal));
    y = lu_work_paragraph(pane, y, text, LU_INK_TEXT);
    if (!(g->goal > 0) || y >= pane.height) {
        return y;
    }
    row = lu_pane_sub(pane, 0, y, pane.width, 1);
    lu_bar_cells(lu_pane_sub(row, 0, 0, row.width - 6, 1), fmin(fmax(share, 0), 1), LU_INK_PROGRESS,
                 a->options.glyphs);
    lu_pane_print(row, row.width - 5, 0, LU_INK_TEXT, "%3.0f %%", floor(fmin(100 * share, 999)));
    return y + 1;
}

static void seed_words(const lu_app *a, const lu_glimpse *g, char *out, size_t size)
{
    const lu_seeds *seeds = &a->look.seeds;
    int n = snprintf(out, size, "seed %zu", g->seed);

    if (a->look.any && g->seed < seeds->n && seeds->index != NULL) {
        n += snprintf(out + n, size - (size_t)n, ", sample %zu", seeds->index[g->seed]);
    }
    if (g->shards > 1) {
        snprintf(out + n, size - (size_t)n, "; shard %zu of %zu", g->shard + 1, g->shards);
    }
}

/* p NULL: no picture is shown; `all` of them are. */
static void words(const lu_app *a, lu_pane pane, const lu_live *l, const lu_pair *p, bool all)
{
    const lu_glimpse *g = &l->now;
    char text[160], linf[LU_NUMBER_MAX], l2[LU_NUMBER_MAX];
    lu_change_size c;
    int y;

    seed_words(a, g, text, sizeof text);
    y = lu_work_paragraph(pane, 0, text, LU_INK_TEXT);
    if (is_white(l) && !isnan(g->activation)) {
        y = words_of_neuron(a, pane, y, g);
    }
    if (p != NULL && lu_pair_change(p, &c)) {
        snprintf(text, sizeof text, "Linf %s  L2 %s", lu_number(c.linf, linf), lu_number(c.l2, l2));
        y = lu_work_paragraph(pane, y, text, LU_INK_TEXT);
        if (!all) {
            lu_work_hint(pane, y, "`t`: the other pictures", LU_INK_DIM);
        }
    } else if (g->steps > 0) {
        lu_work_paragraph(pane, y, "These images are too large to be shown while they change.",
                          LU_INK_DIM);
    }
}

void lu_work_live_pictures(const lu_app *a, lu_pane pane, const lu_live *l, unsigned turn)
{
    place at = place_for(a, l, pane.width, pane.height);
    int left = at.beside ? lu_pictures_columns(&at.plan) + 2 : 0;
    int top = at.beside ? 1 : at.plan.height + 1;
    lu_samples start, now;
    lu_pair p;

    if (at.plan.count == 0) {
        words(a, pane, l, NULL, false);
        return;
    }
    put_pair(l, &start, &now, &p);
    lu_put_pictures(a, pane, &p, &at.plan, turn);
    words(a, lu_pane_sub(pane, left, top, pane.width - left, pane.height - top), l, &p,
          at.plan.count == LU_PICTURES);
}

/* --- yield --- */

int lu_work_live_yield(const lu_app *a, lu_pane pane, int y, const lu_live *l)
{
    const lu_glimpse *g = &l->now;
    const char *what = is_white(l) ? "pairs of neuron and seed" : "seeds";
    char text[160];

    if (y >= pane.height) {
        return y;
    }
    y = lu_work_yield_bar(a, pane, y, "yield", g->kept, g->tried, LU_INK_PROGRESS);
    snprintf(text, sizeof text, "%zu of %zu %s gave a test, %zu to come", g->kept, g->tried, what,
             g->total > g->tried ? g->total - g->tried : 0);
    return lu_work_paragraph(pane, y, text, LU_INK_DIM);
}

/* --- charts --- */

void lu_work_live_chart(const lu_app *a, lu_pane pane, const lu_live_series *s, const char *title,
                        lu_ink ink)
{
    lu_series series = {title, s->value, s->n, ink};
    char steps[64];

    if (pane.height < CHART_ROWS) {
        return;
    }
    lu_pane_field(pane, 0, 0, pane.width, title, LU_INK_HEADER, LU_ALIGN_LEFT);
    if (s->n < 2) {
        lu_pane_text(pane, 0, 1, "not enough seen yet", LU_INK_DIM);
        return;
    }
    if (s->each > 1) {
        snprintf(steps, sizeof steps,
                 pane.width < 40 ? "%zu looks" : "point, the mean of %zu looks", s->each);
    } else {
        snprintf(steps, sizeof steps, pane.width < 40 ? "look" : "look, ten a second");
    }
    (void)lu_curve_cells(lu_work_below(pane, 1), &(lu_curve){&series, 1, steps}, a->options.glyphs);
}

/* What the loss is (core/glimpse.h), and which way it shall go. */
static const char *loss_title(const lu_live *l)
{
    return is_white(l)                        ? "loss: 1 - activation/k, mean (falls)"
           : strcmp(l->now.method, "cw") == 0 ? "loss: distance + c x margin, mean"
                                              : "loss: cross-entropy, mean (climbs)";
}

void lu_work_live_loss(const lu_app *a, lu_pane pane, const lu_live *l)
{
    lu_work_live_chart(a, pane, &l->loss, loss_title(l), LU_INK_SUSPECT);
}

void lu_work_live_rate(const lu_app *a, lu_pane pane, const lu_live *l)
{
    lu_work_live_chart(a, pane, &l->yield, "yield: percent of those tried", LU_INK_PROGRESS);
}

void lu_work_live_neurons(const lu_app *a, lu_pane pane, const lu_live *l)
{
    static double percent[LU_LIVE_NEURONS];
    lu_work_neurons g = {.title = "highest activation so far, percent of k, by neuron",
                         .narrow = "percent of k, by neuron",
                         .percent = percent,
                         .n = l->neurons,
                         .full = 100,
                         .mark = isnan(l->now.activation) ? SIZE_MAX : l->now.neuron};

    for (size_t i = 0; i < l->neurons; i++) {
        percent[i] = 100 * (double)l->reach[i];
    }
    (void)lu_work_neurons_draw(a, pane, &g);
}

void lu_work_live_charts(const lu_app *a, lu_pane pane, const lu_live *l)
{
    int rows = is_white(l) ? lu_work_neurons_rows(l->neurons, pane.width) : 0;
    int most = pane.height >= 2 * CHART_ROWS ? pane.height / 2 : pane.height;
    int rest;

    rows = rows < most ? rows : most;
    if (rows > 0) {
        lu_work_live_neurons(a, lu_pane_sub(pane, 0, 0, pane.width, rows), l);
        pane = lu_work_below(pane, rows);
    }
    rest = pane.height >= 2 * CHART_ROWS ? pane.height / 2 : pane.height;
    lu_work_live_loss(a, lu_pane_sub(pane, 0, 0, pane.width, rest), l);
    lu_work_live_rate(a, lu_work_below(pane, rest), l);
}
