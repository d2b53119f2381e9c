/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model named on the command line by its two files. */
#ifndef LU_TUI_CLI_FILES_H
#define LU_TUI_CLI_FILES_H

#include "tui/cli/args.h"

typedef struct lu_pair {
    char *cfg, *weights; /* both in one block, which `cfg` owns */
} lu_pair;

/* The value "CFG:WEIGHTS" of an option, split at the last ':' with both files there, else at the
   last with something on both sides. The caller frees cfg. LU_ERR_USAGE when there is none. */
lu_err lu_args_pair(const lu_args *a, lu_option_id id, lu_pair *out);

/* The same of the i-th value of a list; cfg is NULL after the last. */
lu_err lu_args_pair_item(const lu_args *a, lu_option_id id, size_t i, lu_pair *out);

#endif
