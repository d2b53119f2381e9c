/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/sheet.h"
#include "viz/number.h"

#include <math.h>
#include <stdio.h>

enum { GAP = 2, CAPTION_MAX = 256, FIELD_MIN = 4 /* rows of a field at least */ };

/* How the pane is cut into fields. */
typedef struct sheet_layout {
    int columns, rows, width, height; /* of a field, caption included */
} sheet_layout;

static int maximum(int a, int b)
{
    return a > b ? a : b;
}

static int minimum(int a, int b)
{
    return a < b ? a : b;
}

/* The largest size in cells of the pictures from `first` on. */
static void largest(const lu_sheet *s, lu_pixels how, int zoom, int *width, int *height)
{
    *width = 1;
    *height = 1;
    for (size_t i = s->first; i < s->n; i++) {
        int w;
        int h;

        lu_picture_size(&s->picture[i], how, zoom, &w, &h);
        *width = maximum(*width, w);
        *height = maximum(*height, h);
    }
}

/* The height that the shape of the largest picture asks for at a width, caption included. */
static int fields_height(const lu_sheet *s, lu_pixels how, int width)
{
    int w;
    int h;

    largest(s, how, 1, &w, &h);
    return (int)(((long long)width * h + w - 1) / w) + (s->caption != NULL);
}

/* With a zoom or without columns fields have the pictures' size, else the columns share the pane.
 */
static sheet_layout lay_out(lu_pane pane, const lu_sheet *s, lu_pixels how)
{
    sheet_layout l;
    size_t left = s->n - s->first;
    int share;

    largest(s, how, s->zoom > 0 ? s->zoom : 1, &l.width, &l.height);
    l.height += s->caption != NULL;
    if (s->columns == 0) {
        l.columns = maximum((pane.width + GAP) / (l.width + GAP), 1);
    } else {
        l.columns = s->columns < (size_t)pane.width ? (int)s->columns : pane.width;
        if (s->zoom == 0) {
            size_t rows = (left + (size_t)l.columns - 1) / (size_t)l.columns;

            l.width = maximum((pane.width + GAP) / l.columns - GAP, 1);
            share = rows < (size_t)pane.height ? pane.height / (int)rows : 1;
            l.height = minimum(fields_height(s, how, l.width), maximum(share, FIELD_MIN));
        }
    }
    l.width = l.width < pane.width ? l.width : pane.width;
    l.height = l.height < pane.height ? l.height : pane.height;
    l.rows = pane.height / l.height;
    return l;
}

static void put_caption(lu_pane row, const char *caption, double factor)
{
    char text[CAPTION_MAX];
    char number[LU_NUMBER_MAX];

    if (factor > 0 && factor < 1) {
        snprintf(text, sizeof text, "fit %sx %s", lu_number_fixed(factor, 2, number), caption);
        lu_pane_field(row, 0, 0, row.width, text, LU_INK_TEXT, LU_ALIGN_LEFT);
    } else {
        lu_pane_field(row, 0, 0, row.width, caption, LU_INK_TEXT, LU_ALIGN_LEFT);
    }
}

size_t lu_sheet_cells(lu_pane pane, const lu_sheet *s, lu_pixels how, lu_glyph_set glyphs)
{
    size_t shown = 0;
    sheet_layout l;

    if (pane.width == 0 || pane.height == 0 || s->first >= s->n) {
        return 0;
    }
    l = lay_out(pane, s, how);
    for (int y = 0; y < l.rows; y++) {
        for (int x = 0; x < l.columns && s->first + shown < s->n; x++) {
            size_t i = s->first + shown;
            int below = s->caption != NULL;
            lu_pane field = lu_pane_sub(pane, x * (l.width + GAP), y * l.height, l.width, l.height);
            double factor =
                lu_picture_cells(lu_pane_sub(field, 0, 0, field.width, field.height - below),
                                 &s->picture[i], how, (lu_picture_view){.zoom = s->zoom});

            if (below) {
                put_caption(lu_pane_sub(field, 0, field.height - 1, field.width, 1), s->caption[i],
                            factor);
            }
            shown += field.width > 0;
        }
    }
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
    return shown;
}

/* --- on paper --- */

static void draw_one(lu_draw *d, lu_rect field, double size, const lu_picture *p,
                     const char *caption)
{
    double high = field.height - (caption ? 1.6 * size : 0);
    double scale = fmin(field.width / (double)p->width, high / (double)p->height);
    lu_rect area = {field.x, field.y, scale * (double)p->width, scale * (double)p->height};

    lu_draw_image(d, area, p);
    lu_draw_rect(d, area, lu_draw_stroke(d, LU_INK_GRID, size * 0.05, 0));
    if (caption) {
        lu_draw_text(d, field.x, area.y + area.height + 1.2 * size,
                     lu_draw_letters(d, LU_INK_TEXT, size, LU_ALIGN_LEFT), caption);
    }
}

void lu_sheet_draw(lu_draw *d, lu_rect area, const lu_sheet *s)
{
    size_t n = s->first < s->n ? s->n - s->first : 0;
    size_t columns = s->columns ? s->columns : (size_t)ceil(sqrt((double)n));
    size_t rows = columns ? (n + columns - 1) / columns : 0;
    double width = columns ? area.width / (double)columns : 0;
    double height = rows ? area.height / (double)rows : 0;
    double size = fmin(fmin(width / 14, height / 8), 14);

    for (size_t i = 0; i < n; i++) {
        lu_rect field = {area.x + width * (double)(i % columns),
                         area.y + height * (double)(i / columns), width * 0.94, height * 0.97};
        const lu_picture *p = &s->picture[s->first + i];

        if (p->width > 0 && p->height > 0) {
            draw_one(d, field, size, p, s->caption ? s->caption[s->first + i] : NULL);
        }
    }
}
