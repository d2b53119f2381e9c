/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/work_case.h"
#include "tui/views/work_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- architecture --- */

/* "" for sections that say nothing of what a network is made of. */
static void layer_word(const lu_layer_info *l, char out[LU_WORK_WORD])
{
    static const struct {
        const char *type, *word;
        bool counted; /* neurons follow */
    } words[] = {
        {"convolutional", "conv", true}, {"connected", "fc", true},  {"maxpool", "pool", false},
        {"avgpool", "avg", false},       {"shortcut", "add", false}, {"route", "route", false},
        {"softmax", "", false},          {"logistic", "", false},    {"dropout", "", false},
        {"activation", "", false},       {"cost", "", false}};

    snprintf(out, LU_WORK_WORD, "%s", l->type);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(l->type, words[i].type) == 0 && words[i].counted) {
            snprintf(out, LU_WORK_WORD, "%s%zu", words[i].word, l->neurons);
        } else if (strcmp(l->type, words[i].type) == 0) {
            snprintf(out, LU_WORK_WORD, "%s", words[i].word);
        }
    }
}

static void append(char *out, size_t size, const char *word, size_t times)
{
    size_t len = strlen(out);

    if (word[0] == '\0' || len + 1 >= size) {
        return;
    }
    if (times > 1) {
        snprintf(out + len, size - len, "%s%s x%zu", len ? "-" : "", word, times);
    } else {
        snprintf(out + len, size - len, "%s%s", len ? "-" : "", word);
    }
}

void lu_work_architecture(const lu_model_info *info, char *out, size_t size)
{
    char word[LU_WORK_WORD], before[LU_WORK_WORD] = "";
    size_t times = 0;

    out[0] = '\0';
    for (size_t i = 0; i < info->n_layers; i++) {
        layer_word(&info->layers[i], word);
        if (word[0] == '\0') {
            continue;
        }
        if (strcmp(word, before) != 0) {
            append(out, size, before, times);
            memcpy(before, word, sizeof before);
            times = 0;
        }
        times++;
    }
    append(out, size, before, times);
}

/* --- one model --- */

static int network_facts(lu_pane pane, int y, const lu_model_info *info)
{
    char text[192], flops[LU_WORK_WORD];

    snprintf(text, sizeof text, "%zux%zux%zu in, %zu classes (%s), %zu parameters, %sflop",
             info->input.h, info->input.w, info->input.c, info->classes,
             info->head == LU_HEAD_SOFTMAX ? "softmax" : "logistic", info->parameters,
             lu_work_count((double)info->flops, flops));
    y = lu_work_fact(pane, y, "network", text);
    if (isnan(info->self_check)) {
        return lu_work_fact(pane, y, "check", "no self-check against Darknet was made");
    }
    snprintf(text, sizeof text, "answers as Darknet does, largest relative difference %.2g%s",
             info->self_check, info->direct ? "; convolutions without Winograd" : "");
    return lu_work_fact(pane, y, "check", text);
}

static int file_facts(lu_pane pane, int y, const lu_item *m)
{
    char text[96], weights[LU_WORK_WORD], cfg[LU_WORK_WORD];

    snprintf(text, sizeof text, "weights %s, cfg %s; SHA-256 of both and of the parameters:",
             lu_work_bytes(m->weights.size, weights), lu_work_bytes(m->cfg.size, cfg));
    y = lu_work_fact(pane, y, "files", text);
    y = lu_work_fact(pane, y, "weights", m->weights.sha256.hex);
    y = lu_work_fact(pane, y, "cfg", m->cfg.sha256.hex);
    return lu_work_fact(pane, y, "params", m->info.digest.hex);
}

static int item_facts(lu_pane pane, const lu_item *m)
{
    char text[512];
    int y = 0;

    lu_work_architecture(&m->info, text, sizeof text);
    y = lu_work_fact(pane, y, "layers", text);
    y = network_facts(pane, y, &m->info);
    y = lu_work_fact(pane, y, "origin", m->origin);
    return file_facts(pane, y, m);
}

enum { LAYER_COLUMN = 38 };

static void layer_row(lu_pane row, const lu_model_info *info, size_t i)
{
    const lu_layer_info *l = &info->layers[i];
    char shape[64];

    snprintf(shape, sizeof shape, "%zux%zux%zu", l->shape.h, l->shape.w, l->shape.c);
    lu_pane_print(row, 0, 0, LU_INK_TEXT, "%3zu%c", i, (int)i == info->default_layer ? '*' : ' ');
    lu_pane_field(row, 5, 0, 13, l->type, LU_INK_TEXT, LU_ALIGN_LEFT);
    lu_pane_field(row, 19, 0, 10, shape, LU_INK_TEXT, LU_ALIGN_RIGHT);
    lu_pane_print(row, 29, 0, LU_INK_TEXT, "%8zu", l->neurons);
}

static void layers_foot(lu_pane row, size_t first, size_t last, size_t n)
{
    if (last - first < n) {
        char text[96];
        snprintf(text, sizeof text, "%zu to %zu of %zu layers, `Right` shows more; * default",
                 first, last - 1, n);
        lu_work_hint(row, 0, text, LU_INK_DIM);
    } else {
        lu_pane_text(row, 0, 0, "* where white-box tests look by default", LU_INK_DIM);
    }
}

static void layer_table(lu_pane pane, const lu_model_info *info, int page)
{
    int fit = (pane.width + 1) / LAYER_COLUMN, columns = fit > 1 ? fit : 1;
    int rows = pane.height - 2; /* head and foot */
    size_t room = rows > 0 ? (size_t)(rows * columns) : 0, n = info->n_layers, first, last;

    if (room == 0 || n == 0) {
        return;
    }
    first = (size_t)page % ((n + room - 1) / room) * room;
    last = first + room < n ? first + room : n;
    for (int c = 0; c < columns && first + (size_t)(c * rows) < last; c++) {
        lu_pane_text(pane, c * LAYER_COLUMN, 0, "  #  layer             output neurons",
                     LU_INK_HEADER);
    }
    for (size_t i = first; i < last; i++) {
        int at = (int)(i - first);
        lu_pane column = lu_pane_sub(pane, at / rows * LAYER_COLUMN, 1, LAYER_COLUMN - 1, rows);
        layer_row(lu_work_below(column, at % rows), info, i);
    }
    layers_foot(lu_pane_sub(pane, 0, pane.height - 1, pane.width, 1), first, last, n);
}

void lu_work_detail(lu_pane pane, const lu_item *item, int page)
{
    int y = item_facts(pane, item);

    y += pane.height - y > (int)item->info.n_layers + 2;
    layer_table(lu_work_below(pane, y), &item->info, page);
}

/* --- the case --- */

static void set_text(const lu_case *c, lu_set set, int width, char *out, size_t size)
{
    const lu_dataset *d = &c->set[set];

    if (!d->given) {
        snprintf(out, size, "%s", set == LU_SET_SEEDS ? "(those of test)" : "none");
    } else if (width < 60) {
        snprintf(out, size, "%zu of %zux%zux%zu %.8s", d->n, d->shape.h, d->shape.w, d->shape.c,
                 d->digest.hex);
    } else {
        snprintf(out, size, "%zu of %zux%zux%zu, %zu classes, SHA-256 %.12s, %.120s", d->n,
                 d->shape.h, d->shape.w, d->shape.c, d->classes, d->digest.hex, d->spec);
    }
}

static int protocol_fact(lu_pane pane, int y, const lu_case *c)
{
    char text[96];

    if (c->sealed) {
        snprintf(text, sizeof text, "sealed %s, SHA-256 %.12s", c->sealed_at, c->protocol.hex);
    } else {
        snprintf(text, sizeof text, "%s",
                 c->kind == LU_KIND_EVIDENCE ? "not sealed" : "not needed here");
    }
    return lu_work_fact(pane, y, "protocol", text);
}

void lu_work_case_facts(const lu_app *a, lu_pane pane)
{
    const lu_case *c = a->c;
    char text[LU_TEXT_MAX];
    int y = 0;

    for (int i = 0; i < LU_SETS; i++) {
        set_text(c, (lu_set)i, pane.width, text, sizeof text);
        y = lu_work_fact(pane, y, lu_set_name((lu_set)i), text);
    }
    y = protocol_fact(pane, y, c);
    snprintf(text, sizeof text, "%s, made %s", lu_kind_name(c->kind), c->created);
    y = lu_work_fact(pane, y, "kind", text);
    y = lu_work_fact(pane, y, "title", c->title);
    y = lu_work_fact(pane, y, "examiner", c->examiner);
    snprintf(text, sizeof text, "%llu lines, last %.12s", (unsigned long long)c->journal_lines,
             c->journal_head.hex);
    lu_work_fact(pane, y, "journal", text);
}
