/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The study in words: Tables IV and V of the paper in their form, then what they leave out. */
#include "sessions/lab/study.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 16, CELL = 17 };

static const int black[] = {LU_METRIC_ROBD, LU_METRIC_JSD};
static const int white[] = {LU_METRIC_NOD, LU_METRIC_NAD, LU_METRIC_LOD, LU_METRIC_LAD};

/* Characters of UTF-8. */
static int columns(const char *text)
{
    int n = 0;

    for (; *text; text++) {
        n += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return n;
}

static lu_err put(lu_buf *out, const char *text, int width)
{
    int gap = width - columns(text);

    return lu_buf_print(out, "%s%*s", text, gap > 0 ? gap : 0, "");
}

/* "0.123±0.004", "0.123", "-" */
static lu_err put_spread(lu_buf *out, const lu_spread *s, bool ascii)
{
    char text[48] = "-";

    if (s->n == 1 || isnan(s->sd)) {
        snprintf(text, sizeof text, s->n ? "%.4g" : "-", s->mean);
    } else if (s->n) {
        snprintf(text, sizeof text, "%.3g%s%.2g", s->mean, ascii ? "+-" : "\u00b1", s->sd);
    }
    return put(out, text, CELL);
}

/* "Yes (6/6)" */
static lu_err put_copies(lu_buf *out, const lu_rate *r)
{
    if (r->n == 0) {
        return lu_buf_print(out, "-");
    }
    return lu_buf_print(out, "%s (%zu/%zu)", 2 * r->k > r->n ? "Yes" : "No", r->k, r->n);
}

static lu_err thresholds(const lu_study *s, const int *metric, size_t n, lu_buf *out)
{
    LU_TRY(put(out, "threshold", LABEL));
    LU_TRY(put(out, "", 10));
    for (size_t k = 0; k < n; k++) {
        const lu_threshold *t = &s->result->threshold[metric[k]];
        char text[32] = "-";
        if (t->usable) {
            snprintf(text, sizeof text, "%.4g", t->tau);
        }
        LU_TRY(put(out, text, CELL));
    }
    return lu_buf_print(out, "\n");
}

static lu_err table(const lu_study *s, const char *title, const int *metric, size_t n,
                    lu_rests_on on, bool ascii, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%s\n", title));
    LU_TRY(put(out, "model", LABEL));
    LU_TRY(put(out, "accuracy", 10));
    for (size_t k = 0; k < n; k++) {
        LU_TRY(put(out, lu_metrics[metric[k]].name, CELL));
    }
    LU_TRY(lu_buf_print(out, "Copy?\n"));
    for (size_t i = 0; i < s->rows; i++) {
        const lu_study_row *r = &s->row[i];
        char accuracy[16] = "-";
        if (r->accuracy.n) {
            snprintf(accuracy, sizeof accuracy, "%.3f", r->accuracy.mean);
        }
        LU_TRY(put(out, r->label, LABEL));
        LU_TRY(put(out, accuracy, 10));
        for (size_t k = 0; k < n; k++) {
            LU_TRY(put_spread(out, &r->metric[metric[k]], ascii));
        }
        LU_TRY(put_copies(out, &r->copies[on]));
        LU_TRY(lu_buf_print(out, "\n"));
    }
    LU_TRY(thresholds(s, metric, n, out));
    return lu_buf_print(out, "\n");
}

static lu_err areas(const lu_study_row *row, size_t rows, lu_buf *out)
{
    for (size_t i = 0; i < rows; i++) {
        if (row[i].role != LU_ROLE_POSITIVE) {
            continue;
        }
        LU_TRY(put(out, row[i].label, LABEL));
        for (int k = 0; k < LU_METRIC_COUNT; k++) {
            char text[16] = "-";
            if (!isnan(row[i].auc[k])) {
                snprintf(text, sizeof text, "%.3f", row[i].auc[k]);
            }
            LU_TRY(put(out, text, 8));
        }
        LU_TRY(lu_buf_print(out, "\n"));
    }
    return LU_OK;
}

static lu_err area_table(const lu_study *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "AUC of each metric alone, against all negatives\n"));
    LU_TRY(put(out, "", LABEL));
    for (int k = 0; k < LU_METRIC_COUNT; k++) {
        LU_TRY(put(out, lu_metrics[k].name, 8));
    }
    LU_TRY(lu_buf_print(out, "\n"));
    LU_TRY(areas(s->row, s->rows, out));
    LU_TRY(areas(s->group, s->groups, out));
    return lu_buf_print(out, "\n");
}

static lu_err rate_rows(const lu_study_row *row, size_t rows, lu_buf *out)
{
    for (size_t i = 0; i < rows; i++) {
        LU_TRY(put(out, row[i].label, LABEL));
        for (int on = 0; on < LU_ON_COUNT; on++) {
            const lu_rate *r = &row[i].copies[on];
            char text[48] = "-";
            if (r->n) {
                snprintf(text, sizeof text, "%zu/%zu  %.2f-%.2f", r->k, r->n, r->low, r->high);
            }
            LU_TRY(put(out, text, 22));
        }
        LU_TRY(lu_buf_print(out, "\n"));
    }
    return LU_OK;
}

static lu_err rate_table(const lu_study *s, lu_buf *out)
{
    LU_TRY(lu_buf_print(
        out,
        "Called a copy, with exact 95 %% bounds (Clopper-Pearson) of the rate; each negative is "
        "held\nagainst thresholds drawn without it; what is undecided is not counted\n"));
    LU_TRY(put(out, "", LABEL));
    for (int on = 0; on < LU_ON_COUNT; on++) {
        LU_TRY(put(out, lu_rests_on_names[on], 22));
    }
    LU_TRY(lu_buf_print(out, "\n"));
    LU_TRY(rate_rows(s->row, s->rows, out));
    return rate_rows(s->group, s->groups, out);
}

/* What is left of channels that were moved. */
static lu_err matched_table(const lu_study *s, bool ascii, lu_buf *out)
{
    LU_TRY(lu_buf_print(
        out, "\nNormalised neuron output distance, by number and with neurons matched first\n"));
    LU_TRY(put(out, "", LABEL));
    LU_TRY(put(out, "NNOD", CELL));
    LU_TRY(put(out, "AUC", 8));
    LU_TRY(put(out, "matched", CELL));
    LU_TRY(lu_buf_print(out, "AUC\n"));
    for (size_t i = 0; i < s->rows; i++) {
        LU_TRY(put(out, s->row[i].label, LABEL));
        for (int k = 0; k < 2; k++) {
            char text[16] = "-";
            if (!isnan(s->row[i].nnod_auc[k])) {
                snprintf(text, sizeof text, "%.3f", s->row[i].nnod_auc[k]);
            }
            LU_TRY(put_spread(out, &s->row[i].nnod[k], ascii));
            LU_TRY(put(out, text, 8));
        }
        LU_TRY(lu_buf_print(out, "\n"));
    }
    return LU_OK;
}

/* Attacks whose settings are not the paper's. */
static lu_err settings_of_ours(const lu_study *s, lu_buf *out)
{
    bool any = false;

    for (size_t i = 0; i < s->plan->entries; i++) {
        const char *ours = lu_methods[s->plan->entry[i].recipe.kind]->ours;
        if (ours[0] != '\0') {
            LU_TRY(
                any ? LU_OK
                    : lu_buf_print(
                          out, "\nNot the paper's settings, which are not known, but lineup's:\n"));
            LU_TRY(lu_buf_print(out, "  %s: %s\n", s->plan->entry[i].label, ours));
            any = true;
        }
    }
    return LU_OK;
}

lu_err lu_study_text(const lu_study *s, bool ascii, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%s%s%zu models, victim %s with accuracy %.4f\n\n", s->plan->title,
                        s->plan->title[0] ? ": " : "", s->plan->models, s->result->victim,
                        s->result->victim_accuracy));
    LU_TRY(table(s, "Black box", black, 2, LU_ON_BLACK, ascii, out));
    LU_TRY(table(s, "White box", white, 4, LU_ON_WHITE, ascii, out));
    LU_TRY(area_table(s, out));
    LU_TRY(rate_table(s, out));
    LU_TRY(matched_table(s, ascii, out));
    return settings_of_ours(s, out);
}
