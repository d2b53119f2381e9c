/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/unicode.h"

#include "core/core.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

static bool in(uint32_t code, uint32_t first, uint32_t last)
{
    return code >= first && code <= last;
}

/* C0, DEL, C1, line and paragraph separators. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || in(c, 0x7f, 0x9f) || c == 0x2028 || c == 0x2029;
}

/* Marks, embeddings, overrides and isolates of the writing direction (Unicode annex 9). */
static bool is_direction(uint32_t c)
{
    return c == 0x61c || c == 0x200e || c == 0x200f || in(c, 0x202a, 0x202e) ||
           in(c, 0x2066, 0x2069);
}

/* What has no ink and is no space: fillers, joiners, variation selectors, tags, annotations. */
static bool is_invisible(uint32_t c)
{
    return c == 0xad || c == 0x34f || c == 0x115f || c == 0x1160 || in(c, 0x17b4, 0x17b5) ||
           in(c, 0x180b, 0x180f) || in(c, 0x200b, 0x200d) || in(c, 0x2060, 0x2065) ||
           in(c, 0x206a, 0x206f) || c == 0x3164 || in(c, 0xfe00, 0xfe0f) || c == 0xfeff ||
           c == 0xffa0 || in(c, 0xfff0, 0xfffb) || in(c, 0x13430, 0x1343f) ||
           in(c, 0x1bca0, 0x1bca3) || in(c, 0x1d173, 0x1d17a) || in(c, 0xe0000, 0xe0fff);
}

static bool is_noncharacter(uint32_t c)
{
    return in(c, 0xfdd0, 0xfdef) || (c & 0xfffe) == 0xfffe;
}

uint32_t lu_utf8_next(const char **text)
{
    uint32_t code = LU_REPLACEMENT;
    int len;

    if (**text == '\0') {
        return 0;
    }
    len = lu_utf8_decode(*text, &code);
    *text += len ? len : 1;
    if (is_control(code) || is_direction(code) || is_invisible(code) || is_noncharacter(code)) {
        return LU_REPLACEMENT;
    }
    return code;
}

size_t lu_utf8_put(uint32_t code, char out[LU_UTF8_MAX])
{
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    out[len] = '\0';
    for (size_t i = len; i-- > 1;) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(lead[len] | code);
    return len;
}

int lu_columns(const char *text)
{
    int columns = 0;
    uint32_t code;

    while (columns < INT_MAX - 2 && (code = lu_utf8_next(&text)) != 0) {
        columns += lu_code_width(code);
    }
    return columns;
}

/* Signs outside the ranges below, and what stands for them. */
static const struct {
    uint16_t code;
    char ascii;
} signs[] = {
    {0xa0, ' '},   {0xb1, '~'},   {0xb7, '.'},   {0xd7, 'x'},    {0x2010, '-'},  {0x2011, '-'},
    {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},
    {0x201d, '"'}, {0x2022, '*'}, {0x2026, '~'}, {0x2190, '<'},  {0x2191, '^'},  {0x2192, '>'},
    {0x2193, 'v'}, {0x2212, '-'}, {0x2219, '.'}, {0x2264, '<'},  {0x2265, '>'},  {0x2500, '-'},
    {0x2501, '='}, {0x2502, '|'}, {0x2503, '|'}, {0x2504, '-'},  {0x2506, ':'},  {0x250a, ':'},
    {0x2550, '='}, {0x2551, '|'}, {0x2574, '-'}, {0x2576, '-'},  {0x25b2, '^'},  {0x25b6, '>'},
    {0x25b8, '>'}, {0x25bc, 'v'}, {0x25c0, '<'}, {0x25c6, '@'},  {0x25cb, 'o'},  {0x25cf, 'O'},
    {0x03b1, 'a'}, {0x03c4, 't'},
};

char lu_code_ascii(uint32_t code)
{
    if (code < 0x80) {
        return (char)code;
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].code == code) {
            return signs[i].ascii;
        }
    }
    if (in(code, 0x2800, 0x28ff)) {
        return code == 0x2800 ? ' ' : '.';
    }
    if (in(code, 0x2580, 0x259f)) {
        return code == 0x258c ? '>' : '#';
    }
    return in(code, 0x250c, 0x257f) ? '+' : '?';
}
