/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 8 Key samples: a watermark's keys one by one or on a sheet, and what the answers to them prove.
 */
#include "tui/views/key_evidence.h"
#include "tui/views/key_live.h"
#include "tui/views/key_look.h"
#include "tui/views/key_sheet.h"
#include "tui/views/model_look.h"
#include "tui/views/views.h"
#include "tui/views/work_live.h"
#include "tui/views/work_text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIST_MIN = 14, /* columns of the list beside the pictures, with its border */
    LIST_MAX = 34,
    WORDS = 4, /* rows below the pictures: answer, likeness, verdict */
    WORDS_SHEET = 2
};

/* Which pictures are shown when not all three fit; t turns on. */
static unsigned turn;
static bool sheet; /* c: many keys beside each other */

/* --- the list --- */

static size_t rows(const lu_app *a)
{
    return a->marks.shown;
}

static void row_text(const lu_app *a, size_t row, char *out, size_t size)
{
    out[0] = '\0';
    if (row < a->marks.shown) {
        lu_key_text(a, a->marks.key[row], out, size);
    }
}

static void row_words(const void *context, size_t row, char *out, size_t size)
{
    row_text(context, row, out, size);
}

static size_t count(const lu_app *a)
{
    return lu_list_count(&a->list[LU_SCREEN_KEYS], rows(a), row_words, a);
}

/* The key under the cursor, SIZE_MAX without one. */
static size_t key_at(const lu_app *a)
{
    size_t row = lu_list_row(&a->list[LU_SCREEN_KEYS], rows(a), row_words, a,
                             a->list[LU_SCREEN_KEYS].cursor);

    return row < a->marks.shown ? a->marks.key[row] : SIZE_MAX;
}

static void draw_row(lu_app *a, lu_pane line, size_t row)
{
    lu_put_key_row(a, line, a->marks.key[row]);
}

/* "40 keys", "2 missed", "2 missed /8" */
static void title_of(const lu_app *a, char *out, size_t size)
{
    const lu_marks *m = &a->marks;
    char filter[LU_FILTER_MAX + 16];

    lu_work_filter(a, filter);
    if (m->only == LU_KEYS_ALL || lu_marks_tried(a) == NULL) {
        snprintf(out, size, "%zu keys%s", m->bundle.n, filter);
    } else {
        snprintf(out, size, "%zu %s%s", m->shown, lu_keys_only_name(m->only), filter);
    }
}

static void put_list(lu_app *a, lu_pane pane)
{
    char title[LU_FILTER_MAX + 64];
    lu_pane in;

    title_of(a, title, sizeof title);
    in = lu_pane_box(pane, title, LU_INK_FOCUS, a->options.glyphs);
    lu_put_key_head(lu_pane_sub(in, 0, 0, in.width, 1));
    lu_work_list(a, lu_work_below(in, 1), draw_row);
    if (a->marks.shown == 0) {
        lu_work_hint(lu_work_inset(in), 1,
                     a->marks.only == LU_KEYS_HIT ? "No key is hit; `f` shows others."
                                                  : "No key is missed; `f` shows others.",
                     LU_INK_DIM);
    }
}

/* --- one key --- */

static void put_evidence(const lu_app *a, lu_pane pane, bool focus)
{
    char title[LU_NAME_MAX + 48];

    snprintf(title, sizeof title, "Does %s carry the mark?",
             lu_marks_model(a) ? lu_marks_model(a)->name : "a suspect");
    (void)lu_put_key_evidence(a, lu_work_inset(lu_work_box(a, pane, focus, "%s", title)));
}

static void put_below(const lu_app *a, lu_pane pane, size_t key, bool all)
{
    int y = lu_put_key_words(a, pane, key, all);

    if (pane.height - y >= LU_KEY_EVIDENCE_ROWS + 2) {
        put_evidence(a, lu_work_below(pane, y + (pane.height - y > LU_KEY_EVIDENCE_ROWS + 4)),
                     false);
    } else {
        lu_put_key_verdict(a, pane, y);
    }
}

static void put_one(lu_app *a, lu_pane pane, size_t key)
{
    lu_picture_plan plan =
        lu_pictures_plan(a, a->marks.bundle.shape, pane.width - LIST_MIN - 1, pane.height - WORDS);
    int list = pane.width - lu_pictures_columns(&plan) - 1, below = plan.height + 1;
    lu_pair p = lu_key_pair(a, key);
    lu_pane right;

    list = list > LIST_MAX ? LIST_MAX : list;
    right = lu_pane_sub(pane, list + 1, 0, pane.width - list - 1, pane.height);
    put_list(a, lu_pane_sub(pane, 0, 0, list, pane.height));
    if (plan.count > 0) {
        lu_put_pictures(a, right, &p, &plan, turn);
        put_below(a, lu_work_below(right, below), key, plan.count == LU_PICTURES);
    }
}

/* --- the sheet --- */

static void put_sheet(lu_app *a, lu_pane pane, size_t key)
{
    static const char *const parts[] = {"keys", "differences", "originals"};
    int height = pane.height - WORDS_SHEET;
    bool amplified = turn % LU_KEY_PARTS == 1;
    char title[LU_FILTER_MAX + 64], fit[LU_NUMBER_MAX], gain[16] = "";
    double factor =
        lu_put_key_sheet(a, lu_pane_sub(pane, 0, 1, pane.width, height - 1), count(a), turn);

    title_of(a, title, sizeof title);
    if (amplified) {
        snprintf(gain, sizeof gain, " ×%d", a->gain);
    }
    lu_pane_print(pane, 1, 0, LU_INK_HEADER, "%s: %s%s%s%s", title, parts[turn % LU_KEY_PARTS],
                  gain, factor < 1 ? ", fit " : "",
                  factor < 1 ? lu_number_fixed(factor, 2, fit) : "");
    lu_put_key_words(a, lu_work_below(pane, height), key, false);
}

/* --- nothing --- */

static void put_nothing(const lu_app *a, lu_pane pane)
{
    const lu_marks *m = &a->marks;
    const char *last = a->options.settings ? a->options.settings->bundle : "";
    lu_pane box = lu_work_box(a, pane, true, "%s", lu_screen_title(a->screen));
    lu_pane in =
        lu_pane_sub(box, 1, box.height > 15, box.width - 2 < 76 ? box.width - 2 : 76, box.height);
    int y = 0;

    if (m->opening) {
        lu_work_paragraph(in, 0, "Reading the bundle.", LU_INK_DIM);
        return;
    }
    if (m->error[0]) {
        y = lu_work_paragraph(in, y, m->error, LU_INK_ERROR) + 1;
    }
    y = lu_work_paragraph(in, y,
                          "No watermark is open. Key samples are near copies of training images "
                          "with a logo hidden in them: a marked network answers them with labels "
                          "that only its owner knows.",
                          LU_INK_TEXT);
    y = lu_work_hint(in, y + 1, "`o` opens an evidence bundle, the folder with the keys.",
                     LU_INK_TEXT);
    y = lu_work_hint(
        in, y,
        "`a` makes one: trains a marked network like the victim, which you watch here. "
        "`:embed FOLDER --cost` says how long it would take.",
        LU_INK_TEXT);
    if (last[0]) {
        y = lu_work_hint(in, y, "`Enter` opens the one opened last:", LU_INK_TEXT);
        y = lu_work_paragraph(in, y, last, LU_INK_DIM);
    }
    lu_work_hint(in, y + 1,
                 "Nothing of this enters the verdict of `6` Judgement: it is evidence of its own.",
                 LU_INK_DIM);
}

static void draw(lu_app *a, lu_pane pane)
{
    const lu_live *live = lu_work_live_mark(a);
    size_t key;

    if (live != NULL) {
        lu_put_key_live(a, pane, live, turn);
        return;
    }
    if (!a->marks.open) {
        put_nothing(a, pane);
        return;
    }
    lu_marks_fit(a);
    key = key_at(a);
    if (a->focus % 2 == 1) {
        put_evidence(a, pane, true);
    } else if (key == SIZE_MAX) {
        put_list(a, pane);
    } else if (sheet) {
        put_sheet(a, pane, key);
    } else {
        put_one(a, pane, key);
    }
}

/* --- commands --- */

static void show_only(lu_app *a, const char *name)
{
    static const char *const words[LU_KEYS_ONLY] = {"all keys", "keys answered with another label",
                                                    "keys answered with the expected label"};
    lu_marks *m = &a->marks;

    if (lu_marks_tried(a) == NULL) {
        lu_app_say(a, LU_INK_WARNING, "nobody was asked yet; v asks the model looked at");
        return;
    }
    if (name[0] == '\0') {
        m->only = (lu_keys_only)((m->only + 1) % LU_KEYS_ONLY);
    } else if (!lu_keys_only_parse(name, &m->only)) {
        lu_app_say(a, LU_INK_WARNING, "all, missed or hit");
        return;
    }
    a->list[LU_SCREEN_KEYS].cursor = 0;
    lu_marks_fit(a);
    lu_app_say(a, LU_INK_TEXT, "%s: %zu of %zu", words[m->only], m->shown, m->bundle.n);
}

static void jump(lu_app *a, const char *number)
{
    char *end;
    size_t key = strtoul(number, &end, 10), n = count(a);

    if (number[0] == '\0') {
        lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, "jump ");
        return;
    }
    for (size_t k = 0; k < n && *end == '\0'; k++) {
        if (a->marks.key[lu_app_row(a, k)] == key) {
            a->list[LU_SCREEN_KEYS].cursor = k;
            return;
        }
    }
    lu_app_say(a, LU_INK_WARNING, "there is no key %s among those shown", number);
}

static void save_pictures(lu_app *a, const char *folder)
{
    size_t key = key_at(a);
    char stem[32];
    lu_pair p;

    if (key == SIZE_MAX) {
        lu_app_say(a, LU_INK_WARNING, "there is no key to write");
        return;
    }
    p = lu_key_pair(a, key);
    snprintf(stem, sizeof stem, "key-%04zu", key);
    if (lu_pictures_save(a, &p, folder, stem)) {
        lu_app_fail(a, LU_ERR_IO);
    } else {
        lu_app_say(a, LU_INK_TEXT, "wrote %s%s%s-original.png, -key.png, -difference-x%d.png",
                   folder, folder[0] ? "/" : "", stem, a->gain);
    }
}

static void move(lu_app *a, int by)
{
    lu_list_move(&a->list[LU_SCREEN_KEYS], by, count(a));
}

static void move_by(lu_app *a, lu_do what)
{
    int row = sheet && a->focus % 2 == 0 ? lu_key_sheet_columns() : 1;

    switch (what) {
    case LU_DO_LEFT: move(a, -1); break;
    case LU_DO_RIGHT: move(a, 1); break;
    case LU_DO_UP: move(a, -row); break;
    default: move(a, row); break;
    }
}

static void open_last(lu_app *a)
{
    char line[LU_LINE_MAX] = "";
    const char *last = a->options.settings ? a->options.settings->bundle : "";

    if (last[0] && !lu_words_add(line, sizeof line, last)) {
        (void)lu_marks_open(a, line);
    }
}

static void detail(lu_app *a)
{
    if (!a->marks.open) {
        open_last(a);
    } else if (sheet) {
        sheet = false;
    } else {
        a->focus++;
    }
}

static bool back(lu_app *a)
{
    if (a->focus % 2 == 0 && !sheet) {
        return false;
    }
    if (a->focus % 2 == 1) {
        a->focus = 0;
    } else {
        sheet = false;
    }
    return true;
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    lu_marks_fit(a);
    if (lu_work_live_mark(a) != NULL && (what == LU_DO_LEFT || what == LU_DO_RIGHT)) {
        lu_key_live_step(what == LU_DO_LEFT ? -1 : 1);
        return true;
    }
    switch (what) {
    case LU_DO_LEFT:
    case LU_DO_RIGHT:
    case LU_DO_UP:
    case LU_DO_DOWN: move_by(a, what); return true;
    case LU_DO_TURN: turn = (turn + 1) % LU_PICTURES; return true;
    case LU_DO_CONTACT:
        sheet = !sheet;
        a->focus = 0;
        return true;
    case LU_DO_ONLY: show_only(a, arguments); return true;
    case LU_DO_JUMP: jump(a, arguments); return true;
    case LU_DO_NEXT: lu_marks_step(a, 1); return true;
    case LU_DO_PREVIOUS: lu_marks_step(a, -1); return true;
    case LU_DO_MODEL: (void)lu_marks_choose(a, arguments); return true;
    case LU_DO_PICTURES: save_pictures(a, arguments); return true;
    case LU_DO_DETAIL: detail(a); return true;
    case LU_DO_BACK: return back(a);
    default: return lu_pictures_command(a, what, arguments);
    }
}

const lu_view lu_view_keys = {draw, rows, row_text, command};
