/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/keys.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct {
    uint32_t code;
    const char *name;
} names[] = {
#define LU_KEY_ROW(id, name) {LU_KEY_##id, name},
    LU_KEY_TABLE(LU_KEY_ROW)
#undef LU_KEY_ROW
};

uint32_t lu_key_parse(const char *name, size_t len)
{
    if (len == 1) {
        return (unsigned char)name[0];
    }
    if (len == 6 && strncmp(name, "Ctrl-", 5) == 0 && isalpha((unsigned char)name[5])) {
        return LU_KEY_CTRL + (uint32_t)tolower((unsigned char)name[5]);
    }
    if (len == 5 && strncmp(name, "Space", 5) == 0) {
        return ' ';
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) == len && strncmp(names[i].name, name, len) == 0) {
            return names[i].code;
        }
    }
    return LU_KEY_NONE;
}

/* UTF-8 of one code point. */
static void encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *out++ = (char)(0xe0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        *out++ = (char)(0x80 | (code & 0x3f));
    } else {
        *out++ = (char)(0xf0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 0x3f));
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        *out++ = (char)(0x80 | (code & 0x3f));
    }
    *out = '\0';
}

void lu_key_name(uint32_t code, char *out, size_t size)
{
    char text[8];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].code == code) {
            snprintf(out, size, "%s", names[i].name);
            return;
        }
    }
    if (code >= LU_KEY_CTRL) {
        snprintf(out, size, "Ctrl-%c", toupper((int)(code - LU_KEY_CTRL)));
        return;
    }
    encode(code, text);
    snprintf(out, size, "%s", code == ' ' ? "Space" : text);
}
