/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/text.h"
#include "viz/viz.h"

#include <math.h>
#include <string.h>

enum { WORD_MAX = 32, NEAR = 2, HANGING = 2, HANGING_ROOM = 16 };

static size_t sequence_length(uint8_t first)
{
    if (first < 0x80) {
        return 1;
    }
    return first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* Length in bytes of the UTF-8 character at s; 0 when there is none. */
static size_t decode(const char *s, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const uint8_t bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const uint8_t *at = (const uint8_t *)s;
    size_t len = sequence_length(at[0]);
    uint32_t c = at[0] & bits[len];

    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
        c = c << 6 | (at[i] & 0x3f);
    }
    if (len == 0 || c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
        return 0;
    }
    *code = c;
    return len;
}

/* C0, DEL, C1, line and paragraph separators, marks and overrides of the writing direction. */
static bool is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

lu_err lu_text_escape_json(const lu_buf *json, lu_buf *out)
{
    const char *at = (const char *)json->data, *kept = at;

    for (const char *end = at + json->len; at < end;) {
        uint32_t c = 0;
        size_t len = decode(at, &c);
        if (len > 1 && is_unsafe(c)) {
            LU_TRY(lu_buf_add(out, kept, (size_t)(at - kept)));
            LU_TRY(lu_buf_print(out, "\\u%04x", (unsigned)c));
            kept = at + len;
        }
        at += len > 0 ? len : 1;
    }
    return lu_buf_add(out, kept, (size_t)(at - kept));
}

size_t lu_text_clean(const char *text, bool ascii, char *out, size_t size)
{
    size_t characters = 0;
    size_t put = 0;

    while (*text != '\0') {
        uint32_t c = 0;
        size_t len = decode(text, &c);
        bool keep = len > 0 && !is_unsafe(c) && !(ascii && c > 0x7e);

        if (put + (keep ? len : 1) >= size) {
            break;
        }
        if (keep) {
            memcpy(out + put, text, len);
            put += len;
        } else {
            out[put++] = ascii && len > 0 && !is_unsafe(c) ? lu_code_ascii(c) : '?';
        }
        text += len ? len : 1;
        characters++;
    }
    out[put] = '\0';
    return characters;
}

static bool begins_character(char byte)
{
    return ((uint8_t)byte & 0xc0) != 0x80;
}

/* Bytes up to the last blank with at most `room` characters before it, else up to the first; all of
   them where nothing has to be broken or can be. */
static size_t fitting(const char *line, size_t room)
{
    size_t lead = strspn(line, " ");
    size_t column = 0;
    size_t cut = 0;
    size_t i = 0;

    for (; line[i] != '\0' && (column <= room || cut == 0); i++) {
        if (line[i] == ' ' && i > lead) {
            cut = i;
        }
        column += begins_character(line[i]);
    }
    return column <= room || cut == 0 ? i : cut;
}

/* Where the last column among the first bytes begins: two blanks stand before it. */
static size_t last_column(const char *line, size_t len, size_t width)
{
    size_t at = len;
    size_t column = 0;

    while (at > 1 && !(line[at - 2] == ' ' && line[at - 1] == ' ' && line[at] != ' ')) {
        at--;
    }
    for (size_t i = 0; at > 1 && i < at; i++) {
        column += begins_character(line[i]);
    }
    return column > 0 && column + HANGING_ROOM <= width ? column : HANGING;
}

static int without_blanks(const char *line, size_t len)
{
    while (len > 0 && line[len - 1] == ' ') {
        len--;
    }
    return (int)len;
}

lu_err lu_text_wrap(const char *line, size_t width, lu_buf *out)
{
    size_t len = fitting(line, width);
    size_t column = last_column(line, len, width);

    LU_TRY(lu_buf_print(out, "%.*s", without_blanks(line, len), line));
    line += len;
    line += strspn(line, " ");
    while (*line != '\0') {
        len = fitting(line, width - column);
        LU_TRY(lu_buf_print(out, "\n%*s%.*s", (int)column, "", without_blanks(line, len), line));
        line += len;
        line += strspn(line, " ");
    }
    return LU_OK;
}

lu_err lu_text_json(lu_buf *out, const char *text)
{
    LU_TRY(lu_buf_print(out, "\""));
    while (*text != '\0') {
        uint32_t c = 0;
        size_t len = decode(text, &c);

        if (len == 0) {
            LU_TRY(lu_buf_print(out, "\\ufffd"));
        } else if (c == '"' || c == '\\') {
            LU_TRY(lu_buf_print(out, "\\%c", (int)c));
        } else if (c < 0x20 || c == 0x7f) {
            LU_TRY(lu_buf_print(out, "\\u%04x", (unsigned)c));
        } else {
            LU_TRY(lu_buf_add(out, text, len));
        }
        text += len ? len : 1;
    }
    return lu_buf_print(out, "\"");
}

lu_err lu_text_number(lu_buf *out, double value)
{
    return isfinite(value) ? lu_buf_print(out, "%.17g", value) : lu_buf_print(out, "null");
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, exchanges and swaps of neighbours between two
   words of less than 32 bytes; SIZE_MAX for longer ones. */
static size_t text_distance(const char *a, const char *b)
{
    size_t d[WORD_MAX + 1][WORD_MAX + 1];
    size_t m = strlen(a);
    size_t n = strlen(b);

    if (m >= WORD_MAX || n >= WORD_MAX) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i <= m; i++) {
        for (size_t j = 0; j <= n; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = least_of(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
                               least_of(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = least_of(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[m][n];
}

void lu_text_nearer(const char *typed, const char *word, const char **nearest)
{
    size_t distance = text_distance(typed, word);

    if (distance <= NEAR && distance < strlen(word) &&
        (*nearest == NULL || distance < text_distance(typed, *nearest))) {
        *nearest = word;
    }
}
