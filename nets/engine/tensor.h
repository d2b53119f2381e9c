/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a plan computes with: buffers, and tensors of images.
 *
 * A tensor is a row of images. An image is a row of blocks of `lanes` channels, as many as a vector
 * holds; a block is h rows of w pixels of `lanes` floats, with a border of `halo` pixels all around
 * that is always 0, so that convolutions read beyond the edge without asking. Channels that fill
 * the last block up are finite and count for nothing.
 */
#ifndef LU_NETS_ENGINE_TENSOR_H
#define LU_NETS_ENGINE_TENSOR_H

#include "nets/engine/kernels.h"
#include "nets/format/weights.h"

/* Zeroed floats on a cache line's edge. */
typedef struct lu_floats {
    float *at;
    void *block;   /* owned; what `at` lies in */
    size_t mapped; /* bytes of a block that is a mapping; 0 = from the heap */
} lu_floats;

lu_err lu_floats_new(size_t n, lu_floats *out);
void lu_floats_free(lu_floats *f);

/* Two buffers for the section that runs. */
typedef struct lu_scratch {
    lu_floats at[2];
    size_t size; /* floats of each */
} lu_scratch;

/* Holds so many floats each from now on; what was there is gone when it grows. */
lu_err lu_scratch_grow(lu_scratch *s, size_t floats);
void lu_scratch_fini(lu_scratch *s);

typedef struct lu_tensor {
    lu_shape shape;
    size_t lanes;             /* floats from pixel to pixel; the input's may be its channels */
    size_t blocks;            /* of `lanes` channels */
    size_t halo;              /* pixels */
    size_t row, block, image; /* floats from one to the next */
    lu_floats v;              /* values */
    lu_floats g;              /* gradients dL/dv; may be another tensor's */
} lu_tensor;

/* Images first..first+n-1 of a batch. */
typedef struct lu_part_of_batch {
    size_t first, n;
} lu_images;

/* The next `group` of n images. */
static inline lu_images lu_images_part(size_t first, size_t group, size_t n)
{
    return (lu_images){first, n - first < group ? n - first : group};
}

/* Lays a tensor out and makes its buffers. */
lu_err lu_tensor_init(lu_tensor *t, lu_shape shape, size_t lanes, size_t halo, size_t batch);
void lu_tensor_fini(lu_tensor *t);

/* Offset of pixel (y,x) of block c of image b. */
static inline size_t lu_tensor_at(const lu_tensor *t, size_t b, size_t c, size_t y, size_t x)
{
    return b * t->image + c * t->block + (y + t->halo) * t->row + (x + t->halo) * t->lanes;
}

/* Offset of channel c of that pixel. */
static inline size_t lu_tensor_channel(const lu_tensor *t, size_t b, size_t c, size_t y, size_t x)
{
    return lu_tensor_at(t, b, c / t->lanes, y, x) + c % t->lanes;
}

/* The rows of some images of a tensor, one after the other:
       for (lu_rows r = lu_rows_of(t, b); lu_rows_next(&r);)  ... r.n floats at t->v.at + r.at */
typedef struct lu_rows {
    const lu_tensor *t;
    size_t b, c, y, end;
    size_t at, n;
} lu_rows;

lu_rows lu_rows_of(const lu_tensor *t, lu_images b);
bool lu_rows_next(lu_rows *r);

/* Fills the gradients of some images with 0. */
void lu_tensor_zero(const lu_tensor *t, lu_images b);

#endif
