/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report: exact bounds, wording and its check, texts from outside, CSV, the three renderings of
 * a case that is made up here. With two arguments it writes the report of the case CASE into the
 * folder DIR: tests/cases/report.sh.
 */
#include "sessions/export/csv.h"
#include "sessions/export/facts.h"
#include "sessions/export/wording.h"
#include "sessions/sessions.h"
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <math.h>

static void assert_near(double value, double expected, double within)
{
    if (!(fabs(value - expected) <= within)) {
        fail_msg("%.17g is not %.17g within %g", value, expected, within);
    }
}

/* --- statistics --- */

/* Spec forensics 3.1, the table; 1 - 0.05^(1/n) by hand. */
static void test_bounds(void **state)
{
    (void)state;
    assert_near(lu_rate_of(0, 10, 0.95).most, 1 - pow(0.05, 0.1), 1e-12);
    assert_near(lu_rate_of(0, 5, 0.95).most, 0.451, 5e-4);
    assert_near(1 / lu_rate_of(0, 50, 0.95).most, 17.2, 0.05);
    assert_near(lu_rate_of(0, 10, 0.95).high, 1 - pow(0.025, 0.1), 1e-12);
    assert_near(lu_rate_of(3, 10, 0.95).low, 0.06674, 5e-6); /* Clopper and Pearson */
    assert_near(lu_rate_of(3, 10, 0.95).high, 0.65245, 5e-6);
    assert_near(lu_rate_of(10, 10, 0.95).least, pow(0.05, 0.1), 1e-12);
    assert_near(lu_rate_of(10, 10, 0.95).most, 1, 0);
    assert_near(lu_rate_of(0, 0, 0.95).low, 0, 0);
    assert_near(lu_rate_of(0, 0, 0.95).high, 1, 0);
    assert_near(lu_tolerance_factor(10, 0.95, 0.95), 2.911, 5e-4);
    assert_near(lu_tolerance_factor(20, 0.95, 0.95), 2.396, 5e-4);
    assert_near(lu_tolerance_factor(2, 0.95, 0.95), 26.260, 1e-2);  /* printed tables: */
    assert_near(lu_tolerance_factor(3, 0.95, 0.95), 7.656, 1e-3);   /* Natrella, NBS   */
    assert_near(lu_tolerance_factor(100, 0.99, 0.95), 2.684, 1e-3); /* Handbook 91     */
    assert_near(lu_tolerance_factor(10, 0.99, 0.95), 3.981, 5e-4);
    assert_near(lu_prediction_bound(0, 1, 10, 0.99), -2.959, 5e-4);
    assert_true(isnan(lu_prediction_bound(0, NAN, 1, 0.99)));
    assert_true(isnan(lu_tolerance_factor(1, 0.95, 0.95)));
}

/* The published rule at alpha 1 flags P(T < -t/sqrt(11)) of new negatives at n = 10 (same place).
 */
static void test_p_values(void **state)
{
    const double negatives[] = {1, 2, 3, NAN, 4};
    double lb = -lu_student_quantile(0.99, 10) / sqrt(10);

    (void)state;
    assert_near(lu_predictive_p(lb, 0, 1, 10), 0.2085, 5e-5);
    assert_near(lu_predictive_p(0, 0, 1, 10), 0.5, 1e-12);
    assert_true(isnan(lu_predictive_p(0, 0, 0, 10)));
    assert_near(lu_rank_p(0.5, negatives, 5), 1.0 / 5, 1e-12);
    assert_near(lu_rank_p(2, negatives, 5), 3.0 / 5, 1e-12);
}

/* --- wording --- */

static void test_phrases(void **state)
{
    const char *const value[] = {"A", "B"};
    lu_buf out = LU_BUF_INIT;

    (void)state;
    for (int i = 0; i < LU_PHRASES; i++) {
        const char *claim = lu_overclaim(lu_phrase_text((lu_phrase)i));

        if (claim != NULL) {
            fail_msg("\"%s\" in \"%s\"", claim, lu_phrase_text((lu_phrase)i));
        }
    }
    assert_int_equal(lu_phrase_fill(LU_PHRASE_VERDICT, value, 2, &out), LU_OK);
    assert_string_equal((char *)out.data, "A: B");
    lu_buf_fini(&out);
    assert_int_equal(lu_phrase_fill(LU_PHRASE_VERDICT, value, 1, &out), LU_OK);
    assert_string_equal((char *)out.data, "A: ");
    lu_buf_fini(&out);
}

/* Spec forensics 2.8, the over-claiming list. */
static void test_overclaims(void **state)
{
    static const char *const bad[] = {"This proves that the suspect is a copy.",
                                      "It is CERTAINLY a copy",
                                      "stolen beyond doubt",
                                      "The probability that it was stolen is 99 %.",
                                      "The method has a 0 % error rate.",
                                      "six independent metrics agree",
                                      "an identical model",
                                      "This is copyright infringement.",
                                      "The suspect is innocent.",
                                      "There is no doubt"};
    static const char *const good[] = {"suspect-a: copy", "weak support for Hp",
                                       "0 of 12 networks were judged copy"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (lu_overclaim(bad[i]) == NULL) {
            fail_msg("not caught: %s", bad[i]);
        }
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_null(lu_overclaim(good[i]));
    }
}

/* What others wrote may claim what it likes; the report may not, around it or with its letters. */
static void test_document_wording(void **state)
{
    lu_doc d = {0};

    (void)state;
    lu_doc_say(&d, LU_BLOCK_TEXT, "Title: %s", lu_doc_name(&d, "This proves theft"));
    assert_int_equal(lu_doc_check_wording(&d), LU_OK);
    lu_doc_name(&d, "c");
    lu_doc_table(&d, "", "a|b", "ll");
    lu_doc_cell(&d, "x");
    lu_doc_cell(&d, "It is certainly a copy.");
    assert_int_equal(lu_doc_check_wording(&d), LU_ERR_INTERNAL);
    assert_non_null(strstr(lu_error_what(), "certainly"));
    lu_doc_fini(&d);
}

static void test_scale(void **state)
{
    (void)state;
    assert_string_equal(lu_strength_word(1.99), "less than weak");
    assert_string_equal(lu_strength_word(2), "weak");
    assert_string_equal(lu_strength_word(99), "moderate");
    assert_string_equal(lu_strength_word(1e9), "extremely strong");
}

static void test_support(void **state)
{
    lu_facts f = {.alarms = lu_rate_of(0, 12, 0.95), .misses = lu_rate_of(0, 5, 0.95)};
    lu_support s = lu_support_of(&f, true, LU_COPY);

    (void)state;
    assert_true(s.given);
    assert_near(s.ratio, pow(0.05, 0.2) / (1 - pow(0.05, 1.0 / 12)), 1e-9);
    assert_near(s.cap, 1 / (1 - pow(0.05, 1.0 / 12)), 1e-9);
    s = lu_support_of(&f, true, LU_NOT_COPY);
    assert_near(s.ratio, pow(0.05, 1.0 / 12) / (1 - pow(0.05, 0.2)), 1e-9);
    assert_false(lu_support_of(&f, true, LU_UNDECIDED).given);
    f.alarms = lu_rate_of(8, 12, 0.95); /* the method flags nearly everything */
    assert_false(lu_support_of(&f, true, LU_COPY).given);
    assert_false(lu_support_of(&f, false, LU_NOT_COPY).given);
    f.misses = lu_rate_of(0, 0, 0.95);
    assert_false(lu_support_of(&f, true, LU_NOT_COPY).given);
}

/* --- texts from outside --- */

static void assert_visible(const char *text, const char *expected)
{
    lu_buf out = LU_BUF_INIT;

    assert_int_equal(lu_visible(text, &out), LU_OK);
    assert_string_equal((char *)out.data, expected);
    lu_buf_fini(&out);
}

static void test_visible(void **state)
{
    (void)state;
    assert_visible("", "");
    assert_visible("Zürich 東京", "Zürich 東京");
    assert_visible("a\u202egpj.exe", "a<U+202E>gpj.exe");
    assert_visible("line\nbreak\033[31m", "line<U+000A>break<U+001B>[31m");
    assert_visible("zero\u200bwidth", "zero<U+200B>width");
    assert_visible("bad \x80 byte", "bad <byte 80> byte");
    assert_visible("\ufffd", "\ufffd");
}

static void test_pooled_csv(void **state)
{
    lu_pooled_row row = {.name = "neg", .label = "=1+2,3"};
    lu_pooled_study study = {.rows = 1, .row = &row};
    lu_buf out = LU_BUF_INIT;

    (void)state;
    for (size_t k = 1; k < LU_POOLED_CELLS; k++) {
        row.cell[k].best = SIZE_MAX;
    }
    assert_int_equal(lu_pooled_csv(&study, &out), LU_OK);
    assert_non_null(strstr((const char *)out.data, "\r\nneg,\"'=1+2,3\",0,"));
    lu_buf_fini(&out);
}

static void test_csv(void **state)
{
    static const char *const pairs[][2] = {{"plain", "plain"},
                                           {"a,b", "\"a,b\""},
                                           {"say \"x\"", "\"say \"\"x\"\"\""},
                                           {"two\nlines", "\"two\nlines\""},
                                           {"=1+2", "'=1+2"},
                                           {"-name", "'-name"},
                                           {"@SUM(A1,B1)", "\"'@SUM(A1,B1)\""},
                                           {"+7", "'+7"},
                                           {"", ""}};

    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        lu_buf out = LU_BUF_INIT;

        assert_int_equal(lu_buf_add(&out, "", 0), LU_OK);
        assert_int_equal(lu_csv_text(&out, pairs[i][0]), LU_OK);
        assert_string_equal((char *)out.data, pairs[i][1]);
        lu_buf_fini(&out);
    }
}

/* --- renderings --- */

static const char HOSTILE[] = "<script>alert('1')</script> & \"q\" \u202e";

static void fill(lu_doc *d)
{
    char longest[200];

    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    *d = (lu_doc){.title = lu_strdup("<b>&"), .head = lu_strdup("f00"), .banner = lu_strdup("NO")};
    lu_doc_heading(d, 1, lu_doc_name(d, HOSTILE));
    lu_doc_say(d, LU_BLOCK_ITEM, "%s", lu_doc_name(d, HOSTILE));
    lu_doc_say(d, LU_BLOCK_CODE, "one\ntwo %s", lu_doc_name(d, HOSTILE));
    lu_doc_table(d, lu_doc_name(d, HOSTILE), "first|second", "lr");
    lu_doc_cell(d, "%s", lu_doc_name(d, HOSTILE));
    lu_doc_cell(d, "%s", lu_doc_short(d, longest, 20));
    snprintf(d->date, sizeof d->date, "2026-01-14T00:00:00Z");
    assert_int_equal(d->err, LU_OK);
    assert_int_equal(d->longs, 1);
    assert_string_equal(d->whole[0], longest);
}

static void test_html(void **state)
{
    lu_buf out = LU_BUF_INIT;
    const char *text;
    lu_doc d;

    (void)state;
    fill(&d);
    assert_int_equal(lu_doc_html(&d, &out), LU_OK);
    text = (const char *)out.data;
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, "\u202e"));
    assert_null(strstr(text, "http-equiv=\"refresh"));
    assert_non_null(strstr(text, "<title>&lt;b&gt;&amp;</title>"));
    assert_non_null(strstr(text,
                           "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;q&quot; "
                           "&lt;U+202E&gt;"));
    assert_non_null(strstr(text, "xxxxxxxxxxxxxxxxxxx…<"));
    lu_buf_fini(&out);
    lu_doc_fini(&d);
}

static void test_text(void **state)
{
    lu_buf out = LU_BUF_INIT;
    char *rest, *line;
    lu_doc d;

    (void)state;
    fill(&d);
    assert_int_equal(lu_doc_text(&d, 60, &out), LU_OK);
    assert_non_null(strstr((char *)out.data, "- <script>"));
    assert_non_null(strstr((char *)out.data, "! NO"));
    rest = (char *)out.data;
    while ((line = strsep(&rest, "\n")) != NULL) {
        assert_true(lu_columns(line) <= 60 || strstr(line, "two <script>") != NULL);
        assert_true(line[0] == '\0' || line[strlen(line) - 1] != ' ');
    }
    lu_buf_fini(&out);
    lu_doc_fini(&d);
}

/* A table over several pages; the same bytes twice. */
static void test_pdf(void **state)
{
    lu_buf first = LU_BUF_INIT, second = LU_BUF_INIT;
    lu_doc d;

    (void)state;
    fill(&d);
    for (int i = 0; i < 300; i++) {
        lu_doc_cell(&d, "row %d", i / 2);
    }
    assert_int_equal(lu_doc_pdf(&d, &first), LU_OK);
    assert_int_equal(lu_doc_pdf(&d, &second), LU_OK);
    assert_memory_equal(first.data, "%PDF-", 5);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.data, second.data, first.len);
    lu_buf_fini(&first);
    lu_buf_fini(&second);
    lu_doc_fini(&d);
}

/* --- a case of its own --- */

/* A case without anything in it has a report too: of what is missing. */
static void test_empty_case(void **state)
{
    lu_look look = {.seed_images = {.fd = -1}};
    lu_result r = {.kind = LU_KIND_TUNING, .victim_accuracy = NAN};
    lu_buf out = LU_BUF_INIT;
    lu_case *c;

    (void)state;
    assert_int_equal(lu_case_new(scratch("empty"), LU_KIND_TUNING, HOSTILE, "A. N\u202eOther", &c),
                     LU_OK);
    assert_int_equal(lu_report_text(c, &look, &r, 80, &out), LU_OK);
    assert_non_null(strstr((char *)out.data, "TUNING CASE - NOT EVIDENCE"));
    assert_non_null(strstr((char *)out.data, "has not been judged"));
    assert_non_null(strstr((char *)out.data, "A. N<U+202E>Other"));
    lu_buf_fini(&out);
    lu_case_close(&c);
}

static void test_confined(void **state)
{
    static const struct {
        const char *sandbox;
        bool whole;
    } some[] = {{"rlimits, no_new_privs, landlock 4, seccomp", true},
                {"rlimits, no_new_privs, seccomp; no landlock", false},
                {"off (--no-sandbox)", false}};

    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        lu_result r = {0};

        snprintf(r.sandbox, sizeof r.sandbox, "%s", some[i].sandbox);
        assert_int_equal(lu_result_confined(&r), some[i].whole);
    }
}

static int write_report(const char *path, const char *folder)
{
    lu_look look;
    lu_case *c;
    lu_err err;
    int dir;

    if (lu_case_open(path, LU_CASE_READ, &c) != LU_OK) {
        fprintf(stderr, "%s: %s\n", path, lu_error_what());
        return 1;
    }
    err = lu_case_look(c, false, NULL, &look);
    if (!err) {
        dir = open(folder, O_RDONLY | O_DIRECTORY);
        err = lu_report_write(c, &look, &look.result, dir, NULL);
        close(dir);
        lu_look_fini(&look);
    }
    lu_case_close(&c);
    if (err) {
        fprintf(stderr, "%s (%s)\n", lu_error_what(), lu_error_where());
    }
    return err != LU_OK;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),     cmocka_unit_test(test_confined),
        cmocka_unit_test(test_p_values),   cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_overclaims), cmocka_unit_test(test_document_wording),
        cmocka_unit_test(test_scale),      cmocka_unit_test(test_support),
        cmocka_unit_test(test_visible),    cmocka_unit_test(test_csv),
        cmocka_unit_test(test_pooled_csv), cmocka_unit_test(test_html),
        cmocka_unit_test(test_text),       cmocka_unit_test(test_pdf),
        cmocka_unit_test(test_empty_case)};

    if (argc == 3) {
        return write_report(argv[1], argv[2]);
    }
    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
