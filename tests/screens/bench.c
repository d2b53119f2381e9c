/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/screens/bench.h"

enum { PATH = 4096, QUIET_MS = 800 };

static char folder[PATH - 300];
static char program[PATH], root[PATH];

/* --- the folder --- */

const char *bench_path(const char *name)
{
    static char path[PATH];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

const char *bench_program(void)
{
    return program;
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
    char line[4 * PATH];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (system(line) != 0) {
        fail_msg("failed: %s", line);
    }
}

/* The test is build/MODE/screens/test_X. */
static void find_programs(void)
{
    snprintf(program, sizeof program, "%s", vt_beside("../lineup"));
    snprintf(root, sizeof root, "%s", vt_beside("../../.."));
}

/* fontconfig keeps a few patterns for the whole run; they do not grow with what is drawn. */
static void allow_fontconfig(void)
{
    char options[PATH + 64];
    FILE *f = fopen(bench_path("lsan.txt"), "w");

    assert_non_null(f);
    fputs("leak:libfontconfig\n", f);
    assert_int_equal(fclose(f), 0);
    snprintf(options, sizeof options, "suppressions=%s:print_suppressions=0",
             bench_path("lsan.txt"));
    setenv("LSAN_OPTIONS", options, 1);
}

int bench_up(void **state)
{
    (void)state;
    find_programs();
    setenv("LINEUP_ISA", "generic",
           0); /* as small-case.sh: stored results are of one set of instructions */
    snprintf(folder, sizeof folder, "/tmp/bench-XXXXXX"); /* screens show it: of one length */
    if (mkdtemp(folder) == NULL || mkdir(bench_path("home"), 0700)) {
        return -1;
    }
    allow_fontconfig();
    shell("LINEUP='%s' sh '%s/tests/screens/small-case.sh' networks '%s'", program, root, folder);
    shell("LINEUP='%s' sh '%s/tests/screens/small-case.sh' case '%s'", program, root, folder);
    shell("LINEUP='%s' sh '%s/tests/screens/small-case.sh' mark '%s'", program, root, folder);
    return 0;
}

int bench_down(void **state)
{
    (void)state;
    shell("rm -rf '%s'", folder);
    return 0;
}

void bench_copy(const char *name)
{
    shell("cd '%s' && rm -rf '%s' && cp -a small.case '%s'", folder, name, name);
}

void bench_check_file(const char *name, const char *start, const char *holds)
{
    static char text[1 << 20];
    FILE *f = fopen(bench_path(name), "rb");
    size_t n;

    assert_non_null(f);
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    assert_true(n > strlen(start) && memcmp(text, start, strlen(start)) == 0);
    assert_non_null(memmem(text, n, holds, strlen(holds)));
}

void bench_zoo(void)
{
    shell("LINEUP='%s' sh '%s/tests/screens/small-case.sh' zoo '%s'", program, root, folder);
}

int bench_run(const char *arguments, char **out)
{
    char line[4 * PATH];
    size_t len = 0;
    FILE *p, *text;
    int c, status;

    snprintf(line, sizeof line, "cd '%s' && HOME='%s/home' '%s' %s 2>&1", folder, folder, program,
             arguments);
    p = popen(line, "r");
    assert_non_null(p);
    if (out != NULL) {
        text = open_memstream(out, &len);
        while ((c = getc(p)) != EOF) {
            putc(c, text);
        }
        fclose(text);
    } else {
        while (getc(p) != EOF) {
            continue;
        }
    }
    status = pclose(p);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* --- the workbench --- */

vt *bench_open(const vt_options *o, const char *a, const char *b)
{
    const char *const argv[] = {program, a, b, NULL};
    char home[PATH];
    vt_options own = *o;
    vt *v;

    snprintf(home, sizeof home, "%s", own.home ? own.home : bench_path("home"));
    own.home = home;
    own.folder = folder;
    v = vt_start(&own, argv);
    vt_assert_shows(v, "? help");
    return v;
}

void bench_command(vt *v, const char *line)
{
    vt_type(v, ":");
    vt_type(v, line);
    vt_type(v, "\r");
}

void bench_answer(vt *v, const char *key, const char *asked, const char *line, const char *shown)
{
    vt_key(v, key);
    vt_assert_shows(v, asked);
    vt_type(v, line);
    vt_type(v, "\r");
    vt_assert_shows(v, shown);
}

void bench_leave(vt **v)
{
    int status;

    vt_type(*v, "q");
    status = vt_wait_exit(*v);
    if (status != 0) {
        fprintf(stderr, "# ended with %d:\n%s", status, vt_text(*v));
        fail();
    }
    vt_check_back(*v);
    vt_end(v);
}

/* --- engines --- */

static int parent_of(int pid, char *name, size_t size)
{
    char path[64], line[512] = "";
    int parent = 0;
    FILE *f;
    char *open, *close;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    f = fopen(path, "r");
    if (f == NULL) {
        return 0;
    }
    if (fgets(line, sizeof line, f) != NULL && (open = strchr(line, '(')) != NULL &&
        (close = strrchr(line, ')')) != NULL) {
        *close = '\0';
        snprintf(name, size, "%s", open + 1);
        sscanf(close + 1, " %*c %d", &parent);
    }
    fclose(f);
    return parent;
}

size_t bench_engines(const vt *v, int *pid, size_t max)
{
    DIR *d = opendir("/proc");
    struct dirent *e;
    size_t n = 0;

    assert_non_null(d);
    while ((e = readdir(d)) != NULL) {
        char name[64] = "";
        int number = atoi(e->d_name);

        if (number > 0 && n < max && parent_of(number, name, sizeof name) == vt_pid(v) &&
            strcmp(name, "lineup-engine") == 0) {
            pid[n++] = number;
        }
    }
    closedir(d);
    return n;
}

bool bench_is_engine(int pid)
{
    char name[64] = "";

    return parent_of(pid, name, sizeof name) != 0 && strcmp(name, "lineup-engine") == 0;
}

/* --- golden screens --- */

/* Where a digest is cut: the frame to its right. */
static bool is_edge(const char *at)
{
    return strncmp(at, "\xe2\x94\x82", 3) == 0 || *at == '|';
}

static bool is_digest(const char *at, size_t len, char before)
{
    size_t digits = 0;

    for (size_t i = 0; i < len; i++) {
        if (!isdigit((unsigned char)at[i]) && (at[i] < 'a' || at[i] > 'f')) {
            return false;
        }
        digits += isdigit((unsigned char)at[i]) != 0;
    }
    return (len >= 8 && digits > 0) || (len > 0 && before == '"' && is_edge(at + len));
}

static size_t word_length(const char *at)
{
    size_t n = 0;

    while (isalnum((unsigned char)at[n])) {
        n++;
    }
    return n;
}

/* Of what stands there, the number or digest; 0: neither. */
static size_t number_length(const char *at, char before)
{
    size_t n = 0, word = word_length(at);

    if (!isalnum((unsigned char)before) && is_digest(at, word, before)) {
        return word;
    }
    while (isdigit((unsigned char)at[n]) ||
           (n > 0 && strchr(".,:%", at[n]) && isdigit((unsigned char)at[n + 1]))) {
        n++;
    }
    return n;
}

/* Numbers and digests become #, and blanks beside them one: they differ from processor to
   processor, from day to day. The folder's name is another each time. */
static char *masked(const char *text)
{
    char *out = calloc(1, strlen(text) + 1), *to = out;

    assert_non_null(out);
    while (*text) {
        size_t n = number_length(text, to > out ? to[-1] : ' ');

        if (strncmp(text, folder, strlen(folder)) == 0) {
            text += strlen(folder);
        } else if (n == 0) {
            *to++ = *text++;
        } else {
            while (to - out >= 2 && to[-1] == ' ' && to[-2] == ' ') {
                to--;
            }
            *to++ = '#';
            text += n;
            text += *text == '%';
            while (text[0] == ' ' && text[1] == ' ') {
                text++;
            }
        }
    }
    *to = '\0';
    return out;
}

static char *contents(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;

    if (f != NULL && getdelim(&text, &size, '\0', f) < 0) {
        free(text);
        text = NULL;
    }
    if (f != NULL) {
        fclose(f);
    }
    return text;
}

static bool is_same(vt *v, const char *wanted)
{
    char *shown = masked(vt_text(v));
    bool same = strcmp(shown, wanted) == 0;

    free(shown);
    return same;
}

static void write_golden(vt *v, const char *path)
{
    char *shown;
    FILE *f;

    vt_watch(v, QUIET_MS);
    shown = masked(vt_text(v));
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(shown, f);
    assert_int_equal(fclose(f), 0);
    free(shown);
}

/* The first row that differs, of both. */
static void tell_difference(const char *name, const char *want, const char *have)
{
    int row = 0;

    while (*want && *have) {
        size_t w = strcspn(want, "\n"), h = strcspn(have, "\n");

        if (w != h || strncmp(want, have, w) != 0) {
            fail_msg("%s, row %d:\nwant: %.*s\nhave: %.*s", name, row, (int)w, want, (int)h, have);
        }
        want += w + (want[w] != '\0');
        have += h + (have[h] != '\0');
        row++;
    }
    fail_msg("%s: the numbers of rows differ", name);
}

void bench_same(vt *v, const char *name)
{
    const char *mode = getenv("LINEUP_GOLDEN");
    char path[2 * PATH];
    char *wanted, *shown;

    snprintf(path, sizeof path, "%s/tests/screens/golden/%s.txt", root, name);
    if (mode != NULL && strcmp(mode, "write") == 0) {
        write_golden(v, path);
        return;
    }
    wanted = contents(path);
    if (wanted == NULL) {
        fail_msg("%s: %s; LINEUP_GOLDEN=write writes it", path, strerror(errno));
    }
    if (!vt_until(v, is_same, wanted)) {
        shown = masked(vt_text(v));
        tell_difference(name, wanted, shown);
    }
    free(wanted);
}

void bench_find(vt *v, const char *text, int *x, int *y)
{
    int width, height;

    vt_assert_shows(v, text);
    vt_size(v, &width, &height);
    for (*y = 0; *y < height; ++*y) {
        for (*x = 0; *x < width; ++*x) {
            const char *at = text;

            for (int k = *x; *at && k < width; k++) {
                vt_cell cell = vt_cell_at(v, k, *y);
                const char *shown = cell.text[0] ? cell.text : " ";

                if (strncmp(at, shown, strlen(shown)) != 0) {
                    break;
                }
                at += strlen(shown);
            }
            if (*at == '\0') {
                return;
            }
        }
    }
    fail_msg("\"%s\" goes over two rows", text);
}
