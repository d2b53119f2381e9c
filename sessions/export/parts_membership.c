/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Membership, between the results and what they say together: a question of its own. */
#include "sessions/export/parts.h"

#include <math.h>

static void row(const lu_telling *t, const lu_member_model *m)
{
    const lu_member_evidence *e = &m->evidence;

    lu_doc_cell(t->d, "%s", lu_doc_name(t->d, m->name));
    lu_doc_cell(t->d, "%s", m->control ? "control" : lu_role_name(m->role));
    lu_doc_cell(t->d, "%s", m->known ? lu_say_share(m->member_accuracy).text : "-");
    lu_doc_cell(t->d, "%s", m->known ? lu_say_share(m->other_accuracy).text : "-");
    lu_doc_cell(t->d, "%s", lu_say_value(m->known ? e->average : NAN).text);
    lu_doc_cell(t->d, "%s", lu_say_p(m->known ? e->p : NAN).text);
    lu_doc_cell(t->d, "%s", lu_say_p(m->known ? e->mean_gap_p : NAN).text);
    lu_doc_cell(t->d, m->known ? "%.1f" : "-", e->loss_gap_z);
    lu_doc_cell(t->d, "%s", lu_say_p(m->known ? e->loss_gap_p : NAN).text);
    lu_doc_cell(t->d, "%s",
                m->fires     ? "fires"
                : m->control ? "quiet"
                             : lu_member_verdict_name(m->verdict));
}

static void figures(const lu_telling *t, const lu_member_report *r, const lu_member_model *m)
{
    const char *name = lu_doc_name(t->d, m->name);
    lu_digits best = lu_say_count(m->evidence.best);
    lu_figure levels = lu_figure_levels(r, m), permuted = lu_figure_permuted(r, m),
              tree = lu_figure_tree(r, m), distances = lu_figure_distances(r, m);

    LU_SHOW(t->d, &levels, LU_PHRASE_FIGURE_LEVELS, name);
    LU_SHOW(t->d, &permuted, LU_PHRASE_FIGURE_PERMUTED, name);
    LU_SHOW(t->d, &tree, LU_PHRASE_FIGURE_TREE, name, best.text);
    LU_SHOW(t->d, &distances, LU_PHRASE_FIGURE_DISTANCES, name);
    LU_SAY(t->d, LU_BLOCK_NOTE, LU_PHRASE_MEMBERSHIP_CAVEAT);
}

static void conclude(const lu_telling *t, const lu_member_report *r, const lu_member_model *m)
{
    const char *name = lu_doc_name(t->d, m->name);
    lu_digits p = lu_say_p(r->any_of_three ? m->corrected_p : m->evidence.p),
              corrected = lu_say_p(m->corrected_p), z = lu_say_value(m->evidence.loss_gap_z),
              average = lu_say_value(m->evidence.average), rho = lu_say_value(m->evidence.rho);

    if (m->finding[0]) {
        LU_SAY(t->d, LU_BLOCK_NOTE, LU_PHRASE_MEMBERSHIP_VOID, name, lu_doc_name(t->d, m->finding));
    }
    if (m->verdict == LU_MEMBER_INVALID) {
        return;
    }
    LU_SAY(t->d, LU_BLOCK_ITEM,
           m->verdict == LU_MEMBER_USED ? LU_PHRASE_MEMBERSHIP_USED
                                        : LU_PHRASE_MEMBERSHIP_NOT_SHOWN,
           name, p.text, average.text, rho.text);
    if (m->verdict == LU_MEMBER_NOT_SHOWN && m->corrected_p <= r->params.alpha) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_MEMBERSHIP_COMPANION, name, corrected.text, z.text);
    }
}

static void method(const lu_telling *t, const lu_member_report *r)
{
    lu_digits members = lu_say_count(r->members), others = lu_say_count(r->others),
              shift = lu_say_p(r->shift_p), n = lu_say_count(r->params.pmi.samples),
              sets = lu_say_count(r->params.pmi.sets - 1),
              repetitions = lu_say_count(r->params.pmi.repetitions),
              luck = lu_say_share(1 / (double)r->params.pmi.sets),
              permutations = lu_say_count(r->params.permutations);

    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MEMBERSHIP_QUESTION, members.text, others.text,
           shift.text);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MEMBERSHIP_METHOD, n.text, sets.text, repetitions.text,
           luck.text, permutations.text);
    if (!r->valid) {
        LU_SAY(t->d, LU_BLOCK_NOTE, LU_PHRASE_MEMBERSHIP_INVALID, lu_doc_name(t->d, r->reason));
    }
}

static void table(const lu_telling *t, const lu_member_report *r)
{
    lu_doc_table(t->d, "Membership of all networks (in, out: members and others answered right)",
                 "name|role|in|out|acc|p|mean p|loss z|loss p|verdict", "llrrrrrrrl");
    for (size_t i = 0; i < r->models; i++) {
        row(t, &r->model[i]);
    }
}

void lu_part_membership(const lu_telling *t)
{
    const lu_member_report *r;

    if (!lu_told_members(t)) {
        return;
    }
    r = &t->look->membership;
    lu_doc_page(t->d);
    lu_doc_heading(t->d, 1, "5b Membership: was it trained on the members?");
    method(t, r);
    table(t, r);
    for (size_t i = 0; i < r->models; i++) {
        if (r->model[i].role == LU_ROLE_SUSPECT && r->model[i].known) {
            conclude(t, r, &r->model[i]);
            figures(t, r, &r->model[i]);
        }
    }
}

static void summarise(const lu_telling *t, const lu_member_report *r, const lu_member_model *m)
{
    lu_digits p = lu_say_p(r->any_of_three ? m->corrected_p : m->evidence.p);
    const char *name = lu_doc_name(t->d, m->name);

    if (m->verdict == LU_MEMBER_INVALID) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MEMBERSHIP_SUMMARY_NONE, name,
               lu_doc_name(t->d, m->finding[0] ? m->finding : r->reason));
    } else {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MEMBERSHIP_SUMMARY, name,
               m->verdict == LU_MEMBER_USED ? "there is evidence of it"
                                             : "it is not shown", p.text);
    }
}

void lu_say_members(const lu_telling *t)
{
    const lu_member_report *r = lu_told_members(t) ? &t->look->membership : NULL;

    for (size_t i = 0; r != NULL && i < r->models; i++) {
        if (r->model[i].role == LU_ROLE_SUSPECT) {
            summarise(t, r, &r->model[i]);
        }
    }
}
