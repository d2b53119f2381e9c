/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files a case consists of, by its own records: what is exported, and what has to be there when
 * it is verified. */
#ifndef LU_SESSIONS_CASE_INVENTORY_H
#define LU_SESSIONS_CASE_INVENTORY_H

#include "sessions/case/tree.h"
#include "sessions/case/case.h"

typedef struct lu_entry {
    char path[LU_TEXT_MAX];
    lu_sha256 sha256; /* as recorded; "" for the journal, which has its chain */
    bool secret;      /* left out of a redacted export */
    bool own;         /* of the case alone, in no export */
    size_t order;     /* in which it was recorded */
} lu_entry;

typedef struct lu_inventory {
    size_t n;
    lu_entry *entry; /* owned, sorted by path */
} lu_inventory;

/* Secret is what the tests are made from or could be made again from: the tests, the seeds they
   start from, the sample files, the victim's parameters. */
lu_err lu_inventory_of(const lu_case *c, lu_inventory *out);
void lu_inventory_fini(lu_inventory *v);

const lu_entry *lu_inventory_find(const lu_inventory *v, const char *path); /* NULL = not there */

/* Belongs the file to the case, recorded or not? */
bool lu_inventory_knows(const lu_inventory *v, const char *path);

/* Is an entry's file below `dir` as recorded? LU_ERR_INTEGRITY names it. */
lu_err lu_inventory_check(int dir, const lu_entry *e);

#endif
