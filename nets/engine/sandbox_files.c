/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Landlock by hand: glibc 2.36 has no wrappers, and Debian 12's header knows ABI 2 only. Numbers:
 * the kernel's include/uapi/linux/landlock.h (v6.12).
 */
#include "nets/engine/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    CREATE_RULESET_VERSION = 1,
    RULE_PATH_BENEATH = 1,
    READ_FILE = 1 << 2,
    READ_DIR = 1 << 3,
    FS_RIGHTS_1 = (1 << 13) - 1, /* ABI 1 knows rights 0 to 12 */
    REFER = 1 << 13,             /* ABI 2 */
    TRUNCATE = 1 << 14,          /* ABI 3 */
    IOCTL_DEV = 1 << 15,         /* ABI 5 */
    TCP_BOTH = 3,                /* ABI 4: bind, connect */
    SCOPE_BOTH = 3               /* ABI 6: abstract unix sockets, signals */
};

typedef struct ruleset {
    uint64_t fs, net, scoped;
} ruleset;

typedef struct __attribute__((packed)) beneath {
    uint64_t allowed;
    int32_t parent;
} beneath;

/* The structure grew with the ABI; an old kernel wants the old size. */
static int make_ruleset(int abi)
{
    ruleset r = {.fs = FS_RIGHTS_1, .net = TCP_BOTH, .scoped = SCOPE_BOTH};
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;

    r.fs |= (abi >= 2 ? REFER : 0u) | (abi >= 3 ? TRUNCATE : 0u) | (abi >= 5 ? IOCTL_DEV : 0u);
    return (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
}

static lu_err allow_reading(int rules, const char *path)
{
    beneath b = {.parent = open(path, O_PATH | O_CLOEXEC)};
    struct stat st;
    long added;

    if (b.parent < 0) {
        return LU_OK; /* not there, so there is nothing to read: the reader will say so */
    }
    b.allowed = fstat(b.parent, &st) == 0 && S_ISDIR(st.st_mode) ? READ_FILE | READ_DIR : READ_FILE;
    added = syscall(SYS_landlock_add_rule, rules, RULE_PATH_BENEATH, &b, 0);
    close(b.parent);
    return added ? lu_fail(LU_ERR_ENGINE, "landlock refuses %s: %s", path, strerror(errno)) : LU_OK;
}

lu_err lu_sandbox_files(const char *const *readable, size_t n, int *abi)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    int rules;
    lu_err err = LU_OK;

    *abi = version > 0 ? (int)version : 0;
    if (*abi == 0) {
        return LU_OK;
    }
    rules = make_ruleset(*abi);
    for (size_t i = 0; rules >= 0 && i < n && !err; i++) {
        err = allow_reading(rules, readable[i]);
    }
    if (!err && rules >= 0 && LU_SANDBOX_TRACED) {
        err = allow_reading(rules, "/proc");
    }
    if (!err && (rules < 0 || syscall(SYS_landlock_restrict_self, rules, 0))) {
        err = lu_fail(LU_ERR_ENGINE, "landlock cannot be entered: %s", strerror(errno));
    }
    if (rules >= 0) {
        close(rules);
    }
    return err;
}
