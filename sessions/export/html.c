/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document as one HTML file that is well-formed XML too. */
#include "sessions/export/doc.h"

#include <string.h>

/* Without < and &: the same text in HTML and XML. */
static const char STYLE[] =
    "body{font:16px/1.5 'DejaVu Sans','Liberation Sans',Arial,Helvetica,sans-serif;color:#1a1a1a;"
    "background:#fff;max-width:60em;margin:0 auto;padding:1.5em 1.2em 4em}\n"
    "h1{font-size:1.9em;line-height:1.2;margin:.2em 0 .6em}\n"
    "h2{font-size:1.35em;margin:2.2em 0 .5em;padding-bottom:.15em;border-bottom:2px solid "
    "#1a1a1a}\n"
    "h3{font-size:1.08em;margin:1.6em 0 .3em}\n"
    "p{margin:.5em 0}ul{margin:.4em 0;padding-left:1.4em}li{margin:.25em 0}\n"
    ".lead{font-size:1.35em;font-weight:bold;margin:.9em 0 .2em}\n"
    ".note{border-left:4px solid #b35900;padding:.1em 0 .1em .8em;margin:.8em 0}\n"
    "pre{background:#f3f3f3;padding:.6em .8em;white-space:pre-wrap;overflow-wrap:anywhere;"
    "font:13px/1.45 'DejaVu Sans Mono',monospace}\n"
    ".wide{overflow-x:auto;margin:.9em 0}\n"
    "table{border-collapse:collapse;font-size:.84em;line-height:1.35}\n"
    "caption{text-align:left;font-weight:bold;padding:.2em 0 .4em}\n"
    "th{text-align:left;border-bottom:1.5px solid #1a1a1a}td{border-bottom:1px solid #ccc}\n"
    "th,td{padding:.22em .9em .22em 0;vertical-align:top;overflow-wrap:anywhere;"
    "font-variant-numeric:tabular-nums}\n"
    ".sheet{width:100%;table-layout:fixed;font-size:1em;line-height:1.5}"
    ".sheet>*>tr>td{padding:0;border:0}\n"
    ".sheet>thead>tr>td{background:#7a1f00;color:#fff;font-weight:bold;text-align:center;"
    "padding:.3em;border-bottom:.9em solid "
    "#fff;background-clip:padding-box;position:sticky;top:0;-webkit-print-color-adjust:exact;"
    "print-color-adjust:exact}\n"
    "th.r,td.r{text-align:right}th.c,td.c{text-align:center}\n"
    "figure{margin:1.2em 0}figure svg,figure img{max-width:100%;height:auto}\n"
    "figcaption{font-size:.88em;color:#333;margin-top:.3em}\n"
    "nav ol{columns:2;list-style:none;padding:0;font-size:.92em}nav a{color:#003f8a}\n"
    "footer{margin-top:3em;font-size:.8em;color:#444;overflow-wrap:anywhere}\n"
    "@page{size:A4;margin:18mm 16mm}\n"
    "@media print{body{font-size:10pt;max-width:none;padding:0}nav{display:none}"
    "h2,h3,caption,.lead{break-after:avoid}figure,tr,.note{break-inside:avoid}"
    ".page{break-before:page}.wide{overflow:visible}table{font-size:8pt}.sheet{font-size:10pt}}\n";

static lu_err put(lu_buf *out, const char *text)
{
    return lu_buf_add(out, text, strlen(text));
}

static lu_err escaped(lu_buf *out, const char *text)
{
    size_t plain = strcspn(text, "&<>\"'");

    LU_TRY(lu_buf_add(out, text, plain));
    for (text += plain; *text != '\0'; text += plain) {
        LU_TRY(put(out, *text == '&'   ? "&amp;"
                        : *text == '<' ? "&lt;"
                        : *text == '>' ? "&gt;"
                        : *text == '"' ? "&quot;"
                                       : "&#39;"));
        plain = strcspn(++text, "&<>\"'");
        LU_TRY(lu_buf_add(out, text, plain));
    }
    return LU_OK;
}

static lu_err element(lu_buf *out, const char *open, const char *text, const char *close)
{
    LU_TRY(put(out, open));
    LU_TRY(escaped(out, text));
    return put(out, close);
}

static lu_err heading(lu_buf *out, const lu_block *b, size_t number)
{
    if (b->level > 1) {
        return element(out, "<h3>", b->text, "</h3>\n");
    }
    LU_TRY(lu_buf_print(out, "<h2 id=\"s%zu\">", number));
    return element(out, "", b->text, "</h2>\n");
}

static const char *cell_class(lu_align align)
{
    return align == LU_ALIGN_RIGHT    ? " class=\"r\""
           : align == LU_ALIGN_CENTRE ? " class=\"c\""
                                      : "";
}

static lu_err row(lu_buf *out, const lu_block *b, size_t first, const char *tag)
{
    LU_TRY(put(out, "<tr>"));
    for (size_t c = 0; c < b->columns; c++) {
        LU_TRY(lu_buf_print(out, "<%s%s>", tag, cell_class(b->align[c])));
        LU_TRY(escaped(out, b->cell[first + c]));
        LU_TRY(lu_buf_print(out, "</%s>", tag));
    }
    return put(out, "</tr>\n");
}

static lu_err table(lu_buf *out, const lu_block *b)
{
    LU_TRY(put(out, "<div class=\"wide\"><table>\n"));
    LU_TRY(b->text[0] ? element(out, "<caption>", b->text, "</caption>\n") : LU_OK);
    LU_TRY(put(out, "<thead>"));
    LU_TRY(row(out, b, 0, "th"));
    LU_TRY(put(out, "</thead>\n<tbody>\n"));
    for (size_t i = b->columns; i + b->columns <= b->cells; i += b->columns) {
        LU_TRY(row(out, b, i, "td"));
    }
    return put(out, "</tbody></table></div>\n");
}

/* The SVG without its XML declaration, which may only stand at the start of a file. */
static lu_err drawing(lu_buf *out, const lu_figure *f)
{
    lu_buf svg = LU_BUF_INIT;
    lu_err err = lu_figure_svg(f, &svg);
    const char *body = err ? NULL : strstr((const char *)svg.data, "<svg");

    if (!err) {
        err = body ? put(out, body) : lu_fail(LU_ERR_INTERNAL, "a figure is not SVG");
    }
    lu_buf_fini(&svg);
    return err;
}

/* Pixels as an image: squares drawn one by one show seams where a page is scaled. */
static lu_err image(lu_buf *out, const lu_figure *f)
{
    lu_buf png = LU_BUF_INIT;
    lu_err err = lu_figure_png(f, &png);

    if (!err) {
        err = lu_buf_print(out, "<img width=\"%.0f\" src=\"data:image/png;base64,", f->width);
    }
    if (!err) {
        err = lu_out_base64(&png, out);
    }
    lu_buf_fini(&png);
    LU_TRY(err);
    return element(out, "\" alt=\"", f->title, "\"/>");
}

static lu_err figure(lu_buf *out, const lu_block *b)
{
    LU_TRY(put(out, "<figure>"));
    LU_TRY(b->figure.pixels ? image(out, &b->figure) : drawing(out, &b->figure));
    return element(out, "<figcaption>", b->text, "</figcaption></figure>\n");
}

static lu_err block(lu_buf *out, const lu_block *b, size_t number)
{
    switch (b->kind) {
    case LU_BLOCK_HEADING: return heading(out, b, number);
    case LU_BLOCK_LEAD: return element(out, "<p class=\"lead\">", b->text, "</p>\n");
    case LU_BLOCK_ITEM: return element(out, "<li>", b->text, "</li>\n");
    case LU_BLOCK_NOTE: return element(out, "<p class=\"note\">", b->text, "</p>\n");
    case LU_BLOCK_CODE: return element(out, "<pre>", b->text, "</pre>\n");
    case LU_BLOCK_TABLE: return table(out, b);
    case LU_BLOCK_FIGURE: return figure(out, b);
    case LU_BLOCK_PAGE: return put(out, "<div class=\"page\"></div>\n");
    default: return element(out, "<p>", b->text, "</p>\n");
    }
}

static lu_err blocks(lu_buf *out, const lu_doc *d)
{
    bool listing = false;

    for (size_t i = 0; i < d->blocks; i++) {
        bool item = d->block[i].kind == LU_BLOCK_ITEM;

        LU_TRY(item != listing ? put(out, item ? "<ul>\n" : "</ul>\n") : LU_OK);
        listing = item;
        LU_TRY(block(out, &d->block[i], i));
    }
    return listing ? put(out, "</ul>\n") : LU_OK;
}

static lu_err contents(lu_buf *out, const lu_doc *d)
{
    LU_TRY(put(out, "<nav aria-label=\"Contents\"><ol>\n"));
    for (size_t i = 0; i < d->blocks; i++) {
        if (d->block[i].kind == LU_BLOCK_HEADING && d->block[i].level == 1) {
            LU_TRY(lu_buf_print(out, "<li><a href=\"#s%zu\">", i));
            LU_TRY(element(out, "", d->block[i].text, "</a></li>\n"));
        }
    }
    return put(out, "</ol></nav>\n");
}

/* What stands in a table's head is printed on every page. */
static lu_err banner(lu_buf *out, const lu_doc *d)
{
    return d->banner ? element(out, "<table class=\"sheet\" role=\"presentation\"><thead><tr><td>",
                               d->banner, "</td></tr></thead>\n<tbody><tr><td>\n")
                     : LU_OK;
}

/* Nothing may be fetched or run, whatever a text from outside says. */
static lu_err head(lu_buf *out, const lu_doc *d)
{
    LU_TRY(put(out, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
                    "<head><meta charset=\"utf-8\"/>\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'; img-src data:\"/>\n"
                    "<meta name=\"viewport\" content=\"width=device-width\"/>\n"));
    LU_TRY(element(out, "<title>", d->title, "</title>\n<style>\n"));
    LU_TRY(put(out, STYLE));
    return put(out, "</style></head>\n<body>\n");
}

lu_err lu_doc_html(const lu_doc *d, lu_buf *out)
{
    LU_TRY(d->err);
    LU_TRY(head(out, d));
    LU_TRY(banner(out, d));
    LU_TRY(element(out, "<header><h1>", d->title, "</h1></header>\n"));
    LU_TRY(contents(out, d));
    LU_TRY(put(out, "<main>\n"));
    LU_TRY(blocks(out, d));
    LU_TRY(element(out, "</main>\n<footer>Journal head ", d->head, "</footer>\n"));
    LU_TRY(d->banner ? put(out, "</td></tr></tbody></table>\n") : LU_OK);
    return put(out, "</body></html>\n");
}
