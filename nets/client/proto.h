/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How lineup and lineup-engine speak: frames over a socket pair, bulk arrays in sealed memory files
 * that travel with a frame. Both sides treat what they receive like a foreign file.
 *
 *     frame = magic u32, version u16, type u16, id u32, length u32, then `length` bytes; at most 16
 * MiB and LU_WIRE_FDS descriptors. Little endian.
 *
 * A request is answered by any number of PROGRESS frames (and GLIMPSE frames, when it was asked to
 * be watched) and one RESULT or ERROR with the same id.
 * CANCEL may be sent while a request runs; it is answered by the request's own ERROR (cancelled).
 */
#ifndef LU_NETS_CLIENT_PROTO_H
#define LU_NETS_CLIENT_PROTO_H

#include "core/core.h"
#include "samples/samples.h"

enum {
    LU_WIRE_MAGIC = 0x3155504c, /* "LPU1" */
    LU_WIRE_VERSION = 2,
    LU_WIRE_BYTES = 16 << 20,
    LU_WIRE_FDS = 4,
    LU_WIRE_WEIGHTS = 4 * (160 << 20) + 64, /* bytes of a .weights file: 160 Mi parameters */
    LU_ENGINE_SOCKET = 3                    /* the descriptor an engine finds its socket at */
};

typedef enum lu_message {
    LU_MSG_HELLO = 1,     /* -> numerics tag, sandbox report */
    LU_MSG_LOAD,          /* kind; fds cfg, weights -> lu_model_info */
    LU_MSG_OUTPUTS,       /* layers; samples -> arrays n x width, one after the other */
    LU_MSG_FORWARD,       /* as outputs, for n <= batch; keeps the state for a backward */
    LU_MSG_BACKWARD,      /* layer; seed -> gradient */
    LU_MSG_BLACKBOX,      /* parameters, watched; seeds -> lu_blackbox */
    LU_MSG_WHITEBOX,      /* parameters, watched; seeds -> lu_whitebox */
    LU_MSG_TRAIN,         /* cfg, recipe; samples, targets, parent weights -> weights file */
    LU_MSG_SAMPLES,       /* SPEC -> samples */
    LU_MSG_ARRAYS,        /* npz path -> arrays */
    LU_MSG_BENCH,         /* lu_bench_ask -> lu_bench_answer */
    LU_MSG_BENCH_WEIGHTS, /* cfg -> weights file */
    LU_MSG_EMBED,         /* mark.h: one epoch of an embedding, or what came of it */
    LU_MSG_ENCODE,        /* mark.h: images -> keys */
    LU_MSG_KERAS,         /* fd .h5 -> cfg, weights file */
    LU_MSG_KERNEL,        /* mark.h: layer -> filters, taps, weights as in the file */
    LU_MSG_RESULT = 100,
    LU_MSG_ERROR,
    LU_MSG_PROGRESS,
    LU_MSG_CANCEL,
    LU_MSG_GLIMPSE /* while a watched request runs, now and then */
} lu_message;

/* A frame being built or received. */
typedef struct lu_frame {
    lu_message type;
    uint32_t id;
    lu_buf body;         /* owned */
    size_t at;           /* reading position */
    bool bad;            /* sticky: something was read beyond the end or out of range */
    int fd[LU_WIRE_FDS]; /* owned */
    size_t fds;
    size_t taken; /* descriptors already taken by a reader */
} lu_frame;

void lu_frame_init(lu_frame *f, lu_message type, uint32_t id);
void lu_frame_fini(lu_frame *f); /* closes what was not taken */

/* --- writing: failures stay in the frame and are reported by lu_frame_send --- */

void lu_put_u64(lu_frame *f, uint64_t v);
void lu_put_f64(lu_frame *f, double v);
void lu_put_text(lu_frame *f, const char *s);
void lu_put_bytes(lu_frame *f, const void *data, size_t len);
void lu_put_fd(lu_frame *f, int fd); /* duplicates */

/* --- reading: zero values once `bad` --- */

uint64_t lu_get_u64(lu_frame *f);
uint64_t lu_get_below(lu_frame *f, uint64_t limit); /* value < limit, else bad */
double lu_get_f64(lu_frame *f);
void lu_get_text(lu_frame *f, char *out, size_t size);
const uint8_t *lu_get_bytes(lu_frame *f, size_t *len); /* points into the frame */
int lu_get_fd(lu_frame *f);                            /* now the caller's; -1 once bad */

/* LU_OK when everything was read to the end and nothing was bad, else LU_ERR_ENGINE. */
lu_err lu_frame_end(const lu_frame *f);

/* Sends whole; LU_ERR_ENGINE when the other side is gone. */
lu_err lu_frame_send(int socket, const lu_frame *f);

/* Receives one whole frame, checked; LU_ERR_ENGINE at the end of the stream or for nonsense. */
lu_err lu_frame_receive(int socket, lu_frame *out);

/* --- sealed memory --- */

/* A memory file of the parts one after the other, each aligned to 64, sealed against any change. */
typedef struct lu_part_bytes {
    const void *data;
    size_t len;
} lu_part_bytes;

lu_err lu_sealed_new(const lu_part_bytes *parts, size_t n, int *fd);

/* The bytes of a file, exactly, sealed: what reads files reads it. */
lu_err lu_sealed_file(const lu_buf *bytes, int *fd);

/* Where part k starts when the parts before have these lengths. */
size_t lu_sealed_next(size_t offset, size_t len);

/* Maps read-only after checking seals and that the size is exactly `size`. */
lu_err lu_sealed_map(int fd, size_t size, void **mapping);

/* --- the bigger things both sides exchange --- */

/* A sample set that can be handed to any number of engines: a sealed file and a view into it. */
typedef struct lu_shared {
    int fd;
    lu_samples samples; /* mapped from fd */
} lu_shared;

lu_err lu_shared_new(const lu_samples *s, lu_shared *out);
void lu_shared_fini(lu_shared *s);

void lu_put_samples(lu_frame *f, const lu_shared *s);
lu_err lu_get_samples(lu_frame *f, lu_shared *out);

void lu_put_blackbox_params(lu_frame *f, const lu_blackbox_params *p);
void lu_get_blackbox_params(lu_frame *f, lu_blackbox_params *p);
void lu_put_whitebox_params(lu_frame *f, const lu_whitebox_params *p);
void lu_get_whitebox_params(lu_frame *f, lu_whitebox_params *p);
void lu_put_recipe(lu_frame *f, const lu_recipe *r);
void lu_get_recipe(lu_frame *f, lu_recipe *r);

/* A glimpse travels inside its frame. What comes back points into `room`; counts and sizes are
   checked, a number that is not finite is NAN. */
void lu_put_glimpse(lu_frame *f, const lu_glimpse *g);
lu_err lu_get_glimpse(lu_frame *f, lu_glimpse *g, lu_glimpse_room *room);

lu_err lu_put_blackbox(lu_frame *f, const lu_blackbox *b);
lu_err lu_get_blackbox(lu_frame *f, lu_blackbox *b);
lu_err lu_put_whitebox(lu_frame *f, const lu_whitebox *w);
lu_err lu_get_whitebox(lu_frame *f, lu_whitebox *w);
lu_err lu_put_arrays(lu_frame *f, const lu_arrays *a);
lu_err lu_get_arrays(lu_frame *f, lu_arrays *a); /* copies into owned memory */

#endif
