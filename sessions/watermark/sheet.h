/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `lineup watermark sheet`: the keys of a bundle as pictures for a report. For every key its cover,
 * the key and their difference as PNG, pixel for pixel; all of them with their figures on one
 * contact sheet as PNG, SVG and PDF; the figures as CSV.
 */
#ifndef LU_SESSIONS_WATERMARK_SHEET_H
#define LU_SESSIONS_WATERMARK_SHEET_H

#include "sessions/watermark/bundle.h"
#include "viz/viz.h"

/* Which keys, by what the suspect answers. */
typedef enum lu_keys_only {
    LU_KEYS_ALL,
    LU_KEYS_MISSED, /* another label than expected */
    LU_KEYS_HIT,    /* the expected one */
    LU_KEYS_ONLY
} lu_keys_only;

const char *lu_keys_only_name(lu_keys_only only); /* "all", "missed", "hit" */
bool lu_keys_only_parse(const char *name, lu_keys_only *out);

/* Does a key answered so belong to them? */
static inline bool lu_keys_fit(lu_keys_only only, bool hit)
{
    return only == LU_KEYS_ALL || hit == (only == LU_KEYS_HIT);
}

typedef struct lu_sheet_options {
    const char *bundle;
    const char *out;           /* folder; made when it is not there */
    const char *name;          /* the suspect's, as shown */
    const char *cfg, *weights; /* the suspect's, or NULL: nobody is asked, `only` is ALL */
    lu_keys_only only;
    unsigned gain; /* of the difference; >= 1 */
    bool reference;
} lu_sheet_options;

typedef struct lu_sheet_made {
    size_t keys, shown, matches; /* matches: 0 when nobody was asked */
    double p;                    /* of the matches, by luck; NAN */
} lu_sheet_made;

/* LU_ERR_CANNOT when a suspect is given and the bundle is not committed, or no key is to be shown.
 */
lu_err lu_mark_sheet(const lu_sheet_options *o, const lu_job *job, lu_sheet_made *out);

/* --- the drawing --- */

/* All borrowed. */
typedef struct lu_key_sheet {
    const lu_bundle *bundle;
    const lu_likeness *like; /* bundle->n */
    const int32_t *answer;   /* bundle->n, or NULL: nobody was asked */
    const char *name;        /* the suspect's */
    size_t matches;
    double p;
    unsigned gain;
    const size_t *key; /* n of the bundle's keys, in order */
    size_t n;
} lu_key_sheet;

typedef enum lu_key_part { LU_KEY_COVER, LU_KEY_KEY, LU_KEY_DIFFERENCE, LU_KEY_PARTS } lu_key_part;

/* One picture of a key, pixel for pixel. */
lu_err lu_key_picture(const lu_bundle *b, size_t key, lu_key_part part, unsigned gain,
                      lu_picture *out);

/* Of n keys at most `most`, spread evenly, into at[]; returns how many. */
size_t lu_key_some(size_t n, size_t most, size_t *at);

/* Only the fields, in so many columns, as a part of something larger: the size they are made for;
   smaller when the area is. */
void lu_key_fields_size(const lu_key_sheet *s, size_t columns, double *width, double *height);
void lu_key_fields_draw(lu_draw *d, lu_rect area, const lu_key_sheet *s, size_t columns);

/* Each appended to `out`. The PDF has pages of A4. */
lu_err lu_key_sheet_svg(const lu_key_sheet *s, lu_buf *out);
lu_err lu_key_sheet_png(const lu_key_sheet *s, lu_buf *out);
lu_err lu_key_sheet_pdf(const lu_key_sheet *s, const char *date, lu_buf *out);

#endif
