/* See sso.h. The person's browser comes here by links and redirects, so whatever goes wrong
 * ends at the desk's sign-in page with an id and no more; why stands in the log. One log-on
 * speaks to the provider at a time: a provider that does not answer must not take every thread
 * that passwords need. */
#include "server/sso.h"
#include "os/log.h"
#include "outbound/curl.h"
#include "server/desk.h"
#include "server/session.h"
#include <pthread.h>
#include <stdlib.h>

struct sso {
    pthread_mutex_t lock; /* of oidc */
    struct oidc *oidc;
    const char *name, *ca_file;
};

static RC fetch(void *ctx, const struct oidc_call *call, struct arena *a, struct str *ret,
                struct err *e)
{
    const struct sso *s = ctx;
    return net_fetch(s->ca_file, call->url, call->form, call->user, call->secret, a, ret, e);
}

RC sso_open(const struct sso_setup *setup, struct sso **ret, struct err *e)
{
    struct oidc_setup o = setup->oidc;
    struct sso *s = calloc(1, sizeof *s);
    if (!s) abort();
    pthread_mutex_init(&s->lock, NULL);
    s->name = setup->name;
    s->ca_file = setup->ca_file;
    o.fetch = fetch;
    o.ctx = s;
    enum rc rc = oidc_open(&o, &s->oidc, e);
    if (rc != RC_OK)
        sso_close(s);
    else
        *ret = s;
    return rc;
}

void sso_close(struct sso *s)
{
    if (!s) return;
    oidc_close(s->oidc);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

const char *sso_name(const struct sso *s) { return s->name; }

static enum rc go(struct exchange *x, struct str to)
{
    x->status = 302;
    x->redirect = to;
    return RC_OK;
}

static enum rc back(struct exchange *x, const char *id)
{
    return go(x, str_c(arena_printf(x->arena, "/desk/?sso=%s", id)));
}

static enum rc failed(struct exchange *x, const struct err *e)
{
    log_event(LEVEL_WARNING, "sso.failed", log_c("id", e->id), log_c("why", e->text));
    return back(x, e->id);
}

RC session_sso_start(struct exchange *x, struct err *e)
{
    struct sso *s = x->setup->sso;
    struct str location, cookie;
    if (!s) return FAIL(e, RC_NOTFOUND, "SRV-0015", "there is no single sign-on here");
    if (pthread_mutex_trylock(&s->lock)) return back(x, "SSO-0002");
    enum rc rc = oidc_start(s->oidc, x->arena, &location, &cookie, e);
    pthread_mutex_unlock(&s->lock);
    if (rc != RC_OK) return failed(x, e);
    /* Lax, because the way back begins at the provider. */
    x->set_cookie = str_c(arena_printf(
        x->arena, SSO_COOKIE "=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d",
        STR_ARG(cookie), OIDC_LIFE_SECONDS));
    return go(x, location);
}

RC session_sso_callback(struct exchange *x, struct err *e)
{
    struct sso *s = x->setup->sso;
    struct oidc_callback c = {exchange_query(x, "state"), exchange_query(x, "code"),
                              exchange_query(x, "error"), exchange_query(x, "iss")};
    struct str issuer, subject, secret;
    struct caller who;
    enum access_answer answer;
    if (!s) return FAIL(e, RC_NOTFOUND, "SRV-0015", "there is no single sign-on here");
    if (pthread_mutex_trylock(&s->lock)) return back(x, "SSO-0002");
    enum rc rc = oidc_finish(s->oidc, x->sso_cookie, &c, x->arena, &issuer, &subject, e);
    if (rc == RC_OK) issuer = str_dup(x->arena, issuer);
    pthread_mutex_unlock(&s->lock);
    if (rc != RC_OK) return failed(x, e);
    TRY(access_login_sso(x->access, issuer, subject, x->source, x->arena, &answer, &secret,
                         &who, e));
    if (answer != ACCESS_IN) return back(x, "ACCESS-0001");
    session_cookie(x, secret, who.expires_at);
    return go(x, STR("/desk/"));
}
