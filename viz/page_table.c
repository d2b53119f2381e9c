/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables on pages. */
#include "viz/page.h"
#include "viz/page_lines.h"

#include <math.h>
#include <string.h>

enum {
    PADDING = 3, /* above and below a row's lines, units */
    LEAST = 2    /* rows of a table on a page, below its header */
};

typedef struct layout {
    const lu_page_table *t;
    double left, width[LU_PAGE_COLUMNS], total;
} layout;

static const char *cell_at(const lu_page_table *t, size_t row, size_t column)
{
    return t->cell[row * t->columns + column];
}

static lu_lettering letters_of(const lu_page_table *t, size_t row, size_t column)
{
    lu_lettering how = t->letters;

    how.bold = row == 0;
    how.align = t->align[column];
    return how;
}

static void natural_widths(lu_draw *d, layout *l)
{
    for (size_t c = 0; c < l->t->columns; c++) {
        l->width[c] = 1;
        for (size_t r = 0; r < l->t->rows; r++) {
            const char *text = cell_at(l->t, r, c);
            double width = lu_draw_text_width(d, letters_of(l->t, r, c), text, strlen(text));

            l->width[c] = fmax(l->width[c], ceil(width + 1));
        }
    }
}

static double sum_below(const layout *l, double cap)
{
    double sum = 0;

    for (size_t c = 0; c < l->t->columns; c++) {
        sum += fmin(l->width[c], cap);
    }
    return sum;
}

/* The widest columns give way to one width at which all fit. */
static void fit_widths(layout *l, double room)
{
    double low = 1, high = room;

    if (sum_below(l, INFINITY) > room) {
        for (int i = 0; i < 40; i++) {
            double cap = (low + high) / 2;
            *(sum_below(l, cap) > room ? &high : &low) = cap;
        }
        for (size_t c = 0; c < l->t->columns; c++) {
            l->width[c] = fmin(l->width[c], low);
        }
    }
    l->total = sum_below(l, INFINITY) + l->t->gap * (double)(l->t->columns - 1);
}

static double row_height(lu_draw *d, const layout *l, size_t row)
{
    size_t lines = 1;

    for (size_t c = 0; c < l->t->columns; c++) {
        size_t n = lu_line_count(d, letters_of(l->t, row, c), cell_at(l->t, row, c), l->width[c]);
        lines = n > lines ? n : lines;
    }
    return (double)lines * l->t->line + 2 * PADDING;
}

static void draw_cell(lu_draw *d, const layout *l, size_t row, size_t column, double x, double y)
{
    lu_lettering how = letters_of(l->t, row, column);
    const char *text = cell_at(l->t, row, column);
    lu_rect line = {x, y + PADDING, l->width[column], l->t->line};
    size_t next;

    while (*text != '\0' && d->err == LU_OK) {
        size_t len = lu_line_of(d, how, text, line.width, &next);

        lu_line_draw(d, line, how, text, len);
        line.y += line.height;
        text += next;
    }
}

static void draw_row(lu_pages *p, const layout *l, size_t row, double height)
{
    const lu_paint faint = {.line = 0xc8c8c8, .width = 0.5}; /* paler than any ink: it may be */
    double x = l->left;
    double bottom = p->y + height;

    for (size_t c = 0; c < l->t->columns; c++) {
        draw_cell(p->d, l, row, c, x, p->y);
        x += l->width[c] + l->t->gap;
    }
    lu_draw_line(p->d, l->left, bottom, l->left + l->total, bottom,
                 row ? faint : lu_draw_stroke(p->d, LU_INK_TEXT, 0.8, 0));
    p->y = bottom;
}

/* False: there is nothing to lay out. */
static bool lay_out(lu_pages *p, const lu_page_table *t, layout *l)
{
    *l = (layout){.t = t, .left = p->body.x};
    if (t->columns == 0 || t->columns > LU_PAGE_COLUMNS || t->rows == 0) {
        return false;
    }
    natural_widths(p->d, l);
    fit_widths(l, p->body.width - t->gap * (double)(t->columns - 1));
    return true;
}

static double keep(lu_pages *p, const layout *l)
{
    const size_t least = l->t->rows == LEAST + 2 ? LEAST + 1 : LEAST; /* three do not part */
    double all = 0, first = 0;

    for (size_t r = 0; r < l->t->rows && p->d->err == LU_OK; r++) {
        all += row_height(p->d, l, r);
        first = r <= least ? all : first;
    }
    return all < p->body.height / 3 ? all : first;
}

double lu_pages_table_keep(lu_pages *p, const lu_page_table *t)
{
    layout l;

    return lay_out(p, t, &l) ? keep(p, &l) : 0;
}

void lu_pages_table(lu_pages *p, const lu_page_table *t)
{
    layout l;
    double head, height, last;

    if (!lay_out(p, t, &l)) {
        return;
    }
    lu_pages_need(p, keep(p, &l));
    head = row_height(p->d, &l, 0);
    draw_row(p, &l, 0, head);
    for (size_t r = 1; r < t->rows && p->d->err == LU_OK; r++) {
        height = row_height(p->d, &l, r);
        last = r + LEAST == t->rows && r > 1 ? row_height(p->d, &l, r + 1) : 0;
        if (p->y + height + last > p->body.y + p->body.height) {
            lu_pages_break(p);
            draw_row(p, &l, 0, head);
        }
        draw_row(p, &l, r, height);
    }
}
