/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bag, whole or not at all: filled under another name beside its place, synced, renamed. */
#include "sessions/case/files.h"
#include "sessions/case/journal.h"
#include "sessions/export/anchors.h"
#include "sessions/export/export.h"
#include "sessions/export/heads.h"
#include "sessions/export/manifest.h"
#include "sessions/case/tree.h"
#include "sessions/export/last.h"
#include "sessions/export/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

/* Where the bag and what lies beside it go. */
typedef struct place {
    char to[PATH_BYTES];        /* without a '/' at its end */
    char temporary[PATH_BYTES]; /* the folder being filled */
    const char *name;           /* the last part of `to` */
} place;

/* --- before --- */

static lu_err check_absent(const char *to, const char *ending)
{
    char path[PATH_BYTES + 16];
    struct stat st;

    snprintf(path, sizeof path, "%s%s", to, ending);
    return lstat(path, &st)
               ? LU_OK
               : lu_within(lu_fail(LU_ERR_INPUT, "there is something of that name already"), "%s",
                           path);
}

/* An export inside the case would become a part of it. */
static lu_err check_outside(const lu_case *c, const place *p)
{
    char folder[PATH_BYTES], inside[PATH_BYTES], above[PATH_BYTES];
    size_t len;

    snprintf(folder, sizeof folder, "%.*s", (int)(p->name - p->to), p->to);
    if (realpath(folder[0] ? folder : ".", above) == NULL) {
        return lu_within(lu_fail(LU_ERR_INPUT, "the folder to write to is not there"), "%s", p->to);
    }
    if (realpath(c->path, inside) == NULL) {
        return lu_fail(LU_ERR_IO, "the case's folder is gone");
    }
    len = strlen(inside);
    return strncmp(above, inside, len) == 0 && (above[len] == '/' || above[len] == '\0')
               ? lu_within(lu_fail(LU_ERR_INPUT, "lies inside the case"), "%s", p->to)
               : LU_OK;
}

static lu_err find_place(const lu_case *c, const char *to, place *p)
{
    static const char *const endings[] = {"", ".sha256", ".sig", ".tsq", ".tsr"};
    size_t len = strlen(to);

    while (len > 1 && to[len - 1] == '/') {
        len--;
    }
    if (len == 0 || len + 32 >= sizeof p->to) {
        return lu_fail(LU_ERR_USAGE, "--to names no folder that can be made");
    }
    snprintf(p->to, sizeof p->to, "%.*s", (int)len, to);
    p->name = strrchr(p->to, '/') ? strrchr(p->to, '/') + 1 : p->to;
    snprintf(p->temporary, sizeof p->temporary, "%.*s.tmp-%ld", (int)len, to, (long)getpid());
    if (!lu_manifest_fits(p->name) || !strcmp(p->name, ".") || !strcmp(p->name, "..") ||
        !p->name[0]) {
        return lu_fail(LU_ERR_USAGE, "--to names no folder that can be made");
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        LU_TRY(check_absent(p->to, endings[i]));
    }
    return check_outside(c, p);
}

/* A case that proves nothing is not signed; asking for it is refused. */
static lu_err choose_key(lu_bag *b)
{
    if (b->c->kind != LU_KIND_EVIDENCE) {
        return b->o->key ? lu_fail(LU_ERR_CANNOT, "a %s case cannot be signed: it proves nothing",
                                   lu_kind_name(b->c->kind))
                         : LU_OK;
    }
    return lu_head_key(b->o->key, b->key, sizeof b->key);
}

static lu_err look(lu_bag *b)
{
    LU_TRY(lu_case_look_last(b->c, b->job, &b->look));
    return lu_look_tells(&b->look)
               ? LU_OK
               : lu_fail(LU_ERR_CANNOT, "nothing was run yet: lineup run %s", b->c->path);
}

/* --- the folder --- */

static lu_err open_folders(lu_bag *b, const place *p)
{
    char data[PATH_BYTES + 8];

    snprintf(data, sizeof data, "%s/data", p->temporary);
    if (mkdir(p->temporary, 0755) || mkdir(data, 0755)) {
        return lu_within(lu_fail(LU_ERR_IO, "cannot be made: %s", strerror(errno)), "%s",
                         p->temporary);
    }
    b->root = open(p->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    b->data = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return b->root >= 0 && b->data >= 0 ? LU_OK : lu_fail(LU_ERR_IO, "the bag cannot be opened");
}

/* manifest-sha256.txt lists data/, tagmanifest-sha256.txt all else but itself. */
static lu_err put_manifest(lu_bag *b, const char *name, char *const *path, size_t n)
{
    lu_buf text = LU_BUF_INIT;
    lu_err err = lu_manifest_make(b->root, path, n, b->job, &text);

    if (!err) {
        err = lu_file_replace(b->root, name, text.data, text.len, 0444);
    }
    if (!err) {
        err = lu_sha256_of(text.data, text.len, &b->done.digest);
    }
    lu_buf_fini(&text);
    return err;
}

static lu_err put_manifests(lu_bag *b)
{
    char *tags[] = {"bag-info.txt", "bagit.txt", "manifest-sha256.txt", "verify.txt"};
    size_t first = 0, n = 0;
    lu_tree all;
    lu_err err;

    LU_TRY(lu_tree_list(b->root, &all));
    while (first < all.n && strncmp(all.path[first], "data/", 5) != 0) {
        first++;
    }
    while (first + n < all.n && strncmp(all.path[first + n], "data/", 5) == 0) {
        n++;
    }
    b->done.files = n;
    err = put_manifest(b, "manifest-sha256.txt", all.path + first, n);
    lu_tree_fini(&all);
    LU_TRY(err);
    return put_manifest(b, "tagmanifest-sha256.txt", tags, sizeof tags / sizeof *tags);
}

static lu_err fill(lu_bag *b, const place *p)
{
    lu_tree payload;

    LU_TRY(open_folders(b, p));
    LU_TRY(lu_bag_payload(b));
    LU_TRY(lu_bag_tags(b));
    LU_TRY(lu_tree_list(b->data, &payload));
    b->done.bytes = payload.bytes;
    lu_tree_fini(&payload);
    LU_TRY(put_manifests(b));
    return lu_tree_sync(AT_FDCWD, p->temporary);
}

/* --- beside it --- */

static lu_err put_beside(const place *p, const char *ending, const void *data, size_t len)
{
    char path[PATH_BYTES + 16];

    snprintf(path, sizeof path, "%s%s", p->to, ending);
    return lu_file_replace(AT_FDCWD, path, data, len, 0444);
}

static lu_err put_signature(lu_bag *b, const place *p, const lu_buf *line)
{
    uint8_t signature[LU_SIGNATURE_BYTES];
    lu_buf public = LU_BUF_INIT;
    lu_err err;

    if (b->key[0] == '\0') {
        return LU_OK;
    }
    LU_TRY(lu_key_sign(b->key, line, signature));
    LU_TRY(put_beside(p, ".sig", signature, sizeof signature));
    err = lu_key_public(b->key, &public, &b->done.signer);
    lu_buf_fini(&public);
    return err;
}

/* to.sha256 is what `sha256sum -c` reads beside the bag; signature and time stamp are of it. */
static lu_err put_digest(lu_bag *b, const place *p)
{
    lu_buf line = LU_BUF_INIT, request = LU_BUF_INIT;
    lu_err err =
        lu_buf_print(&line, "%s  %s/tagmanifest-sha256.txt\n", b->done.digest.hex, p->name);

    if (!err) {
        err = put_beside(p, ".sha256", line.data, line.len);
    }
    if (!err) {
        err = put_signature(b, p, &line);
    }
    if (!err) {
        err = lu_stamp_request(&line, &request);
    }
    if (!err) {
        err = put_beside(p, ".tsq", request.data, request.len);
    }
    lu_buf_fini(&line);
    lu_buf_fini(&request);
    return err;
}

static lu_err put_in_place(lu_bag *b, const place *p)
{
    if (renameat2(AT_FDCWD, p->temporary, AT_FDCWD, p->to, RENAME_NOREPLACE)) {
        return lu_within(lu_fail(errno == EEXIST ? LU_ERR_INPUT : LU_ERR_IO,
                                 "cannot be put in place: %s", strerror(errno)),
                         "%s", p->to);
    }
    return put_digest(b, p); /* syncs the folder above */
}

/* --- the journal --- */

/* The salts of a redacted export stay in the case, under the export's digest. */
static lu_err keep_salts(lu_bag *b, cJSON *files)
{
    char path[LU_TEXT_MAX];
    lu_sha256 sha256;

    if (b->salts.len == 0) {
        return LU_OK;
    }
    if (mkdirat(b->c->dir, "salts", 0700) && errno != EEXIST) {
        return lu_fail(LU_ERR_IO, "the folder salts cannot be made: %s", strerror(errno));
    }
    snprintf(path, sizeof path, "salts/%s.txt", b->done.digest.hex);
    LU_TRY(lu_file_replace(b->c->dir, path, b->salts.data, b->salts.len, 0400));
    LU_TRY(lu_sha256_of(b->salts.data, b->salts.len, &sha256));
    cJSON_AddStringToObject(files, path, sha256.hex);
    return LU_OK;
}

static lu_err journal_export(lu_bag *b, const place *p)
{
    cJSON *details = cJSON_CreateObject();
    cJSON *in = cJSON_AddArrayToObject(details, "in");
    cJSON *out = cJSON_AddArrayToObject(details, "out");
    lu_err err = keep_salts(b, cJSON_AddObjectToObject(details, "files"));

    cJSON_AddItemToArray(in, cJSON_CreateString(b->done.head.hex));
    cJSON_AddItemToArray(out, cJSON_CreateString(b->done.digest.hex));
    cJSON_AddStringToObject(details, "to", p->name);
    cJSON_AddStringToObject(details, "key", b->done.signer.hex);
    if (err) {
        cJSON_Delete(details);
        return err;
    }
    return lu_journal_add(b->c, "export", lu_scope_name(b->o->scope), details);
}

/* --- all of it --- */

static void close_folders(lu_bag *b)
{
    if (b->root >= 0) {
        close(b->root);
    }
    if (b->data >= 0) {
        close(b->data);
    }
    lu_look_fini(&b->look);
    lu_buf_fini(&b->salts);
}

static lu_err make(lu_bag *b, place *p)
{
    lu_err err;

    LU_TRY(choose_key(b));
    LU_TRY(find_place(b->c, b->o->to, p));
    LU_TRY(look(b));
    b->done.head = b->c->journal_head;
    err = fill(b, p);
    if (!err) {
        err = put_in_place(b, p);
    }
    if (err) {
        lu_tree_remove(AT_FDCWD, p->temporary);
    }
    return err;
}

lu_err lu_export(lu_case *c, const lu_export_options *o, const lu_job *job, lu_export_done *out)
{
    lu_bag b = {.c = c, .o = o, .job = job, .root = -1, .data = -1};
    place p;
    lu_err err;

    b.look.seed_images.fd = -1;
    err = lu_journal_refusal(c, "export", make(&b, &p));
    if (!err) {
        err = journal_export(&b, &p);
    }
    close_folders(&b);
    *out = b.done;
    return err;
}
