/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a case holds: case.json, the journal, parameters. */
#include "sessions/case/casefile.h"
#include "sessions/case/journal.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>

static lu_case *empty_case(void)
{
    lu_case *c = lu_zalloc(1, sizeof *c);

    if (c != NULL) {
        c->dir = fcntl(lu_fuzz_folder(), F_DUPFD_CLOEXEC, 0);
        c->lock = -1;
        c->path = lu_strdup("fuzz");
        lu_params_default(&c->params);
    }
    return c;
}

int lu_fuzz_casefile(const uint8_t *data, size_t size)
{
    lu_case *c = empty_case();
    lu_buf text = LU_BUF_INIT, json = LU_BUF_INIT;

    lu_fuzz_file("case.json", data, size);
    if (c != NULL && lu_casefile_load(c) == LU_OK) {
        lu_case_text(c, "items", &text);
        lu_case_text(c, "data", &text);
        lu_case_text(c, "parameters", &text);
        lu_case_json(c, &json);
    }
    lu_buf_fini(&text);
    lu_buf_fini(&json);
    lu_case_close(&c);
    return 0;
}

int lu_fuzz_journal(const uint8_t *data, size_t size)
{
    lu_case *c = empty_case();

    lu_fuzz_file("journal.jsonl", data, size);
    if (c != NULL) {
        lu_journal_check(c, true);
        if (lu_journal_check(c, false) == LU_OK) {
            lu_journal_add(c, "fuzz", "line", NULL);
        }
    }
    lu_case_close(&c);
    return 0;
}

int lu_fuzz_params(const uint8_t *data, size_t size)
{
    char *text = lu_format("%.*s", (int)size, (const char *)data), word[LU_WORD_MAX];
    int layers[LU_LAYERS_MAX];
    lu_params p;
    size_t n;

    lu_params_default(&p);
    if (text != NULL && lu_params_set(&p, text) == LU_OK) {
        for (size_t i = 0; i < lu_param_count; i++) {
            lu_params_text(&p, &lu_param_table[i], word);
        }
        lu_params_layers(&p, 0, 9, layers, &n);
        lu_params_blackbox(&p);
        lu_params_judge(&p);
    }
    free(text);
    return 0;
}
