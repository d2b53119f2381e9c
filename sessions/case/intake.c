/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/intake.h"
#include "sessions/case/actor.h"
#include "sessions/case/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READ_ONLY = 0400 };

lu_err lu_case_because(lu_case *c, const char *reason, const char *origin)
{
    if ((reason && strlen(reason) >= LU_TEXT_MAX) || (origin && strlen(origin) >= LU_TEXT_MAX)) {
        return lu_fail(LU_ERR_USAGE, "a reason or origin has at most %d bytes", LU_TEXT_MAX - 1);
    }
    snprintf(c->reason, sizeof c->reason, "%s", reason ? reason : "");
    snprintf(c->origin, sizeof c->origin, "%s", origin ? origin : "");
    return LU_OK;
}

void lu_case_intake(const lu_case *c, const char *source, char *origin, lu_intake *out)
{
    snprintf(origin, LU_TEXT_MAX, "%s", c->origin[0] ? c->origin : source);
    snprintf(out->reason, sizeof out->reason, "%s", c->reason);
    snprintf(out->by, sizeof out->by, "%s", lu_actor_self()->who);
    lu_utc_now(out->at);
}

static void note_file(lu_file *file, const lu_copied *copied)
{
    file->size = copied->size;
    file->sha256 = copied->sha256;
    file->sha512 = copied->sha512;
}

lu_err lu_case_copy_in(const lu_case *c, const char *from, lu_file *file)
{
    lu_copied copied;

    LU_TRY(lu_file_copy(AT_FDCWD, from, c->dir, file->path, READ_ONLY, &copied));
    note_file(file, &copied);
    return LU_OK;
}

lu_err lu_case_write_in(const lu_case *c, const lu_buf *bytes, lu_file *file)
{
    lu_copied copied = {.size = bytes->len};
    lu_digest d;

    LU_TRY(lu_sha256_of(bytes->data, bytes->len, &copied.sha256));
    LU_TRY(lu_digest_init_sha512(&d));
    lu_digest_bytes(&d, bytes->data, bytes->len);
    LU_TRY(lu_digest_finish_sha512(&d, &copied.sha512));
    LU_TRY(lu_file_replace(c->dir, file->path, bytes->data, bytes->len, READ_ONLY));
    note_file(file, &copied);
    return LU_OK;
}
