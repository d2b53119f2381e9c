/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that make models of known origin: lab train, finetune, retrain, prune. */
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

    LU_TRY(lu_buf_print(out, "wrote %s\n", o->out));
    LU_TRY(lu_buf_print(out, "  recipe        %s, epochs %zu, batch %zu, seed %llu\n", name,
                        r->epochs, r->batch, (unsigned long long)r->seed));
    LU_TRY(lu_buf_print(out, "  samples       %zu\n", made->samples));
    LU_TRY(lu_buf_print(out, "  loss          %.6f   last epoch\n", made->loss));
    LU_TRY(
        lu_buf_print(out, "  accuracy      %.4f   last epoch, while training\n", made->accuracy));
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
    LU_TRY(lu_buf_print(out,
                        ", \"sha256\": \"%s\", \"samples\": %zu, \"epochs\": %zu, "
                        "\"seed\": %llu, \"loss\": ",
                        made->sha256.hex, made->samples, o->recipe.epochs,
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
        .data = lu_args_text(a, LU_OPTION_DATA),
        .test = lu_args_text(a, LU_OPTION_TEST),
        .out = lu_args_text(a, LU_OPTION_OUT),
    };
    lu_lab_result made = {0};
    char name[32];

    LU_TRY(lu_args_spare(a, LU_OPTION_OUT, o.cfg));
    LU_TRY(lu_args_spare(a, LU_OPTION_OUT, o.parent));
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

lu_err lu_command_lab_finetune(lu_cli *cli)
{
    bool last = lu_args_given(&cli->args, LU_OPTION_LAST);

    if (last == lu_args_given(&cli->args, LU_OPTION_ALL)) {
        return lu_args_fail(&cli->args, last ? "give only one of --last and --all"
                                             : "one of --last and --all is needed");
    }
    return make(cli, last ? LU_RECIPE_FT_LL : LU_RECIPE_FT_AL, 0);
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
