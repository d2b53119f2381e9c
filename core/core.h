/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The methods as pure functions, the types of every stage, and the ground they stand on. The way of
 * the data: seeds -> tests (black box, white box) -> scores -> judgement; each takes the earlier
 * results as const and gives a new value.
 */
#ifndef LU_CORE_H
#define LU_CORE_H

#include "core/base/digest.h"
#include "core/base/err.h"
#include "core/base/job.h"
#include "core/base/mem.h"
#include "core/base/rng.h"
#include "core/base/utf8.h"
#include "core/glimpse.h"
#include "core/membership/companions.h"
#include "core/membership/evidence.h"
#include "core/model.h"
#include "core/sample.h"
#include "core/schemes.h"
#include "core/similarity/blackbox.h"
#include "core/similarity/judge.h"
#include "core/similarity/matching.h"
#include "core/similarity/metrics.h"
#include "core/similarity/seeds.h"
#include "core/similarity/whitebox.h"
#include "core/stats/binomial.h"
#include "core/stats/chance.h"
#include "core/stats/fourier.h"
#include "core/stats/holm.h"
#include "core/stats/intervals.h"
#include "core/stats/student.h"
#include "core/steal/extract.h"
#include "core/steal/prune.h"
#include "core/steal/recipe.h"
#include "core/steal/transform.h"
#include "core/watermark/embed.h"
#include "core/watermark/likeness.h"
#include "core/watermark/losses.h"
#include "core/watermark/marks.h"
#include "core/watermark/secret.h"
#include "core/watermark/verify.h"

#endif
