/* API tokens: a program's name, what it may, until when. The secret is shown once and kept as
 * SHA-256; it begins with "spt_" so that whoever finds one in a file knows what it is. A name
 * is never used again, neither by a token nor a person. */
#include "access/inside.h"
#include "os/random.h"

static const struct {
    enum scope scope;
    const char *word;
} scopes[] = {{SCOPE_BOOKINGS, "bookings"},
              {SCOPE_TRIGGERS, "triggers"},
              {SCOPE_REQUESTS, "requests"},
              {SCOPE_METRICS, "metrics"}};
#define N_SCOPES (sizeof scopes / sizeof *scopes)
#define TOKEN_LIFE (366 * DAY) /* IA-5-f: at least every year a new one */

static struct json *token_json(struct arena *a, const struct store_token *k)
{
    struct json *o = json_object(a), *list = json_array(a);
    for (size_t i = 0; i < N_SCOPES; i++)
        if (k->scopes & scopes[i].scope) json_add(a, list, json_c(a, scopes[i].word));
    json_set(a, o, "id", json_string(a, k->id));
    json_set(a, o, "name", json_string(a, k->name));
    json_set(a, o, "scopes", list);
    json_set(a, o, "made_by", json_string(a, k->made_by));
    json_set(a, o, "made_at", access_time(a, k->made_at));
    json_set(a, o, "expires_at", access_time(a, k->expires_at));
    json_set(a, o, "revoked_at", access_time(a, k->revoked_at));
    json_set(a, o, "used_at", access_time(a, k->used_at));
    return o;
}

RC access_tokens(struct access *x, struct arena *a, struct json **ret, struct err *e)
{
    struct store_token *list;
    struct json *all = json_array(a);
    size_t n;
    TRY(store_tokens(x->s, a, &list, &n, e));
    for (size_t i = 0; i < n; i++) json_add(a, all, token_json(a, &list[i]));
    *ret = json_object(a);
    json_set(a, *ret, "tokens", all);
    return RC_OK;
}

static RC scopes_read(const struct json *list, int64_t *ret, struct err *e)
{
    *ret = 0;
    for (size_t i = 0; i < json_len(list); i++) {
        size_t k = 0;
        while (k < N_SCOPES && !str_is(json_str(json_at(list, i)), scopes[k].word)) k++;
        if (k == N_SCOPES)
            return FAIL(e, RC_INVALID, "ACCESS-0011",
                        "a scope is bookings, triggers, requests or metrics");
        *ret |= scopes[k].scope;
    }
    return *ret
               ? RC_OK
               : FAIL(
                     e, RC_INVALID, "ACCESS-0011",
                     "a token needs at least one scope: bookings, triggers, requests, metrics");
}

static RC token_read(struct act *t, const struct json *v, struct store_token *k, struct err *e)
{
    struct store_person p;
    bool taken;
    *k = (struct store_token){.name = json_text(v, "name"),
                              .made_by = t->by,
                              .made_at = t->now,
                              .revoked_at = INSTANT_NONE,
                              .used_at = INSTANT_NONE};
    if (!casework_name_good(k->name))
        return FAIL(e, RC_INVALID, "ACCESS-0007",
                    "a name has up to 64 small letters, digits and . _ - @, and begins with a "
                    "letter or digit");
    TRY(scopes_read(json_get(v, "scopes"), &k->scopes, e));
    if (!instant_parse(json_text(v, "expires_at"), &k->expires_at, NULL) ||
        k->expires_at <= t->now || k->expires_at > t->now + TOKEN_LIFE)
        return FAIL(e, RC_INVALID, "ACCESS-0011", "expires_at is a time within the next year");
    TRY(store_name_taken(t->s, k->name, &taken, e));
    enum rc rc = store_person_get(t->s, t->a, k->name, &p, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    if (taken || rc == RC_OK)
        return FAIL(e, RC_CONFLICT, "ACCESS-0007",
                    "'" STR_FMT "' is or was somebody else; names are not used again",
                    STR_ARG(k->name));
    return RC_OK;
}

static RC token_event(struct act *t, const struct store_token *k, const char *change,
                      struct err *e)
{
    struct json *body = json_object(t->a), *shown = token_json(t->a, k);
    json_set(t->a, body, "token", json_string(t->a, k->name));
    json_set(t->a, body, "id", json_string(t->a, k->id));
    json_set(t->a, body, "change", json_c(t->a, change));
    json_set(t->a, body, "scopes", json_get(shown, "scopes"));
    return act_event(t, EVENT_KIND_ACCESS_TOKEN, body, e);
}

static RC token_make(struct act *t, const struct caller *by, const struct json *v,
                     struct json **ret, struct err *e)
{
    struct store_token k;
    unsigned char id[8];
    struct buf hex = buf_in(t->a);
    TRY(act_role(t, by, ROLE_ADMINISTRATOR, e));
    TRY(token_read(t, v, &k, e));
    random_bytes(id, sizeof id);
    hex_add(&hex, str_n((const char *)id, sizeof id));
    k.id = buf_str(&hex);
    struct str secret = str_c(arena_printf(t->a, "spt_" STR_FMT, STR_ARG(access_secret(t->a))));
    k.hash = access_secret_hash(secret);
    TRY(store_token_add(t->s, &k, e));
    TRY(token_event(t, &k, "made", e));
    *ret = token_json(t->a, &k);
    json_set(t->a, *ret, "secret", json_string(t->a, secret));
    return RC_OK;
}

RC access_token_make(struct access *x, const struct caller *by, struct json *token,
                     struct arena *a, struct json **ret, struct err *e)
{
    struct act t;
    TRY(act_begin(&t, x, by->name, a, e));
    return act_end(&t, token_make(&t, by, token, ret, e), e);
}

static RC token_revoke(struct act *t, const struct caller *by, struct str id, struct err *e)
{
    struct store_token *list;
    size_t n, i = 0;
    TRY(act_role(t, by, ROLE_ADMINISTRATOR, e));
    TRY(store_tokens(t->s, t->a, &list, &n, e));
    while (i < n && !str_eq(list[i].id, id) && !str_eq(list[i].name, id)) i++;
    enum rc rc = i < n ? store_token_mark(t->s, list[i].id, t->now, list[i].used_at, e) : RC_NO;
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "ACCESS-0008",
                    "there is no token '" STR_FMT "', or it is revoked already", STR_ARG(id));
    return rc == RC_OK ? token_event(t, &list[i], "revoked", e) : rc;
}

RC access_token_revoke(struct access *x, const struct caller *by, struct str id, struct err *e)
{
    struct act t;
    struct arena a;
    arena_init(&a, 0);
    enum rc rc = act_begin(&t, x, by->name, &a, e);
    if (rc == RC_OK) rc = act_end(&t, token_revoke(&t, by, id, e), e);
    arena_done(&a);
    return rc;
}

/* Used today: to the day, so that a busy feed does not write with every request. */
static RC used(struct access *x, struct arena *a, const struct store_token *k, struct err *e)
{
    struct act t;
    if (k->used_at != INSTANT_NONE && clock_now(&x->clock) - k->used_at < DAY) return RC_OK;
    t = (struct act){.x = x, .s = x->s, .a = a, .now = clock_now(&x->clock)};
    TRY(store_begin_now(x->s, e));
    return act_end(&t, store_token_mark(t.s, k->id, INSTANT_NONE, t.now, e), e);
}

RC access_token(struct access *x, struct str secret, struct arena *a, struct caller *ret,
                struct err *e)
{
    struct store_token k;
    TRY(store_token_find(x->s, a, access_secret_hash(secret), &k, e));
    instant now = clock_now(&x->clock);
    if (k.revoked_at != INSTANT_NONE || now > k.expires_at) return RC_NO;
    enum rc rc = used(x, a, &k, e);
    if (rc != RC_OK && rc != RC_BUSY) return rc; /* RC_NO: revoked meanwhile */
    *ret = (struct caller){.name = k.name,
                           .role = ROLE_INTEGRATION,
                           .is_token = true,
                           .scopes = (unsigned)k.scopes,
                           .session = k.id,
                           .acknowledged = true,
                           .since = k.made_at,
                           .strong_at = INSTANT_NONE,
                           .expires_at = k.expires_at};
    return RC_OK;
}
