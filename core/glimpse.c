/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/glimpse.h"
#include "core/base/mem.h"

#include <string.h>

size_t lu_glimpse_values(const lu_glimpse *g)
{
    size_t plane, size;

    if (g->image == NULL || g->start == NULL || !lu_mul(g->shape.h, g->shape.w, &plane) ||
        !lu_mul(plane, g->shape.c, &size) || size > LU_GLIMPSE_VALUES) {
        return 0;
    }
    return size;
}

void lu_glimpse_keep(lu_glimpse *g, lu_glimpse_room *room)
{
    size_t values = lu_glimpse_values(g);

    if (values > 0) {
        memcpy(room->image, g->image, values * sizeof *room->image);
        memcpy(room->start, g->start, values * sizeof *room->start);
    }
    g->image = values > 0 ? room->image : NULL;
    g->start = values > 0 ? room->start : NULL;
    g->reaches = g->reaches < LU_GLIMPSE_NEURONS ? g->reaches : LU_GLIMPSE_NEURONS;
    if (g->reaches > 0) {
        memcpy(room->reach, g->reach, g->reaches * sizeof *room->reach);
    }
    g->reach = room->reach;
    if (g->mark != NULL) {
        room->mark = *g->mark;
        g->mark = &room->mark;
    }
}
