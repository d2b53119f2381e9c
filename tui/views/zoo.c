/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/zoo.h"

#include "tui/views/model_look.h"
#include "tui/views/work_jobs.h"
#include "tui/views/work_text.h"
#include "tui/views/zoo_study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    NAME_WIDTH = 14,
    RECIPE_WIDTH = 11,
    STATE_WIDTH = 12,
    ACCURACY_WIDTH = 9,
    LIST_WIDTH = 68,    /* beside pictures */
    PICTURE_WIDTH = 48, /* of one of two */
    FOOT_ROWS = 2
};

/* --- the models --- */

static const lu_zoo_plan *plan_of(const lu_app *a)
{
    return lu_zoo_plan_of(a->zoo.zoo);
}

size_t lu_zoo_rows(const lu_app *a)
{
    return plan_of(a)->models;
}

static const lu_zoo_entry *entry_of(const lu_app *a, size_t row)
{
    return &plan_of(a)->entry[plan_of(a)->model[row].entry];
}

static const char *recipe_of(const lu_app *a, size_t row)
{
    const lu_zoo_entry *e = entry_of(a, row);

    return e->role == LU_ROLE_POSITIVE ? lu_recipe_name(e->recipe.kind) : lu_role_name(e->role);
}

static lu_ink state_text(const lu_zoo_seen *s, char *out, size_t size)
{
    static const char *const words[] = {"waiting", "making", "there", "failed"};
    static const lu_ink inks[] = {LU_INK_DIM, LU_INK_PROGRESS, LU_INK_TEXT, LU_INK_ERROR};

    if (s->state == LU_ZOO_MAKING) {
        snprintf(out, size, "making %3.0f%%", floor(100 * fmin(fmax(s->share, 0), 1)));
    } else {
        snprintf(out, size, "%s", words[s->state]);
    }
    return inks[s->state];
}

void lu_zoo_row_text(const lu_app *a, size_t row, char *out, size_t size)
{
    lu_zoo_seen seen = lu_zoo_see(a->zoo.zoo, row);
    char state[24];

    state_text(&seen, state, sizeof state);
    snprintf(out, size, "%s %s %s %s", plan_of(a)->model[row].name, entry_of(a, row)->label,
             recipe_of(a, row), state);
}

/* NULL before it is judged, and for the victim. */
static const lu_model_result *result_of(const lu_app *a, size_t row)
{
    const lu_result *r = &a->zoo.result;

    for (size_t i = 0; a->zoo.judged && i < r->models; i++) {
        if (strcmp(r->model[i].name, plan_of(a)->model[row].name) == 0) {
            return &r->model[i];
        }
    }
    return NULL;
}

static void model_row(lu_app *a, lu_pane line, size_t row)
{
    lu_zoo_seen seen = lu_zoo_see(a->zoo.zoo, row);
    const lu_model_result *m = result_of(a, row);
    char text[24];
    lu_ink ink = state_text(&seen, text, sizeof text);
    int x = 1;

    lu_pane_field(line, x, 0, NAME_WIDTH - 1, plan_of(a)->model[row].name, LU_INK_TEXT,
                  LU_ALIGN_LEFT);
    lu_pane_field(line, x += NAME_WIDTH, 0, RECIPE_WIDTH - 1, recipe_of(a, row), LU_INK_DIM,
                  LU_ALIGN_LEFT);
    lu_pane_field(line, x += RECIPE_WIDTH, 0, STATE_WIDTH - 1, text, ink, LU_ALIGN_LEFT);
    snprintf(text, sizeof text, isnan(seen.accuracy) ? "-" : "%.4f", seen.accuracy);
    lu_pane_field(line, x += STATE_WIDTH, 0, ACCURACY_WIDTH - 1, text, LU_INK_TEXT, LU_ALIGN_RIGHT);
    if (m != NULL) {
        lu_put_verdict(line, x + ACCURACY_WIDTH + 1, 0, m->judgement.verdict);
    }
}

static void put_head(const lu_app *a, lu_pane line)
{
    int x = 1;

    lu_pane_text(line, x, 0, "model", LU_INK_HEADER);
    lu_pane_text(line, x += NAME_WIDTH, 0, "recipe", LU_INK_HEADER);
    lu_pane_text(line, x += RECIPE_WIDTH, 0, "state", LU_INK_HEADER);
    lu_pane_field(line, x += STATE_WIDTH, 0, ACCURACY_WIDTH - 1, "accuracy", LU_INK_HEADER,
                  LU_ALIGN_RIGHT);
    if (a->zoo.judged) {
        lu_pane_text(line, x + ACCURACY_WIDTH + 1, 0, "verdict", LU_INK_HEADER);
    }
}

/* Also what a build under way has finished. */
static size_t there(const lu_app *a)
{
    size_t n = 0;

    for (size_t i = 0; i < plan_of(a)->models; i++) {
        n += lu_zoo_see(a->zoo.zoo, i).state == LU_ZOO_THERE;
    }
    return n;
}

static void put_models(lu_app *a, lu_pane pane, bool focus)
{
    const lu_zoo_plan *p = plan_of(a);
    char filter[LU_FILTER_MAX + 16];
    lu_pane in =
        lu_work_box(a, pane, focus, "%s%s%zu of %zu models there%s", p->title,
                    p->title[0] ? ": " : "", there(a), p->models, lu_work_filter(a, filter));

    put_head(a, lu_pane_sub(in, 0, 0, in.width, 1));
    lu_work_list(a, lu_work_below(in, 1), model_row);
}

/* --- the foot --- */

/* Said before it is spent. */
static void cost_text(const lu_zoo_cost *c, char *out, size_t size)
{
    char time[LU_WORK_WORD];

    if (c->there == c->models) {
        snprintf(out, size, "All %zu models are there: `t` judges them.", c->models);
    } else {
        snprintf(out, size,
                 "%zu models, %zu there; the others: about %s with %zu engines. `b` makes them.",
                 c->models, c->there, lu_work_seconds(fmax(c->seconds, 1), time), c->jobs);
    }
}

static void put_foot(lu_app *a, lu_pane pane)
{
    const lu_job_view *v = lu_work_at_work(a);
    char text[400];

    if (v != NULL) {
        lu_work_job_row(lu_pane_sub(pane, 0, 0, pane.width, 1), v);
        lu_work_hint(lu_work_below(pane, 1), 0,
                     "`x` stops, what is made is kept; `p` pauses; `b` goes on.", LU_INK_DIM);
        return;
    }
    if (a->zoo.judged) {
        snprintf(text, sizeof text,
                 "`Tab` another page, `Left` `Right` another metric; all of it is in %.200s/table.",
                 a->zoo.folder);
    } else {
        cost_text(&a->zoo.cost, text, sizeof text);
    }
    lu_work_hint(pane, 0, text, LU_INK_TEXT);
}

/* --- the screen --- */

/* The pictures beside each other where there is room, else one after the other. */
static void put_pictures(lu_app *a, lu_pane pane, bool second)
{
    int half = pane.width >= 2 * PICTURE_WIDTH ? pane.width / 2 : 0;

    if (half > 0) {
        lu_zoo_page_draw(a, lu_pane_sub(pane, 0, 0, half, pane.height), LU_ZOO_ROC);
    }
    lu_zoo_page_draw(a, lu_pane_sub(pane, half, 0, pane.width - half, pane.height),
                     half > 0 || second ? LU_ZOO_CLASSES : LU_ZOO_ROC);
}

static void draw_wide(lu_app *a, lu_pane pane)
{
    static const lu_zoo_page tables[] = {LU_ZOO_ALL, LU_ZOO_AREAS, LU_ZOO_RATES};
    int top = pane.height / 2;

    put_models(a, lu_pane_sub(pane, 0, 0, LIST_WIDTH, top), true);
    put_pictures(a, lu_pane_sub(pane, LIST_WIDTH, 0, pane.width - LIST_WIDTH, top),
                 a->focus / 3 % 2);
    lu_zoo_page_draw(a, lu_pane_sub(pane, 0, top, pane.width, pane.height - top),
                     tables[a->focus % 3]);
}

/* After the models, one after the other, where there is room for one. */
static const lu_zoo_page pages[] = {LU_ZOO_BLACK, LU_ZOO_WHITE, LU_ZOO_AREAS,
                                    LU_ZOO_RATES, LU_ZOO_ROC,   LU_ZOO_CLASSES};
enum { PAGES = sizeof pages / sizeof *pages };

void lu_zoo_draw(lu_app *a, lu_pane pane)
{
    lu_pane body = lu_pane_sub(pane, 0, 0, pane.width, pane.height - FOOT_ROWS);
    size_t page = (size_t)a->focus % (PAGES + 1);

    if (a->zoo.judged && lu_work_room_of(pane) >= LU_WORK_FOUR) {
        draw_wide(a, body);
    } else if (a->zoo.judged && page > 0) {
        lu_zoo_page_draw(a, body, pages[page - 1]);
    } else {
        put_models(a, body, true);
    }
    put_foot(a, lu_pane_sub(pane, 1, body.height, pane.width - 2, FOOT_ROWS));
}

bool lu_zoo_command(lu_app *a, lu_do what)
{
    int by = what == LU_DO_RIGHT ? 1 : LU_METRIC_COUNT - 1;

    if (what == LU_DO_LEFT || what == LU_DO_RIGHT) {
        a->zoo.metric = (lu_metric)(((int)a->zoo.metric + by) % LU_METRIC_COUNT);
        return true;
    }
    if (what == LU_DO_BACK && a->list[a->screen].filter[0] == '\0') {
        if (a->focus > 0) {
            a->focus = 0;
        } else {
            lu_zoo_desk_turn(a);
        }
        return true;
    }
    return false;
}
