/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/inventory.h"
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/store.h"

#include <stdio.h>
#include <string.h>

static lu_err add(lu_inventory *v, const char *path, const lu_sha256 *sha256, bool secret)
{
    lu_entry *list = lu_resize(v->entry, v->n + 1, sizeof *list);

    if (list == NULL) {
        return LU_ERR_MEMORY;
    }
    v->entry = list;
    list[v->n] =
        (lu_entry){.secret = secret,
                   .own = strncmp(path, "salts/", 6) == 0 || strncmp(path, "strays/", 7) == 0,
                   .sha256 = sha256 ? *sha256 : (lu_sha256){""},
                   .order = v->n};
    snprintf(list[v->n++].path, sizeof list->path, "%s", path);
    return LU_OK;
}

static lu_err add_items(const lu_case *c, lu_inventory *v)
{
    for (size_t i = 0; i < c->items; i++) {
        const lu_item *item = &c->item[i];
        LU_TRY(add(v, item->cfg.path, &item->cfg.sha256, false));
        LU_TRY(add(v, item->weights.path, &item->weights.sha256, item->role == LU_ROLE_VICTIM));
    }
    for (int s = 0; s < LU_SETS; s++) {
        for (size_t i = 0; i < c->set[s].files; i++) {
            LU_TRY(add(v, c->set[s].file[i].path, &c->set[s].file[i].sha256, true));
        }
    }
    return LU_OK;
}

/* The result, and the file beside it that holds its hash. */
static lu_err add_result(lu_inventory *v, const lu_recorded *r)
{
    const char *extension = lu_stage_extension(r->stage);
    bool secret = !strcmp(extension, "npz") || !strcmp(r->stage, "seeds");
    char path[LU_TEXT_MAX], line[LU_TEXT_MAX];
    lu_sha256 sha256;

    snprintf(path, sizeof path, "stages/%s-%s.%s", r->stage, r->id.hex, extension);
    LU_TRY(add(v, path, &r->sha256, secret));
    snprintf(line, sizeof line, "%s  %s\n", r->sha256.hex, strchr(path, '/') + 1);
    LU_TRY(lu_sha256_of(line, strlen(line), &sha256));
    snprintf(path, sizeof path, "stages/%s-%s.sha256", r->stage, r->id.hex);
    return add(v, path, &sha256, secret);
}

static lu_err fill(const lu_case *c, lu_inventory *v)
{
    LU_TRY(add(v, "case.json", &c->case_sha256, false));
    LU_TRY(add(v, "journal.jsonl", NULL, false));
    LU_TRY(c->sealed ? add(v, LU_PROTOCOL_FILE, &c->protocol, false) : LU_OK);
    LU_TRY(add_items(c, v));
    for (size_t i = 0; i < c->results; i++) {
        LU_TRY(add_result(v, &c->result[i]));
    }
    for (size_t i = 0; i < c->kept; i++) {
        LU_TRY(add(v, c->kept_file[i].path, &c->kept_file[i].sha256, false));
    }
    return LU_OK;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const lu_entry *)a)->path, ((const lu_entry *)b)->path);
}

static int by_path_and_order(const void *a, const void *b)
{
    int order = by_path(a, b);

    return order ? order : ((const lu_entry *)a)->order < ((const lu_entry *)b)->order ? -1 : 1;
}

/* The last record of a path counts: a stage that was made again has two. */
static void keep_last(lu_inventory *v)
{
    size_t kept = 0;

    qsort(v->entry, v->n, sizeof *v->entry, by_path_and_order);
    for (size_t i = 0; i < v->n; i++) {
        if (i + 1 == v->n || by_path(&v->entry[i], &v->entry[i + 1]) != 0) {
            v->entry[kept++] = v->entry[i];
        }
    }
    v->n = kept;
}

lu_err lu_inventory_of(const lu_case *c, lu_inventory *out)
{
    lu_err err;

    *out = (lu_inventory){0};
    err = fill(c, out);
    if (err) {
        lu_inventory_fini(out);
        return err;
    }
    keep_last(out);
    return LU_OK;
}

void lu_inventory_fini(lu_inventory *v)
{
    free(v->entry);
    *v = (lu_inventory){0};
}

const lu_entry *lu_inventory_find(const lu_inventory *v, const char *path)
{
    lu_entry key = {.order = 0};

    if (v->n == 0 || (size_t)snprintf(key.path, sizeof key.path, "%s", path) >= sizeof key.path) {
        return NULL;
    }
    return bsearch(&key, v->entry, v->n, sizeof *v->entry, by_path);
}

/* Beside what is recorded: the lock, and what a crash tore off the journal. */
bool lu_inventory_knows(const lu_inventory *v, const char *path)
{
    return strcmp(path, ".lock") == 0 || strcmp(path, "journal.torn") == 0 ||
           lu_inventory_find(v, path) != NULL;
}

lu_err lu_inventory_check(int dir, const lu_entry *e)
{
    lu_sha256 found;

    LU_TRY(lu_file_sha256(dir, e->path, &found));
    if (e->sha256.hex[0] && strcmp(found.hex, e->sha256.hex) != 0) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "its SHA-256 is %s, recorded is %s", found.hex,
                                 e->sha256.hex),
                         "%s", e->path);
    }
    return LU_OK;
}
