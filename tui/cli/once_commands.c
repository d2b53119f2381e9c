/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands without a case: score, predict. */
#include "sessions/sessions.h"
#include "tui/cli/cli.h"
#include "tui/cli/files.h"
#include "tui/cli/text.h"

#include <string.h>

enum { LAYERS_MOST = sizeof(((lu_predict_options *)0)->layer) / sizeof(int), LAYER_LAST = 99999 };

/* --- score --- */

static lu_err print_value(lu_buf *out, const char *name, lu_value v, const char *help)
{
    if (!v.known) {
        return lu_buf_print(out, "%-9s%12s   %s\n", name, "-", help);
    }
    return lu_buf_print(out, "%-9s%12.6f   %s\n", name, v.value, help);
}

/* What the distances are, in words that leave a line of 80 columns. */
static const char *const metric_words[LU_METRIC_COUNT] = {
    [LU_METRIC_ROBD] = "difference of these two shares",
    [LU_METRIC_JSD] = "mean Jensen-Shannon divergence of the answers, in nats",
    [LU_METRIC_NOD] = "tested neurons: mean distance of the outputs",
    [LU_METRIC_NAD] = "tested neurons: share of tests in another state",
    [LU_METRIC_LOD] = "their layers: mean Euclidean distance of the outputs",
    [LU_METRIC_LAD] = "their layers: mean number of neurons in another state",
};

static lu_err print_scores(const lu_scores *s, bool ascii, lu_buf *out)
{
    char reason[2 * sizeof s->reason];

    LU_TRY(lu_buf_print(out, "tests    %12zu   black box\n         %12zu   white box\n\n",
                        s->n_blackbox, s->n_whitebox));
    LU_TRY(print_value(out, "Rob", s->rob_victim, "victim: tests answered with the true label"));
    LU_TRY(print_value(out, "Rob", s->rob_suspect, "suspect: tests answered with the true label"));
    LU_TRY(lu_buf_print(out, "\n"));
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        LU_TRY(print_value(out, lu_metrics[i].name, s->metric[i], metric_words[i]));
    }
    LU_TRY(print_value(out, "NAD_code", s->nad_code, "NAD as the authors' code prints it"));
    LU_TRY(print_value(out, "NNOD", s->nnod_fixed, "their neurons, normalised, over all tests"));
    LU_TRY(print_value(out, "matched", s->nnod_matched, "the same, each matched with the nearest"));
    lu_text_clean(s->reason, ascii, reason, sizeof reason);
    LU_TRY(lu_buf_print(out, "\nAll are distances: the smaller, the more alike.\n"));
    return reason[0] ? lu_buf_print(out, "%s\n", reason) : LU_OK;
}

/* --nnod must not write over what is read. */
static lu_err spare_inputs(const lu_args *a, const lu_score_options *o)
{
    LU_TRY(lu_args_spare(a, LU_OPTION_NNOD, o->tests));
    LU_TRY(lu_args_spare(a, LU_OPTION_NNOD, o->victim_cfg));
    LU_TRY(lu_args_spare(a, LU_OPTION_NNOD, o->victim_weights));
    LU_TRY(lu_args_spare(a, LU_OPTION_NNOD, o->suspect_cfg));
    return lu_args_spare(a, LU_OPTION_NNOD, o->suspect_weights);
}

static lu_err score(lu_cli *cli, const lu_pair *victim, const lu_pair *suspect)
{
    const lu_args *a = &cli->args;
    lu_score_options o = {
        .victim_cfg = victim->cfg,
        .victim_weights = victim->weights,
        .suspect_cfg = suspect->cfg,
        .suspect_weights = suspect->weights,
        .tests = lu_args_text(a, LU_OPTION_TESTS),
        .has_layer = lu_args_given(a, LU_OPTION_LAYER),
        .layer = (int)lu_args_number(a, LU_OPTION_LAYER, 0),
        .nnod = lu_args_text(a, LU_OPTION_NNOD),
        .jobs = (size_t)lu_args_number(a, LU_OPTION_JOBS, 0),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    lu_scores s;

    LU_TRY(spare_inputs(a, &o));
    LU_TRY(lu_score_once(&o, cli->job, &s));
    return cli->json ? lu_scores_json(&s, &cli->out)
                     : print_scores(&s, cli->terminal.ascii, &cli->out);
}

lu_err lu_command_score(lu_cli *cli)
{
    lu_pair victim = {0};
    lu_pair suspect = {0};
    lu_err err = lu_args_pair(&cli->args, LU_OPTION_VICTIM, &victim);

    if (!err) {
        err = lu_args_pair(&cli->args, LU_OPTION_SUSPECT, &suspect);
    }
    if (!err) {
        err = score(cli, &victim, &suspect);
    }
    free(victim.cfg);
    free(suspect.cfg);
    return err;
}

/* --- predict --- */

static lu_err add_layer(const lu_args *a, lu_predict_options *o, int layer)
{
    for (size_t i = 0; i < o->layers; i++) {
        if (o->layer[i] == layer) {
            return lu_args_fail(a, "layer %d is given twice", layer);
        }
    }
    if (o->layers == LAYERS_MOST) {
        return lu_args_fail(a, "--layers takes at most %d layers", (int)LAYERS_MOST);
    }
    o->layer[o->layers++] = layer;
    return LU_OK;
}

static lu_err parse_layers(const lu_args *a, lu_predict_options *o)
{
    const char *text = lu_args_text(a, LU_OPTION_LAYERS);
    double number = 0;
    char word[8];

    while (text != NULL) {
        size_t len = strcspn(text, ",");
        memcpy(word, text, len < sizeof word ? len : 0);
        word[len < sizeof word ? len : 0] = '\0';
        if (!lu_args_parse_whole(word, LAYER_LAST, &number)) {
            return lu_args_fail(a, "--layers %s is not a list of whole numbers L,L,...",
                                lu_args_text(a, LU_OPTION_LAYERS));
        }
        LU_TRY(add_layer(a, o, (int)number));
        text = text[len] ? text + len + 1 : NULL;
    }
    return LU_OK;
}

static lu_err report_predict(lu_cli *cli, const lu_predict_options *o, size_t images)
{
    if (!cli->json) {
        return cli->quiet ? LU_OK
                          : lu_buf_print(&cli->out, "wrote %s: the answers to %zu images\n", o->out,
                                         images);
    }
    LU_TRY(lu_buf_print(&cli->out, "{\"images\": %zu, \"layers\": [", images));
    for (size_t i = 0; i < o->layers; i++) {
        LU_TRY(lu_buf_print(&cli->out, "%s%d", i ? ", " : "", o->layer[i]));
    }
    LU_TRY(lu_buf_print(&cli->out, "], \"out\": "));
    LU_TRY(lu_text_json(&cli->out, o->out));
    return lu_buf_print(&cli->out, "}\n");
}

lu_err lu_command_predict(lu_cli *cli)
{
    const lu_args *a = &cli->args;
    lu_predict_options o = {
        .cfg = lu_args_text(a, LU_OPTION_CFG),
        .weights = lu_args_text(a, LU_OPTION_WEIGHTS),
        .in = lu_args_text(a, LU_OPTION_IN),
        .out = lu_args_text(a, LU_OPTION_ANSWERS),
        .reference = lu_args_choice(a, LU_OPTION_ENGINE, 0) == 1,
    };
    size_t images = 0;

    LU_TRY(parse_layers(a, &o));
    LU_TRY(lu_args_spare(a, LU_OPTION_ANSWERS, o.in));
    LU_TRY(lu_args_spare(a, LU_OPTION_ANSWERS, o.cfg));
    LU_TRY(lu_args_spare(a, LU_OPTION_ANSWERS, o.weights));
    LU_TRY(lu_predict_once(&o, cli->job, &images));
    return report_predict(cli, &o, images);
}
