/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_pages.h"

#include <string.h>

enum { LINES_MAX = 8192, WIDTH_LEAST = 40 };

static struct {
    const lu_app *app;
    unsigned made;
    char *text; /* lines ended by NUL; owned */
    size_t n;
    size_t start[LINES_MAX];
} kept;

static void cut_lines(size_t len)
{
    for (size_t at = 0; at < len && kept.n < LINES_MAX;) {
        char *line = kept.text + at;
        size_t length = strcspn(line, "\n");

        kept.start[kept.n++] = at;
        line[length] = '\0';
        at += length + 1;
    }
}

void lu_work_report_make(lu_app *a, int width)
{
    lu_app_ask_paper(a, width < WIDTH_LEAST ? WIDTH_LEAST : width);
    if (kept.app == a && kept.made == a->paper.made) {
        return;
    }
    free(kept.text);
    kept.app = a;
    kept.made = a->paper.made;
    kept.n = 0;
    kept.text = a->paper.text.len > 0 ? lu_strdup((const char *)a->paper.text.data) : NULL;
    if (kept.text != NULL) {
        cut_lines(strlen(kept.text));
    }
}

size_t lu_work_report_lines(const lu_app *a)
{
    return kept.app == a && lu_look_tells(&a->look) ? kept.n : 0;
}

const char *lu_work_report_line(const lu_app *a, size_t line)
{
    return line < lu_work_report_lines(a) ? kept.text + kept.start[line] : "";
}
