/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases: made, opened, locked, closed. */
#include "sessions/case/case.h"
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/history.h"
#include "sessions/case/journal.h"
#include "sessions/case/strays.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- locking --- */

static lu_err held_by_another(lu_case *c)
{
    char who[128] = "";
    ssize_t got = pread(c->lock, who, sizeof who - 1, 0);

    who[got > 0 ? got : 0] = '\0';
    who[strcspn(who, "\n")] = '\0';
    close(c->lock);
    c->lock = -1;
    return lu_fail(LU_ERR_CANNOT, "another lineup writes to this case (%s)",
                   who[0] ? who : "unknown");
}

static lu_err take_lock(lu_case *c)
{
    char host[64] = "", who[128];

    c->lock = openat(c->dir, ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (c->lock < 0) {
        return lu_fail(LU_ERR_IO, "the case cannot be written: %s", strerror(errno));
    }
    if (flock(c->lock, LOCK_EX | LOCK_NB)) {
        return held_by_another(c);
    }
    gethostname(host, sizeof host - 1);
    snprintf(who, sizeof who, "process %ld on %s\n", (long)getpid(), host);
    if (ftruncate(c->lock, 0) || pwrite(c->lock, who, strlen(who), 0) < 0) {
        return lu_fail(LU_ERR_IO, "the case cannot be locked: %s", strerror(errno));
    }
    return LU_OK;
}

/* --- new, open, close --- */

static lu_err case_alloc(const char *path, lu_case **out)
{
    lu_case *c;

    *out = NULL;
    LU_TRY(LU_NEW(c, 1));
    c->dir = c->lock = -1;
    c->path = lu_strdup(path);
    if (c->path == NULL) {
        free(c);
        return LU_ERR_MEMORY;
    }
    while (strlen(c->path) > 1 && c->path[strlen(c->path) - 1] == '/') {
        c->path[strlen(c->path) - 1] = '\0';
    }
    *out = c;
    return LU_OK;
}

static lu_err open_folder(lu_case *c)
{
    c->dir = open(c->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return c->dir >= 0 ? LU_OK : lu_fail(LU_ERR_INPUT, "there is no case: %s", strerror(errno));
}

static lu_err make_folders(lu_case *c)
{
    if (mkdir(c->path, 0755)) {
        return errno == EEXIST ? lu_fail(LU_ERR_INPUT, "there is something of that name already")
                               : lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno));
    }
    LU_TRY(open_folder(c));
    if (mkdirat(c->dir, "items", 0755) || mkdirat(c->dir, "stages", 0755)) {
        return lu_fail(LU_ERR_IO, "cannot be filled: %s", strerror(errno));
    }
    return LU_OK;
}

static lu_err set_text(char *out, size_t size, const char *what, const char *text)
{
    if (text != NULL && strlen(text) >= size) {
        return lu_fail(LU_ERR_USAGE, "the %s is longer than %zu bytes", what, size - 1);
    }
    snprintf(out, size, "%s", text ? text : "");
    return LU_OK;
}

static lu_err start_case(lu_case *c)
{
    LU_TRY(make_folders(c));
    LU_TRY(take_lock(c));
    lu_params_default(&c->params);
    lu_utc_now(c->created);
    return lu_casefile_commit(c, "new", lu_kind_name(c->kind), NULL);
}

lu_err lu_case_new(const char *path, lu_case_kind kind, const char *title, const char *examiner,
                   lu_case **out)
{
    lu_case *c;
    lu_err err;

    LU_TRY(case_alloc(path, &c));
    c->kind = kind;
    err = set_text(c->title, sizeof c->title, "title", title);
    if (!err) {
        err = set_text(c->examiner, sizeof c->examiner, "examiner's name", examiner);
    }
    if (!err) {
        err = start_case(c);
    }
    if (err) {
        lu_within(err, "%s", path);
        lu_case_close(&c);
        return err;
    }
    *out = c;
    return LU_OK;
}

lu_err lu_case_none(lu_case **out)
{
    LU_TRY(case_alloc("", out));
    lu_params_default(&(*out)->params);
    return LU_OK;
}

/* What a crash left half written; nobody else writes while the lock is held. */
static void sweep(const lu_case *c)
{
    static const char *const folders[] = {".", "items", "stages", "anchors", "salts"};

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        lu_file_sweep(c->dir, folders[i]);
    }
}

static lu_err open_case(lu_case *c, lu_case_mode mode)
{
    LU_TRY(open_folder(c));
    if (faccessat(c->dir, "case.json", F_OK, 0)) {
        return lu_fail(LU_ERR_INPUT, "this is not a case: it holds no case.json");
    }
    if (mode == LU_CASE_WRITE) {
        LU_TRY(take_lock(c));
        sweep(c);
    }
    LU_TRY(lu_casefile_load(c));
    LU_TRY(lu_journal_check(c, mode == LU_CASE_WRITE));
    LU_TRY(lu_casefile_check(c, mode == LU_CASE_WRITE));
    return mode == LU_CASE_WRITE ? lu_strays_set_aside(c) : LU_OK;
}

lu_err lu_case_open(const char *path, lu_case_mode mode, lu_case **out)
{
    lu_case *c;
    lu_err err;

    LU_TRY(case_alloc(path, &c));
    err = open_case(c, mode);
    if (err) {
        lu_within(err, "%s", path);
        lu_case_close(&c);
        *out = NULL;
        return err;
    }
    *out = c;
    return LU_OK;
}

void lu_case_close(lu_case **c)
{
    lu_case *gone = *c;

    if (gone == NULL) {
        return;
    }
    for (size_t i = 0; i < gone->items; i++) {
        lu_model_info_fini(&gone->item[i].info);
    }
    for (int i = 0; i < LU_SETS; i++) {
        free(gone->set[i].file);
    }
    free(gone->item);
    lu_history_clear(gone);
    if (gone->dir >= 0) {
        close(gone->dir);
    }
    if (gone->lock >= 0) {
        close(gone->lock);
    }
    free(gone->path);
    free(gone);
    *c = NULL;
}

/* --- looking --- */

const lu_item *lu_case_find(const lu_case *c, const char *name)
{
    for (size_t i = 0; i < c->items; i++) {
        if (strcmp(c->item[i].name, name) == 0) {
            return &c->item[i];
        }
    }
    return NULL;
}

const lu_item *lu_case_victim(const lu_case *c)
{
    for (size_t i = 0; i < c->items; i++) {
        if (c->item[i].role == LU_ROLE_VICTIM) {
            return &c->item[i];
        }
    }
    return NULL;
}

size_t lu_case_count(const lu_case *c, lu_role role)
{
    size_t n = 0;

    for (size_t i = 0; i < c->items; i++) {
        n += c->item[i].role == role;
    }
    return n;
}
