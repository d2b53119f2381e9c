#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tones/LABEL_SPEAKER_TAKE.wav: three pitches, two speakers, fourteen takes, some noise; and tones.tar.xz of them."""
import math, os, random, struct, tarfile, wave

random.seed(7)
os.makedirs("tones")
for label, hertz in enumerate((350, 700, 1400)):
    for speaker, shift in (("ann", 1.0), ("bob", 1.12)):
        for take in range(14):
            n = random.randrange(2500, 4500)
            f = hertz * shift * random.uniform(0.94, 1.06)
            tone = [9000 * math.sin(2 * math.pi * f * i / 8000) * math.sin(math.pi * i / n) for i in range(n)]
            with wave.open(f"tones/{label}_{speaker}_{take}.wav", "wb") as w:
                w.setparams((1, 2, 8000, n, "NONE", ""))
                w.writeframes(struct.pack(f"<{n}h", *(int(t + random.gauss(0, 700)) for t in tone)))
with tarfile.open("tones.tar.xz", "w:xz") as t:
    t.add("tones")
