/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that survive: replaced whole or not at all, durable when the call returns. */
#ifndef LU_SESSIONS_CASE_FILES_H
#define LU_SESSIONS_CASE_FILES_H

#include "samples/samples.h"

#include <sys/types.h>

/* Writes a temporary file beside `path` (relative to `dir`, AT_FDCWD for the working folder), syncs
   it, renames it over `path`, syncs the folder. `mode` as for open(). */
lu_err lu_file_replace(int dir, const char *path, const void *data, size_t len, mode_t mode);

/* The same, relative to the working folder, readable for all. */
lu_err lu_file_save(const char *path, const lu_buf *bytes);

/* The same of arrays, as an .npz file. */
lu_err lu_file_save_arrays(const char *path, const lu_arrays *a);

/* The whole regular file, at most `limit` bytes. LU_ERR_INPUT when it is missing, larger or not
 * regular. */
lu_err lu_file_read(int dir, const char *path, size_t limit, lu_buf *out);

/* Opens a regular file for reading without following it into a fifo or device. */
lu_err lu_file_open(int dir, const char *path, int *fd, uint64_t *size);

/* What was copied. */
typedef struct lu_copied {
    uint64_t size;
    lu_sha256 sha256;
    lu_sha512 sha512;
} lu_copied;

/* Copies a regular file (by lu_file_replace's steps), hashing what is read, then reads the copy
   back and compares: the digests are of both. `from` is relative to `from_dir`. */
lu_err lu_file_copy(int from_dir, const char *from, int dir, const char *path, mode_t mode,
                    lu_copied *out);

/* Makes the folders above `path`, relative to `dir`. */
lu_err lu_file_parents(int dir, const char *path);

/* Removes the temporary files that an end in the middle of a replacement left in a folder. */
void lu_file_sweep(int dir, const char *folder);

/* The SHA-256 of a file below `dir`; LU_ERR_INTEGRITY when it cannot be read. */
lu_err lu_file_sha256(int dir, const char *path, lu_sha256 *out);

/* UTC now, "2026-11-20T16:12:51Z". */
void lu_utc_now(char out[32]);

#endif
