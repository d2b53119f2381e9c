/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labelled sample sets: read from files or made. A set is named by a SPEC (contract: "SPEC"):
 *
 *     mnist:DIR  cifar10:DIR_OR_FILE  idx:IMAGES,LABELS  png:DIR  npz:FILE  wav:DIR_OR_TAR
 *     synth:NAME[:N]
 *     SPEC[A:B]   samples A to B-1
 *
 *     lu_spec spec;
 *     LU_TRY(lu_spec_parse("mnist:data[0:25000]", &spec));
 *     LU_TRY(lu_spec_load(&spec, LU_PART_TRAIN, 1, &samples));
 */
#ifndef LU_SAMPLES_H
#define LU_SAMPLES_H

#include "core/core.h"
#include "samples/bundled.h"
#include "samples/demo/demo.h"

typedef enum lu_spec_kind {
    LU_SPEC_MNIST,
    LU_SPEC_CIFAR10,
    LU_SPEC_IDX,
    LU_SPEC_PNG,
    LU_SPEC_NPZ,
    LU_SPEC_WAV,
    LU_SPEC_SYNTH,
    LU_SPEC_KINDS
} lu_spec_kind;

/* Which half of a published set is meant; sets without halves (idx, png, npz) ignore it. */
typedef enum lu_part { LU_PART_TRAIN, LU_PART_TEST } lu_part;

enum { LU_SPEC_PATH_MAX = 4096 };

typedef struct lu_spec {
    lu_spec_kind kind;
    char path[LU_SPEC_PATH_MAX];   /* folder or file; the set's name for synth */
    char second[LU_SPEC_PATH_MAX]; /* idx: the label file */
    size_t made;                   /* synth: how many to make; 0 = default (10000) */
    bool sliced;
    size_t from, to; /* sliced: from..to-1 */
} lu_spec;

/* LU_ERR_USAGE naming what is wrong and what is allowed. */
lu_err lu_spec_parse(const char *text, lu_spec *out);

/* The files a spec reads, in a fixed order (for png: sorted), as fresh strings. Free with
   lu_spec_files_fini. None for synth. LU_ERR_INPUT when one is not there. */
typedef struct lu_spec_files {
    size_t n;
    char **path; /* n owned strings */
} lu_spec_files;

lu_err lu_spec_list(const lu_spec *spec, lu_part part, lu_spec_files *out);
void lu_spec_files_fini(lu_spec_files *f);

/* Reads or makes the set, sliced. `seed` is used by synth only; train and test parts of a synthetic
   set draw from different streams. LU_ERR_INPUT with file, place and reason. */
lu_err lu_spec_load(const lu_spec *spec, lu_part part, uint64_t seed, lu_samples *out);

/* --- NPZ (NumPy zip of .npy, stored or deflated) --- */

typedef enum lu_dtype { LU_U8, LU_I32, LU_I64, LU_F32, LU_F64, LU_DTYPES } lu_dtype;

enum { LU_ARRAY_DIMS = 6, LU_ARRAY_NAME = 64 };

typedef struct lu_array {
    char name[LU_ARRAY_NAME];
    lu_dtype type;
    size_t dims;                 /* 0 = scalar */
    size_t shape[LU_ARRAY_DIMS]; /* row-major (C order) */
    void *data;                  /* owned unless `borrowed` */
    bool borrowed;
} lu_array;

typedef struct lu_arrays {
    size_t n;
    lu_array *item; /* owned */
} lu_arrays;

size_t lu_dtype_size(lu_dtype t);
size_t lu_array_count(const lu_array *a); /* product of the shape */

/* Reads every .npy of the archive. Big-endian, Fortran order, object arrays, other types, more than
   LU_ARRAY_DIMS dimensions, sizes that disagree with the shape, more than `limit` bytes in all:
   LU_ERR_INPUT naming the array. */
lu_err lu_npz_read(const char *path, size_t limit, lu_arrays *out);

/* The archive's bytes (stored, fixed time stamps: same arrays, same bytes), readable by NumPy. */
lu_err lu_npz_write(const lu_arrays *arrays, lu_buf *out);

/* Finds an array by name; NULL when it is not there. */
const lu_array *lu_arrays_find(const lu_arrays *arrays, const char *name);

/* Appends a borrowed array (the caller keeps `data` alive). */
lu_err lu_arrays_add(lu_arrays *arrays, const char *name, lu_dtype type, size_t dims,
                     const size_t *shape, const void *data);

void lu_arrays_fini(lu_arrays *arrays);

#endif
