/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page one, in plain words. */
#include "sessions/export/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "suspect-a", "suspect-a and suspect-b", or "each of the 4 suspects". */
static const char *suspects(const lu_telling *t)
{
    const char *name[2] = {"no network", ""};
    size_t n = 0;

    for (size_t i = 0; i < t->c->items; i++) {
        if (t->c->item[i].role == LU_ROLE_SUSPECT && n++ < 2) {
            name[n - 1] = t->c->item[i].name;
        }
    }
    char text[2 * LU_NAME_MAX + 32];

    if (n > 2) {
        snprintf(text, sizeof text, "each of the %zu suspect networks", n);
    } else {
        snprintf(text, sizeof text, "%s%s%s", name[0], n == 2 ? " or " : "", name[1]);
    }
    return lu_doc_name(t->d, text);
}

/* Those asked of the distances, or of what else was examined when there are none. */
static void questions(const lu_telling *t)
{
    const char *victim = lu_doc_name(t->d, t->r->victim);

    if (!lu_told_beside(t)) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_QUESTION, suspects(t), victim);
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_HP);
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_HD);
        return;
    }
    if (lu_told_marks(t)) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_QUESTION_MARK, suspects(t));
    }
    if (lu_told_members(t)) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_QUESTION_MEMBERS, suspects(t), victim);
    }
}

static void question(const lu_telling *t)
{
    lu_digits s = lu_say_number_of(lu_case_count(t->c, LU_ROLE_SUSPECT), "suspect", "suspects");
    lu_digits n = lu_say_number_of(lu_case_count(t->c, LU_ROLE_NEGATIVE), "network", "networks");
    lu_digits p = lu_say_number_of(lu_case_count(t->c, LU_ROLE_POSITIVE), "network", "networks");

    lu_doc_heading(t->d, 2, "What was asked");
    questions(t);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_GIVEN, s.text, n.text, p.text,
           lu_say_short(&t->r->victim_sha256).text);
}

/* --- what was found --- */

static void strength(const lu_telling *t, const lu_model_result *m)
{
    lu_support s = lu_support_of(t->f, t->r->controls.valid, m->judgement.verdict);
    lu_digits ratio = lu_say_ratio(s.ratio);
    const char *name = lu_doc_name(t->d, m->name);

    if (!s.given) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_STRENGTH_NONE, name, s.reason);
    } else {
        LU_SAY(t->d, LU_BLOCK_TEXT,
               m->judgement.verdict == LU_COPY ? LU_PHRASE_STRENGTH_COPY
                                               : LU_PHRASE_STRENGTH_NOT_COPY,
               ratio.text, name, lu_strength_word(s.ratio));
    }
}

/* What all strengths of support rest on; nothing when the controls allow none. */
static void rests_on(const lu_telling *t)
{
    lu_support copy = lu_support_of(t->f, t->r->controls.valid, LU_COPY),
               not_copy = lu_support_of(t->f, t->r->controls.valid, LU_NOT_COPY);
    const lu_rate *a = &t->f->alarms, *b = &t->f->misses;
    lu_digits n = lu_say_count(a->n), alarms = lu_say_count(a->k), p = lu_say_count(b->n),
              found = lu_say_count(b->n - b->k), cap = lu_say_ratio(1 / a->most),
              not_cap = lu_say_ratio(1 / b->most);

    if (copy.given || not_copy.given) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_STRENGTH_RESTS, n.text, alarms.text, p.text,
               found.text, cap.text, not_cap.text);
    }
}

static size_t least_negatives(const lu_judgement *j)
{
    size_t n = SIZE_MAX;

    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        if (j->vote[k].cast && j->threshold[k].n < n) {
            n = j->threshold[k].n;
        }
    }
    return n == SIZE_MAX ? 0 : n;
}

static void verdict(const lu_telling *t, const lu_model_result *m)
{
    const lu_judgement *j = &m->judgement;
    const char *name = lu_doc_name(t->d, m->name);
    lu_digits votes = lu_say_count(j->votes), of = lu_say_count(j->of),
              n = lu_say_count(least_negatives(j));

    LU_SAY(t->d, LU_BLOCK_LEAD, LU_PHRASE_VERDICT, name, lu_verdict_name(j->verdict));
    if (j->verdict == LU_UNDECIDED) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_UNDECIDED, name, lu_doc_name(t->d, j->reason));
        return;
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_VOTES, votes.text, of.text, name, n.text,
           lu_say_short(&m->sha256).text);
    strength(t, m);
    if (j->reason[0] != '\0') {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_NOTE_REASON, name, lu_doc_name(t->d, j->reason));
    }
}

static void rate(const lu_telling *t, const lu_rate *r, lu_phrase phrase, const char *role,
                 const char *whom)
{
    lu_digits k = lu_say_count(r->k), n = lu_say_count(r->n), most = lu_say_share(r->most);

    if (r->n == 0) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_NO_CONTROLS, role, whom);
    } else {
        LU_SAY(t->d, LU_BLOCK_ITEM, phrase, k.text, n.text, most.text);
    }
}

static void not_judged(const lu_telling *t)
{
    static const char *const reached[LU_STAGES] = {"seeds", "tests", "scores", "judgement"};

    if (lu_told_beside(t)) {
        LU_SAY(t->d, LU_BLOCK_NOTE, LU_PHRASE_BESIDE_ONLY);
    } else {
        LU_SAY(t->d, LU_BLOCK_NOTE, LU_PHRASE_NOTHING_JUDGED,
               reached[t->r->reached < LU_STAGES ? t->r->reached : 0]);
    }
}

static void judged(const lu_telling *t)
{
    if (!t->r->controls.valid) {
        LU_SAY(t->d, LU_BLOCK_NOTE, LU_PHRASE_RUN_INVALID, t->r->controls.reason);
    }
    if (lu_case_count(t->c, LU_ROLE_SUSPECT) == 0) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_NO_SUSPECT);
    }
    for (size_t i = 0; i < t->r->models; i++) {
        if (t->r->model[i].role == LU_ROLE_SUSPECT) {
            verdict(t, &t->r->model[i]);
        }
    }
    if (lu_case_count(t->c, LU_ROLE_SUSPECT) > 0) {
        rests_on(t);
    }
}

static void found(const lu_telling *t)
{
    lu_doc_heading(t->d, 2, "What was found");
    if (lu_told_judged(t)) {
        judged(t);
    } else {
        not_judged(t);
    }
    lu_say_marks(t);
    lu_say_members(t);
    if (lu_told_judged(t)) {
        lu_doc_heading(t->d, 2, "How often the method erred here");
        rate(t, &t->f->alarms, LU_PHRASE_ALARMS, "negatives", "networks that are independent");
        rate(t, &t->f->misses, LU_PHRASE_MISSES, "positives", "copies");
    }
}

/* Of the three verdicts those that were given. */
static void meaning(const lu_telling *t)
{
    static const lu_phrase means[] = {[LU_UNDECIDED] = LU_PHRASE_MEANS_UNDECIDED,
                                      [LU_NOT_COPY] = LU_PHRASE_MEANS_NOT_COPY,
                                      [LU_COPY] = LU_PHRASE_MEANS_COPY};
    bool given[LU_COPY + 1] = {false};

    for (size_t i = 0; i < t->r->models; i++) {
        if (t->r->model[i].role == LU_ROLE_SUSPECT && lu_told_judged(t)) {
            given[t->r->model[i].judgement.verdict] = true;
        }
    }
    lu_doc_heading(t->d, 2, "What it means, and does not mean");
    for (int v = LU_COPY; v >= LU_UNDECIDED; v--) {
        if (given[v]) {
            LU_SAY(t->d, LU_BLOCK_ITEM, means[v]);
        }
    }
    if (lu_told_members(t)) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_MEMBERSHIP_CAVEAT);
    }
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_MEANT_NOT_WHO);
    if (!lu_told_beside(t)) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_MEANT_NOT_PROBABILITY);
    }
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_MEANT_NOT_MORE);
}

static void order(const lu_telling *t)
{
    char sealing[LU_TEXT_MAX];
    lu_digits settings = lu_say_count(t->f->story.settings);

    lu_say_sealing(t, sealing);
    lu_doc_heading(t->d, 2, "How it came about");
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_SEALED, sealing);
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_SETTINGS, settings.text);
    if (lu_told_judged(t)) {
        LU_SAY(t->d, LU_BLOCK_ITEM,
               t->r->controls.valid ? LU_PHRASE_CONTROLS_VALID : LU_PHRASE_CONTROLS_INVALID,
               t->f->controls);
    }
}

void lu_part_summary(const lu_telling *t)
{
    lu_doc_heading(t->d, 1, "Summary");
    if (t->c->kind != LU_KIND_EVIDENCE) {
        LU_SAY(t->d, LU_BLOCK_NOTE, LU_PHRASE_NOT_EVIDENCE, lu_kind_name(t->c->kind));
    }
    question(t);
    found(t);
    meaning(t);
    order(t);
}
