/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of giving up, limits, capabilities, the report. */
#include "nets/engine/sandbox.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    OPEN_FILES = 64,
    CPU_SECONDS = 48 * 3600 /* the largest allowed network trains for hours; none for days */
};

static const uint64_t MEMORY_TOP = (uint64_t)16 << 30; /* private bytes, on the largest machine */
static const uint64_t MEMORY_ROOM = (uint64_t)1 << 30; /* answers, sample windows, libraries */

static struct {
    bool inside;
    char report[128];
} sandbox = {.report = "none"};

static lu_err limit(int what, const char *name, uint64_t top)
{
    struct rlimit now;

    if (getrlimit((unsigned)what, &now) == 0) {
        now.rlim_max = now.rlim_max < top ? now.rlim_max : (rlim_t)top;
        now.rlim_cur = now.rlim_max;
    }
    if (setrlimit((unsigned)what, &now)) {
        return lu_fail(LU_ERR_ENGINE, "the limit %s cannot be set: %s", name, strerror(errno));
    }
    return LU_OK;
}

/* Three quarters of the machine's memory: a bomb is refused before the machine suffers. */
static uint64_t memory_top(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
    uint64_t most = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size / 4 * 3 : MEMORY_TOP;

    return most < MEMORY_TOP ? most : MEMORY_TOP;
}

/* Nothing on a disk can be opened for writing (landlock, seccomp): FSIZE bounds the memory files in
   which answers travel, which 0 would forbid. Only private memory counts: sample sets are shared.
 */
static lu_err set_limits(void)
{
    LU_TRY(limit(RLIMIT_CORE, "core", 0));
    LU_TRY(limit(RLIMIT_CPU, "cpu", CPU_SECONDS));
    LU_TRY(limit(RLIMIT_FSIZE, "fsize", memory_top()));
    LU_TRY(limit(RLIMIT_NOFILE, "nofile", OPEN_FILES));
    LU_TRY(limit(RLIMIT_MEMLOCK, "memlock", 0));
    LU_TRY(limit(RLIMIT_MSGQUEUE, "msgqueue", 0));
    return LU_SANDBOX_TRACED ? LU_OK : limit(RLIMIT_DATA, "data", memory_top());
}

/* Of root's powers only reading other people's files, for an engine that reads files at all. */
static lu_err drop_capabilities(bool reads)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct had[2] = {{0}}, keep[2] = {{0}};

    if (syscall(SYS_capget, &head, had) == 0 && reads) {
        keep[0].permitted = had[0].permitted & (1u << CAP_DAC_READ_SEARCH);
        keep[0].effective = keep[0].permitted;
    }
    if (syscall(SYS_capset, &head, keep)) {
        return lu_fail(LU_ERR_ENGINE, "capabilities cannot be dropped: %s", strerror(errno));
    }
    return LU_OK;
}

static void write_report(int abi, bool calls)
{
    int len = snprintf(sandbox.report, sizeof sandbox.report, "rlimits, no_new_privs");

    if (abi > 0) {
        len += snprintf(sandbox.report + len, sizeof sandbox.report - (size_t)len, ", landlock %d",
                        abi);
    }
    snprintf(sandbox.report + len, sizeof sandbox.report - (size_t)len, "%s%s%s",
             calls ? ", seccomp" : "", abi > 0 ? "" : "; no landlock", calls ? "" : "; no seccomp");
}

lu_err lu_sandbox_enter(const char *const *readable, size_t n)
{
    bool calls;
    int abi;

    LU_TRY(set_limits());
    LU_TRY(drop_capabilities(n > 0));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
        return lu_fail(LU_ERR_ENGINE, "no_new_privs cannot be set: %s", strerror(errno));
    }
    LU_TRY(lu_sandbox_files(readable, n, &abi));
    LU_TRY(lu_sandbox_calls(&calls));
    sandbox.inside = true;
    write_report(abi, calls);
    return LU_OK;
}

void lu_sandbox_stay_out(void)
{
    snprintf(sandbox.report, sizeof sandbox.report, "off (--no-sandbox)");
}

const char *lu_sandbox_report(void)
{
    return sandbox.report;
}

void lu_sandbox_memory(uint64_t bytes)
{
    if (sandbox.inside && !LU_SANDBOX_TRACED && bytes < MEMORY_TOP) {
        limit(RLIMIT_DATA, "data", bytes + MEMORY_ROOM);
    }
}

void lu_sandbox_time(uint64_t seconds)
{
    if (sandbox.inside) {
        limit(RLIMIT_CPU, "cpu", seconds);
    }
}
