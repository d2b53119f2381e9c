/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may come next on the palette's line: commands, models, parameters, files. */
#ifndef LU_TUI_APP_COMPLETE_H
#define LU_TUI_APP_COMPLETE_H

#include "tui/app/app.h"

enum { LU_CANDIDATES_MAX = 200, LU_CANDIDATE_BYTES = 512 };

typedef struct lu_candidate {
    char text[LU_CANDIDATE_BYTES]; /* for the place of the last word */
    char note[96];                 /* beside it */
    int rank;                      /* the smaller the better */
    bool open;                     /* more of the word follows: a folder, "KEY=" */
} lu_candidate;

typedef struct lu_candidates {
    size_t n;
    size_t start; /* byte of the line where the word begins */
    lu_candidate row[LU_CANDIDATES_MAX];
} lu_candidates;

/* Of a line as it stands, the best first. Commands match by their letters in order, too, those of
   the screen before others as good; the rest by how it begins. */
void lu_complete(const lu_app *a, const char *line, lu_candidates *out);

/* Tab: the line goes on as far as all candidates that begin so agree. With one candidate only it is
   taken. False: nothing to add. */
bool lu_complete_line(const lu_candidates *c, char *line, size_t size);

/* What the line's command takes after the words there are, as the table writes it: "NAME CFG". ""
   while a word is typed, and when there is no such command. */
const char *lu_complete_wants(const char *line);

/* Puts a candidate into the line, a blank behind it unless it is open. */
void lu_complete_take(const lu_candidates *c, size_t row, char *line, size_t size);

#endif
