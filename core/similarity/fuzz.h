/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The moving batch of neuron fuzzing, inside core/similarity/ only: whitebox.c moves it,
 * whitebox_watch.c shows it to whoever watches the job.
 */
#ifndef LU_CORE_SIMILARITY_FUZZ_H
#define LU_CORE_SIMILARITY_FUZZ_H

#include "core/glimpse.h"
#include "core/similarity/whitebox.h"

typedef struct lu_fuzz_slot {
    size_t pair;    /* neuron position * seeds + seed */
    uint32_t steps; /* Adam steps taken */
    bool retired;   /* finished; its rows are to be given to another pair */
} lu_fuzz_slot;

typedef struct lu_fuzz {
    lu_model *victim;
    const lu_samples *seeds;
    const lu_whitebox_params *p;
    int layer;
    const int32_t *neuron;
    const double *threshold;
    size_t first;          /* position of seeds[0] in the whole list */
    size_t size, width;    /* of an image, of the layer */
    size_t neurons;        /* positions */
    size_t pairs, next;    /* in all; first one not yet begun */
    size_t capacity, live; /* slots */
    lu_fuzz_slot *slot;
    float *x, *m, *v, *grad; /* slot: image size */
    float *phi, *seed;       /* slot: width */
    float **image;           /* pair: the test case, NULL when there is none; owned */
    uint32_t *iterations;    /* pair */
    size_t dead, unreached;  /* pairs without a test case */
    double *highest;         /* position: activation of any pair so far; NULL when nobody watches */
    bool *news;              /* position: higher than when last told */
    float *start;            /* room for the seed of the image shown */
} lu_fuzz;

static inline size_t lu_fuzz_position(const lu_fuzz *f, size_t pair)
{
    return pair / f->seeds->n;
}

/* Makes room for what watchers see; nothing when the job is not watched. */
lu_err lu_fuzz_watch(lu_fuzz *f, const lu_job *job);

/* After each forward, and once at the end: remembers how far neurons got, and gives the job a
   glimpse when one is due (at the end in any case). Changes nothing but that memory. */
void lu_fuzz_look(lu_fuzz *f, const lu_job *job);

#endif
