/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an embedding leaves: arrays, pictures, parameters, figures. */
#include "sessions/watermark/bundle.h"
#include "sessions/watermark/work.h"
#include "viz/viz.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- arrays --- */

static lu_err save_arrays(const char *dir, const char *name, const lu_arrays *a)
{
    lu_buf bytes;
    lu_err err = lu_npz_write(a, &bytes);

    if (!err) {
        err = lu_bundle_save(dir, name, &bytes);
        lu_buf_fini(&bytes);
    }
    return err;
}

/* x, y and, with `cover`, the indices. */
static lu_err save_images(const lu_mark_work *w, const char *name, const uint8_t *x,
                          const int32_t *label, bool cover)
{
    lu_shape s = w->train.samples.shape;
    size_t n = w->params.keys, shape[4] = {n, s.h, s.w, s.c};
    int64_t *y;
    lu_arrays a = {0};
    lu_err err;

    LU_TRY(LU_NEW(y, 2 * n));
    for (size_t i = 0; i < n; i++) {
        y[i] = label[i];
        y[n + i] = (int64_t)w->cover[i];
    }
    err = lu_arrays_add(&a, "x", LU_U8, 4, shape, x);
    if (!err) {
        err = lu_arrays_add(&a, "y", LU_I64, 1, shape, y);
    }
    if (!err && cover) {
        err = lu_arrays_add(&a, "cover", LU_I64, 1, shape, y + n);
    }
    if (!err) {
        err = save_arrays(w->o->out, name, &a);
    }
    lu_arrays_fini(&a);
    free(y);
    return err;
}

lu_err lu_mark_covers(const lu_mark_work *w, uint8_t **x, int32_t **y)
{
    const lu_samples *s = &w->train.samples;
    size_t n = w->params.keys, size = lu_shape_size(s->shape);
    float *v;

    LU_TRY(LU_NEW(*x, n * size));
    LU_TRY(LU_NEW(*y, n));
    LU_TRY(LU_NEW(v, size));
    for (size_t i = 0; i < n; i++) {
        lu_samples_values(s, w->cover[i], 1, v);
        (*y)[i] = s->labels[w->cover[i]];
        for (size_t j = 0; j < size; j++) {
            (*x)[i * size + j] = (uint8_t)lrintf(255 * fminf(fmaxf(v[j], 0), 1));
        }
    }
    free(v);
    return LU_OK;
}

static lu_err save_covers(const lu_mark_work *w)
{
    uint8_t *x = NULL;
    int32_t *y = NULL;
    lu_err err = lu_mark_covers(w, &x, &y);

    if (!err) {
        err = save_images(w, "covers.npz", x, y, false);
    }
    free(x);
    free(y);
    return err;
}

static lu_err save_logo(const lu_mark_work *w)
{
    lu_shape s = w->train.samples.shape;
    const size_t shape[4] = {1, s.h, s.w, s.c};
    lu_arrays a = {0};
    lu_err err = lu_arrays_add(&a, "x", LU_U8, 4, shape, w->logo_byte);

    if (!err) {
        err = save_arrays(w->o->out, "logo.npz", &a);
    }
    lu_arrays_fini(&a);
    return err;
}

/* --- pictures --- */

static lu_err save_picture(const char *dir, const char *name, const lu_samples *s, size_t i)
{
    lu_picture picture;
    lu_buf png = LU_BUF_INIT;
    lu_err err;

    LU_TRY(lu_picture_sample(s, i, &picture));
    err = lu_out_png(&picture, &png);
    if (!err) {
        err = lu_bundle_save(dir, name, &png);
    }
    lu_buf_fini(&png);
    lu_picture_fini(&picture);
    return err;
}

static lu_err save_pictures(const lu_mark_work *w, const lu_embedded *host)
{
    lu_samples keys = {.n = w->params.keys, .shape = w->train.samples.shape};
    lu_samples logo = {.n = 1, .shape = keys.shape, .bytes = w->logo_byte};
    char path[LU_BUNDLE_PATH];

    keys.bytes = host->keys.data;
    LU_TRY(lu_bundle_path(w->o->out, "keys", path));
    if (mkdir(path, 0755) && errno != EEXIST) {
        return lu_within(lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno)), "%s", path);
    }
    for (size_t i = 0; i < keys.n; i++) {
        char name[32];
        snprintf(name, sizeof name, "keys/%04zu.png", i);
        LU_TRY(save_picture(w->o->out, name, &keys, i));
    }
    return save_picture(w->o->out, "logo.png", &logo, 0);
}

/* --- the training's figures --- */

static const char *const figures[LU_EMBED_FIGURES] = {
    "mse", "ssim_loss", "adversarial", "host_keys", "discriminator", "host", "clean", "key", "raw"};

static lu_err print_row(const lu_embed_row *row, size_t epoch, lu_buf *out)
{
    double v[LU_EMBED_FIGURES];

    memcpy(v, row, sizeof v);
    LU_TRY(lu_buf_print(out, "%zu", epoch));
    for (size_t i = 0; i < LU_EMBED_FIGURES; i++) {
        LU_TRY(isnan(v[i]) ? lu_buf_print(out, ",") : lu_buf_print(out, ",%.9g", v[i]));
    }
    return lu_buf_print(out, "\n");
}

static lu_err save_training(const lu_mark_work *w, const lu_embedded *host)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_buf_print(&text, "epoch");

    for (size_t i = 0; i < LU_EMBED_FIGURES && !err; i++) {
        err = lu_buf_print(&text, ",%s", figures[i]);
    }
    if (!err) {
        err = lu_buf_print(&text, "\n");
    }
    for (size_t i = 0; i < host->epochs && !err; i++) {
        err = print_row(&host->row[i], i + 1, &text);
    }
    if (!err) {
        err = lu_bundle_save(w->o->out, "training.csv", &text);
    }
    lu_buf_fini(&text);
    return err;
}

lu_err lu_mark_files(const lu_mark_work *w, const lu_embedded *host, const lu_embedded *twin,
                     const lu_embedded *untrained)
{
    const struct {
        const char *name;
        const lu_buf *bytes;
    } file[] = {{"host.cfg", &w->cfg},
                {"host.weights", &host->host},
                {"encoder.weights", &host->encoder},
                {"discriminator.weights", &host->discriminator},
                {"twin.weights", &twin->host},
                {"untrained.weights", &untrained->host}};

    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        LU_TRY(lu_bundle_save(w->o->out, file[i].name, file[i].bytes));
    }
    LU_TRY(save_images(w, "keys.npz", host->keys.data, w->label, true));
    LU_TRY(save_covers(w));
    LU_TRY(save_logo(w));
    LU_TRY(save_pictures(w, host));
    return save_training(w, host);
}
