/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/csv.h"
#include "sessions/case/json.h"

#include <math.h>
#include <string.h>

lu_err lu_csv_text(lu_buf *out, const char *text)
{
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;

    LU_TRY(lu_buf_print(out, "%s%s", quoted ? "\"" : "", formula ? "'" : ""));
    for (; *text != '\0'; text++) {
        LU_TRY(lu_buf_print(out, *text == '"' ? "\"\"" : "%c", *text));
    }
    return lu_buf_print(out, "%s", quoted ? "\"" : "");
}

/* ",number", or "," for what is not finite. */
static lu_err put_number(lu_buf *out, double v)
{
    char text[LU_NUMBER_TEXT];

    return lu_buf_print(out, ",%s", isfinite(v) ? lu_json_digits(v, text) : "");
}

static lu_err put_text(lu_buf *out, const char *text)
{
    LU_TRY(lu_buf_print(out, ","));
    return lu_csv_text(out, text ? text : "");
}

static lu_err put_threshold(lu_buf *out, const lu_threshold *t)
{
    const double number[] = {(double)t->n, t->mean, t->sd, t->lb, t->alpha, t->tau};

    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        LU_TRY(put_number(out, number[i]));
    }
    return LU_OK;
}

static lu_err put_vote(lu_buf *out, const lu_vote *v)
{
    LU_TRY(put_text(out, !v->cast ? "" : v->copy ? "true" : "false"));
    LU_TRY(put_number(out, v->margin));
    return put_text(out, v->reason);
}

static lu_err put_verdict(lu_buf *out, const lu_model_result *m)
{
    const lu_judgement *j = &m->judgement;

    LU_TRY(put_number(out, (double)j->votes));
    LU_TRY(put_number(out, (double)j->of));
    LU_TRY(put_number(out, j->p_copy));
    LU_TRY(put_text(out, lu_verdict_name(j->verdict)));
    return put_text(out, j->reason[0] ? j->reason : m->finding);
}

static lu_err put_row(lu_buf *out, const lu_result *r, const lu_model_result *m, size_t k)
{
    const lu_value *v = &m->scores.metric[k];

    LU_TRY(lu_csv_text(out, m->name));
    LU_TRY(put_text(out, lu_role_name(m->role)));
    LU_TRY(put_text(out, m->sha256.hex));
    LU_TRY(put_text(out, lu_metrics[k].name));
    LU_TRY(put_number(out, v->known ? v->value : NAN));
    if (r->reached < LU_STAGE_JUDGEMENT) {
        return lu_buf_print(out, ",,,,,,,,,,,,,,\r\n");
    }
    LU_TRY(put_threshold(out, &m->judgement.threshold[k]));
    LU_TRY(put_vote(out, &m->judgement.vote[k]));
    LU_TRY(put_verdict(out, m));
    return lu_buf_print(out, "\r\n");
}

lu_err lu_report_csv(const lu_result *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "name,role,sha256,metric,value,negatives,mean,sd,lb,alpha,tau,vote,"
                             "margin,vote_reason,votes,of,p_copy,verdict,reason\r\n"));
    for (size_t i = 0; i < r->models; i++) {
        for (size_t k = 0; k < LU_METRIC_COUNT; k++) {
            LU_TRY(put_row(out, r, &r->model[i], k));
        }
    }
    return LU_OK;
}
