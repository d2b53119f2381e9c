/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1024 };

static _Thread_local char what_text[TEXT_MAX];
static _Thread_local char where_text[TEXT_MAX];

static const struct {
    const char *text;
    int status;
} err_table[LU_ERR_COUNT] = {
#define LU_ERR_ROW(name, text, status) {text, status},
    LU_ERR_TABLE(LU_ERR_ROW)
#undef LU_ERR_ROW
};

lu_err(lu_fail)(lu_err err, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    memcpy(what_text, text, sizeof text);
    where_text[0] = '\0';
    return err;
}

lu_err(lu_within)(lu_err err, const char *format, ...)
{
    char outer[TEXT_MAX];
    char joined[2 * TEXT_MAX + 3];
    va_list args;

    if (err == LU_OK) {
        return err;
    }
    va_start(args, format);
    vsnprintf(outer, sizeof outer, format, args);
    va_end(args);
    snprintf(joined, sizeof joined, "%s%s%s", outer, where_text[0] ? ", " : "", where_text);
    joined[TEXT_MAX - 1] = '\0';
    memcpy(where_text, joined, TEXT_MAX);
    return err;
}

const char *lu_error_what(void)
{
    return what_text;
}

const char *lu_error_where(void)
{
    return where_text;
}

void lu_error_text(char *out, size_t size)
{
    const char *where = lu_error_where();

    snprintf(out, size, "%s%s%s%s", lu_error_what(), where[0] ? " (" : "", where,
             where[0] ? ")" : "");
}

const char *lu_err_text(lu_err err)
{
    return (unsigned)err < LU_ERR_COUNT ? err_table[err].text : "unknown error";
}

int lu_err_status(lu_err err)
{
    return (unsigned)err < LU_ERR_COUNT ? err_table[err].status : 1;
}
