/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/model_neurons.h"
#include "tui/views/model_pictures.h"

#include <math.h>
#include <stdio.h>

enum { LIST_COLUMNS = 32, MAP_ROWS = 8 };

/* A neuron of one of the layers. */
typedef struct neuron {
    const lu_whitebox *layer; /* NULL = there is none */
    size_t position;
} neuron;

/* Which of the neuron's tests is shown. */
static size_t shown;

size_t lu_neurons(const lu_app *a)
{
    size_t n = 0;

    for (size_t i = 0; i < a->look.whitebox.layers; i++) {
        n += a->look.whitebox.layer[i].neurons;
    }
    return n;
}

static neuron neuron_at(const lu_app *a, size_t row)
{
    for (size_t i = 0; i < a->look.whitebox.layers; i++) {
        const lu_whitebox *w = &a->look.whitebox.layer[i];

        if (row < w->neurons) {
            return (neuron){w, row};
        }
        row -= w->neurons;
    }
    return (neuron){NULL, 0};
}

static size_t tests_of(neuron n)
{
    if (n.layer == NULL) {
        return 0;
    }
    return n.layer->start[n.position + 1] - n.layer->start[n.position];
}

void lu_neuron_text(const lu_app *a, size_t row, char *out, size_t size)
{
    neuron n = neuron_at(a, row);

    out[0] = '\0';
    if (n.layer != NULL) {
        snprintf(out, size, "layer %d neuron %d %s", n.layer->layer,
                 (int)n.layer->neuron[n.position], tests_of(n) ? "" : "none");
    }
}

static void neuron_words(const void *context, size_t row, char *out, size_t size)
{
    lu_neuron_text(context, row, out, size);
}

static neuron neuron_under_cursor(const lu_app *a)
{
    const lu_list *l = &a->list[LU_SCREEN_SAMPLES];

    return neuron_at(a, lu_list_row(l, lu_neurons(a), neuron_words, a, l->cursor));
}

void lu_neuron_step(lu_app *a, int by)
{
    neuron n = neuron_under_cursor(a);
    size_t tests = tests_of(n);

    if (tests > 0) {
        shown = (shown % tests + tests + (size_t)(by % (int)tests)) % tests;
    }
}

/* --- the list --- */

static void put_row(lu_pane row, neuron n)
{
    if (n.layer == NULL) {
        return;
    }
    lu_pane_print(row, 1, 0, LU_INK_TEXT, "%5d", n.layer->layer);
    lu_pane_print(row, 7, 0, LU_INK_TEXT, "%6d", (int)n.layer->neuron[n.position]);
    lu_pane_print(row, 14, 0, tests_of(n) ? LU_INK_TEXT : LU_INK_DIM, "%5zu", tests_of(n));
    lu_put_number(row, 20, 0, 9, n.layer->threshold[n.position], LU_INK_TEXT);
}

static void put_list(lu_app *a, lu_pane pane)
{
    lu_list *l = &a->list[LU_SCREEN_SAMPLES];
    lu_pane in = lu_pane_box(pane, "White-box tests", LU_INK_FOCUS, a->options.glyphs);
    lu_pane list = lu_pane_sub(in, 0, 1, in.width, in.height - 1);
    size_t n = lu_neurons(a);
    size_t row;

    lu_pane_text(in, 1, 0, "layer neuron tests    target", LU_INK_HEADER);
    lu_list_fit(l, lu_list_count(l, n, neuron_words, a), (size_t)list.height);
    row = lu_list_row(l, n, neuron_words, a, l->top);
    for (int y = 0; y < list.height && row < n; y++) {
        lu_pane line = lu_pane_sub(list, 0, y, list.width, 1);

        put_row(line, neuron_at(a, row));
        lu_put_cursor(a, line, l->top + (size_t)y == l->cursor);
        row = lu_next_row(l, n, neuron_words, a, row);
    }
}

/* --- which seed drove which neuron --- */

static size_t seeds_of(const lu_whitebox *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->start[w->neurons]; i++) {
        n = w->seed[i] >= n ? (size_t)w->seed[i] + 1 : n;
    }
    return n;
}

/* Rows: neurons of the layer; columns: seeds; shade: Adam steps taken. */
static void put_map(const lu_app *a, lu_pane pane, const lu_whitebox *w)
{
    size_t columns = seeds_of(w);
    double *values = lu_zalloc(w->neurons * columns, sizeof *values);
    lu_heatmap map = {values, w->neurons, columns, NAN, NAN, NAN};

    if (values == NULL || columns == 0) {
        free(values);
        return;
    }
    for (size_t i = 0; i < w->neurons * columns; i++) {
        values[i] = NAN;
    }
    for (size_t i = 0; i < w->neurons; i++) {
        for (size_t k = w->start[i]; k < w->start[i + 1]; k++) {
            values[i * columns + w->seed[k]] = w->iterations[k];
        }
    }
    lu_heatmap_cells(pane, &map, a->options.glyphs);
    free(values);
}

/* --- the test --- */

static lu_pair pair_of(const lu_app *a, neuron n, size_t test)
{
    const lu_whitebox *w = n.layer;
    size_t seed = w->seed[test];
    lu_pair p = {
        .seeds = &a->look.seed_images.samples, .tests = &w->tests, .seed = seed, .test = test};

    if (seed < a->look.seeds.n) {
        snprintf(p.seed_name, sizeof p.seed_name, "seed #%zu", a->look.seeds.index[seed]);
    } else {
        snprintf(p.seed_name, sizeof p.seed_name, "seed %zu", seed);
    }
    snprintf(p.test_name, sizeof p.test_name, "test %zu of %zu", test - w->start[n.position] + 1,
             tests_of(n));
    return p;
}

static void put_numbers(lu_pane row, neuron n, const lu_pair *p)
{
    char linf[LU_NUMBER_MAX], l2[LU_NUMBER_MAX];
    lu_change_size c;
    int x = lu_pane_print(row, 0, 0, LU_INK_TEXT, "%u steps", n.layer->iterations[p->test]);

    if (lu_pair_change(p, &c)) {
        lu_pane_print(row, x, 0, LU_INK_TEXT, "  Linf %s  L2 %s", lu_number(c.linf, linf),
                      lu_number(c.l2, l2));
    }
}

/* Returns the first row below. */
static int put_test(lu_app *a, lu_pane pane, neuron n, unsigned turn)
{
    size_t tests = tests_of(n);
    lu_picture_plan plan;
    lu_pair p;

    if (tests == 0) {
        return lu_put_paragraph(pane, 0, "No seed drove this neuron beyond its target.",
                                LU_INK_DIM) +
               1;
    }
    p = pair_of(a, n, n.layer->start[n.position] + shown % tests);
    plan = lu_pictures_plan(a, n.layer->tests.shape, pane.width, pane.height - 2);
    if (plan.count == 0) {
        return 0;
    }
    lu_put_pictures(a, pane, &p, &plan, turn);
    put_numbers(lu_pane_sub(pane, 0, plan.height + 1, pane.width, 1), n, &p);
    return plan.height + 3;
}

bool lu_neuron_pair(const lu_app *a, lu_pair *p, char *stem, size_t size)
{
    neuron n = neuron_under_cursor(a);
    size_t tests = n.layer != NULL ? tests_of(n) : 0;

    if (tests == 0) {
        return false;
    }
    *p = pair_of(a, n, n.layer->start[n.position] + shown % tests);
    snprintf(stem, size, "whitebox-%d-%zu", n.layer->layer, p->test);
    return true;
}

void lu_put_neurons(lu_app *a, lu_pane pane, unsigned turn)
{
    int list = pane.width < 2 * LIST_COLUMNS ? pane.width / 2 : LIST_COLUMNS;
    lu_pane right = lu_pane_sub(pane, list + 1, 0, pane.width - list - 1, pane.height);
    neuron n = neuron_under_cursor(a);
    int below;

    if (lu_neurons(a) == 0) {
        lu_pane box = lu_pane_box(pane, "White-box tests", LU_INK_BORDER, a->options.glyphs);
        lu_put_paragraph(lu_pane_sub(box, 1, 1, box.width - 2, box.height - 1), 0,
                         "There are no white-box tests. Tab: the black-box tests.", LU_INK_TEXT);
        return;
    }
    put_list(a, lu_pane_sub(pane, 0, 0, list, pane.height));
    if (n.layer == NULL) {
        return;
    }
    below = put_test(a, right, n, turn);
    if (right.height - below >= 4) {
        lu_pane_field(right, 0, below, right.width,
                      "steps to the target: neurons down, seeds across, dot: not reached",
                      LU_INK_HEADER, LU_ALIGN_LEFT);
        put_map(a, lu_pane_sub(right, 0, below + 1, right.width, right.height - below - 1),
                n.layer);
    }
}
