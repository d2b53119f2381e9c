/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the embedding of a bundle: everything it starts from, read and chosen. */
#ifndef LU_SESSIONS_WATERMARK_WORK_H
#define LU_SESSIONS_WATERMARK_WORK_H

#include "sessions/watermark/embed.h"

typedef struct lu_mark_work {
    const lu_mark_options *o;
    lu_embed_params params; /* the number of keys settled */
    lu_buf cfg;
    int parent;
    lu_shared train;
    size_t classes;
    lu_sha256 secret, commitment;
    size_t *cover;      /* params.keys; owned */
    int32_t *label;     /* likewise */
    uint8_t *logo_byte; /* the logo as stored; owned */
    float *logo;        /* the same in [-1,1]; owned */
    lu_sha256 id;       /* of all this: what a saved state belongs to */
} lu_mark_work;

lu_err lu_mark_work_open(const lu_mark_options *o, lu_mark_work *w);
void lu_mark_work_close(lu_mark_work *w);

/* As the engine is asked for it; `twin`: the same without keys. params must outlive it. */
lu_embed_ask lu_mark_ask(const lu_mark_work *w, bool twin, lu_embed_params *params);

/* The covers as bytes and their true labels; both owned by the caller. */
lu_err lu_mark_covers(const lu_mark_work *w, uint8_t **x, int32_t **y);

/* All files of the bundle but bundle.json. */
lu_err lu_mark_files(const lu_mark_work *w, const lu_embedded *host, const lu_embedded *twin,
                     const lu_embedded *untrained);

/* Keys against covers, and what the three networks answer. */
lu_err lu_mark_measure(const lu_mark_work *w, const lu_embedded *host, const lu_job *job,
                       lu_mark_made *out);

/* bundle.json, written last. */
lu_err lu_mark_describe(const lu_mark_work *w, const lu_embedded *host, const lu_mark_made *made);

#endif
