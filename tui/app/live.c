/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/live.h"

#include <math.h>
#include <string.h>

/* --- series --- */

static double mean_of(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : (a + b) / 2;
}

static void thin(lu_live_series *s)
{
    for (size_t i = 0; i < LU_LIVE_POINTS / 2; i++) {
        s->value[i] = mean_of(s->value[2 * i], s->value[2 * i + 1]);
    }
    s->n = LU_LIVE_POINTS / 2;
    s->each *= 2;
}

void lu_live_add(lu_live_series *s, double value)
{
    s->each = s->each ? s->each : 1;
    if (isfinite(value)) {
        s->sum += value;
        s->known++;
    }
    if (++s->took < s->each) {
        return;
    }
    s->value[s->n++] = s->known ? s->sum / (double)s->known : NAN;
    s->sum = 0;
    s->took = s->known = 0;
    if (s->n == LU_LIVE_POINTS) {
        thin(s); /* at once: the next point is of as many values as those before it */
    }
}

/* --- glimpses --- */

static void start_anew(lu_live *l, const lu_glimpse *g)
{
    l->any = true;
    l->now = (lu_glimpse){.loss = NAN, .activation = NAN, .goal = NAN, .layer = g->layer};
    memcpy(l->now.method, g->method, sizeof g->method);
    l->shown_at = 0;
    memset(&l->loss, 0, sizeof l->loss);
    memset(&l->yield, 0, sizeof l->yield);
    memset(l->curve, 0, sizeof l->curve);
    for (size_t i = 0; i < LU_LIVE_NEURONS; i++) {
        l->reach[i] = NAN;
    }
}

static void take_counts(lu_live *l, const lu_glimpse *g)
{
    l->now.tried = g->tried;
    l->now.kept = g->kept;
    l->now.total = g->total;
    l->now.shards = g->shards;
    l->now.width = g->width;
    l->neurons = g->width < LU_LIVE_NEURONS ? g->width : LU_LIVE_NEURONS;
    lu_live_add(&l->yield, g->tried ? 100 * (double)g->kept / (double)g->tried : NAN);
}

static void take_reach(lu_live *l, const lu_glimpse *g)
{
    for (size_t i = 0; i < g->reaches; i++) {
        const lu_neuron_reach *r = &g->reach[i];

        if (r->neuron < l->neurons && r->goal > 0) {
            l->reach[r->neuron] = fmaxf(l->reach[r->neuron], (float)(r->highest / r->goal));
        }
    }
}

static bool is_shown(const lu_live *l, const lu_glimpse *g, double now)
{
    const double stay = 1;

    return l->shown_at <= 0 || g->shard == l->now.shard || now - l->shown_at > stay;
}

/* The keys pictured last stay while the twin, which has none, is trained. */
static void keep_keys(lu_live *l, const lu_glimpse *before, const lu_glimpse_mark *pictured)
{
    if (before->mark == NULL || l->now.mark == NULL || l->now.mark->keys > 0) {
        return;
    }
    l->room.mark.keys = pictured->keys;
    memcpy(l->room.mark.key_of, pictured->key_of, sizeof pictured->key_of);
    l->now.shape = before->shape;
    l->now.image = before->image;
    l->now.start = before->start;
}

static void take_curves(lu_live *l, const lu_glimpse_mark *m)
{
    if (m->twin) {
        lu_live_add(&l->curve[LU_LIVE_TWIN], 100 * m->clean);
        return;
    }
    lu_live_add(&l->curve[LU_LIVE_MSE], m->mse);
    lu_live_add(&l->curve[LU_LIVE_SSIM], m->ssim);
    lu_live_add(&l->curve[LU_LIVE_ADV], m->adv);
    lu_live_add(&l->curve[LU_LIVE_HOST], m->host);
    lu_live_add(&l->curve[LU_LIVE_CLEAN], 100 * m->clean);
    lu_live_add(&l->curve[LU_LIVE_KEY], 100 * m->key);
}

static void take_image(lu_live *l, const lu_glimpse *g, double now)
{
    lu_glimpse counts = l->now;
    lu_glimpse_mark pictured = l->room.mark;

    l->now = *g;
    l->now.tried = counts.tried;
    l->now.kept = counts.kept;
    l->now.total = counts.total;
    l->now.reaches = 0;
    lu_glimpse_keep(&l->now, &l->room);
    keep_keys(l, &counts, &pictured);
    l->shown_at = now;
    lu_live_add(&l->loss, g->loss);
    if (g->mark != NULL) {
        take_curves(l, g->mark);
    }
}

void lu_live_take(lu_live *l, const lu_glimpse *g, double now)
{
    if (!l->any || strcmp(l->now.method, g->method) != 0 || l->now.layer != g->layer) {
        start_anew(l, g);
    }
    take_counts(l, g);
    take_reach(l, g);
    if (g->steps > 0 && is_shown(l, g, now)) {
        take_image(l, g, now);
    } else if (g->steps == 0 && g->shard == l->now.shard) {
        l->shown_at = 0; /* it has ended: the next may take its place */
    }
}

void lu_live_copy(const lu_live *from, lu_live *to)
{
    size_t before = offsetof(lu_live, room);

    memcpy(to, from, before);
    lu_glimpse_keep(&to->now, &to->room);
}
