/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests that read sounds: WAV files in memory. */
#ifndef LU_TESTS_WAV_FILES_H
#define LU_TESTS_WAV_FILES_H

#include "samples/readers/speech.h"
#include "tests/unit/scratch.h"

#include <endian.h>
#include <math.h>

static inline void put_u16(uint8_t *to, size_t v)
{
    uint16_t raw = htole16((uint16_t)v);

    memcpy(to, &raw, sizeof raw);
}

static inline void put_u32(uint8_t *to, size_t v)
{
    uint32_t raw = htole32((uint32_t)v);

    memcpy(to, &raw, sizeof raw);
}

enum { HEADER = 44 };

/* A header for `bytes` bytes of data that follow. */
static inline void put_header(uint8_t *to, size_t sort, size_t channels, size_t rate, size_t bits,
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
static inline size_t put_tone(uint8_t *to, size_t n, double hertz, double loud)
{
    put_header(to, 1, 1, 8000, 16, 2 * n);
    for (size_t i = 0; i < n; i++) {
        double v = loud * sin(2 * M_PI * hertz * (double)i / 8000);
        put_u16(to + HEADER + 2 * i, (size_t)(uint16_t)(int16_t)lround(32767 * v));
    }
    return HEADER + 2 * n;
}

static inline size_t loudest_band(const float *step)
{
    size_t top = 0;

    for (size_t i = 1; i < LU_MEL_BANDS; i++) {
        top = step[i] > step[top] ? i : top;
    }
    return top;
}

#endif
