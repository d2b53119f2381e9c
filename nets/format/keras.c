/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/format/keras_model.h"

/* --- the plan, from model_config --- */

static lu_err read_plan(const lu_h5 *h, lu_keras_model *m, lu_keras_plan *plan)
{
    lu_buf json = LU_BUF_INIT;
    lu_err err;

    if (!lu_h5_has(h, "/", "model_config")) {
        return lu_fail(LU_ERR_INPUT, "has no model_config: the layers are not in it, as in a file "
                                     "that holds weights alone");
    }
    err = lu_h5_text(h, "/", "model_config", LU_KERAS_TEXT, &json);
    if (!err) {
        err = lu_keras_parse((const char *)json.data, json.len, m);
    }
    lu_buf_fini(&json);
    return err ? err : lu_keras_plan_of(m, plan);
}

/* The strict reader's word on the .cfg, limits included; it must mean what was planned. */
static lu_err check_plan(const lu_keras_plan *p, const lu_net_limits *limits, lu_net *net)
{
    bool same;

    LU_TRY(lu_within(lu_net_parse((const char *)p->cfg.data, p->cfg.len, limits, net),
                     "the .cfg it becomes"));
    same = net->n == p->n;
    for (size_t i = 0; same && i < p->n; i++) {
        const lu_keras_source *s = &p->source[i];
        size_t taps = s->size ? s->size * s->size : s->planes.h * s->planes.w;
        same = s->layer == NULL ||
               (net->section[i].n_weights == s->layer->units * s->planes.c * taps &&
                net->section[i].n_biases == s->layer->units);
    }
    return same ? LU_OK : lu_fail(LU_ERR_INTERNAL, "the .cfg is not what was planned");
}

/* --- the whole --- */

static lu_err write_files(const lu_h5 *h, const lu_keras_plan *p, const lu_net *net, lu_buf *cfg,
                          lu_buf *weights)
{
    lu_weights w;
    lu_err err;

    LU_TRY(lu_weights_alloc(net, &w));
    err = lu_keras_fill(h, p, &w);
    if (!err) {
        err = lu_weights_write(net, &w, weights);
    }
    lu_weights_fini(&w);
    return err ? err : lu_buf_add(cfg, p->cfg.data, p->cfg.len);
}

lu_err lu_keras_convert(const uint8_t *file, size_t len, const lu_net_limits *limits, lu_buf *cfg,
                        lu_buf *weights)
{
    lu_keras_model model = {0};
    lu_keras_plan plan = {0};
    lu_net net = {0};
    lu_h5 *h;
    lu_err err;

    LU_TRY(lu_h5_open(file, len, &h));
    err = read_plan(h, &model, &plan);
    if (!err) {
        err = check_plan(&plan, limits, &net);
    }
    if (!err) {
        err = write_files(h, &plan, &net, cfg, weights);
    }
    lu_net_fini(&net);
    lu_keras_plan_fini(&plan);
    lu_keras_fini(&model);
    lu_h5_close(&h);
    return err;
}
