/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samples/readers/readers.h"

#include <errno.h>
#include <lzma.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
    BLOCK = 65536,
    GZIP_WINDOW = 15 + 16, /* inflateInit2: largest window, gzip wrapper only */
    FIRST_TAKE = 1 << 20,
    ONE_CALL = 1 << 30 /* zlib counts in 32 bits */
};

static const uint64_t xz_memory = (uint64_t)256 << 20; /* preset 9e takes 65 MB to unpack */

typedef enum packing { PLAIN, GZIP, XZ } packing;

struct lu_stream {
    packing packing;
    int fd;
    size_t size;  /* of the file */
    size_t read;  /* bytes of the file so far */
    size_t given; /* unpacked bytes so far */
    size_t limit;
    bool ended;   /* the packed data are complete */
    bool started; /* the unpacker below is set up */
    z_stream gz;
    lzma_stream xz;
    uint8_t in[BLOCK];
};

static packing packing_of(const char *path)
{
    size_t len = strlen(path);
    const char *end = len > 3 ? path + len - 3 : "";

    return strcmp(end, ".gz") == 0 ? GZIP : strcmp(end, ".xz") == 0 ? XZ : PLAIN;
}

static lu_err start(lu_stream *s)
{
    bool ok = true;

    if (s->packing == GZIP) {
        ok = inflateInit2(&s->gz, GZIP_WINDOW) == Z_OK;
    } else if (s->packing == XZ) {
        s->xz = (lzma_stream)LZMA_STREAM_INIT;
        ok = lzma_stream_decoder(&s->xz, xz_memory, LZMA_CONCATENATED) == LZMA_OK;
    } else if (s->size > s->limit) {
        return lu_fail(LU_ERR_INPUT, "is %zu bytes long, the limit is %zu", s->size, s->limit);
    }
    s->started = ok;
    return ok ? LU_OK : lu_fail(LU_ERR_MEMORY, "out of memory for unpacking");
}

lu_err lu_stream_new(lu_stream **out, const char *path, size_t limit)
{
    lu_stream *s;
    lu_err err;

    *out = NULL;
    LU_TRY(LU_NEW(s, 1));
    s->fd = -1;
    s->limit = limit;
    s->packing = packing_of(path);
    err = lu_regular_open(path, &s->fd, &s->size);
    if (!err) {
        err = start(s);
    }
    if (err) {
        lu_stream_free(&s);
    }
    *out = s;
    return err;
}

void lu_stream_free(lu_stream **s)
{
    if (*s == NULL) {
        return;
    }
    if ((*s)->started && (*s)->packing == GZIP) {
        inflateEnd(&(*s)->gz);
    } else if ((*s)->started && (*s)->packing == XZ) {
        lzma_end(&(*s)->xz);
    }
    if ((*s)->fd >= 0) {
        close((*s)->fd);
    }
    free(*s);
    *s = NULL;
}

static lu_err read_file(lu_stream *s, void *dst, size_t n, size_t *got)
{
    ssize_t r;

    do {
        r = read(s->fd, dst, n);
    } while (r < 0 && errno == EINTR);
    if (r < 0) {
        return lu_fail(LU_ERR_IO, "cannot read at byte %zu: %s", s->read, strerror(errno));
    }
    s->read += (size_t)r;
    *got = (size_t)r;
    return LU_OK;
}

static lu_err some_plain(lu_stream *s, uint8_t *dst, size_t n, size_t *got)
{
    size_t more = 1;

    for (*got = 0; *got < n && more > 0; *got += more) {
        LU_TRY(read_file(s, dst + *got, n - *got, &more));
    }
    return LU_OK;
}

/* What unpacks says why it stopped: `rest` bytes of the file were not looked at yet. */
static lu_err damaged(const lu_stream *s, const char *why, size_t rest, size_t made)
{
    return lu_fail(LU_ERR_INPUT, "the packed data %s at byte %zu of %zu (%zu bytes unpacked)", why,
                   s->read - rest, s->size, s->given + made);
}

static lu_err fill_gzip(lu_stream *s)
{
    size_t got;

    if (s->gz.avail_in == 0) {
        LU_TRY(read_file(s, s->in, BLOCK, &got));
        s->gz.next_in = s->in;
        s->gz.avail_in = (uInt)got;
    }
    return LU_OK;
}

/* After a member: the end of the file, or another member. */
static lu_err next_member(lu_stream *s, size_t made)
{
    LU_TRY(fill_gzip(s));
    if (s->gz.avail_in == 0) {
        s->ended = true;
    } else if (*s->gz.next_in != 0x1f || inflateReset(&s->gz) != Z_OK) {
        return damaged(s, "are followed by something else", s->gz.avail_in, made);
    }
    return LU_OK;
}

static lu_err some_gzip(lu_stream *s, uint8_t *dst, size_t n, size_t *got)
{
    int status;

    s->gz.next_out = dst;
    s->gz.avail_out = (uInt)n;
    while (s->gz.avail_out > 0 && !s->ended) {
        LU_TRY(fill_gzip(s));
        *got = n - s->gz.avail_out;
        if (s->gz.avail_in == 0) {
            return damaged(s, "break off", 0, *got);
        }
        status = inflate(&s->gz, Z_NO_FLUSH);
        *got = n - s->gz.avail_out;
        if (status == Z_MEM_ERROR) {
            return lu_fail(LU_ERR_MEMORY, "out of memory for unpacking");
        }
        if (status != Z_OK && status != Z_STREAM_END) {
            return damaged(s, "are damaged", s->gz.avail_in, *got);
        }
        if (status == Z_STREAM_END) {
            LU_TRY(next_member(s, *got));
        }
    }
    *got = n - s->gz.avail_out;
    return LU_OK;
}

static lu_err fail_xz(const lu_stream *s, lzma_ret status, bool at_end, size_t made)
{
    switch (status) {
    case LZMA_MEM_ERROR:
        return lu_fail(LU_ERR_MEMORY, "out of memory for unpacking");
    case LZMA_MEMLIMIT_ERROR:
        return damaged(s, "ask for more than 256 MB of memory", s->xz.avail_in, made);
    case LZMA_FORMAT_ERROR:
        return damaged(s, "are not xz", s->xz.avail_in, made);
    case LZMA_BUF_ERROR:
        return damaged(s, at_end ? "break off" : "are damaged", s->xz.avail_in, made);
    default:
        return damaged(s, "are damaged", s->xz.avail_in, made);
    }
}

static lu_err some_xz(lu_stream *s, uint8_t *dst, size_t n, size_t *got)
{
    bool at_end = false;
    lzma_ret status;
    size_t more;

    s->xz.next_out = dst;
    s->xz.avail_out = n;
    while (s->xz.avail_out > 0 && !s->ended) {
        if (s->xz.avail_in == 0 && !at_end) {
            LU_TRY(read_file(s, s->in, BLOCK, &more));
            s->xz.next_in = s->in;
            s->xz.avail_in = more;
            at_end = more == 0;
        }
        status = lzma_code(&s->xz, at_end ? LZMA_FINISH : LZMA_RUN);
        if (status == LZMA_STREAM_END) {
            s->ended = true;
        } else if (status != LZMA_OK) {
            return fail_xz(s, status, at_end, n - s->xz.avail_out);
        }
    }
    *got = n - s->xz.avail_out;
    return LU_OK;
}

static lu_err some_once(lu_stream *s, uint8_t *dst, size_t n, size_t *got)
{
    switch (s->packing) {
    case GZIP:
        return some_gzip(s, dst, n, got);
    case XZ:
        return some_xz(s, dst, n, got);
    default:
        return some_plain(s, dst, n, got);
    }
}

lu_err lu_stream_some(lu_stream *s, void *dst, size_t n, size_t *got)
{
    uint8_t *to = dst;
    size_t want, more;

    for (*got = 0; *got < n; *got += more) {
        want = n - *got < ONE_CALL ? n - *got : ONE_CALL;
        more = 0;
        LU_TRY(some_once(s, to + *got, want, &more));
        s->given += more;
        if (s->given > s->limit) {
            return lu_fail(LU_ERR_INPUT, "unpacks to more than %zu bytes (%zu of %zu bytes read)",
                           s->limit, s->read, s->size);
        }
        if (more < want) {
            *got += more;
            break;
        }
    }
    return LU_OK;
}

/* n bytes of a piece that should reach byte `goal`. */
static lu_err piece(lu_stream *s, void *dst, size_t n, size_t goal)
{
    size_t got;

    LU_TRY(lu_stream_some(s, dst, n, &got));
    return got == n ? LU_OK
                    : lu_fail(LU_ERR_INPUT, "ends at byte %zu, at least %zu bytes should be there",
                              s->given, goal);
}

lu_err lu_stream_exact(lu_stream *s, void *dst, size_t n)
{
    return piece(s, dst, n, s->given + n);
}

lu_err lu_stream_skip(lu_stream *s, size_t n)
{
    uint8_t scratch[BLOCK / 4];
    size_t goal = s->given + n;

    while (s->given < goal) {
        n = goal - s->given;
        LU_TRY(piece(s, scratch, n < sizeof scratch ? n : sizeof scratch, goal));
    }
    return LU_OK;
}

lu_err lu_stream_take(lu_stream *s, size_t n, uint8_t **out)
{
    size_t goal = s->given + n;
    size_t room = 0;
    lu_err err = LU_OK;
    uint8_t *grown;

    *out = NULL;
    for (size_t have = 0; !err && (have < n || *out == NULL); have = room) {
        room = have > n / 2 ? n : 2 * have > FIRST_TAKE ? 2 * have : FIRST_TAKE;
        room = room < n ? room : n;
        grown = lu_resize(*out, room, 1);
        if (grown == NULL) {
            err = LU_ERR_MEMORY;
            break;
        }
        *out = grown;
        err = piece(s, *out + have, room - have, goal);
    }
    if (err) {
        free(*out);
        *out = NULL;
    }
    return err;
}

lu_err lu_stream_end(lu_stream *s)
{
    size_t before = s->given;
    uint8_t byte;
    size_t got;

    LU_TRY(lu_stream_some(s, &byte, 1, &got));
    if (got == 0) {
        return LU_OK;
    }
    return s->packing == PLAIN
               ? lu_fail(LU_ERR_INPUT, "is %zu bytes long, %zu should be there", s->size, before)
               : lu_fail(LU_ERR_INPUT, "goes on after the %zu bytes that should be there", before);
}
