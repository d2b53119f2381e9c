/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/journal.h"
#include "sessions/case/json.h"
#include "sessions/case/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char FILE_NAME[] = "journal.jsonl";
static const size_t JOURNAL_MAX = (size_t)256 << 20;

static lu_err broken(uint64_t line, const char *why)
{
    return lu_within(lu_fail(LU_ERR_INTEGRITY, "line %llu %s", (unsigned long long)line, why), "%s",
                     FILE_NAME);
}

static lu_err record_result(lu_case *c, const char *id, const char *sha256)
{
    lu_recorded *list;

    if (id == NULL || sha256 == NULL || !lu_sha256_valid(id) || !lu_sha256_valid(sha256)) {
        return lu_fail(LU_ERR_INTEGRITY, "a stage's line has no hashes");
    }
    list = lu_resize(c->result, c->results + 1, sizeof *list);
    if (list == NULL) {
        return LU_ERR_MEMORY;
    }
    c->result = list;
    memcpy(list[c->results].id.hex, id, sizeof list->id.hex);
    memcpy(list[c->results].sha256.hex, sha256, sizeof list->sha256.hex);
    c->results++;
    return LU_OK;
}

/* What case.json and stage results must be is remembered, so that changing one of them together
   with whatever lies beside it is noticed. */
static lu_err remember(lu_case *c, const cJSON *line)
{
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(line, "details");
    const char *act = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "act"));
    const char *state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(details, "case"));

    if (state != NULL && lu_sha256_valid(state)) {
        c->journal_case[1] = c->journal_case[0];
        memcpy(c->journal_case[0].hex, state, sizeof c->journal_case[0].hex);
    }
    if (act == NULL || strcmp(act, "stage") != 0) {
        return LU_OK;
    }
    return record_result(c, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(details, "id")),
                         cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(details, "sha256")));
}

const lu_sha256 *lu_journal_result(const lu_case *c, const char *id)
{
    for (size_t i = c->results; i-- > 0;) {
        if (strcmp(c->result[i].id.hex, id) == 0) {
            return &c->result[i].sha256;
        }
    }
    return NULL;
}

static lu_err check_line(lu_case *c, const char *line, size_t len)
{
    uint64_t number = c->journal_lines + 1;
    cJSON *json = cJSON_ParseWithLength(line, len);
    const char *prev = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "prev"));
    double seq = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "seq"));
    bool fits = prev != NULL && strcmp(prev, c->journal_head.hex) == 0 && seq == (double)number;
    lu_err err = fits ? remember(c, json) : broken(number, "does not continue the chain");

    cJSON_Delete(json);
    LU_TRY(err);
    c->journal_lines = number;
    return lu_sha256_of(line, len, &c->journal_head);
}

/* The whole of what follows the last newline goes to journal.torn; the journal ends with a whole
 * line. */
static lu_err set_torn_aside(lu_case *c, const char *torn, size_t len, off_t whole)
{
    int fd;
    lu_err err = lu_file_replace(c->dir, "journal.torn", torn, len, 0600);

    LU_TRY(err);
    fd = openat(c->dir, FILE_NAME, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || ftruncate(fd, whole) || fsync(fd)) {
        err = lu_fail(LU_ERR_IO, "the journal's torn last line cannot be set aside: %s",
                      strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

lu_err lu_journal_check(lu_case *c, bool repair)
{
    lu_buf text;
    const char *at, *end;
    lu_err err;

    c->journal_lines = c->results = 0;
    c->journal_head = (lu_sha256){""};
    memset(c->journal_case, 0, sizeof c->journal_case);
    err = lu_file_read(c->dir, FILE_NAME, JOURNAL_MAX, &text);
    if (err) {
        return broken(1, "cannot be read");
    }
    at = (const char *)text.data;
    end = at + text.len;
    while (!err && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline == NULL) {
            err = repair
                      ? set_torn_aside(c, at, (size_t)(end - at), (off_t)(at - (char *)text.data))
                      : LU_OK;
            break;
        }
        err = check_line(c, at, (size_t)(newline - at));
        at = newline + 1;
    }
    lu_buf_fini(&text);
    return err;
}

static lu_err append(lu_case *c, const char *line, size_t len)
{
    int fd =
        openat(c->dir, FILE_NAME, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    lu_err err = LU_OK;

    if (fd < 0 || write(fd, line, len) != (ssize_t)len || fdatasync(fd)) {
        err = lu_within(lu_fail(LU_ERR_IO, "cannot be written: %s", strerror(errno)), "%s",
                        FILE_NAME);
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

lu_err lu_journal_add(lu_case *c, const char *act, const char *object, cJSON *details)
{
    cJSON *json = cJSON_CreateObject();
    char now[32], *line = NULL;
    lu_err err = LU_OK;

    lu_utc_now(now);
    if (json != NULL) {
        lu_json_add(json, "seq", (double)(c->journal_lines + 1));
        cJSON_AddStringToObject(json, "t", now);
        cJSON_AddStringToObject(json, "who", c->examiner);
        cJSON_AddStringToObject(json, "act", act);
        cJSON_AddStringToObject(json, "object", object);
        if (details != NULL && cJSON_AddItemToObject(json, "details", details)) {
            details = NULL;
        }
        cJSON_AddStringToObject(json, "tool", "lineup " LU_VERSION);
        cJSON_AddStringToObject(json, "prev", c->journal_head.hex);
        line = cJSON_PrintUnformatted(json);
        err = remember(c, json);
    }
    cJSON_Delete(details);
    cJSON_Delete(json);
    if (line == NULL || err) {
        cJSON_free(line);
        return err ? err : lu_fail(LU_ERR_MEMORY, "out of memory for a journal line");
    }
    err = lu_sha256_of(line, strlen(line), &c->journal_head);
    if (!err) {
        size_t len = strlen(line);
        line[len] = '\n'; /* the end mark's place: append() takes a length */
        err = append(c, line, len + 1);
        c->journal_lines++;
    }
    cJSON_free(line);
    return err;
}
