/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/format/format.h"

#include <limits.h>

enum { CLASSES_TOP = 100000, WIDENING = 9 /* 3x3 for 1x1 */ };

/* Darknet counts in int, in the canonical network too: no limit is taken higher. */
enum { PARAMETERS_TOP = INT_MAX / WIDENING, ACTIVATIONS_TOP = INT_MAX / 2, LAYERS_TOP = 65536 };

typedef struct count {
    const char *unit;
    size_t n, limit;
} count;

lu_net_limits lu_net_limits_default(void)
{
    return (lu_net_limits){
        .text = (size_t)1 << 20,
        .layers = 256,
        .parameters = (size_t)160 << 20,
        .activations = ((size_t)1 << 30) / sizeof(float),
        .flops = 200000000000,
    };
}

static size_t lower(size_t a, size_t b)
{
    return a < b ? a : b;
}

static lu_net_limits clamp(const lu_net_limits *l)
{
    return (lu_net_limits){
        .text = lower(l->text, INT_MAX),
        .layers = lower(l->layers, LAYERS_TOP),
        .parameters = lower(l->parameters, PARAMETERS_TOP),
        .activations = lower(l->activations, ACTIVATIONS_TOP),
        .flops = lower(l->flops, INT64_MAX),
    };
}

/* --- what a section costs --- */

static size_t parameters_of(const lu_section *s)
{
    return lu_plus(s->n_weights, lu_times(s->n_biases, s->batch_normalize ? 4 : 1));
}

/* multiply-adds x 2: each weight is used once for every output pixel, or step */
static size_t flops_of(const lu_section *s)
{
    size_t times = s->type == LU_LSTM ? s->steps : s->out.h * s->out.w;

    return lu_times(2, lu_times(s->n_weights, times));
}

static size_t activations_of(const lu_section *s)
{
    return s->type == LU_LSTM ? lu_times(LU_LSTM_KEPT, lu_times(s->steps, s->out.c))
                              : lu_shape_count(s->out);
}

/* values read by pooling windows; not counted as flops, but it is time all the same */
static size_t reads_of(const lu_section *s)
{
    return s->type == LU_MAXPOOL ? lu_times(lu_shape_count(s->out), s->size * s->size) : 0;
}

/* floats of the matrix Darknet unrolls one image into */
static size_t workspace_of(const lu_section *s)
{
    size_t window = lu_section_widened(s) ? WIDENING : s->size * s->size;

    if (s->type != LU_CONVOLUTIONAL) {
        return 0;
    }
    return lu_times(lu_times(s->out.h * s->out.w, s->in.c / s->groups), window);
}

static lu_err add_up(const lu_net_limits *l, lu_net *net, const lu_section *s)
{
    size_t input = lu_shape_size(net->input);

    net->parameters = lu_plus(net->parameters, parameters_of(s));
    net->activations = lu_plus(net->activations, activations_of(s));
    net->flops = lu_plus(net->flops, flops_of(s));
    net->work = lu_plus(net->work, lu_plus(flops_of(s), reads_of(s)));
    const count counts[] = {
        {"parameters", net->parameters, l->parameters},
        {"floats of activations", lu_plus(input, net->activations), l->activations},
        {"floats of workspace", workspace_of(s), l->activations},
        {"operations", net->work, l->flops},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i].n > counts[i].limit) {
            return lu_section_refuse(s, "%zu%s %s, the limit is %zu", counts[i].n,
                                     counts[i].n == SIZE_MAX ? " or more" : "", counts[i].unit,
                                     counts[i].limit);
        }
    }
    return LU_OK;
}

/* --- which section may stand where --- */

static bool is_head(lu_section_type type)
{
    return type == LU_SOFTMAX || type == LU_LOGISTIC;
}

static lu_err check_first(const lu_net *net, const lu_section *s, bool flat)
{
    static const bool refused[LU_SECTION_TYPES] = {
        [LU_DROPOUT] = true, [LU_SOFTMAX] = true,  [LU_LOGISTIC] = true,
        [LU_ROUTE] = true,   [LU_SHORTCUT] = true, [LU_COST] = true,
    };

    if (refused[s->type]) {
        return lu_section_refuse(s, "this cannot be the first section");
    }
    if (s->type == LU_LSTM && !flat) {
        return lu_section_refuse(s, "this needs inputs and time_steps in [net], not an image");
    }
    if (net->steps > 1 && s->type != LU_LSTM) {
        return lu_section_refuse(s, "with time_steps=%zu the first section must be [lstm]",
                                 net->steps);
    }
    if (flat && s->type != LU_CONNECTED && s->type != LU_LSTM) {
        return lu_section_refuse(s, "with inputs alone the first section must be [connected] or "
                                    "[lstm]");
    }
    return LU_OK;
}

static bool reads_image(lu_section_type type)
{
    return type == LU_CONVOLUTIONAL || type == LU_MAXPOOL || type == LU_AVGPOOL ||
           type == LU_SHORTCUT;
}

static lu_err check_after(const lu_net *net, const lu_section *s)
{
    const lu_section *before = s - 1;

    if (s->type == LU_LSTM && before->type != LU_LSTM) {
        return lu_section_refuse(s, "this must be the first section or follow another [lstm]");
    }
    if (reads_image(s->type) && !lu_section_gives_image(net, (size_t)(before - net->section))) {
        return lu_section_refuse(s, "the units of an [lstm] are no image, [connected] makes one");
    }
    if (before->type == LU_COST) {
        return lu_section_refuse(s, "nothing may follow the [cost] of line %zu", before->line);
    }
    if (is_head(before->type) && s->type != LU_COST) {
        return lu_section_refuse(s, "only [cost] may follow the [%s] of line %zu",
                                 lu_section_name(before->type), before->line);
    }
    return LU_OK;
}

static lu_err take_section(const lu_cfg_text *t, const lu_net_limits *l, bool flat, lu_net *net,
                           size_t i)
{
    lu_section *s = &net->section[i];

    LU_TRY(lu_cfg_section_open(t, net, i));
    LU_TRY(i == 0 ? check_first(net, s, flat) : check_after(net, s));
    LU_TRY(lu_cfg_section_read(t, net, i));
    return add_up(l, net, s);
}

static lu_err find_scores(lu_net *net)
{
    const lu_section *s;
    lu_shape out;

    net->head = LU_HEAD_SOFTMAX;
    for (net->logits = net->n - 1; net->logits > 0; net->logits--) {
        lu_section_type type = net->section[net->logits].type;
        if (type == LU_LOGISTIC) {
            net->head = LU_HEAD_LOGISTIC;
        }
        if (!is_head(type) && type != LU_COST && type != LU_DROPOUT) {
            break;
        }
    }
    s = &net->section[net->logits];
    out = s->out;
    if (out.h * out.w != 1) {
        return lu_section_refuse(s, "no class scores: the output is %zu x %zu x %zu", out.h, out.w,
                                 out.c);
    }
    if (out.c < 2 || out.c > CLASSES_TOP) {
        return lu_section_refuse(s, "no class scores: %zu classes are not in 2..%d", out.c,
                                 CLASSES_TOP);
    }
    net->classes = out.c;
    return LU_OK;
}

static lu_err build(const lu_cfg_text *t, const lu_net_limits *l, lu_net *net)
{
    bool flat = false;

    LU_TRY(lu_cfg_net(t, net, &flat));
    net->n = t->n_blocks - 1;
    if (net->n == 0) {
        return lu_cfg_refuse(t->block[0].line, t->block[0].name, "no section follows");
    }
    if (net->n > l->layers) {
        return lu_cfg_refuse(t->block[l->layers + 1].line, t->block[l->layers + 1].name,
                             "%zu sections, the limit is %zu", net->n, l->layers);
    }
    LU_TRY(LU_NEW(net->section, net->n));
    for (size_t i = 0; i < net->n; i++) {
        LU_TRY(take_section(t, l, flat, net, i));
    }
    return find_scores(net);
}

lu_err lu_net_parse(const char *text, size_t len, const lu_net_limits *limits, lu_net *out)
{
    lu_net_limits l = clamp(limits);
    lu_cfg_text t;
    lu_err err;

    *out = (lu_net){0};
    if (len > l.text) {
        return lu_fail(LU_ERR_INPUT, "is %zu bytes, the limit is %zu", len, l.text);
    }
    LU_TRY(lu_cfg_text_read(text, len, &t));
    err = build(&t, &l, out);
    lu_cfg_text_fini(&t);
    if (err != LU_OK) {
        lu_net_fini(out);
    }
    return err;
}

void lu_net_fini(lu_net *net)
{
    free(net->section);
    *net = (lu_net){0};
}
