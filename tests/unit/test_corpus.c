/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzzers found once, and their seeds, without a fuzzer: tests/corpus/NAME/ to each. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

enum { INPUT_MOST = 1 << 20 };

typedef int target(const uint8_t *data, size_t size);

static uint8_t input[INPUT_MOST];

static void feed(target *t, const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *exact; /* so that reading beyond the end is seen */
    size_t n;

    assert_non_null(f);
    n = fread(input, 1, sizeof input, f);
    fclose(f);
    exact = malloc(n ? n : 1);
    assert_non_null(exact);
    memcpy(exact, input, n);
    assert_int_equal(t(exact, n), 0);
    free(exact);
}

static size_t feed_all(target *t, const char *name)
{
    char folder[512], path[1024];
    struct dirent *entry;
    size_t n = 0;
    DIR *d;

    snprintf(folder, sizeof folder, "tests/corpus/%s", name);
    d = opendir(folder);
    while (d != NULL && (entry = readdir(d)) != NULL) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            feed(t, path);
            n++;
        }
    }
    if (d != NULL) {
        closedir(d);
    }
    feed(t, "/dev/null");
    return n;
}

#define TEST(name, what)                                                                           \
    static void corpus_of_##name(void **state)                                                     \
    {                                                                                              \
        size_t n = feed_all(lu_fuzz_##name, #name);                                                \
        (void)state;                                                                               \
        print_message("# %zu inputs: %s\n", n, what);                                              \
        assert_true(n > 0);                                                                        \
    }
LU_FUZZ_TABLE(TEST)
#undef TEST

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ROW(name, what) cmocka_unit_test(corpus_of_##name),
        LU_FUZZ_TABLE(ROW)
#undef ROW
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
