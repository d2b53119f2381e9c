/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes over an engine's socket, either way. */
#include "nets/client/client.h"
#include "nets/engine/serve.h"
#include "tests/fuzz/fuzz.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { FILE_MOST = 1 << 14 };

static bool pair_of(int pair[2])
{
    const struct timeval limit = {0, 200000};

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        setsockopt(pair[i], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        setsockopt(pair[i], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    return true;
}

int lu_fuzz_frame(const uint8_t *data, size_t size)
{
    lu_frame f;
    int pair[2];

    if (size > FILE_MOST || !pair_of(pair)) {
        return 0;
    }
    if (send(pair[0], data, size, MSG_NOSIGNAL) == (ssize_t)size) {
        shutdown(pair[0], SHUT_WR);
        while (lu_frame_receive(pair[1], &f) == LU_OK) {
            lu_frame_fini(&f);
        }
    }
    close(pair[0]);
    close(pair[1]);
    return 0;
}

/* type, number of descriptors, length of their file, the file, length of the body, the body. */
static void take_frame(const uint8_t **data, size_t *size, lu_frame *f)
{
    size_t fds, n, len;
    const uint8_t *at;
    int fd;

    lu_frame_init(f, (lu_message)lu_fuzz_byte(data, size), 7);
    fds = lu_fuzz_byte(data, size) % (LU_WIRE_FDS + 1);
    n = lu_fuzz_two(data, size);
    at = lu_fuzz_take(data, size, &n);
    fd = fds ? lu_fuzz_sealed(at, n) : -1;
    for (size_t i = 0; fd >= 0 && i < fds; i++) {
        lu_put_fd(f, fd);
    }
    if (fd >= 0) {
        close(fd);
    }
    len = lu_fuzz_two(data, size);
    at = lu_fuzz_take(data, size, &len);
    lu_buf_add(&f->body, at, len);
}

/* A tiny network, so that what needs one is reached. */
static void send_model(int socket)
{
    static const char cfg[] = "[net]\nheight=4\nwidth=4\nchannels=1\nbatch=1\n[connected]\n"
                              "output=2\nactivation=linear\n[softmax]\n";
    static const uint8_t weights[20 + 4 * (2 + 32)] = {0, 0, 0, 0, 2};
    lu_frame f;
    int fd[2] = {lu_fuzz_sealed((const uint8_t *)cfg, sizeof cfg - 1),
                 lu_fuzz_sealed(weights, sizeof weights)};

    lu_frame_init(&f, LU_MSG_LOAD, 1);
    lu_put_u64(&f, 0);
    for (int i = 0; i < 2; i++) {
        lu_put_fd(&f, fd[i]);
        close(fd[i]);
    }
    lu_frame_send(socket, &f);
    lu_frame_fini(&f);
}

int lu_fuzz_request(const uint8_t *data, size_t size)
{
    int pair[2];

    if (size > FILE_MOST || !pair_of(pair)) {
        return 0;
    }
    if (lu_fuzz_byte(&data, &size) & 1) {
        send_model(pair[0]);
    }
    for (int frames = 0; size && frames < 8; frames++) {
        lu_frame f;
        take_frame(&data, &size, &f);
        if (f.type != LU_MSG_SAMPLES && f.type != LU_MSG_ARRAYS) { /* they name paths */
            lu_frame_send(pair[0], &f);
        }
        lu_frame_fini(&f);
    }
    shutdown(pair[0], SHUT_WR);
    lu_serve(pair[1]);
    close(pair[0]);
    close(pair[1]);
    return 0;
}

static void as_info(lu_frame *f)
{
    lu_model_info info = {0};

    if (lu_reply_load(f, &info) == LU_OK) {
        lu_model_info_width(&info, 0);
    }
    lu_model_info_fini(&info);
}

static void as_outputs(lu_frame *f)
{
    lu_layer_info layer = {.type = "connected", .shape = {1, 1, 3}, .neurons = 3};
    const lu_model_info info = {.classes = 2, .n_layers = 1, .layers = &layer};
    const int layers[] = {0, LU_LAYER_LOGITS};
    float *out[2] = {0};

    if (lu_reply_outputs(f, &info, 5, 2, layers, out) == LU_OK) {
        free(out[0]);
        free(out[1]);
    }
}

static void as_generated(lu_frame *f, bool white)
{
    lu_blackbox b = {0};
    lu_whitebox w = {0};

    if (white && lu_get_whitebox(f, &w) == LU_OK) {
        lu_whitebox_fini(&w);
    } else if (!white && lu_get_blackbox(f, &b) == LU_OK) {
        lu_blackbox_fini(&b);
    }
}

static void as_files(lu_frame *f, int which)
{
    lu_shared shared = {.fd = -1};
    lu_trained_file trained = {0};
    lu_buf cfg = LU_BUF_INIT;
    lu_arrays arrays = {0};

    if (which == 0 && lu_get_samples(f, &shared) == LU_OK) {
        lu_shared_fini(&shared);
    } else if (which == 1 && lu_reply_train(f, &trained) == LU_OK) {
        lu_buf_fini(&trained.weights);
    } else if (which == 2 && lu_get_arrays(f, &arrays) == LU_OK) {
        lu_arrays_fini(&arrays);
    } else if (which == 3 && lu_reply_keras(f, &cfg, &trained.weights) == LU_OK) {
        lu_buf_fini(&cfg);
        lu_buf_fini(&trained.weights);
    }
}

int lu_fuzz_reply(const uint8_t *data, size_t size)
{
    lu_frame f;

    take_frame(&data, &size, &f);
    if (f.type % 8 == 0) {
        as_info(&f);
    } else if (f.type % 8 == 1) {
        as_outputs(&f);
    } else if (f.type % 8 < 4) {
        as_generated(&f, f.type % 8 == 3);
    } else {
        as_files(&f, f.type % 8 - 4);
    }
    lu_frame_fini(&f);
    return 0;
}
