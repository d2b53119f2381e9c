/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/charts/dendrogram.h"
#include "viz/charts/axis.h"
#include "viz/charts/marks.h"
#include "viz/number.h"
#include "viz/unicode.h"

#include <math.h>

enum { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8 };

/* A tree laid out: rows are counted in leaves from the top. */
typedef struct tree {
    const lu_dendrogram *g;
    size_t *order;  /* n leaves from the top */
    double *row;    /* 2n - 1 nodes, the middle of what they hold */
    double *height; /* 2n - 1 */
    lu_axis axis;
} tree;

static void tree_fini(tree *t)
{
    free(t->order);
    free(t->row);
    free(t->height);
}

/* Every merge joins two nodes that are there and were not joined before. */
static lu_err check(const lu_dendrogram *g)
{
    bool *used;
    lu_err err = LU_NEW(used, 2 * g->n);

    for (size_t i = 0; err == LU_OK && i + 1 < g->n; i++) {
        const lu_merge *m = &g->merge[i];

        if (m->a >= g->n + i || m->b >= g->n + i || m->a == m->b || used[m->a] || used[m->b] ||
            !isfinite(m->height) || m->height < 0) {
            err = lu_fail(LU_ERR_INPUT, "merge %zu does not make a tree", i);
        } else {
            used[m->a] = true;
            used[m->b] = true;
        }
    }
    free(used);
    return err;
}

/* Leaves of a joined node stand one after the other: first[] and last[] of a node, next[] of a
 * leaf. */
static lu_err put_in_order(tree *t)
{
    size_t n = t->g->n;
    size_t *first;
    size_t *last;
    size_t *next;

    LU_TRY(LU_NEW(first, 6 * n));
    last = first + 2 * n;
    next = first + 4 * n;
    for (size_t i = 0; i < n; i++) {
        first[i] = last[i] = i;
        next[i] = n;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        const lu_merge *m = &t->g->merge[i];

        next[last[m->a]] = first[m->b];
        first[n + i] = first[m->a];
        last[n + i] = last[m->b];
    }
    for (size_t i = 0, leaf = n ? first[2 * n - 2] : n; leaf != n; i++, leaf = next[leaf]) {
        t->order[i] = leaf;
        t->row[leaf] = (double)i;
    }
    free(first);
    return LU_OK;
}

static lu_err tree_init(tree *t, const lu_dendrogram *g)
{
    lu_err err;

    *t = (tree){.g = g, .axis = lu_axis_empty()};
    LU_TRY(check(g));
    err = LU_NEW(t->order, g->n);
    if (!err) {
        err = LU_NEW(t->row, 2 * g->n);
    }
    if (!err) {
        err = LU_NEW(t->height, 2 * g->n);
    }
    if (!err) {
        err = put_in_order(t);
    }
    if (err) {
        tree_fini(t);
        return err;
    }
    lu_axis_add(&t->axis, 0);
    for (size_t i = 0; i + 1 < g->n; i++) {
        const lu_merge *m = &g->merge[i];

        t->row[g->n + i] = (t->row[m->a] + t->row[m->b]) / 2;
        t->height[g->n + i] = m->height;
        lu_axis_add(&t->axis, m->height);
    }
    lu_axis_add(&t->axis, g->cut);
    lu_axis_settle(&t->axis);
    return LU_OK;
}

/* --- in cells --- */

typedef struct arm_grid {
    int width, height;
    uint8_t *arms;
} arm_grid;

static void add_arm(arm_grid *a, int x, int y, int arm)
{
    if (x >= 0 && y >= 0 && x < a->width && y < a->height) {
        a->arms[(size_t)y * (size_t)a->width + (size_t)x] |= (uint8_t)arm;
    }
}

static void across(arm_grid *a, int y, int from, int to)
{
    for (int x = from; x < to; x++) {
        add_arm(a, x, y, RIGHT);
        add_arm(a, x + 1, y, LEFT);
    }
}

static void upright(arm_grid *a, int x, int from, int to)
{
    for (int y = from; y < to; y++) {
        add_arm(a, x, y, DOWN);
        add_arm(a, x, y + 1, UP);
    }
}

static void add_merge(arm_grid *a, const tree *t, size_t i)
{
    const lu_merge *m = &t->g->merge[i];
    int x = lu_axis_cell(t->axis, m->height, a->width);
    int ya = (int)floor(fmin(t->row[m->a], LU_CELLS_MAX));
    int yb = (int)floor(fmin(t->row[m->b], LU_CELLS_MAX));

    across(a, ya, lu_axis_cell(t->axis, t->height[m->a], a->width), x);
    across(a, yb, lu_axis_cell(t->axis, t->height[m->b], a->width), x);
    upright(a, x, ya < yb ? ya : yb, ya < yb ? yb : ya);
}

static uint32_t arm_code(int arms, bool ascii)
{
    static const uint16_t box[16] = {' ',    0x2574, 0x2576, 0x2500, 0x2575, 0x2518,
                                     0x2514, 0x2534, 0x2577, 0x2510, 0x250c, 0x252c,
                                     0x2502, 0x2524, 0x251c, 0x253c};

    if (!ascii) {
        return box[arms];
    }
    return arms == 0 ? ' ' : !(arms & (UP | DOWN)) ? '-' : !(arms & (LEFT | RIGHT)) ? '|' : '+';
}

static lu_err put_tree(lu_pane pane, const tree *t, lu_glyph_set glyphs)
{
    arm_grid a = {.width = pane.width, .height = pane.height};
    int cut = lu_axis_cell(t->axis, t->g->cut, pane.width);

    if (pane.width < 1 || pane.height < 1) {
        return LU_OK;
    }
    LU_TRY(LU_NEW(a.arms, (size_t)a.width * (size_t)a.height));
    for (size_t i = 0; i + 1 < t->g->n; i++) {
        add_merge(&a, t, i);
    }
    for (int y = 0; y < a.height; y++) {
        for (int x = 0; x < a.width; x++) {
            int arms = a.arms[(size_t)y * (size_t)a.width + (size_t)x];

            if (arms != 0) {
                lu_pane_put(pane, x, y, arm_code(arms, glyphs == LU_GLYPHS_ASCII), LU_INK_TEXT);
            } else if (x == cut) {
                lu_pane_put(pane, x, y, lu_mark_of(LU_MARK_TAU, glyphs), LU_INK_THRESHOLD);
            }
        }
    }
    free(a.arms);
    return LU_OK;
}

static int name_columns(const lu_dendrogram *g, int most)
{
    int columns = 0;

    for (size_t i = 0; i < g->n; i++) {
        int n = lu_columns(g->leaf[i].name);

        columns = n > columns ? n : columns;
    }
    return columns < most ? columns : most;
}

static lu_err put_all(lu_pane pane, const tree *t, lu_glyph_set glyphs)
{
    size_t rows = pane.height > 1 ? (size_t)pane.height - 1 : 0;
    int names = name_columns(t->g, pane.width / 3);
    int left = names + 1;
    char number[LU_NUMBER_MAX];

    rows = rows < t->g->n ? rows : t->g->n;
    for (size_t i = 0; i < rows; i++) {
        const lu_leaf *leaf = &t->g->leaf[t->order[i]];

        lu_pane_field(pane, 0, (int)i, names, leaf->name, leaf->ink, LU_ALIGN_LEFT);
    }
    LU_TRY(put_tree(lu_pane_sub(pane, left, 0, pane.width - left, (int)rows), t, glyphs));
    if (rows < t->g->n) {
        lu_pane_print(pane, 0, (int)rows, LU_INK_DIM, "%zu more below", t->g->n - rows);
        return LU_OK;
    }
    lu_pane_text(pane, left, (int)rows, "0", LU_INK_DIM);
    lu_pane_field(pane, left + 1, (int)rows, pane.width - left - 1, lu_number(t->axis.high, number),
                  LU_INK_DIM, LU_ALIGN_RIGHT);
    return LU_OK;
}

lu_err lu_dendrogram_cells(lu_pane pane, const lu_dendrogram *g, lu_glyph_set glyphs)
{
    tree t;
    lu_err err;

    LU_TRY(tree_init(&t, g));
    err = put_all(pane, &t, glyphs);
    tree_fini(&t);
    if (glyphs == LU_GLYPHS_ASCII) {
        lu_pane_ascii(pane);
    }
    return err;
}

/* --- on paper --- */

static void draw_merge(lu_draw *d, lu_rect plot, double step, const tree *t, size_t i)
{
    const lu_merge *m = &t->g->merge[i];
    double x = plot.x + lu_axis_share(t->axis, m->height) * plot.width;
    double ya = plot.y + (t->row[m->a] + 0.5) * step;
    double yb = plot.y + (t->row[m->b] + 0.5) * step;
    double xy[8] = {plot.x + lu_axis_share(t->axis, t->height[m->a]) * plot.width, ya, x, ya, x, yb,
                    plot.x + lu_axis_share(t->axis, t->height[m->b]) * plot.width, yb};

    lu_draw_path(d, xy, 4, false, lu_draw_stroke(d, LU_INK_TEXT, fmin(step, 14) * 0.1, 0));
}

static void draw_scale(lu_draw *d, lu_rect plot, double size, const tree *t)
{
    double y = plot.y + plot.height;
    double cut = plot.x + lu_axis_share(t->axis, t->g->cut) * plot.width;
    char number[LU_NUMBER_MAX];

    lu_draw_line(d, plot.x, y, plot.x + plot.width, y,
                 lu_draw_stroke(d, LU_INK_GRID, size * 0.08, 0));
    lu_draw_text(d, plot.x, y + 1.3 * size, lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_LEFT),
                 "0");
    lu_draw_text(d, plot.x + plot.width, y + 1.3 * size,
                 lu_draw_letters(d, LU_INK_DIM, size, LU_ALIGN_RIGHT),
                 lu_number(t->axis.high, number));
    lu_draw_line(d, cut, plot.y, cut, y,
                 lu_draw_stroke(d, LU_INK_THRESHOLD, size * 0.12, size * 0.3));
}

lu_err lu_dendrogram_draw(lu_draw *d, lu_rect area, const lu_dendrogram *g)
{
    double step = area.height / ((double)g->n + 2);
    double size = fmin(step * 0.7, area.width / 40);
    double names = (name_columns(g, 40) + 1) * size * 0.602;
    lu_rect plot = {area.x + names, area.y, area.width - names, step * (double)g->n};
    tree t;

    LU_TRY(tree_init(&t, g));
    for (size_t i = 0; i < g->n; i++) {
        const lu_leaf *leaf = &g->leaf[t.order[i]];

        lu_draw_text(d, area.x, plot.y + step * ((double)i + 0.5) + size * 0.35,
                     lu_draw_letters(d, leaf->ink, size, LU_ALIGN_LEFT), leaf->name);
    }
    for (size_t i = 0; i + 1 < g->n; i++) {
        draw_merge(d, plot, step, &t, i);
    }
    draw_scale(d, plot, size, &t);
    tree_fini(&t);
    return LU_OK;
}
