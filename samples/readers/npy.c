/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers of .npy files, a Python dictionary of three keys: numpy/lib/format.py describes them. */
#include "samples/readers/readers.h"

#include <string.h>

enum {
    ALIGNMENT = 64,
    PREAMBLE = 10, /* magic, version, 16-bit length of the header */
    EXTENT_DIGITS = 18
};

static const struct {
    const char *descr;
    size_t size;
} types[LU_DTYPES] = {
    [LU_U8] = {"|u1", 1},  [LU_I32] = {"<i4", 4}, [LU_I64] = {"<i8", 8},
    [LU_F32] = {"<f4", 4}, [LU_F64] = {"<f8", 8},
};

size_t lu_dtype_size(lu_dtype t)
{
    return types[t].size;
}

size_t lu_array_count(const lu_array *a)
{
    size_t n = 1;

    for (size_t i = 0; i < a->dims; i++) {
        n *= a->shape[i];
    }
    return n;
}

bool lu_array_bytes(const lu_array *a, size_t *out)
{
    bool fits = true;
    bool empty = false;

    *out = types[a->type].size;
    for (size_t i = 0; i < a->dims; i++) {
        empty = empty || a->shape[i] == 0;
        fits = fits && lu_mul(*out, a->shape[i] ? a->shape[i] : 1, out);
    }
    *out = empty ? 0 : *out;
    return fits;
}

bool lu_array_name_valid(const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '/' || name[i] == '\\') {
            return false;
        }
    }
    return len > 0 && len < LU_ARRAY_NAME;
}

/* --- writing --- */

static lu_err print_dictionary(const lu_array *a, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                        types[a->type].descr));
    for (size_t i = 0; i < a->dims; i++) {
        LU_TRY(lu_buf_print(out, i ? ", %zu" : "%zu", a->shape[i]));
    }
    return lu_buf_print(out, a->dims == 1 ? ",), }" : "), }");
}

lu_err lu_npy_print(const lu_array *a, lu_buf *out)
{
    size_t start = out->len;
    size_t used, pad;

    LU_TRY(lu_buf_add(out, "\x93NUMPY\x01\x00??", PREAMBLE));
    LU_TRY(print_dictionary(a, out));
    used = out->len - start + 1;
    pad = (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT;
    LU_TRY(lu_buf_print(out, "%*s\n", (int)pad, ""));
    used = out->len - start - PREAMBLE;
    out->data[start + 8] = (uint8_t)(used & 0xff);
    out->data[start + 9] = (uint8_t)(used >> 8);
    return LU_OK;
}

/* --- reading: a parser of exactly the dictionaries NumPy writes, keys in any order --- */

typedef struct parser {
    const char *at, *end;
} parser;

static void blanks(parser *p)
{
    while (p->at < p->end && *p->at == ' ') {
        p->at++;
    }
}

static bool token(parser *p, const char *text)
{
    size_t len = strlen(text);

    blanks(p);
    if ((size_t)(p->end - p->at) < len || memcmp(p->at, text, len) != 0) {
        return false;
    }
    p->at += len;
    return true;
}

static lu_err unexpected(const parser *p, const char *what)
{
    return lu_fail(LU_ERR_INPUT, "the header has no %s %zu bytes before its end", what,
                   (size_t)(p->end - p->at));
}

static lu_err parse_type(parser *p, lu_array *a)
{
    const char *quote;

    if (!token(p, "'")) {
        return lu_fail(LU_ERR_INPUT, "records (a type of several fields) are not read");
    }
    for (size_t t = 0; t < LU_DTYPES; t++) {
        if (token(p, types[t].descr)) {
            a->type = (lu_dtype)t;
            return token(p, "'") ? LU_OK : unexpected(p, "closing quote");
        }
    }
    quote = memchr(p->at, '\'', (size_t)(p->end - p->at));
    return lu_fail(LU_ERR_INPUT, "the type is %.*s, not one of |u1 <i4 <i8 <f4 <f8",
                   (int)((quote != NULL ? quote : p->end) - p->at), p->at);
}

static lu_err parse_order(parser *p)
{
    if (token(p, "True")) {
        return lu_fail(LU_ERR_INPUT, "the array is in Fortran order, only C order is read");
    }
    return token(p, "False") ? LU_OK : unexpected(p, "True or False");
}

static lu_err parse_extent(parser *p, size_t *out)
{
    size_t digits = 0;

    blanks(p);
    for (*out = 0; p->at < p->end && *p->at >= '0' && *p->at <= '9'; p->at++) {
        *out = digits < EXTENT_DIGITS ? *out * 10 + (size_t)(*p->at - '0') : *out;
        digits++;
    }
    if (digits > EXTENT_DIGITS) {
        return lu_fail(LU_ERR_INPUT, "a dimension of %zu digits is too large", digits);
    }
    return digits > 0 ? LU_OK : unexpected(p, "whole number");
}

static lu_err parse_shape(parser *p, lu_array *a)
{
    bool comma = true;

    a->dims = 0;
    if (!token(p, "(")) {
        return unexpected(p, "tuple");
    }
    while (!token(p, ")")) {
        if (a->dims == LU_ARRAY_DIMS) {
            return lu_fail(LU_ERR_INPUT, "the array has more than %d dimensions", LU_ARRAY_DIMS);
        }
        if (!comma) {
            return unexpected(p, "comma");
        }
        LU_TRY(parse_extent(p, &a->shape[a->dims++]));
        comma = token(p, ",");
    }
    return a->dims == 1 && !comma ? unexpected(p, "comma") : LU_OK;
}

static lu_err parse_pair(parser *p, lu_array *a, unsigned *seen)
{
    static const char *const keys[] = {"'descr'", "'fortran_order'", "'shape'"};
    unsigned k = 0;

    while (k < 3 && !token(p, keys[k])) {
        k++;
    }
    if (k == 3 || (*seen & 1u << k)) {
        return unexpected(p, "key of descr, fortran_order, shape, each once,");
    }
    *seen |= 1u << k;
    if (!token(p, ":")) {
        return unexpected(p, "colon");
    }
    return k == 0 ? parse_type(p, a) : k == 1 ? parse_order(p) : parse_shape(p, a);
}

static lu_err check_printable(const char *text, size_t len)
{
    if (len == 0 || text[len - 1] != '\n') {
        return lu_fail(LU_ERR_INPUT, "the header does not end in a new line");
    }
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return lu_fail(LU_ERR_INPUT, "byte %zu of the header is not printable", i);
        }
    }
    return LU_OK;
}

lu_err lu_npy_parse(const char *text, size_t len, lu_array *a)
{
    parser p = {text, text + len};
    unsigned seen = 0;
    bool comma = true;

    LU_TRY(check_printable(text, len));
    p.end--;
    if (!token(&p, "{")) {
        return unexpected(&p, "dictionary");
    }
    while (!token(&p, "}")) {
        if (!comma) {
            return unexpected(&p, "comma");
        }
        LU_TRY(parse_pair(&p, a, &seen));
        comma = token(&p, ",");
    }
    blanks(&p);
    if (p.at != p.end || seen != 7u) {
        return unexpected(&p, "plain end after descr, fortran_order and shape");
    }
    return LU_OK;
}
