/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/key_live.h"
#include "tui/views/key_look.h"
#include "tui/views/work_live.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>

enum {
    PANES = 3,
    CHART = 5, /* rows of a chart at least */
    WORDS = 2, /* rows below the pictures; one where pixels need the other */
    NARROW = 40,
    LIST = 24,  /* columns of the list of keys */
    MARGINS = 4 /* columns of a box's frame and inset */
};

static long chosen; /* of the keys pictured; counted round */

void lu_key_live_step(int by)
{
    chosen += by;
}

/* --- the keys --- */

static size_t shown_key(const lu_glimpse_mark *m)
{
    long n = (long)m->keys;

    return n > 0 ? (size_t)((chosen % n + n) % n) : 0;
}

/* One of the keys beside its cover, out of images that lie below each other. */
static void pair_of(const lu_live *l, size_t k, lu_samples *start, lu_samples *now, lu_pair *p)
{
    const lu_glimpse *g = &l->now;
    lu_shape shape = {g->shape.h / g->mark->keys, g->shape.w, g->shape.c};

    *start = (lu_samples){.n = g->mark->keys, .shape = shape};
    *now = *start;
    start->values = (float *)(uintptr_t)g->start;
    now->values = (float *)(uintptr_t)g->image;
    *p = (lu_pair){.seeds = start, .tests = now, .seed = k, .test = k};
    snprintf(p->seed_name, sizeof p->seed_name, "original #%llu",
             (unsigned long long)g->mark->key_of[k].cover);
    snprintf(p->test_name, sizeof p->test_name, "key %zu%s", k, g->mark->frozen ? "" : " now");
}

static void put_counts(const lu_live *l, lu_pane pane, int y)
{
    const lu_glimpse_mark *m = l->now.mark;
    char text[128];

    if (y < pane.height && !isnan(m->key)) {
        snprintf(text, sizeof text, "%zu of %zu keys answered, %.0f %% of the covers", l->now.kept,
                 l->now.tried, 100 * m->raw);
        lu_work_paragraph(pane, y, text, LU_INK_DIM);
    } else if (y < pane.height) {
        lu_work_hint(pane, y, "`Right`: the next key, `t` turns", LU_INK_DIM);
    }
}

static void put_words(const lu_live *l, lu_pane pane, size_t k)
{
    const lu_glimpse_key *key = &l->now.mark->key_of[k];
    char text[96];
    int y;

    lu_put_hit(pane, 0, key->answer == key->expected, true);
    snprintf(text, sizeof text, "%s%d, expected %d", pane.width < NARROW ? "" : "answers ",
             (int)key->answer, (int)key->expected);
    y = lu_work_paragraph(lu_pane_sub(pane, 10, 0, pane.width - 10, pane.height), 0, text,
                          LU_INK_TEXT);
    put_counts(l, pane, y);
}

static const char *phase(const lu_glimpse_mark *m)
{
    return m->twin     ? "the unmarked twin"
           : m->frozen ? "the host, on frozen keys"
                       : "all three networks";
}

static void put_keys(const lu_app *a, lu_pane pane, bool focus, const lu_live *l, unsigned turn)
{
    const lu_glimpse_mark *m = l->now.mark;
    size_t k = shown_key(m);
    lu_samples start, now;
    lu_picture_plan plan;
    lu_pair p;
    lu_pane in = lu_work_inset(
        lu_work_box(a, pane, focus, "Key %zu of %zu pictured", m->keys ? k + 1 : 0, m->keys));

    if (m->keys == 0 || lu_glimpse_values(&l->now) == 0) {
        lu_work_paragraph(in, 0,
                          m->twin ? "The unmarked twin is trained: the same start, samples and "
                                    "steps, but no keys."
                                  : "These images are too large to be shown while they change.",
                          LU_INK_DIM);
        return;
    }
    pair_of(l, k, &start, &now, &p);
    plan = lu_pictures_plan(a, start.shape, in.width, in.height - WORDS);
    if (plan.zoom == 0) {
        plan = lu_pictures_plan(a, start.shape, in.width, in.height - 1);
    }
    lu_put_pictures(a, in, &p, &plan, turn);
    put_words(l, lu_work_below(in, plan.count ? plan.height + 1 : 0), k);
}

/* All keys pictured, a row each. */
static void put_list(const lu_app *a, lu_pane pane, const lu_live *l)
{
    const lu_glimpse_mark *m = l->now.mark;
    lu_pane in = lu_work_box(a, pane, false, "Keys");

    for (size_t k = 0; k < m->keys; k++) {
        const lu_glimpse_key *key = &m->key_of[k];
        lu_pane row = lu_pane_sub(in, 0, (int)k, in.width, 1);

        lu_pane_text(row, 0, 0, k == shown_key(m) ? "▌" : " ", LU_INK_FOCUS);
        lu_pane_print(row, 1, 0, LU_INK_TEXT, "%3zu %3d %3d", k, (int)key->expected,
                      (int)key->answer);
        lu_put_hit(row, 14, key->answer == key->expected, true);
    }
    put_counts(l, lu_work_inset(in), (int)m->keys + 1);
}

/* --- curves --- */

static void put_losses(const lu_app *a, lu_pane pane, bool focus, const lu_live *l)
{
    static const char *const names[] = {"squared error", "1 - SSIM", "discriminator's", "host's"};
    static const lu_ink inks[] = {LU_INK_SUSPECT, LU_INK_THRESHOLD, LU_INK_NEGATIVE, LU_INK_VICTIM};
    lu_pane in = lu_work_inset(lu_work_box(a, pane, focus, "Losses of the encoder"));
    int across = in.height >= 4 * CHART ? 1 : in.height >= 2 * CHART ? 2 : 4;
    int width = (in.width + 1) / across, height = in.height * across / 4;

    for (int i = 0; i < 4; i++) {
        lu_pane at = lu_pane_sub(in, i % across * width, i / across * height, width - 1, height);

        lu_work_live_chart(a, at, &l->curve[LU_LIVE_MSE + i], names[i], inks[i]);
    }
}

static void put_bar(const lu_app *a, lu_pane row, const char *label, double share, lu_ink ink)
{
    enum { LABEL = 8, VALUE = 6 };

    lu_pane_text(row, 0, 0, label, LU_INK_TEXT);
    if (isnan(share)) {
        lu_pane_text(row, LABEL, 0, "after the first epoch", LU_INK_DIM);
        return;
    }
    lu_bar_cells(lu_pane_sub(row, LABEL, 0, row.width - LABEL - VALUE, 1), share, ink,
                 a->options.glyphs);
    lu_pane_print(row, row.width - VALUE + 1, 0, LU_INK_TEXT, "%3.0f %%", 100 * share);
}

/* Where curves have no room. */
static void put_bars(const lu_app *a, lu_pane pane, const lu_glimpse_mark *m)
{
    put_bar(a, lu_pane_sub(pane, 0, 0, pane.width, 1), m->twin ? "twin" : "clean", m->clean,
            LU_INK_PROGRESS);
    if (!m->twin) {
        put_bar(a, lu_pane_sub(pane, 0, 1, pane.width, 1), "keys", m->key, LU_INK_COPY);
        put_bar(a, lu_pane_sub(pane, 0, 2, pane.width, 1), "covers", m->raw, LU_INK_VICTIM);
    }
}

static void put_accuracies(const lu_app *a, lu_pane pane, bool focus, const lu_live *l)
{
    bool twin = l->now.mark->twin;
    lu_pane in = lu_work_inset(lu_work_box(a, pane, focus, "Answered right, percent"));
    int across = in.height >= 2 * CHART ? 1 : 2;
    int width = (in.width + 1) / across, height = in.height * across / 2;

    if (in.height < CHART) {
        put_bars(a, in, l->now.mark);
        return;
    }
    lu_work_live_chart(a, lu_pane_sub(in, 0, 0, width - 1, height),
                       &l->curve[twin ? LU_LIVE_TWIN : LU_LIVE_KEY],
                       twin ? "clean samples, the twin" : "keys, each epoch", LU_INK_COPY);
    lu_work_live_chart(
        a, lu_pane_sub(in, across == 2 ? width : 0, across == 2 ? 0 : height, width - 1, height),
        &l->curve[LU_LIVE_CLEAN], "clean samples", LU_INK_PROGRESS);
}

/* --- layouts --- */

/* "Embedding: all three networks, epoch 3 of 22, step 40 of 220" */
static void put_title(const lu_live *l, lu_pane row)
{
    const lu_glimpse_mark *m = l->now.mark;

    lu_pane_print(row, 1, 0, LU_INK_HEADER, "Embedding%s: %s, epoch %zu of %zu, step %zu of %zu",
                  l->over ? ", the last" : "", phase(m), m->epoch + 1, m->epochs, l->now.step,
                  l->now.steps);
}

static void live_one(const lu_app *a, lu_pane pane, const lu_live *l, unsigned turn)
{
    switch (a->focus % PANES) {
    case 0: put_keys(a, pane, true, l, turn); break;
    case 1: put_losses(a, pane, true, l); break;
    default: put_accuracies(a, pane, true, l); break;
    }
}

/* Keys on the left as wide as a picture, curves on the right. */
static void live_two(const lu_app *a, lu_pane pane, const lu_live *l, unsigned turn)
{
    int left = (int)l->now.shape.w + MARGINS, most = pane.width / 2, top = pane.height * 3 / 5;
    lu_pane right;

    left = left > most || lu_work_pixels(a) == LU_PIXELS_RAMP ? most : left < 30 ? 30 : left;
    top = pane.height < 4 * CHART ? 2 * CHART + 2 : top;
    right = lu_pane_sub(pane, left, 0, pane.width - left, pane.height);
    put_keys(a, lu_pane_sub(pane, 0, 0, left, pane.height), a->focus % PANES == 0, l, turn);
    put_losses(a, lu_pane_sub(right, 0, 0, right.width, top), a->focus % PANES == 1, l);
    put_accuracies(a, lu_work_below(right, top), a->focus % PANES == 2, l);
}

/* Pictures above with the list of keys beside them, curves below. */
static void live_wide(const lu_app *a, lu_pane pane, const lu_live *l, unsigned turn)
{
    int top = pane.height / 2 + 1, half = pane.width * 3 / 5;
    lu_pane below = lu_work_below(pane, top);

    put_keys(a, lu_pane_sub(pane, 0, 0, pane.width - LIST, top), a->focus % PANES == 0, l, turn);
    put_list(a, lu_pane_sub(pane, pane.width - LIST, 0, LIST, top), l);
    put_losses(a, lu_pane_sub(below, 0, 0, half, below.height), a->focus % PANES == 1, l);
    put_accuracies(a, lu_pane_sub(below, half, 0, below.width - half, below.height),
                   a->focus % PANES == 2, l);
}

void lu_put_key_live(lu_app *a, lu_pane pane, const lu_live *l, unsigned turn)
{
    lu_work_room room = lu_work_room_of(pane);

    put_title(l, lu_pane_sub(pane, 0, 0, pane.width, 1));
    pane = lu_work_below(pane, 1);
    if (room == LU_WORK_ONE) {
        live_one(a, pane, l, turn);
    } else if (room == LU_WORK_TWO) {
        live_two(a, pane, l, turn);
    } else {
        live_wide(a, pane, l, turn);
    }
}
