/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samples/samples.h"
#include "samples/readers/readers.h"
#include "samples/synth/synth.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { DIGITS_MAX = 18 }; /* decimal digits that fit 64 bits whatever they are */

/* --- one row a kind --- */

static lu_err list_mnist(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    return lu_mnist_list(spec->path, part, out);
}

static lu_err list_cifar(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    return lu_cifar_list(spec->path, part, out);
}

static lu_err list_idx(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    (void)part;
    LU_TRY(lu_files_add(out, lu_strdup(spec->path)));
    return lu_files_add(out, lu_strdup(spec->second));
}

static lu_err list_png(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    (void)part;
    return lu_png_list(spec->path, out);
}

static lu_err list_npz(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    (void)part;
    return lu_files_add(out, lu_strdup(spec->path));
}

static lu_err list_wav(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    return lu_wav_list(spec->path, part, out);
}

static lu_err list_synth(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    (void)spec;
    (void)part;
    (void)out;
    return LU_OK;
}

static lu_err load_idx_pair(const lu_spec_files *files, lu_range range, lu_samples *out)
{
    return lu_idx_load(files->path[0], files->path[1], 0, range, out);
}

static lu_err load_mnist(const lu_spec_files *files, lu_range range, lu_samples *out)
{
    return lu_idx_load(files->path[0], files->path[1], 10, range, out);
}

static lu_err load_npz(const lu_spec_files *files, lu_range range, lu_samples *out)
{
    return lu_npz_load(files->path[0], range, out);
}

/* A kind without a `load` is dispatched by hand: its samples do not come from a list of files. */
static const struct {
    const char *prefix;
    lu_err (*list)(const lu_spec *spec, lu_part part, lu_spec_files *out);
    lu_err (*load)(const lu_spec_files *files, lu_range range, lu_samples *out);
} kinds[LU_SPEC_KINDS] = {
    [LU_SPEC_MNIST] = {"mnist:", list_mnist, load_mnist},
    [LU_SPEC_CIFAR10] = {"cifar10:", list_cifar, lu_cifar_load},
    [LU_SPEC_IDX] = {"idx:", list_idx, load_idx_pair},
    [LU_SPEC_PNG] = {"png:", list_png, NULL},
    [LU_SPEC_NPZ] = {"npz:", list_npz, load_npz},
    [LU_SPEC_WAV] = {"wav:", list_wav, NULL},
    [LU_SPEC_SYNTH] = {"synth:", list_synth, NULL},
};

/* One row a synthetic set. */
static const struct {
    const char *name;
    lu_err (*make)(size_t from, size_t to, lu_part part, uint64_t seed, lu_samples *out);
} synths[] = {
    {"digits", lu_synth_digits},
};

/* --- parsing --- */

/* Exactly `len` decimal digits; no sign, no blank. */
static bool parse_count(const char *text, size_t len, size_t *out)
{
    *out = 0;
    if (len == 0 || len > DIGITS_MAX || strspn(text, "0123456789") < len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        *out = *out * 10 + (size_t)(text[i] - '0');
    }
    return true;
}

/* "[A:B]" at the end of text[0..*len-1], if there is a ']': taken off *len. */
static lu_err parse_slice(const char *text, size_t *len, lu_spec *out)
{
    const char *open, *colon;

    if (*len == 0 || text[*len - 1] != ']') {
        return LU_OK;
    }
    open = memrchr(text, '[', *len);
    colon = open != NULL ? memchr(open, ':', (size_t)(text + *len - open)) : NULL;
    if (colon == NULL || !parse_count(open + 1, (size_t)(colon - open - 1), &out->from) ||
        !parse_count(colon + 1, (size_t)(text + *len - colon - 2), &out->to) ||
        out->from >= out->to) {
        return lu_fail(LU_ERR_USAGE, "a slice is [A:B] with whole numbers A < B");
    }
    out->sliced = true;
    *len = (size_t)(open - text);
    return LU_OK;
}

static lu_err copy_path(char *to, const char *from, size_t len, const char *what)
{
    if (len == 0 || len >= LU_SPEC_PATH_MAX) {
        return lu_fail(LU_ERR_USAGE, "%s is %s", what, len ? "too long" : "missing");
    }
    memcpy(to, from, len);
    to[len] = '\0';
    return LU_OK;
}

static lu_err parse_pair(const char *body, size_t len, lu_spec *out)
{
    const char *comma = memchr(body, ',', len);
    size_t first = comma != NULL ? (size_t)(comma - body) : 0;

    if (comma == NULL || memchr(comma + 1, ',', len - first - 1) != NULL) {
        return lu_fail(LU_ERR_USAGE, "idx: takes two files with one comma between them");
    }
    LU_TRY(copy_path(out->path, body, first, "the image file of idx:"));
    return copy_path(out->second, comma + 1, len - first - 1, "the label file of idx:");
}

static lu_err parse_synth(const char *body, size_t len, lu_spec *out)
{
    const char *colon = memchr(body, ':', len);
    size_t name = colon != NULL ? (size_t)(colon - body) : len;

    LU_TRY(copy_path(out->path, body, name, "the name of the synthetic set"));
    for (size_t i = 0;; i++) {
        if (i == sizeof synths / sizeof synths[0]) {
            return lu_fail(LU_ERR_USAGE, "there is no synthetic set of that name, only digits");
        }
        if (strcmp(synths[i].name, out->path) == 0) {
            break;
        }
    }
    if (colon != NULL && (!parse_count(colon + 1, len - name - 1, &out->made) || out->made < 1 ||
                          out->made > LU_SYNTH_MAX)) {
        return lu_fail(LU_ERR_USAGE, "synth:%s:N takes a whole number N from 1 to %d", out->path,
                       LU_SYNTH_MAX);
    }
    return LU_OK;
}

static lu_err parse(const char *text, lu_spec *out)
{
    size_t len = strlen(text);
    const char *body;

    for (size_t k = 0; k < LU_SPEC_KINDS; k++) {
        if (strncmp(text, kinds[k].prefix, strlen(kinds[k].prefix)) == 0) {
            out->kind = (lu_spec_kind)k;
            body = text + strlen(kinds[k].prefix);
            len = strlen(body);
            LU_TRY(parse_slice(body, &len, out));
            return out->kind == LU_SPEC_IDX     ? parse_pair(body, len, out)
                   : out->kind == LU_SPEC_SYNTH ? parse_synth(body, len, out)
                                                : copy_path(out->path, body, len, "the path");
        }
    }
    return lu_fail(LU_ERR_USAGE, "samples are named by mnist:DIR, cifar10:DIR, cifar10:FILE, "
                                 "idx:IMAGES,LABELS, png:DIR, npz:FILE, wav:DIR or synth:NAME[:N], "
                                 "each with [A:B] after it if wanted");
}

lu_err lu_spec_parse(const char *text, lu_spec *out)
{
    *out = (lu_spec){0};
    return lu_within(parse(text, out), "%s", text);
}

/* --- files --- */

static lu_err check_there(const lu_spec_files *files)
{
    struct stat st;

    for (size_t i = 0; i < files->n; i++) {
        if (stat(files->path[i], &st) != 0) {
            return lu_within(lu_fail(LU_ERR_INPUT, "cannot open: %s", strerror(errno)), "%s",
                             files->path[i]);
        }
    }
    return LU_OK;
}

lu_err lu_spec_list(const lu_spec *spec, lu_part part, lu_spec_files *out)
{
    lu_err err;

    *out = (lu_spec_files){0};
    err = kinds[spec->kind].list(spec, part, out);
    if (!err) {
        err = check_there(out);
    }
    if (err) {
        lu_spec_files_fini(out);
    }
    return err;
}

/* --- loading --- */

static lu_err load_synth(const lu_spec *spec, lu_part part, uint64_t seed, lu_range range,
                         lu_samples *out)
{
    LU_TRY(lu_range_fit(&range, spec->made ? spec->made : LU_SYNTH_DEFAULT));
    for (size_t i = 0; i < sizeof synths / sizeof synths[0]; i++) {
        if (strcmp(synths[i].name, spec->path) == 0) {
            return synths[i].make(range.from, range.to, part, seed, out);
        }
    }
    return lu_fail(LU_ERR_USAGE, "there is no synthetic set %s", spec->path);
}

static lu_err load_files(const lu_spec *spec, lu_part part, lu_range range, lu_samples *out)
{
    lu_spec_files files;
    lu_err err;

    LU_TRY(lu_spec_list(spec, part, &files));
    err = kinds[spec->kind].load(&files, range, out);
    lu_spec_files_fini(&files);
    return err;
}

lu_err lu_spec_load(const lu_spec *spec, lu_part part, uint64_t seed, lu_samples *out)
{
    lu_range range = {0, SIZE_MAX};

    *out = (lu_samples){0};
    if (spec->sliced) {
        range = (lu_range){spec->from, spec->to};
    }
    switch (spec->kind) {
    case LU_SPEC_SYNTH: return load_synth(spec, part, seed, range, out);
    case LU_SPEC_PNG: return lu_png_load(spec->path, range, out);
    case LU_SPEC_WAV: return lu_wav_load(spec->path, part, range, out);
    default: return load_files(spec, part, range, out);
    }
}
