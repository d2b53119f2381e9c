/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/utf8.h"

#include <string.h>

static int sequence_length(uint8_t first)
{
    if (first < 0x80) {
        return 1;
    }
    return first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

int lu_utf8_decode(const char *text, uint32_t *code)
{
    const uint8_t *s = (const uint8_t *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const uint8_t bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    int len = sequence_length(s[0]);
    uint32_t c = s[0] & bits[len];

    for (int i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
        c = c << 6 | (s[i] & 0x3fU);
    }
    if (len == 0 || c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
        return 0;
    }
    *code = c;
    return len;
}

/* The bytes from `text` on that are UTF-8. */
static size_t span(const char *text)
{
    uint32_t code;
    size_t len = 0;

    while (text[len] != '\0') {
        int bytes = lu_utf8_decode(text + len, &code);
        if (bytes == 0) {
            break;
        }
        len += (size_t)bytes;
    }
    return len;
}

bool lu_utf8_valid(const char *text)
{
    return text[span(text)] == '\0';
}

lu_err lu_utf8_add(lu_buf *out, const char *text)
{
    for (;;) {
        size_t len = span(text);
        LU_TRY(lu_buf_add(out, text, len));
        if (text[len] == '\0') {
            return LU_OK;
        }
        LU_TRY(lu_buf_add(out, "?", 1));
        text += len + 1;
    }
}
