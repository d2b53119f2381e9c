/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be printed where, and the signals that ask to stop. */
#ifndef LU_TUI_CLI_TERMINAL_H
#define LU_TUI_CLI_TERMINAL_H

#include "core/core.h"

typedef struct lu_terminal {
    bool colour;     /* standard output is a terminal that shows colours, and nobody objects */
    bool colourless; /* somebody objects: --no-color or NO_COLOR */
    bool ascii;      /* no UTF-8 */
    bool screen;     /* standard input and output are a terminal that can be drawn on */
    bool live;       /* standard error is a terminal that a line can be redrawn on */
    size_t width;
} lu_terminal;

void lu_terminal_look(bool no_color, bool ascii, lu_terminal *out);

/* Columns of the terminal at `fd`, else $COLUMNS, else 80. */
size_t lu_terminal_width(int fd);

/* True in a locale whose characters are UTF-8. */
bool lu_terminal_utf8(void);

/* From here on SIGINT, SIGTERM and SIGHUP only set a flag; another one a little later ends the
   program at once. SIGPIPE is ignored: writing says it. */
lu_err lu_signals_catch(void);
bool lu_signals_stop(void);

/* LU_ERR_IO when not all of it could be written. */
lu_err lu_terminal_write(int fd, const void *data, size_t len);

#endif
