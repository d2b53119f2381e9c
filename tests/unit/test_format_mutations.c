/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nets/format: thousands of damaged networks; each is refused in words or is sound. */
#include "tests/unit/format_help.h"

static void change_digit(lu_rng *rng, lu_buf *b)
{
    size_t from = lu_rng_below(rng, b->len);

    for (size_t k = 0; k < b->len; k++) {
        uint8_t *c = &b->data[(from + k) % b->len];
        if (*c >= '0' && *c <= '9') {
            *c = (uint8_t) "0123456789-.,"[lu_rng_below(rng, 13)];
            return;
        }
    }
}

static void change_byte(lu_rng *rng, lu_buf *b)
{
    b->data[lu_rng_below(rng, b->len)] = (uint8_t)lu_rng_below(rng, 256);
}

static size_t line_start(const lu_buf *b, size_t at)
{
    while (at > 0 && b->data[at - 1] != '\n') {
        at--;
    }
    return at;
}

static size_t line_end(const lu_buf *b, size_t at)
{
    while (at < b->len && b->data[at] != '\n') {
        at++;
    }
    return at < b->len ? at + 1 : at;
}

static void delete_line(lu_rng *rng, lu_buf *b)
{
    size_t at = line_start(b, lu_rng_below(rng, b->len));
    size_t end = line_end(b, at);

    memmove(b->data + at, b->data + end, b->len - end);
    b->len -= end - at;
}

/* A line of the text once more, somewhere else. */
static void insert_line(lu_rng *rng, lu_buf *b)
{
    size_t from = line_start(b, lu_rng_below(rng, b->len));
    size_t to = line_start(b, lu_rng_below(rng, b->len));
    size_t n = line_end(b, from) - from;
    lu_buf made = LU_BUF_INIT;

    assert_int_equal(lu_buf_add(&made, b->data, to), LU_OK);
    assert_int_equal(lu_buf_add(&made, b->data + from, n), LU_OK);
    assert_int_equal(lu_buf_add(&made, b->data + to, b->len - to), LU_OK);
    lu_buf_fini(b);
    *b = made;
}

static void swap_lines(lu_rng *rng, lu_buf *b)
{
    insert_line(rng, b);
    delete_line(rng, b);
}

static void cut(lu_rng *rng, lu_buf *b)
{
    b->len = lu_rng_below(rng, b->len) + 1;
}

static void (*const mutators[])(lu_rng *rng, lu_buf *b) = {
    change_digit, change_digit, change_digit, change_digit, change_byte,
    delete_line,  insert_line,  swap_lines,   cut,
};

static void mutate(lu_rng *rng, const lu_buf *good, size_t *accepts)
{
    size_t times = 1 + lu_rng_below(rng, 3);
    lu_buf b = LU_BUF_INIT;
    lu_net net;
    lu_err err;

    assert_int_equal(lu_buf_add(&b, good->data, good->len), LU_OK);
    while (times-- > 0 && b.len > 0) {
        mutators[lu_rng_below(rng, COUNTED(mutators))](rng, &b);
    }
    err = parse(b.data, b.len, &net);
    if (err == LU_OK) {
        ++*accepts;
        assert_sound(&net);
        assert_round_trip(&net);
    } else {
        assert_int_equal(err, LU_ERR_INPUT);
        assert_true(lu_error_what()[0] != '\0');
    }
    lu_net_fini(&net);
    lu_buf_fini(&b);
}

static void test_mutations(void **state)
{
    static const char *const paths[] = {"samples/cfg/lenet5.cfg", "samples/cfg/resnet20.cfg"};
    size_t accepts = 0;
    lu_rng *rng;

    (void)state;
    assert_int_equal(lu_rng_new(&rng, 1, "cfg mutations", 0), LU_OK);
    for (size_t p = 0; p < COUNTED(paths); p++) {
        lu_buf good;
        assert_true(read_file(paths[p], &good));
        for (int i = 0; i < 3000; i++) {
            mutate(rng, &good, &accepts);
        }
        lu_buf_fini(&good);
    }
    assert_in_range(accepts, 300, 5700);
    lu_rng_free(&rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
