/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores: every model's answers to the tests against the victim's. One stored result a model, kept
   as soon as the model has answered. */
#include "sessions/case/json.h"
#include "sessions/scores.h"
#include "sessions/stages.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One model of the stage. */
typedef struct scored {
    const lu_item *item;
    lu_model_result *result;
    lu_model_files files;
    lu_sha256 id;
    bool stored;
} scored;

typedef struct score_run {
    lu_run *r;
    scored *model;
    size_t n;
    lu_questions questions;
    lu_asked victim;
    const lu_shared *clean;
} score_run;

/* --- ids and files --- */

static lu_err score_id(const lu_run *r, const lu_item *item, lu_sha256 *out)
{
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "scores");
    lu_digest_text(&d, r->tag);
    lu_digest_text(&d, r->blackbox_id.hex);
    lu_digest_text(&d, r->whitebox_id.hex);
    lu_digest_text(&d, r->c->set[LU_SET_TEST].digest.hex);
    lu_digest_text(&d, item->cfg.sha256.hex);
    lu_digest_text(&d, item->weights.sha256.hex);
    return lu_digest_finish(&d, out);
}

static void add_value(cJSON *json, const char *key, lu_value v)
{
    cJSON_AddItemToObject(json, key, v.known ? lu_json_number(v.value) : cJSON_CreateNull());
}

static lu_value get_value(const cJSON *json, const char *key)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(json, key);

    return cJSON_IsNumber(v) ? (lu_value){true, v->valuedouble} : (lu_value){false, 0};
}

static lu_value known_unless_nan(double v)
{
    return (lu_value){!isnan(v), v};
}

lu_err lu_scores_write(const lu_model_result *m, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject();
    const lu_scores *s = &m->scores;

    add_value(json, "accuracy", known_unless_nan(m->accuracy));
    add_value(json, "agreement", known_unless_nan(m->agreement));
    add_value(json, "chance_p", s->chance_p);
    add_value(json, "rob_victim", s->rob_victim);
    add_value(json, "rob_suspect", s->rob_suspect);
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        add_value(json, lu_metrics[i].name, s->metric[i]);
    }
    add_value(json, "NAD_code", s->nad_code);
    add_value(json, "NNOD", s->nnod);
    add_value(json, "NNOD_fixed", s->nnod_fixed);
    add_value(json, "NNOD_matched", s->nnod_matched);
    lu_json_add(json, "blackbox", (double)s->n_blackbox);
    lu_json_add(json, "whitebox", (double)s->n_whitebox);
    cJSON_AddStringToObject(json, "reason", s->reason);
    return lu_json_print(json, false, out);
}

static void read_scores(const cJSON *json, lu_model_result *m)
{
    lu_scores *s = &m->scores;
    const char *reason = cJSON_GetStringValue(cJSON_GetObjectItem(json, "reason"));
    lu_value accuracy = get_value(json, "accuracy"), agreement = get_value(json, "agreement");

    m->accuracy = accuracy.known ? accuracy.value : NAN;
    m->agreement = agreement.known ? agreement.value : NAN;
    s->chance_p = get_value(json, "chance_p");
    s->rob_victim = get_value(json, "rob_victim");
    s->rob_suspect = get_value(json, "rob_suspect");
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        s->metric[i] = get_value(json, lu_metrics[i].name);
    }
    s->nad_code = get_value(json, "NAD_code");
    s->nnod = get_value(json, "NNOD");
    s->nnod_fixed = get_value(json, "NNOD_fixed");
    s->nnod_matched = get_value(json, "NNOD_matched");
    s->n_blackbox = (size_t)cJSON_GetNumberValue(cJSON_GetObjectItem(json, "blackbox"));
    s->n_whitebox = (size_t)cJSON_GetNumberValue(cJSON_GetObjectItem(json, "whitebox"));
    snprintf(s->reason, sizeof s->reason, "%s", reason ? reason : "");
}

static lu_err note(lu_run *r, const scored *m, const lu_sha256 *sha256, bool computed)
{
    const lu_sha256 in[] = {r->blackbox_id, r->whitebox_id, r->c->set[LU_SET_TEST].digest,
                            m->item->cfg.sha256, m->item->weights.sha256};

    return lu_run_note(r, "scores", &m->id, sha256, computed, in, sizeof in / sizeof *in);
}

static lu_err load_stored(lu_run *r, scored *m)
{
    lu_stage_name name;
    lu_sha256 sha256;
    lu_buf text;
    cJSON *json;

    lu_store_name("scores", &m->id, "json", &name);
    m->stored = !r->options->again && lu_store_has(r->c, &name);
    if (!m->stored) {
        return LU_OK;
    }
    LU_TRY(lu_store_get(r->c, &name, &text, &sha256));
    json = cJSON_ParseWithLength((const char *)text.data, text.len);
    lu_buf_fini(&text);
    if (json == NULL) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "is not JSON"), "%s", name.path);
    }
    read_scores(json, m->result);
    cJSON_Delete(json);
    return note(r, m, &sha256, false);
}

static lu_err store(lu_run *r, const scored *m)
{
    lu_stage_name name;
    lu_sha256 sha256;
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_scores_write(m->result, &text);

    lu_store_name("scores", &m->id, "json", &name);
    if (!err) {
        err = lu_store_put(r->c, &name, &text, &sha256);
    }
    lu_buf_fini(&text);
    return err ? err : note(r, m, &sha256, true);
}

/* --- the plain baseline: clean test samples --- */

static lu_err score_clean(const score_run *s, const lu_answers *a, lu_model_result *m)
{
    const lu_samples *clean = &s->clean->samples;
    const float *victim = s->victim.answers.clean;
    size_t classes = s->r->victim->info.classes, right = 0, same = 0;
    double chance_p;

    if (a->clean == NULL || victim == NULL) {
        return LU_OK;
    }
    for (size_t i = 0; i < clean->n; i++) {
        size_t own = lu_argmax(a->clean + i * classes, classes);
        right += own == (size_t)clean->labels[i];
        same += own == lu_argmax(victim + i * classes, classes);
    }
    m->accuracy = (double)right / (double)clean->n;
    m->agreement = (double)same / (double)clean->n;
    LU_TRY(lu_chance_p(right, clean->labels, clean->n, classes, &chance_p));
    m->scores.chance_p = known_unless_nan(chance_p);
    return LU_OK;
}

/* --- one model has answered --- */

static lu_err model_finished(lu_asked *asked)
{
    score_run *s = asked->context;
    scored *m = &s->model[asked->index];
    lu_err err;

    lu_score(&s->questions, &s->victim.answers, &asked->answers, &m->result->scores);
    err = score_clean(s, &asked->answers, m->result);
    if (asked->answers.err) {
        snprintf(m->result->finding, sizeof m->result->finding, "%s", asked->answers.finding);
    } else if (!err &&
               !s->r->options->again) { /* a failure is not stored: it is asked again next time */
        err = store(s->r, m);
    }
    lu_answers_fini(&asked->answers);
    return err;
}

static lu_err ask_victim(score_run *s)
{
    lu_run *r = s->r;
    const lu_answers *a = &s->victim.answers;

    s->victim.files = &r->victim_files;
    s->victim.info = s->victim.victim = &r->victim->info;
    LU_TRY(lu_ask(&s->questions, &s->victim, 1, r->options->jobs, r->job, "asking the victim"));
    return a->err ? lu_fail(a->err, "%s", a->finding) : LU_OK;
}

static lu_err ask_models(score_run *s, size_t wanted)
{
    lu_run *r = s->r;
    lu_asked *asked;
    size_t k = 0;
    lu_err err;

    LU_TRY(LU_NEW(asked, wanted));
    for (size_t i = 0; i < s->n; i++) {
        scored *m = &s->model[i];
        if (!m->stored) {
            asked[k++] = (lu_asked){.files = &m->files,
                                    .info = &m->item->info,
                                    .victim = &r->victim->info,
                                    .finished = model_finished,
                                    .context = s,
                                    .index = i};
        }
    }
    err = lu_ask(&s->questions, asked, wanted, r->options->jobs, r->job, "scoring models");
    for (size_t i = 0; i < wanted; i++) {
        lu_answers_fini(&asked[i].answers);
    }
    free(asked);
    return err;
}

/* A run that only looks shows the others and says which are missing. */
static lu_err leave_missing(score_run *s, size_t missing)
{
    if (missing == s->n) {
        return lu_run_may_compute(s->r);
    }
    for (size_t i = 0; i < s->n; i++) {
        lu_model_result *m = s->model[i].result;
        if (!s->model[i].stored) {
            snprintf(m->finding, sizeof m->finding, "not scored yet");
            snprintf(m->scores.reason, sizeof m->scores.reason, "not scored yet");
        }
    }
    return LU_OK;
}

static lu_err score_missing(score_run *s, size_t wanted)
{
    lu_run *r = s->r;
    lu_err err;

    LU_TRY(lu_run_set(r, LU_SET_TEST, &s->clean));
    LU_TRY(lu_questions_init(&s->questions, &r->blackbox, &r->whitebox, s->clean));
    err = ask_victim(s);
    if (!err) {
        err = ask_models(s, wanted);
    }
    lu_answers_fini(&s->victim.answers);
    lu_questions_fini(&s->questions);
    return err;
}

/* --- the stage --- */

static lu_err prepare_model(lu_run *r, const lu_item *item, scored *m)
{
    m->item = item;
    m->result->role = item->role;
    m->result->sha256 = item->weights.sha256;
    m->result->accuracy = m->result->agreement = NAN;
    snprintf(m->result->name, sizeof m->result->name, "%s", item->name);
    LU_TRY(score_id(r, item, &m->id));
    m->result->scores_id = m->id;
    LU_TRY(lu_item_open(r->c, item, &m->files));
    m->files.reference = r->options->reference;
    return load_stored(r, m);
}

/* Suspects first, then positives, then negatives; each in the order they came in. The victim itself
   is scored too, last and out of sight: its accuracy is wanted. */
static lu_err prepare_models(score_run *s)
{
    static const lu_role order[] = {LU_ROLE_SUSPECT, LU_ROLE_POSITIVE, LU_ROLE_NEGATIVE,
                                    LU_ROLE_VICTIM};
    lu_run *r = s->r;

    for (size_t o = 0; o < sizeof order / sizeof *order; o++) {
        for (size_t i = 0; i < r->c->items; i++) {
            if (r->c->item[i].role == order[o]) {
                scored *m = &s->model[s->n];
                m->files.cfg = m->files.weights = -1;
                m->result = &r->result->model[s->n++];
                LU_TRY(prepare_model(r, &r->c->item[i], m));
            }
        }
    }
    return LU_OK;
}

lu_err lu_stage_scores(lu_run *r)
{
    score_run s = {.r = r};
    size_t missing = 0;
    lu_err err;

    LU_TRY(LU_NEW(r->result->model, r->c->items));
    LU_TRY(LU_NEW(s.model, r->c->items));
    err = prepare_models(&s);
    for (size_t i = 0; i < s.n; i++) {
        missing += !s.model[i].stored;
    }
    if (!err && missing) {
        err = r->options->only_stored && !r->options->again ? leave_missing(&s, missing)
                                                            : score_missing(&s, missing);
    }
    for (size_t i = 0; i < s.n; i++) {
        lu_item_close(&s.model[i].files);
    }
    free(s.model);
    r->result->models = s.n ? s.n - 1 : 0; /* the victim, last, is told apart */
    if (!err && s.n) {
        const lu_model_result *victim = &r->result->model[s.n - 1];
        r->victim_accuracy = victim->accuracy;
        r->result->self = victim->scores;
        r->result->blackbox.rob_victim = victim->scores.rob_victim;
    }
    return err;
}
