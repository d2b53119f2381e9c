/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tui/cli/cli.h"

const lu_option lu_options[LU_OPTIONS] = {
#define LU_OPTION(id, name, argument, kind, low, high, help)                                       \
    [LU_OPTION_##id] = {name, argument, LU_TAKES_##kind, low, high, help},
#include "tui/cli/options.def"
#undef LU_OPTION
};

#define O(id) ((lu_option_set)1 << LU_OPTION_##id)
#define O_NONE ((lu_option_set)0)
#define O_EVERY (O(JSON) | O(QUIET) | O(NO_COLOR) | O(ASCII) | O(NO_SANDBOX) | O(HELP))
#define O_TRAINING                                                                                 \
    (O(TEST) | O(EPOCHS) | O(BATCH) | O(RATE) | O(OPTIMISER) | O(MOMENTUM) | O(DECAY) | O(DROP) |  \
     O(SHIFT) | O(ROTATE) | O(FLIP) | O(SEED) | O(RECIPE_SET))
#define O_COPYING (O(CFG) | O(PARENT) | O(OUT))
#define O_CHANGING (O_COPYING | O(TEST) | O(SEED) | O(RECIPE_SET))

#define O_SCREEN (O(READONLY) | O(PLAIN) | O(SCRIPT) | O(THEME) | O(GLYPHS) | O(NO_MOUSE))

#define SPEC_HELP                                                                                  \
    "SPEC is mnist:DIR, cifar10:DIR, cifar10:FILE, idx:IMAGES,LABELS, png:DIR, npz:FILE, "         \
    "wav:DIR, wav:FILE.tar.xz or synth:digits[:N] (10000 without N); SPEC[A:B] takes samples A "   \
    "to B-1."

const lu_command lu_commands[] = {
#define LU_COMMAND(id, name, arguments, least, most, options, required, help, more)                \
    {name, arguments, least, most, (options) | O_EVERY, required, help, more, lu_command_##id},
#include "tui/cli/commands.def"
#undef LU_COMMAND
};

const size_t lu_command_count = sizeof lu_commands / sizeof lu_commands[0];
