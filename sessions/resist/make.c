/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made before the zoo: the owner's bundle, marks put over it, copies tuned apart and
   averaged. Each file is made once. */
#include "sessions/case/files.h"
#include "sessions/lab/split.h"
#include "sessions/resist/parts.h"
#include "sessions/watermark/embed.h"
#include "sessions/watermark/keyset.h"
#include "sessions/watermark/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FREEZE = 8, BOUNDARY_KEYS = 60, COLLUDER_EPOCHS = 2, HEADER = 20 };

static bool there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- samples --- */

static lu_err split(lu_resist_work *w)
{
    size_t fifth = w->o->samples / 5;
    char prefix[LU_BUNDLE_PATH], last[LU_BUNDLE_PATH];
    lu_split_options o = {.data = w->o->data,
                          .parts = 3,
                          .size = {2 * fifth, 2 * fifth, fifth},
                          .out = prefix,
                          .seed = w->o->seed};
    lu_split_result done;

    LU_TRY(lu_resist_path(w, "part", prefix));
    LU_TRY(lu_resist_path(w, "part.json", last));
    snprintf(w->own, sizeof w->own, "npz:%.4000s-1.npz", prefix);
    snprintf(w->others, sizeof w->others, "npz:%.4000s-2.npz", prefix);
    snprintf(w->test, sizeof w->test, "npz:%.4000s-3.npz", prefix);
    return there(last) ? LU_OK : lu_lab_split(&o, w->job, &done);
}

/* --- marks --- */

/* A secret that follows from the run's seed, so that the run can be repeated. */
static lu_err write_secret(const lu_resist_work *w, const char *name, char path[LU_BUNDLE_PATH])
{
    char file[80], text[160];
    lu_sha256 secret;
    lu_buf bytes = LU_BUF_INIT;
    lu_err err;

    snprintf(file, sizeof file, "%s.secret", name);
    snprintf(text, sizeof text, "lineup-resist %s %llu", name, (unsigned long long)w->o->seed);
    LU_TRY(lu_resist_path(w, file, path));
    LU_TRY(lu_sha256_of(text, strlen(text), &secret));
    err = lu_buf_print(&bytes, "%s\n", secret.hex);
    err = err ? err : lu_file_save(path, &bytes);
    lu_buf_fini(&bytes);
    return err;
}

/* Embeds and commits a bundle unless it is there, whole. */
static lu_err embed(lu_resist_work *w, const char *name, const char *parent, const char *data,
                    size_t epochs, double *took)
{
    char out[LU_BUNDLE_PATH], secret[LU_BUNDLE_PATH], seal[LU_BUNDLE_PATH];
    lu_mark_options m = {.cfg = w->cfg,
                         .parent = parent,
                         .data = data,
                         .test = w->test,
                         .secret = secret,
                         .out = out,
                         .has_keys = true,
                         .params = lu_embed_default(false)};
    double start = seconds();
    lu_mark_made made;
    lu_commit_result done;

    LU_TRY(lu_resist_path(w, name, out));
    LU_TRY(lu_bundle_path(out, "manifest-sha256.txt", seal));
    if (there(seal)) {
        return LU_OK;
    }
    LU_TRY(write_secret(w, name, secret));
    m.params.keys = w->o->keys;
    m.params.width = w->o->width;
    m.params.epochs = epochs;
    m.params.freeze = FREEZE;
    m.params.seed = w->o->seed;
    LU_TRY(lu_bundle_path(out, "bundle.json", seal));
    if (!there(seal)) {
        LU_TRY(lu_mark_embed(&m, w->job, &made));
        *took = seconds() - start;
    }
    return lu_mark_commit(out, &done);
}

static lu_err overwrite(lu_resist_work *w, const lu_attack *a)
{
    for (size_t i = 0; i < lu_resist_strengths(w->o, a); i++) {
        char name[LU_NAME_MAX];
        double took;
        lu_resist_name(a, a->strength[i], name);
        LU_TRY(lu_within(embed(w, name, w->host, w->others, (size_t)a->strength[i], &took), "%s",
                         name));
    }
    return LU_OK;
}

/* --- collusion --- */

/* A user's copy, tuned with a seed of its own. */
static lu_err colluder(const lu_resist_work *w, size_t i, char path[LU_BUNDLE_PATH])
{
    char name[64];
    lu_lab_options o = {.cfg = w->cfg, .parent = w->host, .data = w->others, .out = path};
    lu_lab_result made;

    snprintf(name, sizeof name, "colluders/copy-%zu.weights", i + 1);
    LU_TRY(lu_resist_path(w, name, path));
    o.recipe = lu_recipe_of(LU_RECIPE_FT_AL, 0, w->o->seed + 1000 + i);
    o.recipe.epochs = COLLUDER_EPOCHS;
    return there(path) ? LU_OK : lu_lab_make(&o, w->job, &made);
}

/* Adds a file's floats behind the header; all files are of one network. */
static lu_err add_file(const char *path, lu_buf *first, double *sum, size_t n)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = lu_file_read(AT_FDCWD, path, (size_t)1 << 32, &bytes);

    if (!err && bytes.len != HEADER + n * sizeof(float)) {
        err = lu_fail(LU_ERR_INPUT, "is not of the victim's network");
    }
    for (size_t i = 0; !err && i < n; i++) {
        float v;
        memcpy(&v, bytes.data + HEADER + i * sizeof v, sizeof v);
        sum[i] += v;
    }
    lu_buf_fini(first);
    *first = bytes;
    return lu_within(err, "%s", path);
}

static lu_err average(const lu_resist_work *w, size_t copies, size_t n, const char *out)
{
    char path[LU_BUNDLE_PATH];
    lu_buf file = LU_BUF_INIT;
    double *sum;
    lu_err err = LU_NEW(sum, n);

    for (size_t i = 0; i < copies && !err; i++) {
        err = colluder(w, i, path);
        err = err ? err : add_file(path, &file, sum, n);
    }
    for (size_t i = 0; i < n && !err; i++) {
        float v = (float)(sum[i] / (double)copies);
        memcpy(file.data + HEADER + i * sizeof v, &v, sizeof v);
    }
    err = err ? err : lu_file_save(out, &file);
    lu_buf_fini(&file);
    free(sum);
    return err;
}

static lu_err collude(const lu_resist_work *w, const lu_attack *a)
{
    char folder[LU_BUNDLE_PATH];
    uint64_t size;
    int fd;

    LU_TRY(lu_resist_path(w, "colluders", folder));
    if (mkdir(folder, 0755) && errno != EEXIST) {
        return lu_within(lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno)), "%s", folder);
    }
    LU_TRY(lu_file_open(AT_FDCWD, w->host, &fd, &size));
    close(fd);
    for (size_t i = 0; i < lu_resist_strengths(w->o, a); i++) {
        char *out = lu_resist_file(w, a, a->strength[i]);
        lu_err err = out ? LU_OK : LU_ERR_MEMORY;
        if (!err && !there(out)) {
            err = average(w, (size_t)a->strength[i], (size - HEADER) / sizeof(float), out);
        }
        free(out);
        LU_TRY(err);
    }
    return LU_OK;
}

/* --- the fingerprint --- */

static lu_err boundary(lu_resist_work *w)
{
    char path[LU_BUNDLE_PATH], spec[LU_BUNDLE_PATH + 8];
    lu_boundary_options o = {.cfg = w->cfg,
                             .weights = w->host,
                             .data = w->own,
                             .out = path,
                             .keys = BOUNDARY_KEYS,
                             .params = lu_ipguard_default()};
    size_t made;

    o.params.seed = w->o->seed;
    LU_TRY(lu_resist_path(w, "boundary.npz", path));
    LU_TRY(lu_job_at(w->job, "walking to the victim's boundary", 0, 0));
    LU_TRY(there(path) ? LU_OK : lu_boundary_make(&o, w->job, &made));
    snprintf(spec, sizeof spec, "npz:%s", path);
    return lu_client_samples(spec, LU_PART_TEST, 0, &w->boundary);
}

lu_err lu_resist_make(lu_resist_work *w)
{
    char owner[LU_BUNDLE_PATH];

    lu_resist_step(w, LU_RESIST_OWNER);
    LU_TRY(split(w));
    LU_TRY(embed(w, "owner", NULL, w->own, w->o->epochs, &w->embed_seconds));
    LU_TRY(lu_resist_path(w, "owner", owner));
    LU_TRY(lu_bundle_path(owner, "host.weights", w->host));
    LU_TRY(lu_bundle_open(owner, &w->bundle));
    lu_resist_step(w, LU_RESIST_FILES);
    for (size_t i = 0; i < lu_attack_count; i++) {
        const lu_attack *a = &lu_attacks[i];
        if (a->by == LU_BY_FILE) {
            LU_TRY(strcmp(a->name, "overwrite") == 0 ? overwrite(w, a) : collude(w, a));
        }
    }
    return boundary(w);
}
