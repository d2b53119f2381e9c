/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The map and the sheet as text, CSV and JSON. */
#include "sessions/case/json.h"
#include "sessions/resist/resist.h"

#include <math.h>
#include <stdio.h>

static const char *const states[] = {"met", "missed", "told"};

/* --- text --- */

/* "1.0 yes", p where there is one: "p 2e-08 yes". */
static void finding_text(const lu_finding *f, char *out, size_t size)
{
    if (!f->known) {
        snprintf(out, size, "-");
    } else if (isfinite(f->p)) {
        snprintf(out, size, "%.1e %s", f->p, lu_finding_word(f));
    } else {
        snprintf(out, size, "%.2f %s", f->score, lu_finding_word(f));
    }
}

static lu_err point_text(const lu_resist_point *p, lu_buf *out)
{
    char level[16] = "";
    const char *name = p->name;

    if (p->attack != NULL) {
        snprintf(level, sizeof level, "%d", p->attack->level);
    }
    LU_TRY(lu_buf_print(out, "%-5s %-20s %6.1f", level, name, 100 * p->clean));
    for (int e = 0; e < LU_EXHIBITS; e++) {
        char text[24];
        finding_text(&p->finding[e], text, sizeof text);
        LU_TRY(lu_buf_print(out, " %16s", text));
    }
    return lu_buf_print(out, "\n");
}

static lu_err claims_text(const lu_resist *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "\nAmbiguity: another's best claim on the victim\n"));
    for (size_t i = 0; i < LU_RESIST_CLAIMS; i++) {
        const lu_resist_claim *c = &r->claim[i];
        LU_TRY(lu_buf_print(
            out, "  %4zu secrets tried: %zu of %zu keys, p %.2g, corrected for the trying %.2g\n",
            c->tried, c->matches, r->keys, c->p, c->corrected));
    }
    return LU_OK;
}

static lu_err measure_text(const lu_measure *m, size_t number, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%2zu %-21s %-6s %s\n", number, m->name, states[m->state], m->value));
    return lu_buf_print(out, "%32s%s; bound: %s\n", "", m->how, m->bound);
}

/* What "yes" and "no" mean, kind by kind. */
static lu_err rules_text(lu_buf *out)
{
    LU_TRY(lu_buf_print(out,
                        "\nyes: the evidence still speaks against the network, by its rule; void: "
                        "the network is no better than chance\n"));
    for (int e = 0; e < LU_EXHIBITS; e++) {
        LU_TRY(lu_buf_print(out, "  %-16s %s\n", lu_resist_kind_title((lu_resist_kind)e),
                            lu_resist_kind_rule((lu_resist_kind)e)));
    }
    return lu_buf_print(out,
                        "neg1 were trained on the owner's samples: membership is right to show "
                        "them. A fingerprint\nabove all of n negatives happens to an innocent "
                        "once in n + 1.\n");
}

lu_err lu_resist_text(const lu_resist *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out,
                        "Evidence under attack: p or share of votes, and whether it still "
                        "speaks against the network\n\n%-5s %-20s %6s",
                        "level", "attack and strength", "clean"));
    for (int e = 0; e < LU_EXHIBITS; e++) {
        LU_TRY(lu_buf_print(out, " %16s", lu_resist_kind_title((lu_resist_kind)e)));
    }
    LU_TRY(lu_buf_print(out, "\n"));
    for (size_t i = 0; i < r->points; i++) {
        LU_TRY(point_text(&r->point[i], out));
    }
    LU_TRY(rules_text(out));
    LU_TRY(claims_text(r, out));
    LU_TRY(
        lu_buf_print(out, "\nThe survey's measures, of the watermark unless it says otherwise\n"));
    for (size_t i = 0; i < LU_MEASURES; i++) {
        if (i == 0 || r->measure[i].attack != r->measure[i - 1].attack) {
            LU_TRY(lu_buf_print(out, "\n%s\n",
                                r->measure[i].attack ? "resistance to attacks" : "basic"));
        }
        LU_TRY(measure_text(&r->measure[i], i + 1, out));
    }
    return LU_OK;
}

/* --- CSV --- */

lu_err lu_resist_csv(const lu_resist *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "name,role,level,attack,strength,unit,clean,evidence,score,p,held\n"));
    for (size_t i = 0; i < r->points; i++) {
        const lu_resist_point *p = &r->point[i];
        for (int e = 0; e < LU_EXHIBITS; e++) {
            const lu_finding *f = &p->finding[e];
            char score[LU_NUMBER_TEXT] = "", v[LU_NUMBER_TEXT] = "", strength[LU_NUMBER_TEXT] = "",
                 clean[LU_NUMBER_TEXT] = "";
            LU_TRY(lu_buf_print(out, "%s,%s,%d,%s,%s,%s,%s,%s,%s,%s,%s\n", p->name,
                                lu_role_name(p->role), p->attack ? p->attack->level : 0,
                                p->attack ? p->attack->name : "",
                                p->attack ? lu_json_digits(p->strength, strength) : "",
                                p->attack ? p->attack->unit : "",
                                isfinite(p->clean) ? lu_json_digits(p->clean, clean) : "",
                                lu_resist_kind_name((lu_resist_kind)e),
                                f->known ? lu_json_digits(f->score, score) : "",
                                f->known && isfinite(f->p) ? lu_json_digits(f->p, v) : "",
                                !f->known ? ""
                                : f->held ? "1"
                                          : "0"));
        }
    }
    return LU_OK;
}

lu_err lu_resist_sheet(const lu_resist *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "number,kind,measure,state,value,procedure,bound\n"));
    for (size_t i = 0; i < LU_MEASURES; i++) {
        const lu_measure *m = &r->measure[i];
        LU_TRY(lu_buf_print(out, "%zu,%s,%s,%s,\"%s\",\"%s\",\"%s\"\n", i + 1,
                            m->attack ? "attack resistance" : "basic", m->name, states[m->state],
                            m->value, m->how, m->bound));
    }
    return LU_OK;
}

/* --- JSON --- */

static cJSON *finding_json(const lu_finding *f)
{
    cJSON *json;

    if (!f->known) {
        return cJSON_CreateNull();
    }
    json = cJSON_CreateObject();
    lu_json_add(json, "score", f->score);
    lu_json_add(json, "p", f->p);
    cJSON_AddBoolToObject(json, "held", f->held);
    cJSON_AddBoolToObject(json, "void", f->is_void);
    return json;
}

static cJSON *point_json(const lu_resist_point *p)
{
    cJSON *json = cJSON_CreateObject(), *list;

    cJSON_AddStringToObject(json, "name", p->name);
    cJSON_AddStringToObject(json, "role", lu_role_name(p->role));
    if (p->attack != NULL) {
        cJSON_AddStringToObject(json, "attack", p->attack->name);
        lu_json_add(json, "level", p->attack->level);
        lu_json_add(json, "strength", p->strength);
        cJSON_AddStringToObject(json, "unit", p->attack->unit);
    }
    lu_json_add(json, "clean", p->clean);
    list = cJSON_AddObjectToObject(json, "evidence");
    for (int e = 0; e < LU_EXHIBITS; e++) {
        cJSON_AddItemToObject(list, lu_resist_kind_name((lu_resist_kind)e),
                              finding_json(&p->finding[e]));
    }
    return json;
}

static cJSON *claim_json(const lu_resist_claim *c)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "tried", (double)c->tried);
    lu_json_add(json, "matches", (double)c->matches);
    lu_json_add(json, "p", c->p);
    lu_json_add(json, "corrected_p", c->corrected);
    return json;
}

static cJSON *measure_json(const lu_measure *m)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "name", m->name);
    cJSON_AddStringToObject(json, "kind", m->attack ? "attack resistance" : "basic");
    cJSON_AddStringToObject(json, "value", m->value);
    cJSON_AddStringToObject(json, "procedure", m->how);
    cJSON_AddStringToObject(json, "bound", m->bound);
    cJSON_AddStringToObject(json, "state", states[m->state]);
    return json;
}

lu_err lu_resist_json(const lu_resist *r, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject(), *list;

    cJSON_AddStringToObject(json, "data", r->options.data);
    lu_json_add(json, "seed", (double)r->options.seed);
    lu_json_add(json, "keys", (double)r->keys);
    list = cJSON_AddArrayToObject(json, "points");
    for (size_t i = 0; i < r->points; i++) {
        cJSON_AddItemToArray(list, point_json(&r->point[i]));
    }
    list = cJSON_AddArrayToObject(json, "claims");
    for (size_t i = 0; i < LU_RESIST_CLAIMS; i++) {
        cJSON_AddItemToArray(list, claim_json(&r->claim[i]));
    }
    list = cJSON_AddArrayToObject(json, "measures");
    for (size_t i = 0; i < LU_MEASURES; i++) {
        cJSON_AddItemToArray(list, measure_json(&r->measure[i]));
    }
    return lu_json_print(json, true, out);
}
