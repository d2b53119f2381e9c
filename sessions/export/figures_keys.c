/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few of a watermark's key samples beside their originals and the difference. */
#include "sessions/export/figures.h"
#include "sessions/watermark/sheet.h"

#include <stdio.h>

enum { COLUMNS = 2, FEW = 10, GAIN = 5 };

/* The sheet, of the keys at[]. */
static lu_key_sheet sheet_of(const lu_mark_report *r, size_t *at)
{
    const lu_mark_tried *t = &r->tried[LU_TRIED_SUSPECT];

    return (lu_key_sheet){.bundle = &r->bundle,
                          .answer = t->answer,
                          .name = r->model,
                          .matches = t->evidence.rate.k,
                          .p = t->evidence.p,
                          .gain = GAIN,
                          .key = at,
                          .n = lu_key_some(r->bundle.n, FEW, at)};
}

static void draw_keys(lu_draw *d, lu_rect area, const lu_figure *f)
{
    const lu_bundle *b = &f->mark->bundle;
    size_t at[FEW];
    lu_key_sheet s = sheet_of(f->mark, at);
    lu_likeness *like;
    lu_err err = LU_NEW(like, b->n);

    if (!err) {
        err = lu_likeness_of(b->covers.samples.bytes, b->keys.samples.bytes, b->n, b->shape, like);
    }
    if (!err) {
        s.like = like;
        lu_key_fields_draw(d, area, &s, COLUMNS);
    }
    d->err = d->err ? d->err : err;
    free(like);
}

bool lu_figure_keys_exist(const lu_mark_report *r)
{
    return r->bundle.keys.fd >= 0;
}

lu_figure lu_figure_keys(const lu_mark_report *r)
{
    lu_figure f = {.draw = draw_keys, .mark = r, .pixels = true};
    size_t at[FEW];
    lu_key_sheet s = sheet_of(r, at);

    snprintf(f.name, sizeof f.name, "keys-%s-%.8s", r->model, r->bundle.seal.hex);
    snprintf(f.title, sizeof f.title, "Key samples and the answers of %s", r->model);
    lu_key_fields_size(&s, COLUMNS, &f.width, &f.height);
    return f;
}
