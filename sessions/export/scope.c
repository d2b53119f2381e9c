/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes into an export. */
#include "sessions/case/files.h"
#include "sessions/export/export.h"
#include "sessions/export/heads.h"
#include "sessions/case/inventory.h"
#include "sessions/export/manifest.h"
#include "sessions/export/report.h"
#include "sessions/export/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SALT_BYTES = 32 };

static const char *const scope_names[LU_SCOPES] = {
#define LU_SCOPE_NAME(id, name) name,
    LU_SCOPE_TABLE(LU_SCOPE_NAME)};

const char *lu_scope_name(lu_scope scope)
{
    return scope_names[scope];
}

bool lu_scope_parse(const char *name, lu_scope *out)
{
    size_t i = 0;

    while (i < LU_SCOPES && strcmp(scope_names[i], name) != 0) {
        i++;
    }
    *out = (lu_scope)i;
    return i < LU_SCOPES;
}

/* --- what is made for an export --- */

enum { IN_FULL = 1 << LU_SCOPE_FULL, IN_REDACTED = 1 << LU_SCOPE_REDACTED };
enum { WITH_CASE = IN_FULL | IN_REDACTED, IN_ALL = WITH_CASE | 1 << LU_SCOPE_REPORT };

/* A folder's name ends with '/'; it may be missing, a file may not. */
static const struct made {
    const char *path;
    unsigned scopes;
} made[] = {{"report.html", IN_ALL},
            {"report.pdf", IN_ALL},
            {"figures/", IN_ALL},
            {"anchors/", IN_ALL},
            {"results.json", WITH_CASE},
            {"results.csv", WITH_CASE},
            {"case-uco.jsonld", WITH_CASE},
            {LU_COMMITMENTS_FILE, IN_REDACTED},
            {"tests/", IN_FULL}};

static bool is_folder(const struct made *m)
{
    return m->path[strlen(m->path) - 1] == '/';
}

/* Some of what is made there may come to no file. */
static bool may_be_empty(lu_scope scope, const char *folder)
{
    size_t len = strlen(folder);
    bool found = false;

    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        const struct made *m = &made[i];
        found = found || ((m->scopes & 1U << scope) && is_folder(m) &&
                          strncmp(folder, m->path, len) == 0 && strcmp(m->path + len, "/") == 0);
    }
    return found;
}

static bool is_made(lu_scope scope, const char *path)
{
    bool found = false;

    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        const struct made *m = &made[i];
        bool fits = is_folder(m) ? strncmp(path, m->path, strlen(m->path)) == 0
                                 : strcmp(path, m->path) == 0;
        found = found || ((m->scopes & 1U << scope) && fits);
    }
    return found;
}

static lu_err check_tree(lu_scope scope, const lu_inventory *own, const lu_tree *t)
{
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        if ((made[i].scopes & 1U << scope) && !is_folder(&made[i]) &&
            !lu_tree_has(t, made[i].path)) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "is missing"), "%s", made[i].path);
        }
    }
    for (size_t i = 0; i < t->n; i++) {
        if (!is_made(scope, t->path[i]) &&
            (own == NULL || lu_inventory_find(own, t->path[i]) == NULL)) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "has no business in an export of scope %s",
                                     lu_scope_name(scope)),
                             "%s", t->path[i]);
        }
    }
    for (size_t i = 0; i < t->empties; i++) {
        if (!may_be_empty(scope, t->empty[i])) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "is a folder with nothing in it"), "%s",
                             t->empty[i]);
        }
    }
    return LU_OK;
}

lu_err lu_scope_check(lu_scope scope, const lu_inventory *own, int data)
{
    lu_tree t;
    lu_err err;

    LU_TRY(lu_tree_list(data, &t));
    err = check_tree(scope, own, &t);
    lu_tree_fini(&t);
    return err;
}

/* --- the case's files --- */

/* What is copied is held against the records: what the case holds now is what came in. */
static lu_err copy_entry(const lu_bag *b, const lu_entry *e)
{
    lu_copied copied;

    LU_TRY(lu_file_parents(b->data, e->path));
    LU_TRY(lu_verify_inside(lu_file_copy(b->c->dir, e->path, b->data, e->path, 0444, &copied)));
    if (e->sha256.hex[0] && strcmp(copied.sha256.hex, e->sha256.hex) != 0) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "is not what the case's records say"), "%s",
                         e->path);
    }
    return LU_OK;
}

/* SHA-256 of salt and file, as  { salt; cat FILE; } | sha256sum  gives it. */
static lu_err salted(int dir, const char *path, const uint8_t salt[SALT_BYTES], lu_sha256 *out)
{
    uint8_t block[65536];
    uint64_t size;
    lu_digest d;
    ssize_t got;
    lu_err err;
    int fd;

    LU_TRY(lu_file_open(dir, path, &fd, &size));
    err = lu_digest_init(&d);
    if (err) {
        close(fd);
        return err;
    }
    lu_digest_bytes(&d, salt, SALT_BYTES);
    while ((got = read(fd, block, sizeof block)) > 0 || (got < 0 && errno == EINTR)) {
        lu_digest_bytes(&d, block, got > 0 ? (size_t)got : 0);
    }
    close(fd);
    LU_TRY(lu_digest_finish(&d, out));
    return got < 0 ? lu_within(lu_fail(LU_ERR_IO, "cannot be read"), "%s", path) : LU_OK;
}

/* In the place of a file: a commitment in the bag, its salt in the case. */
static lu_err commit_entry(lu_bag *b, const lu_entry *e, lu_buf *commitments)
{
    uint8_t salt[SALT_BYTES];
    char hex[2 * SALT_BYTES + 1];
    lu_sha256 sha256;

    LU_TRY(lu_inventory_check(b->c->dir, e));
    if (getrandom(salt, sizeof salt, 0) != (ssize_t)sizeof salt) {
        return lu_fail(LU_ERR_INTERNAL, "there is no randomness for a salt");
    }
    for (size_t i = 0; i < SALT_BYTES; i++) {
        snprintf(hex + 2 * i, 3, "%02x", salt[i]);
    }
    LU_TRY(salted(b->c->dir, e->path, salt, &sha256));
    LU_TRY(lu_buf_print(&b->salts, "%s  %s\n", hex, e->path));
    return lu_manifest_add(commitments, &sha256, e->path);
}

static lu_err put_entries(lu_bag *b, const lu_inventory *v, lu_buf *commitments)
{
    bool redacted = b->o->scope == LU_SCOPE_REDACTED;

    for (size_t i = 0; i < v->n; i++) {
        const lu_entry *e = &v->entry[i];
        LU_TRY(lu_job_at(b->job, "copying the case", (double)i, (double)v->n));
        if (!e->own) {
            LU_TRY(redacted && e->secret ? commit_entry(b, e, commitments) : copy_entry(b, e));
        }
    }
    return LU_OK;
}

static lu_err put_case(lu_bag *b)
{
    lu_buf commitments = LU_BUF_INIT;
    lu_inventory v;
    lu_err err;

    LU_TRY(lu_inventory_of(b->c, &v));
    err = put_entries(b, &v, &commitments);
    lu_inventory_fini(&v);
    if (!err && b->o->scope == LU_SCOPE_REDACTED) {
        err =
            lu_file_replace(b->data, LU_COMMITMENTS_FILE, commitments.data, commitments.len, 0444);
    }
    lu_buf_fini(&commitments);
    return err;
}

/* --- what is made of it --- */

static lu_err put_results(const lu_bag *b)
{
    lu_buf json = LU_BUF_INIT;
    lu_err err = lu_result_recorded_json(b->c, &b->look.result, &json);

    if (!err) {
        err = lu_file_replace(b->data, "results.json", json.data, json.len, 0444);
    }
    lu_buf_fini(&json);
    return err;
}

/* A redacted report shows no test: it gets a look without any. */
static lu_err put_report(const lu_bag *b)
{
    lu_look shown = b->look;

    if (b->o->scope == LU_SCOPE_REDACTED) {
        shown.seeds = (lu_seeds){0};
        shown.seed_images = (lu_shared){.fd = -1};
        shown.blackbox = (lu_blackbox){0};
        shown.whitebox = (lu_whitebox_set){0};
        shown.no_keys = true;
    }
    return lu_report_write(b->c, &shown, &b->look.result, b->data, b->job);
}

/* The head as exported: the report prints it. */
static lu_err put_head(const lu_bag *b)
{
    cJSON *files = cJSON_CreateObject();
    lu_err err = lu_head_write(b->c, b->data, b->key[0] ? b->key : NULL, files);

    cJSON_Delete(files);
    return err;
}

lu_err lu_bag_payload(lu_bag *b)
{
    if (b->o->scope != LU_SCOPE_REPORT) {
        LU_TRY(put_case(b));
        LU_TRY(put_results(b));
    }
    LU_TRY(put_report(b));
    if (b->o->scope == LU_SCOPE_REPORT) {
        unlinkat(b->data, "results.csv", 0);
        unlinkat(b->data, "case-uco.jsonld", 0);
    }
    if (b->o->scope == LU_SCOPE_FULL) {
        LU_TRY(lu_bag_pictures(b));
    }
    return put_head(b);
}
