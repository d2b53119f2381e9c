/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where what belongs to the user lies. */
#ifndef LU_SESSIONS_DATAHOME_H
#define LU_SESSIONS_DATAHOME_H

#include "core/core.h"

/* $XDG_DATA_HOME/lineup/NAME or ~/.local/share/lineup/NAME. LU_ERR_USAGE when neither variable is
   set. */
lu_err lu_data_path(const char *name, char *out, size_t size);

/* Makes the folders above a path. */
lu_err lu_data_parents(const char *path);

#endif
