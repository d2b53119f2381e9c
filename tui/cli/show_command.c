/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `show`: what is in a case, its report, its pictures. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const parts[] = {"items", "data",    "parameters", "stages", "journal",
                                    "acts",  "methods", "report",     "all"};
enum { PARTS = sizeof parts / sizeof parts[0] };

static lu_err check_part(const lu_args *a, const char *what)
{
    for (size_t i = 0; i < PARTS; i++) {
        if (strcmp(parts[i], what) == 0) {
            return LU_OK;
        }
    }
    return lu_args_fail(
        a,
        "'%s' is not one of items, data, parameters, stages, journal, acts, methods, report, all",
        what);
}

static lu_err report_text(lu_cli *cli, lu_case *c, lu_buf *out)
{
    lu_look look;
    bool other;
    lu_err err;

    LU_TRY(lu_case_look_any(c, false, cli->job, &look, &other));
    err = lu_report_text(c, &look, &look.result, cli->terminal.width, out);
    lu_look_fini(&look);
    return err;
}

static lu_err methods_text(lu_case *c, lu_buf *out)
{
    lu_schemes_ask ask = lu_case_holds(c);

    return lu_schemes_text(&ask, out);
}

static lu_err show_text(lu_cli *cli, lu_case *c, const char *what)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = strcmp(what, "report") == 0    ? report_text(cli, c, &text)
                 : strcmp(what, "methods") == 0 ? methods_text(c, &text)
                                                : lu_case_text(c, what, &text);

    if (!err && text.len > 0) {
        err = lu_cli_print(cli, (char *)text.data);
    }
    lu_buf_fini(&text);
    return err;
}

/* --- pictures --- */

static lu_err open_folder(const char *path, int *dir)
{
    if (mkdir(path, 0755) && errno != EEXIST) {
        return lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno));
    }
    *dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *dir >= 0 ? LU_OK : lu_fail(LU_ERR_IO, "cannot be opened: %s", strerror(errno));
}

static lu_err write_pictures(lu_cli *cli, lu_case *c, int dir, size_t *n)
{
    lu_look look;
    bool other;
    lu_err err;

    LU_TRY(lu_case_look_any(c, false, cli->job, &look, &other));
    err = lu_report_pictures(c, &look, &look.result, dir, cli->job, n);
    lu_look_fini(&look);
    return err;
}

static lu_err pictures(lu_cli *cli, lu_case *c, const char *path)
{
    size_t n = 0;
    int dir = -1;
    lu_err err = open_folder(path, &dir);

    if (!err) {
        err = write_pictures(cli, c, dir, &n);
    }
    if (dir >= 0) {
        close(dir);
    }
    if (!err && n == 0) {
        err = lu_fail(LU_ERR_CANNOT, "there is nothing to draw yet: lineup run %s", c->path);
    }
    if (!err && !cli->json && !cli->quiet) {
        err = lu_buf_print(&cli->out, "wrote %zu picture%s to %s\n", n, n == 1 ? "" : "s", path);
    }
    return lu_within(err, "%s", path);
}

/* The whole case, whatever part is asked for; but for the methods, which are not in it. */
static lu_err show_json(lu_cli *cli, const lu_case *c, const char *what)
{
    lu_schemes_ask ask = lu_case_holds(c);

    return strcmp(what, "methods") == 0 ? lu_schemes_json(&ask, &cli->out)
                                        : lu_case_json(c, &cli->out);
}

lu_err lu_command_show(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    const char *what = a->words > 1 ? a->word[1] : "all", *png = lu_args_text(a, LU_OPTION_PNG);
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(check_part(a, what));
    LU_TRY(lu_case_open(a->word[0], LU_CASE_READ, &c));
    err = png ? pictures(cli, c, png) : LU_OK;
    if (!err && cli->json) {
        err = show_json(cli, c, what);
    } else if (!err && (png == NULL || a->words > 1)) {
        err = show_text(cli, c, what);
    }
    lu_case_close(&c);
    return err;
}
