/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/lab/split.h"
#include "nets/nets.h"
#include "sessions/case/files.h"
#include "sessions/case/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

lu_err lu_split_sizes(const char *text, lu_split_options *o)
{
    enum { DIGITS = 12 };
    const char *at = text;

    for (o->parts = 0; o->parts < LU_SPLIT_PARTS; at++) {
        size_t len = strspn(at, "0123456789"), *size = &o->size[o->parts];
        *size = 0;
        for (size_t i = 0; i < len && len <= DIGITS; i++) {
            *size = *size * 10 + (size_t)(at[i] - '0');
        }
        at += len;
        if (*size == 0 || (*at != ',' && *at != '\0')) {
            break;
        }
        o->parts++;
        if (*at == '\0') {
            return LU_OK;
        }
    }
    return lu_fail(LU_ERR_USAGE, "'%s' is not a list of at most %d sizes N,N,...", text,
                   LU_SPLIT_PARTS);
}

/* --- the whole --- */

static void append(const lu_samples *s, size_t at, lu_samples *to)
{
    size_t size = lu_shape_size(s->shape);

    if (s->bytes != NULL) {
        memcpy(to->bytes + at * size, s->bytes, s->n * size);
    } else {
        memcpy(to->values + at * size, s->values, s->n * size * sizeof *s->values);
    }
    memcpy(to->labels + at, s->labels, s->n * sizeof *s->labels);
}

static lu_err join(const lu_samples *a, const lu_samples *b, lu_samples *out)
{
    if (!lu_shape_equal(a->shape, b->shape) || (a->bytes == NULL) != (b->bytes == NULL)) {
        return lu_fail(LU_ERR_INPUT, "its two halves differ in shape");
    }
    LU_TRY(lu_samples_alloc(out, a->n + b->n, a->shape,
                            a->classes > b->classes ? a->classes : b->classes, a->bytes != NULL));
    append(a, 0, out);
    append(b, a->n, out);
    return LU_OK;
}

static lu_err read_half(const lu_split_options *o, lu_part part, lu_shared *out)
{
    LU_TRY(lu_client_samples(o->data, part, o->seed, out));
    if (out->samples.labels == NULL) {
        lu_shared_fini(out);
        return lu_fail(LU_ERR_INPUT, "the samples have no labels");
    }
    return LU_OK;
}

static lu_err read_whole(const lu_split_options *o, lu_samples *out)
{
    lu_shared train, test = {.fd = -1};
    lu_err err;

    *out = (lu_samples){0};
    LU_TRY(read_half(o, LU_PART_TRAIN, &train));
    err = o->both ? read_half(o, LU_PART_TEST, &test) : LU_OK;
    if (!err) {
        err = o->both ? join(&train.samples, &test.samples, out)
                      : lu_samples_slice(&train.samples, 0, train.samples.n, out);
    }
    lu_shared_fini(&train);
    lu_shared_fini(&test);
    return err;
}

/* --- the parts --- */

static lu_err npz_of(const lu_samples *s, lu_buf *out)
{
    const size_t shape[] = {s->n, s->shape.h, s->shape.w, s->shape.c};
    lu_arrays a = {0};
    lu_err err = lu_arrays_add(&a, "x", s->bytes ? LU_U8 : LU_F32, 4, shape,
                               s->bytes ? (const void *)s->bytes : (const void *)s->values);

    if (!err) {
        err = lu_arrays_add(&a, "y", LU_I32, 1, shape, s->labels);
    }
    if (!err) {
        err = lu_npz_write(&a, out);
    }
    lu_arrays_fini(&a);
    return err;
}

static lu_err write_file(const char *prefix, const char *end, const lu_buf *bytes)
{
    char *path = lu_format("%s%s", prefix, end);
    lu_err err =
        path ? lu_file_replace(AT_FDCWD, path, bytes->data, bytes->len, 0644) : LU_ERR_MEMORY;

    free(path);
    return err;
}

static lu_err write_part(const lu_split_options *o, const lu_samples *whole, const size_t *index,
                         size_t k, lu_sha256 *digest)
{
    lu_buf npz = LU_BUF_INIT;
    lu_samples part;
    char end[32];
    lu_err err;

    LU_TRY(lu_samples_pick(whole, index, o->size[k], &part));
    err = lu_samples_digest(&part, digest);
    if (!err) {
        err = npz_of(&part, &npz);
    }
    snprintf(end, sizeof end, "-%zu.npz", k + 1);
    if (!err) {
        err = write_file(o->out, end, &npz);
    }
    lu_buf_fini(&npz);
    lu_samples_fini(&part);
    return err;
}

static lu_err write_record(const lu_split_options *o, const lu_split_result *r)
{
    cJSON *json = cJSON_CreateObject(), *list;
    lu_buf text = LU_BUF_INIT;
    lu_err err;

    cJSON_AddStringToObject(json, "data", o->data);
    cJSON_AddBoolToObject(json, "both", o->both);
    lu_json_add(json, "seed", (double)o->seed);
    cJSON_AddStringToObject(json, "random", lu_rng_library());
    lu_json_add(json, "samples", (double)r->samples);
    cJSON_AddStringToObject(json, "digest", r->whole.hex);
    list = cJSON_AddArrayToObject(json, "parts");
    for (size_t k = 0; k < o->parts; k++) {
        cJSON *part = cJSON_CreateObject();
        lu_json_add(part, "samples", (double)o->size[k]);
        cJSON_AddStringToObject(part, "digest", r->part[k].hex);
        cJSON_AddItemToArray(list, part);
    }
    err = lu_json_print(json, true, &text);
    if (!err) {
        err = write_file(o->out, ".json", &text);
    }
    lu_buf_fini(&text);
    return err;
}

/* --- the split --- */

static lu_err shuffled(const lu_split_options *o, size_t n, size_t **out)
{
    size_t wanted = 0;
    lu_rng *rng;
    lu_err err;

    for (size_t k = 0; k < o->parts; k++) {
        wanted += o->size[k];
    }
    if (wanted > n) {
        return lu_fail(LU_ERR_INPUT, "the parts need %zu samples, there are %zu", wanted, n);
    }
    LU_TRY(LU_NEW(*out, n));
    for (size_t i = 0; i < n; i++) {
        (*out)[i] = i;
    }
    err = lu_rng_new(&rng, o->seed, "split", 0);
    if (err) {
        free(*out);
        return err;
    }
    lu_rng_shuffle(rng, *out, n);
    lu_rng_free(&rng);
    return LU_OK;
}

static lu_err write_all(const lu_split_options *o, const lu_samples *whole, const lu_job *job,
                        lu_split_result *out)
{
    size_t *index = NULL, at = 0;
    lu_err err;

    LU_TRY(shuffled(o, whole->n, &index));
    err = lu_samples_digest(whole, &out->whole);
    for (size_t k = 0; k < o->parts && !err; k++) {
        err = lu_job_at(job, "splitting", (double)k, (double)o->parts);
        if (!err) {
            err = write_part(o, whole, index + at, k, &out->part[k]);
        }
        at += o->size[k];
    }
    free(index);
    return err ? err : write_record(o, out);
}

lu_err lu_lab_split(const lu_split_options *o, const lu_job *job, lu_split_result *out)
{
    lu_samples whole;
    lu_err err;

    *out = (lu_split_result){0};
    LU_TRY(lu_job_at(job, "reading samples", 0, 0));
    LU_TRY(lu_within(read_whole(o, &whole), "%s", o->data));
    out->samples = whole.n;
    err = write_all(o, &whole, job, out);
    lu_samples_fini(&whole);
    return err;
}
