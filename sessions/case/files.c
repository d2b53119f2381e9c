/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static lu_err failed(const char *path, const char *doing)
{
    return lu_within(lu_fail(LU_ERR_IO, "cannot %s: %s", doing, strerror(errno)), "%s", path);
}

static lu_err write_all(int fd, const uint8_t *data, size_t len)
{
    while (len) {
        ssize_t put = write(fd, data, len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return LU_ERR_IO;
        }
        data += put;
        len -= (size_t)put;
    }
    return LU_OK;
}

/* The folder part of `path`, "." when it has none. */
static void folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL) {
        snprintf(out, size, ".");
    } else {
        snprintf(out, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    }
}

static lu_err sync_folder(int dir, const char *path)
{
    char folder[4096];
    int fd, result;

    folder_of(path, folder, sizeof folder);
    fd = openat(dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return failed(path, "open the folder");
    }
    result = fsync(fd);
    close(fd);
    return result ? failed(path, "sync the folder") : LU_OK;
}

typedef struct fresh_file {
    int dir, fd;
    const char *path;
    char temporary[4200];
} fresh_file;

static lu_err fresh_begin(fresh_file *f, int dir, const char *path, mode_t mode)
{
    f->dir = dir;
    f->path = path;
    snprintf(f->temporary, sizeof f->temporary, "%s.tmp-%ld", path, (long)getpid());
    unlinkat(dir, f->temporary, 0);
    f->fd = openat(dir, f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    return f->fd < 0 ? failed(path, "be written") : LU_OK;
}

static lu_err fresh_end(fresh_file *f, lu_err err)
{
    if (!err && fsync(f->fd)) {
        err = LU_ERR_IO;
    }
    if (close(f->fd) && !err) {
        err = LU_ERR_IO;
    }
    if (!err && renameat(f->dir, f->temporary, f->dir, f->path)) {
        err = LU_ERR_IO;
    }
    if (err) {
        err = err == LU_ERR_IO ? failed(f->path, "be written") : err;
        unlinkat(f->dir, f->temporary, 0);
        return err;
    }
    return sync_folder(f->dir, f->path);
}

lu_err lu_file_replace(int dir, const char *path, const void *data, size_t len, mode_t mode)
{
    fresh_file f;

    LU_TRY(fresh_begin(&f, dir, path, mode));
    return fresh_end(&f, write_all(f.fd, data, len));
}

lu_err lu_file_save(const char *path, const lu_buf *bytes)
{
    return lu_file_replace(AT_FDCWD, path, bytes->data, bytes->len, 0644);
}

/* Inside a case no link is followed and nothing outside is reached; elsewhere links are the user's.
 */
static int open_reading(int dir, const char *path)
{
    const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const struct open_how how = {.flags = (uint64_t)flags,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    long fd;

    if (dir == AT_FDCWD) {
        return openat(dir, path, flags);
    }
    fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) { /* an old kernel, or a strict sandbox */
        return openat(dir, path, flags | O_NOFOLLOW);
    }
    return (int)fd;
}

lu_err lu_file_open(int dir, const char *path, int *fd, uint64_t *size)
{
    struct stat st;
    lu_err err = LU_OK;

    *fd = open_reading(dir, path);
    if (*fd < 0) {
        err = lu_fail(LU_ERR_INPUT, "cannot be opened: %s", strerror(errno));
    } else if (fstat(*fd, &st)) {
        err = lu_fail(LU_ERR_INPUT, "cannot be examined: %s", strerror(errno));
    } else if (!S_ISREG(st.st_mode)) {
        err = lu_fail(LU_ERR_INPUT, "is not a regular file");
    } else {
        *size = (uint64_t)st.st_size;
        return LU_OK;
    }
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    return lu_within(err, "%s", path);
}

lu_err lu_file_read(int dir, const char *path, size_t limit, lu_buf *out)
{
    uint64_t size;
    lu_err err = LU_OK;
    int fd;

    *out = (lu_buf)LU_BUF_INIT;
    LU_TRY(lu_file_open(dir, path, &fd, &size));
    if (size > limit) {
        err = lu_fail(LU_ERR_INPUT, "is %llu bytes, at most %zu are read", (unsigned long long)size,
                      limit);
    }
    while (!err) {
        uint8_t block[65536];
        ssize_t got = read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 || out->len + (size_t)got > limit) {
            err =
                lu_fail(LU_ERR_INPUT, "cannot be read: %s", got < 0 ? strerror(errno) : "it grew");
        } else if (got == 0) {
            break;
        } else {
            err = lu_buf_add(out, block, (size_t)got);
        }
    }
    close(fd);
    if (!err && out->len == 0) {
        err = lu_buf_add(out, "", 0); /* an empty file is an empty string */
    }
    if (err) {
        lu_buf_fini(out);
    }
    return lu_within(err, "%s", path);
}

static lu_err copy_blocks(int from, int to, lu_digest *d, uint64_t *size)
{
    uint8_t block[65536];

    *size = 0;
    for (;;) {
        ssize_t got = read(from, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return lu_fail(LU_ERR_INPUT, "cannot be read: %s", strerror(errno));
        }
        if (got == 0) {
            return LU_OK;
        }
        lu_digest_bytes(d, block, (size_t)got);
        LU_TRY(write_all(to, block, (size_t)got));
        *size += (uint64_t)got;
    }
}

static lu_err read_back(int dir, const char *path, const lu_sha256 *expected)
{
    lu_sha256 found;
    uint64_t size;
    lu_err err;
    int fd;

    LU_TRY(lu_file_open(dir, path, &fd, &size));
    err = lu_sha256_fd(fd, &found);
    close(fd);
    if (!err && strcmp(found.hex, expected->hex) != 0) {
        err = lu_fail(LU_ERR_IO, "the copy differs from what was read");
    }
    return lu_within(err, "%s", path);
}

lu_err lu_file_copy(const char *from, int dir, const char *path, mode_t mode, uint64_t *size,
                    lu_sha256 *sha256)
{
    fresh_file f;
    lu_digest d;
    lu_err err;
    int fd;

    LU_TRY(lu_file_open(AT_FDCWD, from, &fd, size));
    err = fresh_begin(&f, dir, path, mode);
    if (!err) {
        err = lu_digest_init(&d);
        if (!err) {
            lu_err end;
            err = copy_blocks(fd, f.fd, &d, size);
            end = lu_digest_finish(&d, sha256);
            err = err ? err : end;
        }
        err = fresh_end(&f, err);
    }
    close(fd);
    LU_TRY(lu_within(err, "%s", from));
    return read_back(dir, path, sha256);
}

void lu_utc_now(char out[32])
{
    struct tm tm;
    time_t now = time(NULL);

    gmtime_r(&now, &tm);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}
