/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/store.h"
#include "sessions/case/files.h"
#include "sessions/case/history.h"
#include "sessions/case/journal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const size_t RESULT_MAX = (size_t)16 << 30; /* bytes of one stage result */

const char *lu_stage_extension(const char *stage)
{
    static const char *const arrays[] = {"blackbox", "whitebox", "keys"};

    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        if (strcmp(stage, arrays[i]) == 0) {
            return "npz";
        }
    }
    return "json";
}

void lu_store_name(const char *stage, const lu_sha256 *id, const char *extension,
                   lu_stage_name *out)
{
    snprintf(out->path, sizeof out->path, "stages/%s-%s.%s", stage, id->hex, extension);
}

/* The name with .sha256 in place of its extension. */
static void hash_name(const lu_stage_name *name, char *out, size_t size)
{
    const char *dot = strrchr(name->path, '.');

    snprintf(out, size, "%.*s.sha256", (int)(dot - name->path), name->path);
}

bool lu_store_has(const lu_case *c, const lu_stage_name *name)
{
    char hash[LU_TEXT_MAX + 8];

    hash_name(name, hash, sizeof hash);
    return faccessat(c->dir, name->path, F_OK, 0) == 0 && faccessat(c->dir, hash, F_OK, 0) == 0;
}

lu_err lu_store_put(const lu_case *c, const lu_stage_name *name, const lu_buf *bytes,
                    lu_sha256 *sha256)
{
    char hash[LU_TEXT_MAX + 8], line[LU_TEXT_MAX + 80];

    LU_TRY(lu_sha256_of(bytes->data, bytes->len, sha256));
    LU_TRY(lu_file_replace(c->dir, name->path, bytes->data, bytes->len, 0400));
    hash_name(name, hash, sizeof hash);
    snprintf(line, sizeof line, "%s  %s\n", sha256->hex, strrchr(name->path, '/') + 1);
    return lu_file_replace(c->dir, hash, line, strlen(line), 0400);
}

/* Is this what the journal says of the id? A result that was stored just before a crash has no line
   yet. */
static bool as_recorded(const lu_case *c, const lu_stage_name *name, const lu_sha256 *sha256)
{
    const char *dash = strrchr(name->path, '-');
    const lu_sha256 *recorded;
    char id[65] = "";

    snprintf(id, sizeof id, "%.64s", dash ? dash + 1 : "");
    recorded = lu_history_result(c, id);
    return recorded == NULL || strcmp(recorded->hex, sha256->hex) == 0;
}

lu_err lu_store_get(const lu_case *c, const lu_stage_name *name, lu_buf *out, lu_sha256 *sha256)
{
    char hash[LU_TEXT_MAX + 8];
    lu_buf line = LU_BUF_INIT;
    lu_err err;

    LU_TRY(lu_file_read(c->dir, name->path, RESULT_MAX, out));
    hash_name(name, hash, sizeof hash);
    err = lu_file_read(c->dir, hash, LU_TEXT_MAX + 80, &line);
    if (!err) {
        err = lu_sha256_of(out->data, out->len, sha256);
    }
    if (!err && (line.len < 64 || memcmp(line.data, sha256->hex, 64) != 0 ||
                 !as_recorded(c, name, sha256))) {
        err = lu_within(lu_fail(LU_ERR_INTEGRITY, "is not what was stored"), "%s", name->path);
    }
    lu_buf_fini(&line);
    if (err) {
        lu_buf_fini(out);
    }
    return err;
}

lu_err lu_store_note(lu_case *c, const char *stage, const char *engine, const lu_sha256 *id,
                     const lu_sha256 *sha256, const lu_sha256 *in, size_t n_in)
{
    cJSON *details = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(details, "in");

    for (size_t i = 0; i < n_in; i++) {
        cJSON_AddItemToArray(list, cJSON_CreateString(in[i].hex));
    }
    cJSON_AddStringToObject(details, "id", id->hex);
    cJSON_AddStringToObject(details, "sha256", sha256->hex);
    cJSON_AddStringToObject(details, "engine", engine);
    cJSON_AddStringToObject(details, "sandbox", c->sandbox);
    return lu_journal_add(c, "stage", stage, details);
}
