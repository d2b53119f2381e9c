/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/actor.h"

#include <cJSON.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static lu_actor self;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void find_who(void)
{
    struct passwd entry, *found = NULL;
    char room[4096], host[65] = "unknown";

    if (gethostname(host, sizeof host - 1)) {
        snprintf(host, sizeof host, "unknown");
    }
    if (getpwuid_r(geteuid(), &entry, room, sizeof room, &found) == 0 && found != NULL) {
        snprintf(self.who, sizeof self.who, "%.64s@%s", found->pw_name, host);
    } else {
        snprintf(self.who, sizeof self.who, "%ld@%s", (long)geteuid(), host);
    }
}

static void find_build(void)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || lu_sha256_fd(fd, &self.build)) {
        self.build = (lu_sha256){""};
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void find_libraries(void)
{
    char libc[64] = "libc unknown";

    confstr(_CS_GNU_LIBC_VERSION, libc, sizeof libc);
    snprintf(self.libraries, sizeof self.libraries, "%s, %s, cJSON %s, %s", lu_digest_library(),
             lu_rng_library(), cJSON_Version(), libc);
}

/* The words of the processor's list that say which kernels can run. */
static void add_instructions(const char *flags, char *out, size_t size)
{
    static const char *const wanted[] = {"avx2", "fma", "avx512f", "asimd"};

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        size_t len = strlen(wanted[i]), end = strlen(out);
        for (const char *at = flags; (at = strstr(at, wanted[i])) != NULL; at += len) {
            if (at[-1] == ' ' && (at[len] == ' ' || at[len] == '\n')) {
                snprintf(out + end, size - end, " %s", wanted[i]);
                break;
            }
        }
    }
}

/* The first processor speaks for all. */
static void find_processor(char *model, size_t model_size, char *flags, size_t flags_size)
{
    char line[8192];
    FILE *f = fopen("/proc/cpuinfo", "re");

    while (f != NULL && fgets(line, sizeof line, f) != NULL && line[0] != '\n') {
        char *value = strchr(line, ':');
        if (value != NULL && strncmp(line, "model name", 10) == 0) {
            snprintf(model, model_size, "%.*s", (int)strcspn(value + 2, "\n"), value + 2);
        } else if (value != NULL &&
                   (strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0)) {
            add_instructions(value + 1, flags, flags_size);
        }
    }
    if (f != NULL) {
        fclose(f);
    }
}

static void find_machine(void)
{
    char model[96] = "unknown processor", flags[64] = "";
    struct utsname name;

    if (uname(&name)) {
        snprintf(self.machine, sizeof self.machine, "unknown");
        return;
    }
    find_processor(model, sizeof model, flags, sizeof flags);
    snprintf(self.machine, sizeof self.machine, "%.16s %.48s %.16s, %s%s%s", name.sysname,
             name.release, name.machine, model, flags[0] ? "," : "", flags);
}

static void find_all(void)
{
    find_who();
    find_build();
    find_libraries();
    find_machine();
}

const lu_actor *lu_actor_self(void)
{
    pthread_once(&once, find_all);
    return &self;
}
