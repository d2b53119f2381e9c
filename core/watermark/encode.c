/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an encoder makes of covers and a logo: keys. */
#include "core/watermark/embedding.h"

#include <math.h>

static uint8_t byte_of(float v)
{
    float grey = 255 * lu_unit_of(v);

    return grey <= 0 ? 0 : grey >= 255 ? 255 : (uint8_t)lrintf(grey);
}

lu_err lu_encode(lu_trainee *encoder, const float *x, size_t n, const float *logo, bool training,
                 uint8_t *out)
{
    size_t c = encoder->input.c / 2, size = encoder->outputs, most = encoder->batch;
    float *joined, *keys;
    lu_err err = LU_OK;

    LU_TRY(LU_NEW(joined, most * size * 3));
    keys = joined + 2 * most * size;
    for (size_t first = 0; first < n && !err; first += most) {
        size_t now = n - first < most ? n - first : most;
        for (size_t j = 0; j < now * size; j++) {
            float *pixel = joined + 2 * (j - j % c) + j % c;
            pixel[0] = lu_signed_of(x[first * size + j]);
            pixel[c] = logo[j % size];
        }
        err = lu_trainee_forward(encoder, joined, now, training, keys);
        for (size_t j = 0; j < now * size && !err; j++) {
            out[first * size + j] = byte_of(keys[j]);
        }
    }
    free(joined);
    return err;
}
