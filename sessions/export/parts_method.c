/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts 3, 7 and 8: the method, other explanations, limits. */
#include "sessions/export/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- 3 --- */

static void seeds(const lu_telling *t)
{
    lu_digits n = lu_say_count(t->r->seeds), all = lu_say_count(t->r->seeds_considered),
              correct = lu_say_count(t->r->seeds_correct);

    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_METHOD_SEEDS, n.text, all.text, correct.text,
           t->c->params.strategy);
}

static void show_tests(const lu_telling *t, bool whitebox)
{
    if (lu_figure_tests_exist(t->look, whitebox)) {
        lu_figure f = lu_figure_tests(t->look, whitebox);
        lu_digits gain = lu_say_count(lu_figure_tests_gain(t->look, whitebox));

        LU_SHOW(t->d, &f, whitebox ? LU_PHRASE_FIGURE_WHITEBOX : LU_PHRASE_FIGURE_BLACKBOX,
                gain.text);
    }
}

static void blackbox(const lu_telling *t)
{
    const lu_blackbox_yield *y = &t->r->blackbox.yield;
    lu_digits most = lu_say_share(t->r->blackbox.max_linf), kept = lu_say_count(y->kept),
              tried = lu_say_count(y->seeds);

    if (!t->r->has_blackbox) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_METHOD_NONE, "black-box");
        return;
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_METHOD_BLACKBOX, t->r->blackbox.method, most.text,
           kept.text, tried.text);
    show_tests(t, false);
}

/* "2" or "2 and 5". */
static lu_digits layers(const lu_result *r)
{
    lu_digits d = {""};
    size_t len = 0;

    for (size_t i = 0; i < r->whitebox.layers && len < sizeof d.text; i++) {
        len += (size_t)snprintf(d.text + len, sizeof d.text - len, "%s%d", i ? " and " : "",
                                r->whitebox.layer[i]);
    }
    return d;
}

static void whitebox(const lu_telling *t)
{
    lu_digits neurons = lu_say_count(t->r->whitebox.neurons), layer = layers(t->r),
              made = lu_say_count(t->r->whitebox.n), tried = lu_say_count(t->r->whitebox.tried);
    const bool of_training = t->c->params.maxima > 0 && t->c->set[LU_SET_TRAIN].given;
    char times[32];

    if (!t->r->has_whitebox) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_METHOD_NONE, "white-box");
        return;
    }
    snprintf(times, sizeof times, "%g", t->c->params.m);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_METHOD_WHITEBOX, neurons.text, layer.text,
           of_training ? "the training samples" : "the seeds", times, made.text, tried.text);
    show_tests(t, true);
}

static void rule(const lu_telling *t)
{
    const lu_params *p = &t->c->params;
    char confidence[32], black[32], white[32];

    snprintf(confidence, sizeof confidence, "%g", 100 * p->confidence);
    snprintf(black, sizeof black, "%g", p->alpha_black);
    snprintf(white, sizeof white, "%g", p->alpha_white);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_METHOD_RULE, confidence,
           strcmp(p->bound, "mean") == 0 ? "of the mean, Student's t: the published rule"
                                         : "for one new network, Student's t",
           black, white);
}

void lu_part_method(const lu_telling *t)
{
    if (!lu_told_part(t, "3 The method in plain language")) {
        return;
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_METHOD_IDEA);
    seeds(t);
    blackbox(t);
    whitebox(t);
    lu_doc_table(t->d, "The six distances", "metric|what it measures|from", "lll");
    for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
        lu_doc_cell(t->d, "%s", lu_metrics[k].name);
        lu_doc_cell(t->d, "%s", lu_metrics[k].help);
        lu_doc_cell(t->d, "%s", lu_metrics[k].white_box ? "white-box tests" : "black-box tests");
    }
    rule(t);
}

/* --- 7 --- */

/* Spec forensics 2.7, part 7. */
static const char *const alternatives[][2] = {
    {"A common ancestor: both sides started from the same public network",
     "that ancestor as a negative, and networks of others made from it"},
    {"The same public data", "negatives trained on the same data from another start"},
    {"The same training recipe", "negatives made with the victim's recipe and another seed"},
    {"Distillation from a third network that both sides learned from",
     "that third network as a negative"},
    {"The victim was made from the suspect", "dates and custody; the distances are symmetric"},
    {"Tests chosen by the accuser to fall on the suspect",
     "a protocol sealed before the suspect came in (part 9); tests made anew with another seed"},
    {"A change by conversion between formats", "the files before conversion, compared"},
    {"Chance", "the bounds of part 4; more negatives"}};

void lu_part_alternatives(const lu_telling *t)
{
    if (!lu_told_part(t, "7 Other explanations")) {
        return;
    }
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_ALTERNATIVES);
    lu_doc_table(t->d, "", "explanation|what would tell it apart", "ll");
    for (size_t i = 0; i < sizeof alternatives / sizeof *alternatives; i++) {
        lu_doc_cell(t->d, "%s", alternatives[i][0]);
        lu_doc_cell(t->d, "%s", alternatives[i][1]);
    }
}

/* --- 8 --- */

enum { FEW_NEGATIVES = 20, FEW_TESTS = 100 };
static const double CLOSE = 1e-5; /* to tau: contract, "votes are equal" */

static void close_votes(const lu_telling *t)
{
    for (size_t i = 0; i < t->r->models; i++) {
        const lu_model_result *m = &t->r->model[i];

        for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
            if (m->judgement.vote[k].cast && fabs(m->judgement.vote[k].margin) <= CLOSE) {
                LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_CLOSE, lu_metrics[k].name,
                       lu_doc_name(t->d, m->name));
            }
        }
    }
}

static void tests_limits(const lu_telling *t)
{
    const lu_blackbox_yield *y = &t->r->blackbox.yield;
    lu_digits kept = lu_say_count(y->kept), tried = lu_say_count(y->seeds),
              rob = lu_say_share(t->r->blackbox.rob_victim.value);

    if (t->r->has_blackbox && y->kept < FEW_TESTS) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_FEW_TESTS, kept.text, tried.text);
    }
    if (t->r->blackbox.rob_victim.known && t->r->blackbox.rob_victim.value > 0) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_ROB, rob.text);
    }
    LU_SAY(t->d, LU_BLOCK_ITEM,
           t->r->has_whitebox ? LU_PHRASE_LIMIT_LAYER : LU_PHRASE_LIMIT_BLACK_ONLY);
}

static void distances_limits(const lu_telling *t)
{
    size_t negatives = lu_case_count(t->c, LU_ROLE_NEGATIVE);
    lu_digits n = lu_say_count(negatives);

    if (negatives < FEW_NEGATIVES) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_FEW_NEGATIVES, n.text);
    }
    if (lu_case_count(t->c, LU_ROLE_POSITIVE) == 0) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_NO_POSITIVES);
    }
    tests_limits(t);
    close_votes(t);
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_TRANSFER);
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_ROUTES);
}

void lu_part_limits(const lu_telling *t)
{
    lu_doc_heading(t->d, 1, "8 Limits and systematic errors");
    if (!lu_told_beside(t)) {
        distances_limits(t);
    }
    if (lu_told_members(t)) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_SPLIT);
    }
    if (lu_told_marks(t)) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_SECRET);
    }
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_FORMAT);
    LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_NUMERICS, lu_doc_name(t->d, t->r->engine));
    if (!lu_result_confined(t->r)) {
        LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_LIMIT_SANDBOX, lu_doc_name(t->d, t->r->sandbox));
    }
}
