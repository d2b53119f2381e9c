/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row per section type: its names, its keys, how numbers become shapes. */
#include "nets/format/format.h"

#include <string.h>

#define COUNTED(n) (sizeof(n) / sizeof(n)[0])
#define KEYS(n)                                                                                    \
    {                                                                                              \
        n, COUNTED(n), &common_table                                                               \
    }

enum { MILLION = 1000000, SIZE_TOP = 4096, MAXPOOL_PADDING_TOP = 2 * SIZE_TOP };

static const char *const activation_names[LU_ACTIVATIONS + 1] = {
#define ACTIVATION_NAME(id, name) [LU_ACT_##id] = name,
    LU_ACTIVATION_TABLE(ACTIVATION_NAME)
#undef ACTIVATION_NAME
};

static const char *const cost_types[] = {"sse", "L1", "masked", "smooth", "seg", "wgan", NULL};

/* What Darknet reads in every section. Keys that change what is loaded or computed must be off. */
static const lu_cfg_key common_keys[] = {
    {"truth", LU_KEY_INTEGER, 0, 0, 0, NULL},
    {"onlyforward", LU_KEY_INTEGER, 0, 1, 0, NULL},
    {"stopbackward", LU_KEY_INTEGER, 0, 0, 0, NULL},
    {"dontsave", LU_KEY_INTEGER, 0, 1, 0, NULL},
    {"dontload", LU_KEY_INTEGER, 0, 0, 0, NULL},
    {"numload", LU_KEY_INTEGER, 0, 0, 0, NULL},
    {"dontloadscales", LU_KEY_INTEGER, 0, 0, 0, NULL},
    {"learning_rate", LU_KEY_REAL, 0, 1000, 1, NULL},
    {"smooth", LU_KEY_REAL, 0, 1, 0, NULL},
};

static const lu_cfg_keys common_table = {common_keys, COUNTED(common_keys), NULL};

/* --- shapes --- */

/* Darknet: (in + padding on both sides - size) / stride + 1 */
static lu_err slide(lu_section *s, size_t padding)
{
    if (s->in.h + padding < s->size || s->in.w + padding < s->size) {
        return lu_section_refuse(s, "a window of %zu does not fit %zu x %zu with padding %zu",
                                 s->size, s->in.h, s->in.w, padding);
    }
    s->out.h = (s->in.h + padding - s->size) / s->stride + 1;
    s->out.w = (s->in.w + padding - s->size) / s->stride + 1;
    return LU_OK;
}

enum {
    CONV_FILTERS,
    CONV_SIZE,
    CONV_STRIDE,
    CONV_PAD,
    CONV_PADDING,
    CONV_GROUPS,
    CONV_BATCH_NORMALIZE,
    CONV_ACTIVATION,
    CONV_BINARY,
    CONV_XNOR,
    CONV_FLIPPED,
    CONV_DOT
};

static const lu_cfg_key conv_keys[] = {
    [CONV_FILTERS] = {"filters", LU_KEY_INTEGER, 1, MILLION, 1, NULL},
    [CONV_SIZE] = {"size", LU_KEY_INTEGER, 1, SIZE_TOP, 1, NULL},
    [CONV_STRIDE] = {"stride", LU_KEY_INTEGER, 1, SIZE_TOP, 1, NULL},
    [CONV_PAD] = {"pad", LU_KEY_INTEGER, 0, 1, 0, NULL},
    [CONV_PADDING] = {"padding", LU_KEY_INTEGER, 0, SIZE_TOP, 0, NULL},
    [CONV_GROUPS] = {"groups", LU_KEY_INTEGER, 1, MILLION, 1, NULL},
    [CONV_BATCH_NORMALIZE] = {"batch_normalize", LU_KEY_INTEGER, 0, 1, 0, NULL},
    [CONV_ACTIVATION] = {"activation", LU_KEY_WORD, 0, 0, LU_ACT_LOGISTIC, activation_names},
    [CONV_BINARY] = {"binary", LU_KEY_INTEGER, 0, 0, 0, NULL},
    [CONV_XNOR] = {"xnor", LU_KEY_INTEGER, 0, 0, 0, NULL},
    [CONV_FLIPPED] = {"flipped", LU_KEY_INTEGER, 0, 0, 0, NULL},
    [CONV_DOT] = {"dot", LU_KEY_REAL, 0, 0, 0, NULL},
};

static lu_err read_convolutional(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    size_t filters = (size_t)v[CONV_FILTERS].integer;

    (void)net;
    s->size = (size_t)v[CONV_SIZE].integer;
    s->stride = (size_t)v[CONV_STRIDE].integer;
    s->pad = v[CONV_PAD].integer ? s->size / 2 : (size_t)v[CONV_PADDING].integer;
    s->groups = (size_t)v[CONV_GROUPS].integer;
    s->batch_normalize = v[CONV_BATCH_NORMALIZE].integer != 0;
    s->activation = (lu_activation)v[CONV_ACTIVATION].integer;
    if (s->in.c % s->groups != 0 || filters % s->groups != 0) {
        return lu_section_refuse(s, "groups=%zu does not divide %zu channels and %zu filters",
                                 s->groups, s->in.c, filters);
    }
    LU_TRY(slide(s, 2 * s->pad));
    s->out.c = filters;
    s->n_biases = filters;
    s->n_weights = lu_times(lu_times(filters, s->in.c / s->groups), s->size * s->size);
    return LU_OK;
}

enum { CONN_OUTPUT, CONN_BATCH_NORMALIZE, CONN_ACTIVATION };

static const lu_cfg_key conn_keys[] = {
    [CONN_OUTPUT] = {"output", LU_KEY_INTEGER, 1, MILLION, 1, NULL},
    [CONN_BATCH_NORMALIZE] = {"batch_normalize", LU_KEY_INTEGER, 0, 1, 0, NULL},
    [CONN_ACTIVATION] = {"activation", LU_KEY_WORD, 0, 0, LU_ACT_LOGISTIC, activation_names},
};

static lu_err read_connected(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    (void)net;
    s->out = (lu_shape){.h = 1, .w = 1, .c = (size_t)v[CONN_OUTPUT].integer};
    s->batch_normalize = v[CONN_BATCH_NORMALIZE].integer != 0;
    s->activation = (lu_activation)v[CONN_ACTIVATION].integer;
    s->n_biases = s->out.c;
    s->n_weights = lu_times(s->out.c, lu_shape_count(s->in));
    return LU_OK;
}

enum { MAX_SIZE, MAX_STRIDE, MAX_PADDING };

static const lu_cfg_key max_keys[] = {
    [MAX_SIZE] = {"size", LU_KEY_INTEGER, 1, SIZE_TOP, 0, NULL},
    [MAX_STRIDE] = {"stride", LU_KEY_INTEGER, 1, SIZE_TOP, 1, NULL},
    [MAX_PADDING] = {"padding", LU_KEY_INTEGER, 0, MAXPOOL_PADDING_TOP, 0, NULL},
};

static lu_err read_maxpool(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    (void)net;
    s->stride = (size_t)v[MAX_STRIDE].integer;
    s->size = v[MAX_SIZE].given ? (size_t)v[MAX_SIZE].integer : s->stride;
    s->pad = v[MAX_PADDING].given ? (size_t)v[MAX_PADDING].integer : s->size - 1;
    if (s->pad > 2 * (s->size - 1)) {
        return lu_section_refuse(s, "with padding=%zu a window of %zu would hold no pixel", s->pad,
                                 s->size);
    }
    LU_TRY(slide(s, s->pad));
    s->out.c = s->in.c;
    return LU_OK;
}

static lu_err read_avgpool(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    (void)net;
    (void)v;
    s->out = (lu_shape){.h = 1, .w = 1, .c = s->in.c};
    return LU_OK;
}

static const lu_cfg_key softmax_keys[] = {
    {"groups", LU_KEY_INTEGER, 1, 1, 1, NULL}, {"temperature", LU_KEY_REAL, 1, 1, 1, NULL},
    {"noloss", LU_KEY_INTEGER, 0, 1, 0, NULL}, {"spatial", LU_KEY_INTEGER, 0, 0, 0, NULL},
    {"tree", LU_KEY_REFUSED, 0, 0, 0, NULL}, /* would open a file */
    {"map", LU_KEY_REFUSED, 0, 0, 0, NULL},
};

/* softmax, logistic, cost */
static lu_err read_plain(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    (void)net;
    (void)v;
    s->out = s->in;
    return LU_OK;
}

static const lu_cfg_key cost_keys[] = {
    {"type", LU_KEY_WORD, 0, 0, 0, cost_types},   {"scale", LU_KEY_REAL, 0, MILLION, 1, NULL},
    {"ratio", LU_KEY_REAL, 0, 1, 0, NULL},        {"noobj", LU_KEY_REAL, 0, MILLION, 1, NULL},
    {"thresh", LU_KEY_REAL, 0, MILLION, 0, NULL},
};

enum { DROP_PROBABILITY };

static const lu_cfg_key drop_keys[] = {
    [DROP_PROBABILITY] = {"probability", LU_KEY_REAL, 0, 1, 0.5, NULL},
};

static lu_err read_dropout(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    (void)net;
    s->out = s->in;
    s->probability = v[DROP_PROBABILITY].real;
    if (s->probability >= 1) {
        return lu_section_refuse(s, "probability must be below 1");
    }
    return LU_OK;
}

/* "-3" or "7" to a section number below that of s. */
static lu_err find_source(const lu_net *net, const lu_section *s, const char *key, int64_t given,
                          size_t *out)
{
    int64_t self = s - net->section;
    int64_t source = given < 0 ? self + given : given;

    if (source < 0 || source >= self) {
        return lu_section_refuse(s, "%s=%d: this is section %d, it can use 0..%d", key, (int)given,
                                 (int)self, (int)self - 1);
    }
    if (!lu_section_gives_image(net, (size_t)source)) {
        return lu_section_refuse(s, "%s=%d: section %d gives no image", key, (int)given,
                                 (int)source);
    }
    *out = (size_t)source;
    return LU_OK;
}

enum { SHORT_FROM, SHORT_ACTIVATION };

static const lu_cfg_key short_keys[] = {
    [SHORT_FROM] = {"from", LU_KEY_INTEGER, -MILLION, MILLION, 0, NULL},
    [SHORT_ACTIVATION] = {"activation", LU_KEY_WORD, 0, 0, LU_ACT_LINEAR, activation_names},
    {"alpha", LU_KEY_REAL, 1, 1, 1, NULL},
    {"beta", LU_KEY_REAL, 1, 1, 1, NULL},
};

/* One is a whole multiple of the other, and by the same factor in both directions. */
static bool scales_to(lu_shape a, lu_shape b)
{
    bool down = a.h % b.h == 0 && a.w % b.w == 0 && a.h / b.h == a.w / b.w;
    bool up = b.h % a.h == 0 && b.w % a.w == 0 && b.h / a.h == b.w / a.w;

    return down || up;
}

static lu_err read_shortcut(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    lu_shape from;

    if (!v[SHORT_FROM].given) {
        return lu_section_refuse(s, "from is needed");
    }
    LU_TRY(find_source(net, s, "from", v[SHORT_FROM].integer, &s->source[0]));
    s->sources = 1;
    s->activation = (lu_activation)v[SHORT_ACTIVATION].integer;
    s->out = s->in;
    from = net->section[s->source[0]].out;
    if (!scales_to(from, s->out)) {
        return lu_section_refuse(s, "%zu x %zu of section %zu cannot be added to %zu x %zu", from.h,
                                 from.w, s->source[0], s->out.h, s->out.w);
    }
    return LU_OK;
}

enum { ROUTE_LAYERS };

static const lu_cfg_key route_keys[] = {
    [ROUTE_LAYERS] = {"layers", LU_KEY_INTEGERS, -MILLION, MILLION, 0, NULL},
};

static lu_err add_source(const lu_net *net, lu_section *s, int64_t given)
{
    size_t source = 0;
    lu_shape from;

    LU_TRY(find_source(net, s, "layers", given, &source));
    from = net->section[source].out;
    if (s->sources == 0) {
        s->in = from;
        s->out = (lu_shape){.h = from.h, .w = from.w, .c = 0};
    }
    if (from.h != s->out.h || from.w != s->out.w) {
        return lu_section_refuse(s, "section %zu is %zu x %zu, section %zu is %zu x %zu",
                                 s->source[0], s->out.h, s->out.w, source, from.h, from.w);
    }
    s->source[s->sources++] = source;
    s->out.c += from.c;
    return LU_OK;
}

static lu_err read_route(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    size_t n = (size_t)v[ROUTE_LAYERS].integer;

    if (!v[ROUTE_LAYERS].given) {
        return lu_section_refuse(s, "layers is needed");
    }
    if (n > LU_ROUTES_MAX) {
        return lu_section_refuse(s, "%zu layers, the limit is %d", n, LU_ROUTES_MAX);
    }
    for (size_t k = 0; k < n; k++) {
        LU_TRY(add_source(net, s, lu_cfg_item(v[ROUTE_LAYERS].text, k)));
    }
    return LU_OK;
}

enum { ACT_ACTIVATION };

static const lu_cfg_key act_keys[] = {
    [ACT_ACTIVATION] = {"activation", LU_KEY_WORD, 0, 0, LU_ACT_LINEAR, activation_names},
};

static lu_err read_activation(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    (void)net;
    s->out = s->in;
    s->activation = (lu_activation)v[ACT_ACTIVATION].integer;
    return LU_OK;
}

enum { LSTM_OUTPUT, LSTM_BATCH_NORMALIZE };

static const lu_cfg_key lstm_keys[] = {
    [LSTM_OUTPUT] = {"output", LU_KEY_INTEGER, 1, MILLION, 1, NULL},
    [LSTM_BATCH_NORMALIZE] = {"batch_normalize", LU_KEY_INTEGER, 0, 0, 0, NULL},
};

static lu_err read_lstm(const lu_net *net, const lu_cfg_value *v, lu_section *s)
{
    size_t units = (size_t)v[LSTM_OUTPUT].integer;
    size_t features = lu_shape_count(s->in) / net->steps;

    s->steps = net->steps;
    s->out = (lu_shape){.h = 1, .w = 1, .c = units};
    s->n_biases = lu_times(2 * LU_GATES, units);
    s->n_weights = lu_times(lu_times(LU_GATES, units), lu_plus(units, features));
    return LU_OK;
}

/* --- the rows --- */

typedef struct row {
    const char *name, *alias;
    lu_err (*read)(const lu_net *net, const lu_cfg_value *v, lu_section *s);
    lu_cfg_keys keys;
} row;

static const row rows[LU_SECTION_TYPES] = {
    [LU_CONVOLUTIONAL] = {"convolutional", "conv", read_convolutional, KEYS(conv_keys)},
    [LU_CONNECTED] = {"connected", "conn", read_connected, KEYS(conn_keys)},
    [LU_MAXPOOL] = {"maxpool", "max", read_maxpool, KEYS(max_keys)},
    [LU_AVGPOOL] = {"avgpool", "avg", read_avgpool, {NULL, 0, &common_table}},
    [LU_SOFTMAX] = {"softmax", "soft", read_plain, KEYS(softmax_keys)},
    [LU_LOGISTIC] = {"logistic", NULL, read_plain, {NULL, 0, &common_table}},
    [LU_DROPOUT] = {"dropout", NULL, read_dropout, KEYS(drop_keys)},
    [LU_SHORTCUT] = {"shortcut", NULL, read_shortcut, KEYS(short_keys)},
    [LU_ROUTE] = {"route", NULL, read_route, KEYS(route_keys)},
    [LU_ACTIVATION_SECTION] = {"activation", NULL, read_activation, KEYS(act_keys)},
    [LU_COST] = {"cost", NULL, read_plain, KEYS(cost_keys)},
    [LU_LSTM] = {"lstm", NULL, read_lstm, KEYS(lstm_keys)},
};

/* Darknet's other sections, and why not. */
static const struct {
    const char *name, *reason;
} others[] = {
    {"gru", "not supported, of recurrent sections only [lstm] is"},
    {"rnn", "not supported, of recurrent sections only [lstm] is"},
    {"crnn", "not supported, of recurrent sections only [lstm] is"},
    {"deconvolutional", "deconvolutional sections are not supported by this version"},
    {"deconv", "deconvolutional sections are not supported by this version"},
    {"local", "not supported, Darknet cannot load its weights"},
    {"batchnorm", "not supported as a section of its own, Darknet cannot run it"},
    {"crop", "not supported, it changes the image at random"},
    {"detection", "not supported, lineup judges classifiers, not detectors"},
    {"region", "not supported, lineup judges classifiers, not detectors"},
    {"yolo", "not supported, lineup judges classifiers, not detectors"},
    {"iseg", "not supported, lineup judges classifiers, not segmenters"},
    {"reorg", "not supported"},
    {"upsample", "not supported"},
    {"l2norm", "not supported"},
    {"lrn", "not supported"},
    {"normalization", "not supported"},
};

static lu_err find_type(const lu_cfg_block *b, lu_section_type *out)
{
    for (size_t i = 0; i < LU_SECTION_TYPES; i++) {
        if (strcmp(b->name, rows[i].name) == 0 ||
            (rows[i].alias != NULL && strcmp(b->name, rows[i].alias) == 0)) {
            *out = (lu_section_type)i;
            return LU_OK;
        }
    }
    for (size_t i = 0; i < COUNTED(others); i++) {
        if (strcmp(b->name, others[i].name) == 0) {
            return lu_cfg_refuse(b->line, b->name, "%s", others[i].reason);
        }
    }
    return lu_cfg_refuse(b->line, b->name, "unknown section");
}

lu_err lu_cfg_section_open(const lu_cfg_text *t, lu_net *net, size_t i)
{
    const lu_cfg_block *b = &t->block[i + 1];
    lu_section *s = &net->section[i];

    s->line = b->line;
    LU_TRY(find_type(b, &s->type));
    if (i > 0 && s->type == LU_LSTM && s[-1].type == LU_LSTM) {
        s[-1].out.h = net->steps; /* it reads every step */
    }
    s->in = i > 0 ? s[-1].out : net->input;
    return LU_OK;
}

lu_err lu_cfg_section_read(const lu_cfg_text *t, lu_net *net, size_t i)
{
    const row *r = &rows[net->section[i].type];
    lu_cfg_value v[LU_CFG_KEYS_MAX];

    LU_TRY(lu_cfg_values(t, &t->block[i + 1], &r->keys, v));
    return r->read(net, v, &net->section[i]);
}

bool lu_section_gives_image(const lu_net *net, size_t i)
{
    const lu_section *s = &net->section[i];

    while (s > net->section && (s->type == LU_DROPOUT || s->type == LU_ACTIVATION_SECTION)) {
        s--;
    }
    return s->type != LU_LSTM;
}

const char *lu_section_name(lu_section_type type)
{
    return (unsigned)type < LU_SECTION_TYPES ? rows[type].name : "?";
}

const char *lu_activation_name(lu_activation a)
{
    return (unsigned)a < LU_ACTIVATIONS ? activation_names[a] : "?";
}
