/* Health and metrics on a loopback port: GET /health tells by its status whether the service works, GET /metrics is
 * Prometheus text. Nothing about a person is in either. The one file behind it is the only user of libmicrohttpd so far. */
#pragma once
#include "base/buf.h"
#include "base/rc.h"

struct health;
struct health_setup {
    const char *address; /* a loopback address */
    int port;
    /* Writes a JSON object; false: not healthy (503). Called from the listener's thread. */
    bool (*state)(void *ctx, struct buf *json);
    void *ctx;
};
RC health_start(const struct health_setup *s, struct health **ret, struct err *e);
void health_stop(struct health *h); /* NULL is fine */
int health_port(const struct health *h); /* the port it listens on, also when 0 was asked for */
