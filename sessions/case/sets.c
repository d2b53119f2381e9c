/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sample sets come into a case. Every act is journalled. */
#include "sessions/case/case.h"
#include "sessions/case/json.h"
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/intake.h"
#include "sessions/case/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static lu_part part_of(lu_set set)
{
    return set == LU_SET_TRAIN ? LU_PART_TRAIN : LU_PART_TEST;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* A folder of items/ that is not there yet: the set's name, or with a number behind. */
static lu_err fresh_folder(const lu_case *c, lu_set set, char *out, size_t size)
{
    enum { TRIES = 10000 };

    snprintf(out, size, "items/%s", lu_set_name(set));
    for (int i = 2; i < TRIES && faccessat(c->dir, out, F_OK, AT_SYMLINK_NOFOLLOW) == 0; i++) {
        snprintf(out, size, "items/%s.%d", lu_set_name(set), i);
    }
    return LU_OK;
}

/* Takes a set's files out of the case, and the folders that are empty then. */
static void drop_files(const lu_case *c, lu_dataset *d)
{
    char folder[LU_TEXT_MAX];

    for (size_t i = 0; i < d->files; i++) {
        unlinkat(c->dir, d->file[i].path, 0);
    }
    for (size_t i = 0; i < d->files; i++) {
        snprintf(folder, sizeof folder, "%s", d->file[i].path);
        for (char *slash = strrchr(folder, '/'); slash != NULL; slash = strrchr(folder, '/')) {
            *slash = '\0';
            if (strcmp(folder, "items") == 0 || unlinkat(c->dir, folder, AT_REMOVEDIR)) {
                break;
            }
        }
    }
    free(d->file);
    d->file = NULL;
    d->files = 0;
}

/* Where a file of a set goes: FOLDER/<its path below `root`>. */
static lu_err place(const char *into, const char *root, const char *path, lu_file *out)
{
    size_t len = strlen(root);
    const char *below =
        strncmp(path, root, len) == 0 && path[len] == '/' ? path + len + 1 : base_name(path);
    int wrote = snprintf(out->path, sizeof out->path, "%s/%s", into, below);

    if (wrote < 0 || (size_t)wrote >= sizeof out->path || strstr(out->path, "..") != NULL) {
        return lu_fail(LU_ERR_INPUT, "the name '%s' does not fit into a case", below);
    }
    if (!lu_utf8_valid(below)) {
        return lu_fail(LU_ERR_INPUT, "the name '%s' is not UTF-8, as a case's have to be", below);
    }
    return LU_OK;
}

static lu_err copy_set(const lu_case *c, const char *into, const lu_spec *spec,
                       const lu_spec_files *files, lu_dataset *out, const lu_job *job)
{
    LU_TRY(LU_NEW(out->file, files->n));
    for (size_t i = 0; i < files->n; i++) {
        lu_file *file = &out->file[i];
        LU_TRY(lu_job_at(job, "copying samples", (double)i, (double)files->n));
        LU_TRY(place(into, spec->path, files->path[i], file));
        LU_TRY(lu_file_parents(c->dir, file->path));
        LU_TRY(lu_case_copy_in(c, files->path[i], file));
        out->files = i + 1;
    }
    return LU_OK;
}

static const char *const kind_words[LU_SPEC_KINDS] = {"mnist", "cifar10", "idx",  "png",
                                                      "npz",   "wav",     "synth"};

/* Is the copy read as a file, not as a folder that holds one? */
static bool is_one_file(const lu_spec *spec, const lu_dataset *d)
{
    if (d->files != 1 || spec->kind == LU_SPEC_PNG) {
        return false;
    }
    return spec->kind != LU_SPEC_WAV ||
           strcmp(base_name(spec->path), base_name(d->file[0].path)) == 0;
}

/* The SPEC that reads the copies, relative to the case. */
static lu_err inside_spec(const char *folder, const lu_spec *spec, lu_dataset *d)
{
    const char *kind = kind_words[spec->kind];
    char slice[64] = "";
    int wrote;

    if (spec->sliced) {
        snprintf(slice, sizeof slice, "[%zu:%zu]", spec->from, spec->to);
    }
    if (spec->kind == LU_SPEC_SYNTH) {
        wrote = snprintf(d->inside, sizeof d->inside, "%s", d->spec);
    } else if (spec->kind == LU_SPEC_IDX) {
        wrote = snprintf(d->inside, sizeof d->inside, "%s:%s,%s%s", kind, d->file[0].path,
                         d->file[1].path, slice);
    } else if (is_one_file(spec, d)) {
        wrote = snprintf(d->inside, sizeof d->inside, "%s:%s%s", kind, d->file[0].path, slice);
    } else {
        wrote = snprintf(d->inside, sizeof d->inside, "%s:%s%s", kind, folder, slice);
    }
    return wrote > 0 && (size_t)wrote < sizeof d->inside
               ? LU_OK
               : lu_fail(LU_ERR_USAGE, "the SPEC is too long");
}

/* Engines read paths from their own working folder: puts the case's path before the file names. */
static lu_err absolute_spec(const lu_case *c, const lu_dataset *d, char **out)
{
    const char *colon = strchr(d->inside, ':'), *comma = strchr(d->inside, ',');
    char here[LU_SPEC_PATH_MAX];
    lu_buf text = LU_BUF_INIT;
    lu_err err = LU_OK;

    if (strncmp(d->inside, "synth:", 6) == 0) {
        *out = lu_strdup(d->inside);
        return *out ? LU_OK : LU_ERR_MEMORY;
    }
    if (realpath(c->path, here) == NULL) {
        return lu_fail(LU_ERR_IO, "the case's folder is gone");
    }
    if (comma != NULL) {
        err = lu_buf_print(&text, "%.*s%s/%.*s,%s/%s", (int)(colon + 1 - d->inside), d->inside,
                           here, (int)(comma - colon - 1), colon + 1, here, comma + 1);
    } else {
        err = lu_buf_print(&text, "%.*s%s/%s", (int)(colon + 1 - d->inside), d->inside, here,
                           colon + 1);
    }
    *out = (char *)text.data;
    return err;
}

static lu_err read_samples(const lu_case *c, lu_set set, const lu_dataset *d, lu_shared *out)
{
    char *spec = NULL;
    lu_err err;

    LU_TRY(absolute_spec(c, d, &spec));
    err = lu_client_samples(spec, part_of(set), d->seed, out);
    free(spec);
    return lu_within(err, "the %s samples", lu_set_name(set));
}

lu_err lu_case_samples(const lu_case *c, lu_set set, lu_shared *out)
{
    lu_sha256 found;
    lu_err err;

    LU_TRY(read_samples(c, set, &c->set[set], out));
    err = lu_samples_digest(&out->samples, &found);
    if (!err && strcmp(found.hex, c->set[set].digest.hex) != 0) {
        err = lu_fail(LU_ERR_INTEGRITY, "the %s samples are not those that came in",
                      lu_set_name(set));
    }
    if (err) {
        lu_shared_fini(out);
    }
    return err;
}

static lu_err examine_set(const lu_case *c, lu_set set, lu_dataset *d)
{
    lu_shared shared;
    lu_err err;

    LU_TRY(read_samples(c, set, d, &shared));
    d->n = shared.samples.n;
    d->classes = shared.samples.classes;
    d->shape = shared.samples.shape;
    err = shared.samples.labels ? lu_samples_digest(&shared.samples, &d->digest)
                                : lu_fail(LU_ERR_INPUT, "the samples have no labels");
    lu_shared_fini(&shared);
    return err;
}

static lu_err record_set(lu_case *c, lu_set set, const lu_dataset *d)
{
    lu_dataset old = c->set[set];
    lu_engine_hello hello;
    cJSON *details;
    lu_err err;

    LU_TRY(lu_case_greet(c, &hello));
    c->set[set] = *d;
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "spec", d->spec);
    lu_json_add(details, "n", (double)d->n);
    cJSON_AddStringToObject(details, "digest", d->digest.hex);
    cJSON_AddStringToObject(details, "origin", d->origin);
    cJSON_AddStringToObject(details, "sandbox", hello.sandbox);
    err = lu_casefile_commit(c, "data", lu_set_name(set), details);
    if (err) {
        c->set[set] = old;
        return err;
    }
    drop_files(c, &old);
    return LU_OK;
}

static lu_err take_set(lu_case *c, lu_set set, const lu_spec *spec, lu_dataset *d,
                       const lu_job *job)
{
    lu_spec_files files = {0};
    char folder[40];
    lu_err err = fresh_folder(c, set, folder, sizeof folder);

    if (!err && spec->kind != LU_SPEC_SYNTH) {
        err = lu_spec_list(spec, part_of(set), &files);
    }
    if (!err) {
        err = copy_set(c, folder, spec, &files, d, job);
    }
    lu_spec_files_fini(&files);
    LU_TRY(err);
    LU_TRY(inside_spec(folder, spec, d));
    return examine_set(c, set, d);
}

static lu_err replace_set(lu_case *c, lu_set set, const char *text, const lu_job *job)
{
    lu_spec *spec = lu_zalloc(1, sizeof *spec);
    lu_dataset *d = lu_zalloc(1, sizeof *d);
    lu_err err = spec && d ? LU_OK : LU_ERR_MEMORY;

    if (!err && c->sealed) {
        err = lu_fail(LU_ERR_CANNOT, "the case is sealed: its samples are fixed");
    }
    if (!err) {
        err = lu_spec_parse(text, spec);
    }
    if (!err) {
        d->given = true;
        d->seed = (uint64_t)c->params.seed;
        lu_case_intake(c, text, d->origin, &d->intake);
        snprintf(d->spec, sizeof d->spec, "%s", text);
        err = take_set(c, set, spec, d, job);
    }
    if (!err) {
        err = record_set(c, set, d);
    }
    if (err && d != NULL) {
        drop_files(c, d);
    }
    free(spec);
    free(d);
    return err;
}

static lu_err drop_set(lu_case *c, lu_set set)
{
    lu_dataset old = c->set[set];
    lu_err err;

    if (!old.given) {
        return lu_fail(LU_ERR_USAGE, "the case has no %s samples", lu_set_name(set));
    }
    if (c->sealed) {
        return lu_fail(LU_ERR_CANNOT, "the case is sealed: its samples are fixed");
    }
    c->set[set] = (lu_dataset){0};
    err = lu_casefile_commit(c, "undata", lu_set_name(set), NULL);
    if (err) {
        c->set[set] = old;
        return err;
    }
    drop_files(c, &old);
    return LU_OK;
}

lu_err lu_case_data(lu_case *c, lu_set set, const char *spec, const lu_job *job)
{
    return lu_journal_refusal(c, "data", replace_set(c, set, spec, job));
}

lu_err lu_case_undata(lu_case *c, lu_set set)
{
    return lu_journal_refusal(c, "undata", drop_set(c, set));
}

lu_err lu_case_spec(const lu_case *c, lu_set set, char **out)
{
    *out = NULL;
    return c->set[set].given
               ? absolute_spec(c, &c->set[set], out)
               : lu_fail(LU_ERR_USAGE, "the case has no %s samples", lu_set_name(set));
}
