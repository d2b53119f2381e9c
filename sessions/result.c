/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results for people at a terminal. */
#include "sessions/result.h"

#include <math.h>
#include <string.h>

void lu_result_fini(lu_result *r)
{
    free(r->model);
    *r = (lu_result){0};
}

/* What a text is written with. */
typedef struct pen {
    lu_buf *out;
    lu_err err; /* sticky */
    bool colour, ascii;
    size_t width;
} pen;

#define WRITE(p, ...)                                                                              \
    do {                                                                                           \
        if (!(p)->err) {                                                                           \
            (p)->err = lu_buf_print((p)->out, __VA_ARGS__);                                        \
        }                                                                                          \
    } while (0)

static const char *shade(const pen *p, const char *escape)
{
    return p->colour ? escape : "";
}

static const char *const BOLD = "\033[1m", *const RED = "\033[1;31m", *const GREEN = "\033[32m",
                         *const YELLOW = "\033[33m", *const PLAIN = "\033[0m";

static const char *verdict_shade(const pen *p, lu_verdict v)
{
    return shade(p, v == LU_COPY ? RED : v == LU_NOT_COPY ? GREEN : YELLOW);
}

/* Wraps plain words at the pen's width, with an indent. */
static void paragraph(pen *p, const char *text, size_t indent)
{
    size_t column = indent;

    WRITE(p, "%*s", (int)indent, "");
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column + word > p->width && column > indent) {
            WRITE(p, "\n%*s", (int)indent, "");
            column = indent;
        }
        WRITE(p, "%.*s", (int)word, text);
        column += word + 1;
        text += word;
        if (*text == ' ') {
            text++;
            WRITE(p, "%s", column > p->width ? "" : " ");
        }
    }
    WRITE(p, "\n");
}

static void heading(pen *p, const lu_result *r)
{
    WRITE(p, "%s%s%s", shade(p, BOLD), r->case_name, shade(p, PLAIN));
    if (r->kind != LU_KIND_EVIDENCE) {
        WRITE(p, "  [%s case, not evidence]", lu_kind_name(r->kind));
    }
    WRITE(p, "\n\n");
    WRITE(p, "victim    %s, answers %.2f %% of the test samples correctly\n", r->victim,
          100 * r->victim_accuracy);
    WRITE(p, "seeds     %zu of %zu correctly answered samples\n", r->seeds, r->seeds_correct);
}

static void tests(pen *p, const lu_result *r)
{
    const lu_blackbox_yield *y = &r->blackbox.yield;

    if (r->has_blackbox) {
        WRITE(p, "black box %zu tests by %s from %zu seeds", y->kept, r->blackbox.method, y->seeds);
        if (y->kept < y->seeds) {
            WRITE(p, " (%zu resisted, %zu without gradient)", y->resisted, y->unmoved);
        }
        WRITE(p, ", largest change %.4g\n", r->blackbox.max_linf);
    }
    if (r->has_whitebox) {
        WRITE(p, "white box %zu tests of %zu neurons, layer", r->whitebox.n, r->whitebox.neurons);
        for (size_t i = 0; i < r->whitebox.layers; i++) {
            WRITE(p, " %d", r->whitebox.layer[i]);
        }
        if (r->whitebox.n < r->whitebox.tried) {
            WRITE(p, " (%zu not reached, %zu dead)", r->whitebox.unreached, r->whitebox.dead);
        }
        WRITE(p, "\n");
    }
}

/* Widths: name 14, role 9, verdict 10, votes 5, six metrics of 8, accuracy 7. */
static void table_head(pen *p)
{
    WRITE(p, "\n%s%-14s %-8s %-9s %5s", shade(p, BOLD), "model", "role", "verdict", "votes");
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        WRITE(p, " %7s", lu_metrics[i].name);
    }
    WRITE(p, "%s\n", shade(p, PLAIN));
}

static void metric_cell(pen *p, lu_value v, bool votes_copy)
{
    if (!v.known) {
        WRITE(p, " %7s", "-");
    } else {
        WRITE(p, " %6.4g%s", v.value >= 1000 ? v.value : round(v.value * 1e4) / 1e4,
              votes_copy ? "*" : " ");
    }
}

static void table_row(pen *p, const lu_model_result *m, bool judged)
{
    const lu_judgement *j = &m->judgement;

    WRITE(p, "%-14.14s %-8s ", m->name, lu_role_name(m->role));
    if (judged) {
        WRITE(p, "%s%-9s%s %2zu/%-2zu", verdict_shade(p, j->verdict), lu_verdict_name(j->verdict),
              shade(p, PLAIN), j->votes, j->of);
    } else {
        WRITE(p, "%-9s %5s", "", "");
    }
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        metric_cell(p, m->scores.metric[i], judged && j->vote[i].cast && j->vote[i].copy);
    }
    WRITE(p, "\n");
}

static void threshold_row(pen *p, const lu_result *r)
{
    WRITE(p, "%-38s", p->ascii ? "threshold tau" : "threshold τ");
    if (!p->ascii) {
        WRITE(p, " "); /* the field is measured in bytes, and τ is two */
    }
    WRITE(p, "%s", "  ");
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        const lu_threshold *t = &r->threshold[i];
        metric_cell(p, (lu_value){t->usable, t->tau}, false);
    }
    WRITE(p, "\n");
}

static const char *sentence(lu_verdict v)
{
    switch (v) {
    case LU_COPY: return "is judged a copy of the victim";
    case LU_NOT_COPY: return "is not judged a copy of the victim";
    default: return "cannot be judged";
    }
}

static void suspect_words(pen *p, const lu_model_result *m)
{
    const lu_judgement *j = &m->judgement;
    char *text;

    if (j->of) {
        text = lu_format("%s %s: on %zu of %zu measures it is closer to the victim than the "
                         "threshold set by the independently trained models allows.%s%s",
                         m->name, sentence(j->verdict), j->votes, j->of, j->reason[0] ? " " : "",
                         j->reason);
    } else {
        text = lu_format("%s %s: %s.", m->name, sentence(j->verdict), j->reason);
    }
    if (text == NULL) {
        p->err = LU_ERR_MEMORY;
        return;
    }
    paragraph(p, text, 0);
    free(text);
}

/* A count such as "12 of 12 negatives not-copy". */
static void controls_line(pen *p, const lu_result *r, lu_role role, lu_verdict expected,
                          const char *plural)
{
    size_t n = 0, as_expected = 0;

    for (size_t i = 0; i < r->models; i++) {
        n += r->model[i].role == role;
        as_expected += r->model[i].role == role && r->model[i].judgement.verdict == expected;
    }
    if (n) {
        WRITE(p, "Controls: %zu of %zu %s judged %s.\n", as_expected, n, plural,
              lu_verdict_name(expected));
    }
}

static void table(pen *p, const lu_result *r)
{
    bool judged = r->reached >= LU_STAGE_JUDGEMENT;

    table_head(p);
    for (size_t i = 0; i < r->models; i++) {
        table_row(p, &r->model[i], judged);
    }
    if (judged) {
        threshold_row(p, r);
        WRITE(p, "* at or below the threshold: a vote for copy\n\n");
    }
}

static void words(pen *p, const lu_result *r)
{
    for (size_t i = 0; i < r->models; i++) {
        if (r->model[i].role == LU_ROLE_SUSPECT) {
            suspect_words(p, &r->model[i]);
        }
    }
    controls_line(p, r, LU_ROLE_POSITIVE, LU_COPY, "known copies");
    controls_line(p, r, LU_ROLE_NEGATIVE, LU_NOT_COPY, "independent models");
}

lu_err lu_result_text(const lu_result *r, size_t width, bool colour, bool ascii, lu_buf *out)
{
    pen p = {.out = out, .colour = colour, .ascii = ascii, .width = width};

    heading(&p, r);
    if (r->reached >= LU_STAGE_TESTS) {
        tests(&p, r);
    }
    if (r->reached >= LU_STAGE_SCORES && r->models) {
        table(&p, r);
    }
    if (r->reached >= LU_STAGE_JUDGEMENT) {
        words(&p, r);
    }
    return p.err;
}
