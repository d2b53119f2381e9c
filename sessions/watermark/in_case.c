/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/in_case.h"
#include "sessions/case/files.h"
#include "sessions/case/history.h"
#include "sessions/case/journal.h"
#include "sessions/case/store.h"
#include "sessions/run.h"

#include <stdio.h>
#include <string.h>

/* --- ids --- */

static lu_err keys_id(const lu_bundle *b, lu_sha256 *out)
{
    lu_digest d;

    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "keys " LU_VERSION);
    lu_digest_text(&d, b->seal.hex);
    return lu_digest_finish(&d, out);
}

/* Everything a result depends on. */
static lu_err result_id(const lu_case *c, const lu_item *item, const lu_mark_verify_options *o,
                        const lu_sha256 *keys, const char *engine, lu_sha256 *out)
{
    const lu_verify_params *p = &o->params;
    char line[256];
    lu_digest d;

    snprintf(line, sizeof line, "%.17g %.17g %zu %zu %.17g %llu %zu", p->alpha, p->intact,
             p->decoys, p->permutations, p->confidence, (unsigned long long)p->seed, o->logos);
    LU_TRY(lu_digest_init(&d));
    lu_digest_text(&d, "watermark " LU_VERSION);
    lu_digest_text(&d, keys->hex);
    lu_digest_text(&d, item->cfg.sha256.hex);
    lu_digest_text(&d, item->weights.sha256.hex);
    lu_digest_text(&d, c->set[LU_SET_TEST].digest.hex);
    lu_digest_text(&d, line);
    lu_digest_text(&d, engine);
    return lu_digest_finish(&d, out);
}

/* --- keeping --- */

static lu_err add_set(lu_arrays *a, const lu_samples *s, const char *x, const char *y,
                      int64_t *labels)
{
    const size_t shape[4] = {s->n, s->shape.h, s->shape.w, s->shape.c};

    for (size_t i = 0; i < s->n; i++) {
        labels[i] = s->labels[i];
    }
    LU_TRY(lu_arrays_add(a, x, LU_U8, 4, shape, s->bytes));
    return lu_arrays_add(a, y, LU_I64, 1, shape, labels);
}

static lu_err keys_bytes(const lu_bundle *b, lu_buf *out)
{
    lu_arrays a = {0};
    int64_t *room;
    lu_err err;

    LU_TRY(LU_NEW(room, 3 * b->n));
    for (size_t i = 0; i < b->n; i++) {
        room[2 * b->n + i] = (int64_t)b->cover[i];
    }
    err = add_set(&a, &b->keys.samples, "x", "y", room);
    if (!err) {
        err = add_set(&a, &b->covers.samples, "cover_x", "cover_y", room + b->n);
    }
    if (!err) {
        err = lu_arrays_add(&a, "cover", LU_I64, 1, &b->n, room + 2 * b->n);
    }
    if (!err) {
        err = lu_npz_write(&a, out);
    }
    lu_arrays_fini(&a);
    free(room);
    return err;
}

/* Stores and journals one result unless the journal has it. */
static lu_err keep(lu_case *c, const char *stage, const char *engine, const lu_sha256 *id,
                   const lu_buf *bytes, const lu_sha256 *in, size_t n_in)
{
    lu_stage_name name;
    lu_sha256 sha256;

    if (lu_history_result(c, id->hex) != NULL) {
        return LU_OK;
    }
    lu_store_name(stage, id, lu_stage_extension(stage), &name);
    LU_TRY(lu_store_put(c, &name, bytes, &sha256));
    return lu_store_note(c, stage, engine, id, &sha256, in, n_in);
}

static lu_err keep_both(lu_case *c, const lu_mark_report *r, const char *engine,
                        const lu_sha256 *keys, const lu_sha256 *id)
{
    const lu_sha256 in[2] = {*keys, r->tried[LU_TRIED_SUSPECT].sha256};
    lu_buf arrays = LU_BUF_INIT, text = LU_BUF_INIT;
    lu_err err = keys_bytes(&r->bundle, &arrays);

    if (!err) {
        err = keep(c, "keys", engine, keys, &arrays, &r->bundle.seal, 1);
    }
    if (!err) {
        err = lu_mark_kept_json(r, keys, &text);
    }
    if (!err) {
        err = keep(c, "watermark", engine, id, &text, in, 2);
    }
    lu_buf_fini(&arrays);
    lu_buf_fini(&text);
    return err;
}

/* --- verifying --- */

static lu_err verify_item(lu_case *c, const lu_item *item, lu_mark_verify_options o,
                          const char *engine, const lu_sha256 *keys, const lu_job *job)
{
    char cfg[LU_BUNDLE_PATH], weights[LU_BUNDLE_PATH];
    lu_mark_report r;
    lu_sha256 id;
    lu_err err;

    LU_TRY(result_id(c, item, &o, keys, engine, &id));
    if (lu_history_result(c, id.hex) != NULL) {
        return LU_OK;
    }
    LU_TRY(lu_bundle_path(c->path, item->cfg.path, cfg));
    LU_TRY(lu_bundle_path(c->path, item->weights.path, weights));
    o.cfg = cfg;
    o.weights = weights;
    LU_TRY(lu_mark_verify_run(&o, job, &r));
    snprintf(r.model, sizeof r.model, "%s", item->name);
    err = keep_both(c, &r, engine, keys, &id);
    lu_mark_report_fini(&r);
    return err;
}

static lu_err verify_suspects(lu_case *c, const lu_mark_verify_options *o, const lu_sha256 *keys,
                              const lu_job *job)
{
    lu_engine_hello hello;
    char engine[160];
    size_t n = lu_case_count(c, LU_ROLE_SUSPECT);

    if (n == 0) {
        return lu_fail(LU_ERR_CANNOT, "the case has no suspect");
    }
    LU_TRY(lu_case_check_items(c));
    LU_TRY(lu_case_greet(c, &hello));
    snprintf(engine, sizeof engine, "%s %s", hello.tag, o->reference ? "darknet" : "fast");
    for (size_t i = 0; i < c->items; i++) {
        const lu_item *item = &c->item[i];
        if (item->role == LU_ROLE_SUSPECT) {
            LU_TRY(lu_within(verify_item(c, item, *o, engine, keys, job), "%s", item->name));
        }
    }
    return LU_OK;
}

/* Which keys they are. */
static lu_err look_into(const char *path, lu_sha256 *keys)
{
    lu_bundle b;
    lu_err err;

    LU_TRY(lu_bundle_open(path, &b));
    err = b.seal.hex[0] ? keys_id(&b, keys)
                        : lu_fail(LU_ERR_CANNOT, "the bundle is not committed: run lineup "
                                                 "watermark commit first");
    lu_bundle_fini(&b);
    return lu_within(err, "%s", path);
}

lu_err lu_case_mark(lu_case *c, const lu_mark_verify_options *o, const lu_job *job)
{
    lu_mark_verify_options mine = *o;
    char *test = NULL;
    lu_sha256 keys;
    lu_err err;

    LU_TRY(lu_case_may_run(c));
    LU_TRY(look_into(o->bundle, &keys));
    if (c->set[LU_SET_TEST].given) {
        LU_TRY(lu_case_spec(c, LU_SET_TEST, &test));
    }
    mine.test = test;
    err = lu_journal_refusal(c, "watermark", verify_suspects(c, &mine, &keys, job));
    free(test);
    return err;
}

/* --- what is kept --- */

/* The suspect with these weights: another item, the victim first of all, may have the same. */
static const lu_item *suspect_of(const lu_case *c, const lu_sha256 *weights)
{
    for (size_t i = 0; i < c->items; i++) {
        if (c->item[i].role == LU_ROLE_SUSPECT &&
            strcmp(c->item[i].weights.sha256.hex, weights->hex) == 0) {
            return &c->item[i];
        }
    }
    return NULL;
}

/* Under the name its model has now; "" when it was taken out. */
static lu_err read_result(const lu_case *c, const lu_recorded *from, lu_mark_report *r)
{
    const lu_item *item;
    lu_sha256 keys;

    LU_TRY(lu_mark_kept_load(c, from, r, &keys));
    item = suspect_of(c, &r->tried[LU_TRIED_SUSPECT].sha256);
    snprintf(r->model, sizeof r->model, "%s", item ? item->name : "");
    r->bundle.path[0] = '\0'; /* where it lay then */
    return LU_OK;
}

/* Where a result of the same bundle on the same model stands, else the end. */
static size_t place_of(const lu_kept_marks *m, const lu_mark_report *r)
{
    size_t i = 0;

    while (i < m->n && (strcmp(m->report[i].bundle.seal.hex, r->bundle.seal.hex) != 0 ||
                        strcmp(m->report[i].model, r->model) != 0)) {
        i++;
    }
    return i;
}

/* Takes r over. */
static lu_err put(lu_kept_marks *m, lu_mark_report *r)
{
    size_t i = place_of(m, r);
    lu_mark_report *list;

    if (i < m->n) {
        lu_mark_report_fini(&m->report[i]);
    } else {
        list = lu_resize(m->report, m->n + 1, sizeof *list);
        if (list == NULL) {
            lu_mark_report_fini(r);
            return LU_ERR_MEMORY;
        }
        m->report = list;
        m->n++;
    }
    m->report[i] = *r;
    return LU_OK;
}

lu_err lu_case_marks(const lu_case *c, lu_kept_marks *out)
{
    lu_mark_report r;
    lu_err err = LU_OK;

    *out = (lu_kept_marks){0};
    for (size_t i = 0; i < c->results && !err; i++) {
        if (strcmp(c->result[i].stage, "watermark") != 0) {
            continue;
        }
        err = read_result(c, &c->result[i], &r);
        if (!err && r.model[0]) {
            err = put(out, &r);
        } else if (!err) {
            lu_mark_report_fini(&r); /* its model was taken out */
        }
    }
    if (err) {
        lu_kept_marks_fini(out);
    }
    return err;
}

void lu_kept_marks_fini(lu_kept_marks *m)
{
    for (size_t i = 0; i < m->n; i++) {
        lu_mark_report_fini(&m->report[i]);
    }
    free(m->report);
    *m = (lu_kept_marks){0};
}
