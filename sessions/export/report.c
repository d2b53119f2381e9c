/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the parts, and the files. */
#include "sessions/export/report.h"
#include "sessions/case/files.h"
#include "sessions/export/csv.h"
#include "sessions/export/parts.h"
#include "sessions/export/uco.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void (*const parts[])(const lu_telling *t) = {
    lu_part_summary,    lu_part_examiner,     lu_part_items,     lu_part_method,
    lu_part_validation, lu_part_results,      lu_part_watermark, lu_part_membership,
    lu_part_combined,   lu_part_alternatives, lu_part_limits,    lu_part_deviations,
    lu_part_repeat,     lu_part_glossary,     lu_part_hashes,    lu_part_appendix};

static char *banner_of(const lu_case *c)
{
    char word[LU_WORD_MAX];
    const char *value = word;
    lu_buf text = LU_BUF_INIT;

    if (c->kind == LU_KIND_EVIDENCE) {
        return NULL;
    }
    snprintf(word, sizeof word, "%s", lu_kind_name(c->kind));
    for (char *at = word; *at != '\0'; at++) {
        *at = *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
    }
    (void)lu_phrase_fill(LU_PHRASE_BANNER, &value, 1, &text);
    return (char *)text.data;
}

static lu_err head_of(const lu_case *c, const lu_result *r, const lu_facts *f, lu_doc *d)
{
    const char *name = lu_doc_short(d, c->title[0] ? c->title : r->case_name, LU_NAME_MAX);
    lu_buf title = LU_BUF_INIT;

    LU_TRY(d->err);
    LU_TRY(lu_phrase_fill(LU_PHRASE_TITLE, &name, 1, &title));
    d->title = (char *)title.data;
    d->banner = banner_of(c);
    d->head = lu_strdup(c->journal_head.hex);
    snprintf(d->date, sizeof d->date, "%s", f->story.last);
    return d->head == NULL || (c->kind != LU_KIND_EVIDENCE && d->banner == NULL) ? LU_ERR_MEMORY
                                                                                 : LU_OK;
}

/* Finds out the facts and fills the document, which is the caller's to free, even after a failure.
   Its wording is checked. */
static lu_err fill(const lu_telling *t, lu_facts *f)
{
    LU_TRY(lu_facts_of(t->c, t->r, f));
    LU_TRY(head_of(t->c, t->r, f, t->d));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        parts[i](t);
    }
    return lu_doc_check_wording(t->d);
}

/* --- files --- */

/* What makes the bytes of one file, from whichever it needs. */
typedef struct output {
    const char *name;
    lu_err (*of_doc)(const lu_doc *d, lu_buf *out);
    lu_err (*of_result)(const lu_result *r, lu_buf *out);
    lu_err (*of_case)(const lu_case *c, const lu_result *r, const lu_facts *f, lu_buf *out);
} output;

static const output outputs[] = {{"report.html", .of_doc = lu_doc_html},
                                 {"report.pdf", .of_doc = lu_doc_pdf},
                                 {"results.csv", .of_result = lu_report_csv},
                                 {"case-uco.jsonld", .of_case = lu_report_uco}};
enum { OUTPUTS = sizeof outputs / sizeof *outputs };

static lu_err save(int dir, const char *name, lu_err err, lu_buf *bytes)
{
    if (!err) {
        err = lu_file_replace(dir, name, bytes->data, bytes->len, 0444);
    }
    lu_buf_fini(bytes);
    return lu_within(err, "%s", name);
}

static lu_err make_output(const output *o, const lu_telling *t, lu_buf *out)
{
    return o->of_doc      ? o->of_doc(t->d, out)
           : o->of_result ? o->of_result(t->r, out)
                          : o->of_case(t->c, t->r, t->f, out);
}

static lu_err write_output(const output *o, const lu_telling *t, int dir)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = make_output(o, t, &bytes);

    return save(dir, o->name, err, &bytes);
}

static lu_err write_figure(const lu_figure *f, int dir, const char *ending,
                           lu_err (*draw)(const lu_figure *f, lu_buf *out))
{
    char name[sizeof f->name + 8];
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = draw(f, &bytes);

    snprintf(name, sizeof name, "%s.%s", f->name, ending);
    return save(dir, name, err, &bytes);
}

/* All of the document's; *n is how many. */
static lu_err write_figures(const lu_doc *d, int dir, bool svg, const lu_job *job, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < d->blocks; i++) {
        const lu_figure *f = &d->block[i].figure;

        if (d->block[i].kind == LU_BLOCK_FIGURE) {
            LU_TRY(lu_job_at(job, "drawing figures", (double)i, (double)d->blocks));
            LU_TRY(write_figure(f, dir, "png", lu_figure_png));
            LU_TRY(svg ? write_figure(f, dir, "svg", lu_figure_svg) : LU_OK);
            ++*n;
        }
    }
    return LU_OK;
}

static lu_err figures_folder(int dir, const lu_doc *d, const lu_job *job)
{
    lu_err err;
    size_t n;
    int figures;

    if (mkdirat(dir, "figures", 0755) && errno != EEXIST) {
        return lu_fail(LU_ERR_IO, "figures cannot be made: %s", strerror(errno));
    }
    figures = openat(dir, "figures", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (figures < 0) {
        return lu_fail(LU_ERR_IO, "figures cannot be opened: %s", strerror(errno));
    }
    err = write_figures(d, figures, true, job, &n);
    close(figures);
    return err;
}

static lu_err write_all(const lu_telling *t, int dir, const lu_job *job)
{
    for (size_t i = 0; i < OUTPUTS; i++) {
        LU_TRY(lu_job_at(job, "writing the report", (double)i, OUTPUTS));
        LU_TRY(write_output(&outputs[i], t, dir));
    }
    return figures_folder(dir, t->d, job);
}

lu_err lu_report_write(const lu_case *c, const lu_look *look, const lu_result *result, int dir,
                       const lu_job *job)
{
    lu_doc d = {0};
    lu_facts f;
    lu_telling t = {&d, c, look, result, &f};
    lu_err err = lu_case_check_items(c); /* what part 2 says */

    if (!err) {
        err = fill(&t, &f);
    }
    if (!err) {
        err = write_all(&t, dir, job);
    }
    lu_doc_fini(&d);
    return lu_within(err, "the report");
}

static lu_err give_output(const output *o, const lu_telling *t,
                          lu_err (*take)(void *context, const char *name, const lu_buf *bytes),
                          void *context)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = make_output(o, t, &bytes);

    if (!err) {
        err = take(context, o->name, &bytes);
    }
    lu_buf_fini(&bytes);
    return err;
}

lu_err lu_report_texts(const lu_case *c, const lu_look *look, const lu_result *result,
                       lu_err (*take)(void *context, const char *name, const lu_buf *bytes),
                       void *context)
{
    lu_doc d = {0};
    lu_facts f;
    lu_telling t = {&d, c, look, result, &f};
    lu_err err = fill(&t, &f);

    for (size_t i = 0; i < OUTPUTS && !err; i++) {
        err = outputs[i].of_doc == lu_doc_pdf ? LU_OK : give_output(&outputs[i], &t, take, context);
    }
    lu_doc_fini(&d);
    return err;
}

lu_err lu_report_pictures(const lu_case *c, const lu_look *look, const lu_result *result, int dir,
                          const lu_job *job, size_t *n)
{
    lu_doc d = {0};
    lu_facts f;
    lu_telling t = {&d, c, look, result, &f};
    lu_err err = fill(&t, &f);

    if (!err) {
        err = write_figures(&d, dir, false, job, n);
    }
    lu_doc_fini(&d);
    return err;
}

lu_err lu_report_text(const lu_case *c, const lu_look *look, const lu_result *result, size_t width,
                      lu_buf *out)
{
    lu_doc d = {0};
    lu_facts f;
    lu_telling t = {&d, c, look, result, &f};
    lu_err err = fill(&t, &f);

    if (!err) {
        err = lu_doc_text(&d, width, out);
    }
    lu_doc_fini(&d);
    return err;
}
