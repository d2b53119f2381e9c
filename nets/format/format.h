/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Private to nets/format. A cfg is read in three steps, each strict:
 *
 *     text      lines -> sections of key=value        cfg_text.c
 *     values    the keys of one section -> numbers    cfg_value.c, by the key tables of its callers
 *     sections  numbers -> shapes, counts             cfg_net.c ([net]), cfg_section.c (all others)
 *
 * and cfg.c adds up, applies the limits and finds the class scores.
 */
#ifndef LU_NETS_FORMAT_FORMAT_H
#define LU_NETS_FORMAT_FORMAT_H

#include "nets/format/cfg.h"
#include "nets/format/weights.h"

/* --- text --- */

typedef struct lu_cfg_option {
    const char *key, *value; /* neither is empty; spaces and tabs are gone */
    size_t line;             /* from 1 */
} lu_cfg_option;

typedef struct lu_cfg_block {
    const char *name; /* without the brackets */
    size_t line;      /* of the header, from 1 */
    size_t first, n;  /* its options */
} lu_cfg_block;

typedef struct lu_cfg_text {
    char *text;            /* owned; every string here lies in it; printable ASCII only */
    lu_cfg_option *option; /* owned */
    size_t n_options;
    lu_cfg_block *block; /* owned; block[0] is [net], no other is */
    size_t n_blocks;     /* >= 1 */
} lu_cfg_text;

lu_err lu_cfg_text_read(const char *text, size_t len, lu_cfg_text *out);
void lu_cfg_text_fini(lu_cfg_text *t);

/* LU_ERR_INPUT "line 12 [softmax]: ..."; `section` may be NULL (before the first header). */
lu_err lu_cfg_refuse(size_t line, const char *section, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* --- values --- */

typedef enum lu_cfg_kind {
    LU_KEY_INTEGER,
    LU_KEY_REAL,
    LU_KEY_WORD,     /* one of `words` */
    LU_KEY_INTEGERS, /* separated by commas, each in range */
    LU_KEY_REALS,
    LU_KEY_REFUSED /* known to Darknet, never accepted */
} lu_cfg_kind;

typedef struct lu_cfg_key {
    const char *name;
    lu_cfg_kind kind;
    int64_t low, high;        /* both allowed */
    double initial;           /* when the key is absent; words: the index */
    const char *const *words; /* ends with NULL */
} lu_cfg_key;

typedef struct lu_cfg_keys {
    const lu_cfg_key *key;
    size_t n;
    const struct lu_cfg_keys *also; /* keys whose values are checked and dropped; or NULL */
} lu_cfg_keys;

enum { LU_CFG_KEYS_MAX = 40 };

typedef struct lu_cfg_value {
    bool given;
    int64_t integer; /* INTEGER; WORD: the index; lists: how many */
    double real;     /* REAL */
    const char *text;
} lu_cfg_value;

/* Checks every option of a block against the table; value[i] belongs to keys->key[i]. */
lu_err lu_cfg_values(const lu_cfg_text *t, const lu_cfg_block *b, const lu_cfg_keys *keys,
                     lu_cfg_value value[LU_CFG_KEYS_MAX]);

/* The k-th number of an INTEGERS value that has been checked. */
int64_t lu_cfg_item(const char *list, size_t k);

/* --- sections --- */

/* Reads block 0 into input and batch. *flat: the input has no image shape (`inputs` alone). */
lu_err lu_cfg_net(const lu_cfg_text *t, lu_net *net, bool *flat);

/* Block i + 1 is section[i]; those below it are done. First its type, then, if the type may stand
   there, its keys, shapes and counts (saturated, at SIZE_MAX). */
lu_err lu_cfg_section_open(const lu_cfg_text *t, lu_net *net, size_t i);
lu_err lu_cfg_section_read(const lu_cfg_text *t, lu_net *net, size_t i);

/* Not the units of an [lstm], nor what passes them on: Darknet gives those no height and no width,
   ends at a section that reads an image, and divides by them when it adds. */
bool lu_section_gives_image(const lu_net *net, size_t i);

/* As lu_cfg_refuse, at the header of `s`. */
#define lu_section_refuse(s, ...) lu_cfg_refuse((s)->line, lu_section_name((s)->type), __VA_ARGS__)

/* Products and sums that stay at SIZE_MAX. */
static inline size_t lu_times(size_t a, size_t b)
{
    size_t product;

    return lu_mul(a, b, &product) ? product : SIZE_MAX;
}

static inline size_t lu_plus(size_t a, size_t b)
{
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static inline size_t lu_shape_count(lu_shape s)
{
    return lu_times(lu_times(s.h, s.w), s.c);
}

/* --- weights --- */

enum { LU_PARTS = 4 * LU_GATES };

/* One array of parameters of a section. */
typedef struct lu_part_ref {
    const char *name; /* "bias" */
    float **array;    /* the member of lu_section_params */
    size_t first, n;  /* values of it */
} lu_part_ref;

/* As lu_weights_alloc; `folded`: as if no section had batch-norm. */
lu_err lu_weights_layout(const lu_net *net, bool folded, lu_weights *out);

/* A 1x1 convolution is 3x3 in the canonical network. */
static inline bool lu_section_widened(const lu_section *s)
{
    return s->type == LU_CONVOLUTIONAL && s->size == 1;
}

#endif
