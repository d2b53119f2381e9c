/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The embedding's parameters: defaults and limits. */
#include "core/watermark/embed.h"

#include <math.h>

lu_embed_params lu_embed_default(bool faithful)
{
    lu_embed_params p = {
        .faithful = faithful,
        .keys = 60,
        .mini = 20,
        .batch = 100,
        .width = 16,
        .epochs = 20,
        .freeze = 10,
        .mse = 0.6,
        .ssim = 1,
        .adv = 0.2,
        .host = 0.1,
        .optimiser = LU_ADAM,
        .rate = 1e-3,
        .momentum = 0.9,
        .drop_factor = 0.1,
        .coder_rate = 1e-3,
        .seed = 1,
    };

    if (faithful) {
        p.width = 64;
        p.epochs = 100;
        p.freeze = 0;
        p.mse = 3;
        p.ssim = 5;
        p.adv = 1;
        p.optimiser = LU_SGD;
        p.rate = 0.1;
        p.decay = 5e-4;
        p.drop[0] = 40;
        p.drop[1] = 80;
        p.plateau = true;
    }
    return p;
}

static lu_err check(bool inside, const char *what, double value)
{
    return inside ? LU_OK : lu_fail(LU_ERR_USAGE, "%s %g is out of range", what, value);
}

lu_err lu_embed_check(const lu_embed_params *p)
{
    const double weights[] = {p->mse, p->ssim, p->adv, p->host, p->momentum, p->decay};

    LU_TRY(check(p->keys == 0 || p->keys >= p->mini, "number of keys", (double)p->keys));
    LU_TRY(check(p->mini >= 2 && p->mini < p->batch, "keys a step", (double)p->mini));
    LU_TRY(check(p->batch <= 4096, "samples a step", (double)p->batch));
    LU_TRY(check(p->width >= 1 && p->width <= 256, "width", (double)p->width));
    LU_TRY(check(p->epochs >= 1 && lu_embed_epochs(p) <= 100000, "epochs", (double)p->epochs));
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        LU_TRY(check(weights[i] >= 0 && isfinite(weights[i]), "weight", weights[i]));
    }
    LU_TRY(check(p->rate > 0 && isfinite(p->rate), "rate", p->rate));
    LU_TRY(check(p->drop_factor > 0 && p->drop_factor <= 1, "drop", p->drop_factor));
    return check(p->coder_rate > 0 && isfinite(p->coder_rate), "rate", p->coder_rate);
}

size_t lu_embed_epochs(const lu_embed_params *p)
{
    return p->epochs + p->freeze;
}
