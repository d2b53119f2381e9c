/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/similarity/adam.h"
#include "core/watermark/marks.h"

#include <string.h>

lu_ipguard_params lu_ipguard_default(void)
{
    return (lu_ipguard_params){.rate = 0.01, .iterations = 1000, .high = 1, .seed = 1};
}

/* One batch of points on their way. */
typedef struct walk {
    lu_model *victim;
    const lu_ipguard_params *p;
    size_t n, size, classes;
    float *x, *m, *v, *grad; /* n x size */
    float *z, *seed;         /* n x classes */
    size_t *from, *to;       /* classes i and j */
    bool *there;
} walk;

static void walk_fini(walk *w)
{
    void *const owned[] = {w->x, w->m, w->v, w->grad, w->z, w->seed, w->from, w->to, w->there};

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free(owned[i]);
    }
}

static lu_err walk_init(walk *w, lu_model *victim, const lu_ipguard_params *p)
{
    size_t n = victim->batch;

    *w = (walk){.victim = victim, .p = p, .size = lu_shape_size(victim->input)};
    w->classes = victim->classes;
    LU_TRY(LU_NEW(w->x, n * w->size));
    LU_TRY(LU_NEW(w->m, n * w->size));
    LU_TRY(LU_NEW(w->v, n * w->size));
    LU_TRY(LU_NEW(w->grad, n * w->size));
    LU_TRY(LU_NEW(w->z, n * w->classes));
    LU_TRY(LU_NEW(w->seed, n * w->classes));
    LU_TRY(LU_NEW(w->from, n));
    LU_TRY(LU_NEW(w->to, n));
    return LU_NEW(w->there, n);
}

static lu_err look(walk *w)
{
    const int logits = LU_LAYER_LOGITS;

    return lu_model_forward(w->victim, w->x, w->n, 1, &logits, &w->z);
}

/* The best class but i and j; i when there are but two. */
static size_t best_other(const float *z, size_t classes, size_t i, size_t j)
{
    size_t best = i;

    for (size_t c = 0; c < classes; c++) {
        if (c != i && c != j && (best == i || z[c] > z[best])) {
            best = c;
        }
    }
    return best;
}

/* The objective of point b; its slope goes into the seed. */
static double objective(walk *w, size_t b)
{
    const float *z = w->z + b * w->classes;
    float *g = w->seed + b * w->classes;
    size_t i = w->from[b], j = w->to[b], t = best_other(z, w->classes, i, j);
    double near = (double)z[i] - z[j] + w->p->k, over = (double)z[t] - z[i];

    memset(g, 0, w->classes * sizeof *g);
    if (near > 0) {
        g[i] += 1;
        g[j] -= 1;
    }
    if (over > 0) {
        g[t] += 1;
        g[i] -= 1;
    }
    return (near > 0 ? near : 0) + (over > 0 ? over : 0);
}

static void move(walk *w, size_t b, size_t step)
{
    float *x = w->x + b * w->size;
    size_t at = b * w->size;

    lu_adam_step(x, w->m + at, w->v + at, w->grad + at, w->size, lu_adam_rate(w->p->rate, step));
    for (size_t k = 0; k < w->size; k++) {
        x[k] = x[k] < (float)w->p->low    ? (float)w->p->low
               : x[k] > (float)w->p->high ? (float)w->p->high
                                          : x[k];
    }
}

/* All points of the batch as far as they come. */
static lu_err go(walk *w)
{
    for (size_t step = 1; step <= w->p->iterations; step++) {
        size_t left = 0;
        LU_TRY(look(w));
        for (size_t b = 0; b < w->n; b++) {
            w->there[b] = w->there[b] || objective(w, b) == 0;
            left += !w->there[b];
        }
        if (left == 0) {
            break;
        }
        LU_TRY(lu_model_backward(w->victim, LU_LAYER_LOGITS, w->seed, w->grad));
        for (size_t b = 0; b < w->n; b++) {
            if (!w->there[b]) {
                move(w, b, step);
            }
        }
    }
    return LU_OK;
}

static lu_err start(walk *w, const lu_samples *seeds, size_t first, lu_rng *rng)
{
    lu_samples_values(seeds, first, w->n, w->x);
    memset(w->m, 0, w->n * w->size * sizeof *w->m);
    memset(w->v, 0, w->n * w->size * sizeof *w->v);
    memset(w->seed, 0, w->n * w->classes * sizeof *w->seed);
    LU_TRY(look(w));
    for (size_t b = 0; b < w->n; b++) {
        LU_TRY(lu_rng_restart(rng, w->p->seed, "ipguard", first + b));
        w->there[b] = false;
        w->from[b] = lu_argmax(w->z + b * w->classes, w->classes);
        w->to[b] = (w->from[b] + 1 + lu_rng_below(rng, w->classes - 1)) % w->classes;
    }
    return LU_OK;
}

/* Those that arrived, with the victim's answer. */
static lu_err keep(walk *w, lu_samples *out)
{
    LU_TRY(look(w));
    for (size_t b = 0; b < w->n; b++) {
        if (w->there[b]) {
            memcpy(out->values + out->n * w->size, w->x + b * w->size, w->size * sizeof *w->x);
            out->labels[out->n++] = (int32_t)lu_argmax(w->z + b * w->classes, w->classes);
        }
    }
    return LU_OK;
}

lu_err lu_ipguard_generate(lu_model *victim, const lu_samples *seeds, const lu_ipguard_params *p,
                           const lu_job *job, lu_samples *out)
{
    lu_rng *rng = NULL;
    walk w;
    lu_err err;

    *out = (lu_samples){0};
    if (!lu_shape_equal(seeds->shape, victim->input) || victim->classes < 2) {
        return lu_fail(LU_ERR_INPUT, "the seeds do not have the network's shape");
    }
    err = walk_init(&w, victim, p);
    if (!err) {
        err = lu_samples_alloc(out, seeds->n, seeds->shape, victim->classes, false);
    }
    if (!err) {
        err = lu_rng_new(&rng, p->seed, "ipguard", 0);
    }
    out->n = 0;
    for (size_t first = 0; first < seeds->n && !err; first += w.n) {
        w.n = seeds->n - first < victim->batch ? seeds->n - first : victim->batch;
        err = lu_job_at(job, "walking to the boundary", (double)first, (double)seeds->n);
        if (!err) {
            err = start(&w, seeds, first, rng);
        }
        if (!err) {
            err = go(&w);
        }
        if (!err) {
            err = keep(&w, out);
        }
    }
    walk_fini(&w);
    lu_rng_free(&rng);
    if (err) {
        lu_samples_fini(out);
    }
    return err;
}
