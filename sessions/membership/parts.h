/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON of one model's evidence, for its own file and for --json. */
#ifndef LU_SESSIONS_MEMBERSHIP_PARTS_H
#define LU_SESSIONS_MEMBERSHIP_PARTS_H

#include "sessions/membership/member.h"

#include <cJSON.h>

/* `whole`: the permutations and an example of `sets` mini-datasets too. */
cJSON *lu_member_evidence_json(const lu_member_model *m, size_t sets, bool whole);

#endif
