/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/facts.h"
#include "sessions/case/journal.h"

#include <stdio.h>
#include <string.h>

/* --- controls --- */

static size_t count(const lu_result *r, lu_role role, lu_verdict verdict)
{
    size_t n = 0;

    for (size_t i = 0; i < r->models; i++) {
        n += r->model[i].role == role && r->model[i].judgement.verdict == verdict;
    }
    return n;
}

static void rates(const lu_result *r, lu_facts *f)
{
    size_t alarms = count(r, LU_ROLE_NEGATIVE, LU_COPY);
    size_t cleared = count(r, LU_ROLE_NEGATIVE, LU_NOT_COPY);
    size_t found = count(r, LU_ROLE_POSITIVE, LU_COPY);
    size_t missed =
        count(r, LU_ROLE_POSITIVE, LU_NOT_COPY) + count(r, LU_ROLE_POSITIVE, LU_UNDECIDED);

    f->alarms = lu_rate_of(alarms, alarms + cleared, LU_REPORT_CONFIDENCE);
    f->misses = lu_rate_of(missed, found + missed, LU_REPORT_CONFIDENCE);
}

static void controls(const lu_result *r, lu_facts *f)
{
    const lu_controls *c = &r->controls;

    snprintf(f->controls, sizeof f->controls,
             "the victim against itself: %s; %zu of %zu known copies judged copy; %zu of %zu "
             "negatives judged not-copy",
             lu_verdict_name(c->victim), c->flagged, c->positives, c->cleared, c->negatives);
}

lu_support lu_support_of(const lu_facts *f, bool controls_valid, lu_verdict verdict)
{
    lu_support s = {.given = false};
    double for_it = verdict == LU_COPY ? 1 - f->misses.most : 1 - f->alarms.most;
    double against = verdict == LU_COPY ? f->alarms.most : f->misses.most;

    if (verdict == LU_UNDECIDED) {
        s.reason = "there is no verdict";
    } else if (!controls_valid) {
        s.reason = "the controls failed";
    } else if (f->alarms.n == 0 || f->misses.n == 0) {
        s.reason = "it takes known copies and negatives";
    } else if (!(for_it > against)) {
        s.reason = "the controls are too few, or erred too often, to demonstrate any";
    } else {
        s = (lu_support){true, for_it / against, 1 / against, NULL};
    }
    return s;
}

/* --- the journal --- */

/* What is gathered line by line. */
typedef struct reader {
    lu_story *story;
    const lu_case *c;
    size_t line, sealed, suspect, scored; /* lines, from 1; 0 = not there */
} reader;

static const char *text_of(const cJSON *json, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));

    return text ? text : "";
}

static void take_add(reader *r, const cJSON *line)
{
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(line, "details");

    if (r->suspect == 0 && strcmp(text_of(details, "role"), "suspect") == 0) {
        r->suspect = r->line;
    }
}

static void count_act(lu_story *s, const char *act)
{
    const struct {
        const char *act;
        size_t *n;
    } counted[] = {{"set", &s->changes},     {"trial", &s->trials},  {"remove", &s->removals},
                   {"refused", &s->refused}, {"failed", &s->failed}, {"undone", &s->undone}};

    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        *counted[i].n += strcmp(act, counted[i].act) == 0;
    }
}

static lu_err take(void *data, const cJSON *line)
{
    reader *r = data;
    const char *act = text_of(line, "act");

    r->line++;
    snprintf(r->story->last, sizeof r->story->last, "%s", text_of(line, "t"));
    count_act(r->story, act);
    if (strcmp(act, "seal") == 0) {
        r->sealed = r->line;
    } else if (strcmp(act, "add") == 0) {
        take_add(r, line);
    } else if (strcmp(act, "stage") == 0 && strcmp(text_of(line, "object"), "scores") == 0 &&
               r->suspect > 0 && r->scored == 0) {
        r->scored = r->line;
    }
    return LU_OK;
}

static lu_sealing sealing(const reader *r)
{
    if (!r->c->sealed) {
        return LU_SEALED_NEVER;
    }
    if (r->suspect == 0) {
        return LU_SEALED_ALONE;
    }
    if (r->sealed < r->suspect) {
        return LU_SEALED_BEFORE;
    }
    return r->scored == 0 || r->sealed < r->scored ? LU_SEALED_BETWEEN : LU_SEALED_AFTER;
}

static lu_err read_story(const lu_case *c, lu_story *out)
{
    reader r = {.story = out, .c = c};

    LU_TRY(lu_journal_each(c, take, &r));
    out->sealing = sealing(&r);
    for (size_t i = 0; i < c->items; i++) {
        size_t tried = lu_case_exposure(c, &c->item[i]).exploratory;

        if (c->item[i].role == LU_ROLE_SUSPECT && tried > out->settings) {
            out->settings = tried;
        }
    }
    return LU_OK;
}

lu_err lu_facts_of(const lu_case *c, const lu_result *r, lu_facts *out)
{
    *out = (lu_facts){0};
    rates(r, out);
    controls(r, out);
    return read_story(c, &out->story);
}

/* --- other settings --- */

lu_err lu_verdict_under(const lu_result *r, const lu_model_result *m, const lu_judge_params *p,
                        size_t without_negative, lu_judgement *out)
{
    lu_scores *negatives;
    size_t n = 0, seen = 0;

    LU_TRY(LU_NEW(negatives, r->models));
    for (size_t i = 0; i < r->models; i++) {
        if (r->model[i].role == LU_ROLE_NEGATIVE && &r->model[i] != m &&
            seen++ != without_negative) {
            negatives[n++] = r->model[i].scores;
        }
    }
    lu_judge(&m->scores, negatives, n, SIZE_MAX, p, out);
    free(negatives);
    return LU_OK;
}

/* --- exhibits --- */

const char *lu_exhibit(const lu_case *c, size_t item, char out[LU_EXHIBIT_MAX])
{
    static const char letter[LU_ROLES] = {[LU_ROLE_VICTIM] = 'V',
                                          [LU_ROLE_SUSPECT] = 'S',
                                          [LU_ROLE_NEGATIVE] = 'N',
                                          [LU_ROLE_POSITIVE] = 'P'};
    size_t n = 0;

    for (size_t i = 0; i <= item; i++) {
        n += c->item[i].role == c->item[item].role;
    }
    snprintf(out, LU_EXHIBIT_MAX, "%c%zu", letter[c->item[item].role], n);
    return out;
}
