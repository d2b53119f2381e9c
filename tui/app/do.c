/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands: run. */
#include "tui/app/internal.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

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

/* What concerns the case: the command's line is the change's. */
static lu_err change(lu_app *a, lu_do what, const char *arguments)
{
    bool alone = what == LU_DO_RUN || what == LU_DO_INFER || what == LU_DO_SEAL;
    char line[LU_LINE_MAX];

    if (!alone && ask_for_words(a, what, arguments)) {
        return LU_OK;
    }
    snprintf(line, sizeof line, "%s %s", lu_do_table[what].name, arguments);
    return lu_app_change(a, line, LU_WAY_NEW);
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
    lu_list *l = lu_app_list(a);
    size_t n = a->overlay ? lu_overlay_rows(a)
               : v->rows  ? lu_list_count(l, v->rows(a), v->row_text ? view_text : NULL, a)
                          : 0;

    lu_list_move(l, by, n);
}

static void move_by(lu_app *a, lu_do what)
{
    const lu_list *l = lu_app_list(a);
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
    if (!lu_app_has_case(a) && s != LU_SCREEN_CASES && s != LU_SCREEN_METHODS &&
        s != LU_SCREEN_LAB) {
        lu_app_say(a, LU_INK_WARNING, "no case is open; Enter opens one, a makes one");
        return;
    }
    if (s == LU_SCREEN_CASES) {
        lu_app_find_cases(a);
    }
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
    if (a->options.settings) {
        a->options.settings->theme = a->options.theme;
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
    if (a->options.settings) {
        a->options.settings->glyphs = a->options.glyphs;
    }
    lu_app_say(a, LU_INK_TEXT, "glyphs %s", lu_glyph_set_name(a->options.glyphs));
    return LU_OK;
}

static void mouse(lu_app *a)
{
    a->options.mouse = !a->options.mouse;
    lu_app_say(a, LU_INK_TEXT,
               a->options.mouse ? "mouse on" : "mouse off: the terminal selects text");
    if (a->options.settings) {
        a->options.settings->mouse = a->options.mouse;
    }
}

static lu_err open_case(lu_app *a, const char *arguments)
{
    lu_words w;
    lu_err err = lu_words_of(arguments, &w);

    if (err) {
        return lu_app_fail(a, err);
    }
    err = lu_app_open(a, w.word[0]);
    lu_words_fini(&w);
    return err;
}

static lu_err make(lu_app *a, lu_do what, const char *arguments)
{
    char line[LU_LINE_MAX];

    snprintf(line, sizeof line, "%s %s", lu_do_table[what].name, arguments);
    return lu_app_make(a, line);
}

static lu_err shell(lu_app *a, const char *arguments)
{
    char line[LU_LINE_MAX];

    snprintf(line, sizeof line, "lineup %s", arguments);
    return lu_app_shell(a, line);
}

/* The command line's own way. */
static lu_err figures(lu_app *a, const char *arguments)
{
    char line[LU_LINE_MAX] = "lineup show";

    if (lu_words_add(line, sizeof line, a->path) || lu_words_add(line, sizeof line, "--png")) {
        return lu_app_fail(a, LU_ERR_USAGE);
    }
    snprintf(line + strlen(line), sizeof line - strlen(line), " %s", arguments);
    return lu_app_shell(a, line);
}

static lu_err filter(lu_app *a, const char *text)
{
    lu_list *l = lu_app_list(a);

    if (text[0]) {
        snprintf(l->filter, sizeof l->filter, "%s", text);
    } else {
        lu_prompt_open(&a->prompt, LU_PROMPT_FILTER, l->filter);
    }
    return LU_OK;
}

static void back(lu_app *a)
{
    if (a->overlay != LU_OVERLAY_NONE && a->overlay != LU_OVERLAY_HELP &&
        a->overlay_list.filter[0]) {
        a->overlay_list.filter[0] = '\0';
    } else if (a->overlay != LU_OVERLAY_NONE) {
        a->overlay = LU_OVERLAY_NONE;
    } else if (a->list[a->screen].filter[0]) {
        a->list[a->screen].filter[0] = '\0';
    }
}

static void cancel(lu_app *a)
{
    if (a->overlay == LU_OVERLAY_JOBS) {
        lu_overlay_cancel(a);
    } else if (a->overlay != LU_OVERLAY_NONE) {
        back(a);
    } else if (lu_app_busy(a)) {
        lu_jobs_cancel(&a->jobs);
        lu_app_say(a, LU_INK_WARNING, "stopping at the next safe place");
    } else {
        lu_app_say(a, LU_INK_DIM, "nothing is running; q leaves");
    }
}

static void pause_job(lu_app *a)
{
    if (lu_jobs_working(&a->jobs)) {
        lu_jobs_pause(&a->jobs);
    } else {
        lu_app_say(a, LU_INK_DIM, "nothing is running that could wait");
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

/* Nobody took the command: it belongs to another screen, or does nothing here. */
static lu_err elsewhere(lu_app *a, lu_do what)
{
    const lu_do_row *row = &lu_do_table[what];

    for (int i = 0; i < LU_SCREENS && !(row->screens & 1u << a->screen); i++) {
        if (row->screens & 1u << i) {
            return lu_app_fail(a,
                               lu_fail(LU_ERR_CANNOT, "%s is done on screen %c %s", row->name,
                                       lu_screen_key((lu_screen)i), lu_screen_title((lu_screen)i)));
        }
    }
    return LU_OK;
}

/* What concerns the lab. */
static lu_err do_lab(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_ZOO:
        if (arguments[0] == '\0' && a->zoo.zoo == NULL) {
            return ask_for_words(a, what, arguments) ? LU_OK : LU_ERR_USAGE;
        }
        if (arguments[0] == '\0') {
            lu_zoo_desk_turn(a);
        }
        go(a, LU_SCREEN_LAB);
        return arguments[0] ? lu_zoo_desk_open(a, arguments) : LU_OK;
    case LU_DO_BUILD: return a->zoo.shown ? lu_zoo_desk_build(a) : lu_lab_start(a);
    case LU_DO_TAKE: return lu_lab_take(a);
    case LU_DO_TABLE: return lu_zoo_desk_judge(a);
    default: return elsewhere(a, what);
    }
}

/* What concerns a watermark. */
static lu_err do_mark(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_VERIFY: return lu_marks_verify(a, arguments);
    case LU_DO_KEEP: return lu_marks_keep(a);
    case LU_DO_COMMIT: return lu_marks_commit(a);
    case LU_DO_EMBED:
        return ask_for_words(a, what, arguments) ? LU_OK : lu_marks_embed(a, arguments);
    case LU_DO_SHEET:
        return ask_for_words(a, what, arguments) ? LU_OK : lu_marks_sheet(a, arguments);
    default: return do_lab(a, what, arguments);
    }
}

/* What concerns the screen. */
static lu_err do_screen(lu_app *a, lu_do what, const char *arguments)
{
    switch (what) {
    case LU_DO_GOTO: return ask_for_words(a, what, arguments) ? LU_OK : go_to(a, arguments);
    case LU_DO_OPEN: return ask_for_words(a, what, arguments) ? LU_OK : open_case(a, arguments);
    case LU_DO_MAKE:
        lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, "new ");
        lu_app_say(a, LU_INK_DIM, "new %s", lu_do_table[LU_DO_NEW].arguments);
        break;
    case LU_DO_BUNDLE:
        lu_prompt_open(&a->prompt, LU_PROMPT_COMMAND, "keys ");
        lu_app_say(a, LU_INK_DIM, "keys %s", lu_do_table[LU_DO_KEYS].arguments);
        break;
    case LU_DO_NEW: return ask_for_words(a, what, arguments) ? LU_OK : make(a, what, arguments);
    case LU_DO_COPY: return ask_for_words(a, what, arguments) ? LU_OK : make(a, what, arguments);
    case LU_DO_DEMO: return make(a, what, arguments);
    case LU_DO_LINEUP: return ask_for_words(a, what, arguments) ? LU_OK : shell(a, arguments);
    case LU_DO_FIGURES: return ask_for_words(a, what, arguments) ? LU_OK : figures(a, arguments);
    case LU_DO_TOUR: lu_tour_open(a); break;
    case LU_DO_MOUSE: mouse(a); break;
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
    case LU_DO_UNDO: return lu_app_undo(a);
    case LU_DO_REDO: return lu_app_redo(a);
    case LU_DO_PAUSE: pause_job(a); break;
    case LU_DO_PANE: a->focus++; break;
    case LU_DO_PANE_BACK: a->focus = a->focus > 0 ? a->focus - 1 : 0; break;
    case LU_DO_QUIT: a->quit = true; break;
    case LU_DO_SCREEN:
        return ask_for_words(a, what, arguments) ? LU_OK : lu_app_save_screen(a, arguments);
    default: return do_mark(a, what, arguments);
    }
    return LU_OK;
}

/* What a screen was asked to show. */
static lu_err open_there(lu_app *a, lu_do what, const char *arguments)
{
    if (what == LU_DO_LAB) {
        return lu_lab_show(a, arguments);
    }
    return what == LU_DO_KEYS && arguments[0] && a->screen == LU_SCREEN_KEYS
               ? lu_marks_open(a, arguments)
               : LU_OK;
}

lu_err lu_do_run(lu_app *a, lu_do what, const char *arguments)
{
    const lu_view *v = lu_views[a->screen];

    if (!may_change(a, what)) {
        return LU_ERR_CANNOT;
    }
    if (a->overlay == LU_OVERLAY_TOUR && lu_tour_key(a, what)) {
        return LU_OK;
    }
    if (what == LU_DO_DETAIL && a->overlay != LU_OVERLAY_NONE) {
        return lu_overlay_choose(a);
    }
    if (what >= LU_DO_CASE && what <= LU_DO_LAB) {
        go(a, (lu_screen)(what - LU_DO_CASE));
        return open_there(a, what, arguments);
    }
    if (a->overlay == LU_OVERLAY_NONE && v->command && v->command(a, what, arguments)) {
        return LU_OK;
    }
    if (what >= LU_DO_UP && what <= LU_DO_BOTTOM && what != LU_DO_LEFT && what != LU_DO_RIGHT) {
        move_by(a, what);
        return LU_OK;
    }
    if (what >= LU_DO_RUN && what <= LU_DO_SET) {
        return change(a, what, arguments);
    }
    return do_screen(a, what, arguments);
}
