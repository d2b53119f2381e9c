/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CW-L2 (Carlini & Wagner 2017) untargeted, as the authors took it over from cleverhans (spec 3.4):
 *
 *     x' = low + (high - low) (tanh(w + d) + 1)/2,   w = atanh(0.999999 (2x - 1))
 *     minimise ||x' - x||^2 + c max(0, Z_y - max_{j != y} Z_j + kappa) over d with Adam,
 *     search c; keep the nearest x' with max_{j != y} Z_j > Z_y + kappa.
 *
 * Every image searches on its own: whether it gives up early depends on its own loss, not on the
 * batch's sum as in cleverhans, and it starts its next search step at once. So what it finds does
 * not depend on its company, and finished images leave the batch.
 */
#include "core/base/mem.h"
#include "core/glimpse.h"
#include "core/similarity/adam.h"
#include "core/similarity/attacks.h"

#include <string.h>

/* spec 3.4, all from cleverhans */
#define EDGE 0.999999   /* keeps atanh finite */
#define NO_BOUND 1e10   /* upper bound of c while none is known */
#define BOUND_KNOWN 1e9 /* below this an upper bound was found */
#define PATIENCE 0.9999 /* less progress than this between two checks ends a search step */
enum { CHECK_EVERY = 100, C_GROWTH = 10 };

typedef struct search {
    double c, lower, upper; /* the constant and its bounds */
    double loss;            /* now */
    double previous;        /* at the last check */
    double best;            /* squared distance of the best image so far */
    size_t step;            /* of the binary search */
    size_t iteration;       /* in this step */
    size_t adam;            /* Adam steps in all; the moments outlive a search step */
    bool found;             /* a success in this step */
    bool ended;             /* this step is over */
} search;

/* Arrays by image (n of them) and by row of the live batch (rows 0..n_live-1). */
typedef struct cw {
    lu_model *victim;
    const lu_blackbox_params *p;
    const lu_attack_batch *b;
    size_t size, classes;
    search *search;       /* image */
    float *w, *d, *m, *v; /* image */
    size_t *live;         /* row: its image */
    size_t n_live;
    float *x, *slope, *grad; /* row: image, dx'/dd, gradient */
    float *logits, *seed;    /* row */
} cw;

static void cw_fini(cw *a)
{
    free(a->search);
    free(a->w);
    free(a->d);
    free(a->m);
    free(a->v);
    free(a->live);
    free(a->x);
    free(a->slope);
    free(a->grad);
    free(a->logits);
    free(a->seed);
}

static lu_err allocate(cw *a)
{
    size_t n = a->b->n;
    size_t pixels = n * a->size;

    LU_TRY(LU_NEW(a->search, n));
    LU_TRY(LU_NEW(a->w, pixels));
    LU_TRY(LU_NEW(a->d, pixels));
    LU_TRY(LU_NEW(a->m, pixels));
    LU_TRY(LU_NEW(a->v, pixels));
    LU_TRY(LU_NEW(a->live, n));
    LU_TRY(LU_NEW(a->x, pixels));
    LU_TRY(LU_NEW(a->slope, pixels));
    LU_TRY(LU_NEW(a->grad, pixels));
    LU_TRY(LU_NEW(a->logits, n * a->classes));
    return LU_NEW(a->seed, n * a->classes);
}

static void begin_step(cw *a, size_t i)
{
    search *s = &a->search[i];

    memset(a->d + i * a->size, 0, a->size * sizeof *a->d);
    s->iteration = 0;
    s->previous = INFINITY;
    s->found = false;
    s->ended = false;
}

static void begin_image(cw *a, size_t i)
{
    const float *from = a->b->x0 + i * a->size;
    double range = a->p->high - a->p->low;

    for (size_t k = 0; k < a->size; k++) {
        double unit = (from[k] - a->p->low) / range;

        unit = unit < 0 ? 0 : unit > 1 ? 1 : unit;
        a->w[i * a->size + k] = (float)atanh(EDGE * (2 * unit - 1));
    }
    memcpy(a->b->x + i * a->size, from, a->size * sizeof *from);
    a->b->moved[i] = false;
    a->search[i] = (search){.c = a->p->initial_c, .lower = 0, .upper = NO_BOUND, .best = INFINITY};
    begin_step(a, i);
}

/* x' and its slope into row r. */
static void place(const cw *a, size_t r)
{
    const float *restrict w = a->w + a->live[r] * a->size;
    const float *restrict d = a->d + a->live[r] * a->size;
    float *restrict x = a->x + r * a->size;
    float *restrict slope = a->slope + r * a->size;
    const float low = (float)a->p->low;
    const float half = (float)((a->p->high - a->p->low) / 2);

    for (size_t k = 0; k < a->size; k++) {
        float t = tanhf(w[k] + d[k]);

        x[k] = low + half * (t + 1);
        slope[k] = half * (1 - t) * (1 + t);
    }
}

static double squared_distance(const float *a, const float *b, size_t n)
{
    double sum = 0;

    for (size_t k = 0; k < n; k++) {
        double step = (double)a[k] - b[k];

        sum += step * step;
    }
    return sum;
}

/* The largest class score but the true one. */
static size_t rival(const float *z, size_t classes, size_t label)
{
    size_t best = label == 0 ? 1 : 0;

    for (size_t j = best + 1; j < classes; j++) {
        if (j != label && z[j] > z[best]) {
            best = j;
        }
    }
    return best;
}

/* Loss, success, early end and gradient seed of row r. */
static void weigh(cw *a, size_t r)
{
    size_t i = a->live[r];
    search *s = &a->search[i];
    const float *z = a->logits + r * a->classes;
    const float *x = a->x + r * a->size;
    size_t label = (size_t)a->b->labels[i];
    size_t other = rival(z, a->classes, label);
    double hinge = (double)z[label] - z[other] + a->p->confidence;
    double distance = squared_distance(x, a->b->x0 + i * a->size, a->size);
    double loss = distance + (hinge > 0 ? s->c * hinge : 0);
    float *seed = a->seed + r * a->classes;

    s->loss = loss;
    if (s->iteration % CHECK_EVERY == 0) {
        s->ended = loss > PATIENCE * s->previous;
        s->previous = loss;
    }
    if (!s->ended && hinge < 0) {
        s->found = true;
        if (distance < s->best) {
            s->best = distance;
            memcpy(a->b->x + i * a->size, x, a->size * sizeof *x);
        }
    }
    memset(seed, 0, a->classes * sizeof *seed);
    if (hinge > 0) {
        seed[label] = 1;
        seed[other] = -1;
    }
}

/* Turns the gradient at x' into that of the whole loss at d, and steps. */
static void descend(cw *a, size_t r)
{
    size_t i = a->live[r];
    search *s = &a->search[i];
    const float *restrict x = a->x + r * a->size;
    const float *restrict from = a->b->x0 + i * a->size;
    const float *restrict slope = a->slope + r * a->size;
    float *restrict grad = a->grad + r * a->size;
    const float c = (float)s->c;
    int pushed = 0;

    for (size_t k = 0; k < a->size; k++) {
        pushed |= grad[k] != 0;
        grad[k] = (2 * (x[k] - from[k]) + c * grad[k]) * slope[k];
    }
    a->b->moved[i] |= pushed != 0;
    s->adam++;
    lu_adam_step(a->d + i * a->size, a->m + i * a->size, a->v + i * a->size, grad, a->size,
                 lu_adam_rate(a->p->learning_rate, s->adam));
    s->iteration++;
    s->ended |= s->iteration == a->p->cw_iterations;
}

/* Binary search: bisect once an upper bound is known, grow until then. */
static void adjust(search *s)
{
    if (s->found) {
        s->upper = s->c < s->upper ? s->c : s->upper;
    } else {
        s->lower = s->c > s->lower ? s->c : s->lower;
    }
    s->c = s->upper < BOUND_KNOWN ? (s->lower + s->upper) / 2 : s->c * C_GROWTH;
}

/* Ends what ended; images with no search step left leave the batch, the others keep their order. */
static void advance(cw *a)
{
    size_t kept = 0;

    for (size_t r = 0; r < a->n_live; r++) {
        size_t i = a->live[r];
        search *s = &a->search[i];

        if (s->ended) {
            adjust(s);
            s->step++;
            begin_step(a, i);
        }
        if (s->step < a->p->search_steps) {
            a->live[kept++] = i;
        }
    }
    a->n_live = kept;
}

/* Of the first live image, and the mean loss; of those that left the batch, who found something. */
static void look(const cw *a, const lu_job *job)
{
    size_t first = a->live[0], found = 0;
    const search *s = &a->search[first];
    double loss = 0;

    for (size_t r = 0; r < a->n_live; r++) {
        loss += a->search[a->live[r]].loss;
    }
    for (size_t i = 0; i < a->b->n; i++) {
        found += a->search[i].step == a->p->search_steps && isfinite(a->search[i].best);
    }
    lu_job_look(job, &(lu_glimpse){.step = s->step * a->p->cw_iterations + s->iteration,
                                   .steps = a->p->search_steps * a->p->cw_iterations,
                                   .seed = first,
                                   .loss = loss / (double)a->n_live,
                                   .tried = a->b->n - a->n_live,
                                   .kept = found,
                                   .image = a->x,
                                   .start = a->b->x0 + first * a->size});
}

static lu_err iterate(cw *a, const lu_job *job)
{
    const int logits = LU_LAYER_LOGITS;

    for (size_t r = 0; r < a->n_live; r++) {
        place(a, r);
    }
    LU_TRY(lu_model_forward(a->victim, a->x, a->n_live, 1, &logits, &a->logits));
    for (size_t r = 0; r < a->n_live; r++) {
        weigh(a, r);
    }
    if (lu_job_due(job)) {
        look(a, job);
    }
    LU_TRY(lu_model_backward(a->victim, LU_LAYER_LOGITS, a->seed, a->grad));
    for (size_t r = 0; r < a->n_live; r++) {
        descend(a, r);
    }
    advance(a);
    return LU_OK;
}

/* Iterations done, those that were skipped included. */
static double progress(const cw *a)
{
    double done = 0;

    for (size_t i = 0; i < a->b->n; i++) {
        done += (double)(a->search[i].step * a->p->cw_iterations + a->search[i].iteration);
    }
    return done;
}

static lu_err attack(cw *a, const lu_job *job)
{
    double total = (double)a->b->n * (double)(a->p->search_steps * a->p->cw_iterations);

    LU_TRY(allocate(a));
    for (size_t i = 0; i < a->b->n; i++) {
        begin_image(a, i);
        a->live[i] = i;
    }
    a->n_live = a->b->n;
    while (a->n_live > 0) {
        LU_TRY(lu_job_at(job, "attack", progress(a), total));
        LU_TRY(iterate(a, job));
    }
    return LU_OK;
}

lu_err lu_attack_cw(lu_model *victim, const lu_blackbox_params *p, const lu_attack_batch *b,
                    const lu_job *job)
{
    cw a = {.victim = victim,
            .p = p,
            .b = b,
            .size = lu_shape_size(victim->input),
            .classes = victim->classes};
    lu_err err = attack(&a, job);

    cw_fini(&a);
    return err;
}
