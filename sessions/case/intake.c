/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes into a case and what may be changed in it. Every act is journalled. */
#include "sessions/case/case.h"
#include "sessions/case/json.h"
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- models --- */

static bool is_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    return name[0] && name[0] != '.' && strlen(name) < LU_NAME_MAX &&
           strspn(name, allowed) == strlen(name);
}

static lu_err check_addition(const lu_case *c, lu_role role, const char *name)
{
    if (!is_name(name)) {
        return lu_fail(LU_ERR_USAGE, "a name is 1 to %d letters, digits, '.', '_' or '-'",
                       LU_NAME_MAX - 1);
    }
    if (lu_case_find(c, name) != NULL) {
        return lu_fail(LU_ERR_USAGE, "the case has a model of that name already");
    }
    if (role == LU_ROLE_VICTIM && lu_case_victim(c) != NULL) {
        return lu_fail(LU_ERR_USAGE, "the case has a victim already: %s", lu_case_victim(c)->name);
    }
    if (c->sealed && role != LU_ROLE_SUSPECT) {
        return lu_fail(LU_ERR_CANNOT, "the case is sealed: only suspects can be added");
    }
    return LU_OK;
}

lu_err lu_item_open(const lu_case *c, const lu_item *item, lu_model_files *out)
{
    uint64_t size;
    lu_err err;

    *out = (lu_model_files){.cfg = -1, .weights = -1, .name = item->name};
    err = lu_file_open(c->dir, item->cfg.path, &out->cfg, &size);
    if (!err) {
        err = lu_file_open(c->dir, item->weights.path, &out->weights, &size);
    }
    if (err) {
        lu_item_close(out);
    }
    return err;
}

void lu_item_close(lu_model_files *files)
{
    if (files->cfg >= 0) {
        close(files->cfg);
    }
    if (files->weights >= 0) {
        close(files->weights);
    }
    files->cfg = files->weights = -1;
}

/* Loads the copies in an engine: what it accepts is a model. */
static lu_err examine(const lu_case *c, lu_item *item)
{
    lu_model_files files;
    lu_engine *e;
    lu_err err;

    LU_TRY(lu_item_open(c, item, &files));
    err = lu_engine_start(&e);
    if (!err) {
        err = lu_engine_load(e, &files, &item->info);
        lu_engine_free(&e);
    }
    lu_item_close(&files);
    return err;
}

static lu_err record_item(lu_case *c, lu_item *item)
{
    lu_item *items = lu_resize(c->item, c->items + 1, sizeof *items);
    cJSON *details;
    lu_err err;

    if (items == NULL) {
        return LU_ERR_MEMORY;
    }
    c->item = items;
    c->item[c->items++] = *item;
    err = lu_casefile_save(c);
    if (err) {
        c->items--;
        return err;
    }
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "role", lu_role_name(item->role));
    cJSON_AddStringToObject(details, "origin", item->origin);
    cJSON_AddStringToObject(details, "cfg", item->cfg.sha256.hex);
    cJSON_AddStringToObject(details, "weights", item->weights.sha256.hex);
    return lu_journal_add(c, "add", item->name, details);
}

static void name_item(lu_item *item, lu_role role, const char *name, const char *origin)
{
    *item = (lu_item){.role = role};
    snprintf(item->name, sizeof item->name, "%s", name);
    snprintf(item->origin, sizeof item->origin, "%s", origin);
    snprintf(item->cfg.path, sizeof item->cfg.path, "items/%s.cfg", name);
    snprintf(item->weights.path, sizeof item->weights.path, "items/%s.weights", name);
}

/* The last step of adding: examine, record; on failure nothing stays. */
static lu_err finish_item(lu_case *c, lu_item *item, lu_err err)
{
    if (!err) {
        err = examine(c, item);
    }
    if (!err) {
        err = record_item(c, item);
    }
    if (err) {
        lu_model_info_fini(&item->info);
        unlinkat(c->dir, item->cfg.path, 0);
        unlinkat(c->dir, item->weights.path, 0);
    }
    return err;
}

static lu_err copy_file(const lu_case *c, const char *from, lu_file *file)
{
    return lu_file_copy(from, c->dir, file->path, 0400, &file->size, &file->sha256);
}

lu_err lu_case_add(lu_case *c, lu_role role, const char *name, const char *cfg, const char *weights)
{
    lu_item item;
    lu_err err;

    LU_TRY(lu_within(check_addition(c, role, name), "%s", name));
    name_item(&item, role, name, weights);
    err = copy_file(c, cfg, &item.cfg);
    if (!err) {
        err = copy_file(c, weights, &item.weights);
    }
    return finish_item(c, &item, err);
}

static lu_err write_file(const lu_case *c, const lu_buf *bytes, lu_file *file)
{
    file->size = bytes->len;
    LU_TRY(lu_sha256_of(bytes->data, bytes->len, &file->sha256));
    return lu_file_replace(c->dir, file->path, bytes->data, bytes->len, 0400);
}

lu_err lu_case_add_bytes(lu_case *c, lu_role role, const char *name, const lu_buf *cfg,
                         const lu_buf *weights, const char *origin)
{
    lu_item item;
    lu_err err;

    LU_TRY(lu_within(check_addition(c, role, name), "%s", name));
    name_item(&item, role, name, origin);
    err = write_file(c, cfg, &item.cfg);
    if (!err) {
        err = write_file(c, weights, &item.weights);
    }
    return finish_item(c, &item, err);
}

lu_err lu_case_remove(lu_case *c, const char *name)
{
    lu_item gone;
    size_t at = 0;
    lu_err err;

    while (at < c->items && strcmp(c->item[at].name, name) != 0) {
        at++;
    }
    if (at == c->items) {
        return lu_fail(LU_ERR_USAGE, "the case has no model '%s'", name);
    }
    if (c->sealed) {
        return lu_fail(LU_ERR_CANNOT, "the case is sealed: nothing is taken out");
    }
    gone = c->item[at];
    memmove(&c->item[at], &c->item[at + 1], (--c->items - at) * sizeof *c->item);
    err = lu_casefile_save(c);
    if (err) {
        memmove(&c->item[at + 1], &c->item[at], (c->items++ - at) * sizeof *c->item);
        c->item[at] = gone;
        return err;
    }
    unlinkat(c->dir, gone.cfg.path, 0);
    unlinkat(c->dir, gone.weights.path, 0);
    lu_model_info_fini(&gone.info);
    return lu_journal_add(c, "remove", name, NULL);
}

/* --- sample sets --- */

static lu_part part_of(lu_set set)
{
    return set == LU_SET_TRAIN ? LU_PART_TRAIN : LU_PART_TEST;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Where a file of a set goes: items/<set>/<its path below `root`>. */
static lu_err place(lu_set set, const char *root, const char *path, lu_file *out)
{
    size_t len = strlen(root);
    const char *below =
        strncmp(path, root, len) == 0 && path[len] == '/' ? path + len + 1 : base_name(path);
    int wrote = snprintf(out->path, sizeof out->path, "items/%s/%s", lu_set_name(set), below);

    if (wrote < 0 || (size_t)wrote >= sizeof out->path || strstr(out->path, "..") != NULL) {
        return lu_fail(LU_ERR_INPUT, "the name '%s' does not fit into a case", below);
    }
    return LU_OK;
}

static lu_err make_parents(const lu_case *c, const char *path)
{
    char folder[LU_TEXT_MAX];

    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        if (mkdirat(c->dir, folder, 0755) && faccessat(c->dir, folder, X_OK, 0)) {
            return lu_fail(LU_ERR_IO, "the folder %s cannot be made", folder);
        }
    }
    return LU_OK;
}

static lu_err copy_set(const lu_case *c, lu_set set, const lu_spec *spec,
                       const lu_spec_files *files, lu_dataset *out, const lu_job *job)
{
    LU_TRY(LU_NEW(out->file, files->n));
    for (size_t i = 0; i < files->n; i++) {
        lu_file *file = &out->file[i];
        LU_TRY(lu_job_at(job, "copying samples", (double)i, (double)files->n));
        LU_TRY(place(set, spec->path, files->path[i], file));
        LU_TRY(make_parents(c, file->path));
        LU_TRY(copy_file(c, files->path[i], file));
        out->files = i + 1;
    }
    return LU_OK;
}

static const char *const kind_words[LU_SPEC_KINDS] = {"mnist", "cifar10", "idx",  "png",
                                                      "npz",   "wav",     "synth"};

/* The SPEC that reads the copies, relative to the case. */
static lu_err inside_spec(lu_set set, const lu_spec *spec, lu_dataset *d)
{
    const char *kind = kind_words[spec->kind];
    char slice[64] = "", folder[32];
    int wrote;

    if (spec->sliced) {
        snprintf(slice, sizeof slice, "[%zu:%zu]", spec->from, spec->to);
    }
    snprintf(folder, sizeof folder, "items/%s", lu_set_name(set));
    if (spec->kind == LU_SPEC_SYNTH) {
        wrote = snprintf(d->inside, sizeof d->inside, "%s", d->spec);
    } else if (spec->kind == LU_SPEC_IDX) {
        wrote = snprintf(d->inside, sizeof d->inside, "%s:%s,%s%s", kind, d->file[0].path,
                         d->file[1].path, slice);
    } else if (d->files == 1 && spec->kind != LU_SPEC_PNG) {
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
    char *spec;
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
    cJSON *details;
    lu_err err;

    c->set[set] = *d;
    err = lu_casefile_save(c);
    if (err) {
        c->set[set] = old;
        return err;
    }
    free(old.file);
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "spec", d->spec);
    lu_json_add(details, "n", (double)d->n);
    cJSON_AddStringToObject(details, "digest", d->digest.hex);
    return lu_journal_add(c, "data", lu_set_name(set), details);
}

static lu_err take_set(lu_case *c, lu_set set, const lu_spec *spec, lu_dataset *d,
                       const lu_job *job)
{
    lu_spec_files files = {0};
    lu_err err = LU_OK;

    if (spec->kind != LU_SPEC_SYNTH) {
        err = lu_spec_list(spec, part_of(set), &files);
    }
    if (!err) {
        err = copy_set(c, set, spec, &files, d, job);
    }
    lu_spec_files_fini(&files);
    LU_TRY(err);
    LU_TRY(inside_spec(set, spec, d));
    return examine_set(c, set, d);
}

lu_err lu_case_data(lu_case *c, lu_set set, const char *text, const lu_job *job)
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
        snprintf(d->spec, sizeof d->spec, "%s", text);
        err = take_set(c, set, spec, d, job);
    }
    if (!err) {
        err = record_set(c, set, d);
    } else if (d != NULL) {
        free(d->file);
    }
    free(spec);
    free(d);
    return err;
}

/* --- parameters and the seal --- */

lu_err lu_case_set(lu_case *c, const char *assignment)
{
    lu_params before = c->params;
    lu_err err;

    LU_TRY(lu_params_set(&c->params, assignment));
    if (memcmp(&before, &c->params, sizeof before) == 0) {
        return LU_OK;
    }
    if (c->sealed) {
        c->params = before;
        return lu_within(lu_fail(LU_ERR_CANNOT, "the case is sealed: its parameters are fixed"),
                         "%s", assignment);
    }
    err = lu_casefile_save(c);
    if (err) {
        c->params = before;
        return err;
    }
    return lu_journal_add(c, "set", assignment, NULL);
}

lu_err lu_case_seal(lu_case *c)
{
    cJSON *details;

    if (c->sealed) {
        return lu_fail(LU_ERR_CANNOT, "the case was sealed at %s", c->sealed_at);
    }
    if (lu_case_victim(c) == NULL || !c->set[LU_SET_TEST].given) {
        return lu_fail(LU_ERR_CANNOT, "a victim and test samples come before the seal");
    }
    LU_TRY(lu_casefile_protocol(c, &c->protocol));
    lu_utc_now(c->sealed_at);
    c->sealed = true;
    LU_TRY(lu_casefile_save(c));
    details = cJSON_CreateObject();
    cJSON_AddStringToObject(details, "protocol", c->protocol.hex);
    return lu_journal_add(c, "seal", "protocol", details);
}

/* --- are the files still those that came in? --- */

static lu_err check_file(const lu_case *c, const lu_file *file)
{
    lu_sha256 found;
    uint64_t size;
    lu_err err;
    int fd;

    if (lu_file_open(c->dir, file->path, &fd, &size)) {
        return lu_fail(LU_ERR_INTEGRITY, "%s is missing", file->path);
    }
    err = lu_sha256_fd(fd, &found);
    close(fd);
    if (!err && strcmp(found.hex, file->sha256.hex) != 0) {
        err = lu_fail(LU_ERR_INTEGRITY, "%s is not what came in: its SHA-256 is %s, not %s",
                      file->path, found.hex, file->sha256.hex);
    }
    return err;
}

lu_err lu_case_check_items(const lu_case *c)
{
    for (size_t i = 0; i < c->items; i++) {
        LU_TRY(check_file(c, &c->item[i].cfg));
        LU_TRY(check_file(c, &c->item[i].weights));
    }
    for (int s = 0; s < LU_SETS; s++) {
        for (size_t i = 0; i < c->set[s].files; i++) {
            LU_TRY(check_file(c, &c->set[s].file[i]));
        }
    }
    return LU_OK;
}
