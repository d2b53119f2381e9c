/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attacks of the survey's Table I that apply here, and the plan of the zoo that holds them. */
#include "sessions/case/files.h"
#include "sessions/case/json.h"
#include "sessions/resist/parts.h"

#include <stdio.h>
#include <string.h>

const lu_attack lu_attacks[] = {
    {"fine-tune-last",
     "fine-tuning, last layer",
     "epochs",
     1,
     LU_BY_RECIPE,
     "ft-ll",
     "epochs=%g",
     NULL,
     {2, 10}},
    {"fine-tune",
     "fine-tuning, all layers",
     "epochs",
     1,
     LU_BY_RECIPE,
     "ft-al",
     "epochs=%g",
     NULL,
     {2, 5, 15}},
    {"retrain",
     "retraining, last layer anew",
     "epochs",
     1,
     LU_BY_RECIPE,
     "rt-al",
     "epochs=%g",
     NULL,
     {2, 5, 15}},
    {"prune",
     "pruning",
     "share",
     1,
     LU_BY_RECIPE,
     "prune",
     "prune=%g",
     "epochs=1",
     {0.3, 0.6, 0.8, 0.9}},
    {"compress",
     "compression to few bits",
     "bits",
     1,
     LU_BY_RECIPE,
     "quantise",
     "bits=%g",
     NULL,
     {8, 4, 3, 2}},
    {"noise",
     "noise on the weights",
     "deviations",
     1,
     LU_BY_RECIPE,
     "noise",
     "noise=%g",
     NULL,
     {0.1, 0.3, 0.6}},
    {"fine-prune",
     "fine-pruning",
     "share",
     2,
     LU_BY_RECIPE,
     "prune",
     "prune=%g",
     "epochs=5",
     {0.5, 0.8, 0.95}},
    {"distil", "distillation", "epochs", 2, LU_BY_RECIPE, "distil", "epochs=%g", NULL, {5, 15}},
    {"smooth", "inputs smoothed", "share", 2, LU_BY_QUERY, NULL, NULL, NULL, {0.3, 0.6, 1}},
    {"evade",
     "evasion detector, random answers",
     "false alarms",
     2,
     LU_BY_QUERY,
     NULL,
     NULL,
     NULL,
     {0.01, 0.05, 0.2}},
    {"overwrite",
     "overwriting with another mark",
     "epochs",
     3,
     LU_BY_FILE,
     NULL,
     NULL,
     NULL,
     {3, 10}},
    {"collude", "collusion, copies averaged", "copies", 3, LU_BY_FILE, NULL, NULL, NULL, {2, 4}},
    {"modify",
     "query modification of what is detected",
     "false alarms",
     3,
     LU_BY_QUERY,
     NULL,
     NULL,
     NULL,
     {0.01, 0.05, 0.2}},
};

const size_t lu_attack_count = sizeof lu_attacks / sizeof *lu_attacks;

size_t lu_resist_strengths(const lu_resist_options *o, const lu_attack *a)
{
    size_t n = 0;

    while (n < LU_RESIST_STRENGTHS && n < o->strengths && a->strength[n] > 0) {
        n++;
    }
    return n;
}

void lu_resist_name(const lu_attack *a, double strength, char out[LU_NAME_MAX])
{
    snprintf(out, LU_NAME_MAX, "%s-%g", a->name, strength);
}

/* --- the plan --- */

static void settings(cJSON *entry, const lu_attack *a, double strength)
{
    cJSON *list = cJSON_AddArrayToObject(entry, "set");
    char text[64];

    snprintf(text, sizeof text, "%.*s%g", (int)strcspn(a->set, "%"), a->set, strength);
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
    if (a->also != NULL) {
        cJSON_AddItemToArray(list, cJSON_CreateString(a->also));
    }
}

static cJSON *entry(const char *name, const char *role, const char *data)
{
    cJSON *e = cJSON_CreateObject();

    cJSON_AddStringToObject(e, "name", name);
    cJSON_AddStringToObject(e, "role", role);
    if (data != NULL) {
        cJSON_AddStringToObject(e, "data", data);
    }
    return e;
}

static bool resist_needs_samples(const lu_attack *a)
{
    lu_recipe_kind kind;

    return a->by == LU_BY_RECIPE && lu_method_parse(a->method, &kind) && lu_methods[kind]->samples;
}

static cJSON *attack_entry(const lu_resist_work *w, const lu_attack *a, double strength)
{
    char name[LU_NAME_MAX];
    cJSON *e;

    lu_resist_name(a, strength, name);
    if (a->by == LU_BY_FILE) {
        char *path = lu_resist_file(w, a, strength);
        e = entry(name, "positive", w->others);
        cJSON_AddStringToObject(e, "weights", path ? path : "");
        free(path);
        return e;
    }
    e = entry(name, "positive", resist_needs_samples(a) ? w->others : NULL);
    cJSON_AddStringToObject(e, "method", a->method);
    settings(e, a, strength);
    return e;
}

static cJSON *negative(const lu_resist_work *w, const char *name, const char *data, size_t n)
{
    cJSON *e = entry(name, "negative", data), *set = cJSON_AddArrayToObject(e, "set");
    char epochs[32];

    snprintf(epochs, sizeof epochs, "epochs=%zu", w->o->epochs);
    cJSON_AddItemToArray(set, cJSON_CreateString(epochs));
    cJSON_AddNumberToObject(e, "repeat", (double)n);
    return e;
}

static void case_settings(cJSON *plan)
{
    /* small sets of tests; three tests of membership, enough permutations for their correction */
    static const char *const list[] = {"seeds.count=200",
                                       "whitebox.seeds=20",
                                       "whitebox.iterations=200",
                                       "membership.split=random",
                                       "membership.unrelated=neg2-*",
                                       "membership.repetitions=5",
                                       "membership.permutations=399",
                                       "membership.decide=any",
                                       "membership.samples=100"};
    cJSON *set = cJSON_AddArrayToObject(plan, "set");

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        cJSON_AddItemToArray(set, cJSON_CreateString(list[i]));
    }
}

static cJSON *plan_json(const lu_resist_work *w)
{
    const lu_resist_options *o = w->o;
    cJSON *plan = cJSON_CreateObject(), *models, *victim;

    cJSON_AddStringToObject(plan, "title", "Resistance to attacks");
    cJSON_AddStringToObject(plan, "cfg", w->cfg);
    cJSON_AddNumberToObject(plan, "seed", (double)o->seed);
    cJSON_AddStringToObject(plan, "train", w->own);
    cJSON_AddStringToObject(plan, "test", w->test);
    case_settings(plan);
    models = cJSON_AddArrayToObject(plan, "models");
    victim = entry("victim", "victim", w->own);
    cJSON_AddStringToObject(victim, "weights", w->host);
    cJSON_AddItemToArray(models, victim);
    cJSON_AddItemToArray(models, negative(w, "neg1", w->own, o->negatives / 2));
    cJSON_AddItemToArray(models, negative(w, "neg2", w->others, o->negatives - o->negatives / 2));
    for (size_t i = 0; i < lu_attack_count; i++) {
        for (size_t k = 0; k < lu_resist_strengths(o, &lu_attacks[i]); k++) {
            if (lu_attacks[i].by != LU_BY_QUERY) {
                cJSON_AddItemToArray(models,
                                     attack_entry(w, &lu_attacks[i], lu_attacks[i].strength[k]));
            }
        }
    }
    return plan;
}

lu_err lu_resist_plan(const lu_resist_work *w, const char *path)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_json_print(plan_json(w), true, &text);

    if (!err) {
        err = lu_file_save(path, &text);
    }
    lu_buf_fini(&text);
    return err;
}
