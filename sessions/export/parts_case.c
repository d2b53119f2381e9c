/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts 1, 2, 9 and 12: people, items, the order of things, hashes. */
#include "sessions/export/parts.h"

#include <stdio.h>
#include <string.h>

enum { SHORT = 48 };

static void row(const lu_telling *t, const char *what, const char *value)
{
    lu_doc_cell(t->d, "%s", what);
    lu_doc_cell(t->d, "%s", value);
}

/* --- 1 --- */

void lu_part_examiner(const lu_telling *t)
{
    const char *blank = lu_phrase_text(LU_PHRASE_NOT_RECORDED);

    lu_doc_heading(t->d, 1, "1 Examiner and mandate");
    lu_doc_table(t->d, "", "what|as recorded in the case", "ll");
    row(t, "Examiner", t->c->examiner[0] ? lu_doc_short(t->d, t->c->examiner, SHORT) : blank);
    row(t, "Laboratory and qualifications", blank);
    row(t, "Asked by, authority", blank);
    row(t, "Title of the case", t->c->title[0] ? lu_doc_short(t->d, t->c->title, SHORT) : "none");
    row(t, "Kind of case", lu_kind_name(t->c->kind));
    row(t, "Case made", lu_doc_name(t->d, t->c->created));
    row(t, "Protocol sealed", t->c->sealed ? lu_doc_name(t->d, t->c->sealed_at) : "no");
    row(t, "Last act in the journal", lu_doc_name(t->d, t->f->story.last));
    row(t, "Times", "UTC, from the clock of the machine that ran the program");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_INDEPENDENCE);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_CERTIFICATION, LU_VERSION);
}

/* --- 2 --- */

static void models(const lu_telling *t)
{
    char number[LU_EXHIBIT_MAX];

    lu_doc_table(t->d, "Networks", "no.|role|name|input|classes|layers|parameters", "llllrrr");
    for (size_t i = 0; i < t->c->items; i++) {
        const lu_item *m = &t->c->item[i];

        lu_doc_cell(t->d, "%s", lu_exhibit(t->c, i, number));
        lu_doc_cell(t->d, "%s", lu_role_name(m->role));
        lu_doc_cell(t->d, "%s", lu_doc_name(t->d, m->name));
        lu_doc_cell(t->d, "%zux%zux%zu", m->info.input.h, m->info.input.w, m->info.input.c);
        lu_doc_cell(t->d, "%zu", m->info.classes);
        lu_doc_cell(t->d, "%zu", m->info.n_layers);
        lu_doc_cell(t->d, "%zu", m->info.parameters);
    }
}

static void received_row(const lu_telling *t, const char *number, const char *origin,
                         const lu_intake *in)
{
    lu_doc_cell(t->d, "%s", number);
    lu_doc_cell(t->d, "%s", in->at[0] ? lu_doc_name(t->d, in->at) : "-");
    lu_doc_cell(t->d, "%s", in->by[0] ? lu_doc_short(t->d, in->by, SHORT) : "-");
    lu_doc_cell(t->d, "%s", lu_doc_short(t->d, origin, SHORT));
    lu_doc_cell(t->d, "%s", in->reason[0] ? lu_doc_short(t->d, in->reason, SHORT) : "-");
}

static void received(const lu_telling *t)
{
    char number[LU_EXHIBIT_MAX];

    lu_doc_table(t->d, "How they came in", "no.|received (UTC)|by|from, as given|why", "lllll");
    for (size_t i = 0; i < t->c->items; i++) {
        received_row(t, lu_exhibit(t->c, i, number), t->c->item[i].origin, &t->c->item[i].intake);
    }
    for (int s = 0; s < LU_SETS; s++) {
        if (t->c->set[s].given) {
            snprintf(number, sizeof number, "T%d", s + 1);
            received_row(t, number, t->c->set[s].origin, &t->c->set[s].intake);
        }
    }
}

static void file_row(const lu_telling *t, const char *number, const lu_file *f)
{
    lu_doc_cell(t->d, "%s", number);
    lu_doc_cell(t->d, "%s", lu_doc_name(t->d, f->path));
    lu_doc_cell(t->d, "%llu", (unsigned long long)f->size);
    lu_doc_cell(t->d, "%s", f->sha256.hex);
}

static void sets(const lu_telling *t)
{
    lu_doc_table(t->d, "Samples",
                 "no.|set|given as|samples|shape|classes|SHA-256 of the samples read", "lllrlrl");
    for (int s = 0; s < LU_SETS; s++) {
        const lu_dataset *d = &t->c->set[s];

        if (d->given) {
            lu_doc_cell(t->d, "T%d", s + 1);
            lu_doc_cell(t->d, "%s", lu_set_name((lu_set)s));
            lu_doc_cell(t->d, "%s", lu_doc_short(t->d, d->spec, SHORT));
            lu_doc_cell(t->d, "%zu", d->n);
            lu_doc_cell(t->d, "%zux%zux%zu", d->shape.h, d->shape.w, d->shape.c);
            lu_doc_cell(t->d, "%zu", d->classes);
            lu_doc_cell(t->d, "%s", lu_say_short(&d->digest).text);
        }
    }
}

void lu_part_items(const lu_telling *t)
{
    char number[LU_EXHIBIT_MAX];

    lu_doc_heading(t->d, 1, "2 Items and their integrity");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_INTEGRITY);
    models(t);
    sets(t);
    received(t);
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_SAMPLES_MADE);
    lu_doc_table(t->d, "Files in the case", "no.|file|bytes|SHA-256", "llrl");
    for (size_t i = 0; i < t->c->items; i++) {
        lu_exhibit(t->c, i, number);
        file_row(t, number, &t->c->item[i].cfg);
        file_row(t, number, &t->c->item[i].weights);
    }
    for (int s = 0; s < LU_SETS; s++) {
        snprintf(number, sizeof number, "T%d", s + 1);
        for (size_t i = 0; i < t->c->set[s].files; i++) {
            file_row(t, number, &t->c->set[s].file[i]);
        }
    }
}

/* --- 9 --- */

static void exposures(const lu_telling *t)
{
    lu_doc_table(t->d, "What was done to each suspect, under whatever name it was in the case",
                 "suspect|tested before the seal|exploratory settings tried while it was there",
                 "llr");
    for (size_t i = 0; i < t->c->items; i++) {
        const lu_item *m = &t->c->item[i];
        lu_exposure e = lu_case_exposure(t->c, m);

        if (m->role == LU_ROLE_SUSPECT) {
            row(t, lu_doc_name(t->d, m->name), e.early ? "yes" : "no");
            lu_doc_cell(t->d, "%zu", e.exploratory);
        }
    }
}

static void changed_parameters(const lu_telling *t)
{
    char text[LU_WORD_MAX];
    size_t n = 0;

    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *p = &lu_param_table[i];

        lu_params_text(&t->c->params, p, text);
        if (strcmp(text, p->preset) != 0) {
            if (n++ == 0) {
                lu_doc_table(t->d, "Parameters that differ from the defaults",
                             "parameter|here|default", "lll");
            }
            row(t, p->key, lu_doc_name(t->d, text));
            lu_doc_cell(t->d, "%s", p->preset);
        }
    }
}

static size_t findings(const lu_telling *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->r->models; i++) {
        const lu_model_result *m = &t->r->model[i];

        if (m->finding[0] != '\0') {
            LU_SAY(t->d, LU_BLOCK_ITEM, LU_PHRASE_FINDING, lu_doc_name(t->d, m->name),
                   lu_doc_name(t->d, m->finding));
            n++;
        }
    }
    return n;
}

void lu_part_deviations(const lu_telling *t)
{
    const lu_story *s = &t->f->story;
    char sealing[LU_TEXT_MAX];

    lu_say_sealing(t, sealing);
    lu_doc_heading(t->d, 1, "9 Order of events, deviations, exploration");
    lu_doc_table(t->d, "By the order of the journal's lines", "what|by the journal", "ll");
    row(t, "Sealed before opening?", sealing);
    row(t, "Changes of a parameter", lu_say_count(s->changes).text);
    row(t, "Settings tried without setting them", lu_say_count(s->trials).text);
    row(t, "Acts refused", lu_say_count(s->refused).text);
    row(t, "Runs that did not come to their end", lu_say_count(s->failed).text);
    row(t, "Models taken out", lu_say_count(s->removals).text);
    row(t, "Acts that were cut off and undone", lu_say_count(s->undone).text);
    row(t, "Times the machine's clock went back", lu_say_count(t->c->clock_back).text);
    row(t, "Lines in the journal", lu_say_count((size_t)t->c->journal_lines).text);
    exposures(t);
    changed_parameters(t);
    lu_doc_heading(t->d, 2, "Networks that failed or could not be compared");
    if (findings(t) == 0) {
        LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_NO_DEVIATIONS);
    }
}

/* --- 12 --- */

void lu_part_hashes(const lu_telling *t)
{
    lu_doc_heading(t->d, 1, "12 Hashes, journal, signatures");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_CHAIN);
    lu_doc_table(t->d, "", "what|SHA-256", "ll");
    row(t, "Head of the journal", t->d->head);
    row(t, "case.json", t->c->case_sha256.hex);
    row(t, "Sealed protocol", t->c->sealed ? t->c->protocol.hex : "not sealed");
    row(t, "Black-box tests", t->r->has_blackbox ? t->r->blackbox.sha256.hex : "none");
    row(t, "White-box tests", t->r->has_whitebox ? t->r->whitebox.sha256.hex : "none");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_SIGNATURES);
    lu_doc_table(t->d, "Stage results as the journal records them",
                 "stage|id|SHA-256 of the result", "lll");
    for (size_t i = 0; i < t->c->results; i++) {
        lu_doc_cell(t->d, "%s", lu_doc_name(t->d, t->c->result[i].stage));
        lu_doc_cell(t->d, "%s", lu_say_short(&t->c->result[i].id).text);
        lu_doc_cell(t->d, "%s", t->c->result[i].sha256.hex);
    }
}

void lu_part_appendix(const lu_telling *t)
{
    if (t->d->longs == 0) {
        return;
    }
    lu_doc_heading(t->d, 1, "Appendix: long texts");
    LU_SAY(t->d, LU_BLOCK_TEXT, LU_PHRASE_LONG_TEXTS);
    for (size_t i = 0; i < t->d->longs; i++) {
        lu_doc_say(t->d, LU_BLOCK_CODE, "%s", lu_doc_name(t->d, t->d->whole[i]));
    }
}
