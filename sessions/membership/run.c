/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/journal.h"
#include "sessions/case/json.h"
#include "sessions/membership/internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- ids --- */

/* What evidence depends on; split, unrelated and decide only say how it is judged. */
static const char *const of_evidence[] = {
    "membership.sets",  "membership.samples", "membership.repetitions", "membership.permutations",
    "membership.alpha", "membership.credit",  "membership.distance"};

static lu_err id_of(const lu_member_work *w, const char *what, const char *cfg, const char *weights,
                    lu_sha256 *out)
{
    const lu_case *c = w->r->c;
    char seed[32];
    lu_digest d;

    snprintf(seed, sizeof seed, "%llu", (unsigned long long)w->out->params.seed);
    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "membership");
    lu_digest_text(&d, w->r->tag);
    lu_digest_text(&d, what);
    lu_digest_text(&d, c->set[LU_SET_TRAIN].digest.hex);
    lu_digest_text(&d, c->set[LU_SET_TEST].digest.hex);
    lu_digest_text(&d, cfg);
    lu_digest_text(&d, weights);
    lu_digest_text(&d, seed);
    for (size_t i = 0; i < sizeof of_evidence / sizeof *of_evidence; i++) {
        lu_params_digest(&c->params, of_evidence[i], &d);
    }
    return lu_digest_finish(&d, out);
}

lu_err lu_member_samples_id(const lu_member_work *w, lu_sha256 *out)
{
    return id_of(w, "samples", "", "", out);
}

static lu_err load(const lu_member_work *w, const lu_sha256 *id, bool *there, lu_buf *text,
                   lu_sha256 *sha256)
{
    lu_stage_name name;

    lu_store_name("membership", id, "json", &name);
    *there = lu_store_has(w->r->c, &name);
    return *there ? lu_store_get(w->r->c, &name, text, sha256) : LU_OK;
}

static lu_err store(lu_member_work *w, const lu_sha256 *id, const lu_buf *text, const lu_sha256 *in,
                    size_t n_in)
{
    lu_stage_name name;
    lu_sha256 sha256;

    lu_store_name("membership", id, "json", &name);
    LU_TRY(lu_store_put(w->r->c, &name, text, &sha256));
    return lu_run_note(w->r, "membership", id, &sha256, true, in, n_in);
}

/* --- the samples themselves --- */

static lu_err store_shift(lu_member_work *w, const lu_sha256 *id)
{
    const lu_sha256 in[] = {w->r->c->set[LU_SET_TRAIN].digest, w->r->c->set[LU_SET_TEST].digest};
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_member_write_shift(w->out->shift_p, &text);

    if (!err) {
        err = store(w, id, &text, in, 2);
    }
    lu_buf_fini(&text);
    return err;
}

static lu_err look_at_samples(lu_member_work *w)
{
    lu_buf text = LU_BUF_INIT;
    lu_sha256 id, sha256;
    bool there;

    w->out->shift_p = NAN;
    LU_TRY(lu_member_samples_id(w, &id));
    LU_TRY(load(w, &id, &there, &text, &sha256));
    if (there) {
        lu_err err = lu_member_read_shift(&text, &w->out->shift_p);
        lu_buf_fini(&text);
        w->out->shift_known = true;
        return err ? err : lu_run_note(w->r, "membership", &id, &sha256, false, NULL, 0);
    }
    if (w->r->options->only_stored) {
        return LU_OK;
    }
    LU_TRY(lu_member_compute_shift(w));
    w->out->shift_known = true;
    return store_shift(w, &id);
}

/* --- one model --- */

static lu_err store_model(lu_member_work *w, const lu_member_model *m)
{
    const lu_sha256 in[] = {w->r->c->set[LU_SET_TRAIN].digest, w->r->c->set[LU_SET_TEST].digest,
                            m->sha256};
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_member_write(m, &w->out->params, &text);

    if (!err) {
        err = store(w, &m->id, &text, in, sizeof in / sizeof *in);
    }
    lu_buf_fini(&text);
    return err;
}

/* What a foreign network does to its engine is a finding; it is asked again next time. */
static bool is_finding(lu_err err)
{
    return err == LU_ERR_ENGINE || err == LU_ERR_INPUT;
}

static lu_err compute_model(lu_member_work *w, lu_member_model *m)
{
    lu_err err = lu_member_compute(w, m);

    if (is_finding(err)) {
        lu_error_text(m->finding, sizeof m->finding);
        return LU_OK;
    }
    return err ? err : store_model(w, m);
}

static lu_err load_model(lu_member_work *w, lu_member_model *m)
{
    lu_stage_name name;
    lu_buf text = LU_BUF_INIT;
    lu_sha256 sha256;
    bool there;
    lu_err err;

    LU_TRY(load(w, &m->id, &there, &text, &sha256));
    if (!there) {
        return LU_OK;
    }
    lu_store_name("membership", &m->id, "json", &name);
    err = lu_within(lu_member_read(&text, m, &w->out->params), "%s", name.path);
    lu_buf_fini(&text);
    return err ? err : lu_run_note(w->r, "membership", &m->id, &sha256, false, NULL, 0);
}

static lu_err do_model(lu_member_work *w, lu_member_model *m)
{
    LU_TRY(load_model(w, m));
    return m->known || w->r->options->only_stored ? LU_OK : compute_model(w, m);
}

/* --- all models --- */

static void name_model(lu_member_work *w, const lu_item *item)
{
    lu_member_model *m = &w->out->model[w->out->models++];

    m->role = item->role;
    m->sha256 = item->weights.sha256;
    m->control =
        item->role == LU_ROLE_NEGATIVE && lu_member_unrelated(&w->r->c->params, item->name);
    snprintf(m->name, sizeof m->name, "%s", item->name);
}

static void name_untrained(lu_member_work *w)
{
    lu_member_model *m = &w->out->model[w->out->models++];

    m->made = m->control = true;
    m->role = LU_ROLE_NEGATIVE;
    snprintf(m->name, sizeof m->name, "untrained");
}

static lu_err name_models(lu_member_work *w)
{
    static const lu_role order[] = {LU_ROLE_SUSPECT, LU_ROLE_VICTIM, LU_ROLE_POSITIVE,
                                    LU_ROLE_NEGATIVE};
    const lu_case *c = w->r->c;

    LU_TRY(LU_NEW(w->out->model, c->items + 1));
    for (size_t o = 0; o < sizeof order / sizeof *order; o++) {
        for (size_t i = 0; i < c->items; i++) {
            if (c->item[i].role == order[o]) {
                name_model(w, &c->item[i]);
            }
        }
    }
    name_untrained(w);
    return LU_OK;
}

const lu_item *lu_member_item(const lu_member_work *w, const lu_member_model *m)
{
    return m->made ? w->r->victim : lu_case_find(w->r->c, m->name);
}

lu_err lu_member_models(lu_member_work *w)
{
    LU_TRY(name_models(w));
    for (size_t i = 0; i < w->out->models; i++) {
        lu_member_model *m = &w->out->model[i];
        const lu_item *item = lu_member_item(w, m);
        LU_TRY(m->made ? id_of(w, "untrained", item->cfg.sha256.hex, "", &m->id)
                       : id_of(w, "model", item->cfg.sha256.hex, item->weights.sha256.hex, &m->id));
    }
    return LU_OK;
}

static lu_err do_models(lu_member_work *w)
{
    LU_TRY(lu_member_models(w));
    for (w->at = 0; w->at < w->out->models; w->at++) {
        lu_member_model *m = &w->out->model[w->at];
        LU_TRY(lu_within(do_model(w, m), "%s", m->name));
    }
    return LU_OK;
}

static lu_err do_all(lu_member_work *w)
{
    LU_TRY(look_at_samples(w));
    LU_TRY(do_models(w));
    w->out->computed = w->r->result->computed;
    w->out->reused = w->r->result->reused;
    lu_member_judge(w->out);
    return LU_OK;
}

/* --- the whole --- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

void lu_member_start(lu_member_work *w, lu_run *r, const lu_job *job, lu_member_report *out)
{
    const lu_case *c = r->c;

    *w = (lu_member_work){.r = r, .out = out, .job = job};
    out->kind = c->kind;
    out->params = lu_params_membership(&c->params);
    out->wanted = out->params.pmi.samples;
    out->any_of_three = strcmp(c->params.membership.decide, "any") == 0;
    out->official = lu_member_official(c);
    out->members = c->set[LU_SET_TRAIN].n;
    out->others = c->set[LU_SET_TEST].n;
    snprintf(out->engine, sizeof out->engine, "%s", r->tag);
    snprintf(out->case_name, sizeof out->case_name, "%s", base_name(c->path));
}

/* The smallest p there can be is 1/(B + 1), thrice that after correction. */
static lu_err check_permutations(const lu_params *p)
{
    double factor = strcmp(p->membership.decide, "any") == 0 ? 3 : 1;
    double least = ceil(factor / p->membership.alpha - 1e-9) - 1;

    return p->membership.permutations >= least
               ? LU_OK
               : lu_fail(LU_ERR_CANNOT,
                         "%g permutations cannot give a p of %g: membership.permutations has to "
                         "be at least %g",
                         p->membership.permutations, p->membership.alpha, least);
}

static lu_err may_run(const lu_case *c)
{
    if (!c->set[LU_SET_TRAIN].given) {
        return lu_fail(LU_ERR_INPUT,
                       "the case has no train samples, the members, yet: lineup data %s train SPEC",
                       c->path);
    }
    if (strcmp(c->params.membership.split, "random") != 0) {
        return lu_fail(LU_ERR_CANNOT,
                       "nothing says that train and test samples were split at random before "
                       "training: membership.split=random does, lineup lab split makes one");
    }
    return check_permutations(&c->params);
}

static lu_err journal_end(const lu_member_work *w)
{
    cJSON *details = cJSON_CreateObject(), *list = cJSON_AddObjectToObject(details, "verdicts");

    for (size_t i = 0; i < w->out->models; i++) {
        const lu_member_model *m = &w->out->model[i];
        cJSON_AddStringToObject(list, m->name, lu_member_verdict_name(m->verdict));
    }
    cJSON_AddBoolToObject(details, "valid", w->out->valid);
    cJSON_AddStringToObject(details, "reason", w->out->reason);
    return lu_journal_add(w->r->c, "done", "membership", details);
}

static lu_err run_journalled(lu_member_work *w)
{
    lu_case *c = w->r->c;
    cJSON *details = cJSON_CreateObject();
    lu_err err;

    cJSON_AddStringToObject(details, "engine", w->r->tag);
    LU_TRY(lu_journal_add(c, "run", "membership", details));
    err = do_all(w);
    if (!err) {
        err = lu_case_check_items(c);
    }
    return err ? lu_journal_failure(c, "failed", "membership", err) : journal_end(w);
}

lu_err lu_member_run(lu_case *c, const lu_member_options *o, const lu_job *job,
                     lu_member_report *out)
{
    const lu_run_options options = {.jobs = o->jobs, .reference = o->reference};
    lu_result counts = {0};
    lu_run r;
    lu_member_work w;
    lu_err err;

    *out = (lu_member_report){0};
    LU_TRY(lu_case_may_run(c));
    LU_TRY(lu_journal_refusal(c, "membership", may_run(c)));
    err = lu_journal_refusal(c, "membership", lu_run_start(&r, c, &options, job, &counts));
    if (!err) {
        lu_member_start(&w, &r, job, out);
        err = run_journalled(&w);
    }
    lu_run_fini(&r);
    if (err) {
        lu_member_report_fini(out);
    }
    return err;
}

lu_err lu_member_look(lu_run *r, lu_member_report *out)
{
    lu_result counts = {0}, *kept = r->result;
    lu_member_work w;
    lu_err err;

    *out = (lu_member_report){0};
    if (may_run(r->c) != LU_OK) {
        return LU_OK;
    }
    r->result = &counts;
    lu_member_start(&w, r, NULL, out);
    err = do_all(&w);
    r->result = kept;
    if (err || out->missing == out->models) {
        lu_member_report_fini(out);
    }
    return err;
}

void lu_member_report_fini(lu_member_report *r)
{
    for (size_t i = 0; i < r->models; i++) {
        lu_member_evidence_fini(&r->model[i].evidence);
    }
    free(r->model);
    r->model = NULL;
    r->models = 0;
}
