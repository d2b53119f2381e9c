/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strict reader and the writer of Darknet .weights files (src/parser.c load_weights_upto,
 * load_convolutional_weights, load_connected_weights). Little-endian. Header: int32 major, minor,
 * revision, then `seen`: 8 bytes when major*10+minor >= 2, else 4. Only versions 0.1.0 and 0.2.0
 * are accepted. The size must be exactly that of the network; every value finite; no rolling
 * variance negative.
 * Convolutional: biases, [scales, mean, variance], weights [out][in/groups][kh][kw].
 * Connected: biases, weights [out][in], [scales, mean, variance].
 * LSTM: eight connected layers, biases and weights each, in this order: the four gates from the
 * section's own last output (wi, wf, wo, wg), then the four from its input (ui, uf, uo, ug).
 */
#ifndef LU_NETS_FORMAT_WEIGHTS_H
#define LU_NETS_FORMAT_WEIGHTS_H

#include "nets/format/cfg.h"

typedef struct lu_section_params {
    float *biases;   /* n_biases, or NULL for sections without parameters; lstm: 8 x units */
    float *scales;   /* n_biases with batch-norm, else NULL */
    float *mean;     /* rolling mean, likewise */
    float *variance; /* rolling variance, likewise */
    float *weights;  /* n_weights; lstm: 4 x units x units, then 4 x units x inputs */
} lu_section_params;

/* The tensors of a section's weights, one after the other: one, but an lstm's are those from itself
   and those from its input. Their sizes into n; how many (0 to 2). */
size_t lu_section_tensors(const lu_section *s, size_t n[2]);

typedef struct lu_weights {
    size_t n;                 /* sections */
    lu_section_params *param; /* n, owned; the arrays all point into `block` */
    float *block;             /* owned; section by section */
    size_t count;             /* floats in block */
    uint64_t seen;            /* images seen in training, from the header */
} lu_weights;

/* Zeroed parameters of the network's shape. */
lu_err lu_weights_alloc(const lu_net *net, lu_weights *out);

/* Reads a whole file's bytes. LU_ERR_INPUT: "is 1000 bytes, the network needs 431164 (header 20 +
   4 x 107786)", "weight 17 of section 2 [convolutional] is not finite"... */
lu_err lu_weights_parse(const lu_net *net, const uint8_t *data, size_t len, lu_weights *out);

/* The file's bytes, header 0.2.0. */
lu_err lu_weights_write(const lu_net *net, const lu_weights *w, lu_buf *out);

/* The bytes for lu_net_canonical()'s network: 1x1 kernels set into the centre of 3x3 ones. */
lu_err lu_weights_canonical(const lu_net *net, const lu_weights *w, lu_buf *out);

/* SHA-256 of the values in file order, little-endian (the file without its header): the digest of
   what was read, to compare with what is loaded. */
lu_err lu_weights_digest(const lu_net *net, const lu_weights *w, lu_sha256 *out);

/* Folds batch-norm into weights and biases: w' = w*s/(sqrt(v)+1e-6), b' = b - m*s/(sqrt(v)+1e-6)
   (spec engine 2), clears batch_normalize in the sections and counts the parameters anew; the
   arrays move. LU_ERR_INPUT when a result is not finite; both are then as before. */
lu_err lu_weights_fold(lu_net *net, lu_weights *w);

void lu_weights_fini(lu_weights *w);

#endif
