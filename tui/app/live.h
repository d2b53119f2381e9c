/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of the generation or embedding that runs now: gathered from glimpses in the job's
 * thread, copied for the screen. All of it is bounded, however long the work takes.
 */
#ifndef LU_TUI_APP_LIVE_H
#define LU_TUI_APP_LIVE_H

#include "core/core.h"

enum { LU_LIVE_POINTS = 256, LU_LIVE_NEURONS = 4096 };

/* Values over time. Full, it is thinned: a point is then the mean of 2, 4, 8 ... values. */
typedef struct lu_live_series {
    double value[LU_LIVE_POINTS]; /* NAN = a gap */
    size_t n;
    size_t each;        /* values to a point */
    double sum;         /* of the point being gathered */
    size_t took, known; /* values it has; how many of them are numbers */
} lu_live_series;

/* Start from zeroed memory. */
void lu_live_add(lu_live_series *s, double value);

/* An embedding's curves: the encoder's four losses, shares of clean samples and keys answered
   right, and of clean samples by the unmarked twin. */
typedef enum lu_live_curve {
    LU_LIVE_MSE,
    LU_LIVE_SSIM,
    LU_LIVE_ADV,
    LU_LIVE_HOST,
    LU_LIVE_CLEAN,
    LU_LIVE_KEY,
    LU_LIVE_TWIN,
    LU_LIVE_CURVES
} lu_live_curve;

typedef struct lu_live {
    bool any;
    char what[128];  /* what the job was at when the last glimpse came */
    bool over;       /* in a copy for the screen: it is at something else now */
    lu_glimpse now;  /* counts are the last told; the rest is of the shard shown, into `room` */
    double shown_at; /* seconds; when that was told, 0 = it has ended */
    lu_live_series loss;
    lu_live_series yield;                 /* percent of those tried */
    size_t neurons;                       /* white box: in the grid, at most LU_LIVE_NEURONS */
    float reach[LU_LIVE_NEURONS];         /* highest activation so far over k; NAN = none yet */
    lu_live_series curve[LU_LIVE_CURVES]; /* embedding; accuracies in percent */
    lu_glimpse_room room;                 /* of an embedding: its last keys, while it has none */
} lu_live;

/* Takes a glimpse in, at `now` seconds. Another method or layer starts anew. The shard shown stays
   until it ends or is silent for a second: the eye cannot follow engines in turns. */
void lu_live_take(lu_live *l, const lu_glimpse *g, double now);

/* A copy that points into its own room. */
void lu_live_copy(const lu_live *from, lu_live *to);

#endif
