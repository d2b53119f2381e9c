/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static lu_err start(lu_digest *d, const EVP_MD *kind)
{
    d->failed = false;
    d->context = EVP_MD_CTX_new();
    if (d->context == NULL || EVP_DigestInit_ex(d->context, kind, NULL) != 1) {
        EVP_MD_CTX_free(d->context);
        d->context = NULL;
        return lu_fail(LU_ERR_MEMORY, "a digest cannot be started");
    }
    return LU_OK;
}

lu_err lu_digest_init(lu_digest *d)
{
    return start(d, EVP_sha256());
}

lu_err lu_digest_init_sha512(lu_digest *d)
{
    return start(d, EVP_sha512());
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

/* `hex` has room for 2*bytes digits and the end. */
static lu_err finish(lu_digest *d, unsigned bytes, char *hex)
{
    uint8_t raw[EVP_MAX_MD_SIZE] = {0};
    unsigned len = 0;
    bool ok = !d->failed && EVP_DigestFinal_ex(d->context, raw, &len) == 1 && len == bytes;

    EVP_MD_CTX_free(d->context);
    d->context = NULL;
    memset(hex, 0, 2 * bytes + 1);
    if (!ok) {
        return lu_fail(LU_ERR_INTERNAL, "a digest failed");
    }
    for (unsigned i = 0; i < len; i++) {
        snprintf(hex + 2 * i, 3, "%02x", raw[i]);
    }
    return LU_OK;
}

lu_err lu_digest_finish(lu_digest *d, lu_sha256 *out)
{
    return finish(d, 32, out->hex);
}

lu_err lu_digest_finish_sha512(lu_digest *d, lu_sha512 *out)
{
    return finish(d, 64, out->hex);
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

static bool is_hex(const char *text, size_t digits)
{
    return strlen(text) == digits && strspn(text, "0123456789abcdef") == digits;
}

bool lu_sha256_valid(const char *text)
{
    return is_hex(text, 64);
}

bool lu_sha512_valid(const char *text)
{
    return is_hex(text, 128);
}

const char *lu_digest_library(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
