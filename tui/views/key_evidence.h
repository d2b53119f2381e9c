/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the answers to the keys prove: matches, p, controls, and what stands beside them. */
#ifndef LU_TUI_VIEWS_KEY_EVIDENCE_H
#define LU_TUI_VIEWS_KEY_EVIDENCE_H

#include "tui/app/app.h"

/* In a line or two: "● suspect-a carries the mark: 40 of 40 match, p 1e-40"; returns the row below.
 */
int lu_put_key_verdict(const lu_app *a, lu_pane pane, int y);

/* The whole of it, from the pane's upper edge; returns the row below. */
int lu_put_key_evidence(const lu_app *a, lu_pane pane);

/* Rows that say enough to be shown beside a key. */
enum { LU_KEY_EVIDENCE_ROWS = 8 };

#endif
