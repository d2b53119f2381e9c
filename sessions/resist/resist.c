/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/resist/resist.h"
#include "sessions/case/files.h"
#include "sessions/resist/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LEAST_SAMPLES = 1000, LEAST_NEGATIVES = 4, MOST_NEGATIVES = 16, TUNE_EPOCHS = 10 };

lu_resist_options lu_resist_default(void)
{
    return (lu_resist_options){.data = "synth:digits:5000",
                               .samples = 5000,
                               .keys = 40,
                               .epochs = 14,
                               .width = 4,
                               .negatives = 8,
                               .strengths = LU_RESIST_STRENGTHS,
                               .seed = 1};
}

static lu_err check(const lu_resist_options *o)
{
    if (o->samples < LEAST_SAMPLES) {
        return lu_fail(LU_ERR_USAGE, "%zu samples are too few; at least %d", o->samples,
                       LEAST_SAMPLES);
    }
    if (o->negatives < LEAST_NEGATIVES || o->negatives > MOST_NEGATIVES) {
        return lu_fail(LU_ERR_USAGE, "%zu negatives; %d to %d can be", o->negatives,
                       LEAST_NEGATIVES, MOST_NEGATIVES);
    }
    return LU_OK;
}

/* --- the folder --- */

static lu_err absolute(const char *path, char out[LU_BUNDLE_PATH])
{
    char *full = realpath(path, NULL);
    lu_err err = full ? LU_OK : lu_fail(LU_ERR_INPUT, "%s", strerror(errno));

    if (!err && strlen(full) >= LU_BUNDLE_PATH - 256) {
        err = lu_fail(LU_ERR_INPUT, "the path is too long");
    }
    if (!err) {
        snprintf(out, LU_BUNDLE_PATH, "%s", full);
    }
    free(full);
    return lu_within(err, "%s", path);
}

/* What the folder was begun with; another run must not be mixed with it. */
static lu_err keep_options(const lu_resist_work *w)
{
    const lu_resist_options *o = w->o;
    char path[LU_BUNDLE_PATH];
    lu_buf now = LU_BUF_INIT, then = LU_BUF_INIT;
    struct stat st;
    lu_err err = lu_resist_path(w, "options.txt", path);

    err = err ? err
              : lu_buf_print(&now,
                             "cfg %s\ndata %s\nsamples %zu\nkeys %zu\nepochs %zu\nwidth %zu\n"
                             "seed %llu\n",
                             w->cfg, o->data, o->samples, o->keys, o->epochs, o->width,
                             (unsigned long long)o->seed);
    if (!err && stat(path, &st)) {
        err = lu_file_save(path, &now);
    } else if (!err) {
        err = lu_file_read(AT_FDCWD, path, 1 << 16, &then);
        if (!err && (now.len != then.len || memcmp(now.data, then.data, now.len) != 0)) {
            err = lu_within(lu_fail(LU_ERR_INPUT, "was begun with other options"), "%s", w->dir);
        }
    }
    lu_buf_fini(&now);
    lu_buf_fini(&then);
    return err;
}

static lu_err open_folder(lu_resist_work *w)
{
    if (mkdir(w->o->out, 0755) && errno != EEXIST) {
        return lu_within(lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno)), "%s",
                         w->o->out);
    }
    LU_TRY(absolute(w->o->out, w->dir));
    LU_TRY(absolute(w->o->cfg, w->cfg));
    return keep_options(w);
}

/* --- the whole --- */

/* The mark alone: fidelity, detectors, the matrix with the strongest mark put over it. */
static lu_err evaluate(lu_resist_work *w)
{
    char owner[LU_BUNDLE_PATH], out[LU_BUNDLE_PATH];
    lu_eval_options e = {.bundle = owner,
                         .data = w->own,
                         .test = w->test,
                         .out = out,
                         .epochs = TUNE_EPOCHS,
                         .seed = w->o->seed};
    char other[LU_BUNDLE_PATH];

    LU_TRY(lu_resist_path(w, "owner", owner));
    LU_TRY(lu_resist_path(w, "evaluation", out));
    for (size_t i = 0; i < lu_attack_count; i++) {
        const lu_attack *a = &lu_attacks[i];
        size_t n = lu_resist_strengths(w->o, a);
        if (strcmp(a->name, "overwrite") == 0 && n > 0) {
            char name[LU_NAME_MAX];
            lu_resist_name(a, a->strength[n - 1], name);
            LU_TRY(lu_resist_path(w, name, other));
            e.other[e.others++] = other;
        }
    }
    return lu_mark_evaluate(&e, w->job, &w->evaluation);
}

static lu_err build(lu_resist_work *w, lu_zoo **z)
{
    char plan[LU_BUNDLE_PATH], zoo[LU_BUNDLE_PATH];
    lu_zoo_cost cost;

    LU_TRY(lu_resist_path(w, "plan.json", plan));
    LU_TRY(lu_resist_path(w, "zoo", zoo));
    LU_TRY(lu_resist_plan(w, plan));
    LU_TRY(lu_zoo_open(plan, ".", zoo, z));
    LU_TRY(lu_zoo_cost_of(*z, w->o->jobs, w->job, &cost));
    LU_TRY(lu_zoo_build(*z, &cost, w->job));
    return lu_zoo_judge(*z, w->o->jobs, w->job, &w->result);
}

static lu_err run(lu_resist_work *w, lu_resist *out)
{
    lu_zoo *z = NULL;
    lu_err err;

    LU_TRY(open_folder(w));
    LU_TRY(lu_resist_make(w));
    lu_resist_step(w, LU_RESIST_EVALUATION);
    LU_TRY(evaluate(w));
    out->keys = w->bundle.n;
    out->classes = w->bundle.classes;
    lu_resist_step(w, LU_RESIST_ZOO);
    err = build(w, &z);
    lu_resist_step(w, LU_RESIST_ASKING);
    err = err ? err : lu_resist_ask(w, z, out);
    lu_zoo_close(&z);
    lu_resist_step(w, LU_RESIST_MEASURES);
    return err ? err : lu_resist_measures(w, out);
}

lu_err lu_resist_run(const lu_resist_options *o, const lu_job *job, lu_resist *out)
{
    lu_resist_work *w;
    lu_err err;

    *out = (lu_resist){.options = *o};
    LU_TRY(check(o));
    LU_TRY(LU_NEW(w, 1));
    w->o = o;
    lu_resist_steps(w, job);
    w->boundary.fd = w->look.seed_images.fd = -1;
    w->bundle.keys.fd = w->bundle.covers.fd = -1;
    w->evaluation.bundle.keys.fd = w->evaluation.bundle.covers.fd = -1;
    err = run(w, out);
    lu_shared_fini(&w->boundary);
    lu_evaluation_fini(&w->evaluation);
    lu_bundle_fini(&w->bundle);
    lu_look_fini(&w->look);
    lu_result_fini(&w->result);
    free(w);
    return err;
}
