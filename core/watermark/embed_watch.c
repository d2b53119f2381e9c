/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What whoever watches an embedding sees: losses, accuracies, the first keys beside their covers.
 * Everything is asked of the networks as in use, which changes nothing in them.
 */
#include "core/watermark/embedding.h"

#include <math.h>
#include <stdio.h>

/* How many keys are pictured: what a step, the encoder and a glimpse hold. */
static size_t pictured(const lu_embed *e)
{
    size_t n = LU_GLIMPSE_VALUES / e->size;

    n = n < LU_GLIMPSE_KEYS ? n : LU_GLIMPSE_KEYS;
    n = n < e->p.mini ? n : e->p.mini;
    return n < e->p.keys ? n : e->p.keys;
}

static lu_err make_keys(lu_embed *e, size_t n, uint8_t *byte)
{
    bool frozen = e->done >= e->p.epochs;
    float *covers = e->shown, *keys = covers + n * e->size;

    for (size_t k = 0; k < n; k++) {
        lu_samples_values(e->data.train, e->data.cover[k], 1, covers + k * e->size);
    }
    if (!frozen) {
        LU_TRY(lu_encode(e->net.encoder, covers, n, e->data.logo, false, byte));
    }
    for (size_t j = 0; j < n * e->size; j++) {
        keys[j] = (float)(frozen ? e->frozen : byte)[j] / 255;
    }
    return LU_OK;
}

static lu_err ask_host(lu_embed *e, size_t n, lu_glimpse_key *key)
{
    LU_TRY(lu_trainee_forward(e->net.host, e->shown + n * e->size, n, false, e->answer));
    for (size_t k = 0; k < n; k++) {
        const float *z = e->answer + k * e->classes;
        int32_t top = 0;
        for (size_t c = 1; c < e->classes; c++) {
            top = z[c] > z[top] ? (int32_t)c : top;
        }
        key[k] = (lu_glimpse_key){e->data.cover[k], e->data.label[k], top};
    }
    return LU_OK;
}

static lu_err picture(lu_embed *e, size_t n, lu_glimpse_mark *m)
{
    uint8_t *byte;
    lu_err err;

    if (e->shown == NULL) {
        LU_TRY(LU_NEW(e->shown, 2 * n * e->size));
    }
    LU_TRY(LU_NEW(byte, n * e->size));
    err = make_keys(e, n, byte);
    free(byte);
    LU_TRY(err);
    m->keys = n;
    return ask_host(e, n, m->key_of);
}

/* Means over the steps since the last glimpse. */
static void tell_losses(const lu_embed *e, size_t steps, const lu_embed_row *sums,
                        lu_glimpse_mark *m)
{
    const lu_embed_row *told = &e->told;
    bool joint = !m->frozen && !m->twin;
    double n = (double)steps, of_keys = joint ? n : NAN;

    m->mse = (sums->mse - told->mse) / of_keys;
    m->ssim = (sums->ssim - told->ssim) / of_keys;
    m->adv = (sums->adv - told->adv) / of_keys;
    m->host = (sums->key_loss - told->key_loss) / of_keys;
    m->disc = (sums->disc - told->disc) / of_keys;
    m->loss = (sums->loss - told->loss) / n;
    m->clean = (sums->clean - told->clean) / n;
}

static void send(const lu_embed *e, size_t i, const lu_glimpse_mark *m, const lu_job *job)
{
    const lu_embed_params *p = &e->p;
    double encoder = p->mse * m->mse + p->ssim * m->ssim + p->adv * m->adv + p->host * m->host;
    size_t n = m->keys;
    lu_glimpse g = {.method = "embed",
                    .step = e->done * e->steps + i,
                    .steps = m->epochs * e->steps,
                    .loss = isnan(encoder) ? m->loss : encoder,
                    .tried = p->keys,
                    .kept = isnan(m->key) ? 0 : (size_t)lrint(m->key * (double)p->keys),
                    .total = p->keys,
                    .shards = 1,
                    .layer = -1,
                    .activation = NAN,
                    .goal = NAN,
                    .mark = m};

    if (n) {
        g.shape = (lu_shape){n * e->shape.h, e->shape.w, e->shape.c};
        g.start = e->shown;
        g.image = e->shown + n * e->size;
    }
    lu_job_look(job, &g);
}

lu_err lu_embed_watch(lu_embed *e, size_t i, const lu_embed_row *sums, const lu_job *job)
{
    const lu_embed_row *last = e->done ? &e->row[e->done - 1] : NULL;
    size_t n = pictured(e);
    lu_glimpse_mark m = {.twin = e->p.keys == 0,
                         .frozen = e->done >= e->p.epochs,
                         .epoch = e->done,
                         .epochs = lu_embed_epochs(&e->p),
                         .key = last ? last->key : NAN,
                         .raw = last ? last->raw : NAN};

    if (i == e->told_at || !lu_job_due(job)) {
        return LU_OK;
    }
    tell_losses(e, i - e->told_at, sums, &m);
    if (n) {
        LU_TRY(picture(e, n, &m));
    }
    e->told = *sums;
    e->told_at = i;
    send(e, i, &m, job);
    return LU_OK;
}
