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

bool lu_result_confined(const lu_result *r)
{
    return strchr(r->sandbox, ';') == NULL && strncmp(r->sandbox, "off", 3) != 0;
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

/* Wraps plain words at the pen's width. */
static void paragraph(pen *p, const char *text)
{
    size_t column = 0;

    while (*text) {
        size_t word = strcspn(text, " ");
        bool wrap = column && column + 1 + word > p->width;
        WRITE(p, "%s%.*s", wrap ? "\n" : column ? " " : "", (int)word, text);
        column = wrap ? word : column + (column != 0) + word;
        text += word;
        text += strspn(text, " ");
    }
    WRITE(p, "\n");
}

static void heading(pen *p, const lu_result *r)
{
    WRITE(p, "%s%s%s", shade(p, BOLD), r->case_name, shade(p, PLAIN));
    if (r->kind != LU_KIND_EVIDENCE) {
        WRITE(p, "  [%s case, not evidence]\n%s", lu_kind_name(r->kind), lu_kind_banner(r->kind));
    }
    WRITE(p, "\n\n");
    WRITE(p, "victim    %s", r->victim);
    if (!isnan(r->victim_accuracy)) {
        WRITE(p, ", answers %.2f %% of the test samples correctly", 100 * r->victim_accuracy);
    }
    WRITE(p, "\n");
    WRITE(p, "seeds     %zu of %zu correctly answered samples\n", r->seeds, r->seeds_correct);
    if (!lu_result_confined(r)) {
        WRITE(p, "%ssandbox   %s%s\n", shade(p, YELLOW), r->sandbox, shade(p, PLAIN));
    }
}

/* Fewer kept tests than one in so many seeds are worth a word. */
enum { FEW = 10 };

static void tests(pen *p, const lu_result *r)
{
    const lu_blackbox_yield *y = &r->blackbox.yield;

    if (r->has_blackbox) {
        WRITE(p, "black box %zu test%s by %s from %zu seeds, largest change %.4g\n", y->kept,
              y->kept == 1 ? "" : "s", r->blackbox.method, y->seeds, r->blackbox.max_linf);
        if (y->kept < y->seeds) {
            WRITE(p, "          (%zu seeds resisted, %zu had no gradient)\n", y->resisted,
                  y->unmoved);
        }
        if (y->kept * FEW < y->seeds && strcmp(r->blackbox.method, "cw") != 0) {
            WRITE(p, "          that is few: a larger blackbox.ep gives more\n");
        }
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

/* Widths: name 14, verdict 10, votes 5, six metrics of 8: 77 columns. */
static void table_head(pen *p)
{
    WRITE(p, "\n%s%-14s %-9s %5s", shade(p, BOLD), "", "verdict", "votes");
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        WRITE(p, "%s%7s", i ? " " : "", lu_metrics[i].name);
    }
    WRITE(p, "%s\n", shade(p, PLAIN));
}

/* Eight columns: a number, and the mark of a vote in the place of the blank before the next. */
static void metric_cells(pen *p, const lu_value v[LU_METRIC_COUNT],
                         const bool marked[LU_METRIC_COUNT])
{
    const char *gap = "";

    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        if (v[i].known) {
            WRITE(p, "%s%7.*f", gap, fabs(v[i].value) < 100 ? 3 : 0, v[i].value);
        } else {
            WRITE(p, "%s%7s", gap, "-");
        }
        gap = marked[i] ? "*" : " ";
    }
    WRITE(p, "%s\n", marked[LU_METRIC_COUNT - 1] ? "*" : "");
}

static void table_row(pen *p, const lu_model_result *m, bool judged)
{
    const lu_judgement *j = &m->judgement;
    bool marked[LU_METRIC_COUNT];

    WRITE(p, "%-12.12s ", m->name);
    if (judged) {
        WRITE(p, "%s%-9s%s %2zu/%-2zu", verdict_shade(p, j->verdict), lu_verdict_name(j->verdict),
              shade(p, PLAIN), j->votes, j->of);
    } else {
        WRITE(p, "%-9s %5s", "", "");
    }
    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        marked[i] = judged && j->vote[i].cast && j->vote[i].copy;
    }
    metric_cells(p, m->scores.metric, marked);
}

static void threshold_row(pen *p, const lu_result *r)
{
    const bool none[LU_METRIC_COUNT] = {false};
    lu_value tau[LU_METRIC_COUNT];

    for (size_t i = 0; i < LU_METRIC_COUNT; i++) {
        tau[i] = (lu_value){r->threshold[i].usable, r->threshold[i].tau};
    }
    WRITE(p, "%s%*s", p->ascii ? "threshold tau" : "threshold τ", p->ascii ? 17 : 19, "");
    metric_cells(p, tau, none);
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
        text = lu_format("%s %s: %zu of %zu measures place it nearer to the victim than the "
                         "thresholds drawn from the independent models (more than half are needed)."
                         "%s%s",
                         m->name, sentence(j->verdict), j->votes, j->of,
                         j->reason[0] ? " Note: " : "", j->reason);
    } else {
        text = lu_format("%s %s: %s.", m->name, sentence(j->verdict), j->reason);
    }
    if (text == NULL) {
        p->err = LU_ERR_MEMORY;
        return;
    }
    paragraph(p, text);
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
        WRITE(p, "Controls: %zu of %zu %s judged %s.%s\n", as_expected, n, plural,
              lu_verdict_name(expected),
              as_expected < n ? " The verdicts cannot be relied on." : "");
    }
}

static void validity(pen *p, const lu_result *r)
{
    WRITE(p, "Controls: the victim against itself is judged %s.\n",
          lu_verdict_name(r->controls.victim));
    if (!r->controls.valid) {
        WRITE(p, "%sThis run is INVALID:%s %s. It says nothing of the suspects.\n", shade(p, RED),
              shade(p, PLAIN), r->controls.reason);
    }
}

static void protocol(pen *p, const lu_result *r)
{
    if (r->protocol.sealed) {
        WRITE(p, "\nProtocol sealed %s, SHA-256 %.16s...\n", r->protocol.at,
              r->protocol.sha256.hex);
    } else {
        WRITE(p, "\nProtocol not sealed.\n");
    }
    for (size_t i = 0; i < r->models; i++) {
        const lu_model_result *m = &r->model[i];
        if (m->role == LU_ROLE_SUSPECT) {
            WRITE(p, "%s: sealed before opening: %s; exploratory settings tried on it: %zu\n",
                  m->name, r->protocol.sealed && !m->early ? "yes" : "no", m->exploratory);
        }
    }
}

static void group(pen *p, const lu_result *r, lu_role role, const char *title)
{
    bool judged = r->reached >= LU_STAGE_JUDGEMENT, first = true;

    for (size_t i = 0; i < r->models; i++) {
        if (r->model[i].role == role) {
            if (first) {
                WRITE(p, "%s\n", title);
            }
            first = false;
            WRITE(p, "  ");
            table_row(p, &r->model[i], judged);
        }
    }
}

static void table(pen *p, const lu_result *r)
{
    table_head(p);
    group(p, r, LU_ROLE_SUSPECT, "suspects");
    group(p, r, LU_ROLE_POSITIVE, "known copies");
    group(p, r, LU_ROLE_NEGATIVE, "independent models");
    if (r->reached >= LU_STAGE_JUDGEMENT) {
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
        validity(&p, r);
    }
    if (r->reached >= LU_STAGE_JUDGEMENT && r->protocol.known) {
        protocol(&p, r);
    }
    return p.err;
}
