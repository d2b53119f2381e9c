/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stages' parameters and results as messages. */
#include "nets/client/proto.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const uint64_t COUNT = (uint64_t)1 << 32; /* no list is this long */

void lu_put_blackbox_params(lu_frame *f, const lu_blackbox_params *p)
{
    lu_put_u64(f, p->method);
    lu_put_u64(f, p->mode);
    lu_put_f64(f, p->ep);
    lu_put_u64(f, p->iterations);
    lu_put_u64(f, p->random_start);
    lu_put_f64(f, p->confidence);
    lu_put_f64(f, p->learning_rate);
    lu_put_u64(f, p->search_steps);
    lu_put_u64(f, p->cw_iterations);
    lu_put_f64(f, p->initial_c);
    lu_put_f64(f, p->low);
    lu_put_f64(f, p->high);
}

void lu_get_blackbox_params(lu_frame *f, lu_blackbox_params *p)
{
    p->method = (lu_adversarial)lu_get_below(f, LU_ADVERSARIAL_COUNT);
    p->mode = (lu_pgd_mode)lu_get_below(f, LU_PGD_MODE_COUNT);
    p->ep = lu_get_f64(f);
    p->iterations = lu_get_below(f, COUNT);
    p->random_start = lu_get_below(f, 2);
    p->confidence = lu_get_f64(f);
    p->learning_rate = lu_get_f64(f);
    p->search_steps = lu_get_below(f, COUNT);
    p->cw_iterations = lu_get_below(f, COUNT);
    p->initial_c = lu_get_f64(f);
    p->low = lu_get_f64(f);
    p->high = lu_get_f64(f);
}

void lu_put_whitebox_params(lu_frame *f, const lu_whitebox_params *p)
{
    lu_put_f64(f, p->m);
    lu_put_u64(f, p->iterations);
    lu_put_f64(f, p->learning_rate);
    lu_put_u64(f, p->clip);
    lu_put_f64(f, p->low);
    lu_put_f64(f, p->high);
}

void lu_get_whitebox_params(lu_frame *f, lu_whitebox_params *p)
{
    p->m = lu_get_f64(f);
    p->iterations = lu_get_below(f, COUNT);
    p->learning_rate = lu_get_f64(f);
    p->clip = lu_get_below(f, 2);
    p->low = lu_get_f64(f);
    p->high = lu_get_f64(f);
}

void lu_put_recipe(lu_frame *f, const lu_recipe *r)
{
    lu_put_u64(f, r->kind);
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        lu_put_f64(f, lu_recipe_get(r, &lu_recipe_fields[i]));
    }
    for (size_t i = 0; i < LU_RECIPE_DROPS; i++) {
        lu_put_u64(f, r->drop_epoch[i]);
        lu_put_f64(f, r->drop_factor[i]);
    }
    lu_put_u64(f, r->seed);
}

void lu_get_recipe(lu_frame *f, lu_recipe *r)
{
    *r = (lu_recipe){.kind = (lu_recipe_kind)lu_get_below(f, LU_RECIPE_KINDS)};
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        double v = lu_get_f64(f);
        if (lu_recipe_field_takes(&lu_recipe_fields[i], v)) {
            lu_recipe_put(r, &lu_recipe_fields[i], v);
        } else {
            f->bad = true;
        }
    }
    for (size_t i = 0; i < LU_RECIPE_DROPS; i++) {
        r->drop_epoch[i] = lu_get_below(f, COUNT);
        r->drop_factor[i] = lu_get_f64(f);
    }
    r->seed = lu_get_u64(f);
}

/* --- number lists travel inside the frame --- */

static void put_numbers(lu_frame *f, const uint32_t *v, size_t n)
{
    lu_put_u64(f, n);
    for (size_t i = 0; i < n; i++) {
        lu_put_u64(f, v[i]);
    }
}

/* Exactly n numbers, or bad. */
static lu_err get_numbers(lu_frame *f, size_t n, uint32_t **out)
{
    if (lu_get_below(f, COUNT) != n || n > (f->body.len - f->at) / 8) {
        f->bad = true;
        n = 0;
    }
    LU_TRY(LU_NEW(*out, n));
    for (size_t i = 0; i < n; i++) {
        (*out)[i] = (uint32_t)lu_get_below(f, COUNT);
    }
    return LU_OK;
}

static lu_err put_images(lu_frame *f, const lu_samples *s)
{
    lu_shared shared;

    LU_TRY(lu_shared_new(s, &shared));
    lu_put_samples(f, &shared);
    lu_shared_fini(&shared);
    return LU_OK;
}

static bool all_finite(const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(v[i])) {
            return false;
        }
    }
    return true;
}

/* Test cases: floats, labelled or not. The images stay mapped; the descriptor is not needed any
 * more. */
static lu_err get_images(lu_frame *f, bool labelled, lu_samples *out)
{
    lu_shared shared;
    const lu_samples *s = &shared.samples;

    LU_TRY(lu_get_samples(f, &shared));
    if (s->n && (s->values == NULL || labelled != (s->labels != NULL) ||
                 !all_finite(s->values, s->n * lu_shape_size(s->shape)))) {
        lu_shared_fini(&shared);
        return lu_fail(LU_ERR_ENGINE, "the test cases are not labelled or not finite");
    }
    *out = shared.samples;
    close(shared.fd);
    return LU_OK;
}

lu_err lu_put_blackbox(lu_frame *f, const lu_blackbox *b)
{
    LU_TRY(put_images(f, &b->tests));
    put_numbers(f, b->seed, b->tests.n);
    lu_put_f64(f, b->max_linf);
    lu_put_u64(f, b->yield.seeds);
    lu_put_u64(f, b->yield.kept);
    lu_put_u64(f, b->yield.unmoved);
    lu_put_u64(f, b->yield.resisted);
    return LU_OK;
}

lu_err lu_get_blackbox(lu_frame *f, lu_blackbox *b)
{
    lu_err err;

    memset(b, 0, sizeof *b);
    err = get_images(f, true, &b->tests);
    if (!err) {
        err = get_numbers(f, b->tests.n, &b->seed);
    }
    if (!err) {
        b->max_linf = lu_get_f64(f);
        b->yield.seeds = lu_get_below(f, COUNT);
        b->yield.kept = lu_get_below(f, COUNT);
        b->yield.unmoved = lu_get_below(f, COUNT);
        b->yield.resisted = lu_get_below(f, COUNT);
        err = lu_frame_end(f);
    }
    if (err) {
        lu_blackbox_fini(b);
    }
    return err;
}

lu_err lu_put_whitebox(lu_frame *f, const lu_whitebox *w)
{
    LU_TRY(put_images(f, &w->tests));
    lu_put_u64(f, (uint64_t)w->layer);
    lu_put_u64(f, w->neurons);
    for (size_t i = 0; i < w->neurons; i++) {
        lu_put_u64(f, (uint64_t)w->neuron[i]);
        lu_put_f64(f, w->threshold[i]);
        lu_put_u64(f, w->start[i + 1]);
    }
    put_numbers(f, w->seed, w->tests.n);
    put_numbers(f, w->iterations, w->tests.n);
    lu_put_u64(f, w->tried);
    lu_put_u64(f, w->dead);
    lu_put_u64(f, w->unreached);
    return LU_OK;
}

static lu_err get_positions(lu_frame *f, lu_whitebox *w)
{
    w->layer = (int)lu_get_below(f, 1 << 20);
    w->neurons = lu_get_below(f, LU_WIRE_BYTES / 24);
    LU_TRY(LU_NEW(w->neuron, w->neurons));
    LU_TRY(LU_NEW(w->threshold, w->neurons));
    LU_TRY(LU_NEW(w->start, w->neurons + 1));
    for (size_t i = 0; i < w->neurons; i++) {
        w->neuron[i] = (int32_t)lu_get_below(f, INT32_MAX);
        w->threshold[i] = lu_get_f64(f);
        w->start[i + 1] = lu_get_below(f, COUNT);
        f->bad = f->bad || w->start[i + 1] < w->start[i];
    }
    f->bad = f->bad || w->start[w->neurons] != w->tests.n;
    return LU_OK;
}

lu_err lu_get_whitebox(lu_frame *f, lu_whitebox *w)
{
    lu_err err;

    memset(w, 0, sizeof *w);
    err = get_images(f, false, &w->tests);
    if (!err) {
        err = get_positions(f, w);
    }
    if (!err) {
        err = get_numbers(f, w->tests.n, &w->seed);
    }
    if (!err) {
        err = get_numbers(f, w->tests.n, &w->iterations);
    }
    if (!err) {
        w->tried = lu_get_below(f, COUNT);
        w->dead = lu_get_below(f, COUNT);
        w->unreached = lu_get_below(f, COUNT);
        err = lu_frame_end(f);
    }
    if (err) {
        lu_whitebox_fini(w);
    }
    return err;
}

/* --- arrays: descriptions in the frame, data in one memory file --- */

lu_err lu_put_arrays(lu_frame *f, const lu_arrays *a)
{
    lu_part_bytes *parts;
    lu_err err;
    int fd;

    LU_TRY(LU_NEW(parts, a->n));
    lu_put_u64(f, a->n);
    for (size_t i = 0; i < a->n; i++) {
        const lu_array *x = &a->item[i];
        lu_put_text(f, x->name);
        lu_put_u64(f, x->type);
        lu_put_u64(f, x->dims);
        for (size_t d = 0; d < x->dims; d++) {
            lu_put_u64(f, x->shape[d]);
        }
        parts[i] = (lu_part_bytes){x->data, lu_array_count(x) * lu_dtype_size(x->type)};
    }
    err = lu_sealed_new(parts, a->n, &fd);
    free(parts);
    LU_TRY(err);
    lu_put_fd(f, fd);
    close(fd);
    return LU_OK;
}

static void get_description(lu_frame *f, lu_array *x, size_t *bytes)
{
    size_t count = 1;

    memset(x, 0, sizeof *x);
    lu_get_text(f, x->name, sizeof x->name);
    x->type = (lu_dtype)lu_get_below(f, LU_DTYPES);
    x->dims = lu_get_below(f, LU_ARRAY_DIMS + 1);
    for (size_t d = 0; d < x->dims; d++) {
        x->shape[d] = lu_get_u64(f);
        f->bad = f->bad || !lu_mul(count, x->shape[d], &count);
    }
    f->bad = f->bad || !lu_mul(count, lu_dtype_size(x->type), bytes) || *bytes > SIZE_MAX / 4;
}

static lu_err copy_arrays(lu_arrays *a, const size_t *bytes, int fd)
{
    size_t size = 0, at = 0;
    lu_err err = LU_OK;
    void *base;

    for (size_t i = 0; i < a->n; i++) {
        size = lu_sealed_next(size, bytes[i]);
    }
    LU_TRY(lu_sealed_map(fd, size, &base));
    for (size_t i = 0; i < a->n && !err; i++) {
        a->item[i].data = lu_zalloc(bytes[i], 1);
        err = a->item[i].data ? LU_OK : LU_ERR_MEMORY;
        if (!err && bytes[i]) {
            memcpy(a->item[i].data, (uint8_t *)base + at, bytes[i]);
        }
        at = lu_sealed_next(at, bytes[i]);
    }
    if (base != NULL) {
        munmap(base, size);
    }
    return err;
}

lu_err lu_get_arrays(lu_frame *f, lu_arrays *a)
{
    size_t n = lu_get_below(f, LU_WIRE_BYTES / 32), *bytes;
    lu_err err = LU_OK;
    int fd;

    *a = (lu_arrays){0};
    LU_TRY(LU_NEW(bytes, n));
    if (LU_NEW(a->item, n)) {
        free(bytes);
        return LU_ERR_MEMORY;
    }
    for (size_t i = 0; i < n && !f->bad; i++) {
        get_description(f, &a->item[i], &bytes[i]);
        a->n = i + 1;
    }
    fd = lu_get_fd(f);
    err = lu_frame_end(f);
    if (!err) {
        err = copy_arrays(a, bytes, fd);
    }
    if (fd >= 0) {
        close(fd);
    }
    free(bytes);
    if (err) {
        lu_arrays_fini(a);
    }
    return err;
}
