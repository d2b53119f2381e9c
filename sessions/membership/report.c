/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What membership found, as JSON and as text. */
#include "sessions/case/json.h"
#include "sessions/membership/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- JSON --- */

static const char *const statistics[LU_MEMBER_STATISTICS] = {"average", "mean_gap", "loss_gap_z"};

static cJSON *standing_json(const lu_member_model *m)
{
    cJSON *json = cJSON_CreateObject();

    for (int k = 0; k < LU_MEMBER_STATISTICS; k++) {
        const lu_member_standing *s = &m->standing[k];
        cJSON *one = cJSON_AddObjectToObject(json, statistics[k]);
        lu_json_add(one, "negatives", (double)s->n);
        lu_json_add(one, "mean", s->mean);
        lu_json_add(one, "sd", s->sd);
        lu_json_add(one, "rank_p", s->rank_p);
        lu_json_add(one, "predictive_p", s->predictive_p);
    }
    return json;
}

static cJSON *model_json(const lu_member_report *r, const lu_member_model *m)
{
    cJSON *json =
        m->known ? lu_member_evidence_json(m, r->params.pmi.sets, false) : cJSON_CreateObject();

    cJSON_AddStringToObject(json, "name", m->name);
    cJSON_AddStringToObject(json, "role", m->made ? "control" : lu_role_name(m->role));
    cJSON_AddBoolToObject(json, "control", m->control);
    cJSON_AddStringToObject(json, "sha256", m->sha256.hex);
    if (m->known) {
        lu_json_add(json, "corrected_p", m->corrected_p);
        cJSON_AddItemToObject(json, "negatives", standing_json(m));
    }
    if (m->control) {
        cJSON_AddBoolToObject(json, "fires", m->fires);
    }
    cJSON_AddStringToObject(json, "verdict", lu_member_verdict_name(m->verdict));
    if (m->finding[0]) {
        cJSON_AddStringToObject(json, "reason", m->finding);
    }
    return json;
}

static cJSON *params_json(const lu_member_report *r)
{
    const lu_member_params *p = &r->params;
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "sets", (double)p->pmi.sets);
    lu_json_add(json, "samples", (double)p->pmi.samples);
    lu_json_add(json, "wanted_samples", (double)r->wanted);
    lu_json_add(json, "repetitions", (double)p->pmi.repetitions);
    lu_json_add(json, "permutations", (double)p->permutations);
    lu_json_add(json, "alpha", p->alpha);
    cJSON_AddStringToObject(json, "credit", lu_credit_name(p->pmi.credit));
    cJSON_AddStringToObject(json, "distance", p->pmi.pairing_free ? "pairing-free" : "paper");
    cJSON_AddStringToObject(json, "decide", r->any_of_three ? "any" : "permutation");
    lu_json_add(json, "seed", (double)p->seed);
    return json;
}

lu_err lu_member_json(const lu_member_report *r, lu_buf *out)
{
    cJSON *json = cJSON_CreateObject(), *part;

    cJSON_AddStringToObject(json, "case", r->case_name);
    cJSON_AddStringToObject(json, "kind", lu_kind_name(r->kind));
    part = cJSON_AddObjectToObject(json, "tool");
    cJSON_AddStringToObject(part, "version", LU_VERSION);
    cJSON_AddStringToObject(part, "engine", r->engine);
    cJSON_AddItemToObject(json, "parameters", params_json(r));
    part = cJSON_AddObjectToObject(json, "samples");
    lu_json_add(part, "members", (double)r->members);
    lu_json_add(part, "others", (double)r->others);
    cJSON_AddBoolToObject(part, "official_split", r->official);
    lu_json_add(part, "shift_p", r->shift_p);
    part = cJSON_AddArrayToObject(json, "models");
    for (size_t i = 0; i < r->models; i++) {
        cJSON_AddItemToArray(part, model_json(r, &r->model[i]));
    }
    cJSON_AddBoolToObject(json, "valid", r->valid);
    if (r->reason[0]) {
        cJSON_AddStringToObject(json, "reason", r->reason);
    }
    cJSON_AddStringToObject(json, "caveat", lu_member_caveat());
    return lu_json_print(json, false, out);
}

/* --- text --- */

static lu_err head_text(const lu_member_report *r, lu_buf *out)
{
    const lu_member_params *p = &r->params;

    LU_TRY(lu_buf_print(out, "%s: was it trained on the members?\n\n", r->case_name));
    if (lu_kind_banner(r->kind) != NULL) {
        LU_TRY(lu_buf_print(out, "%s\n\n", lu_kind_banner(r->kind)));
    }
    LU_TRY(lu_buf_print(
        out, "%zu members (train), %zu others (test); as images they differ with p %.3f\n",
        r->members, r->others, r->shift_p));
    LU_TRY(lu_buf_print(out, "m %zu, n %zu", p->pmi.sets, p->pmi.samples));
    if (p->pmi.samples < r->wanted) {
        LU_TRY(lu_buf_print(out, " (%zu were wanted)", r->wanted));
    }
    return lu_buf_print(
        out, ", t %zu, %zu permutations, decision at p <= %g by %s; chance is %.3f\n\n",
        p->pmi.repetitions, p->permutations, p->alpha,
        r->any_of_three ? "any of three tests" : "permutation", 1 / (double)p->pmi.sets);
}

static lu_err model_text(const lu_member_model *m, lu_buf *out)
{
    const lu_member_evidence *e = &m->evidence;
    const char *role = m->control ? "control" : lu_role_name(m->role);

    if (!m->known) {
        return lu_buf_print(out, "%-16s %-9s %s\n", m->name, role,
                            m->finding[0] ? m->finding : "not tested yet");
    }
    return lu_buf_print(
        out, "%-16s %-9s %.3f %.3f %6.3f %6.3f %6.3f %2zu %.2f %6.3f %6.1f %6.3f  %s\n", m->name,
        role, m->member_accuracy, m->other_accuracy, e->average, e->p, e->rho, e->best,
        e->class[e->best].accuracy, e->mean_gap_p, e->loss_gap_z, e->loss_gap_p,
        m->fires     ? "fires"
        : m->control ? "quiet"
                     : lu_member_verdict_name(m->verdict));
}

/* What the table cannot say. The deciding test is a weak one: when it says no and another says yes,
   that is told. */
static lu_err notes_text(const lu_member_report *r, lu_buf *out)
{
    for (size_t i = 0; i < r->models; i++) {
        const lu_member_model *m = &r->model[i];
        if (m->known && m->finding[0]) {
            LU_TRY(lu_buf_print(out, "%s: %s.\n", m->name, m->finding));
        } else if (m->verdict == LU_MEMBER_NOT_SHOWN && !m->control &&
                   m->corrected_p <= r->params.alpha) {
            LU_TRY(lu_buf_print(out,
                                "%s: not shown by permutation, but a companion test speaks for "
                                "it (p %.3f, corrected).\n",
                                m->name, m->corrected_p));
        } else if (m->role == LU_ROLE_VICTIM && m->verdict == LU_MEMBER_NOT_SHOWN) {
            LU_TRY(lu_buf_print(out,
                                "%s, the victim, is not shown either: these tests have no power "
                                "on it.\n",
                                m->name));
        }
    }
    return LU_OK;
}

static lu_err foot_text(const lu_member_report *r, lu_buf *out)
{
    const lu_member_evidence *e = NULL;

    for (size_t i = 0; i < r->models && e == NULL; i++) {
        e = r->model[i].known ? &r->model[i].evidence : NULL;
    }
    if (e != NULL) {
        LU_TRY(lu_buf_print(out,
                            "\n%.1f %% of %s's squared distances are negative, %.1f %% of its "
                            "repetitions had no single outlier.\n",
                            100 * e->negative, r->model[0].name, 100 * e->ties));
    }
    LU_TRY(notes_text(r, out));
    if (!r->valid) {
        LU_TRY(lu_buf_print(out, "\nThe run is invalid: %s.\n", r->reason));
    }
    return lu_buf_print(out, "\n%s\n", lu_member_caveat());
}

lu_err lu_member_text(const lu_member_report *r, lu_buf *out)
{
    LU_TRY(head_text(r, out));
    LU_TRY(lu_buf_print(out, "%-16s %-9s %5s %5s %6s %6s %6s %-7s %6s %6s %6s\n", "model", "role",
                        "in", "out", "acc", "p", "rho", "r_opt", "mean p", "loss z", "p"));
    for (size_t i = 0; i < r->models; i++) {
        LU_TRY(model_text(&r->model[i], out));
    }
    return foot_text(r, out);
}
