/* The packs as they are shipped: their own tests, the worked cases of the contract, every rule
 * hit at least once. */
#include "help.h"
#include "base/schema.h"
#include "base/xml.h"
#include "custody/pack_test.h"

static void own_tests(struct arena *a, const char *name, struct buf *rules_hit)
{
    struct pack *p = pack_named(a, name);
    struct pack_file *files;
    size_t n = pack_files(a, name, &files), ran = 0;
    for (size_t i = 0; i < n; i++) {
        struct pack_test *tests;
        size_t m;
        struct err e = {0};
        if (!str_starts(files[i].name, STR("tests/"))) continue;
        if (pack_test_run(p, a, files[i].name, files[i].bytes, &tests, &m, &e) != RC_OK)
            fail_msg("%s:%d: %s", e.where, e.line, e.text);
        for (size_t k = 0; k < m; k++) {
            if (!tests[k].passed)
                fail_msg("%s " STR_FMT " %s: " STR_FMT "\n  want " STR_FMT "\n  got  " STR_FMT,
                         name, STR_ARG(tests[k].id), "", STR_ARG(tests[k].description),
                         STR_ARG(tests[k].expected), STR_ARG(tests[k].actual));
            buf_str_add(rules_hit, tests[k].actual);
            buf_ch(rules_hit, '\n');
        }
        ran += m;
    }
    assert_true(ran > 0);
    pack_free(p);
}

static void packs_pass_their_tests(void **state)
{
    (void)state;
    struct arena a = {0};
    struct buf hit = buf_in(&a);
    for (size_t i = 0; i < PACKS; i++) own_tests(&a, pack_names[i], &hit);
    arena_done(&a);
}

/* Each rule of a table that gives a rule id must have decided in one of the pack's tests. */
static void tables_are_covered(struct arena *a, const struct xml *x, struct str hit,
                               size_t *rules)
{
    for (const struct xml *c = xml_first(x); c; c = xml_next(c, NULL)) {
        tables_are_covered(a, c, hit, rules);
        if (!str_is(c->name, "rule")) continue;
        size_t column = 0;
        for (const struct xml *o = xml_child(c, "outputEntry"); o;
             o = xml_next(o, "outputEntry"), column++) {
            struct str text = xml_child(o, "text")->text;
            if (column != 1 || text.n == 0 || text.p[0] != '"') continue;
            (*rules)++;
            struct str want = str_c(arena_printf(a, "\"rule\":" STR_FMT, STR_ARG(text)));
            if (str_find(hit, want) < 0)
                fail_msg("no test of the pack is decided by " STR_FMT, STR_ARG(text));
        }
    }
}

static void every_rule_is_hit(void **state)
{
    (void)state;
    for (size_t i = 0; i < PACKS; i++) {
        struct arena a = {0};
        struct buf hit = buf_in(&a);
        struct xml *root;
        struct err e = {0};
        size_t rules = 0;
        own_tests(&a, pack_names[i], &hit);
        const char *path =
            source_path(&a, arena_printf(&a, "policies/%s/policy.dmn", pack_names[i]));
        assert_int_equal(xml_parse(&a, read_text(&a, path), path, NULL, &root, &e), RC_OK);
        tables_are_covered(&a, root, buf_str(&hit), &rules);
        assert_true(rules >= 2);
        arena_done(&a);
    }
}

/* A pack test that must fail: otherwise the runner would be worth nothing. */
static void runner_sees_a_wrong_answer(void **state)
{
    (void)state;
    struct arena a = {0};
    struct pack *p = pack_named(&a, "us-il-trust-act");
    struct pack_test *tests;
    size_t n;
    struct err e = {0};
    struct str xml =
        STR("<testCases><testCase id='1'><inputNode name='request'><component "
            "name='asks'><list><item><value>notify</value></item></list></component>"
            "</inputNode><resultNode name='Answer to "
            "notify'><expected><value>notify</value></expected></resultNode></testCase></"
            "testCases>");
    assert_int_equal(pack_test_run(p, &a, STR("x.xml"), xml, &tests, &n, &e), RC_OK);
    assert_int_equal(n, 1);
    assert_false(tests[0].passed);
    assert_int_equal(
        pack_test_run(p, &a, STR("x.xml"),
                      STR("<testCases><testCase><resultNode name='x'/></testCase></testCases>"),
                      &tests, &n, &e),
        RC_INVALID);
    assert_string_equal(e.id, "PACK-0051");
    pack_free(p);
    arena_done(&a);
}

static const struct answer *answer_to(const struct decision *d, enum ask ask)
{
    for (size_t i = 0; i < d->n_answers; i++)
        if (d->answers[i].ask == ask) return &d->answers[i];
    return NULL;
}

/* What scripts read must be what the contract says. */
static void fits_the_contract(struct arena *a, const struct decision *d)
{
    struct json *document, *value;
    const struct schema *schema;
    struct buf b = buf_in(a);
    struct err e = {0};
    assert_int_equal(json_parse(a, read_text(a, source_path(a, "api/decision.schema.json")),
                                "schema", NULL, &document, &e),
                     RC_OK);
    assert_int_equal(schema_load(a, document, &schema, &e), RC_OK);
    json_write(&b, decision_json(a, d));
    assert_int_equal(json_parse(a, buf_str(&b), "decision", NULL, &value, &e), RC_OK);
    if (schema_check(a, schema, value, "T", &e) != RC_OK) fail_msg("%s: %s", e.where, e.text);
}

static void worked_case(struct arena *a, const char *facts_path, const char *expected_path)
{
    struct json *expected;
    struct err e = {0};
    struct facts f = facts_of(a, str_dupz(a, read_text(a, facts_path)));
    assert_int_equal(
        json_parse(a, read_text(a, expected_path), expected_path, NULL, &expected, &e), RC_OK);
    for (size_t i = 0; i < json_len(expected); i++) {
        const struct json_member *m = &expected->object.members[i];
        struct pack *p = pack_named(a, str_dupz(a, m->key));
        struct pack_run *run = pack_run_new(p);
        struct decision d;
        decide(a, run, &f, true, &d);
        fits_the_contract(a, &d);
        for (size_t k = 0; k < json_len(m->value); k++) {
            const struct json_member *want = &m->value->object.members[k];
            enum ask ask;
            assert_true(ask_from_word(want->key, &ask));
            const struct answer *got = answer_to(&d, ask);
            assert_non_null(got);
            if (!str_is(json_str(want->value), outcome_word(got->outcome)))
                fail_msg("%s, " STR_FMT ", " STR_FMT ": want " STR_FMT ", got %s (" STR_FMT ")",
                         facts_path, STR_ARG(m->key), STR_ARG(want->key),
                         STR_ARG(json_str(want->value)), outcome_word(got->outcome),
                         STR_ARG(got->why));
        }
        pack_run_free(run);
        pack_free(p);
    }
}

static size_t worked_cases(struct arena *a, const char *dir)
{
    struct file_entry *files;
    size_t n, ran = 0;
    struct err e = {0};
    if (file_read_tree(a, dir, 1000, 1 << 24, &files, &n, &e) != RC_OK) return 0;
    for (size_t i = 0; i < n; i++) {
        if (!str_ends(files[i].name, STR(".facts.json"))) continue;
        struct str stem = str_sub(files[i].name, 0, files[i].name.n - 11);
        worked_case(a, arena_printf(a, "%s/" STR_FMT, dir, STR_ARG(files[i].name)),
                    arena_printf(a, "%s/" STR_FMT ".expected.json", dir, STR_ARG(stem)));
        ran++;
    }
    return ran;
}

static void cases_of_the_contract(void **state)
{
    (void)state;
    struct arena a = {0};
    const char *dir = shared_path(&a, "contract/examples");
    if (!file_exists(dir)) {
        print_message("# the contract's examples are not here: set SALLYPORT_SHARED to the "
                      "folder that has contract/\n");
        arena_done(&a);
        skip();
    }
    assert_true(worked_cases(&a, dir) >= 5);
    arena_done(&a);
}

static void cases_of_our_own(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_true(worked_cases(&a, source_path(&a, "test/custody/data")) >= 6);
    arena_done(&a);
}

/* `sha256sum pack.yaml policy.dmn offences.csv | sort | sha256sum` must give the same without
 * this program. */
static void hash_is_of_what_counts(void **state)
{
    (void)state;
    struct arena a = {0};
    struct pack_file *files;
    size_t n = pack_files(&a, pack_names[0], &files);
    struct pack *p, *q;
    struct err e = {0};
    assert_int_equal(pack_load(files, n, NULL, &p, &e), RC_OK);
    for (size_t i = 0; i < n; i++) {
        struct pack_file kept = files[i];
        files[i].bytes = str_c(arena_printf(&a, STR_FMT "\n", STR_ARG(kept.bytes)));
        assert_int_equal(pack_load(files, n, NULL, &q, &e), RC_OK);
        bool counts = !str_starts(kept.name, STR("tests/")) && !str_is(kept.name, "sources.md");
        assert_int_equal(str_eq(pack_sha256(p), pack_sha256(q)), !counts);
        pack_free(q);
        files[i] = kept;
    }
    for (size_t i = 0; i < n / 2;
         i++) { /* the order in which files come is nobody's business */
        struct pack_file t = files[i];
        files[i] = files[n - 1 - i];
        files[n - 1 - i] = t;
    }
    assert_int_equal(pack_load(files, n, NULL, &q, &e), RC_OK);
    assert_true(str_eq(pack_sha256(p), pack_sha256(q)));
    pack_free(q);
    pack_free(p);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packs_pass_their_tests),     cmocka_unit_test(every_rule_is_hit),
        cmocka_unit_test(runner_sees_a_wrong_answer), cmocka_unit_test(cases_of_the_contract),
        cmocka_unit_test(cases_of_our_own),           cmocka_unit_test(hash_is_of_what_counts)};
    return cmocka_run_group_tests_name("packs", tests, NULL, NULL);
}
