/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/strays.h"
#include "sessions/case/files.h"
#include "sessions/case/inventory.h"
#include "sessions/case/journal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char folder[] = "strays";

enum { NAME_MOST = 150 };

/* What a name in the journal may consist of; the rest becomes '_'. */
static bool is_plain(const char *at)
{
    return isalnum((unsigned char)*at) || *at == '-' || *at == '_' || (*at == '.' && at[-1] != '.');
}

/* A name in strays/ that is free: a number, then as much of the path as fits. */
static lu_err free_name(const lu_case *c, const char *path, char *out, size_t size)
{
    for (unsigned k = 1; k < 100000; k++) {
        struct stat st;

        snprintf(out, size, "%s/%u-%.*s", folder, k, NAME_MOST, path);
        for (char *at = out + sizeof folder; *at; at++) {
            *at = is_plain(at) ? *at : '_';
        }
        if (fstatat(c->dir, out, &st, AT_SYMLINK_NOFOLLOW) != 0) {
            return LU_OK;
        }
    }
    return lu_fail(LU_ERR_IO, "there is no room for it in %s", folder);
}

static lu_err set_aside(lu_case *c, const char *path, cJSON *files)
{
    char name[LU_TEXT_MAX];
    lu_sha256 sha256;

    LU_TRY(lu_file_sha256(c->dir, path, &sha256));
    LU_TRY(free_name(c, path, name, sizeof name));
    if ((mkdirat(c->dir, folder, 0700) != 0 && errno != EEXIST) ||
        renameat(c->dir, path, c->dir, name) != 0) {
        return lu_fail(LU_ERR_IO, "cannot be set aside: %s", strerror(errno));
    }
    cJSON_AddStringToObject(files, name, sha256.hex);
    return LU_OK;
}

static lu_err journal(lu_case *c, const char *first, cJSON *files)
{
    cJSON *details = cJSON_CreateObject();

    cJSON_AddItemToObject(details, "files", files);
    return lu_journal_add(c, "recovered", first, details);
}

static lu_err sort_out(lu_case *c, const lu_inventory *v, const lu_tree *t)
{
    cJSON *files = NULL;
    const char *first = NULL;
    lu_err err = LU_OK;

    for (size_t i = 0; i < t->n && !err; i++) {
        if (!lu_inventory_knows(v, t->path[i])) {
            files = files ? files : cJSON_CreateObject();
            first = first ? first : t->path[i];
            err = lu_within(set_aside(c, t->path[i], files), "%s", t->path[i]);
        }
    }
    return files == NULL ? err : err ? (cJSON_Delete(files), err) : journal(c, first, files);
}

lu_err lu_strays_set_aside(lu_case *c)
{
    lu_inventory v;
    lu_tree t;
    lu_err err;

    LU_TRY(lu_tree_list(c->dir, &t));
    err = lu_inventory_of(c, &v);
    if (!err) {
        err = sort_out(c, &v, &t);
        lu_inventory_fini(&v);
    }
    lu_tree_fini(&t);
    return err;
}
