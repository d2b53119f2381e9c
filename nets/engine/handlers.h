/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The request handlers of lineup-engine. A handler reads its request to the end, works, and fills
   the answer; what it fails with is sent as an ERROR in its place. */
#ifndef LU_NETS_ENGINE_HANDLERS_H
#define LU_NETS_ENGINE_HANDLERS_H

#include "nets/engine/service.h"

typedef lu_err (*lu_handler)(lu_service *s, lu_frame *in, lu_frame *out);

/* With the model (serve_model.c). */
lu_err lu_on_load(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_outputs(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_forward(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_backward(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_kernel(lu_service *s, lu_frame *in, lu_frame *out);

/* Whole loops: generation (serve_work.c), recipes (serve_train.c). */
lu_err lu_on_blackbox(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_whitebox(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_train(lu_service *s, lu_frame *in, lu_frame *out);

/* Foreign files (serve_decode.c). */
lu_err lu_on_samples(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_arrays(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_keras(lu_service *s, lu_frame *in, lu_frame *out);

/* Speed (serve_bench.c). */
lu_err lu_on_bench(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_bench_weights(lu_service *s, lu_frame *in, lu_frame *out);

/* The blind watermark (serve_mark.c). */
lu_err lu_on_embed(lu_service *s, lu_frame *in, lu_frame *out);
lu_err lu_on_encode(lu_service *s, lu_frame *in, lu_frame *out);

#endif
