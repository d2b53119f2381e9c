/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of lineup-engine share: loading a model, the two engines behind lu_model,
 * training. */
#ifndef LU_NETS_ENGINE_ENGINE_H
#define LU_NETS_ENGINE_ENGINE_H

#include "nets/engine/plan.h"

/* --- the two implementations of lu_model --- */

/* The fast plan. Takes nothing over. */
lu_err lu_fast_model(const lu_net *net, const lu_weights *weights, lu_model **out);

/* The same by lu_plan_new_direct. */
lu_err lu_fast_direct(const lu_net *net, const lu_weights *weights, lu_model **out);

/* The same on a plan that stays the caller's and outlives the model. */
lu_err lu_fast_borrowed(lu_plan *plan, lu_model **out);

typedef struct lu_darknet lu_darknet;

/* Loads the canonical form of the network into libdarknet, compares every loaded parameter with
   `weights`, folds batch-norm. LU_ERR_INPUT when a parameter differs. `batch` images at most at
   once. */
lu_err lu_darknet_new(const lu_net *net, const lu_weights *weights, size_t batch, lu_darknet **out);
void lu_darknet_free(lu_darknet **d);

/* One step of libdarknet's own training (momentum SGD) on the images and answers put there; not
   after lu_darknet_model(). */
void lu_darknet_train_on(lu_darknet *d, const float *x, const int32_t *labels);

/* The reference engine; takes `d` over and nulls it. */
lu_err lu_darknet_model(lu_darknet **d, const lu_net *net, lu_model **out);

/* What both need: layer table, shapes and default layer of a network into m. Owns nothing but
 * *layers. */
lu_err lu_model_describe(lu_model *m, const lu_net *net, lu_layer_info **layers);

/* --- loading --- */

typedef enum lu_engine_kind { LU_ENGINE_FAST, LU_ENGINE_DARKNET } lu_engine_kind;

typedef struct lu_loaded {
    lu_net net;
    lu_weights weights; /* as in the file */
    lu_model *model;
    lu_sha256 parameters; /* digest of the values as read */
    double self_check;    /* largest relative difference between the two engines' layers; NAN = not
                             made */
    bool direct;          /* the fast engine does without Winograd, which lost too much */
} lu_loaded;

/* Strict reading, libdarknet's loading compared with it, the asked engine, and the fast one's
   outputs on random images against libdarknet's (limit 1e-4; of networks too large for that only
   with Winograd against without). Where Winograd passes the limit, as beside a huge weight, the
   fast engine goes without. LU_ERR_INPUT for what is wrong with the files. */
lu_err lu_loaded_new(const char *cfg, size_t cfg_len, const uint8_t *weights, size_t weights_len,
                     lu_engine_kind kind, lu_loaded *out);
void lu_loaded_fini(lu_loaded *l);

/* --- training --- */

typedef struct lu_trained {
    double loss;     /* mean cross-entropy of the last epoch */
    double accuracy; /* share answered correctly while training in the last epoch */
} lu_trained;

/* What a recipe is carried out on. */
typedef struct lu_training {
    const lu_net *net;        /* of what is made */
    const lu_net *parent_net; /* NULL = the same; else its last layer with weights may differ */
    const lu_weights *parent; /* NULL for a fresh network */
    const lu_recipe *recipe;
    const lu_samples *samples; /* of net's shape; NULL or empty when nothing is trained */
    const lu_samples
        *targets; /* n x 1 x 1 x classes, probabilities taught instead of labels; or NULL */
} lu_training;

/* Carries it out; `out` gets the new parameters. Same input, same bytes. Without training the
   result's numbers are NAN. */
lu_err lu_carry_out(const lu_training *t, const lu_job *job, lu_weights *out, lu_trained *result);

/* The same for a network of the parent's shape, taught by labels. */
lu_err lu_train(const lu_net *net, const lu_weights *parent, const lu_recipe *r,
                const lu_samples *samples, const lu_job *job, lu_weights *out, lu_trained *result);

/* Fresh parameters of a section: He's normal initialisation, deviation sqrt(2 / fan in) (authors'
   RT-AL uses he_normal), biases 0; an lstm's as Keras has them. */
void lu_draw_section(const lu_section *s, lu_section_params *p, lu_rng *rng);

/* Shift, rotation and flip of one image as the recipe says; bilinear, nearest fill. src and dst are
 * H x W x C. */
void lu_augment(const lu_recipe *r, lu_rng *rng, lu_shape shape, const float *src, float *dst);

/* Of a sequence only its steps can be shifted: earlier or later, the first or last one repeated. */
void lu_augment_sequence(const lu_recipe *r, lu_rng *rng, lu_shape shape, const float *src,
                         float *dst);

#endif
