/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters, trials, the seal, and whether the files are still those that came in. */
#include "sessions/case/case.h"
#include "sessions/case/json.h"
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static lu_err set_parameter(lu_case *c, const char *assignment)
{
    lu_params before = c->params;
    lu_err err;

    LU_TRY(lu_params_set(&c->params, assignment));
    if (lu_params_equal(&before, &c->params)) {
        return LU_OK;
    }
    if (c->sealed) {
        c->params = before;
        return lu_within(lu_fail(LU_ERR_CANNOT, "the case is sealed: its parameters are fixed"),
                         "%s", assignment);
    }
    err = lu_casefile_commit(c, "set", assignment, NULL);
    if (err) {
        c->params = before;
    }
    return err;
}

lu_err lu_case_set(lu_case *c, const char *assignment)
{
    return lu_journal_refusal(c, "set", set_parameter(c, assignment));
}

/* "without=neg-1,neg-2" */
static lu_err check_without(const lu_case *c, const char *names, size_t len)
{
    char name[LU_NAME_MAX];

    while (len > 0) {
        size_t one = strcspn(names, ", ");
        const lu_item *item;

        snprintf(name, sizeof name, "%.*s", (int)one, names);
        item = lu_case_find(c, name);
        if (item == NULL || item->role != LU_ROLE_NEGATIVE) {
            return lu_fail(LU_ERR_USAGE, "the case has no negative '%s'", name);
        }
        names += one + (one < len);
        len -= one + (one < len);
    }
    return LU_OK;
}

lu_err lu_case_trial(lu_case *c, const char *assignments)
{
    static const char prefix[] = "judge.", without[] = "without=";
    lu_params trial = c->params;
    char one[2 * LU_WORD_MAX];
    size_t given = 0;

    for (const char *at = assignments + strspn(assignments, " "); *at != '\0'; given++) {
        size_t len = strcspn(at, " ");
        if (strncmp(at, without, strlen(without)) == 0) {
            LU_TRY(check_without(c, at + strlen(without), len - strlen(without)));
        } else if (len >= sizeof one || strncmp(at, prefix, strlen(prefix)) != 0) {
            return lu_fail(LU_ERR_USAGE, "'%.*s' is no setting of the judgement", (int)len, at);
        } else {
            snprintf(one, sizeof one, "%.*s", (int)len, at);
            LU_TRY(lu_params_set(&trial, one));
        }
        at += len;
        at += strspn(at, " ");
    }
    return given ? lu_journal_add(c, "trial", assignments, NULL)
                 : lu_fail(LU_ERR_USAGE, "no setting is given");
}

static lu_err check_before_seal(const lu_case *c)
{
    if (c->sealed) {
        return lu_fail(LU_ERR_CANNOT, "the case was sealed at %s", c->sealed_at);
    }
    if (lu_case_victim(c) == NULL || !c->set[LU_SET_TEST].given) {
        return lu_fail(LU_ERR_CANNOT, "a victim and test samples come before the seal");
    }
    if (lu_case_count(c, LU_ROLE_NEGATIVE) < 2) {
        return lu_fail(LU_ERR_CANNOT,
                       "at least 2 negatives come before the seal: without them there "
                       "is no threshold, and none can be added after it");
    }
    return LU_OK;
}

/* protocol.json comes first: a seal without it would not hold. */
static lu_err keep_protocol(lu_case *c)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_casefile_protocol(c, &text, &c->protocol);

    if (!err) {
        err = lu_file_replace(c->dir, LU_PROTOCOL_FILE, text.data, text.len, 0444);
    }
    lu_buf_fini(&text);
    return err;
}

static lu_err seal(lu_case *c)
{
    cJSON *details;
    lu_err err;

    LU_TRY(check_before_seal(c));
    c->newer = 0; /* what is sealed names every parameter */
    LU_TRY(keep_protocol(c));
    lu_utc_now(c->sealed_at);
    c->sealed = true;
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "protocol", c->protocol.hex);
    err = lu_casefile_commit(c, "seal", "protocol", details);
    c->sealed = err == LU_OK;
    return err;
}

lu_err lu_case_seal(lu_case *c)
{
    return lu_journal_refusal(c, "seal", seal(c));
}

/* --- are the files still those that came in? --- */

static lu_err check_digests(int fd, const lu_file *file)
{
    lu_sha256 found;

    LU_TRY(lu_sha256_fd(fd, &found));
    if (strcmp(found.hex, file->sha256.hex) != 0) {
        return lu_fail(LU_ERR_INTEGRITY, "%s is not what came in: its SHA-256 is %s, not %s",
                       file->path, found.hex, file->sha256.hex);
    }
    return LU_OK;
}

static lu_err check_file(const lu_case *c, const lu_file *file)
{
    uint64_t size;
    lu_err err;
    int fd;

    if (lu_file_open(c->dir, file->path, &fd, &size)) {
        return lu_fail(LU_ERR_INTEGRITY, "%s is missing", file->path);
    }
    err = check_digests(fd, file);
    close(fd);
    return err;
}

lu_err lu_case_check_items(const lu_case *c)
{
    for (size_t i = 0; i < c->items; i++) {
        LU_TRY(check_file(c, &c->item[i].cfg));
        LU_TRY(check_file(c, &c->item[i].weights));
    }
    for (int s = 0; s < LU_SETS; s++) {
        for (size_t i = 0; i < c->set[s].files; i++) {
            LU_TRY(check_file(c, &c->set[s].file[i]));
        }
    }
    return LU_OK;
}

lu_err lu_case_may_run(lu_case *c)
{
    lu_err err = LU_OK;

    if (c->kind == LU_KIND_EVIDENCE && !c->sealed && lu_case_count(c, LU_ROLE_SUSPECT) > 0) {
        err = lu_fail(LU_ERR_CANNOT,
                      "this evidence case holds a suspect and its protocol is not "
                      "sealed yet: lineup seal %s",
                      c->path);
    }
    return lu_journal_refusal(c, "run", err);
}
