/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that read foreign files which are not networks of Darknet's. */
#include "nets/engine/handlers.h"
#include "nets/engine/sandbox.h"
#include "nets/format/keras.h"

#include <unistd.h>

lu_err lu_on_samples(lu_service *s, lu_frame *in, lu_frame *out)
{
    static const size_t TEXT = 3 * LU_SPEC_PATH_MAX;
    char *text = lu_zalloc(TEXT, 1);
    lu_spec *spec = lu_zalloc(1, sizeof *spec);
    lu_samples samples = {0};
    lu_shared shared = {.fd = -1};
    lu_part part = LU_PART_TRAIN;
    uint64_t seed = 0;
    lu_err err = text && spec ? LU_OK : LU_ERR_MEMORY;

    (void)s;
    if (!err) {
        lu_get_text(in, text, TEXT);
        part = (lu_part)lu_get_below(in, 2);
        seed = lu_get_u64(in);
        err = lu_frame_end(in);
    }
    if (!err) {
        err = lu_spec_parse(text, spec);
    }
    if (!err) {
        err = lu_spec_load(spec, part, seed, &samples);
    }
    if (!err) {
        err = lu_shared_new(&samples, &shared);
    }
    if (!err) {
        lu_put_samples(out, &shared);
    }
    lu_shared_fini(&shared);
    lu_samples_fini(&samples);
    free(spec);
    free(text);
    return err;
}

lu_err lu_on_arrays(lu_service *s, lu_frame *in, lu_frame *out)
{
    static const size_t LIMIT = (size_t)8 << 30; /* bytes of one archive's arrays */
    char path[LU_SPEC_PATH_MAX];
    lu_arrays arrays = {0};
    lu_err err;

    (void)s;
    lu_get_text(in, path, sizeof path);
    LU_TRY(lu_frame_end(in));
    err = lu_npz_read(path, LIMIT, &arrays);
    if (!err) {
        err = lu_put_arrays(out, &arrays);
    }
    lu_arrays_fini(&arrays);
    return err;
}

/* The largest file takes a few; a damaged one can keep libhdf5 busy for ever. */
static const uint64_t KERAS_SECONDS = 60;

/* What it becomes: the cfg's text, then the .weights file. */
static lu_err put_converted(const lu_buf *file, lu_frame *out)
{
    lu_net_limits limits = lu_net_limits_default();
    lu_buf cfg = LU_BUF_INIT, weights = LU_BUF_INIT;
    lu_err err = lu_keras_convert(file->data, file->len, &limits, &cfg, &weights);

    if (!err) {
        lu_part_bytes part = {weights.data, weights.len};
        lu_put_bytes(out, cfg.data, cfg.len);
        lu_put_u64(out, weights.len);
        err = lu_service_send(out, &part, 1);
    }
    lu_buf_fini(&cfg);
    lu_buf_fini(&weights);
    return err;
}

lu_err lu_on_keras(lu_service *s, lu_frame *in, lu_frame *out)
{
    lu_buf file = LU_BUF_INIT;
    int fd = lu_get_fd(in);
    lu_err err = lu_frame_end(in);

    (void)s;
    if (!err) {
        err = lu_service_read(fd, LU_KERAS_FILE, &file);
    }
    if (!err) {
        lu_sandbox_time(KERAS_SECONDS);
        err = put_converted(&file, out);
    }
    if (fd >= 0) {
        close(fd);
    }
    lu_buf_fini(&file);
    return err;
}
