/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/journal.h"
#include "sessions/case/actor.h"
#include "sessions/case/files.h"
#include "sessions/case/history.h"
#include "sessions/case/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char FILE_NAME[] = "journal.jsonl", TORN_NAME[] = "journal.torn";
static const size_t JOURNAL_MAX = (size_t)256 << 20;

static lu_err broken(uint64_t line, const char *why)
{
    return lu_fail(LU_ERR_INTEGRITY, "line %llu %s", (unsigned long long)line, why);
}

static bool continues(const lu_case *c, const cJSON *line, uint64_t number)
{
    const char *prev = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(line, "prev"));
    double seq = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(line, "seq"));

    return prev != NULL && strcmp(prev, c->journal_head.hex) == 0 && seq == (double)number;
}

static lu_err check_line(void *data, const char *line, size_t len)
{
    lu_case *c = data;
    uint64_t number = c->journal_lines + 1;
    cJSON *json;
    lu_err err = lu_json_parse(line, len, LU_ERR_INTEGRITY, &json);

    if (!err && !continues(c, json, number)) {
        err = lu_fail(LU_ERR_INTEGRITY, "does not continue the chain");
    }
    err = err ? err : lu_history_take(c, json);

    cJSON_Delete(json);
    LU_TRY(lu_within(err, "%s: line %llu", FILE_NAME, (unsigned long long)number));
    c->journal_lines = number;
    return lu_sha256_of(line, len, &c->journal_head);
}

/* The whole of what follows the last newline goes to journal.torn; the journal ends with a whole
 * line. */
static lu_err set_torn_aside(const lu_case *c, const char *torn, size_t len, off_t whole)
{
    int fd;
    lu_err err = lu_file_replace(c->dir, TORN_NAME, torn, len, 0600);

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

static lu_err recover(lu_case *c, const char *torn, size_t len, off_t whole)
{
    cJSON *details, *files;
    lu_sha256 sha256;

    LU_TRY(lu_sha256_of(torn, len, &sha256));
    LU_TRY(set_torn_aside(c, torn, len, whole));
    details = cJSON_CreateObject();
    files = cJSON_AddObjectToObject(details, "files");
    cJSON_AddStringToObject(files, TORN_NAME, sha256.hex);
    return lu_journal_add(c, "recovered", "journal", details);
}

lu_err lu_journal_read(const lu_case *c, lu_buf *out, size_t *torn)
{
    const uint8_t *last;

    if (lu_file_read(c->dir, FILE_NAME, JOURNAL_MAX, out)) {
        return lu_within(broken(1, "cannot be read"), "%s", FILE_NAME);
    }
    last = memrchr(out->data, '\n', out->len);
    *torn = last ? out->len - (size_t)(last + 1 - out->data) : out->len;
    return LU_OK;
}

/* The whole lines of `text`, in order, until one fails. */
static lu_err each_line(const char *text, size_t len,
                        lu_err (*take)(void *data, const char *line, size_t len), void *data)
{
    const char *at = text, *end = text + len;
    lu_err err = LU_OK;

    while (!err && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        err = take(data, at, (size_t)(newline - at));
        at = newline + 1;
    }
    return err;
}

lu_err lu_journal_check(lu_case *c, bool repair)
{
    lu_buf text;
    size_t torn, whole;
    lu_err err;

    c->journal_lines = 0;
    c->journal_head = (lu_sha256){""};
    lu_history_clear(c);
    LU_TRY(lu_journal_read(c, &text, &torn));
    whole = text.len - torn;
    err = each_line((const char *)text.data, whole, check_line, c);
    if (!err && torn && repair) {
        err = recover(c, (const char *)text.data + whole, torn, (off_t)whole);
    }
    lu_buf_fini(&text);
    return err;
}

typedef struct {
    uint64_t number, wanted; /* lines seen; the one hashed */
    lu_sha256 *out;
} hashing;

static lu_err hash_line(void *data, const char *line, size_t len)
{
    hashing *h = data;

    return ++h->number == h->wanted ? lu_sha256_of(line, len, h->out) : LU_OK;
}

lu_err lu_journal_hash(const lu_case *c, uint64_t line, lu_sha256 *out)
{
    hashing h = {.wanted = line, .out = out};
    lu_buf text;
    size_t torn;
    lu_err err;

    LU_TRY(lu_journal_read(c, &text, &torn));
    err = each_line((const char *)text.data, text.len - torn, hash_line, &h);
    lu_buf_fini(&text);
    LU_TRY(err);
    return line == 0 || h.number < line ? lu_within(broken(line, "is not there"), "%s", FILE_NAME)
                                        : LU_OK;
}

typedef struct {
    lu_err (*take)(void *data, const cJSON *line);
    void *data;
} reading;

static lu_err read_line(void *data, const char *line, size_t len)
{
    const reading *r = data;
    cJSON *json;
    lu_err err = lu_json_parse(line, len, LU_ERR_INTEGRITY, &json);

    err = err ? err : r->take(r->data, json);
    cJSON_Delete(json);
    return err;
}

lu_err lu_journal_each(const lu_case *c, lu_err (*take)(void *data, const cJSON *line), void *data)
{
    reading r = {take, data};
    lu_buf text;
    size_t torn;
    lu_err err;

    LU_TRY(lu_journal_read(c, &text, &torn));
    err = each_line((const char *)text.data, text.len - torn, read_line, &r);
    lu_buf_fini(&text);
    return lu_within(err, "%s", FILE_NAME);
}

/* --- writing --- */

/* A line that could not be written whole is taken back, so that the next one starts a line. */
static lu_err append(const lu_case *c, const char *line, size_t len)
{
    int fd =
        openat(c->dir, FILE_NAME, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    off_t before = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
    lu_err err = LU_OK;

    if (before < 0 || write(fd, line, len) != (ssize_t)len || fdatasync(fd)) {
        err = lu_within(lu_fail(LU_ERR_IO, "cannot be written: %s", strerror(errno)), "%s",
                        FILE_NAME);
    }
    if (err && before >= 0 && ftruncate(fd, before)) {
        lu_within(err, "and a part of a line is left");
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

/* Takes `details` over. */
static cJSON *line_json(const lu_case *c, const char *act, const char *object, cJSON *details)
{
    const lu_actor *actor = lu_actor_self();
    cJSON *json = cJSON_CreateObject();
    char now[32];

    lu_utc_now(now);
    lu_json_add(json, "seq", (double)(c->journal_lines + 1));
    cJSON_AddStringToObject(json, "t", now);
    cJSON_AddStringToObject(json, "who", c->examiner);
    cJSON_AddStringToObject(json, "by", actor->who);
    cJSON_AddStringToObject(json, "act", act);
    cJSON_AddStringToObject(json, "object", object);
    cJSON_AddStringToObject(json, "why", c->reason);
    if (details != NULL && !cJSON_AddItemToObject(json, "details", details)) {
        cJSON_Delete(details);
    }
    cJSON_AddStringToObject(json, "tool", "lineup " LU_VERSION);
    cJSON_AddStringToObject(json, "build", actor->build.hex);
    cJSON_AddStringToObject(json, "libraries", actor->libraries);
    cJSON_AddStringToObject(json, "machine", actor->machine);
    cJSON_AddStringToObject(json, "prev", c->journal_head.hex);
    return json;
}

static lu_err write_line(lu_case *c, const cJSON *json, const lu_buf *text)
{
    lu_sha256 head;

    LU_TRY(lu_sha256_of(text->data, text->len - 1, &head));
    LU_TRY(append(c, (const char *)text->data, text->len));
    c->journal_head = head;
    c->journal_lines++;
    return lu_history_take(c, json);
}

lu_err lu_journal_add(lu_case *c, const char *act, const char *object, cJSON *details)
{
    cJSON *json = line_json(c, act, object, details);
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_json_print(cJSON_Duplicate(json, true), false, &text);

    if (!err) {
        err = write_line(c, json, &text);
    }
    cJSON_Delete(json);
    lu_buf_fini(&text);
    return err;
}

lu_err lu_journal_failure(lu_case *c, const char *act, const char *object, lu_err err)
{
    char what[1024], where[1024];
    cJSON *details = cJSON_CreateObject();
    bool journalled;

    snprintf(what, sizeof what, "%s", lu_error_what());
    snprintf(where, sizeof where, "%s", lu_error_where());
    cJSON_AddStringToObject(details, "reason", what);
    cJSON_AddStringToObject(details, "where", where);
    lu_json_add(details, "status", lu_err_status(err));
    journalled = lu_journal_add(c, act, object, details) == LU_OK;
    lu_fail(err, "%s", what);
    if (where[0]) {
        lu_within(err, "%s", where);
    }
    return journalled ? err : lu_within(err, "which is not in the journal");
}

lu_err lu_journal_refusal(lu_case *c, const char *act, lu_err err)
{
    bool told = err == LU_ERR_CANNOT || err == LU_ERR_INTEGRITY;

    return told && c->lock >= 0 ? lu_journal_failure(c, "refused", act, err) : err;
}
