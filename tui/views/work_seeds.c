/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_seeds.h"
#include "tui/views/work_text.h"

#include <stdio.h>

/* --- what is derived from a look, once --- */

enum { CLASSES_MAX = 1 << 16 };

/* Kept until the next look. */
static struct {
    const lu_app *app;
    unsigned looks;
    const size_t *index;
    bool by_label;
    size_t n, classes;
    size_t *order; /* n, by label; NULL = by rank */
    size_t *count; /* classes */
} kept;

int lu_work_seed_label(const lu_app *a, size_t seed)
{
    const lu_samples *s = &a->look.seed_images.samples;

    return s->labels != NULL && seed < s->n ? (int)s->labels[seed] : -1;
}

static bool in_classes(int label)
{
    return label >= 0 && (size_t)label < kept.classes;
}

static void count_classes(const lu_app *a)
{
    for (size_t i = 0; i < kept.n; i++) {
        int label = lu_work_seed_label(a, i);
        if (in_classes(label)) {
            kept.count[label]++;
        }
    }
}

/* Counting sort; what has no label comes last. */
static lu_err order_by_label(const lu_app *a)
{
    size_t *next, at = 0;

    LU_TRY(LU_NEW(next, kept.classes + 1));
    for (size_t i = 0; i < kept.classes; i++) {
        next[i] = at;
        at += kept.count[i];
    }
    next[kept.classes] = at;
    for (size_t i = 0; i < kept.n; i++) {
        int label = lu_work_seed_label(a, i);
        kept.order[next[in_classes(label) ? (size_t)label : kept.classes]++] = i;
    }
    free(next);
    return LU_OK;
}

static void forget(void)
{
    free(kept.order);
    free(kept.count);
    kept.order = kept.count = NULL;
    kept.n = kept.classes = 0;
}

static void derive(const lu_app *a)
{
    size_t classes = a->look.seed_images.samples.classes;

    if (kept.app == a && kept.looks == a->looks && kept.index == a->look.seeds.index) {
        return;
    }
    forget();
    kept.by_label = kept.by_label && kept.app == a;
    kept.app = a;
    kept.looks = a->looks;
    kept.index = a->look.seeds.index;
    kept.n = a->look.any ? a->look.seeds.n : 0;
    kept.classes = kept.n && classes < CLASSES_MAX ? classes : 0;
    if (LU_NEW(kept.count, kept.classes) || LU_NEW(kept.order, kept.n)) {
        forget();
        return;
    }
    count_classes(a);
    if (order_by_label(a)) {
        forget();
    }
}

bool lu_work_seeds_by_label(const lu_app *a)
{
    derive(a);
    return kept.by_label && kept.order != NULL;
}

void lu_work_seeds_sort(lu_app *a)
{
    derive(a);
    kept.by_label = !kept.by_label;
}

size_t lu_work_seed_of(const lu_app *a, size_t row)
{
    size_t n = a->look.any ? a->look.seeds.n : 0;

    derive(a);
    if (row >= n) {
        return SIZE_MAX;
    }
    return kept.by_label && row < kept.n ? kept.order[row] : row;
}

/* How many seeds each class has; counted once for every look. Returns the classes, 0 when unknown.
 */
static size_t work_seed_classes(const lu_app *a, const size_t **count)
{
    derive(a);
    *count = kept.count;
    return kept.classes;
}

/* --- numbers --- */

const char *lu_work_certainty(double certainty, char out[LU_NUMBER_MAX])
{
    if (certainty >= 1) {
        snprintf(out, LU_NUMBER_MAX, "1");
    } else if (certainty >= 0.999) {
        snprintf(out, LU_NUMBER_MAX, "1-%.1e", 1 - certainty);
    } else {
        lu_number_fixed(certainty, 6, out);
    }
    return out;
}

/* --- classes --- */

static void class_bar(const lu_app *a, lu_pane row, size_t label, size_t count, size_t most)
{
    enum { LABEL = 3, COUNT = 5 };
    char text[LU_WORK_WORD];

    lu_pane_print(row, 0, 0, LU_INK_DIM, "%2zu", label);
    lu_bar_cells(lu_pane_sub(row, LABEL, 0, row.width - LABEL - COUNT, 1),
                 most ? (double)count / (double)most : 0, LU_INK_PROGRESS, a->options.glyphs);
    snprintf(text, sizeof text, "%zu", count);
    lu_pane_field(row, row.width - COUNT, 0, COUNT, text, LU_INK_TEXT, LU_ALIGN_RIGHT);
}

static int class_columns(lu_pane pane, size_t classes)
{
    enum { LEAST = 12 };
    int columns =
        pane.height > 0 ? (int)((classes + (size_t)pane.height - 1) / (size_t)pane.height) : 1;
    int most = pane.width / LEAST > 1 ? pane.width / LEAST : 1;

    return columns < 1 ? 1 : columns > most ? most : columns;
}

void lu_work_class_bars(const lu_app *a, lu_pane pane)
{
    const size_t *count;
    size_t classes = work_seed_classes(a, &count), most = 0, shown;
    int columns = class_columns(pane, classes), width = pane.width / columns;

    if (pane.height < 1) {
        return;
    }
    if (columns == 1 && (size_t)pane.height > classes) {
        lu_pane_field(pane, 0, 0, pane.width, "seeds", LU_INK_HEADER, LU_ALIGN_RIGHT);
        lu_pane_text(pane, 0, 0, "class", LU_INK_HEADER);
        pane = lu_work_below(pane, 1);
    }
    for (size_t i = 0; i < classes; i++) {
        most = count[i] > most ? count[i] : most;
    }
    shown =
        (size_t)(columns * pane.height) < classes ? (size_t)(columns * pane.height) - 1 : classes;
    for (size_t i = 0; i < shown; i++) {
        int x = (int)i / pane.height * width, y = (int)i % pane.height;
        class_bar(a, lu_pane_sub(pane, x, y, width - (columns > 1), 1), i, count[i], most);
    }
    if (shown < classes) {
        lu_pane_print(pane, (columns - 1) * width, pane.height - 1, LU_INK_DIM, "%zu more",
                      classes - shown);
    }
}

/* --- gallery --- */

static void draw_picture(const lu_app *a, lu_pane pane, size_t seed, int zoom, double *factor)
{
    lu_picture p = {0};

    if (lu_picture_sample(&a->look.seed_images.samples, seed, &p) == LU_OK) {
        *factor = lu_picture_cells(pane, &p, lu_work_pixels(a), (lu_picture_view){.zoom = zoom});
    }
    lu_picture_fini(&p);
}

/* One place of the gallery: the picture, below it rank and label. */
static void draw_place(const lu_app *a, lu_pane place, size_t k, bool here)
{
    size_t seed = lu_work_seed_of(a, lu_app_row(a, k));
    lu_pane foot = lu_pane_sub(place, 0, place.height - 1, place.width, 1);
    double factor;

    if (seed == SIZE_MAX) {
        return;
    }
    draw_picture(a, lu_pane_sub(place, 0, 0, place.width, place.height - 1), seed, 1, &factor);
    lu_pane_print(foot, 0, 0, here ? LU_INK_TITLE : LU_INK_DIM, "%s%zu: %d", here ? "▌" : " ",
                  seed + 1, lu_work_seed_label(a, seed));
}

double lu_work_gallery(const lu_app *a, lu_pane pane, bool one)
{
    const lu_shape s = a->look.seed_images.samples.shape;
    bool half = lu_work_pixels(a) == LU_PIXELS_HALF;
    size_t width = half ? s.w : 2 * s.w, height = (half ? (s.h + 1) / 2 : s.h) + 1;
    size_t columns = ((size_t)pane.width + 1) / (width + 1), rows = (size_t)pane.height / height;
    size_t cursor = a->list[a->screen].cursor, places = columns * rows;
    double factor = 0;

    if (one || places < 2) {
        size_t seed = lu_work_seed_of(a, lu_app_row(a, cursor));
        if (seed != SIZE_MAX) {
            draw_picture(a, pane, seed, 0, &factor);
        }
        return factor;
    }
    for (size_t i = 0; i < places; i++) {
        size_t k = cursor - cursor % places + i;
        lu_pane place = lu_pane_sub(pane, (int)(i % columns * (width + 1)),
                                    (int)(i / columns * height), (int)width, (int)height);
        draw_place(a, place, k, k == cursor);
    }
    return 0;
}
