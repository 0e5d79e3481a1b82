/* The one door to libcurl. Mail through a relay, one POST with what the other side answered,
 * and what single sign-on asks its provider. */
#pragma once
#include "base/buf.h"
#include "outbound/outbound.h"

enum net_end {
    NET_ANSWERED,    /* the other side answered: see code */
    NET_UNREACHABLE, /* nothing of the message left */
    NET_REFUSED,     /* by us: address or protocol not allowed; see why */
    NET_LOST         /* the whole message left, but no answer came back: it may have arrived */
};
struct net_answer {
    enum net_end end;
    long code;              /* HTTP status or the last SMTP reply code */
    bool login;             /* the relay refused our login: our fault, not the address's */
    struct str said;        /* SMTP: the server's lines; HTTP: the body, at most 64 KiB */
    struct str why;         /* of a failure */
    struct str peer;        /* address that was spoken to, empty if none */
    int64_t retry_after_ms; /* 0: not said */
};

void net_mail(const struct outbound_smtp *s, const char *to, struct str message,
              struct arena *a, struct net_answer *ret);
/* headers: NULL-ended "Name: value" lines. */
void net_post(const struct outbound_webhook *s, const char *url, const char *const *headers,
              struct str body, struct arena *a, struct net_answer *ret);
/* One GET, or a POST of a form, to the provider of single sign-on: https, or http to this
 * machine; no redirects. user and secret (HTTP Basic) may be empty, ca_file NULL. The body of a
 * 200, at most 64 KiB; SSO-0001 for anything else. */
RC net_fetch(const char *ca_file, const char *url, struct str form, struct str user,
             struct str secret, struct arena *a, struct str *ret_body, struct err *e);
/* RFC 6890: may this address be called? Pure; for the test. */
struct sockaddr;
bool net_address_allowed(const struct outbound_webhook *s, const struct sockaddr *sa,
                         bool url_names_loopback);
