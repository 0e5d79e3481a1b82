/* See pack_test.h. testCases: testCase*(@id, description?, inputNode*, resultNode*(@name,
 * expected)); a value is value(@xsi:type, @xsi:nil), component*(@name) or list(item*). */
#include "custody/pack_test.h"
#include "base/xml.h"
#include "custody/pack_run.h"

struct tester {
    struct arena *arena;
    struct dmn_run *run;
    struct str file;
    struct pack_test *tests;
    size_t n, cap;
    struct err *err;
};

static struct dmn_text text_of(struct str s) { return (struct dmn_text){s.p, s.n}; }

static RC wrong(struct tester *t, const struct xml *x, const char *what)
{
    enum rc rc = FAIL(t->err, RC_INVALID, "PACK-0051", "%s", what);
    err_at(t->err, str_dupz(t->arena, t->file), x->line, x->column);
    return rc;
}

static size_t count(const struct xml *x, const char *name)
{
    size_t n = 0;
    for (const struct xml *c = xml_child(x, name); c; c = xml_next(c, name)) n++;
    return n;
}

static struct str local(struct str qualified)
{
    ptrdiff_t colon = str_find(qualified, STR(":"));
    return colon < 0 ? qualified : str_sub(qualified, (size_t)colon + 1, qualified.n);
}

/* value */
static RC read_simple(struct tester *t, const struct xml *x, const struct dmn_value **ret)
{
    struct str type = local(xml_attr(x, "type")), text = x->text;
    if (str_is(xml_attr(x, "nil"), "true"))
        *ret = dmn_make_null(t->run);
    else if (type.n == 0 || str_is(type, "string"))
        *ret = dmn_make_string(t->run, text_of(text));
    else if (str_is(type, "boolean"))
        *ret = dmn_make_boolean(t->run, str_is(str_trim(text), "true"));
    else if (str_is(type, "decimal") || str_is(type, "double") || str_is(type, "integer"))
        *ret = dmn_make_literal(t->run, text_of(str_trim(text)));
    else if (str_is(type, "date") || str_is(type, "time") || str_is(type, "dateTime") ||
             str_is(type, "duration")) {
        struct str literal =
            str_c(arena_printf(t->arena, "@\"" STR_FMT "\"", STR_ARG(str_trim(text))));
        *ret = dmn_make_literal(t->run, text_of(literal));
    } else
        return wrong(t, x,
                     "xsi:type is none of string, boolean, decimal, double, integer, date, "
                     "time, dateTime, duration");
    return RC_OK;
}

/* component* | list | value */
static RC read_value(struct tester *t, const struct xml *x, const struct dmn_value **ret)
{
    const struct xml *list = xml_child(x, "list"), *value = xml_child(x, "value");
    const struct dmn_value *part;
    if (list) {
        size_t i = 0;
        struct dmn_value *v = dmn_make_list(t->run, count(list, "item"));
        for (const struct xml *c = xml_child(list, "item"); c; c = xml_next(c, "item")) {
            TRY(read_value(t, c, &part));
            dmn_list_set(v, i++, part);
        }
        *ret = v;
        return RC_OK;
    }
    if (value) return read_simple(t, value, ret);
    struct dmn_value *v = dmn_make_context(t->run, count(x, "component"));
    for (const struct xml *c = xml_child(x, "component"); c; c = xml_next(c, "component")) {
        TRY(read_value(t, c, &part));
        dmn_context_add(v, text_of(xml_attr(c, "name")), part);
    }
    *ret = v;
    return RC_OK;
}

static struct str json_of(struct tester *t, const struct dmn_value *v)
{
    struct dmn_text json = dmn_to_json(t->run, v);
    return str_dup(t->arena, str_n(json.p, json.n));
}

static RC read_inputs(struct tester *t, const struct xml *test)
{
    dmn_run_reset(t->run);
    for (const struct xml *i = xml_child(test, "inputNode"); i; i = xml_next(i, "inputNode")) {
        const struct dmn_value *v;
        TRY(read_value(t, i, &v));
        if (dmn_input(t->run, text_of(xml_attr(i, "name")), v) != DMN_OK)
            return wrong(t, i, "the model has no such input");
    }
    return RC_OK;
}

/* Each result is looked at by itself, with the inputs bound anew: a decision that was asked for
 * leaves nothing behind. */
static RC run_result(struct tester *t, const struct xml *test, const struct xml *result)
{
    const struct xml *expected = xml_child(result, "expected");
    const struct dmn_value *want, *got;
    if (!expected) return wrong(t, result, "a resultNode has an expected value");
    TRY(read_inputs(t, test));
    TRY(read_value(t, expected, &want));
    struct pack_test one = {
        .file = t->file, .id = xml_attr(test, "id"), .decision = xml_attr(result, "name")};
    const struct xml *description = xml_child(test, "description");
    if (description) one.description = description->text;
    one.expected = json_of(t, want);
    enum dmn_status status = dmn_eval(t->run, text_of(one.decision), false, &got);
    one.actual = status == DMN_OK ? json_of(t, got) : STR("not evaluated");
    one.passed = str_eq(one.expected, one.actual);
    arena_push(t->arena, t->tests, t->n, t->cap);
    t->tests[t->n++] = one;
    return RC_OK;
}

static RC run_all(struct tester *t, const struct xml *root)
{
    if (!str_is(root->name, "testCases"))
        return wrong(t, root, "a file of tests begins with testCases");
    for (const struct xml *c = xml_child(root, "testCase"); c; c = xml_next(c, "testCase"))
        for (const struct xml *r = xml_child(c, "resultNode"); r; r = xml_next(r, "resultNode"))
            TRY(run_result(t, c, r));
    return RC_OK;
}

RC pack_test_run(const struct pack *p, struct arena *a, struct str file, struct str xml,
                 struct pack_test **ret, size_t *ret_n, struct err *e)
{
    struct xml *root;
    struct tester t = {.arena = a, .file = file, .err = e};
    TRY(xml_parse(a, xml, str_dupz(a, file), NULL, &root, e));
    t.run = dmn_run_new(pack_model(p), NULL);
    enum rc rc = run_all(&t, root);
    dmn_run_free(t.run);
    *ret = t.tests;
    *ret_n = t.n;
    return rc;
}
