/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/engine/tensor.h"

#include <string.h>
#include <sys/mman.h>

/* Bytes: of a cache line; from which a buffer is mapped, so that what is never used is never
   touched (the heap clears what it has used before); of a page where a buffer is that large:
   kernels walk over many of them at a time. */
enum { LINE = 64, MAPPED = 128 << 10, PAGE = 2 << 20 };

#ifdef LU_SANITIZED
static const bool maps = false; /* the heap is watched */
#else
static const bool maps = true;
#endif

static lu_err map(size_t size, lu_floats *out)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED) {
        return lu_fail(LU_ERR_MEMORY, "out of memory for %zu bytes", size);
    }
    *out = (lu_floats){.block = at, .mapped = size};
    return LU_OK;
}

lu_err lu_floats_new(size_t n, lu_floats *out)
{
    size_t size = n * sizeof(float), edge = size >= PAGE ? PAGE : LINE;
    char *block;

    *out = (lu_floats){0};
    if (maps && size >= MAPPED) {
        LU_TRY(map(size + edge, out));
        block = out->block;
    } else {
        LU_TRY(LU_NEW(block, size + edge));
        out->block = block;
    }
    out->at = (float *)(void *)(block + edge - (uintptr_t)block % edge);
    if (edge == PAGE) {
        (void)madvise(out->at, size, MADV_HUGEPAGE); /* a wish, no more */
    }
    return LU_OK;
}

void lu_floats_free(lu_floats *f)
{
    if (f->mapped) {
        munmap(f->block, f->mapped);
    } else {
        free(f->block);
    }
    *f = (lu_floats){0};
}

lu_err lu_scratch_grow(lu_scratch *s, size_t floats)
{
    if (floats <= s->size) {
        return LU_OK;
    }
    for (size_t i = 0; i < 2; i++) {
        lu_floats_free(&s->at[i]);
        LU_TRY(lu_floats_new(floats, &s->at[i]));
    }
    s->size = floats;
    return LU_OK;
}

void lu_scratch_fini(lu_scratch *s)
{
    lu_floats_free(&s->at[0]);
    lu_floats_free(&s->at[1]);
}

lu_err lu_tensor_init(lu_tensor *t, lu_shape shape, size_t lanes, size_t halo, size_t batch)
{
    t->shape = shape;
    t->lanes = lanes;
    t->blocks = (shape.c + lanes - 1) / lanes;
    t->halo = halo;
    t->row = (shape.w + 2 * halo) * lanes;
    t->block = (shape.h + 2 * halo) * t->row;
    t->image = t->blocks * t->block;
    LU_TRY(lu_floats_new(batch * t->image + LU_SLACK, &t->v));
    return lu_floats_new(batch * t->image + LU_SLACK, &t->g);
}

void lu_tensor_fini(lu_tensor *t)
{
    lu_floats_free(&t->v);
    lu_floats_free(&t->g);
}

lu_rows lu_rows_of(const lu_tensor *t, lu_images b)
{
    return (lu_rows){.t = t, .b = b.first, .end = b.first + b.n, .n = t->shape.w * t->lanes};
}

bool lu_rows_next(lu_rows *r)
{
    if (r->b == r->end) {
        return false;
    }
    r->at = lu_tensor_at(r->t, r->b, r->c, r->y, 0);
    if (++r->y == r->t->shape.h) {
        r->y = 0;
        if (++r->c == r->t->blocks) {
            r->c = 0;
            r->b++;
        }
    }
    return true;
}

void lu_tensor_zero(const lu_tensor *t, lu_images b)
{
    memset(t->g.at + b.first * t->image, 0, b.n * t->image * sizeof(float));
}
