/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One call of the program: what was asked, how the terminal is, what is to be printed. A command
 * computes through sessions/ and adds to `out`, which reaches standard output only when the command
 * did not fail.
 */
#ifndef LU_TUI_CLI_CLI_H
#define LU_TUI_CLI_CLI_H

#include "sessions/sessions.h"
#include "tui/cli/args.h"
#include "tui/cli/progress.h"
#include "tui/cli/terminal.h"

typedef struct lu_cli {
    lu_args args;
    lu_terminal terminal;
    lu_progress progress;
    const lu_job *job; /* reports to the terminal, stops on a signal */
    bool json, quiet;
    bool inner; /* called from the workbench: no screen, no terminal */
    lu_buf out;
} lu_cli;

/* Opens the case that is the command's first word for writing; --reason and --origin, where given,
   go with what is done to it. */
lu_err lu_cli_case(const lu_cli *cli, lu_case **out);

/* Adds lines of text for people to what is printed, each fit for the terminal and wrapped at its
   width: titles, names and journals are what others wrote. `text` is cut up. */
lu_err lu_cli_print(lu_cli *cli, char *text);

/* Does what argv says. */
lu_err lu_cli_main(int argc, char **argv);

/* Does what argv says inside the workbench: progress goes to `job`, what is printed to `out`. */
lu_err lu_cli_call(int argc, char **argv, const lu_job *job, lu_buf *out);

/* Opens the workbench; NULL: without a case. `first` is a command of its own to begin with, or
   NULL. */
lu_err lu_cli_open(lu_cli *cli, const char *path, const char *first);

/* Is there a terminal, and may the screen be used? */
bool lu_cli_interactive(const lu_cli *cli);

#define LU_COMMAND(id, name, arguments, least, most, options, required, help, more)                \
    lu_err lu_command_##id(lu_cli *cli);
#include "tui/cli/commands.def"
#undef LU_COMMAND

#endif
