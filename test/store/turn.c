/* Whose turn it is: in the order in which they came, who presses before who does not, nobody
 * for ever, each file for itself. */
#include "store/turn.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

enum { MANY = 8, ROUNDS = 300 };

static struct turns *turns;
static int order[MANY], served; /* under the turn itself */

struct one {
    int number;
    bool pressing;
    _Atomic bool comes;
};

static void *wait_for_it(void *ctx)
{
    struct one *o = ctx;
    o->comes = true;
    if (!turn_take(turns, o->pressing, 20000)) return NULL;
    order[served++] = o->number;
    turn_give(turns);
    return NULL;
}

static void in_the_order_they_came(void **s)
{
    (void)s;
    pthread_t threads[MANY];
    struct one ones[MANY] = {{0}};
    turns = turns_of("/nowhere/a");
    assert_true(turn_take(turns, false, 0));
    for (int i = 0; i < MANY; i++) {
        ones[i].number = i;
        ones[i].pressing = i == 3 || i == 6;
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_it, &ones[i]), 0);
        while (!ones[i].comes) usleep(100);
        usleep(100000); /* until it waits */
    }
    turn_give(turns);
    for (int i = 0; i < MANY; i++) pthread_join(threads[i], NULL);
    static const int wanted[MANY] = {3, 6, 0, 1, 2, 4, 5, 7};
    assert_int_equal(served, MANY);
    for (int i = 0; i < MANY; i++) assert_int_equal(order[i], wanted[i]);
    turns_leave(turns);
}

static void nobody_waits_for_ever(void **s)
{
    (void)s;
    struct turns *t = turns_of("/nowhere/a"), *other = turns_of("/nowhere/b");
    assert_ptr_equal(turns_of("/nowhere/a"), t);
    turns_leave(t);
    assert_true(turn_take(t, false, 0));
    assert_false(turn_take(t, true, 0));
    assert_false(turn_take(t, false, 30));
    assert_true(turn_take(other, false, 0)); /* another file */
    turn_give(other);
    turn_give(t); /* who went away is not served */
    assert_true(turn_take(t, false, 0));
    turn_give(t);
    turns_leave(t);
    turns_leave(other);
}

static long counter;
static void *count(void *ctx)
{
    struct turns *t = turns_of("/nowhere/c");
    for (int i = 0; i < ROUNDS; i++) {
        if (!turn_take(t, ctx != NULL, 20000)) abort();
        long was = counter;
        if (i % 16 == 0) usleep(10);
        counter = was + 1;
        turn_give(t);
    }
    turns_leave(t);
    return NULL;
}

static void one_at_a_time(void **s)
{
    (void)s;
    pthread_t threads[MANY];
    for (intptr_t i = 0; i < MANY; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, i ? NULL : &counter), 0);
    for (int i = 0; i < MANY; i++) pthread_join(threads[i], NULL);
    assert_int_equal(counter, MANY * ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_order_they_came),
        cmocka_unit_test(nobody_waits_for_ever),
        cmocka_unit_test(one_at_a_time),
    };
    return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
