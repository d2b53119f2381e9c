/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/schemes.h"

#include <stdio.h>
#include <string.h>

const lu_scheme lu_schemes[] = {
#define LU_SCHEME(key, name, scenario, mechanism, capacity, type, function, target, access, needs, \
                  or_needs, use, command, formula, null, p, reference, named, note)                \
    {key,      name,    scenario,           mechanism, capacity,  type,                            \
     function, target,  LU_ACCESS_##access, needs,     or_needs,  LU_USE_##use,                    \
     command,  formula, LU_NULL_BY_##null,  p,         reference, named,                           \
     note},
#include "core/schemes.def"
#undef LU_SCHEME
};

const size_t lu_scheme_count = sizeof lu_schemes / sizeof *lu_schemes;

const lu_scheme *lu_scheme_of(const char *key)
{
    for (size_t i = 0; i < lu_scheme_count; i++) {
        if (strcmp(lu_schemes[i].key, key) == 0) {
            return &lu_schemes[i];
        }
    }
    return NULL;
}

/* --- what fits --- */

static int count(unsigned set)
{
    int n = 0;

    for (; set; set &= set - 1) {
        n++;
    }
    return n;
}

static unsigned missing(const lu_scheme *s, unsigned have)
{
    unsigned one = s->needs & ~have, other = s->or_needs & ~have;

    return s->or_needs && count(other) < count(one) ? other : one;
}

lu_scheme_fit lu_scheme_fits(const lu_scheme *s, lu_access access, unsigned have)
{
    lu_scheme_fit f = {.access = access < s->access, .lacks = missing(s, have)};
    bool all = !f.access && f.lacks == 0;

    if (s->use == LU_USE_NOTHING) {
        f.state = LU_FIT_NOTHING;
    } else if (s->use == LU_USE_RUNS) {
        f.state = all ? LU_FIT_RUNS : LU_FIT_LACKS;
    } else {
        f.state = all ? LU_FIT_BY_HAND : LU_FIT_FAR;
    }
    return f;
}

/* --- words --- */

const char *lu_access_name(lu_access a)
{
    static const char *const names[LU_ACCESSES] = {"labels", "probabilities", "activations",
                                                   "weights", "device"};

    return names[a];
}

const char *lu_null_kind_name(lu_null_kind k)
{
    static const char *const names[LU_NULL_KINDS] = {"by design", "by model", "by permutation",
                                                     "by equality", "none"};

    return names[k];
}

const char *lu_scheme_use_name(lu_scheme_use use)
{
    static const char *const names[LU_USES] = {"runs it", "describes it",
                                               "describes it: no evidence"};

    return names[use];
}

const char *lu_fit_name(lu_fit f)
{
    static const char *const names[LU_FITS] = {"run", "by hand", "lacks", "far", "no evidence"};

    return names[f];
}

static const char *const holding[LU_HOLDINGS] = {
#define LU_HOLDING_ROW(id, word, what) word,
    LU_HOLDING_TABLE(LU_HOLDING_ROW)
#undef LU_HOLDING_ROW
};

const char *lu_holding_word(lu_holding h)
{
    return holding[h];
}

lu_err lu_holdings_parse(const char *words, unsigned *out)
{
    *out = 0;
    for (const char *at = words; *at;) {
        size_t len = strcspn(at, ","), h = 0;
        while (h < LU_HOLDINGS &&
               (strlen(holding[h]) != len || strncmp(holding[h], at, len) != 0)) {
            h++;
        }
        if (h == LU_HOLDINGS) {
            return lu_fail(LU_ERR_USAGE, "'%.*s' is nothing one can hold here", (int)len, at);
        }
        *out |= 1U << h;
        at += len + (at[len] == ',');
    }
    return LU_OK;
}

lu_err lu_holdings_text(unsigned set, const char *none, lu_buf *out)
{
    const char *gap = "";

    for (int h = 0; h < LU_HOLDINGS; h++) {
        if (set >> h & 1) {
            LU_TRY(lu_buf_print(out, "%s%s", gap, holding[h]));
            gap = ", ";
        }
    }
    return set ? LU_OK : lu_buf_print(out, "%s", none);
}

const char *lu_attribute_name(lu_attribute a)
{
    static const char *const names[LU_ATTRIBUTES] = {"scenario", "mechanism", "capacity",
                                                     "type",     "function",  "target models"};

    return names[a];
}

/* The words of the bits that are set, ", " between. */
static void words_of(unsigned set, const char *const *word, const char *none, char *out,
                     size_t size)
{
    size_t len = 0;

    snprintf(out, size, "%s", set ? "" : none);
    for (int i = 0; set >> i; i++) {
        if ((set >> i & 1) && len < size) {
            len += (size_t)snprintf(out + len, size - len, "%s%s", len ? ", " : "", word[i]);
        }
    }
}

void lu_scheme_attribute(const lu_scheme *s, lu_attribute a, char *out, size_t size)
{
    static const char *const scenario[] = {"white-box", "black-box"};
    static const char *const mechanism[] = {"parameters", "backdoor", "fingerprint", "other"};
    static const char *const capacity[] = {"zero-bit", "multi-bit"};
    static const char *const type[] = {"passive", "active"};
    static const char *const function[] = {"copyright verification", "copyright management",
                                           "integrity verification"};

    switch (a) {
    case LU_SCENARIO: words_of(s->scenario, scenario, "", out, size); break;
    case LU_MECHANISM: words_of(s->mechanism, mechanism, "", out, size); break;
    case LU_CAPACITY: words_of(s->capacity, capacity, "hides nothing", out, size); break;
    case LU_TYPE: words_of(s->type, type, "", out, size); break;
    case LU_FUNCTION: words_of(s->function, function, "", out, size); break;
    default: snprintf(out, size, "%s", s->target); break;
    }
}
