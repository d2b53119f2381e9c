/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network as Darknet gets it: written from what was read, nothing of the original text. */
#include "nets/format/format.h"

#include <limits.h>

static lu_err print_convolutional(const lu_section *s, lu_buf *out)
{
    bool widened = lu_section_widened(s);

    return lu_buf_print(out,
                        "batch_normalize=%d\nfilters=%zu\nsize=%zu\nstride=%zu\npadding=%zu\n"
                        "groups=%zu\nactivation=%s\n",
                        s->batch_normalize, s->out.c, widened ? 3 : s->size, s->stride,
                        s->pad + widened, s->groups, lu_activation_name(s->activation));
}

static lu_err print_connected(const lu_section *s, lu_buf *out)
{
    return lu_buf_print(out, "batch_normalize=%d\noutput=%zu\nactivation=%s\n", s->batch_normalize,
                        s->out.c, lu_activation_name(s->activation));
}

static lu_err print_maxpool(const lu_section *s, lu_buf *out)
{
    return lu_buf_print(out, "size=%zu\nstride=%zu\npadding=%zu\n", s->size, s->stride, s->pad);
}

static lu_err print_softmax(const lu_section *s, lu_buf *out)
{
    (void)s;
    return lu_buf_print(out, "groups=1\n");
}

static lu_err print_dropout(const lu_section *s, lu_buf *out)
{
    (void)s;
    return lu_buf_print(out, "probability=0\n");
}

static lu_err print_shortcut(const lu_section *s, lu_buf *out)
{
    return lu_buf_print(out, "from=%zu\nactivation=%s\n", s->source[0],
                        lu_activation_name(s->activation));
}

static lu_err print_route(const lu_section *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "layers="));
    for (size_t k = 0; k < s->sources; k++) {
        LU_TRY(lu_buf_print(out, "%s%zu", k ? "," : "", s->source[k]));
    }
    return lu_buf_print(out, "\n");
}

static lu_err print_lstm(const lu_section *s, lu_buf *out)
{
    return lu_buf_print(out, "output=%zu\nbatch_normalize=0\n", s->out.c);
}

static lu_err print_activation(const lu_section *s, lu_buf *out)
{
    return lu_buf_print(out, "activation=%s\n", lu_activation_name(s->activation));
}

static lu_err (*const printers[LU_SECTION_TYPES])(const lu_section *s, lu_buf *out) = {
    [LU_CONVOLUTIONAL] = print_convolutional,
    [LU_CONNECTED] = print_connected,
    [LU_MAXPOOL] = print_maxpool,
    [LU_SOFTMAX] = print_softmax,
    [LU_DROPOUT] = print_dropout,
    [LU_SHORTCUT] = print_shortcut,
    [LU_ROUTE] = print_route,
    [LU_ACTIVATION_SECTION] = print_activation,
    [LU_LSTM] = print_lstm,
};

static lu_err print_section(const lu_section *s, lu_buf *out)
{
    if (s->type == LU_COST) {
        return LU_OK;
    }
    LU_TRY(lu_buf_print(out, "\n[%s]\n", lu_section_name(s->type)));
    return printers[s->type] != NULL ? printers[s->type](s, out) : LU_OK;
}

/* Darknet multiplies the batch, the steps and the size of one output in int. */
static lu_err check_batch(const lu_net *net, size_t batch)
{
    size_t largest = lu_shape_size(net->input);

    for (size_t i = 0; i < net->n; i++) {
        size_t size = lu_times(net->steps, lu_shape_size(net->section[i].out));
        largest = size > largest ? size : largest;
    }
    if (batch == 0 || batch > INT_MAX / largest) {
        return lu_fail(LU_ERR_CANNOT, "a batch of %zu is not in 1..%zu for this network", batch,
                       INT_MAX / largest);
    }
    return LU_OK;
}

static lu_err print_input(const lu_net *net, lu_buf *out)
{
    lu_shape in = net->input;

    return net->section[0].type == LU_LSTM
               ? lu_buf_print(out, "inputs=%zu\ntime_steps=%zu\n", lu_shape_size(in) / net->steps,
                              net->steps)
               : lu_buf_print(out, "height=%zu\nwidth=%zu\nchannels=%zu\n", in.h, in.w, in.c);
}

lu_err lu_net_canonical(const lu_net *net, size_t batch, lu_buf *out)
{
    LU_TRY(check_batch(net, batch));
    LU_TRY(lu_buf_print(out, "[net]\nbatch=%zu\nsubdivisions=1\n", batch));
    LU_TRY(print_input(net, out));
    for (size_t i = 0; i < net->n; i++) {
        LU_TRY(print_section(&net->section[i], out));
    }
    return LU_OK;
}
