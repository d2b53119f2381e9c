/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ROC: how well a distance tells known copies from negatives. At threshold t: TPR = share of copies
 * with d <= t, FPR = share of negatives with d <= t. AUC = P(copy < negative) + P(equal)/2, which
 * is the area under the line through the points (Mann-Whitney).
 */
#ifndef LU_VIZ_CHARTS_ROC_H
#define LU_VIZ_CHARTS_ROC_H

#include "viz/draw.h"

typedef struct lu_roc {
    double *fpr, *tpr;        /* `points` each, both from 0 to 1, never falling; owned */
    size_t points;            /* 0 when a list holds no value */
    size_t copies, negatives; /* that have a value */
    double auc;               /* NAN when a list holds no value */
    double tau_fpr, tau_tpr;  /* the operating point; NAN when there is none */
} lu_roc;

/* From distances; NAN values are left out. tau: NAN = no operating point. */
lu_err lu_roc_of(const double *copies, size_t n_copies, const double *negatives, size_t n_negatives,
                 double tau, lu_roc *out);
void lu_roc_fini(lu_roc *roc);

typedef struct lu_roc_view {
    double auc_low, auc_high; /* an interval, or NAN */
    bool log_fpr;             /* FPR on a logarithmic scale from 0.001 on; 0 is at the left end */
} lu_roc_view;

lu_err lu_roc_cells(lu_pane pane, const lu_roc *roc, lu_roc_view view, lu_glyph_set glyphs);
void lu_roc_draw(lu_draw *d, lu_rect area, const lu_roc *roc, lu_roc_view view);

#endif
