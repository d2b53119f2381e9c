/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verification as JSON. */
#include "sessions/case/json.h"
#include "sessions/watermark/in_case.h"

#include <math.h>

static const char *const verdicts[] = {"marked", "not-marked", "invalid"};

const char *lu_mark_verdict_name(lu_mark_verdict v)
{
    return verdicts[v];
}

static cJSON *evidence_json(const lu_mark_evidence *e)
{
    cJSON *json = cJSON_CreateObject(), *part;

    lu_json_add(json, "matches", (double)e->rate.k);
    lu_json_add(json, "keys", (double)e->rate.n);
    lu_json_add(json, "rate", (double)e->rate.k / (double)e->rate.n);
    lu_json_add(json, "low", e->rate.low);
    lu_json_add(json, "high", e->rate.high);
    lu_json_add(json, "p", e->p);
    lu_json_add(json, "needed", (double)e->needed);
    cJSON_AddBoolToObject(json, "detected", e->detected);
    cJSON_AddBoolToObject(json, "intact", e->intact);
    part = cJSON_AddObjectToObject(json, "decoys");
    lu_json_add(part, "p", e->decoy_p);
    lu_json_add(part, "most", (double)e->decoy_most);
    lu_json_add(part, "mean", e->decoy_mean);
    part = cJSON_AddObjectToObject(json, "permutation");
    lu_json_add(part, "p", e->permuted_p);
    lu_json_add(part, "most", (double)e->permuted_most);
    return json;
}

static cJSON *answers_json(const lu_mark_report *r, const lu_mark_tried *t)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < r->bundle.n; i++) {
        cJSON *pair = cJSON_CreateArray();
        cJSON_AddItemToArray(pair, lu_json_number(t->answer[i]));
        cJSON_AddItemToArray(pair, lu_json_number(r->bundle.label[i]));
        cJSON_AddItemToArray(list, pair);
    }
    return list;
}

static cJSON *tried_json(const lu_mark_report *r, size_t i)
{
    const lu_mark_tried *t = &r->tried[i];
    cJSON *json = evidence_json(&t->evidence), *part;

    cJSON_AddStringToObject(json, "name", t->name);
    cJSON_AddStringToObject(json, "sha256", t->sha256.hex);
    if (t->cfg.hex[0]) {
        cJSON_AddStringToObject(json, "cfg", t->cfg.hex);
    }
    part = cJSON_AddObjectToObject(json, "raw_covers");
    lu_json_add(part, "key_label", (double)t->raw_key);
    lu_json_add(part, "true_label", (double)t->raw_true);
    part = cJSON_AddObjectToObject(json, "logo_swap");
    lu_json_add(part, "logos", (double)r->logos);
    lu_json_add(part, "black", (double)t->blank);
    lu_json_add(part, "mean", t->other_mean);
    lu_json_add(part, "most", (double)t->other_most);
    lu_json_add(part, "p", t->other_p);
    lu_json_add(json, "accuracy", t->accuracy);
    lu_json_add(json, "chance_p", t->chance_p);
    if (i == LU_TRIED_SUSPECT) {
        cJSON_AddItemToObject(json, "answers", answers_json(r, t));
    } else {
        cJSON_AddBoolToObject(json, "as_expected", t->as_expected);
    }
    return json;
}

static cJSON *params_json(const lu_verify_params *p)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "alpha", p->alpha);
    lu_json_add(json, "intact", p->intact);
    lu_json_add(json, "decoys", (double)p->decoys);
    lu_json_add(json, "permutations", (double)p->permutations);
    lu_json_add(json, "confidence", p->confidence);
    lu_json_add(json, "seed", (double)p->seed);
    return json;
}

static cJSON *report_json(const lu_mark_report *r)
{
    cJSON *json = cJSON_CreateObject(), *controls;

    if (r->model[0]) {
        cJSON_AddStringToObject(json, "model", r->model);
    }
    if (r->bundle.path[0]) {
        cJSON_AddStringToObject(json, "bundle", r->bundle.path);
    }
    cJSON_AddStringToObject(json, "seal", r->bundle.seal.hex);
    cJSON_AddStringToObject(json, "committed", r->bundle.sealed_at);
    if (r->bundle.stamped_at[0]) {
        cJSON_AddStringToObject(json, "stamped", r->bundle.stamped_at);
    }
    lu_json_add(json, "classes", (double)r->bundle.classes);
    if (r->params.confidence > 0) {
        cJSON_AddItemToObject(json, "parameters", params_json(&r->params));
    }
    if (r->test.hex[0]) {
        cJSON_AddStringToObject(json, "test", r->test.hex);
    }
    lu_json_add(json, "encoder_difference", r->encoder_difference);
    cJSON_AddItemToObject(json, "suspect", tried_json(r, LU_TRIED_SUSPECT));
    controls = cJSON_AddArrayToObject(json, "controls");
    for (size_t i = LU_TRIED_VICTIM; i < LU_TRIED; i++) {
        cJSON_AddItemToArray(controls, tried_json(r, i));
    }
    cJSON_AddBoolToObject(json, "valid", r->verdict != LU_MARK_INVALID);
    cJSON_AddStringToObject(json, "verdict", verdicts[r->verdict]);
    if (r->reason[0]) {
        cJSON_AddStringToObject(json, "reason", r->reason);
    }
    return json;
}

lu_err lu_mark_report_json(const lu_mark_report *r, lu_buf *out)
{
    return lu_json_print(report_json(r), false, out);
}

lu_err lu_mark_kept_json(const lu_mark_report *r, const lu_sha256 *keys, lu_buf *out)
{
    cJSON *json = report_json(r);

    cJSON_AddStringToObject(json, "keys", keys->hex);
    return lu_json_print(json, true, out);
}
