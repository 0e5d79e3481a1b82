/* Accounts and tokens. Whoever changes one makes the desk look at everybody's session anew. */
#include "server/api.h"
#include "server/desk.h"

#define LINK_LIFE (72 * HOURS(1)) /* access.h */

RC people_list(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(access_accounts(x->access, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC person_put(struct exchange *x, struct err *e)
{
    struct json *v;
    json_set(x->arena, x->body, "name", json_string(x->arena, exchange_param(x, "name")));
    TRY(access_account_set(x->access, &x->caller, x->body, x->arena, &v, e));
    x->end_sessions = true;
    return exchange_answer(x, 200, v);
}

RC person_link(struct exchange *x, struct err *e)
{
    struct json *o = json_object(x->arena);
    struct str secret, name = exchange_param(x, "name");
    char at[40];
    TRY(access_link(x->access, &x->caller, name, x->arena, &secret, e));
    json_set(x->arena, o, "name", json_string(x->arena, name));
    json_set(x->arena, o, "secret", json_string(x->arena, secret));
    json_set(x->arena, o, "path",
             json_c(x->arena, arena_printf(x->arena, "/desk/link#" STR_FMT, STR_ARG(secret))));
    json_set(x->arena, o, "until",
             json_c(x->arena,
                    arena_strdup(
                        x->arena,
                        instant_utc(clock_now(&x->setup->casework.clock) + LINK_LIFE, at))));
    return exchange_answer(x, 200, o);
}

RC tokens_list(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(access_tokens(x->access, x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

RC token_make(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(access_token_make(x->access, &x->caller, x->body, x->arena, &v, e));
    return exchange_answer(x, 201, v);
}

RC token_revoke(struct exchange *x, struct err *e)
{
    TRY(access_token_revoke(x->access, &x->caller, exchange_param(x, "id"), e));
    x->end_sessions = true;
    x->status = 204;
    return RC_OK;
}
