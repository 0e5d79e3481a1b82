/* Tables as people read them: from a model, with a trace in them, and what two of them differ
 * in. */
#include "casework/tables.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

static struct arena a;
static struct err err;
#define OK(call)                                                                               \
    do {                                                                                       \
        if ((call) != RC_OK) {                                                                 \
            char t_[700];                                                                      \
            fail_msg("%s: %s", #call, err_print(&err, t_, sizeof t_));                         \
        }                                                                                      \
    } while (0)

static uint64_t state_of_dice;
static size_t roll(size_t n)
{
    state_of_dice ^= state_of_dice << 13;
    state_of_dice ^= state_of_dice >> 7;
    state_of_dice ^= state_of_dice << 17;
    return (size_t)(state_of_dice % n);
}

static const char model[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/'><description>Of "
    "tea.</description>"
    "<decision id='d1' name='Answer'><question>Tea?</question><decisionTable id='t1' "
    "hitPolicy='FIRST'>"
    "<input label='how "
    "hot?'><inputExpression><text>heat</text></inputExpression></"
    "input><input><inputExpression><text>milk</text></inputExpression></input>"
    "<output name='outcome'/><output name='rule'/><annotation name='why'/>"
    "<rule id='r1'><inputEntry><text>&gt; "
    "80</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>\"tea\"</"
    "text></outputEntry><outputEntry><text>\"T-1\"</text></outputEntry>"
    "<annotationEntry><text>old custom</text></annotationEntry></rule>"
    "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>true</text></"
    "inputEntry><outputEntry><text>\"none\"</text></outputEntry><outputEntry><text>\"T-2\"</"
    "text></outputEntry>"
    "<annotationEntry><text/></annotationEntry></rule></decisionTable></decision>"
    "<decision name='Words'><literalExpression><text>1 + "
    "1</text></literalExpression></decision>"
    "<businessKnowledgeModel name='Help'><encapsulatedLogic><formalParameter "
    "name='x'/><literalExpression><text>x</text></literalExpression></encapsulatedLogic></"
    "businessKnowledgeModel></definitions>";

static struct json *read_model(void)
{
    struct json *v;
    OK(tables_read(&a, str_c(model), NULL, &v, &err));
    return v;
}

static struct json *parsed(const char *text)
{
    struct json *v;
    OK(json_parse(&a, str_c(text), "", NULL, &v, &err));
    return v;
}

static const char *text_at(const struct json *v, const char *pointer)
{
    return str_dupz(&a, json_str(json_pointer(v, str_c(pointer))));
}

static void a_model_is_read(void **state)
{
    (void)state;
    struct json *v = read_model();
    assert_string_equal(text_at(v, "/description"), "Of tea.");
    assert_int_equal(json_len(json_get(v, "tables")), 1);
    assert_string_equal(text_at(v, "/tables/0/question"), "Tea?");
    assert_string_equal(text_at(v, "/tables/0/hit_policy"), "FIRST");
    assert_string_equal(text_at(v, "/tables/0/inputs/0/label"), "how hot?");
    assert_string_equal(text_at(v, "/tables/0/inputs/1/label"), "milk");
    assert_string_equal(text_at(v, "/tables/0/rules/0/cells/0"), "> 80");
    assert_string_equal(text_at(v, "/tables/0/rules/0/name"), "T-1");
    assert_string_equal(text_at(v, "/tables/0/rules/0/annotation"), "old custom");
    assert_string_equal(text_at(v, "/tables/0/rules/1/id"), "2");
    assert_int_equal(json_len(json_get(v, "texts")), 2);
    assert_string_equal(text_at(v, "/texts/0/expression"), "1 + 1");
    assert_int_equal(tables_read(&a, STR("<a><b>"), NULL, &v, &err), RC_INVALID);
}

static void a_trace_lights_its_rule(void **state)
{
    (void)state;
    struct json *tables = json_get(read_model(), "tables");
    tables_light(
        &a, tables,
        parsed("[{\"trace\":{\"steps\":[{\"decision\":\"Answer\",\"steps\":[{\"table\":\"x\","
               "\"id\":\"t1\",\"inputs\":[{\"value\":12},{\"value\":null}],\"rules\":["
               "{\"rule\":1,\"matched\":\"no\",\"cells\":[{\"answer\":\"no\"},{\"answer\":"
               "\"any\"}]},{\"rule\":2,\"matched\":\"yes\",\"cells\":[{\"answer\":\"any\"},{"
               "\"answer\":\"yes\"}]},"
               "{\"rule\":9,\"matched\":\"yes\"}]}]}]}}]"),
        parsed("{\"asks\":[{\"rule\":\"T-2\"}]}"));
    const struct json *rules = json_get(json_at(tables, 0), "rules");
    assert_false(json_is_true(json_get(json_at(rules, 0), "lit")));
    assert_true(json_is_true(json_get(json_at(rules, 1), "lit")));
    assert_true(json_is_true(json_get(json_at(rules, 1), "decided")));
    assert_null(json_get(json_at(rules, 0), "decided"));
    assert_int_equal(json_whole(json_pointer(tables, STR("/0/inputs/0/value")), 0), 12);
    assert_int_equal(json_pointer(tables, STR("/0/inputs/1/value"))->type, JSON_NULL);
}

static void differences_are_rows(void **state)
{
    (void)state;
    struct json *before = json_get(read_model(), "tables"),
                *after = json_get(read_model(), "tables");
    assert_int_equal(json_len(tables_diff(&a, before, after)), 0);
    struct json *rules = json_get(json_at(after, 0), "rules"), *first = rules->array.items[0];
    rules->array.items[0] = rules->array.items[1];
    rules->array.items[1] = first;
    struct json *d = tables_diff(&a, before, after);
    assert_int_equal(json_len(json_pointer(d, STR("/0/rows"))), 1);
    assert_string_equal(text_at(d, "/0/rows/0/change"), "moved");
    json_get(json_at(rules, 1), "cells")->array.items[0] = json_c(&a, "> 90");
    d = tables_diff(&a, before, after);
    assert_string_equal(text_at(d, "/0/rows/0/change"), "changed");
    assert_string_equal(text_at(d, "/0/rows/0/before/0"), "> 80");
    assert_int_equal(json_whole(json_pointer(d, STR("/0/rows/0/columns/0")), -1), 0);
    rules->array.n = 1;
    d = tables_diff(&a, before, after);
    assert_string_equal(text_at(d, "/0/rows/0/change"), "removed");
    assert_string_equal(text_at(tables_diff(&a, before, json_array(&a)), "/0/change"),
                        "removed");
    assert_string_equal(text_at(tables_diff(&a, json_array(&a), before), "/0/change"), "added");
}

/* Rows thrown in, out and changed at random: what the difference says, done to the one, gives
 * the other. */
static struct json *made_rows(size_t n)
{
    struct json *o = json_object(&a), *rows = json_array(&a);
    for (size_t i = 0; i < n; i++) {
        struct json *r = json_array(&a);
        for (int c = 0; c < 10; c++)
            json_add(&a, r,
                     json_c(&a, arena_printf(&a, "%zu",
                                             c == 1   ? roll(40)
                                             : c == 9 ? roll(3)
                                                      : (size_t)c % 2)));
        json_add(&a, rows, r);
    }
    json_set(&a, o, "columns", json_array(&a));
    json_set(&a, o, "rows", rows);
    return o;
}

static struct str row_text(const struct json *r)
{
    struct buf b = buf_in(&a);
    json_write(&b, r);
    return buf_str(&b);
}

static int count(const struct json *rows, struct str what)
{
    int n = 0;
    for (size_t i = 0; i < json_len(rows); i++) n += str_eq(row_text(json_at(rows, i)), what);
    return n;
}

static void the_difference_leads_from_one_to_the_other(void **state)
{
    (void)state;
    int changes = 0;
    for (int round = 0; round < 300; round++) {
        struct json *x = made_rows(roll(12)), *y = made_rows(roll(12)),
                    *d = json_get(tables_rows_diff(&a, x, y), "rows"), *z = json_array(&a),
                    *left = json_get(x, "rows");
        for (size_t i = 0; i < json_len(json_get(y, "rows")) && roll(2); i++)
            json_add(&a, left, json_at(json_get(y, "rows"), i)); /* some are in both */
        d = json_get(tables_rows_diff(&a, x, y), "rows");
        bool *gone = arena_array(&a, bool, json_len(left) + 1);
        for (size_t i = 0; i < json_len(d); i++, changes++) {
            struct json *before = json_get(json_at(d, i), "before"),
                        *after = json_get(json_at(d, i), "after");
            int64_t at = json_whole(json_get(json_at(d, i), "rule_before"), 0);
            if (before) gone[at - 1] = true;
            if (before)
                assert_true(str_eq(row_text(before), row_text(json_at(left, (size_t)at - 1))));
            if (after) json_add(&a, z, after);
        }
        for (size_t i = 0; i < json_len(left); i++)
            if (!gone[i]) json_add(&a, z, json_at(left, i));
        assert_int_equal(json_len(z), json_len(json_get(y, "rows")));
        for (size_t i = 0; i < json_len(z); i++)
            assert_int_equal(count(z, row_text(json_at(z, i))),
                             count(json_get(y, "rows"), row_text(json_at(z, i))));
        arena_reset(&a);
    }
    printf("# changed rows: %d\n", changes);
}

static void rows_are_read(void **state)
{
    (void)state;
    struct json *v;
    OK(tables_csv(&a, STR("a,b\n1,\"x, y\"\n2,\n"), &v, &err));
    assert_int_equal(json_len(json_get(v, "columns")), 2);
    assert_string_equal(text_at(v, "/rows/0/1"), "x, y");
    OK(tables_csv(&a, STR(""), &v, &err));
    assert_int_equal(json_len(json_get(v, "rows")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_is_read), cmocka_unit_test(a_trace_lights_its_rule),
        cmocka_unit_test(differences_are_rows), cmocka_unit_test(rows_are_read),
        cmocka_unit_test(the_difference_leads_from_one_to_the_other)};
    const char *seed = getenv("SALLYPORT_SEED");
    state_of_dice = (seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) * 2654435761u);
    printf("# SALLYPORT_SEED=%llu\n", (unsigned long long)state_of_dice);
    state_of_dice = state_of_dice * 2 + 1;
    arena_init(&a, 0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
