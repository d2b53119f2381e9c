/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sounds of the WAV reader and their spectrograms. */
#include "tests/unit/wav_files.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_of_samples),      cmocka_unit_test(channels_and_chunks),
        cmocka_unit_test(wav_refused),           cmocka_unit_test(floats_are_bounded),
        cmocka_unit_test(tones_are_bands),       cmocka_unit_test(decibels_are_decibels),
        cmocka_unit_test(short_and_long_sounds), cmocka_unit_test(every_rate_has_its_bands),
    };

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
