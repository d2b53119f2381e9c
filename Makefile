# SPDX-License-Identifier: GPL-3.0-or-later
#
#   make            build/lineup and build/lineup-engine
#   make deps       install what is missing (Debian packages)
#   make demo       the main job on the embedded demo case
#   make check      the tests, under sanitizers
#   make check-long  what takes minutes each, in all some two hours: random keys, real MNIST and CIFAR-10, the demo from ten
#                   seeds, evidence under attack, membership, DeepJudge's own victims, damaged networks, kills, memory, faults
#   make bench-screen  how quick the workbench is: first frame, key to frame, idle
#   make bench-onednn  the kernels against oneDNN, layer by layer
#   make fuzz SECONDS=60   libFuzzer on every reader (clang-14, libclang-rt-14-dev)
#   make lint       clang's warnings, cppcheck, clang-tidy
#   make cov        coverage by all tests, a folder each, against floors
#   make valgrind   memcheck on core, samples, sessions
#   make layers     does every folder use only what design allows it?
#   make zoo-digits  a small zoo and its tables; zoo-mnist, zoo-cifar10: real data, an hour and more
#   make install PREFIX=/usr/local
#
# MODE=release|debug|asan chooses the object tree; V=1 shows the commands.

MAKEFLAGS += --no-builtin-rules
VERSION := 0.1.0
MODE ?= release
PREFIX ?= /usr/local
B := build/$(MODE)

CC ?= gcc
ifneq ($(filter fuzz clang,$(MODE)),)
CC := clang-14
endif
PKGS := gsl libcrypto libpng zlib liblzma libzip libcjson cairo ncursesw libseccomp hdf5
DARKNET := /usr/lib/darknet

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wformat=2 \
	-Wvla -Wnull-dereference -Wmissing-prototypes $(if $(WERROR),-Werror)
CPPFLAGS += -I. -D_GNU_SOURCE -DLU_VERSION='"$(VERSION)"' -isystem $(DARKNET)/include
CFLAGS_release := -O2 -g -fno-math-errno -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
	$(if $(filter x86_64,$(shell uname -m)),-fcf-protection) -fPIE
CFLAGS_debug := -O0 -g -fPIE
CFLAGS_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -fPIE
CFLAGS_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined -fPIE
CPPFLAGS += $(if $(filter asan fuzz,$(MODE)),-DLU_SANITIZED)
LDFLAGS_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code
LDFLAGS_debug := -pie
LDFLAGS_asan := -pie -fsanitize=address,undefined
CFLAGS_clang := -O1 -fPIE
LDFLAGS_clang := -pie
CFLAGS_cov := -O0 -g --coverage -fPIE
LDFLAGS_cov := -pie --coverage
LDFLAGS_fuzz := -pie -fsanitize=address,undefined
ALL_CFLAGS = -std=c11 $(WARN) $(CFLAGS_$(MODE)) $(CFLAGS)
ALL_LDFLAGS = $(LDFLAGS_$(MODE)) $(LDFLAGS)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

# --- sources: a folder is a library ---
SRC = $(wildcard $(1)/*.c $(1)/*/*.c)
CORE := $(call SRC,core)
SAMPLES := $(call SRC,samples)
ENGINE := $(wildcard nets/engine/*.c)
KERNELS := $(wildcard nets/engine/kernels/*.c)
NETS := $(call SRC,nets)
SESSIONS := $(call SRC,sessions)
VIZ := $(call SRC,viz)
TUI := $(filter-out tui/main.c,$(call SRC,tui))
UNIT := $(wildcard tests/unit/test_*.c)
SCREENS := $(wildcard tests/screens/test_*.c)

OBJ = $(patsubst %.c,$(B)/%.o,$(1))

# The kernels are compiled once for each instruction set and chosen at run time.
ifeq ($(shell uname -m),x86_64)
ISAS := base v3 v4
else
ISAS := base
endif
ISA_base :=
ISA_v3 := -march=x86-64-v3
ISA_v4 := -march=x86-64-v4 -mprefer-vector-width=512
# They use gcc's vector built-ins, in the modes built by clang too.
KERNEL_CC := $(if $(filter fuzz clang,$(MODE)),gcc,$(CC))
KERNEL_CFLAGS = $(if $(filter fuzz clang,$(MODE)),-std=c11 $(WARN) -O2 -fPIE,$(ALL_CFLAGS))
KERNEL_OBJS := $(foreach i,$(ISAS),$(patsubst %.c,$(B)/%_$(i).o,$(KERNELS)))

# The bundled networks become strings: samples/cfg/lenet5.cfg is lu_cfg_lenet5.
CFGS := $(wildcard samples/cfg/*.cfg)
CFG_SOURCE := build/generated/cfgs.c
$(CFG_SOURCE): $(CFGS) Makefile
	$(Q)mkdir -p $(@D)
	$(Q)for f in $(CFGS); do n=$$(basename $$f .cfg); \
		printf 'extern const char lu_cfg_%s[];\nconst char lu_cfg_%s[] =\n' $$n $$n; \
		sed 's/["\\]/\\&/g; s/.*/    "&\\n"/' $$f; echo ';'; done > $@
$(B)/generated/cfgs.o: $(CFG_SOURCE) $(B)/.ready
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

# In the order they are linked: each uses those after it.
LIBS := $(foreach l,tui sessions viz nets samples core,$(B)/lib$(l).a)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all deps demo check check-long bench-screen fuzz fuzzers lint cov valgrind layers install clean
all: build/lineup build/lineup-engine

build/lineup: $(B)/lineup build/lineup-engine
	$(Q)ln -sfn $(MODE)/lineup $@
build/lineup-engine: $(B)/lineup-engine
	$(Q)ln -sfn $(MODE)/lineup-engine $@

# --- is everything there? ---
MISSING := $(shell for p in $(PKGS); do pkg-config --exists $$p 2>/dev/null || echo $$p; done; \
	test -e $(DARKNET)/libdarknet.so || echo darknet)
PKG_CFLAGS := $(if $(MISSING),,$(shell pkg-config --cflags $(PKGS)))
pkg_libs = $(if $(MISSING),,$(shell pkg-config --libs $(1)))

$(B)/.ready: Makefile
	$(if $(MISSING),$(error missing: $(MISSING). Run 'make deps' (installs Debian packages)))
	$(Q)mkdir -p $(B)
	$(Q)touch $@

$(B)/%.o: %.c $(B)/.ready
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(PKG_CFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

define KERNEL_RULE
$(B)/nets/engine/kernels/%_$(1).o: nets/engine/kernels/%.c $(B)/.ready
	$$(call say,CC,"$$< ($(1))")
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(KERNEL_CC) $$(CPPFLAGS) $$(KERNEL_CFLAGS) -O3 $(ISA_$(1)) -ffp-contract=fast -DLU_ISA=$(1) -MMD -MP -c $$< -o $$@
endef
$(foreach i,$(ISAS),$(eval $(call KERNEL_RULE,$(i))))

$(B)/libcore.a: $(call OBJ,$(CORE))
$(B)/libsamples.a: $(call OBJ,$(SAMPLES)) $(B)/generated/cfgs.o
$(B)/libnets.a: $(call OBJ,$(NETS)) $(KERNEL_OBJS)
$(B)/libviz.a: $(call OBJ,$(VIZ))
$(B)/libsessions.a: $(call OBJ,$(SESSIONS))
$(B)/libtui.a: $(call OBJ,$(TUI))
%.a:
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Darknet names 4 OpenCV libraries it never calls here, and libhdf5 curl; empty ones in their place save 280 loads a
# start. (curl's version is asked for when it is loaded.)
STUBS := $(if $(MISSING),,libcurl.so.4 $(shell readelf -d $(DARKNET)/libdarknet.so 2>/dev/null | \
	sed -n 's/.*NEEDED.*\[\(libopencv_[^]]*\)\].*/\1/p'))
STUB_FILES := $(addprefix build/stubs/,$(STUBS))
build/stubs/versions:
	$(Q)mkdir -p build/stubs
	$(Q)echo 'CURL_OPENSSL_4 {};' > $@
$(STUB_FILES): build/stubs/%: build/stubs/versions
	$(Q)echo | $(CC) -shared -fPIC -x c - -Wl,-soname,$* -Wl,--version-script,build/stubs/versions -o $@

LIB_LIBS := $(call pkg_libs,gsl libcrypto libpng zlib liblzma libzip)
PROGRAM_LIBS := $(call pkg_libs,libcjson cairo ncursesw) $(LIB_LIBS) -lm
DARKNET_LIBS := -L$(DARKNET) -ldarknet -Wl,-rpath,'$$ORIGIN/../stubs' -Wl,-rpath,$(DARKNET) \
	-Wl,--disable-new-dtags -Wl,--allow-shlib-undefined $(call pkg_libs,libseccomp hdf5 libcjson)
# nets/engine/main.c holds lineup-engine's main; only that program pulls it from the archive.
$(B)/lineup-engine: $(B)/nets/engine/main.o $(B)/libnets.a $(B)/libsamples.a $(B)/libcore.a $(STUB_FILES)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o %.a,$^) $(DARKNET_LIBS) $(LIB_LIBS) -lm

$(B)/lineup: $(B)/tui/main.o $(LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

# --- tests ---
UNIT_BINS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(UNIT))
$(B)/tests/test_%: $(B)/tests/unit/test_%.o $(LIBS) $(STUB_FILES)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS) \
		$(subst /../stubs,/../../stubs,$(DARKNET_LIBS)) $(PROGRAM_LIBS) -lcmocka

# Fuzz targets: linked with libFuzzer each (MODE=fuzz), and all into test_corpus, which replays what was found.
FUZZ := $(filter-out tests/fuzz/entry.c,$(wildcard tests/fuzz/*.c))
FUZZ_NAMES := $(shell tests/fuzz/run names 2>/dev/null)
FUZZ_BINS := $(FUZZ_NAMES:%=$(B)/fuzz/%)
$(B)/tests/test_corpus: $(call OBJ,$(FUZZ))
$(B)/fuzz/entry_%.o: tests/fuzz/entry.c $(B)/.ready
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -DLU_FUZZ_TARGET=lu_fuzz_$* -MMD -MP -c $< -o $@
$(FUZZ_BINS): $(B)/fuzz/%: $(B)/fuzz/entry_%.o $(call OBJ,$(FUZZ)) $(LIBS) $(STUB_FILES)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< $(call OBJ,$(FUZZ)) $(LIBS) \
		$(subst /../stubs,/../../stubs,$(DARKNET_LIBS)) $(PROGRAM_LIBS)

# Screens: programs in a terminal of their own (tests/screens/vt.h), the workbench itself and two small ones.
SCREEN_BINS := $(patsubst tests/screens/%.c,$(B)/screens/%,$(SCREENS) tests/screens/term_demo.c tests/screens/loop_demo.c)
VT := $(call OBJ,tests/screens/vt.c tests/screens/vt_screen.c tests/screens/bench.c)
$(B)/screens/test_%: $(B)/tests/screens/test_%.o $(VT) $(LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PROGRAM_LIBS) -lvterm -lcmocka
$(B)/screens/%_demo: $(B)/tests/screens/%_demo.o $(LIBS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PROGRAM_LIBS)

# What tests/cases needs beside the programs: acts against the sandbox, an engine that dies, and faults to preload.
$(B)/tests/faults.so: tests/faults/faults.c $(B)/.ready
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -O1 -g -shared -fPIC -o $@ $< -ldl

.PHONY: units programs fault-tests
fault-tests: $(B)/tests/test_sandbox $(B)/tests/test_fickle $(B)/tests/faults.so
units: $(UNIT_BINS) $(SCREEN_BINS)
programs: $(B)/lineup $(B)/lineup-engine

deps:
	$(Q)sh .ci/deps

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)build/lineup demo --headless

check: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(MAKE) --no-print-directory MODE=asan units programs
	$(Q)$(MAKE) --no-print-directory fault-tests
	$(Q)$(MAKE) --no-print-directory layers
	$(Q)tests/run

check-long: all fault-tests
	$(Q)$(MAKE) --no-print-directory MODE=asan units programs
	$(Q)LINEUP_MONKEY_SECONDS=300 LINEUP_MONKEY_SEED=$$(date +%s) tests/run test_monkey
	$(Q)LINEUP_LONG=1 tests/run faults hostile
	$(Q)tests/long/mnist.sh
	$(Q)tests/long/demo-seeds.sh
	$(Q)tests/long/watermark.sh
	$(Q)tests/long/resist.sh
	$(Q)tests/long/membership.sh
	$(Q)tests/long/membership-tables.sh
	$(Q)tests/long/keras.sh
	$(Q)tests/long/mutants.sh 300
	$(Q)tests/long/kills.sh
	$(Q)tests/long/memory.sh

bench-screen: all build/release/screens/test_speed
	$(Q)CMOCKA_MESSAGE_OUTPUT=TAP build/release/screens/test_speed

# Against oneDNN, layer by layer; needs libdnnl-dev, which lineup itself does not.
.PHONY: bench-onednn
bench-onednn: $(B)/bench/onednn
	$(Q)OMP_NUM_THREADS=1 $<
$(B)/bench/onednn: $(B)/tests/bench/onednn.o $(LIBS) $(STUB_FILES)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIBS) $(subst /../stubs,/../../stubs,$(DARKNET_LIBS)) $(PROGRAM_LIBS) -ldnnl

# Each target for so many seconds; ONLY=cfg for one. What is found lies in build/fuzz/findings.
SECONDS ?= 60
fuzz:
	$(Q)$(MAKE) --no-print-directory MODE=fuzz fuzzers
	$(Q)tests/fuzz/run $(SECONDS) $(ONLY)
fuzzers: $(FUZZ_BINS)

# The same tree through clang's warnings and two analyzers; any finding fails. (What is uninitialized, clang-tidy
# sees better than cppcheck. It gets one file at a time: version 14 mistakes va_start in all files but the first.)
ANALYSED := $(CORE) $(SAMPLES) $(filter-out $(KERNELS),$(call SRC,nets)) $(SESSIONS) $(VIZ) $(TUI) tui/main.c
lint:
	$(Q)$(MAKE) --no-print-directory MODE=clang WERROR=1 programs
	$(Q)cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,portability --std=c11 -j2 -I. -D_GNU_SOURCE \
		--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=uninitvar --suppress=uninitStructMember --suppress=legacyUninitvar --suppress=internalAstError --suppress=ctuuninitvar \
		-DLU_VERSION='"$(VERSION)"' $(ANALYSED)
	$(Q)printf '%s\n' $(ANALYSED) | xargs -P 2 -n 1 sh -c 'clang-tidy-14 --quiet "$$@" -- -std=c11 $(CPPFLAGS_LINT) 2>/dev/null' x
CPPFLAGS_LINT = -I. -D_GNU_SOURCE -DLU_VERSION=\"$(VERSION)\" -isystem $(DARKNET)/include $(PKG_CFLAGS)

# Line coverage of the unit, screen and case tests under gcc, against the floors in tests/coverage.
cov:
	$(Q)$(MAKE) --no-print-directory MODE=cov units programs fault-tests
	$(Q)tests/coverage

valgrind:
	$(Q)$(MAKE) --no-print-directory MODE=debug units programs
	$(Q)tests/memcheck

# Zoos on real data, below ZOO_DATA: long, resumable. samples/zoo/NAME.json, results in build/zoo/NAME.
ZOO_DATA ?= ../shared/data
ZOOS := $(patsubst samples/zoo/%.json,zoo-%,$(wildcard samples/zoo/*.json))
.PHONY: $(ZOOS)
$(ZOOS): zoo-%: all
	$(Q)mkdir -p build/zoo
	build/lineup lab zoo samples/zoo/$*.json --samples $(ZOO_DATA) --to build/zoo/$*
	build/lineup lab table samples/zoo/$*.json --samples $(ZOO_DATA) --to build/zoo/$*

layers: all
	$(Q)tests/layers build/release

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/lineup/stubs $(DESTDIR)$(PREFIX)/lib/lineup/bin \
		$(foreach s,1 5 7,$(DESTDIR)$(PREFIX)/share/man/man$(s))
	install -m 755 $(B)/lineup $(B)/lineup-engine $(DESTDIR)$(PREFIX)/lib/lineup/bin/
	install -m 755 $(STUB_FILES) $(DESTDIR)$(PREFIX)/lib/lineup/stubs/
	ln -sfn ../lib/lineup/bin/lineup $(DESTDIR)$(PREFIX)/bin/lineup
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	install -m 644 man/*.7 $(DESTDIR)$(PREFIX)/share/man/man7/
	install -d $(DESTDIR)$(PREFIX)/share/lineup/cfg
	install -m 644 samples/cfg/*.cfg $(DESTDIR)$(PREFIX)/share/lineup/cfg/
	install -d $(DESTDIR)$(PREFIX)/share/lineup/zoo
	install -m 644 samples/zoo/*.json $(DESTDIR)$(PREFIX)/share/lineup/zoo/

clean:
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
