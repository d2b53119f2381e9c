/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/lab/plan.h"
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "viz/viz.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <math.h>
#include <string.h>

enum { PLAN_MAX = 1 << 20, REPEAT_MAX = 999 };

/* A plan being read. */
typedef struct reader {
    const char *samples;
    char *folder; /* the plan's; owned */
    lu_zoo_plan *plan;
} reader;

static const cJSON *item_of(const cJSON *json, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(json, key);
}

/* --- only what is known --- */

static lu_err check_keys(const cJSON *object, const char *const *known, const char *what)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, object)
    {
        const char *const *k = known;
        while (*k != NULL && strcmp(*k, item->string) != 0) {
            k++;
        }
        if (*k == NULL) {
            return lu_fail(LU_ERR_INPUT, "%s has a key \"%s\", which means nothing", what,
                           item->string);
        }
    }
    return LU_OK;
}

/* Nothing that a terminal or a reader of the tables could take for something else. */
static bool is_plain(const char *text)
{
    uint32_t code;

    while ((code = lu_utf8_next(&text)) != 0 && code != LU_REPLACEMENT) {
        continue;
    }
    return code == 0;
}

/* A text of less than `size` bytes; `preset` where there is none, NULL = there must be one. */
static lu_err get_text(const cJSON *json, const char *key, const char *preset, char *out,
                       size_t size)
{
    const cJSON *item = item_of(json, key);
    const char *text = item ? cJSON_GetStringValue(item) : preset;

    if (text == NULL || strlen(text) >= size) {
        return lu_fail(LU_ERR_INPUT, "\"%s\" is not a text of less than %zu bytes", key, size);
    }
    if (!is_plain(text)) {
        return lu_fail(LU_ERR_INPUT,
                       "\"%s\" holds characters that cannot be seen or that turn the "
                       "writing direction",
                       key);
    }
    snprintf(out, size, "%s", text);
    return LU_OK;
}

static lu_err get_whole(const cJSON *json, const char *key, double preset, double low, double high,
                        double *out)
{
    const cJSON *item = item_of(json, key);

    *out = item ? item->valuedouble : preset;
    if ((item && !cJSON_IsNumber(item)) || !(*out >= low && *out <= high) ||
        *out != (double)(uint64_t)*out) {
        return lu_fail(LU_ERR_INPUT, "\"%s\" is not a whole number from %g to %g", key, low, high);
    }
    return LU_OK;
}

/* --- paths --- */

/* "mnist:mnist[0:9]" to "mnist:SAMPLES/mnist[0:9]"; idx has two paths, synth none. */
static char *placed_spec(const char *samples, const char *spec)
{
    const char *path = strchr(spec, ':'), *second = path ? strchr(path, ',') : NULL;

    if (path == NULL || path[1] == '/' || strncmp(spec, "synth:", 6) == 0 ||
        strcmp(samples, ".") == 0) {
        return lu_strdup(spec);
    }
    if (strncmp(spec, "idx:", 4) == 0 && second != NULL) {
        return lu_format("idx:%s/%.*s,%s/%s", samples, (int)(second - path - 1), path + 1, samples,
                         second + 1);
    }
    return lu_format("%.*s%s/%s", (int)(path - spec + 1), spec, samples, path + 1);
}

static lu_err get_spec(const reader *r, const cJSON *json, const char *key, char **out)
{
    const cJSON *item = item_of(json, key);
    const char *text = cJSON_GetStringValue(item);
    lu_spec checked;

    *out = NULL;
    if (item == NULL) {
        return LU_OK;
    }
    if (text == NULL) {
        return lu_fail(LU_ERR_INPUT, "\"%s\" is not a SPEC", key);
    }
    *out = placed_spec(r->samples, text);
    return *out == NULL ? LU_ERR_MEMORY : lu_spec_parse(*out, &checked) ? LU_ERR_INPUT : LU_OK;
}

static lu_err get_file(const reader *r, const cJSON *json, const char *key, char **out)
{
    const char *text = cJSON_GetStringValue(item_of(json, key));

    if (text == NULL) {
        return lu_fail(LU_ERR_INPUT, "\"%s\" names no file", key);
    }
    *out = text[0] == '/' ? lu_strdup(text) : lu_format("%s/%s", r->folder, text);
    return *out ? LU_OK : LU_ERR_MEMORY;
}

/* --- entries --- */

static lu_err get_settings(const cJSON *json, lu_recipe *r)
{
    const cJSON *list = item_of(json, "set"), *item;

    cJSON_ArrayForEach(item, list)
    {
        const char *text = cJSON_GetStringValue(item);
        if (text == NULL) {
            return lu_fail(LU_ERR_INPUT, "\"set\" is not a list of \"KEY=VALUE\"");
        }
        LU_TRY(lu_recipe_set(r, text) ? LU_ERR_INPUT : LU_OK);
    }
    return LU_OK;
}

static lu_err get_drops(const cJSON *json, lu_recipe *r)
{
    const cJSON *list = item_of(json, "drops"), *pair;
    size_t n = 0;

    cJSON_ArrayForEach(pair, list)
    {
        const cJSON *epoch = cJSON_GetArrayItem(pair, 0), *factor = cJSON_GetArrayItem(pair, 1);
        if (n == LU_RECIPE_DROPS || !cJSON_IsNumber(epoch) || !cJSON_IsNumber(factor) ||
            !(epoch->valuedouble >= 1 && epoch->valuedouble <= 1e9) ||
            epoch->valuedouble != floor(epoch->valuedouble)) {
            return lu_fail(LU_ERR_INPUT, "\"drops\" is not a list of at most %d [EPOCH, FACTOR]",
                           LU_RECIPE_DROPS);
        }
        r->drop_epoch[n] = (size_t)epoch->valuedouble;
        r->drop_factor[n++] = factor->valuedouble;
    }
    return LU_OK;
}

static lu_err get_recipe(const cJSON *json, lu_recipe *r)
{
    char method[LU_NAME_MAX];
    lu_recipe_kind kind;

    LU_TRY(get_text(json, "method", "train", method, sizeof method));
    if (!lu_method_parse(method, &kind)) {
        return lu_fail(LU_ERR_INPUT, "there is no method \"%s\"", method);
    }
    *r = lu_recipe_of(kind, 0, 0);
    LU_TRY(get_settings(json, r));
    LU_TRY(get_drops(json, r));
    return lu_recipe_check(r) ? LU_ERR_INPUT : LU_OK;
}

static lu_err find_parent(const lu_zoo_plan *p, const cJSON *json, lu_zoo_entry *e)
{
    char name[LU_NAME_MAX];

    e->of = SIZE_MAX;
    if (lu_methods[e->recipe.kind]->needs == LU_NEEDS_NOTHING) {
        return LU_OK;
    }
    LU_TRY(get_text(json, "of", "", name, sizeof name));
    for (size_t i = 0; i < p->entries && e->of == SIZE_MAX; i++) {
        bool meant =
            name[0] ? strcmp(p->entry[i].name, name) == 0 : p->entry[i].role == LU_ROLE_VICTIM;
        e->of = meant && p->entry[i].repeat == 1 ? i : SIZE_MAX;
    }
    return e->of != SIZE_MAX
               ? LU_OK
               : lu_fail(LU_ERR_INPUT, "what it is a copy of does not stand before it, once");
}

static bool name_is_good(const char *name)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    return name[0] && name[0] != '.' && name[0] != '-' && name[strspn(name, good)] == '\0' &&
           strlen(name) < LU_NAME_MAX - 8;
}

/* A network that is not made but there. */
static lu_err get_given(const reader *r, const cJSON *json, lu_zoo_entry *e)
{
    if (item_of(json, "weights") == NULL) {
        return LU_OK;
    }
    if (e->repeat != 1 || e->recipe.kind != LU_RECIPE_TRAIN) {
        return lu_fail(LU_ERR_INPUT, "with \"weights\" it has neither method nor repetitions");
    }
    return get_file(r, json, "weights", &e->weights);
}

/* Without a .cfg of its own an entry has the plan's. */
static lu_err get_entry(const reader *r, const cJSON *plan, const cJSON *json, lu_zoo_entry *e)
{
    static const char *const known[] = {"name", "label", "role", "method", "repeat",  "of", "cfg",
                                        "data", "test",  "set",  "drops",  "weights", NULL};
    lu_zoo_plan *p = r->plan;
    char role[LU_NAME_MAX];
    double repeat;

    LU_TRY(check_keys(json, known, "it"));
    LU_TRY(get_recipe(json, &e->recipe));
    LU_TRY(get_text(json, "label", lu_methods[e->recipe.kind]->label, e->label, sizeof e->label));
    LU_TRY(get_text(json, "role", "positive", role, sizeof role));
    LU_TRY(get_whole(json, "repeat", 1, 1, REPEAT_MAX, &repeat));
    e->repeat = (size_t)repeat;
    if (!lu_role_parse(role, &e->role) || e->role == LU_ROLE_SUSPECT) {
        return lu_fail(LU_ERR_INPUT, "\"role\" is not victim, negative or positive");
    }
    LU_TRY(find_parent(p, json, e));
    LU_TRY(get_file(r, item_of(json, "cfg") ? json : plan, "cfg", &e->cfg));
    LU_TRY(get_given(r, json, e));
    LU_TRY(get_spec(r, json, "test", &e->test));
    return get_spec(r, json, "data", &e->data);
}

static lu_err get_entries(const reader *r, const cJSON *json)
{
    const cJSON *list = item_of(json, "models");
    lu_zoo_plan *p = r->plan;
    cJSON *item;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > LU_ZOO_ENTRIES) {
        return lu_fail(LU_ERR_INPUT, "\"models\" is not a list of at most %d entries",
                       LU_ZOO_ENTRIES);
    }
    LU_TRY(LU_NEW(p->entry, LU_ZOO_ENTRIES));
    cJSON_ArrayForEach(item, list)
    {
        lu_zoo_entry *e = &p->entry[p->entries];
        lu_err err = get_text(item, "name", NULL, e->name, sizeof e->name);
        if (!err && !name_is_good(e->name)) {
            err =
                lu_fail(LU_ERR_INPUT, "its name is not made of letters, digits, '.', '_' and '-'");
        }
        for (size_t i = 0; !err && i < p->entries; i++) {
            err = strcmp(p->entry[i].name, e->name)
                      ? LU_OK
                      : lu_fail(LU_ERR_INPUT, "there are two of that name");
        }
        err = err ? err : get_entry(r, json, item, e);
        p->entries++;
        LU_TRY(lu_within(err, "model \"%s\"", e->name));
    }
    return LU_OK;
}

/* --- models --- */

/* A model's seed: of the plan's seed, the entry's name and the repetition (from 0), below 2^48. A
   model's does not change when others come or go. */
static lu_err zoo_seed(uint64_t seed, const char *entry, size_t repetition, uint64_t *out)
{
    lu_digest d;
    lu_sha256 id;
    char high[13];

    LU_TRY(lu_digest_init(&d));
    lu_digest_u64(&d, seed);
    lu_digest_text(&d, entry);
    lu_digest_u64(&d, repetition);
    LU_TRY(lu_digest_finish(&d, &id));
    snprintf(high, sizeof high, "%.12s", id.hex);
    *out = strtoull(high, NULL, 16);
    return LU_OK;
}

static lu_err add_model(lu_zoo_plan *p, size_t entry, size_t repetition, const size_t *first)
{
    const lu_zoo_entry *e = &p->entry[entry];
    lu_zoo_model *m = &p->model[p->models++];

    if (e->repeat == 1) {
        snprintf(m->name, sizeof m->name, "%s", e->name);
    } else {
        snprintf(m->name, sizeof m->name, "%.55s-%02u", e->name, (unsigned)(repetition + 1) % 1000);
    }
    m->entry = entry;
    m->parent = e->of == SIZE_MAX ? SIZE_MAX : first[e->of];
    m->recipe = e->recipe;
    return zoo_seed(p->seed, e->name, repetition, &m->recipe.seed);
}

static lu_err list_models(lu_zoo_plan *p)
{
    size_t first[LU_ZOO_ENTRIES], total = 0, victims = 0;

    for (size_t i = 0; i < p->entries; i++) {
        total += p->entry[i].repeat;
        victims += p->entry[i].role == LU_ROLE_VICTIM ? p->entry[i].repeat : 0;
    }
    if (victims != 1 || total > LU_ZOO_MODELS) {
        return lu_fail(LU_ERR_INPUT,
                       "it has %zu victims and %zu models; one victim and at most %d models can be",
                       victims, total, LU_ZOO_MODELS);
    }
    LU_TRY(LU_NEW(p->model, total));
    for (size_t i = 0; i < p->entries; i++) {
        first[i] = p->models;
        for (size_t k = 0; k < p->entry[i].repeat; k++) {
            LU_TRY(add_model(p, i, k, first));
        }
    }
    return LU_OK;
}

/* --- the whole --- */

static lu_err get_case(const reader *r, const cJSON *json)
{
    const cJSON *list = item_of(json, "set"), *item;
    lu_zoo_plan *p = r->plan;
    lu_params trial;

    lu_params_default(&trial);
    cJSON_ArrayForEach(item, list)
    {
        const char *text = cJSON_GetStringValue(item);
        if (text == NULL || p->settings == LU_ZOO_SETTINGS) {
            return lu_fail(LU_ERR_INPUT, "\"set\" is not a list of at most %d \"KEY=VALUE\"",
                           LU_ZOO_SETTINGS);
        }
        LU_TRY(lu_params_set(&trial, text) ? LU_ERR_INPUT : LU_OK);
        p->setting[p->settings] = lu_strdup(text);
        LU_TRY(p->setting[p->settings++] ? LU_OK : LU_ERR_MEMORY);
    }
    LU_TRY(get_spec(r, json, "train", &p->train));
    LU_TRY(get_spec(r, json, "test", &p->test));
    return p->train && p->test
               ? LU_OK
               : lu_fail(LU_ERR_INPUT, "\"train\" and \"test\", the case's samples, are needed");
}

static lu_err get_plan(const reader *r, const cJSON *json)
{
    static const char *const known[] = {"title", "seed", "cfg",    "train",
                                        "test",  "set",  "models", NULL};
    double seed;

    if (!cJSON_IsObject(json)) {
        return lu_fail(LU_ERR_INPUT, "is not a JSON object");
    }
    LU_TRY(check_keys(json, known, "the plan"));
    LU_TRY(get_text(json, "title", "", r->plan->title, sizeof r->plan->title));
    LU_TRY(get_whole(json, "seed", 1, 0, 9007199254740991.0, &seed));
    r->plan->seed = (uint64_t)seed;
    LU_TRY(get_case(r, json));
    LU_TRY(get_entries(r, json));
    return list_models(r->plan);
}

lu_err lu_zoo_plan_read(const char *path, const char *samples, lu_zoo_plan *out)
{
    reader r = {.samples = samples, .plan = out};
    lu_buf text = LU_BUF_INIT;
    char *copy = lu_strdup(path);
    cJSON *json = NULL;
    lu_err err = copy ? LU_OK : LU_ERR_MEMORY;

    *out = (lu_zoo_plan){0};
    if (!err) {
        r.folder = dirname(copy);
        err = lu_file_read(AT_FDCWD, path, PLAN_MAX, &text);
    }
    if (!err) {
        err = lu_json_parse(text.data, text.len, LU_ERR_INPUT, &json);
        err = err ? err : get_plan(&r, json);
        err = lu_within(err, "%s", path);
    }
    cJSON_Delete(json);
    lu_buf_fini(&text);
    free(copy);
    if (err) {
        lu_zoo_plan_fini(out);
    }
    return err;
}

void lu_zoo_plan_fini(lu_zoo_plan *p)
{
    for (size_t i = 0; i < p->entries; i++) {
        free(p->entry[i].cfg);
        free(p->entry[i].data);
        free(p->entry[i].test);
        free(p->entry[i].weights);
    }
    for (size_t i = 0; i < p->settings; i++) {
        free(p->setting[i]);
    }
    free(p->train);
    free(p->test);
    free(p->entry);
    free(p->model);
    *p = (lu_zoo_plan){0};
}
