/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trying other settings of the judgement, without changing the case: a->trial holds them, what they
 * lead to is a private copy of the result, judged again. Every other setting looked at is counted
 * in a->trials.
 */
#ifndef LU_TUI_VIEWS_MODEL_TRIAL_H
#define LU_TUI_VIEWS_MODEL_TRIAL_H

#include "tui/views/model_look.h"

/* Are settings on that are not the case's? */
bool lu_trial_on(const lu_app *a);

/* The settings that are not the case's: "alpha_white=0.5 bound=prediction". */
void lu_trial_text(const lu_app *a, char *out, size_t size);

/* The result under a->trial: the stored one when that is the case's settings. Valid until the next
   call; without memory for a copy the stored one. */
const lu_result *lu_trial_result(const lu_app *a);

/* TRY, RESET; LEFT and RIGHT: alpha of the metric looked at; OPEN: does that metric vote. */
bool lu_trial_command(lu_app *a, lu_do what, const char *arguments);

#endif
