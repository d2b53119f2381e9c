/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bag's tag files: what it is, and how anybody checks it. */
#include "sessions/case/actor.h"
#include "sessions/case/files.h"
#include "sessions/export/doc.h"
#include "sessions/export/export.h"
#include "sessions/case/tree.h"

#include <stdio.h>
#include <string.h>

static const char declaration[] = "BagIt-Version: 1.0\n"
                                  "Tag-File-Character-Encoding: UTF-8\n";

/* In the sequence of somebody who trusts nothing. */
static const char how_to[] =
    "How to check this export. Nothing here needs lineup: a POSIX shell, sha256sum and\n"
    "sed are enough, openssl for signatures and time stamps. All commands are given in\n"
    "this folder, here called BAG; BAG.sha256, BAG.sig and BAG.tsq lie beside it.\n"
    "\n"
    "1. Is this the folder whose digest was printed, signed or handed over?\n"
    "\n"
    "       sha256sum tagmanifest-sha256.txt\n"
    "       (cd .. && sha256sum -c BAG.sha256)\n"
    "\n"
    "2. Is every file unchanged?\n"
    "\n"
    "       sha256sum --strict -c tagmanifest-sha256.txt\n"
    "       sha256sum --strict -c manifest-sha256.txt\n"
    "\n"
    "   Is there a file that no list names? This prints nothing when there is none:\n"
    "\n"
    "       find data -type f | sort | while IFS= read -r f; do\n"
    "           grep -qF \"  $f\" manifest-sha256.txt || echo \"not listed: $f\"; done\n"
    "\n"
    "3. Is the journal one unbroken chain? Each line holds the SHA-256 of the line before\n"
    "   it, without its line break (not in an export of scope report):\n"
    "\n"
    "--- begin ---\n"
    "prev= n=0\n"
    "while IFS= read -r line; do\n"
    "    n=$((n + 1))\n"
    "    was=$(printf '%s\\n' \"$line\" | sed -n 's/.*,\"prev\":\"\\([0-9a-f]*\\)\"}$/\\1/p')\n"
    "    [ \"$was\" = \"$prev\" ] || { echo \"line $n does not continue the chain\"; break; }\n"
    "    prev=$(printf '%s' \"$line\" | sha256sum | sed 's/ .*//')\n"
    "done < data/journal.jsonl\n"
    "echo \"$n lines, head $prev\"\n"
    "--- end ---\n"
    "\n"
    "   The head it prints is the one in bag-info.txt (Lineup-Journal-Head), in the report\n"
    "   and in data/anchors/N.head, N being the number of lines.\n"
    "\n"
    "4. Are the stage results those of the journal?\n"
    "\n"
    "       (cd data/stages && sha256sum --strict -c *.sha256)\n"
    "\n"
    "   Each of these hashes is in a line with \"act\":\"stage\". data/protocol.json, where it\n"
    "   is there, has the SHA-256 of the line with \"act\":\"seal\".\n"
    "\n"
    "5. Who signed it? For each data/anchors/N.sig (openssl 3):\n"
    "\n"
    "       openssl pkeyutl -verify -pubin -inkey data/anchors/N.pub -rawin \\\n"
    "           -in data/anchors/N.head -sigfile data/anchors/N.sig\n"
    "\n"
    "   and for the whole export, with the same key:\n"
    "\n"
    "       openssl pkeyutl -verify -pubin -inkey data/anchors/N.pub -rawin \\\n"
    "           -in ../BAG.sha256 -sigfile ../BAG.sig\n"
    "\n"
    "   Whose key it is has to be known from elsewhere: compare its fingerprint,\n"
    "\n"
    "       openssl pkey -pubin -in data/anchors/N.pub -outform DER | sha256sum\n"
    "\n"
    "6. When was it? For each data/anchors/N.tsr, and for ../BAG.tsr when it was obtained:\n"
    "\n"
    "       openssl ts -verify -data data/anchors/N.head -in data/anchors/N.tsr -CAfile CA.pem\n"
    "       openssl ts -verify -data ../BAG.sha256 -in ../BAG.tsr -CAfile CA.pem\n"
    "\n"
    "7. In an export of scope redacted, data/commitments.txt holds for each file left out\n"
    "   the SHA-256 of a salt and the file. Whoever is later shown both checks:\n"
    "\n"
    "       { printf '%s' SALT | sed 's/../\\\\x&/g' | xargs -0 printf '%b'; cat FILE; } | "
    "sha256sum\n"
    "\n"
    "What this shows: that nothing was changed since the digest, the signature or the time\n"
    "stamp was made. It does not show that what the examiner entered was true. With the\n"
    "tests in hand scores, evidence of membership and answers to a watermark's keys can be\n"
    "computed again: lineup verify BAG --recompute.\n";

/* One line that shows all there is, whatever was typed. */
static lu_err tag(lu_buf *out, const char *label, const char *text)
{
    LU_TRY(lu_buf_print(out, "%s: ", label));
    LU_TRY(lu_visible(text, out));
    return lu_buf_print(out, "\n");
}

lu_err lu_bag_info(const lu_case *c, lu_scope scope, const lu_bagging *g, lu_buf *out)
{
    const char *banner = lu_kind_banner(c->kind);
    char head[96];

    LU_TRY(tag(out, "External-Identifier", g->identifier));
    LU_TRY(tag(out, "External-Description", c->title));
    LU_TRY(c->examiner[0] ? tag(out, "Contact-Name", c->examiner) : LU_OK);
    LU_TRY(tag(out, "Bagging-Date", g->date));
    LU_TRY(tag(out, "Bag-Software-Agent", g->agent));
    LU_TRY(tag(out, "Payload-Oxum", g->oxum));
    LU_TRY(tag(out, "Lineup-Kind", lu_kind_name(c->kind)));
    LU_TRY(banner ? tag(out, "Lineup-Banner", banner) : LU_OK);
    LU_TRY(tag(out, "Lineup-Scope", lu_scope_name(scope)));
    LU_TRY(tag(out, "Lineup-Protocol", c->sealed ? c->protocol.hex : "not sealed"));
    snprintf(head, sizeof head, "%s %llu", c->journal_head.hex,
             (unsigned long long)c->journal_lines);
    return tag(out, "Lineup-Journal-Head", head);
}

lu_err lu_bag_oxum(int data, char *out, size_t size)
{
    lu_tree payload;

    LU_TRY(lu_tree_list(data, &payload));
    snprintf(out, size, "%llu.%zu", (unsigned long long)payload.bytes, payload.n);
    lu_tree_fini(&payload);
    return LU_OK;
}

void lu_bag_agent(char *out, size_t size)
{
    snprintf(out, size, "lineup " LU_VERSION ", build %s", lu_actor_self()->build.hex);
}

static lu_err put(const lu_bag *b, const char *name, const char *text, size_t len)
{
    return lu_file_replace(b->root, name, text, len, 0444);
}

static lu_err put_info(const lu_bag *b, lu_buf *info)
{
    lu_bagging g;

    lu_bag_agent(g.agent, sizeof g.agent);
    snprintf(g.identifier, sizeof g.identifier, "%s", b->look.result.case_name);
    lu_utc_now(g.date);
    g.date[10] = '\0'; /* the date of an ISO time */
    LU_TRY(lu_bag_oxum(b->data, g.oxum, sizeof g.oxum));
    LU_TRY(lu_bag_info(b->c, b->o->scope, &g, info));
    return put(b, "bag-info.txt", (char *)info->data, info->len);
}

lu_err lu_bag_tags(const lu_bag *b)
{
    lu_buf info = LU_BUF_INIT;
    lu_err err = put_info(b, &info);

    lu_buf_fini(&info);
    LU_TRY(err);
    LU_TRY(put(b, "bagit.txt", declaration, strlen(declaration)));
    return put(b, "verify.txt", how_to, strlen(how_to));
}
