/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/page_lines.h"

#include <string.h>

/* Of a word that is wider than the line: the bytes that fit, at least one character. */
static size_t part_of_word(lu_draw *d, lu_lettering how, const char *word, size_t len, double width)
{
    size_t fits = 0;

    for (size_t end = 1; end <= len; end++) {
        bool whole = end == len || ((unsigned char)word[end] & 0xc0) != 0x80;

        if (whole && fits > 0 && lu_draw_text_width(d, how, word, end) > width) {
            break;
        }
        fits = whole ? end : fits;
    }
    return fits;
}

size_t lu_line_of(lu_draw *d, lu_lettering how, const char *text, double width, size_t *next)
{
    size_t len = 0, word;

    do {
        size_t gap = strspn(text + len, " ");
        word = strcspn(text + len + gap, " \n");
        if (lu_draw_text_width(d, how, text, len + gap + word) > width) {
            break;
        }
        len += gap + word;
    } while (text[len] == ' ');
    if (len == 0) {
        size_t gap = strspn(text, " ");
        len = gap + part_of_word(d, how, text + gap, strcspn(text + gap, " \n"), width);
    }
    *next = len + strspn(text + len, " ");
    *next += text[*next] == '\n';
    return len;
}

size_t lu_line_count(lu_draw *d, lu_lettering how, const char *text, double width)
{
    size_t lines = 0, next;

    do {
        lu_line_of(d, how, text, width, &next);
        text += next;
        lines++;
    } while (*text != '\0' && d->err == LU_OK);
    return lines;
}

/* Where x is for an alignment between left and left + width. */
static double anchor(lu_align align, double left, double width)
{
    return align == LU_ALIGN_LEFT    ? left
           : align == LU_ALIGN_RIGHT ? left + width
                                     : left + width / 2;
}

void lu_line_draw(lu_draw *d, lu_rect line, lu_lettering how, const char *text, size_t len)
{
    static const double CAPITALS = 0.72; /* their height, of the size */
    double drop = (line.height + CAPITALS * how.size) / 2;
    lu_buf part = LU_BUF_INIT;

    if (d->err != LU_OK || len == 0) {
        return;
    }
    d->err = lu_buf_add(&part, text, len);
    if (d->err == LU_OK) {
        lu_draw_text(d, anchor(how.align, line.x, line.width), line.y + drop, how,
                     (const char *)part.data);
    }
    lu_buf_fini(&part);
}
