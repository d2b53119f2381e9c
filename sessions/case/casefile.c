/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/journal.h"
#include "sessions/case/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT = 1 };

static const char FILE_NAME[] = "case.json";
static const size_t CASE_MAX = 16 << 20; /* bytes; spec reliability 3.3 */

/* --- writing --- */

static cJSON *shape_json(lu_shape s)
{
    const double v[3] = {(double)s.h, (double)s.w, (double)s.c};

    return cJSON_CreateDoubleArray(v, 3);
}

static cJSON *file_json(const lu_file *f)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "path", f->path);
    lu_json_add(json, "size", (double)f->size);
    cJSON_AddStringToObject(json, "sha256", f->sha256.hex);
    if (f->sha512.hex[0]) {
        cJSON_AddStringToObject(json, "sha512", f->sha512.hex);
    }
    return json;
}

static void intake_json(cJSON *json, const char *origin, const lu_intake *in)
{
    cJSON_AddStringToObject(json, "origin", origin);
    cJSON_AddStringToObject(json, "received", in->at);
    cJSON_AddStringToObject(json, "by", in->by);
    cJSON_AddStringToObject(json, "reason", in->reason);
}

static cJSON *layers_json(const lu_model_info *info)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < info->n_layers; i++) {
        cJSON *layer = cJSON_CreateObject();
        cJSON_AddStringToObject(layer, "type", info->layers[i].type);
        cJSON_AddItemToObject(layer, "shape", shape_json(info->layers[i].shape));
        cJSON_AddItemToArray(list, layer);
    }
    return list;
}

static cJSON *model_json(const lu_model_info *info)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddItemToObject(json, "input", shape_json(info->input));
    lu_json_add(json, "classes", (double)info->classes);
    cJSON_AddStringToObject(json, "head", info->head == LU_HEAD_SOFTMAX ? "softmax" : "logistic");
    lu_json_add(json, "parameters", (double)info->parameters);
    lu_json_add(json, "flops", (double)info->flops);
    lu_json_add(json, "default_layer", info->default_layer);
    lu_json_add(json, "self_check", info->self_check); /* NAN is written as null */
    if (info->direct) { /* the text of a sealed protocol is as it always was otherwise */
        cJSON_AddTrueToObject(json, "direct");
    }
    cJSON_AddStringToObject(json, "digest", info->digest.hex);
    cJSON_AddItemToObject(json, "layers", layers_json(info));
    return json;
}

static cJSON *item_json(const lu_item *item)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "role", lu_role_name(item->role));
    cJSON_AddStringToObject(json, "name", item->name);
    intake_json(json, item->origin, &item->intake);
    cJSON_AddItemToObject(json, "cfg", file_json(&item->cfg));
    cJSON_AddItemToObject(json, "weights", file_json(&item->weights));
    cJSON_AddItemToObject(json, "model", model_json(&item->info));
    return json;
}

static cJSON *dataset_json(const lu_dataset *set)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *files = cJSON_AddArrayToObject(json, "files");

    for (size_t i = 0; i < set->files; i++) {
        cJSON_AddItemToArray(files, file_json(&set->file[i]));
    }
    cJSON_AddStringToObject(json, "spec", set->spec);
    cJSON_AddStringToObject(json, "inside", set->inside);
    intake_json(json, set->origin, &set->intake);
    lu_json_add(json, "seed", (double)set->seed);
    lu_json_add(json, "n", (double)set->n);
    lu_json_add(json, "classes", (double)set->classes);
    cJSON_AddItemToObject(json, "shape", shape_json(set->shape));
    cJSON_AddStringToObject(json, "digest", set->digest.hex);
    return json;
}

static cJSON *data_json(const lu_case *c)
{
    cJSON *json = cJSON_CreateObject();

    for (int i = 0; i < LU_SETS; i++) {
        if (c->set[i].given) {
            cJSON_AddItemToObject(json, lu_set_name((lu_set)i), dataset_json(&c->set[i]));
        }
    }
    return json;
}

static cJSON *params_json(const lu_case *c)
{
    cJSON *json = cJSON_CreateObject();
    char text[LU_WORD_MAX];

    for (size_t i = 0; i < lu_param_count; i++) {
        if (!c->sealed || !lu_case_newer(c, i)) {
            lu_params_text(&c->params, &lu_param_table[i], text);
            cJSON_AddStringToObject(json, lu_param_table[i].key, text);
        }
    }
    return json;
}

static cJSON *items_json(const lu_case *c, bool with_suspects)
{
    cJSON *items = cJSON_CreateArray();

    for (size_t i = 0; i < c->items; i++) {
        if (with_suspects || c->item[i].role != LU_ROLE_SUSPECT) {
            cJSON_AddItemToArray(items, item_json(&c->item[i]));
        }
    }
    return items;
}

cJSON *lu_casefile_json(const lu_case *c)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "lineup", FORMAT);
    cJSON_AddStringToObject(json, "kind", lu_kind_name(c->kind));
    cJSON_AddStringToObject(json, "title", c->title);
    cJSON_AddStringToObject(json, "examiner", c->examiner);
    cJSON_AddStringToObject(json, "created", c->created);
    cJSON_AddItemToObject(json, "data", data_json(c));
    cJSON_AddItemToObject(json, "items", items_json(c, true));
    cJSON_AddItemToObject(json, "parameters", params_json(c));
    if (c->sealed) {
        cJSON *sealed = cJSON_AddObjectToObject(json, "sealed");
        cJSON_AddStringToObject(sealed, "at", c->sealed_at);
        cJSON_AddStringToObject(sealed, "protocol", c->protocol.hex);
    }
    return json;
}

static lu_err commit_text(lu_case *c, const char *act, const char *object, cJSON *details,
                          const lu_buf *text)
{
    lu_sha256 sha256;

    if (lu_sha256_of(text->data, text->len, &sha256)) {
        cJSON_Delete(details);
        return LU_ERR_INTERNAL;
    }
    if (lu_casefile_check(c, true)) { /* an act before may have failed half way */
        cJSON_Delete(details);
        return LU_ERR_IO;
    }
    cJSON_AddStringToObject(details, "case", sha256.hex);
    LU_TRY(lu_journal_add(c, act, object, details));
    LU_TRY(lu_file_replace(c->dir, FILE_NAME, text->data, text->len, 0644));
    c->case_sha256 = sha256;
    c->newer = c->sealed ? c->newer : 0;
    return LU_OK;
}

lu_err lu_casefile_commit(lu_case *c, const char *act, const char *object, cJSON *details)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_json_print(lu_casefile_json(c), true, &text);

    details = details ? details : cJSON_CreateObject();
    if (err) {
        cJSON_Delete(details);
    } else {
        err = commit_text(c, act, object, details, &text);
    }
    lu_buf_fini(&text);
    return err;
}

lu_err lu_casefile_check(lu_case *c, bool repair)
{
    cJSON *details;

    if (strcmp(c->case_sha256.hex, c->journal_case[0].hex) == 0) {
        return LU_OK;
    }
    if (strcmp(c->case_sha256.hex, c->journal_case[1].hex) != 0) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "is not what the journal says"), "%s",
                         FILE_NAME);
    }
    if (!repair) {
        return LU_OK;
    }
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "case", c->case_sha256.hex);
    return lu_journal_add(c, "undone", c->journal_act, details);
}

lu_err lu_casefile_protocol(const lu_case *c, lu_buf *text, lu_sha256 *out)
{
    static const char rule[] = "a model is judged a copy when more than half of the votes cast are "
                               "for copy (p_copy > 0.5); without a vote it is undecided";
    cJSON *json = cJSON_CreateObject();
    lu_err err;

    cJSON_AddStringToObject(json, "rule", rule);
    cJSON_AddItemToObject(json, "parameters", params_json(c));
    cJSON_AddItemToObject(json, "data", data_json(c));
    cJSON_AddItemToObject(json, "controls", items_json(c, false));
    err = lu_json_print(json, true, text);
    return err ? err : lu_sha256_of(text->data, text->len, out);
}

/* --- reading: everything is checked, what is not there or not of its type is nonsense --- */

typedef struct reader {
    bool bad;        /* sticky */
    const char *key; /* the first that was bad */
} reader;

static void spoil(reader *r, const char *key)
{
    if (!r->bad) {
        r->bad = true;
        r->key = key;
    }
}

static void read_text(reader *r, const cJSON *json, const char *key, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));

    out[0] = '\0';
    if (text == NULL || strlen(text) >= size) {
        spoil(r, key);
        return;
    }
    snprintf(out, size, "%s", text);
}

/* "" when it is not there. */
static void read_optional(reader *r, const cJSON *json, const char *key, char *out, size_t size)
{
    out[0] = '\0';
    if (cJSON_GetObjectItemCaseSensitive(json, key) != NULL) {
        read_text(r, json, key, out, size);
    }
}

static double read_whole(reader *r, const cJSON *json, const char *key)
{
    double v = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, key));

    if (!(v >= 0 && v <= 9007199254740992.0 && v == floor(v))) {
        spoil(r, key);
        return 0;
    }
    return v;
}

static void read_digest(reader *r, const cJSON *json, const char *key, lu_sha256 *out)
{
    read_text(r, json, key, out->hex, sizeof out->hex);
    if (!lu_sha256_valid(out->hex)) {
        spoil(r, key);
    }
}

static void read_shape(reader *r, const cJSON *json, const char *key, lu_shape *out)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, key);
    size_t *to[3] = {&out->h, &out->w, &out->c};

    for (int i = 0; i < 3; i++) {
        double v = cJSON_GetNumberValue(cJSON_GetArrayItem(list, i));
        if (!(v >= 1 && v <= 1 << 24 && v == floor(v))) {
            spoil(r, key);
            v = 1;
        }
        *to[i] = (size_t)v;
    }
}

/* A path inside the case: relative, no "..", below items/. */
static void read_file(reader *r, const cJSON *json, lu_file *out)
{
    read_text(r, json, "path", out->path, sizeof out->path);
    if (strncmp(out->path, "items/", 6) != 0 || strstr(out->path, "..") != NULL) {
        spoil(r, "path");
    }
    out->size = (uint64_t)read_whole(r, json, "size");
    read_digest(r, json, "sha256", &out->sha256);
    read_optional(r, json, "sha512", out->sha512.hex, sizeof out->sha512.hex);
    if (out->sha512.hex[0] && !lu_sha512_valid(out->sha512.hex)) {
        spoil(r, "sha512");
    }
}

static void read_intake(reader *r, const cJSON *json, char *origin, lu_intake *out)
{
    read_optional(r, json, "origin", origin, LU_TEXT_MAX);
    read_optional(r, json, "received", out->at, sizeof out->at);
    read_optional(r, json, "by", out->by, sizeof out->by);
    read_optional(r, json, "reason", out->reason, sizeof out->reason);
}

static lu_err read_layers(reader *r, const cJSON *json, lu_model_info *info)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "layers"), *layer;
    size_t i = 0;

    info->n_layers = (size_t)cJSON_GetArraySize(list);
    LU_TRY(LU_NEW(info->layers, info->n_layers));
    cJSON_ArrayForEach(layer, list)
    {
        read_text(r, layer, "type", info->layers[i].type, LU_TYPE_MAX);
        read_shape(r, layer, "shape", &info->layers[i].shape);
        info->layers[i].neurons = info->layers[i].shape.c;
        i++;
    }
    if (info->n_layers == 0 || (size_t)info->default_layer >= info->n_layers) {
        spoil(r, "layers");
    }
    return LU_OK;
}

static lu_err read_model(reader *r, const cJSON *json, lu_model_info *info)
{
    char head[16];

    read_shape(r, json, "input", &info->input);
    info->classes = (size_t)read_whole(r, json, "classes");
    read_text(r, json, "head", head, sizeof head);
    info->head = strcmp(head, "logistic") == 0 ? LU_HEAD_LOGISTIC : LU_HEAD_SOFTMAX;
    info->parameters = (size_t)read_whole(r, json, "parameters");
    info->flops = (uint64_t)read_whole(r, json, "flops");
    info->default_layer = (int)read_whole(r, json, "default_layer");
    info->self_check = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "self_check"));
    info->direct = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "direct"));
    read_digest(r, json, "digest", &info->digest);
    return read_layers(r, json, info);
}

static lu_err read_item(reader *r, const cJSON *json, lu_item *item)
{
    char role[16];

    read_text(r, json, "role", role, sizeof role);
    if (!lu_role_parse(role, &item->role)) {
        spoil(r, "role");
    }
    read_text(r, json, "name", item->name, sizeof item->name);
    read_intake(r, json, item->origin, &item->intake);
    read_file(r, cJSON_GetObjectItemCaseSensitive(json, "cfg"), &item->cfg);
    read_file(r, cJSON_GetObjectItemCaseSensitive(json, "weights"), &item->weights);
    return read_model(r, cJSON_GetObjectItemCaseSensitive(json, "model"), &item->info);
}

static lu_err read_items(reader *r, const cJSON *list, lu_case *c)
{
    const cJSON *json;

    LU_TRY(LU_NEW(c->item, cJSON_GetArraySize(list)));
    cJSON_ArrayForEach(json, list)
    {
        LU_TRY(read_item(r, json, &c->item[c->items++]));
    }
    return LU_OK;
}

static lu_err read_dataset(reader *r, const cJSON *json, lu_dataset *set)
{
    const cJSON *files = cJSON_GetObjectItemCaseSensitive(json, "files"), *file;

    if (json == NULL) {
        return LU_OK;
    }
    set->given = true;
    LU_TRY(LU_NEW(set->file, cJSON_GetArraySize(files)));
    cJSON_ArrayForEach(file, files)
    {
        read_file(r, file, &set->file[set->files++]);
    }
    read_text(r, json, "spec", set->spec, sizeof set->spec);
    read_text(r, json, "inside", set->inside, sizeof set->inside);
    read_intake(r, json, set->origin, &set->intake);
    set->seed = (uint64_t)read_whole(r, json, "seed");
    set->n = (size_t)read_whole(r, json, "n");
    set->classes = (size_t)read_whole(r, json, "classes");
    read_shape(r, json, "shape", &set->shape);
    read_digest(r, json, "digest", &set->digest);
    return LU_OK;
}

/* One that a newer lineup wrote may mean that all the others do something else. */
static lu_err check_known(const cJSON *json)
{
    const cJSON *param;

    cJSON_ArrayForEach(param, json)
    {
        size_t i = 0;
        while (i < lu_param_count && strcmp(lu_param_table[i].key, param->string) != 0) {
            i++;
        }
        if (i == lu_param_count) {
            return lu_fail(LU_ERR_INTEGRITY,
                           "the parameter '%.60s' is not known to lineup " LU_VERSION
                           ": a newer one wrote this",
                           param->string);
        }
    }
    return LU_OK;
}

static void read_params(reader *r, const cJSON *json, lu_case *c)
{
    lu_params_default(&c->params);
    c->newer = 0;
    for (size_t i = 0; i < lu_param_count; i++) {
        char text[LU_WORD_MAX], assignment[2 * LU_WORD_MAX];
        const char *key = lu_param_table[i].key;
        if (cJSON_GetObjectItemCaseSensitive(json, key) == NULL) {
            c->newer |= (uint64_t)1 << i;
            continue;
        }
        read_text(r, json, key, text, sizeof text);
        snprintf(assignment, sizeof assignment, "%s=%s", key, text);
        if (lu_params_set(&c->params, assignment)) {
            spoil(r, key);
        }
    }
}

static void read_sealed(reader *r, const cJSON *json, lu_case *c)
{
    c->sealed = json != NULL;
    if (c->sealed) {
        read_text(r, json, "at", c->sealed_at, sizeof c->sealed_at);
        read_digest(r, json, "protocol", &c->protocol);
    }
}

static lu_err read_case(reader *r, const cJSON *json, lu_case *c)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    const cJSON *params = cJSON_GetObjectItemCaseSensitive(json, "parameters");
    char kind[16];

    if (read_whole(r, json, "lineup") != FORMAT) {
        spoil(r, "lineup");
    }
    read_text(r, json, "kind", kind, sizeof kind);
    if (!lu_kind_parse(kind, &c->kind)) {
        spoil(r, "kind");
    }
    read_text(r, json, "title", c->title, sizeof c->title);
    read_text(r, json, "examiner", c->examiner, sizeof c->examiner);
    read_text(r, json, "created", c->created, sizeof c->created);
    if (!cJSON_IsObject(params)) {
        spoil(r, "parameters");
    } else {
        LU_TRY(check_known(params));
        read_params(r, params, c);
    }
    read_sealed(r, cJSON_GetObjectItemCaseSensitive(json, "sealed"), c);
    for (int i = 0; i < LU_SETS; i++) {
        const cJSON *set = cJSON_GetObjectItemCaseSensitive(data, lu_set_name((lu_set)i));
        LU_TRY(read_dataset(r, set, &c->set[i]));
    }
    return read_items(r, cJSON_GetObjectItemCaseSensitive(json, "items"), c);
}

/* A seal holds for what was sealed, and for nothing else; protocol.json is its very bytes. */
static lu_err check_seal(const lu_case *c)
{
    lu_buf text = LU_BUF_INIT, kept = LU_BUF_INIT;
    lu_sha256 protocol;
    lu_err err;

    if (!c->sealed) {
        return LU_OK;
    }
    err = lu_casefile_protocol(c, &text, &protocol);
    if (!err && strcmp(protocol.hex, c->protocol.hex) != 0) {
        err = lu_fail(LU_ERR_INTEGRITY, "the protocol is not the one that was sealed");
    }
    if (!err && (lu_file_read(c->dir, LU_PROTOCOL_FILE, CASE_MAX, &kept) || kept.len != text.len ||
                 memcmp(kept.data, text.data, text.len) != 0)) {
        err = lu_fail(LU_ERR_INTEGRITY, LU_PROTOCOL_FILE " is not the protocol that was sealed");
    }
    lu_buf_fini(&text);
    lu_buf_fini(&kept);
    return err;
}

lu_err lu_casefile_load(lu_case *c)
{
    reader r = {0};
    lu_buf text;
    cJSON *json = NULL;
    lu_err err = lu_file_read(c->dir, FILE_NAME, CASE_MAX, &text);

    LU_TRY(err);
    err = lu_sha256_of(text.data, text.len, &c->case_sha256);
    err = err ? err : lu_json_parse(text.data, text.len, LU_ERR_INTEGRITY, &json);
    lu_buf_fini(&text);
    err = err ? err : read_case(&r, json, c);
    cJSON_Delete(json);
    if (!err && r.bad) {
        err = lu_fail(LU_ERR_INTEGRITY, "'%s' is missing or holds nonsense", r.key);
    }
    if (!err) {
        err = check_seal(c);
    }
    return lu_within(err, "%s", FILE_NAME);
}
