/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/app/cases.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

static bool is_case(const char *path)
{
    char inside[PATH_BYTES];
    struct stat st;

    return snprintf(inside, sizeof inside, "%s/case.json", path) < PATH_BYTES &&
           stat(inside, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_known(const lu_known_cases *c, const char *path)
{
    for (size_t i = 0; i < c->n; i++) {
        if (strcmp(c->known[i].path, path) == 0) {
            return true;
        }
    }
    return false;
}

static void read_case(lu_known_case *k)
{
    lu_case *c;

    if (lu_case_open(k->path, LU_CASE_READ, &c)) {
        snprintf(k->error, sizeof k->error, "%s", lu_error_what());
        return;
    }
    snprintf(k->title, sizeof k->title, "%s", c->title);
    snprintf(k->created, sizeof k->created, "%s", c->created);
    k->kind = c->kind;
    k->sealed = c->sealed;
    k->models = c->items;
    k->suspects = lu_case_count(c, LU_ROLE_SUSPECT);
    lu_case_close(&c);
}

static lu_err add(lu_known_cases *c, const char *path, const lu_job *job)
{
    char *whole;

    LU_TRY(lu_job_at(job, "looking for cases", 0, 0));
    whole = is_case(path) ? realpath(path, NULL) : NULL;
    if (whole == NULL || c->n == LU_CASES_MAX || is_known(c, whole)) {
        free(whole);
        return LU_OK;
    }
    c->known[c->n].path = whole;
    read_case(&c->known[c->n++]);
    return LU_OK;
}

static lu_err add_folder(lu_known_cases *c, const char *folder, const lu_job *job)
{
    DIR *d = opendir(folder);
    struct dirent *entry;
    char path[PATH_BYTES];
    lu_err err = LU_OK;

    while (d != NULL && !err && (entry = readdir(d)) != NULL) {
        if (entry->d_name[0] != '.' &&
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < PATH_BYTES) {
            err = add(c, path, job);
        }
    }
    if (d != NULL) {
        closedir(d);
    }
    return err;
}

/* The folder of the demo case. */
static void own_folder(char *out, size_t size)
{
    char *slash;

    if (lu_demo_path(out, size)) {
        out[0] = '\0';
    } else if ((slash = strrchr(out, '/')) != NULL) {
        *slash = '\0';
    }
}

lu_err lu_cases_find(char *const *recent, size_t recents, const lu_job *job, lu_known_cases *out)
{
    char own[PATH_BYTES];
    lu_err err;

    *out = (lu_known_cases){0};
    LU_TRY(LU_NEW(out->known, LU_CASES_MAX));
    err = LU_OK;
    for (size_t i = 0; !err && i < recents; i++) {
        err = add(out, recent[i], job);
    }
    if (!err) {
        err = add_folder(out, ".", job);
    }
    own_folder(own, sizeof own);
    if (!err && own[0]) {
        err = add_folder(out, own, job);
    }
    if (err) {
        lu_cases_fini(out);
    }
    return err;
}

void lu_cases_fini(lu_known_cases *c)
{
    while (c->n > 0) {
        free(c->known[--c->n].path);
    }
    free(c->known);
    *c = (lu_known_cases){0};
}
