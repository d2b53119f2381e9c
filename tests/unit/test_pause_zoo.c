/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A zoo whose job is paused: the models that are made side by side wait too. */
#include "nets/nets.h"
#include "samples/samples.h"
#include "sessions/lab/zoo.h"
#include "tests/unit/pause.h"

static const char net[] = "[net]\nwidth=28\nheight=28\nchannels=1\n"
                          "[connected]\noutput=10\nactivation=linear\n[softmax]\n";

static const char plan[] =
    "{\"title\": \"endless\", \"cfg\": \"net.cfg\", \"train\": \"synth:digits:200\","
    " \"test\": \"synth:digits:200\", \"models\": ["
    "{\"name\": \"victim\", \"role\": \"victim\", \"data\": \"synth:digits:200\","
    " \"set\": [\"epochs=100000\"]},"
    "{\"name\": \"neg\", \"role\": \"negative\", \"data\": \"synth:digits:200\","
    " \"set\": [\"epochs=100000\"]}]}";

static bool both_at_work(void *zoo)
{
    return lu_zoo_see(zoo, 0).share > 0 && lu_zoo_see(zoo, 1).share > 0;
}

static void a_zoo_stands_still(void **state)
{
    sleeper s = {.ready = both_at_work, .go_on = 20};
    lu_job job = {.at = sleep_at, .context = &s};
    lu_zoo_cost cost;
    lu_zoo *z;

    (void)state;
    alarm(120);
    scratch_write("net.cfg", net, strlen(net));
    assert_ok(lu_zoo_open(scratch_write("plan.json", plan, strlen(plan)), ".", scratch("zoo"), &z));
    s.context = z;
    assert_ok(lu_zoo_cost_of(z, 2, NULL, &cost));
    lu_engine_patience(1);
    assert_int_equal(lu_zoo_build(z, &cost, &job), LU_ERR_CANCELLED);
    lu_engine_patience(600);
    assert_stood_still(&s);
    assert_int_equal(s.engines, 2);
    lu_zoo_close(&z);
    no_children_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_zoo_stands_still)};

    return cmocka_run_group_tests(tests, scratch_up, scratch_down);
}
