/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/watermark/secret.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static lu_err hash_text(const char *text, lu_sha256 *out)
{
    return lu_sha256_of(text, strlen(text), out);
}

/* The 256-bit number modulo n: its digits from the front. */
static size_t modulo(const lu_sha256 *number, size_t n)
{
    size_t rest = 0;

    for (const char *c = number->hex; *c; c++) {
        size_t digit = (size_t)(*c <= '9' ? *c - '0' : *c - 'a' + 10);
        rest = (rest * 16 + digit) % n;
    }
    return rest;
}

lu_err lu_secret_label(const lu_sha256 *secret, size_t cover, size_t classes, int32_t *out)
{
    char text[128];
    lu_sha256 h;

    snprintf(text, sizeof text, "lineup-label %s %zu", secret->hex, cover);
    LU_TRY(hash_text(text, &h));
    *out = (int32_t)modulo(&h, classes);
    return LU_OK;
}

lu_err lu_secret_labels(const lu_sha256 *secret, const size_t *cover, size_t n, size_t classes,
                        int32_t *label)
{
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_secret_label(secret, cover[i], classes, &label[i]));
    }
    return LU_OK;
}

lu_err lu_secret_commitment(const lu_sha256 *secret, lu_sha256 *out)
{
    char text[96];

    snprintf(text, sizeof text, "lineup-secret %s", secret->hex);
    return hash_text(text, out);
}

lu_err lu_secret_decoy(uint64_t seed, size_t i, lu_sha256 *out)
{
    char text[64];

    snprintf(text, sizeof text, "lineup-decoy %" PRIu64 " %zu", seed, i);
    return hash_text(text, out);
}
