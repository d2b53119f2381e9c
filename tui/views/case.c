/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screen 1: models and samples, what is missing next. */
#include "tui/views/model_look.h"
#include "tui/views/views.h"
#include "tui/views/work_case.h"
#include "tui/views/work_text.h"

#include <stdio.h>
#include <string.h>

/* --- the list: by role, then in the order they came in --- */

static size_t item_rows(const lu_app *a)
{
    return a->c->items;
}

static const lu_item *item_of(const lu_app *a, size_t row)
{
    for (int role = 0; role < LU_ROLES; role++) {
        for (size_t i = 0; i < a->c->items; i++) {
            if ((int)a->c->item[i].role == role && row-- == 0) {
                return &a->c->item[i];
            }
        }
    }
    return NULL;
}

static void item_text(const lu_app *a, size_t row, char *out, size_t size)
{
    const lu_item *m = item_of(a, row);
    char layers[256];

    out[0] = '\0';
    if (m != NULL) {
        lu_work_architecture(&m->info, layers, sizeof layers);
        snprintf(out, size, "%s %s %s %zu %.12s", lu_role_name(m->role), m->name, layers,
                 m->info.parameters, m->weights.sha256.hex);
    }
}

/* --- the table --- */

/* Where columns begin; 0 = not shown. */
typedef struct columns {
    int name, name_width, layers, layers_width, parameters, sha, size;
} columns;

enum { ROLE = 2, ROLE_WIDTH = 8, PARAMETERS_WIDTH = 8, SHA_WIDTH = 12, BYTES_WIDTH = 8 };

static columns columns_of(int width)
{
    columns c = {.name = ROLE + ROLE_WIDTH + 1, .name_width = width < 100 ? 12 : 20};
    int at = width;

    if (width >= 70) {
        at -= BYTES_WIDTH;
        c.size = at;
        at--;
    }
    if (width >= 40) {
        at -= SHA_WIDTH;
        c.sha = at;
        at--;
    }
    if (width >= 70) {
        at -= PARAMETERS_WIDTH;
        c.parameters = at;
        at--;
    }
    c.layers = c.name + c.name_width + 1;
    c.layers_width = at - c.layers;
    return c;
}

static void column(lu_pane row, int x, int width, const char *text, lu_ink ink, lu_align align)
{
    if (x > 0 && width > 0) {
        lu_pane_field(row, x, 0, width, text, ink, align);
    }
}

static void head_row(lu_pane row)
{
    columns c = columns_of(row.width);

    column(row, ROLE, ROLE_WIDTH, "role", LU_INK_HEADER, LU_ALIGN_LEFT);
    column(row, c.name, c.name_width, "name", LU_INK_HEADER, LU_ALIGN_LEFT);
    column(row, c.layers, c.layers_width, "architecture", LU_INK_HEADER, LU_ALIGN_LEFT);
    column(row, c.parameters, PARAMETERS_WIDTH, "params", LU_INK_HEADER, LU_ALIGN_RIGHT);
    column(row, c.sha, SHA_WIDTH, "SHA-256", LU_INK_HEADER, LU_ALIGN_LEFT);
    column(row, c.size, BYTES_WIDTH, "size", LU_INK_HEADER, LU_ALIGN_RIGHT);
}

static bool same_layers(const lu_model_info *a, const lu_model_info *b)
{
    bool same = a->n_layers == b->n_layers;

    for (size_t i = 0; same && i < a->n_layers; i++) {
        same = lu_model_info_same_layer(a, b, (int)i);
    }
    return same;
}

/* What is too long and the same as the victim's is said so. */
static void architecture(const lu_app *a, const lu_item *m, int width, char *out, size_t size)
{
    const lu_item *victim = lu_case_victim(a->c);

    lu_work_architecture(&m->info, out, size);
    if (lu_columns(out) > width && victim != NULL && victim != m &&
        same_layers(&m->info, &victim->info)) {
        snprintf(out, size, "as the victim");
    }
}

static void item_row(lu_app *a, lu_pane row, size_t at)
{
    const lu_item *m = item_of(a, at);
    columns c = columns_of(row.width);
    char text[256], sha[16];

    if (m == NULL) {
        return;
    }
    column(row, ROLE, ROLE_WIDTH, lu_role_name(m->role), lu_role_ink(m->role), LU_ALIGN_LEFT);
    column(row, c.name, c.name_width, m->name, LU_INK_TEXT, LU_ALIGN_LEFT);
    architecture(a, m, c.layers_width, text, sizeof text);
    column(row, c.layers, c.layers_width, text, LU_INK_DIM, LU_ALIGN_LEFT);
    column(row, c.parameters, PARAMETERS_WIDTH, lu_work_count((double)m->info.parameters, text),
           LU_INK_TEXT, LU_ALIGN_RIGHT);
    snprintf(sha, sizeof sha, "%.12s", m->weights.sha256.hex);
    column(row, c.sha, SHA_WIDTH, sha, LU_INK_TEXT, LU_ALIGN_LEFT);
    column(row, c.size, BYTES_WIDTH, lu_work_bytes(m->weights.size, text), LU_INK_TEXT,
           LU_ALIGN_RIGHT);
}

static void draw_models(lu_app *a, lu_pane pane, bool focus)
{
    char filter[LU_FILTER_MAX + 16];
    lu_pane in =
        lu_work_box(a, pane, focus, "Models: %zu%s", a->c->items, lu_work_filter(a, filter));

    head_row(lu_pane_sub(in, 0, 0, in.width, 1));
    if (a->c->items == 0) {
        lu_work_hint(lu_pane_sub(in, ROLE, 1, in.width - ROLE, in.height - 1), 0,
                     "No model yet; `a` adds one.", LU_INK_DIM);
    }
    lu_work_list(a, lu_work_below(in, 1), item_row);
}

/* --- the other panes --- */

static void draw_detail(lu_app *a, lu_pane pane, int page, bool focus)
{
    const lu_item *m = item_of(a, lu_app_cursor(a));
    lu_pane in = m ? lu_work_box(a, pane, focus, "%s %s", lu_role_name(m->role), m->name)
                   : lu_work_box(a, pane, focus, "Model");

    if (m != NULL) {
        lu_work_detail(lu_work_inset(in), m, page);
    }
}

static void draw_next(const lu_app *a, lu_pane pane, bool focus)
{
    lu_work_next(a, lu_work_inset(lu_work_box(a, pane, focus, "Next")));
}

static void draw_facts(const lu_app *a, lu_pane pane)
{
    lu_work_case_facts(a, lu_work_inset(lu_work_box(a, pane, false, "Samples and case")));
}

static int banner(const lu_app *a, lu_pane pane)
{
    lu_pane row = lu_pane_sub(pane, 0, 0, pane.width, 1);
    const char *text = a->c->kind == LU_KIND_DEMO
                           ? " DEMO CASE, not evidence: its models were made by lineup itself"
                           : " TUNING CASE, not evidence: settings are tried out here";

    if (a->c->kind == LU_KIND_EVIDENCE || pane.height < 12) {
        return 0;
    }
    lu_pane_text(row, 0, 0, text, LU_INK_WARNING);
    lu_pane_paint(row, LU_INK_PAPER, LU_ATTR_REVERSE);
    return 1;
}

/* --- layouts; focus 0 is the list, what comes after it are the other panes, then pages of layers
 * --- */

static void draw_one(lu_app *a, lu_pane p)
{
    if (a->focus % 3 == 0) {
        int next = p.height >= 12 ? 4 : 0;
        draw_models(a, lu_pane_sub(p, 0, 0, p.width, p.height - next), true);
        draw_next(a, lu_work_below(p, p.height - next), false);
    } else if (a->focus % 3 == 1) {
        draw_detail(a, p, a->focus / 3, true);
    } else {
        int half = p.height / 2;
        draw_next(a, lu_pane_sub(p, 0, 0, p.width, half), true);
        draw_facts(a, lu_work_below(p, half));
    }
}

static void draw_two(lu_app *a, lu_pane p)
{
    int bottom = p.height >= 16 ? 8 : p.height / 2;
    int top = p.height - bottom, left = p.width * 21 / 40;

    if (a->focus > 0) {
        draw_detail(a, p, a->focus - 1, true);
        return;
    }
    draw_models(a, lu_pane_sub(p, 0, 0, p.width, top), true);
    draw_next(a, lu_pane_sub(p, 0, top, left, bottom), false);
    draw_facts(a, lu_pane_sub(p, left, top, p.width - left, bottom));
}

static void draw_four(lu_app *a, lu_pane p)
{
    int rows = (int)a->c->items + 3;
    int top = rows < 8 ? 8 : rows > p.height / 2 ? p.height / 2 : rows;
    int left = 80, bottom = p.height - top, next = bottom / 2;
    int page = a->focus > 0 ? a->focus - 1 : 0;

    draw_models(a, lu_pane_sub(p, 0, 0, p.width, top), a->focus == 0);
    draw_detail(a, lu_pane_sub(p, 0, top, left, bottom), page, a->focus > 0);
    draw_next(a, lu_pane_sub(p, left, top, p.width - left, next), false);
    draw_facts(a, lu_pane_sub(p, left, top + next, p.width - left, bottom - next));
}

static void draw_large(lu_app *a, lu_pane p)
{
    int bottom = 14, top = p.height - bottom, right = 86, left = p.width - right;
    int page = a->focus > 0 ? a->focus - 1 : 0;

    draw_models(a, lu_pane_sub(p, 0, 0, left, top), a->focus == 0);
    draw_next(a, lu_pane_sub(p, 0, top, left / 2, bottom), false);
    draw_facts(a, lu_pane_sub(p, left / 2, top, left - left / 2, bottom));
    draw_detail(a, lu_pane_sub(p, left, 0, right, p.height), page, a->focus > 0);
}

static void draw(lu_app *a, lu_pane pane)
{
    lu_pane body = lu_work_below(pane, banner(a, pane));

    switch (lu_work_room_of(pane)) {
    case LU_WORK_ONE: draw_one(a, body); break;
    case LU_WORK_TWO: draw_two(a, body); break;
    case LU_WORK_FOUR: draw_four(a, body); break;
    default: draw_large(a, body); break;
    }
}

/* --- commands --- */

/* The prompt comes up with the name of the model under the cursor. */
static bool remove_prompt(lu_app *a)
{
    const lu_item *m = item_of(a, lu_app_cursor(a));
    char line[LU_NAME_MAX + 16];

    if (m == NULL) {
        return false;
    }
    snprintf(line, sizeof line, "remove %s", m->name);
    lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, line);
    lu_app_say(a, LU_INK_WARNING, "Enter takes %s out of the case, Esc leaves it", m->name);
    return true;
}

static bool command(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_REMOVE: return arguments[0] == '\0' && remove_prompt(a);
    case LU_DO_DETAIL: a->focus = 1; return true;
    case LU_DO_BACK:
        if (a->focus == 0) {
            return false;
        }
        a->focus = 0;
        return true;
    case LU_DO_LEFT: a->focus -= a->focus > 0; return true;
    case LU_DO_RIGHT: a->focus++; return true;
    default: return false;
    }
}

const lu_view lu_view_case = {draw, item_rows, item_text, command};
