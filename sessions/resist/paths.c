/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the files of a run are. */
#include "sessions/resist/parts.h"

#include <string.h>

lu_err lu_resist_path(const lu_resist_work *w, const char *name, char out[LU_BUNDLE_PATH])
{
    return lu_bundle_path(w->dir, name, out);
}

char *lu_resist_file(const lu_resist_work *w, const lu_attack *a, double strength)
{
    return strcmp(a->name, "overwrite") == 0
               ? lu_format("%s/overwrite-%g/host.weights", w->dir, strength)
               : lu_format("%s/colluders/average-%g.weights", w->dir, strength);
}
