/* Opening and closing; one act: its transaction and events; secrets, links and callers. Must
 * never hand a secret to the ledger or the log. */
#include "access/inside.h"
#include "access/totp.h"
#include "os/file.h"
#include "os/random.h"
#include <pthread.h>
#include <stdlib.h>

static const struct {
    enum role role;
    const char *word, *person;
} roles[] = {{ROLE_RECORDS_OFFICER, "records-officer", "records officer"},
             {ROLE_SUPERVISOR, "supervisor", "supervisor"},
             {ROLE_POLICY_OWNER, "policy-owner", "policy owner"},
             {ROLE_ATTORNEY, "attorney", "attorney"},
             {ROLE_AUDITOR, "auditor", "auditor"},
             {ROLE_ADMINISTRATOR, "administrator", "administrator"},
             {ROLE_INTEGRATION, "integration", "integration"}};

const char *role_word(enum role r)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (roles[i].role == r) return roles[i].word;
    return "";
}

bool role_from_word(struct str s, enum role *ret)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (str_is(s, roles[i].word) || str_is(s, roles[i].person)) {
            *ret = roles[i].role;
            return true;
        }
    return false;
}

static int64_t within(int64_t given, int64_t otherwise, int64_t most)
{
    return given <= 0 ? otherwise : given > most ? most : given;
}

RC access_open(const struct access_setup *s, struct access **ret, struct err *e)
{
    struct access *x = calloc(1, sizeof *x);
    if (!x) abort();
    arena_init(&x->arena, 0);
    x->c = s->casework;
    x->s = casework_store(s->casework);
    x->clock = s->clock;
    x->idle = within(s->idle_ms, MINUTES(15), MINUTES(30));
    x->demo_links = s->demo_links;
    x->absolute = within(s->absolute_ms, HOURS(12), HOURS(12));
    enum rc rc = s->banned_file && *s->banned_file
                     ? file_read(&x->arena, s->banned_file, 64u << 20, &x->banned, e)
                     : RC_OK;
    if (rc != RC_OK)
        access_close(x);
    else
        *ret = x;
    return rc;
}

void access_close(struct access *x)
{
    if (!x) return;
    arena_done(&x->arena);
    free(x);
}

/* ---- one act ---------------------------------------------------------------------------- */

RC act_begin(struct act *t, struct access *x, struct str by, struct arena *a, struct err *e)
{
    *t = (struct act){.x = x, .s = x->s, .a = a, .by = by.n ? by : STR("system")};
    TRY(store_begin(x->s, e));
    t->now = clock_now(&x->clock);
    return RC_OK;
}

RC act_end(struct act *t, enum rc rc, struct err *e)
{
    if (rc == RC_OK || rc == RC_NO) {
        enum rc done = store_commit(t->s, e);
        return done == RC_OK ? rc : done;
    }
    store_rollback(t->s);
    return rc;
}

RC act_event(struct act *t, enum event_kind kind, struct json *body, struct err *e)
{
    return casework_event(t->x->c, (struct actor){str_dupz(t->a, t->by)}, kind, t->now, body,
                          t->a, e);
}

RC act_changed(struct act *t, struct str name, const char *change, struct err *e)
{
    struct json *body = json_object(t->a);
    json_set(t->a, body, "name", json_string(t->a, name));
    json_set(t->a, body, "change", json_c(t->a, change));
    return act_event(t, EVENT_KIND_ACCESS_CHANGED, body, e);
}

RC act_role(struct act *t, const struct caller *by, enum role role, struct err *e)
{
    struct store_account c;
    enum role has;
    enum rc rc = by->is_token ? RC_NO : store_account_get(t->s, t->a, by->name, &c, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    bool may = rc == RC_OK && c.disabled_at == INSTANT_NONE && role_from_word(c.role, &has) &&
               has == role;
    return may ? RC_OK
               : FAIL(e, RC_DENIED, "ACCESS-0004", "this takes the role %s", role_word(role));
}

/* ---- secrets ---------------------------------------------------------------------------- */

struct hash access_hash(const struct access *x, const char *what, struct str s)
{
    struct hash key = casework_secret(x->c, str_c(what));
    struct hash h = hash_hmac(str_n((const char *)key.b, HASH_SIZE), s);
    sign_wipe(&key, sizeof key);
    return h;
}

struct str access_url64(struct arena *a, struct str bytes)
{
    struct buf b = buf_in(a);
    base64_add(&b, bytes);
    while (b.n && b.p[b.n - 1] == '=') b.n--;
    for (size_t i = 0; i < b.n; i++)
        b.p[i] = b.p[i] == '+' ? '-' : b.p[i] == '/' ? '_' : b.p[i];
    return buf_str(&b);
}

bool access_unurl64(struct arena *a, struct str text, struct str *ret)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < text.n; i++) {
        if (strchr("+/=", text.p[i])) return false; /* also a NUL */
        buf_ch(&b, text.p[i] == '-' ? '+' : text.p[i] == '_' ? '/' : text.p[i]);
    }
    while (b.n % 4) buf_ch(&b, '=');
    return base64_parse(a, buf_str(&b), ret);
}

struct str access_secret(struct arena *a)
{
    unsigned char bytes[SECRET_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct str text = access_url64(a, str_n((const char *)bytes, sizeof bytes));
    sign_wipe(bytes, sizeof bytes);
    return text;
}

struct hash access_secret_hash(struct str secret) { return hash_of(secret); }

struct str access_csrf(struct arena *a, struct str secret)
{
    char hex[HASH_SIZE * 2 + 1];
    return str_dup(a, str_c(hash_hex(hash_hmac(STR("csrf"), secret), hex)));
}

static unsigned char run[RUN_BYTES];
static pthread_once_t run_once = PTHREAD_ONCE_INIT;
static void run_make(void) { random_bytes(run, sizeof run); }

const unsigned char *access_run(void)
{
    pthread_once(&run_once, run_make);
    return run;
}

struct json *access_time(struct arena *a, instant t)
{
    char text[40];
    return t == INSTANT_NONE ? NULL : json_string(a, str_dup(a, str_c(instant_utc(t, text))));
}

static struct hash totp_key(struct access *x, struct arena *a, struct str name)
{
    return casework_secret(x->c, str_c(arena_printf(a, "totp/" STR_FMT, STR_ARG(name))));
}

static struct str totp_seal(struct access *x, struct arena *a, struct str name,
                            struct str secret)
{
    unsigned char nonce[24], *sealed = arena_alloc(a, secret.n + SEAL_MORE);
    struct hash key = totp_key(x, a, name);
    random_bytes(nonce, sizeof nonce);
    sign_seal(key.b, nonce, secret, sealed);
    sign_wipe(&key, sizeof key);
    return str_n((const char *)sealed, secret.n + SEAL_MORE);
}

bool totp_unseal(struct access *x, struct arena *a, struct str name, struct str sealed,
                 unsigned char ret[TOTP_SECRET])
{
    struct hash key = totp_key(x, a, name);
    memset(ret, 0, TOTP_SECRET);
    bool good = sealed.n == TOTP_SECRET + SEAL_MORE && sign_unseal(key.b, sealed, ret);
    sign_wipe(&key, sizeof key);
    return good;
}

/* ---- callers, links --------------------------------------------------------------------- */

RC access_caller(struct access *x, struct str name, struct arena *a, struct caller *ret,
                 struct err *e)
{
    struct store_account c;
    enum role role;
    enum rc rc = store_account_get(x->s, a, name, &c, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    if (rc == RC_NO || c.disabled_at != INSTANT_NONE || !role_from_word(c.role, &role))
        return FAIL(e, RC_DENIED, "ACCESS-0008",
                    "'" STR_FMT "' is not known here, or is disabled", STR_ARG(name));
    instant now = clock_now(&x->clock);
    *ret = (struct caller){.name = c.name,
                           .role = role,
                           .acknowledged = true,
                           .since = now,
                           .strong_at = now,
                           .expires_at = now};
    return RC_OK;
}

bool access_strong(const struct caller *c, instant now)
{
    return c->strong_at != INSTANT_NONE && now - c->strong_at <= STEP_UP;
}

static RC link_make(struct act *t, struct str person, struct str *ret, struct err *e)
{
    *ret = access_secret(t->a);
    struct store_link k = {.hash = access_secret_hash(*ret),
                           .person = person,
                           .made_by = t->by,
                           .until = t->now + LINK_LIFE};
    TRY(store_link_put(t->s, &k, e));
    return act_changed(t, person, "a one-time link was made", e);
}

/* Another hash than that of a link that sets a password, so that neither opens the other's
 * door. */
static struct hash demo_hash(struct str secret) { return hash_hmac(STR("demo link"), secret); }

static RC demo_make(struct act *t, struct str person, struct str *ret, struct err *e)
{
    *ret = access_secret(t->a);
    struct store_link k = {.hash = demo_hash(*ret),
                           .person = person,
                           .made_by = t->by,
                           .until = t->now + DEMO_LIFE};
    TRY(store_link_put(t->s, &k, e));
    return act_changed(t, person, "a signed-in link of the demonstration was made", e);
}

static RC first_link(struct act *t, struct str *ret, struct err *e)
{
    int64_t n;
    TRY(store_people_with(t->s, STR("administrator"), &n, e));
    return n ? RC_NO : link_make(t, STR(""), ret, e);
}

RC access_first_link(struct access *x, struct arena *a, struct str *ret_secret, struct err *e)
{
    struct act t;
    TRY(act_begin(&t, x, STR("system"), a, e));
    return act_end(&t, first_link(&t, ret_secret, e), e);
}

static RC person_link(struct act *t, const struct caller *by, struct str name, bool demo,
                      struct str *ret, struct err *e)
{
    struct store_account c;
    TRY(act_role(t, by, ROLE_ADMINISTRATOR, e));
    enum rc rc = store_account_get(t->s, t->a, name, &c, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "ACCESS-0008", "there is no person '" STR_FMT "'",
                    STR_ARG(name));
    if (rc != RC_OK) return rc;
    if (c.disabled_at != INSTANT_NONE)
        return FAIL(e, RC_CONFLICT, "ACCESS-0009",
                    "the account of '" STR_FMT "' is disabled; enable it first", STR_ARG(name));
    return demo ? demo_make(t, c.name, ret, e) : link_make(t, c.name, ret, e);
}

RC access_link(struct access *x, const struct caller *by, struct str name, struct arena *a,
               struct str *ret_secret, struct err *e)
{
    struct act t;
    TRY(act_begin(&t, x, by->name, a, e));
    return act_end(&t, person_link(&t, by, name, false, ret_secret, e), e);
}

/* ---- the demonstration ------------------------------------------------------------------ */

static RC demo_allowed(const struct access *x, struct err *e)
{
    return x->demo_links
               ? RC_OK
               : FAIL(e, RC_DENIED, "ACCESS-0012",
                      "signed-in links are for the demonstration (access.demo_links)");
}

RC access_demo_link(struct access *x, const struct caller *by, struct str name, struct arena *a,
                    struct str *ret_secret, struct err *e)
{
    struct act t;
    TRY(demo_allowed(x, e));
    TRY(act_begin(&t, x, by->name, a, e));
    return act_end(&t, person_link(&t, by, name, true, ret_secret, e), e);
}

static RC demo_use(struct act *t, struct str secret, struct str source, struct str *ret_secret,
                   struct caller *ret_caller, struct err *e)
{
    struct store_link k;
    struct store_account c;
    enum rc rc = store_link_take(t->s, t->a, demo_hash(secret), &k, e);
    if (rc == RC_OK)
        rc = t->now <= k.until ? store_account_get(t->s, t->a, k.person, &c, e) : RC_NO;
    if (rc == RC_OK && c.disabled_at != INSTANT_NONE) rc = RC_NO;
    if (rc == RC_NO)
        return FAIL(e, RC_DENIED, "ACCESS-0005",
                    "the link is not valid: used, too old, or replaced by a newer one");
    TRY(rc);
    c.seen_at = t->now;
    TRY(store_account_save(t->s, &c, e));
    return session_make(t, &c, source, "demo link", ret_secret, ret_caller, e);
}

RC access_demo_use(struct access *x, struct str secret, struct str source, struct arena *a,
                   struct str *ret_secret, struct caller *ret_caller, struct err *e)
{
    struct act t;
    TRY(demo_allowed(x, e));
    TRY(act_begin(&t, x, STR(""), a, e));
    return act_end(&t, demo_use(&t, secret, source, ret_secret, ret_caller, e), e);
}

/* Takes the link and gives the name it is for; the first administrator chooses one. */
static RC link_take(struct act *t, struct str secret, struct str name, struct str *ret_name,
                    bool *ret_first, struct err *e)
{
    struct store_link k;
    enum rc rc = store_link_take(t->s, t->a, access_secret_hash(secret), &k, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    bool good =
        rc == RC_OK && t->now <= k.until && (!k.person.n || !name.n || str_eq(k.person, name));
    if (!good)
        return FAIL(e, RC_DENIED, "ACCESS-0005",
                    "the link is not valid: used, too old, replaced by a newer one, or another "
                    "person's");
    *ret_first = !k.person.n;
    *ret_name = k.person.n ? k.person : name;
    return RC_OK;
}

static RC first_person(struct act *t, struct str name, struct err *e)
{
    struct json *person = json_object(t->a), *shown;
    struct store_account c;
    enum rc rc = store_account_get(t->s, t->a, name, &c, e);
    if (rc == RC_OK)
        return FAIL(e, RC_CONFLICT, "ACCESS-0009",
                    "'" STR_FMT
                    "' is somebody already; the first administrator takes a new name",
                    STR_ARG(name));
    if (rc != RC_NO) return rc;
    json_set(t->a, person, "name", json_string(t->a, name));
    json_set(t->a, person, "role", json_c(t->a, "administrator"));
    return casework_person_in(t->x->c, (struct actor){"system"}, t->now, person, t->a, &shown,
                              e);
}

static RC link_use(struct act *t, struct str secret, struct str name, struct str password,
                   struct json **ret, struct err *e)
{
    struct store_account c;
    unsigned char bytes[TOTP_SECRET];
    bool first;
    TRY(link_take(t, secret, name, &name, &first, e));
    if (first) TRY(first_person(t, name, e));
    t->by = name;
    enum rc rc = store_account_get(t->s, t->a, name, &c, e);
    if (rc == RC_NO || (rc == RC_OK && c.disabled_at != INSTANT_NONE))
        return FAIL(e, RC_DENIED, "ACCESS-0005", "the account is disabled");
    TRY(rc);
    random_bytes(bytes, sizeof bytes);
    struct str plain = str_n((const char *)bytes, sizeof bytes),
               shown = totp_base32(t->a, plain);
    c.password = password;
    c.totp = totp_seal(t->x, t->a, name, plain);
    sign_wipe(bytes, sizeof bytes);
    c.totp_step = 0;
    c.password_at = c.seen_at = t->now;
    TRY(store_account_save(t->s, &c, e));
    TRY(store_attempts_drop(t->s, access_hash(t->x, "name", name), e));
    TRY(store_sessions_drop(t->s, name, STR(""), e));
    TRY(act_changed(t, name, "password and second factor were set by a one-time link", e));
    enum role role = ROLE_RECORDS_OFFICER;
    (void)role_from_word(c.role, &role);
    *ret = json_object(t->a);
    json_set(t->a, *ret, "name", json_string(t->a, name));
    json_set(t->a, *ret, "role", json_c(t->a, role_word(role)));
    json_set(t->a, *ret, "totp_uri",
             json_string(t->a, totp_uri(t->a, casework_facility(t->x->c), name, shown)));
    json_set(t->a, *ret, "totp_secret", json_string(t->a, shown));
    return RC_OK;
}

/* Looks whether the link would do, so that a stranger's guess costs no hash; the write lock is
 * not held while one is made. */
static RC link_try(struct access *x, struct str secret, struct str name, struct arena *a,
                   struct str *ret_name, struct err *e)
{
    struct act t;
    bool first;
    TRY(act_begin(&t, x, STR(""), a, e));
    enum rc rc = link_take(&t, secret, name, ret_name, &first, e);
    store_rollback(x->s);
    if (rc == RC_OK && first && !casework_name_good(name))
        return FAIL(e, RC_INVALID, "ACCESS-0007",
                    "a name has up to 64 small letters, digits and . _ - @, and begins with a "
                    "letter or digit");
    return rc;
}

RC access_link_use(struct access *x, struct str secret, struct str name, struct str password,
                   struct arena *a, struct json **ret, struct err *e)
{
    struct act t;
    TRY(link_try(x, secret, name, a, &name, e));
    TRY(password_good(x, name, password, e));
    struct str hashed = password_make(a, password);
    TRY(act_begin(&t, x, STR(""), a, e));
    return act_end(&t, link_use(&t, secret, name, hashed, ret, e), e);
}
