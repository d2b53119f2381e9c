/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screens, one file each. */
#ifndef LU_TUI_VIEWS_VIEWS_H
#define LU_TUI_VIEWS_VIEWS_H

#include "tui/app/app.h"

extern const lu_view lu_view_case, lu_view_seeds, lu_view_generate, lu_view_scores, lu_view_samples,
    lu_view_judgement, lu_view_report, lu_view_keys, lu_view_membership, lu_view_cases,
    lu_view_methods, lu_view_lab;

#endif
