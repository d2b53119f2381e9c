/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an export says of its case, made of the case once more: results.json and the report's texts.
   Who has changed them and made the lists again is found even where nothing is signed. */
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/export/report.h"
#include "sessions/export/verify.h"

#include <stdio.h>
#include <string.h>

static const size_t FILE_MAX = (size_t)256 << 20;

typedef struct maker {
    int dir; /* the export's data/ */
    lu_made *out;
} maker;

/* --- comparing --- */

/* The next piece of text: up to a figure's drawing, which is left out, or to the end. */
static size_t piece(const uint8_t *text, size_t len, size_t *drawing)
{
    static const char open[] = "<figure>", close[] = "<figcaption>";
    const uint8_t *from = memmem(text, len, open, sizeof open - 1), *to;
    size_t end = from ? (size_t)(from - text) + sizeof open - 1 : len;

    to = memmem(text + end, len - end, close, sizeof close - 1);
    *drawing = from == NULL ? 0 : to ? (size_t)(to - text) - end : len - end;
    return end;
}

/* Cairo and zlib write the same drawing in other bytes from version to version. */
static bool same_but_drawings(const lu_buf *a, const lu_buf *b)
{
    size_t at = 0, bt = 0;

    while (at < a->len && bt < b->len) {
        size_t skip_a, skip_b;
        size_t n = piece(a->data + at, a->len - at, &skip_a);
        size_t m = piece(b->data + bt, b->len - bt, &skip_b);
        if (n != m || memcmp(a->data + at, b->data + bt, n) != 0) {
            return false;
        }
        at += n + skip_a;
        bt += m + skip_b;
    }
    return at == a->len && bt == b->len;
}

static lu_err compare(void *context, const char *name, const lu_buf *made)
{
    maker *k = context;
    lu_buf found;
    bool same, drawn;

    LU_TRY(lu_verify_inside(lu_file_read(k->dir, name, FILE_MAX, &found)));
    drawn = found.len == made->len && memcmp(found.data, made->data, made->len) == 0;
    same = drawn || (strcmp(name, "report.html") == 0 && same_but_drawings(&found, made));
    lu_buf_fini(&found);
    k->out->files += drawn;
    k->out->other_drawings = k->out->other_drawings || (same && !drawn);
    return same ? LU_OK
                : lu_within(lu_fail(LU_ERR_INTEGRITY, "is not what lineup %s makes of the case",
                                    LU_VERSION),
                            "%s", name);
}

/* --- making --- */

static lu_err make_results(maker *k, const lu_case *c, const lu_result *r)
{
    lu_buf json = LU_BUF_INIT;
    lu_err err = lu_result_recorded_json(c, r, &json);

    if (!err) {
        err = compare(k, "results.json", &json);
    }
    lu_buf_fini(&json);
    return err;
}

static const char *text_of(const cJSON *json, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));

    return text ? text : "";
}

/* `said` is results.json. The name of the case's folder, and before any judgement what confined the
   engines, are its word alone. */
static lu_err make_all(maker *k, lu_case *c, const cJSON *said, const lu_job *job)
{
    const cJSON *tool = cJSON_GetObjectItemCaseSensitive(said, "tool");
    lu_look look;
    lu_result *r = &look.result;
    lu_err err;

    LU_TRY(lu_verify_inside(lu_case_look_at(c, text_of(tool, "engine"), job, &look)));
    snprintf(r->case_name, sizeof r->case_name, "%s", text_of(said, "case"));
    if (r->reached < LU_STAGE_JUDGEMENT) {
        snprintf(r->sandbox, sizeof r->sandbox, "%s", text_of(tool, "sandbox"));
    }
    err = make_results(k, c, r);
    if (!err) {
        err = lu_report_texts(c, &look, r, compare, k);
    }
    lu_look_fini(&look);
    return err;
}

lu_err lu_verify_made(lu_case *c, int dir, const lu_job *job, lu_made *out)
{
    maker k = {.dir = dir, .out = out};
    cJSON *said;
    lu_buf text;
    lu_err err;

    LU_TRY(lu_verify_inside(lu_file_read(dir, "results.json", FILE_MAX, &text)));
    err = lu_json_parse(text.data, text.len, LU_ERR_INTEGRITY, &said);
    lu_buf_fini(&text);
    LU_TRY(err);
    err = make_all(&k, c, said, job);
    cJSON_Delete(said);
    return err;
}

/* --- what it came to --- */

lu_err lu_made_text(const lu_made *m, lu_buf *out)
{
    if (m->why[0]) {
        return lu_buf_print(out, "compared  report and tables with the lists alone: %s\n", m->why);
    }
    LU_TRY(lu_buf_print(out,
                        "compared  results.json, results.csv, case-uco.jsonld, report.html with "
                        "what the case makes them: the same%s\n",
                        m->other_drawings ? "" : " bytes"));
    return m->other_drawings ? lu_buf_print(out, "          but for the drawings in report.html, "
                                                 "which anything may stand in\n")
                             : LU_OK;
}

void lu_made_json(const lu_made *m, cJSON *json)
{
    lu_json_add(json, "same_files", (double)m->files);
    cJSON_AddBoolToObject(json, "other_drawings", m->other_drawings);
    if (m->why[0]) {
        cJSON_AddStringToObject(json, "not_made", m->why);
    }
}
