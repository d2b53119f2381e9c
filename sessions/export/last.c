/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/last.h"
#include "sessions/export/verify.h"

#include <cJSON.h>
#include <string.h>

lu_err lu_case_look_last(lu_case *c, const lu_job *job, lu_look *out)
{
    cJSON *judgement = NULL, *tool;
    lu_err err = c->judged.hex[0] ? lu_verify_judgement(c, &judgement) : LU_OK;

    LU_TRY(err);
    tool = cJSON_GetObjectItemCaseSensitive(judgement, "tool");
    err = lu_case_look_at(c, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tool, "engine")),
                          job, out);
    cJSON_Delete(judgement);
    return err;
}

static bool is_judged(const lu_look *l)
{
    return l->any && l->result.reached == LU_STAGE_JUDGEMENT;
}

lu_err lu_case_look_any(lu_case *c, bool reference, const lu_job *job, lu_look *out, bool *other)
{
    lu_look last;

    *other = false;
    LU_TRY(lu_case_look(c, reference, job, out));
    if (is_judged(out) || c->judged.hex[0] == '\0') {
        return LU_OK;
    }
    if (lu_case_look_last(c, job, &last)) {
        return LU_OK; /* this engine's own is what there is */
    }
    *other = is_judged(&last);
    if (*other) {
        lu_look_fini(out);
        *out = last;
    } else {
        lu_look_fini(&last);
    }
    return LU_OK;
}
