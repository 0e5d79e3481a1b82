/* The desk takes requests and gives answers, whatever carries them: it finds the route, sees
 * who asks and whether he may, reads the body, runs the handler where it belongs and turns what
 * came out into status, headers and bytes. http.c is the one carrier.
 *
 * What it must never do: run a handler for somebody whose role is not in its row, tell
 * internals, answer a change before it is on the disk. */
#pragma once
#include "os/bell.h"
#include "server/guard.h"
#include "server/route.h"
#include "server/stream.h"
#include "server/writer.h"

enum { BODY_MAX = 1 << 20, BULK_MAX = 64 << 20 };

struct outbound_setup;
struct sso;
struct desk_setup {
    const struct route *routes; /* NULL: those of routes.c */
    struct str document;        /* OpenAPI as JSON; empty: the one that was built in */
    struct casework_setup casework;
    struct access_setup access; /* casework and clock are filled in */
    const char *spool_dir;      /* bulk bodies wait here, in files without a name */
    const char *banner;         /* system-use notification (CJIS AC-8) */
    int64_t rate_stranger, rate_person, rate_token; /* requests a second; 0: as many as come */
    struct bell *outbox; /* rung after every commit; NULL: nobody waits */
    /* false: not healthy; counts of cases and events only inside */
    bool (*health)(void *ctx, bool inside, struct buf *json);
    void *health_ctx;
    const char *(*explain)(struct str id); /* title of a diagnostic; NULL: none */
    struct sso *sso;                       /* NULL: no single sign-on */
    const struct outbound_setup *outbound; /* what letters and reports need; may be NULL */
    int64_t (*micros)(void);               /* the clock of pace.h; NULL: pace_clock */
    const char *const *hosts;              /* names this server answers to, ended by NULL */
    /* addresses whose X-Forwarded-… is believed, ended by NULL */
    const char *const *proxies;
};
struct desk;
RC desk_start(const struct desk_setup *s, struct desk **ret, struct err *e);
/* no more work is taken; what waits is finished; streams end */
void desk_close(struct desk *d);
void desk_free(struct desk *d); /* after the carrier has gone; NULL is fine */

/* One request on its way. The carrier begins it, gives it the body, finishes it, and takes
 * status, headers and body. */
struct answer_header {
    const char *name, *value;
};
struct passage_request {
    const char *method;
    struct str target, peer;
    const struct guard_header *headers;
    size_t n_headers;
    bool tls, http10;
};
enum passage_next {
    PASSAGE_ANSWER, /* the answer is ready */
    PASSAGE_BODY,   /* the body may come */
    PASSAGE_LATER,  /* done(ctx) will be called, from any thread, when the answer is ready */
    PASSAGE_STREAM  /* the answer is a stream of events: passage_stream() */
};
struct passage;
struct passage *passage_new(struct desk *d);
void passage_free(struct passage *p);
enum passage_next passage_begin(struct passage *p, const struct passage_request *r);
bool passage_body(struct passage *p, struct str bytes); /* false: far too much, hang up */
enum passage_next passage_finish(struct passage *p, void (*done)(void *ctx), void *ctx);
int passage_status(const struct passage *p);
struct str passage_bytes(const struct passage *p); /* valid as long as the passage */
size_t passage_headers(struct passage *p, const struct answer_header **ret);
bool passage_hang_up(const struct passage *p); /* close the connection behind this answer */
struct stream *passage_stream(struct passage *p, const struct stream_carrier *c);
int64_t passage_ticks(const struct passage *p); /* when it began, and again when its body did */
