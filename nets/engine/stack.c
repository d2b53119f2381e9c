/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/stack.h"

#include <math.h>
#include <string.h>

/* --- making --- */

static lu_err check_sections(const lu_net *net)
{
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        if (s->type != LU_CONVOLUTIONAL && s->type != LU_CONNECTED) {
            return lu_fail(LU_ERR_CANNOT, "section %zu [%s] cannot stand in a stack", i,
                           lu_section_name(s->type));
        }
    }
    return LU_OK;
}

static void draw(lu_stack *s, lu_rng *rng)
{
    for (size_t i = 0; i < s->net.n; i++) {
        const lu_section *section = &s->net.section[i];
        lu_section_params *p = &s->weights.param[i];
        double bound = 1 / sqrt((double)lu_fan_in(section));
        for (size_t j = 0; j < section->n_weights; j++) {
            p->weights[j] = (float)lu_rng_between(rng, -bound, bound);
        }
        for (size_t j = 0; j < section->n_biases; j++) {
            p->biases[j] = section->batch_normalize ? 0 : (float)lu_rng_between(rng, -bound, bound);
            if (section->batch_normalize) {
                p->scales[j] = p->variance[j] = 1;
            }
        }
    }
}

static lu_err make_buffers(lu_stack *s)
{
    size_t inputs = lu_shape_size(s->net.input), unfolded = 1;

    LU_TRY(LU_NEW(s->value, s->net.n));
    LU_TRY(LU_NEW(s->slope, s->net.n));
    LU_TRY(LU_NEW(s->normal, s->net.n));
    LU_TRY(LU_NEW(s->spread, s->net.n));
    LU_TRY(LU_NEW(s->input, s->batch * inputs));
    LU_TRY(LU_NEW(s->input_slope, s->batch * inputs));
    for (size_t i = 0; i < s->net.n; i++) {
        const lu_section *section = &s->net.section[i];
        size_t floats = s->batch * lu_shape_size(section->out);
        size_t col = lu_fan_in(section) * section->out.h * section->out.w;
        LU_TRY(LU_NEW(s->value[i], floats));
        LU_TRY(LU_NEW(s->slope[i], floats));
        if (section->batch_normalize) {
            LU_TRY(LU_NEW(s->normal[i], floats));
            LU_TRY(LU_NEW(s->spread[i], section->n_biases));
        }
        unfolded = col > unfolded ? col : unfolded;
    }
    return LU_NEW(s->col, 2 * unfolded);
}

static lu_err build(lu_stack *s, const lu_net *net, lu_rng *rng)
{
    s->net = *net;
    LU_TRY(LU_NEW(s->net.section, net->n));
    memcpy(s->net.section, net->section, net->n * sizeof *net->section);
    LU_TRY(lu_weights_alloc(&s->net, &s->weights));
    LU_TRY(lu_weights_alloc(&s->net, &s->grad));
    LU_TRY(lu_weights_alloc(&s->net, &s->m));
    LU_TRY(lu_weights_alloc(&s->net, &s->v));
    draw(s, rng);
    return make_buffers(s);
}

lu_err lu_stack_new(lu_stack **out, const lu_net *net, size_t batch, lu_rng *rng)
{
    lu_stack *s;
    lu_err err;

    *out = NULL;
    LU_TRY(check_sections(net));
    LU_TRY(LU_NEW(s, 1));
    s->batch = batch;
    err = build(s, net, rng);
    if (err) {
        lu_stack_free(&s);
        return err;
    }
    *out = s;
    return LU_OK;
}

static void free_list(float **list, size_t n)
{
    for (size_t i = 0; list != NULL && i < n; i++) {
        free(list[i]);
    }
    free(list);
}

void lu_stack_free(lu_stack **stack)
{
    lu_stack *s = *stack;

    if (s == NULL) {
        return;
    }
    free_list(s->value, s->net.n);
    free_list(s->slope, s->net.n);
    free_list(s->normal, s->net.n);
    free_list(s->spread, s->net.n);
    free(s->input);
    free(s->input_slope);
    free(s->col);
    lu_weights_fini(&s->weights);
    lu_weights_fini(&s->grad);
    lu_weights_fini(&s->m);
    lu_weights_fini(&s->v);
    lu_net_fini(&s->net);
    free(s);
    *stack = NULL;
}

/* --- running --- */

const float *lu_stack_forward(lu_stack *s, const float *x, size_t n, bool training)
{
    const float *in = s->input;

    memcpy(s->input, x, n * lu_shape_size(s->net.input) * sizeof *x);
    s->images = n;
    s->training = training;
    for (size_t i = 0; i < s->net.n; i++) {
        lu_stack_section(s, i, in);
        in = s->value[i];
    }
    return in;
}

const float *lu_stack_backward(lu_stack *s, const float *seed, bool learn)
{
    size_t last = s->net.n - 1;

    memcpy(s->slope[last], seed,
           s->images * lu_shape_size(s->net.section[last].out) * sizeof *seed);
    for (size_t i = s->net.n; i-- > 0;) {
        const float *in = i ? s->value[i - 1] : s->input;
        float *slope = i ? s->slope[i - 1] : s->input_slope;
        lu_stack_section_back(s, i, in, learn, slope);
    }
    return s->input_slope;
}

/* The running statistics have gradient 0 and so stay. */
void lu_stack_step(lu_stack *s, double rate)
{
    const float b1 = 0.5f, b2 = 0.999f, eps = 1e-8f;
    double t = (double)++s->steps;
    float now = (float)(rate * sqrt(1 - pow(b2, t)) / (1 - pow(b1, t)));

    for (size_t i = 0; i < s->weights.count; i++) {
        float g = s->grad.block[i];
        s->m.block[i] = b1 * s->m.block[i] + (1 - b1) * g;
        s->v.block[i] = b2 * s->v.block[i] + (1 - b2) * (g * g);
        s->weights.block[i] -= now * s->m.block[i] / (sqrtf(s->v.block[i]) + eps);
    }
    memset(s->grad.block, 0, s->grad.count * sizeof *s->grad.block);
}

/* --- state --- */

lu_err lu_stack_save(const lu_stack *s, lu_buf *out)
{
    const size_t len = s->weights.count * sizeof(float);
    uint64_t steps = s->steps;

    LU_TRY(lu_buf_add(out, &steps, sizeof steps));
    LU_TRY(lu_buf_add(out, s->weights.block, len));
    LU_TRY(lu_buf_add(out, s->m.block, len));
    return lu_buf_add(out, s->v.block, len);
}

lu_err lu_stack_load(lu_stack *s, const uint8_t *data, size_t len)
{
    const size_t part = s->weights.count * sizeof(float);
    uint64_t steps;

    if (len != sizeof steps + 3 * part) {
        return lu_fail(LU_ERR_INPUT, "the saved state of a network has the wrong length");
    }
    memcpy(&steps, data, sizeof steps);
    s->steps = steps;
    data += sizeof steps;
    memcpy(s->weights.block, data, part);
    memcpy(s->m.block, data + part, part);
    memcpy(s->v.block, data + 2 * part, part);
    return LU_OK;
}
