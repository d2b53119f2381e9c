/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samples/readers/readers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 1000000 };

static const char *kind_of(mode_t mode)
{
    return S_ISDIR(mode)    ? "a folder"
           : S_ISFIFO(mode) ? "a fifo"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

lu_err lu_regular_open(const char *path, int *fd, size_t *size)
{
    struct stat st;
    int saved;

    *fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (*fd < 0) {
        return lu_fail(LU_ERR_INPUT, "cannot open: %s", strerror(errno));
    }
    if (fstat(*fd, &st) != 0) {
        saved = errno;
        close(*fd);
        *fd = -1;
        return lu_fail(LU_ERR_IO, "cannot look at: %s", strerror(saved));
    }
    if (!S_ISREG(st.st_mode)) {
        close(*fd);
        *fd = -1;
        return lu_fail(LU_ERR_INPUT, "is %s, not a regular file", kind_of(st.st_mode));
    }
    *size = (size_t)st.st_size;
    return LU_OK;
}

bool lu_path_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

lu_err lu_files_add(lu_spec_files *files, char *path)
{
    char **grown = NULL;

    if (path != NULL) {
        grown = lu_resize(files->path, files->n + 1, sizeof *grown);
    }
    if (grown == NULL) {
        free(path);
        return LU_ERR_MEMORY;
    }
    files->path = grown;
    files->path[files->n++] = path;
    return LU_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static lu_err scan(DIR *d, const char *dir, bool (*wanted)(const char *), lu_spec_files *out)
{
    struct dirent *e;
    char *path;

    while ((errno = 0, e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.') {
            continue;
        }
        path = lu_format("%s/%s", dir, e->d_name);
        if (path != NULL && !wanted(path)) {
            free(path);
            continue;
        }
        LU_TRY(lu_files_add(out, path));
        if (out->n > FILES_MAX) {
            return lu_fail(LU_ERR_INPUT, "holds more than %d files", FILES_MAX);
        }
    }
    return errno == 0 ? LU_OK : lu_fail(LU_ERR_IO, "cannot list: %s", strerror(errno));
}

lu_err lu_folder_list(const char *dir, bool (*wanted)(const char *), lu_spec_files *out)
{
    size_t before = out->n;
    DIR *d = opendir(dir);
    lu_err err;

    if (d == NULL) {
        err = lu_fail(LU_ERR_INPUT, "cannot open the folder: %s", strerror(errno));
        return lu_within(err, "%s", dir);
    }
    err = scan(d, dir, wanted, out);
    closedir(d);
    if (!err && out->n > before) {
        qsort(out->path + before, out->n - before, sizeof *out->path, by_text);
    }
    return lu_within(err, "%s", dir);
}

void lu_spec_files_fini(lu_spec_files *f)
{
    for (size_t i = 0; i < f->n; i++) {
        free(f->path[i]);
    }
    free(f->path);
    *f = (lu_spec_files){0};
}
