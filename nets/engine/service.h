/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the request handlers of lineup-engine share. */
#ifndef LU_NETS_ENGINE_SERVICE_H
#define LU_NETS_ENGINE_SERVICE_H

#include "nets/client/proto.h"
#include "nets/engine/bench.h"
#include "nets/engine/engine.h"

typedef struct lu_service {
    int socket;
    bool loaded;
    lu_loaded model;
    size_t forwarded; /* images of the last forward; 0 when another request came since */
    uint32_t id;      /* of the running request */
    lu_bench *bench;  /* made by the first LU_MSG_BENCH; owned */
    double reported;  /* monotonic seconds of the last progress frame */
    double glimpsed;  /* of the last glimpse */
} lu_service;

/* Reports to the other side at most ten times a second; LU_ERR_CANCELLED once that is asked for. */
lu_job lu_service_job(lu_service *s);

/* The same, and gives glimpses, as often, when the request asks to be watched. */
lu_job lu_service_watched_job(lu_service *s, bool watched);

/* LU_ERR_ENGINE unless a model is loaded. */
lu_err lu_service_need_model(const lu_service *s);

/* A whole regular file or memory file of at most `limit` bytes. */
lu_err lu_service_read(int fd, size_t limit, lu_buf *out);

/* Puts the parts into the answer as one sealed file. */
lu_err lu_service_send(lu_frame *out, const lu_part_bytes *parts, size_t n);

/* Reads first, count, samples; `view` shows samples first..first+count-1 of `shared`, which the
 * caller ends. */
lu_err lu_service_window(lu_frame *in, lu_shared *shared, lu_samples *view, size_t *first);

/* Makes `view` fit the model's input: grey is widened into *wide (the caller ends it), which view
 * then shows. */
lu_err lu_service_fit(const lu_model *m, lu_samples *view, lu_samples *wide);

#endif
