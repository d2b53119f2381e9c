/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/client/bench.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void lu_request_bench(const lu_bench_ask *ask, lu_frame *f)
{
    lu_frame_init(f, LU_MSG_BENCH, 0);
    lu_put_bytes(f, ask->cfg, strlen(ask->cfg));
    lu_put_u64(f, ask->work);
    lu_put_u64(f, ask->reference);
    lu_put_u64(f, ask->batch);
    lu_put_f64(f, ask->seconds);
}

lu_err lu_reply_bench(lu_frame *reply, lu_bench_answer *out)
{
    out->units = lu_get_f64(reply);
    out->seconds = lu_get_f64(reply);
    out->flops = lu_get_f64(reply);
    out->peak = lu_get_f64(reply);
    return lu_frame_end(reply);
}

static lu_err copy_file(lu_frame *reply, lu_buf *out)
{
    size_t len = lu_get_below(reply, (uint64_t)1 << 32);
    int fd = lu_get_fd(reply);
    void *mapping = NULL;
    lu_err err = lu_frame_end(reply);

    if (!err) {
        err = lu_sealed_map(fd, lu_sealed_next(0, len), &mapping);
    }
    if (!err) {
        err = lu_buf_add(out, mapping, len);
        munmap(mapping, lu_sealed_next(0, len));
    }
    if (fd >= 0) {
        close(fd);
    }
    return err;
}

lu_err lu_client_bench_weights(const char *cfg, lu_buf *out)
{
    lu_frame request, reply;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    lu_frame_init(&request, LU_MSG_BENCH_WEIGHTS, 0);
    lu_put_bytes(&request, cfg, strlen(cfg));
    err = lu_engine_call(e, &request, NULL, &reply);
    lu_frame_fini(&request);
    if (!err) {
        err = copy_file(&reply, out);
        lu_frame_fini(&reply);
    }
    lu_engine_free(&e);
    return err;
}
