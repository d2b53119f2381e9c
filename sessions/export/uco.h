/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The provenance of a case as CASE/UCO (JSON-LD), for other forensic tools. */
#ifndef LU_SESSIONS_EXPORT_UCO_H
#define LU_SESSIONS_EXPORT_UCO_H

#include "sessions/export/facts.h"

/*
 * One graph: the investigation, the examiner, the tool with the case's parameters, every file with
 * its digest, an action for the intake and one for the run, a provenance record for each exhibit.
 * What CASE has no words for (networks, distances, verdicts) is in facets of a namespace of ours,
 * lineup-case(5). Identifiers end in UUIDs (version 8, RFC 9562) taken from digests: the same case
 * gives the same bytes. Appends.
 */
lu_err lu_report_uco(const lu_case *c, const lu_result *r, const lu_facts *f, lu_buf *out);

#endif
