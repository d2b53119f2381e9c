/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzz targets: one reader each, fed with arbitrary bytes; it must neither crash, leak, hang nor
 * allocate beyond its bounds. `make fuzz` links each with libFuzzer; test_corpus links all and
 * feeds them what was found before (tests/corpus/NAME/).
 */
#ifndef LU_TESTS_FUZZ_H
#define LU_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* name, and what it reads */
#define LU_FUZZ_TABLE(X)                                                                           \
    X(cfg, ".cfg files, and their canonical form")                                                 \
    X(weights, ".weights files: bytes after a cfg and a zero byte")                                \
    X(model, "cfg files given to Darknet after our checks")                                        \
    X(keras, "Keras models in HDF5 files")                                                         \
    X(layers, "their layers as JSON, up to a .cfg")                                                \
    X(png, "PNG files")                                                                            \
    X(idx, "IDX files, images and labels after a length")                                          \
    X(cifar, "CIFAR-10 records")                                                                   \
    X(packed, ".gz and .xz sample files")                                                          \
    X(npz, "NPZ archives, and as test cases")                                                      \
    X(wav, "WAV files, and their spectrograms")                                                    \
    X(tar, "archives of recordings")                                                               \
    X(npy, "headers of .npy members")                                                              \
    X(casefile, "case.json")                                                                       \
    X(journal, "journal.jsonl")                                                                    \
    X(frame, "frames as they come from a socket")                                                  \
    X(request, "requests to an engine, with descriptors")                                          \
    X(reply, "answers of an engine, with descriptors")                                             \
    X(spec, "SPEC strings")                                                                        \
    X(params, "parameters as --set takes them")

#define LU_FUZZ_DECLARE(name, what) int lu_fuzz_##name(const uint8_t *data, size_t size);
LU_FUZZ_TABLE(LU_FUZZ_DECLARE)
#undef LU_FUZZ_DECLARE

/* --- for the targets (fuzz.c) --- */

/* The bytes as a file of this name in a folder of this process; its path, good until the next call
   with the same name. */
const char *lu_fuzz_file(const char *name, const uint8_t *data, size_t size);

/* The folder itself, as a descriptor that stays open. */
int lu_fuzz_folder(void);

/* A sealed memory file of the bytes; -1 when there is none to be had. */
int lu_fuzz_sealed(const uint8_t *data, size_t size);

/* The next byte, or two, of an input that is taken from the front; 0 at its end. */
uint8_t lu_fuzz_byte(const uint8_t **data, size_t *size);
size_t lu_fuzz_two(const uint8_t **data, size_t *size);

/* At most n bytes from the front. */
const uint8_t *lu_fuzz_take(const uint8_t **data, size_t *size, size_t *n);

#endif
