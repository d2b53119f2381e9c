/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All files below a folder, by name, and all folders without any. No link is followed; what is
 * neither file nor folder is an error. */
#ifndef LU_SESSIONS_CASE_TREE_H
#define LU_SESSIONS_CASE_TREE_H

#include "core/core.h"

typedef struct lu_tree {
    size_t n;
    char **path;    /* n owned strings relative to the folder, sorted by their bytes */
    uint64_t bytes; /* in all */
    size_t empties;
    char **empty; /* folders with no file in them, however deep; owned, in no order */
} lu_tree;

/* LU_ERR_INTEGRITY names a link, a device and the like, or a folder below 32 others. */
lu_err lu_tree_list(int dir, lu_tree *out);
void lu_tree_fini(lu_tree *t);

/* Is there a file of this name? */
bool lu_tree_has(const lu_tree *t, const char *path);

/* Removes a folder and all that is in it, relative to `dir`. */
void lu_tree_remove(int dir, const char *path);

/* Syncs every folder below and the folder itself. */
lu_err lu_tree_sync(int dir, const char *path);

#endif
