/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks: cfg, weights, and both in Darknet. */
#include "nets/engine/engine.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int lu_fuzz_cfg(const uint8_t *data, size_t size)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_buf text = LU_BUF_INIT;
    lu_net net;

    if (lu_net_parse((const char *)data, size, &limits, &net) == LU_OK) {
        lu_net_canonical(&net, 2, &text);
        lu_net_fini(&net);
    }
    lu_buf_fini(&text);
    return 0;
}

/* Where the cfg ends; the whole when there is no zero byte. */
static size_t cfg_length(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, 0, size);

    return end ? (size_t)(end - data) : size;
}

int lu_fuzz_weights(const uint8_t *data, size_t size)
{
    lu_net_limits limits = {1 << 14, 64, 1 << 14, 1 << 20, 1 << 28};
    size_t len = size ? cfg_length(data, size) : 0, skip = len < size ? len + 1 : size;
    lu_weights w = {0};
    lu_buf out = LU_BUF_INIT;
    lu_net net;

    if (lu_net_parse((const char *)data, len, &limits, &net)) {
        return 0;
    }
    if (lu_weights_parse(&net, data + skip, size - skip, &w) == LU_OK &&
        lu_weights_canonical(&net, &w, &out) == LU_OK) {
        lu_weights_fold(&net, &w);
    }
    lu_buf_fini(&out);
    lu_weights_fini(&w);
    lu_net_fini(&net);
    return 0;
}

/* Seeded parameters: what is tried is Darknet on cfg files that our reader lets through. */
static lu_err fill(const lu_net *net, lu_buf *file)
{
    lu_weights w = {0};
    lu_rng *rng = NULL;
    lu_err err = lu_weights_alloc(net, &w);

    if (!err) {
        err = lu_rng_new(&rng, 1, "fuzz", 0);
    }
    for (size_t i = 0; !err && i < w.count; i++) {
        w.block[i] = (float)lu_rng_uniform(rng);
    }
    if (!err) {
        err = lu_weights_write(net, &w, file);
    }
    lu_rng_free(&rng);
    lu_weights_fini(&w);
    return err;
}

int lu_fuzz_model(const uint8_t *data, size_t size)
{
    lu_net_limits limits = {1 << 14, 64, 1 << 13, 1 << 14, 1 << 22};
    lu_buf file = LU_BUF_INIT;
    lu_loaded loaded;
    lu_net net;

    if (lu_net_parse((const char *)data, size, &limits, &net)) {
        return 0;
    }
    if (fill(&net, &file) == LU_OK && lu_loaded_new((const char *)data, size, file.data, file.len,
                                                    LU_ENGINE_FAST, &loaded) == LU_OK) {
        lu_loaded_fini(&loaded);
    }
    lu_buf_fini(&file);
    lu_net_fini(&net);
    return 0;
}
