/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labels that a secret fixes before any suspect is seen. The label of key i is the number
 *
 *     SHA-256("lineup-label SECRET COVER")     (SECRET: 64 hex digits, COVER: decimal)
 *
 * modulo the number of classes, COVER being the index of its cover in the training set. Whoever is
 * shown the secret can check it with sha256sum(1); whoever is not cannot tell the labels from coin
 * throws. So under the null hypothesis the matches are exactly binomial, whatever the suspect is
 * (spec watermark A6, A10.5).
 */
#ifndef LU_CORE_WATERMARK_SECRET_H
#define LU_CORE_WATERMARK_SECRET_H

#include "core/base/digest.h"

/* The label of one cover. */
lu_err lu_secret_label(const lu_sha256 *secret, size_t cover, size_t classes, int32_t *out);

/* Of n covers. */
lu_err lu_secret_labels(const lu_sha256 *secret, const size_t *cover, size_t n, size_t classes,
                        int32_t *label);

/* What is published: SHA-256("lineup-secret SECRET"). It says nothing of the labels. */
lu_err lu_secret_commitment(const lu_sha256 *secret, lu_sha256 *out);

/* A fresh secret that nobody chose, from a seed: the i-th decoy. SHA-256("lineup-decoy SEED I"). */
lu_err lu_secret_decoy(uint64_t seed, size_t i, lu_sha256 *out);

#endif
