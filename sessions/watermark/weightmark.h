/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mark in the weights of one convolution (Uchida, Nagai et al. 2017; core/watermark/marks.h):
 * does a suspect hold these bits? p is exact when bits and matrix were drawn at random; networks
 * known to be independent calibrate it without that assumption.
 */
#ifndef LU_SESSIONS_WATERMARK_WEIGHTMARK_H
#define LU_SESSIONS_WATERMARK_WEIGHTMARK_H

#include "sessions/watermark/keyset.h"

typedef struct lu_weightmark_options {
    /* .npz: b (n bits, bytes or int64, 0 or 1); X (n x taps, float32 or float64) or seed (int64
       scalar, lu_uchida_matrix()); layer (int64 scalar) */
    const char *mark;
    lu_marked_files files;
    int layer; /* in place of the file's; -1 = as it says */
} lu_weightmark_options;

typedef struct lu_weightmark_result {
    size_t layer;
    lu_uchida mark;
    size_t negatives;
    double negative[LU_KEYSET_NEGATIVES]; /* their shares of right bits */
    double calibrated_p; /* (1 + #{negative >= suspect}) / (1 + negatives); NAN without */
} lu_weightmark_result;

/* LU_ERR_INPUT for a file that is no such mark or does not fit the layer, LU_ERR_CANNOT when the
   layer is no convolution. */
lu_err lu_weightmark_verify(const lu_weightmark_options *o, const lu_job *job,
                            lu_weightmark_result *out);

#endif
