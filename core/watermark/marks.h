/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The other marks a suspect can be asked for, with the null of each (spec watermark C5).
 *
 * By design: the owner's secret was drawn independently of the suspect, so p is exact and needs no
 * assumption about it (random labels, Uchida's bits). By model: the keys follow the victim's
 * decision boundary, which innocent networks share in part, so that matches are calibrated on
 * negatives: p = (1 + #{negative >= score}) / (1 + negatives) (lu_decoy_p()).
 */
#ifndef LU_CORE_WATERMARK_MARKS_H
#define LU_CORE_WATERMARK_MARKS_H

#include "core/base/job.h"
#include "core/model.h"
#include "core/stats/intervals.h"

/* --- trigger sets (mark_trigger.c) --- */

/* How the labels of a trigger set were chosen, which is what an innocent network matches by. */
typedef enum lu_trigger_labels {
    LU_TRIGGER_ANY,       /* uniform over all C classes (Li, Namba): q = 1/C */
    LU_TRIGGER_NOT_TRUE,  /* the true class left out: q = 1/(C-1), an upper bound */
    LU_TRIGGER_NOT_GIVEN, /* Adi et al. 2018: true class and first answer left out: q = 1/(C-2) */
    LU_TRIGGER_LABELS
} lu_trigger_labels;

typedef struct lu_trigger {
    lu_rate rate; /* matches, with the exact 95 % interval */
    double q;     /* of one match by luck */
    double p;     /* exact: P(at least so many) */
} lu_trigger;

/* answer, label: n each. LU_ERR_INPUT when n is 0 or the classes are too few for this choice. */
lu_err lu_trigger_verify(const int32_t *answer, const int32_t *label, size_t n, size_t classes,
                         lu_trigger_labels how, lu_trigger *out);

typedef struct lu_trigger_target {
    lu_rate with, without; /* images answered with the target, with and without the trigger */
    size_t gained, lost;   /* by the trigger */
    double p;              /* exact McNemar, one-sided: the trigger leads to the target */
} lu_trigger_target;

/* A trigger with one target class (Zhang et al. 2018, WAFFLE, EWE): the images of a set stand or
   fall together, so the tail of a binomial would be wrong; the same images without the trigger are
   the comparison. n each. */
lu_err lu_trigger_target_verify(const int32_t *with, const int32_t *without, size_t n,
                                int32_t target, lu_trigger_target *out);

/* --- IPGuard: points at the victim's boundary (mark_ipguard.c; Cao, Jia, Gong, AsiaCCS 2021) ---
 */

typedef struct lu_ipguard_params {
    double k;          /* how far behind the boundary, in class scores; 0 */
    double rate;       /* Adam's; 0.01 */
    size_t iterations; /* at most; 1000 */
    double low, high;  /* of pixels; 0, 1 */
    uint64_t seed;     /* of the targets */
} lu_ipguard_params;

lu_ipguard_params lu_ipguard_default(void);

/*
 * From each seed, of class i as the victim sees it, towards a random other class j:
 * relu(Z_i - Z_j + k) + relu(max_{t != i,j} Z_t - Z_i) -> 0. What arrives is kept: x (images and
 * the victim's answers as labels, owned by the caller), at most one a seed. On a network without
 * batch-norm, or folded.
 */
lu_err lu_ipguard_generate(lu_model *victim, const lu_samples *seeds, const lu_ipguard_params *p,
                           const lu_job *job, lu_samples *out);

/* --- frontier stitching (mark_frontier.c; Le Merrer, Perez, Tredan 2020) --- */

/* Keys are images near the boundary with their true labels, half of which (the true adversaries)
   the unmarked victim gets wrong. A suspect with fewer mismatches than this carries the mark: the
   largest m with P(Bin(n, 1/2) < m) < 0.05. n = 100: 42. The 1/2 is their assumption about innocent
   networks; calibrate on negatives. */
size_t lu_frontier_limit(size_t n);

typedef struct lu_frontier {
    size_t n, mismatches, limit;
    double p;    /* P(at most so many mismatches), Bin(n, 1/2): by model only */
    bool marked; /* mismatches < limit */
} lu_frontier;

lu_err lu_frontier_verify(const int32_t *answer, const int32_t *label, size_t n, lu_frontier *out);

/* --- Uchida's mark in the weights (mark_uchida.c; Uchida, Nagai et al. 2017) --- */

typedef struct lu_uchida {
    lu_rate rate; /* bits read as they were put in */
    double ber;   /* share of wrong bits */
    double p;     /* exact: P(at least so many right), Bin(bits, 1/2) */
} lu_uchida;

/* Fresh X for bits of a kernel with so many taps: n x taps draws from N(0,1), streams (seed, j). */
lu_err lu_uchida_matrix(uint64_t seed, size_t n, size_t taps, double *x);

/* Bit j is 1 when sum_i X_ji w_i >= 0, where w is the kernel of a convolution (`filters` x `taps`)
   averaged over its filters; x: n x taps. bit: n of 0 or 1. The mean does not care for the order of
   the filters but for that of the input channels; batch-norm must be folded as it was when the mark
   was put in. */
lu_err lu_uchida_read(const float *kernel, size_t filters, size_t taps, const double *x, size_t n,
                      uint8_t *bit);

/* p is exact when the bits were drawn at random and, given the weights, the rows of X are
   independent and symmetric; whatever they are, negatives calibrate. */
lu_err lu_uchida_verify(const float *kernel, size_t filters, size_t taps, const double *x,
                        const uint8_t *bit, size_t n, lu_uchida *out);

#endif
