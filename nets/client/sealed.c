/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bulk arrays in sealed memory files. */
#include "nets/client/proto.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

size_t lu_sealed_next(size_t offset, size_t len)
{
    return (offset + len + 63) / 64 * 64;
}

static lu_err write_at(int fd, const uint8_t *data, size_t len, size_t at)
{
    while (len) {
        ssize_t put = pwrite(fd, data, len, (off_t)at);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return lu_fail(LU_ERR_IO, "a memory file cannot be written: %s", strerror(errno));
        }
        data += put;
        len -= (size_t)put;
        at += (size_t)put;
    }
    return LU_OK;
}

static lu_err new_file(int *fd)
{
    *fd = memfd_create("lineup", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return *fd >= 0 ? LU_OK
                    : lu_fail(LU_ERR_IO, "a memory file cannot be made: %s", strerror(errno));
}

/* Sets the size and seals; closes what failed before or does now. */
static lu_err finish(lu_err err, size_t size, int *fd)
{
    if (!err && (ftruncate(*fd, (off_t)size) || fcntl(*fd, F_ADD_SEALS, SEALS))) {
        err = lu_fail(LU_ERR_IO, "a memory file cannot be sealed: %s", strerror(errno));
    }
    if (err) {
        close(*fd);
        *fd = -1;
    }
    return err;
}

lu_err lu_sealed_new(const lu_part_bytes *parts, size_t n, int *fd)
{
    size_t size = 0;
    lu_err err = LU_OK;

    LU_TRY(new_file(fd));
    for (size_t i = 0; i < n && !err; i++) {
        err = write_at(*fd, parts[i].data, parts[i].len, size);
        size = lu_sealed_next(size, parts[i].len);
    }
    return finish(err, size, fd);
}

lu_err lu_sealed_file(const lu_buf *bytes, int *fd)
{
    LU_TRY(new_file(fd));
    return finish(write_at(*fd, bytes->data, bytes->len, 0), bytes->len, fd);
}

lu_err lu_sealed_map(int fd, size_t size, void **mapping)
{
    struct stat st;

    *mapping = NULL;
    if (fcntl(fd, F_GET_SEALS) < 0 || (fcntl(fd, F_GET_SEALS) & SEALS) != SEALS || fstat(fd, &st) ||
        (size_t)st.st_size != size) {
        return lu_fail(LU_ERR_ENGINE, "a memory file is not sealed or has the wrong size");
    }
    if (size == 0) {
        return LU_OK;
    }
    *mapping = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    if (*mapping == MAP_FAILED) {
        *mapping = NULL;
        return lu_fail(LU_ERR_MEMORY, "a memory file of %zu bytes cannot be mapped", size);
    }
    return LU_OK;
}

/* --- samples --- */

/* Offsets of pixels and labels, and the whole size. */
static bool layout(const lu_samples *s, bool bytes, bool labelled, size_t *labels, size_t *size)
{
    size_t pixels;

    if (!lu_mul(s->shape.h, s->shape.w, &pixels) || !lu_mul(pixels, s->shape.c, &pixels) ||
        !lu_mul(pixels, s->n, &pixels) || !lu_mul(pixels, bytes ? 1 : sizeof(float), &pixels) ||
        pixels > SIZE_MAX / 4 || s->n > SIZE_MAX / 64) {
        return false;
    }
    *labels = lu_sealed_next(0, pixels);
    *size = labelled ? lu_sealed_next(*labels, s->n * sizeof(int32_t)) : *labels;
    return true;
}

static void point_into(lu_samples *s, uint8_t *base, size_t size, bool bytes, bool labelled,
                       size_t labels)
{
    uint8_t *behind = labels > 0 ? base + labels : base; /* of an empty set base is NULL */

    s->mapping = base;
    s->mapping_len = size;
    s->bytes = bytes ? base : NULL;
    s->values = bytes ? NULL : (float *)(void *)base;
    s->labels = labelled ? (int32_t *)(void *)behind : NULL;
}

lu_err lu_shared_new(const lu_samples *s, lu_shared *out)
{
    bool bytes = s->bytes != NULL, labelled = s->labels != NULL;
    size_t pixels = s->n * lu_shape_size(s->shape) * (bytes ? 1 : sizeof(float));
    lu_part_bytes parts[2] = {{bytes ? (const void *)s->bytes : s->values, pixels},
                              {s->labels, labelled ? s->n * sizeof(int32_t) : 0}};
    size_t labels, size;
    void *base;

    *out = (lu_shared){.fd = -1};
    if (!layout(s, bytes, labelled, &labels, &size)) {
        return lu_fail(LU_ERR_MEMORY, "a sample set is too large");
    }
    LU_TRY(lu_sealed_new(parts, labelled ? 2 : 1, &out->fd));
    if (lu_sealed_map(out->fd, size, &base)) {
        lu_shared_fini(out);
        return LU_ERR_MEMORY;
    }
    out->samples = (lu_samples){.n = s->n, .shape = s->shape, .classes = s->classes};
    point_into(&out->samples, base, size, bytes, labelled, labels);
    return LU_OK;
}

void lu_shared_fini(lu_shared *s)
{
    if (s->fd >= 0 && s->samples.mapping != NULL) {
        lu_samples_fini(&s->samples);
    }
    if (s->fd >= 0) {
        close(s->fd);
    }
    *s = (lu_shared){.fd = -1};
}

void lu_put_samples(lu_frame *f, const lu_shared *s)
{
    lu_put_u64(f, s->samples.n);
    lu_put_u64(f, s->samples.shape.h);
    lu_put_u64(f, s->samples.shape.w);
    lu_put_u64(f, s->samples.shape.c);
    lu_put_u64(f, s->samples.classes);
    lu_put_u64(f, s->samples.bytes != NULL);
    lu_put_u64(f, s->samples.labels != NULL);
    lu_put_fd(f, s->fd);
}

static lu_err check_labels(const lu_samples *s)
{
    for (size_t i = 0; s->labels != NULL && i < s->n; i++) {
        if (s->labels[i] < 0 || (size_t)s->labels[i] >= s->classes) {
            return lu_fail(LU_ERR_ENGINE, "sample %zu has a label out of range", i);
        }
    }
    return LU_OK;
}

lu_err lu_get_samples(lu_frame *f, lu_shared *out)
{
    const uint64_t limit = (uint64_t)1 << 40;
    lu_samples s = {0};
    bool bytes, labelled;
    size_t labels, size;
    void *base = NULL;
    lu_err err;

    *out = (lu_shared){.fd = -1};
    s.n = lu_get_below(f, limit);
    s.shape.h = lu_get_below(f, limit);
    s.shape.w = lu_get_below(f, limit);
    s.shape.c = lu_get_below(f, limit);
    s.classes = lu_get_below(f, limit);
    bytes = lu_get_below(f, 2);
    labelled = lu_get_below(f, 2);
    out->fd = lu_get_fd(f);
    if (f->bad || !layout(&s, bytes, labelled, &labels, &size)) {
        err = lu_fail(LU_ERR_ENGINE, "a sample set is described by nonsense");
    } else {
        err = lu_sealed_map(out->fd, size, &base);
    }
    if (!err) {
        out->samples = s;
        point_into(&out->samples, base, size, bytes, labelled, labels);
        err = check_labels(&out->samples);
    }
    if (err) {
        lu_shared_fini(out);
    }
    return err;
}
