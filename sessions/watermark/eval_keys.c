/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments with keys: differences moved to other images, other people's keys, batch statistics.
 */
#include "sessions/watermark/evaluation.h"

#include <string.h>

/* --- what the experiments share --- */

lu_err lu_eval_encode(const lu_evaluating *v, const lu_bundle *b, const lu_shared *images,
                      bool training, lu_shared *out)
{
    lu_samples s = images->samples;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    err = lu_engine_encode(e, &v->encoder, b->width, images, b->logo, training, &s.bytes);
    lu_engine_free(&e);
    LU_TRY(err);
    s.values = NULL;
    err = lu_shared_new(&s, out);
    free(s.bytes);
    return err;
}

static bool is_cover(const lu_bundle *b, size_t i)
{
    for (size_t k = 0; k < b->n; k++) {
        if (b->cover[k] == i) {
            return true;
        }
    }
    return false;
}

/* Sample `index` as bytes. */
static void take_bytes(const lu_samples *s, size_t index, float *room, uint8_t *to)
{
    lu_samples_values(s, index, 1, room);
    for (size_t j = 0; j < lu_shape_size(s->shape); j++) {
        float v = room[j] < 0 ? 0 : room[j] > 1 ? 1 : room[j];
        to[j] = (uint8_t)(255 * v + 0.5f);
    }
}

static lu_err pick(const lu_samples *from, const size_t *index, size_t n, lu_shared *out)
{
    size_t size = lu_shape_size(from->shape);
    lu_samples s;
    float *room;
    lu_err err;

    LU_TRY(LU_NEW(room, size));
    err = lu_samples_alloc(&s, n, from->shape, from->classes, true);
    for (size_t i = 0; i < n && !err; i++) {
        take_bytes(from, index[i], room, s.bytes + i * size);
        s.labels[i] = from->labels[index[i]];
    }
    if (!err) {
        err = lu_shared_new(&s, out);
        lu_samples_fini(&s);
    }
    free(room);
    return err;
}

lu_err lu_eval_draw(const lu_evaluating *v, const lu_bundle *b, size_t n, const char *purpose,
                    lu_shared *out)
{
    const lu_samples *s = &v->train.samples;
    size_t *order, kept = 0;
    lu_rng *rng;
    lu_err err;

    *out = (lu_shared){.fd = -1};
    LU_TRY(lu_rng_new(&rng, v->o->seed, purpose, 0));
    err = LU_NEW(order, s->n);
    for (size_t i = 0; i < s->n && !err; i++) {
        order[i] = i;
    }
    if (!err) {
        lu_rng_shuffle(rng, order, s->n);
        for (size_t i = 0; i < s->n && kept < n; i++) {
            order[kept] = order[i];
            kept += !is_cover(b, order[i]);
        }
        err = kept < n ? lu_fail(LU_ERR_INPUT, "%zu training samples are too few", s->n)
                       : pick(s, order, n, out);
    }
    lu_rng_free(&rng);
    free(order);
    return err;
}

/* --- 4: the difference of key i added to another image --- */

static uint8_t moved_byte(int image, int key, int cover)
{
    int v = image + key - cover;

    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

lu_err lu_eval_transplant(const lu_evaluating *v, lu_evaluation *e)
{
    const lu_bundle *b = &e->bundle;
    size_t size = lu_shape_size(b->shape);
    lu_shared fresh = {.fd = -1}, moved = {.fd = -1};
    int32_t *answer = NULL;
    lu_samples s = {0};
    lu_err err = lu_eval_draw(v, b, b->n, "eval-transplant", &fresh);

    if (!err) {
        err = lu_samples_alloc(&s, b->n, b->shape, b->classes, true);
    }
    for (size_t i = 0; i < b->n * size && !err; i++) {
        s.bytes[i] = moved_byte(fresh.samples.bytes[i], b->keys.samples.bytes[i],
                                b->covers.samples.bytes[i]);
    }
    if (!err) {
        err = lu_shared_new(&s, &moved);
    }
    if (!err) {
        err = lu_answering_labels((lu_answering *)&v->host, &moved, v->job, &answer);
    }
    if (!err) {
        e->moved = b->n;
        e->moved_key = lu_matches(answer, b->label, b->n);
        e->moved_true = lu_matches(answer, fresh.samples.labels, b->n);
    }
    free(answer);
    lu_samples_fini(&s);
    lu_shared_fini(&fresh);
    lu_shared_fini(&moved);
    return err;
}

/* --- 5: every host on every bundle's keys --- */

static lu_err ask_host(const lu_evaluating *v, const char *host, const lu_bundle *keys,
                       double *share)
{
    char cfg[LU_BUNDLE_PATH], weights[LU_BUNDLE_PATH];
    lu_answering a;
    size_t right;
    lu_err err;

    LU_TRY(lu_bundle_path(host, "host.cfg", cfg));
    LU_TRY(lu_bundle_path(host, "host.weights", weights));
    LU_TRY(lu_answering_open(cfg, weights, v->o->reference, &a));
    err = lu_answering_right(&a, &keys->keys, v->job, &right);
    lu_answering_close(&a);
    *share = err ? 0 : (double)right / (double)keys->n;
    return err;
}

lu_err lu_eval_transfer(const lu_evaluating *v, lu_evaluation *e)
{
    size_t n = v->o->others + 1;

    e->bundles = n;
    for (size_t j = 0; j < n; j++) {
        lu_bundle b;
        lu_err err = lu_bundle_open(j ? v->o->other[j - 1] : v->o->bundle, &b);
        for (size_t i = 0; i < n && !err; i++) {
            const char *host = i ? v->o->other[i - 1] : v->o->bundle;
            err = ask_host(v, host, &b, &e->matrix[i * n + j]);
        }
        lu_bundle_fini(&b);
        LU_TRY(err);
    }
    return LU_OK;
}

/* --- A10.3 --- */

static lu_err matches_of(const lu_evaluating *v, const lu_bundle *b, bool training, size_t *out)
{
    lu_shared keys = {.fd = -1};
    int32_t *answer = NULL;
    lu_err err = lu_eval_encode(v, b, &b->covers, training, &keys);

    if (!err) {
        err = lu_answering_labels((lu_answering *)&v->host, &keys, v->job, &answer);
    }
    if (!err) {
        *out = lu_matches(answer, b->label, b->n);
    }
    free(answer);
    lu_shared_fini(&keys);
    return err;
}

lu_err lu_eval_gap(const lu_evaluating *v, lu_evaluation *e)
{
    LU_TRY(matches_of(v, &e->bundle, false, &e->in_use));
    return matches_of(v, &e->bundle, true, &e->by_batch);
}
