/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/scores.h"

#include <stdio.h>
#include <string.h>

/* --- questions --- */

lu_err lu_questions_init(lu_questions *q, const lu_blackbox *blackbox,
                         const lu_whitebox_set *whitebox, const lu_shared *clean)
{
    lu_err err = LU_OK;

    *q = (lu_questions){.clean = clean};
    q->black_images.fd = -1;
    for (size_t i = 0; i < LU_LAYERS_MAX; i++) {
        q->white_images[i].fd = -1;
    }
    if (blackbox != NULL && blackbox->tests.n > 0) {
        q->blackbox = blackbox;
        err = lu_shared_new(&blackbox->tests, &q->black_images);
    }
    if (whitebox != NULL && lu_whitebox_set_tests(whitebox) > 0) {
        q->whitebox = whitebox;
        for (size_t i = 0; i < whitebox->layers && !err; i++) {
            err = lu_shared_new(&whitebox->layer[i].tests, &q->white_images[i]);
        }
    }
    if (err) {
        lu_questions_fini(q);
    }
    return err;
}

void lu_questions_fini(lu_questions *q)
{
    lu_shared_fini(&q->black_images);
    for (size_t i = 0; i < LU_LAYERS_MAX; i++) {
        lu_shared_fini(&q->white_images[i]);
    }
}

void lu_answers_fini(lu_answers *a)
{
    free(a->black);
    free(a->clean);
    for (size_t i = 0; i < LU_LAYERS_MAX; i++) {
        free(a->white[i]);
        a->white[i] = NULL;
    }
    a->black = a->clean = NULL;
}

/* --- asking --- */

/* One request: which images, which layer, where the answer goes; or, asked again, what it has to
   be. */
typedef struct question {
    const lu_shared *images;
    size_t n;
    int layer;
    float **to;
    bool again;
} question;

/* PROBE images are asked twice: equal bytes are promised for equal questions. */
enum { QUESTIONS_MAX = LU_LAYERS_MAX + 3, PROBE = 16 };

typedef struct interview {
    lu_asked *asked;
    question question[QUESTIONS_MAX];
    lu_frame frame[QUESTIONS_MAX];
    size_t n;
} interview;

static void add_question(interview *v, question q)
{
    v->question[v->n] = q;
    lu_request_outputs(q.images, 0, q.n, 1, &q.layer, &v->frame[v->n]);
    v->n++;
}

static void plan_question(interview *v, const lu_shared *images, int layer, float **to)
{
    add_question(v, (question){images, images->samples.n, layer, to, false});
}

/* The first images of the first question once more, at the end. */
static void plan_probe(interview *v)
{
    question q = v->question[0];

    q.n = q.n < PROBE ? q.n : PROBE;
    q.again = true;
    add_question(v, q);
}

static bool comparable(const lu_asked *a, int layer)
{
    return lu_model_info_same_layer(a->info, a->victim, layer);
}

static void plan_interview(const lu_questions *q, lu_asked *a, interview *v)
{
    bool same_classes = a->info->classes == a->victim->classes;

    v->asked = a;
    a->answers = (lu_answers){.info = a->info};
    if (q->blackbox != NULL && same_classes) {
        plan_question(v, &q->black_images, LU_LAYER_LOGITS, &a->answers.black);
    }
    for (size_t i = 0; q->whitebox != NULL && i < q->whitebox->layers; i++) {
        const lu_whitebox *w = &q->whitebox->layer[i];
        if (w->tests.n > 0 && comparable(a, w->layer)) {
            plan_question(v, &q->white_images[i], w->layer, &a->answers.white[i]);
        }
    }
    if (q->clean != NULL && same_classes) {
        plan_question(v, q->clean, LU_LAYER_LOGITS, &a->answers.clean);
    }
    if (v->n > 0) {
        plan_probe(v);
    }
}

static lu_err finished(lu_asked *a)
{
    return a->finished ? a->finished(a) : LU_OK;
}

/* A network that cannot answer is a finding; out of memory or a cancel is not about the network. */
static lu_err note_failure(lu_asked *a, lu_err err)
{
    if (err == LU_ERR_CANCELLED || err == LU_ERR_MEMORY || err == LU_ERR_INTERNAL ||
        err == LU_ERR_IO) {
        return err;
    }
    a->answers.err = err;
    snprintf(a->answers.finding, sizeof a->answers.finding, "%s", lu_error_what());
    return finished(a);
}

/* What answers differently each time has no score: what was measured would not be found again. */
static lu_err take_probe(interview *v, const question *k, lu_frame *reply)
{
    const lu_model_info *info = v->asked->info;
    float *second = NULL;
    bool same;

    LU_TRY(lu_reply_outputs(reply, info, k->n, 1, &k->layer, &second));
    same = memcmp(second, *k->to, k->n * lu_model_info_width(info, k->layer) * sizeof *second) == 0;
    free(second);
    if (same) {
        return LU_OK;
    }
    lu_answers_fini(&v->asked->answers);
    return lu_fail(LU_ERR_ENGINE, "it answers the same %zu images differently each time", k->n);
}

static lu_err take_answer(lu_task *task, size_t request, lu_err err, lu_frame *reply)
{
    interview *v = task->context;
    question *k = &v->question[request];

    if (!err) {
        err = k->again ? take_probe(v, k, reply)
                       : lu_reply_outputs(reply, v->asked->info, k->n, 1, &k->layer, k->to);
    }
    if (err) {
        return v->asked->answers.err ? LU_OK : note_failure(v->asked, err);
    }
    return request + 1 == v->n && !v->asked->answers.err ? finished(v->asked) : LU_OK;
}

lu_err lu_ask(const lu_questions *q, lu_asked *asked, size_t n, size_t jobs, const lu_job *job,
              const char *what)
{
    interview *v;
    lu_task *tasks;
    size_t busy = 0;
    lu_err err = LU_OK;

    LU_TRY(LU_NEW(v, n));
    if (LU_NEW(tasks, n)) {
        free(v);
        return LU_ERR_MEMORY;
    }
    for (size_t i = 0; i < n && !err; i++) {
        plan_interview(q, &asked[i], &v[i]);
        if (v[i].n == 0) {
            err = finished(&asked[i]);
            continue;
        }
        tasks[busy++] = (lu_task){.model = asked[i].files,
                                  .request = v[i].frame,
                                  .requests = v[i].n,
                                  .weight = 1,
                                  .done = take_answer,
                                  .context = &v[i],
                                  .index = i};
    }
    if (!err) {
        err = lu_pool_run(jobs, tasks, busy, job, what);
    }
    free(tasks);
    free(v);
    return err;
}

/* --- scoring --- */

static void add_reason(lu_scores *out, const char *reason)
{
    size_t len = strlen(out->reason);

    snprintf(out->reason + len, sizeof out->reason - len, "%s%s", len ? "; " : "", reason);
}

static void score_blackbox(const lu_questions *q, const lu_answers *v, const lu_answers *s,
                           lu_scores *out)
{
    const lu_samples *t;
    size_t classes = v->info->classes;
    lu_value jsd;

    if (q->blackbox == NULL) {
        add_reason(out, "there are no black-box tests");
        return;
    }
    if (s->black == NULL) {
        add_reason(out, s->err ? s->finding : "it has another number of classes than the victim");
        return;
    }
    t = &q->blackbox->tests;
    out->n_blackbox = t->n;
    out->rob_victim = (lu_value){true, lu_rob(v->black, t->labels, t->n, classes)};
    out->rob_suspect = (lu_value){true, lu_rob(s->black, t->labels, t->n, classes)};
    out->metric[LU_METRIC_ROBD].known = true;
    out->metric[LU_METRIC_ROBD].value = out->rob_suspect.value > out->rob_victim.value
                                            ? out->rob_suspect.value - out->rob_victim.value
                                            : out->rob_victim.value - out->rob_suspect.value;
    jsd.value = lu_jsd(v->black, v->info->head, s->black, s->info->head, t->n, classes);
    jsd.known = jsd.value == jsd.value;
    out->metric[LU_METRIC_JSD] = jsd;
}

static void score_whitebox(const lu_questions *q, const lu_answers *v, const lu_answers *s,
                           lu_scores *out)
{
    lu_layer_answers layers[LU_LAYERS_MAX];
    size_t n = 0, wanted = 0;

    if (q->whitebox == NULL) {
        add_reason(out, "there are no white-box tests");
        return;
    }
    for (size_t i = 0; i < q->whitebox->layers; i++) {
        const lu_whitebox *w = &q->whitebox->layer[i];
        wanted += w->tests.n > 0;
        if (v->white[i] != NULL && s->white[i] != NULL) {
            layers[n++] = (lu_layer_answers){w, v->white[i], s->white[i],
                                             lu_model_info_width(v->info, w->layer)};
            out->n_whitebox += w->tests.n;
        }
    }
    if (n < wanted) { /* a part of the layers would not be comparable with the negatives' values */
        out->n_whitebox = 0;
        if (!s->err) {
            add_reason(out, "the tested layer differs from the victim's in type or shape");
        }
        return;
    }
    lu_whitebox_metrics(layers, n, out);
    if (lu_matched_nnod(layers, n, out)) {
        add_reason(out, "there is no memory to match neurons");
    }
}

void lu_score(const lu_questions *q, const lu_answers *victim, const lu_answers *suspect,
              lu_scores *out)
{
    memset(out, 0, sizeof *out);
    score_blackbox(q, victim, suspect, out);
    score_whitebox(q, victim, suspect, out);
}
