/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of whole zoos: lab zoo, lab table. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/text.h"

#include <stdio.h>
#include <sys/stat.h>

static lu_err open_zoo(const lu_cli *cli, lu_zoo **z)
{
    const lu_args *a = &cli->args;
    const char *samples = lu_args_text(a, LU_OPTION_SAMPLES);

    return lu_zoo_open(a->word[0], samples ? samples : ".", lu_args_text(a, LU_OPTION_ZOO), z);
}

static void say_time(double seconds, char *out, size_t size)
{
    if (seconds < 120) {
        snprintf(out, size, "%.0f s", seconds);
    } else if (seconds < 7200) {
        snprintf(out, size, "%.0f min", seconds / 60);
    } else {
        snprintf(out, size, "%.1f h", seconds / 3600);
    }
}

static lu_err cost_text(const lu_zoo_cost *c, lu_buf *out)
{
    char time[32];

    say_time(c->seconds, time, sizeof time);
    if (c->there == c->models) {
        return lu_buf_print(out, "all %zu models are there\n", c->models);
    }
    return lu_buf_print(out,
                        "%zu models, %zu of them there; %.0f images through a network and back,\n"
                        "%.0f a second and engine: about %s with %zu engines\n",
                        c->models, c->there, c->passes, c->rate, time, c->jobs);
}

static lu_err cost_json(const lu_zoo_cost *c, lu_buf *out)
{
    LU_TRY(
        lu_buf_print(out, "{\"models\": %zu, \"there\": %zu, \"passes\": ", c->models, c->there));
    LU_TRY(lu_text_number(out, c->passes));
    LU_TRY(lu_buf_print(out, ", \"rate\": "));
    LU_TRY(lu_text_number(out, c->rate));
    LU_TRY(lu_buf_print(out, ", \"jobs\": %zu, \"seconds\": ", c->jobs));
    LU_TRY(lu_text_number(out, c->seconds));
    return lu_buf_print(out, "}\n");
}

/* Said before the work begins, on standard error. */
static lu_err announce(const lu_cli *cli, const lu_zoo_cost *cost)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = LU_OK;

    if (!cli->quiet && !cli->inner) {
        err = cost_text(cost, &text);
        fputs(err ? "" : (const char *)text.data, stderr);
    }
    lu_buf_fini(&text);
    return err;
}

static lu_err build(lu_cli *cli, lu_zoo *z)
{
    size_t jobs = (size_t)lu_args_number(&cli->args, LU_OPTION_JOBS, 0);
    lu_zoo_cost cost;

    LU_TRY(lu_zoo_cost_of(z, jobs, cli->job, &cost));
    if (!lu_args_given(&cli->args, LU_OPTION_COST)) {
        LU_TRY(announce(cli, &cost));
        LU_TRY(lu_zoo_build(z, &cost, cli->job));
        cost.there = cost.models;
    }
    if (cli->json) {
        return cost_json(&cost, &cli->out);
    }
    return cli->quiet ? LU_OK : cost_text(&cost, &cli->out);
}

lu_err lu_command_lab_zoo(lu_cli *cli)
{
    lu_zoo *z;
    lu_err err;

    LU_TRY(open_zoo(cli, &z));
    err = build(cli, z);
    lu_zoo_close(&z);
    return err;
}

/* What goes wrong with it is said by the first file. */
static lu_err table_folder(const lu_cli *cli, char **out)
{
    *out = lu_format("%s/table", lu_args_text(&cli->args, LU_OPTION_ZOO));
    if (*out == NULL) {
        return LU_ERR_MEMORY;
    }
    mkdir(*out, 0755);
    return LU_OK;
}

static lu_err write_table(const lu_cli *cli, const lu_study *s)
{
    char *dir;
    lu_err err = table_folder(cli, &dir);

    if (!err) {
        err = lu_study_write(s, dir);
    }
    free(dir);
    return err;
}

static lu_err show_membership(lu_cli *cli, const lu_pooled_study *s)
{
    char *dir;
    lu_err err = table_folder(cli, &dir);

    if (!err) {
        err = lu_pooled_write(s, dir);
    }
    free(dir);
    LU_TRY(err);
    return cli->json ? lu_member_json(&s->report, &cli->out) : lu_pooled_text(s, &cli->out);
}

static lu_err membership(lu_cli *cli, lu_zoo *z)
{
    lu_pooled_study s;
    lu_err err;

    LU_TRY(
        lu_zoo_membership(z, (size_t)lu_args_number(&cli->args, LU_OPTION_JOBS, 0), cli->job, &s));
    err = show_membership(cli, &s);
    lu_pooled_study_fini(&s);
    return err;
}

static lu_err judge(lu_cli *cli, lu_zoo *z)
{
    size_t jobs = (size_t)lu_args_number(&cli->args, LU_OPTION_JOBS, 0);
    lu_result result = {0};
    lu_study study = {0};
    lu_err err;

    LU_TRY(lu_zoo_judge(z, jobs, cli->job, &result));
    err = lu_study_of(lu_zoo_plan_of(z), &result, &study);
    if (!err) {
        err = write_table(cli, &study);
    }
    if (!err) {
        err = cli->json ? lu_study_json(&study, &cli->out)
                        : lu_study_text(&study, cli->terminal.ascii, &cli->out);
    }
    lu_study_fini(&study);
    lu_result_fini(&result);
    return err;
}

lu_err lu_command_lab_table(lu_cli *cli)
{
    lu_zoo *z;
    lu_err err;

    LU_TRY(open_zoo(cli, &z));
    err = lu_args_given(&cli->args, LU_OPTION_POOLED) ? membership(cli, z) : judge(cli, z);
    lu_zoo_close(&z);
    return err;
}
