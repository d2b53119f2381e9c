/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stored result held against what it is said to have come to again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sessions/case/store.h"
#include "sessions/repeat.h"

static const char stored[] = "{\"p\":0.02,\"gap\":3,\"list\":[1,2],\"none\":null,\"word\":\"a\"}\n";

static lu_case *open_case(void)
{
    char dir[4096], path[4200];
    const char *top = getenv("LINEUP_TMP");
    lu_buf text = {0};
    lu_sha256 sha256, id;
    lu_stage_name name;
    lu_case *c;

    snprintf(dir, sizeof dir, "%s/repeatXXXXXX", top ? top : "/tmp");
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/c", dir);
    assert_int_equal(lu_case_new(path, LU_KIND_TUNING, "", "", &c), LU_OK);
    assert_int_equal(lu_buf_add(&text, stored, strlen(stored)), LU_OK);
    assert_int_equal(lu_sha256_of("id", 2, &id), LU_OK);
    lu_store_name("membership", &id, "json", &name);
    assert_int_equal(lu_store_put(c, &name, &text, &sha256), LU_OK);
    assert_int_equal(lu_store_note(c, "membership", "e 1 fast", &id, &sha256, NULL, 0), LU_OK);
    lu_buf_fini(&text);
    return c;
}

static lu_repeated compare(const lu_case *c, const char *text, bool same_numerics)
{
    static const lu_repeat_rule rule = {"p", 0.02, true};
    const lu_repeat_how how = {same_numerics, &rule, 1, 0.01};
    lu_repeated r = {0};
    lu_buf fresh = {0};

    assert_int_equal(lu_buf_add(&fresh, text, strlen(text)), LU_OK);
    assert_int_equal(lu_repeat_compare(c, &c->result[0], "m", &fresh, &how, &r), LU_OK);
    lu_buf_fini(&fresh);
    assert_int_equal(r.computed, 1);
    assert_int_equal(r.same_numerics, same_numerics);
    return r;
}

static void the_same_numerics_come_to_the_same_bytes(void **state)
{
    lu_case *c = open_case();
    lu_repeated r = compare(c, stored, true);

    (void)state;
    assert_int_equal(r.same_bytes, 1);
    assert_int_equal(lu_repeat_end(&r, "kind"), LU_OK);
    r = compare(c, "{\"p\":0.02,\"gap\":3.000000001,\"list\":[1,2],\"none\":null,\"word\":\"a\"}\n",
                true);
    assert_int_equal(r.different, 1);
    assert_string_equal(r.first, "m: 'gap'");
    assert_int_equal(lu_repeat_end(&r, "kind"), LU_ERR_INTEGRITY);
    r = compare(c, "{\"p\":0.02,\"gap\":3,\"list\":[1,2],\"none\":null,\"word\":\"a\"}", true);
    assert_string_equal(r.first, "m: 'the way it is written'");
    lu_case_close(&c);
}

static void other_numerics_come_near(void **state)
{
    lu_case *c = open_case();
    lu_repeated r = compare(
        c, "{\"p\":0.005,\"gap\":3.000003,\"list\":[1,2],\"none\":null,\"word\":\"a\"}", false);

    (void)state;
    assert_int_equal(r.different, 0);
    assert_int_equal(r.same_bytes, 0);
    assert_int_equal(r.sides, 1); /* 0.02 was above 0.01 */
    assert_true(r.difference > 0.9e-6 && r.difference < 1.1e-6);
    assert_true(r.ruled > 0.0149 && r.ruled < 0.0151);
    lu_case_close(&c);
}

static void what_differs_is_named(void **state)
{
    static const char *const text[][2] = {
        {"{\"p\":0.05,\"gap\":3,\"list\":[1,2],\"none\":null,\"word\":\"a\"}", "m: 'p'"},
        {"{\"p\":0.02,\"gap\":3.0001,\"list\":[1,2],\"none\":null,\"word\":\"a\"}", "m: 'gap'"},
        {"{\"p\":0.02,\"gap\":3,\"list\":[1,3],\"none\":null,\"word\":\"a\"}", "m: 'list'"},
        {"{\"p\":0.02,\"gap\":3,\"list\":[1],\"none\":null,\"word\":\"a\"}", "m: 'list'"},
        {"{\"p\":0.02,\"gap\":3,\"list\":[],\"none\":null,\"word\":\"a\"}", "m: 'list'"},
        {"{\"p\":0.02,\"gap\":3,\"list\":[1,2],\"none\":0,\"word\":\"a\"}", "m: 'none'"},
        {"{\"p\":0.02,\"gap\":3,\"list\":[1,2],\"none\":null,\"word\":\"b\"}", "m: 'word'"},
        {"{\"p\":0.02,\"gap\":3,\"list\":[1,2],\"word\":\"a\"}", "m: 'none'"},
        {"{\"p\":0.02,\"gap\":3,\"list\":[1,2],\"none\":null}", "m: 'all of it'"}};
    lu_case *c = open_case();

    (void)state;
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        assert_string_equal(compare(c, text[i][0], false).first, text[i][1]);
    }
    lu_case_close(&c);
}

static void the_last_word_of_a_stage_is_meant(void **state)
{
    lu_case *c = open_case();
    const lu_recorded first = c->result[0];

    (void)state;
    assert_true(lu_repeat_meant(c, 0, "membership"));
    assert_false(lu_repeat_meant(c, 0, "watermark"));
    assert_string_equal(first.engine, "e 1 fast");
    assert_int_equal(lu_store_note(c, "membership", "e 1 fast", &first.id, &first.sha256, NULL, 0),
                     LU_OK);
    assert_false(lu_repeat_meant(c, 0, "membership"));
    assert_true(lu_repeat_meant(c, 1, "membership"));
    assert_int_equal(lu_repeat_count(c, "membership"), 1);
    assert_true(lu_repeat_reference("e 1 darknet"));
    assert_false(lu_repeat_reference("darknet 1 fast"));
    assert_false(lu_repeat_reference(""));
    lu_case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_numerics_come_to_the_same_bytes),
        cmocka_unit_test(other_numerics_come_near),
        cmocka_unit_test(what_differs_is_named),
        cmocka_unit_test(the_last_word_of_a_stage_is_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
