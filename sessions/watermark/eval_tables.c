/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An evaluation as text and as JSON. */
#include "sessions/case/json.h"
#include "sessions/watermark/evaluate.h"

#include <stdio.h>

static double share(size_t k, size_t n)
{
    return n ? (double)k / (double)n : 0;
}

/* --- JSON --- */

static cJSON *detector_json(const lu_eval_detector *d)
{
    cJSON *json = cJSON_CreateObject();

    lu_json_add(json, "trained_on", (double)d->trained);
    lu_json_add(json, "tested_on", (double)d->tested);
    lu_json_add(json, "auc", d->auc);
    return json;
}

static cJSON *attacks_json(const lu_eval_attacked *list, size_t n)
{
    cJSON *json = cJSON_CreateArray();

    for (size_t i = 0; i < n; i++) {
        cJSON *row = cJSON_CreateObject();
        lu_json_add(row, "epochs", (double)list[i].epochs);
        lu_json_add(row, "pruned", list[i].pruned);
        lu_json_add(row, "clean", list[i].clean);
        lu_json_add(row, "matches", (double)list[i].matches);
        lu_json_add(row, "p", list[i].p);
        cJSON_AddItemToArray(json, row);
    }
    return json;
}

static cJSON *matrix_json(const lu_evaluation *e)
{
    cJSON *json = cJSON_CreateArray();

    for (size_t i = 0; i < e->bundles; i++) {
        cJSON_AddItemToArray(json,
                             cJSON_CreateDoubleArray(e->matrix + i * e->bundles, (int)e->bundles));
    }
    return json;
}

lu_err lu_evaluation_json(const lu_evaluation *e, lu_buf *out)
{
    const struct {
        const char *name;
        double value;
    } figure[] = {{"keys", (double)e->bundle.n},
                  {"clean", e->clean},
                  {"twin_clean", e->twin_clean},
                  {"matches", (double)e->matches},
                  {"twin_matches", (double)e->twin_matches},
                  {"luck_low", (double)e->low},
                  {"luck_high", (double)e->high},
                  {"moved_differences", (double)e->moved},
                  {"moved_key_label", (double)e->moved_key},
                  {"moved_true_label", (double)e->moved_true},
                  {"raw_key_label", (double)e->raw_key},
                  {"raw_true_label", (double)e->raw_true},
                  {"other_logos", (double)e->other_logos},
                  {"other_logo_mean", e->other_logo_mean},
                  {"other_logo_p", e->other_logo_p},
                  {"black_logo", (double)e->black},
                  {"keys_in_use", (double)e->in_use},
                  {"keys_by_batch", (double)e->by_batch}};
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "bundle", e->bundle.path);
    for (size_t i = 0; i < sizeof figure / sizeof *figure; i++) {
        lu_json_add(json, figure[i].name, figure[i].value);
    }
    cJSON_AddItemToObject(json, "detector_mlp", detector_json(&e->mlp));
    cJSON_AddItemToObject(json, "detector_trunk", detector_json(&e->trunk));
    cJSON_AddItemToObject(json, "transfer", matrix_json(e));
    for (size_t i = 0; i < LU_EVAL_RATES; i++) {
        char name[48];
        snprintf(name, sizeof name, "fine_tuning_%g", lu_eval_rates[i]);
        cJSON_AddItemToObject(json, name, attacks_json(e->tune[i], e->tuned));
    }
    cJSON_AddItemToObject(json, "pruning", attacks_json(e->prune, e->pruned));
    return lu_json_print(json, false, out);
}

/* --- text --- */

static lu_err print_attacked(const lu_eval_attacked *a, size_t n, lu_buf *out)
{
    return lu_buf_print(out, "  %8.4f%6zu of %zu%10.2g", a->clean, a->matches, n, a->p);
}

static lu_err print_attacks(const lu_evaluation *e, lu_buf *out)
{
    size_t n = e->bundle.n;

    LU_TRY(lu_buf_print(out, "\n6 Fine-tuning at rates %g and %g: clean accuracy, keys, p\n",
                        lu_eval_rates[0], lu_eval_rates[1]));
    for (size_t i = 0; i < e->tuned; i++) {
        LU_TRY(lu_buf_print(out, "  %3zu epochs", e->tune[0][i].epochs));
        LU_TRY(print_attacked(&e->tune[0][i], n, out));
        LU_TRY(print_attacked(&e->tune[1][i], n, out));
        LU_TRY(lu_buf_print(out, "\n"));
    }
    LU_TRY(lu_buf_print(out, "  Pruning, then %zu epochs at %g\n", e->prune[0].epochs,
                        lu_eval_rates[1]));
    for (size_t i = 0; i < e->pruned; i++) {
        LU_TRY(lu_buf_print(out, "  %8.0f %%", 100 * e->prune[i].pruned));
        LU_TRY(print_attacked(&e->prune[i], n, out));
        LU_TRY(lu_buf_print(out, "\n"));
    }
    return LU_OK;
}

static lu_err print_matrix(const lu_evaluation *e, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "\n5 Encoders made independently (row: network, column: keys)\n"));
    for (size_t i = 0; i < e->bundles; i++) {
        LU_TRY(lu_buf_print(out, " "));
        for (size_t j = 0; j < e->bundles; j++) {
            LU_TRY(lu_buf_print(out, "%7.3f", e->matrix[i * e->bundles + j]));
        }
        LU_TRY(lu_buf_print(out, "\n"));
    }
    return e->bundles > 1 ? LU_OK : lu_buf_print(out, "  give --other BUNDLE for a matrix\n");
}

static lu_err print_weak_points(const lu_evaluation *e, lu_buf *out)
{
    size_t n = e->bundle.n;

    LU_TRY(lu_buf_print(out,
                        "\nWhat the mark is made of\n"
                        "  raw covers         %zu of %zu with the key label, %zu true\n",
                        e->raw_key, n, e->raw_true));
    LU_TRY(lu_buf_print(out, "  trigger gain       %.3f (keys less raw covers)\n",
                        share(e->matches, n) - share(e->raw_key, n)));
    LU_TRY(lu_buf_print(out, "  other logos        mean %.1f of %zu, black %zu; rank p %.2g\n",
                        e->other_logo_mean, n, e->black, e->other_logo_p));
    return lu_buf_print(out, "  statistics         %zu in use, %zu by batch, of %zu\n", e->in_use,
                        e->by_batch, n);
}

lu_err lu_evaluation_text(const lu_evaluation *e, lu_buf *out)
{
    size_t n = e->bundle.n;

    LU_TRY(lu_buf_print(out,
                        "1 Fidelity           clean accuracy %.4f, unmarked twin %.4f: %+.2f "
                        "points\n",
                        e->clean, e->twin_clean, 100 * (e->clean - e->twin_clean)));
    LU_TRY(lu_buf_print(out,
                        "2 Effectiveness      %zu of %zu keys\n  Integrity          unmarked twin "
                        "%zu; luck %zu to %zu (99 %%)\n",
                        e->matches, n, e->twin_matches, e->low, e->high));
    LU_TRY(lu_buf_print(out,
                        "3 Detectors          AUC %.3f on pixels, %.3f on the network's own trunk "
                        "(%zu pairs)\n",
                        e->mlp.auc, e->trunk.auc, e->mlp.tested));
    LU_TRY(lu_buf_print(out,
                        "4 Differences moved  %zu of %zu with the key label, %zu with their own\n",
                        e->moved_key, e->moved, e->moved_true));
    LU_TRY(print_matrix(e, out));
    LU_TRY(print_attacks(e, out));
    return print_weak_points(e, out);
}
