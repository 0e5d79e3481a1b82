/* The program's own rules against a second writing of them, over every combination of a
 * document's members and of the matter's state; then properties that must hold under every pack
 * for random facts. */
#include "help.h"

/* ---- the rules a second time, by the plain words: each member of a document is right (2),  */
static int right(enum known k) { return k == YES ? 2 : k == UNKNOWN ? 1 : 0; }

static int least(const int *v, int n)
{
    int m = 2;
    for (int i = 0; i < n; i++) m = v[i] < m ? v[i] : m;
    return m;
}

static int document_rank(const struct document *d) /* 2 good, 1 could be, 0 no */
{
    const char *kind = document_kind_word(d->kind), *issuer = issuer_word(d->issuer),
               *state = document_state_word(d->state);
    bool of_kind = strcmp(kind, "judicial warrant") == 0 || strcmp(kind, "writ") == 0 ||
                   strcmp(kind, "court order") == 0;
    int members[4] = {
        right(d->criminal),
        !issuer                                                                           ? 1
        : strcmp(issuer, "state judge") == 0 || strncmp(issuer, "federal judge", 13) == 0 ? 2
                                                                                          : 0,
        !state                         ? 1
        : strcmp(state, "active") == 0 ? 2
                                       : 0,
        right(d->for_this_person)};
    if (!of_kind || least(members, 4) == 0) return 0;
    return least(members, 4) == 2 && d->verified == YES ? 2 : 1;
}

/* NULL: the pack's. */
static const char *oracle(const struct facts *f, enum ask ask)
{
    const char *name = ask_word(ask), *custody = custody_word(f->custody);
    bool opens = strcmp(name, "notify") == 0 || strcmp(name, "hold") == 0 ||
                 strcmp(name, "transfer") == 0;
    int best = 0;
    if (strcmp(custody, "in custody") != 0 && strcmp(custody, "release triggered") != 0)
        return "decline";
    if (f->request.state != REQUEST_OPEN) return "decline";
    if (f->match != MATCH_CONFIRMED || f->disputed) return "review";
    for (size_t i = 0; i < f->n_documents; i++)
        best = document_rank(&f->documents[i]) > best ? document_rank(&f->documents[i]) : best;
    if (opens && best == 2) return "honor";
    if (opens && best == 1) return "review";
    if (strcmp(name, "hold") == 0 || strcmp(name, "transfer") == 0 ||
        strcmp(name, "relay") == 0)
        return "decline";
    return strcmp(name, "information") == 0 ? "refer" : NULL;
}

static void facts_plain(struct facts *f)
{
    *f = (struct facts){.as_of = 0,
                        .as_of_text = STR("2025-02-28T10:39:00-07:00"),
                        .booked_at = INSTANT_NONE,
                        .triggered_at = INSTANT_NONE};
    f->request.n_asks = ASK_COUNT;
    f->request.form = STR("I-247A");
    for (enum ask k = 0; k < ASK_COUNT; k++) f->request.asks[k] = k;
}

static void agree(struct arena *a, struct pack_run *run, const struct facts *f)
{
    struct arena_mark m = arena_mark(a);
    struct decision d;
    decide(a, run, f, false, &d);
    for (size_t i = 0; i < d.n_answers; i++) {
        const char *want = oracle(f, d.answers[i].ask),
                   *got = outcome_word(d.answers[i].outcome);
        bool own = str_starts(d.answers[i].rule, STR("INV-"));
        if (want && (strcmp(want, got) != 0 || !own))
            fail_msg("%s: want %s, got %s by " STR_FMT, ask_word(d.answers[i].ask), want, got,
                     STR_ARG(d.answers[i].rule));
        if (!want && own && !str_is(d.answers[i].rule, "INV-6"))
            fail_msg("%s is the pack's, decided by " STR_FMT, ask_word(d.answers[i].ask),
                     STR_ARG(d.answers[i].rule));
        assert_true(d.answers[i].why.n > 0 && d.answers[i].rule.n > 0);
    }
    arena_release(a, m);
}

static bool next_document(struct document *d) /* counts through all of them */
{
    if (d->for_this_person++ < YES) return true;
    d->for_this_person = UNKNOWN;
    if (d->verified++ < YES) return true;
    d->verified = UNKNOWN;
    if (d->state++ < DOC_EXPIRED) return true;
    d->state = DOC_STATE_UNKNOWN;
    if (d->issuer++ < ISSUER_OTHER) return true;
    d->issuer = ISSUER_UNKNOWN;
    if (d->criminal++ < YES) return true;
    d->criminal = UNKNOWN;
    return d->kind++ < DOC_COURT_ORDER;
}

static void every_document(void **state)
{
    (void)state;
    struct arena a = {0};
    struct pack *p = pack_named(&a, "us-il-trust-act");
    struct pack_run *run = pack_run_new(p);
    struct facts f;
    struct document d = {0};
    int n = 0;
    facts_plain(&f);
    f.documents = &d;
    f.n_documents = 1;
    do {
        agree(&a, run, &f);
        n++;
    } while (next_document(&d));
    assert_int_equal(n, 6 * 3 * 6 * 5 * 3 * 3);
    pack_run_free(run);
    pack_free(p);
    arena_done(&a);
}

static void every_state_of_the_matter(void **state)
{
    (void)state;
    struct arena a = {0};
    struct document d[2] = {{.kind = DOC_WRIT,
                             .criminal = YES,
                             .issuer = ISSUER_STATE_JUDGE,
                             .state = DOC_ACTIVE,
                             .verified = YES,
                             .for_this_person = YES},
                            {.kind = DOC_JUDICIAL_WARRANT}};
    for (size_t k = 0; k < PACKS; k++) {
        struct pack *p = pack_named(&a, pack_names[k]);
        struct pack_run *run = pack_run_new(p);
        for (unsigned i = 0; i < 5 * 3 * 3 * 2 * 3; i++) {
            struct facts f;
            facts_plain(&f);
            f.custody = (enum custody_state)(i % 5);
            f.request.state = (enum request_state)(i / 5 % 3);
            f.match = (enum match)(i / 15 % 3);
            f.disputed = i / 45 % 2;
            f.n_documents = i / 90 ? 1 : 0;
            f.documents = i / 90 == 2 ? &d[1] : &d[0];
            agree(&a, run, &f);
        }
        pack_run_free(run);
        pack_free(p);
    }
    arena_done(&a);
}

/* ---- the five packs' notify a second time, from the plain words --- */
static bool on_list(const struct offence *o, const char *list)
{
    for (size_t i = 0; i < o->n_lists; i++)
        if (str_is(o->lists[i], list)) return true;
    return false;
}

static bool is_convicted(const struct offence *o)
{
    return o->stage == STAGE_CONVICTED || o->stage == STAGE_SENTENCED;
}
static bool is_charged(const struct offence *o)
{
    return o->stage == STAGE_CHARGED || o->stage == STAGE_PROBABLE_CAUSE;
}

static const char *pack_oracle(size_t pack, const struct facts *f)
{
    bool violent = false, serious = false, violent_conviction = false, open_conviction = false;
    for (size_t i = 0; i < f->n_offences; i++) {
        const struct offence *o = &f->offences[i];
        violent = violent || ((is_charged(o) || is_convicted(o)) && on_list(o, "violent"));
        serious = serious || (is_convicted(o) && on_list(o, "serious"));
        violent_conviction = violent_conviction || (is_convicted(o) && on_list(o, "violent"));
        open_conviction = open_conviction || (is_convicted(o) && !o->classified);
    }
    switch (pack) {
    case 0: return (violent || serious) && f->request.written == YES ? "notify" : "review";
    case 1:
        return f->request.written == YES && f->request.complete == YES ? "notify" : "review";
    case 2:
        return f->request.attests == 0 || f->request.written == NO ? "decline"
               : f->request.written == YES                         ? "notify"
                                                                   : "review";
    case 3: return violent_conviction ? "notify" : open_conviction ? "review" : "decline";
    case 4: return "decline";
    }
    return "?";
}

/* ---- random facts --- */
static enum known any_known(uint64_t *seed) { return (enum known)below(seed, 3); }

static struct offence any_offence(uint64_t *seed, struct arena *a)
{
    struct offence o = {.this_booking = below(seed, 2),
                        .text = STR("A charge"),
                        .grade = (enum grade)below(seed, 7),
                        .classified = below(seed, 3) > 0,
                        .stage = (enum stage)below(seed, 8),
                        .attempt = any_known(seed),
                        .on = DAYS_UNKNOWN,
                        .convicted_on = DAYS_UNKNOWN};
    o.lists = arena_array(a, struct str, 2);
    if (below(seed, 3) == 0) o.lists[o.n_lists++] = STR("violent");
    if (below(seed, 3) == 0) o.lists[o.n_lists++] = STR("serious");
    if (!o.classified) o.n_lists = 0;
    return o;
}

static struct document any_document(uint64_t *seed)
{
    return (struct document){.kind = below(seed, 2) ? DOC_JUDICIAL_WARRANT
                                                    : (enum document_kind)below(seed, 6),
                             .criminal = any_known(seed),
                             .issuer = (enum issuer)below(seed, 6),
                             .state = (enum document_state)below(seed, 3),
                             .verified = any_known(seed),
                             .for_this_person = any_known(seed)};
}

static void any_facts(uint64_t *seed, struct arena *a, struct facts *f)
{
    facts_plain(f);
    f->request.written = any_known(seed);
    f->request.complete = any_known(seed);
    f->request.is_signed = any_known(seed);
    f->request.attests = below(seed, 3) ? 0 : below(seed, 8);
    f->request.state = below(seed, 12) ? REQUEST_OPEN : (enum request_state)below(seed, 3);
    f->match = below(seed, 5) ? MATCH_CONFIRMED : (enum match)below(seed, 3);
    f->disputed = below(seed, 10) == 0;
    f->custody = below(seed, 8) ? (enum custody_state)below(seed, 2)
                                : (enum custody_state)below(seed, 5);
    f->n_documents = below(seed, 3) ? 0 : 1 + below(seed, 2);
    f->documents = arena_array(a, struct document, 2);
    for (size_t i = 0; i < f->n_documents; i++) f->documents[i] = any_document(seed);
    f->n_offences = below(seed, 4);
    f->offences = arena_array(a, struct offence, 4);
    for (size_t i = 0; i < f->n_offences; i++) f->offences[i] = any_offence(seed, a);
}

static void learn_known(uint64_t *seed, enum known *k)
{
    if (*k == UNKNOWN && below(seed, 2)) *k = below(seed, 2) ? YES : NO;
}

/* Some of what was unknown becomes known; what was known stays. */
static void learn(uint64_t *seed, struct arena *a, struct facts *f)
{
    learn_known(seed, &f->request.written);
    learn_known(seed, &f->request.complete);
    for (size_t i = 0; i < f->n_documents; i++) {
        struct document *d = &f->documents[i];
        learn_known(seed, &d->criminal);
        learn_known(seed, &d->verified);
        learn_known(seed, &d->for_this_person);
        if (d->issuer == ISSUER_UNKNOWN && below(seed, 2))
            d->issuer = (enum issuer)(1 + below(seed, 5));
        if (d->state == DOC_STATE_UNKNOWN && below(seed, 2))
            d->state = (enum document_state)(1 + below(seed, 4));
    }
    for (size_t i = 0; i < f->n_offences; i++) {
        struct offence *o = &f->offences[i];
        if (o->classified || below(seed, 2)) continue;
        struct offence other = any_offence(seed, a);
        o->classified = true;
        o->lists = other.lists;
        o->n_lists = other.classified ? other.n_lists : 0;
    }
}

static void allowed(const struct facts *f, const struct answer *r)
{
    bool surely_the_person = f->match == MATCH_CONFIRMED && !f->disputed;
    if (r->ask == ASK_HOLD || r->ask == ASK_TRANSFER)
        assert_true(r->outcome == OUTCOME_DECLINE || r->outcome == OUTCOME_HONOR ||
                    r->outcome == OUTCOME_REVIEW);
    if (!surely_the_person)
        assert_true(r->outcome != OUTCOME_NOTIFY && r->outcome != OUTCOME_HONOR &&
                    r->outcome != OUTCOME_REFER);
    if (r->ask == ASK_INTERVIEW && surely_the_person && f->request.state == REQUEST_OPEN &&
        f->custody <= CUSTODY_TRIGGERED)
        assert_int_equal(r->outcome, OUTCOME_DECLINE);
    if (r->outcome == OUTCOME_NOTIFY) assert_int_equal(r->ask, ASK_NOTIFY);
    if (str_is(r->rule, "INV-6"))
        fail_msg("a shipped pack leaves something open: " STR_FMT, STR_ARG(r->why));
    for (size_t i = 0; i < r->n_because; i++)
        if (str_starts(r->because[i], STR("/offences/")) ||
            str_starts(r->because[i], STR("/documents/")))
            assert_non_null(json_pointer(f->json, r->because[i]));
}

static struct str bytes_of(struct arena *a, const struct decision *d)
{
    struct buf b = buf_in(a);
    json_write(&b, decision_json(a, d));
    return buf_str(&b);
}

static void random_facts(void **state)
{
    (void)state;
    const char *given = getenv("SALLYPORT_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : 20251122;
    print_message("# seed %llu (SALLYPORT_SEED)\n", (unsigned long long)seed);
    struct arena packs = {0}, a = {0};
    for (size_t k = 0; k < PACKS; k++) {
        struct pack *p = pack_named(&packs, pack_names[k]);
        struct pack_run *run = pack_run_new(p), *other = pack_run_new(p);
        for (int i = 0; i < 1500; i++) {
            struct facts f;
            struct decision before, again, after;
            arena_reset(&a);
            any_facts(&seed, &a, &f);
            facts_write(&a, &f);
            decide(&a, run, &f, false, &before);
            decide(&a, other, &f, true, &again);
            again.trace = NULL;
            assert_true(str_eq(bytes_of(&a, &before), bytes_of(&a, &again)));
            for (size_t n = 0; n < before.n_answers; n++) {
                const char *want = oracle(&f, before.answers[n].ask),
                           *got = outcome_word(before.answers[n].outcome);
                allowed(&f, &before.answers[n]);
                if (!want)
                    want = before.answers[n].ask == ASK_NOTIFY ? pack_oracle(k, &f) : "decline";
                if (strcmp(want, got) != 0)
                    fail_msg("%s, %s, round %d: want %s, got %s", pack_names[k],
                             ask_word(before.answers[n].ask), i, want, got);
            }
            learn(&seed, &a, &f);
            decide(&a, run, &f, false, &after);
            for (size_t n = 0; n < before.n_answers; n++)
                if (before.answers[n].outcome != OUTCOME_REVIEW &&
                    before.answers[n].outcome != after.answers[n].outcome)
                    fail_msg("%s, %s: an unknown that became known turned %s into %s",
                             pack_names[k], ask_word(before.answers[n].ask),
                             outcome_word(before.answers[n].outcome),
                             outcome_word(after.answers[n].outcome));
        }
        pack_run_free(other);
        pack_run_free(run);
        pack_free(p);
    }
    arena_done(&a);
    arena_done(&packs);
}

/* Dismissed, acquitted, sealed: taking them out of the facts changes no outcome. */
static void what_is_over_never_counts(void **state)
{
    (void)state;
    struct arena packs = {0}, a = {0};
    uint64_t seed = 7;
    for (size_t k = 0; k < PACKS; k++) {
        struct pack *p = pack_named(&packs, pack_names[k]);
        struct pack_run *run = pack_run_new(p);
        for (int i = 0; i < 500; i++) {
            struct facts f;
            struct decision with, without;
            size_t kept = 0;
            arena_reset(&a);
            any_facts(&seed, &a, &f);
            decide(&a, run, &f, false, &with);
            for (size_t n = 0; n < f.n_offences; n++)
                if (f.offences[n].stage < STAGE_DISMISSED) f.offences[kept++] = f.offences[n];
            f.n_offences = kept;
            decide(&a, run, &f, false, &without);
            for (size_t n = 0; n < with.n_answers; n++)
                assert_int_equal(with.answers[n].outcome, without.answers[n].outcome);
        }
        pack_run_free(run);
        pack_free(p);
    }
    arena_done(&a);
    arena_done(&packs);
}

/* ---- packs that want more than they may, or cannot be evaluated --- */
#define YAML                                                                                   \
    "id: x\nversion: '1'\ntitle: x\nstatus: x\nanswers: {notify: Notify, interview: "          \
    "Interview}\noffence_lists: []\nsources: [{id: x, title: x}]\n"
#define CSV "list,citation,offence,grade,class,attempt,listed,from,to,source\n"
static struct str greedy(struct arena *a, const char *notify, const char *interview)
{
    return str_c(arena_printf(
        a,
        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='x' "
        "namespace='urn:x'>"
        "<decision name='Notify'><variable "
        "name='Notify'/><literalExpression><text>%s</text></literalExpression></decision>"
        "<decision name='Interview'><variable "
        "name='Interview'/><literalExpression><text>%s</text></literalExpression></decision></"
        "definitions>",
        notify, interview));
}

static void expect(const char *notify, const char *interview, enum outcome want_notify,
                   enum outcome want_interview)
{
    struct arena a = {0};
    struct pack_file files[] = {{STR("pack.yaml"), STR(YAML)},
                                {STR("offences.csv"), STR(CSV)},
                                {STR("policy.dmn"), greedy(&a, notify, interview)}};
    struct pack *p;
    struct err e = {0};
    struct facts f;
    struct decision d;
    if (pack_load(files, 3, NULL, &p, &e) != RC_OK) fail_msg("%s", e.text);
    struct pack_run *run = pack_run_new(p);
    facts_plain(&f);
    decide(&a, run, &f, false, &d);
    assert_int_equal(d.answers[ASK_NOTIFY].outcome, want_notify);
    assert_int_equal(d.answers[ASK_INTERVIEW].outcome, want_interview);
    assert_int_equal(d.answers[ASK_HOLD].outcome, OUTCOME_DECLINE);
    assert_int_equal(d.answers[ASK_TRANSFER].outcome, OUTCOME_DECLINE);
    f.match = MATCH_UNVERIFIED;
    decide(&a, run, &f, false, &d);
    for (size_t i = 0; i < d.n_answers; i++)
        assert_int_equal(d.answers[i].outcome, OUTCOME_REVIEW);
    pack_run_free(run);
    pack_free(p);
    arena_done(&a);
}

static void packs_open_nothing(void **state)
{
    (void)state;
    expect("{outcome: \"notify\", rule: \"R\", why: \"w\"}",
           "{outcome: \"notify\", rule: \"R\", why: \"w\"}", OUTCOME_NOTIFY, OUTCOME_REVIEW);
    expect("{outcome: \"honor\", rule: \"R\", why: \"w\"}",
           "{outcome: \"honor\", rule: \"R\", why: \"w\"}", OUTCOME_REVIEW, OUTCOME_REVIEW);
    expect("{outcome: \"hold\", rule: \"R\", why: \"w\"}", "{outcome: \"notify\"}",
           OUTCOME_REVIEW, OUTCOME_REVIEW);
    expect("null", "\"notify\"", OUTCOME_REVIEW, OUTCOME_REVIEW);
    expect("[{outcome: \"notify\", rule: \"R\", why: \"w\"}]",
           "{outcome: \"decline\", rule: \"R\", why: \"w\"}", OUTCOME_REVIEW, OUTCOME_DECLINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_document), cmocka_unit_test(every_state_of_the_matter),
        cmocka_unit_test(random_facts), cmocka_unit_test(what_is_over_never_counts),
        cmocka_unit_test(packs_open_nothing)};
    return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
