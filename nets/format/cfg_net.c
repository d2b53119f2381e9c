/* SPDX-License-Identifier: GPL-3.0-or-later */
/* [net]. Input shape and batch count; the keys of training and augmentation are only checked. */
#include "nets/format/format.h"

#define COUNTED(n) (sizeof(n) / sizeof(n)[0])

enum { BILLION = 1000000000, MILLION = 1000000, STEPS_POLICY = 2, TIME_STEPS_TOP = 65536 };

static const char *const policies[] = {"constant", "step", "steps",  "exp",
                                       "poly",     "sig",  "random", NULL};

enum {
    NET_HEIGHT,
    NET_WIDTH,
    NET_CHANNELS,
    NET_INPUTS,
    NET_TIME_STEPS,
    NET_BATCH,
    NET_SUBDIVISIONS,
    NET_POLICY,
    NET_STEPS,
    NET_SCALES
};

static const lu_cfg_key keys[] = {
    [NET_HEIGHT] = {"height", LU_KEY_INTEGER, 1, 4096, 0, NULL},
    [NET_WIDTH] = {"width", LU_KEY_INTEGER, 1, 4096, 0, NULL},
    [NET_CHANNELS] = {"channels", LU_KEY_INTEGER, 1, 1024, 0, NULL},
    [NET_INPUTS] = {"inputs", LU_KEY_INTEGER, 1, BILLION, 0, NULL},
    [NET_TIME_STEPS] = {"time_steps", LU_KEY_INTEGER, 1, TIME_STEPS_TOP, 1, NULL},
    [NET_BATCH] = {"batch", LU_KEY_INTEGER, 1, 65536, 1, NULL},
    [NET_SUBDIVISIONS] = {"subdivisions", LU_KEY_INTEGER, 1, 65536, 1, NULL},
    [NET_POLICY] = {"policy", LU_KEY_WORD, 0, 0, 0, policies},
    [NET_STEPS] = {"steps", LU_KEY_INTEGERS, -1, BILLION, 0, NULL},
    [NET_SCALES] = {"scales", LU_KEY_REALS, 0, MILLION, 0, NULL},
};

static const lu_cfg_key training_keys[] = {
    {"learning_rate", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"momentum", LU_KEY_REAL, 0, 1, 0, NULL},
    {"decay", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"power", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"gamma", LU_KEY_REAL, 0, MILLION, 0, NULL},
    {"scale", LU_KEY_REAL, 0, MILLION, 0, NULL},
    {"step", LU_KEY_INTEGER, 1, BILLION, 0, NULL},
    {"burn_in", LU_KEY_INTEGER, 0, BILLION, 0, NULL},
    {"max_batches", LU_KEY_INTEGER, 0, BILLION, 0, NULL},
    {"adam", LU_KEY_INTEGER, 0, 1, 0, NULL},
    {"B1", LU_KEY_REAL, 0, 1, 0, NULL},
    {"B2", LU_KEY_REAL, 0, 1, 0, NULL},
    {"eps", LU_KEY_REAL, 0, 1, 0, NULL},
    {"clip", LU_KEY_REAL, 0, MILLION, 0, NULL},
    {"notruth", LU_KEY_INTEGER, 0, 1, 0, NULL},
    {"random", LU_KEY_INTEGER, 0, 1, 0, NULL},
    {"angle", LU_KEY_REAL, -360, 360, 0, NULL},
    {"aspect", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"saturation", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"exposure", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"hue", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"min_crop", LU_KEY_INTEGER, 0, 65536, 0, NULL},
    {"max_crop", LU_KEY_INTEGER, 0, 65536, 0, NULL},
    {"min_ratio", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"max_ratio", LU_KEY_REAL, 0, 1000, 0, NULL},
    {"center", LU_KEY_INTEGER, 0, 1, 0, NULL},
};

static const lu_cfg_keys training_table = {training_keys, COUNTED(training_keys), NULL};
static const lu_cfg_keys table = {keys, COUNTED(keys), &training_table};

static lu_err take_input(const lu_cfg_block *b, const lu_cfg_value *v, lu_net *net, bool *flat)
{
    int shape_keys = v[NET_HEIGHT].given + v[NET_WIDTH].given + v[NET_CHANNELS].given;
    size_t inputs = (size_t)v[NET_INPUTS].integer;

    *flat = shape_keys == 0 && v[NET_INPUTS].given;
    net->steps = (size_t)v[NET_TIME_STEPS].integer;
    if (net->steps > 1 && !*flat) {
        return lu_cfg_refuse(b->line, b->name, "time_steps=%zu goes with inputs alone", net->steps);
    }
    if (net->steps > 1) {
        net->input = (lu_shape){.h = net->steps, .w = inputs, .c = 1};
        return LU_OK;
    }
    if (*flat) {
        net->input = (lu_shape){.h = 1, .w = 1, .c = inputs};
        return LU_OK;
    }
    if (shape_keys < 3) {
        return lu_cfg_refuse(b->line, b->name, "height, width and channels are needed");
    }
    net->input = (lu_shape){.h = (size_t)v[NET_HEIGHT].integer,
                            .w = (size_t)v[NET_WIDTH].integer,
                            .c = (size_t)v[NET_CHANNELS].integer};
    if (v[NET_INPUTS].given && inputs != lu_shape_size(net->input)) {
        return lu_cfg_refuse(b->line, b->name, "inputs=%zu is not height x width x channels = %zu",
                             inputs, lu_shape_size(net->input));
    }
    return LU_OK;
}

static lu_err check_policy(const lu_cfg_block *b, const lu_cfg_value *v)
{
    bool needed = v[NET_POLICY].integer == STEPS_POLICY;

    if (needed && !(v[NET_STEPS].given && v[NET_SCALES].given)) {
        return lu_cfg_refuse(b->line, b->name, "policy=steps needs steps and scales");
    }
    if (needed && v[NET_STEPS].integer != v[NET_SCALES].integer) {
        return lu_cfg_refuse(b->line, b->name, "%d steps but %d scales", (int)v[NET_STEPS].integer,
                             (int)v[NET_SCALES].integer);
    }
    return LU_OK;
}

lu_err lu_cfg_net(const lu_cfg_text *t, lu_net *net, bool *flat)
{
    const lu_cfg_block *b = &t->block[0];
    lu_cfg_value v[LU_CFG_KEYS_MAX];

    LU_TRY(lu_cfg_values(t, b, &table, v));
    LU_TRY(take_input(b, v, net, flat));
    LU_TRY(check_policy(b, v));
    net->batch = (size_t)v[NET_BATCH].integer;
    if (v[NET_SUBDIVISIONS].integer > v[NET_BATCH].integer) {
        return lu_cfg_refuse(b->line, b->name, "subdivisions=%d is more than batch=%zu",
                             (int)v[NET_SUBDIVISIONS].integer, net->batch);
    }
    return LU_OK;
}
