/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `lineup show`: what is in a case. */
#include "sessions/case/casefile.h"
#include "sessions/case/files.h"
#include "sessions/case/journal.h"
#include "sessions/case/json.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void exposures_json(const lu_case *c, cJSON *list)
{
    for (size_t i = 0; i < c->items; i++) {
        lu_exposure e = lu_case_exposure(c, &c->item[i]);
        cJSON *json;
        if (c->item[i].role != LU_ROLE_SUSPECT) {
            continue;
        }
        json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "name", c->item[i].name);
        cJSON_AddBoolToObject(json, "sealed_before_opening", c->sealed && !e.early);
        lu_json_add(json, "exploratory_settings", (double)e.exploratory);
        cJSON_AddItemToArray(list, json);
    }
}

/* Parameters that an older lineup wrote no value of: they stand at their defaults. */
static void newer_json(const lu_case *c, cJSON *json)
{
    cJSON *list = c->newer ? cJSON_AddArrayToObject(json, "newer_parameters") : NULL;

    for (size_t i = 0; list != NULL && i < lu_param_count; i++) {
        if (lu_case_newer(c, i)) {
            cJSON_AddItemToArray(list, cJSON_CreateString(lu_param_table[i].key));
        }
    }
}

lu_err lu_case_json(const lu_case *c, lu_buf *out)
{
    cJSON *json = lu_casefile_json(c);

    newer_json(c, json);
    if (lu_kind_banner(c->kind) != NULL) {
        cJSON_AddStringToObject(json, "banner", lu_kind_banner(c->kind));
    }
    exposures_json(c, cJSON_AddArrayToObject(json, "suspects"));
    cJSON_AddStringToObject(json, "sandbox", c->sandbox);
    lu_json_add(json, "clock_back", (double)c->clock_back);
    lu_json_add(json, "journal_lines", (double)c->journal_lines);
    cJSON_AddStringToObject(json, "journal_head", c->journal_head.hex);
    return lu_json_print(json, true, out);
}

static lu_err show_exposures(const lu_case *c, lu_buf *out)
{
    for (size_t i = 0; i < c->items; i++) {
        lu_exposure e = lu_case_exposure(c, &c->item[i]);
        if (c->item[i].role == LU_ROLE_SUSPECT) {
            LU_TRY(lu_buf_print(out,
                                "suspect   %s: %s; sealed before opening: %s; exploratory settings "
                                "tried on it: %zu\n",
                                c->item[i].name, e.scored ? "tested" : "not tested yet",
                                c->sealed && !e.early ? "yes" : "no", e.exploratory));
        }
    }
    return LU_OK;
}

static lu_err show_head(const lu_case *c, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "%s  [%s case]  made %s\n", c->title[0] ? c->title : c->path,
                        lu_kind_name(c->kind), c->created));
    if (lu_kind_banner(c->kind) != NULL) {
        LU_TRY(lu_buf_print(out, "%s\n", lu_kind_banner(c->kind)));
    }
    if (c->examiner[0]) {
        LU_TRY(lu_buf_print(out, "examiner  %s\n", c->examiner));
    }
    if (c->sandbox[0]) {
        LU_TRY(lu_buf_print(out, "sandbox   %s\n", c->sandbox));
    }
    LU_TRY(lu_buf_print(out, "protocol  %s%s\n", c->sealed ? "sealed " : "not sealed",
                        c->sealed ? c->sealed_at : ""));
    LU_TRY(show_exposures(c, out));
    if (c->clock_back > 0) {
        LU_TRY(lu_buf_print(out, "clock     went back before %zu of the journal's lines\n",
                            c->clock_back));
    }
    return lu_buf_print(out, "journal   %llu line%s, head %s\n\n",
                        (unsigned long long)c->journal_lines, c->journal_lines == 1 ? "" : "s",
                        c->journal_head.hex);
}

static lu_err show_items(const lu_case *c, lu_buf *out)
{
    if (c->items == 0) {
        return lu_buf_print(out, "no model yet: lineup add %s victim NAME ...\n\n", c->path);
    }
    LU_TRY(lu_buf_print(out, "%-16s %-9s %-12s %11s %7s  %s\n", "model", "role", "input",
                        "parameters", "classes", "SHA-256 of the weights"));
    for (size_t i = 0; i < c->items; i++) {
        const lu_item *m = &c->item[i];
        char input[48];
        snprintf(input, sizeof input, "%zux%zux%zu", m->info.input.h, m->info.input.w,
                 m->info.input.c);
        LU_TRY(lu_buf_print(out, "%-16s %-9s %-12s %11zu %7zu  %.16s...\n", m->name,
                            lu_role_name(m->role), input, m->info.parameters, m->info.classes,
                            m->weights.sha256.hex));
    }
    return lu_buf_print(out, "\n");
}

static lu_err show_data(const lu_case *c, lu_buf *out)
{
    for (int i = 0; i < LU_SETS; i++) {
        const lu_dataset *d = &c->set[i];
        if (d->given) {
            LU_TRY(lu_buf_print(out, "%-9s %s: %zu samples of %zux%zux%zu, %zu classes\n",
                                lu_set_name((lu_set)i), d->spec, d->n, d->shape.h, d->shape.w,
                                d->shape.c, d->classes));
        } else {
            LU_TRY(lu_buf_print(out, "%-9s %s\n", lu_set_name((lu_set)i),
                                i == LU_SET_SEEDS ? "(those of test)" : "not given"));
        }
    }
    return lu_buf_print(out, "\n");
}

static lu_err show_parameters(const lu_case *c, lu_buf *out)
{
    char text[LU_WORD_MAX];

    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        const char *note = lu_case_newer(c, i) ? "(newer than the case) " : "";
        lu_params_text(&c->params, row, text);
        LU_TRY(lu_buf_print(out, "%-23s %-12s %s%s\n", row->key, text,
                            strcmp(text, row->preset) != 0 ? "(changed) " : note, row->help));
    }
    return lu_buf_print(out, "\n");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_result(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');

    return dot != NULL && (strcmp(dot, ".json") == 0 || strcmp(dot, ".npz") == 0);
}

static lu_err show_stages(const lu_case *c, lu_buf *out)
{
    struct dirent **list = NULL;
    int n = scandirat(c->dir, "stages", &list, is_result, by_name);
    lu_err err = n < 0 ? lu_fail(LU_ERR_IO, "the stages cannot be listed") : LU_OK;

    for (int i = 0; i < n; i++) {
        if (!err) {
            err = lu_buf_print(out, "stages/%s\n", list[i]->d_name);
        }
        free(list[i]);
    }
    free(list);
    return err ? err : lu_buf_print(out, "\n");
}

/* Journal lines are JSON: control characters are escaped in them already; anything else unprintable
   is shown as '?'. */
static lu_err show_journal(const lu_case *c, lu_buf *out)
{
    size_t torn;
    lu_buf text;

    LU_TRY(lu_journal_read(c, &text, &torn));
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '\n' && (text.data[i] < 0x20 || text.data[i] == 0x7f)) {
            text.data[i] = '?';
        }
    }
    lu_err err = lu_buf_add(out, text.data, text.len);
    lu_buf_fini(&text);
    return err;
}

static const char *text_of(const cJSON *line, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(line, key);

    return cJSON_IsString(value) ? value->valuestring : "";
}

/* One line an act: number, time, act, object, why it was refused or done. */
static lu_err show_act(void *out, const cJSON *line)
{
    const cJSON *details = cJSON_GetObjectItemCaseSensitive(line, "details");
    const cJSON *seq = cJSON_GetObjectItemCaseSensitive(line, "seq");
    const char *reason = text_of(details, "reason");

    return lu_buf_print(out, "%4.0f  %.19s  %-9s %s%s%s\n",
                        cJSON_IsNumber(seq) ? seq->valuedouble : 0, text_of(line, "t"),
                        text_of(line, "act"), text_of(line, "object"), reason[0] ? ": " : "",
                        reason);
}

static lu_err show_acts(const lu_case *c, lu_buf *out)
{
    return lu_journal_each(c, show_act, out);
}

static const struct {
    const char *name;
    lu_err (*show)(const lu_case *c, lu_buf *out);
} parts[] = {{"items", show_items},
             {"data", show_data},
             {"parameters", show_parameters},
             {"stages", show_stages},
             {"journal", show_journal}};

lu_err lu_case_text(const lu_case *c, const char *what, lu_buf *out)
{
    bool all = strcmp(what, "all") == 0, found = false;

    if (strcmp(what, "acts") == 0) {
        return show_acts(c, out);
    }
    LU_TRY(all ? show_head(c, out) : LU_OK);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (all || strcmp(what, parts[i].name) == 0) {
            found = true;
            LU_TRY(parts[i].show(c, out));
        }
    }
    return found
               ? LU_OK
               : lu_fail(LU_ERR_USAGE,
                         "'%s' is not items, data, parameters, stages, journal, acts or all", what);
}
