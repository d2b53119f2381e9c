/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sample sets, archives, and how they are named. */
#include "samples/readers/speech.h"
#include "sessions/testfile.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

static const lu_range ALL = {0, SIZE_MAX};
static const size_t LIMIT = (size_t)64 << 20;

static size_t fetch(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

/* The checksums made right, so that not every changed byte ends there; every eighth input keeps its
   own. */
static uint8_t *with_checksums(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size);

    if (copy == NULL || size < 34) {
        return copy;
    }
    memcpy(copy, data, size);
    for (size_t at = 8; data[33] % 8 && at + 12 <= size && fetch(copy + at) <= size - at - 12;) {
        size_t len = fetch(copy + at);
        unsigned long sum = crc32(0, copy + at + 4, (unsigned)len + 4);
        for (int i = 0; i < 4; i++) {
            copy[at + 8 + len + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        }
        at += len + 12;
    }
    return copy;
}

int lu_fuzz_png(const uint8_t *data, size_t size)
{
    uint8_t *copy;
    char path[512];
    lu_samples s = {0};

    if (size < 34 || data[16] || data[17] || data[18] > 3 || data[20] || data[21] || data[22] > 3) {
        return 0; /* pictures beyond 1024 pixels only take time here */
    }
    copy = with_checksums(data, size);

    mkdirat(lu_fuzz_folder(), "png", 0700);
    mkdirat(lu_fuzz_folder(), "png/a", 0700);
    mkdirat(lu_fuzz_folder(), "png/b", 0700);
    snprintf(path, sizeof path, "%s", lu_fuzz_file("png/a/0.png", copy, copy ? size : 0));
    lu_fuzz_file("png/b/0.png", copy, copy ? size : 0);
    free(copy);
    path[strlen(path) - strlen("/a/0.png")] = '\0';
    lu_png_load(path, ALL, &s);
    lu_samples_fini(&s);
    return 0;
}

int lu_fuzz_idx(const uint8_t *data, size_t size)
{
    size_t n = lu_fuzz_two(&data, &size);
    const uint8_t *images = lu_fuzz_take(&data, &size, &n);
    const char *path = lu_fuzz_file("images", images, n);
    lu_samples s = {0};

    lu_idx_load(path, lu_fuzz_file("labels", data, size), 0, ALL, &s);
    lu_samples_fini(&s);
    return 0;
}

int lu_fuzz_cifar(const uint8_t *data, size_t size)
{
    char *path = lu_strdup(lu_fuzz_file("batch.bin", data, size));
    lu_spec_files files = {1, &path};
    lu_samples s = {0};

    if (path != NULL) {
        lu_cifar_load(&files, ALL, &s);
    }
    lu_samples_fini(&s);
    free(path);
    return 0;
}

int lu_fuzz_packed(const uint8_t *data, size_t size)
{
    const char *name = lu_fuzz_byte(&data, &size) & 1 ? "packed.gz" : "packed.xz";
    lu_stream *s;

    if (lu_stream_new(&s, lu_fuzz_file(name, data, size), LIMIT) == LU_OK) {
        uint8_t block[4096];
        size_t got = sizeof block;
        while (got == sizeof block && lu_stream_some(s, block, sizeof block, &got) == LU_OK) {
        }
        lu_stream_end(s);
        lu_stream_free(&s);
    }
    return 0;
}

int lu_fuzz_wav(const uint8_t *data, size_t size)
{
    static float v[LU_MEL_STEPS * LU_MEL_BANDS];
    lu_sound s;
    lu_mel *m;

    if (lu_wav_parse(data, size, &s) == LU_OK) {
        if (s.rate <= 16000 && lu_mel_new(&m, s.rate) == LU_OK) { /* others only take time */
            lu_mel_make(m, &s, v);
            lu_mel_free(&m);
        }
        lu_sound_fini(&s);
    }
    return 0;
}

/* As with pictures, checksums are mostly made right: every eighth input keeps its own. */
int lu_fuzz_tar(const uint8_t *data, size_t size)
{
    enum { BLOCK = 512, CHECKSUM = 148, DIGITS = 8 };
    uint8_t *copy = malloc(size + 1);
    lu_samples s = {0};

    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, data, size);
    for (size_t at = 0; size % 8 && at + BLOCK <= size; at += BLOCK) {
        unsigned sum = DIGITS * ' ';
        for (size_t i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + DIGITS ? 0 : copy[at + i];
        }
        if (memcmp(copy + at + 257, "ustar", 5) == 0) {
            snprintf((char *)copy + at + CHECKSUM, DIGITS, "%06o", sum);
        }
    }
    lu_wav_load(lu_fuzz_file("a.tar", copy, size), LU_PART_TRAIN, ALL, &s);
    lu_samples_fini(&s);
    free(copy);
    return 0;
}

static void as_tests(const lu_arrays *a)
{
    lu_blackbox b = {0};
    lu_whitebox_set w = {0};
    bool has = false;

    if (lu_blackbox_from(a, &has, &b) == LU_OK && has) {
        lu_blackbox_fini(&b);
    }
    if (lu_whitebox_from(a, &w) == LU_OK) {
        lu_whitebox_set_fini(&w);
    }
}

int lu_fuzz_npz(const uint8_t *data, size_t size)
{
    const char *path = lu_fuzz_file("a.npz", data, size);
    lu_samples s = {0};
    lu_arrays a = {0};

    if (lu_npz_read(path, LIMIT, &a) == LU_OK) {
        as_tests(&a);
        lu_npz_load(path, ALL, &s);
        lu_samples_fini(&s);
    }
    lu_arrays_fini(&a);
    return 0;
}

int lu_fuzz_npy(const uint8_t *data, size_t size)
{
    lu_array a = {0};
    size_t bytes;

    if (lu_npy_parse((const char *)data, size, &a) == LU_OK) {
        (void)lu_array_bytes(&a, &bytes);
    }
    return 0;
}

int lu_fuzz_spec(const uint8_t *data, size_t size)
{
    char *text = lu_format("%.*s", (int)size, (const char *)data);
    lu_spec *spec = lu_zalloc(1, sizeof *spec);

    if (text != NULL && spec != NULL) {
        lu_spec_parse(text, spec);
    }
    free(text);
    free(spec);
    return 0;
}
