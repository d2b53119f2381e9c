/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What victim and suspect answer to the black-box tests, and the tests in the order of the screen.
 */
#ifndef LU_TUI_VIEWS_MODEL_ANSWERS_H
#define LU_TUI_VIEWS_MODEL_ANSWERS_H

#include "tui/views/model_look.h"

typedef enum lu_order {
    LU_ORDER_MADE,     /* as the tests were made */
    LU_ORDER_APART,    /* largest disagreement first */
    LU_ORDER_TOGETHER, /* smallest first */
    LU_ORDERS
} lu_order;

/* Are the answers of both to the tests on the screen there? */
bool lu_answers_known(const lu_app *a);

/* Row k of the list as a test; k < tests.n. */
size_t lu_answers_test(const lu_app *a, size_t row);

/* Jensen-Shannon divergence of both answers to a test, in nats; NAN when not known. */
double lu_answers_distance(const lu_app *a, size_t test);

/* The class answered, -1 when not known. */
int lu_answers_class(const lu_app *a, size_t test, bool victim);

/* The order of the list, and the next one. */
lu_order lu_answers_order(void);
void lu_answers_next_order(void);

/* Bars of the most probable classes of one model, one a row. */
void lu_put_classes(const lu_app *a, lu_pane pane, size_t test, bool victim);

#endif
