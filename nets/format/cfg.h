/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strict reader of Darknet .cfg files. What it lets through, Darknet can be trusted with:
 * allowed sections and keys only, numbers in range, every product in checked 64-bit arithmetic,
 * indices in range, caps on layers, parameters, activations and work. A refusal names line, section
 * and reason; a limit, both numbers.
 *
 *     lu_net_limits limits = lu_net_limits_default();
 *     LU_TRY(lu_net_parse(text, len, &limits, &net));      // bytes of the file
 *     LU_TRY(lu_weights_parse(&net, data, size, &w));      // weights.h
 *     LU_TRY(lu_net_canonical(&net, 32, &cfg));           // for Darknet, as lu_weights_canonical()
 *     lu_net_fini(&net);
 *
 * Semantics are those of Debian's libdarknet (pjreddie 61c9d02e, src/parser.c), except that padding
 * and stride of 1x1 convolutions are honoured (the library ignores them; spec engine 2).
 *
 * Sequences: [net] with inputs and time_steps, then [lstm] sections, then what reads the last step;
 * a section that reads an image only after a [connected].
 * Darknet runs all sections at every step and keeps every answer; here a network's answer is that
 * at the last step, which is the same number.
 */
#ifndef LU_NETS_FORMAT_CFG_H
#define LU_NETS_FORMAT_CFG_H

#include "core/core.h"

typedef enum lu_section_type {
    LU_CONVOLUTIONAL,
    LU_CONNECTED,
    LU_MAXPOOL,
    LU_AVGPOOL, /* global: h x w -> 1 x 1 */
    LU_SOFTMAX,
    LU_LOGISTIC,
    LU_DROPOUT,
    LU_SHORTCUT,
    LU_ROUTE,
    LU_ACTIVATION_SECTION,
    LU_COST,
    LU_LSTM, /* first, or behind another one */
    LU_SECTION_TYPES
} lu_section_type;

/* name in the file; formulas and derivatives (from the output value): Darknet's activations.h */
#define LU_ACTIVATION_TABLE(X)                                                                     \
    X(LINEAR, "linear")                                                                            \
    X(RELU, "relu")                                                                                \
    X(LEAKY, "leaky") /* slope 0.1 */                                                              \
    X(RELIE, "relie") /* slope 0.01 */                                                             \
    X(LOGISTIC, "logistic")                                                                        \
    X(TANH, "tanh")                                                                                \
    X(ELU, "elu")                                                                                  \
    X(SELU, "selu")                                                                                \
    X(RAMP, "ramp")                                                                                \
    X(HARDTAN, "hardtan")

typedef enum lu_activation {
#define LU_ACTIVATION_ENUM(id, name) LU_ACT_##id,
    LU_ACTIVATION_TABLE(LU_ACTIVATION_ENUM)
#undef LU_ACTIVATION_ENUM
        LU_ACTIVATIONS
} lu_activation;

enum {
    LU_ROUTES_MAX = 16,
    LU_GATES = 4,     /* of an lstm: input, forget, output, candidate */
    LU_LSTM_KEPT = 11 /* floats an lstm keeps of a unit and step: gates and their gradients, cell,
                         its tanh, output */
};

typedef struct lu_section {
    lu_section_type type;
    size_t line;                  /* of its header in the file, from 1 */
    lu_shape in, out;             /* in: of the section before (route: of the first source) */
    lu_activation activation;     /* convolutional, connected, shortcut, activation; else LINEAR */
    bool batch_normalize;         /* convolutional, connected */
    size_t size, stride, pad;     /* convolutional: pixels of padding on each side;
                                     maxpool: pad = Darknet's total `padding`, offset -pad/2 */
    size_t groups;                /* convolutional */
    size_t sources;               /* route: 1..LU_ROUTES_MAX; shortcut: 1 */
    size_t source[LU_ROUTES_MAX]; /* section numbers, each below this one */
    double probability;           /* dropout, [0,1) */
    size_t steps;                 /* lstm: of its input; its output has as many when another
                                     lstm reads it (steps x 1 x output), else the last one */
    size_t n_biases;              /* parameters in the file: biases; scales, mean, variance too */
    size_t n_weights;             /* lstm: eight of each, see weights.h */
} lu_section;

typedef struct lu_net {
    lu_shape input;      /* of a sequence: steps x features x 1 */
    size_t steps;        /* of a sequence; 1 = the input is none */
    size_t batch;        /* as written (not divided by subdivisions); only training uses it */
    size_t n;            /* sections after [net] */
    lu_section *section; /* n, owned */
    size_t logits;       /* the section whose outputs are the class scores */
    lu_head head;        /* softmax when the network has no softmax or logistic of its own */
    size_t classes;
    size_t parameters;  /* floats in a .weights file after the header */
    uint64_t flops;     /* multiply-adds x 2 of sections with weights, one image forward */
    uint64_t work;      /* flops and values read by pooling windows */
    size_t activations; /* floats of all outputs of one image; of an lstm all that it keeps */
} lu_net;

/* Caps; a network above any of them is refused. Whatever is asked for, parameters stay below 2^31/9
   and activations below 2^30: Darknet counts in int. */
typedef struct lu_net_limits {
    size_t text;        /* bytes of cfg; default 1 MiB */
    size_t layers;      /* 256 */
    size_t parameters;  /* 160 Mi floats: VGG-19 for 224 x 224 has 144 million */
    size_t activations; /* floats of one image, input and outputs, 1 GiB / 4; also caps the matrix
                           Darknet unrolls an image into */
    uint64_t flops;     /* of one image, pooled values included; 200e9 */
} lu_net_limits;

lu_net_limits lu_net_limits_default(void);

/* Parses `len` bytes. LU_ERR_INPUT "line 12 [convolutional]: filters=-5 is not in 1..1000000" and
   so on (the line of the option, or else of the section's header); the caller adds the file's name.
   On failure *out is zeroed. */
lu_err lu_net_parse(const char *text, size_t len, const lu_net_limits *limits, lu_net *out);

void lu_net_fini(lu_net *net);

const char *lu_section_name(lu_section_type type); /* "convolutional" */
const char *lu_activation_name(lu_activation a);   /* "relu" */

/* The text handed to Darknet, added to `out`: only what counts, batch as given, no dropout effect,
   every 1x1 convolution written as 3x3 with one pixel more padding and a centre tap (section
   numbers unchanged), [softmax] plain, no [cost]. With nine weights for one it can pass the limits
   the network itself keeps. LU_ERR_CANNOT when Darknet cannot count such a batch. */
lu_err lu_net_canonical(const lu_net *net, size_t batch, lu_buf *out);

#endif
