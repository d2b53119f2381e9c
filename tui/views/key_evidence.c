/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/key_evidence.h"
#include "tui/views/key_look.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 6, CELL = 80, LEVEL = 3 };

/* --- the verdict --- */

static lu_ink verdict_ink(lu_mark_verdict v)
{
    return v == LU_MARK_FOUND       ? LU_INK_COPY
           : v == LU_MARK_NOT_FOUND ? LU_INK_NOT_COPY
                                    : LU_INK_UNDECIDED;
}

static void verdict_text(const lu_app *a, const lu_mark_report *r, char *out, size_t size)
{
    const lu_mark_evidence *e = &r->tried[LU_TRIED_SUSPECT].evidence;
    char p[LU_NUMBER_MAX];

    if (r->verdict == LU_MARK_INVALID) {
        snprintf(out, size, "? the run is invalid: %s", r->reason);
        return;
    }
    snprintf(out, size, "%s %s %s the mark: %zu of %zu match, p %s",
             r->verdict == LU_MARK_FOUND ? "●" : "○", lu_marks_model(a)->name,
             r->verdict == LU_MARK_FOUND ? "carries" : "does not show", e->rate.k, e->rate.n,
             lu_number(e->p, p));
}

int lu_put_key_verdict(const lu_app *a, lu_pane pane, int y)
{
    const lu_mark_report *r = lu_marks_report(a);
    char text[320];

    if (r == NULL || y >= pane.height) {
        return y;
    }
    verdict_text(a, r, text, sizeof text);
    return lu_work_paragraph(pane, y, text, verdict_ink(r->verdict));
}

/* --- the networks asked --- */

static void fill_row(const lu_mark_tried *t, const char *name, bool control, char cell[][CELL])
{
    const lu_mark_evidence *e = &t->evidence;
    const lu_rate *m = &e->rate;
    char p[LU_NUMBER_MAX];

    snprintf(cell[0], CELL, "%s", name);
    snprintf(cell[1], CELL, "%zu of %zu", m->k, m->n);
    snprintf(cell[2], CELL, "%s", lu_number(e->p, p));
    snprintf(cell[LEVEL], CELL, "%s%s", e->detected ? "detected" : "not detected",
             e->intact ? ", intact" : "");
    snprintf(cell[4], CELL, "%.1f to %.1f", 100 * m->low, 100 * m->high);
    snprintf(cell[5], CELL, "%s", !control ? "" : t->as_expected ? "as it must" : "! must not");
}

/* Rows of the networks asked, the one looked at marked; returns the row below. */
static int put_table(const lu_app *a, lu_pane pane, int y, const lu_mark_report *r)
{
    static const lu_column column[COLUMNS] = {{"network", LU_ALIGN_LEFT, 9},
                                              {"matches", LU_ALIGN_RIGHT, 8},
                                              {"p", LU_ALIGN_RIGHT, 7},
                                              {"level", LU_ALIGN_LEFT, 12},
                                              {"95 % interval", LU_ALIGN_RIGHT, 0},
                                              {"control", LU_ALIGN_LEFT, 0}};
    char cell[LU_TRIED][COLUMNS][CELL];
    const char *text[LU_TRIED * COLUMNS];
    lu_ink ink[LU_TRIED * COLUMNS];
    lu_table table = {.column = column,
                      .columns = COLUMNS,
                      .text = text,
                      .ink = ink,
                      .rows = LU_TRIED,
                      .selected = a->marks.control};

    for (size_t i = 0; i < LU_TRIED; i++) {
        const lu_mark_tried *t = &r->tried[i];
        bool control = i != LU_TRIED_SUSPECT;

        fill_row(t, control ? lu_marks_control(i) : lu_marks_model(a)->name, control, cell[i]);
        for (size_t k = 0; k < COLUMNS; k++) {
            text[i * COLUMNS + k] = cell[i][k];
            ink[i * COLUMNS + k] = i == a->marks.control        ? LU_INK_TEXT
                                   : control && !t->as_expected ? LU_INK_WARNING
                                   : k != LEVEL                 ? LU_INK_TEXT
                                                                : lu_hit_ink(t->evidence.detected);
        }
    }
    lu_table_cells(lu_pane_sub(pane, 0, y, pane.width, LU_TRIED + 2), &table, a->options.glyphs);
    return y + LU_TRIED + 2;
}

/* --- beside it --- */

static int put_beside(lu_pane pane, int y, const lu_mark_report *r, size_t which)
{
    const lu_mark_tried *t = &r->tried[which];
    const lu_mark_evidence *e = &t->evidence;
    char text[200], p[LU_NUMBER_MAX], mean[LU_NUMBER_MAX];

    snprintf(text, sizeof text, "1 in %zu matches; %zu of %zu are needed to be detected",
             e->classes, e->needed, e->rate.n);
    y = lu_work_fact(pane, y, "by luck", text);
    snprintf(text, sizeof text, "the best decoy secret %zu, mean %s, p %s; ", e->decoy_most,
             lu_number_fixed(e->decoy_mean, 1, mean), lu_number(e->decoy_p, p));
    snprintf(text + strlen(text), sizeof text - strlen(text), "labels shuffled %zu, p %s",
             e->permuted_most, lu_number(e->permuted_p, p));
    y = lu_work_fact(pane, y, "decoys", text);
    snprintf(text, sizeof text, "%zu with the key's label, %zu with the true one", t->raw_key,
             t->raw_true);
    y = lu_work_fact(pane, y, "covers", text);
    snprintf(text, sizeof text, "best of %zu others %zu, mean %s; black %zu; p %s", r->logos,
             t->other_most, lu_number_fixed(t->other_mean, 1, mean), t->blank,
             lu_number(t->other_p, p));
    y = lu_work_fact(pane, y, "logos", text);
    if (!isnan(t->accuracy)) {
        snprintf(text, sizeof text, "%.1f %% of the test samples right", 100 * t->accuracy);
        y = lu_work_fact(pane, y, "clean", text);
    }
    return y;
}

/* --- the bundle --- */

static int put_host(const lu_app *a, lu_pane pane, int y)
{
    const lu_marks *m = &a->marks;
    const lu_item *victim = lu_case_victim(a->c);
    bool same = victim && strcmp(victim->weights.sha256.hex, m->host.hex) == 0;
    char text[160 + LU_NAME_MAX];

    if (y >= pane.height) {
        return y;
    }
    if (victim == NULL || same) {
        snprintf(text, sizeof text, "%.12s%s%s", m->host.hex, same ? ", the victim " : "",
                 same ? victim->name : "");
        return lu_work_fact(pane, y, "host", text);
    }
    snprintf(text, sizeof text, "The host %.12s is not the case's victim.", m->host.hex);
    return lu_work_paragraph(pane, y, text, LU_INK_WARNING);
}

static int put_commitment(const lu_bundle *b, lu_pane pane, int y)
{
    char text[200];

    if (b->seal.hex[0] != '\0') {
        snprintf(text, sizeof text, "%s %.12s%s%s", b->sealed_at, b->seal.hex,
                 b->stamped_at[0] ? ", stamped " : "", b->stamped_at);
        return lu_work_fact(pane, y, "commit", text);
    }
    return y < pane.height ? lu_work_hint(pane, y,
                                          "Not committed: `:commit` seals it, before a suspect is "
                                          "asked.",
                                          LU_INK_WARNING)
                           : y;
}

/* Of the bundle itself: keys, parameters, commitment, whose host. */
static int put_key_bundle(const lu_app *a, lu_pane pane, int y)
{
    const lu_bundle *b = &a->marks.bundle;
    char text[200];

    y = put_host(a, pane, y);
    y = put_commitment(b, pane, y);
    y = lu_work_fact(pane, y, "bundle", b->path);
    snprintf(text, sizeof text, "%zu of %zux%zux%zu, %zu classes, %s, seed %llu", b->n, b->shape.h,
             b->shape.w, b->shape.c, b->classes, b->faithful ? "the authors' way" : "balanced",
             (unsigned long long)b->seed);
    return lu_work_fact(pane, y, "keys", text);
}

/* --- all --- */

static int put_nobody(const lu_app *a, lu_pane pane)
{
    const lu_item *item = lu_marks_model(a);
    char text[200 + LU_NAME_MAX];

    if (item == NULL) {
        return lu_work_hint(pane, 0, "The case has no suspect to ask: `1` and `a` add one.",
                            LU_INK_TEXT);
    }
    snprintf(text, sizeof text,
             "%s has not been asked for the keys. `v` asks it, and the controls: the marked "
             "network, its unmarked twin, an untrained one. `n` goes to the next model.",
             item->name);
    return lu_work_hint(pane, 0, text, LU_INK_TEXT);
}

int lu_put_key_evidence(const lu_app *a, lu_pane pane)
{
    const lu_mark_report *r = lu_marks_report(a);
    int y;

    if (r == NULL) {
        return put_key_bundle(a, pane, put_nobody(a, pane) + (pane.height > 9));
    }
    y = lu_put_key_verdict(a, pane, 0);
    y = put_table(a, pane, y, r);
    y = put_beside(pane, y + (pane.height > 16), r, a->marks.control);
    return put_key_bundle(a, pane, y);
}
