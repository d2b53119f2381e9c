/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"
#include "sessions/case/journal.h"
#include "sessions/case/inventory.h"
#include "sessions/export/verify.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- the records --- */

static lu_err check_end(const lu_case *c)
{
    lu_buf text;
    size_t torn;

    LU_TRY(lu_journal_read(c, &text, &torn));
    lu_buf_fini(&text);
    return torn ? lu_within(lu_fail(LU_ERR_INTEGRITY, "its last line is cut off"), "journal.jsonl")
                : LU_OK;
}

/* Opening lets an act pass that a crash cut off; whoever verifies wants to hear of it. */
static lu_err check_state(const lu_case *c)
{
    if (strcmp(c->case_sha256.hex, c->journal_case[0].hex) != 0) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "is not what the journal's last change made it"),
                         "case.json");
    }
    if (c->sealed != c->journal_sealed ||
        (c->sealed && strcmp(c->protocol.hex, c->journal_protocol.hex) != 0)) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "its seal is not the journal's"), "case.json");
    }
    return LU_OK;
}

lu_err lu_verify_open(const char *path, lu_case **out)
{
    lu_err err = lu_verify_inside(lu_case_open(path, LU_CASE_READ, out));

    LU_TRY(err);
    err = check_end(*out);
    if (!err) {
        err = check_state(*out);
    }
    if (err) {
        lu_case_close(out);
    }
    return err;
}

/* --- the files --- */

static lu_err check_extra(const lu_case *c, const lu_inventory *v)
{
    lu_tree t;
    lu_err err = LU_OK;

    LU_TRY(lu_tree_list(c->dir, &t));
    for (size_t i = 0; i < t.n && !err; i++) {
        if (!lu_inventory_knows(v, t.path[i])) {
            err = lu_within(lu_fail(LU_ERR_INTEGRITY, "is in no record of the case"), "%s",
                            t.path[i]);
        }
    }
    lu_tree_fini(&t);
    return err;
}

static lu_err check_files(const lu_case *c, const lu_job *job, size_t *files)
{
    lu_inventory v;
    lu_err err = lu_inventory_of(c, &v);

    LU_TRY(err);
    for (size_t i = 0; i < v.n && !err; i++) {
        err = lu_job_at(job, "checking files", (double)i, (double)v.n);
        err = err ? err : lu_inventory_check(c->dir, &v.entry[i]);
    }
    if (!err) {
        err = check_extra(c, &v);
    }
    *files = v.n;
    lu_inventory_fini(&v);
    return err;
}

lu_err lu_verify_case(const char *path, const lu_verify_options *o, const lu_job *job,
                      lu_verified *out)
{
    lu_case *c;
    lu_err err;

    LU_TRY(lu_verify_open(path, &c));
    out->kind = c->kind;
    out->journal_lines = c->journal_lines;
    out->head = c->journal_head;
    out->sealed = c->sealed;
    err = check_files(c, job, &out->files);
    if (!err) {
        err = lu_heads_check(c, c->dir, &o->trust, &out->heads);
    }
    if (!err && o->recompute) {
        err = lu_recompute(c, o->jobs, job, &out->again);
    }
    lu_case_close(&c);
    return err;
}
