/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judgement: thresholds from the negatives, votes, verdicts. Computed afresh each time (it costs
   nothing) and stored under its id; a run that only looks makes none that is not stored. */
#include "sessions/case/json.h"
#include "sessions/stages.h"

#include <stdio.h>
#include <string.h>

static bool counts(const lu_model_result *m)
{
    return m->role == LU_ROLE_NEGATIVE && !m->out;
}

static size_t collect_negatives(const lu_result *r, lu_scores *out)
{
    size_t n = 0;

    for (size_t i = 0; i < r->models; i++) {
        if (counts(&r->model[i])) {
            out[n++] = r->model[i].scores;
        }
    }
    return n;
}

static const char *failed_control(const lu_controls *c, const lu_scores *victim)
{
    if (victim->chance_p.known && lu_at_chance(victim->chance_p.value)) {
        return "the victim itself is no better than chance on the test samples";
    }
    if (c->victim == LU_UNDECIDED) {
        return "no vote can be cast, not even on the victim against itself";
    }
    if (c->victim != LU_COPY) {
        return "the victim is not judged a copy of itself";
    }
    if (c->positives > 0 && c->flagged == 0) {
        return "no known copy is judged a copy";
    }
    return c->negatives > 0 && c->cleared == 0 ? "no independent model is judged not to be a copy"
                                               : NULL;
}

static void control(lu_result *r, lu_verdict victim)
{
    lu_controls *c = &r->controls;

    *c = (lu_controls){.victim = victim};
    for (size_t i = 0; i < r->models; i++) {
        const lu_model_result *m = &r->model[i];
        c->positives += m->role == LU_ROLE_POSITIVE;
        c->flagged += m->role == LU_ROLE_POSITIVE && m->judgement.verdict == LU_COPY;
        c->negatives += m->role == LU_ROLE_NEGATIVE;
        c->cleared += m->role == LU_ROLE_NEGATIVE && m->judgement.verdict == LU_NOT_COPY;
    }
    c->reason = failed_control(c, &r->self);
    c->valid = c->reason == NULL;
}

void lu_result_judge(lu_result *r, const lu_judge_params *p)
{
    lu_scores nothing = {0}, *negatives = lu_zalloc(r->models, sizeof *negatives);
    lu_judgement whole;
    size_t n = negatives ? collect_negatives(r, negatives) : 0, at = 0;

    for (size_t i = 0; i < r->models; i++) {
        lu_model_result *m = &r->model[i];
        size_t leave_out = counts(m) ? at++ : SIZE_MAX;
        lu_judge(&m->scores, negatives, n, leave_out, p, &m->judgement);
        if (m->finding[0]) {
            snprintf(m->judgement.reason, sizeof m->judgement.reason, "%.*s",
                     (int)sizeof m->judgement.reason - 1, m->finding);
        }
    }
    lu_judge(&nothing, negatives, n, SIZE_MAX, p, &whole);
    memcpy(r->threshold, whole.threshold, sizeof r->threshold);
    lu_judge(&r->self, negatives, n, SIZE_MAX, p, &whole);
    free(negatives);
    control(r, whole.verdict);
}

static lu_err judgement_id(const lu_run *r, lu_sha256 *out)
{
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "judgement");
    lu_digest_text(&d, r->blackbox_id.hex);
    lu_digest_text(&d, r->whitebox_id.hex);
    lu_digest_text(&d, r->c->set[LU_SET_TEST].digest.hex);
    for (size_t i = 0; i < r->result->models; i++) {
        lu_digest_text(&d, r->result->model[i].name);
        lu_digest_text(&d, lu_role_name(r->result->model[i].role));
        lu_digest_text(&d, r->result->model[i].sha256.hex);
        lu_digest_text(&d, r->result->model[i].finding);
    }
    lu_params_digest(&r->c->params, "judge.", &d);
    return lu_digest_finish(&d, out);
}

/* The scores it rests on. */
static lu_err note(lu_run *r, const lu_sha256 *id, const lu_sha256 *sha256, bool computed)
{
    size_t n = r->result->models;
    lu_sha256 *in;
    lu_err err;

    LU_TRY(LU_NEW(in, n));
    for (size_t i = 0; i < n; i++) {
        in[i] = r->result->model[i].scores_id;
    }
    err = lu_run_note(r, "judgement", id, sha256, computed, in, n);
    free(in);
    return err;
}

static void take_text(const cJSON *tool, const char *key, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tool, key));

    if (text != NULL) {
        lu_json_ascii(text, out, size);
    }
}

/* What judged it then, which need not be what is here now. */
static lu_err read_tool(const lu_stage_name *name, const lu_buf *stored, lu_result *r)
{
    cJSON *json;
    const cJSON *tool;

    LU_TRY(lu_within(lu_json_parse(stored->data, stored->len, LU_ERR_INTEGRITY, &json), "%s",
                     name->path));
    tool = cJSON_GetObjectItemCaseSensitive(json, "tool");
    take_text(tool, "version", r->version, sizeof r->version);
    take_text(tool, "sandbox", r->sandbox, sizeof r->sandbox);
    cJSON_Delete(json);
    return LU_OK;
}

static lu_err load(lu_run *r, const lu_stage_name *name, lu_sha256 *sha256)
{
    lu_buf json;
    lu_err err;

    LU_TRY(lu_store_get(r->c, name, &json, sha256));
    err = read_tool(name, &json, r->result);
    lu_buf_fini(&json);
    return err;
}

static lu_err store(lu_run *r, const lu_stage_name *name, lu_sha256 *sha256)
{
    lu_buf json = LU_BUF_INIT;
    lu_err err = lu_result_json(r->result, &json);

    if (!err) {
        err = lu_store_put(r->c, name, &json, sha256);
    }
    lu_buf_fini(&json);
    return err;
}

lu_err lu_stage_judgement(lu_run *r)
{
    lu_judge_params p = lu_params_judge(&r->c->params);
    lu_stage_name name;
    lu_sha256 id, sha256;
    bool stored;

    LU_TRY(judgement_id(r, &id));
    lu_store_name("judgement", &id, "json", &name);
    stored = lu_store_has(r->c, &name);
    LU_TRY(stored ? LU_OK : lu_run_may_compute(r));
    lu_result_judge(r->result, &p);
    r->result->reached = LU_STAGE_JUDGEMENT;
    LU_TRY(stored ? load(r, &name, &sha256) : store(r, &name, &sha256));
    r->result->id.judgement = id;
    return note(r, &id, &sha256, !stored);
}
