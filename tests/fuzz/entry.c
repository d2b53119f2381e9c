/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer's way in; LU_FUZZ_TARGET is the target's function. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return LU_FUZZ_TARGET(data, size);
}
