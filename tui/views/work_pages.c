/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_pages.h"

#include <string.h>

enum { LINES_MAX = 4096, WIDTH_LEAST = 40 };

/* What the text was made from. */
typedef struct source {
    const lu_app *app;
    const lu_model_result *model;
    unsigned looks;
    size_t trials;
    lu_stage reached;
    int width;
    bool any, ascii;
    lu_params trial;
} source;

static struct {
    source from;
    lu_buf text; /* lines ended by NUL */
    size_t n;
    size_t start[LINES_MAX];
} kept;

bool lu_work_report_tried(const lu_app *a)
{
    return memcmp(&a->trial, &a->c->params, sizeof a->trial) != 0;
}

static bool is_current(const lu_app *a, int width)
{
    const source *s = &kept.from;

    return s->app == a && s->looks == a->looks && s->trials == a->trials && s->width == width &&
           s->model == a->look.result.model && s->reached == a->look.result.reached &&
           s->any == a->look.any && s->ascii == (a->options.glyphs == LU_GLYPHS_ASCII) &&
           memcmp(&s->trial, &a->trial, sizeof s->trial) == 0;
}

static void remember(const lu_app *a, int width)
{
    source *s = &kept.from;

    s->app = a;
    s->model = a->look.result.model;
    s->looks = a->looks;
    s->trials = a->trials;
    s->reached = a->look.result.reached;
    s->width = width;
    s->any = a->look.any;
    s->ascii = a->options.glyphs == LU_GLYPHS_ASCII;
    s->trial = a->trial;
}

static void cut_lines(void)
{
    size_t at = 0;

    while (at < kept.text.len && kept.n < LINES_MAX) {
        char *line = (char *)kept.text.data + at;
        size_t len = strcspn(line, "\n");

        kept.start[kept.n++] = at;
        line[len] = '\0';
        at += len + 1;
    }
}

void lu_work_report_make(const lu_app *a, int width)
{
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
    if (is_current(a, width)) {
        return;
    }
    lu_buf_fini(&kept.text);
    kept.text = (lu_buf)LU_BUF_INIT;
    kept.n = 0;
    remember(a, width);
    if (a->look.any && lu_result_text(&a->look.result, (size_t)width, false,
                                      a->options.glyphs == LU_GLYPHS_ASCII, &kept.text) == LU_OK) {
        cut_lines();
    }
}

size_t lu_work_report_lines(const lu_app *a)
{
    return kept.from.app == a && a->look.any ? kept.n : 0;
}

const char *lu_work_report_line(const lu_app *a, size_t line)
{
    return line < lu_work_report_lines(a) ? (const char *)kept.text.data + kept.start[line] : "";
}
