/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verification as a case keeps it, read back; everything is checked. */
#include "sessions/case/json.h"
#include "sessions/case/store.h"
#include "sessions/watermark/in_case.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { KEYS_MOST = 1 << 20 };

typedef struct reader {
    const char *bad; /* the first key that was missing or nonsense */
} reader;

static const cJSON *member(const cJSON *json, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(json, key);
}

/* In low..high; NAN when it is null and may be. */
static double number(reader *r, const cJSON *json, const char *key, double low, double high,
                     bool may_miss)
{
    const cJSON *item = member(json, key);
    double v = cJSON_GetNumberValue(item);

    if (may_miss && cJSON_IsNull(item)) {
        return NAN;
    }
    if (!(v >= low && v <= high)) {
        r->bad = r->bad ? r->bad : key;
        return low;
    }
    return v;
}

static size_t count(reader *r, const cJSON *json, const char *key, size_t most)
{
    double v = number(r, json, key, 0, (double)most, false);

    r->bad = r->bad || v == floor(v) ? r->bad : key;
    return (size_t)v;
}

static bool truth(reader *r, const cJSON *json, const char *key)
{
    const cJSON *item = member(json, key);

    r->bad = r->bad || cJSON_IsBool(item) ? r->bad : key;
    return cJSON_IsTrue(item);
}

/* Visible ASCII only: it ends up in a report. */
static void text(reader *r, const cJSON *json, const char *key, char *out, size_t size)
{
    const char *value = cJSON_GetStringValue(member(json, key));

    if (value == NULL || strlen(value) >= size) {
        r->bad = r->bad ? r->bad : key;
        value = "";
    }
    lu_json_ascii(value, out, size);
}

/* As it stands: for nobody's eyes. "" when it is not there. */
static void raw_text(reader *r, const cJSON *json, const char *key, char *out, size_t size)
{
    const char *value = cJSON_GetStringValue(member(json, key));

    if (value != NULL && strlen(value) >= size) {
        r->bad = r->bad ? r->bad : key;
        value = NULL;
    }
    snprintf(out, size, "%s", value ? value : "");
}

static void digest(reader *r, const cJSON *json, const char *key, lu_sha256 *out)
{
    text(r, json, key, out->hex, sizeof out->hex);
    r->bad = r->bad || lu_sha256_valid(out->hex) ? r->bad : key;
}

static void read_evidence(reader *r, const cJSON *json, size_t classes, lu_mark_evidence *e)
{
    const cJSON *decoys = member(json, "decoys"), *order = member(json, "permutation");
    size_t n = count(r, json, "keys", KEYS_MOST), k = count(r, json, "matches", n);

    *e = (lu_mark_evidence){.classes = classes,
                            .p = number(r, json, "p", 0, 1, false),
                            .needed = count(r, json, "needed", n + 1),
                            .detected = truth(r, json, "detected"),
                            .intact = truth(r, json, "intact"),
                            .decoy_p = number(r, decoys, "p", 0, 1, false),
                            .decoy_most = count(r, decoys, "most", n),
                            .decoy_mean = number(r, decoys, "mean", 0, (double)n, false),
                            .permuted_p = number(r, order, "p", 0, 1, false),
                            .permuted_most = count(r, order, "most", n)};
    e->rate = lu_rate_of(k, n, 0.95);
    e->rate.low = number(r, json, "low", 0, 1, false);
    e->rate.high = number(r, json, "high", 0, 1, false);
}

static void read_tried(reader *r, const cJSON *json, size_t classes, lu_mark_tried *t)
{
    const cJSON *raw = member(json, "raw_covers"), *swap = member(json, "logo_swap");

    read_evidence(r, json, classes, &t->evidence);
    digest(r, json, "sha256", &t->sha256);
    if (member(json, "cfg") != NULL) {
        digest(r, json, "cfg", &t->cfg);
    }
    t->raw_key = count(r, raw, "key_label", t->evidence.rate.n);
    t->raw_true = count(r, raw, "true_label", t->evidence.rate.n);
    t->blank = count(r, swap, "black", t->evidence.rate.n);
    t->other_most = count(r, swap, "most", t->evidence.rate.n);
    t->other_mean = number(r, swap, "mean", 0, (double)t->evidence.rate.n, false);
    t->other_p = number(r, swap, "p", 0, 1, false);
    t->accuracy = number(r, json, "accuracy", 0, 1, true);
    t->chance_p = member(json, "chance_p") ? number(r, json, "chance_p", 0, 1, true) : NAN;
}

/* [[answer, expected], ...] */
static lu_err read_answers(reader *r, const cJSON *list, lu_mark_report *out)
{
    lu_mark_tried *s = &out->tried[LU_TRIED_SUSPECT];
    size_t n = s->evidence.rate.n, i = 0;
    const cJSON *pair;

    LU_TRY(LU_NEW(s->answer, n));
    LU_TRY(LU_NEW(out->bundle.label, n));
    cJSON_ArrayForEach(pair, list)
    {
        double a = cJSON_GetNumberValue(cJSON_GetArrayItem(pair, 0));
        double b = cJSON_GetNumberValue(cJSON_GetArrayItem(pair, 1));
        double most = (double)out->bundle.classes;
        if (i < n && a >= 0 && a < most && b >= 0 && b < most) {
            s->answer[i] = (int32_t)a;
            out->bundle.label[i++] = (int32_t)b;
        } else {
            r->bad = "answers";
        }
    }
    if (i != n || lu_matches(s->answer, out->bundle.label, n) != s->evidence.rate.k) {
        r->bad = "answers";
    }
    return LU_OK;
}

static void read_verdict(reader *r, const cJSON *json, lu_mark_report *out)
{
    char name[16];
    int v = LU_MARK_FOUND;

    text(r, json, "verdict", name, sizeof name);
    while (v < LU_MARK_INVALID && strcmp(name, lu_mark_verdict_name((lu_mark_verdict)v)) != 0) {
        v++;
    }
    r->bad = r->bad || !strcmp(name, lu_mark_verdict_name((lu_mark_verdict)v)) ? r->bad : "verdict";
    out->verdict = (lu_mark_verdict)v;
    if (v == LU_MARK_INVALID) {
        text(r, json, "reason", out->reason, sizeof out->reason);
    }
}

/* A result that is older than these has none. */
static void read_params(reader *r, const cJSON *json, lu_mark_report *out)
{
    static const double WHOLE_MOST = 9007199254740991;
    const cJSON *p = member(json, "parameters");

    if (member(json, "test") != NULL) {
        digest(r, json, "test", &out->test);
    }
    if (p != NULL) {
        out->params = (lu_verify_params){.alpha = number(r, p, "alpha", 0, 1, false),
                                         .intact = number(r, p, "intact", 0, 1, false),
                                         .decoys = count(r, p, "decoys", KEYS_MOST),
                                         .permutations = count(r, p, "permutations", KEYS_MOST),
                                         .confidence = number(r, p, "confidence", 0.5, 1, false),
                                         .seed = count(r, p, "seed", (size_t)WHOLE_MOST)};
    }
}

static lu_err take(reader *r, const cJSON *json, lu_mark_report *out, lu_sha256 *keys)
{
    static const char *const names[LU_TRIED] = {"suspect", "victim", "twin", "untrained"};
    const cJSON *suspect = member(json, "suspect"), *controls = member(json, "controls");
    lu_bundle *b = &out->bundle;

    raw_text(r, json, "model", out->model, sizeof out->model);
    raw_text(r, json, "bundle", b->path, sizeof b->path);
    read_params(r, json, out);
    digest(r, json, "seal", &b->seal);
    digest(r, json, "keys", keys);
    text(r, json, "committed", b->sealed_at, sizeof b->sealed_at);
    if (member(json, "stamped") != NULL) {
        text(r, json, "stamped", b->stamped_at, sizeof b->stamped_at);
    }
    b->classes = count(r, json, "classes", KEYS_MOST);
    out->encoder_difference = (unsigned)count(r, json, "encoder_difference", 255);
    out->logos = count(r, member(suspect, "logo_swap"), "logos", KEYS_MOST);
    for (int i = 0; i < LU_TRIED; i++) {
        const cJSON *one = i ? cJSON_GetArrayItem(controls, i - 1) : suspect;
        out->tried[i].name = names[i];
        read_tried(r, one, b->classes, &out->tried[i]);
        out->tried[i].as_expected = i == 0 || truth(r, one, "as_expected");
    }
    b->n = out->tried[LU_TRIED_SUSPECT].evidence.rate.n;
    read_verdict(r, json, out);
    return r->bad ? LU_OK : read_answers(r, member(suspect, "answers"), out);
}

lu_err lu_mark_kept_read(const lu_buf *bytes, lu_mark_report *out, lu_sha256 *keys)
{
    reader r = {NULL};
    cJSON *json;
    lu_err err;

    LU_TRY(lu_json_parse(bytes->data, bytes->len, LU_ERR_INTEGRITY, &json));
    err = take(&r, json, out, keys);
    cJSON_Delete(json);
    if (!err && r.bad != NULL) {
        err = lu_fail(LU_ERR_INTEGRITY, "'%s' is missing or makes no sense", r.bad);
    }
    return err;
}

/* --- from the store --- */

static lu_err read_keys(const lu_case *c, const lu_sha256 *id, lu_bundle *b)
{
    char path[LU_BUNDLE_PATH];
    lu_buf whole = LU_BUF_INIT;
    lu_stage_name name;
    lu_sha256 sha256;
    lu_arrays a = {0};
    lu_err err;

    lu_store_name("keys", id, lu_stage_extension("keys"), &name);
    if (!lu_store_has(c, &name)) {
        return LU_OK; /* a redacted export has none */
    }
    LU_TRY(lu_store_get(c, &name, &whole, &sha256));
    err = lu_bundle_path(c->path, name.path, path);
    if (!err) {
        err = lu_npz_read(path, 2 * whole.len + 4096, &a);
    }
    lu_buf_fini(&whole);
    if (!err) {
        err = lu_bundle_take(b, &a);
    }
    lu_arrays_fini(&a);
    return lu_within(err, "%s", name.path);
}

lu_err lu_mark_kept_load(const lu_case *c, const lu_recorded *from, lu_mark_report *r,
                         lu_sha256 *keys)
{
    lu_stage_name name;
    lu_sha256 sha256;
    lu_buf text;
    lu_err err;

    *r = (lu_mark_report){.bundle = {.keys = {.fd = -1}, .covers = {.fd = -1}}};
    lu_store_name("watermark", &from->id, lu_stage_extension("watermark"), &name);
    LU_TRY(lu_store_get(c, &name, &text, &sha256));
    err = lu_within(lu_mark_kept_read(&text, r, keys), "%s", name.path);
    lu_buf_fini(&text);
    if (!err) {
        err = read_keys(c, keys, &r->bundle);
    }
    if (err) {
        lu_mark_report_fini(r);
    }
    return err;
}
