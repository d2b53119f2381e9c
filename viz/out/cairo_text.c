/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/out/cairo_text.h"
#include "viz/unicode.h"

#include <string.h>

static void set_font(cairo_t *cr, lu_lettering how)
{
    cairo_select_font_face(cr, how.face == LU_FACE_SANS ? "DejaVu Sans" : "DejaVu Sans Mono",
                           CAIRO_FONT_SLANT_NORMAL,
                           how.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, how.size);
}

/* Does the font have a glyph for each character? Glyph 0 stands for those it has none for. */
static bool legible(cairo_t *cr, const char *text, size_t len)
{
    cairo_glyph_t *glyph = NULL;
    bool all = true;
    int n = 0;

    if (cairo_scaled_font_text_to_glyphs(cairo_get_scaled_font(cr), 0, 0, text, (int)len, &glyph,
                                         &n, NULL, NULL, NULL) != CAIRO_STATUS_SUCCESS) {
        return true; /* cairo will say so itself */
    }
    for (int i = 0; i < n; i++) {
        all = all && glyph[i].index != 0;
    }
    cairo_glyph_free(glyph);
    return all;
}

static lu_err spell(cairo_t *cr, const char *text, lu_buf *out)
{
    char bytes[LU_UTF8_MAX];
    uint32_t code;

    while ((code = lu_utf8_next(&text)) != 0) {
        size_t len = lu_utf8_put(code, bytes);

        if (legible(cr, bytes, len)) {
            LU_TRY(lu_buf_add(out, bytes, len));
        } else {
            LU_TRY(lu_buf_print(out, "<U+%04lX>", (unsigned long)code));
        }
    }
    return lu_buf_add(out, "", 0);
}

/* The text with what cannot be drawn spelled out; `spelled` holds it when that is needed. */
static const char *drawable(cairo_t *cr, const char *text, lu_buf *spelled)
{
    bool plain = legible(cr, text, strlen(text)) || spell(cr, text, spelled) != LU_OK;

    return plain ? text : (const char *)spelled->data;
}

double lu_cairo_width(cairo_t *cr, lu_lettering how, const char *text)
{
    cairo_text_extents_t extents;
    lu_buf spelled = LU_BUF_INIT;

    if (how.advance > 0) {
        return how.advance * lu_columns(text);
    }
    set_font(cr, how);
    cairo_text_extents(cr, drawable(cr, text, &spelled), &extents);
    lu_buf_fini(&spelled);
    return extents.x_advance;
}

/* Each character at its column. */
static void show_spaced(cairo_t *cr, double x, double y, double advance, const char *text)
{
    char bytes[LU_UTF8_MAX];
    uint32_t code;

    while ((code = lu_utf8_next(&text)) != 0) {
        lu_utf8_put(code, bytes);
        cairo_move_to(cr, x, y);
        cairo_show_text(cr, bytes);
        x += advance * lu_code_width(code);
    }
}

void lu_cairo_show(cairo_t *cr, double x, double y, lu_lettering how, const char *text)
{
    double width = lu_cairo_width(cr, how, text);
    lu_buf spelled = LU_BUF_INIT;

    set_font(cr, how);
    x -= how.align == LU_ALIGN_RIGHT ? width : how.align == LU_ALIGN_CENTRE ? width / 2 : 0;
    if (how.advance > 0) {
        show_spaced(cr, x, y, how.advance, text);
    } else {
        cairo_move_to(cr, x, y);
        cairo_show_text(cr, drawable(cr, text, &spelled));
    }
    lu_buf_fini(&spelled);
}
