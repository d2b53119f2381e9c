/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SHA-256 and SHA-512 on libcrypto, over bytes and over typed fields. Typed fields are
 * length-prefixed and little endian, so that no two different lists of fields feed the same bytes:
 * stage ids are made this way.
 *
 *     lu_digest d;
 *     LU_TRY(lu_digest_init(&d));
 *     lu_digest_text(&d, "pgd");
 *     lu_digest_u64(&d, 20);
 *     return lu_digest_finish(&d, &id);        // always finish, it frees; reports earlier failures
 */
#ifndef LU_CORE_BASE_DIGEST_H
#define LU_CORE_BASE_DIGEST_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lu_sha256 {
    char hex[65]; /* 64 lower-case hex digits and the end; "" = none */
} lu_sha256;

typedef struct lu_sha512 {
    char hex[129]; /* 128 lower-case hex digits and the end; "" = none */
} lu_sha512;

typedef struct lu_digest {
    void *context; /* libcrypto's, owned */
    bool failed;   /* sticky */
} lu_digest;

lu_err lu_digest_init(lu_digest *d);
void lu_digest_bytes(lu_digest *d, const void *data, size_t len); /* raw, no length prefix */
void lu_digest_text(lu_digest *d, const char *text);
void lu_digest_u64(lu_digest *d, uint64_t value);
lu_err lu_digest_finish(lu_digest *d, lu_sha256 *out);

/* The same by SHA-512; bytes are fed as above. */
lu_err lu_digest_init_sha512(lu_digest *d);
lu_err lu_digest_finish_sha512(lu_digest *d, lu_sha512 *out);

/* One block at once. */
lu_err lu_sha256_of(const void *data, size_t len, lu_sha256 *out);

/* A whole open file from its start; the file offset is not used. */
lu_err lu_sha256_fd(int fd, lu_sha256 *out);

/* True when `text` is exactly 64 (128) lower-case hex digits. */
bool lu_sha256_valid(const char *text);
bool lu_sha512_valid(const char *text);

/* What computes them: "OpenSSL 3.0.22 25 Aug 2026". */
const char *lu_digest_library(void);

#endif
