/* Single sign-on as the desk offers it: src/access/oidc.h with the network of
 * src/outbound/curl.h behind it. */
#pragma once
#include "access/oidc.h"
#include "server/route.h"

struct sso;
struct sso_setup {
    const char *name;       /* what the button says */
    const char *ca_file;    /* certificates to trust; empty: those of the system */
    struct oidc_setup oidc; /* fetch and ctx are filled in */
};
RC sso_open(const struct sso_setup *s, struct sso **ret,
            struct err *e);    /* no network; s->name and ca_file are borrowed */
void sso_close(struct sso *s); /* NULL is fine */
const char *sso_name(const struct sso *s);

#define SSO_COOKIE "__Host-sallyport-sso"
RC session_sso_start(struct exchange *x, struct err *e);
RC session_sso_callback(struct exchange *x, struct err *e);
