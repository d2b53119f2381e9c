/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/service.h"

#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* --- progress and cancel --- */

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static lu_err look_for_cancel(lu_service *s)
{
    struct pollfd p = {.fd = s->socket, .events = POLLIN};
    lu_frame f;
    bool cancel;

    if (poll(&p, 1, 0) <= 0) {
        return LU_OK;
    }
    LU_TRY(lu_frame_receive(s->socket, &f));
    cancel = f.type == LU_MSG_CANCEL;
    lu_frame_fini(&f);
    return cancel ? lu_fail(LU_ERR_CANCELLED, "interrupted")
                  : lu_fail(LU_ERR_ENGINE, "a request came while another ran");
}

static const double INTERVAL = 0.1; /* seconds between two reports, two glimpses */

static lu_err report(void *context, const char *what, double done, double total)
{
    lu_service *s = context;
    lu_frame f;
    lu_err err;

    LU_TRY(look_for_cancel(s));
    if (seconds() - s->reported < INTERVAL) {
        return LU_OK;
    }
    s->reported = seconds();
    lu_frame_init(&f, LU_MSG_PROGRESS, s->id);
    lu_put_text(&f, what);
    lu_put_f64(&f, done);
    lu_put_f64(&f, total);
    err = lu_frame_send(s->socket, &f);
    lu_frame_fini(&f);
    return err;
}

static bool glimpse_due(void *context)
{
    const lu_service *s = context;

    return seconds() - s->glimpsed >= INTERVAL;
}

/* When it cannot be sent, the next report cannot either, and that ends the work. */
static void send_glimpse(void *context, const lu_glimpse *g)
{
    lu_service *s = context;
    lu_frame f;

    s->glimpsed = seconds();
    lu_frame_init(&f, LU_MSG_GLIMPSE, s->id);
    lu_put_glimpse(&f, g);
    (void)lu_frame_send(s->socket, &f);
    lu_frame_fini(&f);
}

lu_job lu_service_job(lu_service *s)
{
    return (lu_job){.at = report, .context = s};
}

lu_job lu_service_watched_job(lu_service *s, bool watched)
{
    lu_job job = lu_service_job(s);

    if (watched) {
        job.look = send_glimpse;
        job.due = glimpse_due;
    }
    return job;
}

/* --- what handlers share --- */

/* A whole regular file or memory file as bytes. */
lu_err lu_service_read(int fd, size_t limit, lu_buf *out)
{
    struct stat st;
    ssize_t got = 0;

    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        return lu_fail(LU_ERR_INPUT, "is not a regular file");
    }
    if ((uint64_t)st.st_size > limit) {
        return lu_fail(LU_ERR_INPUT, "is %lld bytes, at most %zu are read", (long long)st.st_size,
                       limit);
    }
    out->data = lu_zalloc((size_t)st.st_size + 1, 1);
    if (out->data == NULL) {
        return LU_ERR_MEMORY;
    }
    out->capacity = (size_t)st.st_size + 1;
    while (out->len < (size_t)st.st_size &&
           (got = pread(fd, out->data + out->len, (size_t)st.st_size - out->len, (off_t)out->len)) >
               0) {
        out->len += (size_t)got;
    }
    return out->len == (size_t)st.st_size ? LU_OK : lu_fail(LU_ERR_INPUT, "cannot be read whole");
}

lu_err lu_service_need_model(const lu_service *s)
{
    return s->loaded ? LU_OK : lu_fail(LU_ERR_ENGINE, "no model is loaded");
}

lu_err lu_service_send(lu_frame *out, const lu_part_bytes *parts, size_t n)
{
    int fd;

    LU_TRY(lu_sealed_new(parts, n, &fd));
    lu_put_fd(out, fd);
    close(fd);
    return LU_OK;
}

/* A view of samples first..first+n-1. */
static lu_samples window(const lu_samples *s, size_t first, size_t n)
{
    size_t size = lu_shape_size(s->shape);
    lu_samples w = *s;

    w.n = n;
    w.bytes = s->bytes ? s->bytes + first * size : NULL;
    w.values = s->values ? s->values + first * size : NULL;
    w.labels = s->labels ? s->labels + first : NULL;
    w.mapping = NULL;
    return w;
}

lu_err lu_service_window(lu_frame *in, lu_shared *shared, lu_samples *view, size_t *first)
{
    size_t n;

    *first = lu_get_below(in, (uint64_t)1 << 40);
    n = lu_get_below(in, (uint64_t)1 << 40);
    LU_TRY(lu_get_samples(in, shared));
    if (*first > shared->samples.n || n > shared->samples.n - *first) {
        lu_shared_fini(shared);
        return lu_fail(LU_ERR_ENGINE, "samples outside the set are asked for");
    }
    *view = window(&shared->samples, *first, n);
    return LU_OK;
}

/* The model's shape, or a failure that says both; grey is widened into *wide when needed. */
lu_err lu_service_fit(const lu_model *m, lu_samples *view, lu_samples *wide)
{
    size_t *index;
    lu_err err;

    *wide = (lu_samples){0};
    if (lu_shape_equal(view->shape, m->input)) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(index, view->n));
    for (size_t i = 0; i < view->n; i++) {
        index[i] = i;
    }
    err = lu_samples_pick(view, index, view->n, wide);
    free(index);
    if (!err) {
        err = lu_samples_conform(wide, m->input);
    }
    *view = *wide;
    return err;
}
