/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/views/key_look.h"
#include "tui/views/work_text.h"

#include <stdio.h>

/* Columns of a row: cursor, key, expected label, answer, sign and word. */
enum { KEY = 1, EXPECTED = 4, ANSWER = 7, SIGN = 11, WORD = 13, NUMBER = 3 };

lu_pair lu_key_pair(const lu_app *a, size_t key)
{
    const lu_bundle *b = &a->marks.bundle;
    lu_pair p = {.seeds = &b->covers.samples,
                 .tests = &b->keys.samples,
                 .seed = key,
                 .test = key,
                 .ends = {"original", "key"}};

    snprintf(p.seed_name, sizeof p.seed_name, "original #%zu", b->cover[key]);
    snprintf(p.test_name, sizeof p.test_name, "key %zu", key);
    return p;
}

int32_t lu_key_answer(const lu_app *a, size_t key)
{
    const lu_mark_tried *t = lu_marks_tried(a);

    return t == NULL ? -1 : t->answer[key];
}

void lu_key_text(const lu_app *a, size_t key, char *out, size_t size)
{
    const lu_bundle *b = &a->marks.bundle;
    int32_t answer = lu_key_answer(a, key);
    int n = snprintf(out, size, "key %zu sample %zu true %d expected %d", key, b->cover[key],
                     (int)b->covers.samples.labels[key], (int)b->label[key]);

    if (answer >= 0 && n > 0 && (size_t)n < size) {
        snprintf(out + n, size - (size_t)n, " answered %d %s", (int)answer,
                 answer == b->label[key] ? "hit" : "missed");
    }
}

lu_ink lu_hit_ink(bool hit)
{
    return hit ? LU_INK_COPY : LU_INK_NOT_COPY;
}

void lu_put_hit(lu_pane row, int x, bool hit, bool word)
{
    lu_pane_text(row, x, 0, hit ? "●" : "○", lu_hit_ink(hit));
    if (word) {
        lu_pane_text(row, x + 2, 0, hit ? "hit" : "missed", lu_hit_ink(hit));
    }
}

void lu_put_key_row(const lu_app *a, lu_pane row, size_t key)
{
    int32_t label = a->marks.bundle.label[key], answer = lu_key_answer(a, key);

    lu_pane_print(row, KEY, 0, LU_INK_TEXT, "%*zu", NUMBER, key);
    lu_pane_print(row, EXPECTED, 0, LU_INK_DIM, "%*d", NUMBER, (int)label);
    if (answer < 0) {
        lu_pane_print(row, ANSWER, 0, LU_INK_DIM, "%*s", NUMBER, "-");
        return;
    }
    lu_pane_print(row, ANSWER, 0, LU_INK_TEXT, "%*d", NUMBER, (int)answer);
    if (row.width > SIGN) {
        lu_put_hit(row, SIGN, answer == label, row.width >= WORD + (int)sizeof "missed" - 1);
    }
}

void lu_put_key_head(lu_pane row)
{
    lu_pane_text(row, KEY, 0, "key", LU_INK_HEADER);
    lu_pane_text(row, EXPECTED + 1, 0, "ex", LU_INK_HEADER);
    lu_pane_text(row, ANSWER + 1, 0, "an", LU_INK_HEADER);
}

static int put_answer(const lu_app *a, lu_pane pane, size_t key)
{
    const lu_bundle *b = &a->marks.bundle;
    int label = (int)b->label[key], truth = (int)b->covers.samples.labels[key];
    int32_t answer = lu_key_answer(a, key);
    char text[160 + LU_NAME_MAX];

    if (answer >= 0) {
        lu_put_hit(pane, 0, answer == label, true);
        snprintf(text, sizeof text, "%s answers %d, expected %d (true %d)", lu_marks_name(a),
                 (int)answer, label, truth);
        return lu_work_paragraph(lu_pane_sub(pane, 10, 0, pane.width - 10, pane.height), 0, text,
                                 LU_INK_TEXT);
    }
    snprintf(text, sizeof text, "expected %d (true %d); %s", label, truth,
             b->seal.hex[0] == '\0'      ? "`:commit`, then `v` asks"
             : lu_marks_model(a) == NULL ? "no suspect to ask"
                                         : "not asked yet: `v` asks");
    return lu_work_hint(pane, 0, text, LU_INK_TEXT);
}

int lu_put_key_words(const lu_app *a, lu_pane pane, size_t key, bool all)
{
    const lu_likeness *like = &a->marks.like[key];
    char text[160], psnr[LU_NUMBER_MAX], ssim[LU_NUMBER_MAX], mean[LU_NUMBER_MAX];
    int y = put_answer(a, pane, key);

    snprintf(text, sizeof text, "PSNR %s dB, SSIM %s, mean %s, max %u%s",
             lu_number_fixed(like->psnr, 1, psnr), lu_number_fixed(like->ssim, 3, ssim),
             lu_number_fixed(like->mean, 1, mean), like->most, all ? " levels" : ", `t` turns");
    return y < pane.height ? lu_work_hint(pane, y, text, LU_INK_DIM) : y;
}
