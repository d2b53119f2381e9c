/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/settings.h"
#include "sessions/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 1 << 20 };

/* --- where --- */

/* $variable/rest when that is absolute, else ~/fallback/rest; "" when neither is known. */
static void place(const char *variable, const char *fallback, const char *rest, char *out)
{
    const char *base = getenv(variable), *home = getenv("HOME");
    int len = 0;

    if (base != NULL && base[0] == '/') {
        len = snprintf(out, LU_PATH_MAX, "%s/%s", base, rest);
    } else if (home != NULL && home[0] == '/') {
        len = snprintf(out, LU_PATH_MAX, "%s/%s/%s", home, fallback, rest);
    }
    if (len <= 0 || len >= LU_PATH_MAX) {
        out[0] = '\0';
    }
}

/* True: the analyst named it, so it has to be there. */
static bool config_path(char *out)
{
    const char *own = getenv("LINEUP_CONFIG");
    bool named = own != NULL && own[0] != '\0';

    if (named) {
        snprintf(out, LU_PATH_MAX, "%s", own);
    } else {
        place("XDG_CONFIG_HOME", ".config", "lineup/config", out);
    }
    return named;
}

/* --- lines --- */

static void push(char **list, size_t *n, size_t most, const char *text)
{
    char *copy = *n < most ? lu_strdup(text) : NULL;

    if (copy != NULL) {
        list[(*n)++] = copy;
    }
}

static bool take_switch(const char *value, bool *out)
{
    *out = strcmp(value, "on") == 0;
    return *out || strcmp(value, "off") == 0;
}

/* What both files may say. */
static bool take_look(lu_settings *s, const char *key, const char *value, bool fixed)
{
    if (strcmp(key, "theme") == 0) {
        s->theme_fixed = fixed;
        return lu_theme_parse(value, &s->theme);
    }
    if (strcmp(key, "glyphs") == 0) {
        s->glyphs_fixed = fixed;
        return lu_glyph_set_parse(value, &s->glyphs);
    }
    if (strcmp(key, "mouse") == 0) {
        s->mouse_fixed = fixed;
        return take_switch(value, &s->mouse);
    }
    return false;
}

static void take_state(lu_settings *s, const char *key, const char *value)
{
    if (strcmp(key, "recent") == 0) {
        push(s->recent, &s->recents, LU_RECENT_MAX, value);
    } else if (strcmp(key, "history") == 0) {
        push(s->history, &s->lines, LU_HISTORY_MAX, value);
    } else if (strcmp(key, "bundle") == 0) {
        snprintf(s->bundle, sizeof s->bundle, "%s", value);
    } else {
        (void)take_look(s, key, value, false);
    }
}

/* Blanks at the end. */
static void trim(char *text)
{
    for (size_t n = strlen(text); n > 0 && strchr(" \t", text[n - 1]); n--) {
        text[n - 1] = '\0';
    }
}

/* "key = value" in place; false for an empty line or a comment. A line without '=' has the value
   "". */
static bool split(char *line, char **key, char **value)
{
    char *equals = strchr(line, '=');

    *key = line + strspn(line, " \t");
    if (**key == '\0' || **key == '#') {
        return false;
    }
    *value = equals ? equals + 1 + strspn(equals + 1, " \t") : line + strlen(line);
    if (equals) {
        *equals = '\0';
    }
    trim(*key);
    trim(*value);
    return true;
}

static lu_err take_lines(lu_settings *s, char *text, const char *path, bool config)
{
    unsigned long number = 0;
    lu_err err = LU_OK;
    char *at = text, *line, *key, *value;

    while (!err && (line = strsep(&at, "\n")) != NULL) {
        number++;
        if (!split(line, &key, &value)) {
            continue;
        }
        if (!config) {
            take_state(s, key, value);
        } else if (!take_look(s, key, value, true)) {
            err = lu_fail(LU_ERR_INPUT, "'%s = %s' is no setting: theme, glyphs or mouse", key,
                          value);
        }
    }
    return lu_within(err, "%s line %lu", path, number);
}

static lu_err take_file(lu_settings *s, const char *path, bool config, bool needed)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = path[0] ? lu_file_read(AT_FDCWD, path, FILE_MAX, &text) : LU_OK;

    if (err) {
        err = needed ? lu_within(err, "LINEUP_CONFIG") : LU_OK;
    } else if (text.len > 0) {
        err = take_lines(s, (char *)text.data, path, config);
    }
    lu_buf_fini(&text);
    return err;
}

lu_err lu_settings_read(lu_settings *s)
{
    char config[LU_PATH_MAX];
    bool named = config_path(config);

    place("XDG_STATE_HOME", ".local/state", "lineup/state", s->path);
    LU_TRY(take_file(s, s->path, false, false));
    return take_file(s, config, true, named);
}

void lu_settings_fini(lu_settings *s)
{
    while (s->recents > 0) {
        free(s->recent[--s->recents]);
    }
    while (s->lines > 0) {
        free(s->history[--s->lines]);
    }
}

/* --- writing --- */

/* The folders above the file. */
static lu_err make_folders(const char *path)
{
    char folder[LU_PATH_MAX];

    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        if (mkdir(folder, 0700) && errno != EEXIST) {
            return lu_fail(LU_ERR_IO, "%s cannot be made: %s", folder, strerror(errno));
        }
    }
    return LU_OK;
}

static lu_err put_lines(lu_buf *out, const char *key, char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        LU_TRY(lu_buf_print(out, "%s = %s\n", key, list[i]));
    }
    return LU_OK;
}

static lu_err render(const lu_settings *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "# written by lineup; a file beside the cases, safe to delete\n"));
    if (!s->theme_fixed) {
        LU_TRY(lu_buf_print(out, "theme = %s\n", lu_theme_name(s->theme)));
    }
    if (!s->glyphs_fixed) {
        LU_TRY(lu_buf_print(out, "glyphs = %s\n", lu_glyph_set_name(s->glyphs)));
    }
    if (!s->mouse_fixed) {
        LU_TRY(lu_buf_print(out, "mouse = %s\n", s->mouse ? "on" : "off"));
    }
    if (s->bundle[0]) {
        LU_TRY(lu_buf_print(out, "bundle = %s\n", s->bundle));
    }
    LU_TRY(put_lines(out, "recent", s->recent, s->recents));
    return put_lines(out, "history", s->history, s->lines);
}

lu_err lu_settings_write(const lu_settings *s)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err;

    if (s->path[0] == '\0') {
        return LU_OK;
    }
    err = make_folders(s->path);
    if (!err) {
        err = render(s, &text);
    }
    if (!err) {
        err = lu_file_replace(AT_FDCWD, s->path, text.data, text.len, 0600);
    }
    lu_buf_fini(&text);
    return lu_within(err, "%s", s->path);
}

/* --- remembering --- */

void lu_settings_opened(lu_settings *s, const char *path)
{
    char *whole = realpath(path, NULL);
    size_t at = 0;

    if (whole == NULL || strchr(whole, '\n') != NULL) {
        free(whole);
        return;
    }
    while (at < s->recents && strcmp(s->recent[at], whole) != 0) {
        at++;
    }
    if (at == s->recents && s->recents < LU_RECENT_MAX) {
        s->recents++;
    } else {
        at = at == s->recents ? at - 1 : at;
        free(s->recent[at]);
    }
    memmove(s->recent + 1, s->recent, at * sizeof *s->recent);
    s->recent[0] = whole;
}

void lu_settings_line(lu_settings *s, const char *line)
{
    if (line[0] == '\0' || strchr(line, '\n') != NULL ||
        (s->lines > 0 && strcmp(s->history[s->lines - 1], line) == 0)) {
        return;
    }
    if (s->lines == LU_HISTORY_MAX) {
        free(s->history[0]);
        memmove(s->history, s->history + 1, --s->lines * sizeof *s->history);
    }
    push(s->history, &s->lines, LU_HISTORY_MAX, line);
}
