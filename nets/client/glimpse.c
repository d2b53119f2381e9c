/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Glimpses as messages: numbers, then the neurons, the two images, an embedding's part. */
#include "nets/client/proto.h"

#include <math.h>
#include <string.h>

static const uint64_t COUNT = (uint64_t)1 << 40; /* nothing is counted further */
static const uint64_t SIDE = LU_GLIMPSE_VALUES + 1;

static void put_mark(lu_frame *f, const lu_glimpse_mark *m)
{
    const double figure[] = {m->mse,  m->ssim,  m->adv, m->host, m->disc,
                             m->loss, m->clean, m->key, m->raw};

    lu_put_u64(f, m->twin);
    lu_put_u64(f, m->frozen);
    lu_put_u64(f, m->epoch);
    lu_put_u64(f, m->epochs);
    for (size_t i = 0; i < sizeof figure / sizeof *figure; i++) {
        lu_put_f64(f, figure[i]);
    }
    lu_put_u64(f, m->keys);
    for (size_t i = 0; i < m->keys; i++) {
        lu_put_u64(f, m->key_of[i].cover);
        lu_put_u64(f, (uint64_t)m->key_of[i].expected);
        lu_put_u64(f, (uint64_t)m->key_of[i].answer);
    }
}

void lu_put_glimpse(lu_frame *f, const lu_glimpse *g)
{
    size_t values = lu_glimpse_values(g);
    size_t reaches = g->reaches < LU_GLIMPSE_NEURONS ? g->reaches : LU_GLIMPSE_NEURONS;

    lu_put_text(f, g->method);
    lu_put_u64(f, g->step);
    lu_put_u64(f, g->steps);
    lu_put_u64(f, g->seed);
    lu_put_f64(f, g->loss);
    lu_put_u64(f, g->tried);
    lu_put_u64(f, g->kept);
    lu_put_u64(f, g->total);
    lu_put_u64(f, g->layer >= 0);
    lu_put_u64(f, g->layer >= 0 ? (uint64_t)g->layer : 0);
    lu_put_u64(f, g->neuron);
    lu_put_f64(f, g->activation);
    lu_put_f64(f, g->goal);
    lu_put_u64(f, g->width);
    lu_put_u64(f, reaches);
    for (size_t i = 0; i < reaches; i++) {
        lu_put_u64(f, g->reach[i].neuron);
        lu_put_f64(f, g->reach[i].highest);
        lu_put_f64(f, g->reach[i].goal);
    }
    lu_put_u64(f, values > 0 ? g->shape.h : 0);
    lu_put_u64(f, values > 0 ? g->shape.w : 0);
    lu_put_u64(f, values > 0 ? g->shape.c : 0);
    lu_put_bytes(f, g->image, values * sizeof(float));
    lu_put_bytes(f, g->start, values * sizeof(float));
    lu_put_u64(f, g->mark != NULL);
    if (g->mark != NULL) {
        put_mark(f, g->mark);
    }
}

static double get_number(lu_frame *f)
{
    double v = lu_get_f64(f);

    return isfinite(v) ? v : NAN;
}

static void get_counts(lu_frame *f, lu_glimpse *g)
{
    lu_get_text(f, g->method, sizeof g->method);
    for (char *c = g->method; *c; c++) { /* it ends up on a terminal */
        *c = *c > ' ' && *c < 0x7f ? *c : '?';
    }
    g->step = lu_get_below(f, COUNT);
    g->steps = lu_get_below(f, COUNT);
    g->seed = lu_get_below(f, COUNT);
    g->loss = get_number(f);
    g->tried = lu_get_below(f, COUNT);
    g->kept = lu_get_below(f, COUNT);
    g->total = lu_get_below(f, COUNT);
    f->bad = f->bad || g->step > g->steps || g->kept > g->tried || g->tried > g->total;
}

static void get_neurons(lu_frame *f, lu_glimpse *g, lu_glimpse_room *room)
{
    bool white = lu_get_below(f, 2);
    int layer = (int)lu_get_below(f, 1 << 20);

    g->layer = white ? layer : -1;
    g->neuron = (uint32_t)lu_get_below(f, (uint64_t)INT32_MAX);
    g->activation = get_number(f);
    g->goal = get_number(f);
    g->width = lu_get_below(f, (uint64_t)INT32_MAX);
    g->reaches = lu_get_below(f, LU_GLIMPSE_NEURONS + 1);
    for (size_t i = 0; i < g->reaches; i++) {
        room->reach[i].neuron = (uint32_t)lu_get_below(f, (uint64_t)INT32_MAX);
        room->reach[i].highest = get_number(f);
        room->reach[i].goal = get_number(f);
    }
    g->reach = room->reach;
}

/* Exactly the values of the shape, or none. */
static const float *get_image(lu_frame *f, size_t values, float *room)
{
    size_t len = 0;
    const uint8_t *bytes = lu_get_bytes(f, &len);

    if (bytes == NULL || len != values * sizeof *room) {
        f->bad = true;
        return NULL;
    }
    memcpy(room, bytes, len);
    for (size_t i = 0; i < values; i++) {
        room[i] = isfinite(room[i]) ? room[i] : NAN;
    }
    return values > 0 ? room : NULL;
}

static void get_images(lu_frame *f, lu_glimpse *g, lu_glimpse_room *room)
{
    size_t values;

    g->shape.h = lu_get_below(f, SIDE);
    g->shape.w = lu_get_below(f, SIDE);
    g->shape.c = lu_get_below(f, SIDE);
    values = lu_shape_size(g->shape); /* below 2^49 */
    if (values > LU_GLIMPSE_VALUES) {
        f->bad = true;
        return;
    }
    g->image = get_image(f, values, room->image);
    g->start = get_image(f, values, room->start);
}

static void get_mark(lu_frame *f, lu_glimpse *g, lu_glimpse_mark *m)
{
    double *figure[] = {&m->mse,  &m->ssim,  &m->adv, &m->host, &m->disc,
                        &m->loss, &m->clean, &m->key, &m->raw};

    *m = (lu_glimpse_mark){0};
    m->twin = lu_get_below(f, 2);
    m->frozen = lu_get_below(f, 2);
    m->epoch = lu_get_below(f, COUNT);
    m->epochs = lu_get_below(f, COUNT);
    for (size_t i = 0; i < sizeof figure / sizeof *figure; i++) {
        *figure[i] = get_number(f);
    }
    m->keys = lu_get_below(f, LU_GLIMPSE_KEYS + 1);
    for (size_t i = 0; i < m->keys; i++) {
        m->key_of[i].cover = lu_get_below(f, COUNT);
        m->key_of[i].expected = (int32_t)lu_get_below(f, (uint64_t)INT32_MAX);
        m->key_of[i].answer = (int32_t)lu_get_below(f, (uint64_t)INT32_MAX);
    }
    f->bad = f->bad || m->epoch >= m->epochs || (m->keys == 0) != (g->image == NULL) ||
             (m->keys && g->shape.h % m->keys != 0);
    g->mark = m;
}

lu_err lu_get_glimpse(lu_frame *f, lu_glimpse *g, lu_glimpse_room *room)
{
    lu_err err;

    *g = (lu_glimpse){0};
    get_counts(f, g);
    get_neurons(f, g, room);
    get_images(f, g, room);
    if (lu_get_below(f, 2)) {
        get_mark(f, g, &room->mark);
    }
    err = lu_frame_end(f);
    if (err) {
        *g = (lu_glimpse){0};
    }
    return err;
}
