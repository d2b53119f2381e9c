/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is computed, and nothing of where it goes: the samples as images, the answers of one network
   and the tests of them. */
#include "sessions/membership/internal.h"

#include <stdio.h>

/* The share of a model's time that asking it takes, as progress shows it. */
static const double ASKING = 0.2;

/* --- progress over all models --- */

static lu_err scaled(void *context, const char *what, double done, double total)
{
    const lu_member_work *w = context;
    double share = total > 0 ? done / total : 0;

    return lu_job_at(w->job, what, (double)w->at + w->from + w->part * share,
                     (double)w->out->models);
}

static lu_job step(lu_member_work *w, double from, double part)
{
    w->from = from;
    w->part = part;
    return (lu_job){.at = scaled, .context = w};
}

/* --- the samples themselves --- */

static lu_err sets_of(lu_member_work *w, const lu_shared **members, const lu_shared **others)
{
    LU_TRY(lu_run_set(w->r, LU_SET_TRAIN, members));
    LU_TRY(lu_run_set(w->r, LU_SET_TEST, others));
    if ((*members)->samples.labels == NULL || (*others)->samples.labels == NULL) {
        return lu_fail(LU_ERR_INPUT, "membership needs labelled train and test samples");
    }
    return LU_OK;
}

static lu_member_sets labels_of(const lu_samples *p, const lu_samples *q, size_t classes)
{
    return (lu_member_sets){.member_labels = p->labels,
                            .other_labels = q->labels,
                            .n_members = p->n,
                            .n_others = q->n,
                            .classes = classes};
}

lu_err lu_member_compute_shift(lu_member_work *w)
{
    const lu_member_params *m = &w->out->params;
    const lu_shared *p, *q;
    size_t width;
    float *a, *b;
    lu_err err;

    LU_TRY(sets_of(w, &p, &q));
    if (!lu_shape_equal(p->samples.shape, q->samples.shape)) {
        return lu_fail(LU_ERR_INPUT, "train and test samples differ in shape");
    }
    LU_TRY(lu_member_pixels(&p->samples, &width, &a));
    err = lu_member_pixels(&q->samples, &width, &b);
    if (!err) {
        lu_member_sets s = labels_of(&p->samples, &q->samples, p->samples.classes);
        s.members = a;
        s.others = b;
        err = lu_member_shift(&s, width, m->permutations, m->seed, w->job, "comparing the samples",
                              &w->out->shift_p);
        free(b);
    }
    free(a);
    return err;
}

/* --- one model --- */

static size_t count_right(const float *z, const lu_samples *s, size_t classes)
{
    size_t right = 0;

    for (size_t i = 0; i < s->n; i++) {
        right += lu_argmax(z + i * classes, classes) == (size_t)s->labels[i];
    }
    return right;
}

static lu_err measure_use(lu_member_model *m, const lu_samples *p, const lu_samples *q,
                          const float *a, const float *b, size_t classes)
{
    size_t right = count_right(b, q, classes);

    m->member_accuracy = (double)count_right(a, p, classes) / (double)p->n;
    m->other_accuracy = (double)right / (double)q->n;
    return lu_chance_p(right, q->labels, q->n, classes, &m->chance_p);
}

/* Its class scores of both sets are there. */
static lu_err test_answers(lu_member_work *w, lu_member_model *m, const lu_samples *p,
                           const lu_samples *q, const float *a, const float *b, size_t classes)
{
    lu_member_sets s = labels_of(p, q, classes);
    lu_member_params params = w->out->params;
    lu_job job = step(w, ASKING, 1 - ASKING);
    char what[LU_NAME_MAX + 16];

    s.members = a;
    s.others = b;
    params.pmi.samples =
        lu_member_fit(p->labels, p->n, q->labels, q->n, classes, params.pmi.sets, w->out->wanted);
    if (params.pmi.samples < 2) {
        return lu_fail(LU_ERR_INPUT, "no class has samples enough for %zu mini-datasets",
                       params.pmi.sets);
    }
    LU_TRY(measure_use(m, p, q, a, b, classes));
    snprintf(what, sizeof what, "testing %s", m->name);
    LU_TRY(lu_member_test(&s, &params, &job, what, &m->evidence));
    w->out->params.pmi.samples = params.pmi.samples;
    m->known = true;
    return LU_OK;
}

static lu_err ask_and_test(lu_member_work *w, lu_member_model *m, const lu_model_files *files,
                           const lu_model_info *info)
{
    const lu_shared *p, *q;
    float *a = NULL, *b = NULL;
    char what[LU_NAME_MAX + 16];
    lu_err err;

    LU_TRY(sets_of(w, &p, &q));
    snprintf(what, sizeof what, "asking %s", m->name);
    lu_job job = step(w, 0, ASKING / 2);
    w->r->job = &job;
    err = lu_run_outputs(w->r, files, info, p, p->samples.n, LU_LAYER_LOGITS, what, &a);
    job = step(w, ASKING / 2, ASKING / 2);
    if (!err) {
        err = lu_run_outputs(w->r, files, info, q, q->samples.n, LU_LAYER_LOGITS, what, &b);
    }
    w->r->job = w->job;
    if (!err) {
        err = test_answers(w, m, &p->samples, &q->samples, a, b, info->classes);
    }
    free(a);
    free(b);
    return err;
}

static lu_err compute_item(lu_member_work *w, lu_member_model *m, const lu_item *item)
{
    lu_model_files files;
    lu_err err;

    LU_TRY(lu_item_open(w->r->c, item, &files));
    files.reference = w->r->options->reference;
    err = ask_and_test(w, m, &files, &item->info);
    lu_item_close(&files);
    return err;
}

static lu_err compute_untrained(lu_member_work *w, lu_member_model *m)
{
    lu_model_files files = {.cfg = -1, .weights = -1, .name = "untrained"};
    lu_buf cfg, weights;
    lu_err err;

    files.reference = w->r->options->reference;
    LU_TRY(lu_member_untrained(w->r->c, w->out->params.seed, &cfg, &weights));
    err = lu_sha256_of(weights.data, weights.len, &m->sha256);
    if (!err) {
        err = lu_sealed_file(&cfg, &files.cfg);
    }
    if (!err) {
        err = lu_sealed_file(&weights, &files.weights);
    }
    if (!err) {
        err = ask_and_test(w, m, &files, &w->r->victim->info);
    }
    lu_item_close(&files);
    lu_buf_fini(&cfg);
    lu_buf_fini(&weights);
    return err;
}

lu_err lu_member_compute(lu_member_work *w, lu_member_model *m)
{
    return m->made ? compute_untrained(w, m) : compute_item(w, m, lu_member_item(w, m));
}
