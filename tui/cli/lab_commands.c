/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that make models of known origin, one by one. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EPOCH_LAST = 1000000 };

/* "EPOCH:FACTOR" */
static lu_err parse_drop(const lu_args *a, const char *text, size_t *epoch, double *factor)
{
    size_t len = strcspn(text, ":");
    double number = 0;
    char word[8] = "";

    if (len < sizeof word) {
        memcpy(word, text, len);
    }
    if (text[len] != ':' || !lu_args_parse_whole(word, EPOCH_LAST, &number) || number < 1 ||
        !lu_args_parse_number(text + len + 1, factor)) {
        return lu_args_fail(a, "--drop %s is not EPOCH:FACTOR with a whole number EPOCH from 1 on",
                            text);
    }
    *epoch = (size_t)number;
    return LU_OK;
}

static lu_err take_drops(const lu_args *a, lu_recipe *r)
{
    const char *text;

    for (size_t i = 0; (text = lu_args_item(a, LU_OPTION_DROP, i)) != NULL; i++) {
        if (i == LU_RECIPE_DROPS) {
            return lu_args_fail(a, "--drop is given more than %d times", LU_RECIPE_DROPS);
        }
        LU_TRY(parse_drop(a, text, &r->drop_epoch[i], &r->drop_factor[i]));
    }
    return LU_OK;
}

static lu_err take_settings(const lu_args *a, lu_recipe *r)
{
    const char *text;

    for (size_t i = 0; (text = lu_args_item(a, LU_OPTION_RECIPE_SET, i)) != NULL; i++) {
        LU_TRY(lu_recipe_set(r, text));
    }
    return LU_OK;
}

/* The recipe's own numbers where no option changes them. */
static lu_err take_recipe(const lu_args *a, lu_recipe *r)
{
    r->epochs = (size_t)lu_args_number(a, LU_OPTION_EPOCHS, (double)r->epochs);
    r->batch = (size_t)lu_args_number(a, LU_OPTION_BATCH, (double)r->batch);
    r->learning_rate = lu_args_number(a, LU_OPTION_RATE, r->learning_rate);
    r->optimiser = (lu_optimiser)lu_args_choice(a, LU_OPTION_OPTIMISER, r->optimiser);
    r->momentum = lu_args_number(a, LU_OPTION_MOMENTUM, r->momentum);
    r->decay = lu_args_number(a, LU_OPTION_DECAY, r->decay);
    r->shift = lu_args_number(a, LU_OPTION_SHIFT, r->shift);
    r->rotate = lu_args_number(a, LU_OPTION_ROTATE, r->rotate);
    r->flip = r->flip || lu_args_given(a, LU_OPTION_FLIP);
    if (lu_args_given(a, LU_OPTION_MOMENTUM) && r->optimiser != LU_SGD) {
        return lu_args_fail(a, "--momentum goes with --optimiser sgd");
    }
    LU_TRY(take_drops(a, r));
    LU_TRY(take_settings(a, r));
    return lu_recipe_check(r);
}

/* "FT-LL", "P-0.3" */
static void name_recipe(lu_recipe_kind kind, const lu_recipe *r, char *out, size_t size)
{
    if (kind == LU_RECIPE_PRUNE) {
        snprintf(out, size, "%s-%g", lu_recipe_name(kind), r->prune);
    } else {
        snprintf(out, size, "%s", lu_recipe_name(kind));
    }
}

static lu_err print_made(const char *name, const lu_lab_options *o, const lu_lab_result *made,
                         lu_buf *out)
{
    const lu_recipe *r = &o->recipe;
    const char *ours = lu_methods[r->kind]->ours;

    LU_TRY(lu_buf_print(out, "wrote %s\n", o->out));
    LU_TRY(lu_buf_print(out, "  recipe        %s, seed %llu\n", name, (unsigned long long)r->seed));
    if (ours[0] != '\0') {
        LU_TRY(lu_buf_print(out, "  of our own    %s\n", ours));
    }
    if (made->queries) {
        LU_TRY(lu_buf_print(out, "  queries       %zu, rounds %zu\n", made->queries, r->rounds));
    }
    if (!isnan(made->loss)) {
        LU_TRY(lu_buf_print(out, "  samples       %zu, epochs %zu, batch %zu\n", made->samples,
                            r->epochs, r->batch));
        LU_TRY(lu_buf_print(out, "  loss          %.6f   last epoch\n", made->loss));
        LU_TRY(lu_buf_print(out, "  accuracy      %.4f   last epoch, while training\n",
                            made->accuracy));
    }
    if (!isnan(made->test_accuracy)) {
        LU_TRY(lu_buf_print(out, "  test accuracy %.4f\n", made->test_accuracy));
    }
    return lu_buf_print(out, "  sha256        %s\n", made->sha256.hex);
}

static lu_err print_json(const char *name, const lu_lab_options *o, const lu_lab_result *made,
                         lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "{\"recipe\": \"%s\", \"out\": ", name));
    LU_TRY(lu_text_json(out, o->out));
    LU_TRY(
        lu_buf_print(out,
                     ", \"sha256\": \"%s\", \"samples\": %zu, \"queries\": %zu, \"epochs\": %zu, "
                     "\"seed\": %llu, \"loss\": ",
                     made->sha256.hex, made->samples, made->queries, o->recipe.epochs,
                     (unsigned long long)o->recipe.seed));
    LU_TRY(lu_text_number(out, made->loss));
    LU_TRY(lu_buf_print(out, ", \"accuracy\": "));
    LU_TRY(lu_text_number(out, made->accuracy));
    LU_TRY(lu_buf_print(out, ", \"test_accuracy\": "));
    LU_TRY(lu_text_number(out, made->test_accuracy));
    return lu_buf_print(out, "}\n");
}

static lu_err make(lu_cli *cli, lu_recipe_kind kind, double prune)
{
    const lu_args *a = &cli->args;
    lu_params preset;
    lu_lab_options o = {
        .cfg = lu_args_text(a, LU_OPTION_CFG),
        .parent = lu_args_text(a, LU_OPTION_PARENT),
        .parent_cfg = lu_args_text(a, LU_OPTION_VICTIM_CFG),
        .data = lu_args_text(a, LU_OPTION_DATA),
        .test = lu_args_text(a, LU_OPTION_TEST),
        .out = lu_args_text(a, LU_OPTION_OUT),
    };
    lu_lab_result made = {0};
    char name[32];

    LU_TRY(lu_args_spare(a, LU_OPTION_OUT, o.cfg));
    LU_TRY(lu_args_spare(a, LU_OPTION_OUT, o.parent));
    LU_TRY(lu_args_spare(a, LU_OPTION_OUT, o.parent_cfg));
    lu_params_default(&preset);
    o.recipe = lu_recipe_of(kind, prune, (uint64_t)lu_args_number(a, LU_OPTION_SEED, preset.seed));
    LU_TRY(take_recipe(a, &o.recipe));
    name_recipe(kind, &o.recipe, name, sizeof name);
    LU_TRY(lu_lab_make(&o, cli->job, &made));
    if (cli->json) {
        return print_json(name, &o, &made, &cli->out);
    }
    return cli->quiet ? LU_OK : print_made(name, &o, &made, &cli->out);
}

lu_err lu_command_lab_train(lu_cli *cli)
{
    return make(cli, LU_RECIPE_TRAIN, 0);
}

/* Exactly one of these switches: its recipe. */
typedef struct variant {
    lu_option_id option;
    lu_recipe_kind kind;
} variant;

static lu_err choose(const lu_args *a, const variant *v, size_t n, lu_recipe_kind *kind)
{
    size_t given = 0;

    for (size_t i = 0; i < n; i++) {
        if (lu_args_given(a, v[i].option)) {
            *kind = v[i].kind;
            given++;
        }
    }
    return given == 1 ? LU_OK
                      : lu_args_fail(a, "%s of %s is needed", given ? "only one" : "one",
                                     a->command->arguments);
}

static lu_err make_one_of(lu_cli *cli, const variant *v, size_t n)
{
    lu_recipe_kind kind = LU_RECIPE_TRAIN;

    LU_TRY(choose(&cli->args, v, n, &kind));
    return make(cli, kind, 0);
}

lu_err lu_command_lab_finetune(lu_cli *cli)
{
    static const variant v[] = {{LU_OPTION_LAST, LU_RECIPE_FT_LL},
                                {LU_OPTION_ALL, LU_RECIPE_FT_AL}};

    return make_one_of(cli, v, sizeof v / sizeof *v);
}

lu_err lu_command_lab_extract(lu_cli *cli)
{
    static const variant v[] = {{LU_OPTION_JBA, LU_RECIPE_JBA},
                                {LU_OPTION_KNOCKOFF, LU_RECIPE_KNOCKOFF},
                                {LU_OPTION_ES, LU_RECIPE_ES}};

    return make_one_of(cli, v, sizeof v / sizeof *v);
}

lu_err lu_command_lab_adapt(lu_cli *cli)
{
    static const variant v[] = {{LU_OPTION_BLACK, LU_RECIPE_ADAPT_BLACK},
                                {LU_OPTION_WHITE, LU_RECIPE_ADAPT_WHITE},
                                {LU_OPTION_ADVERSARIAL, LU_RECIPE_ADVERSARIAL},
                                {LU_OPTION_TRANSFER, LU_RECIPE_TRANSFER}};

    return make_one_of(cli, v, sizeof v / sizeof *v);
}

lu_err lu_command_lab_distil(lu_cli *cli)
{
    return make(cli, LU_RECIPE_DISTIL, 0);
}

lu_err lu_command_lab_quantise(lu_cli *cli)
{
    return make(cli, LU_RECIPE_QUANTISE, 0);
}

lu_err lu_command_lab_noise(lu_cli *cli)
{
    return make(cli, LU_RECIPE_NOISE, 0);
}

lu_err lu_command_lab_shuffle(lu_cli *cli)
{
    return make(cli, LU_RECIPE_SHUFFLE, 0);
}

lu_err lu_command_lab_rescale(lu_cli *cli)
{
    return make(cli, LU_RECIPE_RESCALE, 0);
}

lu_err lu_command_lab_retrain(lu_cli *cli)
{
    return make(cli, LU_RECIPE_RT_AL, 0);
}

lu_err lu_command_lab_prune(lu_cli *cli)
{
    double share = 0;

    if (!lu_args_parse_number(cli->args.word[0], &share) || share < 0 || share >= 1) {
        return lu_args_fail(&cli->args, "'%s' is not a share of at least 0 and below 1",
                            cli->args.word[0]);
    }
    return make(cli, LU_RECIPE_PRUNE, share);
}

static lu_err print_brought(const lu_lab_import *i, bool json, lu_buf *out)
{
    if (json) {
        LU_TRY(lu_buf_print(out, "{\"from\": "));
        LU_TRY(lu_text_json(out, i->from));
        LU_TRY(lu_buf_print(out, ", \"out\": "));
        LU_TRY(lu_text_json(out, i->out));
        LU_TRY(
            lu_buf_print(out, ", \"sha256\": \"%s\", \"test_accuracy\": ", i->result.sha256.hex));
        LU_TRY(lu_text_number(out, i->result.test_accuracy));
        return lu_buf_print(out, "}\n");
    }
    LU_TRY(lu_buf_print(out, "wrote %s and %s.cfg\n", i->out, i->out));
    LU_TRY(lu_buf_print(out, "  from          %s, sha256 %s\n", i->from, i->from_sha256.hex));
    if (!isnan(i->result.test_accuracy)) {
        LU_TRY(lu_buf_print(out, "  test accuracy %.4f\n", i->result.test_accuracy));
    }
    return lu_buf_print(out, "  sha256        %s\n", i->result.sha256.hex);
}

lu_err lu_command_lab_import(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_lab_import i = {.from = a->word[0],
                       .out = lu_args_text(a, LU_OPTION_OUT),
                       .test = lu_args_text(a, LU_OPTION_TEST)};

    LU_TRY(lu_args_spare(a, LU_OPTION_OUT, i.from));
    LU_TRY(lu_lab_bring(&i, cli->job));
    return cli->quiet && !cli->json ? LU_OK : print_brought(&i, cli->json, &cli->out);
}

lu_err lu_command_lab_again(lu_cli *cli)
{
    const char *file = cli->args.word[0];
    lu_lab_result made = {0};

    LU_TRY(lu_args_spare(&cli->args, LU_OPTION_OUT_AGAIN, file));
    LU_TRY(lu_lab_again(file, lu_args_text(&cli->args, LU_OPTION_OUT_AGAIN), cli->job, &made));
    if (cli->json) {
        return lu_buf_print(&cli->out, "{\"same\": true, \"sha256\": \"%s\"}\n", made.sha256.hex);
    }
    return cli->quiet
               ? LU_OK
               : lu_buf_print(&cli->out, "%s: the same bytes, sha256 %s\n", file, made.sha256.hex);
}
