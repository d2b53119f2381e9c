/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting an engine process: a fresh program with nothing of lineup's but a socket. */
#ifndef LU_NETS_CLIENT_LAUNCH_H
#define LU_NETS_CLIENT_LAUNCH_H

#include "core/core.h"

#include <sys/types.h>

enum { LU_LAUNCH_PATHS = 8 };

/* Runs lineup-engine, which may read the n <= LU_LAUNCH_PATHS paths, and hands out its process and
   our end of its socket. The process ends when this one does, not when the calling thread does. */
lu_err lu_launch(const char *const *readable, size_t n, bool sandbox, pid_t *pid, int *socket);

#endif
