/* What a browser brings back and what a provider answers: cookie, query and ID token. The first
 * line of the input is the cookie, the second the token; nothing of it may be taken, because
 * nobody can sign. */
#include "access/oidc.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char discovery[] =
    "{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"https://id.example/a\","
    "\"token_endpoint\":\"https://id.example/token\",\"jwks_uri\":\"https://id.example/keys\"}";
/* P-256's base point: a key only has to be on the curve for the whole way to be walked. */
static const char keys[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e1\",\"x\":"
                           "\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\","
                           "\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}]}";

static RC fetch(void *ctx, const struct oidc_call *call, struct arena *a, struct str *ret,
                struct err *e)
{
    const struct str *token = ctx;
    struct str url = str_c(call->url);
    (void)e;
    if (str_ends(url, STR("configuration")))
        *ret = str_c(discovery);
    else if (str_ends(url, STR("keys")))
        *ret = str_c(keys);
    /* the whole answer is the stranger's */
    else if (token->n && token->p[0] == '{')
        *ret = *token;
    else
        *ret = str_c(arena_printf(a, "{\"id_token\":\"" STR_FMT "\"}", STR_ARG(*token)));
    return RC_OK;
}

static struct str parameter(struct str url, const char *name)
{
    struct str rest = str_sub(url, (size_t)str_find(url, STR("?")) + 1, url.n), one, key;
    while (str_cut(&rest, '&', &one))
        if (str_cut(&one, '=', &key) && str_is(key, name)) return one;
    return STR("");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e;
    struct oidc *o;
    struct str token = str_n((const char *)data, size), cookie, good, location, who, subject;
    (void)str_cut(&token, '\n', &cookie);
    struct oidc_setup s = {.issuer = "https://id.example",
                           .client_id = "c",
                           .redirect_uri = "https://desk.example/cb",
                           .fetch = fetch,
                           .ctx = &token,
                           .clock = clock_real()};
    if (oidc_open(&s, &o, &e) != RC_OK) abort();
    arena_init(&a, 0);
    if (oidc_start(o, &a, &location, &good, &e) != RC_OK) abort();
    struct oidc_callback back = {.state = parameter(location, "state"), .code = STR("x")};
    if (oidc_finish(o, cookie, &back, &a, &who, &subject, &e) == RC_OK) abort();
    if (oidc_finish(o, good, &back, &a, &who, &subject, &e) == RC_OK) abort();
    arena_done(&a);
    oidc_close(o);
    return 0;
}
