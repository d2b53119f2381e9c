/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results as JSON, as the contract has them. What was not measured is null. */
#include "sessions/case/json.h"
#include "sessions/case/store.h"
#include "sessions/once.h"
#include "sessions/result.h"

#include <math.h>
#include <string.h>

static void value(cJSON *json, const char *key, lu_value v)
{
    lu_json_add(json, key, v.known ? v.value : NAN);
}

static cJSON *tool_json(const lu_result *r)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "version", r->version);
    cJSON_AddStringToObject(json, "engine", r->engine);
    cJSON_AddStringToObject(json, "sandbox", r->sandbox);
    return json;
}

static cJSON *victim_json(const lu_result *r)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "name", r->victim);
    cJSON_AddStringToObject(json, "sha256", r->victim_sha256.hex);
    lu_json_add(json, "accuracy", r->victim_accuracy);
    return json;
}

static cJSON *blackbox_json(const lu_result *r)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "method", r->blackbox.method);
    lu_json_add(json, "n", (double)r->blackbox.yield.kept);
    lu_json_add(json, "seeds", (double)r->blackbox.yield.seeds);
    lu_json_add(json, "unmoved", (double)r->blackbox.yield.unmoved);
    lu_json_add(json, "resisted", (double)r->blackbox.yield.resisted);
    value(json, "rob_victim", r->blackbox.rob_victim);
    lu_json_add(json, "max_linf", r->blackbox.max_linf);
    cJSON_AddStringToObject(json, "sha256", r->blackbox.sha256.hex);
    return json;
}

static cJSON *whitebox_json(const lu_result *r)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddItemToObject(json, "layers",
                          cJSON_CreateIntArray(r->whitebox.layer, (int)r->whitebox.layers));
    lu_json_add(json, "n", (double)r->whitebox.n);
    lu_json_add(json, "neurons", (double)r->whitebox.neurons);
    lu_json_add(json, "tried", (double)r->whitebox.tried);
    lu_json_add(json, "dead", (double)r->whitebox.dead);
    lu_json_add(json, "unreached", (double)r->whitebox.unreached);
    cJSON_AddStringToObject(json, "sha256", r->whitebox.sha256.hex);
    return json;
}

static void tests_json(const lu_result *r, cJSON *json)
{
    cJSON_AddItemToObject(json, "blackbox",
                          r->has_blackbox ? blackbox_json(r) : cJSON_CreateNull());
    cJSON_AddItemToObject(json, "whitebox",
                          r->has_whitebox ? whitebox_json(r) : cJSON_CreateNull());
}

static cJSON *threshold_json(const lu_threshold *t)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "n", (double)t->n);
    lu_json_add(json, "mean", t->mean);
    lu_json_add(json, "sd", t->sd);
    lu_json_add(json, "lb", t->lb);
    lu_json_add(json, "alpha", t->alpha);
    lu_json_add(json, "tau", t->tau);
    if (t->reason != NULL) {
        cJSON_AddStringToObject(json, "reason", t->reason);
    }
    return json;
}

static cJSON *vote_json(const lu_vote *v, lu_value measured, const lu_threshold *t)
{
    cJSON *json = cJSON_CreateObject();

    value(json, "value", measured);
    cJSON_AddItemToObject(json, "vote", v->cast ? cJSON_CreateBool(v->copy) : cJSON_CreateNull());
    lu_json_add(json, "tau", t->tau);
    lu_json_add(json, "margin", v->margin);
    if (v->reason != NULL) {
        cJSON_AddStringToObject(json, "reason", v->reason);
    }
    return json;
}

static void judged_json(const lu_model_result *m, cJSON *json)
{
    const lu_judgement *j = &m->judgement;
    cJSON *metrics = cJSON_AddObjectToObject(json, "metrics");

    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        cJSON_AddItemToObject(metrics, lu_metrics[i].name,
                              vote_json(&j->vote[i], m->scores.metric[i], &j->threshold[i]));
    }
    lu_json_add(json, "votes", (double)j->votes);
    lu_json_add(json, "of", (double)j->of);
    lu_json_add(json, "p_copy", j->p_copy);
    cJSON_AddStringToObject(json, "verdict", lu_verdict_name(j->verdict));
    if (j->reason[0] || m->finding[0]) {
        cJSON_AddStringToObject(json, "reason", j->reason);
    }
}

static void scored_json(const lu_model_result *m, cJSON *json)
{
    cJSON *metrics = cJSON_AddObjectToObject(json, "metrics");

    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        cJSON *metric = cJSON_AddObjectToObject(metrics, lu_metrics[i].name);
        value(metric, "value", m->scores.metric[i]);
    }
    if (m->finding[0]) {
        cJSON_AddStringToObject(json, "reason", m->finding);
    }
}

static cJSON *model_json(const lu_result *r, const lu_model_result *m)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "name", m->name);
    cJSON_AddStringToObject(json, "role", lu_role_name(m->role));
    cJSON_AddStringToObject(json, "sha256", m->sha256.hex);
    lu_json_add(json, "accuracy", m->accuracy);
    lu_json_add(json, "agreement", m->agreement);
    value(json, "chance_p", m->scores.chance_p);
    value(json, "rob_suspect", m->scores.rob_suspect);
    value(json, "nad_code", m->scores.nad_code);
    value(json, "nnod", m->scores.nnod);
    if (r->reached == LU_STAGE_SCORES) {
        scored_json(m, json);
    } else {
        judged_json(m, json);
    }
    return json;
}

static void add_id(cJSON *json, const char *key, const lu_sha256 *id)
{
    if (id->hex[0]) {
        cJSON_AddStringToObject(json, key, id->hex);
    }
}

/* The judgement is stored under its id, which is not a part of it. */
static void stages_json(const lu_result *r, cJSON *json)
{
    add_id(json, "seeds", &r->id.seeds);
    add_id(json, "blackbox", &r->id.blackbox);
    add_id(json, "whitebox", &r->id.whitebox);
    for (size_t i = 0; i < r->models; i++) {
        cJSON *scores =
            i ? cJSON_GetObjectItem(json, "scores") : cJSON_AddObjectToObject(json, "scores");
        add_id(scores, r->model[i].name, &r->model[i].scores_id);
    }
}

static void controls_json(const lu_controls *c, cJSON *json)
{
    cJSON_AddStringToObject(json, "victim", lu_verdict_name(c->victim));
    lu_json_add(json, "positives", (double)c->positives);
    lu_json_add(json, "positives_copy", (double)c->flagged);
    lu_json_add(json, "negatives", (double)c->negatives);
    lu_json_add(json, "negatives_not_copy", (double)c->cleared);
    cJSON_AddBoolToObject(json, "valid", c->valid);
    if (c->reason != NULL) {
        cJSON_AddStringToObject(json, "reason", c->reason);
    }
}

static cJSON *protocol_json(const lu_result *r)
{
    cJSON *json = cJSON_CreateObject(), *list;

    cJSON_AddBoolToObject(json, "sealed", r->protocol.sealed);
    if (r->protocol.sealed) {
        cJSON_AddStringToObject(json, "at", r->protocol.at);
        cJSON_AddStringToObject(json, "sha256", r->protocol.sha256.hex);
    }
    list = cJSON_AddArrayToObject(json, "suspects");
    for (size_t i = 0; i < r->models; i++) {
        const lu_model_result *m = &r->model[i];
        cJSON *one;
        if (m->role != LU_ROLE_SUSPECT) {
            continue;
        }
        one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "name", m->name);
        cJSON_AddBoolToObject(one, "sealed_before_opening", r->protocol.sealed && !m->early);
        lu_json_add(one, "exploratory_settings", (double)m->exploratory);
        cJSON_AddItemToArray(list, one);
    }
    return json;
}

static cJSON *result_json(const lu_result *r)
{
    cJSON *json = cJSON_CreateObject(), *part;

    cJSON_AddStringToObject(json, "case", r->case_name);
    cJSON_AddStringToObject(json, "kind", lu_kind_name(r->kind));
    if (lu_kind_banner(r->kind) != NULL) {
        cJSON_AddStringToObject(json, "banner", lu_kind_banner(r->kind));
    }
    cJSON_AddItemToObject(json, "tool", tool_json(r));
    cJSON_AddItemToObject(json, "victim", victim_json(r));
    part = cJSON_AddObjectToObject(json, "seeds");
    lu_json_add(part, "n", (double)r->seeds);
    lu_json_add(part, "considered", (double)r->seeds_considered);
    lu_json_add(part, "correct", (double)r->seeds_correct);
    tests_json(r, cJSON_AddObjectToObject(json, "tests"));
    part = cJSON_AddObjectToObject(json, "thresholds");
    for (size_t i = 0; r->reached == LU_STAGE_JUDGEMENT && i < LU_METRIC_COUNT; i++) {
        cJSON_AddItemToObject(part, lu_metrics[i].name, threshold_json(&r->threshold[i]));
    }
    part = cJSON_AddArrayToObject(json, "models");
    for (size_t i = 0; i < r->models; i++) {
        cJSON_AddItemToArray(part, model_json(r, &r->model[i]));
    }
    stages_json(r, cJSON_AddObjectToObject(json, "stages"));
    if (r->reached == LU_STAGE_JUDGEMENT) {
        controls_json(&r->controls, cJSON_AddObjectToObject(json, "controls"));
    }
    if (r->protocol.known) {
        cJSON_AddItemToObject(json, "protocol", protocol_json(r));
    }
    return json;
}

lu_err lu_result_json(const lu_result *r, lu_buf *out)
{
    return lu_json_print(result_json(r), true, out);
}

static lu_err read_stored(const lu_case *c, const lu_sha256 *id, cJSON **out)
{
    lu_stage_name name;
    lu_sha256 sha256;
    lu_buf text;
    lu_err err;

    lu_store_name("judgement", id, "json", &name);
    LU_TRY(lu_store_get(c, &name, &text, &sha256));
    err = lu_json_parse(text.data, text.len, LU_ERR_INTEGRITY, out);
    lu_buf_fini(&text);
    return lu_within(err, "%s", name.path);
}

lu_err lu_result_recorded_json(const lu_case *c, const lu_result *r, lu_buf *out)
{
    cJSON *json;

    if (r->reached < LU_STAGE_JUDGEMENT) {
        return lu_result_json(r, out);
    }
    LU_TRY(read_stored(c, &r->id.judgement, &json));
    cJSON_ReplaceItemInObjectCaseSensitive(json, "case", cJSON_CreateString(r->case_name));
    if (r->protocol.known) {
        cJSON_AddItemToObject(json, "protocol", protocol_json(r));
    }
    return lu_json_print(json, true, out);
}

lu_err lu_result_protocol_json(const lu_result *r, lu_buf *out)
{
    return lu_json_print(protocol_json(r), false, out);
}

lu_err lu_scores_json(const lu_scores *s, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject(), *part;

    part = cJSON_AddObjectToObject(json, "tests");
    lu_json_add(part, "blackbox", (double)s->n_blackbox);
    lu_json_add(part, "whitebox", (double)s->n_whitebox);
    part = cJSON_AddObjectToObject(json, "Rob");
    value(part, "victim", s->rob_victim);
    value(part, "suspect", s->rob_suspect);
    part = cJSON_AddObjectToObject(json, "metrics");
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        value(part, lu_metrics[i].name, s->metric[i]);
    }
    value(part, "NAD_code", s->nad_code);
    if (s->reason[0]) {
        cJSON_AddStringToObject(json, "reason", s->reason);
    }
    return lu_json_print(json, true, out);
}
