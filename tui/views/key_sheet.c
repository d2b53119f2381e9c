/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/key_sheet.h"
#include "tui/views/work_text.h"

#include <stdio.h>

enum { GAP = 1, CAPTION = 15 /* columns: "▌ 12 7 ● missed" */, GOOD = 4 /* keys at least */ };

static int columns = 1;

int lu_key_sheet_columns(void)
{
    return columns;
}

/* Columns and rows of a field, its caption included. */
typedef struct field {
    int width, height;
    int zoom; /* 0 = smaller than its pixels */
} field;

static field at_zoom(const lu_app *a, int zoom)
{
    lu_shape shape = a->marks.bundle.shape;
    lu_picture frame = {.width = shape.w, .height = shape.h};
    field f = {.zoom = zoom};

    lu_picture_size(&frame, lu_work_pixels(a), zoom ? zoom : 1, &f.width, &f.height);
    if (zoom == 0) {
        f.width /= 2;
        f.height /= 2;
    }
    f.width = f.width < CAPTION ? CAPTION : f.width;
    f.height++;
    return f;
}

static int fitting(int room, int size, int gap)
{
    return room < size ? 1 : (room + gap) / (size + gap);
}

/* Pixel for pixel when a few keys fit so, else half of it. */
static field field_for(const lu_app *a, lu_pane pane)
{
    field f = at_zoom(a, 0);

    for (int zoom = a->zoom < 1 ? 1 : a->zoom; zoom > 0; zoom--) {
        field exact = at_zoom(a, zoom);
        if (exact.width <= pane.width && exact.height <= pane.height &&
            fitting(pane.width, exact.width, GAP) * (pane.height / exact.height) >= GOOD) {
            f = exact;
            break;
        }
    }
    f.width = f.width < pane.width ? f.width : pane.width;
    f.height = f.height < pane.height ? f.height : pane.height;
    return f;
}

static void caption(const lu_app *a, lu_pane row, size_t key, bool here)
{
    int32_t answer = lu_key_answer(a, key);

    if (here) {
        lu_pane_text(row, 0, 0, "▌", LU_INK_FOCUS);
    }
    lu_pane_print(row, 1, 0, here ? LU_INK_SELECTED : LU_INK_TEXT, "%3zu%2d", key,
                  (int)a->marks.bundle.label[key]);
    if (answer >= 0) {
        lu_put_hit(row, 7, answer == a->marks.bundle.label[key], true);
    }
}

/* Returns the factor. */
static double put_field(lu_app *a, lu_pane pane, size_t key, field f, lu_key_part part, bool here)
{
    lu_pane above = lu_pane_sub(pane, 0, 0, pane.width, pane.height - 1);
    lu_pane row = lu_pane_sub(pane, 0, pane.height - 1, pane.width, 1);
    unsigned gain = a->gain < 1 ? 1 : (unsigned)a->gain;
    lu_picture p = {0};
    double factor = 1;

    if (lu_key_picture(&a->marks.bundle, key, part, gain, &p) == LU_OK) {
        factor = lu_picture_cells(above, &p, lu_work_pixels(a), (lu_picture_view){.zoom = f.zoom});
        lu_picture_fini(&p);
    }
    caption(a, row, key, here);
    if (here) {
        lu_app_cursor_at(a, row, 0, 0);
    }
    return factor;
}

double lu_put_key_sheet(lu_app *a, lu_pane pane, size_t count, unsigned turn)
{
    static const lu_key_part parts[] = {LU_KEY_KEY, LU_KEY_DIFFERENCE, LU_KEY_COVER};
    lu_list *l = &a->list[a->screen];
    field f = field_for(a, pane);
    int rows = f.height > 0 ? pane.height / f.height : 0;
    size_t page;
    double factor = 1;

    columns = fitting(pane.width, f.width, GAP);
    page = (size_t)(rows * columns);
    if (page == 0) {
        return 1;
    }
    lu_list_fit(l, count, page);
    for (size_t i = 0, k = l->cursor / page * page; i < page && k < count; i++, k++) {
        size_t row = lu_app_row(a, k);
        int x = (int)i % columns * (f.width + GAP), y = (int)i / columns * f.height;

        if (row != SIZE_MAX) {
            factor = put_field(a, lu_pane_sub(pane, x, y, f.width, f.height), a->marks.key[row], f,
                               parts[turn % LU_KEY_PARTS], k == l->cursor);
        }
    }
    return factor;
}
