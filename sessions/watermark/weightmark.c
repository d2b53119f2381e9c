/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/weightmark.h"
#include "sessions/watermark/answers.h"

#include <math.h>

enum { LAYERS_MOST = 1 << 16 };

/* A mark as its file has it. */
typedef struct mark {
    size_t n, taps; /* taps 0: X is drawn from the seed once they are known */
    uint8_t *bit;   /* owned */
    double *x;      /* n x taps; owned; NULL until then */
    bool has_seed;
    uint64_t seed;
    size_t layer;
} mark;

static void mark_fini(mark *m)
{
    free(m->bit);
    free(m->x);
}

static double value_of(const lu_array *a, size_t i)
{
    switch (a->type) {
    case LU_F32: return (double)((const float *)a->data)[i];
    case LU_F64: return ((const double *)a->data)[i];
    case LU_I64: return (double)((const int64_t *)a->data)[i];
    default: return ((const uint8_t *)a->data)[i];
    }
}

static lu_err read_bits(const lu_arrays *a, mark *m)
{
    const lu_array *b = lu_arrays_find(a, "b");

    m->n = b ? lu_array_count(b) : 0;
    if (m->n == 0) {
        return lu_fail(LU_ERR_INPUT, "holds no bits b");
    }
    LU_TRY(LU_NEW(m->bit, m->n));
    for (size_t i = 0; i < m->n; i++) {
        double v = value_of(b, i);
        if (v != 0 && v != 1) {
            return lu_fail(LU_ERR_INPUT, "bit %zu is neither 0 nor 1", i);
        }
        m->bit[i] = v > 0;
    }
    return LU_OK;
}

static lu_err read_matrix(const lu_arrays *a, mark *m)
{
    const lu_array *x = lu_arrays_find(a, "X"), *seed = lu_arrays_find(a, "seed");

    m->has_seed = x == NULL && seed != NULL && lu_array_count(seed) == 1 && value_of(seed, 0) >= 0;
    if (m->has_seed) {
        m->seed = (uint64_t)value_of(seed, 0);
        return LU_OK;
    }
    if (x == NULL || x->dims != 2 || x->shape[0] != m->n || x->shape[1] == 0) {
        return lu_fail(LU_ERR_INPUT,
                       "holds neither X with a row for each of the %zu bits nor a seed", m->n);
    }
    m->taps = x->shape[1];
    LU_TRY(LU_NEW(m->x, m->n * m->taps));
    for (size_t i = 0; i < m->n * m->taps; i++) {
        m->x[i] = value_of(x, i);
        if (!isfinite(m->x[i])) {
            return lu_fail(LU_ERR_INPUT, "X holds a value that is not finite");
        }
    }
    return LU_OK;
}

static lu_err read_layer(const lu_arrays *a, int asked, mark *m)
{
    const lu_array *layer = lu_arrays_find(a, "layer");
    double v = asked >= 0                                    ? asked
               : layer != NULL && lu_array_count(layer) == 1 ? value_of(layer, 0)
                                                             : -1;

    if (!(v >= 0 && v < LAYERS_MOST)) {
        return lu_fail(LU_ERR_INPUT, "names no layer; give --layer");
    }
    m->layer = (size_t)v;
    return LU_OK;
}

static lu_err read_mark(const lu_weightmark_options *o, mark *m)
{
    lu_arrays a;
    lu_err err;

    LU_TRY(lu_client_arrays(o->mark, &a));
    err = read_bits(&a, m);
    if (!err) {
        err = read_matrix(&a, m);
    }
    if (!err) {
        err = read_layer(&a, o->layer, m);
    }
    lu_arrays_fini(&a);
    return lu_within(err, "%s", o->mark);
}

/* X of the kernel's size: the file's, or drawn now. */
static lu_err fit(mark *m, size_t taps)
{
    if (m->taps == 0 && m->has_seed) {
        m->taps = taps;
        LU_TRY(LU_NEW(m->x, m->n * taps));
        return lu_uchida_matrix(m->seed, m->n, taps, m->x);
    }
    return m->taps == taps ? LU_OK
                           : lu_fail(LU_ERR_INPUT,
                                     "X has %zu columns, a filter of layer %zu has %zu "
                                     "weights",
                                     m->taps, m->layer, taps);
}

static lu_err verify_one(mark *m, const char *cfg, const char *weights, lu_uchida *out)
{
    size_t filters, taps;
    float *kernel = NULL;
    lu_answering a;
    lu_err err;

    LU_TRY(lu_answering_open(cfg, weights, false, &a));
    err = lu_engine_kernel(a.engine, m->layer, &filters, &taps, &kernel);
    if (!err) {
        err = fit(m, taps);
    }
    if (!err) {
        err = lu_uchida_verify(kernel, filters, taps, m->x, m->bit, m->n, out);
    }
    free(kernel);
    lu_answering_close(&a);
    return lu_within(err, "%s", weights);
}

static lu_err verify_all(const lu_weightmark_options *o, mark *m, const lu_job *job,
                         lu_weightmark_result *out)
{
    lu_uchida other;

    LU_TRY(verify_one(m, o->files.cfg, o->files.weights, &out->mark));
    out->layer = m->layer;
    out->calibrated_p = NAN;
    for (size_t i = 0; i < o->files.negatives; i++) {
        LU_TRY(lu_job_at(job, "reading the negatives", (double)i, (double)o->files.negatives));
        LU_TRY(verify_one(m, o->files.negative_cfg[i], o->files.negative_weights[i], &other));
        out->negative[out->negatives++] = 1 - other.ber;
    }
    if (o->files.negatives) {
        out->calibrated_p = lu_decoy_p(1 - out->mark.ber, out->negative, out->negatives);
    }
    return LU_OK;
}

lu_err lu_weightmark_verify(const lu_weightmark_options *o, const lu_job *job,
                            lu_weightmark_result *out)
{
    mark m = {0};
    lu_err err = read_mark(o, &m);

    *out = (lu_weightmark_result){0};
    if (!err) {
        err = verify_all(o, &m, job, out);
    }
    mark_fini(&m);
    return err;
}
