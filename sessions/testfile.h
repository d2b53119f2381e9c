/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test cases as .npz: the layout of the contract ("Layers, images, test cases"), which the authors'
 * tool reads too. */
#ifndef LU_SESSIONS_TESTFILE_H
#define LU_SESSIONS_TESTFILE_H

#include "sessions/case/case.h"

/* The white-box tests of several layers. */
typedef struct lu_whitebox_set {
    size_t layers;
    lu_whitebox layer[LU_LAYERS_MAX];
} lu_whitebox_set;

void lu_whitebox_set_fini(lu_whitebox_set *w);
size_t lu_whitebox_set_tests(const lu_whitebox_set *w); /* in all layers */

/* advx, advy, and how they came about: seed (positions), yield, max_linf. */
lu_err lu_blackbox_write(const lu_blackbox *b, lu_buf *out);

/* One layer: layer, neurons, tests_<i>; several: layers, neurons_<L>, tests_<L>_<i>. With seeds,
   iterations, thresholds and yield beside. */
lu_err lu_whitebox_write(const lu_whitebox_set *w, lu_buf *out);

/* Either kind may be missing from a file: then *has_... is false (or w->layers 0). Values that a
   foreign file leaves out are zero. LU_ERR_INPUT names the array that is wrong. */
lu_err lu_blackbox_from(const lu_arrays *a, bool *has, lu_blackbox *out);
lu_err lu_whitebox_from(const lu_arrays *a, lu_whitebox_set *out);

#endif
