/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seed, test and their difference, pixel for pixel, with zoom and amplification written beside. */
#ifndef LU_TUI_VIEWS_MODEL_PICTURES_H
#define LU_TUI_VIEWS_MODEL_PICTURES_H

#include "tui/views/model_look.h"

/* A test and the seed it started from. */
typedef struct lu_pair {
    const lu_samples *seeds, *tests;
    size_t seed, test;  /* positions in them */
    char seed_name[48]; /* "seed #4711" */
    char test_name[48];
    const char *ends[2]; /* of their files' names; NULL = "seed", "test" */
} lu_pair;

enum { LU_PICTURES = 3, LU_PICTURE_GAP = 2 };

/* How large they are drawn: zoom 0 = smaller than the pixels. */
typedef struct lu_picture_plan {
    int count; /* pictures beside each other: 3, 2, 1, or 0 */
    int zoom;
    int width, height; /* of each, its caption not counted */
    lu_pixels how;
} lu_picture_plan;

/* As many as fit into width x height (with a row for captions), at the zoom asked for or the
   largest below it. */
lu_picture_plan lu_pictures_plan(const lu_app *a, lu_shape shape, int width, int height);

/* Columns they take. */
int lu_pictures_columns(const lu_picture_plan *plan);

/* Draws from the pane's upper left corner. With fewer than three, `turn` says which come first: 0 =
   test and difference. */
void lu_put_pictures(const lu_app *a, lu_pane pane, const lu_pair *p, const lu_picture_plan *plan,
                     unsigned turn);

/* Writes the three as PNG, pixel for pixel, into a folder ("" = the working folder):
   STEM-seed.png, STEM-test.png, STEM-difference-x5.png, or with the pair's own ends. */
lu_err lu_pictures_save(const lu_app *a, const lu_pair *p, const char *folder, const char *stem);

/* GAIN, GAIN_UP, GAIN_DOWN, ZOOM_IN, ZOOM_OUT. */
bool lu_pictures_command(lu_app *a, lu_do what, const char *arguments);

/* How far the test is from its seed. */
typedef struct lu_change_size {
    double linf, l2;
    size_t l0, pixels; /* values that differ, values in all */
} lu_change_size;

/* False when the two cannot be compared. */
bool lu_pair_change(const lu_pair *p, lu_change_size *out);

#endif
