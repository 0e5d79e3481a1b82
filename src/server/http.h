/* HTTP/1.1 for the desk, through libmicrohttpd (http.c is the only file that sees it): strict
 * parsing, a pool of threads, limits of connections, sizes and time, TLS when there is a
 * certificate. The library is opened when first used. */
#pragma once
#include "server/desk.h"

struct http;
struct http_setup {
    const char *address;
    int port;                              /* 0: any */
    const char *certificate, *key;         /* PEM texts; NULL: no TLS here */
    int threads, connections, per_address; /* 0: 4, 1024, 64 (none behind a proxy) */
    /* 0: 10 s for a head, 120 s for a body, 60 s between requests */
    int head_ms, body_ms, idle_ms;
    struct desk *desk;
    const char *const *proxies;
};
RC http_start(const struct http_setup *s, struct http **ret, struct err *e);
int http_port(const struct http *h);
void http_quiet(struct http *h); /* no new connections */
void http_stop(struct http *h);  /* behind desk_close(); NULL is fine */
