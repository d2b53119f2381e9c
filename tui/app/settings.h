/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the workbench starts with and what it remembers: two small files of lines "KEY = VALUE".
 *
 * The configuration is the analyst's: $LINEUP_CONFIG, else $XDG_CONFIG_HOME/lineup/config, else
 * ~/.config/lineup/config. It is read, never written. The state is lineup's own:
 * $XDG_STATE_HOME/lineup/state, else ~/.local/state/lineup/state. What the configuration says is
 * not remembered in the state. Folders that are not absolute paths are ignored.
 */
#ifndef LU_TUI_APP_SETTINGS_H
#define LU_TUI_APP_SETTINGS_H

#include "tui/app/prompt.h"
#include "viz/viz.h"

enum { LU_RECENT_MAX = 20, LU_PATH_MAX = 4096 };

typedef struct lu_settings {
    lu_theme theme;
    lu_glyph_set glyphs;
    bool mouse;
    bool theme_fixed, glyphs_fixed, mouse_fixed; /* by configuration or command line */
    size_t recents;
    char *recent[LU_RECENT_MAX]; /* paths of cases, the last opened first; owned */
    size_t lines;
    char *history[LU_HISTORY_MAX]; /* of the palette, the oldest first; owned */
    char bundle[LU_PATH_MAX];      /* of the watermark opened last, or "" */
    char path[LU_PATH_MAX];        /* of the state; "" = nothing is remembered */
} lu_settings;

/* Reads both into a structure that holds the presets. LU_ERR_INPUT names the line of the
   configuration that is wrong, or says why the one that LINEUP_CONFIG names cannot be read; what
   is wrong in the state is passed over. */
lu_err lu_settings_read(lu_settings *s);
void lu_settings_fini(lu_settings *s);

/* Writes the state. */
lu_err lu_settings_write(const lu_settings *s);

/* Moves the case to the front of the recent ones. */
void lu_settings_opened(lu_settings *s, const char *path);

/* Remembers a line of the palette. */
void lu_settings_line(lu_settings *s, const char *line);

#endif
