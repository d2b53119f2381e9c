/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What computing again came to. Whatever was different has ended the check before. */
#include "sessions/case/json.h"
#include "sessions/export/verify.h"

/* --- for people --- */

static lu_err text_scores(const lu_recomputed *r, lu_buf *out)
{
    if (!r->scores) {
        return LU_OK;
    }
    LU_TRY(lu_buf_print(out, "scores    of %zu models computed again, %s numerics: ", r->models,
                        r->same_numerics ? "the same" : "other"));
    if (r->same_bytes == r->models) {
        return lu_buf_print(out, "the same bytes, the same votes\n");
    }
    LU_TRY(lu_buf_print(out, "within %.2g, the same votes", r->difference));
    return r->close
               ? lu_buf_print(out, " but for %zu nearer to their threshold than 1e-5\n", r->close)
               : lu_buf_print(out, "\n");
}

/* Made of what the case has no more, or of what an older lineup did not keep. */
static lu_err text_unchecked(const lu_repeated *r, lu_buf *out)
{
    size_t n = r->recorded - r->computed;

    return n ? lu_buf_print(out,
                            "          %zu of %zu results not checked: their settings, samples or "
                            "models are not in the case\n",
                            n, r->recorded)
             : LU_OK;
}

/* What came out, where it is not the same bytes. */
static lu_err text_difference(const lu_repeated *r, lu_buf *out)
{
    LU_TRY(lu_buf_print(out, "within %.2g", r->difference));
    LU_TRY(r->ruled > 0 ? lu_buf_print(out, ", counts and losses within %.2g", r->ruled) : LU_OK);
    return r->sides ? lu_buf_print(out, ", %zu p on the other side of alpha\n", r->sides)
                    : lu_buf_print(out, "\n");
}

static lu_err text_repeated(const char *label, const lu_repeated *r, lu_buf *out)
{
    const char *numerics = r->same_numerics == r->computed ? "the same"
                           : r->same_numerics              ? "partly other"
                                                           : "other";

    if (r->computed) {
        LU_TRY(lu_buf_print(out, "%-10s%zu results computed again, %s numerics: ", label,
                            r->computed, numerics));
        LU_TRY(r->same_bytes == r->computed ? lu_buf_print(out, "the same bytes\n")
                                            : text_difference(r, out));
    } else if (r->recorded) {
        LU_TRY(lu_buf_print(out, "%-10snothing computed again\n", label));
    }
    return text_unchecked(r, out);
}

static lu_err text_marks(const lu_marks_repeated *m, lu_buf *out)
{
    LU_TRY(text_repeated("marks", &m->results, out));
    if (m->as_kept) {
        LU_TRY(lu_buf_print(out,
                            "          %zu of %zu controls not checked: only the bundle has them\n",
                            m->as_kept, m->as_kept + m->controls));
    }
    return m->logo_swaps
               ? lu_buf_print(out, "          other logos not checked: they take the bundle\n")
               : LU_OK;
}

lu_err lu_recomputed_text(const lu_recomputed *r, lu_buf *out)
{
    LU_TRY(text_scores(r, out));
    LU_TRY(text_repeated("members", &r->members, out));
    return text_marks(&r->marks, out);
}

/* --- and for programs --- */

static void json_scores(const lu_recomputed *r, cJSON *json)
{
    lu_json_add(json, "models", (double)r->models);
    cJSON_AddBoolToObject(json, "same_numerics", r->same_numerics);
    lu_json_add(json, "same_bytes", (double)r->same_bytes);
    lu_json_add(json, "largest_difference", r->difference);
    cJSON_AddBoolToObject(json, "same_votes", true);
    lu_json_add(json, "votes_close_to_threshold", (double)r->close);
}

static void json_repeated(const lu_repeated *r, cJSON *json)
{
    lu_json_add(json, "results", (double)r->computed);
    lu_json_add(json, "same_numerics", (double)r->same_numerics);
    lu_json_add(json, "same_bytes", (double)r->same_bytes);
    lu_json_add(json, "different", (double)r->different);
    lu_json_add(json, "largest_difference", r->difference);
    lu_json_add(json, "largest_of_counts_and_losses", r->ruled);
    lu_json_add(json, "p_on_the_other_side", (double)r->sides);
    lu_json_add(json, "not_checked", (double)(r->recorded - r->computed));
}

static void json_marks(const lu_marks_repeated *m, cJSON *json)
{
    json_repeated(&m->results, json);
    lu_json_add(json, "controls", (double)m->controls);
    lu_json_add(json, "controls_not_checked", (double)m->as_kept);
    lu_json_add(json, "logo_swaps_not_checked", (double)m->logo_swaps);
}

void lu_recomputed_json(const lu_recomputed *r, cJSON *json)
{
    if (r->scores) {
        json_scores(r, json);
    }
    if (r->members.recorded) {
        json_repeated(&r->members, cJSON_AddObjectToObject(json, "membership"));
    }
    if (r->marks.results.recorded) {
        json_marks(&r->marks, cJSON_AddObjectToObject(json, "watermark"));
    }
}
