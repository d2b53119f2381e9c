/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report's figures. Each is drawn the same way as SVG, PNG and on a page; what it shows is
 * borrowed from the result and the look.
 */
#ifndef LU_SESSIONS_EXPORT_FIGURES_H
#define LU_SESSIONS_EXPORT_FIGURES_H

#include "sessions/run.h"
#include "viz/viz.h"

typedef struct lu_figure {
    char name[LU_NAME_MAX + 32];  /* of its files, without ending */
    char title[LU_NAME_MAX + 96]; /* in words, for those who cannot see it */
    double width, height;         /* units; drawn smaller if there is less room */
    bool pixels;                  /* shows pictures: best not scaled */
    void (*draw)(lu_draw *d, lu_rect area, const struct lu_figure *f);
    const lu_result *result;
    const lu_look *look;
    bool whitebox;                  /* which of its tests */
    const lu_model_result *model;   /* whom it is about; NULL = all */
    const lu_member_model *member;  /* the same, of membership */
    const lu_member_params *tested; /* how */
    const lu_mark_report *mark;     /* a watermark's */
} lu_figure;

lu_figure lu_figure_radar(const lu_result *r, const lu_model_result *m);
lu_figure lu_figure_bars(const lu_result *r, const lu_model_result *m);
lu_figure lu_figure_strips(const lu_result *r, const lu_model_result *m);

/* A curve for each metric that positives and negatives have. */
lu_figure lu_figure_roc(const lu_result *r);
bool lu_figure_roc_exists(const lu_result *r);

/* A few tests of one kind: the seed, the test, and how they differ. Exists when the look holds such
   tests. */
lu_figure lu_figure_tests(const lu_look *look, bool whitebox);
bool lu_figure_tests_exist(const lu_look *look, bool whitebox);

/* What the difference is multiplied with there: the largest of 1 2 5 10 20 50 that keeps the shown
   tests' largest difference within what a pixel can show. */
unsigned lu_figure_tests_gain(const lu_look *look, bool whitebox);

/* Membership of one network that was tested: acc of each class, the permutations, the dendrogram
   and the distances of one repetition's mini-datasets. */
lu_figure lu_figure_levels(const lu_member_report *r, const lu_member_model *m);
lu_figure lu_figure_permuted(const lu_member_report *r, const lu_member_model *m);
lu_figure lu_figure_tree(const lu_member_report *r, const lu_member_model *m);
lu_figure lu_figure_distances(const lu_member_report *r, const lu_member_model *m);

/* A few key samples of a mark, spread evenly: original, key, difference. Exists when the case kept
   the pictures. */
lu_figure lu_figure_keys(const lu_mark_report *r);
bool lu_figure_keys_exist(const lu_mark_report *r);

/* A figure as a file of its own; appends. */
lu_err lu_figure_svg(const lu_figure *f, lu_buf *out);
lu_err lu_figure_png(const lu_figure *f, lu_buf *out);

#endif
