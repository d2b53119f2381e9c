/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Experiment 6: the host fine-tuned on four fifths of the test samples, all layers, and pruned; the
 * last fifth measures what is left of its use, the keys what is left of the mark. The paper names
 * neither optimiser nor rate; it is the lab's FT-AL and P without augmentation, at two
 * rates.
 */
#include "sessions/case/files.h"
#include "sessions/watermark/evaluation.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

lu_err lu_eval_train(const lu_evaluating *v, const lu_buf *cfg, const char *parent,
                     const lu_recipe *r, const lu_shared *x, size_t first, size_t n,
                     const char *name)
{
    lu_trained_file made = {0};
    lu_frame request, reply;
    lu_engine *e = NULL;
    uint64_t size;
    int fd = -1;
    lu_err err = parent ? lu_file_open(AT_FDCWD, parent, &fd, &size) : LU_OK;

    if (!err) {
        err = lu_engine_start(&e);
    }
    if (!err) {
        lu_request_train(cfg, fd, r, x, first, n, &request);
        err = lu_engine_call(e, &request, v->job, &reply);
        lu_frame_fini(&request);
    }
    if (!err) {
        err = lu_reply_train(&reply, &made);
        lu_frame_fini(&reply);
    }
    if (!err) {
        err = lu_bundle_save(v->o->out, name, &made.weights);
    }
    lu_buf_fini(&made.weights);
    lu_engine_free(&e);
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

/* The last fifth of the test samples. */
static lu_err held_out(const lu_evaluating *v, lu_shared *out)
{
    const lu_samples *s = &v->test.samples;
    lu_samples part;
    lu_err err;

    LU_TRY(lu_samples_slice(s, s->n * 4 / 5, s->n, &part));
    err = lu_shared_new(&part, out);
    lu_samples_fini(&part);
    return err;
}

static lu_err look(const lu_evaluating *v, const lu_bundle *b, const char *weights,
                   const lu_shared *clean, lu_eval_attacked *out)
{
    lu_answering a;
    size_t right;
    lu_err err;

    LU_TRY(lu_answering_open(v->cfg, weights, v->o->reference, &a));
    err = lu_answering_right(&a, clean, NULL, &right);
    if (!err) {
        out->clean = (double)right / (double)clean->samples.n;
        err = lu_answering_right(&a, &b->keys, NULL, &out->matches);
    }
    lu_answering_close(&a);
    out->p = lu_binomial_tail(b->n, out->matches, 1 / (double)b->classes);
    return err;
}

static lu_recipe plain(lu_recipe_kind kind, double share, size_t epochs, uint64_t seed)
{
    lu_recipe r = lu_recipe_of(kind, share, seed);

    r.epochs = epochs;
    r.shift = r.rotate = 0;
    return r;
}

const double lu_eval_rates[LU_EVAL_RATES] = {1e-4, 1e-3};

/* Ten stretches, each from where the one before ended. */
static lu_err fine_tune(const lu_evaluating *v, const lu_buf *cfg, const lu_shared *clean,
                        double rate, lu_evaluation *e, lu_eval_attacked *row)
{
    size_t step = v->o->epochs / 10 ? v->o->epochs / 10 : 1, n = v->test.samples.n * 4 / 5, i = 0;
    char from[LU_BUNDLE_PATH], to[LU_BUNDLE_PATH], name[48];

    snprintf(name, sizeof name, "finetuned-%g.weights", rate);
    LU_TRY(lu_bundle_path(v->o->bundle, "host.weights", from));
    LU_TRY(lu_bundle_path(v->o->out, name, to));
    LU_TRY(look(v, &e->bundle, from, clean, &row[0]));
    while (++i < LU_EVAL_TUNED && row[i - 1].epochs + step <= v->o->epochs) {
        lu_recipe r = plain(LU_RECIPE_FT_AL, 0, step, v->o->seed + i);
        r.learning_rate = rate;
        LU_TRY(lu_eval_train(v, cfg, i > 1 ? to : from, &r, &v->test, 0, n, name));
        LU_TRY(look(v, &e->bundle, to, clean, &row[i]));
        row[i].epochs = row[i - 1].epochs + step;
    }
    e->tuned = i;
    return LU_OK;
}

static lu_err prune(const lu_evaluating *v, const lu_buf *cfg, const lu_shared *clean,
                    lu_evaluation *e)
{
    static const double share[LU_EVAL_PRUNED] = {0.2, 0.4, 0.6};
    size_t epochs = v->o->epochs < 10 ? v->o->epochs : 10, n = v->test.samples.n * 4 / 5;
    char from[LU_BUNDLE_PATH], to[LU_BUNDLE_PATH];

    LU_TRY(lu_bundle_path(v->o->bundle, "host.weights", from));
    for (size_t i = 0; i < LU_EVAL_PRUNED; i++) {
        lu_recipe r = plain(LU_RECIPE_PRUNE, share[i], epochs, v->o->seed);
        char name[32];
        snprintf(name, sizeof name, "pruned-%.1f.weights", share[i]);
        LU_TRY(lu_bundle_path(v->o->out, name, to));
        LU_TRY(lu_eval_train(v, cfg, from, &r, &v->test, 0, n, name));
        LU_TRY(look(v, &e->bundle, to, clean, &e->prune[i]));
        e->prune[i].pruned = share[i];
        e->prune[i].epochs = epochs;
        e->pruned++;
    }
    return LU_OK;
}

lu_err lu_eval_attacks(const lu_evaluating *v, lu_evaluation *e)
{
    lu_shared clean = {.fd = -1};
    lu_buf cfg = LU_BUF_INIT;
    lu_err err = held_out(v, &clean);

    if (!err) {
        err = lu_file_read(AT_FDCWD, v->cfg, 1 << 20, &cfg);
    }
    for (size_t i = 0; i < LU_EVAL_RATES && !err; i++) {
        err = fine_tune(v, &cfg, &clean, lu_eval_rates[i], e, e->tune[i]);
    }
    if (!err) {
        err = prune(v, &cfg, &clean, e);
    }
    lu_shared_fini(&clean);
    lu_buf_fini(&cfg);
    return err;
}
