/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --set and --seed: parameters of the case that a command sets before it works. */
#ifndef LU_TUI_CLI_ASSIGN_H
#define LU_TUI_CLI_ASSIGN_H

#include "sessions/sessions.h"
#include "tui/cli/args.h"

/* All of --set is tried on a copy: either each is good or none is made. */
lu_err lu_cli_try_settings(const lu_args *a, const lu_case *c);

/* Sets them. */
lu_err lu_cli_set(const lu_args *a, lu_case *c);

#endif
