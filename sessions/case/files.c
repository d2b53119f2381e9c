/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char TEMPORARY[] = ".tmp-"; /* and the process, after the name */

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
    snprintf(f->temporary, sizeof f->temporary, "%s%s%ld", path, TEMPORARY, (long)getpid());
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

lu_err lu_file_save_arrays(const char *path, const lu_arrays *a)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = lu_npz_write(a, &bytes);

    if (!err) {
        err = lu_file_save(path, &bytes);
    }
    lu_buf_fini(&bytes);
    return err;
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
    uint64_t size = 0;
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

/* SHA-256 and SHA-512 of the same bytes. */
typedef struct both {
    lu_digest sha256, sha512;
} both;

static lu_err both_begin(both *d)
{
    lu_err err = lu_digest_init(&d->sha256);

    LU_TRY(err);
    err = lu_digest_init_sha512(&d->sha512);
    if (err) {
        lu_sha256 none;
        (void)lu_digest_finish(&d->sha256, &none);
    }
    return err;
}

static lu_err both_end(both *d, lu_copied *out)
{
    lu_err first = lu_digest_finish(&d->sha256, &out->sha256);
    lu_err second = lu_digest_finish_sha512(&d->sha512, &out->sha512);

    return first ? first : second;
}

static lu_err copy_blocks(int from, int to, both *d, uint64_t *size)
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
        lu_digest_bytes(&d->sha256, block, (size_t)got);
        lu_digest_bytes(&d->sha512, block, (size_t)got);
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

static lu_err copy_hashed(int from, int to, lu_copied *out)
{
    both d;
    lu_err err, end;

    LU_TRY(both_begin(&d));
    err = copy_blocks(from, to, &d, &out->size);
    end = both_end(&d, out);
    return err ? err : end;
}

lu_err lu_file_copy(int from_dir, const char *from, int dir, const char *path, mode_t mode,
                    lu_copied *out)
{
    fresh_file f;
    lu_err err;
    int fd;

    LU_TRY(lu_file_open(from_dir, from, &fd, &out->size));
    err = fresh_begin(&f, dir, path, mode);
    if (!err) {
        err = fresh_end(&f, copy_hashed(fd, f.fd, out));
    }
    close(fd);
    LU_TRY(lu_within(err, "%s", from));
    return read_back(dir, path, &out->sha256);
}

lu_err lu_file_parents(int dir, const char *path)
{
    char folder[4096];

    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        if (mkdirat(dir, folder, 0755) && faccessat(dir, folder, X_OK, 0)) {
            return lu_fail(LU_ERR_IO, "the folder %s cannot be made", folder);
        }
    }
    return LU_OK;
}

static int is_temporary(const struct dirent *e)
{
    const char *mark = strstr(e->d_name, TEMPORARY);
    size_t digits = mark ? strspn(mark + strlen(TEMPORARY), "0123456789") : 0;

    return digits > 0 && mark[strlen(TEMPORARY) + digits] == '\0';
}

void lu_file_sweep(int dir, const char *folder)
{
    struct dirent **list = NULL;
    int n = scandirat(dir, folder, &list, is_temporary, NULL);
    char path[512];

    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, list[i]->d_name);
        unlinkat(dir, path, 0);
        free(list[i]);
    }
    free(list);
}

void lu_utc_now(char out[32])
{
    struct tm tm;
    time_t now = time(NULL);

    gmtime_r(&now, &tm);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

lu_err lu_file_sha256(int dir, const char *path, lu_sha256 *out)
{
    uint64_t size;
    lu_err err;
    int fd;

    if (lu_file_open(dir, path, &fd, &size)) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "is missing or no plain file"), "%s", path);
    }
    err = lu_sha256_fd(fd, out);
    close(fd);
    return lu_within(err, "%s", path);
}
