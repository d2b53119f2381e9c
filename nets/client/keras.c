/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keras models, converted by an engine. */
#include "nets/client/client.h"

static const size_t CFG_MOST = 1 << 20; /* what nets/format reads of a .cfg */

lu_err lu_reply_keras(lu_frame *reply, lu_buf *cfg, lu_buf *weights)
{
    size_t len = 0, size;
    const uint8_t *text = lu_get_bytes(reply, &len);
    void *to;
    lu_err err;

    size = lu_get_below(reply, LU_WIRE_WEIGHTS + 1);
    reply->bad = reply->bad || len > CFG_MOST;
    err = reply->bad ? lu_frame_end(reply) : lu_buf_add(cfg, text, len);
    if (!err) {
        err = LU_NEW(weights->data, size + 1);
    }
    if (!err) {
        weights->len = size;
        weights->capacity = size + 1;
        to = weights->data;
        err = lu_reply_parts(reply, 1, &size, &to);
    }
    if (err) {
        lu_buf_fini(cfg);
        lu_buf_fini(weights);
    }
    return err;
}

lu_err lu_client_keras(int fd, const lu_job *job, lu_buf *cfg, lu_buf *weights)
{
    lu_frame request, reply;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    lu_frame_init(&request, LU_MSG_KERAS, 0);
    lu_put_fd(&request, fd);
    err = lu_engine_call(e, &request, job, &reply);
    lu_frame_fini(&request);
    if (!err) {
        err = lu_reply_keras(&reply, cfg, weights);
        lu_frame_fini(&reply);
    }
    lu_engine_free(&e);
    return err;
}
