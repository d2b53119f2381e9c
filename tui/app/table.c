/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of commands, found by key or name. */
#include "tui/app/internal.h"

#include <string.h>

const lu_do_row lu_do_table[LU_DOS] = {
#define LU_DO(id, name, keys, screens, changes, arguments, help)                                   \
    {name, keys, screens, changes, arguments, help},
#include "tui/commands.def"
#undef LU_DO
};

static bool bound(const char *keys, uint32_t key)
{
    while (*keys) {
        size_t len = strcspn(keys, " ");
        if (lu_key_parse(keys, len) == key) {
            return true;
        }
        keys += len;
        keys += strspn(keys, " ");
    }
    return false;
}

lu_do lu_do_of_key(lu_screen screen, uint32_t key)
{
    for (int i = 0; i < LU_DOS; i++) {
        if ((lu_do_table[i].screens & (1u << screen)) && bound(lu_do_table[i].keys, key)) {
            return (lu_do)i;
        }
    }
    return LU_DOS;
}

lu_do lu_do_of_name(const char *name, size_t len)
{
    lu_do found = LU_DOS;

    for (int i = 0; i < LU_DOS; i++) {
        const char *candidate = lu_do_table[i].name;
        if (strncmp(candidate, name, len) != 0) {
            continue;
        }
        if (candidate[len] == '\0') {
            return (lu_do)i;
        }
        found = found == LU_DOS ? (lu_do)i : LU_DOS + 1;
    }
    return found < LU_DOS ? found : LU_DOS;
}
