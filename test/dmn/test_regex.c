/* XPath's regular expressions: what matches, what is refused although PCRE2 would take it,
 * replacement, split, and the budget. */
#include "test/dmn/kit.h"
#include "dmn/regex.h"

struct row {
    const char *text, *pattern, *flags;
    char answer; /* t, f, or e for an illegal pattern */
};

static const struct row rows[] = {
    {"foobar", "^fo*b", "", 't'},
    {"foobar", "^Fo*b", "", 'f'},
    {"foobar", "^Fo*b", "i", 't'},
    {"abc", "", "", 't'},
    {"", "a|", "", 't'},
    {"abracadabra", "bra$", "", 't'},
    {"bra\n", "bra$", "", 'f'},
    {"a\nb", "^b", "", 'f'},
    {"a\nb", "^b$", "m", 't'},
    {"a\nb", "a.b", "", 'f'},
    {"a\nb", "a.b", "s", 't'},
    {"a\rb", "a.b", "", 'f'},
    {"hello world", "hello\\ sworld", "x", 't'},
    {"hello world", "hello[ ]world", "x", 't'},
    {"helloworld", "hello world", "x", 't'},
    {"hello world", "hello world", "x", 'f'},
    {"a", "\\p{ Is BasicLatin }", "x", 't'},
    {"a", "\\p{ IsBasicLatin}", "", 'e'},
    {"a", "\\p{IsBasicLatin}", "", 't'},
    {"\xc3\xa9", "^\\p{IsLatin-1Supplement}$", "", 't'},
    {"\xc3\xa9", "\\p{IsBasicLatin}", "", 'f'},
    {"\xc3\xa9", "^\\P{IsBasicLatin}$", "", 't'},
    {"a", "\\p{IsNowhere}", "", 'e'},
    {"a", "\\p{Xx}", "", 'e'},
    {"a", "\\p{L}", "", 't'},
    {"a", "\\p{Lu}", "", 'f'},
    {"a", "\\pL", "", 'e'},
    {"\xce\xb1", "\\p{IsGreek}", "", 't'},
    /* subtraction */
    {"Q", "^[A-Z-[OI]]$", "", 't'},
    {"O", "^[A-Z-[OI]]$", "", 'f'},
    {"o", "^[A-Z-[OI]]$", "i", 'f'},
    {"q", "^[A-Z-[OI]]$", "i", 't'},
    {"a", "[a-z-[b-y-[m]]]", "", 't'},
    {"m", "[a-z-[b-y-[m]]]", "", 't'},
    {"n", "[a-z-[b-y-[m]]]", "", 'f'},
    {"9", "^[^0-9-[x]]$", "", 'f'},
    {"x", "^[^0-9-[x]]$", "", 'f'},
    {"y", "^[^0-9-[x]]$", "", 't'},
    {"3", "[\\d-[357]]", "", 'f'},
    {"4", "[\\d-[357]]", "", 't'},
    /* case folding: KELVIN SIGN */
    {"\xe2\x84\xaa", "k", "i", 't'},
    {"k", "\xe2\x84\xaa", "i", 't'},
    {"K", "[\xe2\x84\xaa]", "i", 't'},
    {"\xe2\x84\xaa", "k", "", 'f'},
    {"\xe2\x84\xaa", "[A-Z]", "i", 't'},
    {"\xc3\x89", "\xc3\xa9", "i", 't'},
    /* back-references */
    {"hh", "(.)\\1", "", 't'},
    {"ha", "(.)\\1", "", 'f'},
    {"h", "(.)\\2", "", 'e'},
    {"h", "(.)\\3", "", 'e'},
    {"abcd", "(asd)[\\1]", "", 'e'},
    {"abcd", "(asd)[asd\\1]", "", 'e'},
    {"abcd", "(asd)[asd\\0]", "", 'e'},
    {"a", "\\0", "", 'e'},
    {"a", "(a\\1)", "", 'e'},
    {"a", "\\1(a)", "", 'e'},
    {"aa1", "^(a)\\11$", "", 't'},
    {"b", "^(a)?b\\1$", "", 't'},
    {"aa", "(?:a)\\1", "", 'e'},
    {"aa0", "(a)\\10", "", 't'},
    {"aa", "(a)\\01", "", 'e'},
    /* names and classes */
    {"_a", "^\\i\\c*$", "", 't'},
    {"1a", "^\\i\\c*$", "", 'f'},
    {"1a", "^\\I\\c$", "", 't'},
    {" ", "^\\C$", "", 't'},
    {"a-b.c:d", "^\\c+$", "", 't'},
    {"\xd9\xa3", "^\\d$", "", 't'},
    {"\xe2\x82\xac", "^\\w$", "", 't'},
    {"_", "\\w", "", 'f'},
    {"_", "\\W", "", 't'},
    {"\xc2\xa0", "\\s", "", 'f'},
    {"\t", "[^\\S]", "", 't'},
    {"a", "[\\s\\S]", "", 't'},
    {"-", "^[-a]$", "", 't'},
    {"-", "^[a-]$", "", 't'},
    {"-", "^[a\\-z]$", "", 't'},
    {"b", "[a\\-z]", "", 'f'},
    {"^", "[a^]", "", 't'},
    {"]", "[\\]]", "", 't'},
    {"\xf0\x9f\x90\x8e", "^.$", "", 't'},
    /* what PCRE2 knows and XPath does not */
    {"a", "\\b", "", 'e'},
    {"a", "(?=a)", "", 'e'},
    {"a", "(?<x>a)", "", 'e'},
    {"a", "(?i)a", "", 'e'},
    {"a", "(?#a)", "", 'e'},
    {"a", "a++", "", 'e'},
    {"a", "a*+", "", 'e'},
    {"a", "\\x61", "", 'e'},
    {"a", "\\A", "", 'e'},
    {"a", "\\h", "", 'e'},
    {"a", "\\Qa\\E", "", 'e'},
    {"a", "[[:alpha:]]", "", 'e'},
    {"a", "a{,2}", "", 'e'},
    {"{", "{", "", 'e'},
    {"a}", "a}", "", 'e'},
    {"]", "]", "", 'e'},
    {"a", "[]a]", "", 'e'},
    {"a", "[^]", "", 'e'},
    {"a", "[z-a]", "", 'e'},
    {"a", "[a-\\d]", "", 'e'},
    {"a", "[a-b-c]", "", 'e'},
    {"a", "[a", "", 'e'},
    {"a", "(a", "", 'e'},
    {"a", "a)", "", 'e'},
    {"a", "*a", "", 'e'},
    {"a", "a|*", "", 'e'},
    {"a", "a**", "", 'e'},
    {"a", "a{2,1}", "", 'e'},
    {"a", "a{99999}", "", 'e'},
    {"a", "a\\", "", 'e'},
    {"a", "\\", "", 'e'},
    {"a", "[\\", "", 'e'},
    {"a", "\\p{", "", 'e'},
    {"a", "(*ACCEPT)a", "", 'e'},
    {"a", "\\R", "", 'e'},
    {"a", "a{1", "", 'e'},
    {"a#", "a#", "x", 't'},
    /* quantifiers and anchors that are legal here */
    {"aaa", "^a{2,}?a$", "", 't'},
    {"aaa", "^a{3}$", "", 't'},
    {"foo", "^*foo", "", 't'},
    {"foo", "(^)foo($)", "", 't'},
    {"(?:)", "(?:)", "q", 't'},
    {"A.B", "a.b", "qi", 't'},
    {"axb", "a.b", "q", 'f'},
    {"a b", "a b", "qx", 't'},
    {"$", "\\$", "", 't'},
    {"a\n", "\n$", "m", 'f'},
    {"a\nb\n", "^$", "m", 'f'},
    {"a\n\n", "^$", "m", 't'},
    {"", "^$", "m", 't'},
    /* flags */
    {"a", "a", "g", 'e'},
    {"a", "a", " ", 'e'},
    {"a", "a", "smix", 't'},
};

static void matches(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *r = &rows[i];
        const char *why;
        const struct regex *x =
            regex_compile(&kit_arena, str_c(r->pattern), str_c(r->flags), &why);
        int found = x ? regex_matches(x, str_c(r->text)) : 0;
        char got = !x ? 'e' : found > 0 ? 't' : found == 0 ? 'f' : 'b';
        if (!x) assert_non_null(why);
        if (got != r->answer)
            fail_msg("row %zu: %s against /%s/%s gives %c (%s)", i, r->text, r->pattern,
                     r->flags, got, x ? "" : why);
        regex_free(x);
    }
}

static void replaces(void **state)
{
    /* text, pattern, flags, replacement, result or NULL */
    static const char *const cases[][5] = {
        {"abcd", "(ab)|(a)", "", "[1=$1][2=$2]", "[1=ab][2=]cd"},
        {"abracadabra", "a.*?a", "", "*", "*c*bra"},
        {"darted", "^(.*?)d(.*)$", "", "$1c$2", "carted"},
        {"abracadabra", "a(.)", "", "a$1$1", "abbraccaddabbra"},
        {"0123456789", "(\\d{3})(\\d{3})(\\d{4})", "", "($1) $2-$3", "(012) 345-6789"},
        {"facetiously", "[iouy]", "", "[$0]", "facet[i][o][u]sl[y]"},
        {"abc", "b", "", "\\$\\\\", "a$\\c"},
        {"abc", "b", "", "$3", "ac"},
        {"abc", "(b)", "", "$12", "ab2c"},
        {"abc", "b", "", "$", NULL},
        {"abc", "b", "", "\\n", NULL},
        {"abc", "b*", "", "x", NULL},
        {"abc", "^", "", "x", NULL},
        {"abc", "", "", "x", NULL},
        {"a.c", ".", "q", "$1\\", "a$1\\c"},
        {"", "a", "", "b", ""},
        {"aaa", "a", "", "", ""},
        {"\xf0\x9f\x90\x8e!", "!", "", "?", "\xf0\x9f\x90\x8e?"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *why;
        struct str result;
        const struct regex *x =
            regex_compile(&kit_arena, str_c(cases[i][1]), str_c(cases[i][2]), &why);
        assert_non_null(x);
        bool ok =
            regex_replace(&kit_arena, x, str_c(cases[i][0]), str_c(cases[i][3]), &result, &why);
        if (ok != (cases[i][4] != NULL)) fail_msg("case %zu: %s", i, ok ? "accepted" : why);
        if (ok && !str_is(result, cases[i][4]))
            fail_msg("case %zu: " STR_FMT, i, STR_ARG(result));
        regex_free(x);
    }
}

static void splits(void **state)
{
    static const char *const cases[][3] = {{"John Doe", "\\s", "John|Doe"},
                                           {"a;b;c;;", ";", "a|b|c||"},
                                           {";a", ";", "|a"},
                                           {"abc", ";", "abc"},
                                           {"", ";", ""},
                                           {"a1b22c", "\\d+", "a|b|c"},
                                           {"abc", "", NULL},
                                           {"abc", "x*", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *why;
        struct str *pieces;
        size_t n;
        struct buf b = buf_in(&kit_arena);
        const struct regex *x = regex_compile(&kit_arena, str_c(cases[i][1]), STR(""), &why);
        bool ok = regex_split(&kit_arena, x, str_c(cases[i][0]), &pieces, &n, &why);
        assert_int_equal(ok, cases[i][2] != NULL);
        for (size_t k = 0; ok && k < n; k++) {
            if (k) buf_ch(&b, '|');
            buf_str_add(&b, pieces[k]);
        }
        if (ok) assert_string_equal(buf_z(&b), cases[i][2]);
        regex_free(x);
    }
}

static void budget(void **state)
{
    (void)state;
    const char *why;
    struct str result;
    const struct regex *x = regex_compile(&kit_arena, STR("(a+)+$"), STR(""), &why);
    struct str text = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    assert_int_equal(regex_matches(x, text), -1);
    assert_false(regex_replace(&kit_arena, x, text, STR("x"), &result, &why));
    regex_free(x);
    char *deep = arena_alloc(&kit_arena, 100000);
    memset(deep, '(', 100000);
    assert_null(regex_compile(&kit_arena, str_n(deep, 100000), STR(""), &why));
    assert_null(regex_compile(&kit_arena, str_n(deep, 1000), STR(""), &why));
    memset(deep, '[', 1000);
    assert_null(regex_compile(&kit_arena, str_n(deep, 1000), STR(""), &why));
}

static void replacement_stays_in_the_memory_budget(void **state)
{
    (void)state;
    struct arena a;
    const char *why;
    struct str result;
    arena_init(&a, 1 << 20);
    char *text = arena_alloc(&kit_arena, 10000), *groups = arena_alloc(&kit_arena, 10000);
    memset(text, 'a', 10000);
    for (int i = 0; i < 10000; i += 2) memcpy(groups + i, "$0", 2);
    const struct regex *x = regex_compile(&a, STR("a+"), STR(""), &why);
    assert_false(regex_replace(&a, x, str_n(text, 10000), str_n(groups, 10000), &result, &why));
    assert_true(a.used < 8 << 20);
    regex_free(x);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),
        cmocka_unit_test(replaces),
        cmocka_unit_test(splits),
        cmocka_unit_test(budget),
        cmocka_unit_test(replacement_stays_in_the_memory_budget),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
