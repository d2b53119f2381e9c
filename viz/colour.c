/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Colours computed: the xterm palette, dither. */
#include "viz/theme.h"

static const uint8_t cube_level[6] = {0, 95, 135, 175, 215, 255};

static uint32_t rgb_of(int red, int green, int blue)
{
    return (uint32_t)red << 16 | (uint32_t)green << 8 | (uint32_t)blue;
}

static int channel(uint32_t rgb, int shift)
{
    return (int)(rgb >> shift & 0xff);
}

uint32_t lu_xterm_rgb(int index)
{
    static const uint32_t first[16] = {0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa,
                                       0x00aaaa, 0xaaaaaa, 0x555555, 0xff5555, 0x55ff55, 0xffff55,
                                       0x5555ff, 0xff55ff, 0x55ffff, 0xffffff};
    int cube = index - 16;

    if (index < 0 || index > 255) {
        return 0;
    }
    if (index < 16) {
        return first[index];
    }
    if (index >= 232) {
        return 0x010101U * (uint32_t)(8 + 10 * (index - 232));
    }
    return rgb_of(cube_level[cube / 36], cube_level[cube / 6 % 6], cube_level[cube % 6]);
}

static int distance(uint32_t a, uint32_t b)
{
    int sum = 0;

    for (int shift = 0; shift < 24; shift += 8) {
        int d = channel(a, shift) - channel(b, shift);

        sum += d * d;
    }
    return sum;
}

static int nearest_level(int value)
{
    int best = 0;

    for (int i = 1; i < 6; i++) {
        int d = value - cube_level[i];
        int before = value - cube_level[best];

        if (d * d < before * before) {
            best = i;
        }
    }
    return best;
}

int lu_rgb_xterm(uint32_t rgb)
{
    int red = channel(rgb, 16);
    int green = channel(rgb, 8);
    int blue = channel(rgb, 0);
    int cube = 16 + 36 * nearest_level(red) + 6 * nearest_level(green) + nearest_level(blue);
    int step = ((red + green + blue) / 3 - 8 + 5) / 10;
    int grey = 232 + (step < 0 ? 0 : step > 23 ? 23 : step);

    return distance(rgb, lu_xterm_rgb(grey)) < distance(rgb, lu_xterm_rgb(cube)) ? grey : cube;
}

int lu_rgb_ansi(uint32_t rgb, int x, int y)
{
    static const uint8_t bayer[4][4] = {
        {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    int limit = bayer[y & 3][x & 3] * 16 + 8;

    return (channel(rgb, 16) > limit) | (channel(rgb, 8) > limit) << 1 |
           (channel(rgb, 0) > limit) << 2;
}

int lu_rgb_grey(uint32_t rgb)
{
    return (299 * channel(rgb, 16) + 587 * channel(rgb, 8) + 114 * channel(rgb, 0) + 500) / 1000;
}
