/* Facts from JSON and back; every refusal names its place. */
#include "help.h"
#include "custody/status.h"

#define REQUEST                                                                                \
    "\"request\":{\"received_at\":\"2025-02-20T16:03:00-07:00\",\"agency_kind\":\"federal "    \
    "immigration\",\"form\":\"I-247A\",\"asks\":[\"notify\",\"hold\"]}"
#define REST "\"match\":\"confirmed\",\"custody\":{\"state\":\"in custody\"},\"offences\":[]"
#define SMALL "{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST "," REST "}"

static void refused(const char *text, const char *id, const char *where)
{
    struct arena a = {0};
    struct json *v;
    struct facts f;
    struct err e = {0};
    assert_int_equal(json_parse(&a, str_c(text), "t", NULL, &v, &e), RC_OK);
    if (facts_read(&a, v, &f, &e) == RC_OK) fail_msg("taken: %s", text);
    if (strcmp(e.id, id) != 0 || strcmp(e.where, where) != 0)
        fail_msg("want %s at %s, got %s at %s: %s", id, where, e.id, e.where, e.text);
    assert_null(strstr(e.text, "123456789"));
    arena_done(&a);
}

static void errors(void **state)
{
    (void)state;
    refused("{" REQUEST "," REST "}", "FACT-0003", "/");
    refused("{\"as_of\":\"yesterday\"," REQUEST "," REST "}", "FACT-0005", "/as_of");
    refused("{\"as_of\":\"2025-02-28T10:39:00\"," REQUEST "," REST "}", "FACT-0005", "/as_of");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST "," REST
            ",\"citizenship\":\"x\"}",
            "FACT-0004", "/citizenship");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST "," REST ",\"disputed\":1}",
            "FACT-0001", "/disputed");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST "," REST ",\"disputed\":null}",
            "FACT-0001", "/disputed");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST "," REST
            ",\"documents\":[{\"kind\":\"judicial warrant\"},{\"kind\":\"warrant\"}]}",
            "FACT-0002", "/documents/1/kind");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST
            ",\"match\":\"maybe\",\"custody\":{\"state\":\"in custody\"},\"offences\":[]}",
            "FACT-0002", "/match");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST
            ",\"match\":\"confirmed\",\"custody\":{\"state\":\"in "
            "custody\"},\"offences\":[{\"this_booking\":true,\"stage\":\"charged\","
            "\"birthplace\":\"x\"}]}",
            "FACT-0004", "/offences/0/birthplace");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST
            ",\"match\":\"confirmed\",\"custody\":{\"state\":\"in "
            "custody\"},\"offences\":[{\"this_booking\":true,\"stage\":\"charged\",\"text\":"
            "\"HOLD A 123456789\"}]}",
            "FACT-0008", "/offences/0/text");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\",\"request\":{\"received_at\":\"2025-02-"
            "20T16:03:00-07:00\",\"agency_kind\":\"court\",\"form\":\"x\",\"asks\":[]}," REST
            "}",
            "FACT-0006", "/request/asks");
    refused("{\"as_of\":\"2025-02-28T10:39:00-07:00\",\"request\":{\"received_at\":\"2025-02-"
            "20T16:03:00-07:00\",\"agency_kind\":\"court\",\"form\":\"x\",\"asks\":[\"hold\","
            "\"hold\"]}," REST "}",
            "FACT-0006", "/request/asks/1");
    refused("[]", "FACT-0001", "/");
    refused("null", "FACT-0001", "/");
}

static void absent_is_unknown(void **state)
{
    (void)state;
    struct arena a = {0};
    struct facts f = facts_of(&a, SMALL);
    assert_int_equal(f.request.written, UNKNOWN);
    assert_int_equal(f.request.complete, UNKNOWN);
    assert_int_equal(f.request.state, REQUEST_OPEN);
    assert_int_equal(f.request.attests, 0);
    assert_int_equal(f.n_documents, 0);
    assert_false(f.disputed);
    assert_false(f.registries_known);
    assert_true(f.booked_at == INSTANT_NONE);
    assert_null(grade_word(GRADE_UNKNOWN));
    assert_null(issuer_word(ISSUER_UNKNOWN));
    assert_null(document_state_word(DOC_STATE_UNKNOWN));
    arena_done(&a);
}

static struct str canonical(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

/* Reading what was written gives the same bytes, and the fields written anew give them too. */
static void same_again(struct arena *a, struct str text)
{
    struct json *v;
    struct facts f, g;
    struct err e = {0};
    assert_int_equal(json_parse(a, text, "t", NULL, &v, &e), RC_OK);
    if (facts_read(a, v, &f, &e) != RC_OK) fail_msg("%s: %s", e.where, e.text);
    struct str first = str_dup(a, canonical(a, f.json));
    assert_int_equal(json_parse(a, first, "t", NULL, &v, &e), RC_OK);
    if (facts_read(a, v, &g, &e) != RC_OK) fail_msg("%s: %s", e.where, e.text);
    if (!str_eq(first, canonical(a, g.json)))
        fail_msg(STR_FMT "\n" STR_FMT, STR_ARG(first), STR_ARG(canonical(a, g.json)));
    g.json = NULL;
    facts_write(a, &g);
    assert_true(str_eq(first, canonical(a, g.json)));
}

static void round_trip(void **state)
{
    (void)state;
    struct arena a = {0};
    same_again(&a, STR(SMALL));
    same_again(
        &a,
        STR("{\"as_of\":\"2025-02-28T10:39:00-07:00\",\"request\":{\"received_at\":\"2025-02-"
            "20T16:03:00Z\",\"agency_kind\":\"probation or parole\",\"form\":\"letter\","
            "\"asks\":[\"relay\",\"information\"],\"written\":false,\"signed\":true,"
            "\"complete\":false,\"state\":\"superseded\",\"attests\":[\"certified terrorism "
            "risk\",\"convicted gang member\"]},"
            "\"documents\":[{\"kind\":\"writ\",\"form\":\"AO "
            "442\",\"criminal\":false,\"issuer\":\"state "
            "judge\",\"state\":\"expired\",\"verified\":true,\"for_this_person\":false}],"
            "\"match\":\"conflict\",\"disputed\":true,\"custody\":{\"state\":\"transferred\","
            "\"booked_at\":\"2025-02-18T22:10:00-07:00\",\"triggered_at\":\"2025-02-28T10:39:"
            "00-07:00\"},"
            "\"registries\":[\"arson "
            "offender\"],\"offences\":[{\"this_booking\":false,\"citation\":\"C.R.S. "
            "18-4-302\",\"text\":\"Aggravated robbery\",\"grade\":\"wobbler\",\"class\":\"F3\","
            "\"state_prison\":true,\"lists\":[],\"stage\":\"sealed or "
            "expunged\",\"attempt\":false,\"on\":\"2009-01-01\",\"convicted_on\":\"2009-03-"
            "12\","
            "\"incarcerated\":[{\"from\":\"2009-03-12\",\"to\":\"2011-01-01\"},{\"from\":"
            "\"2012-01-01\"}]}]}"));
    arena_done(&a);
}

/* The same facts in another order of members are the same bytes. */
static void order_does_not_matter(void **state)
{
    (void)state;
    struct arena a = {0};
    struct facts f =
        facts_of(&a, "{\"as_of\":\"2025-02-28T10:39:00-07:00\"," REQUEST "," REST "}");
    struct facts g = facts_of(
        &a, "{" REST "," REQUEST
            ",\"disputed\":false,\"documents\":[],\"as_of\":\"2025-02-28T10:39:00-07:00\"}");
    assert_true(str_eq(canonical(&a, f.json), canonical(&a, g.json)));
    arena_done(&a);
}

/* Our own copy of the contract has the members, words and required members of the shared one;
 * only descriptions differ. */
static void same_shape(const struct json *x, const struct json *y, const char *at)
{
    if (x->type != y->type) fail_msg("%s: another type", at);
    if (x->type == JSON_ARRAY) {
        assert_int_equal(json_len(x), json_len(y));
        for (size_t i = 0; i < json_len(x); i++) same_shape(json_at(x, i), json_at(y, i), at);
    } else if (x->type == JSON_STRING) {
        if (!str_eq(json_str(x), json_str(y)))
            fail_msg("%s: " STR_FMT " is not " STR_FMT, at, STR_ARG(json_str(x)),
                     STR_ARG(json_str(y)));
    } else if (x->type == JSON_OBJECT) {
        for (int turn = 0; turn < 2; turn++) {
            for (size_t i = 0; i < json_len(x); i++) {
                const struct json_member *m = &x->object.members[i];
                bool words = (str_is(m->key, "description") || str_is(m->key, "title")) &&
                             m->value->type == JSON_STRING;
                const struct json *other = json_get_str(y, m->key);
                if (words) continue;
                if (!other)
                    fail_msg("%s: member " STR_FMT " is only in one", at, STR_ARG(m->key));
                if (turn == 0) same_shape(m->value, other, m->key.p);
            }
            const struct json *t = x;
            x = y;
            y = t;
        }
    }
}

static void contract_is_the_same(void **state)
{
    (void)state;
    static const char *const names[] = {"facts.schema.json", "decision.schema.json"};
    struct arena a = {0};
    for (size_t i = 0; i < 2; i++) {
        const char *theirs = shared_path(&a, arena_printf(&a, "contract/%s", names[i]));
        struct json *x, *y;
        struct err e = {0};
        if (!file_exists(theirs)) {
            print_message("# the contract is not here: set SALLYPORT_SHARED to the folder that "
                          "has contract/\n");
            arena_done(&a);
            skip();
        }
        assert_int_equal(json_parse(&a, read_text(&a, theirs), theirs, NULL, &x, &e), RC_OK);
        assert_int_equal(
            json_parse(&a, read_text(&a, source_path(&a, arena_printf(&a, "api/%s", names[i]))),
                       names[i], NULL, &y, &e),
            RC_OK);
        same_shape(x, y, names[i]);
    }
    arena_done(&a);
}

/* Free text that speaks of a status, and texts that only read alike. */
static void status_in_text(void **state)
{
    (void)state;
    static const char *const told[] = {
        "subject is a Ruritanian national", "two Ruritanian nationals.", "POB: Strelsau",
        "entry: EWI", "entered without inspection", "born in Ruritania", "A 123 456 789",
        "LPR since 2010", "indocumentado", "Nacionalidad: otra", "lugar de nacimiento",
        "nacida en otra parte",
        /* as it looks: an invisible letter, a soft hyphen, an accent, Cyrillic and wide
           letters, a dash of another kind */
        "undo\u200bcumented", "undocu\u00admented", "undocume\u0301nted", "und\u043ecumented",
        "\uff55ndocumented", "A\u2011123456789",
        "\uff21\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"};
    static const char *const harmless[] = {
        "robbery of American National Bank",
        "Ruritanian National Guard property",
        "international wire fraud",
        "national park, off road",
        "possession of burglary tools",
        "Van national",
        "assault by strangulation",
        "Jos\u00e9 Nu\u00f1ez, ni\u00f1o",
        "\u0410\u043d\u043d\u0430 \u0418\u0432\u0430\u043d\u043e\u0432\u0430"};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (!status_text(str_c(told[i]), NULL)) fail_msg("taken: %s", told[i]);
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (status_text(str_c(harmless[i]), NULL)) fail_msg("refused: %s", harmless[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors),
                                       cmocka_unit_test(status_in_text),
                                       cmocka_unit_test(absent_is_unknown),
                                       cmocka_unit_test(round_trip),
                                       cmocka_unit_test(order_does_not_matter),
                                       cmocka_unit_test(contract_is_the_same)};
    return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
