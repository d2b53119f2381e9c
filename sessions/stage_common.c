/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/history.h"
#include "sessions/stages.h"

#include <stdio.h>
#include <string.h>

enum { SHARD = 2000 }; /* samples to one request; fixed, whatever the number of engines */

static lu_err engine_tag(lu_run *r)
{
    const char *engine = r->options->reference ? "darknet" : "fast";
    lu_engine_hello hello;

    LU_TRY(lu_case_greet(r->c, &hello));
    snprintf(r->here, sizeof r->here, "%s %s", hello.tag, engine);
    snprintf(r->tag, sizeof r->tag, "%s", r->options->numerics ? r->options->numerics : r->here);
    return LU_OK;
}

lu_err lu_run_start(lu_run *r, lu_case *c, const lu_run_options *o, const lu_job *job,
                    lu_result *result)
{
    *r = (lu_run){.c = c, .options = o, .job = job, .result = result};
    r->seed_images.fd = r->victim_files.cfg = r->victim_files.weights = -1;
    for (int i = 0; i < LU_SETS; i++) {
        r->set[i].fd = -1;
    }
    r->victim = lu_case_victim(c);
    if (r->victim == NULL) {
        return lu_fail(LU_ERR_INPUT, "the case has no victim yet: lineup add %s victim NAME ...",
                       c->path);
    }
    if (!c->set[LU_SET_TEST].given) {
        return lu_fail(LU_ERR_INPUT, "the case has no test samples yet: lineup data %s test SPEC",
                       c->path);
    }
    LU_TRY(lu_case_check_items(c));
    LU_TRY(lu_item_open(c, r->victim, &r->victim_files));
    r->victim_files.reference = o->reference;
    return engine_tag(r);
}

void lu_run_fini(lu_run *r)
{
    for (int i = 0; i < LU_SETS; i++) {
        lu_shared_fini(&r->set[i]);
    }
    lu_shared_fini(&r->seed_images);
    lu_item_close(&r->victim_files);
    lu_seeds_fini(&r->seeds);
    lu_blackbox_fini(&r->blackbox);
    lu_whitebox_set_fini(&r->whitebox);
}

lu_set lu_run_seed_set(const lu_run *r)
{
    return r->c->set[LU_SET_SEEDS].given ? LU_SET_SEEDS : LU_SET_TEST;
}

lu_err lu_run_set(lu_run *r, lu_set set, const lu_shared **out)
{
    *out = &r->set[set];
    if (r->set[set].fd >= 0) {
        return LU_OK;
    }
    LU_TRY(lu_job_at(r->job, "reading samples", 0, 0));
    return lu_case_samples(r->c, set, &r->set[set]);
}

lu_err lu_run_seed_images(lu_run *r, const lu_shared **out)
{
    const lu_shared *all;
    lu_samples picked;
    lu_err err;

    *out = &r->seed_images;
    if (r->seed_images.fd >= 0) {
        return LU_OK;
    }
    LU_TRY(lu_run_set(r, lu_run_seed_set(r), &all));
    LU_TRY(lu_samples_pick(&all->samples, r->seeds.index, r->seeds.n, &picked));
    err = lu_shared_new(&picked, &r->seed_images);
    lu_samples_fini(&picked);
    return err;
}

/* --- outputs in shards --- */

typedef struct gathering {
    const lu_model_info *info;
    size_t n, width;
    int layer;
    float *out;
} gathering;

static size_t shard_size(size_t n, size_t index)
{
    return n - index * SHARD < SHARD ? n - index * SHARD : SHARD;
}

static lu_err take_shard(lu_task *task, size_t request, lu_err err, lu_frame *reply)
{
    gathering *g = task->context;
    size_t n = shard_size(g->n, task->index);
    float *part;

    (void)request;
    LU_TRY(err);
    LU_TRY(lu_reply_outputs(reply, g->info, n, 1, &g->layer, &part));
    memcpy(g->out + task->index * SHARD * g->width, part, n * g->width * sizeof *part);
    free(part);
    return LU_OK;
}

lu_err lu_run_outputs(const lu_run *r, const lu_model_files *files, const lu_model_info *info,
                      const lu_shared *s, size_t n, int layer, const char *what, float **out)
{
    gathering g = {.info = info, .n = n, .layer = layer};
    size_t shards = (n + SHARD - 1) / SHARD;
    lu_task *tasks = NULL;
    lu_frame *frames = NULL;
    lu_err err;

    *out = NULL;
    g.width = lu_model_info_width(info, layer);
    err = LU_NEW(g.out, n * g.width);
    if (!err) {
        err = LU_NEW(tasks, shards);
    }
    if (!err) {
        err = LU_NEW(frames, shards);
    }
    for (size_t i = 0; i < shards && !err; i++) {
        lu_request_outputs(s, i * SHARD, shard_size(n, i), 1, &layer, &frames[i]);
        tasks[i] = (lu_task){.model = files,
                             .request = &frames[i],
                             .requests = 1,
                             .weight = 1,
                             .done = take_shard,
                             .context = &g,
                             .index = i};
    }
    if (!err) {
        err = lu_pool_run(r->options->jobs, tasks, shards, r->job, what);
    }
    free(tasks);
    free(frames);
    if (err) {
        free(g.out);
        return err;
    }
    *out = g.out;
    return LU_OK;
}

lu_err lu_run_may_compute(lu_run *r)
{
    r->at_end = r->options->only_stored;
    return r->at_end ? lu_fail(LU_ERR_CANNOT, "this stage is not computed yet") : LU_OK;
}

/* Stored just before a crash, or looked at without the right to write. */
static bool in_journal(const lu_run *r, const lu_sha256 *id)
{
    return r->c->lock < 0 || lu_history_result(r->c, id->hex) != NULL;
}

lu_err lu_run_note(lu_run *r, const char *stage, const lu_sha256 *id, const lu_sha256 *sha256,
                   bool computed, const lu_sha256 *in, size_t n_in)
{
    r->result->computed += computed;
    r->result->reused += !computed;
    if (!computed && in_journal(r, id)) {
        return LU_OK;
    }
    return lu_store_note(r->c, stage, r->tag, id, sha256, in, n_in);
}
