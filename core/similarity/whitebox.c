/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Neuron fuzzing (paper Algorithm 2, authors' neuron_fuzz.py). One slot of the batch is one pair
 * (neuron position, seed) with an image and an Adam state of its own. A turn is one forward, which
 * tells who has arrived and whose gradient comes next, and one backward. Slots whose pair is
 * finished are filled with the next pair in order, so that the batch stays full to the end; nothing
 * a pair does depends on its neighbours.
 */
#include "core/base/mem.h"
#include "core/similarity/adam.h"
#include "core/similarity/fuzz.h"

#include <string.h>

/* spec 4: the authors' command line. */
lu_whitebox_params lu_whitebox_defaults(void)
{
    return (lu_whitebox_params){
        .m = 3,
        .iterations = 1000,
        .learning_rate = 0.01,
        .clip = false,
        .low = 0,
        .high = 1,
    };
}

static lu_err check_params(const lu_whitebox_params *p)
{
    if (p->iterations == 0 || p->iterations > UINT32_MAX) {
        return lu_fail(LU_ERR_USAGE, "%zu iterations are out of range", p->iterations);
    }
    if (!(p->learning_rate > 0) || !isfinite(p->learning_rate)) {
        return lu_fail(LU_ERR_USAGE, "learning rate %g is out of range", p->learning_rate);
    }
    if (p->clip && !(p->low < p->high)) {
        return lu_fail(LU_ERR_USAGE, "pixels cannot lie between %g and %g", p->low, p->high);
    }
    return LU_OK;
}

static lu_err check_work(lu_fuzz *f)
{
    if (f->width == 0) {
        return lu_fail(LU_ERR_CANNOT, "there is no layer %d", f->layer);
    }
    if (!lu_shape_equal(f->seeds->shape, f->victim->input)) {
        return lu_fail(LU_ERR_INPUT, "the seeds do not have the network's shape");
    }
    if (!lu_mul(f->neurons, f->seeds->n, &f->pairs) || f->seeds->n > UINT32_MAX) {
        return lu_fail(LU_ERR_CANNOT, "%zu neurons x %zu seeds are too many", f->neurons,
                       f->seeds->n);
    }
    for (size_t i = 0; i < f->neurons; i++) {
        if (f->neuron[i] < 0 || (size_t)f->neuron[i] >= f->width) {
            return lu_fail(LU_ERR_CANNOT, "layer %d has neurons 0 to %zu, not %d", f->layer,
                           f->width - 1, f->neuron[i]);
        }
        if (isnan(f->threshold[i])) {
            return lu_fail(LU_ERR_INPUT, "neuron %d has no threshold", f->neuron[i]);
        }
    }
    return LU_OK;
}

static lu_err allocate(lu_fuzz *f)
{
    size_t batch = f->victim->batch;
    size_t pixels;
    size_t units;

    f->capacity = f->pairs < batch ? f->pairs : batch;
    if (!lu_mul(f->capacity, f->size, &pixels) || !lu_mul(f->capacity, f->width, &units)) {
        return lu_fail(LU_ERR_MEMORY, "a batch of %zu images is too large", f->capacity);
    }
    LU_TRY(LU_NEW(f->slot, f->capacity));
    LU_TRY(LU_NEW(f->x, pixels));
    LU_TRY(LU_NEW(f->m, pixels));
    LU_TRY(LU_NEW(f->v, pixels));
    LU_TRY(LU_NEW(f->grad, pixels));
    LU_TRY(LU_NEW(f->phi, units));
    LU_TRY(LU_NEW(f->seed, units));
    LU_TRY(LU_NEW(f->image, f->pairs));
    return LU_NEW(f->iterations, f->pairs);
}

static void fuzz_fini(lu_fuzz *f)
{
    for (size_t p = 0; f->image != NULL && p < f->pairs; p++) {
        free(f->image[p]);
    }
    free(f->slot);
    free(f->x);
    free(f->m);
    free(f->v);
    free(f->grad);
    free(f->phi);
    free(f->seed);
    free(f->image);
    free(f->iterations);
    free(f->highest);
    free(f->news);
    free(f->start);
}

/* The next pair into slot k, at its seed. */
static void begin(lu_fuzz *f, size_t k)
{
    size_t at = k * f->size;

    f->slot[k] = (lu_fuzz_slot){.pair = f->next};
    lu_samples_values(f->seeds, f->next % f->seeds->n, 1, f->x + at);
    memset(f->m + at, 0, f->size * sizeof *f->m);
    memset(f->v + at, 0, f->size * sizeof *f->v);
    f->next++;
}

static void move_slot(lu_fuzz *f, size_t from, size_t to)
{
    size_t bytes = f->size * sizeof(float);

    f->slot[to] = f->slot[from];
    memcpy(f->x + to * f->size, f->x + from * f->size, bytes);
    memcpy(f->m + to * f->size, f->m + from * f->size, bytes);
    memcpy(f->v + to * f->size, f->v + from * f->size, bytes);
}

/* Gives retired slots to the next pairs; with none left, closes the gaps. */
static void refill(lu_fuzz *f)
{
    while (f->live < f->capacity && f->next < f->pairs) {
        begin(f, f->live++);
    }
    for (size_t k = 0; k < f->live;) {
        if (!f->slot[k].retired) {
            k++;
        } else if (f->next < f->pairs) {
            begin(f, k++);
        } else if (--f->live != k) {
            move_slot(f, f->live, k);
        }
    }
}

static lu_err keep(lu_fuzz *f, size_t k)
{
    size_t pair = f->slot[k].pair;

    LU_TRY(LU_NEW(f->image[pair], f->size));
    memcpy(f->image[pair], f->x + k * f->size, f->size * sizeof(float));
    f->iterations[pair] = f->slot[k].steps;
    f->slot[k].retired = true;
    return LU_OK;
}

/* Who has arrived, who has no step left? The authors look only after a step, never at the seed. */
static lu_err retire(lu_fuzz *f, size_t *climbing)
{
    *climbing = 0;
    for (size_t k = 0; k < f->live; k++) {
        lu_fuzz_slot *s = &f->slot[k];
        size_t i = lu_fuzz_position(f, s->pair);

        if (s->steps > 0 && (double)f->phi[k * f->width + f->neuron[i]] > f->threshold[i]) {
            LU_TRY(keep(f, k));
        } else if (s->steps == f->p->iterations) {
            s->retired = true;
            f->unreached++;
        } else {
            (*climbing)++;
        }
    }
    return LU_OK;
}

static bool all_zero(const float *v, size_t n)
{
    int any = 0;

    for (size_t k = 0; k < n; k++) {
        any |= v[k] != 0;
    }
    return any == 0;
}

static void clamp_image(float *x, size_t n, float low, float high)
{
    for (size_t k = 0; k < n; k++) {
        x[k] = x[k] < low ? low : x[k] > high ? high : x[k];
    }
}

/* One Adam step up the neuron, or the end of a dead pair. */
static void climb(lu_fuzz *f, size_t k)
{
    lu_fuzz_slot *s = &f->slot[k];
    size_t at = k * f->size;

    if (s->steps == 0 && all_zero(f->grad + at, f->size)) {
        s->retired = true;
        f->dead++;
        return;
    }
    s->steps++;
    lu_adam_step(f->x + at, f->m + at, f->v + at, f->grad + at, f->size,
                 -lu_adam_rate(f->p->learning_rate, s->steps));
    if (f->p->clip) {
        clamp_image(f->x + at, f->size, (float)f->p->low, (float)f->p->high);
    }
}

static lu_err climb_all(lu_fuzz *f)
{
    memset(f->seed, 0, f->live * f->width * sizeof *f->seed);
    for (size_t k = 0; k < f->live; k++) {
        if (!f->slot[k].retired) {
            f->seed[k * f->width + f->neuron[lu_fuzz_position(f, f->slot[k].pair)]] = 1;
        }
    }
    LU_TRY(lu_model_backward(f->victim, f->layer, f->seed, f->grad));
    for (size_t k = 0; k < f->live; k++) {
        if (!f->slot[k].retired) {
            climb(f, k);
        }
    }
    return LU_OK;
}

/* Pairs finished, with the share done of those on their way. */
static double progress(const lu_fuzz *f)
{
    double steps = 0;

    for (size_t k = 0; k < f->live; k++) {
        steps += f->slot[k].steps;
    }
    return (double)(f->next - f->live) + steps / (double)f->p->iterations;
}

static lu_err run(lu_fuzz *f, const lu_job *job)
{
    size_t climbing;

    for (refill(f); f->live > 0; refill(f)) {
        LU_TRY(lu_job_at(job, "white-box tests", progress(f), (double)f->pairs));
        LU_TRY(lu_model_forward(f->victim, f->x, f->live, 1, &f->layer, &f->phi));
        lu_fuzz_look(f, job);
        LU_TRY(retire(f, &climbing));
        if (climbing > 0) {
            LU_TRY(climb_all(f));
        }
    }
    lu_fuzz_look(f, job);
    return lu_job_at(job, "white-box tests", (double)f->pairs, (double)f->pairs);
}

static lu_err gather(const lu_fuzz *f, lu_whitebox *out)
{
    size_t at = 0;

    for (size_t p = 0; p < f->pairs; p++) {
        at += f->image[p] != NULL;
    }
    LU_TRY(lu_whitebox_alloc(out, f->layer, f->neuron, f->threshold, f->neurons, at,
                             f->seeds->shape, f->seeds->classes));
    at = 0;
    for (size_t p = 0; p < f->pairs; p++) {
        if (f->image[p] != NULL) {
            memcpy(out->tests.values + at * f->size, f->image[p], f->size * sizeof(float));
            out->seed[at] = (uint32_t)(f->first + p % f->seeds->n);
            out->iterations[at] = f->iterations[p];
            at++;
        }
        out->start[lu_fuzz_position(f, p) + 1] = at;
    }
    out->tried = f->pairs;
    out->dead = f->dead;
    out->unreached = f->unreached;
    return LU_OK;
}

static lu_err generate(lu_fuzz *f, const lu_job *job, lu_whitebox *out)
{
    LU_TRY(check_params(f->p));
    LU_TRY(check_work(f));
    LU_TRY(allocate(f));
    LU_TRY(lu_fuzz_watch(f, job));
    LU_TRY(run(f, job));
    return gather(f, out);
}

lu_err lu_whitebox_generate(lu_model *victim, const lu_samples *seeds, size_t first, int layer,
                            const int32_t *neuron, const double *threshold, size_t neurons,
                            const lu_whitebox_params *p, const lu_job *job, lu_whitebox *out)
{
    lu_fuzz f = {.victim = victim,
                 .seeds = seeds,
                 .p = p,
                 .layer = layer,
                 .neuron = neuron,
                 .threshold = threshold,
                 .first = first,
                 .neurons = neurons,
                 .size = lu_shape_size(victim->input),
                 .width = lu_model_width(victim, layer)};
    lu_err err;

    *out = (lu_whitebox){0};
    err = generate(&f, job, out);
    fuzz_fini(&f);
    if (err) {
        lu_whitebox_fini(out);
    }
    return lu_within(err, "fuzzing layer %d of the victim", layer);
}
