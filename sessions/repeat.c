/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/repeat.h"
#include "sessions/case/history.h"
#include "sessions/case/store.h"

#include <cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- which --- */

bool lu_repeat_meant(const lu_case *c, size_t i, const char *stage)
{
    const lu_recorded *r = &c->result[i];

    return strcmp(r->stage, stage) == 0 && lu_history_result(c, r->id.hex) == &r->sha256;
}

size_t lu_repeat_count(const lu_case *c, const char *stage)
{
    size_t n = 0;

    for (size_t i = 0; i < c->results; i++) {
        n += lu_repeat_meant(c, i, stage);
    }
    return n;
}

bool lu_repeat_reference(const char *numerics)
{
    const char *engine = strrchr(numerics, ' ');

    return engine != NULL && strcmp(engine, " darknet") == 0;
}

/* --- values --- */

typedef struct comparison {
    const lu_repeat_how *how;
    double difference, ruled; /* the largest, as in lu_repeated */
    size_t sides;
    char where[64]; /* key of the first value that differs by more than it may; "" = none does */
} comparison;

double lu_repeat_difference(double stored, double found)
{
    return fabs(found - stored) / fmax(1, fabs(stored));
}

static void differs_at(comparison *x, const char *key)
{
    snprintf(x->where, sizeof x->where, "%s", key);
}

static const lu_repeat_rule *rule_of(const lu_repeat_how *how, const char *key)
{
    for (size_t i = 0; i < how->rules; i++) {
        if (strcmp(how->rule[i].key, key) == 0) {
            return &how->rule[i];
        }
    }
    return NULL;
}

static void compare_numbers(comparison *x, const char *key, double stored, double found)
{
    const lu_repeat_rule *rule = rule_of(x->how, key);
    double *largest = rule ? &x->ruled : &x->difference;
    double difference = lu_repeat_difference(stored, found), most = LU_REPEAT_TOLERANCE;

    if (rule != NULL) {
        most = rule->tolerance;
        x->sides += rule->decides && (stored <= x->how->alpha) != (found <= x->how->alpha);
    }
    *largest = fmax(*largest, difference);
    if (!(difference <= (x->how->same_numerics ? 0 : most))) {
        differs_at(x, key);
    }
}

/* Both were written by the same hand: members stand in the same order. An element of an array goes
   by the array's key. */
static void compare(comparison *x, const char *key, const cJSON *a, const cJSON *b)
{
    const cJSON *stored = a->child, *found = b->child;

    if (cJSON_IsNumber(a) && cJSON_IsNumber(b)) {
        compare_numbers(x, key, a->valuedouble, b->valuedouble);
        return;
    }
    if (stored == NULL || found == NULL) {
        if (!cJSON_Compare(a, b, true)) {
            differs_at(x, key);
        }
        return;
    }
    while (stored && found && x->where[0] == '\0') {
        const char *name = stored->string ? stored->string : key;
        if (stored->string && (!found->string || strcmp(stored->string, found->string) != 0)) {
            differs_at(x, name);
        } else {
            compare(x, name, stored, found);
        }
        stored = stored->next;
        found = found->next;
    }
    if (x->where[0] == '\0' && stored != found) {
        differs_at(x, key); /* one is longer */
    }
}

static lu_err compare_texts(comparison *x, const lu_buf *stored, const lu_buf *fresh)
{
    cJSON *a, *b = NULL;
    lu_err err = lu_json_parse(stored->data, stored->len, LU_ERR_INTEGRITY, &a);

    if (!err) {
        err = lu_json_parse(fresh->data, fresh->len, LU_ERR_INTERNAL, &b);
    }
    if (!err) {
        compare(x, "all of it", a, b);
    }
    cJSON_Delete(a);
    cJSON_Delete(b);
    return err;
}

/* --- results --- */

static void take(const comparison *x, const char *name, lu_repeated *r)
{
    if (x->where[0]) {
        if (r->different++ == 0) {
            snprintf(r->first, sizeof r->first, "%s: '%s'", name, x->where);
        }
        return;
    }
    r->difference = fmax(r->difference, x->difference);
    r->ruled = fmax(r->ruled, x->ruled);
    r->sides += x->sides;
}

static lu_err count(const char *name, const lu_buf *stored, const lu_buf *fresh,
                    const lu_repeat_how *how, lu_repeated *r)
{
    comparison x = {.how = how};

    r->computed++;
    r->same_numerics += how->same_numerics;
    if (stored->len == fresh->len && memcmp(stored->data, fresh->data, fresh->len) == 0) {
        r->same_bytes++;
        return LU_OK;
    }
    LU_TRY(compare_texts(&x, stored, fresh));
    if (how->same_numerics && x.where[0] == '\0') {
        differs_at(&x, "the way it is written");
    }
    take(&x, name, r);
    return LU_OK;
}

lu_err lu_repeat_compare(const lu_case *c, const lu_recorded *stored, const char *name,
                         const lu_buf *fresh, const lu_repeat_how *how, lu_repeated *r)
{
    lu_stage_name file;
    lu_sha256 sha256;
    lu_buf text;
    lu_err err;

    lu_store_name(stored->stage, &stored->id, lu_stage_extension(stored->stage), &file);
    LU_TRY(lu_store_get(c, &file, &text, &sha256));
    err = count(name, &text, fresh, how, r);
    lu_buf_fini(&text);
    return lu_within(err, "%s", file.path);
}

lu_err lu_repeat_end(const lu_repeated *r, const char *kind)
{
    return r->different
               ? lu_fail(LU_ERR_INTEGRITY, "%s: %zu of %zu results come out differently, first %s",
                         kind, r->different, r->computed, r->first)
               : LU_OK;
}
