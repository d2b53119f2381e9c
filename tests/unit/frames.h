/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of the wire: a pair of sockets around every test, frames through them. */
#ifndef LU_TESTS_FRAMES_H
#define LU_TESTS_FRAMES_H

#include "nets/client/proto.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <math.h>
#include <sys/mman.h>
#include <sys/socket.h>

static int left, right;

static inline int pair_up(void **state)
{
    int pair[2];

    (void)state;
    alarm(60); /* a hang is a failure */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        return -1;
    }
    left = pair[0];
    right = pair[1];
    return 0;
}

/* How many descriptors this process has open. */
static inline int open_files(void)
{
    int n = 0;

    for (int fd = 0; fd < 256; fd++) {
        n += fcntl(fd, F_GETFD) >= 0;
    }
    return n;
}

static inline int pair_down(void **state)
{
    (void)state;
    close(left);
    close(right);
    return 0;
}

/* Sends and receives; frees the sent one. Frames here fit a socket's buffer. */
static inline lu_frame through(lu_frame *f)
{
    lu_frame got;

    assert_ok(lu_frame_send(left, f));
    assert_ok(lu_frame_receive(right, &got));
    assert_int_equal(got.type, f->type);
    assert_int_equal(got.id, f->id);
    assert_int_equal(got.body.len, f->body.len);
    assert_int_equal(got.fds, f->fds);
    lu_frame_fini(f);
    return got;
}

static inline lu_frame result(void)
{
    lu_frame f;

    lu_frame_init(&f, LU_MSG_RESULT, 77);
    return f;
}

#define T(f) cmocka_unit_test_setup_teardown(f, pair_up, pair_down)

#endif
