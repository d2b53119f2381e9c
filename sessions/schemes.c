/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/schemes.h"
#include "sessions/case/json.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 512, TEST_NEGATIVES = 2 /* a mean's bound takes two */ };

/* A mark was verified on its suspects: whoever did had the committed bundle, keys and secret. */
static bool has_mark(const lu_case *c)
{
    for (size_t i = 0; i < c->results; i++) {
        if (strcmp(c->result[i].stage, "watermark") == 0) {
            return true;
        }
    }
    return false;
}

lu_schemes_ask lu_case_holds(const lu_case *c)
{
    lu_schemes_ask ask = {.access = LU_ACCESS_WEIGHTS, .held = true, .reached = true};

    ask.have = (lu_case_victim(c) ? LU_HOLD_VICTIM : 0) |
               (c->set[LU_SET_TEST].given ? LU_HOLD_SAMPLES : 0) |
               (c->set[LU_SET_TRAIN].given ? LU_HOLD_MEMBERS : 0) |
               (lu_case_count(c, LU_ROLE_NEGATIVE) >= TEST_NEGATIVES ? LU_HOLD_NEGATIVES : 0) |
               (lu_case_count(c, LU_ROLE_POSITIVE) ? LU_HOLD_POSITIVES : 0) |
               (has_mark(c) ? LU_HOLD_KEYS | LU_HOLD_SECRET : 0);
    return ask;
}

lu_scheme_fit lu_schemes_fit(const lu_schemes_ask *ask, const lu_scheme *s)
{
    return lu_scheme_fits(s, ask->reached ? ask->access : LU_ACCESS_DEVICE,
                          ask->held ? ask->have : ~0U);
}

/* --- words --- */

static bool contains(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

bool lu_schemes_has(const lu_schemes_ask *ask, const lu_scheme *s)
{
    char words[WORDS];

    if (ask->text == NULL || ask->text[0] == '\0') {
        return true;
    }
    if (lu_scheme_of(ask->text) != NULL) {
        return strcmp(s->key, ask->text) == 0;
    }
    for (int a = 0; a < LU_ATTRIBUTES; a++) {
        lu_scheme_attribute(s, (lu_attribute)a, words, sizeof words);
        if (contains(words, ask->text)) {
            return true;
        }
    }
    return contains(s->key, ask->text) || contains(s->name, ask->text) ||
           contains(s->reference, ask->text) || contains(s->named, ask->text) ||
           contains(s->formula, ask->text) || contains(lu_null_kind_name(s->null), ask->text);
}

lu_err lu_schemes_lacks(const lu_schemes_ask *ask, const lu_scheme *s, lu_buf *out)
{
    lu_scheme_fit f = lu_schemes_fit(ask, s);

    if (!f.access && f.lacks == 0) {
        return LU_OK;
    }
    LU_TRY(lu_buf_print(out, "lacks "));
    LU_TRY(lu_holdings_text(f.lacks, "", out));
    return f.access ? lu_buf_print(out, "%sthe suspect's %s", f.lacks ? ", " : "",
                                   lu_access_name(s->access))
                    : LU_OK;
}

/* --- one method --- */

static lu_err fact(lu_buf *out, const char *label, const char *text)
{
    return text[0] ? lu_buf_print(out, "%-14s%s\n", label, text) : LU_OK;
}

static lu_err needs_text(const lu_scheme *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%-14s", "key material"));
    LU_TRY(lu_holdings_text(s->needs, "nothing", out));
    if (s->or_needs) {
        LU_TRY(lu_buf_print(out, "; or "));
        LU_TRY(lu_holdings_text(s->or_needs, "", out));
    }
    return lu_buf_print(out, "\n");
}

static lu_err one_text(const lu_schemes_ask *ask, const lu_scheme *s, lu_buf *out)
{
    char words[WORDS];

    LU_TRY(lu_buf_print(out, "%s (%s)\n", s->name, s->key));
    for (int a = 0; a < LU_ATTRIBUTES; a++) {
        lu_scheme_attribute(s, (lu_attribute)a, words, sizeof words);
        LU_TRY(fact(out, lu_attribute_name((lu_attribute)a), words));
    }
    LU_TRY(fact(out, "access", lu_access_name(s->access)));
    LU_TRY(needs_text(s, out));
    LU_TRY(fact(out, "score", s->formula));
    LU_TRY(lu_buf_print(out, "%-14s%s: %s\n", "null", lu_null_kind_name(s->null), s->p));
    LU_TRY(lu_buf_print(out, "%-14s%s%s%s\n", "lineup", lu_scheme_use_name(s->use),
                        s->command[0] ? ": " : "", s->command));
    LU_TRY(fact(out, "reference", s->reference));
    LU_TRY(fact(out, "named by", s->named));
    LU_TRY(fact(out, "note", s->note));
    if (ask->held || ask->reached) {
        lu_buf lacks = LU_BUF_INIT;
        lu_err err = lu_schemes_lacks(ask, s, &lacks);
        err = err ? err
                  : lu_buf_print(out, "%-14s%.*s\n", "with these", lacks.len ? (int)lacks.len : 18,
                                 lacks.len ? (const char *)lacks.data : "nothing is missing");
        lu_buf_fini(&lacks);
        LU_TRY(err);
    }
    return LU_OK;
}

/* --- the table --- */

static const struct {
    lu_fit fit;
    const char *title;
} groups[LU_FITS] = {
    {LU_FIT_RUNS, "lineup runs"},
    {LU_FIT_LACKS, "lineup would run, but something is missing"},
    {LU_FIT_BY_HAND, "formula and null are given; takes the makers' own code"},
    {LU_FIT_FAR, "formula and null are given, but something is missing"},
    {LU_FIT_NOTHING, "no evidence comes from it"},
};

/* What is behind a state, for a heading: "lineup runs". */
static const char *schemes_heading(lu_fit fit)
{
    size_t g = 0;

    while (groups[g].fit != fit) {
        g++;
    }
    return groups[g].title;
}

size_t lu_schemes_list(const lu_schemes_ask *ask, const lu_scheme *out[LU_SCHEMES_MAX])
{
    size_t n = 0;

    for (size_t g = 0; g < LU_FITS; g++) {
        for (size_t i = 0; i < lu_scheme_count && n < LU_SCHEMES_MAX; i++) {
            const lu_scheme *s = &lu_schemes[i];
            if (lu_schemes_has(ask, s) && lu_schemes_fit(ask, s).state == groups[g].fit) {
                out[n++] = s;
            }
        }
    }
    return n;
}

static lu_err row_text(const lu_schemes_ask *ask, const lu_scheme *s, lu_buf *out)
{
    char mechanism[WORDS];

    lu_scheme_attribute(s, LU_MECHANISM, mechanism, sizeof mechanism);
    LU_TRY(lu_buf_print(out, "  %-17s %-11s %-13s ", s->key, mechanism, lu_access_name(s->access)));
    if (lu_schemes_fit(ask, s).state == LU_FIT_RUNS) {
        LU_TRY(lu_buf_print(out, "%s", s->command + strlen("lineup ")));
    } else if (ask->held || ask->reached) {
        LU_TRY(lu_schemes_lacks(ask, s, out));
    }
    return lu_buf_print(out, "\n");
}

static lu_err head_text(const lu_schemes_ask *ask, size_t n, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%zu of %zu methods", n, lu_scheme_count));
    if (ask->reached) {
        LU_TRY(lu_buf_print(out, "; of the suspect: %s", lu_access_name(ask->access)));
    }
    if (ask->held) {
        LU_TRY(lu_buf_print(out, "; held: "));
        LU_TRY(lu_holdings_text(ask->have, "nothing", out));
    }
    return lu_buf_print(out, "\n");
}

lu_err lu_schemes_text(const lu_schemes_ask *ask, lu_buf *out)
{
    const lu_scheme *list[LU_SCHEMES_MAX];
    size_t n = lu_schemes_list(ask, list);
    lu_fit last = LU_FITS;

    if (n == 1) {
        return one_text(ask, list[0], out);
    }
    LU_TRY(head_text(ask, n, out));
    for (size_t i = 0; i < n; i++) {
        lu_fit now = lu_schemes_fit(ask, list[i]).state;
        if (now != last) {
            LU_TRY(lu_buf_print(out, "\n%s\n", schemes_heading(now)));
        }
        LU_TRY(row_text(ask, list[i], out));
        last = now;
    }
    return lu_buf_print(out, "\n");
}

/* --- JSON --- */

static void holdings_json(cJSON *object, const char *key, unsigned set)
{
    cJSON *list = cJSON_AddArrayToObject(object, key);

    for (int h = 0; h < LU_HOLDINGS; h++) {
        if (set >> h & 1) {
            cJSON_AddItemToArray(list, cJSON_CreateString(lu_holding_word((lu_holding)h)));
        }
    }
}

static void attributes_json(cJSON *json, const lu_scheme *s)
{
    static const char *const key[LU_ATTRIBUTES] = {"scenario", "mechanism", "capacity",
                                                   "type",     "function",  "target"};
    char words[WORDS];

    for (int a = 0; a < LU_ATTRIBUTES; a++) {
        lu_scheme_attribute(s, (lu_attribute)a, words, sizeof words);
        cJSON_AddStringToObject(json, key[a], words);
    }
}

static void fit_json(cJSON *json, const lu_schemes_ask *ask, const lu_scheme *s)
{
    lu_scheme_fit f = lu_schemes_fit(ask, s);

    if (!ask->held && !ask->reached) {
        return;
    }
    cJSON_AddStringToObject(json, "fit", lu_fit_name(f.state));
    holdings_json(json, "lacks", f.lacks);
    cJSON_AddBoolToObject(json, "lacks_access", f.access);
}

static cJSON *scheme_json(const lu_schemes_ask *ask, const lu_scheme *s)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "key", s->key);
    cJSON_AddStringToObject(json, "name", s->name);
    attributes_json(json, s);
    cJSON_AddStringToObject(json, "access", lu_access_name(s->access));
    holdings_json(json, "needs", s->needs);
    holdings_json(json, "or_needs", s->or_needs);
    cJSON_AddStringToObject(json, "lineup", lu_scheme_use_name(s->use));
    cJSON_AddStringToObject(json, "command", s->command);
    cJSON_AddStringToObject(json, "formula", s->formula);
    cJSON_AddStringToObject(json, "null", lu_null_kind_name(s->null));
    cJSON_AddStringToObject(json, "p", s->p);
    cJSON_AddStringToObject(json, "reference", s->reference);
    cJSON_AddStringToObject(json, "named", s->named);
    cJSON_AddStringToObject(json, "note", s->note);
    fit_json(json, ask, s);
    return json;
}

lu_err lu_schemes_json(const lu_schemes_ask *ask, lu_buf *out)
{
    const lu_scheme *list[LU_SCHEMES_MAX];
    size_t n = lu_schemes_list(ask, list);
    cJSON *json = cJSON_CreateObject(), *array;

    if (ask->reached) {
        cJSON_AddStringToObject(json, "access", lu_access_name(ask->access));
    }
    if (ask->held) {
        holdings_json(json, "have", ask->have);
    }
    array = cJSON_AddArrayToObject(json, "methods");
    for (size_t i = 0; i < n; i++) {
        cJSON_AddItemToArray(array, scheme_json(ask, list[i]));
    }
    return lu_json_print(json, true, out);
}
