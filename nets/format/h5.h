/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HDF5 files, as far as networks are kept in them: texts, lists of names, arrays of floats. All
 * that is read is bounded before it is read: only hard links are followed, only contiguous or
 * compact IEEE single-precision arrays without filters or external files are taken, and nothing is
 * ever opened but the bytes at hand. libhdf5 itself is not hardened against hostile files: this
 * belongs into a sandboxed engine.
 *
 *     lu_h5 *h;
 *     LU_TRY(lu_h5_open(data, len, &h));
 *     err = lu_h5_text(h, "/", "model_config", 1 << 22, &json);
 *     lu_h5_close(&h);
 *
 * Objects are named from the root with slashes. Failures are LU_ERR_INPUT and name the object.
 */
#ifndef LU_NETS_FORMAT_H5_H
#define LU_NETS_FORMAT_H5_H

#include "core/core.h"

typedef struct lu_h5 lu_h5;

enum { LU_H5_PATH = 512, LU_H5_RANK = 4 };

/* Are addresses and lengths of eight bytes, and the global heaps whole? libhdf5 does not look. */
lu_err lu_h5_heaps(const uint8_t *data, size_t len);

/* The bytes of a file; they must stay as they are until lu_h5_close. */
lu_err lu_h5_open(const uint8_t *data, size_t len, lu_h5 **out);
void lu_h5_close(lu_h5 **h);

/* Is there an attribute of this name? An object that is not there has none. */
bool lu_h5_has(const lu_h5 *h, const char *object, const char *attribute);

/* Adds an attribute that is one string of at most `limit` bytes. */
lu_err lu_h5_text(const lu_h5 *h, const char *object, const char *attribute, size_t limit,
                  lu_buf *out);

/* An attribute that is a list of strings: adds each with a zero byte behind it; how many. At most
   `limit` bytes in all. */
lu_err lu_h5_names(const lu_h5 *h, const char *object, const char *attribute, size_t limit,
                   lu_buf *out, size_t *n);

/* An array of exactly these dimensions (rank 1 to LU_H5_RANK) into `out`, row-major; every value is
   finite. */
lu_err lu_h5_floats(const lu_h5 *h, const char *object, size_t rank, const size_t *dims,
                    float *out);

#endif
