/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/assign.h"
#include "tui/cli/text.h"

#include <stdio.h>
#include <string.h>

enum { ASSIGNMENT_MAX = 64 };

/* An unknown key that is nearly another is told so; the rest lu_params_set() says. */
static lu_err check_key(const lu_args *a, const char *assignment)
{
    const char *nearest = NULL;
    char key[ASSIGNMENT_MAX];

    snprintf(key, sizeof key, "%.*s", (int)strcspn(assignment, "="), assignment);
    for (size_t i = 0; i < lu_param_count; i++) {
        lu_text_nearer(key, lu_param_table[i].key, &nearest);
    }
    if (nearest == NULL || strcmp(nearest, key) == 0 || strchr(assignment, '=') == NULL) {
        return LU_OK;
    }
    return lu_args_fail(a, "there is no parameter '%s'; did you mean '%s'?", key, nearest);
}

lu_err lu_cli_try_settings(const lu_args *a, const lu_case *c)
{
    lu_params trial = c->params;
    const char *item;

    for (size_t i = 0; (item = lu_args_item(a, LU_OPTION_SET, i)) != NULL; i++) {
        LU_TRY(check_key(a, item));
        LU_TRY(lu_within(lu_params_set(&trial, item), "--set"));
    }
    return LU_OK;
}

lu_err lu_cli_set(const lu_args *a, lu_case *c)
{
    const char *seed = lu_args_text(a, LU_OPTION_CASE_SEED);
    char assignment[ASSIGNMENT_MAX];
    const char *item;

    for (size_t i = 0; (item = lu_args_item(a, LU_OPTION_SET, i)) != NULL; i++) {
        LU_TRY(lu_within(lu_case_set(c, item), "--set"));
    }
    if (seed == NULL) {
        return LU_OK;
    }
    snprintf(assignment, sizeof assignment, "seed=%s", seed);
    return lu_within(lu_case_set(c, assignment), "--seed");
}
