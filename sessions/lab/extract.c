/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Model extraction. The victim runs in an engine of its own and is asked for its probabilities,
 * nothing else; the pupil is trained by another engine on those answers, and chooses the next
 * queries by its own gradients. Round k draws from seed + k * 2^32. Adam's moments start anew with
 * every round.
 */
#include "sessions/lab/work.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A pupil at school. */
typedef struct school {
    const lu_lab_work *work;
    const lu_recipe *recipe;
    const lu_job *job;
    lu_job inner; /* reports a round's share of the whole */
    size_t round; /* from 1 */
    lu_engine *victim;
    lu_model_info info; /* the victim's */
    lu_shape shape;     /* of images */
    size_t n, asked;    /* images so far; of these, the victim has answered */
    float *images, *answers;
    int32_t *labels; /* the victim's */
    lu_trained_file pupil;
    size_t queries, taught;
} school;

static lu_err report(void *context, const char *what, double done, double total)
{
    const school *s = context;
    char text[128];
    double part = total > 0 ? done / total : 0;

    snprintf(text, sizeof text, "round %zu of %zu: %s", s->round, s->recipe->rounds, what);
    return lu_job_at(s->job, s->recipe->rounds > 1 ? text : what, (double)(s->round - 1) + part,
                     (double)s->recipe->rounds);
}

/* An engine with a network that is given as bytes or as an open file. */
static lu_err start_model(const lu_buf *cfg, int weights, const char *name, lu_engine **e,
                          lu_model_info *info)
{
    lu_model_files files = {.cfg = -1, .weights = weights, .name = name};
    lu_err err;

    LU_TRY(lu_sealed_file(cfg, &files.cfg));
    err = lu_engine_start(e);
    if (!err) {
        err = lu_engine_load(*e, &files, info);
    }
    close(files.cfg);
    return err;
}

static lu_err start_victim(school *s)
{
    const lu_lab_work *w = s->work;

    return start_model(w->parent_cfg.len ? &w->parent_cfg : &w->cfg, w->parent, w->options->parent,
                       &s->victim, &s->info);
}

/* --- asking --- */

static lu_err grow(school *s, size_t n)
{
    size_t size = lu_shape_size(s->shape);
    float *images = lu_resize(s->images, n * size, sizeof *images), *answers;
    int32_t *labels;

    if (images == NULL) {
        return LU_ERR_MEMORY;
    }
    s->images = images;
    answers = lu_resize(s->answers, n * s->info.classes, sizeof *answers);
    if (answers == NULL) {
        return LU_ERR_MEMORY;
    }
    s->answers = answers;
    labels = lu_resize(s->labels, n, sizeof *labels);
    if (labels == NULL) {
        return LU_ERR_MEMORY;
    }
    s->labels = labels;
    s->n = n;
    return LU_OK;
}

/* Logits of images from..n-1 into probabilities, softened as the recipe says, and the label. */
static lu_err take_answers(school *s, const float *logits)
{
    size_t classes = s->info.classes;
    double *p;

    LU_TRY(LU_NEW(p, classes));
    for (size_t i = s->asked; i < s->n; i++) {
        const float *z = logits + (i - s->asked) * classes;
        s->labels[i] = (int32_t)lu_argmax(z, classes);
        lu_probabilities(s->info.head, z, classes, p);
        lu_temper(p, classes, s->recipe->temperature);
        for (size_t c = 0; c < classes; c++) {
            s->answers[i * classes + c] = (float)p[c];
        }
    }
    free(p);
    s->queries += s->n - s->asked;
    s->asked = s->n;
    return LU_OK;
}

static lu_err ask(school *s)
{
    size_t size = lu_shape_size(s->shape);
    lu_samples view = {
        .n = s->n - s->asked, .shape = s->shape, .values = s->images + s->asked * size};
    int layer = LU_LAYER_LOGITS;
    float *logits = NULL;
    lu_shared shared;
    lu_err err;

    LU_TRY(lu_shared_new(&view, &shared));
    err = lu_engine_outputs(s->victim, &s->info, &shared, 0, view.n, 1, &layer, &logits, &s->inner);
    if (!err) {
        err = take_answers(s, logits);
    }
    free(logits);
    lu_shared_fini(&shared);
    return err;
}

/* --- teaching --- */

static lu_err teach_with(school *s, const lu_recipe *r, const lu_shared *images,
                         const lu_shared *answers, int pupil)
{
    lu_training_files t = {.cfg = &s->work->cfg,
                           .parent = pupil,
                           .recipe = r,
                           .samples = images,
                           .n = s->n,
                           .targets = answers};
    lu_trained_file next;

    LU_TRY(lu_lab_carry_out(&t, &s->inner, &next));
    lu_buf_fini(&s->pupil.weights);
    s->pupil = next;
    s->taught += s->n;
    return LU_OK;
}

static lu_err teach(school *s)
{
    lu_samples images = {.n = s->n, .shape = s->shape, .values = s->images};
    lu_samples answers = {.n = s->n, .shape = {1, 1, s->info.classes}, .values = s->answers};
    lu_recipe r = *s->recipe;
    lu_shared shared[2] = {{.fd = -1}, {.fd = -1}};
    int pupil = -1;
    lu_err err;

    r.seed += (uint64_t)s->round << 32;
    r.from_parent = s->round > 1;
    err = r.from_parent ? lu_sealed_file(&s->pupil.weights, &pupil) : LU_OK;
    if (!err) {
        err = lu_shared_new(&images, &shared[0]);
    }
    if (!err) {
        err = lu_shared_new(&answers, &shared[1]);
    }
    if (!err) {
        err = teach_with(s, &r, &shared[0], &shared[1], pupil);
    }
    lu_shared_fini(&shared[0]);
    lu_shared_fini(&shared[1]);
    if (pupil >= 0) {
        close(pupil);
    }
    return err;
}

/* --- choosing --- */

/* The pupil's own network finds the images of this round. */
static lu_err choose(school *s, lu_model *pupil)
{
    size_t n = s->n, size = lu_shape_size(s->shape);

    if (s->recipe->kind == LU_RECIPE_JBA) {
        LU_TRY(grow(s, 2 * n));
        return lu_jacobian_images(pupil, s->recipe, s->round - 1, s->images, s->labels, n,
                                  s->images + n * size, &s->inner);
    }
    LU_TRY(grow(s, s->recipe->queries));
    s->asked = 0;
    return lu_synthetic_images(pupil, s->recipe, s->round, 0, s->n, s->images, &s->inner);
}

static lu_err choose_by_pupil(school *s)
{
    lu_model_info info = {0};
    lu_model *pupil = NULL;
    lu_engine *e = NULL;
    int weights;
    lu_err err;

    LU_TRY(lu_sealed_file(&s->pupil.weights, &weights));
    err = start_model(&s->work->cfg, weights, "the pupil", &e, &info);
    if (!err) {
        err = lu_engine_model(e, &info, &pupil);
    }
    if (!err) {
        err = choose(s, pupil);
    }
    lu_model_free(&pupil);
    lu_engine_free(&e);
    lu_model_info_fini(&info);
    close(weights);
    return err;
}

/* What the first round asks about: the samples given, or noise. */
static lu_err first_images(school *s)
{
    const lu_samples *given = &s->work->data.samples;
    lu_model shape = {.input = s->info.input, .classes = s->info.classes, .batch = 64};
    lu_samples copy = {0};
    size_t *index;
    lu_err err;

    s->shape = s->info.input;
    if (s->recipe->kind == LU_RECIPE_ES) {
        LU_TRY(grow(s, s->recipe->queries));
        return lu_synthetic_images(&shape, s->recipe, 1, 0, s->n, s->images, &s->inner);
    }
    LU_TRY(LU_NEW(index, given->n));
    for (size_t i = 0; i < given->n; i++) {
        index[i] = i;
    }
    err = lu_samples_pick(given, index, given->n, &copy);
    free(index);
    if (!err) {
        err = lu_samples_conform(&copy, s->shape);
    }
    if (!err) {
        err = grow(s, copy.n);
    }
    if (!err) {
        lu_samples_values(&copy, 0, copy.n, s->images);
    }
    lu_samples_fini(&copy);
    return err;
}

static lu_err one_round(school *s)
{
    LU_TRY(s->round == 1 ? first_images(s) : choose_by_pupil(s));
    LU_TRY(ask(s));
    return teach(s);
}

lu_err lu_lab_extract(const lu_lab_work *w, const lu_job *job, lu_trained_file *out,
                      lu_lab_result *result)
{
    school s = {.work = w, .recipe = &w->options->recipe, .job = job, .round = 1};
    lu_err err;

    s.inner = (lu_job){.at = report, .context = &s};
    err = start_victim(&s);
    for (; !err && s.round <= s.recipe->rounds; s.round++) {
        err = one_round(&s);
    }
    if (!err) {
        *out = s.pupil;
        result->queries = s.queries;
        result->samples = s.taught;
    } else {
        lu_buf_fini(&s.pupil.weights);
    }
    lu_engine_free(&s.victim);
    lu_model_info_fini(&s.info);
    free(s.images);
    free(s.answers);
    free(s.labels);
    return err;
}
