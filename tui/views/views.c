/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/views.h"

const lu_view *const lu_views[LU_SCREENS] = {
    [LU_SCREEN_CASE] = &lu_view_case,
    [LU_SCREEN_SEEDS] = &lu_view_seeds,
    [LU_SCREEN_GENERATE] = &lu_view_generate,
    [LU_SCREEN_SCORES] = &lu_view_scores,
    [LU_SCREEN_SAMPLES] = &lu_view_samples,
    [LU_SCREEN_JUDGEMENT] = &lu_view_judgement,
    [LU_SCREEN_REPORT] = &lu_view_report,
    [LU_SCREEN_KEYS] = &lu_view_keys,
    [LU_SCREEN_MEMBERSHIP] = &lu_view_membership,
    [LU_SCREEN_CASES] = &lu_view_cases,
    [LU_SCREEN_METHODS] = &lu_view_methods,
    [LU_SCREEN_LAB] = &lu_view_lab,
};
