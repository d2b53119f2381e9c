/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

lu_err lu_digest_init(lu_digest *d)
{
    d->failed = false;
    d->context = EVP_MD_CTX_new();
    if (d->context == NULL || EVP_DigestInit_ex(d->context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(d->context);
        d->context = NULL;
        return lu_fail(LU_ERR_MEMORY, "SHA-256 cannot be started");
    }
    return LU_OK;
}

void lu_digest_bytes(lu_digest *d, const void *data, size_t len)
{
    if (len && EVP_DigestUpdate(d->context, data, len) != 1) {
        d->failed = true;
    }
}

void lu_digest_u64(lu_digest *d, uint64_t value)
{
    uint8_t le[8];

    for (int i = 0; i < 8; i++) {
        le[i] = (uint8_t)(value >> (8 * i));
    }
    lu_digest_bytes(d, le, sizeof le);
}

void lu_digest_text(lu_digest *d, const char *text)
{
    size_t len = strlen(text);

    lu_digest_u64(d, len);
    lu_digest_bytes(d, text, len);
}

void lu_digest_f64(lu_digest *d, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    lu_digest_u64(d, bits);
}

lu_err lu_digest_finish(lu_digest *d, lu_sha256 *out)
{
    uint8_t raw[EVP_MAX_MD_SIZE] = {0};
    unsigned len = 0;
    bool ok = !d->failed && EVP_DigestFinal_ex(d->context, raw, &len) == 1 && len == 32;

    EVP_MD_CTX_free(d->context);
    d->context = NULL;
    memset(out->hex, 0, sizeof out->hex);
    if (!ok) {
        return lu_fail(LU_ERR_INTERNAL, "SHA-256 failed");
    }
    for (unsigned i = 0; i < len; i++) {
        snprintf(out->hex + 2 * i, 3, "%02x", raw[i]);
    }
    return LU_OK;
}

lu_err lu_sha256_of(const void *data, size_t len, lu_sha256 *out)
{
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_bytes(&d, data, len);
    return lu_digest_finish(&d, out);
}

lu_err lu_sha256_fd(int fd, lu_sha256 *out)
{
    uint8_t block[65536];
    lu_digest d;
    off_t at = 0;
    ssize_t got = 0;
    int saved = 0;

    LU_TRY(lu_digest_init(&d));
    for (;;) {
        got = pread(fd, block, sizeof block, at);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            saved = errno;
            break;
        }
        lu_digest_bytes(&d, block, (size_t)got);
        at += got;
    }
    LU_TRY(lu_digest_finish(&d, out));
    return got < 0 ? lu_fail(LU_ERR_IO, "cannot read: %s", strerror(saved)) : LU_OK;
}

bool lu_sha256_valid(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}
