/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ties a digest to a person and a time: Ed25519 signatures (RFC 8032) and RFC 3161 time
 * stamps, by libcrypto. Everything can be made and checked with openssl(1) alone:
 *
 *     openssl pkeyutl -verify -pubin -inkey KEY.pub -rawin -in FILE -sigfile FILE.sig
 *     openssl ts -verify -data FILE -in FILE.tsr -CAfile CA.pem
 */
#ifndef LU_SESSIONS_EXPORT_ANCHORS_H
#define LU_SESSIONS_EXPORT_ANCHORS_H

#include "core/core.h"

enum { LU_SIGNATURE_BYTES = 64 };

/* The examiner's key: `given`, or $XDG_DATA_HOME/lineup/key.pem when that is NULL. */
lu_err lu_key_path(const char *given, char *out, size_t size);

/* Makes a key: PKCS#8 PEM at `path` (0600), the public half in `path` with .pub for .pem.
   LU_ERR_INPUT when either is there already. */
lu_err lu_key_new(const char *path, lu_sha256 *fingerprint);

/* The public half of a PEM file, of either half, and its fingerprint: the SHA-256 of the public key
   in DER. LU_ERR_INPUT when it holds no Ed25519 key. */
lu_err lu_key_public(const char *path, lu_buf *pem, lu_sha256 *fingerprint);

/* The same of bytes. */
lu_err lu_key_fingerprint(const lu_buf *pem, lu_sha256 *out);

/* LU_ERR_INPUT when the file is open to others or needs a pass phrase. */
lu_err lu_key_sign(const char *path, const lu_buf *data, uint8_t out[LU_SIGNATURE_BYTES]);

/* LU_ERR_INTEGRITY when the signature is not this key's for this data. */
lu_err lu_key_verify(const lu_buf *pem, const lu_buf *data, const lu_buf *signature);

/* A time-stamp request for the data (SHA-256, with a nonce, certificates wanted), DER. */
lu_err lu_stamp_request(const lu_buf *data, lu_buf *out);

/* LU_ERR_INPUT when a PEM file holds no certificate. */
lu_err lu_stamp_authority(const char *ca_file);

/* Is the response one to this request, for this data, and, when `ca_file` is not NULL, signed by a
   time-stamping authority that a certificate in that PEM file vouches for? LU_ERR_INTEGRITY and
   why; LU_ERR_INPUT when the CA file cannot be read. `at` is the stamp's time, UTC. Without a
   response (NULL) only the request is held against the data, and `at` is "". */
lu_err lu_stamp_check(const lu_buf *request, const lu_buf *response, const lu_buf *data,
                      const char *ca_file, char at[32]);

#endif
