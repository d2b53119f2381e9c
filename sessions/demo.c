/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/demo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One model being made. */
typedef struct making {
    lu_case *c;
    const lu_demo_model *model;
} making;

static lu_buf network_text(void)
{
    return (lu_buf){(uint8_t *)(uintptr_t)lu_cfg_lenet5, strlen(lu_cfg_lenet5), 0};
}

static lu_err made(lu_task *task, size_t request, lu_err err, lu_frame *reply)
{
    const making *m = task->context;
    lu_buf cfg = network_text();
    lu_trained_file file;
    lu_role role = LU_ROLE_SUSPECT;

    (void)request;
    LU_TRY(err);
    LU_TRY(lu_reply_train(reply, &file));
    (void)lu_role_parse(m->model->role, &role);
    err = lu_case_add_bytes(m->c, role, m->model->name, &cfg, &file.weights,
                            m->model->origin[0] ? m->model->origin : "unknown");
    lu_buf_fini(&file.weights);
    return err;
}

/* Trains what is missing of one generation: first those without a parent, then the victim's children. */
static lu_err make_generation(lu_case *c, bool of_victim, const lu_shared *pool, uint64_t seed,
                              size_t jobs, const lu_job *job)
{
    lu_model_files parent = {.cfg = -1, .weights = -1};
    lu_task *tasks = NULL;
    lu_frame *frames = NULL;
    making *m = NULL;
    lu_buf cfg = network_text();
    size_t n = 0;
    lu_err err = LU_NEW(tasks, lu_demo_count);

    if (!err) {
        err = LU_NEW(frames, lu_demo_count);
    }
    if (!err) {
        err = LU_NEW(m, lu_demo_count);
    }
    if (!err && of_victim) {
        err = lu_item_open(c, lu_case_victim(c), &parent);
    }
    for (size_t i = 0; i < lu_demo_count && !err; i++) {
        const lu_demo_model *model = &lu_demo_models[i];
        lu_recipe recipe = lu_demo_recipe(i, seed);
        if (model->of_victim != of_victim || lu_case_find(c, model->name) != NULL) {
            continue;
        }
        m[n] = (making){c, model};
        lu_request_train(&cfg, parent.weights, &recipe, pool, model->first, model->n, &frames[n]);
        tasks[n] = (lu_task){.request = &frames[n], .requests = 1, .context = &m[n], .done = made,
                             .weight = (double)(model->n * model->epochs), .index = i};
        n++;
    }
    if (!err && n) {
        err = lu_pool_run(jobs, tasks, n, job,
                          of_victim ? "training copies of the victim" : "training networks");
    }
    lu_item_close(&parent);
    free(tasks);
    free(frames);
    free(m);
    return err;
}

static bool complete(const lu_case *c)
{
    for (size_t i = 0; i < lu_demo_count; i++) {
        if (lu_case_find(c, lu_demo_models[i].name) == NULL) {
            return false;
        }
    }
    return c->set[LU_SET_TRAIN].given && c->set[LU_SET_TEST].given;
}

static lu_err fill_case(lu_case *c, uint64_t seed, size_t jobs, const lu_job *job)
{
    lu_shared pool;
    lu_err err = LU_OK;

    if (complete(c)) {
        return LU_OK;
    }
    if (!c->set[LU_SET_TRAIN].given) {
        err = lu_case_data(c, LU_SET_TRAIN, lu_demo_train, job);
    }
    if (!err && !c->set[LU_SET_TEST].given) {
        err = lu_case_data(c, LU_SET_TEST, lu_demo_test, job);
    }
    LU_TRY(err);
    LU_TRY(lu_job_at(job, "making samples", 0, 0));
    LU_TRY(lu_client_samples(lu_demo_pool, LU_PART_TRAIN, seed, &pool));
    err = make_generation(c, false, &pool, seed, jobs, job);
    if (!err) {
        err = make_generation(c, true, &pool, seed, jobs, job);
    }
    lu_shared_fini(&pool);
    return err;
}

static lu_err new_demo(const char *path, uint64_t seed, lu_case **out)
{
    char assignment[64];
    lu_err err;

    LU_TRY(lu_case_new(path, LU_KIND_DEMO, "Synthetic digits", "", out));
    snprintf(assignment, sizeof assignment, "seed=%llu", (unsigned long long)seed);
    err = lu_case_set(*out, assignment);
    if (err) {
        lu_case_close(out);
    }
    return err;
}

static lu_err open_demo(const char *path, uint64_t seed, lu_case **out)
{
    lu_err err = LU_OK;

    LU_TRY(lu_case_open(path, LU_CASE_WRITE, out));
    if ((*out)->kind != LU_KIND_DEMO) {
        err = lu_fail(LU_ERR_INPUT, "%s is a case, but not a demo case", path);
    } else if ((uint64_t)(*out)->params.seed != seed) {
        err = lu_fail(LU_ERR_USAGE, "%s was made with seed %.0f; give another folder for seed %llu",
                      path, (*out)->params.seed, (unsigned long long)seed);
    }
    if (err) {
        lu_case_close(out);
    }
    return err;
}

lu_err lu_demo_make(const char *path, uint64_t seed, size_t jobs, const lu_job *job, lu_case **out)
{
    struct stat st;
    lu_err err;

    *out = NULL;
    LU_TRY(stat(path, &st) == 0 ? open_demo(path, seed, out) : new_demo(path, seed, out));
    err = fill_case(*out, seed, jobs, job);
    if (err) {
        lu_case_close(out);
    }
    return err;
}

static lu_err make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) && errno != EEXIST) {
            return lu_fail(LU_ERR_IO, "the folder %s cannot be made: %s", path, strerror(errno));
        }
        *slash = '/';
    }
    return LU_OK;
}

lu_err lu_demo_path(char *out, size_t size)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int wrote;

    if (data != NULL && data[0] == '/') {
        wrote = snprintf(out, size, "%s/lineup/demo.case", data);
    } else if (home != NULL && home[0] == '/') {
        wrote = snprintf(out, size, "%s/.local/share/lineup/demo.case", home);
    } else {
        return lu_fail(LU_ERR_USAGE, "neither XDG_DATA_HOME nor HOME is set: give a folder");
    }
    if (wrote < 0 || (size_t)wrote >= size) {
        return lu_fail(LU_ERR_USAGE, "the home folder's name is too long");
    }
    return make_parents(out);
}
