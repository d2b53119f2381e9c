/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cases: a folder with the models and samples as received, the stages' results and a journal; and
 * the run that takes a case from seeds to judgement. lineup-case(5) describes the files.
 *
 *     lu_case *c;
 *     LU_TRY(lu_case_open("my.case", LU_CASE_WRITE, &c));
 *     LU_TRY(lu_case_add(c, LU_ROLE_SUSPECT, "s1", "s1.cfg", "s1.weights"));
 *     LU_TRY(lu_case_run(c, &options, &job, &result));
 *     lu_case_close(&c);
 */
#ifndef LU_SESSIONS_H
#define LU_SESSIONS_H

#include "sessions/bench.h"
#include "sessions/case/case.h"
#include "sessions/case/files.h"
#include "sessions/demo.h"
#include "sessions/export/anchors.h"
#include "sessions/export/export.h"
#include "sessions/export/heads.h"
#include "sessions/export/last.h"
#include "sessions/export/report.h"
#include "sessions/export/verify.h"
#include "sessions/lab/lab.h"
#include "sessions/lab/split.h"
#include "sessions/lab/study.h"
#include "sessions/lab/zoo.h"
#include "sessions/lab/zoo_membership.h"
#include "sessions/membership/charts.h"
#include "sessions/membership/member.h"
#include "sessions/once.h"
#include "sessions/resist/resist.h"
#include "sessions/result.h"
#include "sessions/run.h"
#include "sessions/schemes.h"
#include "sessions/watermark/embed.h"
#include "sessions/watermark/evaluate.h"
#include "sessions/watermark/in_case.h"
#include "sessions/watermark/keyset.h"
#include "sessions/watermark/sheet.h"
#include "sessions/watermark/verify.h"
#include "sessions/watermark/weightmark.h"

#endif
