/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help out of the tables. */
#ifndef LU_TUI_CLI_HELP_H
#define LU_TUI_CLI_HELP_H

#include "tui/cli/args.h"

/* Of the command or the group that was named, or of the whole program. */
lu_err lu_help(const lu_args *a, lu_buf *out);

#endif
