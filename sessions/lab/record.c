/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FILE.json: how a model was made, written and read back. */
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/lab/work.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>

enum { RECORD_MAX = 1 << 20 };

static const char IMPORT[] = "import"; /* the method of what was brought over */

/* --- writing --- */

static void add_file(cJSON *json, const char *key, const char *path, const lu_sha256 *sha256)
{
    cJSON *file;

    if (path != NULL && sha256->hex[0] != '\0') {
        file = cJSON_AddObjectToObject(json, key);
        cJSON_AddStringToObject(file, "file", path);
        cJSON_AddStringToObject(file, "sha256", sha256->hex);
    }
}

static void add_field(cJSON *json, const lu_recipe *r, const lu_recipe_field *f)
{
    double v = lu_recipe_get(r, f);

    if (f->type == LU_FIELD_SWITCH) {
        cJSON_AddBoolToObject(json, f->key, v != 0);
    } else if (f->type == LU_FIELD_NUMBER || f->type == LU_FIELD_WHOLE) {
        lu_json_add(json, f->key, v);
    } else {
        const char *word = f->words;
        for (int i = 0; i < (int)v; i++) {
            word += strcspn(word, "|") + 1;
        }
        char *text = lu_format("%.*s", (int)strcspn(word, "|"), word);
        cJSON_AddStringToObject(json, f->key, text ? text : "");
        free(text);
    }
}

static void add_recipe(cJSON *json, const lu_recipe *r)
{
    cJSON *recipe = cJSON_AddObjectToObject(json, "recipe"), *drops;

    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        add_field(recipe, r, &lu_recipe_fields[i]);
    }
    drops = cJSON_AddArrayToObject(recipe, "drops");
    for (size_t i = 0; i < LU_RECIPE_DROPS && r->drop_epoch[i]; i++) {
        cJSON *drop = cJSON_CreateArray();
        cJSON_AddItemToArray(drop, lu_json_number((double)r->drop_epoch[i]));
        cJSON_AddItemToArray(drop, lu_json_number(r->drop_factor[i]));
        cJSON_AddItemToArray(drops, drop);
    }
    lu_json_add(json, "seed", (double)r->seed);
}

static void add_data(cJSON *json, const lu_lab_work *w)
{
    cJSON *data;

    if (w->data.samples.n) {
        data = cJSON_AddObjectToObject(json, "data");
        cJSON_AddStringToObject(data, "spec", w->options->data);
        cJSON_AddStringToObject(data, "digest", w->data_digest.hex);
        lu_json_add(data, "samples", (double)w->data.samples.n);
    }
    if (w->options->test != NULL) {
        cJSON_AddStringToObject(json, "test", w->options->test);
    }
}

lu_err lu_lab_describe(const lu_lab_work *w, const lu_lab_result *r, lu_buf *out)
{
    const lu_lab_options *o = w->options;
    const lu_method *method = lu_methods[o->recipe.kind];
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "tool", "lineup " LU_VERSION);
    cJSON_AddStringToObject(json, "numerics", r->numerics);
    cJSON_AddStringToObject(json, "method", method->name);
    if (method->ours[0] != '\0') {
        cJSON_AddStringToObject(json, "settings_of_ours", method->ours);
    }
    cJSON_AddStringToObject(json, "sha256", r->sha256.hex);
    add_file(json, "cfg", o->cfg, &w->cfg_sha256);
    add_file(json, "victim_cfg", o->parent_cfg, &w->parent_cfg_sha256);
    add_file(json, "victim", o->parent, &w->parent_sha256);
    add_data(json, w);
    add_recipe(json, &o->recipe);
    lu_json_add(json, "trained_on", (double)r->samples);
    lu_json_add(json, "queries", (double)r->queries);
    lu_json_add(json, "loss", r->loss);
    lu_json_add(json, "train_accuracy", r->accuracy);
    lu_json_add(json, "test_accuracy", r->test_accuracy);
    return lu_json_print(json, true, out);
}

lu_err lu_lab_describe_import(const lu_lab_import *i, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject();
    char *cfg = lu_format("%s.cfg", i->out);

    cJSON_AddStringToObject(json, "tool", "lineup " LU_VERSION);
    cJSON_AddStringToObject(json, "numerics", i->result.numerics);
    cJSON_AddStringToObject(json, "method", IMPORT);
    cJSON_AddStringToObject(json, "sha256", i->result.sha256.hex);
    add_file(json, "cfg", cfg, &i->cfg_sha256);
    add_file(json, "from", i->from, &i->from_sha256);
    if (i->test != NULL) {
        cJSON_AddStringToObject(json, "test", i->test);
    }
    lu_json_add(json, "test_accuracy", i->result.test_accuracy);
    free(cfg);
    return lu_json_print(json, true, out);
}

/* --- reading --- */

static const char *text_of(const cJSON *json, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));
}

static lu_err get_hash(const cJSON *json, const char *key, lu_sha256 *out)
{
    const char *text = text_of(json, key);

    if (text == NULL || !lu_sha256_valid(text)) {
        return lu_fail(LU_ERR_INPUT, "\"%s\" is not a SHA-256 in hex", key);
    }
    memcpy(out->hex, text, sizeof out->hex);
    return LU_OK;
}

static lu_err get_file(const cJSON *json, const char *key, const char **path, lu_sha256 *sha256)
{
    const cJSON *file = cJSON_GetObjectItemCaseSensitive(json, key);

    if (file == NULL) {
        return LU_OK;
    }
    *path = text_of(file, "file");
    if (*path == NULL) {
        return lu_fail(LU_ERR_INPUT, "\"%s\" names no file", key);
    }
    return lu_within(get_hash(file, "sha256", sha256), "%s", key);
}

static lu_err get_field(const cJSON *recipe, const lu_recipe_field *f, lu_recipe *r)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(recipe, f->key);
    char *assignment;
    lu_err err;

    if (cJSON_IsNumber(item) || cJSON_IsBool(item)) {
        double v = cJSON_IsNumber(item) ? item->valuedouble : cJSON_IsTrue(item);
        if (lu_recipe_field_takes(f, v) && f->type != LU_FIELD_CHOICE) {
            lu_recipe_put(r, f, v);
            return LU_OK;
        }
    }
    if (f->type != LU_FIELD_CHOICE || !cJSON_IsString(item)) {
        return lu_fail(LU_ERR_INPUT, "the recipe's \"%s\" is missing or out of range", f->key);
    }
    assignment = lu_format("%s=%s", f->key, item->valuestring);
    err = assignment ? lu_recipe_set(r, assignment) : LU_ERR_MEMORY;
    free(assignment);
    return err == LU_ERR_USAGE ? LU_ERR_INPUT : err;
}

static lu_err get_drops(const cJSON *recipe, lu_recipe *r)
{
    const cJSON *drops = cJSON_GetObjectItemCaseSensitive(recipe, "drops"), *drop;
    int i = 0;

    cJSON_ArrayForEach(drop, drops)
    {
        const cJSON *epoch = cJSON_GetArrayItem(drop, 0), *factor = cJSON_GetArrayItem(drop, 1);
        if (i == LU_RECIPE_DROPS || !cJSON_IsNumber(epoch) || !cJSON_IsNumber(factor) ||
            !(epoch->valuedouble >= 1 && epoch->valuedouble <= 1e9) ||
            epoch->valuedouble != floor(epoch->valuedouble)) {
            return lu_fail(LU_ERR_INPUT, "the recipe's \"drops\" are not [epoch, factor] pairs");
        }
        r->drop_epoch[i] = (size_t)epoch->valuedouble;
        r->drop_factor[i++] = factor->valuedouble;
    }
    return LU_OK;
}

static lu_err get_recipe(const cJSON *json, lu_recipe *r)
{
    const cJSON *recipe = cJSON_GetObjectItemCaseSensitive(json, "recipe");
    const cJSON *seed = cJSON_GetObjectItemCaseSensitive(json, "seed");
    const char *method = text_of(json, "method");
    lu_recipe_kind kind;

    if (method == NULL || !lu_method_parse(method, &kind)) {
        return lu_fail(LU_ERR_INPUT, "\"method\" is none that lineup knows");
    }
    if (!cJSON_IsNumber(seed) || seed->valuedouble != floor(seed->valuedouble) ||
        !(seed->valuedouble >= 0 && seed->valuedouble < 9007199254740992.0)) {
        return lu_fail(LU_ERR_INPUT, "\"seed\" is not a whole number below 2^53");
    }
    *r = lu_recipe_of(kind, 0, (uint64_t)seed->valuedouble);
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        LU_TRY(get_field(recipe, &lu_recipe_fields[i], r));
    }
    LU_TRY(get_drops(recipe, r));
    return lu_recipe_check(r) ? LU_ERR_INPUT : LU_OK;
}

static lu_err get_record(const cJSON *json, lu_lab_record *r)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    const cJSON *accuracy = cJSON_GetObjectItemCaseSensitive(json, "test_accuracy");
    const char *tag = text_of(json, "numerics"), *method = text_of(json, "method");
    bool imported = method && strcmp(method, IMPORT) == 0;

    LU_TRY(get_hash(json, "sha256", &r->sha256));
    LU_TRY(get_file(json, "cfg", &r->options.cfg, &r->cfg));
    LU_TRY(get_file(json, "from", &r->from, &r->from_sha256));
    LU_TRY(get_file(json, "victim_cfg", &r->options.parent_cfg, &r->parent_cfg));
    LU_TRY(get_file(json, "victim", &r->options.parent, &r->parent));
    LU_TRY(imported ? LU_OK : get_recipe(json, &r->options.recipe));
    r->options.test = text_of(json, "test");
    if (data != NULL) {
        r->options.data = text_of(data, "spec");
        LU_TRY(get_hash(data, "digest", &r->data));
    }
    r->test_accuracy = cJSON_IsNumber(accuracy) ? accuracy->valuedouble : NAN;
    strncpy(r->numerics, tag ? tag : "", sizeof r->numerics - 1);
    if (imported != (r->from != NULL)) {
        return lu_fail(LU_ERR_INPUT, "\"from\" goes with the method \"%s\"", IMPORT);
    }
    return r->options.cfg ? LU_OK : lu_fail(LU_ERR_INPUT, "\"cfg\" is missing");
}

lu_err lu_lab_read(const char *path, lu_lab_record *out)
{
    lu_buf text = LU_BUF_INIT;
    cJSON *json;
    lu_err err;

    *out = (lu_lab_record){0};
    LU_TRY(lu_file_read(AT_FDCWD, path, RECORD_MAX, &text));
    err = lu_json_parse(text.data, text.len, LU_ERR_INPUT, &json);
    lu_buf_fini(&text);
    out->json = json;
    err = err ? err : get_record(json, out);
    if (err) {
        lu_lab_record_fini(out);
    }
    return lu_within(err, "%s", path);
}

void lu_lab_record_fini(lu_lab_record *r)
{
    cJSON_Delete(r->json);
    *r = (lu_lab_record){0};
}

lu_err lu_lab_same(const char *what, const lu_sha256 *then, const lu_sha256 *now)
{
    return strcmp(then->hex, now->hex) == 0
               ? LU_OK
               : lu_fail(LU_ERR_INPUT,
                         "%s is not what it was: SHA-256 %.16s..., recorded is %.16s...", what,
                         now->hex, then->hex);
}
