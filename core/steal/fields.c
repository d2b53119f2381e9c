/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of a recipe by name. */
#include "core/steal/recipe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(key, type, low, high, words, help)                                                   \
    {                                                                                              \
#key, LU_FIELD_##type, offsetof(lu_recipe, key), low, high, words, help                    \
    }

static const double BELOW_1 = 1 - 1e-9; /* where 1 itself is too much */

const lu_recipe_field lu_recipe_fields[] = {
    FIELD(from_parent, SWITCH, 0, 1, NULL, "start from the victim's weights"),
    FIELD(fresh_last, SWITCH, 0, 1, NULL, "draw the last connected layer anew"),
    FIELD(last_only, SWITCH, 0, 1, NULL, "train only the last connected layer"),
    FIELD(prune, NUMBER, 0, BELOW_1, NULL, "share of each tensor's smallest weights removed"),
    FIELD(gradual, SWITCH, 0, 1, NULL, "prune step by step while training, as the authors' code"),
    FIELD(optimiser, CHOICE, 0, 1, "adam|sgd", "how weights move"),
    FIELD(learning_rate, NUMBER, 1e-12, 1e6, NULL, "rate"),
    FIELD(momentum, NUMBER, 0, BELOW_1, NULL, "of sgd"),
    FIELD(decay, NUMBER, 0, 1e6, NULL, "weight decay (L2)"),
    FIELD(epochs, WHOLE, 0, 1e9, NULL, "times through the samples; extraction: in each round"),
    FIELD(batch, WHOLE, 1, 65536, NULL, "samples a step"),
    FIELD(shift, NUMBER, 0, BELOW_1, NULL, "shift images by up to this share of their size"),
    FIELD(rotate, NUMBER, 0, 180, NULL, "rotate images by up to this many degrees"),
    FIELD(flip, SWITCH, 0, 1, NULL, "mirror half of the images"),
    FIELD(harden, CHOICE, 0, 2, "none|parent|self", "train on adversarial examples too"),
    FIELD(ep, NUMBER, 0, 1e6, NULL, "radius of those examples, pixel units"),
    FIELD(iterations, WHOLE, 1, 100000, NULL, "steps to make one of them"),
    FIELD(away, NUMBER, 0, 1e6, NULL, "weight of the distance from the victim's layer"),
    FIELD(away_layer, NUMBER, -1, 99999, NULL,
          "that layer; -1 = the one white-box tests are made for"),
    FIELD(temperature, NUMBER, 1e-3, 1e6, NULL, "of the answers that are taught"),
    FIELD(rounds, WHOLE, 1, 1000, NULL, "of querying and training"),
    FIELD(queries, WHOLE, 0, 1e8, NULL,
          "JBA: seeds; ES: images a round; else samples asked about, 0 = all"),
    FIELD(step, NUMBER, 0, 1e6, NULL, "of an image between rounds, pixel units"),
    FIELD(period, WHOLE, 1, 1000, NULL, "JBA: rounds after which the step changes its sign"),
    FIELD(ascents, WHOLE, 0, 100000, NULL, "ES: steps on an image"),
    FIELD(as_coded, SWITCH, 0, 1, NULL, "JBA: the authors' gradient, which is rounding noise"),
    FIELD(classes, WHOLE, 0, 1 << 20, NULL, "of the new task; 0 = as they are"),
    FIELD(bits, WHOLE, 2, 24, NULL, "of a quantised weight"),
    FIELD(noise, NUMBER, 0, 1e6, NULL, "deviation of the noise, in deviations of the tensor"),
    FIELD(shuffle, SWITCH, 0, 1, NULL, "permute channels and units"),
    FIELD(scale, NUMBER, 1, 1e6, NULL, "channels are multiplied or divided by up to this"),
};
const size_t lu_recipe_field_count = sizeof lu_recipe_fields / sizeof *lu_recipe_fields;

double lu_recipe_get(const lu_recipe *r, const lu_recipe_field *f)
{
    const char *at = (const char *)r + f->offset;
    double number;
    size_t whole;
    bool on;
    lu_optimiser choice;

    switch (f->type) {
    case LU_FIELD_SWITCH: memcpy(&on, at, sizeof on); return on;
    case LU_FIELD_WHOLE: memcpy(&whole, at, sizeof whole); return (double)whole;
    case LU_FIELD_CHOICE: memcpy(&choice, at, sizeof choice); return (double)choice;
    case LU_FIELD_NUMBER: break;
    }
    memcpy(&number, at, sizeof number);
    return number;
}

_Static_assert(sizeof(lu_optimiser) == sizeof(lu_harden), "choices are stored alike");

void lu_recipe_put(lu_recipe *r, const lu_recipe_field *f, double v)
{
    char *at = (char *)r + f->offset;
    size_t whole = (size_t)v;
    bool on = v != 0;
    lu_optimiser choice = (lu_optimiser)v;

    switch (f->type) {
    case LU_FIELD_SWITCH: memcpy(at, &on, sizeof on); break;
    case LU_FIELD_WHOLE: memcpy(at, &whole, sizeof whole); break;
    case LU_FIELD_CHOICE: memcpy(at, &choice, sizeof choice); break;
    case LU_FIELD_NUMBER: memcpy(at, &v, sizeof v); break;
    }
}

/* NULL when there is none. */
static const lu_recipe_field *recipe_field_of(const char *key, size_t len)
{
    for (size_t i = 0; i < lu_recipe_field_count; i++) {
        if (strlen(lu_recipe_fields[i].key) == len &&
            strncmp(lu_recipe_fields[i].key, key, len) == 0) {
            return &lu_recipe_fields[i];
        }
    }
    return NULL;
}

bool lu_recipe_field_takes(const lu_recipe_field *f, double v)
{
    return v >= f->low && v <= f->high && (f->type == LU_FIELD_NUMBER || v == floor(v));
}

/* The position of `word` in "a|b|c", or NAN. */
static double choice_of(const char *words, const char *word)
{
    for (int i = 0; *words != '\0'; i++) {
        size_t n = strcspn(words, "|");
        if (strlen(word) == n && strncmp(words, word, n) == 0) {
            return i;
        }
        words += n + (words[n] == '|');
    }
    return NAN;
}

static double number_of(const char *text)
{
    char *end = NULL;
    double v = text[0] && text[strspn(text, "0123456789.eE+-")] == '\0' ? strtod(text, &end) : NAN;

    return end != NULL && *end == '\0' ? v : NAN;
}

lu_err lu_recipe_set(lu_recipe *r, const char *assignment)
{
    size_t len = strcspn(assignment, "=");
    const lu_recipe_field *f = recipe_field_of(assignment, len);
    const char *text = assignment + len + 1;
    double v;

    if (assignment[len] != '=' || f == NULL) {
        return lu_fail(LU_ERR_USAGE, "'%s' is not KEY=VALUE with a key of a recipe", assignment);
    }
    v = f->type == LU_FIELD_CHOICE ? choice_of(f->words, text) : number_of(text);
    if (lu_recipe_field_takes(f, v)) {
        lu_recipe_put(r, f, v);
        return LU_OK;
    }
    return f->type == LU_FIELD_CHOICE
               ? lu_fail(LU_ERR_USAGE, "%s=%s is not one of %s", f->key, text, f->words)
               : lu_fail(LU_ERR_USAGE, "%s=%s is not a %snumber from %g to %g", f->key, text,
                         f->type == LU_FIELD_NUMBER ? "" : "whole ", f->low, f->high);
}
