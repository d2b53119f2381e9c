/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Colours by what they mean. Whoever draws names an ink; a theme says what that is on the device at
 * hand. Hues: Okabe-Ito, at the nearest xterm-256 entries. No hue alone ever says a verdict: a sign
 * and a word go with it.
 */
#ifndef LU_VIZ_THEME_H
#define LU_VIZ_THEME_H

#include <stdbool.h>
#include <stdint.h>

/* id, name */
#define LU_INK_TABLE(X)                                                                            \
    X(PAPER, "paper") /* the background */                                                         \
    X(TEXT, "text")                                                                                \
    X(DIM, "dim") /* what may be overlooked, or cannot be used now */                              \
    X(TITLE, "title")                                                                              \
    X(HEADER, "header")     /* of a table */                                                       \
    X(KEY, "key")           /* a key in a hint */                                                  \
    X(SELECTED, "selected") /* the row the cursor is on */                                         \
    X(BORDER, "border")                                                                            \
    X(FOCUS, "focus")       /* the border of the pane that has the keys */                         \
    X(GRID, "grid")         /* axes, outer ring */                                                 \
    X(COPY, "copy")         /* evidence for a copy */                                              \
    X(NOT_COPY, "not-copy") /* evidence for independence */                                        \
    X(UNDECIDED, "undecided")                                                                      \
    X(THRESHOLD, "threshold") /* tau */                                                            \
    X(VICTIM, "victim")                                                                            \
    X(SUSPECT, "suspect")                                                                          \
    X(NEGATIVE, "negative") /* known to be independent */                                          \
    X(POSITIVE, "positive") /* known to be a copy */                                               \
    X(WARNING, "warning")                                                                          \
    X(ERROR, "error")                                                                              \
    X(PROGRESS, "progress")

typedef enum lu_ink {
#define LU_INK_ENUM(id, name) LU_INK_##id,
    LU_INK_TABLE(LU_INK_ENUM)
#undef LU_INK_ENUM
        LU_INK_COUNT
} lu_ink;

typedef enum lu_theme {
    LU_THEME_DARK,
    LU_THEME_LIGHT,
    LU_THEME_CONTRAST, /* on black, WCAG contrast 7 and more */
    LU_THEME_MONO,     /* attributes only */
    LU_THEME_COUNT
} lu_theme;

/* How many colours the device shows. */
typedef enum lu_colours {
    LU_COLOURS_NONE,
    LU_COLOURS_8,
    LU_COLOURS_256,
    LU_COLOURS_TRUE
} lu_colours;

/* What lines and dots are made of: 2 x 4 dots a cell, 2 x 2, or characters by slope. */
typedef enum lu_glyph_set {
    LU_GLYPHS_BRAILLE,
    LU_GLYPHS_BLOCK,
    LU_GLYPHS_ASCII,
    LU_GLYPHS_COUNT
} lu_glyph_set;

enum { LU_ATTR_BOLD = 1, LU_ATTR_DIM = 2, LU_ATTR_UNDERLINE = 4, LU_ATTR_REVERSE = 8 };

typedef struct lu_shade {
    int8_t ansi;    /* one of the first 8 colours, -1 = the terminal's default */
    int16_t xterm;  /* one of 256, -1 = the terminal's default */
    uint32_t rgb;   /* 0xRRGGBB, for pictures and true colour */
    uint8_t attrs8; /* LU_ATTR_ that go with `ansi` and with no colour at all */
    uint8_t attrs;  /* LU_ATTR_ that go with `xterm` and `rgb` */
} lu_shade;

/* Static; an ink or theme out of range gives that of text in the dark theme. */
const lu_shade *lu_theme_shade(lu_theme theme, lu_ink ink);

const char *lu_theme_name(lu_theme theme); /* "dark", "light", "contrast", "mono" */
bool lu_theme_parse(const char *name, lu_theme *out);
const char *lu_ink_name(lu_ink ink);
const char *lu_glyph_set_name(lu_glyph_set set); /* "braille", "block", "ascii" */
bool lu_glyph_set_parse(const char *name, lu_glyph_set *out);

/* The RGB of an xterm-256 entry, 0..255 (0..15: VGA's usual). */
uint32_t lu_xterm_rgb(int index);

/* The nearest of the entries 16..255, by Euclidean distance. */
int lu_rgb_xterm(uint32_t rgb);

/* One of the first 8 colours for the pixel at (x, y), by ordered dither (Bayer 4 x 4). */
int lu_rgb_ansi(uint32_t rgb, int x, int y);

/* Relative luminance without gamma, 0..255 (Rec. 601 weights). */
int lu_rgb_grey(uint32_t rgb);

#endif
