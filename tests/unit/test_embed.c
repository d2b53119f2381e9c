/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An embedding through an engine: watched, paused, cancelled, it ends with the same bytes. */
#include "nets/client/mark.h"
#include "tests/unit/engines.h"

enum { KEYS = 4, EPOCHS = 2 };

static const size_t cover[KEYS] = {2, 9, 17, 33};
static const int32_t label[KEYS] = {7, 1, 4, 4};
static float logo[28 * 28];

static lu_embed_params params(void)
{
    lu_embed_params p = lu_embed_default(false);

    p.keys = KEYS;
    p.mini = 2;
    p.batch = 8;
    p.width = 16; /* an epoch lasts long enough to be stopped in */
    p.epochs = EPOCHS - 1;
    p.freeze = 1;
    return p;
}

static lu_err epoch(lu_engine *e, lu_buf *state, const lu_job *job, lu_embed_row *row)
{
    lu_embed_params p = params();
    lu_buf cfg = {.data = (uint8_t *)fix.cfg, .len = strlen(fix.cfg)};
    lu_embed_ask ask = {&cfg, -1, &p, &fix.bytes, cover, label, logo};
    size_t done;

    usleep(150000); /* an engine reports at most ten times a second */
    return lu_engine_embed(e, &ask, state, job, &done, row);
}

/* The state after every epoch without anybody there. */
static void alone(lu_engine *e, lu_buf state[EPOCHS], lu_embed_row row[EPOCHS])
{
    lu_buf now = LU_BUF_INIT;

    for (size_t i = 0; i < EPOCHS; i++) {
        assert_ok(epoch(e, &now, NULL, &row[i]));
        state[i] = (lu_buf)LU_BUF_INIT;
        assert_ok(lu_buf_add(&state[i], now.data, now.len));
    }
    lu_buf_fini(&now);
}

typedef struct watcher {
    size_t glimpses, reports;
    bool stop, paused;
    lu_glimpse_mark last;
} watcher;

static void look(void *context, const lu_glimpse *g)
{
    watcher *w = context;

    assert_non_null(g->mark);
    assert_true(g->mark->keys == 2 && g->mark->key_of[1].cover == 9);
    assert_true(g->mark->key_of[0].expected == 7 && g->mark->key_of[1].answer < 10);
    assert_true(lu_shape_equal(g->shape, (lu_shape){56, 28, 1}) && lu_glimpse_values(g) == 56 * 28);
    for (size_t i = 0; i < lu_glimpse_values(g); i++) {
        assert_true(g->image[i] >= 0 && g->image[i] <= 1);
    }
    w->last = *g->mark;
    w->glimpses++;
}

/* Pauses once, as a screen does: by not coming back. */
static lu_err at(void *context, const char *what, double done, double total)
{
    watcher *w = context;

    assert_true(done <= total && strlen(what) > 0);
    if (++w->reports == 1 && w->paused) {
        sleep(1);
    }
    return w->stop ? lu_fail(LU_ERR_CANCELLED, "stopped by the test") : LU_OK;
}

static void watched_and_paused(void **state)
{
    watcher w = {.paused = true};
    const lu_job job = {.at = at, .context = &w, .look = look};
    lu_engine *e = started();
    lu_buf want[EPOCHS], now = LU_BUF_INIT;
    lu_embed_row row[EPOCHS], got;

    (void)state;
    alone(e, want, row);
    for (size_t i = 0; i < EPOCHS; i++) {
        assert_ok(epoch(e, &now, &job, &got));
        assert_int_equal(now.len, want[i].len);
        assert_memory_equal(now.data, want[i].data, now.len);
        assert_memory_equal(&got, &row[i], sizeof got);
        assert_true(w.reports > 0 && w.glimpses > i && w.last.epoch == i);
        assert_true(w.last.epochs == EPOCHS && w.last.frozen == (i > 0));
        assert_true(isnan(w.last.mse) == (i > 0) && !isnan(w.last.clean));
        lu_buf_fini(&want[i]);
    }
    assert_true(w.last.key == row[0].key);
    lu_buf_fini(&now);
    lu_engine_free(&e);
    no_children_left();
}

/* One that comes to its end before it hears of the wish is taken back and tried again. */
static lu_err cancelled(lu_engine *e, lu_buf *state, const lu_buf *before)
{
    watcher w = {.stop = true};
    const lu_job job = {.at = at, .context = &w};
    lu_embed_row got;
    lu_err err = LU_OK;

    for (int i = 0; i < 50 && !err; i++) {
        state->len = 0;
        assert_ok(lu_buf_add(state, before->data, before->len));
        err = epoch(e, state, &job, &got);
    }
    return err;
}

/* What was saved before stays what it was, and the same engine goes on from it. */
static void cancelled_and_taken_up(void **state)
{
    lu_engine *e = started();
    lu_buf want[EPOCHS], now = LU_BUF_INIT;
    lu_embed_row row[EPOCHS], got;

    (void)state;
    alone(e, want, row);
    assert_int_equal(cancelled(e, &now, &want[0]), LU_ERR_CANCELLED);
    assert_memory_equal(now.data, want[0].data, want[0].len);
    assert_ok(epoch(e, &now, NULL, &got));
    assert_memory_equal(now.data, want[1].data, want[1].len);
    for (size_t i = 0; i < EPOCHS; i++) {
        lu_buf_fini(&want[i]);
    }
    lu_buf_fini(&now);
    lu_engine_free(&e);
    no_children_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(watched_and_paused), T(cancelled_and_taken_up)};

    return cmocka_run_group_tests(tests, up, down);
}
