/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What test_term_*.c drive: shows every ink, a picture, wide characters and the last key; some keys
 * do things. Arguments: "colours=8", "theme=light", "mouse", "reset" (lu_term_reset and nothing
 * else).
 */
#include "tui/term/term.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PICTURE_X = 40, PICTURE_Y = 2, PICTURE_SIDE = 8 };

typedef struct demo {
    lu_term *term;
    lu_term_options options;
    lu_cells cells;
    lu_key key;
    int keys, cursor;
    bool quit;
} demo;

static void draw_picture(lu_pane pane)
{
    for (int y = 0; y < PICTURE_SIDE / 2; y++) {
        for (int x = 0; x < PICTURE_SIDE; x++) {
            uint32_t upper = (uint32_t)(x * 36) << 16 | (uint32_t)(y * 72);
            uint32_t lower = (uint32_t)(x * 36) << 8 | (uint32_t)(y * 72 + 36);
            lu_pane_direct(pane, PICTURE_X + x, PICTURE_Y + y, 0x2580, upper, lower);
        }
    }
}

static void draw_inks(lu_pane pane)
{
    for (int i = 0; i < LU_INK_COUNT; i++) {
        lu_pane_text(pane, 0, 1 + i, lu_ink_name((lu_ink)i), (lu_ink)i);
    }
    lu_pane_text(pane, 20, 2, "on copy", LU_INK_TEXT);
    lu_pane_paint(lu_pane_sub(pane, 20, 2, 7, 1), LU_INK_COPY, LU_ATTR_BOLD);
}

static lu_err show(demo *d)
{
    lu_pane pane;
    char name[32];
    int width, height;

    lu_term_size(d->term, &width, &height);
    if (width != d->cells.width || height != d->cells.height) {
        lu_cells_fini(&d->cells);
        LU_TRY(lu_cells_init(&d->cells, width, height));
    }
    lu_cells_clear(&d->cells);
    pane = lu_pane_of(&d->cells);
    lu_key_name(d->key.code, name, sizeof name);
    lu_pane_print(pane, 0, 0, LU_INK_TITLE, "size %dx%d colours %d theme %s", width, height,
                  (int)lu_term_colours(d->term), lu_theme_name(d->options.theme));
    draw_inks(pane);
    draw_picture(pane);
    lu_pane_text(pane, 20, 4, "wide \xe6\xbc\xa2\xe5\xad\x97 end", LU_INK_TEXT);
    lu_pane_text(pane, 20, 5, "mark e\xcc\x81 end", LU_INK_TEXT);
    lu_pane_text(pane, width - 1, height - 1, "#", LU_INK_TEXT);
    lu_pane_print(pane, 0, height - 1, LU_INK_KEY, "keys %d last %s at %d,%d%s.", d->keys, name,
                  d->key.x, d->key.y, d->key.pasted ? " pasted" : ""); /* below: it is sent last */
    lu_term_cursor(d->term, d->cursor < 0 ? -1 : d->cursor, 3);
    return lu_term_show(d->term, &d->cells);
}

/* --- crashes --- */

static void fault(void)
{
    volatile uintptr_t nowhere = 8;

    *(volatile int *)nowhere = 1;
}

static int overflow(int depth)
{
    volatile char page[4096];

    page[0] = (char)depth;
    return depth < 1 << 30 ? overflow(depth + 1) + page[0] : 0;
}

static void heap_overflow(void)
{
    volatile size_t size = 8; /* the compiler, who would tell first, does not know */
    volatile char *block = malloc(size);

    block[size] = 1;
    free((void *)(uintptr_t)block);
}

static void undefined(void)
{
    volatile int most = __INT_MAX__;

    most = most + 1;
}

static void crash(uint32_t code)
{
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};

    if (code >= '1' && code <= '7') {
        raise(fatal[code - '1']);
    } else if (code == 'K') {
        raise(SIGKILL);
    } else if (code == 'F') {
        fault();
    } else if (code == 'O') {
        overflow(0);
    } else if (code == 'H') {
        heap_overflow();
    } else if (code == 'U') {
        undefined();
    } else if (code == 'A') {
        abort();
    }
}

/* --- keys --- */

static lu_err open_again(demo *d)
{
    lu_term_close(&d->term);
    return lu_term_open(&d->options, &d->term);
}

static lu_err act(demo *d)
{
    crash(d->key.code);
    switch (d->key.code) {
    case 'q':
    case LU_KEY_HANGUP: d->quit = true; break;
    case 't':
        d->options.theme = (d->options.theme + 1) % LU_THEME_COUNT;
        lu_term_theme(d->term, d->options.theme);
        break;
    case 'm':
        d->options.mouse = !d->options.mouse;
        lu_term_mouse(d->term, d->options.mouse);
        break;
    case 'c': d->cursor = d->cursor < 0 ? 25 : -1; break;
    case 'e': fprintf(stderr, "stray words\n"); break;
    case 'o': return open_again(d);
    case 'x':
        for (;;) {
            pause();
        }
    case LU_KEY_CTRL + 'l': lu_term_repaint(d->term); break;
    default: break;
    }
    return LU_OK;
}

static lu_err run(demo *d)
{
    LU_TRY(lu_term_open(&d->options, &d->term));
    while (!d->quit) {
        LU_TRY(show(d));
        if (!lu_term_key(d->term, 30000, -1, &d->key)) {
            return lu_fail(LU_ERR_INTERNAL, "nobody pressed a key");
        }
        d->keys++;
        LU_TRY(act(d));
    }
    return LU_OK;
}

static void take_argument(demo *d, const char *word)
{
    if (strncmp(word, "colours=", 8) == 0) {
        d->options.colours = (lu_colours)atoi(word + 8);
    } else if (strncmp(word, "theme=", 6) == 0) {
        lu_theme_parse(word + 6, &d->options.theme);
    } else if (strcmp(word, "mouse") == 0) {
        d->options.mouse = true;
    }
}

int main(int argc, char **argv)
{
    demo d = {.options = {.colours = LU_COLOURS_TRUE, .last_words = "What was done is kept."},
              .cursor = -1};
    lu_err err;

    setlocale(LC_CTYPE, "");
    for (int i = 1; i < argc; i++) {
        take_argument(&d, argv[i]);
    }
    err = argc > 1 && strcmp(argv[1], "reset") == 0 ? lu_term_reset() : run(&d);
    lu_term_close(&d.term);
    lu_cells_fini(&d.cells);
    if (err) {
        fprintf(stderr, "demo: %s (%s)\n", lu_error_what(), lu_error_where());
        return lu_err_status(err);
    }
    printf("demo ends after %s\n", d.key.code == LU_KEY_HANGUP ? "a hang-up" : "q");
    return d.key.code == LU_KEY_HANGUP ? 7 : 0;
}
