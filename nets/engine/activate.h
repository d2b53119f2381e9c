/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Activations of whole tensors. */
#ifndef LU_NETS_ENGINE_ACTIVATE_H
#define LU_NETS_ENGINE_ACTIVATE_H

#include "nets/engine/op.h"

/* Applies the activation to values; its derivative (from the values) to gradients. */
void lu_activate(lu_activation a, const lu_tensor *t, lu_images b);
void lu_activate_back(const lu_plan *p, lu_activation a, const lu_tensor *t, lu_images b);

#endif
