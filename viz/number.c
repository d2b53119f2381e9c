/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "viz/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Replaces what the locale puts for the decimal point. */
static void point(const char *text, char out[LU_NUMBER_MAX])
{
    size_t len = 0;
    bool other = false;

    for (; *text != '\0' && len + 1 < LU_NUMBER_MAX; text++) {
        bool plain = strchr("0123456789+-e", *text) != NULL;

        if (plain || !other) {
            out[len++] = plain ? *text : '.';
        }
        other = !plain;
    }
    out[len] = '\0';
}

static const char *special(double value, char out[LU_NUMBER_MAX])
{
    snprintf(out, LU_NUMBER_MAX, "%s", isnan(value) ? "n/a" : value > 0 ? "inf" : "-inf");
    return out;
}

const char *lu_number_fixed(double value, int decimals, char out[LU_NUMBER_MAX])
{
    char text[64];

    if (!isfinite(value)) {
        return special(value, out);
    }
    decimals = decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
    if (fabs(value) < 1e15) {
        snprintf(text, sizeof text, "%.*f", decimals, value);
    } else {
        snprintf(text, sizeof text, "%.*e", decimals, value);
    }
    point(text, out);
    return out;
}

const char *lu_number(double value, char out[LU_NUMBER_MAX])
{
    double size = fabs(value);
    char text[64];

    if (value == 0) {
        snprintf(out, LU_NUMBER_MAX, "0");
        return out;
    }
    if (!isfinite(value)) {
        return special(value, out);
    }
    if (size < 0.0005 || size >= 1e6) {
        snprintf(text, sizeof text, "%.1e", value);
        point(text, out);
        return out;
    }
    return lu_number_fixed(value, size < 100 ? 3 : 0, out);
}

const char *lu_number_share(double value, char out[LU_NUMBER_MAX])
{
    if (!(value >= 0 && value < 0.995)) {
        return lu_number_fixed(value, 1, out);
    }
    lu_number_fixed(value, 2, out);
    memmove(out, out + 1, strlen(out));
    return out;
}
