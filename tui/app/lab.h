/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lab of the workbench: for each method a form, filled with the method's presets and the open
 * case's victim and samples, from which a job makes a model of known origin.
 *
 *     lu_lab_show(app, "prune prune=0.4 epochs=3");   // what is not named stays as it is
 *     lu_lab_start(app);                              // a job: lu_lab_make()
 */
#ifndef LU_TUI_APP_LAB_H
#define LU_TUI_APP_LAB_H

#include "sessions/sessions.h"
#include "tui/app/settings.h"

struct lu_app;

/* What a form holds besides the numbers of the recipe. */
typedef enum lu_lab_text {
    LU_LAB_CFG,
    LU_LAB_WEIGHTS,
    LU_LAB_VICTIM_CFG,
    LU_LAB_DATA,
    LU_LAB_TEST,
    LU_LAB_OUT,
    LU_LAB_TEXTS
} lu_lab_text;

/* A row of the form: a text, the seed, or a number of the recipe. */
typedef struct lu_lab_row {
    enum { LU_LAB_IS_TEXT, LU_LAB_IS_SEED, LU_LAB_IS_FIELD } is;
    lu_lab_text text;
    const lu_recipe_field *field;
    const char *key, *help;
} lu_lab_row;

enum { LU_LAB_ROWS_MAX = 48 };

typedef struct lu_lab {
    bool ready;          /* what follows is filled in */
    lu_recipe_kind kind; /* whose form is shown */
    lu_recipe form[LU_RECIPE_KINDS];
    bool seeded; /* somebody named the seed */
    uint64_t seed;
    char text[LU_LAB_TEXTS][LU_SPEC_PATH_MAX]; /* "" = the default; of all methods alike */
    /* the model made last; "" = none */
    char made[LU_SPEC_PATH_MAX], made_cfg[LU_SPEC_PATH_MAX];
    lu_recipe_kind made_kind;
    lu_lab_result result;
} lu_lab;

/* Takes the presets, once. */
void lu_lab_prepare(struct lu_app *a);

/* "": the list of methods. "METHOD FIELD=VALUE...": the method's form, changed, all of it or
 * nothing.
 */
lu_err lu_lab_show(struct lu_app *a, const char *words);

/* To the list of methods, or to the form. */
void lu_lab_pane(struct lu_app *a, bool form);

/* The rows that the method uses or that were changed. */
size_t lu_lab_rows(const struct lu_app *a, lu_lab_row out[LU_LAB_ROWS_MAX]);

/* What stands in the row: given, or the default. Returns `out`. */
const char *lu_lab_value(const struct lu_app *a, const lu_lab_row *row, char out[LU_SPEC_PATH_MAX]);
bool lu_lab_given(const struct lu_app *a, const lu_lab_row *row);

/* A switch the other way round, the next choice; a prompt for what has to be typed. */
void lu_lab_edit(struct lu_app *a, const lu_lab_row *row);
void lu_lab_turn(struct lu_app *a, const lu_lab_row *row, int by);

/* What stands in the way of making it, in words; "" = nothing. */
const char *lu_lab_lacks(const struct lu_app *a);

/* Makes the form's model, in a job. */
lu_err lu_lab_start(struct lu_app *a);

/* Opens the prompt with the line that adds the model made last, or the zoo's under the cursor, to
   the case. */
lu_err lu_lab_take(struct lu_app *a);

#endif
