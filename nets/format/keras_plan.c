/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers to sections, in the order of the layers. A convolution or dense layer takes the batch-norm
 * and the activation that alone follow it into its section, an addition its activation. A section
 * whose input is not the one before it gets a [route] first.
 */
#include "nets/format/keras_model.h"

#include <string.h>

static const size_t NONE = SIZE_MAX; /* no layer; the image, which no section makes */

/* Where a layer's output is. */
typedef struct place {
    size_t section;
    lu_shape planes; /* as Darknet has it */
    bool flat;       /* Keras has it as a list in the order h, w, c */
    bool known;
} place;

typedef struct plan {
    const lu_keras_model *m;
    lu_keras_plan *out;
    place *place; /* one a layer */
} plan;

/* --- sections --- */

static const lu_keras_layer *layer_at(const plan *p, size_t i)
{
    return &p->m->layer[i];
}

/* Begins a section: its number and its layers as a comment, its header. */
static lu_err begin(plan *p, const char *section, const size_t *layer, size_t n,
                    lu_keras_source source)
{
    lu_keras_plan *out = p->out;

    LU_TRY(lu_buf_print(&out->cfg, "\n# %zu", out->n));
    for (size_t k = 0; k < n; k++) {
        if (layer[k] != NONE) {
            LU_TRY(lu_buf_print(&out->cfg, " %s", layer_at(p, layer[k])->name));
        }
    }
    out->source[out->n++] = source;
    return lu_buf_print(&out->cfg, "\n[%s]\n", section);
}

static lu_err begin_plain(plan *p, const char *section, size_t layer)
{
    return begin(p, section, &layer, 1, (lu_keras_source){0});
}

/* Makes the output of layer `of` the input of the section to come. */
static lu_err bring(plan *p, size_t of, const lu_keras_layer *to)
{
    size_t section = p->place[of].section;

    if (section == NONE ? p->out->n == 0 : section + 1 == p->out->n) {
        return LU_OK;
    }
    if (section == NONE) {
        return lu_keras_refuse(to, "it takes the input, which others took before");
    }
    LU_TRY(begin(p, "route", NULL, 0, (lu_keras_source){0}));
    return lu_buf_print(&p->out->cfg, "layers=-%zu\n", p->out->n - 1 - section);
}

/* The last section is the output of layer i. */
static void settle(plan *p, size_t i, lu_shape planes, bool flat)
{
    if (i != NONE) {
        p->place[i] =
            (place){.section = p->out->n - 1, .planes = planes, .flat = flat, .known = true};
    }
}

/* The one layer that takes layer i, when it is of this kind and a section can hold both. */
static size_t follower(const plan *p, size_t i, lu_keras_kind kind)
{
    const lu_keras_layer *l = layer_at(p, i);
    bool only = l->users == 1 && layer_at(p, l->user)->kind == kind;

    return only && !layer_at(p, l->user)->softmax ? l->user : NONE;
}

/* --- windows --- */

typedef struct window {
    size_t size, pad, row, column; /* a square kernel, as much padding on every side */
    size_t out[2];
} window;

/* TensorFlow's "same": rows, or columns, of padding in all. */
static size_t padding(size_t side, size_t kernel, size_t stride, bool same)
{
    size_t reach = ((side + stride - 1) / stride - 1) * stride + kernel;

    return same && reach > side ? reach - side : 0;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* A square kernel with this much padding on every side whose windows hold the layer's; false when
   they would be more or fewer. */
static bool fits(const lu_keras_layer *l, const size_t side[2], const size_t before[2], size_t pad,
                 window *w)
{
    bool fine = true;

    w->pad = pad;
    w->row = pad - before[0];
    w->column = pad - before[1];
    w->size = larger(w->row + l->kernel[0], w->column + l->kernel[1]);
    for (int d = 0; d < 2; d++) {
        size_t reach = side[d] + 2 * pad;
        fine = fine && reach >= w->size && (reach - w->size) / l->stride[d] + 1 == w->out[d];
    }
    return fine;
}

static lu_err window_of(const lu_keras_layer *l, lu_shape in, window *w)
{
    const size_t side[2] = {in.h, in.w};
    size_t before[2], least = 0;

    if (l->stride[0] != l->stride[1]) {
        return lu_keras_refuse(l, "strides differ");
    }
    for (int d = 0; d < 2; d++) {
        size_t all = padding(side[d], l->kernel[d], l->stride[d], l->same);
        if (side[d] + all < l->kernel[d]) {
            return lu_keras_refuse(l, "a window of %zu does not fit into %zu", l->kernel[d],
                                   side[d]);
        }
        w->out[d] = (side[d] + all - l->kernel[d]) / l->stride[d] + 1;
        before[d] = all / 2;
        least = larger(least, all - before[d]);
    }
    for (size_t pad = least; pad <= least + l->stride[0]; pad++) {
        if (fits(l, side, before, pad, w)) {
            return LU_OK;
        }
    }
    return lu_keras_refuse(l, "no square kernel does the same as one of %zu x %zu", l->kernel[0],
                           l->kernel[1]);
}

/* --- the kinds of layers --- */

static lu_err check_norm(const lu_keras_layer *norm, bool flat)
{
    size_t last = flat ? 1 : 3;

    return norm->axis == 0 || norm->axis == last
               ? LU_OK
               : lu_keras_refuse(norm, "axis %zu is not the last one", norm->axis);
}

/* Convolution or dense: with what follows it. */
typedef struct group {
    size_t layer[3]; /* itself, batch-norm, activation */
    lu_activation activation;
} group;

static lu_err group_of(const plan *p, size_t i, bool flat, group *g)
{
    const lu_keras_layer *l = layer_at(p, i);
    size_t last = i;

    *g = (group){.layer = {i, NONE, NONE}, .activation = l->activation};
    if (l->activation != LU_ACT_LINEAR || l->softmax) {
        return LU_OK;
    }
    if ((g->layer[1] = follower(p, last, LU_KERAS_NORM)) != NONE) {
        last = g->layer[1];
        LU_TRY(check_norm(layer_at(p, last), flat));
    }
    if ((g->layer[2] = follower(p, last, LU_KERAS_ACTIVATION)) != NONE) {
        g->activation = layer_at(p, g->layer[2])->activation;
    }
    return LU_OK;
}

static lu_err end_group(plan *p, const group *g, lu_shape planes, bool flat)
{
    const lu_keras_layer *l = layer_at(p, g->layer[0]);

    LU_TRY(lu_buf_print(&p->out->cfg, "activation=%s\n", lu_activation_name(g->activation)));
    if (l->softmax) {
        LU_TRY(begin_plain(p, "softmax", g->layer[0]));
        LU_TRY(lu_buf_print(&p->out->cfg, "groups=1\n"));
    }
    for (int k = 0; k < 3; k++) {
        settle(p, g->layer[k], planes, flat);
    }
    return LU_OK;
}

static lu_err add_conv(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    const place *in = &p->place[l->input[0]];
    lu_keras_source source = {.layer = l, .planes = in->planes};
    window w;
    group g;

    if (in->flat || l->softmax) {
        return lu_keras_refuse(l, l->softmax ? "softmax over planes" : "its input is flattened");
    }
    LU_TRY(window_of(l, in->planes, &w));
    LU_TRY(group_of(p, i, false, &g));
    LU_TRY(bring(p, l->input[0], l));
    source.norm = g.layer[1] == NONE ? NULL : layer_at(p, g.layer[1]);
    source.size = w.size;
    source.row = w.row;
    source.column = w.column;
    LU_TRY(begin(p, "convolutional", g.layer, 3, source));
    LU_TRY(lu_buf_print(&p->out->cfg,
                        "batch_normalize=%d\nfilters=%zu\nsize=%zu\nstride=%zu\npadding=%zu\n",
                        source.norm != NULL, l->units, w.size, l->stride[0], w.pad));
    return end_group(p, &g, (lu_shape){.h = w.out[0], .w = w.out[1], .c = l->units}, false);
}

static bool is_list(const place *in)
{
    return in->flat || (in->planes.h == 1 && in->planes.w == 1);
}

static lu_err add_dense(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    const place *in = &p->place[l->input[0]];
    lu_keras_source source = {.layer = l, .planes = in->planes};
    group g;

    if (!is_list(in)) {
        return lu_keras_refuse(l, "its input is not flattened");
    }
    LU_TRY(group_of(p, i, true, &g));
    LU_TRY(bring(p, l->input[0], l));
    source.norm = g.layer[1] == NONE ? NULL : layer_at(p, g.layer[1]);
    LU_TRY(begin(p, "connected", g.layer, 3, source));
    LU_TRY(lu_buf_print(&p->out->cfg, "batch_normalize=%d\noutput=%zu\n", source.norm != NULL,
                        l->units));
    return end_group(p, &g, (lu_shape){.h = 1, .w = 1, .c = l->units}, true);
}

static lu_err add_norm(plan *p, size_t i)
{
    return lu_keras_refuse(layer_at(p, i),
                           "batch-norm is brought over right after a linear convolution or dense "
                           "layer that nothing else takes");
}

static lu_err add_activation(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    const place *in = &p->place[l->input[0]];

    if (l->softmax && (in->planes.h != 1 || in->planes.w != 1)) {
        return lu_keras_refuse(l, "softmax over planes");
    }
    LU_TRY(bring(p, l->input[0], l));
    LU_TRY(begin_plain(p, l->softmax ? "softmax" : "activation", i));
    LU_TRY(l->softmax
               ? lu_buf_print(&p->out->cfg, "groups=1\n")
               : lu_buf_print(&p->out->cfg, "activation=%s\n", lu_activation_name(l->activation)));
    settle(p, i, in->planes, in->flat);
    return LU_OK;
}

static lu_err add_maxpool(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    const place *in = &p->place[l->input[0]];
    size_t rows = padding(in->planes.h, l->kernel[0], l->stride[0], l->same);
    size_t columns = padding(in->planes.w, l->kernel[1], l->stride[1], l->same);
    window w;

    if (in->flat || l->kernel[0] != l->kernel[1] || rows != columns) {
        return lu_keras_refuse(l, "the window is not square, or padded differently both ways");
    }
    LU_TRY(window_of(l, in->planes, &w));
    LU_TRY(bring(p, l->input[0], l));
    LU_TRY(begin_plain(p, "maxpool", i));
    LU_TRY(lu_buf_print(&p->out->cfg, "size=%zu\nstride=%zu\npadding=%zu\n", l->kernel[0],
                        l->stride[0], rows));
    settle(p, i, (lu_shape){.h = w.out[0], .w = w.out[1], .c = in->planes.c}, false);
    return LU_OK;
}

static lu_err add_avgpool(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    const place *in = &p->place[l->input[0]];
    bool fits = l->kernel[0] == in->planes.h && l->kernel[1] == in->planes.w;
    bool once = !l->same || (l->stride[0] >= l->kernel[0] && l->stride[1] >= l->kernel[1]);

    if (in->flat || !(l->whole || (fits && once))) {
        return lu_keras_refuse(l, "an average is brought over when it is over the whole plane");
    }
    LU_TRY(bring(p, l->input[0], l));
    LU_TRY(begin_plain(p, "avgpool", i));
    settle(p, i, (lu_shape){.h = 1, .w = 1, .c = in->planes.c}, l->whole);
    return LU_OK;
}

static lu_err add_flatten(plan *p, size_t i)
{
    p->place[i] = p->place[layer_at(p, i)->input[0]];
    p->place[i].flat = true;
    return LU_OK;
}

static lu_err add_dropout(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    const place *in = &p->place[l->input[0]];

    LU_TRY(bring(p, l->input[0], l));
    LU_TRY(begin_plain(p, "dropout", i));
    LU_TRY(lu_buf_print(&p->out->cfg, "probability=%.9g\n", l->rate));
    settle(p, i, in->planes, in->flat);
    return LU_OK;
}

/* Darknet adds an earlier section to the one before. */
static lu_err add_addition(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    size_t a = l->input[0], b = l->input[1];
    size_t layer[2] = {i, follower(p, i, LU_KERAS_ACTIVATION)};
    place at = p->place[a], other = p->place[b];
    lu_activation activation = LU_ACT_LINEAR;

    if (!lu_shape_equal(at.planes, other.planes) || at.flat != other.flat || at.section == NONE ||
        other.section == NONE) {
        return lu_keras_refuse(l, "it adds outputs of different shapes, or the input itself");
    }
    if (at.section + 1 != p->out->n) { /* the one that is not there yet, or the first, is added */
        a = b;
        other = at;
    }
    LU_TRY(bring(p, a, l));
    LU_TRY(begin(p, "shortcut", layer, 2, (lu_keras_source){0}));
    if (layer[1] != NONE) {
        activation = layer_at(p, layer[1])->activation;
    }
    LU_TRY(lu_buf_print(&p->out->cfg, "from=-%zu\nactivation=%s\n", p->out->n - 1 - other.section,
                        lu_activation_name(activation)));
    settle(p, i, at.planes, at.flat);
    settle(p, layer[1], at.planes, at.flat);
    return LU_OK;
}

/* --- the whole --- */

static lu_err add_input(plan *p, size_t i)
{
    const lu_keras_layer *l = layer_at(p, i);
    lu_shape s = l->shape;
    bool flat = s.h == 1 && s.w == 1;

    p->place[i] = (place){.section = NONE, .planes = s, .flat = flat, .known = true};
    LU_TRY(lu_buf_print(&p->out->cfg, "# From a Keras model: sections and the layers in them.\n"
                                      "[net]\nbatch=64\n"));
    return flat
               ? lu_buf_print(&p->out->cfg, "inputs=%zu\n", s.c)
               : lu_buf_print(&p->out->cfg, "height=%zu\nwidth=%zu\nchannels=%zu\n", s.h, s.w, s.c);
}

static lu_err (*const add[])(plan *p, size_t i) = {
    [LU_KERAS_INPUT] = add_input,     [LU_KERAS_CONV] = add_conv,
    [LU_KERAS_DENSE] = add_dense,     [LU_KERAS_NORM] = add_norm,
    [LU_KERAS_MAXPOOL] = add_maxpool, [LU_KERAS_ACTIVATION] = add_activation,
    [LU_KERAS_AVGPOOL] = add_avgpool, [LU_KERAS_FLATTEN] = add_flatten,
    [LU_KERAS_DROPOUT] = add_dropout, [LU_KERAS_ADD] = add_addition,
};

static lu_err add_all(plan *p)
{
    size_t n = p->m->n;
    const place *end = &p->place[n - 1];

    for (size_t i = 0; i < n; i++) {
        if (!p->place[i].known) {
            LU_TRY(add[layer_at(p, i)->kind](p, i));
        }
    }
    if (end->planes.h != 1 || end->planes.w != 1 || end->section + 1 != p->out->n) {
        return lu_keras_refuse(layer_at(p, n - 1), "the output is not a list of classes");
    }
    return LU_OK;
}

lu_err lu_keras_plan_of(const lu_keras_model *m, lu_keras_plan *out)
{
    plan p = {.m = m, .out = out};
    lu_err err;

    *out = (lu_keras_plan){0};
    err = LU_NEW(out->source, 2 * m->n + 1); /* a softmax or a route more for each */
    if (!err) {
        err = LU_NEW(p.place, m->n);
    }
    if (!err) {
        err = add_all(&p);
    }
    free(p.place);
    if (err) {
        lu_keras_plan_fini(out);
    }
    return err;
}

void lu_keras_plan_fini(lu_keras_plan *p)
{
    lu_buf_fini(&p->cfg);
    free(p->source);
    *p = (lu_keras_plan){0};
}
