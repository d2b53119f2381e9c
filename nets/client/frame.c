/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames: building, reading, sending, receiving. */
#include "nets/client/proto.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 16 };

void lu_frame_init(lu_frame *f, lu_message type, uint32_t id)
{
    *f = (lu_frame){.type = type, .id = id};
}

void lu_frame_fini(lu_frame *f)
{
    for (size_t i = f->taken; i < f->fds; i++) {
        close(f->fd[i]);
    }
    lu_buf_fini(&f->body);
    *f = (lu_frame){0};
}

/* --- writing --- */

static void put(lu_frame *f, const void *data, size_t len)
{
    if (f->bad || lu_buf_add(&f->body, data, len)) {
        f->bad = true;
    }
}

void lu_put_u64(lu_frame *f, uint64_t v)
{
    uint8_t le[8];

    for (int i = 0; i < 8; i++) {
        le[i] = (uint8_t)(v >> (8 * i));
    }
    put(f, le, sizeof le);
}

void lu_put_f64(lu_frame *f, double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    lu_put_u64(f, bits);
}

void lu_put_bytes(lu_frame *f, const void *data, size_t len)
{
    lu_put_u64(f, len);
    put(f, data, len);
}

void lu_put_text(lu_frame *f, const char *s)
{
    lu_put_bytes(f, s, strlen(s));
}

void lu_put_fd(lu_frame *f, int fd)
{
    int copy = f->fds < LU_WIRE_FDS ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;

    if (copy < 0) {
        f->bad = true;
        return;
    }
    f->fd[f->fds++] = copy;
}

/* --- reading --- */

static const uint8_t *get(lu_frame *f, size_t len)
{
    const uint8_t *at;

    if (f->bad || len > f->body.len - f->at) {
        f->bad = true;
        return NULL;
    }
    at = f->body.data + f->at;
    f->at += len;
    return at;
}

uint64_t lu_get_u64(lu_frame *f)
{
    const uint8_t *le = get(f, 8);
    uint64_t v = 0;

    for (int i = 0; le != NULL && i < 8; i++) {
        v |= (uint64_t)le[i] << (8 * i);
    }
    return v;
}

uint64_t lu_get_below(lu_frame *f, uint64_t limit)
{
    uint64_t v = lu_get_u64(f);

    if (v >= limit) {
        f->bad = true;
        return 0;
    }
    return v;
}

double lu_get_f64(lu_frame *f)
{
    uint64_t bits = lu_get_u64(f);
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

const uint8_t *lu_get_bytes(lu_frame *f, size_t *len)
{
    *len = lu_get_u64(f);
    return get(f, *len);
}

void lu_get_text(lu_frame *f, char *out, size_t size)
{
    size_t len;
    const uint8_t *at = lu_get_bytes(f, &len);

    out[0] = '\0';
    if (at == NULL || len >= size || memchr(at, 0, len) != NULL) {
        f->bad = true;
        return;
    }
    memcpy(out, at, len);
    out[len] = '\0';
}

int lu_get_fd(lu_frame *f)
{
    if (f->bad || f->taken >= f->fds) {
        f->bad = true;
        return -1;
    }
    return f->fd[f->taken++];
}

lu_err lu_frame_end(const lu_frame *f)
{
    if (f->bad || f->at != f->body.len || f->taken != f->fds) {
        return lu_fail(LU_ERR_ENGINE, "a message makes no sense (type %d)", (int)f->type);
    }
    return LU_OK;
}

/* --- the socket --- */

static void store32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

static uint32_t fetch32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

typedef union control {
    struct cmsghdr head;
    char space[CMSG_SPACE(LU_WIRE_FDS * sizeof(int))];
} control;

static lu_err gone(void)
{
    return lu_fail(LU_ERR_ENGINE, "the other side of the engine's socket is gone");
}

/* The header carries the descriptors. */
static lu_err send_header(int socket, const lu_frame *f)
{
    uint8_t header[HEADER];
    control c = {0};
    struct iovec io = {header, sizeof header};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};
    ssize_t sent;

    store32(header, LU_WIRE_MAGIC);
    store32(header + 4, LU_WIRE_VERSION | (uint32_t)f->type << 16);
    store32(header + 8, f->id);
    store32(header + 12, (uint32_t)f->body.len);
    if (f->fds) {
        m.msg_control = c.space;
        m.msg_controllen = CMSG_SPACE(f->fds * sizeof(int));
        c.head.cmsg_level = SOL_SOCKET;
        c.head.cmsg_type = SCM_RIGHTS;
        c.head.cmsg_len = CMSG_LEN(f->fds * sizeof(int));
        memcpy(CMSG_DATA(&c.head), f->fd, f->fds * sizeof(int));
    }
    do {
        sent = sendmsg(socket, &m, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == HEADER ? LU_OK : gone();
}

lu_err lu_frame_send(int socket, const lu_frame *f)
{
    if (f->bad || f->body.len > LU_WIRE_BYTES) {
        return lu_fail(LU_ERR_INTERNAL, "a message could not be built (type %d)", (int)f->type);
    }
    LU_TRY(send_header(socket, f));
    for (size_t done = 0; done < f->body.len;) {
        ssize_t sent = send(socket, f->body.data + done, f->body.len - done, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            return gone();
        }
        done += (size_t)sent;
    }
    return LU_OK;
}

static void take_descriptors(struct msghdr *m, lu_frame *f)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            memcpy(f->fd, CMSG_DATA(c), n * sizeof(int));
            f->fds = n;
        }
    }
}

static lu_err receive_header(int socket, lu_frame *f, uint32_t *len)
{
    uint8_t header[HEADER];
    control c = {0};
    struct iovec io = {header, sizeof header};
    struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1};
    ssize_t got;

    m.msg_control = c.space;
    m.msg_controllen = sizeof c.space;
    do {
        got = recvmsg(socket, &m, MSG_WAITALL | MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        take_descriptors(&m, f);
    }
    if (got != HEADER) {
        return gone();
    }
    *len = fetch32(header + 12);
    f->type = (lu_message)(fetch32(header + 4) >> 16);
    f->id = fetch32(header + 8);
    if (fetch32(header) != LU_WIRE_MAGIC || (fetch32(header + 4) & 0xffff) != LU_WIRE_VERSION ||
        *len > LU_WIRE_BYTES || (m.msg_flags & MSG_CTRUNC)) {
        return lu_fail(LU_ERR_ENGINE, "a message does not start as one");
    }
    return LU_OK;
}

lu_err lu_frame_receive(int socket, lu_frame *out)
{
    uint32_t len = 0;
    lu_err err;

    lu_frame_init(out, 0, 0);
    err = receive_header(socket, out, &len);
    if (!err && len) {
        uint8_t *body = lu_zalloc((size_t)len + 1, 1);
        out->body = (lu_buf){body, len, (size_t)len + 1};
        err = body ? LU_OK : LU_ERR_MEMORY;
    }
    for (size_t done = 0; !err && done < len;) {
        ssize_t got = recv(socket, out->body.data + done, len - done, MSG_WAITALL);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            err = gone();
        } else {
            done += (size_t)got;
        }
    }
    if (err) {
        lu_frame_fini(out);
    }
    return err;
}
