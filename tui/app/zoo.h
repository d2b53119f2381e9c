/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole plan on the screen Lab: opened by its path, built, judged, each in a job. */
#ifndef LU_TUI_APP_ZOO_H
#define LU_TUI_APP_ZOO_H

#include "sessions/sessions.h"
#include "tui/app/settings.h"

struct lu_app;

typedef struct lu_zoo_desk {
    bool shown;   /* instead of the forms */
    lu_zoo *zoo;  /* owned; NULL = none is open */
    bool at_work; /* a job uses it, or opens another */
    char folder[LU_PATH_MAX];
    lu_zoo_cost cost; /* of what is left */
    bool judged;      /* what follows is there */
    lu_result result;
    lu_study study;   /* of both */
    lu_metric metric; /* looked at */
} lu_zoo_desk;

void lu_zoo_desk_fini(lu_zoo_desk *d); /* after the jobs have ended */

/* "PLAN [FOLDER [SAMPLES]]": reads the plan, looks for what is there, measures the machine. FOLDER
   is PLAN's name with .zoo in the working folder unless it is named, SAMPLES the working folder. */
lu_err lu_zoo_desk_open(struct lu_app *a, const char *words);

/* To the zoo, or from it to the forms. */
void lu_zoo_desk_turn(struct lu_app *a);

/* Makes what is missing. */
lu_err lu_zoo_desk_build(struct lu_app *a);

/* Judges all its models and writes the tables and pictures to FOLDER/table. */
lu_err lu_zoo_desk_judge(struct lu_app *a);

#endif
