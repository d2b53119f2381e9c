/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/watermark/sheet.h"
#include "sessions/case/files.h"
#include "sessions/watermark/answers.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *const only_names[LU_KEYS_ONLY] = {"all", "missed", "hit"};

const char *lu_keys_only_name(lu_keys_only only)
{
    return only_names[only];
}

bool lu_keys_only_parse(const char *name, lu_keys_only *out)
{
    for (int i = 0; i < LU_KEYS_ONLY; i++) {
        if (strcmp(name, only_names[i]) == 0) {
            *out = (lu_keys_only)i;
            return true;
        }
    }
    return false;
}

/* --- what is on it --- */

typedef struct sheet_work {
    const lu_sheet_options *o;
    lu_bundle bundle;
    lu_likeness *like; /* owned */
    int32_t *answer;   /* owned */
    size_t *shown;     /* owned */
    lu_key_sheet sheet;
} sheet_work;

static lu_err ask(sheet_work *w, const lu_job *job)
{
    const lu_bundle *b = &w->bundle;
    lu_answering a;
    lu_err err;

    if (b->seal.hex[0] == '\0') {
        err = lu_fail(LU_ERR_CANNOT,
                      "the bundle is not committed: run lineup watermark commit first");
        return lu_within(err, "%s", b->path);
    }
    LU_TRY(lu_answering_open(w->o->cfg, w->o->weights, w->o->reference, &a));
    err = lu_answering_labels(&a, &b->keys, job, &w->answer);
    lu_answering_close(&a);
    if (!err) {
        w->sheet.answer = w->answer;
        w->sheet.matches = lu_matches(w->answer, b->label, b->n);
        w->sheet.p = lu_binomial_tail(b->n, w->sheet.matches, 1 / (double)b->classes);
    }
    return err;
}

static lu_err choose(sheet_work *w)
{
    const lu_bundle *b = &w->bundle;

    LU_TRY(LU_NEW(w->shown, b->n));
    for (size_t i = 0; i < b->n; i++) {
        if (w->answer == NULL || lu_keys_fit(w->o->only, w->answer[i] == b->label[i])) {
            w->shown[w->sheet.n++] = i;
        }
    }
    w->sheet.key = w->shown;
    return w->sheet.n ? LU_OK
                      : lu_fail(LU_ERR_CANNOT, "there is no key to show: none is %s",
                                lu_keys_only_name(w->o->only));
}

static lu_err prepare(sheet_work *w, const lu_job *job)
{
    const lu_sheet_options *o = w->o;
    lu_bundle *b = &w->bundle;

    w->sheet = (lu_key_sheet){.bundle = b, .name = o->name, .p = NAN, .gain = o->gain};
    LU_TRY(LU_NEW(w->like, b->n));
    LU_TRY(lu_likeness_of(b->covers.samples.bytes, b->keys.samples.bytes, b->n, b->shape, w->like));
    w->sheet.like = w->like;
    if (o->cfg != NULL) {
        LU_TRY(ask(w, job));
    }
    return choose(w);
}

/* --- files --- */

static lu_err save_part(const sheet_work *w, size_t key, lu_key_part part)
{
    static const char *const names[] = {"original", "key"};
    lu_buf png = LU_BUF_INIT;
    lu_picture p = {0};
    char name[64];
    lu_err err;

    if (part == LU_KEY_DIFFERENCE) {
        snprintf(name, sizeof name, "key-%04zu-difference-x%u.png", key, w->sheet.gain);
    } else {
        snprintf(name, sizeof name, "key-%04zu-%s.png", key, names[part]);
    }
    err = lu_key_picture(&w->bundle, key, part, w->sheet.gain, &p);
    if (!err) {
        err = lu_out_png(&p, &png);
    }
    if (!err) {
        err = lu_bundle_save(w->o->out, name, &png);
    }
    lu_picture_fini(&p);
    lu_buf_fini(&png);
    return err;
}

static lu_err save_keys(const sheet_work *w, const lu_job *job)
{
    for (size_t i = 0; i < w->sheet.n; i++) {
        LU_TRY(lu_job_at(job, "writing pictures", (double)i, (double)w->sheet.n));
        for (int part = 0; part < LU_KEY_PARTS; part++) {
            LU_TRY(save_part(w, w->sheet.key[i], (lu_key_part)part));
        }
    }
    return LU_OK;
}

/* The figures, one key a line. "answer" and "hit" are empty when nobody was asked. */
static lu_err print_csv(const lu_key_sheet *s, lu_buf *out)
{
    const lu_bundle *b = s->bundle;

    LU_TRY(lu_buf_print(out, "key,sample,true,expected,answer,hit,psnr,ssim,mean,most\n"));
    for (size_t i = 0; i < s->n; i++) {
        size_t k = s->key[i];
        char answer[32] = ",";

        if (s->answer != NULL) {
            snprintf(answer, sizeof answer, "%d,%d", (int)s->answer[k],
                     s->answer[k] == b->label[k]);
        }
        LU_TRY(lu_buf_print(out, "%zu,%zu,%d,%d,%s,%.9g,%.9g,%.9g,%u\n", k, b->cover[k],
                            (int)b->covers.samples.labels[k], (int)b->label[k], answer,
                            s->like[k].psnr, s->like[k].ssim, s->like[k].mean, s->like[k].most));
    }
    return LU_OK;
}

static lu_err print_pdf(const lu_key_sheet *s, lu_buf *out)
{
    char date[32];

    lu_utc_now(date);
    return lu_key_sheet_pdf(s, date, out);
}

static lu_err save_sheets(const sheet_work *w)
{
    static const struct {
        const char *name;
        lu_err (*print)(const lu_key_sheet *s, lu_buf *out);
    } file[] = {{"keys.csv", print_csv},
                {"sheet.png", lu_key_sheet_png},
                {"sheet.svg", lu_key_sheet_svg},
                {"sheet.pdf", print_pdf}};

    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        lu_buf bytes = LU_BUF_INIT;
        lu_err err = file[i].print(&w->sheet, &bytes);

        if (!err) {
            err = lu_bundle_save(w->o->out, file[i].name, &bytes);
        }
        lu_buf_fini(&bytes);
        LU_TRY(err);
    }
    return LU_OK;
}

static lu_err make(sheet_work *w, const lu_job *job)
{
    const char *out = w->o->out;

    LU_TRY(prepare(w, job));
    if (mkdir(out, 0755) && errno != EEXIST) {
        return lu_within(lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno)), "%s", out);
    }
    LU_TRY(save_keys(w, job));
    return save_sheets(w);
}

lu_err lu_mark_sheet(const lu_sheet_options *o, const lu_job *job, lu_sheet_made *out)
{
    sheet_work w = {.o = o};
    lu_err err;

    *out = (lu_sheet_made){.p = NAN};
    LU_TRY(lu_bundle_open(o->bundle, &w.bundle));
    err = make(&w, job);
    if (!err) {
        *out = (lu_sheet_made){w.bundle.n, w.sheet.n, w.sheet.matches, w.sheet.p};
    }
    free(w.like);
    free(w.answer);
    free(w.shown);
    lu_bundle_fini(&w.bundle);
    return err;
}
