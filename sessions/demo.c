/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/demo.h"
#include "sessions/datahome.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One generation of models in the making. They are added in the recipe's order, whichever is ready
   first, so that the case's items do not depend on the number of engines. */
typedef struct generation {
    lu_case *c;
    size_t n, added;
    size_t model[32]; /* positions in lu_demo_models[] */
    bool ready[32];
    lu_trained_file file[32];
    lu_task task[32];
    lu_frame frame[32];
} generation;

static lu_buf network_text(void)
{
    return (lu_buf){(uint8_t *)(uintptr_t)lu_cfg_lenet5, strlen(lu_cfg_lenet5), 0};
}

static lu_err add_next(generation *g)
{
    const lu_demo_model *m = &lu_demo_models[g->model[g->added]];
    lu_trained_file *file = &g->file[g->added++];
    lu_buf cfg = network_text();
    lu_role role = LU_ROLE_SUSPECT;
    lu_err err;

    (void)lu_role_parse(m->role, &role);
    err = lu_case_add_bytes(g->c, role, m->name, &cfg, &file->weights,
                            m->origin[0] ? m->origin : "unknown");
    lu_buf_fini(&file->weights);
    return err;
}

static lu_err made(lu_task *task, size_t request, lu_err err, lu_frame *reply)
{
    generation *g = task->context;

    (void)request;
    LU_TRY(err);
    LU_TRY(lu_reply_train(reply, &g->file[task->index]));
    g->ready[task->index] = true;
    while (g->added < g->n && g->ready[g->added]) {
        LU_TRY(add_next(g));
    }
    return LU_OK;
}

static void plan_model(generation *g, size_t i, int parent, const lu_shared *pool, uint64_t seed)
{
    const lu_demo_model *m = &lu_demo_models[i];
    lu_recipe recipe = lu_demo_recipe(i, seed);
    lu_buf cfg = network_text();
    size_t at = g->n++;

    g->model[at] = i;
    lu_request_train(&cfg, parent, &recipe, pool, m->first, m->n, &g->frame[at]);
    g->task[at] = (lu_task){.request = &g->frame[at],
                            .requests = 1,
                            .context = g,
                            .done = made,
                            .weight = (double)(m->n * m->epochs),
                            .index = at};
}

static lu_err run_generation(generation *g, const char *what, size_t jobs, const lu_job *job)
{
    lu_err err = g->n ? lu_pool_run(jobs, g->task, g->n, job, what) : LU_OK;

    for (size_t i = g->added; i < g->n; i++) {
        lu_buf_fini(&g->file[i].weights);
    }
    return err;
}

/* Trains what is missing of one generation: first those without a parent, then the victim's
 * children. */
static lu_err make_generation(lu_case *c, bool of_victim, const lu_shared *pool, uint64_t seed,
                              size_t jobs, const lu_job *job)
{
    lu_model_files parent = {.cfg = -1, .weights = -1};
    generation *g;
    lu_err err;

    LU_TRY(LU_NEW(g, 1));
    g->c = c;
    err = of_victim ? lu_item_open(c, lu_case_victim(c), &parent) : LU_OK;
    for (size_t i = 0; i < lu_demo_count && !err; i++) {
        if (lu_demo_models[i].of_victim == of_victim &&
            lu_case_find(c, lu_demo_models[i].name) == NULL) {
            plan_model(g, i, parent.weights, pool, seed);
        }
    }
    if (!err) {
        err = run_generation(g, of_victim ? "training copies of the victim" : "training networks",
                             jobs, job);
    }
    lu_item_close(&parent);
    free(g);
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

lu_err lu_demo_path(char *out, size_t size)
{
    LU_TRY(lu_data_path("demo.case", out, size));
    return lu_data_parents(out);
}
