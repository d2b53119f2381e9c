/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sessions/export/report.h"
#include "sessions/case/files.h"
#include "sessions/export/csv.h"

static lu_err write_csv(const lu_result *r, int dir)
{
    lu_buf bytes = LU_BUF_INIT;
    lu_err err = lu_report_csv(r, &bytes);

    if (!err) {
        err = lu_file_replace(dir, "results.csv", bytes.data, bytes.len, 0644);
    }
    lu_buf_fini(&bytes);
    return err;
}

lu_err lu_report_write(const lu_case *c, const lu_look *look, const lu_result *result, int dir,
                       const lu_job *job)
{
    (void)c;
    (void)look;
    LU_TRY(lu_job_at(job, "writing the report", 0, 1));
    return write_csv(result, dir);
}
