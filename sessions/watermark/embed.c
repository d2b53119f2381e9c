/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training with checkpoints, and the order of things. */
#include "sessions/watermark/embed.h"
#include "sessions/case/files.h"
#include "sessions/watermark/bundle.h"
#include "sessions/watermark/work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t STATE_MAX = (size_t)1 << 31;

/* --- checkpoints: .host.state and .twin.state, first the id they belong to --- */

static lu_err state_path(const lu_mark_work *w, bool twin, char *out)
{
    return lu_bundle_path(w->o->out, twin ? ".twin.state" : ".host.state", out);
}

/* The state saved last; empty when there is none. */
static lu_err read_state(const lu_mark_work *w, bool twin, lu_buf *state)
{
    const size_t head = sizeof w->id.hex;
    char path[LU_BUNDLE_PATH];
    lu_err err = LU_OK;

    *state = (lu_buf)LU_BUF_INIT;
    LU_TRY(state_path(w, twin, path));
    if (access(path, F_OK)) {
        return LU_OK;
    }
    LU_TRY(lu_file_read(AT_FDCWD, path, STATE_MAX, state));
    if (state->len < head || memcmp(state->data, w->id.hex, head) != 0) {
        err = lu_fail(LU_ERR_INPUT, "was begun with other options or samples; take another --out");
        lu_buf_fini(state);
        return lu_within(err, "%s", w->o->out);
    }
    state->len -= head;
    memmove(state->data, state->data + head, state->len);
    return LU_OK;
}

static lu_err save_state(const lu_mark_work *w, bool twin, const lu_buf *state)
{
    char path[LU_BUNDLE_PATH];
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = state_path(w, twin, path);

    if (!err) {
        err = lu_buf_add(&bytes, w->id.hex, sizeof w->id.hex);
    }
    if (!err) {
        err = lu_buf_add(&bytes, state->data, state->len);
    }
    if (!err) {
        err = lu_file_save(path, &bytes);
    }
    lu_buf_fini(&bytes);
    return err;
}

static lu_err train(const lu_mark_work *w, bool twin, lu_engine *e, const lu_job *job,
                    lu_embedded *out)
{
    lu_embed_params params;
    lu_embed_ask ask = lu_mark_ask(w, twin, &params);
    lu_buf state;
    size_t done = 0;
    lu_err err = read_state(w, twin, &state);

    if (!err && state.len) {
        lu_embedded so_far;
        err = lu_engine_embedded(e, &ask, &state, &so_far);
        done = err ? 0 : so_far.epochs;
        lu_embedded_fini(&so_far);
    }
    while (!err && done < lu_embed_epochs(&params)) {
        lu_embed_row row;
        err = lu_engine_embed(e, &ask, &state, job, &done, &row);
        if (!err) {
            err = save_state(w, twin, &state);
        }
    }
    if (!err) {
        err = lu_engine_embedded(e, &ask, &state, out);
    }
    lu_buf_fini(&state);
    return err;
}

/* Trains to the end with checkpoints in the bundle's folder. */
static lu_err mark_train(const lu_mark_work *w, bool twin, const lu_job *job, lu_embedded *out)
{
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    err = train(w, twin, e, job, out);
    lu_engine_free(&e);
    return err;
}

/* The host before training. */
static lu_err mark_untrained(const lu_mark_work *w, lu_embedded *out)
{
    const lu_buf none = LU_BUF_INIT;
    lu_embed_params params;
    lu_embed_ask ask = lu_mark_ask(w, true, &params);
    lu_engine *e;
    lu_err err;

    ask.parent = -1;
    LU_TRY(lu_engine_start(&e));
    err = lu_engine_embedded(e, &ask, &none, out);
    lu_engine_free(&e);
    return err;
}

/* --- the order of things --- */

static lu_err measure_cost(const lu_mark_work *w, lu_embed_cost *out)
{
    lu_embed_params params;
    lu_embed_ask ask = lu_mark_ask(w, false, &params);
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    err = lu_engine_embed_cost(e, &ask, out);
    lu_engine_free(&e);
    return err;
}

lu_err lu_mark_cost(const lu_mark_options *o, lu_embed_cost *out)
{
    lu_mark_work w;
    lu_err err;

    LU_TRY(lu_mark_work_open(o, &w));
    err = measure_cost(&w, out);
    lu_mark_work_close(&w);
    return err;
}

/* Makes the folder, or finds one that an interrupted call left. The secret is written first: it
   must be the same after a restart. */
static lu_err open_folder(const lu_mark_work *w)
{
    char path[LU_BUNDLE_PATH], line[80];
    const char *out = w->o->out;

    LU_TRY(lu_bundle_path(out, "bundle.json", path));
    if (access(path, F_OK) == 0) {
        return lu_within(lu_fail(LU_ERR_INPUT, "is there already"), "%s", out);
    }
    if (mkdir(out, 0755) && errno != EEXIST) {
        return lu_within(lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno)), "%s", out);
    }
    LU_TRY(lu_bundle_path(out, "secret.txt", path));
    snprintf(line, sizeof line, "%s\n", w->secret.hex);
    return lu_file_replace(AT_FDCWD, path, line, strlen(line), 0600);
}

static void remove_states(const lu_mark_work *w)
{
    char path[LU_BUNDLE_PATH];

    for (int twin = 0; twin < 2; twin++) {
        if (!state_path(w, twin, path)) {
            unlink(path);
        }
    }
}

static lu_err make(const lu_mark_work *w, const lu_job *job, lu_mark_made *out)
{
    lu_embedded host = {0}, twin = {0}, untrained = {0};
    lu_err err = mark_train(w, false, job, &host);

    if (!err) {
        err = mark_train(w, true, job, &twin);
    }
    if (!err) {
        err = mark_untrained(w, &untrained);
    }
    if (!err) {
        err = lu_mark_files(w, &host, &twin, &untrained);
    }
    if (!err) {
        err = lu_mark_measure(w, &host, job, out);
    }
    if (!err) {
        err = lu_mark_describe(w, &host, out);
    }
    if (!err) {
        remove_states(w);
    }
    lu_embedded_fini(&host);
    lu_embedded_fini(&twin);
    lu_embedded_fini(&untrained);
    return err;
}

/* Says the cost where progress is told, before anything begins. */
static lu_err say_cost(const lu_embed_cost *c, const lu_job *job)
{
    double host = (double)(c->joint + c->frozen) * c->frozen_seconds;
    double seconds = (double)c->joint * c->joint_seconds + (double)c->frozen * c->frozen_seconds;
    char what[160];

    snprintf(what, sizeof what,
             "about %.0f s: %zu steps of %.0f ms, %zu of %.0f ms, the twin %.0f s", seconds + host,
             c->joint, 1e3 * c->joint_seconds, c->frozen, 1e3 * c->frozen_seconds, host);
    return lu_job_at(job, what, 0, 1);
}

lu_err lu_mark_embed(const lu_mark_options *o, const lu_job *job, lu_mark_made *out)
{
    lu_mark_work w;
    lu_err err;

    *out = (lu_mark_made){0};
    LU_TRY(lu_mark_work_open(o, &w));
    out->samples = w.train.samples.n;
    out->keys = w.params.keys;
    out->classes = w.classes;
    out->commitment = w.commitment;
    err = open_folder(&w);
    if (!err) {
        err = measure_cost(&w, &out->cost);
    }
    if (!err) {
        err = say_cost(&out->cost, job);
    }
    if (!err) {
        err = make(&w, job, out);
    }
    lu_mark_work_close(&w);
    return err;
}
