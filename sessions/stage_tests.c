/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests: adversarial examples and corner cases of the victim, made by its engines in fixed shards.
 */
#include "sessions/stages.h"

#include <stdio.h>

/* Seeds to one request. White box: each times all neurons. */
enum { BLACK_SHARD = 64, WHITE_SHARD = 25 };

static size_t shards_of(size_t n, size_t size)
{
    return (n + size - 1) / size;
}

static size_t part_of(size_t n, size_t size, size_t index)
{
    return n - index * size < size ? n - index * size : size;
}

/* Runs one task a shard; makes request i with build(). */
typedef lu_err (*build_request)(const void *context, const lu_shared *seeds, size_t first, size_t n,
                                lu_frame *out);

typedef struct shard_run {
    size_t seeds, shard;
    build_request build;
    lu_err (*take)(lu_task *task, size_t request, lu_err err, lu_frame *reply);
    void *context;
    const char *what;
} shard_run;

static lu_err run_shards(lu_run *r, const shard_run *s)
{
    const lu_shared *images;
    size_t n = shards_of(s->seeds, s->shard);
    lu_task *tasks = NULL;
    lu_frame *frames = NULL;
    lu_err err;

    LU_TRY(lu_run_seed_images(r, &images));
    err = LU_NEW(tasks, n);
    if (!err) {
        err = LU_NEW(frames, n);
    }
    for (size_t i = 0; i < n && !err; i++) {
        size_t part = part_of(s->seeds, s->shard, i);
        err = s->build(s->context, images, i * s->shard, part, &frames[i]);
        tasks[i] = (lu_task){.model = &r->victim_files,
                             .request = &frames[i],
                             .requests = 1,
                             .weight = (double)part,
                             .done = s->take,
                             .context = s->context,
                             .index = i};
    }
    if (!err) {
        err = lu_pool_run(r->options->jobs, tasks, n, r->job, s->what);
    }
    free(tasks);
    free(frames);
    return err;
}

static void put_window(const lu_shared *images, size_t first, size_t n, lu_frame *f)
{
    lu_put_u64(f, first);
    lu_put_u64(f, n);
    lu_put_samples(f, images);
}

/* --- black box --- */

typedef struct black_run {
    lu_blackbox_params params;
    uint64_t seed;
    bool watched;
    const lu_model_info *victim;
    size_t seeds;
    lu_blackbox *shard;
} black_run;

/* A shard is foreign until it fits what was asked: shape, classes, seeds. */
static lu_err check_shard(const lu_samples *tests, const uint32_t *seed,
                          const lu_model_info *victim, size_t seeds)
{
    if (!lu_shape_equal(tests->shape, victim->input)) {
        return lu_fail(LU_ERR_ENGINE, "the engine made tests of another shape");
    }
    for (size_t i = 0; i < tests->n; i++) {
        if (seed[i] >= seeds) {
            return lu_fail(LU_ERR_ENGINE, "the engine made a test from a seed that is not there");
        }
    }
    return LU_OK;
}

static lu_err black_request(const void *context, const lu_shared *images, size_t first, size_t n,
                            lu_frame *out)
{
    const black_run *b = context;

    lu_frame_init(out, LU_MSG_BLACKBOX, 0);
    lu_put_blackbox_params(out, &b->params);
    lu_put_u64(out, b->seed);
    lu_put_u64(out, b->watched);
    put_window(images, first, n, out);
    return LU_OK;
}

static lu_err black_take(lu_task *task, size_t request, lu_err err, lu_frame *reply)
{
    black_run *b = task->context;
    lu_blackbox *shard = &b->shard[task->index];

    (void)request;
    LU_TRY(err);
    LU_TRY(lu_get_blackbox(reply, shard));
    if (shard->tests.classes != b->victim->classes) {
        return lu_fail(LU_ERR_ENGINE, "the engine made tests of other classes");
    }
    return check_shard(&shard->tests, shard->seed, b->victim, b->seeds);
}

static lu_err generate_blackbox(lu_run *r)
{
    black_run b = {.params = lu_params_blackbox(&r->c->params),
                   .seed = (uint64_t)r->c->params.seed,
                   .watched = lu_job_watched(r->job),
                   .victim = &r->victim->info,
                   .seeds = r->seeds.n};
    shard_run s = {r->seeds.n, BLACK_SHARD, black_request,
                   black_take, &b,          "making black-box tests"};
    size_t n = shards_of(s.seeds, s.shard);
    lu_err err;

    LU_TRY(LU_NEW(b.shard, n));
    err = run_shards(r, &s);
    if (!err) {
        err = lu_blackbox_join(b.shard, n, &r->blackbox);
    }
    for (size_t i = 0; i < n; i++) {
        lu_blackbox_fini(&b.shard[i]);
    }
    free(b.shard);
    return err;
}

static lu_err blackbox_id(lu_run *r)
{
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "blackbox");
    lu_digest_text(&d, r->seeds_id.hex);
    lu_params_digest(&r->c->params, "blackbox.", &d);
    if (lu_params_blackbox(&r->c->params).method == LU_CW) {
        lu_params_digest(&r->c->params, "cw.", &d);
    }
    return lu_digest_finish(&d, &r->blackbox_id);
}

/* A stored archive's arrays. */
static lu_err stored_arrays(const lu_run *r, const lu_stage_name *name, lu_sha256 *sha256,
                            lu_arrays *out)
{
    lu_buf bytes;
    char path[LU_SPEC_PATH_MAX];
    size_t size;
    lu_err err;

    LU_TRY(lu_store_get(r->c, name, &bytes, sha256));
    size = bytes.len;
    lu_buf_fini(&bytes);
    snprintf(path, sizeof path, "%s/%s", r->c->path, name->path);
    err = lu_npz_read(path, size, out);
    return err == LU_ERR_INPUT ? LU_ERR_INTEGRITY : err;
}

/* What is wrong with a stored result is a matter of integrity. */
static lu_err unfit(lu_err err, const lu_stage_name *name)
{
    err = err == LU_ERR_INPUT || err == LU_ERR_ENGINE ? LU_ERR_INTEGRITY : err;
    return lu_within(err, "%s", name->path);
}

static lu_err load_blackbox(lu_run *r, const lu_stage_name *name)
{
    lu_arrays a;
    bool has;
    lu_err err;

    LU_TRY(stored_arrays(r, name, &r->blackbox_sha256, &a));
    err = lu_blackbox_from(&a, &has, &r->blackbox);
    lu_arrays_fini(&a);
    if (!err && r->blackbox.tests.classes != r->victim->info.classes) {
        err = lu_fail(LU_ERR_INPUT, "the stored tests have other classes");
    }
    if (!err) {
        err = check_shard(&r->blackbox.tests, r->blackbox.seed, &r->victim->info, r->seeds.n);
    }
    return unfit(err, name);
}

static lu_err make_blackbox(lu_run *r, const lu_stage_name *name)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = lu_run_may_compute(r);

    if (!err) {
        err = generate_blackbox(r);
    }
    if (!err) {
        err = lu_blackbox_write(&r->blackbox, &bytes);
    }
    if (!err) {
        err = lu_store_put(r->c, name, &bytes, &r->blackbox_sha256);
    }
    lu_buf_fini(&bytes);
    return err;
}

lu_err lu_stage_blackbox(lu_run *r)
{
    lu_stage_name name;
    bool stored;

    LU_TRY(blackbox_id(r));
    lu_store_name("blackbox", &r->blackbox_id, "npz", &name);
    stored = lu_store_has(r->c, &name);
    LU_TRY(stored ? load_blackbox(r, &name) : make_blackbox(r, &name));
    r->result->has_blackbox = true;
    return lu_run_note(r, "blackbox", &r->blackbox_id, &r->blackbox_sha256, !stored, &r->seeds_id,
                       1);
}

/* --- white box --- */

typedef struct white_run {
    lu_whitebox_params params;
    bool watched;
    int layer;
    size_t neurons;
    const double *threshold;
    const lu_model_info *victim;
    size_t seeds;
    lu_whitebox *shard;
} white_run;

static lu_err white_request(const void *context, const lu_shared *images, size_t first, size_t n,
                            lu_frame *out)
{
    const white_run *w = context;

    lu_frame_init(out, LU_MSG_WHITEBOX, 0);
    lu_put_whitebox_params(out, &w->params);
    lu_put_u64(out, w->watched);
    lu_put_u64(out, (uint64_t)w->layer);
    lu_put_u64(out, w->neurons);
    for (size_t i = 0; i < w->neurons; i++) {
        lu_put_u64(out, i);
        lu_put_f64(out, w->threshold[i]);
    }
    put_window(images, first, n, out);
    return LU_OK;
}

static lu_err white_take(lu_task *task, size_t request, lu_err err, lu_frame *reply)
{
    white_run *w = task->context;
    lu_whitebox *shard = &w->shard[task->index];
    bool asked;

    (void)request;
    LU_TRY(err);
    LU_TRY(lu_get_whitebox(reply, shard));
    asked = shard->layer == w->layer && shard->neurons == w->neurons;
    for (size_t i = 0; asked && i < w->neurons; i++) {
        asked = shard->neuron[i] == (int32_t)i && shard->threshold[i] == w->threshold[i];
    }
    if (!asked) {
        return lu_fail(LU_ERR_ENGINE, "the engine made tests of other neurons");
    }
    return check_shard(&shard->tests, shard->seed, w->victim, w->seeds);
}

/* K_i from the maxima over the training samples (the paper's intent; without any, over the seeds as
   the authors' code does by default). */
static lu_err neuron_thresholds(lu_run *r, int layer, size_t neurons, double *threshold)
{
    size_t wanted = (size_t)r->c->params.maxima, n;
    const lu_shared *s;
    float *phi;

    if (wanted && r->c->set[LU_SET_TRAIN].given) {
        LU_TRY(lu_run_set(r, LU_SET_TRAIN, &s));
        n = s->samples.n < wanted ? s->samples.n : wanted;
    } else {
        LU_TRY(lu_run_seed_images(r, &s));
        n = s->samples.n < (size_t)r->c->params.white_seeds ? s->samples.n
                                                            : (size_t)r->c->params.white_seeds;
    }
    LU_TRY(lu_run_outputs(r, &r->victim_files, &r->victim->info, s, n, layer,
                          "measuring the neurons", &phi));
    lu_whitebox_maxima(phi, n, neurons, threshold);
    lu_whitebox_aims(threshold, neurons, r->c->params.m,
                     lu_layer_ceiling(&r->victim->info.layers[layer]));
    free(phi);
    return LU_OK;
}

static lu_err generate_layer(lu_run *r, int layer, lu_whitebox *out)
{
    size_t wanted = (size_t)r->c->params.white_seeds;
    size_t seeds = r->seeds.n < wanted ? r->seeds.n : wanted, n = shards_of(seeds, WHITE_SHARD);
    white_run w = {.params = lu_params_whitebox(&r->c->params),
                   .watched = lu_job_watched(r->job),
                   .layer = layer,
                   .victim = &r->victim->info,
                   .seeds = seeds};
    shard_run s = {seeds, WHITE_SHARD, white_request, white_take, &w, "making white-box tests"};
    double *threshold = NULL;
    lu_err err;

    w.neurons = lu_model_info_width(&r->victim->info, layer);
    LU_TRY(LU_NEW(w.shard, n));
    err = LU_NEW(threshold, w.neurons);
    if (!err) {
        err = neuron_thresholds(r, layer, w.neurons, threshold);
    }
    w.threshold = threshold;
    if (!err) {
        err = run_shards(r, &s);
    }
    if (!err) {
        err = lu_whitebox_join(w.shard, n, out);
    }
    for (size_t i = 0; i < n; i++) {
        lu_whitebox_fini(&w.shard[i]);
    }
    free(w.shard);
    free(threshold);
    return err;
}

static lu_err whitebox_id(lu_run *r)
{
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "whitebox");
    lu_digest_text(&d, r->seeds_id.hex);
    lu_digest_text(&d, r->c->set[LU_SET_TRAIN].digest.hex);
    lu_params_digest(&r->c->params, "whitebox.", &d);
    return lu_digest_finish(&d, &r->whitebox_id);
}

/* Are a stored layer's tests of neurons and seeds that there are? */
static lu_err check_layer(const lu_run *r, const lu_whitebox *w)
{
    size_t width = lu_model_info_width(&r->victim->info, w->layer);

    for (size_t i = 0; i < w->neurons; i++) {
        if ((size_t)w->neuron[i] >= width) {
            return lu_fail(LU_ERR_INPUT, "a stored test is of a neuron that is not there");
        }
    }
    return check_shard(&w->tests, w->seed, &r->victim->info, r->seeds.n);
}

static lu_err load_whitebox(lu_run *r, const lu_stage_name *name)
{
    lu_arrays a;
    lu_err err;

    LU_TRY(stored_arrays(r, name, &r->whitebox_sha256, &a));
    err = lu_whitebox_from(&a, &r->whitebox);
    lu_arrays_fini(&a);
    for (size_t i = 0; i < r->whitebox.layers && !err; i++) {
        err = check_layer(r, &r->whitebox.layer[i]);
    }
    return unfit(err, name);
}

static lu_err make_whitebox(lu_run *r, const int *layers, size_t n, const lu_stage_name *name)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = lu_run_may_compute(r);

    for (size_t i = 0; i < n && !err; i++) {
        err = generate_layer(r, layers[i], &r->whitebox.layer[i]);
        r->whitebox.layers = err ? i : i + 1;
    }
    if (!err) {
        err = lu_whitebox_write(&r->whitebox, &bytes);
    }
    if (!err) {
        err = lu_store_put(r->c, name, &bytes, &r->whitebox_sha256);
    }
    lu_buf_fini(&bytes);
    return err;
}

lu_err lu_stage_whitebox(lu_run *r)
{
    const lu_model_info *info = &r->victim->info;
    int layers[LU_LAYERS_MAX];
    lu_stage_name name;
    lu_sha256 in[2];
    bool stored;
    size_t n;

    LU_TRY(lu_params_layers(&r->c->params, info->default_layer, info->n_layers, layers, &n));
    LU_TRY(whitebox_id(r));
    if (n == 0) {
        return LU_OK;
    }
    lu_store_name("whitebox", &r->whitebox_id, "npz", &name);
    stored = lu_store_has(r->c, &name);
    LU_TRY(stored ? load_whitebox(r, &name) : make_whitebox(r, layers, n, &name));
    r->result->has_whitebox = true;
    in[0] = r->seeds_id;
    in[1] = r->c->set[LU_SET_TRAIN].digest;
    return lu_run_note(r, "whitebox", &r->whitebox_id, &r->whitebox_sha256, !stored, in,
                       in[1].hex[0] ? 2 : 1);
}
