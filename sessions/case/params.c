/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/params.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_strategy(const char *word)
{
    lu_seed_strategy s;

    return lu_seed_strategy_parse(word, &s);
}

static bool is_method(const char *word)
{
    lu_adversarial m;

    return lu_adversarial_parse(word, &m);
}

static bool is_mode(const char *word)
{
    lu_pgd_mode m;

    return lu_pgd_mode_parse(word, &m);
}

static bool is_layers(const char *word)
{
    int layers[LU_LAYERS_MAX];
    lu_params p;
    size_t n;

    snprintf(p.layers, sizeof p.layers, "%s", word);
    return lu_params_layers(&p, 0, SIZE_MAX, layers, &n) == LU_OK;
}

static bool is_bound(const char *word)
{
    return strcmp(word, "mean") == 0 || strcmp(word, "prediction") == 0;
}

/* Marks the metrics named in "RobD,JSD" or "all"; false for an unknown name. */
static bool parse_metrics(const char *word, bool used[LU_METRIC_COUNT])
{
    char copy[LU_WORD_MAX], *rest = copy, *name;
    bool all = strcmp(word, "all") == 0;

    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        used[i] = all;
    }
    snprintf(copy, sizeof copy, "%s", word);
    while (!all && (name = strsep(&rest, ",")) != NULL) {
        size_t i = 0;
        while (i < LU_METRIC_COUNT && strcmp(name, lu_metrics[i].name) != 0) {
            i++;
        }
        if (i == LU_METRIC_COUNT) {
            return false;
        }
        used[i] = true;
    }
    return true;
}

static bool is_metrics(const char *word)
{
    bool used[LU_METRIC_COUNT];

    return parse_metrics(word, used);
}

static bool is_split(const char *word)
{
    return strcmp(word, "unstated") == 0 || strcmp(word, "random") == 0;
}

static bool is_credit(const char *word)
{
    lu_credit c;

    return lu_credit_parse(word, &c);
}

static bool is_distance(const char *word)
{
    return strcmp(word, "paper") == 0 || strcmp(word, "pairing-free") == 0;
}

static bool is_decision(const char *word)
{
    return strcmp(word, "permutation") == 0 || strcmp(word, "any") == 0;
}

#define AT(field) offsetof(lu_params, field)
#define NUMBER(key, stage, field, low, high, preset, help)                                         \
    {                                                                                              \
        key, LU_STAGE_##stage, LU_PARAM_NUMBER, AT(field), low, high, preset, NULL, help           \
    }
#define WHOLE(key, stage, field, low, high, preset, help)                                          \
    {                                                                                              \
        key, LU_STAGE_##stage, LU_PARAM_WHOLE, AT(field), low, high, preset, NULL, help            \
    }
#define SWITCH(key, stage, field, preset, help)                                                    \
    {                                                                                              \
        key, LU_STAGE_##stage, LU_PARAM_SWITCH, AT(field), 0, 1, preset, NULL, help                \
    }
#define WORD(key, stage, field, valid, preset, help)                                               \
    {                                                                                              \
        key, LU_STAGE_##stage, LU_PARAM_WORD, AT(field), 0, 0, preset, valid, help                 \
    }

/* Defaults: spec deepjudge 14 ("Recommended decisions"), 2, 3.1, 3.4, 4, 5. */
const lu_param_row lu_param_table[] = {
    WHOLE("seed", SEEDS, seed, 0, 9007199254740991, "1", "seed of every random draw"),
    WORD("seeds.strategy", SEEDS, strategy, is_strategy, "high", "high, low, random or balanced"),
    WHOLE("seeds.count", SEEDS, seeds, 1, 1e6, "1000", "seeds for black-box tests"),
    WORD("blackbox.method", TESTS, method, is_method, "pgd", "fgsm, pgd or cw"),
    WORD("blackbox.mode", TESTS, mode, is_mode, "paper", "pgd: paper, code-2021 or code-2022"),
    NUMBER("blackbox.ep", TESTS, ep, 0, 10, "0.1", "radius in pixel units"),
    WHOLE("blackbox.iterations", TESTS, iterations, 1, 1e5, "10", "pgd steps"),
    SWITCH("blackbox.random_start", TESTS, random_start, "1", "start anywhere in the ball"),
    NUMBER("cw.confidence", TESTS, cw_confidence, 0, 1e3, "5", "kappa"),
    NUMBER("cw.rate", TESTS, cw_rate, 1e-9, 10, "0.001", "Adam's rate"),
    WHOLE("cw.steps", TESTS, cw_steps, 1, 100, "3", "binary search steps"),
    WHOLE("cw.iterations", TESTS, cw_iterations, 1, 1e5, "1000", "per search step"),
    NUMBER("cw.c", TESTS, cw_c, 1e-12, 1e10, "0.01", "first constant"),
    WORD("whitebox.layers", TESTS, layers, is_layers, "default", "default, none, or numbers 2,5"),
    WHOLE("whitebox.seeds", TESTS, white_seeds, 1, 1e6, "100", "the first so many of the seeds"),
    NUMBER("whitebox.m", TESTS, m, 1e-6, 1e6, "3", "multiple of the neuron's training maximum"),
    WHOLE("whitebox.iterations", TESTS, white_iterations, 1, 1e6, "1000", "Adam steps at most"),
    NUMBER("whitebox.rate", TESTS, white_rate, 1e-9, 10, "0.01", "Adam's rate"),
    SWITCH("whitebox.clip", TESTS, clip, "0", "keep test images in [0,1]"),
    WHOLE("whitebox.maxima", TESTS, maxima, 0, 1e8, "20000",
          "training samples the maxima are taken over; 0 = the seeds"),
    NUMBER("judge.alpha_black", JUDGEMENT, alpha_black, 1e-6, 1, "0.9", "alpha of RobD and JSD"),
    NUMBER("judge.alpha_white", JUDGEMENT, alpha_white, 1e-6, 1, "0.6",
           "alpha of NOD, NAD, LOD and LAD"),
    NUMBER("judge.confidence", JUDGEMENT, confidence, 0.5, 0.999999, "0.99", "of the bound LB"),
    WORD("judge.bound", JUDGEMENT, bound, is_bound, "mean",
         "mean (the published rule) or prediction (for one more negative)"),
    WORD("judge.metrics", JUDGEMENT, metrics, is_metrics, "all", "all, or names RobD,JSD,..."),
    /* spec watermark B1, B3, B4 */
    WORD("membership.split", MEMBERSHIP, membership.split, is_split, "unstated",
         "random: train and test were split at random before training; else unstated"),
    WORD("membership.unrelated", MEMBERSHIP, membership.unrelated, NULL, "all",
         "negatives that never saw the members: all, or names neg2-*,..."),
    WHOLE("membership.sets", MEMBERSHIP, membership.sets, LU_SETS_LEAST, LU_SETS_MOST, "3",
          "m, mini-datasets"),
    WHOLE("membership.samples", MEMBERSHIP, membership.samples, 2, 1e6, "300",
          "n of a mini-dataset; fewer where there are fewer"),
    WHOLE("membership.repetitions", MEMBERSHIP, membership.repetitions, 1, 1e6, "100",
          "t of every class"),
    WHOLE("membership.permutations", MEMBERSHIP, membership.permutations, 19, 1e6, "999",
          "B, pools dealt anew"),
    NUMBER("membership.alpha", MEMBERSHIP, membership.alpha, 1e-6, 0.5, "0.01",
           "a p value up to it is evidence"),
    WORD("membership.credit", MEMBERSHIP, membership.credit, is_credit, "expected",
         "where no mini-dataset stands apart alone: expected, random or none"),
    WORD("membership.distance", MEMBERSHIP, membership.distance, is_distance, "paper",
         "paper or pairing-free"),
    WORD("membership.decide", MEMBERSHIP, membership.decide, is_decision, "permutation",
         "by the permutation test, or by any of the three tests after correction"),
};
const size_t lu_param_count = sizeof lu_param_table / sizeof *lu_param_table;
_Static_assert(sizeof lu_param_table / sizeof *lu_param_table <= 64,
               "lu_case.newer has a bit each");

static double *number_at(lu_params *p, const lu_param_row *row)
{
    return (double *)(void *)((char *)p + row->offset);
}

static char *word_at(lu_params *p, const lu_param_row *row)
{
    return (char *)p + row->offset;
}

/* A plain decimal number, whatever the locale. */
static bool parse_number(const char *text, double *out)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char *end;

    if (c == (locale_t)0 || text[strspn(text, "0123456789.eE+-")] != '\0' || text[0] == '\0') {
        return false;
    }
    errno = 0;
    *out = strtod_l(text, &end, c);
    freelocale(c);
    return *end == '\0' && errno == 0 && isfinite(*out);
}

static lu_err set_value(lu_params *p, const lu_param_row *row, const char *text)
{
    double v;

    if (row->type == LU_PARAM_WORD) {
        if (strlen(text) >= LU_WORD_MAX || (row->valid && !row->valid(text))) {
            return lu_fail(LU_ERR_USAGE, "%s=%s is not one of: %s", row->key, text, row->help);
        }
        snprintf(word_at(p, row), LU_WORD_MAX, "%s", text);
        return LU_OK;
    }
    if (!parse_number(text, &v) || v < row->low || v > row->high) {
        return lu_fail(LU_ERR_USAGE, "%s=%s is not a number from %g to %g", row->key, text,
                       row->low, row->high);
    }
    if (row->type != LU_PARAM_NUMBER && v != floor(v)) {
        return lu_fail(LU_ERR_USAGE, "%s=%s is not a whole number", row->key, text);
    }
    *number_at(p, row) = v;
    return LU_OK;
}

lu_err lu_params_set(lu_params *p, const char *assignment)
{
    size_t len = strcspn(assignment, "=");

    if (assignment[len] != '=') {
        return lu_fail(LU_ERR_USAGE, "'%s' is not KEY=VALUE", assignment);
    }
    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        if (strlen(row->key) == len && strncmp(row->key, assignment, len) == 0) {
            return set_value(p, row, assignment + len + 1);
        }
    }
    return lu_fail(LU_ERR_USAGE,
                   "there is no parameter '%.*s'; 'lineup show CASE parameters' lists "
                   "them",
                   (int)len, assignment);
}

void lu_params_default(lu_params *p)
{
    memset(p, 0, sizeof *p);
    for (size_t i = 0; i < lu_param_count; i++) {
        (void)set_value(p, &lu_param_table[i], lu_param_table[i].preset);
    }
}

bool lu_params_equal(const lu_params *a, const lu_params *b)
{
    char one[LU_WORD_MAX], other[LU_WORD_MAX];

    for (size_t i = 0; i < lu_param_count; i++) {
        lu_params_text(a, &lu_param_table[i], one);
        lu_params_text(b, &lu_param_table[i], other);
        if (strcmp(one, other) != 0) {
            return false;
        }
    }
    return true;
}

void lu_params_text(const lu_params *p, const lu_param_row *row, char *out)
{
    lu_params copy = *p;

    if (row->type == LU_PARAM_WORD) {
        memcpy(out, word_at(&copy, row), LU_WORD_MAX);
        return;
    }
    for (int digits = 6; digits <= 17; digits++) { /* the shortest that reads back the same */
        double back;
        snprintf(out, LU_WORD_MAX, "%.*g", digits, *number_at(&copy, row));
        if (parse_number(out, &back) && back == *number_at(&copy, row)) {
            return;
        }
    }
}

void lu_params_digest(const lu_params *p, const char *prefix, lu_digest *d)
{
    char text[LU_WORD_MAX];

    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        if (strncmp(row->key, prefix, strlen(prefix)) == 0) {
            lu_params_text(p, row, text);
            lu_digest_text(d, row->key);
            lu_digest_text(d, text);
        }
    }
}

lu_blackbox_params lu_params_blackbox(const lu_params *p)
{
    lu_blackbox_params b = lu_blackbox_defaults();

    (void)lu_adversarial_parse(p->method, &b.method);
    (void)lu_pgd_mode_parse(p->mode, &b.mode);
    b.ep = p->ep;
    b.iterations = (size_t)p->iterations;
    b.random_start = p->random_start != 0;
    b.confidence = p->cw_confidence;
    b.learning_rate = p->cw_rate;
    b.search_steps = (size_t)p->cw_steps;
    b.cw_iterations = (size_t)p->cw_iterations;
    b.initial_c = p->cw_c;
    return b;
}

lu_whitebox_params lu_params_whitebox(const lu_params *p)
{
    lu_whitebox_params w = lu_whitebox_defaults();

    w.m = p->m;
    w.iterations = (size_t)p->white_iterations;
    w.learning_rate = p->white_rate;
    w.clip = p->clip != 0;
    return w;
}

lu_judge_params lu_params_judge(const lu_params *p)
{
    lu_judge_params j = lu_judge_defaults();

    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        j.alpha[i] = lu_metrics[i].white_box ? p->alpha_white : p->alpha_black;
    }
    (void)parse_metrics(p->metrics, j.used);
    j.confidence = p->confidence;
    j.bound = strcmp(p->bound, "prediction") == 0 ? LU_BOUND_PREDICTION : LU_BOUND_MEAN;
    return j;
}

lu_member_params lu_params_membership(const lu_params *p)
{
    lu_member_params m = lu_member_default();

    m.pmi.sets = (size_t)p->membership.sets;
    m.pmi.samples = (size_t)p->membership.samples;
    m.pmi.repetitions = (size_t)p->membership.repetitions;
    (void)lu_credit_parse(p->membership.credit, &m.pmi.credit);
    m.pmi.pairing_free = strcmp(p->membership.distance, "pairing-free") == 0;
    m.permutations = (size_t)p->membership.permutations;
    m.alpha = p->membership.alpha;
    m.seed = (uint64_t)p->seed;
    return m;
}

lu_seed_strategy lu_params_strategy(const lu_params *p)
{
    lu_seed_strategy s = LU_SEEDS_HIGH;

    (void)lu_seed_strategy_parse(p->strategy, &s);
    return s;
}

lu_err lu_params_layers(const lu_params *p, int preset, size_t n_layers, int *layers, size_t *n)
{
    char copy[LU_WORD_MAX], *rest = copy, *name;

    *n = 0;
    if (strcmp(p->layers, "none") == 0) {
        return LU_OK;
    }
    if (strcmp(p->layers, "default") == 0) {
        layers[(*n)++] = preset;
        return LU_OK;
    }
    snprintf(copy, sizeof copy, "%s", p->layers);
    while ((name = strsep(&rest, ",")) != NULL) {
        double v;
        bool digits = name[0] && name[strspn(name, "0123456789")] == '\0' && parse_number(name, &v);
        if (!digits || *n == LU_LAYERS_MAX || v > 100000) {
            return lu_fail(LU_ERR_USAGE, "'%s' is not a list of at most %d layer numbers",
                           p->layers, LU_LAYERS_MAX);
        }
        if (v >= (double)n_layers) {
            return lu_fail(LU_ERR_CANNOT, "there is no layer %s, the victim has %zu", name,
                           n_layers);
        }
        layers[(*n)++] = (int)v;
    }
    return LU_OK;
}
