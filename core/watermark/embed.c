/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/watermark/embed.h"
#include "core/watermark/embedding.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- making --- */

static lu_err check_data(const lu_embed_params *p, const lu_embed_data *d, size_t classes)
{
    const lu_samples *s = d->train;

    if (s->labels == NULL) {
        return lu_fail(LU_ERR_INPUT, "the training samples have no labels");
    }
    if (s->n < p->batch || s->n < p->keys) {
        return lu_fail(LU_ERR_INPUT, "%zu samples are too few for %zu a step and %zu keys", s->n,
                       p->batch, p->keys);
    }
    for (size_t i = 0; i < s->n; i++) {
        if (s->labels[i] < 0 || (size_t)s->labels[i] >= classes) {
            return lu_fail(LU_ERR_INPUT, "sample %zu has label %d, the network has %zu classes", i,
                           (int)s->labels[i], classes);
        }
    }
    for (size_t i = 0; i < p->keys; i++) {
        if (d->cover[i] >= s->n || d->label[i] < 0 || (size_t)d->label[i] >= classes) {
            return lu_fail(LU_ERR_INPUT, "key %zu has no such cover or label", i);
        }
    }
    return LU_OK;
}

static lu_err make_buffers(lu_embed *e)
{
    size_t m = e->p.mini, n = e->p.batch + m;

    LU_TRY(LU_NEW(e->row, lu_embed_epochs(&e->p)));
    LU_TRY(LU_NEW(e->frozen, e->p.keys * e->size));
    LU_TRY(LU_NEW(e->order, e->data.train->n));
    LU_TRY(LU_NEW(e->covers, m * e->size));
    LU_TRY(LU_NEW(e->joined, 2 * m * e->size));
    LU_TRY(LU_NEW(e->keys, m * e->size));
    LU_TRY(LU_NEW(e->grad, m * e->size));
    LU_TRY(LU_NEW(e->part, m * e->size));
    LU_TRY(LU_NEW(e->host_x, n * e->size));
    LU_TRY(LU_NEW(e->answer, n * e->classes));
    LU_TRY(LU_NEW(e->seed, n * e->classes));
    LU_TRY(LU_NEW(e->label, n));
    return lu_ssim_new(&e->ssim, e->shape);
}

lu_err lu_embed_new(lu_embed **out, const lu_embed_params *p, const lu_embed_data *data,
                    const lu_embed_nets *nets)
{
    lu_embed *e;
    lu_err err;

    *out = NULL;
    LU_TRY(lu_embed_check(p));
    LU_TRY(check_data(p, data, nets->host->outputs));
    LU_TRY(LU_NEW(e, 1));
    e->p = *p;
    e->data = *data;
    e->net = *nets;
    e->shape = data->train->shape;
    e->size = lu_shape_size(e->shape);
    e->classes = nets->host->outputs;
    e->steps = data->train->n / p->batch;
    e->encoder = e->discriminator = (lu_plateau){HUGE_VAL, 0, p->coder_rate};
    err = make_buffers(e);
    if (err) {
        lu_embed_free(&e);
        return err;
    }
    *out = e;
    return LU_OK;
}

void lu_embed_free(lu_embed **embed)
{
    lu_embed *e = *embed;

    if (e == NULL) {
        return;
    }
    void *const owned[] = {e->row,  e->frozen, e->order,  e->covers, e->joined, e->keys, e->grad,
                           e->part, e->host_x, e->answer, e->seed,   e->label,  e->shown};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free(owned[i]);
    }
    lu_ssim_free(&e->ssim);
    free(e);
    *embed = NULL;
}

size_t lu_embed_done(const lu_embed *e)
{
    return e->done;
}

const lu_embed_row *lu_embed_rows(const lu_embed *e)
{
    return e->row;
}

/* --- keys --- */

static lu_err make_keys(lu_embed *e, uint8_t *out)
{
    float *x = lu_zalloc(e->p.keys, e->size * sizeof *x);
    lu_err err = x ? LU_OK : LU_ERR_MEMORY;

    for (size_t i = 0; !err && i < e->p.keys; i++) {
        lu_samples_values(e->data.train, e->data.cover[i], 1, x + i * e->size);
    }
    if (!err) {
        err = lu_encode(e->net.encoder, x, e->p.keys, e->data.logo, false, out);
    }
    free(x);
    return err;
}

lu_err lu_embed_keys(lu_embed *e, uint8_t *out)
{
    if (e->p.freeze && e->done >= e->p.epochs) {
        memcpy(out, e->frozen, e->p.keys * e->size);
        return LU_OK;
    }
    return make_keys(e, out);
}

/* --- an epoch --- */

/* The share of the keys (else of the covers) that the host in use answers as it should. */
static lu_err measure(lu_embed *e, const uint8_t *keys, double *share)
{
    size_t most = e->p.batch, right = 0;

    for (size_t first = 0; first < e->p.keys; first += most) {
        size_t n = e->p.keys - first < most ? e->p.keys - first : most;
        for (size_t k = 0; k < n; k++) {
            size_t cover = e->data.cover[first + k];
            float *x = e->host_x + k * e->size;
            lu_samples_values(e->data.train, cover, 1, x);
            for (size_t j = 0; keys != NULL && j < e->size; j++) {
                x[j] = (float)keys[(first + k) * e->size + j] / 255;
            }
            e->label[k] = keys ? e->data.label[first + k] : e->data.train->labels[cover];
        }
        LU_TRY(lu_trainee_forward(e->net.host, e->host_x, n, false, e->answer));
        lu_loss_host(e->answer, e->label, n, e->classes, n, 0, NULL, &right);
    }
    *share = (double)right / (double)e->p.keys;
    return LU_OK;
}

static lu_err measure_keys(lu_embed *e, lu_embed_row *row)
{
    uint8_t *keys;
    lu_err err;

    row->key = row->raw = NAN;
    if (e->p.keys == 0) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(keys, e->p.keys * e->size));
    err = lu_embed_keys(e, keys);
    if (!err) {
        err = measure(e, keys, &row->key);
    }
    if (!err) {
        err = measure(e, NULL, &row->raw);
    }
    free(keys);
    return err;
}

/* PyTorch's ReduceLROnPlateau: factor 0.2, relative threshold 1e-4 (spec watermark A5). */
static void watch(lu_plateau *p, double loss, double patience)
{
    if (loss < p->best * (1 - 1e-4)) {
        p->best = loss;
        p->stale = 0;
    } else if (++p->stale > patience) {
        p->rate *= 0.2;
        p->stale = 0;
    }
}

static lu_err shuffle(lu_embed *e)
{
    lu_rng *rng;

    for (size_t i = 0; i < e->data.train->n; i++) {
        e->order[i] = i;
    }
    LU_TRY(lu_rng_new(&rng, e->p.seed, "embed-order", e->done));
    lu_rng_shuffle(rng, e->order, e->data.train->n);
    lu_rng_free(&rng);
    return LU_OK;
}

/* "embedding: epoch 3 of 30, key 0.950 clean 0.970, mse 0.0031 ssim 0.021 adv 0.69 host 1.2" */
static void describe(const lu_embed *e, char *out, size_t size)
{
    const lu_embed_row *r = e->done ? &e->row[e->done - 1] : NULL;
    int at = snprintf(out, size, "%s: epoch %zu of %zu", e->p.keys ? "embedding" : "unmarked twin",
                      e->done + 1, lu_embed_epochs(&e->p));

    if (r == NULL) {
        return;
    }
    if (e->p.keys) {
        at += snprintf(out + at, size - (size_t)at, ", key %.3f", r->key);
    }
    at += snprintf(out + at, size - (size_t)at, " clean %.3f", r->clean);
    if (isnan(r->mse)) {
        snprintf(out + at, size - (size_t)at, ", loss %.2g%s", r->loss,
                 e->p.keys ? ", keys frozen" : "");
    } else {
        snprintf(out + at, size - (size_t)at, ", mse %.2g ssim %.2g adv %.2g host %.2g", r->mse,
                 r->ssim, r->adv, r->key_loss);
    }
}

static lu_err steps(lu_embed *e, bool joint, lu_embed_row *row, const lu_job *job)
{
    enum { LOOK = 4 }; /* steps from report to report */
    double all = (double)(lu_embed_epochs(&e->p) * e->steps);
    char what[256];

    describe(e, what, sizeof what);
    e->told = (lu_embed_row){0};
    e->told_at = 0;
    for (size_t i = 0; i < e->steps; i++) {
        if (i % LOOK == 0) {
            LU_TRY(lu_job_at(job, what, (double)(e->done * e->steps + i), all));
        }
        LU_TRY(lu_embed_watch(e, i, row, job));
        LU_TRY(joint ? lu_embed_joint_step(e, i, row) : lu_embed_frozen_step(e, i, row));
    }
    return LU_OK;
}

lu_err lu_embed_rehearse(lu_embed *e, bool joint)
{
    lu_embed_row row = {0};

    LU_TRY(shuffle(e));
    return joint ? lu_embed_joint_step(e, 0, &row) : lu_embed_frozen_step(e, 0, &row);
}

/* Sums become means; what was not trained was not measured. */
static void settle(lu_embed *e, bool joint, lu_embed_row *row)
{
    double *figure[] = {&row->mse,  &row->ssim, &row->adv,  &row->key_loss,
                        &row->disc, &row->loss, &row->clean};

    for (size_t i = 0; i < sizeof figure / sizeof *figure; i++) {
        bool measured = i >= 5 || (joint && e->p.keys);
        *figure[i] = measured ? *figure[i] / (double)e->steps : NAN;
    }
}

lu_err lu_embed_epoch(lu_embed *e, const lu_job *job)
{
    bool joint = e->done < e->p.epochs;
    lu_embed_row row = {0};

    LU_TRY(shuffle(e));
    LU_TRY(steps(e, joint, &row, job));
    settle(e, joint, &row);
    if (!isfinite(row.loss) || (joint && e->p.keys && !isfinite(row.mse + row.ssim + row.adv))) {
        return lu_fail(LU_ERR_CANNOT, "training diverged in epoch %zu", e->done + 1);
    }
    if (joint && e->p.keys && e->p.plateau) {
        const lu_embed_params *p = &e->p;
        watch(&e->encoder,
              p->mse * row.mse + p->ssim * row.ssim + p->adv * row.adv + p->host * row.key_loss, 5);
        watch(&e->discriminator, row.disc, 8);
    }
    e->done++;
    if (e->done == e->p.epochs && e->p.freeze && e->p.keys) {
        LU_TRY(make_keys(e, e->frozen));
    }
    LU_TRY(measure_keys(e, &row));
    e->row[e->done - 1] = row;
    return LU_OK;
}
