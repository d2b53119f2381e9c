/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/model_look.h"
#include "tui/views/views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool lu_models_scored(const lu_app *a)
{
    return a->look.result.reached >= LU_STAGE_SCORES && a->look.result.models > 0;
}

/* --- what is missing --- */

static const char *next_step(const lu_app *a)
{
    const lu_case *c = a->c;

    if (lu_case_victim(c) == NULL) {
        return "The case has no victim yet: 1 Case, a adds models.";
    }
    if (!c->set[LU_SET_TEST].given) {
        return "The case has no test samples yet: 1 Case, d names them.";
    }
    if (lu_case_count(c, LU_ROLE_SUSPECT) + lu_case_count(c, LU_ROLE_POSITIVE) +
            lu_case_count(c, LU_ROLE_NEGATIVE) ==
        0) {
        return "There is no model to compare with the victim: 1 Case, a adds suspects and "
               "negatives.";
    }
    if (c->kind == LU_KIND_EVIDENCE && !c->sealed && lu_case_count(c, LU_ROLE_SUSPECT) > 0) {
        return "The protocol has to be fixed before a suspect is looked at: :seal, then r runs the "
               "stages.";
    }
    return a->options.readonly
               ? "The case is open for reading only; without --readonly, r runs the "
                 "stages."
               : "r runs the stages.";
}

void lu_models_missing(const lu_app *a, lu_pane pane, const char *what)
{
    static const char *const names[LU_STAGES] = {"seeds", "tests", "scores", "judgement"};
    lu_pane in = lu_pane_sub(pane, 1, 1, pane.width - 2, pane.height - 1);
    char line[128] = "Missing:";
    size_t first = a->look.any ? (size_t)a->look.result.reached + 1 : 0;
    size_t len = strlen(line);
    int y = lu_put_paragraph(in, 0, what, LU_INK_TEXT);

    for (size_t s = first; s <= LU_STAGE_SCORES; s++) {
        len += (size_t)snprintf(line + len, sizeof line - len, "%s %s", s > first ? "," : "",
                                names[s]);
    }
    if (first <= LU_STAGE_SCORES) {
        y = lu_put_paragraph(in, y + 1, line, LU_INK_WARNING);
    }
    lu_put_paragraph(in, y + 1, next_step(a), LU_INK_TEXT);
}

/* --- the model looked at --- */

size_t lu_models_at(const lu_app *a)
{
    const lu_model_result *m = lu_app_suspect(a);

    return m == NULL ? SIZE_MAX : (size_t)(m - a->look.result.model);
}

static void look_at(lu_app *a, size_t i)
{
    if (i < a->look.result.models) {
        snprintf(a->suspect, sizeof a->suspect, "%s", a->look.result.model[i].name);
    }
}

/* The row that was under the cursor of Scores when it was last followed. */
static struct {
    const lu_app *app;
    unsigned looks;
    size_t row;
} seen;

static void put_cursor_on(lu_app *a, size_t wanted)
{
    lu_list *l = &a->list[LU_SCREEN_SCORES];
    size_t row;

    for (size_t k = 0; (row = lu_app_row(a, k)) != SIZE_MAX; k++) {
        if (row == wanted) {
            l->cursor = k;
            return;
        }
    }
}

void lu_models_follow(lu_app *a)
{
    size_t row = lu_app_cursor(a);

    if (seen.app == a && seen.looks == a->looks && row != seen.row && row != SIZE_MAX) {
        look_at(a, row);
    } else if (row != lu_models_at(a)) {
        put_cursor_on(a, lu_models_at(a));
    }
    seen.app = a;
    seen.looks = a->looks;
    seen.row = lu_app_cursor(a);
}

static void look_at_name(lu_app *a, const char *name)
{
    for (size_t i = 0; i < a->look.result.models; i++) {
        if (strcmp(a->look.result.model[i].name, name) == 0) {
            look_at(a, i);
            return;
        }
    }
    lu_app_say(a, LU_INK_WARNING, "there are no scores of a model '%.64s'", name);
}

bool lu_models_command(lu_app *a, lu_do what, const char *arguments)
{
    size_t n = a->look.result.models;
    size_t at = lu_models_at(a);

    if (what != LU_DO_NEXT && what != LU_DO_PREVIOUS && what != LU_DO_MODEL) {
        return false;
    }
    if (at >= n) {
        lu_app_say(a, LU_INK_DIM, "there is no model with scores yet");
    } else if (what == LU_DO_MODEL && arguments[0] == '\0') {
        lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, "model ");
    } else if (what == LU_DO_MODEL) {
        look_at_name(a, arguments);
    } else {
        look_at(a, what == LU_DO_NEXT ? (at + 1) % n : (at + n - 1) % n);
    }
    return true;
}

/* --- the metric looked at --- */

static void metric_text(const void *context, size_t row, char *out, size_t size)
{
    lu_view_judgement.row_text(context, row, out, size);
}

lu_metric lu_metric_at(const lu_app *a)
{
    const lu_list *l = &a->list[LU_SCREEN_JUDGEMENT];
    size_t row = lu_list_row(l, LU_METRIC_COUNT, metric_text, a, l->cursor);

    return row < LU_METRIC_COUNT ? (lu_metric)row : LU_METRIC_ROBD;
}

void lu_metric_step(lu_app *a, int by)
{
    lu_list *l = &a->list[LU_SCREEN_JUDGEMENT];
    size_t n = lu_list_count(l, LU_METRIC_COUNT, metric_text, a);

    if (n > 0) {
        l->cursor = (l->cursor + n + (size_t)(by % (int)n)) % n;
    }
}

/* --- signs and words --- */

static lu_ink verdict_ink(lu_verdict v)
{
    return v == LU_COPY ? LU_INK_COPY : v == LU_NOT_COPY ? LU_INK_NOT_COPY : LU_INK_UNDECIDED;
}

int lu_put_verdict(lu_pane pane, int x, int y, lu_verdict v)
{
    lu_side side = v == LU_COPY ? LU_SIDE_COPY : v == LU_NOT_COPY ? LU_SIDE_NOT_COPY : LU_SIDE_NONE;

    lu_pane_put(pane, x, y, lu_side_sign(side), verdict_ink(v));
    return 2 + lu_pane_text(pane, x + 2, y, lu_verdict_name(v), verdict_ink(v));
}

lu_side lu_vote_side(const lu_vote *v)
{
    return !v->cast ? LU_SIDE_NONE : v->copy ? LU_SIDE_COPY : LU_SIDE_NOT_COPY;
}

void lu_put_vote(lu_pane pane, int x, int y, const lu_vote *v)
{
    lu_side side = lu_vote_side(v);

    lu_pane_put(pane, x, y, lu_side_sign(side), lu_side_ink(side));
    lu_pane_text(pane, x + 2, y, lu_side_word(side), lu_side_ink(side));
}

lu_ink lu_role_ink(lu_role role)
{
    static const lu_ink inks[LU_ROLES] = {[LU_ROLE_VICTIM] = LU_INK_VICTIM,
                                          [LU_ROLE_SUSPECT] = LU_INK_SUSPECT,
                                          [LU_ROLE_NEGATIVE] = LU_INK_NEGATIVE,
                                          [LU_ROLE_POSITIVE] = LU_INK_POSITIVE};

    return (unsigned)role < LU_ROLES ? inks[role] : LU_INK_TEXT;
}

void lu_put_number(lu_pane pane, int x, int y, int width, double value, lu_ink ink)
{
    char text[LU_NUMBER_MAX];

    lu_pane_field(pane, x, y, width, isnan(value) ? "-" : lu_number(value, text),
                  isnan(value) ? LU_INK_DIM : ink, LU_ALIGN_RIGHT);
}

static int words_that_fit(const char *text, int width)
{
    int len = 0;
    int columns = 0;

    for (int at = 0; text[at];) {
        int word = (int)strspn(text + at, " ");
        char copy[512];

        word += (int)strcspn(text + at + word, " ");
        snprintf(copy, sizeof copy, "%.*s", word, text + at);
        columns += lu_columns(copy);
        if (columns > width && len > 0) {
            break;
        }
        at += word;
        len = at;
    }
    return len;
}

int lu_put_paragraph(lu_pane pane, int y, const char *text, lu_ink ink)
{
    text += strspn(text, " ");
    while (*text && y < pane.height) {
        int len = words_that_fit(text, pane.width);
        char line[512];

        snprintf(line, sizeof line, "%.*s", len, text);
        lu_pane_text(pane, 0, y++, line, ink);
        text += len;
        text += strspn(text, " ");
    }
    return y;
}

/* --- sentences --- */

static size_t controls_of(const lu_result *r, lu_role role, lu_verdict expected, char *out,
                          size_t size)
{
    size_t n = 0;
    size_t as_expected = 0;

    for (size_t i = 0; i < r->models; i++) {
        n += r->model[i].role == role;
        as_expected += r->model[i].role == role && r->model[i].judgement.verdict == expected;
    }
    if (n == 0 || size == 0) {
        return 0;
    }
    snprintf(out, size, "%zu of %zu %ss %s", as_expected, n, lu_role_name(role),
             lu_verdict_name(expected));
    return strlen(out);
}

void lu_controls_text(const lu_result *r, char *out, size_t size)
{
    size_t len;

    out[0] = '\0';
    len = controls_of(r, LU_ROLE_POSITIVE, LU_COPY, out, size);
    if (len > 0 && len + 3 < size) {
        memcpy(out + len, ", ", 3);
        if (controls_of(r, LU_ROLE_NEGATIVE, LU_NOT_COPY, out + len + 2, size - len - 2) == 0) {
            out[len] = '\0';
        }
    } else {
        controls_of(r, LU_ROLE_NEGATIVE, LU_NOT_COPY, out, size);
    }
}

void lu_verdict_text(const lu_model_result *m, char *out, size_t size)
{
    const lu_judgement *j = &m->judgement;

    if (j->of == 0) {
        snprintf(out, size, "%s", j->reason[0] ? j->reason : "no metric can vote");
        return;
    }
    snprintf(out, size,
             "%zu of %zu distances are at or below their thresholds; more than half make a "
             "copy.%s%s",
             j->votes, j->of, j->reason[0] ? " Note: " : "", j->reason);
}

size_t lu_next_row(const lu_list *l, size_t n, lu_row_text text, const void *context, size_t row)
{
    char words[512];

    while (++row < n) {
        if (l->filter[0] == '\0') {
            return row;
        }
        words[0] = '\0';
        text(context, row, words, sizeof words);
        if (lu_list_passes(l, words)) {
            return row;
        }
    }
    return SIZE_MAX;
}

void lu_put_cursor(lu_app *a, lu_pane row, bool here)
{
    if (here) {
        lu_pane_put(row, 0, 0, 0x258c, LU_INK_TEXT);
        lu_pane_ink(row, LU_INK_TEXT); /* reversed, inks of its own would make patches */
        lu_pane_paint(row, LU_INK_PAPER, LU_ATTR_REVERSE);
        lu_app_cursor_at(a, row, 0, 0);
    }
}
