/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/cli.h"
#include "tui/cli/text.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

enum { MESSAGE_MAX = 2048 };

/* A standard stream that is closed would be the next file opened, and what is printed would go
   there. Each gets /dev/null in the direction nobody uses, so that using it still fails. */
static bool fill_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) {
            return false;
        }
    }
    return true;
}

static int complain(lu_err err)
{
    char what[MESSAGE_MAX], where[MESSAGE_MAX];
    bool ascii = !lu_terminal_utf8();

    lu_text_clean(lu_error_what(), ascii, what, sizeof what);
    lu_text_clean(lu_error_where(), ascii, where, sizeof where);
    if (where[0] != '\0') {
        fprintf(stderr, "lineup: %s (%s)\n", what, where);
    } else {
        fprintf(stderr, "lineup: %s\n", what);
    }
    return lu_err_status(err);
}

int main(int argc, char **argv)
{
    lu_err err;

    if (!fill_standard_streams()) {
        return lu_err_status(LU_ERR_IO);
    }
    setlocale(LC_CTYPE, ""); /* how wide characters are; numbers stay as in "C" */
    err = lu_cli_main(argc, argv);
    return err ? complain(err) : 0;
}
