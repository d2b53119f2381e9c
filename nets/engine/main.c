/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lineup-engine: holds one model and works for the lineup that started it, over the socket at
 * descriptor
 * 3. It is not meant to be started by hand.
 */
#include "nets/client/proto.h"
#include "nets/engine/serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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

static void limit_damage(void)
{
    struct rlimit none = {0, 0};

    setrlimit(RLIMIT_CORE, &none);
    signal(SIGINT, SIG_IGN); /* these reach the whole group; lineup decides, and its end is ours */
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int main(int argc, char **argv)
{
    int type = 0;
    socklen_t len = sizeof type;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("lineup-engine %s\n", LU_VERSION);
        return 0;
    }
    if (getsockopt(LU_ENGINE_SOCKET, SOL_SOCKET, SO_TYPE, &type, &len) || type != SOCK_STREAM) {
        fprintf(stderr, "lineup-engine: started by lineup only, not by hand\n");
        return 2;
    }
    settle_arithmetic();
    limit_damage();
    return lu_err_status(lu_serve(LU_ENGINE_SOCKET)); /* lineup does the talking */
}
