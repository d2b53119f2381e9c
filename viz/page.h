/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of running text on a PDF drawing: wrapped paragraphs, tables that go on over pages, room
 * for figures.
 *
 *     lu_pages p = {.d = &d, .body = {50, 60, 495, 710}, .furniture = head_and_foot};
 *     lu_pages_begin(&p);
 *     lu_pages_text(&p, &style, "A paragraph.");
 *     lu_radar_draw(&d, lu_pages_room(&p, 300, 200), &evidence);
 */
#ifndef LU_VIZ_PAGE_H
#define LU_VIZ_PAGE_H

#include "viz/draw.h"

typedef struct lu_pages {
    lu_draw *d;   /* a PDF drawing, borrowed */
    lu_rect body; /* what text and figures may fill */
    double y;     /* where the next thing begins */
    size_t page;  /* the present one, from 1 */
    /* Draws what every page has around its body, as a header; may be NULL. */
    void (*furniture)(struct lu_pages *p);
    void *context; /* the caller's */
} lu_pages;

typedef struct lu_text_style {
    lu_lettering letters; /* `align` counts, `advance` must be 0 */
    double line;          /* from base line to base line, units */
    double before, after; /* space above, not at the top of a page, and below */
    double indent;        /* of all lines */
    double keep;          /* room that must follow on the same page */
    const char *bullet;   /* before the first line, within the indent; NULL = none */
    bool ruled;           /* a bar of the letters' colour along the left edge */
} lu_text_style;

/* All borrowed. */
typedef struct lu_page_table {
    size_t columns, rows;    /* 1..LU_PAGE_COLUMNS; row 0 is the header, drawn on every page */
    const char *const *cell; /* rows x columns */
    const lu_align *align;   /* columns */
    lu_lettering letters;    /* of cells */
    double line, gap;        /* between base lines, between columns */
} lu_page_table;

enum { LU_PAGE_COLUMNS = 16 };

/* Draws the first page's furniture; y = top of the body. */
void lu_pages_begin(lu_pages *p);

/* Goes to the next page. */
void lu_pages_break(lu_pages *p);

/* Goes to the next page unless `height` is left on this one, or nothing is on it yet. */
void lu_pages_need(lu_pages *p, double height);

/* A paragraph, broken at blanks; words wider than a line between characters. Line breaks in the
   text are kept. */
void lu_pages_text(lu_pages *p, const lu_text_style *style, const char *text);

/* What a table needs at the present page's end so as not to look cut off: all of it when it is less
   than a third of a page, else its header and two rows. */
double lu_pages_table_keep(lu_pages *p, const lu_page_table *t);

/* As wide as its columns need, at most the body; then the widest columns wrap. A row stays whole,
   and no row stands alone at the end of one page or the beginning of the next. */
void lu_pages_table(lu_pages *p, const lu_page_table *t);

/* Room in the middle of the body for something that stays whole, made smaller if the body is
   smaller; y is below it. */
lu_rect lu_pages_room(lu_pages *p, double width, double height);

#endif
