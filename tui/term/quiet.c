/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libraries and engines write to a terminal's standard error would damage the screen; it is
   kept in memory, the first MiB of it, and written when the screen is left. */
#include "tui/term/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { KEPT_MAX = 1 << 20 };

static int kept = -1; /* memory file that standard error goes to */
static int real = -1; /* what it was */

/* Whoever writes beyond the end gets EPERM. */
static lu_err make_room(void)
{
    kept = memfd_create("lineup-stderr", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (kept < 0 || ftruncate(kept, KEPT_MAX) || fcntl(kept, F_ADD_SEALS, F_SEAL_GROW)) {
        return lu_fail(LU_ERR_IO, "no memory file can be made: %s", strerror(errno));
    }
    return LU_OK;
}

lu_err lu_term_quiet_start(void)
{
    lu_err err;

    if (!isatty(STDERR_FILENO)) {
        return LU_OK;
    }
    err = make_room();
    if (!err) {
        real = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        err = real < 0 || dup2(kept, STDERR_FILENO) < 0
                  ? lu_fail(LU_ERR_IO, "standard error cannot be moved: %s", strerror(errno))
                  : LU_OK;
    }
    if (err) {
        lu_term_quiet_stop();
    }
    return err;
}

/* The descriptors share their position: it is how much was written. */
static void show_kept(void)
{
    char block[4096];
    off_t end = lseek(kept, 0, SEEK_CUR);

    for (off_t at = 0; at < end;) {
        size_t want = end - at < (off_t)sizeof block ? (size_t)(end - at) : sizeof block;
        ssize_t got = pread(kept, block, want, at);
        if (got <= 0 || write(STDERR_FILENO, block, (size_t)got) != got) {
            return;
        }
        at += got;
    }
}

void lu_term_quiet_stop(void)
{
    if (real >= 0) {
        dup2(real, STDERR_FILENO);
        show_kept();
        close(real);
        real = -1;
    }
    if (kept >= 0) {
        close(kept);
        kept = -1;
    }
}
