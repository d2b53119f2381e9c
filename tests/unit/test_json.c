/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in JSON read back as the same double; what is read is bounded and unambiguous. */
#include "sessions/case/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static double back(double v)
{
    cJSON *json = cJSON_CreateObject(), *read;
    lu_buf text = LU_BUF_INIT;
    double out;

    lu_json_add(json, "v", v);
    assert_int_equal(lu_json_print(json, false, &text), LU_OK);
    read = cJSON_ParseWithLength((const char *)text.data, text.len);
    out = cJSON_GetNumberValue(cJSON_GetObjectItem(read, "v"));
    cJSON_Delete(read);
    lu_buf_fini(&text);
    return out;
}

static void numbers_read_back_exactly(void **state)
{
    /* the first two: 15 digits are within one unit of the last place, and not the same */
    const double some[] = {0.11099158965778888,
                           -0.17363062831329645,
                           0,
                           0.1,
                           1.0 / 3,
                           1e-300,
                           9007199254740991.0,
                           3.25,
                           -7e22};
    lu_rng *rng;

    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        assert_true(back(some[i]) == some[i]);
    }
    assert_int_equal(lu_rng_new(&rng, 1, "json", 0), LU_OK);
    for (int i = 0; i < 20000; i++) {
        double v = lu_rng_normal(rng) * lu_rng_uniform(rng);
        assert_true(back(v) == v);
    }
    lu_rng_free(&rng);
}

static void what_is_not_finite_is_null(void **state)
{
    cJSON *json = cJSON_CreateObject();
    lu_buf text = LU_BUF_INIT;

    (void)state;
    lu_json_add(json, "a", NAN);
    lu_json_add(json, "b", INFINITY);
    assert_int_equal(lu_json_print(json, false, &text), LU_OK);
    assert_string_equal((const char *)text.data, "{\"a\":null,\"b\":null}\n");
    lu_buf_fini(&text);
}

static void assert_reads(const char *text, const char *why)
{
    char said[300];
    cJSON *json;
    lu_err err = lu_json_parse(text, strlen(text), LU_ERR_INTEGRITY, &json);

    assert_int_equal(err, why ? LU_ERR_INTEGRITY : LU_OK);
    assert_true((json == NULL) == (why != NULL));
    if (why) {
        lu_error_text(said, sizeof said);
        assert_non_null(strstr(said, why));
    }
    cJSON_Delete(json);
}

static void one_value_is_read(void **state)
{
    (void)state;
    assert_reads("{\"a\": [1, {\"a\": 2}, {\"a\": 3}]}\n", NULL);
    assert_reads(" 3 ", NULL);
    assert_reads("", "is not JSON at byte 0");
    assert_reads("{\"a\": 1,}", "is not JSON at byte 8");
    assert_reads("{} {}", "is not JSON at byte 3");
    assert_reads("{\"a\": 1", "is not JSON");
}

/* Infinity to some readers, an error to others; null when it is written again. */
static void a_number_is_finite(void **state)
{
    (void)state;
    assert_reads("[1e308, -1e308, 1e-999]", NULL);
    assert_reads("{\"a\": [1e999]}", "holds a number that is too large");
    assert_reads("-1e999", "holds a number that is too large");
}

static void a_key_is_there_once(void **state)
{
    (void)state;
    assert_reads("{\"a\": 1, \"b\": 2, \"a\": 3}", "'a' is there twice");
    assert_reads("{\"b\": [{\"x\": 1, \"x\": 1}]}", "'x' is there twice");
    assert_reads("{\"a\": 1, \"A\": 3}", NULL);
    assert_reads("{\"a\": 1, \"\\u0061\": 3}", "'a' is there twice");
}

static void a_text_holds_no_nul(void **state)
{
    (void)state;
    assert_reads("[\"a\\u0000b\"]", "holds a NUL at byte 3");
    assert_reads("{\"a\\u0000b\": 1}", "holds a NUL at byte 3");
    assert_reads("[\"a\\\\u0000b\"]", NULL);
    assert_reads("[\"\\u0001\"]", NULL);
}

static void depth_is_bounded(void **state)
{
    char text[2 * LU_JSON_DEPTH + 8];

    (void)state;
    memset(text, '[', LU_JSON_DEPTH);
    memset(text + LU_JSON_DEPTH, ']', LU_JSON_DEPTH);
    text[2 * LU_JSON_DEPTH] = '\0';
    assert_reads(text, NULL);
    memset(text, '[', LU_JSON_DEPTH + 1);
    assert_reads(text, "nested more than 64 deep at byte 64");
    assert_reads(
        "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"]",
        NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_back_exactly), cmocka_unit_test(what_is_not_finite_is_null),
        cmocka_unit_test(one_value_is_read),         cmocka_unit_test(a_number_is_finite),
        cmocka_unit_test(a_key_is_there_once),       cmocka_unit_test(a_text_holds_no_nul),
        cmocka_unit_test(depth_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
