/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in a bundle, file by file. */
#include "sessions/case/files.h"
#include "sessions/watermark/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MANIFEST[] = "manifest-sha256.txt";
static const size_t TEXT_MAX = 16 << 20;

enum { NAME_AT = 66 /* in a line: after 64 hex digits and two blanks */ };

lu_err lu_bundle_path(const char *dir, const char *name, char *out)
{
    int len = snprintf(out, LU_BUNDLE_PATH, "%s/%s", dir, name);

    return len > 0 && len < LU_BUNDLE_PATH ? LU_OK : lu_fail(LU_ERR_INPUT, "the path is too long");
}

lu_err lu_bundle_save(const char *dir, const char *name, const lu_buf *bytes)
{
    char path[LU_BUNDLE_PATH];

    LU_TRY(lu_bundle_path(dir, name, path));
    return lu_file_save(path, bytes);
}

/* --- the list: names relative to the bundle, sorted by their bytes --- */

typedef struct names {
    size_t n, room;
    char **name; /* owned strings */
} names;

static void names_fini(names *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->name[i]);
    }
    free(l->name);
}

static lu_err add_name(names *l, char *name)
{
    if (name == NULL) {
        return LU_ERR_MEMORY;
    }
    if (l->n == l->room) {
        char **more = lu_resize(l->name, 2 * l->room + 16, sizeof *more);
        if (more == NULL) {
            free(name);
            return LU_ERR_MEMORY;
        }
        l->name = more;
        l->room = 2 * l->room + 16;
    }
    l->name[l->n++] = name;
    return LU_OK;
}

/* The manifest cannot list itself, nor what comes after it: commitment, request, response. */
static bool counts(const char *name)
{
    return name[0] != '.' && strcmp(name, MANIFEST) != 0 && strncmp(name, "commitment.", 11) != 0;
}

static lu_err list_folder(const char *dir, const char *below, names *out);

static lu_err list_entry(const char *dir, const char *below, const char *entry, names *out)
{
    char path[LU_BUNDLE_PATH];
    struct stat st;
    char *name = below[0] ? lu_format("%s/%s", below, entry) : lu_strdup(entry);
    lu_err err = name ? lu_bundle_path(dir, name, path) : LU_ERR_MEMORY;

    if (!err && lstat(path, &st)) {
        err = lu_fail(LU_ERR_INPUT, "%s cannot be examined: %s", name, strerror(errno));
    } else if (!err && S_ISREG(st.st_mode)) {
        return add_name(out, name);
    } else if (!err && S_ISDIR(st.st_mode) && below[0] == '\0') {
        err = list_folder(dir, name, out);
    } else if (!err) {
        err = lu_fail(LU_ERR_INTEGRITY, "%s does not belong into a bundle", name);
    }
    free(name);
    return err;
}

static lu_err list_folder(const char *dir, const char *below, names *out)
{
    char path[LU_BUNDLE_PATH];
    struct dirent *entry;
    lu_err err = lu_bundle_path(dir, below, path);
    DIR *d = err ? NULL : opendir(path);

    if (d == NULL) {
        return err ? err : lu_fail(LU_ERR_INPUT, "cannot be opened: %s", strerror(errno));
    }
    while (!err && (entry = readdir(d)) != NULL) {
        if (entry->d_name[0] != '.' && (below[0] || counts(entry->d_name))) {
            err = list_entry(dir, below, entry->d_name, out);
        }
    }
    closedir(d);
    return err;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* --- the manifest --- */

static lu_err hash_file(const char *dir, const char *name, lu_sha256 *out)
{
    char path[LU_BUNDLE_PATH];
    uint64_t size;
    lu_err err;
    int fd;

    LU_TRY(lu_bundle_path(dir, name, path));
    LU_TRY(lu_file_open(AT_FDCWD, path, &fd, &size));
    err = lu_sha256_fd(fd, out);
    close(fd);
    return err;
}

lu_err lu_bundle_manifest(const char *dir, lu_buf *out)
{
    names list = {0};
    lu_err err = list_folder(dir, "", &list);

    *out = (lu_buf)LU_BUF_INIT;
    if (!err && list.n) {
        qsort(list.name, list.n, sizeof *list.name, by_name);
    }
    for (size_t i = 0; i < list.n && !err; i++) {
        lu_sha256 h;
        err = hash_file(dir, list.name[i], &h);
        if (!err) {
            err = lu_buf_print(out, "%s  %s\n", h.hex, list.name[i]);
        }
    }
    names_fini(&list);
    return lu_within(err, "%s", dir);
}

/* The name in a line "HEX  NAME"; its length up to the end of the line. */
static const char *name_in(const char *line, int *len)
{
    size_t all = strcspn(line, "\n");

    *len = all > NAME_AT ? (int)(all - NAME_AT) : 0;
    return all > NAME_AT ? line + NAME_AT : line;
}

/* Which of two sorted names comes first, as strcmp; a list that has ended comes last. */
static int order(const char *a, int a_len, const char *b, int b_len)
{
    int first = strncmp(a, b, (size_t)(a_len < b_len ? a_len : b_len));

    if (a_len == 0 || b_len == 0) {
        return (a_len == 0) - (b_len == 0);
    }
    return first ? first : a_len - b_len;
}

/* The first line in which two manifests differ, as a complaint. */
static lu_err complain(const char *was, const char *is)
{
    const char *a, *b;
    int a_len, b_len, first;

    while (*was && strcspn(was, "\n") == strcspn(is, "\n") &&
           strncmp(was, is, strcspn(was, "\n") + 1) == 0) {
        is += strcspn(was, "\n") + 1;
        was += strcspn(was, "\n") + 1;
    }
    a = name_in(was, &a_len);
    b = name_in(is, &b_len);
    first = order(a, a_len, b, b_len);
    if (first > 0) {
        return lu_fail(LU_ERR_INTEGRITY, "%.*s was added after the commitment", b_len, b);
    }
    return lu_fail(LU_ERR_INTEGRITY, "%.*s is %s it was committed", a_len, a,
                   first < 0 ? "gone since" : "not as");
}

lu_err lu_bundle_check(const char *dir, bool *sealed, lu_sha256 *seal)
{
    char path[LU_BUNDLE_PATH];
    lu_buf was = LU_BUF_INIT, is = LU_BUF_INIT;
    lu_err err;

    *seal = (lu_sha256){""};
    LU_TRY(lu_bundle_path(dir, MANIFEST, path));
    *sealed = access(path, F_OK) == 0;
    if (!*sealed) {
        return LU_OK;
    }
    err = lu_file_read(AT_FDCWD, path, TEXT_MAX, &was);
    if (!err) {
        err = lu_bundle_manifest(dir, &is);
    }
    if (!err && (was.len != is.len || memcmp(was.data, is.data, is.len) != 0)) {
        err = lu_within(complain((const char *)was.data, (const char *)is.data), "%s", dir);
    }
    if (!err) {
        err = lu_sha256_of(was.data, was.len, seal);
    }
    lu_buf_fini(&was);
    lu_buf_fini(&is);
    return err;
}
