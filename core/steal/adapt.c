/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attacks by somebody who knows the method (paper VI). Their settings are not published with the
 * paper nor in the authors' code; these are ours (spec deepjudge 6.4) and are called that in every
 * output.
 */
#include "core/steal/methods.h"

static void preset_black(lu_recipe *r)
{
    lu_recipe_augment(r);
    r->harden = LU_HARDEN_PARENT;
}

static void preset_white(lu_recipe *r)
{
    lu_recipe_augment(r);
    r->away = 0.1;
    r->away_layer = -1;
}

static void preset_adversarial(lu_recipe *r)
{
    lu_recipe_augment(r);
    r->harden = LU_HARDEN_SELF;
}

static void preset_transfer(lu_recipe *r)
{
    lu_recipe_augment(r);
    r->fresh_last = true;
    r->classes = 5;
}

const lu_method lu_method_adapt_black = {
    "adapt-b",
    "Adapt-B",
    "adaptive",
    LU_NEEDS_WEIGHTS,
    true,
    "train on, with adversarial examples of the stolen network under their true labels",
    "PGD examples of every training sample, made once, beside the clean ones",
    preset_black};

const lu_method lu_method_adapt_white = {
    "adapt-w",
    "Adapt-W",
    "adaptive",
    LU_NEEDS_WEIGHTS,
    true,
    "train on, pushing a layer's outputs away from the victim's",
    "loss = cross-entropy - away * Euclidean distance of the layer's outputs, mean over the batch",
    preset_white};

const lu_method lu_method_adversarial = {
    "adversarial",
    "Adv-Train",
    "adaptive",
    LU_NEEDS_WEIGHTS,
    true,
    "train on, half of every batch replaced by adversarial examples of the network itself",
    "PGD on half of every batch, against the network as it is by then",
    preset_adversarial};

const lu_method lu_method_transfer = {
    "transfer",
    "VTL",
    "adaptive",
    LU_NEEDS_WEIGHTS,
    true,
    "give the network a new last layer for another task and train all layers",
    "five classes, of whatever samples are given",
    preset_transfer};
