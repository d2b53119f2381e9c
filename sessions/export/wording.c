/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/wording.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const phrases[LU_PHRASES] = {
#define LU_PHRASE(id, text) text,
#include "sessions/export/wording.def"
#undef LU_PHRASE
};

const char *lu_phrase_text(lu_phrase phrase)
{
    return phrases[phrase];
}

/* Is there "{N}" at the text? Then its number. */
static bool placeholder(const char *text, size_t *number)
{
    if (text[0] != '{' || !isdigit((unsigned char)text[1]) || text[2] != '}') {
        return false;
    }
    *number = (size_t)(text[1] - '0');
    return true;
}

lu_err lu_phrase_fill(lu_phrase phrase, const char *const *value, size_t n, lu_buf *out)
{
    const char *text = phrases[phrase];
    size_t number;

    LU_TRY(lu_buf_add(out, "", 0));
    while (*text != '\0') {
        if (placeholder(text, &number)) {
            LU_TRY(lu_buf_print(out, "%s", number < n ? value[number] : ""));
            text += 3;
        } else {
            LU_TRY(lu_buf_add(out, text++, 1));
        }
    }
    return LU_OK;
}

/* The filled phrase, owned by the caller; NULL with d->err set. */
static char *filled(lu_doc *d, lu_phrase phrase, const char *const *value, size_t n)
{
    lu_buf text = LU_BUF_INIT;

    if (!d->err) {
        d->err = lu_phrase_fill(phrase, value, n, &text);
    }
    if (d->err) {
        lu_buf_fini(&text);
    }
    return (char *)text.data;
}

void lu_phrase_say(lu_doc *d, lu_block_kind kind, lu_phrase phrase, const char *const *value,
                   size_t n)
{
    char *text = filled(d, phrase, value, n);

    if (text != NULL) {
        lu_doc_say(d, kind, "%s", text);
    }
    free(text);
}

void lu_phrase_show(lu_doc *d, const lu_figure *f, lu_phrase phrase, const char *const *value,
                    size_t n)
{
    char *text = filled(d, phrase, value, n);

    if (text != NULL) {
        lu_doc_figure(d, f, "%s", text);
    }
    free(text);
}

/* --- verbal scale --- */

const char lu_strength_source[] =
    "ENFSI Guideline for Evaluative Reporting in Forensic Science (2015), as usually quoted; other "
    "glossaries cut at other points";

const lu_strength lu_strengths[] = {
    {2, "weak"},      {10, "moderate"},       {100, "moderately strong"},
    {1000, "strong"}, {10000, "very strong"}, {1000000, "extremely strong"}};
const size_t lu_strength_count = sizeof lu_strengths / sizeof *lu_strengths;

const char *lu_strength_word(double ratio)
{
    const char *word = "less than weak";

    for (size_t i = 0; i < lu_strength_count && ratio >= lu_strengths[i].least; i++) {
        word = lu_strengths[i].word;
    }
    return word;
}

/* --- over-claims --- */

/* Spec forensics 2.8: what no text of a report may say. */
static const char *const forbidden[] = {"proves",
                                        "proven",
                                        "proof of",
                                        "certainly",
                                        "with certainty",
                                        "100 % certain",
                                        "beyond doubt",
                                        "beyond a doubt",
                                        "beyond reasonable doubt",
                                        "no doubt",
                                        "undoubtedly",
                                        "without doubt",
                                        "conclusively",
                                        "unquestionabl",
                                        "stolen",
                                        "theft",
                                        "thief",
                                        "stole ",
                                        "infring",
                                        "guilty",
                                        "innocent",
                                        "pirat",
                                        "plagiar",
                                        "identical model",
                                        "same model as",
                                        "is the same network",
                                        "probability that it was",
                                        "probability that the suspect",
                                        "probability of guilt",
                                        "probability of innocence",
                                        "chance that it was",
                                        "likelihood that it was copied",
                                        "0 % error",
                                        "0% error",
                                        "zero error",
                                        "error-free",
                                        "never wrong",
                                        "infallible",
                                        "error rate of 0",
                                        "independent witnesses",
                                        "independent measures agree",
                                        "independent metrics agree",
                                        "confidence that the suspect",
                                        "confident that",
                                        "copyright infringement",
                                        "who copied it was",
                                        "rules out",
                                        "impossible that",
                                        "match of the models"};

const char *lu_overclaim(const char *text)
{
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
        if (strcasestr(text, forbidden[i]) != NULL) {
            return forbidden[i];
        }
    }
    return NULL;
}

/* Blanks what came from outside, where it stands as words of its own: a title may say what it
   likes. */
static void blank(char *text, const char *stranger)
{
    size_t len = strlen(stranger);

    for (char *at = text; len > 0 && (at = strstr(at, stranger)) != NULL; at += len) {
        bool begins = at == text || !isalnum((unsigned char)at[-1]);

        if (begins && !isalnum((unsigned char)at[len])) {
            memset(at, '.', len);
        }
    }
}

static lu_err check_text(const lu_doc *d, const char *text)
{
    const char *claim = lu_overclaim(text);
    char *own;

    if (claim == NULL) {
        return LU_OK;
    }
    own = lu_strdup(text);
    if (own == NULL) {
        return LU_ERR_MEMORY;
    }
    for (size_t i = 0; i < d->strangers; i++) {
        blank(own, d->stranger[i]);
    }
    claim = lu_overclaim(own);
    free(own);
    return claim == NULL
               ? LU_OK
               : lu_fail(LU_ERR_INTERNAL,
                         "the report's wording claims too much: \"%s\" in \"%.80s\"", claim, text);
}

lu_err lu_doc_check_wording(const lu_doc *d)
{
    LU_TRY(d->err);
    for (size_t i = 0; i < d->blocks; i++) {
        const lu_block *b = &d->block[i];

        LU_TRY(check_text(d, b->text));
        for (size_t k = 0; k < b->cells; k++) {
            LU_TRY(check_text(d, b->cell[k]));
        }
    }
    return LU_OK;
}
