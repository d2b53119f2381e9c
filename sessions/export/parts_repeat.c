/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts 10 and 11: how to repeat it; words, scale, references. */
#include "sessions/export/parts.h"

#include <stdio.h>

/* --- 10 --- */

static void parameters(const lu_telling *t)
{
    char text[LU_WORD_MAX];

    lu_doc_table(t->d, "Every parameter", "parameter|value|what it is", "lll");
    for (size_t i = 0; i < lu_param_count; i++) {
        lu_params_text(&t->c->params, &lu_param_table[i], text);
        lu_doc_cell(t->d, "%s", lu_param_table[i].key);
        lu_doc_cell(t->d, "%s", lu_doc_name(t->d, text));
        lu_doc_cell(t->d, "%s%s", lu_param_table[i].help,
                    lu_case_newer(t->c, i) ? " (newer than the case)" : "");
    }
}

/* A run writes into the journal of its case, so it is repeated on a copy. */
static void commands(const lu_telling *t)
{
    bool measured = !lu_told_beside(t);

    lu_doc_say(t->d, LU_BLOCK_CODE,
               "lineup --version                    # here: %s\n"
               "lineup verify EXPORT                # hashes and the journal's chain\n"
               "lineup verify EXPORT --recompute    # what was measured too\n"
               "cp -r EXPORT/data COPY              # what follows writes into its journal%s%s",
               LU_VERSION,
               measured ? "\nlineup run COPY --json              # every distance and vote" : "",
               lu_told_members(t) ? "\nlineup membership COPY --json       # the numbers of part 5b"
                                  : "");
}

void lu_part_repeat(const lu_telling *t)
{
    lu_doc_heading(t->d, 1, "10 How to repeat it");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_REPEAT);
    commands(t);
    lu_doc_table(t->d, "Program", "what|value", "ll");
    lu_doc_cell(t->d, "lineup");
    lu_doc_cell(t->d, "%s", LU_VERSION);
    lu_doc_cell(t->d, "engine, instruction set, libraries");
    lu_doc_cell(t->d, "%s", lu_doc_name(t->d, t->r->engine));
    lu_doc_cell(t->d, "what confined the engine (sandbox)");
    lu_doc_cell(t->d, "%s", lu_doc_name(t->d, t->r->sandbox));
    lu_doc_cell(t->d, "seed of every random draw");
    lu_doc_cell(t->d, "%.0f", t->c->params.seed);
    parameters(t);
}

/* --- 11 --- */

static const char *const words[][2] = {
    {"victim", "the network whose copying is alleged"},
    {"suspect", "the network that may be a copy"},
    {"negative", "a control known to be trained independently of the victim"},
    {"positive", "a control known to be made from the victim"},
    {"seed", "a clean sample a test starts from; also the number random draws start from"},
    {"test case",
     "black box: a sample changed so that the victim errs; white box: a sample changed "
     "so that one neuron answers strongly"},
    {"metric", "a distance between the answers of two networks; small is similar"},
    {"LB", "lower bound of the negatives' distances (part 3)"},
    {"threshold tau", "alpha times LB"},
    {"vote", "a metric at or below its threshold"},
    {"p_copy", "votes for copy divided by votes cast"},
    {"copy, not-copy, undecided", "the three verdicts (summary)"},
    {"SHA-256", "a digest: another file with the same one cannot be found in practice"},
    {"journal", "the list of acts of the case, each line holding the digest of the line before"},
    {"likelihood ratio",
     "how many times more probable an observation is under one proposition than "
     "under the other"}};

static bool always(const lu_telling *t)
{
    return t != NULL;
}

static bool distances(const lu_telling *t)
{
    return !lu_told_beside(t);
}

static const struct {
    bool (*wanted)(const lu_telling *t);
    const char *text;
} references[] = {
    {distances,
     "J. Chen, J. Wang, T. Peng, Y. Sun, P. Cheng, S. Ji, X. Ma, B. Li, D. Song: Copy, Right? A "
     "Testing Framework for Copyright Protection of Deep Learning Models. IEEE S&P 2022, 824-841; "
     "arXiv 2112.05588. All six metrics and the rule."},
    {lu_told_marks,
     "Z. Li, C. Hu, Y. Zhang, S. Guo: How to Prove Your Model Belongs to You: A Blind-Watermark "
     "based Framework to Protect Intellectual Property of DNN. ACSAC 2019. The watermark."},
    {lu_told_members,
     "H. Wu: Robust and Lossless Fingerprinting of Deep Neural Networks via Pooled Membership "
     "Inference. arXiv 2209.04113, 2022. Membership."},
    {always, "C. Clopper, E. Pearson: The use of confidence or fiducial limits illustrated in the "
             "case of the binomial. Biometrika 26, 1934. Bounds of error rates."},
    {distances,
     "ENFSI Guideline for Evaluative Reporting in Forensic Science, 2015. Propositions, scale."},
    {always, "RFC 8493, The BagIt File Packaging Format. The export."}};

static void scale(const lu_telling *t)
{
    lu_doc_table(t->d, "Verbal scale of the strength of support", "likelihood ratio from|words",
                 "rl");
    for (size_t i = 0; i < lu_strength_count; i++) {
        lu_doc_cell(t->d, "%.0f", lu_strengths[i].least);
        lu_doc_cell(t->d, "%s support", lu_strengths[i].word);
    }
    lu_doc_say(t->d, LU_BLOCK_TEXT, "Source of the scale: %s.", lu_strength_source);
}

void lu_part_glossary(const lu_telling *t)
{
    lu_doc_heading(t->d, 1, "11 Words, scale, references");
    lu_doc_table(t->d, "Words", "word|meaning", "ll");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        lu_doc_cell(t->d, "%s", words[i][0]);
        lu_doc_cell(t->d, "%s", words[i][1]);
    }
    if (distances(t)) {
        scale(t);
    }
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        if (references[i].wanted(t)) {
            lu_doc_say(t->d, LU_BLOCK_ITEM, "%s", references[i].text);
        }
    }
}
