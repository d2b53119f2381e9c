/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an embedding starts from. */
#include "sessions/watermark/work.h"
#include "sessions/case/files.h"
#include "sessions/watermark/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* --- logo --- */

/* Value of channel c at (y,x) of a picture, between its four neighbours. */
static double sample_at(const lu_samples *s, double y, double x, size_t c)
{
    size_t y0 = (size_t)y, x0 = (size_t)x;
    size_t y1 = y0 + 1 < s->shape.h ? y0 + 1 : y0, x1 = x0 + 1 < s->shape.w ? x0 + 1 : x0;
    double fy = y - (double)y0, fx = x - (double)x0;
    const uint8_t *v = s->bytes + c;
    size_t w = s->shape.w, n = s->shape.c;

    return (1 - fy) * ((1 - fx) * v[(y0 * w + x0) * n] + fx * v[(y0 * w + x1) * n]) +
           fy * ((1 - fx) * v[(y1 * w + x0) * n] + fx * v[(y1 * w + x1) * n]);
}

/* Pixel i of n, in the coordinates of `from` pixels, centres on centres. */
static double place(size_t i, size_t n, size_t from)
{
    double at = ((double)i + 0.5) * (double)from / (double)n - 0.5;

    return fmin(fmax(at, 0), (double)from - 1);
}

static uint8_t logo_value(const lu_samples *s, double y, double x, size_t c, size_t channels)
{
    double sum = 0;

    if (s->shape.c == 3 && channels == 3) {
        return (uint8_t)lrint(sample_at(s, y, x, c));
    }
    for (size_t k = 0; k < s->shape.c; k++) {
        sum += sample_at(s, y, x, k) / (double)s->shape.c;
    }
    return (uint8_t)lrint(sum);
}

/* A picture file made to fit: bilinear, grey repeated or colours averaged, alpha over black. */
static lu_err logo_read(const char *path, lu_shape shape, uint8_t *out)
{
    char *spec = lu_format("png:%s", path);
    lu_shared picture;
    lu_err err = spec ? lu_client_samples(spec, LU_PART_TRAIN, 0, &picture) : LU_ERR_MEMORY;

    free(spec);
    LU_TRY(err);
    for (size_t i = 0; i < lu_shape_size(shape); i++) {
        size_t c = i % shape.c, x = i / shape.c % shape.w, y = i / shape.c / shape.w;
        const lu_samples *s = &picture.samples;
        out[i] =
            logo_value(s, place(y, shape.h, s->shape.h), place(x, shape.w, s->shape.w), c, shape.c);
    }
    lu_shared_fini(&picture);
    return LU_OK;
}

static bool is_cover(const lu_mark_work *w, size_t i)
{
    for (size_t k = 0; k < w->params.keys; k++) {
        if (w->cover[k] == i) {
            return true;
        }
    }
    return false;
}

/* The authors' MNIST logo is a sample with label 1 (spec watermark A2). */
static lu_err logo_from_samples(const lu_mark_work *w)
{
    const lu_samples *s = &w->train.samples;
    float *x;

    for (size_t i = 0; i < s->n; i++) {
        if (s->labels[i] == 1 && !is_cover(w, i)) {
            LU_TRY(LU_NEW(x, lu_shape_size(s->shape)));
            lu_samples_values(s, i, 1, x);
            for (size_t j = 0; j < lu_shape_size(s->shape); j++) {
                w->logo_byte[j] = (uint8_t)lrintf(255 * fminf(fmaxf(x[j], 0), 1));
            }
            free(x);
            return LU_OK;
        }
    }
    return lu_fail(LU_ERR_INPUT, "no sample has label 1 to serve as the logo; give --logo");
}

static lu_err choose_logo(lu_mark_work *w)
{
    lu_shape shape = w->train.samples.shape;
    size_t size = lu_shape_size(shape);

    LU_TRY(LU_NEW(w->logo_byte, size));
    LU_TRY(LU_NEW(w->logo, size));
    LU_TRY(w->o->logo ? logo_read(w->o->logo, shape, w->logo_byte) : logo_from_samples(w));
    for (size_t i = 0; i < size; i++) {
        w->logo[i] = 2 * ((float)w->logo_byte[i] / 255) - 1;
    }
    return LU_OK;
}

/* --- covers --- */

static int by_value(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return x < y ? -1 : x > y;
}

/* The authors take the first ones; we draw. */
static lu_err choose_covers(lu_mark_work *w)
{
    size_t n = w->params.keys, all = w->train.samples.n, *order;
    lu_rng *rng;

    if (n > all) {
        return lu_fail(LU_ERR_USAGE, "%zu keys need as many samples, there are %zu", n, all);
    }
    LU_TRY(LU_NEW(w->cover, n));
    LU_TRY(LU_NEW(order, all));
    for (size_t i = 0; i < all; i++) {
        order[i] = i;
    }
    if (!w->params.faithful) {
        lu_err err = lu_rng_new(&rng, w->params.seed, "embed-covers", 0);
        if (err) {
            free(order);
            return err;
        }
        lu_rng_shuffle(rng, order, all);
        lu_rng_free(&rng);
    }
    memcpy(w->cover, order, n * sizeof *order);
    qsort(w->cover, n, sizeof *w->cover, by_value);
    free(order);
    return LU_OK;
}

/* --- secret --- */

static lu_err draw_secret(lu_sha256 *out)
{
    uint8_t raw[32];

    if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw) {
        return lu_fail(LU_ERR_IO, "the system gives no random bytes: %s", strerror(errno));
    }
    for (size_t i = 0; i < sizeof raw; i++) {
        snprintf(out->hex + 2 * i, 3, "%02x", raw[i]);
    }
    return LU_OK;
}

static lu_err read_secret(const char *path, lu_sha256 *out)
{
    lu_buf text;

    LU_TRY(lu_file_read(AT_FDCWD, path, 256, &text));
    snprintf(out->hex, sizeof out->hex, "%.64s", (const char *)text.data);
    lu_buf_fini(&text);
    if (!lu_sha256_valid(out->hex)) {
        return lu_within(lu_fail(LU_ERR_INPUT, "does not hold 64 hex digits"), "%s", path);
    }
    return LU_OK;
}

/* The one given, the one an interrupted embedding left, a fresh one. */
static lu_err choose_secret(lu_mark_work *w)
{
    char kept[LU_BUNDLE_PATH];

    LU_TRY(lu_bundle_path(w->o->out, "secret.txt", kept));
    if (w->o->secret != NULL) {
        LU_TRY(read_secret(w->o->secret, &w->secret));
    } else if (access(kept, F_OK) == 0) {
        LU_TRY(read_secret(kept, &w->secret));
    } else {
        LU_TRY(draw_secret(&w->secret));
    }
    LU_TRY(lu_secret_commitment(&w->secret, &w->commitment));
    LU_TRY(LU_NEW(w->label, w->params.keys));
    return lu_secret_labels(&w->secret, w->cover, w->params.keys, w->classes, w->label);
}

/* --- the whole --- */

/* Everything the result depends on. */
static lu_err identify(lu_mark_work *w)
{
    lu_sha256 data, parent = {""};
    lu_frame params;
    lu_digest d;

    LU_TRY(lu_samples_digest(&w->train.samples, &data));
    if (w->parent >= 0) {
        LU_TRY(lu_sha256_fd(w->parent, &parent));
    }
    lu_frame_init(&params, LU_MSG_EMBED, 0);
    lu_put_embed_params(&params, &w->params);
    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "watermark " LU_VERSION);
    lu_digest_bytes(&d, params.body.data, params.body.len);
    lu_digest_bytes(&d, w->cfg.data, w->cfg.len);
    lu_digest_text(&d, data.hex);
    lu_digest_text(&d, parent.hex);
    lu_digest_text(&d, w->secret.hex);
    lu_digest_bytes(&d, w->logo_byte, lu_shape_size(w->train.samples.shape));
    lu_frame_fini(&params);
    return lu_digest_finish(&d, &w->id);
}

static size_t usual_keys(size_t samples)
{
    size_t n = samples / 100;

    return n < 20 ? 20 : n > 600 ? 600 : n;
}

static lu_err open_parts(lu_mark_work *w)
{
    const lu_mark_options *o = w->o;
    uint64_t size;

    LU_TRY(lu_file_read(AT_FDCWD, o->cfg, 1 << 20, &w->cfg));
    if (o->parent != NULL) {
        LU_TRY(lu_file_open(AT_FDCWD, o->parent, &w->parent, &size));
    }
    LU_TRY(lu_client_samples(o->data, LU_PART_TRAIN, o->params.seed, &w->train));
    if (w->train.samples.labels == NULL) {
        return lu_within(lu_fail(LU_ERR_INPUT, "the samples have no labels"), "%s", o->data);
    }
    w->classes = w->train.samples.classes;
    if (!o->has_keys) {
        w->params.keys = usual_keys(w->train.samples.n);
    }
    LU_TRY(choose_covers(w));
    LU_TRY(choose_secret(w));
    LU_TRY(choose_logo(w));
    return identify(w);
}

lu_err lu_mark_work_open(const lu_mark_options *o, lu_mark_work *w)
{
    lu_err err;

    *w = (lu_mark_work){.o = o, .params = o->params, .parent = -1, .train = {.fd = -1}};
    LU_TRY(lu_embed_check(&o->params));
    err = open_parts(w);
    if (err) {
        lu_mark_work_close(w);
    }
    return err;
}

void lu_mark_work_close(lu_mark_work *w)
{
    lu_buf_fini(&w->cfg);
    if (w->parent >= 0) {
        close(w->parent);
    }
    lu_shared_fini(&w->train);
    free(w->cover);
    free(w->label);
    free(w->logo_byte);
    free(w->logo);
    *w = (lu_mark_work){.parent = -1, .train = {.fd = -1}};
}

lu_embed_ask lu_mark_ask(const lu_mark_work *w, bool twin, lu_embed_params *params)
{
    *params = w->params;
    params->keys = twin ? 0 : params->keys;
    return (lu_embed_ask){.cfg = &w->cfg,
                          .parent = w->parent,
                          .params = params,
                          .train = &w->train,
                          .cover = w->cover,
                          .label = w->label,
                          .logo = w->logo};
}
