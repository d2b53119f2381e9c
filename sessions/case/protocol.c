/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters, the seal, and whether the files are still those that came in. */
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

lu_err lu_case_set(lu_case *c, const char *assignment)
{
    lu_params before = c->params;
    lu_err err;

    LU_TRY(lu_params_set(&c->params, assignment));
    if (memcmp(&before, &c->params, sizeof before) == 0) {
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

lu_err lu_case_seal(lu_case *c)
{
    cJSON *details;
    lu_err err;

    LU_TRY(check_before_seal(c));
    LU_TRY(lu_casefile_protocol(c, &c->protocol));
    lu_utc_now(c->sealed_at);
    c->sealed = true;
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "protocol", c->protocol.hex);
    err = lu_casefile_commit(c, "seal", "protocol", details);
    c->sealed = err == LU_OK;
    return err;
}

/* --- are the files still those that came in? --- */

static lu_err check_file(const lu_case *c, const lu_file *file)
{
    lu_sha256 found;
    uint64_t size;
    lu_err err;
    int fd;

    if (lu_file_open(c->dir, file->path, &fd, &size)) {
        return lu_fail(LU_ERR_INTEGRITY, "%s is missing", file->path);
    }
    err = lu_sha256_fd(fd, &found);
    close(fd);
    if (!err && strcmp(found.hex, file->sha256.hex) != 0) {
        err = lu_fail(LU_ERR_INTEGRITY, "%s is not what came in: its SHA-256 is %s, not %s",
                      file->path, found.hex, file->sha256.hex);
    }
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
