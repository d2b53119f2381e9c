/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two tests beside pooled membership inference (spec watermark B4.4 and B4.5), each a statistic
 * of the split that p->order says: large speaks for members that were trained on.
 */
#ifndef LU_CORE_MEMBERSHIP_COMPANIONS_H
#define LU_CORE_MEMBERSHIP_COMPANIONS_H

#include "core/membership/pools.h"

/* |mean_P - mean_Q|^2 of the pools' standardised class scores. Both pools hold samples. */
double lu_pools_mean_gap(const lu_pools *p);

/* Mean cross-entropy of the others minus that of the members, in nats. Both pools hold samples. */
double lu_pools_loss_gap(const lu_pools *p);

/* The squared standard error of the loss gap: s_P^2/|P| + s_Q^2/|Q| (Welch). Pools of at least 2.
 */
double lu_pools_loss_error(const lu_pools *p);

#endif
