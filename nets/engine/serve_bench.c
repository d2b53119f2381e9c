/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that measure. */
#include "nets/engine/handlers.h"

#include <sys/resource.h>

static lu_err parse(const uint8_t *cfg, size_t len, lu_net *net)
{
    lu_net_limits limits = lu_net_limits_default();

    return lu_within(lu_net_parse((const char *)cfg, len, &limits, net), "the .cfg text");
}

static double peak_memory(void)
{
    struct rusage u;

    return getrusage(RUSAGE_SELF, &u) ? 0 : (double)u.ru_maxrss * 1024;
}

lu_err lu_on_bench(lu_service *s, lu_frame *in, lu_frame *out)
{
    size_t len;
    const uint8_t *cfg = lu_get_bytes(in, &len);
    lu_bench_work work = (lu_bench_work)lu_get_below(in, LU_BENCH_WORKS);
    bool reference = lu_get_below(in, 2);
    size_t batch = lu_get_below(in, 4096);
    double seconds = lu_get_f64(in), units, took;
    lu_net net;

    LU_TRY(lu_frame_end(in));
    if (s->bench == NULL) {
        LU_TRY(parse(cfg, len, &net));
        LU_TRY(lu_bench_new(&net, work, reference, batch ? batch : 1, &s->bench));
    }
    LU_TRY(lu_bench_run(s->bench, seconds, &units, &took));
    lu_put_f64(out, units);
    lu_put_f64(out, took);
    lu_put_f64(out, lu_bench_flops(s->bench));
    lu_put_f64(out, peak_memory());
    return LU_OK;
}

lu_err lu_on_bench_weights(lu_service *s, lu_frame *in, lu_frame *out)
{
    size_t len;
    const uint8_t *cfg = lu_get_bytes(in, &len);
    lu_weights w = {0};
    lu_buf file = LU_BUF_INIT;
    lu_part_bytes part;
    lu_net net;
    lu_err err;

    (void)s;
    LU_TRY(lu_frame_end(in));
    LU_TRY(parse(cfg, len, &net));
    err = lu_bench_weights(&net, &w);
    if (!err) {
        err = lu_weights_write(&net, &w, &file);
    }
    if (!err) {
        part = (lu_part_bytes){file.data, file.len};
        lu_put_u64(out, file.len);
        err = lu_service_send(out, &part, 1);
    }
    lu_weights_fini(&w);
    lu_buf_fini(&file);
    lu_net_fini(&net);
    return err;
}
