/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One black-box test: what it is, as a row of the list. */
#ifndef LU_TUI_VIEWS_MODEL_TESTS_H
#define LU_TUI_VIEWS_MODEL_TESTS_H

#include "tui/views/model_pictures.h"

/* The true label, -1 when there is none. */
int lu_test_label(const lu_app *a, size_t test);

/* Test and seed, with their numbers. */
lu_pair lu_test_pair(const lu_app *a, size_t test);

/* A class as text, "-" for -1. */
void lu_class_text(int number, char out[16]);

/* Names of the columns, and a test in them, as many as the width holds. */
void lu_put_test_head(lu_pane row);
void lu_put_test_row(const lu_app *a, lu_pane row, size_t test);

#endif
