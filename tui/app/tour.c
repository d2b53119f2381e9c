/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guided tour: a case explained in plain words, screen by screen, with its own numbers. */
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

typedef struct step {
    lu_screen screen;
    bool other; /* of the last suspect, not the first */
    const char *title;
    const char *text; /* {suspect}, {verdict}, ... are filled in */
} step;

static const step steps[] = {
    {LU_SCREEN_CASE, false, "The question",
     "Somebody spent time, data and money on a network that recognises images: the victim. "
     "Somebody else has one that does the same work: the suspect. Was it made from scratch, or "
     "taken from the victim and perhaps altered to hide it? The list above names every network of "
     "this case. The code beside each name is a fingerprint of its file: if one byte of the file "
     "changed, so would the code."},
    {LU_SCREEN_CASE, false, "The line-up",
     "A witness is shown a suspect among people who are known to be innocent. Here too: "
     "{negatives} "
     "networks, the negatives, were trained without the victim. They show how alike two networks "
     "are that have nothing to do with each other. {positives} others, the positives, were made "
     "from the victim on purpose: they show whether copies are caught."},
    {LU_SCREEN_SEEDS, false, "Ordinary images",
     "The tests start from ordinary images, the seeds. The victim knows each of them well. "
     "On ordinary images all good networks agree; that proves nothing."},
    {LU_SCREEN_GENERATE, false, "Test cases",
     "Each seed is changed a little, in a way worked out on the victim alone, until it gives the "
     "victim trouble: it names the wrong thing, or one of its inner parts is strained to the "
     "limit. "
     "A copy inherits the victim's weak spots. A network with a past of its own has others."},
    {LU_SCREEN_SAMPLES, false, "One test case",
     "Left to right: the image as it was, the test case, what was changed (made stronger to be "
     "seen; how much stronger is written beside). Below: what the victim answers and what the "
     "model '{suspect}' answers. The arrow keys show the next one."},
    {LU_SCREEN_SCORES, false, "Distances",
     "Six measures say how differently '{suspect}' behaves from the victim on the tests; small is "
     "alike. The dotted ring is the limit, drawn from the negatives. A corner outside the ring is "
     "more like the victim than innocent networks are, and counts as a vote. '{suspect}' has "
     "{votes} of {of}."},
    {LU_SCREEN_SCORES, true, "The same, of another",
     "This is '{suspect}': {votes} of {of}. The limits are the same for every suspect: "
     "they come from the negatives alone."},
    {LU_SCREEN_JUDGEMENT, false, "The verdict",
     "More than half of the votes make a copy. '{suspect}': {verdict}. The method is asked about "
     "every network whose past is known, too, each negative against limits worked out without it: "
     "{wrong} of {controls} of them were judged wrongly. That is how often it errs here, as far as "
     "so few can tell."},
    {LU_SCREEN_REPORT, false, "What it means, and what not",
     "A verdict of 'copy' says that this network shares weak spots with the victim that "
     "independent "
     "networks do not share. It does not say who copied, when, or whether it was allowed. Every "
     "step is in the journal (L), each line sealed by the one after it, so that nothing can be "
     "changed later without being seen."},
};

enum { STEPS = sizeof steps / sizeof steps[0] };

/* --- numbers of this case --- */

/* The suspect to speak of: the first judged a copy, if any; the other: the first that is not it. */
static const lu_model_result *suspect_of(const lu_app *a, bool other)
{
    const lu_model_result *first = NULL, *second = NULL;

    for (size_t i = 0; i < a->look.result.models; i++) {
        const lu_model_result *m = &a->look.result.model[i];
        bool better = first == NULL ||
                      (m->judgement.verdict == LU_COPY && first->judgement.verdict != LU_COPY);
        if (m->role == LU_ROLE_SUSPECT && better) {
            second = first;
            first = m;
        } else if (m->role == LU_ROLE_SUSPECT && second == NULL) {
            second = m;
        }
    }
    return other ? second : first;
}

/* Controls: positives that are not judged copy, negatives that are not judged not-copy. */
static void count_controls(const lu_app *a, size_t *controls, size_t *wrong)
{
    *controls = *wrong = 0;
    for (size_t i = 0; i < a->look.result.models; i++) {
        const lu_model_result *m = &a->look.result.model[i];
        bool positive = m->role == LU_ROLE_POSITIVE;
        if (positive || m->role == LU_ROLE_NEGATIVE) {
            ++*controls;
            *wrong += m->judgement.verdict != (positive ? LU_COPY : LU_NOT_COPY);
        }
    }
}

typedef struct word {
    const char *name;
    char text[80];
} word;

enum { WORDS = 8 };

static void words_of(const lu_app *a, const step *s, word out[WORDS])
{
    const lu_model_result *m = suspect_of(a, s->other);
    size_t controls, wrong;

    count_controls(a, &controls, &wrong);
    memset(out, 0, WORDS * sizeof *out);
    out[0].name = "{suspect}";
    out[1].name = "{verdict}";
    out[2].name = "{votes}";
    out[3].name = "{of}";
    out[4].name = "{negatives}";
    out[5].name = "{positives}";
    out[6].name = "{controls}";
    out[7].name = "{wrong}";
    snprintf(out[0].text, sizeof out[0].text, "%s", m ? m->name : "the suspect");
    snprintf(out[1].text, sizeof out[1].text, "%s",
             m ? lu_verdict_name(m->judgement.verdict) : "not known yet (r runs)");
    snprintf(out[2].text, sizeof out[2].text, "%zu", m ? (size_t)m->judgement.votes : 0);
    snprintf(out[3].text, sizeof out[3].text, "%zu", m ? (size_t)m->judgement.of : 0);
    snprintf(out[4].text, sizeof out[4].text, "%zu", lu_case_count(a->c, LU_ROLE_NEGATIVE));
    snprintf(out[5].text, sizeof out[5].text, "%zu", lu_case_count(a->c, LU_ROLE_POSITIVE));
    snprintf(out[6].text, sizeof out[6].text, "%zu", controls);
    snprintf(out[7].text, sizeof out[7].text, "%zu", wrong);
}

static lu_err fill(const lu_app *a, const step *s, lu_buf *out)
{
    word words[WORDS];

    words_of(a, s, words);
    for (const char *at = s->text; *at;) {
        size_t len = strcspn(at + (*at == '{'), "{") + (*at == '{');
        for (size_t i = 0; *at == '{' && i < WORDS; i++) {
            if (strncmp(at, words[i].name, strlen(words[i].name)) == 0) {
                LU_TRY(lu_buf_print(out, "%s", words[i].text));
                at += strlen(words[i].name);
                len -= strlen(words[i].name);
                break;
            }
        }
        LU_TRY(lu_buf_add(out, at, len));
        at += len;
    }
    return LU_OK;
}

/* --- walking --- */

static void show(lu_app *a)
{
    const step *s = &steps[a->tour];
    const lu_model_result *m = suspect_of(a, s->other);

    a->screen = s->screen;
    a->focus = 0;
    a->overlay = LU_OVERLAY_TOUR;
    if (m != NULL) {
        snprintf(a->suspect, sizeof a->suspect, "%s", m->name);
    }
}

void lu_tour_open(lu_app *a)
{
    if (!lu_app_has_case(a)) {
        lu_app_say(a, LU_INK_WARNING, "a tour is of a case: open one first, :demo makes one");
        return;
    }
    a->tour = a->tour < STEPS ? a->tour : 0;
    show(a);
}

/* A step about another suspect is left out where there is none. */
static void go(lu_app *a, int by)
{
    do {
        a->tour = a->tour + by < 0 ? 0 : a->tour + by;
    } while (a->tour < STEPS && steps[a->tour].other && suspect_of(a, true) == NULL);
    if (a->tour >= STEPS) {
        a->tour = 0;
        a->overlay = LU_OVERLAY_NONE;
        lu_app_say(a, LU_INK_TEXT, "that was the tour; ? lists what can be done on each screen");
        return;
    }
    show(a);
}

bool lu_tour_key(lu_app *a, lu_do what)
{
    if (what == LU_DO_LEFT || what == LU_DO_PREVIOUS) {
        go(a, -1);
    } else if (what == LU_DO_DETAIL || what == LU_DO_RIGHT || what == LU_DO_NEXT) {
        go(a, 1);
    } else {
        return false;
    }
    return true;
}

/* --- drawing --- */

/* Words of a text in lines; returns the rows taken. */
static int paragraph(lu_pane pane, int width, const char *text)
{
    int x = 0, y = 0;

    while (*text) {
        size_t len = strcspn(text, " ");
        char one[128];

        snprintf(one, sizeof one, "%.*s", (int)len, text);
        if (x > 0 && x + lu_columns(one) > width) {
            x = 0;
            y++;
        }
        x += lu_pane_text(pane, x, y, one, LU_INK_TEXT) + 1;
        text += len;
        text += strspn(text, " ");
    }
    return y + 1;
}

/* Rows of the box: its text and its frame. */
static int rows_of(const lu_app *a, int width)
{
    lu_buf text = LU_BUF_INIT;
    int rows = 2;

    if (fill(a, &steps[a->tour], &text) == LU_OK) {
        rows += paragraph((lu_pane){0}, width - 4, (const char *)text.data);
    }
    lu_buf_fini(&text);
    return rows;
}

lu_pane lu_tour_room(const lu_app *a, lu_pane body)
{
    int rows = a->overlay == LU_OVERLAY_TOUR ? rows_of(a, body.width) : 0;

    return lu_pane_sub(body, 0, 0, body.width, body.height - rows);
}

void lu_tour_draw(lu_app *a, lu_pane body)
{
    const step *s = &steps[a->tour];
    int rows = rows_of(a, body.width);
    lu_pane box = lu_pane_sub(body, 0, body.height - rows, body.width, rows);
    lu_buf text = LU_BUF_INIT;
    char title[128];

    snprintf(title, sizeof title, "Tour %d of %d: %s (Enter goes on, Left back, Esc ends)",
             a->tour + 1, (int)STEPS, s->title);
    lu_pane_fill(box, ' ', LU_INK_TEXT);
    lu_pane_paint(box, LU_INK_PAPER, 0);
    box = lu_pane_box(box, title, LU_INK_FOCUS, a->options.glyphs);
    if (fill(a, s, &text) == LU_OK) {
        paragraph(lu_pane_sub(box, 1, 0, box.width - 2, box.height), box.width - 2,
                  (const char *)text.data);
    }
    lu_buf_fini(&text);
}
