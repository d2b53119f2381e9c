/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/manifest.h"
#include "sessions/case/files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, PREFIX = 66 }; /* the digits and two blanks */

bool lu_manifest_fits(const char *path)
{
    return strpbrk(path, "\r\n%\\") == NULL;
}

lu_err lu_manifest_add(lu_buf *out, const lu_sha256 *sha256, const char *path)
{
    return lu_buf_print(out, "%s  %s\n", sha256->hex, path);
}

lu_err lu_manifest_make(int dir, char *const *path, size_t n, const lu_job *job, lu_buf *out)
{
    lu_sha256 sha256;

    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_job_at(job, "hashing files", (double)i, (double)n));
        if (!lu_manifest_fits(path[i])) {
            return lu_within(lu_fail(LU_ERR_CANNOT, "a name with a line break, '%%' or '\\' cannot "
                                                    "stand in a manifest"),
                             "%s", path[i]);
        }
        LU_TRY(lu_file_sha256(dir, path[i], &sha256));
        LU_TRY(lu_manifest_add(out, &sha256, path[i]));
    }
    return LU_OK;
}

/* --- parsing --- */

/* Relative, no empty, "." or ".." part. */
static bool is_plain(const char *path)
{
    while (true) {
        size_t len = strcspn(path, "/");
        if (len == 0 || (len == 1 && path[0] == '.') || (len == 2 && !strncmp(path, "..", 2))) {
            return false;
        }
        if (path[len] == '\0') {
            return true;
        }
        path += len + 1;
    }
}

static lu_err parse_line(const char *text, size_t len, lu_manifest_line *out)
{
    char path[PATH_BYTES];

    if (len <= PREFIX || len - PREFIX >= sizeof path || memchr(text, '\0', len) != NULL ||
        memcmp(text + PREFIX - 2, "  ", 2) != 0) {
        return lu_fail(LU_ERR_INTEGRITY, "is no \"HEX  PATH\"");
    }
    snprintf(out->sha256.hex, sizeof out->sha256.hex, "%.64s", text);
    if (!lu_sha256_valid(out->sha256.hex)) {
        return lu_fail(LU_ERR_INTEGRITY, "does not begin with 64 lower-case hex digits");
    }
    snprintf(path, sizeof path, "%.*s", (int)(len - PREFIX), text + PREFIX);
    if (!is_plain(path) || !lu_manifest_fits(path)) {
        return lu_fail(LU_ERR_INTEGRITY, "names a path outside of the folder");
    }
    out->path = lu_strdup(path);
    return out->path ? LU_OK : LU_ERR_MEMORY;
}

static lu_err parse_all(const lu_buf *text, lu_manifest *out)
{
    const char *at = (const char *)text->data, *end = at + text->len, *newline;

    for (size_t number = 1; at < end; number++, at = newline + 1) {
        lu_err err = LU_OK;
        newline = memchr(at, '\n', (size_t)(end - at));
        if (newline == NULL) {
            err = lu_fail(LU_ERR_INTEGRITY, "is cut off");
        } else {
            err = parse_line(at, (size_t)(newline - at), &out->line[out->n]);
        }
        LU_TRY(lu_within(err, "line %zu", number));
        out->n++;
    }
    return LU_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const lu_manifest_line *)a)->path, ((const lu_manifest_line *)b)->path);
}

static size_t count_lines(const lu_buf *text)
{
    size_t n = 1;

    for (size_t i = 0; i < text->len; i++) {
        n += text->data[i] == '\n';
    }
    return n;
}

static lu_err check_once(const lu_manifest *m)
{
    for (size_t i = 1; i < m->n; i++) {
        if (strcmp(m->line[i - 1].path, m->line[i].path) == 0) {
            return lu_fail(LU_ERR_INTEGRITY, "%s is named twice", m->line[i].path);
        }
    }
    return LU_OK;
}

lu_err lu_manifest_parse(const lu_buf *text, lu_manifest *out)
{
    lu_err err;

    *out = (lu_manifest){0};
    LU_TRY(LU_NEW(out->line, count_lines(text)));
    err = parse_all(text, out);
    if (!err) {
        qsort(out->line, out->n, sizeof *out->line, by_path);
        err = check_once(out);
    }
    if (err) {
        lu_manifest_fini(out);
    }
    return err;
}

void lu_manifest_fini(lu_manifest *m)
{
    for (size_t i = 0; i < m->n; i++) {
        free(m->line[i].path);
    }
    free(m->line);
    *m = (lu_manifest){0};
}

const lu_manifest_line *lu_manifest_find(const lu_manifest *m, const char *path)
{
    const lu_manifest_line key = {.path = (char *)path};

    return m->n ? bsearch(&key, m->line, m->n, sizeof *m->line, by_path) : NULL;
}

lu_err lu_manifest_check(int dir, const lu_manifest *m, const lu_job *job)
{
    lu_sha256 found;

    for (size_t i = 0; i < m->n; i++) {
        LU_TRY(lu_job_at(job, "checking files", (double)i, (double)m->n));
        LU_TRY(lu_file_sha256(dir, m->line[i].path, &found));
        if (strcmp(found.hex, m->line[i].sha256.hex) != 0) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "its SHA-256 is %s, listed is %s", found.hex,
                                     m->line[i].sha256.hex),
                             "%s", m->line[i].path);
        }
    }
    return LU_OK;
}
