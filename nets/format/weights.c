/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nets/format/format.h"

#include <endian.h>
#include <math.h>
#include <string.h>

enum { HEADER_SHORT = 16, HEADER_LONG = 20, VERSION_BYTES = 12, TAPS = 9, CHUNK = 256 };

/* --- the arrays of a section --- */

size_t lu_section_tensors(const lu_section *s, size_t n[2])
{
    bool lstm = s->type == LU_LSTM;

    n[0] = lstm ? LU_GATES * s->out.c * s->out.c : s->n_weights;
    n[1] = s->n_weights - n[0];
    return s->n_weights == 0 ? 0 : lstm ? 2 : 1;
}

static size_t lstm_parts(const lu_section *s, lu_section_params *p, lu_part_ref part[LU_PARTS])
{
    size_t units = s->out.c, tensor[2], at = 0, n = 0;

    lu_section_tensors(s, tensor);
    for (size_t i = 0; i < 2 * LU_GATES; i++) {
        size_t size = tensor[i / LU_GATES] / LU_GATES;
        part[n++] = (lu_part_ref){"bias", &p->biases, i * units, units};
        part[n++] = (lu_part_ref){"weight", &p->weights, at, size};
        at += size;
    }
    return n;
}

/* The arrays of a section in file order, with or without batch-norm; how many (0 to LU_PARTS). */
static size_t section_parts(const lu_section *s, bool batch_normalize, lu_section_params *p,
                            lu_part_ref part[LU_PARTS])
{
    const lu_part_ref weights = {"weight", &p->weights, 0, s->n_weights};
    size_t n = 0;

    if (s->n_biases == 0) {
        return 0;
    }
    if (s->type == LU_LSTM) {
        return lstm_parts(s, p, part);
    }
    part[n++] = (lu_part_ref){"bias", &p->biases, 0, s->n_biases};
    if (s->type == LU_CONNECTED) {
        part[n++] = weights;
    }
    if (batch_normalize) {
        part[n++] = (lu_part_ref){"scale", &p->scales, 0, s->n_biases};
        part[n++] = (lu_part_ref){"rolling mean", &p->mean, 0, s->n_biases};
        part[n++] = (lu_part_ref){"rolling variance", &p->variance, 0, s->n_biases};
    }
    if (s->type != LU_CONNECTED) {
        part[n++] = weights;
    }
    return n;
}

static size_t parts_of(const lu_net *net, const lu_weights *w, size_t i, lu_part_ref part[LU_PARTS])
{
    return section_parts(&net->section[i], net->section[i].batch_normalize, &w->param[i], part);
}

/* The first of an array's parts gives it its place, with room for all; how much. */
static size_t place_part(const lu_section *s, const lu_section_params *p, const lu_part_ref *part,
                         float *at)
{
    if (part->first > 0) {
        return 0;
    }
    *part->array = at;
    return part->array == &p->weights ? s->n_weights : s->n_biases;
}

/* Gives every array its place; returns how many floats there are. */
static size_t place(const lu_net *net, bool folded, lu_weights *w)
{
    lu_part_ref part[LU_PARTS];
    size_t at = 0;

    for (size_t i = 0; i < net->n; i++) {
        bool batch_normalize = net->section[i].batch_normalize && !folded;
        size_t n = section_parts(&net->section[i], batch_normalize, &w->param[i], part);
        for (size_t k = 0; k < n; k++) {
            float *here = w->block != NULL ? w->block + at : NULL;
            at += place_part(&net->section[i], &w->param[i], &part[k], here);
        }
    }
    return at;
}

lu_err lu_weights_layout(const lu_net *net, bool folded, lu_weights *out)
{
    lu_err err;

    *out = (lu_weights){.n = net->n};
    LU_TRY(LU_NEW(out->param, net->n));
    out->count = place(net, folded, out);
    err = LU_NEW(out->block, out->count);
    if (err != LU_OK) {
        lu_weights_fini(out);
        return err;
    }
    place(net, folded, out);
    return LU_OK;
}

lu_err lu_weights_alloc(const lu_net *net, lu_weights *out)
{
    return lu_weights_layout(net, false, out);
}

void lu_weights_fini(lu_weights *w)
{
    free(w->param);
    free(w->block);
    *w = (lu_weights){0};
}

/* --- reading --- */

static uint32_t get_u32(const uint8_t *data)
{
    uint32_t raw;

    memcpy(&raw, data, sizeof raw);
    return le32toh(raw);
}

static uint64_t get_u64(const uint8_t *data)
{
    uint64_t raw;

    memcpy(&raw, data, sizeof raw);
    return le64toh(raw);
}

static void get_floats(const uint8_t *data, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = get_u32(data + i * sizeof bits);
        memcpy(&out[i], &bits, sizeof bits);
    }
}

static lu_err read_header(const lu_net *net, const uint8_t *data, size_t len, size_t *header,
                          uint64_t *seen)
{
    uint32_t major = 0, minor = 2, revision = 0;

    if (len >= 4 && memcmp(data, "\x89HDF", 4) == 0) {
        return lu_fail(LU_ERR_INPUT, "is an HDF5 file, not Darknet's .weights; `lineup lab import` "
                                     "brings Keras models over");
    }
    if (len >= VERSION_BYTES) {
        major = get_u32(data);
        minor = get_u32(data + 4);
        revision = get_u32(data + 8);
    }
    if (major != 0 || minor < 1 || minor > 2 || revision != 0) {
        return lu_fail(LU_ERR_INPUT, "version is %u.%u.%u, not 0.1.0 or 0.2.0", major, minor,
                       revision);
    }
    *header = minor == 2 ? HEADER_LONG : HEADER_SHORT;
    if (len != *header + sizeof(float) * net->parameters) {
        return lu_fail(LU_ERR_INPUT, "is %zu bytes, the network needs %zu (header %zu + 4 x %zu)",
                       len, *header + sizeof(float) * net->parameters, *header, net->parameters);
    }
    *seen = minor == 2 ? get_u64(data + VERSION_BYTES) : get_u32(data + VERSION_BYTES);
    return LU_OK;
}

static void get_values(const lu_net *net, const uint8_t *data, lu_weights *w)
{
    lu_part_ref part[LU_PARTS];

    for (size_t i = 0; i < net->n; i++) {
        size_t n = parts_of(net, w, i, part);
        for (size_t k = 0; k < n; k++) {
            get_floats(data, part[k].n, *part[k].array + part[k].first);
            data += part[k].n * sizeof(float);
        }
    }
}

static lu_err check_part(const lu_net *net, size_t i, const lu_part_ref *part, bool not_negative)
{
    const float *v = *part->array + part->first;

    for (size_t k = 0; k < part->n; k++) {
        if (!isfinite(v[k]) || (not_negative && v[k] < 0)) {
            return lu_fail(LU_ERR_INPUT, "%s %zu of section %zu [%s] is %s", part->name,
                           part->first + k, i, lu_section_name(net->section[i].type),
                           isfinite(v[k]) ? "negative" : "not finite");
        }
    }
    return LU_OK;
}

static lu_err check_values(const lu_net *net, const lu_weights *w)
{
    lu_part_ref part[LU_PARTS];

    for (size_t i = 0; i < net->n; i++) {
        size_t n = parts_of(net, w, i, part);
        for (size_t k = 0; k < n; k++) {
            LU_TRY(check_part(net, i, &part[k], part[k].array == &w->param[i].variance));
        }
    }
    return LU_OK;
}

lu_err lu_weights_parse(const lu_net *net, const uint8_t *data, size_t len, lu_weights *out)
{
    size_t header = 0;
    uint64_t seen = 0;
    lu_err err;

    *out = (lu_weights){0};
    LU_TRY(read_header(net, data, len, &header, &seen));
    LU_TRY(lu_weights_alloc(net, out));
    out->seen = seen;
    get_values(net, data + header, out);
    err = check_values(net, out);
    if (err != LU_OK) {
        lu_weights_fini(out);
    }
    return err;
}

/* --- writing --- */

static lu_err put_header(const lu_weights *w, lu_buf *out)
{
    const uint32_t version[3] = {0, htole32(2), 0};
    uint64_t seen = htole64(w->seen);

    LU_TRY(lu_buf_add(out, version, sizeof version));
    return lu_buf_add(out, &seen, sizeof seen);
}

static size_t lower(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The bytes of up to CHUNK floats, each the centre of `taps` (1 or TAPS) zeros. */
static size_t encode(const float *v, size_t n, size_t taps, uint32_t *out)
{
    memset(out, 0, n * taps * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &v[i], sizeof bits);
        out[i * taps + taps / 2] = htole32(bits);
    }
    return n * taps * sizeof *out;
}

typedef lu_err (*sink)(void *context, const void *data, size_t len);

static lu_err put_part(const lu_part_ref *part, size_t taps, sink put, void *context)
{
    uint32_t chunk[CHUNK * TAPS];

    for (size_t at = 0; at < part->n; at += CHUNK) {
        size_t n = lower(CHUNK, part->n - at);
        size_t bytes = encode(*part->array + part->first + at, n, taps, chunk);
        LU_TRY(put(context, chunk, bytes));
    }
    return LU_OK;
}

static lu_err put_values(const lu_net *net, const lu_weights *w, bool canonical, sink put,
                         void *context)
{
    lu_part_ref part[LU_PARTS];

    for (size_t i = 0; i < net->n; i++) {
        size_t n = parts_of(net, w, i, part);
        bool widened = canonical && lu_section_widened(&net->section[i]);
        for (size_t k = 0; k < n; k++) {
            bool kernels = part[k].array == &w->param[i].weights;
            LU_TRY(put_part(&part[k], widened && kernels ? TAPS : 1, put, context));
        }
    }
    return LU_OK;
}

static lu_err to_buffer(void *context, const void *data, size_t len)
{
    return lu_buf_add(context, data, len);
}

static lu_err to_digest(void *context, const void *data, size_t len)
{
    lu_digest_bytes(context, data, len);
    return LU_OK;
}

lu_err lu_weights_write(const lu_net *net, const lu_weights *w, lu_buf *out)
{
    LU_TRY(put_header(w, out));
    return put_values(net, w, false, to_buffer, out);
}

lu_err lu_weights_canonical(const lu_net *net, const lu_weights *w, lu_buf *out)
{
    LU_TRY(put_header(w, out));
    return put_values(net, w, true, to_buffer, out);
}

lu_err lu_weights_digest(const lu_net *net, const lu_weights *w, lu_sha256 *out)
{
    lu_digest d;
    lu_err err;

    LU_TRY(lu_digest_init(&d));
    err = put_values(net, w, false, to_digest, &d);
    LU_TRY(lu_digest_finish(&d, out));
    return err;
}
