/* See session.h. A failed log-on is an answer, not a failure of the handler: what was counted
 * must stay counted. */
#include "server/session.h"
#include "server/desk.h"
#include "server/sso.h"
#include <stdio.h>

#define COOKIE "__Host-sallyport"

static void set_time(struct arena *a, struct json *o, const char *name, instant t)
{
    char text[40];
    if (t != INSTANT_NONE)
        json_set(a, o, name, json_c(a, arena_strdup(a, instant_utc(t, text))));
}

struct json *session_json(struct exchange *x, const struct caller *c)
{
    struct arena *a = x->arena;
    struct json *o = json_object(a);
    json_set(a, o, "name", json_string(a, c->name));
    json_set(a, o, "role", json_c(a, role_word(c->role)));
    json_set(a, o, "csrf", c->csrf.n ? json_string(a, c->csrf) : NULL);
    json_set(a, o, "acknowledged", json_bool(a, c->acknowledged));
    if (c->password_due) json_set(a, o, "password_due", json_bool(a, true));
    set_time(a, o, "since", c->since);
    set_time(a, o, "strong_at", c->strong_at);
    set_time(a, o, "expires_at", c->expires_at);
    if (!c->is_token)
        json_set(a, o, "idle_seconds", json_int(a, access_idle(x->access) / 1000));
    json_set(a, o, "facility", json_string(a, casework_facility(x->casework)));
    return o;
}

void session_cookie(struct exchange *x, struct str secret, instant until)
{
    /* a cookie of the browser's session: it goes when the browser does, and the server keeps
     * the clock */
    (void)until;
    x->set_cookie = str_c(arena_printf(
        x->arena, COOKIE "=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Strict%s",
        STR_ARG(secret), secret.n ? "" : "; Max-Age=0"));
}

RC session_get(struct exchange *x, struct err *e)
{
    (void)e;
    if (x->caller.name.n) return exchange_answer(x, 200, session_json(x, &x->caller));
    x->status = 204; /* to ask whether somebody is here is no mistake */
    return RC_OK;
}

static enum rc answered(struct exchange *x, enum access_answer answer)
{
    switch (answer) {
    case ACCESS_CODE_NEEDED:
        return exchange_problem(x, 401, "ACCESS-0002",
                                "a code of the authenticator is needed as well");
    case ACCESS_LOCKED:
        x->retry_after = 900;
        return exchange_problem(x, 423, "SRV-0027",
                                "too many failures; an administrator can unlock the account");
    case ACCESS_WAIT:
        x->retry_after = 900;
        return exchange_problem(x, 429, "SRV-0014",
                                "too many failures from here; wait a quarter of an hour");
    case ACCESS_IN:
    case ACCESS_NO: break;
    }
    return exchange_problem(x, 401, "ACCESS-0001", "name, password or code is not right");
}

RC session_login(struct exchange *x, struct err *e)
{
    enum access_answer answer;
    struct str secret;
    struct caller c = {0};
    TRY(access_login(x->access, json_text(x->body, "name"), json_text(x->body, "password"),
                     json_text(x->body, "code"), x->source, x->arena, &answer, &secret, &c, e));
    if (answer != ACCESS_IN) return answered(x, answer);
    session_cookie(x, secret, c.expires_at);
    return exchange_answer(x, 200, session_json(x, &c));
}

RC session_logout(struct exchange *x, struct err *e)
{
    TRY(access_logout(x->access, &x->caller, e));
    session_cookie(x, STR(""), INSTANT_NONE);
    x->end_sessions = true;
    x->status = 204;
    return RC_OK;
}

RC session_acknowledge(struct exchange *x, struct err *e)
{
    TRY(access_acknowledge(x->access, &x->caller, e));
    x->end_sessions = true;
    x->caller.acknowledged = true;
    return exchange_answer(x, 200, session_json(x, &x->caller));
}

RC session_prove(struct exchange *x, struct err *e)
{
    enum access_answer answer;
    TRY(access_prove(x->access, &x->caller, json_text(x->body, "password"),
                     json_text(x->body, "code"), &answer, e));
    x->end_sessions = true;
    return answer == ACCESS_IN ? exchange_answer(x, 200, session_json(x, &x->caller))
                               : answered(x, answer);
}

RC session_password(struct exchange *x, struct err *e)
{
    TRY(access_password(x->access, &x->caller, json_text(x->body, "old"),
                        json_text(x->body, "wanted"), e));
    x->end_sessions = true;
    x->status = 204;
    return RC_OK;
}

RC session_link(struct exchange *x, struct err *e)
{
    struct json *answer;
    TRY(access_link_use(x->access, json_text(x->body, "secret"), json_text(x->body, "name"),
                        json_text(x->body, "password"), x->arena, &answer, e));
    x->end_sessions = true;
    return exchange_answer(x, 200, answer);
}

RC session_demo(struct exchange *x, struct err *e)
{
    struct str secret;
    struct caller c = {0};
    TRY(access_demo_use(x->access, json_text(x->body, "secret"), x->source, x->arena, &secret,
                        &c, e));
    session_cookie(x, secret, c.expires_at);
    return exchange_answer(x, 200, session_json(x, &c));
}

static struct json *sso_json(struct exchange *x)
{
    if (!x->setup->sso) return json_null(x->arena);
    struct json *o = json_object(x->arena);
    json_set(x->arena, o, "name", json_c(x->arena, sso_name(x->setup->sso)));
    return o;
}

RC session_methods(struct exchange *x, struct err *e)
{
    struct json *o = json_object(x->arena);
    (void)e;
    json_set(x->arena, o, "local", json_bool(x->arena, true));
    json_set(x->arena, o, "sso", sso_json(x));
    json_set(x->arena, o, "facility", json_string(x->arena, casework_facility(x->casework)));
    json_set(x->arena, o, "banner", json_c(x->arena, x->setup->banner));
    return exchange_answer(x, 200, o);
}
