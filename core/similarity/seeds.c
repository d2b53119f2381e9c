/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/similarity/seeds.h"
#include "core/base/mem.h"
#include "core/base/rng.h"

#include <math.h>
#include <string.h>

static const char *const strategy_names[LU_SEEDS_COUNT] = {
#define LU_SEED_NAME(name, text, help) text,
    LU_SEED_STRATEGY_TABLE(LU_SEED_NAME)
#undef LU_SEED_NAME
};

/* A sample the victim answers correctly. */
typedef struct candidate {
    size_t index;
    int32_t label;
    double certainty;
} candidate;

static int by_index(const candidate *a, const candidate *b)
{
    return (a->index > b->index) - (a->index < b->index);
}

static int most_certain_first(const void *left, const void *right)
{
    const candidate *a = left;
    const candidate *b = right;

    if (a->certainty != b->certainty) {
        return a->certainty > b->certainty ? -1 : 1;
    }
    return by_index(a, b);
}

static int least_certain_first(const void *left, const void *right)
{
    const candidate *a = left;
    const candidate *b = right;

    if (a->certainty != b->certainty) {
        return a->certainty < b->certainty ? -1 : 1;
    }
    return by_index(a, b);
}

static int by_label(const void *left, const void *right)
{
    const candidate *a = left;
    const candidate *b = right;

    if (a->label != b->label) {
        return a->label < b->label ? -1 : 1;
    }
    return most_certain_first(a, b);
}

/* CS = sum_j p_j^2; in single precision a fifth of MNIST would tie at 1 (spec 2). */
static double certainty(lu_head head, const float *logits, size_t classes, double *p)
{
    double sum = 0;

    lu_probabilities(head, logits, classes, p);
    for (size_t j = 0; j < classes; j++) {
        sum += p[j] * p[j];
    }
    return sum;
}

/* The correct samples in index order. Answers that are not finite numbers are not correct. */
static size_t collect(const float *logits, lu_head head, const lu_samples *samples, double *p,
                      candidate *found)
{
    size_t classes = samples->classes;
    size_t n = 0;

    for (size_t i = 0; i < samples->n; i++) {
        const float *z = logits + i * classes;
        double cs = certainty(head, z, classes, p);

        if (isfinite(cs) && (int64_t)lu_argmax(z, classes) == samples->labels[i]) {
            found[n++] = (candidate){i, samples->labels[i], cs};
        }
    }
    return n;
}

static lu_err order_random(size_t n, uint64_t seed, size_t *order)
{
    lu_rng *rng;

    LU_TRY(lu_rng_new(&rng, seed, "seeds", 0));
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    lu_rng_shuffle(rng, order, n);
    lu_rng_free(&rng);
    return LU_OK;
}

/* Goes round the classes until all n are placed. `found` is sorted by label, then certainty. */
static lu_err order_balanced(const candidate *found, size_t n, size_t classes, size_t *order)
{
    size_t *next;
    size_t *end;
    size_t placed = 0;
    lu_err err;

    LU_TRY(LU_NEW(next, classes));
    err = LU_NEW(end, classes);
    if (err) {
        free(next);
        return err;
    }
    for (size_t i = n; i-- > 0;) {
        next[found[i].label] = i;
    }
    for (size_t i = 0; i < n; i++) {
        end[found[i].label] = i + 1;
    }
    while (placed < n) {
        for (size_t c = 0; c < classes; c++) {
            if (next[c] < end[c]) {
                order[placed++] = next[c]++;
            }
        }
    }
    free(next);
    free(end);
    return LU_OK;
}

static lu_err order_candidates(candidate *found, size_t n, lu_seed_strategy strategy,
                               size_t classes, uint64_t seed, size_t *order)
{
    if (strategy == LU_SEEDS_RANDOM) {
        return order_random(n, seed, order);
    }
    if (strategy == LU_SEEDS_BALANCED) {
        qsort(found, n, sizeof *found, by_label);
        return order_balanced(found, n, classes, order);
    }
    qsort(found, n, sizeof *found,
          strategy == LU_SEEDS_LOW ? least_certain_first : most_certain_first);
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    return LU_OK;
}

static lu_err fill(const candidate *found, const size_t *order, size_t count, lu_seeds *out)
{
    LU_TRY(LU_NEW(out->index, count));
    LU_TRY(LU_NEW(out->certainty, count));
    out->n = count;
    for (size_t i = 0; i < count; i++) {
        out->index[i] = found[order[i]].index;
        out->certainty[i] = found[order[i]].certainty;
    }
    return LU_OK;
}

typedef struct scratch {
    candidate *found;
    size_t *order;
    double *p;
} scratch;

static lu_err allocate_scratch(scratch *s, const lu_samples *samples)
{
    LU_TRY(LU_NEW(s->found, samples->n));
    LU_TRY(LU_NEW(s->order, samples->n));
    return LU_NEW(s->p, samples->classes);
}

static lu_err select_from(scratch *s, const float *logits, lu_head head, const lu_samples *samples,
                          lu_seed_strategy strategy, size_t count, uint64_t seed, lu_seeds *out)
{
    LU_TRY(allocate_scratch(s, samples));
    out->considered = samples->n;
    out->correct = collect(logits, head, samples, s->p, s->found);
    if (out->correct == 0) {
        return lu_fail(LU_ERR_INPUT, "the victim answers none of %zu samples correctly",
                       samples->n);
    }
    LU_TRY(order_candidates(s->found, out->correct, strategy, samples->classes, seed, s->order));
    return fill(s->found, s->order, count < out->correct ? count : out->correct, out);
}

lu_err lu_seeds_select(const float *logits, lu_head head, const lu_samples *samples,
                       lu_seed_strategy strategy, size_t count, uint64_t seed, lu_seeds *out)
{
    scratch s = {0};
    lu_err err;

    *out = (lu_seeds){0};
    if (samples->labels == NULL) {
        return lu_fail(LU_ERR_INPUT, "seeds need labelled samples");
    }
    if (count == 0 || (unsigned)strategy >= LU_SEEDS_COUNT) {
        return lu_fail(LU_ERR_USAGE, "the number of seeds is 0 or their strategy unknown");
    }
    err = select_from(&s, logits, head, samples, strategy, count, seed, out);
    free(s.found);
    free(s.order);
    free(s.p);
    if (err) {
        lu_seeds_fini(out);
    }
    return lu_within(err, "seed selection");
}

void lu_seeds_fini(lu_seeds *s)
{
    free(s->index);
    free(s->certainty);
    *s = (lu_seeds){0};
}

const char *lu_seed_strategy_name(lu_seed_strategy strategy)
{
    return (unsigned)strategy < LU_SEEDS_COUNT ? strategy_names[strategy] : "unknown";
}

bool lu_seed_strategy_parse(const char *name, lu_seed_strategy *out)
{
    for (int i = 0; i < LU_SEEDS_COUNT; i++) {
        if (strcmp(name, strategy_names[i]) == 0) {
            *out = (lu_seed_strategy)i;
            return true;
        }
    }
    return false;
}
