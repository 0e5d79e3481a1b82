/* Log-on as the CJIS figures want it, with a clock that is set: links, lock-out, sessions,
 * step-up, accounts, tokens, and what the ledger and the database may never hold. */
#include "../prop/world.h"
#include "access/access.h"
#include "access/totp.h"
#include "store/store.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct casework *c;
static struct access *x;
static struct arena a;
static struct json *r;
static struct err e;
static struct str source;
static struct str admin_totp; /* base32 of the first administrator */
static struct caller admin;
static const char password[] = "a red bicycle in the rain";

#define OK(call)                                                                               \
    do {                                                                                       \
        enum rc rc_ = (call);                                                                  \
        if (rc_ != RC_OK) {                                                                    \
            char t_[700];                                                                      \
            fail_msg("%s: %d %s", #call, (int)rc_,                                             \
                     rc_ == RC_NO ? "no" : err_print(&e, t_, sizeof t_));                      \
        }                                                                                      \
    } while (0)
#define REFUSED(call, id_)                                                                     \
    do {                                                                                       \
        assert_int_not_equal((call), RC_OK);                                                   \
        assert_string_equal(e.id, id_);                                                        \
    } while (0)

static instant test_now(void *ctx)
{
    (void)ctx;
    return world_now();
}

static struct json *parse(const char *text)
{
    struct json *v;
    OK(json_parse(&a, str_c(text), "test", NULL, &v, &e));
    return v;
}

/* RFC 4648 base32, written anew so that totp_base32 is checked by it. */
static struct str unbase32(struct str s)
{
    unsigned char *out = arena_alloc(&a, s.n);
    size_t n = 0;
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *at = strchr(letters, s.p[i]);
        assert_non_null(at);
        bits = bits << 5 | (unsigned)(at - letters);
        have += 5;
        if (have >= 8) out[n++] = (unsigned char)(bits >> (have -= 8));
    }
    return str_n((const char *)out, n);
}

static const char *code_at(struct str base32, instant at)
{
    char *code = arena_alloc(&a, 9);
    assert_true(totp_code(unbase32(base32), totp_step(at), 6, code));
    return code;
}

static enum access_answer login(const char *name, const char *pass, const char *code,
                                struct str *secret, struct caller *who)
{
    enum access_answer answer = ACCESS_NO;
    struct str s = {NULL, 0};
    struct caller w = {0};
    OK(access_login(x, str_c(name), str_c(pass), str_c(code), source, &a, &answer,
                    secret ? secret : &s, who ? who : &w, &e));
    return answer;
}

static struct str set_up(const char *name, struct str link)
{
    OK(access_link_use(x, link, str_c(name), STR("a red bicycle in the rain"), &a, &r, &e));
    return json_text(r, "totp_secret");
}

static struct str person(const char *name, const char *role)
{
    struct str link;
    OK(access_account_set(
        x, &admin, parse(arena_printf(&a, "{\"name\":\"%s\",\"role\":\"%s\"}", name, role)), &a,
        &r, &e));
    OK(access_link(x, &admin, str_c(name), &a, &link, &e));
    return set_up(name, link);
}

static struct str in(const char *name, struct str totp, struct caller *who)
{
    struct str secret;
    world_pass(SECONDS(60)); /* a code is taken once */
    assert_int_equal(login(name, password, code_at(totp, world_now()), &secret, who),
                     ACCESS_IN);
    return secret;
}

static int setup(void **state)
{
    struct str link;
    struct access_setup s = {.clock = {test_now, NULL}};
    (void)state;
    arena_init(&a, 0);
    c = world_open(&a); /* has an administrator without a password */
    s.casework = c;
    source = STR("192.0.2.7");
    OK(access_open(&s, &x, &e));
    assert_int_equal(access_first_link(x, &a, &link, &e), RC_NO);
    OK(access_caller(x, STR("admin"), &a, &admin, &e));
    OK(access_link(x, &admin, STR("admin"), &a, &link, &e));
    admin_totp = set_up("admin", link);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    /* whatever happened, the ledger is green */
    OK(casework_ledger_verify(c, (struct progress){0}, &a, &r, &e));
    access_close(x);
    assert_int_equal(world_close_and_search(c, "bicycle"),
                     0); /* no password stands in the file */
    arena_done(&a);
    return 0;
}

static size_t events_of(const char *kind);

/* ---- log-on ------------------------------------------------------------------------------ */

static void test_login(void **state)
{
    struct caller who = {0}, again;
    struct str secret = {NULL, 0};
    (void)state;
    assert_int_equal(login("admin", password, "", NULL, NULL), ACCESS_CODE_NEEDED);
    assert_int_equal(login("admin", "wrong", "", NULL, NULL),
                     ACCESS_CODE_NEEDED); /* not an oracle for passwords */
    assert_int_equal(login("nobody", "wrong", "", NULL, NULL), ACCESS_CODE_NEEDED);
    const char *code = code_at(admin_totp, world_now());
    assert_int_equal(login(" Admin ", password, code, &secret, &who), ACCESS_IN);
    assert_true(str_is(who.name, "admin"));
    assert_int_equal(who.role, ROLE_ADMINISTRATOR);
    assert_false(who.acknowledged);
    assert_true(access_strong(&who, world_now()));
    assert_true(secret.n >= 43);
    assert_int_equal(login("admin", password, code, NULL, NULL),
                     ACCESS_NO); /* the code again */
    OK(access_session(x, secret, &a, &again, &e));
    assert_true(str_eq(again.csrf, who.csrf) && again.csrf.n == 64);
    assert_true(str_eq(again.session, who.session) && str_find(secret, who.session) < 0);
    OK(access_acknowledge(x, &again, &e));
    OK(access_session(x, secret, &a, &again, &e));
    assert_true(again.acknowledged);
    OK(access_logout(x, &again, &e));
    assert_int_equal(access_session(x, secret, &a, &again, &e), RC_NO);
    assert_int_equal(events_of("access.login"), 1);
    assert_int_equal(events_of("access.failed"), 1);
    assert_int_equal(events_of("access.logout"), 1);
    assert_int_equal(events_of("access.acknowledged"), 1);
}

static void lock(const char *name)
{
    for (int i = 0; i < 4; i++)
        assert_int_equal(login(name, "wrong", "000000", NULL, NULL), ACCESS_NO);
    assert_int_equal(login(name, "wrong", "000000", NULL, NULL), ACCESS_LOCKED);
}

static void test_lock(void **state)
{
    struct str totp = person("m.ortiz2", "supervisor"), link;
    struct caller who;
    (void)state;
    lock("m.ortiz2");
    assert_int_equal(events_of("access.locked"), 1);
    world_pass(HOURS(48)); /* until an administrator releases, not until a clock does */
    assert_int_equal(login("m.ortiz2", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_LOCKED);
    OK(access_account_set(x, &admin, parse("{\"name\":\"m.ortiz2\",\"unlock\":true}"), &a, &r,
                          &e));
    assert_false(json_is_true(json_get(r, "locked")));
    in("m.ortiz2", totp, &who);
    lock("m.ortiz2");
    OK(access_link(x, &admin, STR("m.ortiz2"), &a, &link, &e)); /* a link releases, too */
    totp = set_up("m.ortiz2", link);
    in("m.ortiz2", totp, &who);
}

static void test_lock_window(void **state)
{
    struct str totp = person("k.window", "auditor");
    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++)
            assert_int_equal(login("k.window", "wrong", "000000", NULL, NULL), ACCESS_NO);
        world_pass(MINUTES(15) + 1); /* four in a quarter of an hour are no five */
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(login("k.window", "wrong", "000000", NULL, NULL), ACCESS_NO);
    assert_int_equal(login("k.window", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_IN); /* consecutive: a good one ends the row */
    for (int i = 0; i < 4; i++)
        assert_int_equal(login("k.window", "wrong", "000000", NULL, NULL), ACCESS_NO);
}

static void test_unknown_name(void **state)
{
    (void)state;
    lock("no.such.person"); /* answered like anybody's */
    assert_int_equal(login("no.such.person", password, "000000", NULL, NULL), ACCESS_LOCKED);
    assert_int_equal(events_of("access.locked"), 0);
    OK(access_accounts(x, &a, &r, &e));
    for (size_t i = 0; i < json_len(json_get(r, "people")); i++)
        assert_false(
            str_is(json_text(json_at(json_get(r, "people"), i), "name"), "no.such.person"));
    assert_int_equal(world_close_and_search(c, "no.such.person"),
                     0); /* what was typed may have been a password: it is not kept */
    access_close(x);
    arena_done(&a);
    setup(state);
}

/* The linker puts this before libsodium's: what work was done is counted, a time is never
 * measured. */
int __real_crypto_pwhash_str_verify(const char *str, const char *passwd, unsigned long long n);
int __wrap_crypto_pwhash_str_verify(const char *str, const char *passwd, unsigned long long n);
static size_t verified;
static char verified_with[32];

int __wrap_crypto_pwhash_str_verify(const char *str, const char *passwd, unsigned long long n)
{
    verified++;
    snprintf(verified_with, sizeof verified_with, "%.30s", str);
    return __real_crypto_pwhash_str_verify(str, passwd, n);
}

static void test_same_work(void **state)
{
    static const char *const names[] = {"admin", "m.ortiz" /* has no password */,
                                        "nobody.at.all"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        verified = 0;
        assert_int_equal(login(names[i], "wrong", "000000", NULL, NULL), ACCESS_NO);
        assert_int_equal(verified, 1);
        assert_string_equal(verified_with, "$argon2id$v=19$m=65536,t=3,p=1");
    }
}

static void *guess(void *ctx)
{
    struct access_setup s = {.casework = world_reopen(), .clock = {test_now, NULL}};
    struct access *mine;
    struct arena arena;
    struct err error;
    struct str secret;
    struct caller who;
    enum access_answer answer = ACCESS_NO;
    arena_init(&arena, 0);
    assert_int_equal(access_open(&s, &mine, &error), RC_OK);
    assert_int_equal(access_login(mine, STR("g.race"), STR("wrong"), STR("000000"),
                                  STR("192.0.2.77"), &arena, &answer, &secret, &who, &error),
                     RC_OK);
    *(enum access_answer *)ctx = answer;
    access_close(mine);
    casework_close(s.casework);
    arena_done(&arena);
    return NULL;
}

/* Many at once get no more tries than one after another. */
static void test_race(void **state)
{
    enum { GUESSERS = 9 };
    pthread_t threads[GUESSERS];
    enum access_answer answers[GUESSERS];
    (void)state;
    person("g.race", "auditor");
    for (size_t i = 0; i < GUESSERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, guess, &answers[i]), 0);
    for (size_t i = 0; i < GUESSERS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(events_of("access.failed"), 5);
    assert_int_equal(events_of("access.locked"), 1);
    for (size_t i = 0; i < GUESSERS; i++) assert_int_not_equal(answers[i], ACCESS_IN);
}

static void test_source(void **state)
{
    struct str totp = person("k.source", "auditor");
    (void)state;
    source = STR("198.51.100.9");
    for (int i = 0; i < 20; i++)
        assert_int_not_equal(
            login(arena_printf(&a, "guess%d", i), "wrong", "000000", NULL, NULL), ACCESS_WAIT);
    assert_int_equal(login("k.source", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_WAIT);
    source = STR("192.0.2.8"); /* the others are not kept out */
    assert_int_equal(login("k.source", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_IN);
    source = STR("198.51.100.9");
    world_pass(MINUTES(15) + 1);
    assert_int_equal(login("k.source", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_IN);
}

static void test_hostile_names(void **state)
{
    static const char *const names[] = {
        "' OR 1=1 --",
        "admin\n",
        "ad min",
        "../../etc/passwd",
        "\xff\xfe",
        "<script>",
        "admin;",
        "аdmin" /* Cyrillic a */,
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "system",
        "-x",
        ".x",
        "Admin2",
        ""};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct json *v = json_object(&a);
        json_set(&a, v, "name", json_c(&a, names[i]));
        json_set(&a, v, "role", json_c(&a, "auditor"));
        assert_int_not_equal(access_account_set(x, &admin, v, &a, &r, &e), RC_OK);
        source = str_c(arena_printf(&a, "h%zu", i));
        if (str_trim(str_c(names[i])).n && !str_is(str_trim(str_c(names[i])), "admin"))
            assert_int_equal(login(names[i], "wrong", "000000", NULL, NULL), ACCESS_NO);
    }
    source = STR("192.0.2.7");
}

/* ---- sessions ---------------------------------------------------------------------------- */

static void test_session_clocks(void **state)
{
    struct str totp = person("s.clock", "records-officer");
    struct caller who;
    struct str secret = in("s.clock", totp, &who);
    (void)state;
    world_pass(MINUTES(14));
    OK(access_session(x, secret, &a, &who, &e));
    world_pass(MINUTES(14));
    OK(access_session(x, secret, &a, &who, &e));
    world_pass(MINUTES(15) + 1);
    assert_int_equal(access_session(x, secret, &a, &who, &e), RC_NO);
    secret = in("s.clock", totp, &who);
    instant begun = world_now();
    while (world_now() + MINUTES(10) - begun <= HOURS(12)) { /* busy all night */
        world_pass(MINUTES(10));
        OK(access_session(x, secret, &a, &who, &e));
        assert_true(who.expires_at <= begun + HOURS(12));
    }
    world_pass(MINUTES(10));
    assert_int_equal(access_session(x, secret, &a, &who, &e), RC_NO);
    assert_int_equal(access_session(x, STR("not a secret"), &a, &who, &e), RC_NO);
    assert_int_equal(access_session(x, STR(""), &a, &who, &e), RC_NO);
}

/* Who looks does not wait for who writes, and a session that could not be touched lives on. */
static void test_busy(void **state)
{
    struct str totp = person("s.busy", "auditor");
    struct caller who;
    struct str secret = in("s.busy", totp, &who);
    struct casework *other = world_reopen();
    (void)state;
    OK(access_token_make(
        x, &admin,
        parse(arena_printf(
            &a, "{\"name\":\"t-busy\",\"scopes\":[\"metrics\"],\"expires_at\":\"%s\"}",
            instant_utc(world_now() + HOURS(1), (char[40]){0}))),
        &a, &r, &e));
    struct str token_secret = json_text(r, "secret");
    world_pass(MINUTES(10));
    OK(store_begin(casework_store(other), &e));
    OK(access_session(x, secret, &a, &who, &e));
    OK(access_token(x, token_secret, &a, &who, &e));
    store_rollback(casework_store(other));
    OK(access_session(x, secret, &a, &who, &e));
    world_pass(MINUTES(10));
    OK(access_session(x, secret, &a, &who, &e));
    casework_close(other);
}

static void test_step_up(void **state)
{
    struct str totp = person("s.step", "supervisor");
    struct caller who;
    enum access_answer answer;
    struct str secret = in("s.step", totp, &who);
    (void)state;
    world_pass(MINUTES(5) + 1);
    OK(access_session(x, secret, &a, &who, &e));
    assert_false(access_strong(&who, world_now()));
    OK(access_prove(x, &who, STR("wrong"), str_c(code_at(totp, world_now())), &answer, &e));
    assert_int_equal(answer, ACCESS_NO);
    assert_false(access_strong(&who, world_now()));
    OK(access_prove(x, &who, str_c(password), str_c(code_at(totp, world_now())), &answer, &e));
    assert_int_equal(answer, ACCESS_IN);
    assert_true(access_strong(&who, world_now()));
    OK(access_session(x, secret, &a, &who, &e));
    assert_true(access_strong(&who, world_now()));
    /* the same code again */
    OK(access_prove(x, &who, str_c(password), str_c(code_at(totp, world_now())), &answer, &e));
    assert_int_equal(answer, ACCESS_NO);
    for (int i = 0; i < 4; i++)
        OK(access_prove(x, &who, STR("wrong"), STR("123456"), &answer, &e));
    assert_int_equal(answer, ACCESS_LOCKED);
    /* whoever guesses inside a session has taken it over */
    assert_int_equal(access_session(x, secret, &a, &who, &e), RC_NO);
}

static void test_password_change(void **state)
{
    struct str totp = person("s.change", "supervisor");
    struct caller one, two;
    struct str first = in("s.change", totp, &one), second = in("s.change", totp, &two);
    (void)state;
    REFUSED(access_password(x, &one, str_c(password), STR("short"), &e), "ACCESS-0006");
    REFUSED(access_password(x, &one, str_c(password), STR("PasswordPassword"), &e),
            "ACCESS-0006");
    REFUSED(access_password(x, &one, str_c(password), STR("my s.change is long"), &e),
            "ACCESS-0006");
    REFUSED(access_password(x, &one, str_c(password), STR("aaaaaaaaaaaaaaaaaa"), &e),
            "ACCESS-0006");
    REFUSED(access_password(x, &one, str_c(password), STR("\xff\xfe and some more bytes"), &e),
            "ACCESS-0006");
    REFUSED(access_password(x, &one, str_c(password), str_c(password), &e), "ACCESS-0006");
    REFUSED(
        access_password(x, &one, STR("not the old one"), STR("two red bicycles, honestly"), &e),
        "ACCESS-0001");
    OK(access_password(x, &one, str_c(password), STR("two red bicycles in the sun"), &e));
    OK(access_session(x, first, &a, &one, &e));
    assert_int_equal(access_session(x, second, &a, &two, &e), RC_NO); /* the others end */
    world_pass(SECONDS(60));
    assert_int_equal(login("s.change", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_NO);
    assert_int_equal(login("s.change", "two red bicycles in the sun",
                           code_at(totp, world_now()), NULL, NULL),
                     ACCESS_IN);
    world_pass(366 * HOURS(24) / 5);
    for (int i = 0; i < 4; i++) {
        world_pass(SECONDS(60));
        assert_int_equal(login("s.change", "two red bicycles in the sun",
                               code_at(totp, world_now()), NULL, &one),
                         ACCESS_IN);
        world_pass(366 * HOURS(24) / 5);
    }
    world_pass(SECONDS(60));
    assert_int_equal(login("s.change", "two red bicycles in the sun",
                           code_at(totp, world_now()), NULL, &one),
                     ACCESS_IN);
    assert_true(one.password_due);
}

/* ---- links ------------------------------------------------------------------------------- */

static void test_links(void **state)
{
    struct str old, link;
    (void)state;
    OK(access_account_set(x, &admin, parse("{\"name\":\"l.one\",\"role\":\"attorney\"}"), &a,
                          &r, &e));
    OK(access_link(x, &admin, STR("l.one"), &a, &old, &e));
    OK(access_link(x, &admin, STR("l.one"), &a, &link, &e));
    REFUSED(access_link_use(x, old, STR("l.one"), str_c(password), &a, &r, &e),
            "ACCESS-0005"); /* the newer one took its place */
    REFUSED(access_link_use(x, link, STR("m.ortiz"), str_c(password), &a, &r, &e),
            "ACCESS-0005");
    REFUSED(access_link_use(x, link, STR("l.one"), STR("short"), &a, &r, &e), "ACCESS-0006");
    OK(access_link_use(x, link, STR(""), str_c(password), &a, &r,
                       &e)); /* a refusal does not use it up */
    assert_true(str_is(json_text(r, "role"), "attorney"));
    REFUSED(access_link_use(x, link, STR("l.one"), str_c(password), &a, &r, &e), "ACCESS-0005");
    OK(access_link(x, &admin, STR("l.one"), &a, &link, &e));
    world_pass(HOURS(72) + 1);
    REFUSED(access_link_use(x, link, STR("l.one"), str_c(password), &a, &r, &e), "ACCESS-0005");
    REFUSED(access_link(x, &admin, STR("l.nobody"), &a, &link, &e), "ACCESS-0008");
    struct caller officer;
    OK(access_caller(x, STR("m.ortiz"), &a, &officer, &e));
    REFUSED(access_link(x, &officer, STR("l.one"), &a, &link, &e), "ACCESS-0004");
}

static void test_demo_links(void **state)
{
    struct access_setup s = {.casework = c, .clock = {test_now, NULL}, .demo_links = true};
    struct access *demo;
    struct caller who, officer;
    struct str link, other, secret;
    (void)state;
    REFUSED(access_demo_link(x, &admin, STR("m.ortiz"), &a, &link, &e),
            "ACCESS-0012"); /* off, as everywhere but in the demonstration */
    OK(access_open(&s, &demo, &e));
    OK(access_caller(demo, STR("m.ortiz"), &a, &officer, &e));
    REFUSED(access_demo_link(demo, &officer, STR("m.ortiz"), &a, &link, &e), "ACCESS-0004");
    OK(access_demo_link(demo, &admin, STR("m.ortiz"), &a, &link, &e));
    REFUSED(access_demo_use(x, link, source, &a, &secret, &who, &e), "ACCESS-0012");
    REFUSED(access_link_use(demo, link, STR("m.ortiz"), str_c(password), &a, &r, &e),
            "ACCESS-0005"); /* sets no password */
    OK(access_demo_use(demo, link, source, &a, &secret, &who, &e));
    assert_true(str_is(who.name, "m.ortiz") && who.role == ROLE_RECORDS_OFFICER &&
                !who.acknowledged);
    OK(access_session(demo, secret, &a, &who, &e));
    REFUSED(access_demo_use(demo, link, source, &a, &secret, &who, &e),
            "ACCESS-0005"); /* once */
    OK(access_link(demo, &admin, STR("m.ortiz"), &a, &other, &e));
    REFUSED(access_demo_use(demo, other, source, &a, &secret, &who, &e),
            "ACCESS-0005"); /* nor does the other kind sign in */
    OK(access_demo_link(demo, &admin, STR("m.ortiz"), &a, &link, &e));
    world_pass(HOURS(1) + 1);
    REFUSED(access_demo_use(demo, link, source, &a, &secret, &who, &e), "ACCESS-0005");
    access_close(demo);
}

/* ---- accounts ---------------------------------------------------------------------------- */

static void test_accounts(void **state)
{
    struct str totp = person("a.two", "administrator"), secret;
    struct caller two, officer;
    (void)state;
    secret = in("a.two", totp, &two);
    REFUSED(access_account_set(x, &admin, parse("{\"name\":\"admin\",\"role\":\"supervisor\"}"),
                               &a, &r, &e),
            "PERSON-0003"); /* not himself */
    REFUSED(access_account_set(x, &admin, parse("{\"name\":\"admin\",\"disabled\":true}"), &a,
                               &r, &e),
            "ACCESS-0010");
    REFUSED(access_account_set(x, &admin, parse("{\"name\":\"admin\",\"unlock\":true}"), &a, &r,
                               &e),
            "ACCESS-0010");
    REFUSED(
        access_account_set(x, &admin, parse("{\"name\":\"a.two\",\"colour\":1}"), &a, &r, &e),
        "ACCESS-0009");
    REFUSED(access_account_set(x, &admin, parse("{\"name\":\"a.two\",\"role\":\"king\"}"), &a,
                               &r, &e),
            "PERSON-0001");
    OK(access_caller(x, STR("m.ortiz"), &a, &officer, &e));
    REFUSED(access_account_set(x, &officer,
                               parse("{\"name\":\"m.ortiz\",\"role\":\"administrator\"}"), &a,
                               &r, &e),
            "ACCESS-0004");
    size_t before = events_of("person.added");
    OK(access_account_set(x, &admin, parse("{\"name\":\"a.two\",\"role\":\"supervisor\"}"), &a,
                          &r, &e));
    assert_int_equal(events_of("person.added"), before + 1);
    /* another role proves himself again */
    assert_int_equal(access_session(x, secret, &a, &two, &e), RC_NO);
    REFUSED(access_account_set(x, &two, parse("{\"name\":\"m.ortiz\",\"role\":\"auditor\"}"),
                               &a, &r, &e),
            "ACCESS-0004"); /* what the session said is not what counts */
    secret = in("a.two", totp, &two);
    assert_int_equal(two.role, ROLE_SUPERVISOR);
    OK(access_account_set(x, &admin, parse("{\"name\":\"a.two\",\"disabled\":true}"), &a, &r,
                          &e));
    assert_int_equal(access_session(x, secret, &a, &two, &e), RC_NO);
    world_pass(SECONDS(60));
    assert_int_equal(login("a.two", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_NO);
    REFUSED(
        casework_alert_close(c, (struct actor){"a.two"}, STR("1"), STR("looked"), &a, &r, &e),
        "CASE-0003");
}

/* What the command line asks for, too: there is no way round the roles. */
static void test_roles_of_verbs(void **state)
{
    static const struct actor officer = {"m.ortiz"}, manager = {"admin"}, owner = {"p.adeyemi"},
                              nobody = {"nobody"};
    struct json *agency =
        parse("{\"id\":\"x\",\"name\":\"X\",\"kind\":\"court\",\"addresses\":[]}");
    (void)state;
    person("r.auditor", "auditor");
    REFUSED(casework_agency_set(c, officer, agency, &a, &r, &e), "CASE-0003");
    REFUSED(casework_agency_set(c, owner, agency, &a, &r, &e), "CASE-0003");
    OK(casework_agency_set(c, manager, agency, &a, &r, &e));
    OK(casework_agency_set(c, (struct actor){"t.lindgren"}, agency, &a, &r, &e));
    REFUSED(casework_duty_done(c, manager, STR("C000001"), STR("x"), STR("y"), &a, &r, &e),
            "CASE-0003");
    REFUSED(casework_duty_done(c, nobody, STR("C000001"), STR("x"), STR("y"), &a, &r, &e),
            "CASE-0003");
    REFUSED(casework_duty_done(c, officer, STR("C000001"), STR("x"), STR("y"), &a, &r, &e),
            "CASE-0002");
    REFUSED(casework_alert_close(c, manager, STR("1"), STR("looked"), &a, &r, &e), "CASE-0003");
    REFUSED(casework_alert_close(c, (struct actor){"r.auditor"}, STR("1"), STR("looked"), &a,
                                 &r, &e),
            "CASE-0003");
    REFUSED(casework_alert_close(c, officer, STR("1"), STR("looked"), &a, &r, &e), "CASE-0008");
    struct store *s = casework_store(c);
    OK(store_begin(s, &e));
    OK(store_alert_raise(s,
                         &(struct store_alert){.name = STR("t"),
                                               .kind = STR("trend"),
                                               .text = STR("up"),
                                               .raised_at = world_now()},
                         &e));
    OK(store_commit(s, &e));
    struct store_alert *list;
    size_t n;
    OK(store_alerts(s, &a, 0, &list, &n, &e));
    assert_int_equal(n, 1);
    struct str id = str_c(arena_printf(&a, "%lld", (long long)list[0].id));
    REFUSED(casework_alert_close(c, officer, id, STR("looked"), &a, &r, &e),
            "CASE-0003"); /* the policy's own figures are its owners' */
    OK(casework_alert_close(c, owner, id, STR("looked"), &a, &r, &e));
    static const char *const people[][3] = {
        /* by, JSON, id */
        {"nobody", "{\"name\":\"x.y\",\"role\":\"auditor\"}", "CASE-0003"},
        {"m.ortiz", "{\"name\":\"x.y\",\"role\":\"auditor\"}", "CASE-0003"},
        {"t.lindgren", "{\"name\":\"x.y\",\"role\":\"policy owner\"}", "CASE-0003"},
        {"p.adeyemi", "{\"name\":\"p.two\",\"role\":\"policy owner\"}", "CASE-0003"},
        {"admin", "{\"name\":\"admin\",\"role\":\"policy owner\"}", "PERSON-0003"},
        {"system", "{\"name\":\"x.y\",\"role\":\"auditor\"}", "CASE-0003"},
        {"admin", "{\"name\":\"system\",\"role\":\"auditor\"}", "PERSON-0001"}};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        REFUSED(casework_person_set(c, (struct actor){people[i][0]}, parse(people[i][1]), &a,
                                    &r, &e),
                people[i][2]);
}

/* Who is written into the database past the program is found. */
static void test_smuggled(void **state)
{
    struct store *s = casework_store(c);
    struct store_person p = {.name = STR("x.smuggled"), .role = STR("administrator")};
    (void)state;
    OK(store_begin(s, &e));
    OK(store_person_put(s, &p, &e));
    OK(store_commit(s, &e));
    assert_int_equal(casework_ledger_verify(c, (struct progress){0}, &a, &r, &e), RC_NO);
    struct json *person_json = parse("{\"name\":\"x.smuggled\",\"role\":\"auditor\"}");
    OK(casework_person_set(c, (struct actor){"admin"}, person_json, &a, &r,
                           &e)); /* told, it is green again */
}

static void test_inactive(void **state)
{
    struct str totp = person("i.away", "auditor");
    (void)state;
    world_pass(HOURS(24) * 90 - MINUTES(2));
    in("i.away", totp, NULL);
    world_pass(HOURS(24) * 90 + MINUTES(2));
    OK(access_tick(x, &e));
    assert_int_equal(login("i.away", password, code_at(totp, world_now()), NULL, NULL),
                     ACCESS_NO);
    in("admin", admin_totp, &admin); /* the last administrator is not shut out */
    OK(access_account_set(x, &admin, parse("{\"name\":\"i.away\",\"disabled\":false}"), &a, &r,
                          &e));
    in("i.away", totp, NULL);
}

static void test_identity(void **state)
{
    enum access_answer answer;
    struct caller who;
    struct str secret;
    (void)state;
    person("o.sso", "records-officer");
    OK(access_account_set(x, &admin,
                          parse("{\"name\":\"o.sso\",\"sso\":{\"issuer\":\"https://"
                                "id.example\",\"subject\":\"77\"}}"),
                          &a, &r, &e));
    REFUSED(access_account_set(x, &admin,
                               parse("{\"name\":\"m.ortiz\",\"sso\":{\"issuer\":\"https://"
                                     "id.example\",\"subject\":\"77\"}}"),
                               &a, &r, &e),
            "STORE-0006");
    REFUSED(access_account_set(x, &admin,
                               parse("{\"name\":\"o.sso\",\"sso\":{\"issuer\":\"https://"
                                     "id.example\",\"subject\":\"A 123 456 789\"}}"),
                               &a, &r, &e),
            "REQ-0007");
    OK(access_login_sso(x, STR("https://id.example"), STR("77"), source, &a, &answer, &secret,
                        &who, &e));
    assert_int_equal(answer, ACCESS_IN);
    assert_true(str_is(who.name, "o.sso"));
    OK(access_session(x, secret, &a, &who, &e));
    OK(access_login_sso(x, STR("https://other.example"), STR("77"), source, &a, &answer,
                        &secret, &who, &e));
    assert_int_equal(answer, ACCESS_NO);
    OK(access_login_sso(x, STR("https://id.example"), STR("78"), source, &a, &answer, &secret,
                        &who, &e));
    assert_int_equal(answer, ACCESS_NO);
    lock("o.sso"); /* a lock is the account's, whichever way one comes */
    OK(access_login_sso(x, STR("https://id.example"), STR("77"), source, &a, &answer, &secret,
                        &who, &e));
    assert_int_equal(answer, ACCESS_LOCKED);
}

/* ---- tokens ------------------------------------------------------------------------------ */

static struct json *token(const char *name, const char *scopes, int64_t life)
{
    char at[40];
    return parse(arena_printf(&a, "{\"name\":\"%s\",\"scopes\":%s,\"expires_at\":\"%s\"}", name,
                              scopes, instant_utc(world_now() + life, at)));
}

static void test_tokens(void **state)
{
    struct caller who, officer;
    (void)state;
    OK(access_token_make(
        x, &admin, token("jail-system", "[\"bookings\",\"triggers\"]", HOURS(48)), &a, &r, &e));
    struct str secret = json_text(r, "secret"), id = json_text(r, "id");
    assert_true(str_starts(secret, STR("spt_")));
    OK(access_token(x, secret, &a, &who, &e));
    assert_true(who.is_token && str_is(who.name, "jail-system") &&
                who.role == ROLE_INTEGRATION);
    assert_int_equal(who.scopes, SCOPE_BOOKINGS | SCOPE_TRIGGERS);
    assert_int_equal(access_session(x, secret, &a, &who, &e), RC_NO); /* neither is the other */
    REFUSED(access_token_make(x, &who, token("second", "[\"metrics\"]", HOURS(1)), &a, &r, &e),
            "ACCESS-0004");
    REFUSED(access_token_make(x, &admin, token("jail-system", "[\"metrics\"]", HOURS(1)), &a,
                              &r, &e),
            "ACCESS-0007");
    REFUSED(
        access_token_make(x, &admin, token("m.ortiz", "[\"metrics\"]", HOURS(1)), &a, &r, &e),
        "ACCESS-0007");
    REFUSED(access_token_make(x, &admin, token("t1", "[]", HOURS(1)), &a, &r, &e),
            "ACCESS-0011");
    REFUSED(access_token_make(x, &admin, token("t1", "[\"cases\"]", HOURS(1)), &a, &r, &e),
            "ACCESS-0011");
    REFUSED(access_token_make(x, &admin, token("t1", "[\"metrics\"]", -1), &a, &r, &e),
            "ACCESS-0011");
    REFUSED(
        access_token_make(x, &admin, token("t1", "[\"metrics\"]", HOURS(24) * 400), &a, &r, &e),
        "ACCESS-0011");
    OK(access_caller(x, STR("m.ortiz"), &a, &officer, &e));
    REFUSED(access_token_make(x, &officer, token("t1", "[\"metrics\"]", HOURS(1)), &a, &r, &e),
            "ACCESS-0004");
    OK(access_tokens(x, &a, &r, &e));
    struct json *shown = json_at(json_get(r, "tokens"), 0);
    assert_null(json_get(shown, "secret"));
    world_pass(HOURS(48) + 1);
    assert_int_equal(access_token(x, secret, &a, &who, &e), RC_NO);
    OK(access_token_make(x, &admin, token("second", "[\"requests\"]", HOURS(48)), &a, &r, &e));
    secret = json_text(r, "secret");
    OK(access_token_revoke(x, &admin, STR("second"), &e));
    assert_int_equal(access_token(x, secret, &a, &who, &e), RC_NO);
    REFUSED(access_token_revoke(x, &admin, STR("second"), &e), "ACCESS-0008");
    OK(access_token_revoke(x, &admin, id, &e));
    REFUSED(access_account_set(x, &admin, parse("{\"name\":\"second\",\"role\":\"auditor\"}"),
                               &a, &r, &e),
            "PERSON-0002"); /* names do not come back as somebody else */
    assert_int_equal(events_of("access.token"), 4);
}

/* ---- the ledger -------------------------------------------------------------------------- */

struct count {
    const char *kind;
    size_t n;
};

static RC one(void *ctx, const struct store_event *ev, struct err *err)
{
    struct count *k = ctx;
    (void)err;
    assert_true(str_find(ev->text, STR("bicycle")) < 0 && str_find(ev->text, STR("spt_")) < 0 &&
                str_find(ev->text, STR("argon2")) < 0);
    k->n += str_is(ev->kind, k->kind);
    return RC_OK;
}

static size_t events_of(const char *kind)
{
    struct count k = {kind, 0};
    struct store *s = casework_store(c);
    OK(store_events_each(s, 0, store_ledger_size(s, &e), one, &k, &e));
    return k.n;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_login),          T(test_lock),          T(test_lock_window),
        T(test_unknown_name),   T(test_same_work),     T(test_race),
        T(test_source),         T(test_hostile_names), T(test_session_clocks),
        T(test_busy),           T(test_step_up),       T(test_password_change),
        T(test_links),          T(test_demo_links),    T(test_accounts),
        T(test_roles_of_verbs), T(test_smuggled),      T(test_inactive),
        T(test_identity),       T(test_tokens)};
    return cmocka_run_group_tests_name("access-accounts", tests, NULL, NULL);
}
