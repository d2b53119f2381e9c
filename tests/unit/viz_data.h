/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts with data of known looks, and one function that draws any of them. */
#ifndef LU_TESTS_VIZ_DATA_H
#define LU_TESTS_VIZ_DATA_H

#include "viz/viz.h"

#include <math.h>

enum {
    VIZ_NEGATIVES = 12,
    VIZ_COPIES = 6,
    VIZ_STEPS = 200,
    VIZ_HEAT_ROWS = 6,
    VIZ_HEAT_COLUMNS = 16
};

typedef enum viz_chart {
    VIZ_RADAR,
    VIZ_BARS,
    VIZ_STRIP,
    VIZ_ROC,
    VIZ_CURVE,
    VIZ_HIST,
    VIZ_SPARK,
    VIZ_HEATMAP,
    VIZ_DENDROGRAM,
    VIZ_METER,
    VIZ_TABLE,
    VIZ_CHARTS
} viz_chart;

/* The numbers behind the charts; tests may change them. */
typedef struct viz_data {
    lu_reading reading[LU_METRIC_COUNT];
    double negatives[VIZ_NEGATIVES];
    double copies[VIZ_COPIES];
    lu_threshold threshold;
    double suspect;
    double steps[VIZ_STEPS];
    double slow[VIZ_STEPS];
    double heat[VIZ_HEAT_ROWS * VIZ_HEAT_COLUMNS];
    double low, high, mark;
    double heights[4];
    double done, total;
    const char *name; /* of everything that has one */
} viz_data;

static inline viz_data viz_data_of_a_copy(void)
{
    viz_data d = {
        .reading = {{"RobD", 0.021, 0.279, 0.015, 0.030, 0.31},
                    {"JSD", 0.018, 0.130, 0.014, 0.024, 0.15},
                    {"NOD", 1.93, 1.08, 1.60, 2.30, 1.90},
                    {"NAD", 0.02, 0.40, 0.01, 0.03, 0.70},
                    {"LOD", 0.44, 1.87, 0.40, 0.50, 3.10},
                    {"LAD", 0.07, 0.63, 0.05, 0.10, 1.00}},
        .negatives = {.41, .39, .44, .40, .36, .47, .42, .405, .38, .43, .415, .40},
        .copies = {.02, .05, .11, .3, .37, .40},
        .suspect = 0.05,
        .low = 0,
        .high = NAN,
        .mark = 1,
        .heights = {.05, .11, .5, .8},
        .done = 620,
        .total = 1000,
        .name = "suspect-1",
    };

    d.threshold = lu_threshold_of(d.negatives, VIZ_NEGATIVES, 0.6, 0.99, LU_BOUND_MEAN);
    for (int i = 0; i < VIZ_STEPS; i++) {
        d.steps[i] = 200.0 / (100 + i) + (i % 7 - 3) * 0.02;
        d.slow[i] = 150.0 / (120 + i);
    }
    for (int i = 0; i < VIZ_HEAT_ROWS * VIZ_HEAT_COLUMNS; i++) {
        d.heat[i] = i * 7 % 23 / 16.0;
    }
    d.heat[5] = NAN;
    return d;
}

static inline lu_err viz_draw_roc(lu_pane pane, const viz_data *d, lu_glyph_set glyphs)
{
    lu_roc roc;
    lu_err err =
        lu_roc_of(d->copies, VIZ_COPIES, d->negatives, VIZ_NEGATIVES, d->threshold.tau, &roc);

    if (!err) {
        err = lu_roc_cells(pane, &roc, (lu_roc_view){d->low, d->high, false}, glyphs);
    }
    lu_roc_fini(&roc);
    return err;
}

static inline lu_err viz_draw_dendrogram(lu_pane pane, const viz_data *d, lu_glyph_set glyphs)
{
    const lu_leaf leaves[5] = {{"victim", LU_INK_VICTIM},
                               {d->name, LU_INK_SUSPECT},
                               {"neg-1", LU_INK_NEGATIVE},
                               {"neg-2", LU_INK_NEGATIVE},
                               {"finetuned", LU_INK_POSITIVE}};
    const lu_merge merges[4] = {
        {0, 4, d->heights[0]}, {5, 1, d->heights[1]}, {2, 3, d->heights[2]}, {6, 7, d->heights[3]}};
    const lu_dendrogram g = {leaves, 5, merges, 0.25};

    return lu_dendrogram_cells(pane, &g, glyphs);
}

static inline void viz_draw_table(lu_pane pane, const viz_data *d, lu_glyph_set glyphs)
{
    const lu_column columns[4] = {{"metric", LU_ALIGN_LEFT, 4},
                                  {"d", LU_ALIGN_RIGHT, 6},
                                  {"tau", LU_ALIGN_RIGHT, 6},
                                  {"evidence", LU_ALIGN_LEFT, 0}};
    const char *text[] = {"RobD",  "0.021", "0.279", "● copy", d->name, "0.018",
                          "0.130", NULL,    "NOD",   "1.930",  "1.080", "○ no copy"};
    const lu_table table = {columns, 4, text, NULL, 3, 1, 0};

    lu_table_cells(pane, &table, glyphs);
}

static inline lu_err viz_draw(viz_chart chart, lu_pane pane, const viz_data *d, lu_glyph_set glyphs)
{
    const lu_evidence evidence = {d->reading, LU_METRIC_COUNT, d->name, "median negative"};
    const lu_strip strip = {"NAD", d->negatives, VIZ_NEGATIVES, d->threshold, d->suspect};
    const lu_series series[2] = {{d->name, d->steps, VIZ_STEPS, LU_INK_SUSPECT},
                                 {"slow", d->slow, VIZ_STEPS / 4, LU_INK_VICTIM}};
    const lu_curve curve = {series, 2, "epoch"};
    const lu_hist hist = {.values = d->slow,
                          .n = VIZ_STEPS,
                          .suspect = d->suspect,
                          .tau = d->threshold.tau,
                          .ink = LU_INK_NEGATIVE};
    const lu_heatmap map = {d->heat, VIZ_HEAT_ROWS, VIZ_HEAT_COLUMNS, d->low, d->high, d->mark};
    const lu_meter meter = {d->name, d->done, d->total, "620/1000", "00:41 left"};

    switch (chart) {
    case VIZ_RADAR: return lu_radar_cells(pane, &evidence, glyphs);
    case VIZ_BARS: lu_bars_cells(pane, &evidence, glyphs); return LU_OK;
    case VIZ_STRIP: lu_strip_cells(pane, &strip, glyphs); return LU_OK;
    case VIZ_ROC: return viz_draw_roc(pane, d, glyphs);
    case VIZ_CURVE: return lu_curve_cells(pane, &curve, glyphs);
    case VIZ_HIST: return lu_hist_cells(pane, &hist, glyphs);
    case VIZ_SPARK: lu_spark_cells(pane, d->steps, VIZ_STEPS, LU_INK_TEXT, glyphs); return LU_OK;
    case VIZ_HEATMAP: lu_heatmap_cells(pane, &map, glyphs); return LU_OK;
    case VIZ_DENDROGRAM: return viz_draw_dendrogram(pane, d, glyphs);
    case VIZ_METER: lu_meter_cells(pane, &meter, glyphs); return LU_OK;
    default: viz_draw_table(pane, d, glyphs); return LU_OK;
    }
}

/* The grid as text, one string with newlines; the caller frees it. */
static inline char *viz_text(const lu_cells *cells)
{
    lu_buf text = LU_BUF_INIT;

    if (lu_out_text(cells, (lu_text_look){.theme = LU_THEME_MONO}, &text) != LU_OK) {
        lu_buf_fini(&text);
        return NULL;
    }
    return text.data ? (char *)text.data : lu_strdup("");
}

/* All sorts of colours; no picture when there is no memory. */
static inline lu_picture viz_rainbow(size_t width, size_t height)
{
    lu_picture p;

    if (lu_picture_init(&p, width, height) == LU_OK) {
        for (size_t i = 0; i < 3 * width * height; i++) {
            p.rgb[i] = (uint8_t)(i * 89 + i / 31);
        }
    }
    return p;
}

#endif
