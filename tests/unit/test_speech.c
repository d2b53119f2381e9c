/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WAV files, mel spectrograms, tar archives, and sets of recordings: made here, and as published.
 */
#include "samples/readers/speech.h"
#include "tests/unit/scratch.h"

#include <endian.h>
#include <math.h>

/* --- making files --- */

static void put_u16(uint8_t *to, size_t v)
{
    uint16_t raw = htole16((uint16_t)v);

    memcpy(to, &raw, sizeof raw);
}

static void put_u32(uint8_t *to, size_t v)
{
    uint32_t raw = htole32((uint32_t)v);

    memcpy(to, &raw, sizeof raw);
}

enum { HEADER = 44 };

/* A header for `bytes` bytes of data that follow. */
static void put_header(uint8_t *to, size_t sort, size_t channels, size_t rate, size_t bits,
                       size_t bytes)
{
    memcpy(to, "RIFF....WAVEfmt ", 16);
    put_u32(to + 4, HEADER - 8 + bytes);
    put_u32(to + 16, 16);
    put_u16(to + 20, sort);
    put_u16(to + 22, channels);
    put_u32(to + 24, rate);
    put_u32(to + 28, rate * channels * bits / 8);
    put_u16(to + 32, channels * bits / 8);
    put_u16(to + 34, bits);
    memcpy(to + 36, "data", 4);
    put_u32(to + 40, bytes);
}

/* n values of a tone at 8 kHz, 16 bits; the file's size. */
static size_t put_tone(uint8_t *to, size_t n, double hertz, double loud)
{
    put_header(to, 1, 1, 8000, 16, 2 * n);
    for (size_t i = 0; i < n; i++) {
        double v = loud * sin(2 * M_PI * hertz * (double)i / 8000);
        put_u16(to + HEADER + 2 * i, (size_t)(uint16_t)(int16_t)lround(32767 * v));
    }
    return HEADER + 2 * n;
}

static lu_err load(const char *text, lu_part part, lu_samples *out)
{
    lu_spec spec;

    *out = (lu_samples){0};
    LU_TRY(lu_spec_parse(text, &spec));
    return lu_spec_load(&spec, part, 1, out);
}

/* --- WAV --- */

static void sorts_of_samples(void **state)
{
    static const struct {
        size_t sort, bits;
        uint8_t data[8]; /* two frames: 0.5 and -1 */
    } sorts[] = {
        {1, 8, {192, 0}},
        {1, 16, {0, 0x40, 0, 0x80}},
        {1, 24, {0, 0, 0x40, 0, 0, 0x80}},
        {1, 32, {0, 0, 0, 0x40, 0, 0, 0, 0x80}},
        {3, 32, {0, 0, 0, 0x3f, 0, 0, 0x80, 0xbf}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        size_t bytes = sorts[i].bits / 4;
        uint8_t file[HEADER + 8];
        lu_sound s;
        put_header(file, sorts[i].sort, 1, 16000, sorts[i].bits, bytes);
        memcpy(file + HEADER, sorts[i].data, bytes);
        assert_ok(lu_wav_parse(file, HEADER + bytes, &s));
        assert_int_equal(s.rate, 16000);
        assert_int_equal(s.n, 2);
        assert_true(s.v[0] == 0.5f && s.v[1] == -1);
        lu_sound_fini(&s);
    }
}

/* Channels are averaged; other chunks, with the byte that makes them even, are passed over. */
static void channels_and_chunks(void **state)
{
    uint8_t file[HEADER + 24] = {0};
    lu_sound s;

    (void)state;
    put_header(file, 1, 2, 8000, 16, 8);
    memmove(file + 48, file + 36, 8);
    memcpy(file + 36, "LIST\3\0\0\0abc", 12);
    put_u32(file + 4, 56);
    put_u16(file + 56, 16384);
    put_u16(file + 58, 0);
    put_u16(file + 60, 0);
    put_u16(file + 62, (uint16_t)-16384);
    assert_ok(lu_wav_parse(file, 64, &s));
    assert_int_equal(s.n, 2);
    assert_true(s.v[0] == 0.25f && s.v[1] == -0.25f);
    lu_sound_fini(&s);
}

static void wav_refused(void **state)
{
    static const struct {
        size_t at, value, bytes;
        const char *says;
    } bad[] = {
        {0, 'x', 1, "is not a WAV file"},
        {8, 'x', 1, "is not a WAV file"},
        {4, 99, 4, "says it is 107 bytes long, it is 48"},
        {16, 99, 4, "byte 12: a chunk of 99 bytes, 28 are there"},
        {16, 14, 4, "the format chunk is 14 bytes long"},
        {20, 2, 2, "16-bit samples of sort 2, not PCM"},
        {34, 12, 2, "12-bit samples of sort 1"},
        {34, 64, 2, "64-bit samples"},
        {22, 0, 2, "has 0 channels"},
        {22, 9, 2, "has 9 channels"},
        {24, 0, 4, "at 0 Hz"},
        {24, 999999, 4, "at 999999 Hz"},
        {32, 3, 2, "a frame is 3 bytes, 1 x 16 bits are not"},
        {36, 'x', 1, "holds no data chunk"},
        {12, 'x', 1, "data before their format"},
        {40, 3, 4, "3 bytes are not a whole number of 2-byte frames"},
        {40, 5, 4, "a chunk of 5 bytes, 4 are there"},
        {40, 0xffffffff, 4, "are there"},
    };
    lu_sound s;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t file[HEADER + 4] = {0}, value[4];
        put_header(file, 1, 1, 8000, 16, 4);
        put_u32(value, bad[i].value);
        memcpy(file + bad[i].at, value, bad[i].bytes);
        assert_fails(lu_wav_parse(file, sizeof file, &s), LU_ERR_INPUT, bad[i].says);
        assert_null(s.v);
    }
    assert_fails(lu_wav_parse((const uint8_t *)"", 0, &s), LU_ERR_INPUT, "is not a WAV file");
}

static void floats_are_bounded(void **state)
{
    uint8_t file[HEADER + 8];
    const float v[2] = {1e30f, NAN};
    lu_sound s;

    (void)state;
    put_header(file, 3, 1, 8000, 32, 8);
    memcpy(file + HEADER, v, sizeof v);
    assert_fails(lu_wav_parse(file, sizeof file, &s), LU_ERR_INPUT,
                 "byte 48: a value is not finite");
    put_header(file, 3, 1, 8000, 32, 4);
    assert_ok(lu_wav_parse(file, HEADER + 4, &s));
    assert_true(s.v[0] == 1);
    lu_sound_fini(&s);
}

/* --- spectrogram --- */

static lu_sound tone(size_t n, double hertz, double loud)
{
    uint8_t *file = lu_zalloc(HEADER + 2 * n, 1);
    lu_sound s;

    assert_non_null(file);
    assert_ok(lu_wav_parse(file, put_tone(file, n, hertz, loud), &s));
    free(file);
    return s;
}

static size_t loudest_band(const float *step)
{
    size_t top = 0;

    for (size_t i = 1; i < LU_MEL_BANDS; i++) {
        top = step[i] > step[top] ? i : top;
    }
    return top;
}

/* Bands by Slaney's scale, 80 between 40 and 4000 Hz, from its definition: the band whose middle is
   nearest to 440 Hz is number 13, to 2500 Hz number 64. */
static void tones_are_bands(void **state)
{
    float v[LU_MEL_STEPS * LU_MEL_BANDS];
    lu_sound low = tone(8000, 440, 0.5), high = tone(8000, 2500, 0.01);
    lu_mel *m;

    (void)state;
    assert_ok(lu_mel_new(&m, 8000));
    lu_mel_make(m, &low, v);
    for (size_t t = 5; t < 120; t++) {
        assert_int_equal(loudest_band(v + t * LU_MEL_BANDS), 13);
    }
    assert_true(v[60 * LU_MEL_BANDS + 13] > 0.99f && v[60 * LU_MEL_BANDS + 60] < 0.5f);
    lu_mel_make(m, &high, v); /* quiet, but the loudest of its own */
    assert_int_equal(loudest_band(v + 60 * LU_MEL_BANDS), 64);
    assert_true(v[60 * LU_MEL_BANDS + 64] > 0.99f);
    lu_mel_free(&m);
    lu_sound_fini(&low);
    lu_sound_fini(&high);
}

/* Half as loud in the second half: 6.02 dB less, 0.0753 of 80. */
static void decibels_are_decibels(void **state)
{
    float v[LU_MEL_STEPS * LU_MEL_BANDS];
    lu_sound s = tone(8000, 1000, 0.8);
    double drop;
    lu_mel *m;

    (void)state;
    for (size_t i = 4000; i < 8000; i++) {
        s.v[i] *= 0.5f;
    }
    assert_ok(lu_mel_new(&m, 8000));
    lu_mel_make(m, &s, v);
    drop = (double)v[30 * LU_MEL_BANDS + 33] - (double)v[90 * LU_MEL_BANDS + 33];
    assert_true(fabs(drop - 20 * log10(2) / 80) < 1e-4);
    lu_mel_free(&m);
    lu_sound_fini(&s);
}

static size_t silent_steps(const float *v)
{
    size_t n = 0;

    for (size_t t = 0; t < LU_MEL_STEPS; t++) {
        bool silent = true;
        for (size_t i = 0; i < LU_MEL_BANDS; i++) {
            silent = silent && v[t * LU_MEL_BANDS + i] == 0;
        }
        n += silent;
    }
    return n;
}

static void short_and_long_sounds(void **state)
{
    float v[LU_MEL_STEPS * LU_MEL_BANDS];
    lu_sound brief = tone(2000, 440, 0.5), wide = tone(24000, 440, 0.5), one = tone(1, 0, 0);
    size_t silent;
    lu_mel *m;

    (void)state;
    assert_ok(lu_mel_new(&m, 8000));
    lu_mel_make(m, &brief, v);
    silent = silent_steps(v); /* 94 of 125 steps before it, less what windows reach over */
    assert_in_range(silent, 88, 92);
    assert_true(v[0] == 0 && v[124 * LU_MEL_BANDS + 13] > 0.5f);
    lu_mel_make(m, &wide, v);
    assert_int_equal(silent_steps(v), 0);
    lu_mel_make(m, &one, v);
    assert_int_equal(silent_steps(v), LU_MEL_STEPS);
    lu_mel_free(&m);
    lu_sound_fini(&brief);
    lu_sound_fini(&wide);
    lu_sound_fini(&one);
}

static void every_rate_has_its_bands(void **state)
{
    static const size_t rates[] = {LU_RATE_MIN, 8000, 11025, 16000, 44100, LU_RATE_MAX};
    float v[LU_MEL_STEPS * LU_MEL_BANDS];

    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        lu_sound s = {rates[i], rates[i], NULL};
        lu_mel *m;
        assert_ok(LU_NEW(s.v, s.n));
        s.v[s.n / 2] = 1; /* a click has all frequencies */
        assert_ok(lu_mel_new(&m, rates[i]));
        lu_mel_make(m, &s, v);
        for (size_t k = 0; k < LU_MEL_BANDS; k++) {
            assert_true(v[62 * LU_MEL_BANDS + k] > 0.5f && v[62 * LU_MEL_BANDS + k] <= 1);
        }
        lu_mel_free(&m);
        lu_sound_fini(&s);
    }
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
        cmocka_unit_test(sorts_of_samples),      cmocka_unit_test(channels_and_chunks),
        cmocka_unit_test(wav_refused),           cmocka_unit_test(floats_are_bounded),
        cmocka_unit_test(tones_are_bands),       cmocka_unit_test(decibels_are_decibels),
        cmocka_unit_test(short_and_long_sounds), cmocka_unit_test(every_rate_has_its_bands),
        cmocka_unit_test(digits_have_halves),    cmocka_unit_test(folders_are_classes),
        cmocka_unit_test(sets_refused),          cmocka_unit_test(archives),
        cmocka_unit_test(free_spoken_digits),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
