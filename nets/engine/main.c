/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lineup-engine: holds one model and works for the lineup that started it, over the socket at
 * descriptor
 * 3. It is not meant to be started by hand.
 */
#include "nets/client/launch.h"
#include "nets/client/proto.h"
#include "nets/engine/sandbox.h"
#include "nets/engine/serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

/* Flush-to-zero and denormals-are-zero: loading libdarknet sets them in this thread (spec engine
   6); said here so that it does not depend on that. A network full of denormals then costs no more
   than another. */
static void settle_arithmetic(void)
{
#if defined(__SSE__)
    _mm_setcsr(0x9fc0);
#endif
}

/* Signals of the terminal reach the whole group; lineup decides, and its end is ours. */
static void ignore_signals(void)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

/* --no-sandbox | --read PATH..., as lineup writes them. */
static lu_err enter_sandbox(int argc, char **argv)
{
    const char *readable[LU_LAUNCH_PATHS];
    size_t n = 0;

    if (argc > 1 && strcmp(argv[1], "--no-sandbox") == 0) {
        lu_sandbox_stay_out();
        return LU_OK;
    }
    for (int i = 1; i + 1 < argc && n < LU_LAUNCH_PATHS; i += 2) {
        if (strcmp(argv[i], "--read") == 0) {
            readable[n++] = argv[i + 1];
        }
    }
    return lu_sandbox_enter(readable, n);
}

/* Tells lineup, in the place of an answer to its first request. */
static void complain(lu_err err)
{
    lu_frame in, out;

    lu_frame_receive(LU_ENGINE_SOCKET, &in);
    lu_frame_init(&out, LU_MSG_ERROR, in.id);
    lu_put_u64(&out, err);
    lu_put_text(&out, lu_error_what());
    lu_put_text(&out, "the sandbox; --no-sandbox goes without");
    lu_frame_send(LU_ENGINE_SOCKET, &out);
    lu_frame_fini(&out);
    lu_frame_fini(&in);
}

int main(int argc, char **argv)
{
    int type = 0;
    socklen_t len = sizeof type;
    lu_err err;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("lineup-engine %s\n", LU_VERSION);
        return 0;
    }
    if (getsockopt(LU_ENGINE_SOCKET, SOL_SOCKET, SO_TYPE, &type, &len) || type != SOCK_STREAM) {
        fprintf(stderr, "lineup-engine: started by lineup only, not by hand\n");
        return 2;
    }
    settle_arithmetic();
    ignore_signals();
    err = enter_sandbox(argc, argv);
    if (err) {
        complain(err);
        return lu_err_status(err);
    }
    return lu_err_status(lu_serve(LU_ENGINE_SOCKET)); /* lineup does the talking */
}
