/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/term/internal.h"

#include <string.h>
#include <term.h>

/* NULL for what the terminal cannot do. */
static const char *text_of(const char *name)
{
    const char *text = tigetstr(name);

    return text == NULL || text == (const char *)-1 || text[0] == '\0' ? NULL : text;
}

/* A terminfo string without its padding, "$<5/>". */
static void add(lu_term_caps *caps, const char *text)
{
    while (text != NULL && *text) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

        if (end != NULL) {
            text = end + 1;
        } else if (caps->leave_len < LU_LEAVE_MAX) {
            caps->leave[caps->leave_len++] = *text++;
        } else {
            return;
        }
    }
}

/* Without a second screen to leave, the last line is the place to go on from. */
static void add_last_line(lu_term_caps *caps, const char *place)
{
    const int beyond = 998; /* terminals stop at their last line */

    add(caps, tiparm(place, beyond, 0));
    add(caps, text_of("el"));
    add(caps, "\r\n");
}

static void build_leave(lu_term_caps *caps, const char *place)
{
    if (caps->mouse) {
        add(caps, "\033[?1006l\033[?1000l\033[?2004l");
    }
    add(caps, text_of("sgr0"));
    add(caps, text_of("op"));
    add(caps, text_of("cnorm"));
    add(caps, text_of("rmkx"));
    if (text_of("rmcup") != NULL) {
        add(caps, text_of("rmcup"));
    } else {
        add_last_line(caps, place);
    }
}

static lu_err read_all(const char *type, lu_term_caps *out)
{
    const char *place = text_of("cup");

    if (place == NULL) {
        return lu_fail(LU_ERR_CANNOT, "a terminal of type '%s' cannot place its cursor", type);
    }
    out->direct = tigetflag("RGB") > 0 || tigetnum("RGB") > 0 || text_of("RGB") != NULL;
    out->mouse = text_of("kmous") != NULL;
    build_leave(out, place);
    return LU_OK;
}

lu_err lu_term_caps_read(int fd, lu_term_caps *out)
{
    const char *type = getenv("TERM");
    int status = 0;
    lu_err err;

    *out = (lu_term_caps){0};
    if (type == NULL || type[0] == '\0') {
        return lu_fail(LU_ERR_CANNOT, "TERM does not say what the terminal can do");
    }
    if (setupterm(NULL, fd, &status) != OK) {
        return lu_fail(LU_ERR_CANNOT, "the terminal type '%s' is not %s", type,
                       status < 0 ? "there: no terminfo database" : "known, or of no use here");
    }
    err = read_all(type, out);
    del_curterm(set_curterm(NULL));
    return err;
}
