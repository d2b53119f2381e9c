/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nets/format, cfg: what is let through, what is refused and how the refusal reads. */
#include "tests/unit/format_help.h"

#define NET "[net]\nheight=28\nwidth=28\nchannels=1\n"
#define SEQUENCE "[net]\ninputs=5\ntime_steps=7\n"
#define CONV "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=relu\n"
#define END "[connected]\noutput=10\nactivation=linear\n[softmax]\n"

/* --- good networks --- */

static void test_lenet5(void **state)
{
    lu_net net = load("samples/cfg/lenet5.cfg");

    (void)state;
    assert_int_equal(net.parameters, 107786);
    assert_int_equal(net.n, 8);
    assert_int_equal(net.logits, 6);
    assert_int_equal(net.classes, 10);
    assert_int_equal(net.head, LU_HEAD_SOFTMAX);
    assert_shape(net.section[0].out, 28, 28, 6);
    assert_shape(net.section[1].out, 14, 14, 6);
    assert_shape(net.section[3].out, 7, 7, 16);
    assert_shape(net.section[4].in, 7, 7, 16);
    assert_shape(net.section[4].out, 1, 1, 120);
    /* 2 x (784 x 6 x 25 + 196 x 16 x 150 + 784 x 120 + 120 x 84 + 84 x 10) */
    assert_int_equal(net.flops, 1386000);
    assert_sound(&net);
    assert_round_trip(&net);
    lu_net_fini(&net);
}

static void test_resnet20(void **state)
{
    lu_net net = load("samples/cfg/resnet20.cfg");

    (void)state;
    /* Keras' 274,442 less the biases that stand before a batch-norm: 7x16 + 6x32 + 6x64 */
    assert_int_equal(net.parameters, 274442 - 688);
    assert_int_equal(net.n, 35);
    assert_int_equal(net.logits, 33);
    assert_shape(net.section[9].out, 32, 32, 16);
    assert_shape(net.section[12].out, 32, 32, 16);
    assert_shape(net.section[13].out, 16, 16, 32);
    assert_int_equal(net.section[14].source[0], 11);
    assert_shape(net.section[31].out, 8, 8, 64);
    assert_shape(net.section[32].out, 1, 1, 64);
    assert_sound(&net);
    assert_round_trip(&net);
    lu_net_fini(&net);
}

static const struct {
    const char *text;
    size_t logits, classes;
    lu_head head;
} accepted[] = {
    {NET CONV END, 1, 10, LU_HEAD_SOFTMAX},
    {"\r\n# c\r\n; c\r\n[network]\r\n h e i g h t = 2 8\r\nwidth=28\r\nchannels=1\r\n" CONV END, 1,
     10, LU_HEAD_SOFTMAX},
    {"[net]\ninputs=784\n[conn]\noutput=2", 0, 2, LU_HEAD_SOFTMAX},
    {NET "inputs=784\nhue=.1\nangle=-7\neps=1e-7\n" CONV END, 1, 10, LU_HEAD_SOFTMAX},
    {NET "policy=steps\nsteps=-1,100\nscales=.1,10\n" CONV END, 1, 10, LU_HEAD_SOFTMAX},
    {NET "[connected]\noutput=3\n[dropout]\n[logistic]\n[cost]\ntype=sse", 0, 3, LU_HEAD_LOGISTIC},
    {NET "[max]\nsize=2\nstride=2\n[activation]\nactivation=tanh\n[conv]\nfilters=5\n[avg]\n[soft]",
     3, 5, LU_HEAD_SOFTMAX},
    {NET "[convolutional]\nfilters=7\nsize=28\nactivation=linear\n[cost]", 0, 7, LU_HEAD_SOFTMAX},
};

static void test_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNTED(accepted); i++) {
        lu_net net = parsed(accepted[i].text);
        assert_int_equal(net.logits, accepted[i].logits);
        assert_int_equal(net.classes, accepted[i].classes);
        assert_int_equal(net.head, accepted[i].head);
        assert_sound(&net);
        assert_round_trip(&net);
        lu_net_fini(&net);
    }
}

static void test_defaults(void **state)
{
    lu_net net = parsed(NET "[convolutional]\n[maxpool]\nstride=2\n[maxpool]\nsize=3\n" END);

    (void)state;
    assert_int_equal(net.batch, 1);
    assert_int_equal(net.section[0].activation, LU_ACT_LOGISTIC);
    assert_shape(net.section[0].out, 28, 28, 1);
    assert_int_equal(net.section[1].size, 2);
    assert_int_equal(net.section[1].pad, 1);
    assert_shape(net.section[1].out, 14, 14, 1);
    assert_int_equal(net.section[2].stride, 1);
    assert_int_equal(net.section[2].pad, 2);
    assert_shape(net.section[2].out, 14, 14, 1);
    lu_net_fini(&net);
}

/* Debian's examples: what is let through, and why not the others; "" = accepted */
static const struct {
    const char *name, *says;
} debian[] = {
    {"alexnet", ""},
    {"cifar", ""},
    {"darknet", ""},
    {"darknet19", ""},
    {"darknet53_448", ""},
    {"extraction", ""},
    {"resnet50", ""},
    {"resnet152", ""},
    {"resnext50", ""},
    {"tiny", ""},
    {"cifar.test", "[softmax]: temperature=3"},
    {"densenet201", "305 sections, the limit is 256"},
    {"extraction22k", ""},
    {"darknet9000", "[softmax]: tree="},
    {"vgg-16", "line 17 [crop]: not supported"},
    {"vgg-conv", "[maxpool]: no class scores: the output is 7 x 7 x 512"},
    {"gru", "[gru]: not supported, of recurrent sections only"},
    {"rnn", "[rnn]: not supported, of recurrent sections only"},
    {"go", "[reorg]"},
    {"yolov1", "[local]"},
    {"yolov3", "[yolo]"},
    {"yolo9000", "given twice"},
};

static void test_debian(void **state)
{
    char path[128];
    size_t found = 0;

    (void)state;
    for (size_t i = 0; i < COUNTED(debian); i++) {
        lu_buf text;
        lu_net net;
        snprintf(path, sizeof path, "/usr/share/darknet/cfg/%s.cfg", debian[i].name);
        if (!read_file(path, &text)) {
            continue;
        }
        found++;
        if (debian[i].says[0] != '\0') {
            assert_says(parse(text.data, text.len, &net), debian[i].says);
        } else {
            assert_int_equal(parse(text.data, text.len, &net), LU_OK);
            assert_sound(&net);
            assert_round_trip(&net);
        }
        lu_net_fini(&net);
        lu_buf_fini(&text);
    }
    if (found == 0) {
        skip();
    }
}

/* --- refusals --- */

static const struct {
    const char *text, *says;
} refused[] = {
    /* text */
    {"", "there is no [net]"},
    {"# nothing\n", "there is no [net]"},
    {"height=28\n" NET END, "line 1: 'height=28' stands before"},
    {CONV NET END, "line 1 [convolutional]: the first section must be [net]"},
    {NET CONV "[net]\n" END, "line 10 [net]: a second [net], the first is in line 1"},
    {NET, "line 1 [net]: no section follows"},
    {NET "[convolutional\n" END, "line 5 [net]: '[convolutional' is not a section header"},
    {NET "[]\n" END, "line 5 [net]: '[]' is not"},
    {NET "[convolutional]\nfilters\n" END, "line 6 [convolutional]: 'filters' is not key=value"},
    {NET "[convolutional]\nfilters=\n" END, "line 6 [convolutional]: 'filters=' is not"},
    {NET "[convolutional]\n=4\n" END, "line 6 [convolutional]: '=4' is not"},
    {NET "batch=1\nbatch=2\n" END, "line 6 [net]: batch is given twice, first in line 5"},
    {NET "[convolutional]\nfilt\x1b[1mers=4\n" END,
     "line 6 [convolutional]: byte 0x1b in column 5"},
    {NET "# caf\xc3\xa9\n" END, "line 5 [net]: byte 0xc3"},
    {NET "batch=1\rbatch=2\n" END, "line 5 [net]: byte 0x0d"},
    /* numbers */
    {NET "[convolutional]\nfilters=4x\n" END,
     "line 6 [convolutional]: filters=4x is not an integer"},
    {NET "[convolutional]\nfilters=0x10\n" END, "filters=0x10 is not an integer"},
    {NET "[convolutional]\nfilters=4 # four\n" END, "filters=4#four is not an integer"},
    {NET "[convolutional]\nfilters=99999999999999999999\n" END, "is not an integer"},
    {NET "decay=nan\n" END, "line 5 [net]: decay=nan is not a decimal number"},
    {NET "decay=0,5\n" END, "is not a decimal number"},
    {NET "decay=.\n" END, "is not a decimal number"},
    {NET "decay=1e\n" END, "is not a decimal number"},
    {NET "decay=1e400\n" END, "decay=1e400 is not in 0..1000"},
    /* [net] */
    {"[net]\nheight=28\nwidth=28\n" END, "line 1 [net]: height, width and channels are needed"},
    {"[net]\n" END, "height, width and channels are needed"},
    {"[net]\ninputs=784\n" CONV END, "[convolutional]: with inputs alone"},
    {NET "inputs=785\n" END, "inputs=785 is not height x width x channels = 784"},
    {"[net]\nheight=-28\nwidth=-28\nchannels=1\n" END,
     "line 2 [net]: height=-28 is not in 1..4096"},
    {"[net]\nheight=100000\nwidth=9\nchannels=1\n" END, "height=100000 is not in 1..4096"},
    {NET "batch=0\n" END, "line 5 [net]: batch=0 is not in 1..65536"},
    {NET "batch=-1\n" END, "batch=-1 is not in"},
    {NET "subdivisions=0\n" END, "subdivisions=0 is not in"},
    {NET "subdivisions=2\n" END, "subdivisions=2 is more than batch=1"},
    {NET "time_steps=0\n" END, "time_steps=0 is not in 1..65536"},
    {NET "time_steps=9\n" END, "line 1 [net]: time_steps=9 goes with inputs alone"},
    {NET "policy=steps\n" END, "policy=steps needs steps and scales"},
    {NET "policy=steps\nsteps=1,2\nscales=1\n" END, "2 steps but 1 scales"},
    {NET "policy=magic\n" END, "policy=magic is not one of constant step"},
    {NET "colour=1\n" END, "line 5 [net]: unknown key colour"},
    /* sections */
    {NET "[nosuch]\n" END, "line 5 [nosuch]: unknown section"},
    {NET "[lstm]\noutput=9\n" END, "line 5 [lstm]: this needs inputs and time_steps in [net]"},
    {SEQUENCE END, "line 4 [connected]: with time_steps=7 the first section must be [lstm]"},
    {SEQUENCE "[lstm]\noutput=9\nbatch_normalize=1\n" END,
     "line 6 [lstm]: batch_normalize=1 is not supported, only 0"},
    {SEQUENCE "[lstm]\noutput=9\n" END "[lstm]\noutput=9\n",
     "[lstm]: this must be the first section or follow another"},
    {SEQUENCE "[lstm]\noutput=9\n[lstm]\noutput=9\n[route]\nlayers=0\n" END,
     "[route]: layers=0: section 0 gives no image"},
    {SEQUENCE "[lstm]\noutput=9\n[avgpool]\n" END, "line 6 [avgpool]: the units of an [lstm] are"},
    {SEQUENCE "[lstm]\noutput=9\n[dropout]\n[maxpool]\n" END, "[maxpool]: the units of an [lstm]"},
    {SEQUENCE "[lstm]\noutput=9\n" CONV END, "[convolutional]: the units of an [lstm]"},
    {SEQUENCE "[lstm]\noutput=9\n[shortcut]\nfrom=-1\n" END, "[shortcut]: the units of an"},
    {SEQUENCE "[lstm]\noutput=9\n[connected]\noutput=9\n[shortcut]\nfrom=0\n" END,
     "[shortcut]: from=0: section 0 gives no image"},
    {SEQUENCE "[lstm]\noutput=9\n[activation]\n[route]\nlayers=-1\n" END,
     "[route]: layers=-1: section 1 gives no image"},
    {SEQUENCE "[lstm]\noutput=9000\n" END, "[lstm]: 324252000 parameters, the limit is"},
    {"[net]\ninputs=1\ntime_steps=65536\n[lstm]\noutput=4000\n" END,
     "[lstm]: 2883649536 floats of activations, the limit is"},
    {NET "[gru]\noutput=9\n" END, "line 5 [gru]: not supported, of recurrent sections only"},
    {NET "[deconvolutional]\n" END,
     "[deconvolutional]: deconvolutional sections are not supported"},
    {NET CONV "[batchnorm]\n" END, "[batchnorm]: not supported"},
    {NET "[dropout]\n" END, "line 5 [dropout]: this cannot be the first section"},
    {NET "[route]\nlayers=-1\n" END, "[route]: this cannot be the first section"},
    {NET "[shortcut]\nfrom=-1\n" END, "[shortcut]: this cannot be the first section"},
    {NET "[softmax]\n", "[softmax]: this cannot be the first section"},
    {NET CONV "[softmax]\n" END, "[connected]: only [cost] may follow the [softmax] of line 10"},
    {NET CONV END "[cost]\n[cost]\n", "[cost]: nothing may follow the [cost] of line 14"},
    /* convolutional, connected */
    {NET "[convolutional]\nfilters=-5\n" END, "filters=-5 is not in 1..1000000"},
    {NET "[convolutional]\nfilters=0\n" END, "filters=0 is not in"},
    {NET "[convolutional]\nfilters=100000000\n" END, "filters=100000000 is not in"},
    {NET "[convolutional]\nfilters=1000000\n" END,
     "[convolutional]: 784000784 floats of activations, the limit is 268435456"},
    {NET "[convolutional]\nstride=0\n" END, "line 6 [convolutional]: stride=0 is not in 1..4096"},
    {NET "[convolutional]\nsize=-3\n" END, "size=-3 is not in"},
    {NET "[convolutional]\nsize=99\n" END,
     "line 5 [convolutional]: a window of 99 does not fit 28 x 28 with padding 0"},
    {NET "[convolutional]\ngroups=0\n" END, "groups=0 is not in"},
    {NET "[convolutional]\nfilters=4\ngroups=2\n" END,
     "groups=2 does not divide 1 channels and 4 filters"},
    {NET CONV "[convolutional]\nfilters=6\ngroups=4\n" END, "groups=4 does not divide 4 channels"},
    {NET "[convolutional]\nactivation=swish\n" END, "activation=swish is not one of linear relu"},
    {NET "[convolutional]\nfitlers=4\n" END, "line 6 [convolutional]: unknown key fitlers"},
    {NET "[convolutional]\nbinary=1\n" END, "binary=1 is not supported, only 0"},
    {NET "[convolutional]\nxnor=1\n" END, "xnor=1 is not supported"},
    {NET "[convolutional]\nflipped=1\n" END, "flipped=1 is not supported"},
    {NET "[convolutional]\ndontload=1\n" END, "dontload=1 is not supported, only 0"},
    {NET "[convolutional]\nnumload=3\n" END, "numload=3 is not supported"},
    {NET "[convolutional]\ndontloadscales=1\n" END, "dontloadscales=1 is not supported"},
    {NET "[convolutional]\nstopbackward=1\n" END, "stopbackward=1 is not supported"},
    {NET "[connected]\noutput=6000000\n", "output=6000000 is not in 1..1000000"},
    {NET "[connected]\noutput=1000000\n",
     "[connected]: 785000000 parameters, the limit is 167772160"},
    {"[net]\nheight=4096\nwidth=4096\nchannels=1024\n" CONV END,
     "floats of activations, the limit"},
    {"[net]\nheight=4096\nwidth=4096\nchannels=3\n[conv]\nsize=15\npad=1\n[avgpool]\n" END,
     "line 5 [convolutional]: 11324620800 floats of workspace, the limit is 268435456"},
    {"[net]\nheight=512\nwidth=512\nchannels=16\n[conv]\nfilters=999\nsize=5\npad=1\n[avgpool]"
     "\n" END,
     "209505484800 operations, the limit is 200000000000"},
    /* the others */
    {NET CONV "[maxpool]\nsize=2\nstride=0\n" END, "line 12 [maxpool]: stride=0 is not in"},
    {NET CONV "[maxpool]\nsize=2\npadding=3\n" END,
     "with padding=3 a window of 2 would hold no pixel"},
    {"[net]\nheight=4096\nwidth=4096\nchannels=1\n[maxpool]\nsize=4096\n[maxpool]\nstride="
     "4096\n" END,
     "line 5 [maxpool]: 281474976710656 operations, the limit is 200000000000"},
    {NET CONV "[softmax]\ngroups=0\n", "groups=0 is not supported, only 1"},
    {NET CONV "[softmax]\ntemperature=2\n", "temperature=2 is not supported"},
    {NET CONV "[softmax]\nspatial=1\n", "spatial=1 is not supported"},
    {NET CONV "[softmax]\ntree=/etc/passwd\n", "[softmax]: tree=/etc/passwd is not supported"},
    {NET CONV "[softmax]\nmap=/etc/passwd\n", "[softmax]: map=/etc/passwd is not supported"},
    {NET CONV "[dropout]\nprobability=1\n" END, "[dropout]: probability must be below 1"},
    {NET CONV "[dropout]\nprobability=-.1\n" END, "probability=-.1 is not in 0..1"},
    {NET CONV "[route]\n" END, "line 10 [route]: layers is needed"},
    {NET CONV "[route]\nlayers=99\n" END, "layers=99: this is section 1, it can use 0..0"},
    {NET CONV "[route]\nlayers=1\n" END, "layers=1: this is section 1"},
    {NET CONV "[route]\nlayers=-2\n" END, "layers=-2: this is section 1"},
    {NET CONV "[route]\nlayers=-1,\n" END, "layers=-1, is not an integer"},
    {NET CONV "[route]\nlayers=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0\n" END,
     "17 layers, the limit is 16"},
    {NET CONV "[maxpool]\nstride=2\n[route]\nlayers=-1,-2\n" END,
     "[route]: section 1 is 14 x 14, section 0 is 28 x 28"},
    {NET CONV "[shortcut]\n" END, "[shortcut]: from is needed"},
    {NET CONV "[shortcut]\nfrom=-2\n" END, "from=-2: this is section 1, it can use 0..0"},
    {NET CONV "[shortcut]\nfrom=0\nalpha=2\n" END, "alpha=2 is not supported, only 1"},
    {NET CONV "[maxpool]\nstride=3\n[shortcut]\nfrom=0\n" END,
     "28 x 28 of section 0 cannot be added to 10 x 10"},
    {NET CONV END "[cost]\ntype=hinge\n", "[cost]: type=hinge is not one of sse"},
    /* class scores */
    {NET CONV "[softmax]\n", "line 5 [convolutional]: no class scores: the output is 28 x 28 x 4"},
    {NET "[connected]\noutput=1\n", "[connected]: no class scores: 1 classes are not in 2..100000"},
};

static void test_refused(void **state)
{
    lu_net net;

    (void)state;
    for (size_t i = 0; i < COUNTED(refused); i++) {
        assert_says(parse(refused[i].text, strlen(refused[i].text), &net), refused[i].says);
        assert_null(net.section);
    }
    assert_says(parse("[net]\0\n", 7, &net), "line 1: byte 0x00 in column 6");
}

static void test_limits(void **state)
{
    const char text[] = NET CONV END;
    lu_net_limits limits = lu_net_limits_default();
    char line[600];
    lu_net net;

    (void)state;
    limits.text = 20;
    assert_says(lu_net_parse(text, strlen(text), &limits, &net), "bytes, the limit is 20");
    limits = lu_net_limits_default();
    limits.layers = 2;
    assert_says(lu_net_parse(text, strlen(text), &limits, &net), "3 sections, the limit is 2");
    limits.layers = 3;
    limits.parameters = 31409; /* 4 + 36, then 10 + 10 x 3136 */
    assert_says(lu_net_parse(text, strlen(text), &limits, &net), "31410 parameters");
    limits.parameters = 31410;
    limits.flops = 56447; /* 2 x 784 x 36 */
    assert_says(lu_net_parse(text, strlen(text), &limits, &net), "56448 operations");
    memset(line, '#', sizeof line);
    assert_says(parse(line, sizeof line, &net), "line 1: 600 bytes in one line, the limit is 512");
}

/* --- canonical form --- */

static const char canonical[] =
    "[net]\nbatch=7\nsubdivisions=1\nheight=28\nwidth=28\nchannels=1\n"
    "\n[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\nstride=2\n"
    "padding=1\ngroups=1\nactivation=leaky\n"
    "\n[dropout]\nprobability=0\n"
    "\n[route]\nlayers=0,1\n"
    "\n[shortcut]\nfrom=2\nactivation=linear\n"
    "\n[avgpool]\n"
    "\n[connected]\nbatch_normalize=0\noutput=10\nactivation=linear\n"
    "\n[softmax]\ngroups=1\n";

static void test_canonical(void **state)
{
    lu_net net = parsed(NET "batch=64\nsubdivisions=8\nadam=1\n[convolutional]\nbatch_normalize=1\n"
                            "filters=4\nsize=1\nstride=2\nactivation=leaky\n[dropout]\n[route]\n"
                            "layers=-2,-1\n[shortcut]\nfrom=-1\n[avgpool]\n" END "[cost]\n");
    lu_buf text = LU_BUF_INIT;

    (void)state;
    assert_int_equal(net.batch, 64);
    assert_shape(net.section[0].out, 14, 14, 4);
    assert_int_equal(lu_net_canonical(&net, 7, &text), LU_OK);
    assert_string_equal(text.data, canonical);
    assert_int_equal(lu_net_canonical(&net, 0, &text), LU_ERR_CANNOT);
    assert_int_equal(lu_net_canonical(&net, (size_t)1 << 31, &text), LU_ERR_CANNOT);
    lu_buf_fini(&text);
    lu_net_fini(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lenet5),   cmocka_unit_test(test_resnet20),
        cmocka_unit_test(test_accepted), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_debian),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_limits),   cmocka_unit_test(test_canonical),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
