/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the journal tells of models; lists of files read strictly; keys and time-stamp requests. */
#include "scratch.h"
#include "sessions/case/history.h"
#include "sessions/case/journal.h"
#include "sessions/export/anchors.h"
#include "sessions/export/manifest.h"

#include <string.h>
#include <sys/stat.h>

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* --- the journal's story --- */

static lu_err take(lu_case *c, const char *line)
{
    cJSON *json = cJSON_Parse(line);
    lu_err err = lu_history_take(c, json);

    cJSON_Delete(json);
    return err;
}

#define ADD(name, weights)                                                                         \
    "{\"act\":\"add\",\"object\":\"" name "\",\"details\":{\"weights\":\"" weights "\"}}"
#define PLAIN(act, object) "{\"act\":\"" act "\",\"object\":\"" object "\"}"
#define SCORES                                                                                     \
    "{\"act\":\"stage\",\"object\":\"scores\",\"details\":{\"id\":\"" A64 "\",\"sha256\":\"" B64   \
    "\"}}"
#define SEAL "{\"act\":\"seal\",\"object\":\"protocol\",\"details\":{\"protocol\":\"" A64 "\"}}"

static lu_exposure exposure_of(const lu_case *c, const char *weights)
{
    lu_item item = {0};

    snprintf(item.weights.sha256.hex, sizeof item.weights.sha256.hex, "%s", weights);
    return lu_case_exposure(c, &item);
}

/* Settings count from when somebody could have looked; trials always. */
static void settings_are_counted(void **state)
{
    lu_case c = {0};

    (void)state;
    assert_ok(take(&c, ADD("s", A64)));
    assert_ok(take(&c, PLAIN("set", "seed=2")));
    assert_int_equal(exposure_of(&c, A64).exploratory, 0);
    assert_ok(take(&c, PLAIN("trial", "judge.alpha_black=0.8")));
    assert_int_equal(exposure_of(&c, A64).exploratory, 1);
    assert_ok(take(&c, SCORES));
    assert_ok(take(&c, PLAIN("set", "seed=3")));
    assert_int_equal(exposure_of(&c, A64).exploratory, 2);
    assert_int_equal(exposure_of(&c, B64).exploratory, 0);
    lu_history_clear(&c);
}

/* A model that is taken out and comes back under another name brings its past along. */
static void the_past_stays(void **state)
{
    lu_case c = {0};

    (void)state;
    assert_ok(take(&c, ADD("n", A64)));
    assert_ok(take(&c, SCORES));
    assert_ok(take(&c, PLAIN("remove", "n")));
    assert_ok(take(&c, PLAIN("trial", "judge.alpha_black=0.8")));
    assert_ok(take(&c, SEAL));
    assert_ok(take(&c, ADD("s", A64)));
    assert_ok(take(&c, ADD("t", B64)));
    assert_ok(take(&c, SCORES));
    assert_true(exposure_of(&c, A64).early);
    assert_int_equal(exposure_of(&c, A64).exploratory, 0);
    assert_true(exposure_of(&c, B64).scored);
    assert_false(exposure_of(&c, B64).early);
    lu_history_clear(&c);
}

static void an_undone_seal_is_none(void **state)
{
    lu_case c = {0};

    (void)state;
    assert_ok(take(&c, ADD("s", A64)));
    assert_ok(take(&c, SEAL));
    assert_true(c.journal_sealed);
    assert_ok(take(&c, PLAIN("undone", "seal")));
    assert_ok(take(&c, SCORES));
    assert_true(exposure_of(&c, A64).early);
    lu_history_clear(&c);
}

static void bad_lines_are_refused(void **state)
{
    static const char *const lines[] = {
        "{}",
        "{\"act\":\"stage\",\"object\":\"scores\"}",
        ADD("s", "AAAA"),
        PLAIN("seal", "protocol"),
        "{\"act\":\"x\",\"object\":\"y\",\"details\":{\"files\":{\"../case.json\":\"" A64 "\"}}}",
        "{\"act\":\"x\",\"object\":\"y\",\"details\":{\"files\":{\"anchors/a/b\":\"" A64 "\"}}}",
        "{\"act\":\"x\",\"object\":\"y\",\"details\":{\"files\":{\"anchors/1.sig\":\"" A64
        "a\"}}}"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        lu_case c = {0};
        assert_int_equal(take(&c, lines[i]), LU_ERR_INTEGRITY);
        lu_history_clear(&c);
    }
}

/* --- trials --- */

static void trials_are_journalled(void **state)
{
    lu_case *c;

    (void)state;
    assert_ok(lu_case_new(scratch("trial.case"), LU_KIND_TUNING, NULL, NULL, &c));
    assert_ok(take(c, ADD("s", A64)));
    assert_ok(lu_case_trial(c, "judge.alpha_black=0.8 judge.metrics=RobD"));
    assert_int_equal(c->journal_lines, 2);
    assert_int_equal(exposure_of(c, A64).exploratory, 1);
    assert_fails(lu_case_trial(c, ""), LU_ERR_USAGE, "no setting");
    assert_fails(lu_case_trial(c, "seed=2"), LU_ERR_USAGE, "no setting of the judgement");
    assert_fails(lu_case_trial(c, "judge.alpha_black=7"), LU_ERR_USAGE, "alpha_black");
    assert_int_equal(c->journal_lines, 2);
    lu_case_close(&c);
}

/* --- lists --- */

static lu_err parse(const char *text, lu_manifest *out)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = lu_buf_add(&bytes, text, strlen(text));

    err = err ? err : lu_manifest_parse(&bytes, out);
    lu_buf_fini(&bytes);
    return err;
}

static void lists_are_read_strictly(void **state)
{
    static const char *const bad[] = {A64 "  a",
                                      A64 " a\n",
                                      A64 " *a\n",
                                      A64 "  \n",
                                      "A" A64 "  a\n",
                                      A64 "a  a\n",
                                      A64 "  /a\n",
                                      A64 "  ../a\n",
                                      A64 "  a/../b\n",
                                      A64 "  a//b\n",
                                      A64 "  ./a\n",
                                      A64 "  a/\n",
                                      A64 "  a%0Ab\n",
                                      A64 "  a\\nb\n",
                                      A64 "  a\r\n",
                                      "\n",
                                      A64 "  a\n" B64 "  a\n",
                                      A64 "  a\n\n",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                      "AAAAAAAAAAAAAA  a\n"};
    lu_manifest m;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(parse(bad[i], &m), LU_ERR_INTEGRITY);
    }
    assert_ok(parse(A64 "  b c/d\n" B64 "  a\n", &m));
    assert_int_equal(m.n, 2);
    assert_string_equal(m.line[0].path, "a");
    assert_string_equal(lu_manifest_find(&m, "b c/d")->sha256.hex, A64);
    assert_null(lu_manifest_find(&m, "b"));
    lu_manifest_fini(&m);
    assert_ok(parse("", &m));
    lu_manifest_fini(&m);
}

/* --- keys --- */

static void a_signature_is_of_one_key_and_text(void **state)
{
    uint8_t bytes[LU_SIGNATURE_BYTES];
    lu_buf text = {(uint8_t *)"text", 4, 4}, other = {(uint8_t *)"tezt", 4, 4};
    lu_buf mine = LU_BUF_INIT, hers = LU_BUF_INIT, signature = {bytes, sizeof bytes, sizeof bytes};
    char me[256], her[256];
    lu_sha256 fingerprint, again;

    (void)state;
    snprintf(me, sizeof me, "%s", scratch("me.pem"));
    snprintf(her, sizeof her, "%s", scratch("her.pem"));
    assert_ok(lu_key_new(me, &fingerprint));
    assert_ok(lu_key_new(her, &again));
    assert_string_not_equal(fingerprint.hex, again.hex);
    assert_ok(lu_key_public(me, &mine, &again));
    assert_string_equal(fingerprint.hex, again.hex);
    assert_ok(lu_key_public(her, &hers, &again));
    assert_ok(lu_key_sign(me, &text, bytes));
    assert_ok(lu_key_verify(&mine, &text, &signature));
    assert_fails(lu_key_verify(&hers, &text, &signature), LU_ERR_INTEGRITY, "not this key's");
    assert_fails(lu_key_verify(&mine, &other, &signature), LU_ERR_INTEGRITY, "not this key's");
    signature.len--;
    assert_fails(lu_key_verify(&mine, &text, &signature), LU_ERR_INTEGRITY, "not this key's");
    assert_fails(lu_key_new(me, &again), LU_ERR_INPUT, "already");
    assert_int_equal(chmod(me, 0640), 0);
    assert_fails(lu_key_sign(me, &text, bytes), LU_ERR_INPUT, "open to others");
    lu_buf_fini(&mine);
    lu_buf_fini(&hers);
}

static void a_request_is_for_its_data(void **state)
{
    lu_buf text = {(uint8_t *)"text", 4, 4}, other = {(uint8_t *)"tezt", 4, 4};
    lu_buf request = LU_BUF_INIT;
    char at[32];

    (void)state;
    assert_ok(lu_stamp_request(&text, &request));
    assert_ok(lu_stamp_check(&request, NULL, &text, NULL, at));
    assert_fails(lu_stamp_check(&request, NULL, &other, NULL, at), LU_ERR_INTEGRITY,
                 "something else");
    assert_fails(lu_stamp_check(&request, &text, &text, NULL, at), LU_ERR_INTEGRITY,
                 "cannot be read");
    request.len--;
    assert_fails(lu_stamp_check(&request, NULL, &text, NULL, at), LU_ERR_INTEGRITY,
                 "cannot be read");
    lu_buf_fini(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_counted),
        cmocka_unit_test(the_past_stays),
        cmocka_unit_test(an_undone_seal_is_none),
        cmocka_unit_test(bad_lines_are_refused),
        cmocka_unit_test(trials_are_journalled),
        cmocka_unit_test(lists_are_read_strictly),
        cmocka_unit_test(a_signature_is_of_one_key_and_text),
        cmocka_unit_test(a_request_is_for_its_data),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
