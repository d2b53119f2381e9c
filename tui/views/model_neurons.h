/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The white-box tests: a row a neuron, its tests one by one, which seeds drove which neuron far
 * enough. */
#ifndef LU_TUI_VIEWS_MODEL_NEURONS_H
#define LU_TUI_VIEWS_MODEL_NEURONS_H

#include "tui/views/model_pictures.h"

/* Rows of the list, and a row's words. */
size_t lu_neurons(const lu_app *a);
void lu_neuron_text(const lu_app *a, size_t row, char *out, size_t size);

/* Another test of the neuron under the cursor. */
void lu_neuron_step(lu_app *a, int by);

/* `turn` as in lu_put_pictures. */
void lu_put_neurons(lu_app *a, lu_pane pane, unsigned turn);

/* The test shown of the neuron under the cursor, and a name for its files; false: none. */
bool lu_neuron_pair(const lu_app *a, lu_pair *p, char *stem, size_t size);

#endif
