/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored evidence, and the parts of it that --json shows. */
#include "sessions/case/json.h"
#include "sessions/membership/internal.h"
#include "sessions/membership/parts.h"

#include <math.h>
#include <string.h>

/* --- writing --- */

typedef struct row {
    const char *key;
    size_t offset;
} row;

#define AT(key, type, field)                                                                       \
    {                                                                                              \
        key, offsetof(type, field)                                                                 \
    }

static const row class_rows[] = {
    AT("accuracy", lu_member_class, accuracy),
    AT("nominal_p", lu_member_class, nominal),
    AT("p", lu_member_class, p),
    AT("p_holm", lu_member_class, p_holm),
    AT("low", lu_member_class, low),
    AT("high", lu_member_class, high),
    AT("rho", lu_member_class, rho),
    AT("mean_gap_p", lu_member_class, mean_gap_p),
    AT("loss_gap", lu_member_class, loss_gap),
    AT("loss_gap_p", lu_member_class, loss_gap_p),
};

static const row evidence_rows[] = {
    AT("average", lu_member_evidence, average),
    AT("p", lu_member_evidence, p),
    AT("best_p", lu_member_evidence, best_p),
    AT("rho", lu_member_evidence, rho),
    AT("best_rho", lu_member_evidence, best_rho),
    AT("mean_gap", lu_member_evidence, mean_gap),
    AT("mean_gap_p", lu_member_evidence, mean_gap_p),
    AT("loss_gap", lu_member_evidence, loss_gap),
    AT("loss_gap_z", lu_member_evidence, loss_gap_z),
    AT("loss_gap_p", lu_member_evidence, loss_gap_p),
    AT("loss_effect", lu_member_evidence, loss_effect),
    AT("negative_share", lu_member_evidence, negative),
    AT("tie_share", lu_member_evidence, ties),
};

enum {
    CLASS_ROWS = sizeof class_rows / sizeof *class_rows,
    EVIDENCE_ROWS = sizeof evidence_rows / sizeof *evidence_rows
};

static void put_rows(cJSON *json, const void *from, const row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        lu_json_add(json, rows[i].key,
                    *(const double *)(const void *)((const char *)from + rows[i].offset));
    }
}

static cJSON *class_json(const lu_member_class *c, size_t label)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "class", (double)label);
    lu_json_add(json, "members", (double)c->members);
    lu_json_add(json, "others", (double)c->others);
    cJSON_AddBoolToObject(json, "tested", c->tested);
    put_rows(json, c, class_rows, CLASS_ROWS);
    return json;
}

static cJSON *example_json(const lu_pmi_once *x, size_t sets)
{
    cJSON *json = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(json, "distance"), *joins;

    lu_json_add(json, "member", (double)x->member);
    for (size_t i = 0; i < sets * sets; i++) {
        cJSON_AddItemToArray(list, lu_json_number(x->distance[i]));
    }
    joins = cJSON_AddArrayToObject(json, "joins");
    for (size_t i = 0; i + 1 < sets; i++) {
        const lu_join *j = &x->linkage.join[i];
        cJSON *one = cJSON_CreateArray();
        cJSON_AddItemToArray(one, cJSON_CreateNumber((double)j->a));
        cJSON_AddItemToArray(one, cJSON_CreateNumber((double)j->b));
        cJSON_AddItemToArray(one, lu_json_number(j->height));
        cJSON_AddItemToArray(joins, one);
    }
    return json;
}

cJSON *lu_member_evidence_json(const lu_member_model *m, size_t sets, bool whole)
{
    const lu_member_evidence *e = &m->evidence;
    cJSON *json = cJSON_CreateObject(), *list;

    lu_json_add(json, "member_accuracy", m->member_accuracy);
    lu_json_add(json, "other_accuracy", m->other_accuracy);
    lu_json_add(json, "chance_p", m->chance_p);
    lu_json_add(json, "r_opt", (double)e->best);
    lu_json_add(json, "acc_r_opt", e->class[e->best].accuracy);
    put_rows(json, e, evidence_rows, EVIDENCE_ROWS);
    list = cJSON_AddArrayToObject(json, "classes");
    for (size_t r = 0; r < e->classes; r++) {
        cJSON_AddItemToArray(list, class_json(&e->class[r], r));
    }
    if (whole) {
        list = cJSON_AddArrayToObject(json, "permuted");
        for (size_t b = 0; b < e->permutations; b++) {
            cJSON_AddItemToArray(list, lu_json_number(e->permuted[b]));
        }
        cJSON_AddItemToObject(json, "example", example_json(&e->example, sets));
    }
    return json;
}

lu_err lu_member_write(const lu_member_model *m, const lu_member_params *p, lu_buf *out)
{
    cJSON *json = lu_member_evidence_json(m, p->pmi.sets, true);

    cJSON_AddStringToObject(json, "sha256", m->sha256.hex);
    lu_json_add(json, "samples", (double)p->pmi.samples);
    return lu_json_print(json, false, out);
}

lu_err lu_member_write_shift(double p, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "shift_p", p);
    return lu_json_print(json, false, out);
}

/* --- reading: written here, yet checked like anything from a disk --- */

static const cJSON *get(const cJSON *json, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(json, key);
}

static double number(const cJSON *v)
{
    return cJSON_IsNumber(v) ? v->valuedouble : NAN;
}

/* A whole number below `limit`; `limit` when it is none. */
static size_t whole(const cJSON *v, size_t limit)
{
    double d = number(v);

    return d >= 0 && d < (double)limit && d == floor(d) ? (size_t)d : limit;
}

static void get_rows(const cJSON *json, void *to, const row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *(double *)(void *)((char *)to + rows[i].offset) = number(get(json, rows[i].key));
    }
}

static bool read_classes(const cJSON *list, lu_member_evidence *e)
{
    const cJSON *one;
    size_t r = 0;

    cJSON_ArrayForEach(one, list)
    {
        lu_member_class *c = &e->class[r++];
        c->members = whole(get(one, "members"), (size_t)1 << 40);
        c->others = whole(get(one, "others"), (size_t)1 << 40);
        c->tested = cJSON_IsTrue(get(one, "tested"));
        get_rows(one, c, class_rows, CLASS_ROWS);
        e->tested += c->tested;
    }
    return e->tested > 0 && e->best < e->classes && e->class[e->best].tested;
}

static bool read_example(const cJSON *json, size_t sets, lu_pmi_once *x)
{
    const cJSON *distance = get(json, "distance"), *joins = get(json, "joins"), *one;
    size_t i = 0;

    x->member = whole(get(json, "member"), sets);
    if ((size_t)cJSON_GetArraySize(distance) != sets * sets ||
        (size_t)cJSON_GetArraySize(joins) != sets - 1 || x->member == sets) {
        return false;
    }
    cJSON_ArrayForEach(one, distance)
    {
        x->distance[i++] = number(one);
    }
    i = 0;
    cJSON_ArrayForEach(one, joins)
    {
        lu_join *j = &x->linkage.join[i++];
        j->a = whole(cJSON_GetArrayItem(one, 0), 2 * sets);
        j->b = whole(cJSON_GetArrayItem(one, 1), 2 * sets);
        j->height = number(cJSON_GetArrayItem(one, 2));
    }
    return true;
}

static lu_err read_evidence(const cJSON *json, lu_member_model *m, lu_member_params *p)
{
    lu_member_evidence *e = &m->evidence;
    const cJSON *classes = get(json, "classes"), *permuted = get(json, "permuted");
    const char *sha256 = cJSON_GetStringValue(get(json, "sha256"));
    const cJSON *one;
    size_t b = 0;

    e->classes = (size_t)cJSON_GetArraySize(classes);
    e->permutations = (size_t)cJSON_GetArraySize(permuted);
    LU_TRY(LU_NEW(e->class, e->classes));
    LU_TRY(LU_NEW(e->permuted, e->permutations));
    cJSON_ArrayForEach(one, permuted)
    {
        e->permuted[b++] = number(one);
    }
    e->best = whole(get(json, "r_opt"), e->classes);
    m->member_accuracy = number(get(json, "member_accuracy"));
    m->other_accuracy = number(get(json, "other_accuracy"));
    m->chance_p = number(get(json, "chance_p"));
    p->pmi.samples = whole(get(json, "samples"), (size_t)1 << 40);
    get_rows(json, e, evidence_rows, EVIDENCE_ROWS);
    if (sha256 == NULL || !lu_sha256_valid(sha256) || !read_classes(classes, e) ||
        !read_example(get(json, "example"), p->pmi.sets, &e->example)) {
        return lu_fail(LU_ERR_INTEGRITY, "is not the evidence of a network");
    }
    memcpy(m->sha256.hex, sha256, sizeof m->sha256.hex);
    m->known = true;
    return LU_OK;
}

lu_err lu_member_read(const lu_buf *text, lu_member_model *m, lu_member_params *p)
{
    cJSON *json = cJSON_ParseWithLength((const char *)text->data, text->len);
    lu_err err = read_evidence(json, m, p);

    cJSON_Delete(json);
    if (err) {
        lu_member_evidence_fini(&m->evidence);
    }
    return err;
}

lu_err lu_member_read_shift(const lu_buf *text, double *p)
{
    cJSON *json = cJSON_ParseWithLength((const char *)text->data, text->len);

    *p = number(get(json, "shift_p"));
    cJSON_Delete(json);
    return LU_OK;
}
