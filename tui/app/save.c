/* SPDX-License-Identifier: GPL-3.0-or-later */
/* :screen FILE: the screen as text, SVG or PNG, by the file's ending. */
#include "tui/app/internal.h"

#include <string.h>

static lu_err render(const lu_app *a, const lu_cells *cells, const char *ending, lu_buf *out)
{
    lu_text_look plain = {a->options.theme, LU_COLOURS_NONE, a->options.glyphs == LU_GLYPHS_ASCII};

    if (strcmp(ending, ".txt") == 0) {
        return lu_out_text(cells, plain, out);
    }
    if (strcmp(ending, ".svg") == 0) {
        return lu_out_screen_svg(cells, a->options.theme, lu_screen_title(a->screen), out);
    }
    if (strcmp(ending, ".png") == 0) {
        return lu_out_screen_png(cells, 1, a->options.theme, out);
    }
    return lu_fail(LU_ERR_USAGE, "a screen is saved as .txt, .svg or .png");
}

lu_err lu_app_save_screen(lu_app *a, const char *path)
{
    const char *dot = strrchr(path, '.');
    lu_buf bytes = LU_BUF_INIT;
    lu_cells cells;
    lu_err err;

    LU_TRY(lu_cells_init(&cells, a->width, a->height));
    lu_app_draw(a, &cells);
    err = render(a, &cells, dot ? dot : "", &bytes);
    if (!err) {
        err = lu_file_save(path, &bytes);
    }
    lu_cells_fini(&cells);
    lu_buf_fini(&bytes);
    if (err) {
        return lu_app_fail(a, err);
    }
    lu_app_say(a, LU_INK_TEXT, "saved %s", path);
    return LU_OK;
}
