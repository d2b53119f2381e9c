/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keras models: whole files through libhdf5, and what is made of their JSON. */
#include "nets/format/keras_model.h"
#include "tests/fuzz/fuzz.h"

static const lu_net_limits limits = {1 << 16, 64, 1 << 16, 1 << 20, 1 << 28};

int lu_fuzz_keras(const uint8_t *data, size_t size)
{
    lu_buf cfg = LU_BUF_INIT, weights = LU_BUF_INIT;

    lu_keras_convert(data, size, &limits, &cfg, &weights);
    lu_buf_fini(&cfg);
    lu_buf_fini(&weights);
    return 0;
}

int lu_fuzz_layers(const uint8_t *data, size_t size)
{
    lu_keras_model m;
    lu_keras_plan p;
    lu_net net;

    if (lu_keras_parse((const char *)data, size, &m)) {
        return 0;
    }
    if (lu_keras_plan_of(&m, &p) == LU_OK) {
        if (lu_net_parse((const char *)p.cfg.data, p.cfg.len, &limits, &net) == LU_OK) {
            lu_net_fini(&net);
        }
        lu_keras_plan_fini(&p);
    }
    lu_keras_fini(&m);
    return 0;
}
