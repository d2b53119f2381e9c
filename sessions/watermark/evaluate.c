/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/evaluate.h"
#include "sessions/watermark/evaluation.h"
#include "sessions/watermark/verify.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void close_all(lu_evaluating *v)
{
    lu_answering_close(&v->host);
    lu_buf_fini(&v->encoder);
    lu_shared_fini(&v->train);
    lu_shared_fini(&v->test);
}

static lu_err check_samples(const lu_evaluating *v, const lu_bundle *b)
{
    const lu_shared *sets[] = {&v->train, &v->test};

    for (size_t i = 0; i < 2; i++) {
        const lu_samples *s = &sets[i]->samples;
        if (s->labels == NULL || !lu_shape_equal(s->shape, b->shape)) {
            return lu_within(lu_fail(LU_ERR_INPUT, "the samples are not labelled images of the "
                                                   "bundle's shape"),
                             "%s", i ? v->o->test : v->o->data);
        }
    }
    return v->test.samples.n >= 100
               ? LU_OK
               : lu_within(lu_fail(LU_ERR_INPUT, "%zu test samples are too few for fine-tuning",
                                   v->test.samples.n),
                           "%s", v->o->test);
}

static lu_err open_all(lu_evaluating *v, lu_evaluation *e)
{
    const lu_eval_options *o = v->o;
    char weights[LU_BUNDLE_PATH];

    if (mkdir(o->out, 0755) && errno != EEXIST) {
        return lu_within(lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno)), "%s", o->out);
    }
    LU_TRY(lu_bundle_open(o->bundle, &e->bundle));
    LU_TRY(lu_bundle_encoder(&e->bundle, &v->encoder));
    LU_TRY(lu_client_samples(o->data, LU_PART_TRAIN, o->seed, &v->train));
    LU_TRY(lu_client_samples(o->test, LU_PART_TEST, o->seed, &v->test));
    LU_TRY(check_samples(v, &e->bundle));
    LU_TRY(lu_bundle_path(o->bundle, "host.cfg", v->cfg));
    LU_TRY(lu_bundle_path(o->bundle, "host.weights", weights));
    LU_TRY(lu_answering_open(v->cfg, weights, o->reference, &v->host));
    v->host.files.name = o->bundle;
    return LU_OK;
}

/* --- 1, 2: the host and its unmarked twin --- */

static lu_err look_at(lu_evaluating *v, lu_answering *a, const lu_bundle *b, double *clean,
                      size_t *matches)
{
    size_t right;

    LU_TRY(lu_answering_right(a, &v->test, v->job, &right));
    *clean = (double)right / (double)v->test.samples.n;
    return lu_answering_right(a, &b->keys, v->job, matches);
}

static lu_err fidelity(lu_evaluating *v, lu_evaluation *e)
{
    const lu_bundle *b = &e->bundle;
    char weights[LU_BUNDLE_PATH];
    lu_answering twin;
    lu_err err;

    LU_TRY(look_at(v, &v->host, b, &e->clean, &e->matches));
    LU_TRY(lu_bundle_path(v->o->bundle, "twin.weights", weights));
    LU_TRY(lu_answering_open(v->cfg, weights, v->o->reference, &twin));
    err = look_at(v, &twin, b, &e->twin_clean, &e->twin_matches);
    lu_answering_close(&twin);
    lu_binomial_range(b->n, 1 / (double)b->classes, 0.99, &e->low, &e->high);
    return err;
}

/* --- A10.1, A10.2: as a verification of the host itself sees them --- */

static lu_err covers_and_logos(lu_evaluating *v, lu_evaluation *e)
{
    char weights[LU_BUNDLE_PATH];
    lu_mark_verify_options o = {.bundle = v->o->bundle,
                                .cfg = v->cfg,
                                .weights = weights,
                                .logos = 19,
                                .reference = v->o->reference,
                                .params = lu_verify_default()};
    lu_mark_report r;

    LU_TRY(lu_bundle_path(v->o->bundle, "host.weights", weights));
    LU_TRY(lu_mark_verify_run(&o, v->job, &r));
    const lu_mark_tried *t = &r.tried[LU_TRIED_VICTIM];
    e->raw_key = t->raw_key;
    e->raw_true = t->raw_true;
    e->black = t->blank;
    e->other_logos = r.logos;
    e->other_logo_mean = t->other_mean;
    e->other_logo_p = t->other_p;
    lu_mark_report_fini(&r);
    return LU_OK;
}

static lu_err evaluate(lu_evaluating *v, lu_evaluation *e)
{
    LU_TRY(fidelity(v, e));
    LU_TRY(lu_eval_detectors(v, e));
    LU_TRY(lu_eval_transplant(v, e));
    LU_TRY(lu_eval_transfer(v, e));
    LU_TRY(covers_and_logos(v, e));
    LU_TRY(lu_eval_gap(v, e));
    LU_TRY(lu_eval_attacks(v, e));
    return lu_eval_write(v, e);
}

lu_err lu_mark_evaluate(const lu_eval_options *o, const lu_job *job, lu_evaluation *out)
{
    lu_evaluating v = {.o = o,
                       .job = job,
                       .train = {.fd = -1},
                       .test = {.fd = -1},
                       .host = {.files = {.cfg = -1, .weights = -1}}};
    lu_err err;

    *out = (lu_evaluation){.bundle = {.keys = {.fd = -1}, .covers = {.fd = -1}}};
    err = open_all(&v, out);
    if (!err) {
        err = evaluate(&v, out);
    }
    close_all(&v);
    if (err) {
        lu_evaluation_fini(out);
    }
    return err;
}

void lu_evaluation_fini(lu_evaluation *e)
{
    lu_eval_detector *d[] = {&e->mlp, &e->trunk};

    for (size_t i = 0; i < 2; i++) {
        free(d[i]->key);
        free(d[i]->clean);
        d[i]->key = d[i]->clean = NULL;
    }
    lu_bundle_fini(&e->bundle);
}
