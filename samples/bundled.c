/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samples/bundled.h"

extern const char lu_cfg_lenet5[], lu_cfg_resnet20[], lu_cfg_vgg16[], lu_cfg_vgg16_224[];

const lu_bundled lu_bundled_nets[] = {
    {"lenet5", lu_cfg_lenet5, "LeNet-5, 28 x 28 grey"},
    {"resnet20", lu_cfg_resnet20, "ResNet-20, 32 x 32 colour"},
    {"vgg16", lu_cfg_vgg16, "VGG-16, 32 x 32 colour"},
    {"vgg16-224", lu_cfg_vgg16_224, "VGG-16, 224 x 224 colour"},
};
const size_t lu_bundled_count = sizeof lu_bundled_nets / sizeof *lu_bundled_nets;
