/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 32, PATH_BYTES = 4096 };

/* What is done with the entries of a folder; folders are told after what is in them. */
typedef struct walk {
    lu_err (*entry)(void *context, int dir, const char *name, const char *path,
                    const struct stat *st);
    void *context;
} walk;

static lu_err walk_folder(const walk *w, int parent, const char *name, const char *path, int depth);

static lu_err walk_entry(const walk *w, int dir, const char *name, const char *above, int depth)
{
    char path[PATH_BYTES];
    struct stat st;

    if ((size_t)snprintf(path, sizeof path, "%s%s%s", above, above[0] ? "/" : "", name) >=
        sizeof path) {
        return lu_fail(LU_ERR_INTEGRITY, "a path below %s is too long", above);
    }
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW)) {
        return lu_fail(LU_ERR_IO, "%s cannot be examined: %s", path, strerror(errno));
    }
    if (S_ISDIR(st.st_mode)) {
        LU_TRY(walk_folder(w, dir, name, path, depth + 1));
    }
    return w->entry(w->context, dir, name, path, &st);
}

static lu_err walk_folder(const walk *w, int parent, const char *name, const char *path, int depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd >= 0 && depth <= DEPTH_MAX ? fdopendir(fd) : NULL;
    const struct dirent *e;
    lu_err err = LU_OK;

    if (folder == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return lu_fail(depth > DEPTH_MAX ? LU_ERR_INTEGRITY : LU_ERR_IO,
                       "the folder %s cannot be listed", path[0] ? path : ".");
    }
    while (!err && (e = readdir(folder)) != NULL) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            err = walk_entry(w, dirfd(folder), e->d_name, path, depth);
        }
    }
    closedir(folder);
    return err;
}

/* --- listing --- */

static lu_err append(char ***list, size_t *n, const char *path)
{
    char **longer = lu_resize(*list, *n + 1, sizeof **list);

    if (longer == NULL) {
        return LU_ERR_MEMORY;
    }
    *list = longer;
    longer[*n] = lu_strdup(path);
    return longer[(*n)++] ? LU_OK : LU_ERR_MEMORY;
}

/* What is in a folder was added right before it is told. */
static bool has_file(const lu_tree *t, const char *folder)
{
    size_t len = strlen(folder);

    return t->n && strncmp(t->path[t->n - 1], folder, len) == 0 && t->path[t->n - 1][len] == '/';
}

static lu_err add_entry(void *context, int dir, const char *name, const char *path,
                        const struct stat *st)
{
    lu_tree *t = context;

    (void)dir;
    (void)name;
    if (S_ISDIR(st->st_mode)) {
        return has_file(t, path) ? LU_OK : append(&t->empty, &t->empties, path);
    }
    if (!S_ISREG(st->st_mode)) {
        return lu_fail(LU_ERR_INTEGRITY, "%s is %s", path,
                       S_ISLNK(st->st_mode) ? "a symbolic link" : "neither a file nor a folder");
    }
    t->bytes += (uint64_t)st->st_size;
    return append(&t->path, &t->n, path);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

lu_err lu_tree_list(int dir, lu_tree *out)
{
    const walk w = {add_entry, out};
    lu_err err;

    *out = (lu_tree){0};
    err = walk_folder(&w, dir, ".", "", 0);
    if (err) {
        lu_tree_fini(out);
        return err;
    }
    if (out->n) {
        qsort(out->path, out->n, sizeof *out->path, by_bytes);
    }
    return LU_OK;
}

void lu_tree_fini(lu_tree *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->path[i]);
    }
    for (size_t i = 0; i < t->empties; i++) {
        free(t->empty[i]);
    }
    free(t->path);
    free(t->empty);
    *t = (lu_tree){0};
}

bool lu_tree_has(const lu_tree *t, const char *path)
{
    return t->n && bsearch(&path, t->path, t->n, sizeof *t->path, by_bytes) != NULL;
}

/* --- the others --- */

static lu_err remove_entry(void *context, int dir, const char *name, const char *path,
                           const struct stat *st)
{
    (void)context;
    (void)path;
    unlinkat(dir, name, S_ISDIR(st->st_mode) ? AT_REMOVEDIR : 0);
    return LU_OK;
}

void lu_tree_remove(int dir, const char *path)
{
    const walk w = {remove_entry, NULL};

    if (walk_folder(&w, dir, path, "", 0) == LU_OK) {
        unlinkat(dir, path, AT_REMOVEDIR);
    }
}

static lu_err sync_folder(int dir, const char *name, const char *path)
{
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    bool good = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return good ? LU_OK : lu_fail(LU_ERR_IO, "the folder %s cannot be synced", path);
}

static lu_err sync_entry(void *context, int dir, const char *name, const char *path,
                         const struct stat *st)
{
    (void)context;
    return S_ISDIR(st->st_mode) ? sync_folder(dir, name, path) : LU_OK;
}

lu_err lu_tree_sync(int dir, const char *path)
{
    const walk w = {sync_entry, NULL};

    LU_TRY(walk_folder(&w, dir, path, "", 0));
    return sync_folder(dir, path, path);
}
