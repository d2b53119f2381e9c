/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zoo's case: every model of the plan as an item, run like any other case. */
#include "sessions/case/files.h"
#include "sessions/lab/zoo_parts.h"
#include "sessions/run.h"

#include <stdio.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static lu_err open_case(const lu_zoo *z, lu_case **c)
{
    char *path = lu_format("%s/zoo.case", z->dir);
    struct stat st;
    lu_err err = LU_ERR_MEMORY;

    if (path != NULL) {
        err = stat(path, &st) ? lu_case_new(path, LU_KIND_TUNING, z->plan.title, "", c)
                              : lu_case_open(path, LU_CASE_WRITE, c);
    }
    free(path);
    return err;
}

/* --- parameters and samples: set only where they differ, so that a second run changes nothing ---
 */

static lu_err set_one(lu_case *c, const char *assignment)
{
    lu_params trial = c->params;

    LU_TRY(lu_params_set(&trial, assignment));
    return lu_params_equal(&trial, &c->params) ? LU_OK : lu_case_set(c, assignment);
}

static lu_err set_parameters(const lu_zoo *z, lu_case *c)
{
    char seed[40];

    snprintf(seed, sizeof seed, "seed=%llu", (unsigned long long)z->plan.seed);
    LU_TRY(set_one(c, seed));
    for (size_t i = 0; i < z->plan.settings; i++) {
        LU_TRY(set_one(c, z->plan.setting[i]));
    }
    return LU_OK;
}

static lu_err set_samples(lu_case *c, lu_set set, const char *spec, const lu_job *job)
{
    bool there = c->set[set].given && strcmp(c->set[set].spec, spec) == 0;

    return there ? LU_OK : lu_case_data(c, set, spec, job);
}

/* --- models --- */

static size_t model_named(const lu_zoo_plan *p, const char *name)
{
    size_t i = 0;

    while (i < p->models && strcmp(p->model[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* What a model's weights have to be: as its record says, or as the given file is. */
static lu_err digest_of(const lu_zoo *z, size_t i, lu_sha256 *out)
{
    lu_lab_record r;
    uint64_t size;
    int fd;
    lu_err err;

    if (z->plan.entry[z->plan.model[i].entry].weights != NULL) {
        LU_TRY(lu_file_open(AT_FDCWD, z->weights[i], &fd, &size));
        err = lu_sha256_fd(fd, out);
        close(fd);
        return err;
    }
    char *path = lu_format("%s.json", z->weights[i]);
    err = path ? lu_lab_read(path, &r) : LU_ERR_MEMORY;
    free(path);
    LU_TRY(err);
    *out = r.sha256;
    lu_lab_record_fini(&r);
    return LU_OK;
}

/* Is the item what the zoo has under its name? */
static lu_err check_item(const lu_zoo *z, const lu_item *item, bool *same)
{
    size_t i = model_named(&z->plan, item->name);
    lu_sha256 made;

    *same = false;
    if (i == z->plan.models || z->plan.entry[z->plan.model[i].entry].role != item->role) {
        return LU_OK;
    }
    LU_TRY(digest_of(z, i, &made));
    *same = strcmp(made.hex, item->weights.sha256.hex) == 0;
    return LU_OK;
}

static lu_err take_out_strangers(const lu_zoo *z, lu_case *c)
{
    for (size_t i = c->items; i-- > 0;) {
        char name[LU_NAME_MAX];
        bool same;
        snprintf(name, sizeof name, "%s", c->item[i].name);
        LU_TRY(check_item(z, &c->item[i], &same));
        LU_TRY(same ? LU_OK : lu_case_remove(c, name));
    }
    return LU_OK;
}

static lu_err add_model(const lu_zoo *z, lu_case *c, size_t i)
{
    const lu_zoo_model *m = &z->plan.model[i];
    const lu_zoo_entry *e = &z->plan.entry[m->entry];
    char *cfg;
    lu_err err;

    if (lu_case_find(c, m->name) != NULL) {
        return LU_OK;
    }
    cfg = m->recipe.classes ? lu_format("%s.cfg", z->weights[i]) : lu_strdup(e->cfg);
    err = cfg ? lu_case_add(c, e->role, m->name, cfg, z->weights[i]) : LU_ERR_MEMORY;
    free(cfg);
    return err;
}

static lu_err fill_case(const lu_zoo *z, lu_case *c, const lu_job *job)
{
    LU_TRY(set_parameters(z, c));
    LU_TRY(set_samples(c, LU_SET_TRAIN, z->plan.train, job));
    LU_TRY(set_samples(c, LU_SET_TEST, z->plan.test, job));
    LU_TRY(take_out_strangers(z, c));
    for (size_t i = 0; i < z->plan.models; i++) {
        LU_TRY(lu_job_at(job, "collecting the models", (double)i, (double)z->plan.models));
        LU_TRY(add_model(z, c, i));
    }
    return LU_OK;
}

lu_err lu_zoo_case(lu_zoo *z, const lu_job *job, lu_case **out)
{
    lu_err err = open_case(z, out);

    if (!err) {
        err = fill_case(z, *out, job);
        if (err) {
            lu_case_close(out);
        }
    }
    return err;
}

lu_err lu_zoo_judge(lu_zoo *z, size_t jobs, const lu_job *job, lu_result *out)
{
    lu_run_options o = {.until = LU_STAGE_JUDGEMENT, .jobs = jobs};
    lu_case *c = NULL;
    lu_err err = lu_zoo_case(z, job, &c);

    if (!err) {
        err = lu_case_run(c, &o, job, out);
    }
    lu_case_close(&c);
    return err;
}
