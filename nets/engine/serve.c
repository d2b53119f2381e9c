/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of lineup-engine and the table of its handlers. */
#include "nets/engine/handlers.h"
#include "nets/engine/sandbox.h"
#include "nets/engine/serve.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

/* --- requests --- */

static lu_err on_hello(lu_service *s, lu_frame *in, lu_frame *out)
{
    char tag[128];

    (void)s;
    LU_TRY(lu_frame_end(in));
    snprintf(tag, sizeof tag, "lineup-engine %s %s %s", LU_VERSION, lu_kernels_best()->name,
             lu_rng_library());
    lu_put_text(out, tag);
    lu_put_text(out, lu_sandbox_report());
    return LU_OK;
}

static const lu_handler handlers[] = {
    [LU_MSG_HELLO] = on_hello,          [LU_MSG_LOAD] = lu_on_load,
    [LU_MSG_OUTPUTS] = lu_on_outputs,   [LU_MSG_FORWARD] = lu_on_forward,
    [LU_MSG_BACKWARD] = lu_on_backward, [LU_MSG_BLACKBOX] = lu_on_blackbox,
    [LU_MSG_WHITEBOX] = lu_on_whitebox, [LU_MSG_TRAIN] = lu_on_train,
    [LU_MSG_SAMPLES] = lu_on_samples,   [LU_MSG_ARRAYS] = lu_on_arrays,
    [LU_MSG_BENCH] = lu_on_bench,       [LU_MSG_BENCH_WEIGHTS] = lu_on_bench_weights,
    [LU_MSG_EMBED] = lu_on_embed,       [LU_MSG_ENCODE] = lu_on_encode,
    [LU_MSG_KERAS] = lu_on_keras,       [LU_MSG_KERNEL] = lu_on_kernel,
};

/* --- the loop --- */

static lu_err answer(lu_service *s, lu_frame *in)
{
    size_t type = (size_t)in->type;
    lu_frame out;
    lu_err err;

    lu_frame_init(&out, LU_MSG_RESULT, in->id);
    s->id = in->id;
    s->forwarded = in->type == LU_MSG_BACKWARD ? s->forwarded : 0;
    err = type < sizeof handlers / sizeof *handlers && handlers[type]
              ? handlers[type](s, in, &out)
              : lu_fail(LU_ERR_ENGINE, "an unknown request (type %zu)", type);
    if (err) {
        lu_frame_fini(&out);
        lu_frame_init(&out, LU_MSG_ERROR, in->id);
        lu_put_u64(&out, err);
        lu_put_text(&out, lu_error_what());
        lu_put_text(&out, lu_error_where());
    }
    err = lu_frame_send(s->socket, &out);
    lu_frame_fini(&out);
    return err;
}

/* Lineup may leave in the middle of a request; that is no failure of the engine's. */
static bool left_alone(int socket)
{
    struct pollfd p = {.fd = socket, .events = POLLIN};

    return poll(&p, 1, 0) > 0 && (p.revents & POLLHUP);
}

lu_err lu_serve(int socket)
{
    lu_service s = {.socket = socket};
    struct pollfd p = {.fd = socket, .events = POLLIN};
    lu_err err = LU_OK;
    char peek;

    while (!err && poll(&p, 1, -1) >= 0 && recv(socket, &peek, 1, MSG_PEEK) == 1) {
        lu_frame in;
        err = lu_frame_receive(socket, &in);
        if (!err && in.type != LU_MSG_CANCEL) { /* a late cancel: its request has been answered */
            err = answer(&s, &in);
        }
        lu_frame_fini(&in);
    }
    if (s.loaded) {
        lu_loaded_fini(&s.model);
    }
    lu_bench_free(&s.bench);
    return left_alone(socket) ? LU_OK : err;
}
