/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoder and discriminator: their layers, and stacks as trainees. */
#include "nets/engine/mark_nets.h"
#include "nets/engine/stack.h"

#include <string.h>

/* --- layers --- */

enum { LAYERS_MAX = 8, PRE = 3 /* feature maps each of image and logo */ };

static lu_section *add_section(lu_net *net, lu_section_type type, lu_shape out, lu_activation a)
{
    lu_section *s = &net->section[net->n];

    s->type = type;
    s->in = net->n ? s[-1].out : net->input;
    s->out = out;
    s->activation = a;
    s->groups = 1;
    s->n_biases = out.c;
    s->n_weights = out.c * lu_shape_size(s->in);
    net->n++;
    return s;
}

/* Kernel 3, stride 1, padding 1; or 4, 2, 1, which halves the sides. */
static lu_section *add_convolution(lu_net *net, size_t filters, bool halve, bool norm,
                                   lu_activation a)
{
    lu_shape in = net->n ? net->section[net->n - 1].out : net->input;
    size_t size = halve ? 4 : 3, stride = halve ? 2 : 1;
    lu_shape out = {(in.h + 2 - size) / stride + 1, (in.w + 2 - size) / stride + 1, filters};
    lu_section *s = add_section(net, LU_CONVOLUTIONAL, out, a);

    s->size = size;
    s->stride = stride;
    s->pad = 1;
    s->batch_normalize = norm;
    s->n_weights = filters * in.c * size * size;
    return s;
}

static void group(lu_section *s, size_t groups)
{
    s->groups = groups;
    s->n_weights /= groups;
}

static lu_err begin(lu_shape input, lu_net *net)
{
    *net = (lu_net){.input = input};
    return LU_NEW(net->section, LAYERS_MAX);
}

/* What strict reading of a .weights file wants to know. */
static void end(lu_net *net)
{
    for (size_t i = 0; i < net->n; i++) {
        const lu_section *s = &net->section[i];
        net->parameters += s->n_weights + s->n_biases * (s->batch_normalize ? 4 : 1);
    }
}

lu_err lu_encoder_net(lu_shape image, size_t width, lu_net *out)
{
    LU_TRY(begin((lu_shape){image.h, image.w, 2 * image.c}, out));
    group(add_convolution(out, (size_t)2 * PRE, false, true, LU_ACT_LEAKY), 2);
    group(add_convolution(out, (size_t)2 * PRE, false, true, LU_ACT_LEAKY), 2);
    for (int i = 0; i < 3; i++) {
        add_convolution(out, width, false, true, LU_ACT_RELIE);
    }
    add_convolution(out, image.c, false, false, LU_ACT_TANH);
    end(out);
    return LU_OK;
}

lu_err lu_discriminator_net(lu_shape image, lu_net *out)
{
    static const size_t filters[] = {8, 16, 32, 16, 8, 3};

    LU_TRY(begin(image, out));
    if (image.c == 1 || image.h < 4 || image.w < 4) {
        add_section(out, LU_CONNECTED, (lu_shape){1, 1, 64}, LU_ACT_LEAKY);
        add_section(out, LU_CONNECTED, (lu_shape){1, 1, 32}, LU_ACT_LEAKY);
    } else {
        for (size_t i = 0; i < 6; i++) {
            add_convolution(out, filters[i], i == 0 || i == 5, true, LU_ACT_RELU);
        }
    }
    add_section(out, LU_CONNECTED, (lu_shape){1, 1, 1}, LU_ACT_LINEAR);
    end(out);
    return LU_OK;
}

/* --- a stack as trainee --- */

typedef struct stack_trainee {
    lu_trainee base;
    lu_stack *stack;
    lu_shape out;
    float *turned; /* one batch of the larger of input and output; owned */
} stack_trainee;

/* n images H x W x C to C x H x W, or back. */
static void turn(const float *from, size_t n, lu_shape s, bool to_planes, float *to)
{
    size_t pixels = s.h * s.w;

    for (size_t b = 0; b < n; b++, from += pixels * s.c, to += pixels * s.c) {
        for (size_t c = 0; c < s.c; c++) {
            for (size_t i = 0; i < pixels; i++) {
                size_t plane = c * pixels + i, pixel = i * s.c + c;
                to[to_planes ? plane : pixel] = from[to_planes ? pixel : plane];
            }
        }
    }
}

static lu_err stack_forward(lu_trainee *base, const float *x, size_t n, bool training, float *out)
{
    stack_trainee *t = (stack_trainee *)base;

    turn(x, n, base->input, true, t->turned);
    turn(lu_stack_forward(t->stack, t->turned, n, training), n, t->out, false, out);
    return LU_OK;
}

static lu_err stack_backward(lu_trainee *base, const float *seed, bool learn, float *grad)
{
    stack_trainee *t = (stack_trainee *)base;
    const float *slope;

    turn(seed, t->stack->images, t->out, true, t->turned);
    slope = lu_stack_backward(t->stack, t->turned, learn);
    if (grad != NULL) {
        turn(slope, t->stack->images, base->input, false, grad);
    }
    return LU_OK;
}

static lu_err stack_step(lu_trainee *base, double rate)
{
    lu_stack_step(((stack_trainee *)base)->stack, rate);
    return LU_OK;
}

static lu_err stack_save(lu_trainee *base, lu_buf *out)
{
    return lu_stack_save(((stack_trainee *)base)->stack, out);
}

static lu_err stack_load(lu_trainee *base, const uint8_t *data, size_t len)
{
    return lu_stack_load(((stack_trainee *)base)->stack, data, len);
}

static void stack_close(lu_trainee *base)
{
    stack_trainee *t = (stack_trainee *)base;

    lu_stack_free(&t->stack);
    free(t->turned);
    free(t);
}

static const lu_trainee_ops stack_ops = {stack_forward, stack_backward, stack_step,
                                         stack_save,    stack_load,     stack_close};

lu_err lu_stack_trainee(const lu_net *net, size_t batch, uint64_t seed, const char *purpose,
                        lu_trainee **out)
{
    size_t inputs = lu_shape_size(net->input), outputs;
    stack_trainee *t;
    lu_rng *rng = NULL;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(t, 1));
    t->out = net->section[net->n - 1].out;
    outputs = lu_shape_size(t->out);
    t->base = (lu_trainee){&stack_ops, net->input, outputs, batch};
    err = LU_NEW(t->turned, batch * (inputs > outputs ? inputs : outputs));
    if (!err) {
        err = lu_rng_new(&rng, seed, purpose, 0);
    }
    if (!err) {
        err = lu_stack_new(&t->stack, net, batch, rng);
    }
    lu_rng_free(&rng);
    if (err) {
        stack_close(&t->base);
        return err;
    }
    *out = &t->base;
    return LU_OK;
}

lu_err lu_stack_trainee_read(lu_trainee *base, const uint8_t *data, size_t len)
{
    lu_stack *s = ((stack_trainee *)base)->stack;
    lu_weights w;

    LU_TRY(lu_weights_parse(&s->net, data, len, &w));
    memcpy(s->weights.block, w.block, w.count * sizeof *w.block);
    lu_weights_fini(&w);
    return LU_OK;
}

lu_err lu_stack_trainee_write(const lu_trainee *base, lu_buf *out)
{
    const lu_stack *s = ((const stack_trainee *)base)->stack;

    return lu_weights_write(&s->net, &s->weights, out);
}
