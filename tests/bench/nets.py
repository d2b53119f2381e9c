# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundled networks in PyTorch, made from their .cfg files, with random weights."""
import math
import torch
from torch import nn


def sections(path):
    """[(name, {key: value})] of a .cfg file."""
    out = []
    for line in open(path):
        line = line.split("#")[0].strip()
        if line.startswith("["):
            out.append((line[1:-1], {}))
        elif line:
            key, value = line.split("=", 1)
            out[-1][1][key.strip()] = value.strip()
    return out


class Shortcut(nn.Module):
    def __init__(self, source):
        super().__init__()
        self.source = source


class Route(nn.Module):
    def __init__(self, source):
        super().__init__()
        self.source = source


class Network(nn.Module):
    """Runs section by section; `upto` stops after that section, so neuron tests need no more."""

    def __init__(self, path):
        super().__init__()
        parts = sections(path)
        net = parts[0][1]
        self.shape = (int(net["channels"]), int(net["height"]), int(net["width"]))
        self.steps = nn.ModuleList()
        self.kept = set()
        shapes, shape = [], self.shape
        for i, (name, o) in enumerate(parts[1:]):
            step, shape = self.make(i, name, o, shape, shapes)
            shapes.append(shape)
            self.steps.append(step)
            if isinstance(step, (Shortcut, Route)):
                self.kept.add(step.source)
        self.logits = max(i for i, (n, _) in enumerate(parts[1:]) if n == "connected")

    def make(self, i, name, o, shape, shapes):
        c, h, w = shape
        relu = [nn.ReLU()] if o.get("activation") == "relu" else []
        if name == "convolutional":
            size, stride, f = int(o["size"]), int(o["stride"]), int(o["filters"])
            pad = size // 2 if o.get("pad") == "1" else int(o.get("padding", 0))
            norm = [nn.BatchNorm2d(f)] if o.get("batch_normalize") == "1" else []
            conv = nn.Conv2d(c, f, size, stride, pad, bias=not norm)
            nn.init.normal_(conv.weight, 0, math.sqrt(2 / (c * size * size)))
            shape = (f, (h + 2 * pad - size) // stride + 1, (w + 2 * pad - size) // stride + 1)
            return nn.Sequential(conv, *norm, *relu), shape
        if name == "maxpool":
            return nn.MaxPool2d(int(o["size"]), int(o["stride"])), (c, h // 2, w // 2)
        if name == "avgpool":
            return nn.AdaptiveAvgPool2d(1), (c, 1, 1)
        if name == "connected":
            out = int(o["output"])
            return nn.Sequential(nn.Flatten(), nn.Linear(c * h * w, out), *relu), (out, 1, 1)
        if name == "shortcut":
            step = Shortcut(i + int(o["from"]))
            step.relu = bool(relu)
            return step, shape
        if name == "route":
            source = i + int(o["layers"])
            return Route(source), shapes[source]
        if name in ("dropout", "softmax"):
            return nn.Identity(), shape
        raise ValueError(name)

    def forward(self, x, upto=None):
        kept = {}
        last = self.logits if upto is None else upto
        for i, step in enumerate(self.steps):
            if isinstance(step, Shortcut):
                x = x + kept[step.source]
                x = torch.relu(x) if step.relu else x
            elif isinstance(step, Route):
                x = kept[step.source]
            else:
                x = step(x)
            if i in self.kept:
                kept[i] = x
            if i == last:
                break
        return x


def load(path):
    torch.manual_seed(1)
    net = Network(path).eval()
    for p in net.parameters():
        p.requires_grad_(False)
    return net


def folded(net):
    """Batch-norm folded into the convolutions, as torch itself does it."""
    from torch.nn.utils.fusion import fuse_conv_bn_eval
    for i, step in enumerate(net.steps):
        if isinstance(step, nn.Sequential) and len(step) > 1 and isinstance(step[1], nn.BatchNorm2d):
            net.steps[i] = nn.Sequential(fuse_conv_bn_eval(step[0], step[1]), *list(step)[2:])
    return net
