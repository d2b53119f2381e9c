/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeds in batches through an attack, then the filter: only images the victim gets wrong stay. */
#include "core/base/mem.h"
#include "core/glimpse.h"
#include "core/similarity/attacks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const lu_adversarial_method lu_adversarial_methods[LU_ADVERSARIAL_COUNT] = {
    [LU_FGSM] = {"fgsm", "one step of size ep along the gradient's sign, from a noisy start",
                 lu_attack_fgsm},
    [LU_PGD] = {"pgd", "small steps along the gradient's sign, from a noisy start", lu_attack_pgd},
    [LU_CW] = {"cw", "the nearest image, in the Euclidean sense, that fools with confidence",
               lu_attack_cw},
};

static const char *const mode_names[LU_PGD_MODE_COUNT] = {
#define LU_PGD_NAME(name, text, help) text,
    LU_PGD_MODE_TABLE(LU_PGD_NAME)
#undef LU_PGD_NAME
};

/* spec 3.1 and 3.4: the authors' command line; the PGD mode from spec 3.3. */
lu_blackbox_params lu_blackbox_defaults(void)
{
    return (lu_blackbox_params){
        .method = LU_PGD,
        .mode = LU_PGD_PAPER,
        .ep = 0.1,
        .iterations = 10,
        .random_start = true,
        .confidence = 5,
        .learning_rate = 0.001,
        .search_steps = 3,
        .cw_iterations = 1000,
        .initial_c = 0.01,
        .low = 0,
        .high = 1,
    };
}

bool lu_pgd_mode_parse(const char *name, lu_pgd_mode *out)
{
    for (int i = 0; i < LU_PGD_MODE_COUNT; i++) {
        if (strcmp(name, mode_names[i]) == 0) {
            *out = (lu_pgd_mode)i;
            return true;
        }
    }
    return false;
}

bool lu_adversarial_parse(const char *name, lu_adversarial *out)
{
    for (int i = 0; i < LU_ADVERSARIAL_COUNT; i++) {
        if (strcmp(name, lu_adversarial_methods[i].name) == 0) {
            *out = (lu_adversarial)i;
            return true;
        }
    }
    return false;
}

static lu_err check_positive(const char *what, double value, bool zero_too)
{
    if (isfinite(value) && (value > 0 || (zero_too && value >= 0))) {
        return LU_OK;
    }
    return lu_fail(LU_ERR_USAGE, "%s %g is out of range", what, value);
}

static lu_err check_params(const lu_blackbox_params *p)
{
    if ((unsigned)p->method >= LU_ADVERSARIAL_COUNT || (unsigned)p->mode >= LU_PGD_MODE_COUNT) {
        return lu_fail(LU_ERR_USAGE, "unknown attack or mode");
    }
    if (p->iterations == 0 || p->search_steps == 0 || p->cw_iterations == 0) {
        return lu_fail(LU_ERR_USAGE, "an attack needs at least 1 iteration");
    }
    if (!(p->low < p->high) || !isfinite(p->high - p->low)) {
        return lu_fail(LU_ERR_USAGE, "pixels cannot lie between %g and %g", p->low, p->high);
    }
    LU_TRY(check_positive("ep", p->ep, true));
    LU_TRY(check_positive("confidence", p->confidence, true));
    LU_TRY(check_positive("learning rate", p->learning_rate, false));
    return check_positive("initial c", p->initial_c, false);
}

static lu_err check_seeds(const lu_model *victim, const lu_samples *seeds)
{
    if (seeds->labels == NULL || !lu_shape_equal(seeds->shape, victim->input)) {
        return lu_fail(LU_ERR_INPUT, "the seeds have no labels or not the network's shape");
    }
    if (victim->classes < 2 || victim->batch == 0 || seeds->n > UINT32_MAX) {
        return lu_fail(LU_ERR_CANNOT, "%zu seeds cannot be attacked on %zu classes", seeds->n,
                       victim->classes);
    }
    for (size_t i = 0; i < seeds->n; i++) {
        if (seeds->labels[i] < 0 || (size_t)seeds->labels[i] >= victim->classes) {
            return lu_fail(LU_ERR_INPUT, "seed %zu has label %d of %zu classes", i,
                           seeds->labels[i], victim->classes);
        }
    }
    return LU_OK;
}

typedef struct generation {
    lu_model *victim;
    const lu_samples *seeds;
    const lu_blackbox_params *p;
    size_t first;
    uint64_t seed;
    const lu_job *job;
    size_t size;
    float *x0, *x, *logits; /* one batch */
    uint64_t *stream;
    bool *moved;
} generation;

static void generation_fini(generation *g)
{
    free(g->x0);
    free(g->x);
    free(g->logits);
    free(g->stream);
    free(g->moved);
}

static lu_err allocate(generation *g, lu_blackbox *out)
{
    const lu_samples *s = g->seeds;
    size_t batch = g->victim->batch;
    size_t pixels;

    if (!lu_mul(batch, g->size, &pixels)) {
        return lu_fail(LU_ERR_MEMORY, "a batch of %zu images is too large", batch);
    }
    LU_TRY(LU_NEW(g->x0, pixels));
    LU_TRY(LU_NEW(g->x, pixels));
    LU_TRY(LU_NEW(g->logits, batch * g->victim->classes));
    LU_TRY(LU_NEW(g->stream, batch));
    LU_TRY(LU_NEW(g->moved, batch));
    LU_TRY(LU_NEW(out->seed, s->n));
    return lu_samples_alloc(&out->tests, s->n, s->shape, g->victim->classes, false);
}

static double largest_change(const float *a, const float *b, size_t n)
{
    double largest = 0;

    for (size_t k = 0; k < n; k++) {
        double change = fabs((double)a[k] - b[k]);

        largest = change > largest ? change : largest;
    }
    return largest;
}

static void keep(const generation *g, size_t at, size_t i, lu_blackbox *out)
{
    const float *x = g->x + i * g->size;
    double change = largest_change(x, g->x0 + i * g->size, g->size);
    size_t k = out->tests.n++;

    memcpy(out->tests.values + k * g->size, x, g->size * sizeof *x);
    out->tests.labels[k] = g->seeds->labels[at + i];
    out->seed[k] = (uint32_t)(g->first + at + i);
    out->max_linf = change > out->max_linf ? change : out->max_linf;
    out->yield.kept++;
}

static lu_err filter(const generation *g, size_t at, size_t n, lu_blackbox *out)
{
    const int logits = LU_LAYER_LOGITS;
    size_t classes = g->victim->classes;

    LU_TRY(lu_model_forward(g->victim, g->x, n, 1, &logits, &g->logits));
    for (size_t i = 0; i < n; i++) {
        size_t answer = lu_argmax(g->logits + i * classes, classes);

        if (answer != (size_t)g->seeds->labels[at + i]) {
            keep(g, at, i, out);
        } else if (g->moved[i]) {
            out->yield.resisted++;
        } else {
            out->yield.unmoved++;
        }
    }
    out->yield.seeds += n;
    return LU_OK;
}

/* What watchers are told of the whole. */
static lu_glimpse overview(const generation *g, const lu_blackbox *out)
{
    lu_glimpse all = {.seed = g->first,
                      .loss = NAN,
                      .tried = out->yield.seeds,
                      .kept = out->yield.kept,
                      .total = g->seeds->n,
                      .shape = g->victim->input,
                      .layer = -1};

    snprintf(all.method, sizeof all.method, "%s", lu_adversarial_methods[g->p->method].name);
    return all;
}

/* An attack reports on its batch; the job hears about the whole. */
typedef struct part {
    const generation *of;
    const lu_blackbox *out; /* of the batches before */
    size_t first, n;
} part;

static lu_err part_at(void *context, const char *what, double done, double total)
{
    const part *b = context;
    double share = total > 0 ? done / total : 0;

    (void)what;
    return lu_job_at(b->of->job, "black-box tests", (double)b->first + (double)b->n * share,
                     (double)b->of->seeds->n);
}

static void part_look(void *context, const lu_glimpse *seen)
{
    const part *b = context;
    lu_glimpse g = overview(b->of, b->out);

    g.seed += b->first + seen->seed;
    g.step = seen->step;
    g.steps = seen->steps;
    g.loss = seen->loss;
    g.tried += seen->tried;
    g.kept += seen->kept;
    g.image = seen->image;
    g.start = seen->start;
    lu_job_look(b->of->job, &g);
}

static bool part_due(void *context)
{
    return lu_job_due(((const part *)context)->of->job);
}

static lu_err attack_batch(generation *g, size_t at, size_t n, lu_blackbox *out)
{
    part of = {g, out, at, n};
    lu_job job = {.at = part_at,
                  .context = &of,
                  .look = lu_job_watched(g->job) ? part_look : NULL,
                  .due = part_due};
    lu_attack_batch batch = {.n = n,
                             .x0 = g->x0,
                             .labels = g->seeds->labels + at,
                             .seed = g->seed,
                             .stream = g->stream,
                             .x = g->x,
                             .moved = g->moved};

    lu_samples_values(g->seeds, at, n, g->x0);
    for (size_t i = 0; i < n; i++) {
        g->stream[i] = g->first + at + i;
    }
    LU_TRY(lu_adversarial_methods[g->p->method].attack(g->victim, g->p, &batch, &job));
    return filter(g, at, n, out);
}

static lu_err generate(generation *g, lu_blackbox *out)
{
    size_t total = g->seeds->n;
    lu_glimpse all;
    size_t n;

    LU_TRY(allocate(g, out));
    out->tests.n = 0;
    for (size_t at = 0; at < total; at += n) {
        n = total - at < g->victim->batch ? total - at : g->victim->batch;
        LU_TRY(attack_batch(g, at, n, out));
    }
    all = overview(g, out);
    lu_job_look(g->job, &all);
    return lu_job_at(g->job, "black-box tests", (double)total, (double)total);
}

lu_err lu_blackbox_generate(lu_model *victim, const lu_samples *seeds, size_t first,
                            const lu_blackbox_params *p, uint64_t seed, const lu_job *job,
                            lu_blackbox *out)
{
    generation g = {.victim = victim,
                    .seeds = seeds,
                    .p = p,
                    .first = first,
                    .seed = seed,
                    .job = job,
                    .size = lu_shape_size(victim->input)};
    lu_err err;

    *out = (lu_blackbox){0};
    LU_TRY(check_params(p));
    LU_TRY(check_seeds(victim, seeds));
    err = generate(&g, out);
    generation_fini(&g);
    if (err) {
        lu_blackbox_fini(out);
    }
    return lu_within(err, "%s on the victim", lu_adversarial_methods[p->method].name);
}

static lu_err check_shards(const lu_blackbox *shards, size_t n, size_t *tests)
{
    *tests = 0;
    for (size_t i = 0; i < n; i++) {
        if (!lu_shape_equal(shards[i].tests.shape, shards[0].tests.shape) ||
            shards[i].tests.classes != shards[0].tests.classes) {
            return lu_fail(LU_ERR_INTERNAL, "shard %zu of the tests has another shape", i);
        }
        *tests += shards[i].tests.n;
    }
    return n ? LU_OK : lu_fail(LU_ERR_INTERNAL, "no shards to join");
}

static void append(const lu_blackbox *from, lu_blackbox *out)
{
    size_t size = lu_shape_size(from->tests.shape);
    size_t at = out->tests.n;
    size_t n = from->tests.n;

    if (n > 0) {
        memcpy(out->tests.values + at * size, from->tests.values, n * size * sizeof(float));
        memcpy(out->tests.labels + at, from->tests.labels, n * sizeof *from->tests.labels);
        memcpy(out->seed + at, from->seed, n * sizeof *from->seed);
    }
    out->tests.n += n;
    out->max_linf = from->max_linf > out->max_linf ? from->max_linf : out->max_linf;
    out->yield.seeds += from->yield.seeds;
    out->yield.kept += from->yield.kept;
    out->yield.unmoved += from->yield.unmoved;
    out->yield.resisted += from->yield.resisted;
}

lu_err lu_blackbox_join(const lu_blackbox *shards, size_t n, lu_blackbox *out)
{
    size_t tests;
    lu_err err;

    *out = (lu_blackbox){0};
    LU_TRY(check_shards(shards, n, &tests));
    LU_TRY(LU_NEW(out->seed, tests));
    err =
        lu_samples_alloc(&out->tests, tests, shards[0].tests.shape, shards[0].tests.classes, false);
    if (err) {
        lu_blackbox_fini(out);
        return err;
    }
    out->tests.n = 0;
    for (size_t i = 0; i < n; i++) {
        append(&shards[i], out);
    }
    return LU_OK;
}

void lu_blackbox_fini(lu_blackbox *b)
{
    lu_samples_fini(&b->tests);
    free(b->seed);
    *b = (lu_blackbox){0};
}
