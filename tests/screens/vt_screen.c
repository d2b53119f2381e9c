/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal's side: what the screen shows, what its keys send. */
#include "tests/screens/vt_internal.h"

#include <ctype.h>

enum { CELL_BYTES = 32 };

/* --- libvterm --- */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    vt *v = user;

    if (property == VTERM_PROP_ALTSCREEN) {
        v->alternate = value->boolean != 0;
    } else if (property == VTERM_PROP_CURSORVISIBLE) {
        v->cursor_visible = value->boolean != 0;
    }
    return 1;
}

static void on_output(const char *data, size_t len, void *user)
{
    vt_send(user, data, len);
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

void vt_screen_init(vt *v, int width, int height)
{
    v->term = vterm_new(height, width);
    v->screen = vterm_obtain_screen(v->term);
    v->width = width;
    v->height = height;
    v->cursor_visible = true;
    vterm_set_utf8(v->term, 1);
    vterm_output_set_callback(v->term, on_output, v);
    vterm_screen_set_callbacks(v->screen, &callbacks, v);
    vterm_screen_enable_altscreen(v->screen, 1);
    vterm_screen_reset(v->screen, 1);
}

void vt_screen_fini(vt *v)
{
    vterm_free(v->term);
    free(v->text);
    free(v->row);
}

void vt_screen_resize(vt *v, int width, int height)
{
    vterm_set_size(v->term, height, width);
    v->width = width;
    v->height = height;
}

void vt_screen_feed(vt *v, const char *data, size_t len)
{
    vterm_input_write(v->term, data, len);
    vterm_screen_flush_damage(v->screen);
}

/* --- out --- */

static int colour_of(const VTermColor *c)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c)) {
        return VT_DEFAULT;
    }
    if (VTERM_COLOR_IS_INDEXED(c)) {
        return c->indexed.idx;
    }
    return VT_RGB + (c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue);
}

static size_t put_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* libvterm marks the right half of a wide character with -1. */
static bool is_right_half(const VTermScreenCell *cell)
{
    return cell->chars[0] == (uint32_t)-1;
}

vt_cell vt_cell_at(const vt *v, int x, int y)
{
    VTermScreenCell cell;
    vt_cell out = {.width = 0};
    size_t n = 0;

    if (!vterm_screen_get_cell(v->screen, (VTermPos){y, x}, &cell)) {
        return out;
    }
    for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] && !is_right_half(&cell);
         i++) {
        n += put_utf8(cell.chars[i], out.text + n);
    }
    out.text[n] = '\0';
    out.width = is_right_half(&cell) ? 0 : cell.width;
    out.fg = colour_of(&cell.fg);
    out.bg = colour_of(&cell.bg);
    out.bold = cell.attrs.bold;
    out.underline = cell.attrs.underline != 0;
    out.reverse = cell.attrs.reverse;
    return out;
}

/* Returns the bytes written. */
static size_t put_row(const vt *v, int y, char *out)
{
    size_t n = 0;

    for (int x = 0; x < v->width; x++) {
        vt_cell cell = vt_cell_at(v, x, y);

        if (cell.width > 0) {
            n += (size_t)sprintf(out + n, "%s", cell.text[0] ? cell.text : " ");
        }
    }
    while (n > 0 && out[n - 1] == ' ') {
        n--;
    }
    out[n] = '\0';
    return n;
}

static char *room(char **buffer, size_t size)
{
    free(*buffer);
    *buffer = calloc(1, size);
    assert_non_null(*buffer);
    return *buffer;
}

void vt_size(const vt *v, int *width, int *height)
{
    *width = v->width;
    *height = v->height;
}

const char *vt_row(vt *v, int y)
{
    put_row(v, y, room(&v->row, (size_t)v->width * CELL_BYTES + 1));
    return v->row;
}

const char *vt_text(vt *v)
{
    char *out = room(&v->text, (size_t)v->height * ((size_t)v->width * CELL_BYTES + 2));

    for (int y = 0; y < v->height; y++) {
        out += put_row(v, y, out);
        *out++ = '\n';
    }
    *out = '\0';
    return v->text;
}

void vt_cursor(const vt *v, int *x, int *y, bool *visible)
{
    VTermPos at;

    vterm_state_get_cursorpos(vterm_obtain_state(v->term), &at);
    *x = at.col;
    *y = at.row;
    *visible = v->cursor_visible;
}

bool vt_alternate(const vt *v)
{
    return v->alternate;
}

/* --- keys --- */

static const struct {
    const char *name;
    VTermKey key;
    VTermModifier modifier;
} keys[] = {
    {"Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE},
    {"Tab", VTERM_KEY_TAB, VTERM_MOD_NONE},
    {"S-Tab", VTERM_KEY_TAB, VTERM_MOD_SHIFT},
    {"Backspace", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE},
    {"Esc", VTERM_KEY_ESCAPE, VTERM_MOD_NONE},
    {"Delete", VTERM_KEY_DEL, VTERM_MOD_NONE},
    {"Up", VTERM_KEY_UP, VTERM_MOD_NONE},
    {"Down", VTERM_KEY_DOWN, VTERM_MOD_NONE},
    {"Left", VTERM_KEY_LEFT, VTERM_MOD_NONE},
    {"Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE},
    {"C-Up", VTERM_KEY_UP, VTERM_MOD_CTRL},
    {"PgUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE},
    {"PgDn", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE},
    {"Home", VTERM_KEY_HOME, VTERM_MOD_NONE},
    {"End", VTERM_KEY_END, VTERM_MOD_NONE},
    {"F1", VTERM_KEY_FUNCTION(1), VTERM_MOD_NONE},
    {"F2", VTERM_KEY_FUNCTION(2), VTERM_MOD_NONE},
};

void vt_key(vt *v, const char *name)
{
    char control[2] = {'\0', '\0'};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            vterm_keyboard_key(v->term, keys[i].key, keys[i].modifier);
            return;
        }
    }
    if (strncmp(name, "Ctrl-", 5) == 0 && name[5] != '\0') {
        control[0] = (char)(toupper((unsigned char)name[5]) & 0x1f);
        vt_send(v, control, 1);
    } else if (strcmp(name, "Space") == 0) {
        vt_type(v, " ");
    } else {
        vt_type(v, name);
    }
}

static void mouse(vt *v, int button, int x, int y, char end)
{
    char bytes[64];

    snprintf(bytes, sizeof bytes, "\033[<%d;%d;%d%c", button, x + 1, y + 1, end);
    vt_type(v, bytes);
}

void vt_click(vt *v, int x, int y)
{
    mouse(v, 0, x, y, 'M');
    mouse(v, 0, x, y, 'm');
}

void vt_wheel(vt *v, bool up, int x, int y)
{
    mouse(v, up ? 64 : 65, x, y, 'M');
}

/* libvterm 0.1.4 reads only the first parameter of a mode sequence, so the bytes decide. */
static const char *last_of(const vt *v, const char *bytes)
{
    const char *found = NULL;
    size_t len = strlen(bytes);

    for (size_t i = 0; v->raw != NULL && i + len <= v->raw_len; i++) {
        if (memcmp(v->raw + i, bytes, len) == 0) {
            found = v->raw + i;
        }
    }
    return found;
}

bool vt_mouse(const vt *v)
{
    const char *on = last_of(v, "\033[?1000h");
    const char *off = last_of(v, "\033[?1000l");

    return on != NULL && (off == NULL || off < on);
}
