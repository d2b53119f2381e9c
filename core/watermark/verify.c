/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/watermark/verify.h"
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/stats/binomial.h"

lu_verify_params lu_verify_default(void)
{
    return (lu_verify_params){.alpha = 1e-6,
                              .intact = 0.9,
                              .decoys = 999,
                              .permutations = 9999,
                              .confidence = 0.95,
                              .seed = 1};
}

size_t lu_matches(const int32_t *a, const int32_t *b, size_t n)
{
    size_t same = 0;

    for (size_t i = 0; i < n; i++) {
        same += a[i] == b[i];
    }
    return same;
}

double lu_decoy_p(double score, const double *others, size_t n)
{
    size_t above = 1;

    for (size_t i = 0; i < n; i++) {
        above += others[i] >= score;
    }
    return (double)above / (double)(n + 1);
}

/* The matches of labels from `decoys` fresh secrets. */
static lu_err try_decoys(const int32_t *answer, const size_t *cover, size_t n,
                         const lu_verify_params *p, lu_mark_evidence *out)
{
    size_t above = 0, sum = 0;
    int32_t *label;
    lu_err err;

    LU_TRY(LU_NEW(label, n));
    err = LU_OK;
    for (size_t r = 0; r < p->decoys && !err; r++) {
        lu_sha256 secret;
        err = lu_secret_decoy(p->seed, r, &secret);
        if (!err) {
            err = lu_secret_labels(&secret, cover, n, out->classes, label);
        }
        if (!err) {
            size_t k = lu_matches(answer, label, n);
            above += k >= out->rate.k;
            sum += k;
            out->decoy_most = k > out->decoy_most ? k : out->decoy_most;
        }
    }
    free(label);
    out->decoy_p = (double)(above + 1) / (double)(p->decoys + 1);
    out->decoy_mean = p->decoys ? (double)sum / (double)p->decoys : 0;
    return err;
}

/* The matches of the owner's labels dealt to the keys at random. */
static lu_err try_orders(const int32_t *answer, const int32_t *label, size_t n,
                         const lu_verify_params *p, lu_mark_evidence *out)
{
    size_t above = 0, *order;
    lu_rng *rng;
    lu_err err;

    LU_TRY(LU_NEW(order, n));
    err = lu_rng_new(&rng, p->seed, "label-order", 0);
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    for (size_t r = 0; r < p->permutations && !err; r++) {
        size_t k = 0;
        lu_rng_shuffle(rng, order, n);
        for (size_t i = 0; i < n; i++) {
            k += answer[i] == label[order[i]];
        }
        above += k >= out->rate.k;
        out->permuted_most = k > out->permuted_most ? k : out->permuted_most;
    }
    out->permuted_p = (double)(above + 1) / (double)(p->permutations + 1);
    lu_rng_free(&rng);
    free(order);
    return err;
}

lu_err lu_mark_verify(const int32_t *answer, const int32_t *label, const size_t *cover, size_t n,
                      size_t classes, const lu_verify_params *p, lu_mark_evidence *out)
{
    size_t k = lu_matches(answer, label, n);
    double q = 1 / (double)classes;

    *out = (lu_mark_evidence){.classes = classes};
    if (n == 0 || classes < 2) {
        return lu_fail(LU_ERR_INPUT, "there are no keys to verify");
    }
    out->rate = lu_rate_of(k, n, p->confidence);
    out->p = lu_binomial_tail(n, k, q);
    out->needed = lu_binomial_needed(n, q, p->alpha);
    out->detected = out->p <= p->alpha;
    out->intact = (double)k >= p->intact * (double)n;
    LU_TRY(try_decoys(answer, cover, n, p, out));
    return try_orders(answer, label, n, p, out);
}
