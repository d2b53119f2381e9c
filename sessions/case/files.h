/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that survive: replaced whole or not at all, durable when the call returns. */
#ifndef LU_SESSIONS_CASE_FILES_H
#define LU_SESSIONS_CASE_FILES_H

#include "core/core.h"

#include <sys/types.h>

/* Writes a temporary file beside `path` (relative to `dir`, AT_FDCWD for the working folder), syncs
   it, renames it over `path`, syncs the folder. `mode` as for open(). */
lu_err lu_file_replace(int dir, const char *path, const void *data, size_t len, mode_t mode);

/* The same, relative to the working folder, readable for all. */
lu_err lu_file_save(const char *path, const lu_buf *bytes);

/* The whole regular file, at most `limit` bytes. LU_ERR_INPUT when it is missing, larger or not
 * regular. */
lu_err lu_file_read(int dir, const char *path, size_t limit, lu_buf *out);

/* Opens a regular file for reading without following it into a fifo or device. */
lu_err lu_file_open(int dir, const char *path, int *fd, uint64_t *size);

/* Copies a regular file in (by lu_file_replace's steps), hashing what is read, then reads the copy
   back and compares: the digest is of both. */
lu_err lu_file_copy(const char *from, int dir, const char *path, mode_t mode, uint64_t *size,
                    lu_sha256 *sha256);

/* UTC now, "2026-11-20T16:12:51Z". */
void lu_utc_now(char out[32]);

#endif
