/* Single sign-on: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), against one provider
 * that the configuration names. Everything of one log-on under way (state, nonce, verifier)
 * comes out of a secret that stands sealed in a cookie of ten minutes, so the server remembers
 * nothing and a callback in another browser is worth nothing.
 *
 * The network comes in as a function, because this room may not speak to it (test/layers.sh).
 * One struct oidc belongs to one thread; any of the same process finishes what another began.
 * What it must never do: take a token that is not signed with RS256 or ES256 by a key of the
 * provider (no none, no HS*, no JWE), or make an account: who it names must have one
 * (access_login_sso). */
#pragma once
#include "base/str.h"
#include "os/clock.h"

struct oidc_call {
    const char *url;         /* https, or http to this machine */
    struct str form;         /* empty: GET; otherwise POST application/x-www-form-urlencoded */
    struct str user, secret; /* HTTP Basic (RFC 6749 §2.3.1); empty: none */
};
struct oidc_setup {
    const char *issuer, *client_id, *client_secret; /* no secret: a public client, PKCE alone */
    const char *redirect_uri; /* https://desk.example.gov/api/v1/session/sso/callback */
    /* The body of a 200, in the arena, at most 1 MiB; follows no redirects. */
    RC(*fetch)
    (void *ctx, const struct oidc_call *call, struct arena *a, struct str *ret_body,
     struct err *e);
    void *ctx;
    struct clock clock;
};
enum {
    OIDC_LIFE_SECONDS = 600
}; /* of the cookie: `__Host-sallyport-sso`, HttpOnly, SameSite=Lax (the callback comes from
      outside) */

struct oidc;
RC oidc_open(const struct oidc_setup *s, struct oidc **ret,
             struct err *e); /* no network; OIDC-0001: the setup is wrong */
void oidc_close(struct oidc *o);
/* Where the browser is sent, and the cookie's value. The provider is asked to log on anew when
 * its own log-on is older than five minutes, so that the session begins as strong as one with
 * password and code. */
RC oidc_start(struct oidc *o, struct arena *a, struct str *ret_location, struct str *ret_cookie,
              struct err *e);
/* The members of the callback's query, decoded. RC_DENIED OIDC-0003 (not ours, too old), 0004
 * (the provider said no), 0005 (its token is not good: the text says why, for the log and not
 * for the person). */
struct oidc_callback {
    struct str state, code, error, iss; /* iss: RFC 9207, empty if not given */
};
RC oidc_finish(struct oidc *o, struct str cookie, const struct oidc_callback *c,
               struct arena *a, struct str *ret_issuer, struct str *ret_subject, struct err *e);
