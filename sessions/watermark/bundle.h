/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The evidence bundle of a blind watermark: a folder.
 *
 *     bundle.json               parameters, seeds, the covers' indices, figures of the training
 *     secret.txt                64 hex digits: the labels follow from it (core/watermark/secret.h)
 *     keys.npz                  x: keys, bytes N x H x W x C; y: labels; cover: indices
 *     covers.npz                x: the covers; y: their true labels
 *     keys/0000.png ...         the keys as pictures
 *     logo.png, logo.npz        what is hidden
 *     host.cfg, host.weights    the marked network
 *     encoder.weights, discriminator.weights
 *     twin.weights              the unmarked twin: same start, data and steps, no keys
 *     untrained.weights         the host before training
 *     training.csv              the losses, an epoch a line
 *
 * and once it is committed
 *
 *     manifest-sha256.txt       "HEX  NAME" of every file, as sha256sum(1) reads it
 *     commitment.json           its SHA-256, when, and with what
 *     commitment.tsq            an RFC 3161 time-stamp request for it
 *     commitment.tsr            the authority's response, put there by whoever asked for it
 *
 * A bundle with a manifest is opened only when every file is as it says.
 */
#ifndef LU_SESSIONS_WATERMARK_BUNDLE_H
#define LU_SESSIONS_WATERMARK_BUNDLE_H

#include "nets/nets.h"

enum { LU_BUNDLE_PATH = 4096 };

typedef struct lu_bundle {
    char path[LU_BUNDLE_PATH];
    lu_shape shape;
    size_t classes, n, width; /* n keys */
    bool faithful;
    uint64_t seed;
    lu_sha256 secret, commitment; /* of the secret */
    size_t *cover;                /* n; owned */
    int32_t *label;               /* n; owned; derived again from the secret */
    lu_shared keys, covers;       /* bytes; covers with their true labels */
    float *logo;                  /* [-1,1]; owned */
    lu_sha256 seal;               /* of the manifest; "" when not committed */
    char sealed_at[32];           /* by the clock of whoever committed */
    char stamped_at[32];          /* by commitment.tsr, whose signer is not checked here; or "" */
} lu_bundle;

/* LU_ERR_INPUT when it is no bundle, LU_ERR_INTEGRITY when a file, or a label, is not what it
   should be. */
lu_err lu_bundle_open(const char *path, lu_bundle *out);
void lu_bundle_fini(lu_bundle *b);

/* "DIR/NAME" into out[LU_BUNDLE_PATH]; LU_ERR_INPUT when it is too long. */
lu_err lu_bundle_path(const char *dir, const char *name, char *out);

lu_err lu_bundle_save(const char *dir, const char *name, const lu_buf *bytes);

/* Fills shape, covers, keys and their indices of a bundle of which n, classes and labels are known,
   from arrays x, y, cover_x, cover_y and cover. LU_ERR_INPUT, LU_ERR_INTEGRITY. */
lu_err lu_bundle_take(lu_bundle *b, const lu_arrays *a);

/* The encoder's .weights file. */
lu_err lu_bundle_encoder(const lu_bundle *b, lu_buf *out);

/* The manifest's text of the files as they are now. */
lu_err lu_bundle_manifest(const char *dir, lu_buf *out);

/* LU_ERR_INTEGRITY naming the file when the manifest there and the files disagree; *sealed says
   whether there is one, *seal gets its digest. */
lu_err lu_bundle_check(const char *dir, bool *sealed, lu_sha256 *seal);

#endif
