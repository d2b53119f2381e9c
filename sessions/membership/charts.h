/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One network's membership evidence as charts, for screen and report alike. Charts borrow from what
   stands beside them, and from the model. */
#ifndef LU_SESSIONS_MEMBERSHIP_CHARTS_H
#define LU_SESSIONS_MEMBERSHIP_CHARTS_H

#include "sessions/membership/member.h"
#include "viz/viz.h"

enum { LU_MEMBER_LABEL = 32 };

/* acc of every class, with the range of luck. */
typedef struct lu_member_levels {
    lu_levels chart;
    lu_level *row; /* owned, like the next */
    char (*label)[LU_MEMBER_LABEL];
} lu_member_levels;

lu_err lu_member_levels_of(const lu_member_model *m, const lu_member_params *p,
                           lu_member_levels *out);
void lu_member_levels_fini(lu_member_levels *l);

/* Averages under permutation, the bar, the observed one. */
lu_hist lu_member_hist_of(const lu_member_model *m, const lu_member_params *p);

/* How the mini-datasets of the example join; squared distances, negative ones at 0. */
typedef struct lu_member_tree {
    lu_dendrogram chart;
    lu_leaf leaf[LU_SETS_MOST];
    lu_merge merge[LU_SETS_MOST];
    char name[LU_SETS_MOST][LU_MEMBER_LABEL];
} lu_member_tree;

void lu_member_tree_of(const lu_member_model *m, const lu_member_params *p, lu_member_tree *out);

/* Their squared distances, the members' mini-dataset first. */
typedef struct lu_member_map {
    lu_heatmap chart;
    double value[LU_SETS_MOST * LU_SETS_MOST];
} lu_member_map;

void lu_member_map_of(const lu_member_model *m, const lu_member_params *p, lu_member_map *out);

#endif
