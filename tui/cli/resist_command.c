/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lineup lab resist */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"

#include <fcntl.h>
#include <sys/stat.h>

static lu_resist_options options_of(const lu_args *a)
{
    lu_resist_options o = lu_resist_default();

    o.out = lu_args_text(a, LU_OPTION_RESIST_OUT);
    o.data = lu_args_given(a, LU_OPTION_DATA) ? lu_args_text(a, LU_OPTION_DATA) : o.data;
    o.cfg = lu_args_text(a, LU_OPTION_CFG);
    o.samples = (size_t)lu_args_number(a, LU_OPTION_HOW_MANY, (double)o.samples);
    o.keys = (size_t)lu_args_number(a, LU_OPTION_KEYS, (double)o.keys);
    o.epochs = (size_t)lu_args_number(a, LU_OPTION_MARK_EPOCHS, (double)o.epochs);
    o.width = (size_t)lu_args_number(a, LU_OPTION_WIDTH, (double)o.width);
    o.negatives = (size_t)lu_args_number(a, LU_OPTION_CONTROLS, (double)o.negatives);
    o.strengths = (size_t)lu_args_number(a, LU_OPTION_STRENGTHS, (double)o.strengths);
    o.jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0);
    o.seed = (uint64_t)lu_args_number(a, LU_OPTION_SEED, (double)o.seed);
    return o;
}

/* Without --cfg the bundled LeNet-5, put beside what is made of it. */
static lu_err bundled(const char *dir, char **path)
{
    const char *text = lu_cfg_lenet5;
    lu_buf bytes = LU_BUF_INIT;
    lu_err err;

    mkdir(dir, 0755); /* what goes wrong is said by the file */
    *path = lu_format("%s/net.cfg", dir);
    err = *path ? lu_buf_print(&bytes, "%s", text) : LU_ERR_MEMORY;
    err = err ? err : lu_file_save(*path, &bytes);
    lu_buf_fini(&bytes);
    return err;
}

static lu_err show(lu_cli *cli, const lu_resist *r)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err;

    if (cli->json) {
        return lu_resist_json(r, &cli->out);
    }
    err = lu_resist_text(r, &text);
    err = err ? err : lu_buf_add(&cli->out, text.data, text.len);
    lu_buf_fini(&text);
    return err;
}

lu_err lu_command_lab_resist(lu_cli *cli)
{
    lu_resist_options o = options_of(&cli->args);
    char *net = NULL;
    lu_resist *r;
    lu_err err;

    LU_TRY(LU_NEW(r, 1));
    err = o.cfg ? LU_OK : bundled(o.out, &net);
    o.cfg = net ? net : o.cfg;
    err = err ? err : lu_resist_run(&o, cli->job, r);
    err = err ? err : lu_resist_write(r, o.out);
    err = err ? err : show(cli, r);
    free(net);
    free(r);
    return err;
}
