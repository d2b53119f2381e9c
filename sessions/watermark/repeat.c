/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kept marks, computed again from the keys, models and samples of the case. The bundle is not a
   part of it: what takes its encoder or a network that only it has is taken as it was kept. */
#include "sessions/watermark/in_case.h"

#include <stdio.h>
#include <string.h>

typedef struct again {
    const lu_case *c;
    const lu_job *job;
    bool reference;
    lu_mark_questions q;
    lu_marks_repeated *out;
} again;

/* --- what is there --- */

static bool same(const lu_sha256 *a, const lu_sha256 *b)
{
    return strcmp(a->hex, b->hex) == 0;
}

/* An item with the files of this network. */
static const lu_item *item_of(const lu_case *c, const lu_mark_tried *t)
{
    for (size_t i = 0; i < c->items; i++) {
        if (same(&c->item[i].weights.sha256, &t->sha256) && same(&c->item[i].cfg.sha256, &t->cfg)) {
            return &c->item[i];
        }
    }
    return NULL;
}

static bool can_repeat(const lu_case *c, const lu_mark_report *kept)
{
    return kept->bundle.keys.fd >= 0 && kept->params.confidence > 0 &&
           item_of(c, &kept->tried[LU_TRIED_SUSPECT]) != NULL &&
           (kept->test.hex[0] == '\0' || same(&kept->test, &c->set[LU_SET_TEST].digest));
}

/* --- asking --- */

static lu_err ask(again *a, const lu_item *item, const lu_mark_report *kept, lu_mark_tried *t)
{
    const lu_mark_tried was = *t;
    char cfg[LU_BUNDLE_PATH], weights[LU_BUNDLE_PATH];

    LU_TRY(lu_bundle_path(a->c->path, item->cfg.path, cfg));
    LU_TRY(lu_bundle_path(a->c->path, item->weights.path, weights));
    *t = (lu_mark_tried){.name = was.name,
                         .blank = was.blank,
                         .other_most = was.other_most,
                         .other_mean = was.other_mean,
                         .other_p = was.other_p};
    return lu_mark_try(&a->q, &kept->params, cfg, weights, a->reference, a->job, t);
}

/* `now` starts as a copy of what was kept. */
static lu_err ask_all(again *a, const lu_mark_report *kept, lu_mark_report *now)
{
    for (size_t i = 0; i < LU_TRIED; i++) {
        const lu_item *item = item_of(a->c, &kept->tried[i]);
        LU_TRY(lu_job_at(a->job, "asking for labels again", (double)i, LU_TRIED));
        if (item != NULL) {
            LU_TRY(ask(a, item, kept, &now->tried[i]));
        }
        a->out->controls += i != LU_TRIED_SUSPECT && item != NULL;
        a->out->as_kept += item == NULL;
    }
    a->out->logo_swaps++;
    lu_mark_judge(now);
    return LU_OK;
}

static lu_err open_questions(again *a, const lu_mark_report *kept)
{
    a->q = (lu_mark_questions){.bundle = &kept->bundle, .other = {.fd = -1}, .test = {.fd = -1}};
    return kept->test.hex[0] ? lu_case_samples(a->c, LU_SET_TEST, &a->q.test) : LU_OK;
}

/* --- one result --- */

static lu_err compute(again *a, const lu_mark_report *kept, const lu_sha256 *keys, lu_buf *fresh)
{
    lu_mark_report now = *kept;
    lu_err err;

    now.tried[LU_TRIED_SUSPECT].answer = NULL;
    err = open_questions(a, kept);
    if (!err) {
        err = ask_all(a, kept, &now);
    }
    if (!err) {
        err = lu_mark_kept_json(&now, keys, fresh);
    }
    for (size_t i = 0; i < LU_TRIED; i++) {
        free(now.tried[i].answer);
    }
    lu_shared_fini(&a->q.test);
    return err;
}

static lu_err repeat(again *a, const lu_recorded *from, const char *here)
{
    const lu_repeat_how how = {.same_numerics = strcmp(from->engine, here) == 0};
    lu_buf fresh = LU_BUF_INIT;
    lu_mark_report kept;
    lu_sha256 keys;
    lu_err err = LU_OK;

    LU_TRY(lu_mark_kept_load(a->c, from, &kept, &keys));
    if (can_repeat(a->c, &kept)) {
        err = compute(a, &kept, &keys, &fresh);
        if (!err) {
            err = lu_repeat_compare(a->c, from, kept.model, &fresh, &how, &a->out->results);
        }
    }
    err = lu_within(err, "%s", kept.model);
    lu_buf_fini(&fresh);
    lu_mark_report_fini(&kept);
    return err;
}

static lu_err repeat_recorded(again *a, const lu_recorded *from, const lu_engine_hello *hello)
{
    char here[sizeof from->engine];

    a->reference = lu_repeat_reference(from->engine);
    snprintf(here, sizeof here, "%s %s", hello->tag, a->reference ? "darknet" : "fast");
    return repeat(a, from, here);
}

lu_err lu_mark_repeat(lu_case *c, const lu_job *job, lu_marks_repeated *out)
{
    again a = {.c = c, .job = job, .out = out};
    lu_engine_hello hello;

    *out = (lu_marks_repeated){.results = {.recorded = lu_repeat_count(c, "watermark")}};
    if (out->results.recorded == 0) {
        return LU_OK;
    }
    LU_TRY(lu_case_greet(c, &hello));
    for (size_t i = 0; i < c->results; i++) {
        if (lu_repeat_meant(c, i, "watermark")) {
            LU_TRY(repeat_recorded(&a, &c->result[i], &hello));
        }
    }
    return lu_repeat_end(&out->results, "watermark");
}
