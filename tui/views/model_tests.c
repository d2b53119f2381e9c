/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/model_tests.h"
#include "tui/views/model_answers.h"

#include <math.h>
#include <stdio.h>

static const lu_blackbox *tests_of(const lu_app *a)
{
    return &a->look.blackbox;
}

int lu_test_label(const lu_app *a, size_t test)
{
    const lu_samples *s = &tests_of(a)->tests;

    return s->labels != NULL ? s->labels[test] : -1;
}

lu_pair lu_test_pair(const lu_app *a, size_t test)
{
    const lu_blackbox *b = tests_of(a);
    size_t seed = b->seed != NULL ? b->seed[test] : test;
    lu_pair p = {
        .seeds = &a->look.seed_images.samples, .tests = &b->tests, .seed = seed, .test = test};

    if (seed < a->look.seeds.n) {
        snprintf(p.seed_name, sizeof p.seed_name, "seed #%zu", a->look.seeds.index[seed]);
    } else {
        snprintf(p.seed_name, sizeof p.seed_name, "seed %zu", seed);
    }
    snprintf(p.test_name, sizeof p.test_name, "test %zu", test);
    return p;
}

void lu_class_text(int number, char out[16])
{
    if (number < 0) {
        snprintf(out, 16, "-");
    } else {
        snprintf(out, 16, "%d", number);
    }
}

/* --- the list --- */

enum {
    TEST_AT = 1,
    VICTIM_AT = 5,
    SUSPECT_AT = 8,
    SAME_AT = 11,
    LABEL_AT = 12,
    APART_AT = 17,
    CHANGE_AT = 24,
    SEED_AT = 31,
    CLASS_COLUMNS = 3,
    LABEL_COLUMNS = 5,
    NUMBER_COLUMNS = 6,
    SEED_COLUMNS = 9
};

static bool has(lu_pane row, int at, int columns)
{
    return row.width >= at + columns;
}

void lu_put_test_head(lu_pane row)
{
    lu_pane_field(row, TEST_AT, 0, 4, "test", LU_INK_HEADER, LU_ALIGN_RIGHT);
    lu_pane_field(row, VICTIM_AT, 0, CLASS_COLUMNS, "v", LU_INK_VICTIM, LU_ALIGN_RIGHT);
    lu_pane_field(row, SUSPECT_AT, 0, CLASS_COLUMNS, "s", LU_INK_SUSPECT, LU_ALIGN_RIGHT);
    if (has(row, LABEL_AT, LABEL_COLUMNS)) {
        lu_pane_field(row, LABEL_AT, 0, LABEL_COLUMNS, "true", LU_INK_HEADER, LU_ALIGN_RIGHT);
    }
    if (has(row, APART_AT, NUMBER_COLUMNS)) {
        lu_pane_field(row, APART_AT, 0, NUMBER_COLUMNS, "JSD", LU_INK_HEADER, LU_ALIGN_RIGHT);
    }
    if (has(row, CHANGE_AT, NUMBER_COLUMNS)) {
        lu_pane_field(row, CHANGE_AT, 0, NUMBER_COLUMNS, "Linf", LU_INK_HEADER, LU_ALIGN_RIGHT);
    }
    if (has(row, SEED_AT, SEED_COLUMNS)) {
        lu_pane_field(row, SEED_AT, 0, SEED_COLUMNS, "seed", LU_INK_HEADER, LU_ALIGN_RIGHT);
    }
}

static void put_class(lu_pane row, int x, int width, int number, lu_ink ink)
{
    char text[16];

    lu_class_text(number, text);
    lu_pane_field(row, x, 0, width, text, ink, LU_ALIGN_RIGHT);
}

static void list_answers(const lu_app *a, lu_pane row, size_t test)
{
    int victim = lu_answers_class(a, test, true);
    int suspect = lu_answers_class(a, test, false);

    put_class(row, VICTIM_AT, CLASS_COLUMNS, victim, LU_INK_VICTIM);
    put_class(row, SUSPECT_AT, CLASS_COLUMNS, suspect, LU_INK_SUSPECT);
    if (victim >= 0) {
        lu_pane_put(row, SAME_AT, 0, victim == suspect ? '=' : 0xd7,
                    victim == suspect ? LU_INK_COPY : LU_INK_NOT_COPY);
    }
}

/* To three decimals: what is below is as good as 0 beside the others. */
static void put_distance(lu_pane row, int x, double value)
{
    char text[LU_NUMBER_MAX];

    if (isnan(value)) {
        lu_put_number(row, x, 0, NUMBER_COLUMNS, value, LU_INK_TEXT);
        return;
    }
    lu_pane_field(row, x, 0, NUMBER_COLUMNS, lu_number_fixed(value, 3, text), LU_INK_TEXT,
                  LU_ALIGN_RIGHT);
}

void lu_put_test_row(const lu_app *a, lu_pane row, size_t test)
{
    lu_pair p = lu_test_pair(a, test);
    lu_change_size change;

    lu_pane_print(row, TEST_AT, 0, LU_INK_TEXT, "%4zu", test);
    list_answers(a, row, test);
    if (has(row, LABEL_AT, LABEL_COLUMNS)) {
        put_class(row, LABEL_AT, LABEL_COLUMNS, lu_test_label(a, test), LU_INK_DIM);
    }
    if (has(row, APART_AT, NUMBER_COLUMNS)) {
        put_distance(row, APART_AT, lu_answers_distance(a, test));
    }
    if (has(row, CHANGE_AT, NUMBER_COLUMNS) && lu_pair_change(&p, &change)) {
        put_distance(row, CHANGE_AT, change.linf);
    }
    if (has(row, SEED_AT, SEED_COLUMNS) && p.seed < a->look.seeds.n) {
        lu_pane_print(row, SEED_AT, 0, LU_INK_DIM, "%*zu", SEED_COLUMNS,
                      a->look.seeds.index[p.seed]);
    }
}
