/* The readers: JSON, XML, YAML, CSV, schema, and hashing and signing against published
 * vectors. */
#include "base/csv.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/schema.h"
#include "base/sign.h"
#include "base/xml.h"
#include "base/yaml.h"
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena a;

static const char *json_again(const char *text, struct err *e)
{
    struct json *v;
    if (json_parse(&a, str_c(text), "t", NULL, &v, e) != RC_OK) return e->id;
    struct buf b = buf_in(&a);
    json_write(&b, v);
    return buf_z(&b);
}

static void json_cases(void **unused)
{
    (void)unused;
    static const char *cases[][2] = {
        {"{\"b\":1,\"a\":[true,false,null]}", "{\"a\":[true,false,null],\"b\":1}"},
        {"[1.0,1e2,-0,-0.0,2.50,1E-7,0.00001]", "[1,100,0,0,2.5,1e-7,0.00001]"},
        {"[1e20,1e21,9223372036854775807,1e18]",
         "[1e+20,1e+21,9223372036854775807,1000000000000000000]"},
        {"\"\\u00e9\\/\\n\\u0001\"", "\"é/\\n\\u0001\""},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        {"5e-324", "5e-324"},
        {"", "JSON-0001"},
        {"[01]", "JSON-0001"},
        {"[1,]", "JSON-0001"},
        {"{} x", "JSON-0001"},
        {"[NaN]", "JSON-0001"},
        {"0.10000000000000001", "JSON-0004"},
        {"1e400", "JSON-0004"},
        {"9007199254740993.0", "JSON-0004"},
        {"9223372036854775808", "JSON-0005"},
        {"{\"a\":1,\"a\":1}", "JSON-0006"},
        {"\"\xff\"", "JSON-0007"},
        {"\"\\u0000\"", "JSON-0008"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        const char *once = json_again(cases[i][0], &e);
        assert_string_equal(once, cases[i][1]);
        if (!e.id[0]) assert_string_equal(json_again(once, &e), once);
    }
}

static void json_limits_and_places(void **unused)
{
    (void)unused;
    struct err e;
    struct json *v;
    struct buf b = buf_in(&a);
    for (int i = 0; i < 65; i++) buf_ch(&b, '[');
    assert_int_equal(json_parse(&a, buf_str(&b), "t", NULL, &v, &e), RC_LIMIT);
    assert_string_equal(e.id, "JSON-0003");
    struct json_limits few = {.max_bytes = 3};
    assert_int_equal(json_parse(&a, STR("[1,2]"), "t", &few, &v, &e), RC_LIMIT);
    assert_int_equal(json_parse(&a, STR("[1,\n  1e999]"), "t", NULL, &v, &e), RC_INVALID);
    assert_int_equal(e.line, 2);
    assert_int_equal(e.column, 3);
    assert_int_equal(json_parse(&a, STR("{\"a/b\":[10,{\"~\":20}]}"), "t", NULL, &v, &e),
                     RC_OK);
    assert_int_equal(json_whole(json_pointer(v, STR("/a~1b/1/~0")), -1), 20);
    assert_null(json_pointer(v, STR("/a~1b/01")));
    assert_ptr_equal(json_pointer(v, STR("")), v);
    assert_null(json_get(NULL, "x"));
}

static void xml_cases(void **unused)
{
    (void)unused;
    struct err e;
    struct xml *x;
    assert_int_equal(
        xml_parse(
            &a,
            STR("<a xmlns='u' xmlns:p='v'\n b='1 &amp; 2'>x&lt;<!-- c -->y\n <p:b\n/>t</a>"),
            "t", NULL, &x, &e),
        RC_OK);
    assert_true(str_is(x->ns, "u") && str_is(xml_attr(x, "b"), "1 & 2") &&
                str_is(x->text, "x<y\n t"));
    struct xml *child = xml_child(x, "b");
    assert_int_equal(child->line, 3);
    assert_int_equal(child->column, 2);
    assert_true(str_is(child->ns, "v") && str_is(xml_prefix(child, STR("p")), "v"));
    static const char *bad[][2] = {
        {"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "XML-0005"},
        {"<a>&x;</a>", "XML-0001"},
        {"<a><b></a>", "XML-0001"},
        {"", "XML-0001"},
        {"<p:a/>", "XML-0001"},
        {"<a/><b/>", "XML-0001"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(xml_parse(&a, str_c(bad[i][0]), "t", NULL, &x, &e), RC_INVALID);
        assert_string_equal(e.id, bad[i][1]);
    }
    struct xml_limits few = {.max_depth = 2};
    assert_int_equal(xml_parse(&a, STR("<a><b><c/></b></a>"), "t", &few, &x, &e), RC_LIMIT);
    few = (struct xml_limits){.max_nodes = 2};
    assert_int_equal(xml_parse(&a, STR("<a><b><c/></b></a>"), "t", &few, &x, &e), RC_LIMIT);
}

static void yaml_cases(void **unused)
{
    (void)unused;
    static const char *cases[][2] = {
        {"a: 1\nb: [x, true, ~, 1.50, '1', 012]\n",
         "{\"a\":1,\"b\":[\"x\",true,null,1.5,\"1\",\"012\"]}"},
        {"a: 0.10000000000000001\n", "JSON-0004"},
        {"a: 1\na: 2\n", "YAML-0004"},
        {"a: &x 1\n", "YAML-0002"},
        {"a: !!str 1\n", "YAML-0002"},
        {"a: *x\n", "YAML-0002"},
        {"--- 1\n--- 2\n", "YAML-0006"},
        {"a: [", "YAML-0001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        struct json *v;
        struct buf b = buf_in(&a);
        if (yaml_parse(&a, str_c(cases[i][0]), "t", &v, &e) == RC_OK) json_write(&b, v);
        assert_string_equal(e.id[0] ? e.id : buf_z(&b), cases[i][1]);
    }
}

struct source {
    struct str left;
    size_t step;
};

static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct source *s = ctx;
    if (n > s->step) n = s->step;
    if (n > s->left.n) n = s->left.n;
    memcpy(into, s->left.p, n);
    s->left = str_sub(s->left, n, s->left.n);
    return (ptrdiff_t)n;
}

/* Rows as "field|field/line;" and "!line;" for a bad one. */
static const char *csv_again(struct str text, size_t step)
{
    struct source s = {text, step};
    struct csv_reader *r = csv_open(&a, fill, &s, ',');
    struct buf b = buf_in(&a);
    struct csv_row row;
    struct err e;
    for (enum rc rc; (rc = csv_next(r, &row, &e)) != RC_NO;) {
        for (size_t i = 0; rc == RC_OK && i < row.n; i++) {
            if (i) buf_ch(&b, '|');
            buf_str_add(&b, row.fields[i]);
        }
        buf_printf(&b, rc == RC_OK ? "/%ld;" : "!%ld;", row.line);
    }
    return buf_z(&b);
}

static void csv_cases(void **unused)
{
    (void)unused;
    static const char *cases[][2] = {
        {"a,b\r\nc,d\n", "a|b/1;c|d/2;"},
        {"\xEF\xBB\xBF"
         "a\n",
         "a/1;"},
        {"a,", "a|/1;"},
        {"\"x\"\"y\",\"1\n2\"\nz\n", "x\"y|1\n2/1;z/3;"},
        {"a\"b\nc\n", "!1;c/2;"},
        {"\"a\"b\nc\n", "!1;c/2;"},
        {"ok\n\xff\nok\n", "ok/1;!2;ok/3;"},
        {"\"open\nb\nc\n", "!1;b/2;c/3;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step < 5; step++)
            assert_string_equal(csv_again(str_c(cases[i][0]), step), cases[i][1]);
}

static void csv_passes_over_the_whole_long_row(void **unused)
{
    (void)unused;
    size_t n = (size_t)5 << 19;
    char *text = arena_alloc(&a, n + 5);
    memset(text, 'x', n);
    memcpy(text + n, "\nok\n", 4);
    assert_string_equal(csv_again(str_n(text, n + 4), 1 << 16), "!1;ok/2;");
}

static void schema_cases(void **unused)
{
    (void)unused;
    static const char schema[] = "{\"type\":\"object\",\"required\":[\"n\"],"
                                 "\"additionalProperties\":false,\"properties\":{"
                                 "\"n\":{\"type\":\"integer\",\"minimum\":1},\"c\":{\"enum\":["
                                 "\"x\",\"y\"],\"default\":\"x\"},"
                                 "\"d\":{\"type\":\"string\",\"format\":\"date\"}}}";
    static const char *cases[][2] = {
        {"{\"n\":1}", ""},
        {"{\"n\":\"1\"}", "T-0001"},
        {"{\"n\":1,\"c\":\"z\"}", "T-0002"},
        {"{}", "T-0003"},
        {"{\"n\":1,\"q\":1}", "T-0004"},
        {"{\"n\":1,\"d\":\"2025-02-29\"}", "T-0005"},
        {"{\"n\":0}", "T-0007"},
    };
    struct json *doc, *v;
    const struct schema *s;
    struct err e;
    assert_int_equal(json_parse(&a, str_c(schema), "s", NULL, &doc, &e), RC_OK);
    assert_int_equal(schema_load(&a, doc, &s, &e), RC_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        memset(&e, 0, sizeof e);
        assert_int_equal(json_parse(&a, str_c(cases[i][0]), "v", NULL, &v, &e), RC_OK);
        enum rc rc = schema_check(&a, s, v, "T", &e);
        assert_int_equal(rc == RC_OK, cases[i][1][0] == 0);
        assert_string_equal(e.id, cases[i][1]);
        if (rc == RC_OK) assert_true(str_is(json_text(v, "c"), "x"));
    }
    assert_int_equal(json_parse(&a, STR("{\"multipleOf\":2}"), "s", NULL, &doc, &e), RC_OK);
    assert_int_not_equal(schema_load(&a, doc, &s, &e), RC_OK);
}

static void vectors(void **unused)
{
    (void)unused;
    char hex[HASH_SIZE * 2 + 1];
    /* FIPS 180-4 "abc"; RFC 4231 test case 2; RFC 8032 §7.1 test 1; RFC 4648 §10 */
    const char *abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_string_equal(hash_hex(hash_of(STR("abc")), hex), abc);
    assert_string_equal(hash_hex(hash_prefixed('a', STR("b"), STR("c")), hex), abc);
    assert_string_equal(
        hash_hex(hash_hmac(STR("Jefe"), STR("what do ya want for nothing?")), hex),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    unsigned char seed[32], want[32];
    assert_true(hex_parse(
        STR("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), seed, 32));
    assert_true(hex_parse(
        STR("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), want, 32));
    struct sign_key k = sign_key_from_seed(seed);
    assert_memory_equal(k.public_key, want, 32);
    struct signature s = sign_bytes(&k, STR(""));
    assert_int_equal(s.b[0], 0xe5);
    assert_true(sign_verify(k.public_key, STR(""), &s));
    assert_false(sign_verify(k.public_key, STR("x"), &s));
    struct buf b = buf_in(&a);
    struct str back;
    base64_add(&b, STR("fooba"));
    assert_string_equal(buf_z(&b), "Zm9vYmE=");
    assert_true(base64_parse(&a, STR("Zm9vYmE="), &back) && str_is(back, "fooba"));
    assert_false(base64_parse(&a, STR("Zm9vYmE"), &back));
    assert_false(base64_parse(&a, STR("Zm9vYmF="), &back)); /* stray bits */
}

static int done(void **unused)
{
    (void)unused;
    arena_done(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_cases),   cmocka_unit_test(json_limits_and_places),
        cmocka_unit_test(xml_cases),    cmocka_unit_test(yaml_cases),
        cmocka_unit_test(csv_cases),    cmocka_unit_test(csv_passes_over_the_whole_long_row),
        cmocka_unit_test(schema_cases), cmocka_unit_test(vectors),
    };
    return cmocka_run_group_tests(tests, NULL, done);
}
