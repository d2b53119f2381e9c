/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speech, in three steps:
 *
 *     a WAV file's bytes   -> sound: values of one channel               wav.c
 *     sound                -> mel spectrogram: steps x bands in [0,1]    mel.c
 *     a folder or archive  -> which recordings, their labels and order   speech.c, tar.c
 */
#ifndef LU_SAMPLES_SPEECH_H
#define LU_SAMPLES_SPEECH_H

#include "samples/readers/readers.h"

/* --- WAV (RIFF WAVE: Microsoft and IBM, Multimedia Programming Interface, 1991) --- */

typedef struct lu_sound {
    size_t rate; /* values a second, LU_RATE_MIN..LU_RATE_MAX */
    size_t n;    /* at least 1 */
    float *v;    /* n in [-1,1], channels averaged; owned */
} lu_sound;

enum { LU_RATE_MIN = 4000, LU_RATE_MAX = 192000, LU_WAV_BYTES_MAX = 64 << 20 };

/* PCM of 8, 16, 24 or 32 bits or 32-bit floats, up to 8 channels. LU_ERR_INPUT with byte and
   reason; a length that does not agree with another is never guessed around. */
lu_err lu_wav_parse(const uint8_t *data, size_t len, lu_sound *out);
void lu_sound_fini(lu_sound *s);

/* --- mel spectrogram --- */

enum { LU_MEL_STEPS = 125, LU_MEL_BANDS = 80 };

typedef struct lu_mel lu_mel;

/* For sounds of one rate. */
lu_err lu_mel_new(lu_mel **out, size_t rate);
void lu_mel_free(lu_mel **m);

/*
 * One second as LU_MEL_STEPS x LU_MEL_BANDS values, low bands first (spec deepjudge 7.4, in
 * seconds): windows of 64 ms every 8 ms, bands from 40 Hz to 8 kHz or half the rate, amplitudes in
 * decibels below the loudest, 80 dB and more = 0, the loudest = 1. A longer sound loses as much at
 * both ends; a shorter one gets silence before it, so that a network that reads step by step hears
 * it last. (Where the authors put a recording at random and normalise it by mean and deviation,
 * these are ours: the same bytes each time, and the range of an image.)
 */
void lu_mel_make(lu_mel *m, const lu_sound *s, float *out);

/* --- tar archives (POSIX ustar; GNU's and pax headers that change nothing we use) --- */

typedef struct lu_tar_entry {
    char name[256 + 1]; /* never empty; "a/b.wav" */
    bool folder;
    size_t size; /* bytes that follow in the stream; the caller reads or skips them */
    size_t rest; /* and bytes to the next header */
} lu_tar_entry;

/* The next file or folder; *more is false behind the last. LU_ERR_INPUT for what is neither. */
lu_err lu_tar_next(lu_stream *s, lu_tar_entry *e, bool *more);

#endif
