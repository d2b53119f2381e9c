/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The workbench without a terminal: state, commands, drawing into cells. tui/term/ feeds it keys
 * and shows its frames; scripts, plain mode and tests use the same doors.
 *
 *     lu_app_new(&options, &app);
 *     lu_app_key(app, key);            // looks the key up, runs the command bound to it
 *     lu_app_command(app, "goto scores");
 *     lu_app_tick(app, now);           // finished jobs are taken in
 *     lu_app_draw(app, &cells);        // one frame
 *     lu_app_free(&app);
 *
 * Keys never act directly: a key names a command, a command changes the case through sessions/,
 * which journals it; views draw from the snapshot that is read back. Nothing here computes: work
 * runs in a job, a thread whose engines are processes.
 */
#ifndef LU_TUI_APP_APP_H
#define LU_TUI_APP_APP_H

#include "sessions/sessions.h"
#include "tui/app/cases.h"
#include "tui/app/change.h"
#include "tui/app/job.h"
#include "tui/app/keys.h"
#include "tui/app/lab.h"
#include "tui/app/list.h"
#include "tui/app/marks.h"
#include "tui/app/prompt.h"
#include "tui/app/settings.h"
#include "tui/app/zoo.h"
#include "viz/viz.h"

/* id, key, name (for :goto), title, what it is for */
#define LU_SCREEN_TABLE(X)                                                                         \
    X(CASE, '1', "case", "Case", "models and samples, what is missing next")                       \
    X(SEEDS, '2', "seeds", "Seeds", "the samples the tests start from")                            \
    X(GENERATE, '3', "generate", "Generate", "tests being made, jobs")                             \
    X(SCORES, '4', "scores", "Scores", "radar, distances, thresholds")                             \
    X(SAMPLES, '5', "samples", "Samples", "seed, test case, difference, answers")                  \
    X(JUDGEMENT, '6', "judgement", "Judgement", "votes, verdicts, trying other settings")          \
    X(REPORT, '7', "report", "Report", "what the case says, as text and pictures")                 \
    X(KEYS, '8', "keys", "Key samples", "a watermark's keys, and who answers them")                \
    X(MEMBERSHIP, '9', "membership", "Membership", "was it trained on the train samples?")         \
    X(CASES, '0', "cases", "Cases", "the cases there are; open another")                           \
    X(METHODS, 'M', "methods", "Methods", "the field's methods; which may be run here")            \
    X(LAB, 'B', "lab", "Lab", "models of known origin, one by one or a whole zoo")

typedef enum lu_screen {
#define LU_SCREEN_ENUM(id, key, name, title, help) LU_SCREEN_##id,
    LU_SCREEN_TABLE(LU_SCREEN_ENUM)
#undef LU_SCREEN_ENUM
        LU_SCREENS
} lu_screen;

typedef enum lu_overlay {
    LU_OVERLAY_NONE,
    LU_OVERLAY_HELP, /* commands of this screen, searchable, Enter runs */
    LU_OVERLAY_JOBS,
    LU_OVERLAY_JOURNAL,
    LU_OVERLAY_ERROR,  /* the last one, whole */
    LU_OVERLAY_OUTPUT, /* what a command of the command line printed */
    LU_OVERLAY_TOUR,
    LU_OVERLAYS
} lu_overlay;

/* id, name, keys, screens, changes the case, arguments, help: tui/commands.def */
typedef enum lu_do {
#define LU_DO(id, name, keys, screens, changes, arguments, help) LU_DO_##id,
#include "tui/commands.def"
#undef LU_DO
    LU_DOS
} lu_do;

typedef struct lu_do_row {
    const char *name;
    const char *keys; /* "Down j", blank between; "" = palette only */
    unsigned screens; /* bit set of lu_screen */
    bool changes;     /* the case: refused in --readonly */
    const char *arguments;
    const char *help;
} lu_do_row;

extern const lu_do_row lu_do_table[LU_DOS];

/* A call of the command line; adds what it prints to out. */
typedef lu_err (*lu_app_call)(int argc, char **argv, const lu_job *job, lu_buf *out);

/* The command line's k-th command, of one word or two; false: there are no more. */
typedef bool (*lu_app_called)(size_t k, const char **name, const char **help);

typedef struct lu_app_options {
    const char *path; /* the case; NULL = none yet: the screen Cases */
    bool readonly;
    bool reference; /* --engine darknet */
    size_t jobs;
    uint64_t now; /* monotonic milliseconds at the start */
    lu_theme theme;
    lu_colours colours;
    lu_glyph_set glyphs;
    bool mouse;
    lu_settings *settings; /* borrowed; NULL = nothing is remembered */
    lu_app_call call;      /* NULL = there is no command line */
    lu_app_called called;  /* NULL with it */
} lu_app_options;

typedef struct lu_app lu_app;

/* One screen: one file in tui/views/, one row of lu_views[]. */
typedef struct lu_view {
    void (*draw)(lu_app *a, lu_pane pane);
    /* Rows of its list, for moving, filtering and searching; NULL = it has no list. */
    size_t (*rows)(const lu_app *a);
    void (*row_text)(const lu_app *a, size_t row, char *out, size_t size);
    /* Commands of its own. False: not mine. May be NULL. */
    bool (*command)(lu_app *a, lu_do what, const char *arguments);
} lu_view;

extern const lu_view *const lu_views[LU_SCREENS]; /* tui/views/views.c */

enum { LU_NAMES_MAX = 64, LU_GAIN_MAX = 255 };

/* A set of model names. */
typedef struct lu_names {
    size_t n;
    char name[LU_NAMES_MAX][LU_NAME_MAX];
} lu_names;

/* Answers of the models shown on the Samples screen. */
typedef struct lu_asked_pair {
    char model[LU_NAME_MAX]; /* whose; "" = nothing asked yet */
    float *victim, *suspect; /* tests x classes; owned */
    size_t tests, classes;
} lu_asked_pair;

/* A part of the last frame that runs a command when it is clicked on. */
typedef struct lu_hit {
    int x, y, width;
    lu_do what;
} lu_hit;

enum { LU_HITS_MAX = 48 };

/* The report's text, as asked for last. */
typedef struct lu_paper {
    lu_buf text;
    int width;
    unsigned looks, made; /* of which snapshot; how often one came */
    bool asked;           /* a job writes it */
} lu_paper;

struct lu_app {
    lu_app_options options;
    char *path;   /* the case; "" = none is open; owned */
    lu_case *c;   /* snapshot of case.json; never NULL after lu_app_new */
    lu_look look; /* snapshot of what is stored */
    bool stale;   /* the case changed since: `look` is of before, the store has less */
    bool other;   /* `look` is what another machine or engine computed */
    lu_screen screen;
    lu_list list[LU_SCREENS];
    int focus; /* pane of the screen that has the keys */
    lu_overlay overlay;
    lu_list overlay_list;
    lu_prompt prompt;
    bool line_ended; /* the last key of a paste was a line's end */
    lu_jobs jobs;
    lu_known_cases cases; /* of the screen Cases */
    bool cases_known;     /* they have been looked for */
    lu_buf acts;          /* of the overlay Journal */
    lu_buf output;        /* of the last command of the command line */
    int tour;             /* step; counts from 0 */
    size_t chosen;        /* palette: row under the cursor, counted from 1; 0 = none */
    char message[256];    /* last line but one; "" = nothing to say */
    lu_ink message_ink;
    char error[LU_LINE_MAX]; /* the last error, whole */
    bool quit;
    uint64_t now;        /* monotonic milliseconds of the last tick */
    lu_lines undo, redo; /* what takes the last changes back, what makes them again */
    lu_kept_models kept; /* touched by jobs only */
    /* what the screens remember */
    char suspect[LU_NAME_MAX]; /* the model looked at; "" = the first suspect */
    char compare[LU_NAME_MAX]; /* drawn beside it; "" = the negatives' median */
    bool bars;                 /* Scores: bars instead of the radar */
    int gain;                  /* of differences: 1..LU_GAIN_MAX */
    int zoom;
    lu_asked_pair asked;
    int width, height;       /* of the last frame */
    int cursor_x, cursor_y;  /* of the last frame; -1 = none */
    lu_hit hit[LU_HITS_MAX]; /* of the last frame */
    size_t hits;
    bool asking;      /* a job asks for a->asked now */
    unsigned looks;   /* counts snapshots: what was derived from an older one is stale */
    lu_params trial;  /* Judgement: what is tried; equal to c->params = sealed values */
    lu_paper paper;   /* Report */
    lu_marks marks;   /* Key samples */
    lu_lab lab;       /* Lab */
    lu_zoo_desk zoo;  /* Lab: a whole plan */
    lu_names without; /* Judgement: negatives that the trial leaves out */
    size_t trials;    /* other settings looked at since the snapshot was taken */
};

lu_err lu_app_new(const lu_app_options *o, lu_app **out);
void lu_app_free(lu_app **a); /* stops jobs */

/* True while a frame is worth drawing again without an event. */
bool lu_app_busy(const lu_app *a);

/* The same, but for reading in what is stored. */
bool lu_app_working(const lu_app *a);

void lu_app_tick(lu_app *a, uint64_t now);
void lu_app_key(lu_app *a, lu_key key);

/* A command line: "goto scores", "set blackbox.ep=0.2". A failure is a message on the screen and
   the value returned. */
lu_err lu_app_command(lu_app *a, const char *line);

/* One frame of the grid's size. */
void lu_app_draw(lu_app *a, lu_cells *cells);

/* Is a case open? */
static inline bool lu_app_has_case(const lu_app *a)
{
    return a->path != NULL && a->path[0] != '\0';
}

/* Another case; NULL: none. LU_ERR_CANNOT while a job runs. */
lu_err lu_app_open(lu_app *a, const char *path);

/* --- for views and commands --- */

void lu_app_say(lu_app *a, lu_ink ink, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Shows the calling thread's last failure; returns err. */
lu_err lu_app_fail(lu_app *a, lu_err err);

/* The result of the model looked at, or NULL: no scores yet. */
const lu_model_result *lu_app_suspect(const lu_app *a);
const lu_model_result *lu_app_compare(const lu_app *a);

/* The k-th row of the current screen's list after filtering, or SIZE_MAX. */
size_t lu_app_row(const lu_app *a, size_t k);
size_t lu_app_cursor(const lu_app *a); /* the row under the cursor, SIZE_MAX when there is none */

const char *lu_screen_title(lu_screen s);
char lu_screen_key(lu_screen s);

/* Asks the engines, in a quiet job, for the answers that the Samples screen shows of the suspect
   looked at; nothing when they are there or being asked for. */
void lu_app_ask_pair(lu_app *a);

/* Other settings of the judgement are looked at: counted, and noted in the journal. False: not in a
   case that is open for reading only. */
bool lu_app_try(lu_app *a, const char *settings);

/* Has the report's text written for this width, in a quiet job; nothing when it is there or being
   written. */
void lu_app_ask_paper(lu_app *a, int width);

/* Where the terminal's own cursor belongs after the last frame: the prompt or the row under the
   cursor. False: hide it. */
bool lu_app_cursor_cell(const lu_app *a, int *x, int *y);

/* Views tell where the row under the cursor is, in the frame's own columns and rows. */
void lu_app_cursor_at(lu_app *a, lu_pane pane, int x, int y);

#endif
