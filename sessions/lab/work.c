/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/lab/work.h"
#include "sessions/case/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CFG_MAX = 1 << 20 };

/* --- another number of classes --- */

static bool starts(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* The `output=` line of the last [connected] section; NULL when there is none. */
static const char *output_line(const char *text)
{
    const char *found = NULL;
    bool connected = false;

    for (const char *line = text; *line != '\0';
         line += strcspn(line, "\n"), line += *line == '\n') {
        line += strspn(line, " \t");
        if (*line == '[') {
            connected = starts(line, "[connected]");
        } else if (connected && starts(line, "output")) {
            found = line;
        }
    }
    return found;
}

/* The .cfg text with the last connected section's output changed. LU_ERR_CANNOT without one. */
static lu_err lab_classes(const lu_buf *cfg, size_t classes, lu_buf *out)
{
    const char *text = (const char *)cfg->data, *line = output_line(text);

    if (line == NULL) {
        return lu_fail(LU_ERR_CANNOT,
                       "the network has no [connected] section with an output= line to change");
    }
    LU_TRY(lu_buf_add(out, text, (size_t)(line - text)));
    LU_TRY(lu_buf_print(out, "output=%zu", classes));
    return lu_buf_print(out, "%s", line + strcspn(line, "\n"));
}

/* --- samples --- */

/* Positions of the samples with labels below `classes` (0 = all). */
static lu_err allowed(const lu_samples *s, size_t classes, size_t **index, size_t *n)
{
    LU_TRY(LU_NEW(*index, s->n));
    *n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (classes == 0 || (s->labels && (size_t)s->labels[i] < classes)) {
            (*index)[(*n)++] = i;
        }
    }
    return LU_OK;
}

/* Draws `count` of the n positions without replacement. */
static lu_err draw(uint64_t seed, size_t *index, size_t *n, size_t count)
{
    lu_rng *rng;

    if (count > *n) {
        return lu_fail(LU_ERR_INPUT, "the recipe draws %zu samples, there are %zu", count, *n);
    }
    LU_TRY(lu_rng_new(&rng, seed, "lab-samples", 0));
    lu_rng_shuffle(rng, index, *n);
    lu_rng_free(&rng);
    *n = count;
    return LU_OK;
}

static lu_err pick(const lu_samples *s, const lu_recipe *r, lu_shared *out)
{
    lu_samples picked = {0};
    size_t *index, n;
    lu_err err = allowed(s, r->classes, &index, &n);

    if (!err && r->queries > 0) {
        err = draw(r->seed, index, &n, r->queries);
    }
    if (!err) {
        err = lu_samples_pick(s, index, n, &picked);
    }
    if (!err) {
        picked.classes = r->classes ? r->classes : s->classes;
        err = lu_shared_new(&picked, out);
    }
    lu_samples_fini(&picked);
    free(index);
    return err;
}

/* ES makes its own images. */
static bool wants_samples(const lu_recipe *r)
{
    return lu_methods[r->kind]->samples && r->kind != LU_RECIPE_ES;
}

static lu_err open_samples(const lu_lab_options *o, lu_lab_work *w)
{
    const lu_recipe *r = &o->recipe;
    lu_shared whole = {.fd = -1};
    lu_err err;

    if (!wants_samples(r)) {
        return LU_OK;
    }
    if (o->data == NULL) {
        return lu_fail(LU_ERR_USAGE, "%s needs samples", lu_methods[r->kind]->label);
    }
    if (o->samples == NULL) {
        LU_TRY(lu_client_samples(o->data, LU_PART_TRAIN, r->seed, &whole));
    }
    err = pick(o->samples ? &o->samples->samples : &whole.samples, r, &w->data);
    lu_shared_fini(&whole);
    return err ? err : lu_samples_digest(&w->data.samples, &w->data_digest);
}

/* --- files --- */

static lu_err read_cfg(const char *path, lu_buf *text, lu_sha256 *sha256)
{
    LU_TRY(lu_file_read(AT_FDCWD, path, CFG_MAX, text));
    return lu_sha256_of(text->data, text->len, sha256);
}

/* With other classes what is made gets a .cfg of its own, and the victim keeps the one given. */
static lu_err open_cfgs(const lu_lab_options *o, lu_lab_work *w)
{
    lu_buf changed = LU_BUF_INIT;

    LU_TRY(read_cfg(o->cfg, &w->cfg, &w->cfg_sha256));
    if (o->parent_cfg != NULL) {
        LU_TRY(read_cfg(o->parent_cfg, &w->parent_cfg, &w->parent_cfg_sha256));
    }
    if (o->recipe.classes == 0) {
        return LU_OK;
    }
    LU_TRY(lab_classes(&w->cfg, o->recipe.classes, &changed));
    if (w->parent_cfg.len == 0) {
        w->parent_cfg = w->cfg;
    } else {
        lu_buf_fini(&w->cfg);
    }
    w->cfg = changed;
    return LU_OK;
}

static lu_err open_parent(const lu_lab_options *o, lu_lab_work *w)
{
    uint64_t size;

    if (lu_methods[o->recipe.kind]->needs == LU_NEEDS_NOTHING) {
        return LU_OK;
    }
    if (o->parent == NULL) {
        return lu_fail(LU_ERR_USAGE, "%s needs a victim", lu_methods[o->recipe.kind]->label);
    }
    LU_TRY(lu_file_open(AT_FDCWD, o->parent, &w->parent, &size));
    return lu_sha256_fd(w->parent, &w->parent_sha256);
}

lu_err lu_lab_open(const lu_lab_options *o, lu_lab_work *w)
{
    lu_err err;

    *w = (lu_lab_work){.options = o, .parent = -1, .data = {.fd = -1}};
    err = open_cfgs(o, w);
    if (!err) {
        err = open_parent(o, w);
    }
    if (!err) {
        err = open_samples(o, w);
    }
    if (err) {
        lu_lab_close(w);
    }
    return err;
}

void lu_lab_close(lu_lab_work *w)
{
    lu_buf_fini(&w->cfg);
    lu_buf_fini(&w->parent_cfg);
    lu_shared_fini(&w->data);
    if (w->parent >= 0) {
        close(w->parent);
    }
    w->parent = -1;
}

lu_err lu_lab_carry_out(const lu_training_files *t, const lu_job *job, lu_trained_file *out)
{
    lu_frame request, reply;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_engine_start(&e));
    lu_request_carry_out(t, &request);
    err = lu_engine_call(e, &request, job, &reply);
    lu_frame_fini(&request);
    if (!err) {
        err = lu_reply_train(&reply, out);
        lu_frame_fini(&reply);
    }
    lu_engine_free(&e);
    return err;
}
