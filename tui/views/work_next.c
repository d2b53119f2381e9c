/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case lacks, and which key does it. */
#include "tui/views/work_case.h"
#include "tui/views/work_text.h"

#include <stdio.h>
#include <string.h>

enum { NEGATIVES_LEAST = 2 }; /* for a threshold: core/similarity/judge.h */

/* The next step of the list; `how` counts only when it is not done. */
static lu_work_step *add(lu_work_step *steps, size_t *n, bool done, const char *how)
{
    lu_work_step *s = &steps[(*n)++];

    s->done = done;
    snprintf(s->how, sizeof s->how, "%s", done ? "" : how);
    return s;
}

static void add_named(lu_work_step *steps, size_t *n, bool done, const char *text, const char *how)
{
    lu_work_step *s = add(steps, n, done, how);

    snprintf(s->text, sizeof s->text, "%s", text);
}

static void add_models(const lu_case *c, lu_role role, size_t least, const char *how,
                       lu_work_step *steps, size_t *n)
{
    size_t count = lu_case_count(c, role);
    lu_work_step *s = add(steps, n, count >= least, how);

    snprintf(s->text, sizeof s->text, "%zu %s%s", count, lu_role_name(role), count == 1 ? "" : "s");
}

/* --- what was run --- */

static const char *results_how(const lu_app *a)
{
    if (lu_app_busy(a)) {
        return "Something is running: `3` shows how far it is.";
    }
    if (a->options.readonly) {
        return "Results are missing; without --readonly `r` runs the stages.";
    }
    if (a->stale) {
        return "Settings or models were changed: `r` runs what is missing.";
    }
    if (!a->look.any) {
        return "Everything is there. `r` runs the stages: seeds, tests, scores, judgement.";
    }
    return a->look.result.reached == LU_STAGE_SEEDS
               ? "The seeds are stored: `r` goes on with tests, scores and judgement."
           : a->look.result.reached == LU_STAGE_TESTS
               ? "Seeds and tests are stored: `r` goes on with scores and judgement."
               : "The scores are stored: `r` goes on with the judgement.";
}

static bool has_judged(const lu_app *a)
{
    return a->look.any && !a->stale && a->look.result.reached >= LU_STAGE_JUDGEMENT;
}

/* --- the protocol --- */

static const char *seal_how(const lu_case *c)
{
    return lu_case_count(c, LU_ROLE_SUSPECT) > 0
               ? "This evidence case holds suspects and is not sealed: `r` is refused until "
                 "`:seal` "
                 "has fixed parameters, samples and controls."
               : "Seal the protocol before a suspect is looked at: `:seal`. From then on only "
                 "suspects can be added.";
}

/* The steps of this case in order; returns how many. */
static size_t work_steps(const lu_app *a, lu_work_step out[LU_WORK_STEPS])
{
    const lu_case *c = a->c;
    size_t n = 0;

    add_named(out, &n, lu_case_victim(c) != NULL, "victim",
              "Add the victim, the network said to be stolen: `a`, then "
              "`victim NAME CFG WEIGHTS`.");
    add_named(out, &n, c->set[LU_SET_TEST].given, "test samples",
              "Name labelled samples of the victim's task: `d`, then `test SPEC`, as "
              "test mnist:DIR or test npz:FILE.");
    add_models(c, LU_ROLE_NEGATIVE, NEGATIVES_LEAST,
               "Add networks known to be trained independently: `a`, then "
               "`negative NAME CFG WEIGHTS`. A threshold needs at least 2; more make it firmer.",
               out, &n);
    if (c->kind == LU_KIND_EVIDENCE) {
        add_named(out, &n, c->sealed, c->sealed ? "sealed" : "not sealed", seal_how(c));
    }
    add_models(c, LU_ROLE_SUSPECT, 1,
               "Add the network in question: `a`, then `suspect NAME CFG WEIGHTS`.", out, &n);
    add_named(out, &n, has_judged(a), has_judged(a) ? "judged" : "not judged", results_how(a));
    return n;
}

/* --- drawn --- */

static int draw_first(const lu_app *a, lu_pane pane, const lu_work_step *steps, size_t n)
{
    size_t i = 0;
    int y = 0;

    if (a->options.readonly) {
        y = lu_work_hint(pane, y, "Open for reading only: changes are refused.", LU_INK_DIM);
    }
    while (i < n && steps[i].done) {
        i++;
    }
    if (i == n && a->other) {
        return lu_work_hint(pane, y,
                            "Another machine or engine computed what is shown; `r` computes it "
                            "again here.",
                            LU_INK_WARNING);
    }
    return lu_work_hint(pane, y,
                        i < n ? steps[i].how
                              : "All stages are done: `4` scores, `5` samples, `6` judgement, "
                                "`7` report.",
                        LU_INK_TEXT);
}

/* A row each when there is room, else in columns. */
static void draw_list(lu_pane pane, const lu_work_step *steps, size_t n)
{
    enum { COLUMN = 18 };
    int columns = pane.width / COLUMN > 1 ? pane.width / COLUMN : 1;
    int rows;

    columns = (int)n <= pane.height ? 1 : columns;
    rows = ((int)n + columns - 1) / columns;
    for (int i = 0; i < (int)n; i++) {
        lu_ink ink = steps[i].done ? LU_INK_DIM : LU_INK_WARNING;
        lu_pane_print(pane, i / rows * COLUMN, i % rows, ink, "[%c] %s", steps[i].done ? 'x' : ' ',
                      steps[i].text);
    }
}

void lu_work_next(const lu_app *a, lu_pane pane)
{
    lu_work_step steps[LU_WORK_STEPS];
    size_t n = work_steps(a, steps);
    int y = draw_first(a, pane, steps, n);

    y += pane.height - y > (int)n;
    draw_list(lu_work_below(pane, y), steps, n);
}

int lu_work_first(const lu_app *a, lu_pane pane)
{
    lu_work_step steps[LU_WORK_STEPS];
    size_t n = work_steps(a, steps);

    return draw_first(a, pane, steps, n);
}

void lu_work_missing(const lu_app *a, lu_pane pane, const char *what)
{
    lu_pane in = lu_pane_sub(pane, 1, pane.height > 4, pane.width - 2, pane.height);
    int y = lu_work_paragraph(in, 0, what, LU_INK_TEXT);

    lu_work_first(a, lu_work_below(in, y + 1));
}
