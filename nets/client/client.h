/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starts engines, speaks with them, survives them. One engine process holds at most one model. All
 * calls are blocking; lu_pool runs many at once.
 *
 *     lu_engine *e;
 *     LU_TRY(lu_engine_start(&e));
 *     LU_TRY(lu_engine_load(e, &files, &info));
 *     LU_TRY(lu_engine_outputs(e, &info, &samples, 0, n, 1, &layer, &phi, job));
 *     lu_engine_free(&e);
 */
#ifndef LU_NETS_CLIENT_CLIENT_H
#define LU_NETS_CLIENT_CLIENT_H

#include "nets/client/proto.h"

typedef struct lu_engine lu_engine;

/* A model as two open files; how it is called in messages. */
typedef struct lu_model_files {
    int cfg, weights; /* descriptors, not owned */
    const char *name; /* not owned */
    bool reference;   /* to be run on libdarknet's own functions instead of the fast plan */
} lu_model_files;

/* What an engine says of the model it loaded. */
typedef struct lu_model_info {
    lu_shape input;
    size_t classes;
    lu_head head;
    int default_layer;
    size_t batch;
    size_t parameters;
    uint64_t flops;    /* of one forward pass */
    double self_check; /* largest relative difference from Darknet; NAN = not made */
    bool direct;       /* the fast engine's convolutions go without Winograd, which lost too much */
    lu_sha256 digest;  /* of the parameters */
    size_t n_layers;
    lu_layer_info *layers; /* owned */
} lu_model_info;

void lu_model_info_fini(lu_model_info *info);

/* The output width of a layer or LU_LAYER_LOGITS; 0 = no such layer. */
size_t lu_model_info_width(const lu_model_info *info, int layer);

/* True when the layer exists in both with the same type, shape and width. */
bool lu_model_info_same_layer(const lu_model_info *a, const lu_model_info *b, int layer);

/* Starts lineup-engine (beside this program, or $LINEUP_ENGINE), which may read no file but what it
   is handed. LU_ERR_ENGINE when it cannot be. */
lu_err lu_engine_start(lu_engine **out);

/* The same; it may read these files and folders (at most 8), and no other. */
lu_err lu_engine_start_reading(const char *const *paths, size_t n, lu_engine **out);

/* An unconfined one, for measuring with networks of ours; it must never see a foreign byte. */
lu_err lu_engine_start_trusted(lu_engine **out);

/* Engines started from now on are not confined: for finding faults. */
void lu_engine_no_sandbox(void);

void lu_engine_free(lu_engine **e); /* ends the process */

/* Closes the conversation: the engine begins to end, lu_engine_free waits at most a second from
   here. For ending many at once. NULL is none. */
void lu_engine_hang_up(lu_engine *e);

/* How long an engine at work may say nothing before it is stopped, in seconds; at first 600. */
void lu_engine_patience(double limit);

/* It was waited for in vain for so many milliseconds more. LU_ERR_ENGINE, and the engine stopped,
   when that makes it too long. */
lu_err lu_engine_silence(lu_engine *e, int ms);

int lu_engine_socket(const lu_engine *e); /* for poll() */

/* What an engine says of itself before it reads anything. */
typedef struct lu_engine_hello {
    char tag[128];     /* version, instruction set and libraries: part of every stage id */
    char sandbox[128]; /* "rlimits, no_new_privs, landlock 7, seccomp"; "; no X": what is missing */
} lu_engine_hello;

lu_err lu_engine_greet(lu_engine *e, lu_engine_hello *out);

/* A failure of the files is LU_ERR_INPUT; a death of the engine LU_ERR_ENGINE and says how. */
lu_err lu_engine_load(lu_engine *e, const lu_model_files *files, lu_model_info *out);

/* Arrays n x width, one a layer, each owned by the caller. */
lu_err lu_engine_outputs(lu_engine *e, const lu_model_info *info, const lu_shared *s, size_t first,
                         size_t n, size_t wanted, const int *layers, float **out,
                         const lu_job *job);

/* Reads or makes a sample set in an engine of its own. */
lu_err lu_client_samples(const char *spec, lu_part part, uint64_t seed, lu_shared *out);

/* Reads an npz file in an engine of its own. */
lu_err lu_client_arrays(const char *path, lu_arrays *out);

/* A Keras model, an open .h5 file, as the text of a .cfg and the bytes of a .weights file, both
   added: converted by an engine of its own. */
lu_err lu_client_keras(int fd, const lu_job *job, lu_buf *cfg, lu_buf *weights);
lu_err lu_reply_keras(lu_frame *reply, lu_buf *cfg, lu_buf *weights);

/* The network of a loaded engine as lu_model; the engine stays the caller's and must outlive it. */
lu_err lu_engine_model(lu_engine *e, const lu_model_info *info, lu_model **out);

/* --- requests in two halves, for the pool --- */

/* Sends; the frame's id is set here. */
lu_err lu_engine_send(lu_engine *e, lu_frame *request);

/* Takes one frame off the socket. *done is true when it was the answer, which is then in *reply;
   progress and glimpses go to `job`, whose LU_ERR_CANCELLED is passed on to the engine. An ERROR
   answer is this call's failure. */
lu_err lu_engine_receive(lu_engine *e, const lu_job *job, bool *done, lu_frame *reply);

/* Send and wait. */
lu_err lu_engine_call(lu_engine *e, lu_frame *request, const lu_job *job, lu_frame *reply);

/* Building requests and reading answers. */
void lu_request_load(const lu_model_files *files, lu_frame *f);
lu_err lu_reply_load(lu_frame *reply, lu_model_info *out);
void lu_request_outputs(const lu_shared *s, size_t first, size_t n, size_t wanted,
                        const int *layers, lu_frame *f);
lu_err lu_reply_outputs(lu_frame *reply, const lu_model_info *info, size_t n, size_t wanted,
                        const int *layers, float **out);
/* What a recipe is carried out on: samples first..first+n-1. */
typedef struct lu_training_files {
    const lu_buf *cfg;        /* of what is made */
    const lu_buf *parent_cfg; /* of the parent; NULL = the same */
    int parent;               /* an open .weights file, or -1 */
    const lu_recipe *recipe;
    const lu_shared *samples; /* NULL when nothing is trained */
    size_t first, n;
    const lu_shared *targets; /* n x 1 x 1 x classes, taught instead of labels; or NULL */
} lu_training_files;

void lu_request_carry_out(const lu_training_files *t, lu_frame *f);

/* The same without targets; `parent` is an open .weights file or -1. */
void lu_request_train(const lu_buf *cfg, int parent, const lu_recipe *r, const lu_shared *s,
                      size_t first, size_t n, lu_frame *f);

typedef struct lu_trained_file {
    double loss, accuracy; /* of the last epoch, while training; NAN when nothing was trained */
    lu_buf weights;        /* a .weights file; owned */
} lu_trained_file;

/* Copies parts of these sizes out of the reply's memory file, the last thing in the reply. */
lu_err lu_reply_parts(lu_frame *reply, size_t n, const size_t *bytes, void *const *to);

lu_err lu_reply_train(lu_frame *reply, lu_trained_file *out);

#endif
