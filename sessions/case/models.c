/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models come into a case and leave it. Every act is journalled. */
#include "sessions/case/case.h"
#include "sessions/case/json.h"
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/intake.h"
#include "sessions/case/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    return name[0] && name[0] != '.' && strlen(name) < LU_NAME_MAX &&
           strspn(name, allowed) == strlen(name);
}

static lu_err check_addition(const lu_case *c, lu_role role, const char *name)
{
    if (!is_name(name)) {
        return lu_fail(LU_ERR_USAGE, "a name is 1 to %d letters, digits, '.', '_' or '-'",
                       LU_NAME_MAX - 1);
    }
    if (lu_case_find(c, name) != NULL) {
        return lu_fail(LU_ERR_USAGE, "the case has a model of that name already");
    }
    if (role == LU_ROLE_VICTIM && lu_case_victim(c) != NULL) {
        return lu_fail(LU_ERR_USAGE, "the case has a victim already: %s", lu_case_victim(c)->name);
    }
    if (c->sealed && role != LU_ROLE_SUSPECT) {
        return lu_fail(LU_ERR_CANNOT, "the case is sealed: only suspects can be added");
    }
    return LU_OK;
}

lu_err lu_item_open(const lu_case *c, const lu_item *item, lu_model_files *out)
{
    uint64_t size;
    lu_err err;

    *out = (lu_model_files){.cfg = -1, .weights = -1, .name = item->name};
    err = lu_file_open(c->dir, item->cfg.path, &out->cfg, &size);
    if (!err) {
        err = lu_file_open(c->dir, item->weights.path, &out->weights, &size);
    }
    if (err) {
        lu_item_close(out);
    }
    return err;
}

void lu_item_close(lu_model_files *files)
{
    if (files->cfg >= 0) {
        close(files->cfg);
    }
    if (files->weights >= 0) {
        close(files->weights);
    }
    files->cfg = files->weights = -1;
}

static lu_err greet(lu_case *c, lu_engine *e, lu_engine_hello *out)
{
    LU_TRY(lu_engine_greet(e, out));
    snprintf(c->sandbox, sizeof c->sandbox, "%s", out->sandbox);
    return LU_OK;
}

lu_err lu_case_greet(lu_case *c, lu_engine_hello *out)
{
    lu_engine *e;
    lu_err err;

    *out = (lu_engine_hello){0};
    LU_TRY(lu_engine_start(&e));
    err = greet(c, e, out);
    lu_engine_free(&e);
    return err;
}

/* Loads the copies in an engine: what it accepts is a model. */
static lu_err examine(lu_case *c, lu_item *item, const char *called)
{
    lu_engine_hello hello;
    lu_model_files files;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_item_open(c, item, &files));
    files.name = called;
    err = lu_engine_start(&e);
    if (!err) {
        err = greet(c, e, &hello);
    }
    if (!err) {
        err = lu_engine_load(e, &files, &item->info);
    }
    lu_engine_free(&e);
    lu_item_close(&files);
    return err;
}

static lu_err record_item(lu_case *c, lu_item *item)
{
    lu_item *items = lu_resize(c->item, c->items + 1, sizeof *items);
    cJSON *details;
    lu_err err;

    if (items == NULL) {
        return LU_ERR_MEMORY;
    }
    c->item = items;
    c->item[c->items++] = *item;
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "role", lu_role_name(item->role));
    cJSON_AddStringToObject(details, "origin", item->origin);
    cJSON_AddStringToObject(details, "cfg", item->cfg.sha256.hex);
    cJSON_AddStringToObject(details, "weights", item->weights.sha256.hex);
    cJSON_AddStringToObject(details, "sandbox", c->sandbox);
    if (item->info.direct) {
        cJSON_AddStringToObject(details, "note",
                                "its convolutions are computed directly: "
                                "Winograd's loses too much of these weights");
    }
    err = lu_casefile_commit(c, "add", item->name, details);
    c->items -= err ? 1 : 0;
    return err;
}

static void name_item(const lu_case *c, lu_item *item, lu_role role, const char *name,
                      const char *source)
{
    *item = (lu_item){.role = role};
    snprintf(item->name, sizeof item->name, "%s", name);
    lu_case_intake(c, source, item->origin, &item->intake);
    snprintf(item->cfg.path, sizeof item->cfg.path, "items/%s.cfg", name);
    snprintf(item->weights.path, sizeof item->weights.path, "items/%s.weights", name);
}

/* The same network twice among the negatives, or the victim as its own negative, would make the
   thresholds look better founded than they are. */
static lu_err check_negative(const lu_case *c, const lu_item *item)
{
    for (size_t i = 0; i < c->items; i++) {
        const lu_item *m = &c->item[i];
        bool counts = m->role == LU_ROLE_NEGATIVE || m->role == LU_ROLE_VICTIM;
        if (item->role == LU_ROLE_NEGATIVE && counts &&
            strcmp(m->info.digest.hex, item->info.digest.hex) == 0) {
            return lu_fail(LU_ERR_USAGE, "a negative with the same parameters as %s '%s'",
                           lu_role_name(m->role), m->name);
        }
    }
    return LU_OK;
}

/* The last step of adding: examine, record; on failure nothing stays. */
static lu_err finish_item(lu_case *c, lu_item *item, const char *called, lu_err err)
{
    if (!err) {
        err = examine(c, item, called);
    }
    if (!err) {
        err = check_negative(c, item);
    }
    if (!err) {
        err = record_item(c, item);
    }
    if (err) {
        lu_model_info_fini(&item->info);
        unlinkat(c->dir, item->cfg.path, 0);
        unlinkat(c->dir, item->weights.path, 0);
    }
    return err;
}

static lu_err take_files(lu_case *c, lu_role role, const char *name, const char *cfg,
                         const char *weights)
{
    lu_item item;
    lu_err err;

    LU_TRY(lu_within(check_addition(c, role, name), "%s", name));
    name_item(c, &item, role, name, weights);
    err = lu_case_copy_in(c, cfg, &item.cfg);
    if (!err) {
        err = lu_case_copy_in(c, weights, &item.weights);
    }
    return finish_item(c, &item, weights, err);
}

lu_err lu_case_add(lu_case *c, lu_role role, const char *name, const char *cfg, const char *weights)
{
    return lu_journal_refusal(c, "add", take_files(c, role, name, cfg, weights));
}

lu_err lu_case_add_bytes(lu_case *c, lu_role role, const char *name, const lu_buf *cfg,
                         const lu_buf *weights, const char *origin)
{
    lu_item item;
    lu_err err;

    LU_TRY(lu_within(check_addition(c, role, name), "%s", name));
    name_item(c, &item, role, name, origin);
    err = lu_case_write_in(c, cfg, &item.cfg);
    if (!err) {
        err = lu_case_write_in(c, weights, &item.weights);
    }
    return finish_item(c, &item, origin, err);
}

static lu_err take_out(lu_case *c, const char *name)
{
    lu_item gone;
    size_t at = 0;
    lu_err err;

    while (at < c->items && strcmp(c->item[at].name, name) != 0) {
        at++;
    }
    if (at == c->items) {
        return lu_fail(LU_ERR_USAGE, "the case has no model '%s'", name);
    }
    if (c->sealed) {
        return lu_fail(LU_ERR_CANNOT, "the case is sealed: nothing is taken out");
    }
    gone = c->item[at];
    memmove(&c->item[at], &c->item[at + 1], (--c->items - at) * sizeof *c->item);
    err = lu_casefile_commit(c, "remove", name, NULL);
    if (err) {
        memmove(&c->item[at + 1], &c->item[at], (c->items++ - at) * sizeof *c->item);
        c->item[at] = gone;
        return err;
    }
    unlinkat(c->dir, gone.cfg.path, 0);
    unlinkat(c->dir, gone.weights.path, 0);
    lu_model_info_fini(&gone.info);
    return LU_OK;
}

lu_err lu_case_remove(lu_case *c, const char *name)
{
    return lu_journal_refusal(c, "remove", take_out(c, name));
}
