/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan: which networks of known origin there shall be. lineup-lab(1) describes the file.
 *
 *     lu_zoo_plan p;
 *     LU_TRY(lu_zoo_plan_read("mnist.json", "../data", &p));
 *     ... p.model[i] ...
 *     lu_zoo_plan_fini(&p);
 */
#ifndef LU_SESSIONS_LAB_PLAN_H
#define LU_SESSIONS_LAB_PLAN_H

#include "sessions/case/case.h"
#include "sessions/lab/lab.h"

enum { LU_ZOO_ENTRIES = 64, LU_ZOO_MODELS = 1024, LU_ZOO_SETTINGS = 32 };

/* What is made `repeat` times under seeds of their own. */
typedef struct lu_zoo_entry {
    char name[LU_NAME_MAX];
    char label[LU_NAME_MAX]; /* in tables */
    lu_role role;
    size_t repeat;
    size_t of;        /* entry it is a copy of; SIZE_MAX = none */
    char *cfg;        /* file; owned, like the next */
    char *data;       /* SPEC, NULL = none */
    char *weights;    /* a .weights file that is there already: it is not made; NULL = none */
    char *test;       /* SPEC its accuracy is measured on; NULL = the plan's */
    lu_recipe recipe; /* seed: not yet a model's */
} lu_zoo_entry;

typedef struct lu_zoo_model {
    char name[LU_NAME_MAX]; /* "neg1-03"; the entry's own where there is one */
    size_t entry;
    size_t parent;    /* model it is a copy of; SIZE_MAX = none */
    lu_recipe recipe; /* with its seed */
} lu_zoo_model;

typedef struct lu_zoo_plan {
    char title[LU_TEXT_MAX];
    uint64_t seed;
    char *train, *test; /* SPECs of the case: the victim's, and held-out ones; owned */
    size_t settings;
    char *setting[LU_ZOO_SETTINGS]; /* of the case, "blackbox.ep=0.1"; owned */
    size_t entries, models;
    lu_zoo_entry *entry; /* owned */
    lu_zoo_model *model; /* owned; parents before their copies */
} lu_zoo_plan;

/* Relative paths in SPECs begin at `samples`; .cfg files at the plan's own folder. LU_ERR_INPUT
   says what is wrong where. */
lu_err lu_zoo_plan_read(const char *path, const char *samples, lu_zoo_plan *out);
void lu_zoo_plan_fini(lu_zoo_plan *p);

#endif
