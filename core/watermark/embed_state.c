/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The state of an embedding as bytes, little endian as the machine (the state never leaves it):
 * magic, epochs done, the two plateaus, the rows, the frozen keys, and one length-prefixed block a
 * network.
 */
#include "core/watermark/embedding.h"

#include <string.h>

#define MAGIC 0x31424d57554cULL /* "LUWMB1" */

typedef struct reader {
    const uint8_t *at;
    size_t left;
    bool bad; /* sticky */
} reader;

static void take(reader *r, void *to, size_t len)
{
    if (r->bad || len > r->left) {
        r->bad = true;
        return;
    }
    memcpy(to, r->at, len);
    r->at += len;
    r->left -= len;
}

static lu_err put_u64(lu_buf *out, uint64_t v)
{
    return lu_buf_add(out, &v, sizeof v);
}

static uint64_t take_u64(reader *r)
{
    uint64_t v = 0;

    take(r, &v, sizeof v);
    return v;
}

static lu_err put_net(lu_buf *out, lu_trainee *t)
{
    lu_buf block = LU_BUF_INIT;
    lu_err err = lu_trainee_save(t, &block);

    if (!err) {
        err = put_u64(out, block.len);
    }
    if (!err) {
        err = lu_buf_add(out, block.data, block.len);
    }
    lu_buf_fini(&block);
    return err;
}

static lu_err take_net(reader *r, lu_trainee *t)
{
    uint64_t len = take_u64(r);
    const uint8_t *block = r->at;

    if (r->bad || len > r->left) {
        return lu_fail(LU_ERR_INPUT, "the saved state of the training is cut off");
    }
    r->at += len;
    r->left -= len;
    return lu_trainee_load(t, block, len);
}

static size_t nets_of(const lu_embed *e, lu_trainee *list[3])
{
    list[0] = e->net.host;
    list[1] = e->net.encoder;
    list[2] = e->net.discriminator;
    return e->p.keys ? 3 : 1;
}

lu_err lu_embed_save(lu_embed *e, lu_buf *out)
{
    lu_trainee *list[3];
    size_t n = nets_of(e, list);

    LU_TRY(put_u64(out, MAGIC));
    LU_TRY(put_u64(out, e->done));
    LU_TRY(lu_buf_add(out, &e->encoder, sizeof e->encoder));
    LU_TRY(lu_buf_add(out, &e->discriminator, sizeof e->discriminator));
    LU_TRY(lu_buf_add(out, e->row, e->done * sizeof *e->row));
    LU_TRY(lu_buf_add(out, e->frozen, e->p.keys * e->size));
    for (size_t i = 0; i < n; i++) {
        LU_TRY(put_net(out, list[i]));
    }
    return LU_OK;
}

lu_err lu_embed_load(lu_embed *e, const uint8_t *data, size_t len)
{
    reader r = {data, len, false};
    bool ours = take_u64(&r) == MAGIC;
    uint64_t done = take_u64(&r);
    lu_trainee *list[3];
    size_t n = nets_of(e, list);

    if (r.bad || !ours || done > lu_embed_epochs(&e->p)) {
        return lu_fail(LU_ERR_INPUT, "this is not the saved state of this training");
    }
    take(&r, &e->encoder, sizeof e->encoder);
    take(&r, &e->discriminator, sizeof e->discriminator);
    take(&r, e->row, done * sizeof *e->row);
    take(&r, e->frozen, e->p.keys * e->size);
    for (size_t i = 0; i < n; i++) {
        LU_TRY(take_net(&r, list[i]));
    }
    if (r.bad || r.left) {
        return lu_fail(LU_ERR_INPUT, "the saved state of the training has the wrong length");
    }
    e->done = done;
    return LU_OK;
}
