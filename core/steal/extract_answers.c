/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extraction in one round: a pupil is taught the victim's answers to the samples somebody has. */
#include "core/steal/extract.h"
#include "core/steal/methods.h"

#include <math.h>

void lu_temper(double *p, size_t n, double temperature)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        p[i] = pow(p[i], 1 / temperature);
        sum += p[i];
    }
    for (size_t i = 0; i < n; i++) {
        p[i] /= sum;
    }
}

static void preset_knockoff(lu_recipe *r)
{
    (void)r;
}

static void preset_distil(lu_recipe *r)
{
    r->temperature = 4;
}

const lu_method lu_method_knockoff = {
    "knockoff",   "Knockoff",
    "extraction", LU_NEEDS_ANSWERS,
    true,         "train a pupil on the victim's answers to samples of another task",
    "",           preset_knockoff};

const lu_method lu_method_distil = {
    "distil",
    "distilled",
    "extraction",
    LU_NEEDS_ANSWERS,
    true,
    "train a pupil on the victim's softened answers (Hinton et al., 2015)",
    "temperature 4, no true labels",
    preset_distil};
