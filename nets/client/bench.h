/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking an engine how fast it does one kind of work, on a network with random parameters. */
#ifndef LU_NETS_CLIENT_BENCH_H
#define LU_NETS_CLIENT_BENCH_H

#include "nets/client/client.h"

/* name, what one unit is */
#define LU_BENCH_TABLE(X)                                                                          \
    X(FORWARD, "forward", "images")                                                                \
    X(GRADIENT, "gradient", "images")                                                              \
    X(NEURONS, "neurons", "steps")                                                                 \
    X(PGD, "pgd", "seeds")                                                                         \
    X(CW, "cw", "steps")                                                                           \
    X(TRAIN, "train", "images")                                                                    \
    X(SGEMM, "sgemm", "products") /* of the machine's BLAS, not of a network */

typedef enum lu_bench_work {
#define LU_BENCH_ENUM(id, name, unit) LU_BENCH_##id,
    LU_BENCH_TABLE(LU_BENCH_ENUM)
#undef LU_BENCH_ENUM
        LU_BENCH_WORKS
} lu_bench_work;

typedef struct lu_bench_ask {
    const char *cfg;
    lu_bench_work work; /* the same for every ask of one engine */
    bool reference;     /* libdarknet's own functions */
    size_t batch;
    double seconds; /* to go on for at least; 0 = once, to get ready */
} lu_bench_ask;

typedef struct lu_bench_answer {
    double units, seconds;
    double flops; /* multiply-adds x 2 of one unit's convolutional and connected sections */
    double peak;  /* bytes: the most memory the engine ever held */
} lu_bench_answer;

void lu_request_bench(const lu_bench_ask *ask, lu_frame *f);
lu_err lu_reply_bench(lu_frame *reply, lu_bench_answer *out);

/* The .weights file of the network with these random parameters. */
lu_err lu_client_bench_weights(const char *cfg, lu_buf *out);

#endif
