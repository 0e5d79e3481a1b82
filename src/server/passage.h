/* What the files of the desk share about one request on its way. Nothing outside src/server
 * includes this. */
#pragma once
#include "base/hash.h"
#include "os/metrics.h"
#include "server/desk.h"
#include "server/pace.h"

struct spool { /* a bulk body in a file without a name */
    int fd;
    size_t n, at;
    const char *map;
    int line;
};

struct desk {
    struct desk_setup setup;
    struct limit *limit;
    struct auth *auth;
    struct writer *writer;
    struct lanes *lanes;
    struct hub *hub;
    struct fold *fold;
    struct pace *pace;
    pthread_key_t hand_key;
    pthread_mutex_t lock; /* of what follows */
    struct hand *hands;
};

struct passage {
    struct exchange x; /* first: a handler's exchange is a passage */
    struct arena arena;
    struct desk *desk;
    struct job job;         /* in the writer's queue, or */
    struct passage *next;   /* in that of a lane */
    struct passage *flight; /* the next that is at work in a lane */
    struct held held;       /* in the pace */
    int64_t complete;       /* when its body was, in microseconds */
    struct looks looks;
    struct spool spool;
    struct buf body;
    struct hash request; /* method, target and body, for the idempotency key */
    struct str host, origin, site, csrf, content_type, secret, segments[GUARD_SEGMENTS];
    size_t n_segments, body_max;
    bool too_big, is_asset, is_bearer, is_local /* the other end is this machine itself */,
        hang_up, has_bulk, replayed, is_background /* a page asks, nobody touched it */;
    const char *allow;
    unsigned encodings;
    int64_t ticks;
    struct answer_header headers[24];
    size_t n_headers;
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
/* wakes who waits for what this connection has just committed */
void desk_committed(struct desk *d, struct casework *c);
extern struct metric desk_requests, desk_refused, desk_malformed;

/* body.c: reads what came, by the contract */
RC body_read(struct passage *p, struct err *e);

/* run.c: in a thread of a lane */
void run_slow(struct passage *p);

/* answer.c */
void answer_render(struct passage *p); /* its JSON becomes bytes */
/* what a handler returned becomes the answer */
void answer_settle(struct passage *p, enum rc rc, const struct err *e);
/* a problem before any handler; returns PASSAGE_ANSWER */
enum passage_next answer_refuse(struct passage *p, int status, const char *id,
                                const char *text);

/* lanes.c: threads for what may take long. */
struct lanes;
RC lanes_start(void (*run)(struct passage *p), struct lanes **ret, struct err *e);
enum lanes_said {
    LANES_TAKEN, /* run() will be called, and ends with lanes_done() */
    LANES_SAME,  /* one of the same key is at work */
    LANES_FULL
};
enum lanes_said lanes_add(struct lanes *l, struct passage *p);
void lanes_done(struct lanes *l, struct passage *p);
/* false: enough bulk bodies are under way there */
bool lanes_bulk_begin(struct lanes *l, const struct passage *p);
void lanes_bulk_end(struct lanes *l, const struct passage *p);
void lanes_stop(struct lanes *l); /* what waits is run */
void lanes_free(struct lanes *l); /* NULL is fine */

/* fold.c: a thread that folds the database's log into its file. */
struct fold;
RC fold_start(RC (*open)(void *ctx, struct casework **ret, struct err *e), void *ctx,
              struct fold **ret, struct err *e);
void fold_look(struct fold *f, int log_pages); /* so long is it now */
void fold_stop(struct fold *f);                /* NULL is fine */

/* schemas.c: bodies by the schemas of api/openapi.yaml. */
/* the first text counts, for the whole process */
RC schemas_load(const struct route *of, struct str text, struct err *e);
RC schemas_check(struct arena *a, const char *name, struct json *body, struct err *e);
struct str schemas_text(void); /* the document itself, as JSON; empty: none was built in */
