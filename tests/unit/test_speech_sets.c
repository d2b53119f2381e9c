/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders and archives of spoken digits as sample sets. */
#include "tests/unit/wav_files.h"

static lu_err load(const char *text, lu_part part, lu_samples *out)
{
    lu_spec spec;

    *out = (lu_samples){0};
    LU_TRY(lu_spec_parse(text, &spec));
    return lu_spec_load(&spec, part, 1, out);
}

/* --- sets --- */

static void write_tone(const char *name, double hertz)
{
    uint8_t file[HEADER + 2 * 1000];

    scratch_write(name, file, put_tone(file, 1000, hertz, 0.5));
}

static lu_err load_folder(const char *name, const char *slice, lu_part part, lu_samples *out)
{
    char text[2100];

    snprintf(text, sizeof text, "wav:%s%s", scratch(name), slice);
    return load(text, part, out);
}

/* Numbers are labels; takes 0 to 4 are the test half. */
static void digits_have_halves(void **state)
{
    char name[64];
    lu_samples s;

    (void)state;
    scratch_folder("digits");
    for (int label = 0; label < 3; label++) {
        for (int take = 3; take < 7; take++) {
            snprintf(name, sizeof name, "digits/%d_ann_%d.wav", label, take);
            write_tone(name, 300 + 400 * label);
        }
    }
    scratch_write("digits/notes.txt", "x", 1);
    assert_ok(load_folder("digits", "", LU_PART_TEST, &s));
    assert_int_equal(s.n, 6);
    assert_int_equal(s.classes, 3);
    assert_true(lu_shape_equal(s.shape, (lu_shape){LU_MEL_STEPS, LU_MEL_BANDS, 1}));
    lu_samples_fini(&s);
    assert_ok(load_folder("digits", "[1:6]", LU_PART_TRAIN, &s));
    assert_int_equal(s.n, 5);
    for (size_t i = 0; i < s.n; i++) { /* a label is its tone */
        const float *step = s.values + (i * LU_MEL_STEPS + 120) * LU_MEL_BANDS;
        static const size_t band[] = {8, 21, 35};
        assert_in_range(loudest_band(step), band[s.labels[i]] - 1, band[s.labels[i]] + 1);
    }
    lu_samples_fini(&s);
    assert_fails(load_folder("digits", "[0:7]", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "samples 0 to 7 are not inside 0 to 6");
}

/* Folders are classes, in the order of their names, without halves; noise is left out. */
static void folders_are_classes(void **state)
{
    lu_samples s;
    size_t of[3] = {0};

    (void)state;
    scratch_folder("words");
    scratch_folder("words/yes");
    scratch_folder("words/go");
    scratch_folder("words/no");
    scratch_folder("words/_noise_");
    write_tone("words/yes/b.wav", 300);
    write_tone("words/no/b.wav", 300);
    write_tone("words/no/c.WAV", 300);
    write_tone("words/go/b.wav", 300);
    write_tone("words/_noise_/b.wav", 300);
    assert_ok(load_folder("words", "", LU_PART_TEST, &s));
    assert_int_equal(s.n, 4);
    assert_int_equal(s.classes, 3);
    for (size_t i = 0; i < s.n; i++) {
        of[s.labels[i]]++;
    }
    assert_true(of[0] == 1 && of[1] == 2 && of[2] == 1);
    lu_samples_fini(&s);
}

static void sets_refused(void **state)
{
    uint8_t file[HEADER + 2];
    lu_samples s;

    (void)state;
    assert_fails(load("wav:/nowhere/at/all", LU_PART_TRAIN, &s), LU_ERR_INPUT, "cannot open");
    scratch_folder("bad");
    assert_fails(load_folder("bad", "", LU_PART_TRAIN, &s), LU_ERR_INPUT, "no .wav file is there");
    write_tone("bad/nolabel.wav", 300);
    assert_fails(load_folder("bad", "", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "'nolabel.wav' does not begin with a label");
    assert_int_equal(unlink(scratch("bad/nolabel.wav")), 0);
    write_tone("bad/1_x.wav", 300);
    scratch_folder("bad/two");
    write_tone("bad/two/1_x.wav", 300);
    assert_fails(load_folder("bad", "", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "recordings are LABEL_*.wav or in one folder a class");
    assert_int_equal(unlink(scratch("bad/two/1_x.wav")), 0);
    put_header(file, 1, 1, 16000, 16, 2);
    scratch_write("bad/2_x.wav", file, sizeof file);
    assert_fails(load_folder("bad", "", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "is at 16000 Hz, others are at 8000");
    scratch_write("bad/2_x.wav", file, sizeof file - 1);
    assert_fails(load_folder("bad", "", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "says it is 46 bytes long, it is 45");
    assert_non_null(strstr(lu_error_where(), "2_x.wav"));
    scratch_folder("tests");
    write_tone("tests/1_ann_0.wav", 300);
    assert_fails(load_folder("tests", "", LU_PART_TRAIN, &s), LU_ERR_INPUT,
                 "no recording of the training half (takes 5 and on) is there");
}

/* --- archives --- */

enum { BLOCK = 512 };

static void put_checksum(uint8_t *h)
{
    unsigned sum = 0;

    memset(h + 148, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++) {
        sum += h[i];
    }
    snprintf((char *)h + 148, 8, "%06o", sum);
}

/* One member; the bytes it takes. */
static size_t put_member(uint8_t *to, const char *name, char type, const uint8_t *data, size_t len)
{
    memset(to, 0, BLOCK + (len + BLOCK - 1) / BLOCK * BLOCK);
    snprintf((char *)to, 100, "%s", name);
    snprintf((char *)to + 124, 12, "%011zo", len);
    to[156] = (uint8_t)type;
    memcpy(to + 257, "ustar\00000", 8);
    put_checksum(to);
    if (len > 0) {
        memcpy(to + BLOCK, data, len);
    }
    return BLOCK + (len + BLOCK - 1) / BLOCK * BLOCK;
}

static size_t put_archive(uint8_t *to)
{
    uint8_t tone_file[HEADER + 400];
    size_t len = put_tone(tone_file, 200, 440, 0.5), at;

    at = put_member(to, "recordings/", '5', NULL, 0);
    at += put_member(to + at, "pax", 'g', (const uint8_t *)"16 comment=abcd\n", 16);
    at += put_member(to + at, "recordings/readme.txt", '0', (const uint8_t *)"hello", 5);
    at += put_member(to + at, "recordings/0_ann_7.wav", '0', tone_file, len);
    at += put_member(to + at, "recordings/1_ann_7.wav", '0', tone_file, len);
    memset(to + at, 0, 2 * BLOCK);
    return at + 2 * BLOCK;
}

static lu_err load_archive(const uint8_t *data, size_t len, lu_samples *out)
{
    scratch_write("a.tar", data, len);
    return load_folder("a.tar", "", LU_PART_TRAIN, out);
}

static void archives(void **state)
{
    static const struct {
        size_t at;
        char c;
        const char *says;
    } bad[] = {
        {0, 'x', "a header's checksum is wrong"},
        {3 * BLOCK + 156, '2', "'recordings/readme.txt' is neither a file nor a folder"},
        {5 * BLOCK + 124, '9', "no size that can be read"},
        {5 * BLOCK + 2, '\n', "a name holds a control character"},
        {2 * BLOCK + 3, ' ', ""},
    };
    uint8_t *file = lu_zalloc(16 * BLOCK, 1), *copy = lu_zalloc(16 * BLOCK, 1);
    size_t len = put_archive(file);
    lu_samples s;

    (void)state;
    assert_ok(load_archive(file, len, &s));
    assert_int_equal(s.n, 2);
    assert_int_equal(s.classes, 2);
    lu_samples_fini(&s);
    for (size_t i = 0; i + 1 < sizeof bad / sizeof *bad; i++) {
        memcpy(copy, file, len);
        copy[bad[i].at] = (uint8_t)bad[i].c;
        if (i > 0) {
            put_checksum(copy + bad[i].at / BLOCK * BLOCK);
        }
        assert_fails(load_archive(copy, len, &s), LU_ERR_INPUT, bad[i].says);
    }
    memcpy(copy, file, len);
    memcpy(copy + 2 * BLOCK, "12 path=ab\n", 12);
    assert_fails(load_archive(copy, len, &s), LU_ERR_INPUT, "pax headers with names or sizes");
    assert_fails(load_archive(file, len - 2 * BLOCK, &s), LU_ERR_INPUT, "ends at byte");
    assert_fails(load_archive(file, len - 3 * BLOCK, &s), LU_ERR_INPUT, "ends at byte");
    file[len - 1] = 1;
    assert_fails(load_archive(file, len, &s), LU_ERR_INPUT, "goes on behind its end");
    free(file);
    free(copy);
}

/* --- as published --- */

static void free_spoken_digits(void **state)
{
    const char *path = shared_data("speech-digits/fsdd-recordings.tar.xz");
    char text[2100];
    size_t of[10] = {0};
    lu_samples s;

    (void)state;
    if (path == NULL) {
        skip();
    }
    snprintf(text, sizeof text, "wav:%s", path);
    assert_ok(load(text, LU_PART_TEST, &s));
    assert_int_equal(s.n, 300);
    assert_int_equal(s.classes, 10);
    lu_samples_fini(&s);
    snprintf(text, sizeof text, "wav:%s[0:300]", path);
    assert_ok(load(text, LU_PART_TRAIN, &s));
    for (size_t i = 0; i < s.n; i++) {
        of[s.labels[i]]++;
    }
    for (size_t k = 0; k < 10; k++) {
        assert_in_range(of[k], 15, 50);
    }
    lu_samples_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_have_halves), cmocka_unit_test(folders_are_classes),
        cmocka_unit_test(sets_refused),       cmocka_unit_test(archives),
        cmocka_unit_test(free_spoken_digits),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
