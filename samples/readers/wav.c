/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * WAV files. Own code for 100 lines of chunks: libsndfile brings eight codecs into the process
 * (FLAC, Vorbis, Opus, MP3...) and repairs wrong lengths silently.
 */
#include "samples/readers/speech.h"

#include <endian.h>
#include <math.h>
#include <string.h>

enum {
    PCM = 1,
    FLOATS = 3,
    EXTENSIBLE = 0xfffe,
    RIFF_HEADER = 12,
    CHUNK_HEADER = 8,
    FORMAT = 16,          /* bytes of a plain format chunk */
    FORMAT_EXTENDED = 40, /* with the sort of samples at byte 24 */
    CHANNELS_MAX = 8
};

typedef struct format {
    size_t sort, channels, rate, bits;
} format;

typedef struct chunk {
    const uint8_t *id, *data;
    size_t at, size; /* of the data */
} chunk;

static size_t get_u16(const uint8_t *p)
{
    return (size_t)p[0] | (size_t)p[1] << 8;
}

static size_t get_u32(const uint8_t *p)
{
    return get_u16(p) | get_u16(p + 2) << 16;
}

static lu_err check_riff(const uint8_t *data, size_t len)
{
    if (len < RIFF_HEADER || memcmp(data, "RIFF", 4) != 0 || memcmp(data + 8, "WAVE", 4) != 0) {
        return lu_fail(LU_ERR_INPUT, "is not a WAV file (RIFF, WAVE)");
    }
    if (get_u32(data + 4) != len - 8) {
        return lu_fail(LU_ERR_INPUT, "says it is %zu bytes long, it is %zu", get_u32(data + 4) + 8,
                       len);
    }
    return LU_OK;
}

/* The chunk at *at; *at moves behind it and the byte that makes it even (which the last may lack).
 */
static lu_err next_chunk(const uint8_t *data, size_t len, size_t *at, chunk *c)
{
    if (len - *at < CHUNK_HEADER) {
        return lu_fail(LU_ERR_INPUT, "byte %zu: a chunk breaks off", *at);
    }
    *c =
        (chunk){data + *at, data + *at + CHUNK_HEADER, *at + CHUNK_HEADER, get_u32(data + *at + 4)};
    if (c->size > len - c->at) {
        return lu_fail(LU_ERR_INPUT, "byte %zu: a chunk of %zu bytes, %zu are there", *at, c->size,
                       len - c->at);
    }
    *at = c->at + c->size;
    *at += c->size % 2 && *at < len;
    return LU_OK;
}

static lu_err read_format(const chunk *c, format *f)
{
    if (c->size < FORMAT) {
        return lu_fail(LU_ERR_INPUT, "byte %zu: the format chunk is %zu bytes long, not %d or more",
                       c->at, c->size, FORMAT);
    }
    *f = (format){get_u16(c->data), get_u16(c->data + 2), get_u32(c->data + 4),
                  get_u16(c->data + 14)};
    if (f->sort == EXTENSIBLE && c->size >= FORMAT_EXTENDED) {
        f->sort = get_u16(c->data + 24);
    }
    if (!(f->sort == PCM && f->bits >= 8 && f->bits <= 32 && f->bits % 8 == 0) &&
        !(f->sort == FLOATS && f->bits == 32)) {
        return lu_fail(
            LU_ERR_INPUT,
            "holds %zu-bit samples of sort %zu, not PCM of 8 to 32 bits or 32-bit floats", f->bits,
            f->sort);
    }
    if (f->channels < 1 || f->channels > CHANNELS_MAX || f->rate < LU_RATE_MIN ||
        f->rate > LU_RATE_MAX) {
        return lu_fail(LU_ERR_INPUT, "has %zu channels at %zu Hz, not 1 to %d at %d to %d",
                       f->channels, f->rate, CHANNELS_MAX, LU_RATE_MIN, LU_RATE_MAX);
    }
    if (get_u16(c->data + 12) != f->channels * f->bits / 8) {
        return lu_fail(LU_ERR_INPUT, "byte %zu: a frame is %zu bytes, %zu x %zu bits are not",
                       c->at + 12, get_u16(c->data + 12), f->channels, f->bits);
    }
    return LU_OK;
}

/* One value in [-1,1]; 8 bits are unsigned, a float that is no number is NAN. */
static double value_of(const format *f, const uint8_t *p)
{
    uint32_t raw = 0;
    float v;

    if (f->sort == PCM && f->bits == 8) {
        return ((double)p[0] - 128) / 128;
    }
    for (size_t i = 0; i < f->bits / 8; i++) {
        raw |= (uint32_t)p[i] << (32 - f->bits + 8 * i);
    }
    if (f->sort == PCM) {
        return (double)(int32_t)raw / 2147483648.0;
    }
    memcpy(&v, &raw, sizeof v);
    return fabsf(v) <= 1 ? (double)v : isfinite(v) ? copysign(1, (double)v) : NAN;
}

static lu_err read_values(const format *f, const chunk *c, lu_sound *out)
{
    size_t bytes = f->bits / 8, frame = bytes * f->channels;

    if (c->size == 0 || c->size % frame != 0) {
        return lu_fail(LU_ERR_INPUT,
                       "byte %zu: %zu bytes are not a whole number of %zu-byte frames", c->at,
                       c->size, frame);
    }
    out->rate = f->rate;
    out->n = c->size / frame;
    LU_TRY(LU_NEW(out->v, out->n));
    for (size_t i = 0; i < out->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < f->channels; k++) {
            sum += value_of(f, c->data + i * frame + k * bytes);
        }
        if (isnan(sum)) {
            return lu_fail(LU_ERR_INPUT, "byte %zu: a value is not finite", c->at + i * frame);
        }
        out->v[i] = (float)(sum / (double)f->channels);
    }
    return LU_OK;
}

static lu_err parse(const uint8_t *data, size_t len, lu_sound *out)
{
    format f = {0};
    bool done = false;
    chunk c = {0};

    LU_TRY(check_riff(data, len));
    for (size_t at = RIFF_HEADER; at < len;) {
        LU_TRY(next_chunk(data, len, &at, &c));
        if (memcmp(c.id, "fmt ", 4) == 0) {
            if (f.rate != 0) {
                return lu_fail(LU_ERR_INPUT, "byte %zu: a second format chunk", c.at);
            }
            LU_TRY(read_format(&c, &f));
        } else if (memcmp(c.id, "data", 4) == 0) {
            if (f.rate == 0 || done) {
                return lu_fail(LU_ERR_INPUT, "byte %zu: %s", c.at,
                               done ? "a second data chunk" : "data before their format");
            }
            LU_TRY(read_values(&f, &c, out));
            done = true;
        }
    }
    return done ? LU_OK : lu_fail(LU_ERR_INPUT, "holds no data chunk");
}

lu_err lu_wav_parse(const uint8_t *data, size_t len, lu_sound *out)
{
    lu_err err;

    *out = (lu_sound){0};
    err = parse(data, len, out);
    if (err) {
        lu_sound_fini(out);
    }
    return err;
}

void lu_sound_fini(lu_sound *s)
{
    free(s->v);
    *s = (lu_sound){0};
}
