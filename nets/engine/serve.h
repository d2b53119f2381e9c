/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lineup-engine's service: one request at a time from one socket, until the other side closes it.
 */
#ifndef LU_NETS_ENGINE_SERVE_H
#define LU_NETS_ENGINE_SERVE_H

#include "core/core.h"

/* LU_OK when the other side closed the socket. */
lu_err lu_serve(int socket);

#endif
