/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document on A4 pages. */
#include "sessions/export/doc.h"

#include <stdio.h>
#include <string.h>

/* A4 in points; margins. */
static const double WIDTH = 595.28, HEIGHT = 841.89, SIDE = 54, TOP = 66, BOTTOM = 56;
static const double TEXT = 9; /* font size of running text */

/* What the furniture of a page needs. */
typedef struct sheets {
    const lu_doc *doc;
    size_t of; /* pages in all; 0 = not known yet */
} sheets;

static lu_lettering letters(const lu_draw *d, lu_ink ink, double size, lu_align align)
{
    lu_lettering how = lu_draw_letters(d, ink, size, align);

    how.face = LU_FACE_SANS;
    how.bold = false;
    return how;
}

static void draw_banner(lu_draw *d, const char *banner)
{
    lu_rect bar = {0, 0, WIDTH, 22};
    lu_lettering how = letters(d, LU_INK_PAPER, 9.5, LU_ALIGN_CENTRE);

    how.bold = true;
    lu_draw_rect(d, bar, (lu_paint){.fill = 0x7a1f00, .filled = true});
    lu_draw_text(d, WIDTH / 2, 15, how, banner);
}

/* The bytes of the title that have room. */
static void draw_title(lu_draw *d, const char *title)
{
    lu_lettering how = letters(d, LU_INK_DIM, 7.5, LU_ALIGN_LEFT);
    lu_buf cut = LU_BUF_INIT;
    size_t len = strlen(title);

    while (len > 0 && lu_draw_text_width(d, how, title, len) > WIDTH - 2 * SIDE - 60) {
        do {
            len--;
        } while (len > 0 && ((unsigned char)title[len] & 0xc0) == 0x80);
    }
    if (lu_buf_print(&cut, "%.*s%s", (int)len, title, title[len] ? "…" : "") == LU_OK) {
        lu_draw_text(d, SIDE, 42, how, (const char *)cut.data);
    }
    lu_buf_fini(&cut);
}

static void furniture(lu_pages *p)
{
    const sheets *s = p->context;
    lu_lettering small = letters(p->d, LU_INK_DIM, 7.5, LU_ALIGN_RIGHT);
    lu_paint rule = lu_draw_stroke(p->d, LU_INK_GRID, 0.5, 0);
    char text[128];

    if (s->doc->banner != NULL) {
        draw_banner(p->d, s->doc->banner);
    }
    draw_title(p->d, s->doc->title);
    snprintf(text, sizeof text, "page %zu of %zu", p->page, s->of);
    lu_draw_text(p->d, WIDTH - SIDE, 42, small, text);
    lu_draw_line(p->d, SIDE, 48, WIDTH - SIDE, 48, rule);
    small.align = LU_ALIGN_LEFT;
    snprintf(text, sizeof text, "journal head %s", s->doc->head);
    lu_draw_line(p->d, SIDE, HEIGHT - 42, WIDTH - SIDE, HEIGHT - 42, rule);
    lu_draw_text(p->d, SIDE, HEIGHT - 32, small, text);
}

/* --- blocks --- */

static lu_text_style style_of(const lu_draw *d, const lu_block *b)
{
    lu_text_style s = {
        .letters = letters(d, LU_INK_TEXT, TEXT, LU_ALIGN_LEFT), .line = 1.42 * TEXT, .after = 5};

    switch (b->kind) {
    case LU_BLOCK_HEADING:
        s.letters.size = b->level == 1 ? 14 : 10.5;
        s.letters.bold = true;
        s.line = 1.25 * s.letters.size;
        s.before = b->level == 1 ? 16 : 7;
        s.after = b->level == 1 ? 5 : 3;
        break;
    case LU_BLOCK_LEAD:
        s.letters.size = 13;
        s.letters.bold = true;
        s.line = 17;
        s.before = 6;
        s.after = 2;
        s.keep = 40;
        break;
    case LU_BLOCK_ITEM:
        s.bullet = "•";
        s.indent = 14;
        s.after = 2;
        break;
    case LU_BLOCK_NOTE:
        s.letters.rgb = 0x8a3b00;
        s.indent = 10;
        s.ruled = true;
        s.before = 3;
        s.after = 7;
        break;
    case LU_BLOCK_CODE:
        s.letters.face = LU_FACE_MONO;
        s.letters.size = 7.5;
        s.line = 10.5;
        s.indent = 8;
        break;
    default: s.before = 2; break;
    }
    return s;
}

static void caption(lu_pages *p, const char *text, double keep)
{
    lu_text_style s = {.letters = letters(p->d, LU_INK_TEXT, 8, LU_ALIGN_LEFT),
                       .line = 11.5,
                       .before = 4,
                       .after = keep > 0 ? 2 : 12,
                       .keep = keep};

    s.letters.bold = keep > 0;
    if (text[0] != '\0') {
        lu_pages_text(p, &s, text);
    }
}

static lu_page_table table_of(const lu_pages *p, const lu_block *b)
{
    const double size = b->columns > 7 ? 6.8 : 7.6;

    return (lu_page_table){.columns = b->columns,
                           .rows = b->columns ? b->cells / b->columns : 0,
                           .cell = (const char *const *)b->cell,
                           .align = b->align,
                           .letters = letters(p->d, LU_INK_TEXT, size, LU_ALIGN_LEFT),
                           .line = 1.32 * size,
                           .gap = 10};
}

static void table(lu_pages *p, const lu_block *b)
{
    lu_page_table t = table_of(p, b);

    caption(p, b->text, lu_pages_table_keep(p, &t) + 1);
    lu_pages_table(p, &t);
    p->y += 12;
}

static const double CAPTION = 40;   /* of a figure, with the space around it */
static const double PARAGRAPH = 80; /* a short one: lu_pages_text() keeps it whole */

/* What a heading must have below it on its page. */
static double wanted(lu_pages *p, const lu_doc *d, size_t i)
{
    const lu_block *b = i < d->blocks ? &d->block[i] : NULL;
    lu_page_table t;

    if (b == NULL) {
        return 0;
    }
    switch (b->kind) {
    case LU_BLOCK_TABLE: t = table_of(p, b); return CAPTION + lu_pages_table_keep(p, &t);
    case LU_BLOCK_FIGURE: return CAPTION + b->figure.height;
    case LU_BLOCK_HEADING: return CAPTION + wanted(p, d, i + 1);
    default: return PARAGRAPH;
    }
}

static void figure(lu_pages *p, const lu_block *b)
{
    const lu_figure *f = &b->figure;
    lu_rect room;

    lu_pages_need(p, CAPTION + (f->height > p->body.height ? p->body.height : f->height));
    p->y += p->y > p->body.y ? 6 : 0;
    room = lu_pages_room(p, f->width, f->height);
    if (p->d->err == LU_OK) {
        f->draw(p->d, room, f);
    }
    caption(p, b->text, 0);
}

static void text(lu_pages *p, const lu_block *b)
{
    lu_text_style s = style_of(p->d, b);

    lu_pages_text(p, &s, b->text);
}

static void heading(lu_pages *p, const lu_doc *d, size_t i)
{
    lu_text_style s = style_of(p->d, &d->block[i]);

    lu_pages_need(p, s.before + s.line + wanted(p, d, i + 1));
    if (d->block[i].level == 1) {
        lu_out_pdf_outline(p->d, p->y, d->block[i].text);
    }
    lu_pages_text(p, &s, d->block[i].text);
}

static void title(lu_pages *p, const char *words)
{
    lu_text_style s = {
        .letters = letters(p->d, LU_INK_TEXT, 17, LU_ALIGN_LEFT), .line = 22, .after = 2};

    s.letters.bold = true;
    lu_pages_text(p, &s, words);
}

static void blocks(lu_pages *p, const lu_doc *d)
{
    for (size_t i = 0; i < d->blocks && p->d->err == LU_OK; i++) {
        const lu_block *b = &d->block[i];

        switch (b->kind) {
        case LU_BLOCK_HEADING: heading(p, d, i); break;
        case LU_BLOCK_TABLE: table(p, b); break;
        case LU_BLOCK_FIGURE: figure(p, b); break;
        case LU_BLOCK_PAGE: lu_pages_break(p); break;
        default: text(p, b); break;
        }
    }
}

static lu_err render(const lu_doc *doc, sheets *s, lu_buf *out)
{
    lu_rect body = {SIDE, TOP, WIDTH - 2 * SIDE, HEIGHT - TOP - BOTTOM};
    lu_draw d;
    lu_pages p = {.d = &d, .body = body, .furniture = furniture, .context = s};

    if (lu_out_pdf_begin(&d, WIDTH, HEIGHT, LU_THEME_LIGHT, doc->title, doc->date, out) == LU_OK) {
        lu_pages_begin(&p);
        title(&p, doc->title);
        blocks(&p, doc);
    }
    s->of = p.page;
    return lu_draw_end(&d);
}

/* Twice: only then is it known how many pages there are. */
lu_err lu_doc_pdf(const lu_doc *d, lu_buf *out)
{
    sheets s = {.doc = d};
    lu_buf draft = LU_BUF_INIT;
    lu_err err = d->err ? d->err : render(d, &s, &draft);

    lu_buf_fini(&draft);
    return err ? err : render(d, &s, out);
}
