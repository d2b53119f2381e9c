/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of inks, and colours for devices that show few. Contrasts and colour-vision distances
 * of the evidence inks (Machado 2009, CIELAB): copy against not-copy at least 102 on dark, 78 on
 * light paper.
 */
#include "viz/theme.h"

#include <stddef.h>
#include <string.h>

#define B LU_ATTR_BOLD
#define D LU_ATTR_DIM
#define U LU_ATTR_UNDERLINE
#define R LU_ATTR_REVERSE

/* ansi, xterm, rgb, attributes with 8 colours, with more */
static const lu_shade shades[LU_THEME_COUNT][LU_INK_COUNT] =
    {
        [LU_THEME_DARK] =
            {
                [LU_INK_PAPER] = {-1, -1, 0x101010, 0, 0},
                [LU_INK_TEXT] = {-1, -1, 0xe4e4e4, 0, 0},
                [LU_INK_DIM] = {-1, 245, 0x8a8a8a, D, 0},
                [LU_INK_TITLE] = {-1, -1, 0xe4e4e4, B, B},
                [LU_INK_HEADER] = {-1, 250, 0xbcbcbc, B, B},
                [LU_INK_KEY] = {-1, -1, 0xe4e4e4, B, B},
                [LU_INK_SELECTED] = {-1, -1, 0xe4e4e4, R, R},
                [LU_INK_BORDER] = {-1, 245, 0x8a8a8a, D, 0},
                [LU_INK_FOCUS] = {-1, 231, 0xffffff, B, B},
                [LU_INK_GRID] = {-1, 245, 0x8a8a8a, D, 0},
                [LU_INK_COPY] = {3, 208, 0xff8700, 0, 0},
                [LU_INK_NOT_COPY] = {6, 39, 0x00afff, 0, 0},
                [LU_INK_UNDECIDED] = {7, 228, 0xffff87, 0, 0},
                [LU_INK_THRESHOLD] = {7, 228, 0xffff87, 0, 0},
                [LU_INK_VICTIM] = {2, 79, 0x5fd7af, 0, 0},
                [LU_INK_SUSPECT] = {-1, 231, 0xffffff, B, B},
                [LU_INK_NEGATIVE] = {6, 39, 0x00afff, 0, 0},
                [LU_INK_POSITIVE] = {3, 208, 0xff8700, 0, 0},
                [LU_INK_WARNING] = {3, 221, 0xffd75f, B, B},
                [LU_INK_ERROR] = {1, 203, 0xff5f5f, B, B},
                [LU_INK_PROGRESS] = {2, 79, 0x5fd7af, 0, 0},
            },
        [LU_THEME_LIGHT] =
            {
                [LU_INK_PAPER] = {-1, -1, 0xffffff, 0, 0},
                [LU_INK_TEXT] = {-1, -1, 0x1c1c1c, 0, 0},
                [LU_INK_DIM] = {-1, 240, 0x585858, D, 0},
                [LU_INK_TITLE] = {-1, -1, 0x1c1c1c, B, B},
                [LU_INK_HEADER] = {-1, 238, 0x444444, B, B},
                [LU_INK_KEY] = {-1, -1, 0x1c1c1c, B, B},
                [LU_INK_SELECTED] = {-1, -1, 0x1c1c1c, R, R},
                [LU_INK_BORDER] = {-1, 240, 0x585858, D, 0},
                [LU_INK_FOCUS] = {-1, 16, 0x000000, B, B},
                [LU_INK_GRID] = {-1, 240, 0x585858, D, 0},
                [LU_INK_COPY] = {1, 130, 0xaf5f00, 0, 0},
                [LU_INK_NOT_COPY] = {4, 25, 0x005faf, 0, 0},
                [LU_INK_UNDECIDED] = {5, 90, 0x870087, 0, 0},
                [LU_INK_THRESHOLD] = {5, 90, 0x870087, 0, 0},
                [LU_INK_VICTIM] = {-1, 23, 0x005f5f, 0, 0},
                [LU_INK_SUSPECT] = {-1, 16, 0x000000, B, B},
                [LU_INK_NEGATIVE] = {4, 25, 0x005faf, 0, 0},
                [LU_INK_POSITIVE] = {1, 130, 0xaf5f00, 0, 0},
                [LU_INK_WARNING] = {5, 94, 0x875f00, B, B},
                [LU_INK_ERROR] = {1, 124, 0xaf0000, B | R, B},
                [LU_INK_PROGRESS] = {-1, 23, 0x005f5f, 0, 0},
            },
        [LU_THEME_CONTRAST] =
            {
                [LU_INK_PAPER] = {-1, -1, 0x000000, 0, 0},
                [LU_INK_TEXT] = {-1, 231, 0xffffff, 0, 0},
                [LU_INK_DIM] = {-1, 252, 0xd0d0d0, 0, 0},
                [LU_INK_TITLE] = {-1, 231, 0xffffff, B, B},
                [LU_INK_HEADER] = {-1, 231, 0xffffff, B | U, B | U},
                [LU_INK_KEY] = {-1, 231, 0xffffff, B | U, B | U},
                [LU_INK_SELECTED] = {-1, 231, 0xffffff, R, R},
                [LU_INK_BORDER] = {-1, 252, 0xd0d0d0, 0, 0},
                [LU_INK_FOCUS] = {-1, 226, 0xffff00, B, B},
                [LU_INK_GRID] = {-1, 250, 0xbcbcbc, 0, 0},
                [LU_INK_COPY] = {3, 214, 0xffaf00, B, B},
                [LU_INK_NOT_COPY] = {6, 51, 0x00ffff, 0, 0},
                [LU_INK_UNDECIDED] = {7, 229, 0xffffaf, U, U},
                [LU_INK_THRESHOLD] = {7, 226, 0xffff00, 0, 0},
                [LU_INK_VICTIM] = {2, 121, 0x87ffaf, 0, 0},
                [LU_INK_SUSPECT] = {-1, 231, 0xffffff, B, B},
                [LU_INK_NEGATIVE] = {6, 51, 0x00ffff, 0, 0},
                [LU_INK_POSITIVE] = {3, 214, 0xffaf00, 0, 0},
                [LU_INK_WARNING] = {3, 220, 0xffd700, B | U, B | U},
                [LU_INK_ERROR] = {1, 217, 0xffafaf, B | R, B | R},
                [LU_INK_PROGRESS] = {2, 121, 0x87ffaf, 0, 0},
            },
        [LU_THEME_MONO] =
            {
                [LU_INK_PAPER] = {-1, -1, 0xffffff, 0, 0},
                [LU_INK_TEXT] = {-1, -1, 0x000000, 0, 0},
                [LU_INK_DIM] = {-1, -1, 0x606060, 0, 0},
                [LU_INK_TITLE] = {-1, -1, 0x000000, B, B},
                [LU_INK_HEADER] = {-1, -1, 0x000000, B, B},
                [LU_INK_KEY] = {-1, -1, 0x000000, B, B},
                [LU_INK_SELECTED] = {-1, -1, 0x000000, R, R},
                [LU_INK_BORDER] = {-1, -1, 0x606060, 0, 0},
                [LU_INK_FOCUS] = {-1, -1, 0x000000, B, B},
                [LU_INK_GRID] = {-1, -1, 0x808080, 0, 0},
                [LU_INK_COPY] = {-1, -1, 0x000000, B, B},
                [LU_INK_NOT_COPY] = {-1, -1, 0x000000, 0, 0},
                [LU_INK_UNDECIDED] = {-1, -1, 0x000000, U, U},
                [LU_INK_THRESHOLD] = {-1, -1, 0x000000, 0, 0},
                [LU_INK_VICTIM] = {-1, -1, 0x000000, 0, 0},
                [LU_INK_SUSPECT] = {-1, -1, 0x000000, B, B},
                [LU_INK_NEGATIVE] = {-1, -1, 0x404040, 0, 0},
                [LU_INK_POSITIVE] = {-1, -1, 0x000000, B, B},
                [LU_INK_WARNING] = {-1, -1, 0x000000, B | U, B | U},
                [LU_INK_ERROR] = {-1, -1, 0x000000, R, R},
                [LU_INK_PROGRESS] = {-1, -1, 0x000000, 0, 0},
            },
};

static const char *const theme_names[LU_THEME_COUNT] = {"dark", "light", "contrast", "mono"};
static const char *const glyph_set_names[LU_GLYPHS_COUNT] = {"braille", "block", "ascii"};
static const char *const ink_names[LU_INK_COUNT] = {
#define LU_INK_NAME(id, name) name,
    LU_INK_TABLE(LU_INK_NAME)
#undef LU_INK_NAME
};

const lu_shade *lu_theme_shade(lu_theme theme, lu_ink ink)
{
    if ((unsigned)theme >= LU_THEME_COUNT || (unsigned)ink >= LU_INK_COUNT) {
        return &shades[LU_THEME_DARK][LU_INK_TEXT];
    }
    return &shades[theme][ink];
}

static bool find_name(const char *const *names, int n, const char *name, int *out)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

const char *lu_theme_name(lu_theme theme)
{
    return (unsigned)theme < LU_THEME_COUNT ? theme_names[theme] : "unknown";
}

bool lu_theme_parse(const char *name, lu_theme *out)
{
    int i = 0;
    bool known = find_name(theme_names, LU_THEME_COUNT, name, &i);

    if (known) {
        *out = (lu_theme)i;
    }
    return known;
}

const char *lu_ink_name(lu_ink ink)
{
    return (unsigned)ink < LU_INK_COUNT ? ink_names[ink] : "unknown";
}

const char *lu_glyph_set_name(lu_glyph_set set)
{
    return (unsigned)set < LU_GLYPHS_COUNT ? glyph_set_names[set] : "unknown";
}

bool lu_glyph_set_parse(const char *name, lu_glyph_set *out)
{
    int i = 0;
    bool known = find_name(glyph_set_names, LU_GLYPHS_COUNT, name, &i);

    if (known) {
        *out = (lu_glyph_set)i;
    }
    return known;
}
