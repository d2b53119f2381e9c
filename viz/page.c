/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/page.h"
#include "viz/out/out.h"
#include "viz/page_lines.h"

#include <math.h>
#include <string.h>

void lu_pages_begin(lu_pages *p)
{
    p->page++;
    p->y = p->body.y;
    if (p->furniture != NULL) {
        p->furniture(p);
    }
}

void lu_pages_break(lu_pages *p)
{
    lu_out_pdf_page(p->d);
    lu_pages_begin(p);
}

static double left_over(const lu_pages *p)
{
    return p->body.y + p->body.height - p->y;
}

void lu_pages_need(lu_pages *p, double height)
{
    if (height > left_over(p) && p->y > p->body.y) {
        lu_pages_break(p);
    }
}

lu_rect lu_pages_room(lu_pages *p, double width, double height)
{
    double scale = fmin(1, fmin(p->body.width / width, p->body.height / height));
    lu_rect room = {.width = width * scale, .height = height * scale};

    lu_pages_need(p, room.height);
    room.x = p->body.x + (p->body.width - room.width) / 2;
    room.y = p->y;
    p->y += room.height;
    return room;
}

static void draw_bar(lu_pages *p, const lu_text_style *s)
{
    lu_rect bar = {p->body.x, p->y, 2, s->line};

    lu_draw_rect(p->d, bar, (lu_paint){.fill = s->letters.rgb, .filled = true});
}

static void draw_bullet(lu_pages *p, const lu_text_style *s)
{
    static const double SHARE = 0.7; /* of the indent lies right of the bullet's left edge */
    lu_rect at = {p->body.x + s->indent * (1 - SHARE), p->y, s->indent * SHARE, s->line};

    lu_line_draw(p->d, at, s->letters, s->bullet, strlen(s->bullet));
}

static void draw_line(lu_pages *p, const lu_text_style *s, const char *text, size_t len, bool first)
{
    lu_rect line = {p->body.x + s->indent, p->y, p->body.width - s->indent, s->line};

    if (first && s->bullet != NULL) {
        draw_bullet(p, s);
    }
    if (s->ruled) {
        draw_bar(p, s);
    }
    lu_line_draw(p->d, line, s->letters, text, len);
}

/* What has to be on one page: a heading and what it keeps; a short paragraph; two lines of others.
 */
static double together(lu_pages *p, const lu_text_style *s, const char *text)
{
    enum { SHORT = 6 };
    size_t lines = lu_line_count(p->d, s->letters, text, p->body.width - s->indent);

    return s->keep + s->line * (double)(lines <= SHORT || s->keep > 0 ? lines : 2);
}

void lu_pages_text(lu_pages *p, const lu_text_style *s, const char *text)
{
    bool first = true;
    size_t next;

    if (p->y > p->body.y) {
        p->y += s->before;
    }
    lu_pages_need(p, together(p, s, text));
    do {
        size_t len = lu_line_of(p->d, s->letters, text, p->body.width - s->indent, &next);

        lu_pages_need(p, s->line);
        draw_line(p, s, text, len, first);
        p->y += s->line;
        text += next;
        first = false;
    } while (*text != '\0' && p->d->err == LU_OK);
    p->y += s->after;
}
