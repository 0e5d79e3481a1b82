/* include/dmn.h as a stranger would use it: building inputs, calling services, reasons for
 * nulls, budgets, what happens to results when inputs change. */
#include "dmn.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h> /* needs those above */

static const char text[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' "
    "namespace='urn:m'>"
    "<inputData id='i' name='base price'><variable name='base price' "
    "typeRef='number'/></inputData>"
    "<inputData id='l' name='items'/>"
    "<businessKnowledgeModel id='b' name='with tax'><variable name='with "
    "tax'/><encapsulatedLogic>"
    "<formalParameter name='net' typeRef='number'/><literalExpression><text>net * "
    "1.2</text></literalExpression>"
    "</encapsulatedLogic></businessKnowledgeModel>"
    "<decision id='d' name='price'><variable name='price' "
    "typeRef='number'/><informationRequirement><requiredInput href='#i'/>"
    "</informationRequirement><knowledgeRequirement><requiredKnowledge "
    "href='#b'/></knowledgeRequirement>"
    "<literalExpression><text>with tax(base price)</text></literalExpression></decision>"
    "<decision id='e' name='echo'><informationRequirement><requiredInput "
    "href='#l'/></informationRequirement>"
    "<literalExpression><text>items</text></literalExpression></decision>"
    "<decision id='f' name='endless'><literalExpression><text>for x in 1..100000000 return "
    "x</text></literalExpression></decision>"
    "<decisionService id='s' name='pricing'><variable name='pricing'/><outputDecision "
    "href='#d'/><inputData href='#i'/>"
    "</decisionService></definitions>";

static struct dmn_text t(const char *s) { return (struct dmn_text){s, strlen(s)}; }

static struct dmn_model *load(void)
{
    struct dmn_source s = {"m.dmn", {text, sizeof text - 1}};
    struct dmn_model *m;
    struct dmn_report *r;
    assert_int_equal(dmn_load(&s, 1, NULL, &m, &r), DMN_OK);
    assert_int_equal(dmn_report_count(r), 0);
    dmn_report_free(r);
    return m;
}

static void json_is(struct dmn_run *r, const struct dmn_value *v, const char *want)
{
    struct dmn_text j = dmn_to_json(r, v);
    assert_int_equal(j.n, strlen(want));
    assert_memory_equal(j.p, want, j.n);
}

static void names(void **state)
{
    (void)state;
    struct dmn_model *m = load();
    assert_string_equal(dmn_model_name(m), "m");
    assert_string_equal(dmn_model_namespace(m), "urn:m");
    assert_int_equal(dmn_model_count(m, DMN_DECISION), 3);
    assert_string_equal(dmn_model_item(m, DMN_INPUT, 0), "base price");
    assert_string_equal(dmn_model_item(m, DMN_SERVICE, 0), "pricing");
    assert_null(dmn_model_item(m, DMN_BKM, 1));
    dmn_model_free(m);
}

static void inputs_change(void **state)
{
    (void)state;
    struct dmn_model *m = load();
    struct dmn_run *r = dmn_run_new(m, NULL);
    const struct dmn_value *v;
    assert_int_equal(dmn_input(r, t("base price"), dmn_make_integer(r, 10)), DMN_OK);
    assert_int_equal(dmn_eval(r, t("price"), false, &v), DMN_OK);
    json_is(r, v, "12");
    assert_int_equal(dmn_input(r, t("base  price"), dmn_make_literal(r, t("0.5"))), DMN_OK);
    assert_int_equal(dmn_eval(r, t("price"), true, &v), DMN_OK);
    json_is(r, v, "0.6");
    assert_true(dmn_trace_text(r).n > 0);
    dmn_run_free(r);
    dmn_model_free(m);
}

static void reasons(void **state)
{
    (void)state;
    struct dmn_model *m = load();
    struct dmn_run *r = dmn_run_new(m, NULL);
    const struct dmn_value *v;
    assert_int_equal(dmn_eval(r, t("price"), false, &v), DMN_OK);
    assert_int_equal(dmn_type_of(v), DMN_NULL);
    assert_non_null(dmn_why(r, v));
    assert_string_equal(dmn_why(r, v)->id, "FEEL-0201");
    assert_int_equal(dmn_why(r, v)->line, 1);
    assert_int_equal(dmn_input(r, t("base price"), dmn_make_string(r, t("ten"))), DMN_INVALID);
    assert_int_equal(dmn_input(r, t("no such"), dmn_make_null(r)), DMN_NOTFOUND);
    assert_int_equal(dmn_eval(r, t("no such"), false, &v), DMN_NOTFOUND);
    assert_int_equal(dmn_type_of(v), DMN_NULL);
    assert_int_equal(dmn_input_json(r, t("{\"base price\": 1, \"base price\": 2}")),
                     DMN_INVALID);
    assert_non_null(dmn_explain("FEEL-0201", NULL));
    assert_null(dmn_explain("FEEL-9999", NULL));
    dmn_run_free(r);
    dmn_model_free(m);
}

static void values(void **state)
{
    (void)state;
    struct dmn_model *m = load();
    struct dmn_run *r = dmn_run_new(m, NULL);
    const struct dmn_value *v;
    struct dmn_value *list = dmn_make_list(r, 2), *c = dmn_make_context(r, 2);
    dmn_context_add(c, t("when"), dmn_make_literal(r, t("@\"2024-02-29\"")));
    dmn_context_add(c, t("ok"), dmn_make_boolean(r, true));
    dmn_context_add(c, t("one too many"), dmn_make_null(r));
    dmn_list_set(list, 0, c);
    dmn_list_set(list, 1, dmn_make_literal(r, t("1e30")));
    assert_int_equal(dmn_input(r, t("items"), list), DMN_OK);
    assert_int_equal(dmn_eval(r, t("echo"), false, &v), DMN_OK);
    json_is(r, v, "[{\"ok\":true,\"when\":\"2024-02-29\"},1000000000000000000000000000000]");
    assert_true(dmn_equal(v, list));
    assert_int_equal(dmn_type_of(dmn_entry(dmn_item(v, 0), t("when"))), DMN_DATE);
    assert_int_equal(dmn_type_of(dmn_entry(dmn_item(v, 0), t("then"))), DMN_NULL);
    assert_int_equal(dmn_type_of(dmn_item(v, 7)), DMN_NULL);
    assert_int_equal(dmn_type_of(dmn_make_literal(r, t("1 + 1"))), DMN_NULL);
    dmn_run_reset(r);
    assert_int_equal(dmn_eval(r, t("echo"), false, &v), DMN_OK);
    assert_int_equal(dmn_type_of(v), DMN_NULL);
    dmn_run_free(r);
    dmn_model_free(m);
}

static void calls(void **state)
{
    (void)state;
    struct dmn_model *m = load();
    struct dmn_run *r = dmn_run_new(m, NULL);
    const struct dmn_value *v;
    struct dmn_value *args = dmn_make_context(r, 1), *none = dmn_make_context(r, 0);
    dmn_context_add(args, t("net"), dmn_make_integer(r, 5));
    assert_int_equal(dmn_call(r, t("with tax"), args, true, &v), DMN_OK);
    json_is(r, v, "6");
    args = dmn_make_context(r, 1);
    dmn_context_add(args, t("base price"), dmn_make_integer(r, 100));
    assert_int_equal(dmn_call(r, t("pricing"), args, false, &v), DMN_OK);
    json_is(r, v, "120");
    assert_int_equal(dmn_call(r, t("pricing"), none, false, &v), DMN_OK);
    assert_string_equal(dmn_why(r, v)->id, "FEEL-0205");
    assert_int_equal(dmn_call(r, t("price"), none, false, &v), DMN_NOTFOUND);
    dmn_run_free(r);
    dmn_model_free(m);
}

static void budgets(void **state)
{
    (void)state;
    struct dmn_model *m = load();
    struct dmn_limits by_fuel = {.fuel = 1000}, by_memory = {.memory = 1 << 20};
    const struct dmn_value *v;
    struct dmn_run *r = dmn_run_new(m, &by_fuel);
    assert_int_equal(dmn_eval(r, t("endless"), false, &v), DMN_LIMIT);
    assert_int_equal(dmn_type_of(v), DMN_NULL);
    assert_string_equal(dmn_run_get(r, dmn_run_count(r) - 1)->id, "FEEL-0214");
    assert_int_equal(dmn_input(r, t("base price"), dmn_make_integer(r, 1)), DMN_OK);
    assert_int_equal(dmn_eval(r, t("price"), false, &v),
                     DMN_OK); /* the next evaluation has its own fuel */
    dmn_run_free(r);
    r = dmn_run_new(m, &by_memory);
    assert_int_equal(dmn_eval(r, t("endless"), false, &v), DMN_LIMIT);
    assert_string_equal(dmn_run_get(r, dmn_run_count(r) - 1)->id, "FEEL-0215");
    dmn_run_free(r);
    dmn_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),  cmocka_unit_test(inputs_change), cmocka_unit_test(reasons),
        cmocka_unit_test(values), cmocka_unit_test(calls),         cmocka_unit_test(budgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
