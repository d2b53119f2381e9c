/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a zoo costs: counted in images that go through a network and back, timed on the victim's
 * network. */
#include "sessions/lab/work.h"
#include "sessions/lab/zoo_parts.h"

#include <math.h>
#include <time.h>
#include <unistd.h>

/* Samples that model i is trained on. */
static double samples_of(const lu_zoo *z, size_t i)
{
    const lu_recipe *r = &z->plan.model[i].recipe;
    size_t set = z->set_of[z->plan.model[i].entry];
    double n = set == SIZE_MAX ? 0 : (double)z->set[set].shared.samples.n;
    double classes = set == SIZE_MAX ? 0 : (double)z->set[set].shared.samples.classes;

    if (r->classes && (double)r->classes < classes) {
        n *= (double)r->classes / classes;
    }
    return r->queries ? (double)r->queries : n;
}

/* JBA doubles its samples every round; ES's rounds are alike, each but the first with its ascents.
 */
static double extraction_passes(const lu_recipe *r, double n)
{
    double epochs = (double)r->epochs, rounds = (double)r->rounds;

    if (r->kind == LU_RECIPE_JBA) {
        return n * (pow(2, rounds) - 1) * (epochs + 1);
    }
    return rounds * n * epochs + (rounds - 1) * n * (double)r->ascents;
}

double lu_zoo_passes(const lu_zoo *z, size_t i)
{
    const lu_recipe *r = &z->plan.model[i].recipe;
    double n = samples_of(z, i), epochs = (double)r->epochs, steps = (double)r->iterations;
    double tests = 300; /* loading, hashing, measuring: about as long as so many */

    if (lu_methods[r->kind]->needs == LU_NEEDS_ANSWERS) {
        return tests + extraction_passes(r, n);
    }
    switch (r->harden) {
    case LU_HARDEN_PARENT: return tests + n * steps + 2 * n * epochs;
    case LU_HARDEN_SELF: return tests + n * epochs * (1 + steps / 2);
    default: return tests + n * epochs * (r->away > 0 ? 1.5 : 1);
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Images a second of one training of `epochs` epochs on `n` of the victim's samples. */
static lu_err time_training(const lu_lab_work *w, size_t n, size_t epochs, const lu_job *job,
                            double *spent)
{
    lu_recipe r = w->options->recipe;
    lu_training_files t = {.cfg = &w->cfg, .parent = -1, .recipe = &r, .samples = &w->data, .n = n};
    lu_trained_file out = {0};
    double start = seconds();

    r.epochs = epochs;
    LU_TRY(lu_lab_carry_out(&t, job, &out));
    lu_buf_fini(&out.weights);
    *spent = seconds() - start;
    return LU_OK;
}

/* Once for the engine's start, then longer until the difference says something. */
static lu_err measure(const lu_zoo *z, const lu_job *job, double *rate)
{
    size_t victim = 0;
    lu_lab_options o;
    lu_lab_work w;
    double once = 0, more = 0;
    lu_err err;

    while (z->plan.entry[z->plan.model[victim].entry].role != LU_ROLE_VICTIM) {
        victim++;
    }
    o = lu_zoo_options(z, victim);
    LU_TRY(lu_lab_open(&o, &w));
    size_t n = w.data.samples.n < 4 * o.recipe.batch ? w.data.samples.n : 4 * o.recipe.batch,
           epochs = 1;
    err = time_training(&w, n, 1, job, &once);
    while (!err && more < once + 0.3 && epochs < 1000) {
        epochs *= 3;
        err = time_training(&w, n, epochs, job, &more);
    }
    lu_lab_close(&w);
    *rate = more > once ? (double)(n * (epochs - 1)) / (more - once) : 1;
    return err;
}

static void look(lu_zoo *z, size_t i)
{
    size_t parent = z->plan.model[i].parent;
    lu_zoo_seen seen = {.accuracy = NAN};

    if ((parent == SIZE_MAX || lu_zoo_see(z, parent).state == LU_ZOO_THERE) &&
        lu_zoo_is_there(z, i, &seen.accuracy)) {
        seen.state = LU_ZOO_THERE;
    }
    pthread_mutex_lock(&z->lock);
    z->seen[i] = seen;
    pthread_mutex_unlock(&z->lock);
}

void lu_zoo_left(lu_zoo *z, lu_zoo_cost *cost)
{
    cost->there = 0;
    cost->passes = 0;
    for (size_t i = 0; i < z->plan.models; i++) {
        bool there = lu_zoo_see(z, i).state == LU_ZOO_THERE;
        cost->there += there;
        cost->passes += there ? 0 : lu_zoo_passes(z, i);
    }
    cost->seconds = cost->passes > 0 ? cost->passes / (cost->rate * (double)cost->jobs) : 0;
}

lu_err lu_zoo_cost_of(lu_zoo *z, size_t jobs, const lu_job *job, lu_zoo_cost *out)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    *out = (lu_zoo_cost){.models = z->plan.models};
    LU_TRY(lu_zoo_check_given(z));
    LU_TRY(lu_zoo_sets(z, job));
    for (size_t i = 0; i < z->plan.models; i++) {
        LU_TRY(lu_job_at(job, "looking for what is there", (double)i, (double)z->plan.models));
        look(z, i);
    }
    out->jobs = jobs ? jobs : processors > 0 ? (size_t)processors : 1;
    out->rate = 1; /* until it is measured */
    lu_zoo_left(z, out);
    if (out->there == out->models) {
        out->rate = 0;
        return LU_OK;
    }
    LU_TRY(lu_job_at(job, "measuring this machine", 0, 0));
    LU_TRY(measure(z, NULL, &out->rate));
    lu_zoo_left(z, out);
    return LU_OK;
}
