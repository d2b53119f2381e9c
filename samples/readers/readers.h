/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside samples/: one loader a format, and the streams they read from. Every loader takes the
 * range of samples that is wanted, checks the whole file, and keeps only that range.
 */
#ifndef LU_SAMPLES_READERS_H
#define LU_SAMPLES_READERS_H

#include "samples/samples.h"

/* No sample file may unpack to more: eight times CIFAR-10 and MNIST together. */
#define LU_READ_LIMIT ((size_t)4 << 30)

enum {
    LU_SIDE_MAX = 4096,     /* pixels, height or width of a picture */
    LU_CLASSES_MAX = 65536, /* distinct labels */
    LU_CIFAR_RECORD = 3073  /* 1 label byte, 3 planes of 32x32 */
};

/* Samples from..to-1; to = SIZE_MAX: all there are. */
typedef struct lu_range {
    size_t from, to;
} lu_range;

/* Fits `r` to a set of n samples; LU_ERR_INPUT when it is not inside. */
lu_err lu_range_fit(lu_range *r, size_t n);

/* --- files and folders --- */

/* Opens a regular file for reading, nothing else (no fifo, folder, device); never blocks. */
lu_err lu_regular_open(const char *path, int *fd, size_t *size);

/* True when something is at `path` (whatever it is). */
bool lu_path_exists(const char *path);

/* Appends an owned path; frees it on failure (a NULL path is the failure of making it). */
lu_err lu_files_add(lu_spec_files *files, char *path);

/* Appends the paths of a folder's entries that are `wanted`, sorted by their bytes, without those
   that begin with a dot. */
lu_err lu_folder_list(const char *dir, bool (*wanted)(const char *path), lu_spec_files *out);

/* --- streams: a plain, .gz or .xz file (told by its name), read from front to back --- */

typedef struct lu_stream lu_stream;

/* `limit`: the most bytes the file may unpack to. */
lu_err lu_stream_new(lu_stream **out, const char *path, size_t limit);
void lu_stream_free(lu_stream **s);

/* Up to n bytes; *got < n only at the end. Damage is LU_ERR_INPUT naming the byte. */
lu_err lu_stream_some(lu_stream *s, void *dst, size_t n, size_t *got);

/* Exactly n bytes: into dst, or into a fresh block that grows as the bytes come, or nowhere. */
lu_err lu_stream_exact(lu_stream *s, void *dst, size_t n);
lu_err lu_stream_take(lu_stream *s, size_t n, uint8_t **out);
lu_err lu_stream_skip(lu_stream *s, size_t n);

/* LU_ERR_INPUT when anything is left; also checks the packed file's own checksums. */
lu_err lu_stream_end(lu_stream *s);

/* --- formats --- */

/* classes = 0: the largest label + 1, at least 2. */
lu_err lu_idx_load(const char *images, const char *labels, size_t classes, lu_range range,
                   lu_samples *out);

/* Appends the image and the label file of a folder of published IDX files. */
lu_err lu_mnist_list(const char *dir, lu_part part, lu_spec_files *files);

lu_err lu_cifar_list(const char *path, lu_part part, lu_spec_files *files);
lu_err lu_cifar_load(const lu_spec_files *files, lu_range range, lu_samples *out);

lu_err lu_png_list(const char *dir, lu_spec_files *files);
lu_err lu_png_load(const char *dir, lu_range range, lu_samples *out);

/* Recordings as mel spectrograms; path: a folder, or a .tar (.tar.gz, .tar.xz) of one. LABEL_*.wav,
   or a folder a class; numbers are the labels themselves, words are counted in their order. Only
   LABEL_SPEAKER_TAKE.wav have halves: takes 0 to 4 are the test's. */
lu_err lu_wav_list(const char *path, lu_part part, lu_spec_files *files);
lu_err lu_wav_load(const char *path, lu_part part, lu_range range, lu_samples *out);

lu_err lu_npz_load(const char *path, lu_range range, lu_samples *out);

/* --- .npy, the members of an NPZ --- */

/* The whole preamble of a version 1.0 file, padded so that the data lie at a multiple of 64. */
lu_err lu_npy_print(const lu_array *a, lu_buf *out);

/* The dictionary of a header (without magic, version, length) into type, dims and shape. */
lu_err lu_npy_parse(const char *text, size_t len, lu_array *a);

/* The bytes of an array's data; false on overflow. */
bool lu_array_bytes(const lu_array *a, size_t *out);

/* Printable ASCII without blanks, slashes and backslashes, 1 to LU_ARRAY_NAME-1 long. */
bool lu_array_name_valid(const char *name, size_t len);

#endif
