/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/files.h"

#include <string.h>
#include <unistd.h>

static bool exist_both(const char *first, const char *second)
{
    return access(first, F_OK) == 0 && access(second, F_OK) == 0;
}

static lu_err split(const lu_args *a, lu_option_id id, const char *text, lu_pair *out)
{
    size_t cut = 0;
    char *copy = lu_strdup(text);

    if (copy == NULL) {
        return LU_ERR_MEMORY;
    }
    for (size_t i = strlen(text); i-- > 1;) {
        if (text[i] != ':' || text[i + 1] == '\0') {
            continue;
        }
        cut = cut ? cut : i;
        copy[i] = '\0';
        if (exist_both(copy, copy + i + 1)) {
            cut = i;
            break;
        }
        copy[i] = ':';
    }
    if (cut == 0) {
        free(copy);
        return lu_args_fail(a, "--%s %s is not CFG:WEIGHTS", lu_options[id].name, text);
    }
    copy[cut] = '\0';
    *out = (lu_pair){copy, copy + cut + 1};
    return LU_OK;
}

lu_err lu_args_pair(const lu_args *a, lu_option_id id, lu_pair *out)
{
    return split(a, id, lu_args_text(a, id), out);
}

lu_err lu_args_pair_item(const lu_args *a, lu_option_id id, size_t i, lu_pair *out)
{
    const char *text = lu_args_item(a, id, i);

    *out = (lu_pair){0};
    return text ? split(a, id, text, out) : LU_OK;
}
