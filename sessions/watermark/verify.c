/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/verify.h"
#include "sessions/watermark/answers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- other logos --- */

/* A black logo for i = 0; else blocks of full or no ink, an eighth of the side each, drawn from
   (seed, i). */
static lu_err draw_logo(const lu_bundle *b, size_t i, float *logo)
{
    enum { BLOCKS = 8 };
    size_t h = b->shape.h, w = b->shape.w, c = b->shape.c;
    float block[BLOCKS][BLOCKS];
    lu_rng *rng;

    LU_TRY(lu_rng_new(&rng, b->seed, "other-logo", i));
    for (size_t k = 0; k < (size_t)BLOCKS * BLOCKS; k++) {
        block[k / BLOCKS][k % BLOCKS] = i && lu_rng_uniform(rng) < 0.5 ? 1 : -1;
    }
    for (size_t j = 0; j < h * w * c; j++) {
        size_t x = j / c % w, y = j / c / w;
        logo[j] = block[y * BLOCKS / h][x * BLOCKS / w];
    }
    lu_rng_free(&rng);
    return LU_OK;
}

static lu_err encode_with(lu_engine *e, const lu_bundle *b, const lu_buf *encoder,
                          const float *logo, uint8_t *to)
{
    uint8_t *keys;

    LU_TRY(lu_engine_encode(e, encoder, b->width, &b->covers, logo, false, &keys));
    memcpy(to, keys, b->n * lu_shape_size(b->shape));
    free(keys);
    return LU_OK;
}

/* The keys made again: how far they are from those stored. */
static lu_err make_again(lu_engine *e, const lu_bundle *b, const lu_buf *encoder, uint8_t *room,
                         unsigned *worst)
{
    *worst = 0;
    LU_TRY(encode_with(e, b, encoder, b->logo, room));
    for (size_t i = 0; i < b->n * lu_shape_size(b->shape); i++) {
        int d = (int)room[i] - (int)b->keys.samples.bytes[i];
        unsigned size = (unsigned)(d < 0 ? -d : d);
        *worst = size > *worst ? size : *worst;
    }
    if (*worst > 1) { /* 1: another processor may round the other way */
        return lu_within(lu_fail(LU_ERR_INTEGRITY,
                                 "the encoder makes other keys of these covers and this logo (%u "
                                 "grey levels off)",
                                 *worst),
                         "%s", b->path);
    }
    return LU_OK;
}

static lu_err encode_all(lu_engine *e, lu_mark_questions *q, const lu_buf *encoder, uint8_t *x,
                         unsigned *worst)
{
    const lu_bundle *b = q->bundle;
    size_t set = b->n * lu_shape_size(b->shape);
    float *logo;
    lu_err err;

    LU_TRY(LU_NEW(logo, lu_shape_size(b->shape)));
    err = make_again(e, b, encoder, x, worst);
    for (size_t i = 0; i <= q->logos && !err; i++) {
        err = draw_logo(b, i, logo);
        if (!err) {
            err = encode_with(e, b, encoder, logo, x + i * set);
        }
    }
    free(logo);
    return err;
}

static lu_err make_others(lu_mark_questions *q, unsigned *worst)
{
    const lu_bundle *b = q->bundle;
    lu_samples s = {.n = (1 + q->logos) * b->n, .shape = b->shape, .classes = b->classes};
    lu_buf encoder;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_bundle_encoder(b, &encoder));
    err = LU_NEW(s.bytes, s.n * lu_shape_size(s.shape));
    if (!err) {
        err = lu_engine_start(&e);
    }
    if (!err) {
        err = encode_all(e, q, &encoder, s.bytes, worst);
        lu_engine_free(&e);
    }
    if (!err) {
        err = lu_shared_new(&s, &q->other);
    }
    free(s.bytes);
    lu_buf_fini(&encoder);
    return err;
}

/* --- one network --- */

static lu_err try_others(const lu_mark_questions *q, lu_answering *a, lu_mark_tried *t)
{
    const lu_bundle *b = q->bundle;
    double *score, own = (double)t->evidence.rate.k;
    int32_t *answer = NULL;
    lu_err err;

    LU_TRY(LU_NEW(score, q->logos));
    err = lu_answering_labels(a, &q->other, NULL, &answer);
    for (size_t i = 0; i <= q->logos && !err; i++) {
        size_t k = lu_matches(answer + i * b->n, b->label, b->n);
        if (i == 0) {
            t->blank = k;
        } else {
            score[i - 1] = (double)k;
            t->other_mean += (double)k / (double)q->logos;
            t->other_most = k > t->other_most ? k : t->other_most;
        }
    }
    t->other_p = lu_decoy_p(own, score, q->logos);
    free(answer);
    free(score);
    return err;
}

static lu_err try_covers(const lu_mark_questions *q, lu_answering *a, lu_mark_tried *t)
{
    const lu_bundle *b = q->bundle;
    int32_t *answer;

    LU_TRY(lu_answering_labels(a, &b->covers, NULL, &answer));
    t->raw_key = lu_matches(answer, b->label, b->n);
    t->raw_true = lu_matches(answer, b->covers.samples.labels, b->n);
    free(answer);
    return LU_OK;
}

/* Is it a working network at all? One at chance voids the evidence (spec watermark C6.7). */
static lu_err try_test(const lu_mark_questions *q, lu_answering *a, const lu_job *job,
                       lu_mark_tried *t)
{
    size_t right, n = q->test.samples.n;

    t->accuracy = t->chance_p = NAN;
    if (q->test.fd < 0) {
        return LU_OK;
    }
    LU_TRY(lu_answering_right(a, &q->test, job, &right));
    t->accuracy = (double)right / (double)n;
    return lu_chance_p(right, q->test.samples.labels, n, q->bundle->classes, &t->chance_p);
}

lu_err lu_mark_try(const lu_mark_questions *q, const lu_verify_params *p, const char *cfg,
                   const char *weights, bool reference, const lu_job *job, lu_mark_tried *t)
{
    const lu_bundle *b = q->bundle;
    lu_answering a;
    lu_err err;

    LU_TRY(lu_answering_open(cfg, weights, reference, &a));
    t->sha256 = a.sha256;
    t->cfg = a.cfg_sha256;
    err = lu_answering_labels(&a, &b->keys, NULL, &t->answer);
    if (!err) {
        err = lu_mark_verify(t->answer, b->label, b->cover, b->n, b->classes, p, &t->evidence);
    }
    if (!err && q->other.fd >= 0) {
        err = try_others(q, &a, t);
    }
    if (!err) {
        err = try_covers(q, &a, t);
    }
    if (!err) {
        err = try_test(q, &a, job, t);
    }
    lu_answering_close(&a);
    return err;
}

/* --- the whole --- */

static const char *const names[LU_TRIED] = {"suspect", "victim", "twin", "untrained"};
static const char *const files[LU_TRIED] = {NULL, "host.weights", "twin.weights",
                                            "untrained.weights"};

static lu_err try_all(const lu_mark_verify_options *o, const lu_mark_questions *q,
                      const lu_job *job, lu_mark_report *r)
{
    char cfg[LU_BUNDLE_PATH], weights[LU_BUNDLE_PATH];

    LU_TRY(lu_bundle_path(o->bundle, "host.cfg", cfg));
    for (size_t i = 0; i < LU_TRIED; i++) {
        lu_mark_tried *t = &r->tried[i];
        t->name = names[i];
        LU_TRY(lu_job_at(job, "asking for labels", (double)i, LU_TRIED));
        if (i != LU_TRIED_SUSPECT) {
            LU_TRY(lu_bundle_path(o->bundle, files[i], weights));
        }
        LU_TRY(lu_mark_try(q, &o->params, i ? cfg : o->cfg, i ? weights : o->weights, o->reference,
                           job, t));
    }
    return LU_OK;
}

void lu_mark_judge(lu_mark_report *r)
{
    const lu_mark_tried *s = &r->tried[LU_TRIED_SUSPECT];

    r->verdict = s->evidence.detected ? LU_MARK_FOUND : LU_MARK_NOT_FOUND;
    r->reason[0] = '\0';
    for (size_t i = 0; i < LU_TRIED; i++) {
        lu_mark_tried *t = &r->tried[i];
        t->as_expected = t->evidence.detected == (i == LU_TRIED_VICTIM);
    }
    for (size_t i = LU_TRIED_VICTIM; i < LU_TRIED; i++) {
        if (!r->tried[i].as_expected) {
            r->verdict = LU_MARK_INVALID;
            snprintf(r->reason, sizeof r->reason, "the control %s %s the mark", r->tried[i].name,
                     i == LU_TRIED_VICTIM ? "does not carry" : "carries");
            return;
        }
    }
    if (lu_at_chance(s->chance_p)) {
        int n = snprintf(r->reason, sizeof r->reason, "the suspect is ");
        r->verdict = LU_MARK_INVALID;
        lu_chance_reason(s->chance_p, r->reason + n, sizeof r->reason - (size_t)n);
    }
}

static lu_err run(const lu_mark_verify_options *o, const lu_job *job, lu_mark_report *out)
{
    lu_mark_questions q = {&out->bundle, o->logos, {.fd = -1}, {.fd = -1}};
    lu_err err = LU_OK;

    out->logos = o->logos;
    out->params = o->params;
    if (o->test != NULL) {
        err = lu_client_samples(o->test, LU_PART_TEST, o->params.seed, &q.test);
        err = err ? err : lu_samples_digest(&q.test.samples, &out->test);
    }
    if (!err) {
        err = make_others(&q, &out->encoder_difference);
    }
    if (!err) {
        err = try_all(o, &q, job, out);
    }
    if (!err) {
        lu_mark_judge(out);
    }
    lu_shared_fini(&q.other);
    lu_shared_fini(&q.test);
    return err;
}

lu_err lu_mark_verify_run(const lu_mark_verify_options *o, const lu_job *job, lu_mark_report *out)
{
    lu_err err;

    *out = (lu_mark_report){0};
    LU_TRY(lu_bundle_open(o->bundle, &out->bundle));
    if (out->bundle.seal.hex[0] == '\0') {
        err = lu_fail(LU_ERR_CANNOT,
                      "the bundle is not committed: run lineup watermark commit first");
        err = lu_within(err, "%s", o->bundle);
    } else {
        err = run(o, job, out);
    }
    if (err) {
        lu_mark_report_fini(out);
    }
    return err;
}

void lu_mark_report_fini(lu_mark_report *r)
{
    for (size_t i = 0; i < LU_TRIED; i++) {
        free(r->tried[i].answer);
        r->tried[i].answer = NULL;
    }
    lu_bundle_fini(&r->bundle);
}
