/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The maximum of windows, and who it was. */
#include "nets/engine/kernels/vector.h"

#include <float.h>

LU_INLINE vec window_max(const lu_window *w, const float *src, size_t row)
{
    vec best = splat(-FLT_MAX);

    for (size_t y = 0; y < w->rows; y++) {
        for (size_t x = 0; x < w->columns; x++) {
            vec v = load(src + y * row + x * LANES);
            ivec more = v > best;
            best = (vec)(((ivec)v & more) | ((ivec)best & ~more));
        }
    }
    return best;
}

void LU_KERNEL(max_forward)(const lu_pool *q)
{
    for (size_t b = 0; b < q->images; b++) {
        for (size_t c = 0; c < q->blocks; c++) {
            const float *src = q->src.at + b * q->src.image + c * q->src.block;
            float *dst = q->dst.at + b * q->dst.image + c * q->dst.block;
            for (size_t i = 0; i < q->windows; i++) {
                const lu_window *w = &q->window[i];
                store(dst + w->dst, window_max(w, src + w->src, q->row));
            }
        }
    }
}

LU_INLINE void window_back(const lu_window *w, const float *src, size_t row, vec best, vec g,
                           float *grad, bool set)
{
    ivec open = ~(ivec){0};

    for (size_t y = 0; y < w->rows; y++) {
        for (size_t x = 0; x < w->columns; x++) {
            size_t at = y * row + x * LANES;
            ivec hit = (load(src + at) == best) & open;
            vec share = where(hit, g);
            if (!set) {
                share += load(grad + at);
            }
            store(grad + at, share);
            open &= ~hit;
        }
    }
}

static void back_block(const lu_pool *q, const float *src, const float *dst, const float *from,
                       float *grad)
{
    for (size_t i = 0; i < q->windows; i++) {
        const lu_window *w = &q->window[i];
        vec best = load(dst + w->dst), g = load(from + w->dst);
        if (q->mask) {
            g = where(best > 0, g);
        }
        if (q->set) {
            window_back(w, src + w->src, q->row, best, g, grad + w->src, true);
        } else {
            window_back(w, src + w->src, q->row, best, g, grad + w->src, false);
        }
    }
}

void LU_KERNEL(max_backward)(const lu_pool *q)
{
    for (size_t b = 0; b < q->images; b++) {
        for (size_t c = 0; c < q->blocks; c++) {
            back_block(q, q->src.at + b * q->src.image + c * q->src.block,
                       q->dst.at + b * q->dst.image + c * q->dst.block,
                       q->grad_dst.at + b * q->grad_dst.image + c * q->grad_dst.block,
                       q->grad_src.at + b * q->grad_src.image + c * q->grad_src.block);
        }
    }
}
