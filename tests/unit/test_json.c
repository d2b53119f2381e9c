/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in JSON read back as the same double. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_back_exactly),
        cmocka_unit_test(what_is_not_finite_is_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
