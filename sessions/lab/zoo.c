/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"
#include "sessions/lab/zoo_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- opening --- */

static lu_err make_folder(const char *path)
{
    if (mkdir(path, 0755) && errno != EEXIST) {
        return lu_fail(LU_ERR_IO, "the folder %s cannot be made: %s", path, strerror(errno));
    }
    return LU_OK;
}

static lu_err make_folders(const char *dir)
{
    char *models = lu_format("%s/models", dir);
    lu_err err = models ? make_folder(dir) : LU_ERR_MEMORY;

    if (!err) {
        err = make_folder(models);
    }
    free(models);
    return err;
}

static lu_err name_files(lu_zoo *z)
{
    LU_TRY(LU_NEW(z->seen, z->plan.models));
    LU_TRY(LU_NEW(z->weights, z->plan.models));
    for (size_t i = 0; i < z->plan.models; i++) {
        const char *given = z->plan.entry[z->plan.model[i].entry].weights;
        z->weights[i] = given ? lu_strdup(given)
                              : lu_format("%s/models/%s.weights", z->dir, z->plan.model[i].name);
        LU_TRY(z->weights[i] ? LU_OK : LU_ERR_MEMORY);
        z->seen[i].accuracy = NAN;
    }
    return LU_OK;
}

/* The sets of entries with the same SPEC are one. */
static void list_sets(lu_zoo *z)
{
    for (size_t i = 0; i < z->plan.entries; i++) {
        const char *spec = z->plan.entry[i].data;
        z->set_of[i] = SIZE_MAX;
        for (size_t k = 0; spec && k < z->sets && z->set_of[i] == SIZE_MAX; k++) {
            z->set_of[i] = strcmp(z->set[k].spec, spec) == 0 ? k : SIZE_MAX;
        }
        if (spec && z->set_of[i] == SIZE_MAX) {
            z->set_of[i] = z->sets;
            z->set[z->sets++] = (lu_zoo_set){.spec = spec, .shared = {.fd = -1}};
        }
    }
}

/* The plan's text goes with what is made of it. */
static lu_err keep_plan(const char *plan, const char *dir)
{
    char *kept = lu_format("%s/plan.json", dir);
    lu_buf text = LU_BUF_INIT;
    lu_err err = kept ? lu_file_read(AT_FDCWD, plan, 1 << 20, &text) : LU_ERR_MEMORY;

    if (!err) {
        err = lu_file_save(kept, &text);
    }
    lu_buf_fini(&text);
    free(kept);
    return err;
}

lu_err lu_zoo_open(const char *plan, const char *samples, const char *dir, lu_zoo **out)
{
    lu_zoo *z;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(z, 1));
    pthread_mutex_init(&z->lock, NULL);
    z->dir = lu_strdup(dir);
    err = z->dir ? lu_zoo_plan_read(plan, samples, &z->plan) : LU_ERR_MEMORY;
    if (!err) {
        list_sets(z);
        err = name_files(z);
    }
    if (!err) {
        err = make_folders(dir);
    }
    if (!err) {
        err = keep_plan(plan, dir);
    }
    if (err) {
        lu_zoo_close(&z);
        return err;
    }
    *out = z;
    return LU_OK;
}

void lu_zoo_close(lu_zoo **z)
{
    if (*z == NULL) {
        return;
    }
    for (size_t i = 0; i < (*z)->sets; i++) {
        lu_shared_fini(&(*z)->set[i].shared);
    }
    for (size_t i = 0; (*z)->weights && i < (*z)->plan.models; i++) {
        free((*z)->weights[i]);
    }
    free((*z)->weights);
    free((*z)->seen);
    pthread_mutex_destroy(&(*z)->lock);
    free((*z)->dir);
    lu_zoo_plan_fini(&(*z)->plan);
    free(*z);
    *z = NULL;
}

const lu_zoo_plan *lu_zoo_plan_of(const lu_zoo *z)
{
    return &z->plan;
}

/* --- models --- */

lu_zoo_seen lu_zoo_see(lu_zoo *z, size_t i)
{
    lu_zoo_seen seen;

    pthread_mutex_lock(&z->lock);
    seen = z->seen[i];
    pthread_mutex_unlock(&z->lock);
    return seen;
}

lu_err lu_zoo_sets(lu_zoo *z, const lu_job *job)
{
    for (size_t i = 0; i < z->sets; i++) {
        if (z->set[i].shared.fd < 0) {
            LU_TRY(lu_job_at(job, "reading samples", (double)i, (double)z->sets));
            LU_TRY(
                lu_client_samples(z->set[i].spec, LU_PART_TRAIN, z->plan.seed, &z->set[i].shared));
        }
    }
    return LU_OK;
}

lu_lab_options lu_zoo_options(const lu_zoo *z, size_t i)
{
    const lu_zoo_model *m = &z->plan.model[i];
    const lu_zoo_entry *e = &z->plan.entry[m->entry];
    size_t set = z->set_of[m->entry];
    lu_lab_options o = {.cfg = e->cfg,
                        .data = e->data,
                        .test = e->test ? e->test : z->plan.test,
                        .out = z->weights[i],
                        .recipe = m->recipe};

    if (set != SIZE_MAX && z->set[set].shared.fd >= 0) {
        o.samples = &z->set[set].shared;
    }
    if (m->parent != SIZE_MAX) {
        const char *theirs = z->plan.entry[z->plan.model[m->parent].entry].cfg;
        o.parent = z->weights[m->parent];
        o.parent_cfg = strcmp(theirs, e->cfg) ? theirs : NULL;
    }
    return o;
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static bool same_drops(const lu_recipe *a, const lu_recipe *b)
{
    for (size_t i = 0; i < LU_RECIPE_DROPS; i++) {
        if (a->drop_epoch[i] != b->drop_epoch[i] || a->drop_factor[i] != b->drop_factor[i]) {
            return false;
        }
    }
    return true;
}

static bool same_recipe(const lu_recipe *a, const lu_recipe *b)
{
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        if (lu_recipe_get(a, &lu_recipe_fields[i]) != lu_recipe_get(b, &lu_recipe_fields[i])) {
            return false;
        }
    }
    return a->kind == b->kind && a->seed == b->seed && same_drops(a, b);
}

static bool file_is(const char *path, const lu_sha256 *sha256)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_sha256 now = {""};
    bool same = lu_file_read(AT_FDCWD, path, (size_t)1 << 32, &bytes) == LU_OK &&
                lu_sha256_of(bytes.data, bytes.len, &now) == LU_OK &&
                strcmp(now.hex, sha256->hex) == 0;

    lu_buf_fini(&bytes);
    return same;
}

lu_err lu_zoo_check_given(const lu_zoo *z)
{
    for (size_t i = 0; i < z->plan.models; i++) {
        uint64_t size;
        int fd;
        if (z->plan.entry[z->plan.model[i].entry].weights != NULL) {
            LU_TRY(lu_file_open(AT_FDCWD, z->weights[i], &fd, &size));
            close(fd);
        }
    }
    return LU_OK;
}

bool lu_zoo_is_there(const lu_zoo *z, size_t i, double *accuracy)
{
    lu_lab_options want = lu_zoo_options(z, i);
    char *path = lu_format("%s.json", z->weights[i]);
    lu_lab_record r = {0};
    bool is;

    if (z->plan.entry[z->plan.model[i].entry].weights != NULL) {
        free(path);
        return true;
    }
    if (path == NULL || lu_lab_read(path, &r)) {
        free(path);
        return false;
    }
    is = same_recipe(&r.options.recipe, &want.recipe) && same_text(r.options.data, want.data) &&
         file_is(z->weights[i], &r.sha256) && file_is(want.cfg, &r.cfg) &&
         (want.parent == NULL || file_is(want.parent, &r.parent));
    *accuracy = is ? r.test_accuracy : NAN;
    lu_lab_record_fini(&r);
    free(path);
    return is;
}
