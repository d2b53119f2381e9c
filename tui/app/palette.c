/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The palette: a line to type a command on, and above it what may come next. */
#include "tui/app/complete.h"
#include "tui/app/internal.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_MAX = 10, NAME_WIDTH = 24 };

static void take(lu_app *a, const lu_candidates *c, size_t row)
{
    lu_complete_take(c, row, a->prompt.text, sizeof a->prompt.text);
    a->prompt.cursor = strlen(a->prompt.text);
    a->chosen = 0;
}

/* Is the line to be run as it is? A chosen candidate is taken first and runs when it is a command;
   a line that names no command becomes the best candidate, to be looked at before it runs. */
static bool finish_word(lu_app *a, const lu_candidates *c)
{
    const char *text = a->prompt.text;
    bool first = c->start == 0, chosen = a->chosen > 0;
    bool unknown = first && text[0] && lu_do_of_name(text, strlen(text)) == LU_DOS;

    if (!chosen && !(unknown && c->n > 0)) {
        return true;
    }
    take(a, c, chosen ? a->chosen - 1 : 0);
    return chosen && first;
}

static void run_line(lu_app *a)
{
    char line[LU_PROMPT_MAX];

    snprintf(line, sizeof line, "%s", a->prompt.text);
    lu_prompt_close(&a->prompt);
    lu_prompt_remember(&a->prompt, line);
    if (a->options.settings) {
        lu_settings_line(a->options.settings, line);
    }
    (void)lu_app_command(a, line);
}

static void move(lu_app *a, const lu_candidates *c, bool down)
{
    size_t most = c->n < ROWS_MAX ? c->n : ROWS_MAX;

    a->chosen = down ? a->chosen + (a->chosen < most) : a->chosen - (a->chosen > 0);
}

void lu_palette_key(lu_app *a, lu_key key)
{
    lu_candidates *c;
    lu_prompt_event event;

    if (LU_NEW(c, 1)) {
        lu_app_fail(a, LU_ERR_MEMORY);
        return;
    }
    lu_complete(a, a->prompt.text, c);
    if (key.code == LU_KEY_UP && a->chosen > 0) {
        move(a, c, false);
        free(c);
        return;
    }
    event = lu_prompt_key(&a->prompt, key);
    if (event == LU_PROMPT_LEFT) {
        lu_prompt_close(&a->prompt);
        a->chosen = 0;
    } else if (event == LU_PROMPT_COMPLETE && a->chosen > 0) {
        take(a, c, a->chosen - 1);
    } else if (event == LU_PROMPT_COMPLETE) {
        (void)lu_complete_line(c, a->prompt.text, sizeof a->prompt.text);
        a->prompt.cursor = strlen(a->prompt.text);
    } else if (event == LU_PROMPT_DOWN) {
        move(a, c, true);
    } else if (event == LU_PROMPT_CHANGED) {
        a->chosen = 0;
    } else if (event == LU_PROMPT_DONE && finish_word(a, c)) {
        a->chosen = 0;
        run_line(a);
    }
    free(c);
}

static void draw_row(lu_pane row, const lu_candidate *c, bool chosen)
{
    int width = lu_columns(c->text) > NAME_WIDTH - 2 ? lu_columns(c->text) + 2 : NAME_WIDTH;

    lu_pane_field(row, 2, 0, width - 1, c->text, LU_INK_KEY, LU_ALIGN_LEFT);
    lu_pane_field(row, 2 + width, 0, row.width - width - 3, c->note, LU_INK_TEXT, LU_ALIGN_LEFT);
    if (chosen) {
        lu_pane_text(row, 0, 0, "\xe2\x96\x8c", LU_INK_FOCUS);
        lu_pane_paint(row, LU_INK_PAPER, LU_ATTR_REVERSE);
    }
}

void lu_palette_draw(lu_app *a, lu_pane body)
{
    lu_candidates *c;
    size_t rows;
    lu_pane box;

    if (a->prompt.kind != LU_PROMPT_COMMAND || LU_NEW(c, 1)) {
        return;
    }
    lu_complete(a, a->prompt.text, c);
    rows = c->n < ROWS_MAX ? c->n : ROWS_MAX;
    if (rows > 0) {
        box = lu_pane_sub(body, 0, body.height - (int)rows - 2, body.width, (int)rows + 2);
        lu_pane_fill(box, ' ', LU_INK_TEXT);
        lu_pane_paint(box, LU_INK_PAPER, 0);
        box = lu_pane_box(box,
                          c->n > rows ? "Tab completes, Down chooses; there are more"
                                      : "Tab completes, Down chooses",
                          LU_INK_FOCUS, a->options.glyphs);
        for (size_t i = 0; i < rows; i++) {
            draw_row(lu_pane_sub(box, 0, (int)i, box.width, 1), &c->row[i], i + 1 == a->chosen);
        }
    }
    free(c);
}
