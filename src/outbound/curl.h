/* The one door to libcurl. Mail through a relay and one POST, with what the other side
 * answered. */
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
/* RFC 6890: may this address be called? Pure; for the test. */
struct sockaddr;
bool net_address_allowed(const struct outbound_webhook *s, const struct sockaddr *sa,
                         bool url_names_loopback);
