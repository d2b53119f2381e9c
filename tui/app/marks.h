/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The watermark that the screen Key samples shows: an evidence bundle, opened by its path, and what
 * the case's models were found to answer to its keys. Files are read and networks asked in jobs.
 */
#ifndef LU_TUI_APP_MARKS_H
#define LU_TUI_APP_MARKS_H

#include "sessions/sessions.h"
#include "tui/app/settings.h"

struct lu_app;

enum { LU_MARKS_ASKED = 32, LU_MARKS_CONTROLS = LU_TRIED - LU_TRIED_VICTIM };

/* One model of the case, and the controls asked with it. */
typedef struct lu_asked_keys {
    char model[LU_NAME_MAX];
    lu_mark_report report;
} lu_asked_keys;

typedef struct lu_marks {
    char path[LU_PATH_MAX]; /* of the bundle, absolute; "" = none */
    bool opening;           /* a job reads it */
    char error[512];        /* why it could not be opened, or "" */
    bool open;              /* what follows is there */
    lu_bundle bundle;
    lu_sha256 host;    /* of its host.weights */
    lu_likeness *like; /* bundle.n; owned */
    size_t asked;
    lu_asked_keys *ask[LU_MARKS_ASKED]; /* a model once; owned */
    size_t control;                     /* whose answers are shown: 0 = the model looked at, else
                                           LU_TRIED_VICTIM and on: of those asked with it */
    lu_keys_only only;
    size_t shown, *key;       /* the keys that `only` lets through; owned */
    char making[LU_PATH_MAX]; /* the bundle an embedding writes, "" = none runs */
} lu_marks;

/* Forgets the bundle. */
void lu_marks_fini(lu_marks *m);

/* Opens the bundle that the words name, in a job; what was asked of another is forgotten. */
lu_err lu_marks_open(struct lu_app *a, const char *words);

/* Settles which keys are shown; call it before the list is counted. */
void lu_marks_fit(struct lu_app *a);

/* The model whose answers are looked at: the one that other screens look at, else the first suspect
   or any that is not the victim; NULL without one. */
const lu_item *lu_marks_model(const struct lu_app *a);

/* Goes by models, and the controls once there are any. */
void lu_marks_step(struct lu_app *a, int by);
lu_err lu_marks_choose(struct lu_app *a, const char *name);

/* The verification of the model looked at; NULL: it was not asked yet. */
const lu_mark_report *lu_marks_report(const struct lu_app *a);

/* Whose answers are shown, and their name; NULL: nobody was asked. */
const lu_mark_tried *lu_marks_tried(const struct lu_app *a);
const char *lu_marks_name(const struct lu_app *a);

/* "host", "twin", "untrained" of LU_TRIED_VICTIM and on; also names of the bundle's files. */
const char *lu_marks_control(size_t which);

/* Asks the model of that name, "" = the one looked at, and the controls. */
lu_err lu_marks_verify(struct lu_app *a, const char *name);

/* Asks every suspect and keeps what came of it in the case, journalled (lineup watermark verify
   --case): what the report tells. */
lu_err lu_marks_keep(struct lu_app *a);

/* Seals the bundle before a suspect is looked at. */
lu_err lu_marks_commit(struct lu_app *a);

/* "BUNDLE OPTION...": trains a marked network like the victim on the case's training samples,
   unless the options say otherwise (lineup watermark embed). */
lu_err lu_marks_embed(struct lu_app *a, const char *words);

/* Writes the keys shown and their sheet to a folder (lineup watermark sheet). */
lu_err lu_marks_sheet(struct lu_app *a, const char *words);

#endif
