/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a case: roles, kinds, sample sets. */
#include "sessions/case/case.h"

#include <string.h>

static const char *const role_names[LU_ROLES] = {
#define LU_ROLE_NAME(id, name) name,
    LU_ROLE_TABLE(LU_ROLE_NAME)};
static const char *const kind_names[LU_KINDS] = {
#define LU_KIND_NAME(id, name) name,
    LU_KIND_TABLE(LU_KIND_NAME)};
static const char *const set_names[LU_SETS] = {
#define LU_SET_NAME(id, name) name,
    LU_SET_TABLE(LU_SET_NAME)};

/* The position of `name` in a list of n names, or n. */
static size_t position(const char *name, const char *const *names, size_t n)
{
    size_t i = 0;

    while (i < n && strcmp(name, names[i]) != 0) {
        i++;
    }
    return i;
}

const char *lu_role_name(lu_role role)
{
    return role_names[role];
}

const char *lu_kind_name(lu_case_kind kind)
{
    return kind_names[kind];
}

const char *lu_kind_banner(lu_case_kind kind)
{
    static const char *const banners[LU_KINDS] = {
        [LU_KIND_DEMO] = "DEMO CASE: made to show how it works; it proves nothing.",
        [LU_KIND_TUNING] = "TUNING CASE: settings were tried freely; it proves nothing."};

    return banners[kind];
}

const char *lu_set_name(lu_set set)
{
    return set_names[set];
}

bool lu_role_parse(const char *name, lu_role *out)
{
    size_t i = position(name, role_names, LU_ROLES);

    *out = (lu_role)i;
    return i < LU_ROLES;
}

bool lu_kind_parse(const char *name, lu_case_kind *out)
{
    size_t i = position(name, kind_names, LU_KINDS);

    *out = (lu_case_kind)i;
    return i < LU_KINDS;
}

bool lu_set_parse(const char *name, lu_set *out)
{
    size_t i = position(name, set_names, LU_SETS);

    *out = (lu_set)i;
    return i < LU_SETS;
}
