/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What watchers of neuron fuzzing see: the pair in the first slot, and how far each neuron got. */
#include "core/base/mem.h"
#include "core/similarity/fuzz.h"

#include <math.h>

lu_err lu_fuzz_watch(lu_fuzz *f, const lu_job *job)
{
    if (!lu_job_watched(job)) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(f->highest, f->neurons));
    LU_TRY(LU_NEW(f->news, f->neurons));
    for (size_t i = 0; i < f->neurons; i++) {
        f->highest[i] = -INFINITY;
    }
    return LU_NEW(f->start, f->size);
}

static double activation(const lu_fuzz *f, size_t k)
{
    return f->phi[k * f->width + f->neuron[lu_fuzz_position(f, f->slot[k].pair)]];
}

static void remember_reach(lu_fuzz *f)
{
    for (size_t k = 0; k < f->live; k++) {
        size_t i = lu_fuzz_position(f, f->slot[k].pair);

        if (activation(f, k) > f->highest[i]) {
            f->highest[i] = activation(f, k);
            f->news[i] = true;
        }
    }
}

/* The news, as many as fit; the others stay news. */
static size_t take_news(lu_fuzz *f, lu_neuron_reach *out)
{
    size_t n = 0;

    for (size_t i = 0; i < f->neurons && n < LU_GLIMPSE_NEURONS; i++) {
        if (f->news[i]) {
            out[n++] = (lu_neuron_reach){(uint32_t)f->neuron[i], f->highest[i], f->threshold[i]};
            f->news[i] = false;
        }
    }
    return n;
}

/* How much of the way to k is left, over the pairs that have a way. */
static double mean_loss(const lu_fuzz *f)
{
    double sum = 0;
    size_t n = 0;

    for (size_t k = 0; k < f->live; k++) {
        double goal = f->threshold[lu_fuzz_position(f, f->slot[k].pair)];

        if (goal > 0) {
            sum += 1 - activation(f, k) / goal;
            n++;
        }
    }
    return n ? sum / (double)n : NAN;
}

/* The pair in the first slot, while there is one. */
static void add_pair(const lu_fuzz *f, lu_glimpse *g)
{
    const lu_fuzz_slot *s = &f->slot[0];
    size_t i = lu_fuzz_position(f, s->pair);

    g->step = s->steps;
    g->steps = f->p->iterations;
    g->seed = f->first + s->pair % f->seeds->n;
    g->loss = mean_loss(f);
    g->image = f->x;
    g->start = f->start;
    lu_samples_values(f->seeds, s->pair % f->seeds->n, 1, f->start);
    g->neuron = (uint32_t)f->neuron[i];
    g->activation = activation(f, 0);
    g->goal = f->threshold[i];
}

static void look(lu_fuzz *f, const lu_job *job)
{
    lu_neuron_reach reach[LU_GLIMPSE_NEURONS];
    size_t ended = f->next - f->live;
    lu_glimpse g = {.method = "neuron",
                    .seed = f->first,
                    .loss = NAN,
                    .tried = ended,
                    .kept = ended - f->dead - f->unreached,
                    .total = f->pairs,
                    .shape = f->victim->input,
                    .layer = f->layer,
                    .activation = NAN,
                    .goal = NAN,
                    .width = f->neurons,
                    .reach = reach};

    g.reaches = take_news(f, reach);
    if (f->live > 0) {
        add_pair(f, &g);
    }
    lu_job_look(job, &g);
}

void lu_fuzz_look(lu_fuzz *f, const lu_job *job)
{
    if (f->highest == NULL) {
        return;
    }
    remember_reach(f);
    if (f->live == 0 || lu_job_due(job)) {
        look(f, job);
    }
}
