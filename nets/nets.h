/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks, as other folders use them: through engines in processes of their own. And JSON,
   strictly read: models come with it, and cases. */
#ifndef LU_NETS_H
#define LU_NETS_H

#include "nets/client/bench.h"
#include "nets/client/client.h"
#include "nets/client/mark.h"
#include "nets/client/pool.h"
#include "nets/format/json.h"

#endif
