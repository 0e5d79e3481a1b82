/* What the files of the desk share about one request on its way. Nothing outside src/server
 * includes this. */
#pragma once
#include "base/hash.h"
#include "server/desk.h"

struct spool { /* a bulk body in a file without a name */
    int fd;
    size_t n, at;
    const char *map;
    int line;
};

struct passage {
    struct exchange x; /* first: a handler's exchange is a passage */
    struct arena arena;
    struct desk *desk;
    struct job job;
    struct looks looks;
    struct spool spool;
    struct buf body;
    struct hash request; /* method, target and body, for the idempotency key */
    struct str host, origin, site, csrf, content_type, secret, segments[GUARD_SEGMENTS];
    size_t n_segments, body_max;
    bool too_big, is_asset, is_bearer, is_local /* the other end is this machine itself */,
        hang_up, has_bulk, in_flight, replayed;
    const char *allow;
    unsigned encodings;
    int64_t ticks;
    struct answer_header headers[24];
    size_t n_headers;
    struct passage *flight; /* the next in the list of keys at work */
    void (*done)(void *ctx);
    void *done_ctx;
};

/* auth.c: who asks. */
struct auth;
struct auth *auth_new(void);
void auth_free(struct auth *a);
/* Sees cookie or token; RC_OK also for nobody (x->caller.name empty). Opens nothing: h is of
 * this thread. */
struct hand {
    struct casework *casework;
    struct access *access;
    struct hand *next;
};
RC auth_see(struct auth *a, struct passage *p, struct hand *h, struct err *e);
void auth_forget(struct auth *a); /* sessions, roles or tokens have changed */

/* desk.c */
/* of this thread, made when first asked for */
RC desk_hand(struct desk *d, struct hand **ret, struct err *e);
struct auth *desk_auth(struct desk *d);

/* schemas.c: bodies by the schemas of api/openapi.yaml. */
/* the first text counts, for the whole process */
RC schemas_load(const struct route *of, struct str text, struct err *e);
RC schemas_check(struct arena *a, const char *name, struct json *body, struct err *e);
struct str schemas_text(void); /* the document itself, as JSON; empty: none was built in */
