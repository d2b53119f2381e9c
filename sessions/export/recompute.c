/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the case holds, computed again: the scores of the last judgement, from the stored tests, and
   beside them the evidence of membership and of watermarks. */
#include "sessions/case/files.h"
#include "sessions/case/history.h"
#include "sessions/export/verify.h"
#include "sessions/run.h"
#include "sessions/stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const size_t SCORES_MAX = 1 << 20;

static const cJSON *get(const cJSON *json, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(json, key);
}

static void get_id(const cJSON *json, const char *key, lu_sha256 *out)
{
    const char *text = cJSON_GetStringValue(get(json, key));

    *out = (lu_sha256){""};
    if (text != NULL && lu_sha256_valid(text)) {
        memcpy(out->hex, text, sizeof out->hex);
    }
}

/* --- one model --- */

static lu_err differs(const char *model, const char *what)
{
    return lu_fail(LU_ERR_INTEGRITY, "%s: %s comes out differently", model, what);
}

/* null stands for what was not measured. */
static lu_err compare_value(const lu_model_result *m, const char *what, const cJSON *stored,
                            lu_value found, lu_recomputed *out)
{
    double difference;

    if (cJSON_IsNumber(stored) != found.known) {
        return differs(m->name, what);
    }
    if (!found.known) {
        return LU_OK;
    }
    difference = lu_repeat_difference(cJSON_GetNumberValue(stored), found.value);
    out->difference = fmax(out->difference, difference);
    return difference <= LU_REPEAT_TOLERANCE ? LU_OK : differs(m->name, what);
}

/* A vote nearer to its threshold than scores agree may go either way on another machine. */
static lu_err compare_vote(const lu_model_result *m, size_t metric, const cJSON *stored,
                           lu_recomputed *out)
{
    const lu_vote *v = &m->judgement.vote[metric];
    const cJSON *vote = get(stored, "vote");

    if (cJSON_IsBool(vote) == v->cast && (!v->cast || cJSON_IsTrue(vote) == v->copy)) {
        return LU_OK;
    }
    if (!out->same_numerics && v->cast && fabs(v->margin) <= LU_REPEAT_TOLERANCE) {
        out->close++;
        return LU_OK;
    }
    return differs(m->name, "a vote");
}

static lu_err compare_model(const lu_model_result *m, const cJSON *stored, lu_recomputed *out)
{
    const cJSON *metrics = get(stored, "metrics");
    const char *verdict = cJSON_GetStringValue(get(stored, "verdict"));
    size_t close = out->close;

    LU_TRY(compare_value(m, "Rob", get(stored, "rob_suspect"), m->scores.rob_suspect, out));
    LU_TRY(compare_value(m, "the accuracy", get(stored, "accuracy"),
                         (lu_value){!isnan(m->accuracy), m->accuracy}, out));
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        const cJSON *metric = get(metrics, lu_metrics[i].name);
        LU_TRY(
            compare_value(m, lu_metrics[i].name, get(metric, "value"), m->scores.metric[i], out));
        LU_TRY(compare_vote(m, i, metric, out));
    }
    return out->close > close ||
                   (verdict && !strcmp(verdict, lu_verdict_name(m->judgement.verdict)))
               ? LU_OK
               : differs(m->name, "the verdict");
}

static lu_err count_bytes(const lu_case *c, const lu_model_result *m, const lu_sha256 *id,
                          lu_recomputed *out)
{
    lu_buf stored, fresh = LU_BUF_INIT;
    char path[LU_TEXT_MAX];
    bool same;
    lu_err err;

    snprintf(path, sizeof path, "stages/scores-%s.json", id->hex);
    LU_TRY(lu_verify_inside(lu_file_read(c->dir, path, SCORES_MAX, &stored)));
    err = lu_scores_write(m, &fresh);
    same = !err && stored.len == fresh.len && memcmp(stored.data, fresh.data, stored.len) == 0;
    out->same_bytes += same;
    lu_buf_fini(&stored);
    lu_buf_fini(&fresh);
    return err || same || !out->same_numerics
               ? err
               : lu_fail(LU_ERR_INTEGRITY, "%s: its scores are not the same bytes", m->name);
}

/* --- all --- */

static const lu_model_result *find_model(const lu_result *r, const char *name)
{
    for (size_t i = 0; name != NULL && i < r->models; i++) {
        if (strcmp(r->model[i].name, name) == 0) {
            return &r->model[i];
        }
    }
    return NULL;
}

/* A model whose answers failed then has no stored scores, and nothing to compare. */
static lu_err compare_all(const lu_case *c, const cJSON *judgement, const lu_result *r,
                          lu_recomputed *out)
{
    const cJSON *scores = get(get(judgement, "stages"), "scores"), *stored;

    cJSON_ArrayForEach(stored, get(judgement, "models"))
    {
        const char *name = cJSON_GetStringValue(get(stored, "name"));
        const lu_model_result *m = find_model(r, name);
        lu_sha256 id = {""};
        if (m == NULL) {
            return lu_fail(LU_ERR_INTEGRITY, "the judgement names a model that is not there");
        }
        get_id(scores, name, &id);
        if (lu_history_result(c, id.hex) == NULL) {
            continue;
        }
        if (m->finding[0]) {
            return lu_fail(LU_ERR_ENGINE, "%s: %s", m->name, m->finding);
        }
        LU_TRY(compare_model(m, stored, out));
        LU_TRY(count_bytes(c, m, &id, out));
        out->models++;
    }
    return LU_OK;
}

static lu_err repeat_judged(lu_case *c, const cJSON *judgement, size_t jobs, const lu_job *job,
                            lu_recomputed *out)
{
    const char *engine = cJSON_GetStringValue(get(get(judgement, "tool"), "engine"));
    lu_result result;
    lu_err err;

    if (engine == NULL) {
        return lu_fail(LU_ERR_INTEGRITY, "the judgement names no engine");
    }
    LU_TRY(lu_verify_inside(lu_case_recompute(c, engine, jobs, job, &result)));
    out->same_numerics = strcmp(engine, result.engine) == 0;
    err = compare_all(c, judgement, &result, out);
    out->scores = err == LU_OK;
    lu_result_fini(&result);
    return err;
}

/* A case may hold nothing but membership or a mark. */
static lu_err repeat_scores(lu_case *c, size_t jobs, const lu_job *job, lu_recomputed *out)
{
    cJSON *judgement;
    lu_err err;

    if (c->judged.hex[0] == '\0' &&
        lu_repeat_count(c, "membership") + lu_repeat_count(c, "watermark") > 0) {
        return LU_OK;
    }
    LU_TRY(lu_verify_judgement(c, &judgement));
    err = repeat_judged(c, judgement, jobs, job, out);
    cJSON_Delete(judgement);
    return err;
}

lu_err lu_recompute(lu_case *c, size_t jobs, const lu_job *job, lu_recomputed *out)
{
    lu_err err = repeat_scores(c, jobs, job, out);

    if (!err) {
        err = lu_verify_inside(lu_member_repeat(c, jobs, job, &out->members));
    }
    if (!err) {
        err = lu_verify_inside(lu_mark_repeat(c, job, &out->marks));
    }
    return lu_within(err, "--recompute");
}
