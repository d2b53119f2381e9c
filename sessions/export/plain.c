/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document as text for a terminal. */
#include "sessions/export/doc.h"

#include <string.h>

enum { LEAST_WIDTH = 40, TABLE_GAP = 2, LAST_LEAST = 16 };

static lu_err put(lu_buf *out, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_buf_add(out, text, strlen(text)));
    }
    return LU_OK;
}

/* Columns of the first `len` bytes. */
static size_t columns_of(const char *text, size_t len)
{
    const char *end = text + len;
    size_t columns = 0;

    while (text < end) {
        columns += (size_t)lu_code_width(lu_utf8_next(&text));
    }
    return columns;
}

/* Words, broken where the next would not fit; `first` before the first line, `rest` before others.
 */
static lu_err wrapped(lu_buf *out, const char *text, size_t width, const char *first,
                      const char *rest)
{
    size_t column = columns_of(first, strlen(first)), start = columns_of(rest, strlen(rest));
    bool fresh = true;

    LU_TRY(put(out, first, 1));
    while (*text != '\0') {
        size_t len = strcspn(text, " \n"), word = columns_of(text, len);

        if (!fresh && column + 1 + word > width) {
            LU_TRY(lu_buf_print(out, "\n%s", rest));
            column = start;
            fresh = true;
        }
        LU_TRY(lu_buf_print(out, "%s%.*s", fresh ? "" : " ", (int)len, text));
        column += word + !fresh;
        fresh = false;
        text += len;
        if (*text == '\n') {
            LU_TRY(lu_buf_print(out, "\n%s", rest));
            column = start;
            fresh = true;
            text++;
        }
        text += strspn(text, " ");
    }
    return lu_buf_print(out, "\n");
}

static lu_err heading(lu_buf *out, const lu_block *b, size_t width)
{
    size_t n = columns_of(b->text, strlen(b->text));

    LU_TRY(lu_buf_print(out, "\n"));
    LU_TRY(wrapped(out, b->text, width, "", ""));
    LU_TRY(put(out, b->level == 1 ? "=" : "-", n < width ? n : width));
    return lu_buf_print(out, "\n");
}

/* --- tables --- */

static void measure(const lu_block *b, size_t width[LU_DOC_COLUMNS])
{
    memset(width, 0, LU_DOC_COLUMNS * sizeof *width);
    for (size_t i = 0; i < b->cells; i++) {
        size_t n = columns_of(b->cell[i], strlen(b->cell[i]));

        width[i % b->columns] = n > width[i % b->columns] ? n : width[i % b->columns];
    }
}

static size_t total(const lu_block *b, const size_t *width)
{
    size_t sum = 0;

    for (size_t c = 0; c < b->columns; c++) {
        sum += width[c] + (c ? TABLE_GAP : 0);
    }
    return sum;
}

/* The widest word of the last column's cells. */
static size_t widest_word(const lu_block *b)
{
    size_t widest = 0;

    for (size_t i = b->columns - 1; i < b->cells; i += b->columns) {
        for (const char *at = b->cell[i]; *at != '\0';) {
            size_t len = strcspn(at, " "), n = columns_of(at, len);

            widest = n > widest ? n : widest;
            at += len;
            at += strspn(at, " ");
        }
    }
    return widest;
}

/* Makes the last column narrower if that lets the table fit; false when nothing does. */
static bool fits(const lu_block *b, size_t *column, size_t width)
{
    size_t *last = &column[b->columns - 1], others = total(b, column) - *last;

    if (others + *last > width) {
        if (others + widest_word(b) > width || others + LAST_LEAST > width) {
            return false;
        }
        *last = width - others;
    }
    return true;
}

static lu_err put_cell(lu_buf *out, const char *text, size_t width, lu_align align)
{
    size_t n = columns_of(text, strlen(text)), pad = n < width ? width - n : 0;
    size_t left = align == LU_ALIGN_RIGHT ? pad : align == LU_ALIGN_CENTRE ? pad / 2 : 0;

    LU_TRY(put(out, " ", left));
    LU_TRY(put(out, text, 1));
    return put(out, " ", pad - left);
}

/* A line without the blanks at its end. */
static lu_err put_trimmed(lu_buf *out, const char *line)
{
    size_t len = strlen(line);

    while (len > 0 && line[len - 1] == ' ') {
        len--;
    }
    return lu_buf_print(out, "%.*s\n", (int)len, line);
}

/* All columns but the last; that one may take several lines. */
static lu_err put_row(lu_buf *out, const lu_block *b, size_t first, const size_t *column)
{
    size_t last = b->columns - 1, others = total(b, column) - column[last];
    lu_buf before = LU_BUF_INIT, indent = LU_BUF_INIT;
    lu_err err = put(&indent, " ", others);

    for (size_t c = 0; c < last && !err; c++) {
        err = put_cell(&before, b->cell[first + c], column[c], b->align[c]);
        err = err ? err : put(&before, " ", TABLE_GAP);
    }
    if (!err && columns_of(b->cell[first + last], strlen(b->cell[first + last])) <= column[last]) {
        err = put_cell(&before, b->cell[first + last], column[last], b->align[last]);
        err = err ? err : put_trimmed(out, (const char *)before.data);
    } else if (!err) {
        err = wrapped(out, b->cell[first + last], others + column[last],
                      before.data ? (const char *)before.data : "", (const char *)indent.data);
    }
    lu_buf_fini(&before);
    lu_buf_fini(&indent);
    return err;
}

static lu_err as_rows(lu_buf *out, const lu_block *b, const size_t *column)
{
    for (size_t i = 0; i + b->columns <= b->cells; i += b->columns) {
        LU_TRY(put_row(out, b, i, column));
        if (i == 0) {
            LU_TRY(put(out, "-", total(b, column)));
            LU_TRY(lu_buf_print(out, "\n"));
        }
    }
    return LU_OK;
}

static lu_err labelled(lu_buf *out, const char *label, const char *text, size_t width)
{
    lu_buf before = LU_BUF_INIT;
    lu_err err = lu_buf_print(&before, "    %s: ", label);

    err = err ? err : wrapped(out, text, width, (const char *)before.data, "      ");
    lu_buf_fini(&before);
    return err;
}

/* A table that is too wide becomes a list: the first column, and below it each other with its
   title. */
static lu_err as_list(lu_buf *out, const lu_block *b, size_t width)
{
    for (size_t i = b->columns; i + b->columns <= b->cells; i += b->columns) {
        LU_TRY(wrapped(out, b->cell[i], width, "* ", "  "));
        for (size_t c = 1; c < b->columns; c++) {
            LU_TRY(b->cell[i + c][0] ? labelled(out, b->cell[c], b->cell[i + c], width) : LU_OK);
        }
    }
    return LU_OK;
}

static lu_err table(lu_buf *out, const lu_block *b, size_t width)
{
    size_t column[LU_DOC_COLUMNS];

    measure(b, column);
    if (b->text[0] != '\0') {
        LU_TRY(wrapped(out, b->text, width, "", ""));
    }
    return fits(b, column, width) ? as_rows(out, b, column) : as_list(out, b, width);
}

static lu_err block(lu_buf *out, const lu_block *b, size_t width)
{
    switch (b->kind) {
    case LU_BLOCK_HEADING: return heading(out, b, width);
    case LU_BLOCK_LEAD: return wrapped(out, b->text, width, "> ", "  ");
    case LU_BLOCK_ITEM: return wrapped(out, b->text, width, "- ", "  ");
    case LU_BLOCK_NOTE: return wrapped(out, b->text, width, "! ", "  ");
    case LU_BLOCK_CODE: return wrapped(out, b->text, SIZE_MAX, "    ", "    ");
    case LU_BLOCK_TABLE: return table(out, b, width);
    case LU_BLOCK_FIGURE:
        LU_TRY(lu_buf_print(out, "[figure %s] ", b->figure.name));
        return wrapped(out, b->text, width, "", "  ");
    case LU_BLOCK_PAGE: return LU_OK;
    default: return wrapped(out, b->text, width, "", "");
    }
}

lu_err lu_doc_text(const lu_doc *d, size_t width, lu_buf *out)
{
    LU_TRY(d->err);
    width = width < LEAST_WIDTH ? LEAST_WIDTH : width;
    LU_TRY(wrapped(out, d->title, width, "", ""));
    if (d->banner != NULL) {
        LU_TRY(lu_buf_print(out, "\n"));
        LU_TRY(wrapped(out, d->banner, width, "! ", "  "));
    }
    for (size_t i = 0; i < d->blocks; i++) {
        bool same =
            i > 0 && d->block[i].kind == LU_BLOCK_ITEM && d->block[i - 1].kind == LU_BLOCK_ITEM;

        LU_TRY(same || d->block[i].kind == LU_BLOCK_PAGE ? LU_OK : lu_buf_print(out, "\n"));
        LU_TRY(block(out, &d->block[i], width));
    }
    return LU_OK;
}
