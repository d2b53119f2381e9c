/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan run backward. */
#include "nets/engine/activate.h"
#include "nets/engine/norm.h"
#include "nets/engine/plan.h"

/* The sections whose outputs a section reads, SIZE_MAX for the plan's input, in the order in which
   its backward writes their gradients. */
static size_t sources_of(const lu_op *op, size_t *source)
{
    const lu_section *s = op->section;

    source[0] = op->index ? op->index - 1 : SIZE_MAX;
    if (s->type == LU_SHORTCUT) {
        source[1] = s->source[0];
        return 2;
    }
    for (size_t k = 0; s->type == LU_ROUTE && k < s->sources; k++) {
        source[k] = s->source[k];
    }
    return s->type == LU_ROUTE ? s->sources : 1;
}

/* --- shortcuts whose gradients need not be copied --- */

static bool same_layout(const lu_tensor *a, const lu_tensor *b)
{
    return lu_shape_equal(a->shape, b->shape) && a->halo == b->halo;
}

static size_t readers_of(const lu_plan *p, size_t tensor)
{
    size_t n = 0;

    for (size_t i = tensor + 1; i < p->net.n; i++) {
        size_t source[LU_ROUTES_MAX], sources = sources_of(&p->op[i], source);
        for (size_t k = 0; k < sources; k++) {
            n += source[k] == tensor;
        }
    }
    return n;
}

static bool is_chain(const lu_plan *p, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        if (p->op[i].section->type == LU_SHORTCUT || p->op[i].section->type == LU_ROUTE) {
            return false;
        }
    }
    return true;
}

/* What a shortcut passes to the section before it is its own gradient, unchanged when that has no
   activation; the source's reader can add it while writing its own share. */
static void ease_shortcut(lu_plan *p, size_t i)
{
    lu_tensor *out = &p->tensor[i], *before = &p->tensor[i - 1];
    size_t from = p->op[i].section->source[0];
    lu_op *reader = &p->op[from + 1];

    if (p->op[i - 1].section->activation == LU_ACT_LINEAR && p->op[i - 1].norm == NULL &&
        same_layout(before, out) && p->op[i - 1].kind == &lu_op_convolution &&
        readers_of(p, i - 1) == 1) {
        lu_floats_free(&before->g);
        before->g.at = out->g.at;
    }
    if (from + 1 < i && reader->kind == &lu_op_convolution && readers_of(p, from) == 2 &&
        same_layout(&p->tensor[from], out) && is_chain(p, from + 1, i)) {
        reader->lender = out;
        p->op[i].lends = true;
    }
}

void lu_plan_ease(lu_plan *p)
{
    for (size_t i = 1; i < p->net.n; i++) {
        if (p->net.section[i].type == LU_SHORTCUT) {
            ease_shortcut(p, i);
        }
    }
}

/* --- seeds in, gradients out --- */

static void seed_tensor(lu_plan *p, const lu_tensor *t, const float *seed)
{
    float share = 1.0f / (float)(t->shape.h * t->shape.w);

    for (lu_rows r = lu_rows_of(t, (lu_images){0, p->images}); lu_rows_next(&r);) {
        size_t image = r.at / t->image, base = r.at % t->image / t->block * t->lanes;
        size_t n = t->shape.c - base < t->lanes ? t->shape.c - base : t->lanes;
        const float *from = seed + image * t->shape.c + base;
        for (size_t i = 0; i < r.n; i += t->lanes) {
            for (size_t l = 0; l < n; l++) {
                t->g.at[r.at + i + l] = from[l] * share;
            }
        }
    }
}

static void store_gradient(const lu_plan *p, float *grad, size_t n)
{
    const lu_tensor *t = &p->input_grad;
    lu_shape s = t->shape;

    for (size_t b = 0; b < n; b++) {
        for (size_t y = 0; y < s.h; y++, grad += s.w * s.c) {
            for (size_t c = 0; c < s.c; c++) {
                const float *from = t->g.at + lu_tensor_channel(t, b, c, y, 0);
                for (size_t i = 0; i < s.w; i++) {
                    grad[i * s.c + c] = from[i * t->lanes];
                }
            }
        }
    }
}

/* --- first who writes what --- */

/* Can its backward multiply with the derivative of relu, given that it is the last to write? What
   a maximum passes back to a gradient that has others' shares is only its own. */
static bool can_mask(const lu_op *op)
{
    return op->kind == &lu_op_convolution || (op->kind == &lu_op_maxpool && !op->adds[0]);
}

static void find_order(lu_plan *p, size_t layer)
{
    for (size_t i = 0; i < p->net.n; i++) {
        p->op[i].live = i == layer;
        p->op[i].masked = p->op[i].masks = false;
    }
    for (size_t i = layer + 1; i-- > 0;) {
        lu_op *op = &p->op[i];
        size_t source[LU_ROUTES_MAX], n = sources_of(op, source);
        for (size_t k = 0; op->live && k < n; k++) {
            op->adds[k] = source[k] != SIZE_MAX && p->op[source[k]].live;
            if (source[k] != SIZE_MAX) {
                p->op[source[k]].live = true;
            }
        }
        if (op->live && i > 0 && can_mask(op) && op[-1].section->activation == LU_ACT_RELU) {
            op->masks = op[-1].masked = true;
        }
    }
}

typedef struct backward_work {
    lu_weights *weights; /* gradients wanted, or NULL */
    bool input;          /* is the images' wanted? */
    size_t first_trained;
} backward_work;

static void back_through(lu_plan *p, lu_op *op, const backward_work *w, lu_images b)
{
    bool head = op->section->type == LU_SOFTMAX || op->section->type == LU_LOGISTIC;

    if (!op->live) {
        return;
    }
    if (!head && !op->masked) {
        lu_activate_back(p, op->section->activation, op->out, b);
    }
    if (op->norm != NULL) {
        bool learns = w->weights && op->index >= w->first_trained;
        lu_norm_backward(p, op, b, learns ? &w->weights->param[op->index] : NULL);
    }
    if (op->kind->slopes) {
        op->kind->slopes(p, op, b);
    }
    if (w->weights && op->kind->weights && op->index >= w->first_trained) {
        op->kind->weights(p, op, b);
    }
    if (w->input || op->index > w->first_trained) {
        op->kind->backward(p, op, b);
    }
}

static void hand_over(lu_plan *p, size_t layer, size_t first, lu_weights *weights)
{
    for (size_t i = first; i <= layer; i++) {
        if (p->op[i].live && p->op[i].kind->weights_done) {
            p->op[i].kind->weights_done(p, &p->op[i], &weights->param[i]);
        }
    }
}

void lu_plan_backward(lu_plan *p, size_t layer, const float *seed, float *grad, lu_weights *weights,
                      size_t first_trained)
{
    backward_work w = {weights, grad != NULL, first_trained};

    find_order(p, layer);
    seed_tensor(p, &p->tensor[layer], seed);
    for (size_t end = layer + 1, i; end > 0; end = i) {
        size_t group = p->op[end - 1].group;
        for (i = end; i > 0 && p->op[i - 1].group == group;) {
            i--;
        }
        for (size_t b = 0; b < p->images; b += group) {
            for (size_t k = end; k-- > i;) {
                back_through(p, &p->op[k], &w, lu_images_part(b, group, p->images));
            }
        }
    }
    if (weights != NULL) {
        hand_over(p, layer, first_trained, weights);
    }
    if (grad != NULL) {
        store_gradient(p, grad, p->images);
    }
}
