/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Long short-term memory as Darknet's (src/lstm_layer.c), with x the step's input, h and s output
 * and cell of the step before, both 0 before the first:
 *
 *     i, f, o = logistic(W h + w + U x + u)    g = tanh(W h + w + U x + u)   a W, w, U, u each
 *     s' = f s + i g    h' = o tanh(s')
 *
 * Unlike there, state never outlives a sequence, and the backward pass is the derivative of these
 * formulas through all steps (Darknet's is wrong at the first and crashes on the CPU; spec engine
 * 3). What a unit and step keeps lies step after step; in a step gates, blocks of units, images,
 * lanes; but for the outputs, where all units of an image stand side by side, as a long run for the
 * products with W.
 */
#include "nets/engine/activate.h"
#include "nets/engine/op.h"

#include <string.h>

enum { GROUP = 32 }; /* images at a time: whole tiles of pixels, state in the second-level cache */

/* A product of the gates with something: its pixels, its packed weights, their gradient. */
typedef struct arm {
    size_t inputs;    /* columns of the matrix */
    size_t positions; /* of them in a block's packed weights, empty ones too */
    lu_walk walk, walk_back;
    lu_floats ahead, back;
    lu_floats sum; /* packed as `ahead`; made when needed */
} arm;

typedef struct lstm {
    size_t steps, units, blocks;
    size_t line;  /* floats of a block of all images */
    size_t plane; /* of all blocks: of one gate and step */
    arm self, input;
    lu_floats bias; /* gates, units: both sorts together */
    lu_floats gate, slope, cell, tanh, out;
    lu_floats dh, carry; /* one step's */
    double *bias_sum;    /* as bias; owned */
    bool all;            /* every step is read, not only the last */
} lstm;

/* --- making --- */

static lu_err walk_init(lu_walk *w, size_t pixels, size_t src, size_t dst, size_t run)
{
    *w = (lu_walk){.pixels = pixels, .step = src, .taps = 1, .run = run};
    LU_TRY(LU_NEW(w->src, pixels));
    LU_TRY(LU_NEW(w->dst, pixels));
    LU_TRY(LU_NEW(w->tap, 1));
    for (size_t i = 0; i < pixels; i++) {
        w->src[i] = (uint32_t)(i * src);
        w->dst[i] = (uint32_t)(i * dst);
    }
    return LU_OK;
}

static void walk_fini(lu_walk *w)
{
    free(w->src);
    free(w->dst);
    free(w->tap);
}

/* src, dst: floats from image to image there, and where their gradients go. */
static lu_err arm_init(arm *a, const lstm *l, size_t lanes, size_t pixels, size_t src, size_t run,
                       size_t dst_blocks, size_t dst)
{
    LU_TRY(walk_init(&a->walk, pixels, src, lanes, run));
    LU_TRY(walk_init(&a->walk_back, pixels, lanes, dst, lanes));
    LU_TRY(lu_floats_new(LU_GATES * l->blocks * a->positions * lanes, &a->ahead));
    return lu_floats_new(dst_blocks * LU_GATES * l->blocks * lanes * lanes, &a->back);
}

static void arm_fini(arm *a)
{
    walk_fini(&a->walk);
    walk_fini(&a->walk_back);
    lu_floats_free(&a->ahead);
    lu_floats_free(&a->back);
    lu_floats_free(&a->sum);
}

static lu_err make_arms(const lu_plan *p, const lu_op *op, lstm *l)
{
    const lu_tensor *in = op->in, *to = op->in_grad;
    size_t lanes = p->kernels->lanes, run = in->lanes;

    l->self.inputs = l->units;
    l->self.positions = l->blocks * lanes;
    LU_TRY(arm_init(&l->self, l, lanes, p->batch, l->self.positions, l->self.positions, l->blocks,
                    lanes));
    l->input.inputs = in->shape.c;
    l->input.positions = in->blocks * run;
    return arm_init(&l->input, l, lanes, p->batch, in->image, run, to->blocks, to->image);
}

static lu_err make_state(const lu_plan *p, lstm *l)
{
    size_t all = l->steps * l->plane;

    LU_TRY(lu_floats_new(LU_GATES * l->plane, &l->bias));
    LU_TRY(lu_floats_new(LU_GATES * all, &l->gate));
    LU_TRY(lu_floats_new(LU_GATES * all, &l->slope));
    LU_TRY(lu_floats_new(all, &l->cell));
    LU_TRY(lu_floats_new(all, &l->tanh));
    LU_TRY(lu_floats_new(all, &l->out));
    LU_TRY(lu_floats_new(l->plane, &l->dh));
    LU_TRY(lu_floats_new(l->plane, &l->carry));
    return LU_NEW(l->bias_sum, LU_GATES * l->blocks * p->kernels->lanes);
}

static lu_err prepare(lu_plan *p, lu_op *op)
{
    lstm *l;

    LU_TRY(LU_NEW(l, 1));
    op->own = l;
    l->steps = op->section->steps;
    l->units = op->section->out.c;
    l->blocks = op->out->blocks;
    l->line = p->batch * p->kernels->lanes;
    l->plane = l->blocks * l->line;
    l->all = op->out->shape.h > 1;
    if (!p->norms) {
        op->group = GROUP;
    }
    LU_TRY(make_arms(p, op, l));
    return make_state(p, l);
}

static void release(lu_op *op)
{
    lstm *l = op->own;
    lu_floats *floats[] = {&l->bias, &l->gate, &l->slope, &l->cell,
                           &l->tanh, &l->out,  &l->dh,    &l->carry};

    arm_fini(&l->self);
    arm_fini(&l->input);
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        lu_floats_free(floats[i]);
    }
    free(l->bias_sum);
    free(l);
}

/* --- packing: rows of a matrix are units, gate after gate --- */

/* The matrix row of a block's lane; false beyond the last unit. */
static bool row_of(const lstm *l, size_t block, size_t lane, size_t lanes, size_t *row)
{
    size_t unit = block % l->blocks * lanes + lane;

    *row = block / l->blocks * l->units + unit;
    return unit < l->units;
}

/* packed[block][column][lane] from w, or added to w. */
static void pack_ahead(const lstm *l, const arm *a, size_t lanes, float *w, float *packed, bool add)
{
    size_t row;

    for (size_t b = 0; b < LU_GATES * l->blocks; b++) {
        for (size_t k = 0; k < lanes; k++) {
            float *at = packed + b * a->positions * lanes + k;
            for (size_t c = 0; row_of(l, b, k, lanes, &row) && c < a->inputs; c++, at += lanes) {
                if (add) {
                    w[row * a->inputs + c] += *at;
                } else {
                    *at = w[row * a->inputs + c];
                }
            }
        }
    }
}

/* packed[block of columns][row][lane] */
static void pack_back(const lstm *l, const arm *a, size_t lanes, const float *w)
{
    size_t rows = LU_GATES * l->blocks * lanes, row;

    for (size_t i = 0; i < rows; i++) {
        if (row_of(l, i / lanes, i % lanes, lanes, &row)) {
            for (size_t c = 0; c < a->inputs; c++) {
                a->back.at[(c / lanes * rows + i) * lanes + c % lanes] = w[row * a->inputs + c];
            }
        }
    }
}

static void pack(lu_plan *p, lu_op *op)
{
    lstm *l = op->own;
    const lu_section_params *w = &p->weights.param[op->index];
    size_t lanes = p->kernels->lanes, tensor[2], row;

    lu_section_tensors(op->section, tensor);
    pack_ahead(l, &l->self, lanes, w->weights, l->self.ahead.at, false);
    pack_ahead(l, &l->input, lanes, w->weights + tensor[0], l->input.ahead.at, false);
    pack_back(l, &l->self, lanes, w->weights);
    pack_back(l, &l->input, lanes, w->weights + tensor[0]);
    for (size_t i = 0; i < LU_GATES * l->blocks * lanes; i++) {
        if (row_of(l, i / lanes, i % lanes, lanes, &row)) {
            l->bias.at[i] = w->biases[row] + w->biases[LU_GATES * l->units + row];
        }
    }
}

/* --- running --- */

static lu_field blocks_of(const lu_plan *p, const lstm *l, const lu_floats *v, size_t gates,
                          size_t step, lu_images b)
{
    size_t size = gates * l->plane;

    return (lu_field){v->at + step * size + b.first * p->kernels->lanes, size, l->line};
}

/* The outputs of steps from `step` on. */
static lu_field outputs_of(const lstm *l, size_t step, lu_images b)
{
    size_t positions = l->self.positions;

    return (lu_field){l->out.at + step * l->plane + b.first * positions, l->plane, 0};
}

static lu_field tensor_of(const lu_tensor *t, float *at, lu_images b)
{
    return (lu_field){at + b.first * t->image, t->row, t->block};
}

/* gates = bias + U x, for all steps at once */
static void take_input(lu_plan *p, lu_op *op, lu_images b)
{
    lstm *l = op->own;
    lu_walk walk = l->input.walk;
    lu_convolve q = {.walk = &walk, .images = l->steps, .out_blocks = LU_GATES * l->blocks};

    walk.pixels = b.n;
    q.src = tensor_of(op->in, op->in->v.at, b);
    q.dst = blocks_of(p, l, &l->gate, LU_GATES, 0, b);
    q.in_blocks = op->in->blocks;
    q.weights = l->input.ahead.at;
    q.bias = l->bias.at;
    p->kernels->convolve(&q);
}

/* gates += W h, of one step */
static void take_self(lu_plan *p, lstm *l, size_t step, lu_images b)
{
    lu_walk walk = l->self.walk;
    lu_convolve q = {.walk = &walk, .images = 1, .out_blocks = LU_GATES * l->blocks};

    walk.pixels = b.n;
    q.src = outputs_of(l, step - 1, b);
    q.dst = blocks_of(p, l, &l->gate, LU_GATES, step, b);
    q.in_blocks = 1;
    q.weights = l->self.ahead.at;
    q.end.plus = q.dst.at;
    p->kernels->convolve(&q);
}

static void run_cells(lu_plan *p, lstm *l, size_t step, lu_images b)
{
    size_t lanes = p->kernels->lanes;
    lu_field gate = blocks_of(p, l, &l->gate, LU_GATES, step, b);
    lu_field out = outputs_of(l, step, b);
    lu_cell c = {.n = b.n, .step = l->self.positions};

    for (size_t k = 0; k < l->blocks; k++) {
        size_t at = step * l->plane + k * l->line + b.first * lanes;
        for (size_t g = 0; g < LU_GATES; g++) {
            c.gate[g] = gate.at + g * l->plane + k * l->line;
        }
        c.before = step ? l->cell.at + at - l->plane : NULL;
        c.cell = l->cell.at + at;
        c.tanh = l->tanh.at + at;
        c.out = out.at + k * lanes;
        p->kernels->cell(&c);
    }
}

/* The outputs to the section's tensor: one row a step, or the last. */
static void hand_out(const lu_plan *p, lu_op *op, lu_images b)
{
    lstm *l = op->own;
    size_t lanes = p->kernels->lanes, rows = op->out->shape.h, first = l->steps - rows;

    for (size_t i = 0; i < b.n; i++) {
        for (size_t k = 0; k < l->blocks; k++) {
            float *to = op->out->v.at + lu_tensor_at(op->out, b.first + i, k, 0, 0);
            for (size_t r = 0; r < rows; r++, to += op->out->row) {
                const float *from = outputs_of(l, first + r, b).at + i * l->self.positions;
                memcpy(to, from + k * lanes, lanes * sizeof *to);
            }
        }
    }
}

static void forward(lu_plan *p, lu_op *op, lu_images b)
{
    lstm *l = op->own;

    take_input(p, op, b);
    for (size_t t = 0; t < l->steps; t++) {
        if (t > 0) {
            take_self(p, l, t, b);
        }
        run_cells(p, l, t, b);
    }
    hand_out(p, op, b);
}

/* --- backward --- */

/* dh = what later sections want of this step, added to what is there */
static void take_wanted(const lu_plan *p, lu_op *op, size_t step, lu_images b)
{
    lstm *l = op->own;
    size_t lanes = p->kernels->lanes;

    if (!l->all && step + 1 < l->steps) {
        return;
    }
    for (size_t k = 0; k < l->blocks; k++) {
        for (size_t i = b.first; i < b.first + b.n; i++) {
            float *to = l->dh.at + k * l->line + i * lanes;
            const float *from = op->out->g.at + lu_tensor_at(op->out, i, k, l->all ? step : 0, 0);
            p->kernels->add(to, to, from, lanes, false);
        }
    }
}

/* dh = W' slope, of the step after */
static void pass_to_self(lu_plan *p, lstm *l, size_t step, lu_images b)
{
    lu_walk walk = l->self.walk_back;
    lu_convolve q = {.walk = &walk, .images = 1, .out_blocks = l->blocks};

    walk.pixels = b.n;
    q.src = blocks_of(p, l, &l->slope, LU_GATES, step + 1, b);
    q.dst = blocks_of(p, l, &l->dh, 1, 0, b);
    q.in_blocks = LU_GATES * l->blocks;
    q.weights = l->self.back.at;
    p->kernels->convolve(&q);
}

static void run_cells_back(lu_plan *p, lstm *l, size_t step, lu_images b)
{
    size_t lanes = p->kernels->lanes;
    lu_field gate = blocks_of(p, l, &l->gate, LU_GATES, step, b);
    lu_field slope = blocks_of(p, l, &l->slope, LU_GATES, step, b);
    lu_cell_back c = {.n = b.n};

    for (size_t k = 0; k < l->blocks; k++) {
        size_t here = k * l->line + b.first * lanes, at = step * l->plane + here;
        for (size_t g = 0; g < LU_GATES; g++) {
            c.gate[g] = gate.at + g * l->plane + k * l->line;
            c.slope[g] = slope.at + g * l->plane + k * l->line;
        }
        c.before = step ? l->cell.at + at - l->plane : NULL;
        c.tanh = l->tanh.at + at;
        c.out = l->dh.at + here;
        c.carry = l->carry.at + here;
        p->kernels->cell_back(&c);
    }
}

static void clear_step(const lu_plan *p, lstm *l, lu_images b)
{
    size_t lanes = p->kernels->lanes;

    for (size_t k = 0; k < l->blocks; k++) {
        size_t at = k * l->line + b.first * lanes;
        memset(l->dh.at + at, 0, b.n * lanes * sizeof(float));
        memset(l->carry.at + at, 0, b.n * lanes * sizeof(float));
    }
}

/* The gradients before the activations of all gates and steps. */
static void find_slopes(lu_plan *p, lu_op *op, lu_images b)
{
    lstm *l = op->own;

    clear_step(p, l, b);
    for (size_t t = l->steps; t-- > 0;) {
        if (t + 1 < l->steps) {
            pass_to_self(p, l, t, b);
        }
        take_wanted(p, op, t, b);
        run_cells_back(p, l, t, b);
    }
}

/* dx = U' slope, for all steps at once */
static void backward(lu_plan *p, lu_op *op, lu_images b)
{
    lstm *l = op->own;
    lu_walk walk = l->input.walk_back;
    lu_convolve q = {.walk = &walk, .images = l->steps, .out_blocks = op->in_grad->blocks};

    walk.pixels = b.n;
    q.src = blocks_of(p, l, &l->slope, LU_GATES, 0, b);
    q.dst = tensor_of(op->in_grad, op->in_grad->g.at, b);
    q.in_blocks = LU_GATES * l->blocks;
    q.weights = l->input.back.at;
    p->kernels->convolve(&q);
}

/* --- the weights' gradients --- */

static lu_err weights_prepare(lu_plan *p, lu_op *op)
{
    lstm *l = op->own;
    size_t rows = LU_GATES * l->blocks * p->kernels->lanes;

    LU_TRY(lu_floats_new(rows * l->self.positions, &l->self.sum));
    return lu_floats_new(rows * l->input.positions, &l->input.sum);
}

/* a->sum += slope x' over steps from..steps-1, x what `src` holds for each of them */
static void sum_products(lu_plan *p, const lstm *l, const arm *a, lu_field src, size_t in_blocks,
                         size_t from, lu_images b)
{
    lu_walk walk = a->walk;
    lu_correlate q = {.walk = &walk, .images = l->steps - from, .src = src};

    walk.pixels = b.n;
    q.dst = blocks_of(p, l, &l->slope, LU_GATES, from, b);
    q.out_blocks = LU_GATES * l->blocks;
    q.in_blocks = in_blocks;
    q.weights = a->sum.at;
    p->kernels->correlate(&q);
}

static void weights(lu_plan *p, lu_op *op, lu_images b)
{
    lstm *l = op->own;
    size_t lanes = p->kernels->lanes;
    double part[LU_LANES_MAX];

    sum_products(p, l, &l->input, tensor_of(op->in, op->in->v.at, b), op->in->blocks, 0, b);
    sum_products(p, l, &l->self, outputs_of(l, 0, b), 1, 1, b);
    for (size_t t = 0; t < l->steps; t++) {
        lu_field slope = blocks_of(p, l, &l->slope, LU_GATES, t, b);
        for (size_t k = 0; k < LU_GATES * l->blocks; k++) {
            p->kernels->sum(part, slope.at + k * l->line, b.n);
            for (size_t i = 0; i < lanes; i++) {
                l->bias_sum[k * lanes + i] += part[i];
            }
        }
    }
}

static void weights_done(lu_plan *p, lu_op *op, lu_section_params *grad)
{
    lstm *l = op->own;
    size_t lanes = p->kernels->lanes, rows = LU_GATES * l->blocks * lanes, tensor[2], row;

    lu_section_tensors(op->section, tensor);
    pack_ahead(l, &l->self, lanes, grad->weights, l->self.sum.at, true);
    pack_ahead(l, &l->input, lanes, grad->weights + tensor[0], l->input.sum.at, true);
    for (size_t i = 0; i < rows; i++) {
        if (row_of(l, i / lanes, i % lanes, lanes, &row)) {
            grad->biases[row] += (float)l->bias_sum[i];
            grad->biases[LU_GATES * l->units + row] += (float)l->bias_sum[i];
        }
    }
    memset(l->bias_sum, 0, rows * sizeof *l->bias_sum);
    memset(l->self.sum.at, 0, rows * l->self.positions * sizeof(float));
    memset(l->input.sum.at, 0, rows * l->input.positions * sizeof(float));
}

const lu_op_kind lu_op_lstm = {.prepare = prepare,
                               .release = release,
                               .pack = pack,
                               .forward = forward,
                               .slopes = find_slopes,
                               .backward = backward,
                               .weights_prepare = weights_prepare,
                               .weights = weights,
                               .weights_done = weights_done};
