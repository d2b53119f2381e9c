/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/datahome.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

lu_err lu_data_parents(const char *path)
{
    char *copy = lu_strdup(path);
    lu_err err = copy ? LU_OK : LU_ERR_MEMORY;

    for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash != NULL && !err;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0755) && errno != EEXIST) {
            err = lu_fail(LU_ERR_IO, "the folder %s cannot be made: %s", copy, strerror(errno));
        }
        *slash = '/';
    }
    free(copy);
    return err;
}

lu_err lu_data_path(const char *name, char *out, size_t size)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int wrote;

    if (data != NULL && data[0] == '/') {
        wrote = snprintf(out, size, "%s/lineup/%s", data, name);
    } else if (home != NULL && home[0] == '/') {
        wrote = snprintf(out, size, "%s/.local/share/lineup/%s", home, name);
    } else {
        return lu_fail(LU_ERR_USAGE, "neither XDG_DATA_HOME nor HOME is set: give a path");
    }
    return wrote > 0 && (size_t)wrote < size
               ? LU_OK
               : lu_fail(LU_ERR_USAGE, "the home folder's name is too long");
}
