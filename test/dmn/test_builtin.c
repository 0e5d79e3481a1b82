/* The 86 built-in functions, called as the evaluator calls them: by position and by name, with
 * conversions, wrong types and wrong numbers of arguments. A null must have a reason with the
 * id that is written here. */
#include "test/dmn/kit.h"

struct function {
    bool (*precedes)(struct value a, struct value b);
};

static char last_id[16];

static struct value record_null(struct call *c, const char *id, const char *fmt, ...)
{
    (void)c, (void)fmt;
    snprintf(last_id, sizeof last_id, "%s", id);
    return v_null(1);
}

static struct value invoke(struct call *c, const struct function *f, const struct value *args,
                           size_t n)
{
    (void)c;
    if (!f->precedes || n != 2) return v_null(0);
    return v_bool(f->precedes(args[0], args[1]));
}

static bool fits(struct call *c, size_t bytes, uint64_t steps)
{
    (void)c, (void)steps;
    return bytes < 1 << 24;
}

static bool now(struct call *c, int64_t *s, int32_t *ns)
{
    (void)c;
    *s = 1735689599, *ns = 5000000; /* 2024-12-31T23:59:59.005Z */
    return true;
}

static bool less(struct value a, struct value b)
{
    int order;
    return v_compare(a, b, &order) && order < 0;
}

/* f < stands for function(a, b) a < b, f 0 for one that gives null. */
static struct value read_argument(const char **p)
{
    static struct function by_less = {less}, none = {NULL};
    kit_skip(p);
    if (strncmp(*p, "f<", 2) == 0)
        return *p += 2, (struct value){.tag = TAG_FUNCTION, .function = &by_less};
    if (strncmp(*p, "f0", 2) == 0)
        return *p += 2, (struct value){.tag = TAG_FUNCTION, .function = &none};
    return kit_value(p);
}

/* Reads `name(args)`; names before colons make it a call by name. */
static struct value run(const char *text)
{
    struct call c = {.arena = &kit_arena,
                     .zones = &kit_zones,
                     .null = record_null,
                     .invoke = invoke,
                     .now = now,
                     .fits = fits};
    struct value args[24];
    size_t n = 0;
    const char *p = strchr(text, '(');
    const struct builtin *b = builtin_find(str_n(text, (size_t)(p - text)));
    if (!b) fail_msg("no function for %s", text);
    last_id[0] = 0;
    for (p++; *p != ')';) {
        args[n++] = read_argument(&p);
        kit_skip(&p);
        if (*p == ',') p++;
    }
    return builtin_call(&c, b, BUILTIN_POSITIONAL, args, n);
}

static void expect(const char *text, const char *want)
{
    struct value v = run(text);
    const char *got = v_is_null(v) && last_id[0] ? last_id : kit_print(v);
    if (strcmp(got, want) != 0) fail_msg("%s gives %s, not %s", text, got, want);
}

#define EXPECT_ALL(rows)                                                                       \
    for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                                 \
    expect((rows)[i][0], (rows)[i][1])

static void conversion(void **state)
{
    static const char *const rows[][2] = {
        {"date(\"2017-12-31\")", "2017-12-31"},
        {"date(2017, 12, 31)", "2017-12-31"},
        {"date(@\"2017-10-11\")", "2017-10-11"},
        {"date(@\"2017-08-14T14:25:00@Europe/Paris\")", "2017-08-14"},
        {"date([\"2017-12-31\"])", "2017-12-31"},
        {"date(2017, 2, 29)", "FEEL-0301"},
        {"date(2017, 1.5, 1)", "FEEL-0301"},
        {"date(1000999999, 12, 1)", "FEEL-0301"},
        {"date(\"2012-12-25T\")", "FEEL-0301"},
        {"date(1)", "FEEL-0206"},
        {"date([])", "FEEL-0206"},
        {"date(null)", "FEEL-0206"},
        {"date()", "FEEL-0205"},
        {"date(1, 2)", "FEEL-0205"},
        {"date(null, 2, 1)", "FEEL-0206"},
        {"time(\"11:22:33.444Z\")", "11:22:33.444Z"},
        {"time(@\"2017-08-10T10:20:00+01:00\")", "10:20:00+01:00"},
        {"time(@\"2017-08-10\")", "00:00:00Z"},
        {"time(12, 0, 0, null)", "12:00:00"},
        {"time(12, 59, 1.3, @\"-PT1H\")", "12:59:01.3-01:00"},
        {"time(11, 59, 45, @\"-PT0H\")", "11:59:45Z"},
        {"time(11, 59, 45, @\"PT2H45M55S\")", "11:59:45+02:45:55"},
        {"time(24, 0, 0, null)", "FEEL-0301"},
        {"time(1, 2, 60, null)", "FEEL-0301"},
        {"time(1, 2, -0.1, null)", "FEEL-0301"},
        {"time(1, 2, 3, @\"PT19H\")", "FEEL-0301"},
        {"time(null, 11, 45, @\"P0D\")", "FEEL-0206"},
        {"date and time(\"2012-12-24\")", "2012-12-24T00:00:00"},
        {"date and time(@\"2017-08-10T10:20:00@Europe/Paris\", @\"23:59:01\")",
         "2017-08-10T23:59:01"},
        {"date and time(@\"2017-01-01\", @\"23:59:01@Europe/Paris\")",
         "2017-01-01T23:59:01@Europe/Paris"},
        {"date and time(\"11:00:00\")", "FEEL-0301"},
        {"date and time(@\"2017-08-10\", null)", "FEEL-0206"},
        {"number(\"1 000.5\", \" \", \".\")", "1000.5"},
        {"number(\"1.000,5\", \".\", \",\")", "1000.5"},
        {"number(\"1,000\", \",\", null)", "1000"},
        {"number(\"-1.5E2\", null, \".\")", "-150"},
        {"number(\"1.5\", \".\", \".\")", "FEEL-0301"},
        {"number(\"1\", \"x\", \".\")", "FEEL-0301"},
        {"number(\"1.5\", null, \",\")", "FEEL-0301"},
        {"number(\"\", null, null)", "FEEL-0301"},
        {"number(\"1\")", "FEEL-0205"},
        {"number(null, null, null)", "FEEL-0206"},
        {"string(1.50)", "1.5"},
        {"string(null)", "null"},
        {"string(\"a\")", "a"},
        {"string([1, \"a\\\"b\", {a b: null}])", "[1, \"a\\\"b\", {a b: null}]"},
        {"string({\"{\": 1})", "{\"{\": 1}"},
        {"string([@\"P1D\"..@\"P2D\"))", "[@\"P1D\"..@\"P2D\")"},
        {"string((<= 10))", "(<= 10)"},
        {"string()", "FEEL-0205"},
        {"string(1E20)", "100000000000000000000"},
        {"string(1E-7)", "0.0000001"},
        {"duration(\"P26M\")", "P2Y2M"},
        {"duration(\"PT24H\")", "P1D"},
        {"duration(\"P\")", "FEEL-0301"},
        {"duration(2017)", "FEEL-0206"},
        {"years and months duration(@\"2011-12-22\", @\"2013-08-24\")", "P1Y8M"},
        {"years and months duration(@\"2014-12-31T23:59:59\", @\"-2019-10-01T12:32:59\")",
         "-P4033Y2M"},
        {"years and months duration(@\"-2016-01-30T09:05:00\", @\"-2017-02-28T02:02:02\")",
         "-P11M"},
        {"years and months duration(@\"2017-08-11\", null)", "FEEL-0206"},
        {"not(true)", "false"},
        {"not(null)", "null"},
        {"not(1)", "FEEL-0206"},
        {"is(1, 1.0)", "true"},
        {"is(@\"10:00:00Z\", @\"10:00:00\")", "false"},
        {"is(null, null)", "true"},
        {"is([1, {a: 1}], [1, {a: 1}])", "true"},
        {"is(1, 2, 3)", "FEEL-0205"}};
    (void)state;
    EXPECT_ALL(rows);
}

static void strings(void **state)
{
    static const char *const rows[][2] = {
        {"substring(\"foobar\", 3)", "obar"},
        {"substring(\"foobar\", 3, 3.8)", "oba"},
        {"substring(\"foobar\", -2, 1)", "a"},
        {"substring(\"foobar\", 0)", "FEEL-0305"},
        {"substring(\"foobar\", 7)", "FEEL-0305"},
        {"substring(\"foobar\", 3, -1)", "FEEL-0305"},
        {"substring(\"foobar\", 3, 100)", "obar"},
        {"substring(\"\xf0\x9f\x90\x8e"
         "foo\", 2)",
         "foo"},
        {"substring(\"f\", 1, null)", "FEEL-0206"},
        {"string length(\"\xf0\x9f\x90\x8e\xf0\x9f\x98\x80\")", "2"},
        {"upper case(\"aBc4\xc3\xa9\")", "ABC4\xc3\x89"},
        {"upper case([\"bob\"])", "BOB"},
        {"lower case(\"AbDcF\")", "abdcf"},
        {"substring before(\"foobar\", \"bar\")", "foo"},
        {"substring before(\"foobar\", \"xyz\")", ""},
        {"substring before(\"foobar\", \"\")", ""},
        {"substring after(\"foobar\", \"ob\")", "ar"},
        {"substring after(\"\", \"a\")", ""},
        {"substring after(\"abc\", \"\")", "abc"},
        {"substring after(\"abc\", \"x\")", ""},
        {"contains(\"foobar\", \"of\")", "false"},
        {"contains(\"\", \"\")", "true"},
        {"starts with(\"foobar\", \"fo\")", "true"},
        {"ends with(\"foobar\", \"r\")", "true"},
        {"contains(\"a\", null)", "FEEL-0206"},
        {"matches(\"foobar\", \"^Fo*b\", \"i\")", "true"},
        {"matches(\"foobar\", \"^Fo*b\")", "false"},
        {"matches(\"a\", \"(\")", "FEEL-0303"},
        {"matches(\"a\", \"a\", \"g\")", "FEEL-0303"},
        {"matches(\"a\", \"a\", null)", "true"},
        {"replace(\"abcd\", \"(ab)|(a)\", \"[1=$1][2=$2]\")", "[1=ab][2=]cd"},
        {"replace(\"abc\", \"b*\", \"x\")", "FEEL-0303"},
        {"split(\"a;b;c;;\", \";\")", "[\"a\", \"b\", \"c\", \"\", \"\"]"},
        {"split(\"foo\", null)", "FEEL-0206"},
        {"split(\"foo\")", "FEEL-0205"},
        {"string join([\"a\", null, \"c\"], \"X\")", "aXc"},
        {"string join([])", ""},
        {"string join(\"a\", \"X\")", "a"},
        {"string join([1, 2], \"X\")", "FEEL-0304"},
        {"string join([\"a\", \"b\"], null)", "ab"},
        {"string join([\"\", \"\"], \"-\")", "-"}};
    (void)state;
    EXPECT_ALL(rows);
}

static void lists(void **state)
{
    static const char *const rows[][2] = {
        {"list contains([1, null], null)", "true"},
        {"list contains([1, 2], \"1\")", "false"},
        {"count([1, [2, 3]])", "2"},
        {"count(1)", "1"},
        {"count(null)", "FEEL-0206"},
        {"min([1, -3, 2.5])", "-3"},
        {"min(1, -3)", "-3"},
        {"max(\"a\", \"b\")", "b"},
        {"max([@\"P1D\", @\"PT25H\"])", "P1DT1H"},
        {"min([])", "null"},
        {"min([1, \"a\"])", "FEEL-0304"},
        {"max([1, null])", "FEEL-0304"},
        {"min(true)", "FEEL-0304"},
        {"min()", "FEEL-0205"},
        {"sum([1, 2.5])", "3.5"},
        {"sum(1, 2)", "3"},
        {"sum(5)", "5"},
        {"sum([])", "FEEL-0304"},
        {"sum([1, null])", "FEEL-0304"},
        {"sum(1, null)", "FEEL-0206"},
        {"mean([1, 2, 4])", "2.333333333333333333333333333333333"},
        {"mean([])", "FEEL-0304"},
        {"product([2.5, 1, 2.5, 3])", "18.75"},
        {"product([])", "FEEL-0304"},
        {"median([6, 1, 2, 3])", "2.5"},
        {"median(8, 2, 5, 3, 4)", "4"},
        {"median([])", "null"},
        {"median([1, \"foo\"])", "FEEL-0304"},
        {"stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"},
        {"stddev([47])", "FEEL-0304"},
        {"mode([3, 6, 1, 9, 6, 1, 3])", "[1, 3, 6]"},
        {"mode(6)", "[6]"},
        {"mode([])", "[]"},
        {"all([true, null, true])", "null"},
        {"all(true, null, false)", "false"},
        {"all([])", "true"},
        {"all(null)", "FEEL-0206"},
        {"all([true, 123])", "FEEL-0304"},
        {"all(true)", "true"},
        {"any(null, false)", "null"},
        {"any([null, true])", "true"},
        {"any([])", "false"},
        {"any(123)", "FEEL-0304"},
        {"sublist([1, 2, 3], -1)", "[3]"},
        {"sublist([1, 2, 3], 1, 2)", "[1, 2]"},
        {"sublist([1, 2, 3], 2, 3)", "FEEL-0305"},
        {"sublist([1], 0)", "FEEL-0305"},
        {"append([1], 2, [3])", "[1, 2, [3]]"},
        {"append(1, 2)", "[1, 2]"},
        {"append([], null)", "[null]"},
        {"concatenate([1], [[2]], 3)", "[1, [2], 3]"},
        {"insert before([1, 3], 2, 2)", "[1, 2, 3]"},
        {"insert before([1, 3], -1, 2)", "[1, 2, 3]"},
        {"insert before([1, 3], 3, 2)", "FEEL-0305"},
        {"remove([1, 2, 3], -3)", "[2, 3]"},
        {"remove([1], 2)", "FEEL-0305"},
        {"list replace([1, 2, 3], 2.5, 4)", "[1, 4, 3]"},
        {"list replace([1, 2, 3], -1.5, 4)", "[1, 2, 4]"},
        {"list replace([2, 4, 7, 8], f<, 5)", "[5, 5, 7, 8]"},
        {"list replace([1], f0, 5)", "FEEL-0310"},
        {"list replace([1, 2], 0, 4)", "FEEL-0305"},
        {"list replace([1, 2, 3], \"2\", 4)", "FEEL-0206"},
        {"list replace(1, 1, 5)", "[5]"},
        {"reverse([1, 2, 3])", "[3, 2, 1]"},
        {"index of([1, 2, 3, 2], 2)", "[2, 4]"},
        {"index of([1, null], null)", "[2]"},
        {"index of([], 1)", "[]"},
        {"union([1, 2], [2, 3.0, 3])", "[1, 2, 3]"},
        {"distinct values([1, \"1\", 1.0, null, null])", "[1, \"1\", null]"},
        {"flatten([[1, [[2]]], 3])", "[1, 2, 3]"},
        {"flatten(1)", "[1]"},
        {"sort([3, 1, 2, 1], f<)", "[1, 1, 2, 3]"},
        {"sort([3, 1], f0)", "FEEL-0310"},
        {"sort([], f<)", "[]"},
        {"sort([1])", "FEEL-0205"},
        {"sort([5, 4, 3, 2, 1, 9, 8], f<)", "[1, 2, 3, 4, 5, 8, 9]"}};
    (void)state;
    EXPECT_ALL(rows);
}

static void numbers(void **state)
{
    static const char *const rows[][2] = {{"decimal(2.5, 0)", "2"},
                                          {"decimal(3.5, 0)", "4"},
                                          {"decimal(1.126, 2)", "1.13"},
                                          {"decimal(1260, -2)", "1300"},
                                          {"decimal(1, 6177)", "FEEL-0302"},
                                          {"floor(-1.56, 1)", "-1.6"},
                                          {"floor(-1.5)", "-2"},
                                          {"ceiling(-0.3333)", "0"},
                                          {"ceiling(1.56, 1)", "1.6"},
                                          {"floor(1.5, null)", "FEEL-0206"},
                                          {"floor(1, 2, 3)", "FEEL-0205"},
                                          {"round up(-1.126, 2)", "-1.13"},
                                          {"round down(-5.5, 0)", "-5"},
                                          {"round half up(-5.5, 0)", "-6"},
                                          {"round half down(-5.5, 0)", "-5"},
                                          {"round half up(1.126, 2)", "1.13"},
                                          {"round up(5.5, 6176)", "5.5"},
                                          {"round up(5.5, -6112)", "FEEL-0302"},
                                          {"round up(5.5)", "FEEL-0205"},
                                          {"abs(-1)", "1"},
                                          {"abs(@\"-P1D\")", "P1D"},
                                          {"abs(@\"-P1Y\")", "P1Y"},
                                          {"abs(@\"10:00:00\")", "FEEL-0206"},
                                          {"modulo(-12, 5)", "3"},
                                          {"modulo(10.1, -4.5)", "-3.4"},
                                          {"modulo(1, 0)", "FEEL-0302"},
                                          {"sqrt(-1)", "FEEL-0302"},
                                          {"sqrt(2)", "1.414213562373095048801688724209698"},
                                          {"log(0)", "FEEL-0302"},
                                          {"log(10)", "2.302585092994045684017991454684364"},
                                          {"exp(1)", "2.718281828459045235360287471352662"},
                                          {"exp(99999)", "FEEL-0302"},
                                          {"odd(-3)", "true"},
                                          {"even(0)", "true"},
                                          {"even(1.5)", "FEEL-0302"},
                                          {"odd(1E40)", "false"}};
    (void)state;
    EXPECT_ALL(rows);
}

static void ranges(void **state)
{
    static const char *const rows[][2] = {
        {"before(1, (1..10])", "true"},
        {"before(1, [1..10])", "false"},
        {"before([1..10), [10..20])", "true"},
        {"before((< 5), 5)", "true"},
        {"before((> 5), 9)", "false"},
        {"after(10, [1..10))", "true"},
        {"after([11..20], 11)", "false"},
        {"after(12, (< 10))", "true"},
        {"meets([1..5], [5..10])", "true"},
        {"meets([1..5), [5..10])", "false"},
        {"met by([5..10], [1..5])", "true"},
        {"overlaps([1..5], [5..8])", "true"},
        {"overlaps([1..5], (5..8])", "false"},
        {"overlaps((< 5), (> 3))", "true"},
        {"overlaps before([1..5), (1..5])", "true"},
        {"overlaps before([1..5], [1..5])", "false"},
        {"overlaps after((1..5], [1..5))", "true"},
        {"overlaps after([6..8], [1..5])", "false"},
        {"finishes(10, [1..10])", "true"},
        {"finishes([5..10), [1..10])", "false"},
        {"finished by([1..10], (1..10])", "true"},
        {"includes([1..10], 10)", "true"},
        {"includes((1..10], 1)", "false"},
        {"includes((> 0), [1..10])", "true"},
        {"during([1..10], [1..10])", "true"},
        {"during(5, (< 5))", "false"},
        {"starts(1, [1..10])", "true"},
        {"starts((1..5], [1..10])", "false"},
        {"started by([1..10], [1..10))", "true"},
        {"coincides(5, 5.0)", "true"},
        {"coincides((1..5), [1..5])", "false"},
        {"coincides((< 5), (< 5))", "true"},
        {"before(1, \"a\")", "FEEL-0307"},
        {"before(1, null)", "FEEL-0206"},
        {"meets(1, [1..2])", "FEEL-0206"},
        {"before(1)", "FEEL-0205"},
        {"before(@\"2020-01-01\", [@\"2020-01-02\"..@\"2020-01-03\"])", "true"},
        {"range(\" [ 1 .. 3 ] \")", "[1..3]"},
        {"range(\"]1..3[\")", "(1..3)"},
        {"range(\"[-1.5..1E2]\")", "[-1.5..100]"},
        {"range(\"[\\\"a..\\\"..\\\"c\\\"]\")", "[\"a..\"..\"c\"]"},
        {"range(\"[@\\\"P1D\\\"..duration(\\\"P2D\\\"))\")", "[@\"P1D\"..@\"P2D\")"},
        {"range(\"[date and "
         "time(\\\"2020-01-01T00:00:00\\\")..@\\\"2020-01-02T00:00:00\\\"]\")",
         "[@\"2020-01-01T00:00:00\"..@\"2020-01-02T00:00:00\"]"},
        {"range(\"(..2]\")", "(<= 2)"},
        {"range(\"[1..)\")", "(>= 1)"},
        {"range(\"(..)\")", "FEEL-0307"},
        {"range(\"[1..]\")", "FEEL-0307"},
        {"range(\"[3..1]\")", "FEEL-0307"},
        {"range(\"[..2]\")", "FEEL-0307"},
        {"range(\"[1..\\\"b\\\"]\")", "FEEL-0307"},
        {"range(\">=10\")", "FEEL-0307"},
        {"range(\"\")", "FEEL-0307"},
        {"range(\"[1..3] \\u0000\")", "FEEL-0307"},
        {"range(\"[date(string(\\\"1970-01-01\\\"))..date(\\\"1970-01-02\\\")]\")",
         "FEEL-0307"},
        {"range(\"[null..null]\")", "FEEL-0307"},
        {"range([1..3])", "FEEL-0206"}};
    (void)state;
    EXPECT_ALL(rows);
}

static void contexts_and_dates(void **state)
{
    static const char *const rows[][2] = {
        {"get value({a: 1}, \"a\")", "1"},
        {"get value({a: 1}, \"b\")", "FEEL-0306"},
        {"get value({a: null}, \"a\")", "null"},
        {"get value({a: 1}, 123)", "FEEL-0206"},
        {"get entries({a: 1, b: 2})", "[{key: \"a\", value: 1}, {key: \"b\", value: 2}]"},
        {"get entries({})", "[]"},
        {"context([{key: \"a\", value: 1}, {key: \"b\", value: 2}])", "{a: 1, b: 2}"},
        {"context({key: \"a\", value: null})", "{a: null}"},
        {"context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])", "FEEL-0306"},
        {"context({key: \"a\"})", "FEEL-0306"},
        {"context([])", "{}"},
        {"context(\"foo\")", "FEEL-0306"},
        {"context put({a: 1, b: 2}, \"a\", 3)", "{a: 3, b: 2}"},
        {"context put({}, \"\", 1)", "{\"\": 1}"},
        {"context put({x: 1, y: {a: 0}}, [\"y\", \"b\"], 2)", "{x: 1, y: {a: 0, b: 2}}"},
        {"context put({y: {a: 0}}, [\"y\", \"a\", \"b\"], 2)", "FEEL-0306"},
        {"context put({}, [], 2)", "FEEL-0306"},
        {"context put({}, [null], 2)", "FEEL-0306"},
        {"context put({}, null, 1)", "FEEL-0206"},
        {"context merge([{a: 1}, {b: 2, a: {c: 1}}])", "{a: {c: 1}, b: 2}"},
        {"context merge({a: 1})", "{a: 1}"},
        {"context merge([{a: 1}, 2])", "FEEL-0306"},
        {"context merge([])", "{}"},
        {"day of year(@\"2020-12-31\")", "366"},
        {"day of week(@\"2019-09-17T10:10:10\")", "Tuesday"},
        {"day of week(@\"-0001-01-01\")", "Friday"},
        {"month of year(@\"2019-09-17\")", "September"},
        {"week of year(@\"2003-12-29\")", "1"},
        {"week of year(@\"2005-01-01\")", "53"},
        {"week of year(@\"2010-01-01\")", "53"},
        {"week of year(\"foo\")", "FEEL-0206"},
        {"now()", "2024-12-31T23:59:59.005Z"},
        {"today()", "2024-12-31"},
        {"now(123)", "FEEL-0205"}};
    (void)state;
    EXPECT_ALL(rows);
}

static void calls_by_name_keep_their_signature(void **state)
{
    (void)state;
    struct call c = {.arena = &kit_arena,
                     .zones = &kit_zones,
                     .null = record_null,
                     .invoke = invoke,
                     .fits = fits};
    const struct builtin *put = builtin_find(STR("context put"));
    struct value args[3] = {kit_read("{y: {a: 0}}"), kit_read("[\"y\", \"a\"]"), v_int(2)};
    assert_true(v_is_null(builtin_call(&c, put, 0, args, 3)));
    assert_string_equal(last_id, "FEEL-0206");
    assert_string_equal(kit_print(builtin_call(&c, put, 1, args, 3)), "{y: {a: 2}}");
    const struct builtin *join = builtin_find(STR("string join"));
    struct value one = kit_read("[\"a\", \"b\"]");
    assert_string_equal(kit_print(builtin_call(&c, join, 0, &one, 1)), "ab");
    struct value clock =
        builtin_call(&c, builtin_find(STR("now")), BUILTIN_POSITIONAL, NULL, 0);
    assert_true(v_is_null(clock)); /* no clock given */
    assert_string_equal(last_id, "FEEL-0308");
}

static void table_is_whole(void **state)
{
    (void)state;
    assert_int_equal(builtin_count, 86);
    for (size_t i = 0; i < builtin_count; i++) {
        const struct builtin *b = &builtin_table[i];
        assert_ptr_equal(builtin_find(str_c(b->name)), b); /* no name twice */
        for (size_t k = 0; k < b->n_signatures; k++) {
            const struct builtin_signature *s = &b->signatures[k];
            size_t params = *s->params != 0, types = *s->types != 0;
            for (const char *p = s->params; *p; p++) params += *p == ',';
            for (const char *p = s->types; *p; p++) types += *p == ',';
            assert_int_equal(params, types);
            assert_true(params <= BUILTIN_ARGS && s->min <= s->max && params <= 4);
            assert_true(s->max == 255 ? str_ends(str_c(s->params), STR("..."))
                                      : s->max == params);
        }
    }
}

static void budget(void **state)
{
    (void)state;
    struct call c = {.arena = &kit_arena,
                     .zones = &kit_zones,
                     .null = record_null,
                     .invoke = invoke,
                     .fits = fits};
    struct value big = v_list(&kit_arena, 1 << 20), lists[2] = {big, big};
    for (size_t i = 0; i < big.list->n; i++) big.list->items[i] = v_int(0);
    assert_true(v_is_null(
        builtin_call(&c, builtin_find(STR("concatenate")), BUILTIN_POSITIONAL, lists, 2)));
    assert_string_equal(last_id, "FEEL-0309");
    struct value nest = v_list(&kit_arena, 0);
    for (int i = 0; i < 100; i++) {
        struct value pair = v_list(&kit_arena, 2);
        pair.list->items[0] = pair.list->items[1] = nest;
        nest = pair;
    }
    assert_true(
        v_is_null(builtin_call(&c, builtin_find(STR("string")), BUILTIN_POSITIONAL, &nest, 1)));
    assert_string_equal(last_id, "FEEL-0309");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversion),
        cmocka_unit_test(strings),
        cmocka_unit_test(lists),
        cmocka_unit_test(numbers),
        cmocka_unit_test(ranges),
        cmocka_unit_test(contexts_and_dates),
        cmocka_unit_test(calls_by_name_keep_their_signature),
        cmocka_unit_test(table_is_whole),
        cmocka_unit_test(budget),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
