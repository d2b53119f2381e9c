/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Global heaps of an HDF5 file: where strings of varying length lie. libhdf5 1.10 walks from object
 * to object by the sizes it finds there, endlessly when one is 0 and past the end when one is
 * large.
 */
#include "nets/format/h5.h"

#include <string.h>

enum { HEADER = 16 /* of a heap, and of an object in it: its size is in the last eight bytes */ };

static uint64_t number(const uint8_t *at, size_t bytes)
{
    uint64_t n = 0;

    for (size_t i = bytes; i-- > 0;) {
        n = n << 8 | at[i];
    }
    return n;
}

/* Bytes of the object at `at`, 0 when it does not lie whole within `room` (HEADER or more). Object
   0 is what is free, with its header; any other is padded to eight. */
static uint64_t object_bytes(const uint8_t *at, uint64_t room)
{
    uint64_t size = number(at + 8, 8);
    bool free_space = number(at, 2) == 0;

    if (size > room) {
        return 0;
    }
    size = free_space ? size : HEADER + ((size + 7) & ~(uint64_t)7);
    return size >= HEADER && size <= room ? size : 0;
}

static bool heap_whole(const uint8_t *heap, uint64_t room)
{
    uint64_t size = room < HEADER ? 0 : number(heap + 8, 8), bytes;

    if (size < HEADER || size > room) {
        return false;
    }
    for (uint64_t at = HEADER; size - at >= HEADER; at += bytes) {
        bytes = object_bytes(heap + at, size - at);
        if (bytes == 0) {
            return false;
        }
    }
    return true;
}

/* Both superblocks there are: how many bytes an address and a length have. */
static bool usual_sizes(const uint8_t *data, size_t len)
{
    size_t at = len > 8 && data[8] >= 2 ? 9 : 13;

    return len > at + 1 && data[at] == 8 && data[at + 1] == 8;
}

lu_err lu_h5_heaps(const uint8_t *data, size_t len)
{
    static const char name[] = "GCOL\x01";
    const uint8_t *end = data + len, *at = data;

    if (!usual_sizes(data, len)) {
        return lu_fail(LU_ERR_INPUT, "its addresses and lengths are not of eight bytes");
    }
    while ((at = memmem(at, (size_t)(end - at), name, sizeof name - 1)) != NULL) {
        if (!heap_whole(at, (uint64_t)(end - at))) {
            return lu_fail(LU_ERR_INPUT, "the heap at byte %zu is damaged", (size_t)(at - data));
        }
        at += sizeof name - 1;
    }
    return LU_OK;
}
