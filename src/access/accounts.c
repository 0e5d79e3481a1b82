/* Accounts as an administrator sees and changes them. An account is a person: role and key are
 * casework's, under its rules, the rest stands beside them. Must never delete one, and nobody
 * changes his own state. */
#include "access/inside.h"
#include "custody/status.h"

static struct json *identity_json(struct arena *a, const struct store_account *c)
{
    struct json *o = json_object(a);
    if (!c->issuer.n) return NULL;
    json_set(a, o, "issuer", json_string(a, c->issuer));
    json_set(a, o, "subject", json_string(a, c->subject));
    return o;
}

static RC account_json(struct access *x, struct arena *a, const struct store_account *c,
                       struct json **ret, struct err *e)
{
    struct store_attempts n = {.locked_at = INSTANT_NONE};
    struct json *o = json_object(a);
    enum role role = 0;
    enum rc rc = store_attempts_get(x->s, access_hash(x, "name", c->name), &n, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    (void)role_from_word(c->role, &role);
    json_set(a, o, "name", json_string(a, c->name));
    json_set(a, o, "role", json_c(a, role_word(role)));
    json_set(a, o, "disabled", json_bool(a, c->disabled_at != INSTANT_NONE));
    json_set(a, o, "locked", json_bool(a, n.locked_at != INSTANT_NONE));
    json_set(a, o, "password", json_bool(a, c->password.n != 0));
    json_set(a, o, "password_at", access_time(a, c->password_at));
    json_set(a, o, "seen_at", access_time(a, c->seen_at));
    json_set(a, o, "sso", identity_json(a, c));
    if (c->has_key) {
        struct buf hex = buf_in(a);
        hex_add(&hex, str_n((const char *)c->public_key, sizeof c->public_key));
        json_set(a, o, "public_key", json_string(a, buf_str(&hex)));
    }
    *ret = o;
    return RC_OK;
}

RC access_accounts(struct access *x, struct arena *a, struct json **ret, struct err *e)
{
    struct store_account *list;
    struct json *all = json_array(a), *o;
    size_t n;
    TRY(store_accounts(x->s, a, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        TRY(account_json(x, a, &list[i], &o, e));
        json_add(a, all, o);
    }
    *ret = json_object(a);
    json_set(a, *ret, "people", all);
    return RC_OK;
}

/* ---- changes ---------------------------------------------------------------------------- */

static RC members_known(const struct json *v, struct err *e)
{
    static const char *const known[] = {"name", "role",       "disabled", "unlock",
                                        "sso",  "public_key", NULL};
    for (size_t i = 0; i < json_len(v); i++) {
        struct str key = v->object.members[i].key;
        size_t k = 0;
        while (known[k] && !str_is(key, known[k])) k++;
        if (!known[k])
            return FAIL(e, RC_INVALID, "ACCESS-0009", "an account has no member '" STR_FMT "'",
                        STR_ARG(key));
    }
    return RC_OK;
}

/* Role and key go casework's way, when they change. */
static RC set_person(struct act *t, const struct json *v, struct store_account *c, bool is_new,
                     struct err *e)
{
    struct json *person = json_object(t->a), *now, *shown;
    struct str role = json_text(v, "role").n ? json_text(v, "role")
                      : is_new               ? STR("")
                                             : c->role;
    enum role wanted = 0, has = 0;
    bool same = !is_new && role_from_word(role, &wanted) && role_from_word(c->role, &has) &&
                wanted == has;
    if (same && !json_get(v, "public_key")) return RC_OK;
    json_set(t->a, person, "name", json_string(t->a, json_text(v, "name")));
    json_set(t->a, person, "role", json_string(t->a, role));
    if (json_get(v, "public_key"))
        json_set(t->a, person, "public_key", json_string(t->a, json_text(v, "public_key")));
    else if (same) { /* a key stays as long as the role does */
        TRY(account_json(t->x, t->a, c, &now, e));
        json_set(t->a, person, "public_key", json_get(now, "public_key"));
    }
    TRY(casework_person_in(t->x->c, (struct actor){str_dupz(t->a, t->by)}, t->now, person, t->a,
                           &shown, e));
    if (!same && !is_new)
        TRY(store_sessions_drop(t->s, c->name, STR(""),
                                e)); /* IA-11: who has another role proves himself again */
    return store_account_get(t->s, t->a, json_text(v, "name"), c, e);
}

static RC set_disabled(struct act *t, const struct json *v, struct store_account *c,
                       struct err *e)
{
    bool wanted = json_is_true(v), is = c->disabled_at != INSTANT_NONE;
    if (!v || wanted == is) return RC_OK;
    if (v->type != JSON_BOOL)
        return FAIL(e, RC_INVALID, "ACCESS-0009", "disabled is true or false");
    if (str_eq(t->by, c->name))
        return FAIL(e, RC_DENIED, "ACCESS-0010",
                    "nobody disables his own account; another administrator does it");
    c->disabled_at = wanted ? t->now : INSTANT_NONE;
    if (!wanted && c->seen_at != INSTANT_NONE)
        c->seen_at = t->now; /* the 90 days begin again */
    TRY(store_account_save(t->s, c, e));
    TRY(store_sessions_drop(t->s, c->name, STR(""), e));
    return act_changed(t, c->name, wanted ? "disabled" : "enabled", e);
}

static RC set_unlock(struct act *t, const struct json *v, struct store_account *c,
                     struct err *e)
{
    if (!json_is_true(v)) return RC_OK;
    if (str_eq(t->by, c->name))
        return FAIL(e, RC_DENIED, "ACCESS-0010",
                    "nobody releases his own account; another administrator does it, or a "
                    "one-time link");
    TRY(store_attempts_drop(t->s, access_hash(t->x, "name", c->name), e));
    return act_changed(t, c->name, "released", e);
}

static RC set_identity(struct act *t, const struct json *v, struct store_account *c,
                       struct err *e)
{
    if (!v) return RC_OK;
    c->issuer = json_text(v, "issuer");
    c->subject = json_text(v, "subject");
    if (v->type != JSON_NULL && (!c->issuer.n || !c->subject.n))
        return FAIL(e, RC_INVALID, "ACCESS-0009",
                    "sso is null, or an object of issuer and subject");
    if (status_text(c->issuer, NULL) || status_text(c->subject, NULL))
        return FAIL(
            e, RC_INVALID, "REQ-0007",
            "the identity speaks of a status or an A-number; link another identifier of "
            "the person");
    TRY(store_account_save(t->s, c, e));
    TRY(store_sessions_drop(t->s, c->name, STR(""), e));
    return act_changed(t, c->name,
                       c->issuer.n ? "an identity of single sign-on was linked"
                                   : "the identity of single sign-on was taken off",
                       e);
}

static RC account_set(struct act *t, const struct caller *by, const struct json *v,
                      struct json **ret, struct err *e)
{
    struct store_account c = {.disabled_at = INSTANT_NONE};
    TRY(act_role(t, by, ROLE_ADMINISTRATOR, e));
    TRY(members_known(v, e));
    enum rc rc = store_account_get(t->s, t->a, json_text(v, "name"), &c, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    TRY(set_person(t, v, &c, rc == RC_NO, e));
    TRY(set_disabled(t, json_get(v, "disabled"), &c, e));
    TRY(set_unlock(t, json_get(v, "unlock"), &c, e));
    TRY(set_identity(t, json_get(v, "sso"), &c, e));
    return account_json(t->x, t->a, &c, ret, e);
}

RC access_account_set(struct access *x, const struct caller *by, struct json *account,
                      struct arena *a, struct json **ret, struct err *e)
{
    struct act t;
    TRY(act_begin(&t, x, by->name, a, e));
    return act_end(&t, account_set(&t, by, account, ret, e), e);
}

static RC tick(struct act *t, struct err *e)
{
    struct store_account *list;
    size_t n;
    bool disabled;
    TRY(store_sessions_sweep(t->s, t->now - HOURS(12), e));
    TRY(store_accounts(t->s, t->a, &list, &n, e));
    for (size_t i = 0; i < n; i++) TRY(account_inactive(t, &list[i], &disabled, e));
    return RC_OK;
}

RC access_tick(struct access *x, struct err *e)
{
    struct act t;
    struct arena a;
    arena_init(&a, 0);
    enum rc rc = act_begin(&t, x, STR(""), &a, e);
    if (rc == RC_OK) rc = act_end(&t, tick(&t, e), e);
    arena_done(&a);
    return rc;
}
