/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/run.h"
#include "sessions/case/journal.h"
#include "sessions/case/json.h"
#include "sessions/stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void describe_run(const lu_run *r, lu_result *out)
{
    snprintf(out->case_name, sizeof out->case_name, "%s", base_name(r->c->path));
    snprintf(out->version, sizeof out->version, "%s", LU_VERSION);
    snprintf(out->engine, sizeof out->engine, "%s", r->tag);
    snprintf(out->sandbox, sizeof out->sandbox, "%s", r->c->sandbox);
    snprintf(out->victim, sizeof out->victim, "%s", r->victim->name);
    out->kind = r->c->kind;
    out->victim_sha256 = r->victim->weights.sha256;
    out->victim_accuracy = NAN;
}

static void describe_seeds(const lu_run *r, lu_result *out)
{
    out->id.seeds = r->seeds_id;
    out->seeds = r->seeds.n;
    out->seeds_considered = r->seeds.considered;
    out->seeds_correct = r->seeds.correct;
    if (lu_run_seed_set(r) == LU_SET_TEST) {
        out->victim_accuracy = (double)r->seeds.correct / (double)r->seeds.considered;
    }
}

static void describe_tests(const lu_run *r, lu_result *out)
{
    out->id.blackbox = r->blackbox_id;
    out->id.whitebox = r->result->has_whitebox ? r->whitebox_id : (lu_sha256){""};
    snprintf(out->blackbox.method, sizeof out->blackbox.method, "%s", r->c->params.method);
    out->blackbox.yield = r->blackbox.yield;
    out->blackbox.max_linf = r->blackbox.max_linf;
    out->blackbox.sha256 = r->blackbox_sha256;
    out->whitebox.layers = r->whitebox.layers;
    out->whitebox.sha256 = r->whitebox_sha256;
    for (size_t i = 0; i < r->whitebox.layers; i++) {
        const lu_whitebox *w = &r->whitebox.layer[i];
        out->whitebox.layer[i] = w->layer;
        out->whitebox.n += w->tests.n;
        out->whitebox.neurons += w->neurons;
        out->whitebox.tried += w->tried;
        out->whitebox.dead += w->dead;
        out->whitebox.unreached += w->unreached;
    }
}

static lu_err run_stages(lu_run *r, lu_result *out)
{
    lu_stage until = r->options->until;

    LU_TRY(lu_stage_seeds(r));
    describe_seeds(r, out);
    out->reached = LU_STAGE_SEEDS;
    if (until == LU_STAGE_SEEDS) {
        return LU_OK;
    }
    LU_TRY(lu_stage_blackbox(r));
    LU_TRY(lu_stage_whitebox(r));
    describe_tests(r, out);
    out->reached = LU_STAGE_TESTS;
    if (until == LU_STAGE_TESTS) {
        return LU_OK;
    }
    LU_TRY(lu_stage_scores(r));
    if (!isnan(r->victim_accuracy)) {
        out->victim_accuracy = r->victim_accuracy;
    }
    out->reached = LU_STAGE_SCORES;
    if (until == LU_STAGE_SCORES) {
        return LU_OK;
    }
    return lu_stage_judgement(r);
}

static lu_err journal_begin(const lu_run *r)
{
    static const char *const stages[LU_STAGES] = {"seeds", "tests", "scores", "judgement"};
    cJSON *details = cJSON_CreateObject();
    cJSON *in = cJSON_AddArrayToObject(details, "in");

    cJSON_AddItemToArray(in, cJSON_CreateString(r->c->case_sha256.hex));
    if (r->c->sealed) {
        cJSON_AddStringToObject(details, "protocol", r->c->protocol.hex);
    }
    cJSON_AddStringToObject(details, "engine", r->tag);
    return lu_journal_add(r->c, "run", stages[r->options->until], details);
}

static lu_err journal_end(const lu_run *r, const lu_result *out)
{
    cJSON *details = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(details, "out");

    if (out->id.judgement.hex[0]) {
        cJSON_AddItemToArray(list, cJSON_CreateString(out->id.judgement.hex));
        cJSON_AddBoolToObject(details, "valid", out->controls.valid);
    }
    lu_json_add(details, "computed", (double)out->computed);
    lu_json_add(details, "reused", (double)out->reused);
    return lu_journal_add(r->c, "done", "run", details);
}

/* The files are hashed before (lu_run_start) and after the work. */
static lu_err run_journalled(lu_run *r, lu_result *out)
{
    lu_err err;

    LU_TRY(journal_begin(r));
    describe_run(r, out);
    err = run_stages(r, out);
    if (!err) {
        err = lu_case_check_items(r->c);
    }
    return err ? lu_journal_failure(r->c, "failed", "run", err) : journal_end(r, out);
}

lu_err lu_case_run(lu_case *c, const lu_run_options *o, const lu_job *job, lu_result *out)
{
    lu_run r;
    lu_err err;

    memset(out, 0, sizeof *out);
    LU_TRY(lu_case_may_run(c));
    err = lu_journal_refusal(c, "run", lu_run_start(&r, c, o, job, out));
    if (!err) {
        err = run_journalled(&r, out);
    }
    lu_run_fini(&r);
    if (err) {
        lu_result_fini(out);
        return err;
    }
    lu_result_protocol(c, out);
    return LU_OK;
}

lu_err lu_case_recompute(lu_case *c, const char *numerics, size_t jobs, const lu_job *job,
                         lu_result *out)
{
    const lu_run_options o = {.until = LU_STAGE_SCORES,
                              .jobs = jobs,
                              .reference = lu_repeat_reference(numerics),
                              .only_stored = true,
                              .again = true,
                              .numerics = numerics};
    const lu_judge_params p = lu_params_judge(&c->params);
    lu_run r;
    lu_err err;

    memset(out, 0, sizeof *out);
    err = lu_run_start(&r, c, &o, job, out);
    if (!err) {
        describe_run(&r, out);
        err = run_stages(&r, out);
        err = r.at_end ? lu_fail(LU_ERR_INPUT, "its tests are not there") : err;
        snprintf(out->engine, sizeof out->engine, "%s", r.here);
    }
    lu_run_fini(&r);
    if (err) {
        lu_result_fini(out);
        return err;
    }
    lu_result_judge(out, &p);
    out->reached = LU_STAGE_JUDGEMENT;
    return LU_OK;
}

/* --- looking --- */

/* What the run gathered changes hands. */
static void move_out(lu_run *r, lu_look *out)
{
    out->seeds = r->seeds;
    out->seed_images = r->seed_images;
    out->blackbox = r->blackbox;
    out->whitebox = r->whitebox;
    r->seeds = (lu_seeds){0};
    r->seed_images = (lu_shared){.fd = -1};
    r->blackbox = (lu_blackbox){0};
    r->whitebox = (lu_whitebox_set){0};
}

static lu_err look(lu_case *c, const lu_run_options *o, const lu_job *job, lu_look *out)
{
    const lu_shared *images;
    lu_run r;
    lu_err err;

    memset(out, 0, sizeof *out);
    out->seed_images.fd = -1;
    err = lu_run_start(&r, c, o, job, &out->result);
    if (!err) {
        describe_run(&r, &out->result);
        err = run_stages(&r, &out->result);
        err = r.at_end ? LU_OK : err;
    }
    if (!err) {
        lu_result_protocol(c, &out->result);
    }
    if (!err) {
        err = lu_member_look(&r, &out->membership);
    }
    out->any = !err && r.seeds.n > 0;
    if (out->any) {
        err = lu_run_seed_images(&r, &images);
    }
    if (!err) {
        move_out(&r, out);
        err = lu_case_marks(c, &out->marks);
    }
    lu_run_fini(&r);
    if (err) {
        lu_look_fini(out);
    }
    return err;
}

lu_err lu_case_look(lu_case *c, bool reference, const lu_job *job, lu_look *out)
{
    const lu_run_options o = {
        .until = LU_STAGE_JUDGEMENT, .reference = reference, .only_stored = true};

    return look(c, &o, job, out);
}

lu_err lu_case_look_at(lu_case *c, const char *numerics, const lu_job *job, lu_look *out)
{
    const lu_run_options o = {
        .until = LU_STAGE_JUDGEMENT, .only_stored = true, .numerics = numerics};

    return look(c, &o, job, out);
}

bool lu_look_tells(const lu_look *l)
{
    return l->any || l->membership.models > 0 || l->marks.n > 0;
}

void lu_look_fini(lu_look *l)
{
    lu_result_fini(&l->result);
    lu_seeds_fini(&l->seeds);
    lu_shared_fini(&l->seed_images);
    lu_blackbox_fini(&l->blackbox);
    lu_whitebox_set_fini(&l->whitebox);
    lu_member_report_fini(&l->membership);
    lu_kept_marks_fini(&l->marks);
    l->any = false;
}

lu_err lu_case_ask(const lu_case *c, const lu_item *item, const lu_shared *images, bool reference,
                   const lu_job *job, float **logits)
{
    const int layer = LU_LAYER_LOGITS;
    lu_model_files files;
    lu_model_info info = {0};
    lu_engine *e = NULL;
    lu_err err;

    LU_TRY(lu_item_open(c, item, &files));
    files.reference = reference;
    err = lu_engine_start(&e);
    if (!err) {
        err = lu_engine_load(e, &files, &info);
    }
    if (!err) {
        err = lu_engine_outputs(e, &info, images, 0, images->samples.n, 1, &layer, logits, job);
    }
    lu_engine_free(&e);
    lu_model_info_fini(&info);
    lu_item_close(&files);
    return err;
}
