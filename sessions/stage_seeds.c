/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeds: the victim answers the test samples, the surest (or as asked) of the right answers are
 * taken. */
#include "sessions/case/json.h"
#include "sessions/stages.h"

#include <math.h>
#include <string.h>

static lu_err stage_id(lu_run *r)
{
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "seeds");
    lu_digest_text(&d, r->tag);
    lu_digest_text(&d, r->victim->cfg.sha256.hex);
    lu_digest_text(&d, r->victim->weights.sha256.hex);
    lu_digest_text(&d, r->c->set[lu_run_seed_set(r)].digest.hex);
    lu_params_digest(&r->c->params, "seed", &d); /* "seed" and "seeds." */
    return lu_digest_finish(&d, &r->seeds_id);
}

static lu_err write_seeds(const lu_run *r, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *index = cJSON_AddArrayToObject(json, "index");
    cJSON *certainty = cJSON_AddArrayToObject(json, "certainty");

    for (size_t i = 0; i < r->seeds.n; i++) {
        cJSON_AddItemToArray(index, lu_json_number((double)r->seeds.index[i]));
        cJSON_AddItemToArray(certainty, lu_json_number(r->seeds.certainty[i]));
    }
    lu_json_add(json, "considered", (double)r->seeds.considered);
    lu_json_add(json, "correct", (double)r->seeds.correct);
    return lu_json_print(json, false, out);
}

static lu_err select_seeds(lu_run *r)
{
    const lu_shared *s;
    const lu_params *p = &r->c->params;
    float *logits;
    lu_err err;

    LU_TRY(lu_run_set(r, lu_run_seed_set(r), &s));
    LU_TRY(lu_run_outputs(r, &r->victim_files, &r->victim->info, s, s->samples.n, LU_LAYER_LOGITS,
                          "selecting seeds", &logits));
    if (s->samples.classes > r->victim->info.classes) {
        err = lu_fail(LU_ERR_INPUT, "the samples have %zu classes, the victim %zu",
                      s->samples.classes, r->victim->info.classes);
    } else {
        lu_samples view = s->samples;
        view.classes = r->victim->info.classes;
        err = lu_seeds_select(logits, r->victim->info.head, &view, lu_params_strategy(p),
                              (size_t)p->seeds, (uint64_t)p->seed, &r->seeds);
    }
    free(logits);
    return err;
}

static lu_err read_list(const cJSON *index, const cJSON *certainty, lu_seeds *out, size_t samples)
{
    const cJSON *a = index ? index->child : NULL, *b = certainty ? certainty->child : NULL;

    out->n = (size_t)cJSON_GetArraySize(index);
    LU_TRY(LU_NEW(out->index, out->n));
    LU_TRY(LU_NEW(out->certainty, out->n));
    for (size_t i = 0; i < out->n; i++, a = a->next, b = b->next) {
        double at = cJSON_GetNumberValue(a);
        if (b == NULL || !(at >= 0 && at < (double)samples)) {
            return lu_fail(LU_ERR_INTEGRITY, "the stored seeds hold nonsense");
        }
        out->index[i] = (size_t)at;
        out->certainty[i] = cJSON_GetNumberValue(b);
    }
    return LU_OK;
}

static lu_err read_seeds(lu_run *r, const lu_buf *text)
{
    lu_seeds *s = &r->seeds;
    cJSON *json;
    lu_err err;

    LU_TRY(lu_json_parse(text->data, text->len, LU_ERR_INTEGRITY, &json));
    s->considered = (size_t)cJSON_GetNumberValue(cJSON_GetObjectItem(json, "considered"));
    s->correct = (size_t)cJSON_GetNumberValue(cJSON_GetObjectItem(json, "correct"));
    err = read_list(cJSON_GetObjectItem(json, "index"), cJSON_GetObjectItem(json, "certainty"), s,
                    r->c->set[lu_run_seed_set(r)].n);
    cJSON_Delete(json);
    return err;
}

static lu_err note(lu_run *r, const lu_sha256 *sha256, bool computed)
{
    const lu_sha256 in[] = {r->victim->cfg.sha256, r->victim->weights.sha256,
                            r->c->set[lu_run_seed_set(r)].digest};

    return lu_run_note(r, "seeds", &r->seeds_id, sha256, computed, in, sizeof in / sizeof *in);
}

lu_err lu_stage_seeds(lu_run *r)
{
    lu_stage_name name;
    lu_sha256 sha256;
    lu_buf bytes = LU_BUF_INIT;
    bool stored;
    lu_err err;

    LU_TRY(stage_id(r));
    lu_store_name("seeds", &r->seeds_id, "json", &name);
    stored = lu_store_has(r->c, &name);
    if (stored) {
        err = lu_store_get(r->c, &name, &bytes, &sha256);
        if (!err) {
            err = read_seeds(r, &bytes);
        }
    } else {
        err = lu_run_may_compute(r);
        if (!err) {
            err = select_seeds(r);
        }
        if (!err) {
            err = write_seeds(r, &bytes);
        }
        if (!err) {
            err = lu_store_put(r->c, &name, &bytes, &sha256);
        }
    }
    lu_buf_fini(&bytes);
    return err ? err : note(r, &sha256, !stored);
}
