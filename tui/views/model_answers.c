/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/model_answers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Tests in the order of the screen; made again when what it was made from has changed. */
static struct {
    lu_order order;
    const lu_app *app;
    char model[LU_NAME_MAX];
    const float *victim, *suspect;
    unsigned looks;
    lu_order made;
    size_t n;
    size_t *test;     /* n; owned */
    double *distance; /* n, by test; owned */
} sorted;

bool lu_answers_known(const lu_app *a)
{
    const lu_model_result *m = lu_app_suspect(a);

    return m != NULL && a->asked.victim != NULL && a->asked.suspect != NULL &&
           a->asked.classes > 0 && a->asked.tests == a->look.blackbox.tests.n &&
           strcmp(a->asked.model, m->name) == 0;
}

static lu_head head_of(const lu_item *item)
{
    return item != NULL ? item->info.head : LU_HEAD_SOFTMAX;
}

static lu_head head_of_model(const lu_app *a, bool victim)
{
    return head_of(victim ? lu_case_victim(a->c) : lu_case_find(a->c, a->asked.model));
}

static const float *logits_of(const lu_app *a, size_t test, bool victim)
{
    return (victim ? a->asked.victim : a->asked.suspect) + test * a->asked.classes;
}

double lu_answers_distance(const lu_app *a, size_t test)
{
    if (!lu_answers_known(a) || test >= a->asked.tests) {
        return NAN;
    }
    return lu_jsd(logits_of(a, test, true), head_of_model(a, true), logits_of(a, test, false),
                  head_of_model(a, false), 1, a->asked.classes);
}

int lu_answers_class(const lu_app *a, size_t test, bool victim)
{
    if (!lu_answers_known(a) || test >= a->asked.tests) {
        return -1;
    }
    return (int)lu_argmax(logits_of(a, test, victim), a->asked.classes);
}

/* --- the order --- */

static int by_distance(const void *a, const void *b)
{
    size_t i = *(const size_t *)a;
    size_t k = *(const size_t *)b;
    double x = sorted.distance[i];
    double y = sorted.distance[k];
    int sign = sorted.order == LU_ORDER_APART ? -1 : 1;

    if (x < y || x > y) {
        return x < y ? -sign : sign;
    }
    return (i > k) - (i < k);
}

static bool is_current(const lu_app *a)
{
    return sorted.app == a && sorted.looks == a->looks && sorted.victim == a->asked.victim &&
           sorted.suspect == a->asked.suspect && strcmp(sorted.model, a->asked.model) == 0 &&
           sorted.made == sorted.order && sorted.n == a->look.blackbox.tests.n &&
           sorted.test != NULL;
}

static bool make_room(size_t n)
{
    free(sorted.test);
    free(sorted.distance);
    sorted.test = lu_zalloc(n, sizeof *sorted.test);
    sorted.distance = lu_zalloc(n, sizeof *sorted.distance);
    if (sorted.test == NULL || sorted.distance == NULL) {
        free(sorted.test);
        free(sorted.distance);
        sorted.test = NULL;
        sorted.distance = NULL;
    }
    return sorted.test != NULL;
}

static bool sort_tests(const lu_app *a)
{
    size_t n = a->look.blackbox.tests.n;

    if (is_current(a)) {
        return true;
    }
    if (!make_room(n)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        double d = lu_answers_distance(a, i);

        sorted.test[i] = i;
        sorted.distance[i] = isfinite(d) ? d : 0;
    }
    qsort(sorted.test, n, sizeof *sorted.test, by_distance);
    sorted.app = a;
    sorted.looks = a->looks;
    snprintf(sorted.model, sizeof sorted.model, "%s", a->asked.model);
    sorted.victim = a->asked.victim;
    sorted.suspect = a->asked.suspect;
    sorted.made = sorted.order;
    sorted.n = n;
    return true;
}

size_t lu_answers_test(const lu_app *a, size_t row)
{
    if (sorted.order == LU_ORDER_MADE || !lu_answers_known(a) || !sort_tests(a) ||
        row >= sorted.n) {
        return row;
    }
    return sorted.test[row];
}

lu_order lu_answers_order(void)
{
    return sorted.order;
}

void lu_answers_next_order(void)
{
    sorted.order = (lu_order)((sorted.order + 1) % LU_ORDERS);
}

/* --- classes --- */

/* The k-th most probable class, by finding the next below the one before. */
static size_t next_class(const double *p, size_t classes, size_t before)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < classes; i++) {
        bool below = before == SIZE_MAX || p[i] < p[before] || (i > before && p[i] == p[before]);

        if (below && (best == SIZE_MAX || p[i] > p[best])) {
            best = i;
        }
    }
    return best;
}

static void put_class(lu_pane row, size_t class_number, double p, bool truth, lu_ink ink,
                      lu_glyph_set glyphs)
{
    char number[LU_NUMBER_MAX];
    bool room = row.width >= 26;
    int at = room ? 9 : 4;
    lu_pane bar = lu_pane_sub(row, at, 0, row.width - at - 7, 1);

    lu_pane_print(row, 0, 0, LU_INK_TEXT, "%3zu %s", class_number, truth && room ? "true" : "");
    lu_bar_cells(bar, p, ink, glyphs);
    lu_pane_field(row, row.width - 6, 0, 6, lu_number_fixed(p, 3, number), LU_INK_TEXT,
                  LU_ALIGN_RIGHT);
}

void lu_put_classes(const lu_app *a, lu_pane pane, size_t test, bool victim)
{
    const lu_samples *tests = &a->look.blackbox.tests;
    size_t at = SIZE_MAX;
    double *p;

    if (!lu_answers_known(a) || test >= a->asked.tests || pane.width < 14) {
        return;
    }
    p = lu_zalloc(a->asked.classes, sizeof *p);
    if (p == NULL) {
        return;
    }
    lu_probabilities(head_of_model(a, victim), logits_of(a, test, victim), a->asked.classes, p);
    for (int y = 0; y < pane.height; y++) {
        at = next_class(p, a->asked.classes, at);
        if (at == SIZE_MAX) {
            break;
        }
        put_class(lu_pane_sub(pane, 0, y, pane.width, 1), at, p[at],
                  tests->labels != NULL && tests->labels[test] == (int32_t)at,
                  victim ? LU_INK_VICTIM : LU_INK_SUSPECT, a->options.glyphs);
    }
    free(p);
}
