/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/complete.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { RANK_PREFIX, RANK_INSIDE, RANK_LETTERS, RANK_HELP, RANK_NONE };

/* --- candidates --- */

static void add(lu_candidates *c, const char *text, const char *note, int rank, bool open)
{
    lu_candidate *row;
    size_t at = c->n;

    if (c->n == LU_CANDIDATES_MAX || strlen(text) >= LU_CANDIDATE_BYTES) {
        return;
    }
    while (at > 0 && c->row[at - 1].rank > rank) {
        at--;
    }
    memmove(&c->row[at + 1], &c->row[at], (c->n++ - at) * sizeof *c->row);
    row = &c->row[at];
    snprintf(row->text, sizeof row->text, "%s", text);
    snprintf(row->note, sizeof row->note, "%s", note);
    row->rank = rank;
    row->open = open;
}

static void add_if(lu_candidates *c, const char *text, const char *word, const char *note)
{
    if (strncasecmp(text, word, strlen(word)) == 0) {
        add(c, text, note, RANK_PREFIX, false);
    }
}

/* --- commands --- */

static bool has_letters(const char *text, const char *letters)
{
    for (; *text && *letters; text++) {
        letters += tolower((unsigned char)*text) == tolower((unsigned char)*letters);
    }
    return *letters == '\0';
}

static int rank_of(const lu_do_row *row, const char *word)
{
    if (strncasecmp(row->name, word, strlen(word)) == 0) {
        return RANK_PREFIX;
    }
    if (strcasestr(row->name, word) != NULL) {
        return RANK_INSIDE;
    }
    if (has_letters(row->name, word)) {
        return RANK_LETTERS;
    }
    return strlen(word) > 2 && strcasestr(row->help, word) != NULL ? RANK_HELP : RANK_NONE;
}

static void commands(const lu_app *a, const char *word, lu_candidates *c)
{
    for (int i = 0; i < LU_DOS; i++) {
        const lu_do_row *row = &lu_do_table[i];
        int rank = rank_of(row, word);
        bool here = (row->screens & 1u << a->screen) != 0;
        char note[96];

        if (rank != RANK_NONE) {
            snprintf(note, sizeof note, "%-7.7s %s", here ? row->keys : "", row->help);
            add(c, row->name, note, 2 * rank + !here, false);
        }
    }
}

/* --- files --- */

/* The part before the last slash, with it; "" when there is none. A leading ~ is the home folder.
 */
static void split_path(const char *word, char *folder, size_t size, const char **name)
{
    const char *slash = strrchr(word, '/');
    const char *home = getenv("HOME");

    *name = slash ? slash + 1 : word;
    snprintf(folder, size, "%.*s", (int)(*name - word), word);
    if (folder[0] == '~' && folder[1] == '/' && home != NULL) {
        snprintf(folder, size, "%s%.*s", home, (int)(*name - word - 1), word + 1);
    }
}

static void entry(lu_candidates *c, const char *folder, const char *name)
{
    char path[LU_CANDIDATE_BYTES], word[LU_CANDIDATE_BYTES] = "";
    struct stat st;
    bool is_folder;

    if (snprintf(path, sizeof path, "%s%s", folder, name) >= (int)sizeof path ||
        stat(path, &st) != 0 || strpbrk(name, "\n\033") != NULL) {
        return;
    }
    is_folder = S_ISDIR(st.st_mode);
    if (is_folder) {
        size_t len = strlen(path);
        snprintf(path + len, sizeof path - len, "/");
    }
    if (lu_words_add(word, sizeof word, path) == LU_OK) {
        add(c, word, is_folder ? "folder" : "", is_folder, is_folder);
    }
}

static void files(const char *word, lu_candidates *c)
{
    char folder[LU_CANDIDATE_BYTES];
    const char *name;
    struct dirent *e;
    DIR *d;

    split_path(word, folder, sizeof folder, &name);
    d = opendir(folder[0] ? folder : ".");
    while (d != NULL && (e = readdir(d)) != NULL) {
        if (strncmp(e->d_name, name, strlen(name)) == 0 &&
            (e->d_name[0] != '.' || name[0] == '.')) {
            entry(c, folder, e->d_name);
        }
    }
    if (d != NULL) {
        closedir(d);
    }
}

/* "mnist:DIR", "npz:FILE": the kind, then a path. */
static void specs(const char *word, lu_candidates *c)
{
    static const char *const kinds[] = {
        "mnist:", "cifar10:", "idx:", "png:", "npz:", "wav:", "synth:digits"};
    const char *colon = strchr(word, ':');
    lu_candidates *found;

    if (colon == NULL) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            if (strncmp(kinds[i], word, strlen(word)) == 0) {
                add(c, kinds[i], "", 0, true);
            }
        }
        return;
    }
    found = lu_zalloc(1, sizeof *found);
    if (found == NULL) {
        return;
    }
    files(colon + 1, found);
    for (size_t i = 0; i < found->n; i++) {
        char text[2 * LU_CANDIDATE_BYTES];
        snprintf(text, sizeof text, "%.*s%s", (int)(colon + 1 - word), word, found->row[i].text);
        add(c, text, found->row[i].note, found->row[i].rank, true);
    }
    free(found);
}

/* --- the case's words --- */

static void models(const lu_app *a, const char *word, lu_candidates *c)
{
    for (size_t i = 0; i < a->c->items; i++) {
        add_if(c, a->c->item[i].name, word, lu_role_name(a->c->item[i].role));
    }
}

static void parameters(const lu_app *a, const char *word, lu_candidates *c)
{
    for (size_t i = 0; i < lu_param_count; i++) {
        const lu_param_row *row = &lu_param_table[i];
        char text[96], value[LU_WORD_MAX], note[96];

        if (strncmp(row->key, word, strlen(word)) == 0) {
            lu_params_text(&a->c->params, row, value);
            snprintf(text, sizeof text, "%s=", row->key);
            snprintf(note, sizeof note, "now %s", value);
            add(c, text, note, 0, true);
        }
    }
}

static void methods(const char *word, lu_candidates *c)
{
    for (int i = 0; i < LU_RECIPE_KINDS; i++) {
        add_if(c, lu_methods[i]->name, word, lu_methods[i]->help);
    }
}

static void field(const char *key, const char *help, const char *word, lu_candidates *c)
{
    char text[96];

    snprintf(text, sizeof text, "%s=", key);
    if (strncmp(key, word, strlen(word)) == 0) {
        add(c, text, help, 0, true);
    }
}

/* Files, samples and seed as in the form that is shown, any number of a recipe. */
static void fields(const lu_app *a, const char *word, lu_candidates *c)
{
    lu_lab_row row[LU_LAB_ROWS_MAX];
    size_t n = lu_lab_rows(a, row);

    for (size_t i = 0; i < n; i++) {
        if (row[i].is != LU_LAB_IS_FIELD) {
            field(row[i].key, row[i].help, word, c);
        }
    }
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        field(lu_recipe_fields[i].key, lu_recipe_fields[i].help, word, c);
    }
}

static void screens(const char *word, lu_candidates *c)
{
#define SCREEN(id, key, name, title, help) add_if(c, name, word, help);
    LU_SCREEN_TABLE(SCREEN)
#undef SCREEN
}

static void roles(const char *word, lu_candidates *c)
{
    for (int i = 0; i < LU_ROLES; i++) {
        add_if(c, lu_role_name((lu_role)i), word, "");
    }
}

/* "seeds|tests|scores" */
static void choices(const char *list, size_t len, const char *word, lu_candidates *c)
{
    while (len > 0) {
        size_t one = strcspn(list, "|]");
        char text[64];

        one = one < len ? one : len;
        snprintf(text, sizeof text, "%.*s", (int)one, list);
        add_if(c, text, word, "");
        list += one < len ? one + 1 : one;
        len -= one < len ? one + 1 : one;
    }
}

/* A command of the command line, which may have two words: what is typed of both is one. */
static bool called(const lu_app *a, const char *line, lu_candidates *c)
{
    const char *word = line + strcspn(line, " "), *name, *help;

    word += strspn(word, " ");
    for (size_t k = 0; a->options.called != NULL && a->options.called(k, &name, &help); k++) {
        add_if(c, name, word, help);
    }
    if (c->n > 0) {
        c->start = (size_t)(word - line);
    }
    return c->n > 0;
}

/* --- the k-th argument's kind, as the table writes it --- */

static bool is(const char *kind, size_t len, const char *what)
{
    return len >= strlen(what) && strncmp(kind, what, strlen(what)) == 0;
}

static void by_kind(const lu_app *a, const char *kind, size_t len, const char *word,
                    lu_candidates *c)
{
    if (is(kind, len, "ROLE")) {
        roles(word, c);
    } else if (is(kind, len, "NAME")) {
        models(a, word, c);
    } else if (is(kind, len, "METHOD")) {
        methods(word, c);
    } else if (is(kind, len, "FIELD=VALUE")) {
        fields(a, word, c);
    } else if (is(kind, len, "KEY=VALUE")) {
        parameters(a, word, c);
    } else if (is(kind, len, "SCREEN")) {
        screens(word, c);
    } else if (is(kind, len, "SPEC")) {
        specs(word, c);
    } else if (is(kind, len, "CFG") || is(kind, len, "WEIGHTS") || is(kind, len, "FILE") ||
               is(kind, len, "CASE") || is(kind, len, "PLAN") || is(kind, len, "FOLDER") ||
               is(kind, len, "SAMPLES") || is(kind, len, "BUNDLE") || is(kind, len, "DIR") ||
               is(kind, len, "WORD")) {
        files(word, c);
    } else if (memchr(kind, '|', len) != NULL) {
        choices(kind, len, word, c);
    }
}

/* Where the line's last word begins; how many words stand before it. */
static size_t last_word(const char *line, size_t *before)
{
    size_t start = 0;
    char open = '\0';

    *before = 0;
    for (size_t i = 0; line[i]; i++) {
        if (line[i] == '\\' && line[i + 1]) {
            i++;
        } else if (line[i] == open || (!open && (line[i] == '"' || line[i] == '\''))) {
            open = open ? '\0' : line[i];
        } else if (line[i] == ' ' && !open) {
            *before += i > start;
            start = i + 1;
        }
    }
    return start;
}

static void arguments(const lu_app *a, const char *line, size_t number, lu_candidates *c)
{
    size_t len = strcspn(line, " ");
    lu_words words;
    const char *kind;

    for (int i = 0; i < LU_DOS; i++) {
        if (strlen(lu_do_table[i].name) != len || strncmp(lu_do_table[i].name, line, len) != 0) {
            continue;
        }
        kind = lu_do_table[i].arguments;
        for (size_t k = 1; k < number && kind[strcspn(kind, " ")]; k++) {
            kind += strcspn(kind, " ") + 1;
        }
        kind += kind[0] == '[';
        if (i == LU_DO_LINEUP && called(a, line, c)) {
            return;
        }
        if (lu_words_of(line + c->start, &words) == LU_OK) {
            by_kind(a, kind, strcspn(kind, " "), words.n ? words.word[0] : "", c);
            lu_words_fini(&words);
        }
    }
}

void lu_complete(const lu_app *a, const char *line, lu_candidates *out)
{
    size_t before;

    out->n = 0;
    out->start = last_word(line, &before);
    if (before == 0) {
        commands(a, line + out->start, out);
    } else {
        arguments(a, line, before, out);
    }
}

const char *lu_complete_wants(const char *line)
{
    size_t before, start = last_word(line, &before), len = strcspn(line, " ");
    const char *rest = "";

    for (int i = 0; i < LU_DOS && before > 0 && line[start] == '\0'; i++) {
        if (strlen(lu_do_table[i].name) == len && strncmp(lu_do_table[i].name, line, len) == 0) {
            rest = lu_do_table[i].arguments;
        }
    }
    for (size_t k = 1; k < before && *rest; k++) {
        rest += strcspn(rest, " ");
        rest += *rest == ' ';
    }
    return rest;
}

/* --- taking --- */

static void put(const lu_candidates *c, const char *text, size_t len, bool blank, char *line,
                size_t size)
{
    snprintf(line + c->start, size - c->start, "%.*s%s", (int)len, text, blank ? " " : "");
}

void lu_complete_take(const lu_candidates *c, size_t row, char *line, size_t size)
{
    if (row < c->n) {
        put(c, c->row[row].text, strlen(c->row[row].text), !c->row[row].open, line, size);
    }
}

bool lu_complete_line(const lu_candidates *c, char *line, size_t size)
{
    size_t common = c->n ? strlen(c->row[0].text) : 0, same = 0;
    int best = c->n ? c->row[0].rank : 0;

    for (size_t i = 0; i < c->n && (c->start > 0 || c->row[i].rank == best); i++, same++) {
        while (strncmp(c->row[i].text, c->row[0].text, common) != 0) {
            common--;
        }
    }
    if (same == 1) {
        lu_complete_take(c, 0, line, size);
        return true;
    }
    if (common <= strlen(line + c->start)) {
        return false;
    }
    put(c, c->row[0].text, common, false, line, size);
    return true;
}
