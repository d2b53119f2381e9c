/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/case/files.h"
#include "sessions/export/anchors.h"
#include "sessions/export/export.h"
#include "sessions/export/heads_files.h"
#include "sessions/case/inventory.h"
#include "sessions/export/manifest.h"
#include "sessions/export/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, TAGS = 4 };

static const size_t TAG_MAX = (size_t)256 << 20;

static const char *const tag_names[TAGS] = {"bag-info.txt", "bagit.txt", "manifest-sha256.txt",
                                            "verify.txt"};
static const char tagmanifest[] = "tagmanifest-sha256.txt";

/* A bag being read. */
typedef struct reader {
    const char *path;
    int root, data;
    const lu_verify_options *o;
    const lu_job *job;
    lu_verified *out;
    lu_scope scope;
    lu_buf info;        /* bag-info.txt */
    char info_head[96]; /* "HEX N" as it has it */
    uint64_t head_line;
} reader;

static lu_err read_tag(const reader *r, const char *name, lu_buf *out)
{
    return lu_verify_inside(lu_file_read(r->root, name, TAG_MAX, out));
}

/* --- lists and files --- */

static lu_err parse_list(const reader *r, const char *name, lu_manifest *out)
{
    lu_buf text;
    lu_err err;

    *out = (lu_manifest){0};
    LU_TRY(read_tag(r, name, &text));
    err = lu_manifest_parse(&text, out);
    lu_buf_fini(&text);
    return lu_within(err, "%s", name);
}

/* It lists the four tag files and nothing else. */
static lu_err check_tags(reader *r)
{
    lu_manifest m;
    lu_err err;

    LU_TRY(parse_list(r, tagmanifest, &m));
    err = m.n == TAGS ? LU_OK : lu_fail(LU_ERR_INTEGRITY, "lists %zu files, not 4", m.n);
    for (size_t i = 0; i < TAGS && !err; i++) {
        if (strcmp(m.line[i].path, tag_names[i]) != 0) {
            err = lu_fail(LU_ERR_INTEGRITY, "lists %s", m.line[i].path);
        }
    }
    err = lu_within(err, "%s", tagmanifest);
    if (!err) {
        err = lu_manifest_check(r->root, &m, NULL);
    }
    lu_manifest_fini(&m);
    return err ? err : lu_file_sha256(r->root, tagmanifest, &r->out->digest);
}

static bool is_tag(const char *path)
{
    bool tag = strcmp(path, tagmanifest) == 0;

    for (size_t i = 0; i < TAGS; i++) {
        tag = tag || strcmp(path, tag_names[i]) == 0;
    }
    return tag;
}

/* Every file is listed, every listed file is there and below data/. */
static lu_err compare_lists(const lu_tree *t, const lu_manifest *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (strncmp(m->line[i].path, "data/", 5) != 0) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "is listed and not below data/"), "%s",
                             m->line[i].path);
        }
        if (!lu_tree_has(t, m->line[i].path)) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "is listed and missing"), "%s",
                             m->line[i].path);
        }
    }
    for (size_t i = 0; i < t->n; i++) {
        if (!is_tag(t->path[i]) && lu_manifest_find(m, t->path[i]) == NULL) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "is in no list"), "%s", t->path[i]);
        }
    }
    for (size_t i = 0; i < t->empties; i++) { /* lu_scope_check knows those below data/ */
        if (strncmp(t->empty[i], "data/", 5) != 0) {
            return lu_within(lu_fail(LU_ERR_INTEGRITY, "is a folder with nothing in it"), "%s",
                             t->empty[i]);
        }
    }
    return LU_OK;
}

static lu_err check_payload(reader *r)
{
    lu_manifest m;
    lu_tree t;
    lu_err err;

    LU_TRY(parse_list(r, "manifest-sha256.txt", &m));
    err = lu_tree_list(r->root, &t);
    if (!err) {
        err = compare_lists(&t, &m);
        lu_tree_fini(&t);
    }
    if (!err) {
        err = lu_manifest_check(r->root, &m, r->job);
    }
    r->out->files = m.n;
    lu_manifest_fini(&m);
    return err;
}

/* --- bagit.txt, bag-info.txt --- */

static lu_err check_declaration(const reader *r)
{
    static const char expected[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    lu_buf text;
    bool same;

    LU_TRY(read_tag(r, "bagit.txt", &text));
    same = text.len == strlen(expected) && memcmp(text.data, expected, text.len) == 0;
    lu_buf_fini(&text);
    return same ? LU_OK
                : lu_within(lu_fail(LU_ERR_INTEGRITY, "does not declare BagIt 1.0"), "bagit.txt");
}

/* The value of a label that has to be there once. */
static lu_err info_value(const char *text, const char *label, char *out, size_t size)
{
    size_t len = strlen(label), found = 0;

    for (const char *line = text; *line != '\0';) {
        size_t end = strcspn(line, "\n");
        if (strncmp(line, label, len) == 0 && strncmp(line + len, ": ", 2) == 0) {
            snprintf(out, size, "%.*s", (int)(end - len - 2), line + len + 2);
            found++;
        }
        line += end + (line[end] != '\0');
    }
    return found == 1
               ? LU_OK
               : lu_fail(LU_ERR_INTEGRITY, "'%s' stands there %zu times, not once", label, found);
}

static lu_err parse_info(reader *r, const char *text)
{
    char scope[32], kind[32], oxum[64], expected[64];

    LU_TRY(info_value(text, "Lineup-Scope", scope, sizeof scope));
    LU_TRY(info_value(text, "Lineup-Kind", kind, sizeof kind));
    LU_TRY(info_value(text, "Lineup-Journal-Head", r->info_head, sizeof r->info_head));
    LU_TRY(info_value(text, "Payload-Oxum", oxum, sizeof oxum));
    if (!lu_scope_parse(scope, &r->scope) || !lu_kind_parse(kind, &r->out->kind)) {
        return lu_fail(LU_ERR_INTEGRITY, "names no scope or kind there is");
    }
    LU_TRY(lu_bag_oxum(r->data, expected, sizeof expected));
    snprintf(r->out->scope, sizeof r->out->scope, "%s", lu_scope_name(r->scope));
    return strcmp(oxum, expected) == 0
               ? LU_OK
               : lu_fail(LU_ERR_INTEGRITY, "Payload-Oxum is %s, found %s", oxum, expected);
}

static lu_err check_info(reader *r)
{
    lu_err err;

    LU_TRY(read_tag(r, "bag-info.txt", &r->info));
    err = memchr(r->info.data, '\0', r->info.len) ? lu_fail(LU_ERR_INTEGRITY, "is not text")
                                                  : parse_info(r, (const char *)r->info.data);
    if (!err) {
        r->head_line = strlen(r->info_head) > 65 ? strtoull(r->info_head + 65, NULL, 10) : 0;
    }
    return lu_within(err, "bag-info.txt");
}

/* --- the case inside --- */

static lu_err rebuild_info(const reader *r, const lu_case *c, lu_buf *out)
{
    const char *text = (const char *)r->info.data;
    lu_bagging g;

    LU_TRY(info_value(text, "External-Identifier", g.identifier, sizeof g.identifier));
    LU_TRY(info_value(text, "Bagging-Date", g.date, sizeof g.date));
    LU_TRY(info_value(text, "Bag-Software-Agent", g.agent, sizeof g.agent));
    LU_TRY(info_value(text, "Payload-Oxum", g.oxum, sizeof g.oxum));
    return lu_bag_info(c, r->scope, &g, out);
}

/* Kind, seal, journal's head and all else that bag-info.txt tells of the case. */
static lu_err compare_info(const reader *r, const lu_case *c)
{
    lu_buf expected = LU_BUF_INIT;
    lu_err err = rebuild_info(r, c, &expected);

    if (!err &&
        (expected.len != r->info.len || memcmp(expected.data, r->info.data, expected.len) != 0)) {
        err = lu_fail(LU_ERR_INTEGRITY, "is not what the case makes it");
    }
    lu_buf_fini(&expected);
    return lu_within(err, "bag-info.txt");
}

/* The head that bag-info.txt names is anchored: what signs or stamps it is for this export. */
static lu_err check_head(const reader *r)
{
    char expected[sizeof r->info_head + 1];
    lu_buf head = LU_BUF_INIT;
    bool same;

    snprintf(expected, sizeof expected, "%s\n", r->info_head);
    same = !lu_anchor_get(r->data, r->head_line, "head", &head) && head.len == strlen(expected) &&
           memcmp(head.data, expected, head.len) == 0;
    lu_buf_fini(&head);
    return same ? LU_OK
                : lu_within(lu_fail(LU_ERR_INTEGRITY, "no anchor holds it"),
                            "bag-info.txt: Lineup-Journal-Head");
}

/* There as recorded, or, in a redacted export, a secret with a commitment in its place. */
static lu_err check_entry(const reader *r, const lu_entry *e, const lu_manifest *commitments)
{
    bool committed = lu_manifest_find(commitments, e->path) != NULL;

    if (e->own) {
        return LU_OK;
    }
    if (!committed) {
        return lu_inventory_check(r->data, e);
    }
    if (!e->secret || faccessat(r->data, e->path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        return lu_within(lu_fail(LU_ERR_INTEGRITY, "has no business there: %s", e->path),
                         LU_COMMITMENTS_FILE);
    }
    r->out->withheld++;
    return LU_OK;
}

static lu_err check_entries(const reader *r, const lu_case *c, const lu_manifest *commitments)
{
    lu_inventory v;
    lu_err err = lu_inventory_of(c, &v);

    LU_TRY(err);
    for (size_t i = 0; i < v.n && !err; i++) {
        err = check_entry(r, &v.entry[i], commitments);
    }
    if (!err) {
        err = lu_scope_check(r->scope, &v, r->data);
    }
    lu_inventory_fini(&v);
    if (!err && r->out->withheld != commitments->n) {
        err = lu_within(lu_fail(LU_ERR_INTEGRITY, "names what the case never had"),
                        LU_COMMITMENTS_FILE);
    }
    return err;
}

static lu_err check_files(const reader *r, const lu_case *c)
{
    lu_manifest commitments = {0};
    lu_err err = r->scope == LU_SCOPE_REDACTED
                     ? parse_list(r, "data/" LU_COMMITMENTS_FILE, &commitments)
                     : LU_OK;

    if (!err) {
        err = check_entries(r, c, &commitments);
    }
    lu_manifest_fini(&commitments);
    return err;
}

/* Takes seeds and samples, which only a full export has, and this build's wording. */
static lu_err make_again(const reader *r, lu_case *c)
{
    lu_made *m = &r->out->made;
    char agent[128], own[128];

    LU_TRY(info_value((const char *)r->info.data, "Bag-Software-Agent", agent, sizeof agent));
    lu_bag_agent(own, sizeof own);
    if (r->scope != LU_SCOPE_FULL) {
        snprintf(m->why, sizeof m->why, "an export of scope %s holds too little",
                 lu_scope_name(r->scope));
    } else if (strcmp(agent, own) != 0) {
        snprintf(m->why, sizeof m->why, "another build of lineup made them, see bag-info.txt");
    }
    return m->why[0] ? LU_OK : lu_verify_made(c, r->data, r->job, m);
}

static lu_err recompute(const reader *r, lu_case *c)
{
    if (!r->o->recompute) {
        return LU_OK;
    }
    return r->scope == LU_SCOPE_FULL
               ? lu_recompute(c, r->o->jobs, r->job, &r->out->again)
               : lu_fail(LU_ERR_CANNOT, "the tests are not in an export of scope %s",
                         lu_scope_name(r->scope));
}

static lu_err check_case(reader *r)
{
    char path[PATH_BYTES];
    lu_case *c;
    lu_err err;

    if (r->scope == LU_SCOPE_REPORT) {
        LU_TRY(recompute(r, NULL));
        LU_TRY(lu_scope_check(r->scope, NULL, r->data));
        LU_TRY(make_again(r, NULL));
        return lu_heads_check(NULL, r->data, &r->o->trust, &r->out->heads);
    }
    snprintf(path, sizeof path, "%s/data", r->path);
    LU_TRY(lu_verify_open(path, &c));
    r->out->journal_lines = c->journal_lines;
    r->out->head = c->journal_head;
    r->out->sealed = c->sealed;
    err = compare_info(r, c);
    if (!err) {
        err = check_files(r, c);
    }
    if (!err) {
        err = lu_verify_results(c, r->data);
    }
    if (!err) {
        err = lu_heads_check(c, r->data, &r->o->trust, &r->out->heads);
    }
    if (!err) {
        err = make_again(r, c);
    }
    if (!err) {
        err = recompute(r, c);
    }
    lu_case_close(&c);
    return err;
}

static lu_err check_all(reader *r)
{
    LU_TRY(check_declaration(r));
    LU_TRY(check_tags(r));
    LU_TRY(check_payload(r));
    LU_TRY(check_info(r));
    LU_TRY(lu_verify_beside(r->path, r->data, r->head_line, r->o, r->out));
    LU_TRY(check_head(r));
    return check_case(r);
}

lu_err lu_verify_bag(const char *path, const lu_verify_options *o, const lu_job *job,
                     lu_verified *out)
{
    reader r = {.path = path, .o = o, .job = job, .out = out};
    lu_err err;

    r.root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (r.root < 0) {
        return lu_fail(LU_ERR_INPUT, "cannot be opened: %s", strerror(errno));
    }
    r.data = openat(r.root, "data", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    err = r.data >= 0 ? check_all(&r)
                      : lu_within(lu_fail(LU_ERR_INTEGRITY, "is missing or no folder"), "data");
    if (r.data >= 0) {
        close(r.data);
    }
    lu_buf_fini(&r.info);
    close(r.root);
    return err;
}
