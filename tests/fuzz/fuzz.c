/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char folder[256];

static int drop(const char *path, const struct stat *st, int flag, struct FTW *f)
{
    (void)st;
    (void)flag;
    (void)f;
    return remove(path);
}

static void drop_folder(void)
{
    nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

int lu_fuzz_folder(void)
{
    static int fd = -1;

    if (fd < 0) {
        snprintf(folder, sizeof folder, "%s/lineup-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (mkdtemp(folder) == NULL) {
            abort();
        }
        atexit(drop_folder);
        fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    return fd;
}

const char *lu_fuzz_file(const char *name, const uint8_t *data, size_t size)
{
    static char path[4][512];
    static unsigned at;
    char *to = path[at++ % 4];
    int fd = openat(lu_fuzz_folder(), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
        abort();
    }
    close(fd);
    snprintf(to, 512, "%s/%s", folder, name);
    return to;
}

int lu_fuzz_sealed(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd >= 0 && (write(fd, data, size) != (ssize_t)size ||
                    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

uint8_t lu_fuzz_byte(const uint8_t **data, size_t *size)
{
    size_t one = 1;
    const uint8_t *at = lu_fuzz_take(data, size, &one);

    return one ? *at : 0;
}

size_t lu_fuzz_two(const uint8_t **data, size_t *size)
{
    size_t low = lu_fuzz_byte(data, size);

    return low | (size_t)lu_fuzz_byte(data, size) << 8;
}

const uint8_t *lu_fuzz_take(const uint8_t **data, size_t *size, size_t *n)
{
    const uint8_t *at = *data;

    *n = *n < *size ? *n : *size;
    *data += *n;
    *size -= *n;
    return at;
}
