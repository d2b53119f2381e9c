/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/heads_files.h"
#include "sessions/case/files.h"

#include <stdio.h>
#include <string.h>

static const size_t ANCHOR_MAX = 1 << 20;

void lu_anchor_name(char *out, uint64_t line, const char *ending)
{
    snprintf(out, LU_ANCHOR_NAME, "anchors/%llu.%s", (unsigned long long)line, ending);
}

uint64_t lu_anchor_line(const char *name, const char *ending)
{
    size_t digits = strspn(name, "0123456789");
    bool good = digits > 0 && digits < 16 && name[0] != '0' && name[digits] == '.' &&
                strcmp(name + digits + 1, ending) == 0;

    return good ? strtoull(name, NULL, 10) : 0;
}

lu_err lu_anchor_put(int dir, uint64_t line, const char *ending, const void *data, size_t len,
                     cJSON *files)
{
    char name[LU_ANCHOR_NAME];
    lu_sha256 sha256;

    lu_anchor_name(name, line, ending);
    LU_TRY(lu_sha256_of(data, len, &sha256));
    LU_TRY(lu_file_replace(dir, name, data, len, 0444));
    cJSON_AddStringToObject(files, name, sha256.hex);
    return LU_OK;
}

lu_err lu_anchor_get(int dir, uint64_t line, const char *ending, lu_buf *out)
{
    char name[LU_ANCHOR_NAME];

    lu_anchor_name(name, line, ending);
    return lu_file_read(dir, name, ANCHOR_MAX, out);
}

static int any_file(const struct dirent *e)
{
    return e->d_name[0] != '.' || strlen(e->d_name) > 2;
}

int lu_anchor_list(int dir, struct dirent ***out)
{
    int n;

    *out = NULL;
    n = scandirat(dir, "anchors", out, any_file, versionsort);
    return n < 0 ? 0 : n;
}

void lu_anchor_list_free(struct dirent **list, int n)
{
    for (int i = 0; i < n; i++) {
        free(list[i]);
    }
    free(list);
}
