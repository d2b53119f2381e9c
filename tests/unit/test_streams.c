/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain, .gz and .xz files, whole and damaged; and what is not a regular file. */
#include "tests/unit/packing.h"

enum { TEXT = 100000 };

static void fill(uint8_t *text)
{
    for (size_t i = 0; i < TEXT; i++) {
        text[i] = (uint8_t)(i * i >> 7);
    }
}

static void check_whole(const char *path, const uint8_t *text)
{
    uint8_t *got;

    assert_ok(whole(path, TEXT, TEXT, &got));
    assert_memory_equal(got, text, TEXT);
    free(got);
}

typedef size_t packer(const void *data, size_t len, uint8_t *to, size_t room);

static void check_packed(const char *name, packer *pack)
{
    static uint8_t text[TEXT], packed[2 * TEXT];
    size_t n;
    uint8_t *got;

    fill(text);
    n = pack(text, TEXT, packed, sizeof packed);
    check_whole(scratch_write(name, packed, n), text);
    assert_fails(whole(scratch(name), TEXT - 1, TEXT, &got), LU_ERR_INPUT, "more than 99999 bytes");
    assert_fails(whole(scratch(name), 2 * TEXT, TEXT - 1, &got), LU_ERR_INPUT, "goes on after");
    assert_fails(whole(scratch(name), 2 * TEXT, TEXT + 1, &got), LU_ERR_INPUT,
                 "ends at byte 100000, at least 100001");
    for (size_t cut = 0; cut < n; cut += 1 + n / 50) {
        scratch_write(name, packed, cut);
        assert_fails(whole(scratch(name), TEXT, TEXT, &got), LU_ERR_INPUT, "break off at byte");
    }
    scratch_write(name, packed, n - 1);
    assert_fails(whole(scratch(name), TEXT, TEXT, &got), LU_ERR_INPUT, "break off at byte");
    packed[n / 2] ^= 0x10;
    scratch_write(name, packed, n);
    assert_fails(whole(scratch(name), TEXT, TEXT, &got), LU_ERR_INPUT, "are damaged at byte");
    packed[n / 2] ^= 0x10;
    n += pack(text, 0, packed + n, sizeof packed - n);
    check_whole(scratch_write(name, packed, n), text);
    packed[n] = 'x';
    scratch_write(name, packed, n + 1);
    assert_int_equal(whole(scratch(name), TEXT, TEXT, &got), LU_ERR_INPUT);
    scratch_write(name, text, TEXT);
    assert_int_equal(whole(scratch(name), TEXT, TEXT, &got), LU_ERR_INPUT);
}

static void streams(void **state)
{
    static uint8_t text[TEXT];
    uint8_t *got;

    (void)state;
    fill(text);
    check_whole(scratch_write("plain", text, TEXT), text);
    assert_fails(whole(scratch("plain"), TEXT - 1, TEXT, &got), LU_ERR_INPUT,
                 "is 100000 bytes long, the limit is 99999");
    assert_fails(whole(scratch("plain"), TEXT, TEXT - 1, &got), LU_ERR_INPUT,
                 "is 100000 bytes long, 99999 should be there");
    check_packed("packed.gz", gzip);
    check_packed("packed.xz", xz);
}

static void only_regular_files(void **state)
{
    uint8_t *got;

    (void)state;
    assert_int_equal(mkfifo(scratch("fifo"), 0600), 0);
    assert_fails(whole(scratch("fifo"), 9, 9, &got), LU_ERR_INPUT, "is a fifo");
    assert_fails(whole(scratch_dir, 9, 9, &got), LU_ERR_INPUT, "is a folder");
    assert_fails(whole("/dev/null", 9, 9, &got), LU_ERR_INPUT, "is a device");
    assert_fails(whole(scratch("none"), 9, 9, &got), LU_ERR_INPUT, "No such file");
    assert_int_equal(symlink("loop", scratch("loop")), 0);
    assert_fails(whole(scratch("loop"), 9, 9, &got), LU_ERR_INPUT, "cannot open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams),
        cmocka_unit_test(only_regular_files),
    };

    return cmocka_run_group_tests_name("streams", tests, scratch_up, scratch_down);
}
