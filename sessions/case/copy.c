/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case's models, samples and parameters in a new case, where other settings may be tried. */
#include "sessions/case/case.h"
#include "sessions/case/files.h"
#include "sessions/case/journal.h"

#include <stdio.h>
#include <string.h>

static const size_t model_file_most = INT32_MAX;

static lu_err set_number(lu_case *to, const char *key, double value)
{
    char assignment[64];

    snprintf(assignment, sizeof assignment, "%s=%.0f", key, value);
    return lu_case_set(to, assignment);
}

/* What is made and not read is made again from its own seed. */
static lu_err copy_sets(const lu_case *from, lu_case *to, const lu_job *job)
{
    for (int s = 0; s < LU_SETS; s++) {
        char *spec;
        lu_err err;

        if (!from->set[s].given) {
            continue;
        }
        LU_TRY(lu_case_spec(from, (lu_set)s, &spec));
        err = set_number(to, "seed", (double)from->set[s].seed);
        if (!err) {
            err = lu_case_data(to, (lu_set)s, spec, job);
        }
        free(spec);
        LU_TRY(err);
    }
    return LU_OK;
}

static lu_err copy_parameters(const lu_case *from, lu_case *to)
{
    for (size_t i = 0; i < lu_param_count; i++) {
        char was[LU_WORD_MAX], is[LU_WORD_MAX], assignment[2 * LU_WORD_MAX];

        lu_params_text(&from->params, &lu_param_table[i], was);
        lu_params_text(&to->params, &lu_param_table[i], is);
        if (strcmp(was, is) != 0) {
            snprintf(assignment, sizeof assignment, "%s=%s", lu_param_table[i].key, was);
            LU_TRY(lu_case_set(to, assignment));
        }
    }
    return LU_OK;
}

static lu_err copy_item(const lu_case *from, const lu_item *item, lu_case *to)
{
    lu_buf cfg = LU_BUF_INIT, weights = LU_BUF_INIT;
    lu_err err = lu_file_read(from->dir, item->cfg.path, model_file_most, &cfg);

    if (!err) {
        err = lu_file_read(from->dir, item->weights.path, model_file_most, &weights);
    }
    if (!err) {
        err = lu_case_add_bytes(to, item->role, item->name, &cfg, &weights, item->origin);
    }
    lu_buf_fini(&cfg);
    lu_buf_fini(&weights);
    return err;
}

static lu_err fill(const lu_case *from, lu_case *to, const lu_job *job)
{
    LU_TRY(copy_sets(from, to, job));
    LU_TRY(copy_parameters(from, to));
    for (size_t i = 0; i < from->items; i++) {
        LU_TRY(lu_job_at(job, "copying models", (double)i, (double)from->items));
        LU_TRY(copy_item(from, &from->item[i], to));
    }
    return LU_OK;
}

lu_err lu_case_copy(lu_case *from, const char *path, lu_case_kind kind, const char *title,
                    const char *examiner, const lu_job *job, lu_case **out)
{
    lu_err err;

    *out = NULL;
    LU_TRY(lu_case_check_items(from));
    LU_TRY(lu_journal_add(from, "copy", path, NULL));
    LU_TRY(lu_case_new(path, kind, title ? title : from->title,
                       examiner ? examiner : from->examiner, out));
    err = fill(from, *out, job);
    if (err) {
        lu_case_close(out);
    }
    return err;
}
