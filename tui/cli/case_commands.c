/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that change a case: new, data, add, remove, seal. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/text.h"

#include <string.h>

/* A line for people unless --quiet; nothing with --json. Adds to the output. */
#define SAY(cli, ...) ((cli)->json || (cli)->quiet ? LU_OK : lu_buf_print(&(cli)->out, __VA_ARGS__))

/* "key": "text", with what stands before it. */
static lu_err put_text(lu_buf *out, const char *before, const char *key, const char *text)
{
    LU_TRY(lu_buf_print(out, "%s\"%s\": ", before, key));
    return lu_text_json(out, text);
}

static lu_err put_shape(lu_buf *out, lu_shape s, size_t classes)
{
    return lu_buf_print(out, ", \"shape\": [%zu, %zu, %zu], \"classes\": %zu", s.h, s.w, s.c,
                        classes);
}

/* --- new --- */

static lu_err report_new(lu_cli *cli, const lu_case *c)
{
    if (!cli->json) {
        return SAY(cli, "made %s, a case of kind %s\n", cli->args.word[0], lu_kind_name(c->kind));
    }
    LU_TRY(put_text(&cli->out, "{", "case", cli->args.word[0]));
    LU_TRY(put_text(&cli->out, ", ", "kind", lu_kind_name(c->kind)));
    LU_TRY(put_text(&cli->out, ", ", "title", c->title));
    LU_TRY(put_text(&cli->out, ", ", "examiner", c->examiner));
    return lu_buf_print(&cli->out, "}\n");
}

/* An empty case, or one with what another holds. */
static lu_err make_case(lu_cli *cli, lu_case_kind kind, lu_case **out)
{
    const lu_args *a = &cli->args;
    const char *from = lu_args_text(a, LU_OPTION_FROM), *title = lu_args_text(a, LU_OPTION_TITLE),
               *examiner = lu_args_text(a, LU_OPTION_EXAMINER);
    lu_case *source;
    lu_err err;

    if (from == NULL) {
        return lu_case_new(a->word[0], kind, title, examiner, out);
    }
    LU_TRY(lu_case_open(from, LU_CASE_WRITE, &source));
    err = lu_case_copy(source, a->word[0], kind, title, examiner, cli->job, out);
    lu_case_close(&source);
    return err;
}

lu_err lu_command_new(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_case_kind kind = LU_KIND_EVIDENCE;
    lu_case *c = NULL;
    lu_err err;

    if (!lu_kind_parse(lu_args_text(a, LU_OPTION_KIND), &kind)) {
        return lu_args_fail(a, "unknown kind of case");
    }
    err = make_case(cli, kind, &c);
    if (!err) {
        err = report_new(cli, c);
    }
    lu_case_close(&c);
    return err;
}

/* --- data --- */

static lu_err report_data(lu_cli *cli, const char *name, const lu_dataset *d)
{
    if (!cli->json) {
        return SAY(cli, "%s samples: %zu of %zux%zux%zu, %zu classes\n  sha256 %s\n", name, d->n,
                   d->shape.h, d->shape.w, d->shape.c, d->classes, d->digest.hex);
    }
    LU_TRY(put_text(&cli->out, "{", "set", name));
    LU_TRY(put_text(&cli->out, ", ", "spec", d->spec));
    LU_TRY(lu_buf_print(&cli->out, ", \"n\": %zu", d->n));
    LU_TRY(put_shape(&cli->out, d->shape, d->classes));
    return lu_buf_print(&cli->out, ", \"sha256\": \"%s\"}\n", d->digest.hex);
}

lu_err lu_command_data(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_set set = LU_SET_TRAIN;
    lu_case *c = NULL;
    lu_err err;

    if (!lu_set_parse(a->word[1], &set)) {
        return lu_args_fail(a, "'%s' is not one of train, test, seeds", a->word[1]);
    }
    LU_TRY(lu_cli_case(cli, &c));
    err = lu_case_data(c, set, a->word[2], cli->job);
    if (!err) {
        err = report_data(cli, a->word[1], &c->set[set]);
    }
    lu_case_close(&c);
    return err;
}

/* --- add --- */

static lu_err report_add(lu_cli *cli, const lu_item *item)
{
    const lu_model_info *m = &item->info;

    if (!cli->json) {
        return SAY(cli,
                   "%s %s: %zux%zux%zu to %zu classes, %zu layers, %zu parameters\n"
                   "  sha256 %s\n",
                   lu_role_name(item->role), item->name, m->input.h, m->input.w, m->input.c,
                   m->classes, m->n_layers, m->parameters, item->weights.sha256.hex);
    }
    LU_TRY(put_text(&cli->out, "{", "name", item->name));
    LU_TRY(put_text(&cli->out, ", ", "role", lu_role_name(item->role)));
    LU_TRY(put_shape(&cli->out, m->input, m->classes));
    return lu_buf_print(&cli->out,
                        ", \"layers\": %zu, \"parameters\": %zu, \"cfg_sha256\": \"%s\", "
                        "\"sha256\": \"%s\"}\n",
                        m->n_layers, m->parameters, item->cfg.sha256.hex, item->weights.sha256.hex);
}

lu_err lu_command_add(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    const lu_item *item;
    lu_role role = LU_ROLE_SUSPECT;
    lu_case *c = NULL;
    lu_err err;

    if (!lu_role_parse(a->word[1], &role)) {
        return lu_args_fail(a, "'%s' is not one of victim, suspect, negative, positive",
                            a->word[1]);
    }
    LU_TRY(lu_cli_case(cli, &c));
    err = lu_case_add(c, role, a->word[2], lu_args_text(a, LU_OPTION_CFG),
                      lu_args_text(a, LU_OPTION_WEIGHTS));
    if (!err) {
        item = lu_case_find(c, a->word[2]);
        err = item ? report_add(cli, item)
                   : lu_fail(LU_ERR_INTERNAL, "%s was added and is not there", a->word[2]);
    }
    lu_case_close(&c);
    return err;
}

/* --- remove --- */

static lu_err report_removal(lu_cli *cli)
{
    if (!cli->json) {
        return SAY(cli, "removed %s\n", cli->args.word[1]);
    }
    LU_TRY(put_text(&cli->out, "{", "case", cli->args.word[0]));
    LU_TRY(put_text(&cli->out, ", ", "removed", cli->args.word[1]));
    return lu_buf_print(&cli->out, "}\n");
}

lu_err lu_command_remove(lu_cli *cli)
{
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(lu_cli_case(cli, &c));
    err = lu_case_remove(c, cli->args.word[1]);
    if (!err) {
        err = report_removal(cli);
    }
    lu_case_close(&c);
    return err;
}

/* --- seal --- */

static lu_err report_seal(lu_cli *cli, const lu_case *c)
{
    if (!cli->json) {
        return SAY(cli, "sealed %s\n  protocol %s\n", c->sealed_at, c->protocol.hex);
    }
    LU_TRY(put_text(&cli->out, "{", "case", cli->args.word[0]));
    LU_TRY(put_text(&cli->out, ", ", "sealed", c->sealed_at));
    return lu_buf_print(&cli->out, ", \"protocol\": \"%s\"}\n", c->protocol.hex);
}

lu_err lu_command_seal(lu_cli *cli)
{
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(lu_cli_case(cli, &c));
    err = lu_case_seal(c);
    if (!err) {
        err = report_seal(cli, c);
    }
    lu_case_close(&c);
    return err;
}
