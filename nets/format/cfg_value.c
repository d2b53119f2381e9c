/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strict values: all of the text must be the number, in the key's range, whatever the locale. */
#include "nets/format/format.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 15 };

typedef struct place {
    const lu_cfg_block *block;
    const lu_cfg_option *option;
    const lu_cfg_key *key;
} place;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && is_digit(text[n])) {
        n++;
    }
    return n;
}

/* -?[0-9]{1,15} */
static bool parse_integer(const char *text, size_t len, int64_t *out)
{
    bool minus = len > 0 && text[0] == '-';
    int64_t value = 0;

    text += minus;
    len -= minus;
    if (len == 0 || len > DIGITS_MAX || digits(text, len) != len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        value = 10 * value + (text[i] - '0');
    }
    *out = minus ? -value : value;
    return true;
}

/* -?[0-9]*(.[0-9]*)?(e[+-]?[0-9]+)? with a digit before the e */
static bool is_decimal(const char *text, size_t len)
{
    size_t at = len > 0 && text[0] == '-';
    size_t whole = digits(text + at, len - at);
    size_t part = 0;

    at += whole;
    if (at < len && text[at] == '.') {
        part = digits(text + at + 1, len - at - 1);
        at += 1 + part;
    }
    if (whole + part == 0 || at == len) {
        return whole + part != 0;
    }
    if (text[at] != 'e' && text[at] != 'E') {
        return false;
    }
    at++;
    at += at < len && (text[at] == '-' || text[at] == '+');
    return at < len && digits(text + at, len - at) == len - at;
}

static lu_err parse_real(const char *text, size_t len, bool *is_number, double *out)
{
    char number[64];
    locale_t c_locale;

    *is_number = len < sizeof number && is_decimal(text, len);
    if (!*is_number) {
        return LU_OK;
    }
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0) {
        return lu_fail(LU_ERR_MEMORY, "out of memory for the C locale");
    }
    memcpy(number, text, len);
    number[len] = '\0';
    *out = strtod_l(number, NULL, c_locale);
    freelocale(c_locale);
    return LU_OK;
}

static lu_err refuse(const place *p, const char *reason)
{
    return lu_cfg_refuse(p->option->line, p->block->name, "%s=%.40s %s", p->key->name,
                         p->option->value, reason);
}

static lu_err refuse_range(const place *p)
{
    char reason[96];

    if (p->key->low == p->key->high) {
        snprintf(reason, sizeof reason, "is not supported, only %" PRId64, p->key->low);
    } else {
        snprintf(reason, sizeof reason, "is not in %" PRId64 "..%" PRId64, p->key->low,
                 p->key->high);
    }
    return refuse(p, reason);
}

static lu_err take_integer(const place *p, const char *text, size_t len, lu_cfg_value *v)
{
    if (!parse_integer(text, len, &v->integer)) {
        return refuse(p, "is not an integer");
    }
    if (v->integer < p->key->low || v->integer > p->key->high) {
        return refuse_range(p);
    }
    return LU_OK;
}

static lu_err take_real(const place *p, const char *text, size_t len, lu_cfg_value *v)
{
    bool is_number;

    LU_TRY(parse_real(text, len, &is_number, &v->real));
    if (!is_number) {
        return refuse(p, "is not a decimal number");
    }
    if (!(v->real >= (double)p->key->low && v->real <= (double)p->key->high)) {
        return refuse_range(p);
    }
    return LU_OK;
}

static lu_err take_word(const place *p, const char *text, size_t len, lu_cfg_value *v)
{
    char reason[256] = "is not one of";
    size_t used = strlen(reason);

    (void)len;
    for (size_t i = 0; p->key->words[i] != NULL; i++) {
        if (strcmp(p->key->words[i], text) == 0) {
            v->integer = (int64_t)i;
            return LU_OK;
        }
        if (used < sizeof reason) {
            used += (size_t)snprintf(reason + used, sizeof reason - used, " %s", p->key->words[i]);
        }
    }
    return refuse(p, reason);
}

typedef lu_err (*taker)(const place *p, const char *text, size_t len, lu_cfg_value *v);

static lu_err take_list(const place *p, taker take, lu_cfg_value *v)
{
    const char *at = p->option->value;
    lu_cfg_value item = {0};
    int64_t n = 0;

    for (;;) {
        size_t len = strcspn(at, ",");
        LU_TRY(take(p, at, len, &item));
        n++;
        if (at[len] == '\0') {
            break;
        }
        at += len + 1;
    }
    v->integer = n;
    return LU_OK;
}

static lu_err take(const place *p, lu_cfg_value *v)
{
    const char *text = p->option->value;
    size_t len = strlen(text);

    v->given = true;
    v->text = text;
    switch (p->key->kind) {
    case LU_KEY_INTEGER: return take_integer(p, text, len, v);
    case LU_KEY_REAL: return take_real(p, text, len, v);
    case LU_KEY_WORD: return take_word(p, text, len, v);
    case LU_KEY_INTEGERS: return take_list(p, take_integer, v);
    case LU_KEY_REALS: return take_list(p, take_real, v);
    case LU_KEY_REFUSED:
    default: return refuse(p, "is not supported");
    }
}

static const lu_cfg_key *find(const lu_cfg_keys *keys, const char *name)
{
    for (size_t i = 0; i < keys->n; i++) {
        if (strcmp(keys->key[i].name, name) == 0) {
            return &keys->key[i];
        }
    }
    return NULL;
}

static lu_err take_option(place *p, const lu_cfg_keys *keys, lu_cfg_value *value)
{
    lu_cfg_value dropped;

    p->key = find(keys, p->option->key);
    if (p->key != NULL) {
        return take(p, &value[p->key - keys->key]);
    }
    if (keys->also != NULL) {
        p->key = find(keys->also, p->option->key);
    }
    if (p->key == NULL) {
        return lu_cfg_refuse(p->option->line, p->block->name, "unknown key %.40s", p->option->key);
    }
    return take(p, &dropped);
}

lu_err lu_cfg_values(const lu_cfg_text *t, const lu_cfg_block *b, const lu_cfg_keys *keys,
                     lu_cfg_value value[LU_CFG_KEYS_MAX])
{
    for (size_t i = 0; i < keys->n; i++) {
        double initial = keys->key[i].initial;
        value[i] = (lu_cfg_value){.integer = (int64_t)initial, .real = initial};
    }
    for (size_t i = 0; i < b->n; i++) {
        place p = {.block = b, .option = &t->option[b->first + i]};
        LU_TRY(take_option(&p, keys, value));
    }
    return LU_OK;
}

int64_t lu_cfg_item(const char *list, size_t k)
{
    int64_t value = 0;

    while (k-- > 0) {
        list += strcspn(list, ",") + 1;
    }
    parse_integer(list, strcspn(list, ","), &value);
    return value;
}
