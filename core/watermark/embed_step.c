/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One step (spec watermark A5, the order of the authors' loop): discriminator, encoder, host. The
 * host sees the keys made before the encoder moved.
 */
#include "core/watermark/embedding.h"

#include <string.h>

/* The k-th key of step i, counted through the keys again and again: the authors begin with their
   last batch (spec A5). */
static size_t embed_key_of(const lu_embed *e, size_t i, size_t k)
{
    size_t n = e->p.keys, batches = n / e->p.mini;

    return (((i + batches - 1) % batches) * e->p.mini + k) % n;
}

/* The covers of step i in [-1,1], and each pixel with the logo's beside it. */
static void take_covers(lu_embed *e, size_t i)
{
    size_t c = e->shape.c;

    for (size_t k = 0; k < e->p.mini; k++) {
        float *image = e->covers + k * e->size;
        lu_samples_values(e->data.train, e->data.cover[embed_key_of(e, i, k)], 1, image);
        for (size_t j = 0; j < e->size; j++) {
            float *pixel = e->joined + 2 * (k * e->size + j - j % c) + j % c;
            image[j] = lu_signed_of(image[j]);
            pixel[0] = image[j];
            pixel[c] = e->data.logo[j];
        }
    }
}

/* --- discriminator --- */

static lu_err judge(lu_embed *e, const float *x, bool real, bool learn, double weight, float *grad,
                    double *loss)
{
    lu_trainee *d = e->net.discriminator;

    LU_TRY(lu_trainee_forward(d, x, e->p.mini, true, e->answer));
    memset(e->seed, 0, e->p.mini * sizeof *e->seed);
    *loss += lu_loss_sigmoid(e->answer, e->p.mini, real, weight, e->seed);
    return lu_trainee_backward(d, e->seed, learn, grad);
}

static lu_err discriminator_step(lu_embed *e, lu_embed_row *row)
{
    LU_TRY(judge(e, e->keys, false, true, 1, NULL, &row->disc));
    LU_TRY(judge(e, e->covers, true, true, 1, NULL, &row->disc));
    return lu_trainee_step(e->net.discriminator, e->discriminator.rate);
}

/* --- encoder --- */

static void add_part(lu_embed *e, float factor)
{
    for (size_t j = 0; j < e->p.mini * e->size; j++) {
        e->grad[j] += factor * e->part[j];
    }
}

/* The host's answer to the keys pulls at the encoder; the host itself learns later. */
static lu_err host_pull(lu_embed *e, size_t i, lu_embed_row *row)
{
    size_t m = e->p.mini, right = 0;

    for (size_t k = 0; k < m; k++) {
        e->label[k] = e->data.label[embed_key_of(e, i, k)];
    }
    for (size_t j = 0; j < m * e->size; j++) {
        e->host_x[j] = lu_unit_of(e->keys[j]);
    }
    LU_TRY(lu_trainee_forward(e->net.host, e->host_x, m, true, e->answer));
    memset(e->seed, 0, m * e->classes * sizeof *e->seed);
    row->key_loss +=
        lu_loss_host(e->answer, e->label, m, e->classes, m, e->p.host, e->seed, &right);
    LU_TRY(lu_trainee_backward(e->net.host, e->seed, false, e->part));
    add_part(e, 0.5f); /* dx/dy of x = (y+1)/2 */
    return LU_OK;
}

static lu_err encoder_step(lu_embed *e, size_t i, lu_embed_row *row)
{
    size_t m = e->p.mini;

    memset(e->grad, 0, m * e->size * sizeof *e->grad);
    row->mse += lu_loss_mse(e->covers, e->keys, m * e->size, e->p.mse, e->grad);
    row->ssim += 1 - lu_ssim_mean(e->ssim, e->covers, e->keys, m, e->p.ssim, e->grad);
    LU_TRY(judge(e, e->keys, true, false, e->p.adv, e->part, &row->adv));
    add_part(e, 1);
    LU_TRY(host_pull(e, i, row));
    LU_TRY(lu_trainee_backward(e->net.encoder, e->grad, true, NULL));
    return lu_trainee_step(e->net.encoder, e->encoder.rate);
}

/* --- host --- */

static double host_rate(const lu_embed *e)
{
    double rate = e->p.rate;

    for (size_t i = 0; i < LU_EMBED_DROPS; i++) {
        rate *= e->p.drop[i] && e->done >= e->p.drop[i] ? e->p.drop_factor : 1;
    }
    return rate;
}

/* The clean samples of step i: in balanced mode the last `mini` of them are its covers. */
static void take_clean(lu_embed *e, size_t i)
{
    const lu_samples *s = e->data.train;
    size_t covers = e->p.keys && !e->p.faithful ? e->p.mini : 0;

    for (size_t b = 0; b < e->p.batch; b++) {
        size_t k = b + covers - e->p.batch;
        size_t at = b < e->p.batch - covers ? e->order[i * e->p.batch + b]
                                            : e->data.cover[embed_key_of(e, i, k)];
        lu_samples_values(s, at, 1, e->host_x + b * e->size);
        e->label[b] = s->labels[at];
    }
}

/* Clean samples and the keys behind them, which are in place. */
static lu_err host_step(lu_embed *e, size_t i, size_t keys, lu_embed_row *row)
{
    size_t clean = e->p.batch, n = clean + keys, right = 0, key_right = 0;
    lu_trainee *h = e->net.host;

    take_clean(e, i);
    for (size_t k = 0; k < keys; k++) {
        e->label[clean + k] = e->data.label[embed_key_of(e, i, k)];
    }
    LU_TRY(lu_trainee_forward(h, e->host_x, n, true, e->answer));
    memset(e->seed, 0, n * e->classes * sizeof *e->seed);
    row->loss += lu_loss_host(e->answer, e->label, clean, e->classes, n, 1, e->seed, &right);
    row->loss += lu_loss_host(e->answer + clean * e->classes, e->label + clean, keys, e->classes, n,
                              1, e->seed + clean * e->classes, &key_right);
    row->clean += (double)right / (double)clean;
    LU_TRY(lu_trainee_backward(h, e->seed, true, NULL));
    return lu_trainee_step(h, host_rate(e));
}

lu_err lu_embed_joint_step(lu_embed *e, size_t i, lu_embed_row *row)
{
    float *after = e->host_x + e->p.batch * e->size;

    if (e->p.keys == 0) {
        return host_step(e, i, 0, row);
    }
    take_covers(e, i);
    LU_TRY(lu_trainee_forward(e->net.encoder, e->joined, e->p.mini, true, e->keys));
    LU_TRY(discriminator_step(e, row));
    LU_TRY(encoder_step(e, i, row));
    for (size_t j = 0; j < e->p.mini * e->size; j++) {
        after[j] = lu_unit_of(e->keys[j]);
    }
    return host_step(e, i, e->p.mini, row);
}

lu_err lu_embed_frozen_step(lu_embed *e, size_t i, lu_embed_row *row)
{
    float *after = e->host_x + e->p.batch * e->size;

    for (size_t k = 0; e->p.keys && k < e->p.mini; k++) {
        const uint8_t *key = e->frozen + embed_key_of(e, i, k) * e->size;
        for (size_t j = 0; j < e->size; j++) {
            *after++ = (float)key[j] / 255;
        }
    }
    return host_step(e, i, e->p.keys ? e->p.mini : 0, row);
}
