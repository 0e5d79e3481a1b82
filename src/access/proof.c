/* Proving who one is: log-on and step-up. An attempt is charged to the name and the source
 * before the password is looked at and given back when it was right, so that many at once
 * cannot try more than five (AC-7). Names that are nobody's are charged, locked and answered
 * like any other, and cost the same work. */
#include "access/inside.h"
#include "access/totp.h"
#include "os/random.h"

static struct str lower(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    s = str_trim(s);
    for (size_t i = 0; i < s.n; i++)
        buf_ch(&b, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i]);
    return buf_str(&b);
}

static RC attempts_of(struct act *t, struct hash who, struct store_attempts *ret, struct err *e)
{
    enum rc rc = store_attempts_get(t->s, who, ret, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    bool over =
        rc == RC_OK && ret->locked_at == INSTANT_NONE && t->now - ret->since > ATTEMPTS_WINDOW;
    if (rc == RC_NO || over)
        *ret = (struct store_attempts){.who = who, .since = t->now, .locked_at = INSTANT_NONE};
    return RC_OK;
}

static RC charge(struct act *t, struct proof *p, struct str name, enum access_answer *ret,
                 struct err *e)
{
    struct store_attempts of_name, of_source;
    TRY(store_attempts_sweep(t->s, t->now - ATTEMPTS_WINDOW, t->now - 30 * DAY, e));
    TRY(attempts_of(t, p->name, &of_name, e));
    TRY(attempts_of(t, p->source, &of_source, e));
    *ret = of_name.locked_at != INSTANT_NONE ? ACCESS_LOCKED
           : of_source.failures >= SOURCE_ATTEMPTS || of_name.failures >= ATTEMPTS ? ACCESS_WAIT
                                                                                   : ACCESS_IN;
    if (*ret != ACCESS_IN) return RC_NO;
    enum rc rc = store_account_get(t->s, t->a, name, &p->account, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    p->known = rc == RC_OK;
    of_name.failures++;
    of_name.known = p->known;
    of_source.failures++;
    TRY(store_attempts_put(t->s, &of_name, e));
    return store_attempts_put(t->s, &of_source, e);
}

RC proof_begin(struct access *x, struct str name, struct str source, struct arena *a,
               struct proof *p, enum access_answer *ret, struct err *e)
{
    struct act t;
    *p = (struct proof){.name = access_hash(x, "name", name),
                        .source = access_hash(x, "source", source),
                        .why = ""};
    TRY(act_begin(&t, x, STR(""), a, e));
    return act_end(&t, charge(&t, p, name, ret, e), e);
}

void proof_work(struct access *x, struct arena *a, struct proof *p, struct str name,
                struct str password, struct str code)
{
    unsigned char secret[TOTP_SECRET];
    bool right = password_is(p->account.password, password);
    bool sealed = totp_unseal(x, a, name, p->account.totp, secret);
    bool fits = totp_check(str_n((const char *)secret, sizeof secret), code,
                           clock_now(&x->clock), p->account.totp_step, &p->step);
    sign_wipe(secret, sizeof secret);
    p->good = p->known && right && sealed && fits;
    p->why = !p->known ? "unknown" : !right ? "password" : "code";
}

static RC failed(struct act *t, const struct proof *p, struct str name, struct str source,
                 struct err *e)
{
    struct json *body = json_object(t->a);
    json_set(t->a, body, "name", json_string(t->a, p->known ? name : STR("")));
    json_set(t->a, body, "source", json_string(t->a, source));
    json_set(t->a, body, "why", json_c(t->a, p->why));
    t->by = STR("system");
    return act_event(t, EVENT_KIND_ACCESS_FAILED, body, e);
}

static RC refused(struct act *t, struct proof *p, struct str name, struct str source,
                  enum access_answer *ret, struct err *e)
{
    struct store_attempts n;
    *ret = ACCESS_NO;
    TRY(failed(t, p, name, source, e));
    TRY(attempts_of(t, p->name, &n, e));
    if (n.failures < ATTEMPTS || n.locked_at != INSTANT_NONE) return RC_OK;
    n.locked_at = t->now;
    *ret = ACCESS_LOCKED;
    TRY(store_attempts_put(t->s, &n, e));
    if (!p->known) return RC_OK;
    struct json *body = json_object(t->a);
    json_set(t->a, body, "name", json_string(t->a, name));
    json_set(t->a, body, "source", json_string(t->a, source));
    return act_event(t, EVENT_KIND_ACCESS_LOCKED, body, e);
}

RC account_inactive(struct act *t, struct store_account *c, bool *ret, struct err *e)
{
    int64_t administrators;
    *ret = false;
    if (c->disabled_at != INSTANT_NONE || c->seen_at == INSTANT_NONE ||
        t->now - c->seen_at <= INACTIVE)
        return RC_OK;
    TRY(store_people_with(t->s, STR("administrator"), &administrators, e));
    if (str_is(c->role, "administrator") && administrators == 1)
        return RC_OK; /* one must remain */
    *ret = true;
    c->disabled_at = t->now;
    TRY(store_account_save(t->s, c, e));
    TRY(store_sessions_drop(t->s, c->name, STR(""), e));
    return act_changed(t, c->name, "disabled: not here for 90 days", e);
}

RC proof_end(struct act *t, struct proof *p, struct str name, struct str source,
             enum access_answer *ret, struct err *e)
{
    struct store_account was = p->account;
    struct store_attempts of_source;
    bool inactive = false;
    if (p->known)
        TRY(store_account_get(t->s, t->a, name, &p->account,
                              e)); /* as it is now, behind the lock */
    if (p->good && p->account.disabled_at == INSTANT_NONE)
        TRY(account_inactive(t, &p->account, &inactive, e));
    if (p->good && p->account.disabled_at != INSTANT_NONE) p->why = "disabled";
    bool good = p->good && p->account.disabled_at == INSTANT_NONE &&
                str_eq(was.password, p->account.password) &&
                (!p->step || p->step > p->account.totp_step);
    if (!good) return refused(t, p, name, source, ret, e);
    *ret = ACCESS_IN;
    if (p->step) p->account.totp_step = p->step;
    p->account.seen_at = t->now;
    TRY(store_account_save(t->s, &p->account, e));
    TRY(store_attempts_drop(t->s, p->name, e));
    TRY(attempts_of(t, p->source, &of_source, e));
    if (of_source.failures > 0) of_source.failures--;
    return store_attempts_put(t->s, &of_source, e);
}

/* ---- sessions --------------------------------------------------------------------------- */

static void caller_fill(struct access *x, struct arena *a, const struct store_account *c,
                        const struct store_session *n, struct str secret, struct caller *ret)
{
    enum role role = 0;
    (void)role_from_word(c->role, &role);
    instant idle = n->touched_at + x->idle, absolute = n->since + x->absolute;
    *ret = (struct caller){.name = c->name,
                           .role = role,
                           .session = n->id,
                           .csrf = access_csrf(a, secret),
                           .acknowledged = n->acknowledged_at != INSTANT_NONE,
                           .since = n->since,
                           .strong_at = n->strong_at,
                           .expires_at = idle < absolute ? idle : absolute,
                           .password_due =
                               c->password.n && n->touched_at - c->password_at > PASSWORD_LIFE};
}

RC session_make(struct act *t, const struct store_account *c, struct str source,
                const char *how, struct str *ret_secret, struct caller *ret, struct err *e)
{
    unsigned char id[8];
    struct buf hex = buf_in(t->a);
    struct json *body = json_object(t->a);
    random_bytes(id, sizeof id);
    hex_add(&hex, str_n((const char *)id, sizeof id));
    *ret_secret = access_secret(t->a);
    struct store_session n = {.hash = access_secret_hash(*ret_secret),
                              .id = buf_str(&hex),
                              .person = c->name,
                              .source = source,
                              .since = t->now,
                              .touched_at = t->now,
                              .strong_at = t->now,
                              .acknowledged_at = INSTANT_NONE};
    memcpy(n.run, access_run(), sizeof n.run);
    TRY(store_sessions_sweep(t->s, t->now - HOURS(12), e));
    TRY(store_session_add(t->s, &n, e));
    caller_fill(t->x, t->a, c, &n, *ret_secret, ret);
    json_set(t->a, body, "name", json_string(t->a, c->name));
    json_set(t->a, body, "how", json_c(t->a, how));
    json_set(t->a, body, "source", json_string(t->a, source));
    json_set(t->a, body, "session", json_string(t->a, n.id));
    t->by = c->name;
    return act_event(t, EVENT_KIND_ACCESS_LOGIN, body, e);
}

static RC logon(struct act *t, struct proof *p, struct str name, struct str source,
                enum access_answer *ret, struct str *ret_secret, struct caller *ret_caller,
                struct err *e)
{
    TRY(proof_end(t, p, name, source, ret, e));
    return *ret == ACCESS_IN ? session_make(t, &p->account, source, "password and code",
                                            ret_secret, ret_caller, e)
                             : RC_OK;
}

RC access_login(struct access *x, struct str name, struct str password, struct str code,
                struct str source, struct arena *a, enum access_answer *ret,
                struct str *ret_secret, struct caller *ret_caller, struct err *e)
{
    struct act t;
    struct proof p;
    name = lower(a, name);
    *ret = name.n && password.n && !code.n ? ACCESS_CODE_NEEDED : ACCESS_NO;
    if (!name.n || !password.n || !code.n) return RC_OK;
    enum rc rc = proof_begin(x, name, source, a, &p, ret, e);
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    proof_work(x, a, &p, name, password, code);
    TRY(act_begin(&t, x, STR(""), a, e));
    return act_end(&t, logon(&t, &p, name, source, ret, ret_secret, ret_caller, e), e);
}

static RC logon_sso(struct act *t, struct str issuer, struct str subject, struct str source,
                    enum access_answer *ret, struct str *ret_secret, struct caller *ret_caller,
                    struct err *e)
{
    struct proof p = {.source = access_hash(t->x, "source", source),
                      .why = "no account of this identity"};
    struct store_attempts of_source, of_name;
    bool inactive;
    *ret = ACCESS_WAIT;
    TRY(attempts_of(t, p.source, &of_source, e));
    if (of_source.failures >= SOURCE_ATTEMPTS) return RC_OK;
    *ret = ACCESS_NO;
    enum rc rc = store_account_sso(t->s, t->a, issuer, subject, &p.account, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    p.known = rc == RC_OK;
    if (p.known) TRY(account_inactive(t, &p.account, &inactive, e));
    if (p.known && p.account.disabled_at != INSTANT_NONE) p.why = "disabled";
    if (!p.known || p.account.disabled_at != INSTANT_NONE) {
        of_source.failures++;
        TRY(store_attempts_put(t->s, &of_source, e));
        return failed(t, &p, p.account.name, source, e);
    }
    TRY(attempts_of(t, access_hash(t->x, "name", p.account.name), &of_name, e));
    *ret = of_name.locked_at != INSTANT_NONE ? ACCESS_LOCKED : ACCESS_IN;
    if (*ret != ACCESS_IN) return RC_OK;
    p.account.seen_at = t->now;
    TRY(store_account_save(t->s, &p.account, e));
    return session_make(t, &p.account, source, "single sign-on", ret_secret, ret_caller, e);
}

RC access_login_sso(struct access *x, struct str issuer, struct str subject, struct str source,
                    struct arena *a, enum access_answer *ret, struct str *ret_secret,
                    struct caller *ret_caller, struct err *e)
{
    struct act t;
    TRY(act_begin(&t, x, STR(""), a, e));
    return act_end(&t, logon_sso(&t, issuer, subject, source, ret, ret_secret, ret_caller, e),
                   e);
}

static RC touch(struct access *x, struct arena *a, struct store_session *n, struct err *e)
{
    struct act t;
    int64_t grain = x->idle / 15 < MINUTES(1) ? x->idle / 15 : MINUTES(1);
    instant now = clock_now(&x->clock);
    if (now - n->touched_at < grain) return RC_OK;
    t = (struct act){.x = x, .s = x->s, .a = a, .now = now};
    TRY(store_begin_now(x->s, e)); /* a reader waits for nobody: the next look touches it */
    n->touched_at = t.now;
    return act_end(
        &t, store_session_touch(t.s, n->id, n->touched_at, n->strong_at, n->acknowledged_at, e),
        e);
}

static RC session_of(struct access *x, struct str secret, bool touches, struct arena *a,
                     struct caller *ret, struct err *e)
{
    struct store_session n;
    struct store_account c;
    instant now = clock_now(&x->clock);
    TRY(store_session_get(x->s, a, access_secret_hash(secret), &n, e));
    bool live = memcmp(n.run, access_run(), sizeof n.run) == 0 &&
                now - n.touched_at <= x->idle && now - n.since <= x->absolute;
    if (!live) return RC_NO;
    TRY(store_account_get(x->s, a, n.person, &c, e));
    if (c.disabled_at != INSTANT_NONE) return RC_NO;
    enum rc rc = touches ? touch(x, a, &n, e) : RC_OK;
    if (rc != RC_OK && rc != RC_BUSY)
        return rc; /* somebody writes: it is touched at the next look */
    caller_fill(x, a, &c, &n, secret, ret);
    return RC_OK;
}

RC access_session(struct access *x, struct str secret, struct arena *a, struct caller *ret,
                  struct err *e)
{
    return session_of(x, secret, true, a, ret, e);
}

RC access_session_look(struct access *x, struct str secret, struct arena *a, struct caller *ret,
                       struct err *e)
{
    return session_of(x, secret, false, a, ret, e);
}

int64_t access_idle(const struct access *x) { return x->idle; }

static RC session_event(struct act *t, enum event_kind kind, struct str session, struct err *e)
{
    struct json *body = json_object(t->a);
    json_set(t->a, body, "session", json_string(t->a, session));
    return act_event(t, kind, body, e);
}

static RC proved(struct act *t, struct proof *p, struct caller *c, struct str source,
                 enum access_answer *ret, struct err *e)
{
    TRY(proof_end(t, p, c->name, source, ret, e));
    if (*ret == ACCESS_LOCKED)
        return store_session_drop(t->s, c->session,
                                  e); /* whoever guesses inside a session has taken it over */
    if (*ret != ACCESS_IN) return RC_OK;
    t->by = c->name;
    c->strong_at = t->now;
    TRY(store_session_touch(t->s, c->session, t->now, t->now,
                            c->acknowledged ? t->now : INSTANT_NONE, e));
    return session_event(t, EVENT_KIND_ACCESS_PROVED, c->session, e);
}

RC access_prove(struct access *x, struct caller *c, struct str password, struct str code,
                enum access_answer *ret, struct err *e)
{
    struct act t;
    struct proof p;
    struct arena a;
    *ret = password.n && !code.n ? ACCESS_CODE_NEEDED : ACCESS_NO;
    if (c->is_token || !password.n || !code.n) return RC_OK;
    arena_init(&a, 0);
    enum rc rc = proof_begin(x, c->name, c->session, &a, &p, ret, e);
    if (rc == RC_OK) {
        proof_work(x, &a, &p, c->name, password, code);
        rc = act_begin(&t, x, c->name, &a, e);
        if (rc == RC_OK) rc = act_end(&t, proved(&t, &p, c, STR("session"), ret, e), e);
    }
    arena_done(&a);
    return rc == RC_NO ? RC_OK : rc;
}

static RC new_password(struct act *t, struct proof *p, struct caller *c, struct str hashed,
                       enum access_answer *ret, struct err *e)
{
    TRY(proof_end(t, p, c->name, STR("session"), ret, e));
    if (*ret != ACCESS_IN)
        return *ret == ACCESS_LOCKED ? store_session_drop(t->s, c->session, e) : RC_OK;
    t->by = c->name;
    p->account.password = hashed;
    p->account.password_at = t->now;
    TRY(store_account_save(t->s, &p->account, e));
    TRY(store_sessions_drop(t->s, c->name, c->session, e));
    return act_changed(t, c->name, "password changed", e);
}

static RC change_password(struct access *x, struct caller *c, struct str old, struct str wanted,
                          struct arena *a, struct err *e)
{
    struct act t;
    struct proof p;
    enum access_answer answer = ACCESS_NO;
    TRY(password_good(x, c->name, wanted, e));
    if (str_eq(old, wanted))
        return FAIL(e, RC_INVALID, "ACCESS-0006", "the new password is the old one");
    enum rc rc = proof_begin(x, c->name, c->session, a, &p, &answer, e);
    if (rc == RC_OK) {
        p.good = p.known && password_is(p.account.password, old);
        p.why = "password";
        struct str hashed = p.good ? password_make(a, wanted) : STR("");
        TRY(act_begin(&t, x, c->name, a, e));
        TRY(act_end(&t, new_password(&t, &p, c, hashed, &answer, e), e));
    } else if (rc != RC_NO)
        return rc;
    return answer == ACCESS_IN
               ? RC_OK
               : FAIL(e, RC_DENIED, "ACCESS-0001",
                      "the old password is not right, or the account is locked");
}

RC access_password(struct access *x, struct caller *c, struct str old, struct str wanted,
                   struct err *e)
{
    struct arena a;
    arena_init(&a, 0);
    enum rc rc = change_password(x, c, old, wanted, &a, e);
    arena_done(&a);
    return rc;
}

RC access_logout(struct access *x, const struct caller *c, struct err *e)
{
    struct act t;
    struct arena a;
    arena_init(&a, 0);
    enum rc rc = act_begin(&t, x, c->name, &a, e);
    if (rc == RC_OK) {
        rc = store_session_drop(t.s, c->session, e);
        if (rc == RC_OK) rc = session_event(&t, EVENT_KIND_ACCESS_LOGOUT, c->session, e);
        rc = act_end(&t, rc, e);
    }
    arena_done(&a);
    return rc;
}

RC access_acknowledge(struct access *x, struct caller *c, struct err *e)
{
    struct act t;
    struct arena a;
    if (c->acknowledged || c->is_token) return RC_OK;
    arena_init(&a, 0);
    enum rc rc = act_begin(&t, x, c->name, &a, e);
    if (rc == RC_OK) {
        rc = store_session_touch(t.s, c->session, t.now, c->strong_at, t.now, e);
        if (rc == RC_OK) rc = session_event(&t, EVENT_KIND_ACCESS_ACKNOWLEDGED, c->session, e);
        rc = act_end(&t, rc, e);
        c->acknowledged = rc == RC_OK;
    }
    arena_done(&a);
    return rc;
}
