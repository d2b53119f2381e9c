/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The map of the field against the list it was made from, and what it says one can run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sessions/sessions.h"

/* The methods that the survey, DeepJudge's Table II and PMI's references name, and their attributes
   as a table of letters: scenario White, Black; mechanism Parameters, backDoor, Fingerprint, Other;
   capacity 0 Zero-bit, Multi-bit; Active, paSsive; Verification, Management, Integrity. What stands
   for several schemes of one paper has a row each. */
static const struct {
    const char *key, *word, *scenario, *mechanism, *capacity, *type, *function;
} listed[] = {
    {"deepjudge", "DeepJudge", "B", "F", "Z", "S", "V"},
    {"deepjudge-white", "DeepJudge", "W", "F", "Z", "S", "V"},
    {"blind-watermark", "Blind-Watermark", "B", "D", "Z", "S", "V"},
    {"pmi", "PMI", "B", "F", "Z", "S", "V"},
    {"uchida", "Uchida", "W", "P", "M", "S", "V"},
    {"nagai", "Nagai", "W", "P", "M", "S", "V"},
    {"riga", "RIGA", "W", "P", "M", "S", "V"},
    {"deepsigns-white", "DeepSigns", "W", "P", "M", "S", "V"},
    {"deepsigns-black", "DeepSigns", "B", "D", "Z", "S", "V"},
    {"deepmarks", "DeepMarks", "W", "P", "M", "S", "M"},
    {"kuribayashi", "Kuribayashi", "W", "P", "M", "S", "V"},
    {"feng", "Feng & Zhang", "W", "P", "M", "S", "V"},
    {"sakazawa", "Sakazawa", "W", "P", "M", "S", "V"},
    {"li-stdm", "STDM", "W", "P", "M", "S", "V"},
    {"wang-backprop", "back-prop", "W", "P", "M", "S", "V"},
    {"wu-images", "watermarked images", "B", "PO", "M", "S", "V"},
    {"zhang-image", "image processing", "B", "O", "M", "S", "V"},
    {"quan", "Quan", "B", "D", "Z", "S", "V"},
    {"zhao-structural", "structural (channel pruning)", "W", "O", "M", "S", "V"},
    {"adi", "Adi", "B", "D", "Z", "S", "V"},
    {"zhang-content", "content", "B", "D", "Z", "S", "V"},
    {"zhang-unrelated", "unrelated", "B", "D", "Z", "S", "V"},
    {"zhang-noise", "noise", "B", "D", "Z", "S", "V"},
    {"guo-embedded", "Guo & Potkonjak", "B", "D", "ZM", "S", "V"},
    {"guo-evolutionary", "evolutionary", "B", "D", "Z", "S", "V"},
    {"namba", "Namba & Sakuma", "B", "D", "Z", "S", "V"},
    {"null-embedding", "NULL embedding", "B", "D", "M", "S", "V"},
    {"ewe", "EWE", "B", "D", "Z", "S", "V"},
    {"zhong", "Zhong", "B", "D", "Z", "S", "V"},
    {"zhang-chaotic", "chaotic labels", "B", "D", "Z", "S", "V"},
    {"zhu-chain", "hash chain", "B", "D", "Z", "S", "V"},
    {"dawn", "DAWN", "B", "D", "Z", "S", "V"},
    {"blackmarks", "BlackMarks", "B", "D", "M", "S", "V"},
    {"merrer", "frontier stitching", "B", "F", "Z", "S", "V"},
    {"ipguard", "IPGuard", "B", "F", "Z", "S", "V"},
    {"conferrable", "conferrable", "B", "F", "Z", "S", "V"},
    {"afa", "AFA", "B", "F", "Z", "S", "V"},
    {"fan-passports", "passports", "WB", "P", "M", "A", "VM"},
    {"passport-norm", "passport-aware", "WB", "P", "M", "SA", "V"},
    {"tang", "serial number", "B", "O", "M", "A", "M"},
    {"chen-wu", "Chen & Wu", "B", "O", "Z", "A", "M"},
    {"advparams", "AdvParams", "W", "P", "", "A", "M"},
    {"lin-chaotic", "chaotic weights", "W", "P", "", "A", "M"},
    {"pyone", "Pyone", "W", "P", "", "A", "M"},
    {"gomez", "Gomez", "W", "P", "", "A", "M"},
    {"xue-users", "multi-trigger management", "B", "D", "M", "A", "VM"},
    {"activeguard", "ActiveGuard", "B", "D", "M", "A", "VM"},
    {"sun", "additional class", "B", "D", "M", "A", "VM"},
    {"deepattest", "DeepAttest", "W", "PO", "M", "A", "M"},
    {"hann", "HANN", "W", "PO", "M", "A", "M"},
    {"cammarota", "Cammarota", "W", "PO", "M", "A", "M"},
    {"waffle", "WAFFLE", "B", "D", "Z", "S", "V"},
    {"szentannai", "Szentannai", "WB", "P", "Z", "S", "I"},
    {"guan", "Guan", "W", "P", "M", "S", "I"},
    {"neunac", "NeuNAC", "W", "P", "M", "S", "I"},
    {"sensitive-samples", "VerIDeep", "B", "F", "Z", "S", "I"},
    {"lin-ensemble", "ensemble", "B", "F", "Z", "S", "I"},
    {"ingrain", "ingrain", "W", "P", "M", "S", "V"},
    {"zhao-gnn", "GNN", "B", "D", "Z", "S", "V"},
    {"wang-speaker", "speaker", "B", "D", "Z", "S", "V"},
    {"awencoder", "AWEncoder", "B", "D", "Z", "S", "V"},
    {"liu-fourier", "Fourier", "B", "D", "Z", "S", "V"},
};

static void same_set(const char *key, unsigned have, const char *letters, const char *order)
{
    unsigned want = 0;

    for (; *letters; letters++) {
        want |= 1U << (strchr(order, *letters) - order);
    }
    if (have != want) {
        fail_msg("%s: %x instead of %x of %s", key, have, want, order);
    }
}

static void every_method_is_there_as_the_papers_class_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        const lu_scheme *s = lu_scheme_of(listed[i].key);
        assert_non_null(s);
        if (strstr(s->name, listed[i].word) == NULL) {
            fail_msg("%s is called \"%s\"", s->key, s->name);
        }
        same_set(s->key, s->scenario, listed[i].scenario, "WB");
        same_set(s->key, s->mechanism, listed[i].mechanism, "PDFO");
        same_set(s->key, s->capacity, listed[i].capacity, "ZM");
        same_set(s->key, s->type, listed[i].type, "SA");
        same_set(s->key, s->function, listed[i].function, "VMI");
    }
}

/* Nothing is left out, no key is there twice, and every text fits those who show it. */
static void every_row_is_whole(void **state)
{
    (void)state;
    assert_true(lu_scheme_count <= LU_SCHEMES_MAX);
    for (size_t i = 0; i < lu_scheme_count; i++) {
        const lu_scheme *s = &lu_schemes[i];
        assert_ptr_equal(lu_scheme_of(s->key), s);
        assert_true(strlen(s->key) <= 17 &&
                    s->key[strspn(s->key, "abcdefghijklmnopqrstuvwxyz-")] == 0);
        assert_true(s->name[0] && s->formula[0] && s->p[0] && s->reference[0] && s->named[0]);
        assert_true((s->use == LU_USE_RUNS) == (strncmp(s->command, "lineup ", 7) == 0));
        assert_true((s->use == LU_USE_NOTHING) == (s->null == LU_NULL_BY_NONE));
        assert_true(s->needs != 0 && s->scenario && s->mechanism && s->type && s->function);
        /* what is calibrated on negatives needs some to run */
        if (s->use == LU_USE_RUNS && s->null == LU_NULL_BY_MODEL) {
            assert_true(s->needs & LU_HOLD_NEGATIVES);
        }
    }
}

static lu_fit fit(const char *key, lu_access access, unsigned have)
{
    return lu_scheme_fits(lu_scheme_of(key), access, have).state;
}

static void what_fits_follows_from_access_and_material(void **state)
{
    const unsigned keys = LU_HOLD_KEYS, negatives = LU_HOLD_NEGATIVES,
                   owner = LU_HOLD_VICTIM | LU_HOLD_SAMPLES | LU_HOLD_NEGATIVES;
    lu_scheme_fit f;

    (void)state;
    assert_int_equal(fit("adi", LU_ACCESS_LABELS, keys), LU_FIT_RUNS);
    assert_int_equal(fit("adi", LU_ACCESS_WEIGHTS, 0), LU_FIT_LACKS);
    assert_int_equal(fit("deepjudge", LU_ACCESS_LABELS, owner), LU_FIT_RUNS);
    assert_int_equal(fit("deepjudge-white", LU_ACCESS_PROBABILITIES, owner), LU_FIT_LACKS);
    assert_int_equal(fit("ipguard", LU_ACCESS_LABELS, owner), LU_FIT_RUNS);
    assert_int_equal(fit("ipguard", LU_ACCESS_LABELS, keys | negatives), LU_FIT_RUNS);
    assert_int_equal(fit("uchida", LU_ACCESS_WEIGHTS, LU_HOLD_BITS), LU_FIT_RUNS);
    assert_int_equal(fit("deepmarks", LU_ACCESS_WEIGHTS, LU_HOLD_BITS), LU_FIT_BY_HAND);
    assert_int_equal(fit("deepmarks", LU_ACCESS_LABELS, LU_HOLD_BITS), LU_FIT_FAR);
    assert_int_equal(fit("tang", LU_ACCESS_DEVICE, ~0U), LU_FIT_NOTHING);
    f = lu_scheme_fits(lu_scheme_of("ipguard"), LU_ACCESS_LABELS, keys);
    assert_true(f.state == LU_FIT_LACKS && f.lacks == negatives && !f.access);
}

static void holdings_are_read(void **state)
{
    unsigned set;

    (void)state;
    assert_int_equal(lu_holdings_parse("victim,keys", &set), LU_OK);
    assert_int_equal(set, LU_HOLD_VICTIM | LU_HOLD_KEYS);
    assert_int_equal(lu_holdings_parse("", &set), LU_OK);
    assert_int_equal(set, 0);
    assert_int_equal(lu_holdings_parse("victim,key", &set), LU_ERR_USAGE);
    assert_int_equal(lu_holdings_parse("victim,,keys", &set), LU_ERR_USAGE);
}

/* A case offers what its models and samples suffice for, and says what else would take. */
static void a_case_offers_what_it_holds_enough_for(void **state)
{
    lu_schemes_ask ask;
    lu_case *c;

    (void)state;
    assert_int_equal(lu_case_none(&c), LU_OK);
    ask = lu_case_holds(c);
    assert_int_equal(ask.have, 0);
    for (size_t i = 0; i < lu_scheme_count; i++) {
        assert_int_not_equal(lu_schemes_fit(&ask, &lu_schemes[i]).state, LU_FIT_RUNS);
    }
    c->set[LU_SET_TRAIN].given = c->set[LU_SET_TEST].given = true;
    ask = lu_case_holds(c);
    assert_int_equal(lu_schemes_fit(&ask, lu_scheme_of("pmi")).state, LU_FIT_RUNS);
    assert_int_equal(lu_schemes_fit(&ask, lu_scheme_of("deepjudge")).state, LU_FIT_LACKS);
    assert_int_equal(lu_schemes_fit(&ask, lu_scheme_of("blind-watermark")).state, LU_FIT_LACKS);
    assert_int_equal(LU_NEW(c->result, 1), LU_OK);
    snprintf(c->result[0].stage, sizeof c->result[0].stage, "watermark");
    c->results = 1;
    ask = lu_case_holds(c);
    assert_int_equal(lu_schemes_fit(&ask, lu_scheme_of("blind-watermark")).state, LU_FIT_RUNS);
    lu_case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_is_there_as_the_papers_class_it),
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(what_fits_follows_from_access_and_material),
        cmocka_unit_test(holdings_are_read),
        cmocka_unit_test(a_case_offers_what_it_holds_enough_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
