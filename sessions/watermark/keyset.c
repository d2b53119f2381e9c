/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/keyset.h"
#include "sessions/case/files.h"
#include "sessions/watermark/answers.h"

#include <math.h>
#include <stdlib.h>

/* --- verifying --- */

static lu_err answers_of(const char *cfg, const char *weights, bool reference, const lu_shared *x,
                         const lu_job *job, size_t *classes, int32_t **out)
{
    lu_answering a;
    lu_err err;

    LU_TRY(lu_answering_open(cfg, weights, reference, &a));
    *classes = a.info.classes;
    err = lu_answering_labels(&a, x, job, out);
    lu_answering_close(&a);
    return err;
}

static lu_err judge(const lu_keyset_options *o, const int32_t *answer, const lu_samples *keys,
                    lu_keyset_result *out)
{
    const int32_t *label = keys->labels;

    if (o->null >= LU_NULL_FRONTIER) {
        out->trigger.rate = lu_rate_of(lu_matches(answer, label, keys->n), keys->n, 0.95);
        out->trigger.q = out->trigger.p = NAN;
        return o->null == LU_NULL_MODEL
                   ? LU_OK
                   : lu_frontier_verify(answer, label, keys->n, &out->frontier);
    }
    return lu_trigger_verify(answer, label, keys->n, out->classes, (lu_trigger_labels)o->null,
                             &out->trigger);
}

static lu_err ask_negatives(const lu_keyset_options *o, const lu_shared *x, const lu_job *job,
                            lu_keyset_result *out)
{
    size_t n = x->samples.n, classes;
    int32_t *answer;

    out->calibrated_p = NAN;
    for (size_t i = 0; i < o->files.negatives; i++) {
        LU_TRY(lu_job_at(job, "asking the negatives", (double)i, (double)o->files.negatives));
        LU_TRY(answers_of(o->files.negative_cfg[i], o->files.negative_weights[i], o->reference, x,
                          job, &classes, &answer));
        out->negative[i] = (double)lu_matches(answer, x->samples.labels, n) / (double)n;
        free(answer);
        out->negatives++;
    }
    if (o->files.negatives) {
        double own = (double)out->trigger.rate.k / (double)n;
        out->calibrated_p = lu_decoy_p(own, out->negative, out->negatives);
    }
    return LU_OK;
}

static lu_err verify(const lu_keyset_options *o, const lu_shared *x, const lu_job *job,
                     lu_keyset_result *out)
{
    int32_t *answer;
    lu_err err;

    if (x->samples.labels == NULL) {
        return lu_within(lu_fail(LU_ERR_INPUT, "holds no labels y"), "%s", o->keys);
    }
    LU_TRY(
        answers_of(o->files.cfg, o->files.weights, o->reference, x, job, &out->classes, &answer));
    err = judge(o, answer, &x->samples, out);
    free(answer);
    return err ? err : ask_negatives(o, x, job, out);
}

lu_err lu_keyset_verify(const lu_keyset_options *o, const lu_job *job, lu_keyset_result *out)
{
    char *spec = lu_format("npz:%s", o->keys);
    lu_shared x;
    lu_err err = spec ? lu_client_samples(spec, LU_PART_TEST, 0, &x) : LU_ERR_MEMORY;

    *out = (lu_keyset_result){0};
    free(spec);
    LU_TRY(err);
    err = verify(o, &x, job, out);
    lu_shared_fini(&x);
    return err;
}

/* --- making boundary points --- */

static lu_err write_keys(const char *path, const lu_samples *s, size_t n)
{
    size_t shape[4] = {n, s->shape.h, s->shape.w, s->shape.c};
    lu_arrays a = {0};
    int64_t *y;
    lu_err err;

    LU_TRY(LU_NEW(y, n));
    for (size_t i = 0; i < n; i++) {
        y[i] = s->labels[i];
    }
    err = lu_arrays_add(&a, "x", LU_F32, 4, shape, s->values);
    if (!err) {
        err = lu_arrays_add(&a, "y", LU_I64, 1, shape, y);
    }
    if (!err) {
        err = lu_file_save_arrays(path, &a);
    }
    lu_arrays_fini(&a);
    free(y);
    return err;
}

static lu_err walk(const lu_boundary_options *o, lu_answering *victim, const lu_shared *data,
                   const lu_job *job, lu_samples *keys)
{
    size_t wanted = 4 * o->keys;
    lu_samples seeds = {0};
    lu_model *m = NULL;
    lu_err err = lu_samples_slice(&data->samples, 0,
                                  data->samples.n < wanted ? data->samples.n : wanted, &seeds);

    if (!err) {
        err = lu_samples_conform(&seeds, victim->info.input);
    }
    if (!err) {
        err = lu_engine_model(victim->engine, &victim->info, &m);
    }
    if (!err) {
        err = lu_ipguard_generate(m, &seeds, &o->params, job, keys);
    }
    lu_model_free(&m);
    lu_samples_fini(&seeds);
    return err;
}

lu_err lu_boundary_make(const lu_boundary_options *o, const lu_job *job, size_t *made)
{
    lu_answering victim;
    lu_samples keys = {0};
    lu_shared data;
    lu_err err;

    LU_TRY(lu_client_samples(o->data, LU_PART_TRAIN, o->params.seed, &data));
    err = lu_answering_open(o->cfg, o->weights, o->reference, &victim);
    if (!err) {
        err = walk(o, &victim, &data, job, &keys);
        lu_answering_close(&victim);
    }
    if (!err && keys.n == 0) {
        err = lu_fail(LU_ERR_CANNOT, "no point arrived at the boundary");
    }
    if (!err) {
        *made = keys.n < o->keys ? keys.n : o->keys;
        err = write_keys(o->out, &keys, *made);
    }
    lu_samples_fini(&keys);
    lu_shared_fini(&data);
    return err;
}
