/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 5 Samples: the tests one by one: seed, test case, difference, what both models answer. */
#include "tui/views/model_answers.h"
#include "tui/views/model_neurons.h"
#include "tui/views/model_pictures.h"
#include "tui/views/model_tests.h"
#include "tui/views/views.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    LIST_MIN = 13, /* columns of the list beside the pictures, with its border */
    LIST_MAX = 46,
    ANSWERS_MIN = 4 /* rows below the pictures: numbers, head, two classes */
};

/* Which pictures are shown when not all three fit; t turns on. */
static unsigned turn;

/* Tab: the black-box tests, or the neurons of the white-box ones. */
static bool shows_neurons(const lu_app *a)
{
    return a->focus % 2 == 1;
}

static const lu_blackbox *tests_of(const lu_app *a)
{
    return &a->look.blackbox;
}

static size_t rows(const lu_app *a)
{
    return shows_neurons(a) ? lu_neurons(a) : tests_of(a)->tests.n;
}

static void row_text(const lu_app *a, size_t row, char *out, size_t size)
{
    size_t test;

    if (shows_neurons(a)) {
        lu_neuron_text(a, row, out, size);
        return;
    }
    test = lu_answers_test(a, row);
    snprintf(out, size, "test %zu label %d victim %d suspect %d %s", test, lu_test_label(a, test),
             lu_answers_class(a, test, true), lu_answers_class(a, test, false),
             lu_answers_class(a, test, true) == lu_answers_class(a, test, false) ? "agree"
                                                                                 : "differ");
}

static void row_words(const void *context, size_t row, char *out, size_t size)
{
    row_text(context, row, out, size);
}

static size_t count(const lu_app *a)
{
    return lu_list_count(&a->list[LU_SCREEN_SAMPLES], rows(a), row_words, a);
}

static size_t row_at(const lu_app *a, size_t k)
{
    return lu_list_row(&a->list[LU_SCREEN_SAMPLES], rows(a), row_words, a, k);
}

static void put_list(lu_app *a, lu_pane pane)
{
    static const char *const titles[LU_ORDERS] = {"Tests", "Apart first", "Alike first"};
    lu_list *l = &a->list[LU_SCREEN_SAMPLES];
    bool tab = pane.width >= 30 && a->look.whitebox.layers > 0;
    char title[64];
    lu_pane in;
    lu_pane list;
    size_t row;

    snprintf(title, sizeof title, "%s%s", titles[lu_answers_order()],
             tab ? " (Tab: white box)" : "");
    in = lu_pane_box(pane, title, LU_INK_FOCUS, a->options.glyphs);
    list = lu_pane_sub(in, 0, 1, in.width, in.height - 1);
    lu_put_test_head(lu_pane_sub(in, 0, 0, in.width, 1));
    lu_list_fit(l, count(a), (size_t)list.height);
    row = row_at(a, l->top);
    for (int y = 0; y < list.height && row != SIZE_MAX; y++) {
        lu_pane line = lu_pane_sub(list, 0, y, list.width, 1);

        lu_put_test_row(a, line, lu_answers_test(a, row));
        lu_put_cursor(a, line, l->top + (size_t)y == l->cursor);
        row = lu_next_row(l, rows(a), row_words, a, row);
    }
}

/* --- numbers and answers below the pictures --- */

/* A text after column x when it fits; returns the column behind it. */
static int put_if_room(lu_pane row, int x, const char *text, lu_ink ink)
{
    return x + 2 + lu_columns(text) > row.width ? x
                                                : x + 2 + lu_pane_text(row, x + 2, 0, text, ink);
}

static void put_numbers(const lu_app *a, lu_pane row, const lu_pair *p, bool all)
{
    char linf[LU_NUMBER_MAX], l2[LU_NUMBER_MAX], apart[LU_NUMBER_MAX], label[16], text[96];
    double distance = lu_answers_distance(a, p->test);
    lu_change_size c;
    int x;

    lu_class_text(lu_test_label(a, p->test), label);
    x = lu_pane_print(row, 0, 0, LU_INK_TEXT, "true %s", label);
    if (lu_pair_change(p, &c)) {
        snprintf(text, sizeof text, "Linf %s  L2 %s  L0 %zu/%zu", lu_number(c.linf, linf),
                 lu_number(c.l2, l2), c.l0, c.pixels);
        x = put_if_room(row, x, text, LU_INK_TEXT);
    }
    if (!isnan(distance)) {
        snprintf(text, sizeof text, "JSD %s", lu_number(distance, apart));
        x = put_if_room(row, x, text, LU_INK_TEXT);
    }
    if (!all) {
        put_if_room(row, x, "t: seed", LU_INK_DIM);
    }
}

static void put_answers(const lu_app *a, lu_pane pane, const lu_pair *p, bool all)
{
    const lu_model_result *m = lu_app_suspect(a);
    int half = (pane.width - 2) / 2;
    bool known = lu_answers_known(a);
    char title[2][LU_NAME_MAX + 32], text[16];

    put_numbers(a, lu_pane_sub(pane, 0, 0, pane.width, 1), p, all);
    if (!known) {
        bool failed = m != NULL && !a->asking && strcmp(a->asked.model, m->name) == 0;

        lu_pane_text(pane, 0, 1,
                     m == NULL ? "no model to ask: scores are missing, r runs the stages"
                     : failed  ? "the models could not be asked; ! shows why"
                               : "asking both models for their answers ...",
                     failed ? LU_INK_WARNING : LU_INK_DIM);
        return;
    }
    lu_class_text(lu_answers_class(a, p->test, true), text);
    snprintf(title[0], sizeof title[0], "v victim: %s", text);
    lu_class_text(lu_answers_class(a, p->test, false), text);
    snprintf(title[1], sizeof title[1], "s %s: %s", m ? m->name : "", text);
    for (int i = 0; i < 2; i++) {
        lu_pane side = lu_pane_sub(pane, i * (half + 2), 1, half, pane.height - 1);

        lu_pane_field(side, 0, 0, half, title[i], i ? LU_INK_SUSPECT : LU_INK_VICTIM,
                      LU_ALIGN_LEFT);
        lu_put_classes(a, lu_pane_sub(side, 0, 1, half, side.height - 1), p->test, i == 0);
    }
}

/* --- layout --- */

static void put_nothing(const lu_app *a, lu_pane pane)
{
    if (a->look.any && a->look.result.reached >= LU_STAGE_TESTS) {
        lu_put_paragraph(lu_pane_sub(pane, 1, 1, pane.width - 2, pane.height - 1), 0,
                         "No seed gave a black-box test: all resisted or had no gradient. A larger "
                         "blackbox.ep gives more. Tab: the white-box tests.",
                         LU_INK_TEXT);
    } else {
        lu_models_missing(a, pane, "There are no tests yet.");
    }
}

static void put_test(lu_app *a, lu_pane pane, const lu_pair *p)
{
    lu_shape shape = p->tests->shape;
    lu_picture_plan plan =
        lu_pictures_plan(a, shape, pane.width - LIST_MIN - 1, pane.height - ANSWERS_MIN);
    int list = pane.width - lu_pictures_columns(&plan) - 1;
    int below = plan.height + 1;
    lu_pane right;

    if (plan.count == 0) {
        put_list(a, pane);
        return;
    }
    list = list > LIST_MAX ? LIST_MAX : list;
    right = lu_pane_sub(pane, list + 1, 0, pane.width - list - 1, pane.height);
    put_list(a, lu_pane_sub(pane, 0, 0, list, pane.height));
    lu_put_pictures(a, right, p, &plan, turn);
    put_answers(a, lu_pane_sub(right, 0, below, right.width, right.height - below), p,
                plan.count == LU_PICTURES);
}

static void draw(lu_app *a, lu_pane pane)
{
    size_t row;
    lu_pair p;

    if (shows_neurons(a)) {
        lu_put_neurons(a, pane, turn);
        return;
    }
    if (tests_of(a)->tests.n == 0) {
        put_nothing(a, lu_pane_box(pane, "Samples", LU_INK_BORDER, a->options.glyphs));
        return;
    }
    lu_app_ask_pair(a);
    row = row_at(a, a->list[LU_SCREEN_SAMPLES].cursor);
    if (row == SIZE_MAX) {
        put_list(a, pane);
        return;
    }
    p = lu_test_pair(a, lu_answers_test(a, row));
    put_test(a, pane, &p);
}

/* --- commands --- */

static void sort_tests(lu_app *a)
{
    static const char *const words[LU_ORDERS] = {
        "in the order they were made", "largest disagreement first", "smallest disagreement first"};

    lu_answers_next_order();
    a->list[LU_SCREEN_SAMPLES].cursor = 0;
    lu_app_say(a, LU_INK_TEXT, "tests %s%s", words[lu_answers_order()],
               lu_answers_known(a) ? "" : " once both models have answered");
}

/* The pair that is looked at, and a name for its files. */
static bool pair_shown(lu_app *a, lu_pair *p, char *stem, size_t size)
{
    size_t row = row_at(a, a->list[LU_SCREEN_SAMPLES].cursor);

    if (shows_neurons(a)) {
        return lu_neuron_pair(a, p, stem, size);
    }
    if (tests_of(a)->tests.n == 0 || row == SIZE_MAX) {
        return false;
    }
    *p = lu_test_pair(a, lu_answers_test(a, row));
    snprintf(stem, size, "blackbox-%zu", p->test);
    return true;
}

static void save_pictures(lu_app *a, const char *folder)
{
    char stem[64];
    lu_pair p;

    if (!pair_shown(a, &p, stem, sizeof stem)) {
        lu_app_say(a, LU_INK_WARNING, "there is no test to write");
    } else if (lu_pictures_save(a, &p, folder, stem)) {
        lu_app_fail(a, LU_ERR_IO);
    } else {
        lu_app_say(a, LU_INK_TEXT, "wrote %s%s%s-seed.png, -test.png, -difference-x%d.png", folder,
                   folder[0] ? "/" : "", stem, a->gain);
    }
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_LEFT:
    case LU_DO_RIGHT:
        if (shows_neurons(a)) {
            lu_neuron_step(a, what == LU_DO_LEFT ? -1 : 1);
        } else {
            lu_list_move(&a->list[LU_SCREEN_SAMPLES], what == LU_DO_LEFT ? -1 : 1, count(a));
        }
        return true;
    case LU_DO_SORT: sort_tests(a); return true;
    case LU_DO_TURN: turn = (turn + 1) % LU_PICTURES; return true;
    case LU_DO_DETAIL:
    case LU_DO_PICTURES: save_pictures(a, arguments); return true;
    default:
        return lu_pictures_command(a, what, arguments) || lu_models_command(a, what, arguments);
    }
}

const lu_view lu_view_samples = {draw, rows, row_text, command};
