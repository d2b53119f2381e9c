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
        lu_doc_cell(t->d, "%s", lu_param_table[i].help);
    }
}

void lu_part_repeat(const lu_telling *t)
{
    lu_doc_heading(t->d, 1, "10 How to repeat it");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_REPEAT);
    lu_doc_say(
        t->d, LU_BLOCK_CODE,
        "lineup --version                      # here: %s\n"
        "lineup verify EXPORT                  # hashes and the journal's chain%s%s",
        LU_VERSION,
        lu_told_beside(t) ? ""
                          : "\nlineup verify EXPORT --recompute      # the scores too"
                            "\nlineup run EXPORT/data --json         # every distance and vote",
        lu_told_members(t) ? "\nlineup membership EXPORT/data --json  # the numbers of part 5b"
                           : "");
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

static const char *const references[] = {
    ("J. Chen, J. Wang, T. Peng, Y. Sun, P. Cheng, S. Ji, X. Ma, B. Li, D. Song: Copy, Right? A "
     "Testing Framework for Copyright Protection of Deep Learning Models. IEEE S&P 2022, 824-841; "
     "arXiv 2112.05588. All six metrics and the rule."),
    ("C. Clopper, E. Pearson: The use of confidence or fiducial limits illustrated in the case of "
     "the binomial. Biometrika 26, 1934. Bounds of error rates."),
    "ENFSI Guideline for Evaluative Reporting in Forensic Science, 2015. Propositions, scale.",
    "RFC 8493, The BagIt File Packaging Format. The export."};

void lu_part_glossary(const lu_telling *t)
{
    lu_doc_heading(t->d, 1, "11 Words, scale, references");
    lu_doc_table(t->d, "Words", "word|meaning", "ll");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        lu_doc_cell(t->d, "%s", words[i][0]);
        lu_doc_cell(t->d, "%s", words[i][1]);
    }
    lu_doc_table(t->d, "Verbal scale of the strength of support", "likelihood ratio from|words",
                 "rl");
    for (size_t i = 0; i < lu_strength_count; i++) {
        lu_doc_cell(t->d, "%.0f", lu_strengths[i].least);
        lu_doc_cell(t->d, "%s support", lu_strengths[i].word);
    }
    lu_doc_say(t->d, LU_BLOCK_TEXT, "Source of the scale: %s.", lu_strength_source);
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        lu_doc_say(t->d, LU_BLOCK_ITEM, "%s", references[i]);
    }
}
