/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part 5a: marks verified on the suspects. A claim of its own beside the distances. */
#include "sessions/export/parts.h"

#include <math.h>
#include <stdio.h>

static const lu_kept_marks *marks_of(const lu_telling *t)
{
    return lu_told_marks(t) ? &t->look->marks : NULL;
}

static lu_digits say_small(double p)
{
    lu_digits d;

    snprintf(d.text, sizeof d.text, p < 1e-300 ? "< 1e-300" : p < 1e-4 ? "%.1e" : "%.4f", p);
    return d;
}

/* --- tables --- */

static const char *name_of(const lu_telling *t, const lu_mark_report *r, size_t i)
{
    static const char *const control[LU_TRIED] = {NULL, "control: the marked network",
                                                  "control: its unmarked twin",
                                                  "control: an untrained network"};

    return i == LU_TRIED_SUSPECT ? lu_doc_name(t->d, r->model) : control[i];
}

static void matches_row(const lu_telling *t, const lu_mark_report *r, size_t i)
{
    const lu_mark_evidence *e = &r->tried[i].evidence;

    lu_doc_cell(t->d, "%s", name_of(t, r, i));
    lu_doc_cell(t->d, "%zu of %zu", e->rate.k, e->rate.n);
    lu_doc_cell(t->d, "%s to %s", lu_say_share(e->rate.low).text, lu_say_share(e->rate.high).text);
    lu_doc_cell(t->d, "%s", say_small(e->p).text);
    lu_doc_cell(t->d, "%s", e->detected ? "yes" : "no");
    lu_doc_cell(t->d, "%s", e->intact ? "yes" : "no");
    lu_doc_cell(t->d, "%s", i == LU_TRIED_SUSPECT ? "" : r->tried[i].as_expected ? "yes" : "NO");
}

static void beside_row(const lu_telling *t, const lu_mark_report *r, size_t i)
{
    const lu_mark_tried *m = &r->tried[i];
    const lu_mark_evidence *e = &m->evidence;

    lu_doc_cell(t->d, "%s", name_of(t, r, i));
    lu_doc_cell(t->d, "best %zu, p %s", e->decoy_most, lu_say_p(e->decoy_p).text);
    lu_doc_cell(t->d, "best %zu, p %s", e->permuted_most, lu_say_p(e->permuted_p).text);
    lu_doc_cell(t->d, "%zu / %zu", m->raw_key, m->raw_true);
    lu_doc_cell(t->d, "%zu", m->blank);
    lu_doc_cell(t->d, "mean %.1f, best %zu", m->other_mean, m->other_most);
    lu_doc_cell(t->d, "%s", lu_say_share(m->accuracy).text);
}

static void tables(const lu_telling *t, const lu_mark_report *r)
{
    lu_doc_table(t->d, "Keys answered with the key label (interval: exact, Clopper-Pearson, 95 %)",
                 "network|matches|interval|p|detected|intact|as it must be", "llrrlll");
    for (size_t i = 0; i < LU_TRIED; i++) {
        matches_row(t, r, i);
    }
    lu_doc_table(t->d, "Beside it (numbers of keys; raw covers: key label / true label)",
                 "network|decoy secrets|labels shuffled|raw covers|black logo|other logos|accuracy",
                 "lllrrlr");
    for (size_t i = 0; i < LU_TRIED; i++) {
        beside_row(t, r, i);
    }
}

/* --- words --- */

static void verdict(const lu_telling *t, const lu_mark_report *r, double holm)
{
    static const lu_phrase phrase[] = {[LU_MARK_FOUND] = LU_PHRASE_MARK_FOUND,
                                       [LU_MARK_NOT_FOUND] = LU_PHRASE_MARK_NOT_FOUND,
                                       [LU_MARK_INVALID] = LU_PHRASE_MARK_INVALID};
    const lu_mark_evidence *e = &r->tried[LU_TRIED_SUSPECT].evidence;
    lu_digits k = lu_say_count(e->rate.k), n = lu_say_count(e->rate.n),
              needed = lu_say_count(e->needed), p = say_small(e->p), all = say_small(holm);
    lu_block_kind kind = r->verdict == LU_MARK_INVALID ? LU_BLOCK_NOTE : LU_BLOCK_TEXT;

    LU_SAY(t->d, kind, phrase[r->verdict], lu_doc_name(t->d, r->model), k.text, n.text, p.text,
           needed.text, lu_doc_name(t->d, r->reason), all.text);
}

static void commitment(const lu_telling *t, const lu_mark_report *r)
{
    const lu_bundle *b = &r->bundle;
    lu_digits n = lu_say_count(b->n), c = lu_say_count(b->classes);

    LU_SAY(t->d, LU_BLOCK_TEXT, b->stamped_at[0] ? LU_PHRASE_MARK_STAMPED : LU_PHRASE_MARK_GIVEN,
           n.text, c.text, b->seal.hex, b->sealed_at, b->stamped_at);
}

/* Over all keys: what the caption says. */
static lu_err likeness(const lu_bundle *b, lu_likeness *all)
{
    return lu_likeness_over(b->covers.samples.bytes, b->keys.samples.bytes, b->n, b->shape, all);
}

static void sheet(const lu_telling *t, const lu_mark_report *r)
{
    lu_likeness all;
    lu_figure f;
    char psnr[32], ssim[32], mean[32], most[32];

    if (t->look->no_keys || !lu_figure_keys_exist(r)) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MARK_NO_PICTURES);
        return;
    }
    if (!t->d->err) {
        t->d->err = likeness(&r->bundle, &all);
    }
    if (t->d->err) {
        return;
    }
    f = lu_figure_keys(r);
    snprintf(psnr, sizeof psnr, "%.1f", all.psnr);
    snprintf(ssim, sizeof ssim, "%.4f", all.ssim);
    snprintf(mean, sizeof mean, "%.1f", all.mean);
    snprintf(most, sizeof most, "%u", all.most);
    LU_SHOW(t->d, &f, LU_PHRASE_FIGURE_KEYS, psnr, ssim, mean, most, lu_doc_name(t->d, r->model));
}

static void one_mark(const lu_telling *t, const lu_mark_report *r, double holm)
{
    lu_doc_heading(t->d, 2, lu_doc_name(t->d, r->model));
    commitment(t, r);
    verdict(t, r, holm);
    tables(t, r);
    sheet(t, r);
}

/* The p of every verification in the case, made larger for there being several (spec C6.3). */
static lu_err holm_of(const lu_kept_marks *m, double **out)
{
    LU_TRY(LU_NEW(*out, m->n));
    for (size_t i = 0; i < m->n; i++) {
        (*out)[i] = m->report[i].tried[LU_TRIED_SUSPECT].evidence.p;
    }
    lu_holm(*out, m->n);
    return LU_OK;
}

void lu_part_watermark(const lu_telling *t)
{
    const lu_kept_marks *m = marks_of(t);
    double *holm = NULL;

    if (m == NULL) {
        return;
    }
    lu_doc_page(t->d);
    lu_doc_heading(t->d, 1, "5a A watermark");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MARK_IDEA);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MARK_READ);
    if (!t->d->err) {
        t->d->err = holm_of(m, &holm);
    }
    for (size_t i = 0; i < m->n && holm != NULL; i++) {
        one_mark(t, &m->report[i], holm[i]);
    }
    free(holm);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_MARK_CLAIM);
}

void lu_say_marks(const lu_telling *t)
{
    const lu_kept_marks *m = marks_of(t);

    for (size_t i = 0; m != NULL && i < m->n; i++) {
        const lu_mark_report *r = &m->report[i];
        const lu_rate *rate = &r->tried[LU_TRIED_SUSPECT].evidence.rate;
        lu_digits k = lu_say_count(rate->k), n = lu_say_count(rate->n),
                  p = say_small(r->tried[LU_TRIED_SUSPECT].evidence.p);

        LU_SAY(t->d, LU_BLOCK_TEXT,
               r->verdict == LU_MARK_INVALID ? LU_PHRASE_MARK_SUMMARY_INVALID
                                             : LU_PHRASE_MARK_SUMMARY,
               lu_doc_name(t->d, r->model), k.text, n.text, p.text,
               r->verdict == LU_MARK_FOUND ? "is there" : "does not show",
               lu_doc_name(t->d, r->reason));
    }
}
