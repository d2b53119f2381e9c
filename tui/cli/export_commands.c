/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that make a case stand as evidence: anchor, export, verify, key new, key show. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/text.h"

#include <string.h>

enum { PATH_BYTES = 4096 };

static lu_err put_pair(lu_buf *out, const char *before, const char *key, const char *text)
{
    LU_TRY(lu_buf_print(out, "%s\"%s\": ", before, key));
    return lu_text_json(out, text);
}

/* --- anchor --- */

static lu_err report_anchor(lu_cli *cli, uint64_t line, const lu_sha256 *signer)
{
    unsigned long long n = line;

    if (cli->json) {
        LU_TRY(lu_buf_print(&cli->out, "{\"line\": %llu", n));
        LU_TRY(put_pair(&cli->out, ", ", "key", signer->hex));
        return lu_buf_print(&cli->out, ", \"request\": \"anchors/%llu.tsq\"}\n", n);
    }
    if (cli->quiet) {
        return LU_OK;
    }
    LU_TRY(lu_buf_print(&cli->out, "anchored the journal's line %llu, %s%s\n", n,
                        signer->hex[0] ? "signed by key " : "unsigned: there is no key",
                        signer->hex));
    return lu_buf_print(&cli->out, "  time-stamp request: anchors/%llu.tsq\n", n);
}

static lu_err report_stamp(lu_cli *cli, uint64_t line, const char *at)
{
    unsigned long long n = line;

    if (cli->json) {
        LU_TRY(lu_buf_print(&cli->out, "{\"line\": %llu", n));
        LU_TRY(put_pair(&cli->out, ", ", "at", at));
        return lu_buf_print(&cli->out, "}\n");
    }
    return cli->quiet ? LU_OK
                      : lu_buf_print(&cli->out,
                                     "stored the time stamp of line %llu: %s (by whom is checked "
                                     "with verify --tsa-ca)\n",
                                     n, at);
}

static lu_err anchor(lu_cli *cli, lu_case *c)
{
    const lu_args *a = &cli->args;
    lu_sha256 signer;
    uint64_t line;
    char at[32];

    if (lu_args_given(a, LU_OPTION_TSR)) {
        LU_TRY(lu_head_stamp(c, lu_args_text(a, LU_OPTION_TSR), &line, at));
        return report_stamp(cli, line, at);
    }
    LU_TRY(lu_head_anchor(c, lu_args_text(a, LU_OPTION_SIGNER), &line, &signer));
    return report_anchor(cli, line, &signer);
}

lu_err lu_command_anchor(lu_cli *cli)
{
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(lu_cli_case(cli, &c));
    err = anchor(cli, c);
    lu_case_close(&c);
    return err;
}

/* --- export --- */

static lu_err report_export(lu_cli *cli, const lu_case *c, const lu_export_options *o,
                            const lu_export_done *d)
{
    const char *banner = lu_kind_banner(c->kind);

    if (cli->json) {
        LU_TRY(put_pair(&cli->out, "{", "export", o->to));
        LU_TRY(put_pair(&cli->out, ", ", "scope", lu_scope_name(o->scope)));
        LU_TRY(put_pair(&cli->out, ", ", "digest", d->digest.hex));
        LU_TRY(put_pair(&cli->out, ", ", "head", d->head.hex));
        LU_TRY(put_pair(&cli->out, ", ", "signed_by", d->signer.hex));
        LU_TRY(banner ? put_pair(&cli->out, ", ", "banner", banner) : LU_OK);
        return lu_buf_print(&cli->out, ", \"files\": %zu, \"bytes\": %llu}\n", d->files,
                            (unsigned long long)d->bytes);
    }
    LU_TRY(banner ? lu_buf_print(&cli->out, "%s\n", banner) : LU_OK);
    LU_TRY(lu_buf_print(&cli->out, "exported %zu files to %s, scope %s\n", d->files, o->to,
                        lu_scope_name(o->scope)));
    LU_TRY(lu_buf_print(&cli->out, "  digest  %s  (beside it: .sha256)\n", d->digest.hex));
    LU_TRY(lu_buf_print(&cli->out, "  journal %s\n", d->head.hex));
    return d->signer.hex[0] ? lu_buf_print(&cli->out, "  signed by key %s\n", d->signer.hex)
                            : lu_buf_print(&cli->out, "  not signed\n");
}

lu_err lu_command_export(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    const lu_export_options o = {.to = lu_args_text(a, LU_OPTION_TO),
                                 .scope = (lu_scope)lu_args_choice(a, LU_OPTION_SCOPE, 0),
                                 .key = lu_args_text(a, LU_OPTION_SIGNER)};
    lu_export_done done;
    lu_case *c = NULL;
    lu_err err;

    LU_TRY(lu_cli_case(cli, &c));
    err = lu_export(c, &o, cli->job, &done);
    if (!err) {
        err = report_export(cli, c, &o, &done);
    }
    lu_case_close(&c);
    return err;
}

/* --- verify --- */

lu_err lu_command_verify(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    const lu_verify_options o = {
        .recompute = lu_args_given(a, LU_OPTION_RECOMPUTE),
        .jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0),
        .trust = {lu_args_text(a, LU_OPTION_TRUSTED), lu_args_text(a, LU_OPTION_TSA_CA)}};
    lu_verified v;

    LU_TRY(lu_verify(a->word[0], &o, cli->job, &v));
    return cli->json    ? lu_verified_json(&v, &o, &cli->out)
           : cli->quiet ? LU_OK
                        : lu_verified_text(&v, &o, &cli->out);
}

/* --- key --- */

static lu_err report_key(lu_cli *cli, const char *path, const lu_buf *pem,
                         const lu_sha256 *fingerprint)
{
    if (cli->json) {
        LU_TRY(put_pair(&cli->out, "{", "path", path));
        LU_TRY(put_pair(&cli->out, ", ", "fingerprint", fingerprint->hex));
        LU_TRY(put_pair(&cli->out, ", ", "public", (const char *)pem->data));
        return lu_buf_print(&cli->out, "}\n");
    }
    LU_TRY(lu_buf_print(&cli->out, "%s\n%s", path, (const char *)pem->data));
    return lu_buf_print(&cli->out, "fingerprint  %s\n", fingerprint->hex);
}

static lu_err show_key(lu_cli *cli, const char *path)
{
    lu_buf pem = LU_BUF_INIT;
    lu_sha256 fingerprint;
    lu_err err = lu_key_public(path, &pem, &fingerprint);

    if (!err) {
        err = report_key(cli, path, &pem, &fingerprint);
    }
    lu_buf_fini(&pem);
    return err;
}

lu_err lu_command_key_new(lu_cli *cli)
{
    char path[PATH_BYTES];
    lu_sha256 fingerprint;

    LU_TRY(lu_key_path(lu_args_text(&cli->args, LU_OPTION_SIGNER), path, sizeof path));
    LU_TRY(lu_key_new(path, &fingerprint));
    return cli->quiet && !cli->json ? LU_OK : show_key(cli, path);
}

lu_err lu_command_key_show(lu_cli *cli)
{
    char path[PATH_BYTES];

    LU_TRY(lu_key_path(lu_args_text(&cli->args, LU_OPTION_SIGNER), path, sizeof path));
    return show_key(cli, path);
}
