/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a judged zoo says, page by page. */
#ifndef LU_TUI_VIEWS_ZOO_STUDY_H
#define LU_TUI_VIEWS_ZOO_STUDY_H

#include "tui/app/app.h"

/* Distances of every class with thresholds and Copy? on some metrics or, 112 columns wide, on all;
   AUC of each metric; error rates; ROC and classes of the metric looked at. */
typedef enum lu_zoo_page {
    LU_ZOO_BLACK,
    LU_ZOO_WHITE,
    LU_ZOO_ALL,
    LU_ZOO_AREAS,
    LU_ZOO_RATES,
    LU_ZOO_ROC,
    LU_ZOO_CLASSES
} lu_zoo_page;

void lu_zoo_page_draw(const lu_app *a, lu_pane pane, lu_zoo_page page);

#endif
