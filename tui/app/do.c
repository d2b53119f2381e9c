/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands: found by key or name, run. */
#include "tui/app/internal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

const lu_do_row lu_do_table[LU_DOS] = {
#define LU_DO(id, name, keys, screens, changes, arguments, help)                                   \
    {name, keys, screens, changes, arguments, help},
#include "tui/commands.def"
#undef LU_DO
};

/* --- finding --- */

static bool bound(const char *keys, uint32_t key)
{
    while (*keys) {
        size_t len = strcspn(keys, " ");
        if (lu_key_parse(keys, len) == key) {
            return true;
        }
        keys += len;
        keys += strspn(keys, " ");
    }
    return false;
}

lu_do lu_do_of_key(lu_screen screen, uint32_t key)
{
    for (int i = 0; i < LU_DOS; i++) {
        if ((lu_do_table[i].screens & (1u << screen)) && bound(lu_do_table[i].keys, key)) {
            return (lu_do)i;
        }
    }
    return LU_DOS;
}

lu_do lu_do_of_name(const char *name, size_t len)
{
    lu_do found = LU_DOS;

    for (int i = 0; i < LU_DOS; i++) {
        const char *candidate = lu_do_table[i].name;
        if (strncmp(candidate, name, len) != 0) {
            continue;
        }
        if (candidate[len] == '\0') {
            return (lu_do)i;
        }
        found = found == LU_DOS ? (lu_do)i : LU_DOS + 1;
    }
    return found < LU_DOS ? found : LU_DOS;
}

/* --- arguments --- */

enum { WORDS = 4 };

/* Words of a line into `store`; the last takes the rest when `rest`. */
static size_t split(const char *line, char *store, size_t size, char *words[WORDS])
{
    size_t n = 0;
    char *at = store;

    snprintf(store, size, "%s", line);
    while (*at && n < WORDS) {
        at += strspn(at, " ");
        if (*at == '\0') {
            break;
        }
        words[n++] = at;
        at += strcspn(at, " ");
        if (*at) {
            *at++ = '\0';
        }
    }
    return n;
}

/* A command that needs words it was not given opens the prompt with its name. */
static bool ask_for_words(lu_app *a, lu_do what, const char *arguments)
{
    char line[64];

    if (arguments[0] != '\0') {
        return false;
    }
    snprintf(line, sizeof line, "%s ", lu_do_table[what].name);
    lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, line);
    lu_app_say(a, LU_INK_DIM, "%s %s", lu_do_table[what].name, lu_do_table[what].arguments);
    return true;
}

/* --- changes of the case, and taking them back --- */

void lu_app_remember(lu_app *a, const char *undo, const char *redo)
{
    lu_change *c;

    a->changes -= a->undone;
    a->undone = 0;
    if (a->changes == LU_UNDO_MAX) {
        memmove(a->change, a->change + 1, (LU_UNDO_MAX - 1) * sizeof *a->change);
        a->changes--;
    }
    c = &a->change[a->changes++];
    snprintf(c->undo, sizeof c->undo, "%s", undo);
    snprintf(c->redo, sizeof c->redo, "%s", redo);
}

static void remember_set(lu_app *a, const char *assignment)
{
    size_t len = strcspn(assignment, "=");
    char undo[LU_LINE_MAX], redo[LU_LINE_MAX], value[LU_WORD_MAX];

    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        if (strlen(row->key) == len && strncmp(row->key, assignment, len) == 0) {
            lu_params_text(&a->c->params, row, value);
            snprintf(undo, sizeof undo, "set %s=%s", row->key, value);
            snprintf(redo, sizeof redo, "set %.*s", LU_LINE_MAX - 8, assignment);
            lu_app_remember(a, undo, redo);
        }
    }
}

static lu_err change(lu_app *a, lu_do what, const char *arguments)
{
    static const struct {
        lu_do what;
        lu_act act;
        const char *title;
    } acts[] = {{LU_DO_ADD, lu_act_add, "adding a model"},
                {LU_DO_REMOVE, lu_act_remove, "removing a model"},
                {LU_DO_DATA, lu_act_data, "reading samples in"},
                {LU_DO_SET, lu_act_set, "setting a parameter"},
                {LU_DO_SEAL, lu_act_seal, "sealing the protocol"}};
    char store[LU_LINE_MAX], *words[WORDS];
    size_t n = split(arguments, store, sizeof store, words);

    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        if (acts[i].what == what) {
            return lu_app_act(a, acts[i].title, acts[i].act, words, n);
        }
    }
    return LU_ERR_INTERNAL;
}

static lu_err add(lu_app *a, lu_do what, const char *arguments)
{
    char store[LU_LINE_MAX], *words[WORDS], undo[LU_LINE_MAX], redo[LU_LINE_MAX];

    if (split(arguments, store, sizeof store, words) == WORDS) {
        snprintf(undo, sizeof undo, "remove %s", words[1]);
        snprintf(redo, sizeof redo, "add %.*s", LU_LINE_MAX - 8, arguments);
        lu_app_remember(a, undo, redo);
    }
    return change(a, what, arguments);
}

static lu_err undo(lu_app *a, bool back)
{
    const lu_change *c;
    const char *line;

    if (back ? a->undone == a->changes : a->undone == 0) {
        lu_app_say(a, LU_INK_DIM, back ? "nothing to take back" : "nothing to make again");
        return LU_OK;
    }
    a->undone += back ? 1 : 0;
    c = &a->change[a->changes - a->undone];
    a->undone -= back ? 0 : 1;
    line = back ? c->undo : c->redo;
    return change(a, lu_do_of_name(line, strcspn(line, " ")), line + strcspn(line, " "));
}

static lu_err run(lu_app *a, const char *until)
{
    char jobs[24];
    char *words[3] = {jobs, a->options.reference ? "darknet" : "fast", (char *)(uintptr_t)until};

    snprintf(jobs, sizeof jobs, "%zu", a->options.jobs);
    return lu_app_act(a, "running the stages", lu_act_run, words, until[0] ? 3 : 2);
}

/* --- moving --- */

static void view_text(const void *context, size_t row, char *out, size_t size)
{
    const lu_app *a = context;

    lu_views[a->screen]->row_text(a, row, out, size);
}

static void move(lu_app *a, long by)
{
    const lu_view *v = lu_views[a->screen];
    lu_list *l = a->overlay ? &a->overlay_list : &a->list[a->screen];
    size_t n = a->overlay ? lu_overlay_rows(a)
               : v->rows  ? lu_list_count(l, v->rows(a), v->row_text ? view_text : NULL, a)
                          : 0;

    lu_list_move(l, by, n);
}

static void move_by(lu_app *a, lu_do what)
{
    const lu_list *l = a->overlay ? &a->overlay_list : &a->list[a->screen];
    long page = l->height > 1 ? (long)l->height - 1 : 1;

    switch (what) {
    case LU_DO_UP: move(a, -1); break;
    case LU_DO_DOWN: move(a, 1); break;
    case LU_DO_PAGE_UP: move(a, -page); break;
    case LU_DO_PAGE_DOWN: move(a, page); break;
    case LU_DO_TOP: move(a, LONG_MIN); break;
    default: move(a, LONG_MAX); break;
    }
}

/* --- screens, looks --- */

static void go(lu_app *a, lu_screen s)
{
    a->screen = s;
    a->overlay = LU_OVERLAY_NONE;
    a->focus = 0;
}

static lu_err go_to(lu_app *a, const char *name)
{
    static const char *const names[LU_SCREENS] = {
#define LU_SCREEN_NAME(id, key, name, title, help) name,
        LU_SCREEN_TABLE(LU_SCREEN_NAME)
#undef LU_SCREEN_NAME
    };

    for (int i = 0; i < LU_SCREENS; i++) {
        if (strcmp(name, names[i]) == 0) {
            go(a, (lu_screen)i);
            return LU_OK;
        }
    }
    return lu_app_fail(a, lu_fail(LU_ERR_USAGE, "there is no screen '%s'", name));
}

static lu_err theme(lu_app *a, const char *name)
{
    if (name[0] == '\0') {
        a->options.theme = (lu_theme)((a->options.theme + 1) % LU_THEME_COUNT);
    } else if (!lu_theme_parse(name, &a->options.theme)) {
        return lu_app_fail(a, lu_fail(LU_ERR_USAGE, "there is no theme '%s'", name));
    }
    lu_app_say(a, LU_INK_TEXT, "theme %s", lu_theme_name(a->options.theme));
    return LU_OK;
}

static lu_err glyphs(lu_app *a, const char *name)
{
    if (name[0] == '\0') {
        a->options.glyphs = (lu_glyph_set)((a->options.glyphs + 1) % LU_GLYPHS_COUNT);
    } else if (!lu_glyph_set_parse(name, &a->options.glyphs)) {
        return lu_app_fail(a, lu_fail(LU_ERR_USAGE, "there are no glyphs '%s'", name));
    }
    lu_app_say(a, LU_INK_TEXT, "glyphs %s", lu_glyph_set_name(a->options.glyphs));
    return LU_OK;
}

static lu_err filter(lu_app *a, const char *text)
{
    lu_list *l = &a->list[a->screen];

    if (text[0]) {
        snprintf(l->filter, sizeof l->filter, "%s", text);
    } else {
        lu_prompt_open(&a->prompt, LU_PROMPT_FILTER, l->filter);
    }
    return LU_OK;
}

static void back(lu_app *a)
{
    if (a->overlay != LU_OVERLAY_NONE) {
        a->overlay = LU_OVERLAY_NONE;
    } else if (a->list[a->screen].filter[0]) {
        a->list[a->screen].filter[0] = '\0';
    }
}

static void cancel(lu_app *a)
{
    if (a->overlay != LU_OVERLAY_NONE) {
        back(a);
    } else if (lu_app_busy(a)) {
        lu_jobs_cancel(&a->jobs);
        lu_app_say(a, LU_INK_WARNING, "stopping at the next safe place");
    } else {
        lu_app_say(a, LU_INK_DIM, "nothing is running; q leaves");
    }
}

/* --- running --- */

static bool may_change(lu_app *a, lu_do what)
{
    if (!lu_do_table[what].changes || !a->options.readonly) {
        return true;
    }
    lu_app_say(a, LU_INK_WARNING, "%s is refused: the case is open for reading only",
               lu_do_table[what].name);
    return false;
}

/* What concerns the case. */
static lu_err do_case(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_RUN: return run(a, arguments);
    case LU_DO_ADD: return ask_for_words(a, what, arguments) ? LU_OK : add(a, what, arguments);
    case LU_DO_SET:
        if (ask_for_words(a, what, arguments)) {
            return LU_OK;
        }
        remember_set(a, arguments);
        return change(a, what, arguments);
    case LU_DO_REMOVE:
    case LU_DO_DATA: return ask_for_words(a, what, arguments) ? LU_OK : change(a, what, arguments);
    case LU_DO_SEAL: return change(a, what, arguments);
    case LU_DO_UNDO: return undo(a, true);
    default: return undo(a, false);
    }
}

/* What concerns the screen. */
static lu_err do_screen(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_GOTO: return ask_for_words(a, what, arguments) ? LU_OK : go_to(a, arguments);
    case LU_DO_HELP: lu_overlay_open(a, LU_OVERLAY_HELP); break;
    case LU_DO_JOBS: lu_overlay_open(a, LU_OVERLAY_JOBS); break;
    case LU_DO_JOURNAL: lu_overlay_open(a, LU_OVERLAY_JOURNAL); break;
    case LU_DO_ERROR: lu_overlay_open(a, LU_OVERLAY_ERROR); break;
    case LU_DO_THEME: return theme(a, arguments);
    case LU_DO_GLYPHS: return glyphs(a, arguments);
    case LU_DO_FILTER: return filter(a, arguments);
    case LU_DO_PALETTE: lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, ""); break;
    case LU_DO_BACK: back(a); break;
    case LU_DO_CANCEL: cancel(a); break;
    case LU_DO_PAUSE: lu_jobs_pause(&a->jobs); break;
    case LU_DO_PANE: a->focus++; break;
    case LU_DO_PANE_BACK: a->focus = a->focus > 0 ? a->focus - 1 : 0; break;
    case LU_DO_QUIT: a->quit = true; break;
    case LU_DO_SCREEN:
        return ask_for_words(a, what, arguments) ? LU_OK : lu_app_save_screen(a, arguments);
    default: break;
    }
    return LU_OK;
}

lu_err lu_do_run(lu_app *a, lu_do what, const char *arguments)
{
    const lu_view *v = lu_views[a->screen];

    if (!may_change(a, what)) {
        return LU_ERR_CANNOT;
    }
    if (what == LU_DO_OPEN && a->overlay != LU_OVERLAY_NONE) {
        return lu_overlay_choose(a);
    }
    if (what >= LU_DO_CASE && what <= LU_DO_MEMBERSHIP) {
        go(a, (lu_screen)(what - LU_DO_CASE));
        return LU_OK;
    }
    if (a->overlay == LU_OVERLAY_NONE && v->command && v->command(a, what, arguments)) {
        return LU_OK;
    }
    if (what >= LU_DO_UP && what <= LU_DO_BOTTOM && what != LU_DO_LEFT && what != LU_DO_RIGHT) {
        move_by(a, what);
        return LU_OK;
    }
    if (what >= LU_DO_RUN && what <= LU_DO_SET) {
        return do_case(a, what, arguments);
    }
    return what == LU_DO_UNDO || what == LU_DO_REDO ? do_case(a, what, arguments)
                                                    : do_screen(a, what, arguments);
}
