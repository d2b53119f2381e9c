/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Black-box test cases: adversarial examples of the victim (spec deepjudge 3; authors' black-box
 * generation). A generator is one file and one row of lu_adversarial_methods[].
 *
 * The gradient goes through the logits: dCE/dz = p - y with 1 - p_y taken as the sum of the other
 * probabilities in double, and divided by its largest magnitude before it goes back (only the sign
 * is used by FGSM and PGD), so that saturated seeds still move (spec 3.6). Test cases carry the
 * seed's true label and are kept only when the victim's answer to the final image differs from it
 * (spec 3.5).
 */
#ifndef LU_CORE_SIMILARITY_BLACKBOX_H
#define LU_CORE_SIMILARITY_BLACKBOX_H

#include "core/model.h"

typedef enum lu_adversarial { LU_FGSM, LU_PGD, LU_CW, LU_ADVERSARIAL_COUNT } lu_adversarial;

/* name, help. Step and projection by mode: paper = ep/iterations, projected onto the eps-ball;
   code-2021 = ep/iterations, not projected; code-2022 = step 0.03, not projected (spec 3.3). */
#define LU_PGD_MODE_TABLE(X)                                                                       \
    X(PAPER, "paper", "step ep/iterations, projected onto the ball of radius ep")                  \
    X(CODE_2021, "code-2021",                                                                      \
      "step ep/iterations, not projected (authors' code before April 2022)")                       \
    X(CODE_2022, "code-2022", "step 0.03, not projected (authors' code since April 2022)")

typedef enum lu_pgd_mode {
#define LU_PGD_ENUM(name, text, help) LU_PGD_##name,
    LU_PGD_MODE_TABLE(LU_PGD_ENUM)
#undef LU_PGD_ENUM
        LU_PGD_MODE_COUNT
} lu_pgd_mode;

typedef struct lu_blackbox_params {
    lu_adversarial method; /* default LU_PGD */
    lu_pgd_mode mode;      /* PGD; default paper */
    double ep;             /* FGSM, PGD: radius in pixel units; default 0.1 */
    size_t iterations;     /* PGD: steps; default 10 */
    bool random_start;     /* FGSM, PGD: uniform in [-ep,ep]; default true */
    double confidence;     /* CW: kappa; default 5 */
    double learning_rate;  /* CW: Adam; default 0.001 */
    size_t search_steps;   /* CW: binary search steps; default 3 */
    size_t cw_iterations;  /* CW: per search step; default 1000 */
    double initial_c;      /* CW: default 0.01 */
    double low, high;      /* pixel range images are clipped to; default 0, 1 */
} lu_blackbox_params;

/* Why seeds gave no test case. */
typedef struct lu_blackbox_yield {
    size_t seeds;    /* tried */
    size_t kept;     /* fool the victim */
    size_t unmoved;  /* failed: the attack never left its start image (no gradient) */
    size_t resisted; /* failed: moved, and the victim still gives the true label */
} lu_blackbox_yield;

typedef struct lu_blackbox {
    lu_samples tests; /* kept images as floats, labels = the seeds' true labels; owned */
    uint32_t *seed;   /* tests.n, position of its seed in the seed list; owned */
    double max_linf;  /* largest |x' - seed| over the kept tests, pixel units */
    lu_blackbox_yield yield;
} lu_blackbox;

/* One batch under attack; all arrays are the caller's. */
typedef struct lu_attack_batch {
    size_t n;               /* images, at most the victim's batch */
    const float *x0;        /* n x image size, the seeds */
    const int32_t *labels;  /* n, true labels */
    uint64_t seed;          /* with stream[i], names the random stream of image i */
    const uint64_t *stream; /* n */
    float *x;               /* n x image size: gets the final images */
    bool *moved;            /* n: gets whether image i ever left its start */
} lu_attack_batch;

typedef struct lu_adversarial_method {
    const char *name; /* "pgd" */
    const char *help;
    lu_err (*attack)(lu_model *victim, const lu_blackbox_params *p, const lu_attack_batch *b,
                     const lu_job *job);
} lu_adversarial_method;

extern const lu_adversarial_method lu_adversarial_methods[LU_ADVERSARIAL_COUNT];

lu_blackbox_params lu_blackbox_defaults(void);
bool lu_pgd_mode_parse(const char *name, lu_pgd_mode *out);
bool lu_adversarial_parse(const char *name, lu_adversarial *out);

/*
 * Attacks the seeds (labelled, in selection order) in batches and filters. `first` is the position
 * of seeds[0] in the whole seed list: image i draws from stream first+i, so shards give the same
 * images as one run. Any number of kept tests, 0 included, is LU_OK.
 */
lu_err lu_blackbox_generate(lu_model *victim, const lu_samples *seeds, size_t first,
                            const lu_blackbox_params *p, uint64_t seed, const lu_job *job,
                            lu_blackbox *out);

/* Joins shards in order into one; `out` owns fresh memory. */
lu_err lu_blackbox_join(const lu_blackbox *shards, size_t n, lu_blackbox *out);

void lu_blackbox_fini(lu_blackbox *b);

#endif
