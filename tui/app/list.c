/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/list.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

static bool contains(const char *text, const char *part)
{
    size_t len = strlen(part);

    for (; *text; text++) {
        if (strncasecmp(text, part, len) == 0) {
            return true;
        }
    }
    return len == 0;
}

bool lu_list_passes(const lu_list *l, const char *text)
{
    if (l->filter[0] == '!') {
        return l->filter[1] == '\0' || !contains(text, l->filter + 1);
    }
    return contains(text, l->filter);
}

static bool passes(const lu_list *l, lu_row_text text, const void *context, size_t row)
{
    char line[512] = "";

    if (l->filter[0] == '\0' || text == NULL) {
        return true;
    }
    text(context, row, line, sizeof line);
    return lu_list_passes(l, line);
}

size_t lu_list_count(const lu_list *l, size_t n, lu_row_text text, const void *context)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        count += passes(l, text, context, i);
    }
    return count;
}

size_t lu_list_row(const lu_list *l, size_t n, lu_row_text text, const void *context, size_t k)
{
    for (size_t i = 0; i < n; i++) {
        if (passes(l, text, context, i) && k-- == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

void lu_list_move(lu_list *l, long by, size_t count)
{
    size_t step = by < 0 ? (size_t) - (by + 1) + 1 : (size_t)by;

    if (count == 0) {
        l->cursor = 0;
    } else if (by < 0) {
        l->cursor = step > l->cursor ? 0 : l->cursor - step;
    } else {
        l->cursor = step > count - 1 - l->cursor ? count - 1 : l->cursor + step;
    }
}

void lu_list_fit(lu_list *l, size_t count, size_t height)
{
    l->height = height;
    if (l->cursor >= count) {
        l->cursor = count ? count - 1 : 0;
    }
    if (l->cursor < l->top) {
        l->top = l->cursor;
    }
    if (height && l->cursor >= l->top + height) {
        l->top = l->cursor - height + 1;
    }
    if (l->top + height > count) {
        l->top = count > height ? count - height : 0;
    }
}
