/* Streams of events (text/event-stream): one thread follows the ledger and hands what happened
 * to everybody who listens. An event says that something changed and where, never what it says:
 * who may read it asks for it. When an account, its lock or a token has changed, by whatever
 * process, its streams end behind that event: who still may comes again and is asked who he is.
 *
 *   id: 4711
 *   event: case            (or alert, notice, ledger; "lost": load anew, too much was missed)
 *   data: {"at":"2026-03-01T09:12:00Z","booking":"B-1","case":"C000012","kind":"trigger"}
 *
 * id is the index in the ledger, so Last-Event-ID goes on where a connection broke. */
#pragma once
#include "access/access.h"

enum {
    STREAMS_MAX = 256,
    STREAMS_EACH = 32 /* of one name: nobody takes the board from all others, or every
                         connection of his address */
    ,
    STREAM_ROOM = 128 << 10,
    STREAM_BACK = 10000
};

struct hub;
struct hub_setup {
    RC (*open)(void *ctx, struct casework **ret, struct err *e); /* in the hub's thread */
    /* in the hub's thread: the ledger says that accounts, locks or tokens have changed */
    void (*people)(void *ctx);
    void *ctx;
    int look_ms, beat_ms; /* 100, 15000 */
};
RC hub_start(const struct hub_setup *s, struct hub **ret, struct err *e);
void hub_ring(struct hub *h); /* this process has committed */
/* streams of that person end; they come again if they may */
void hub_end(struct hub *h, struct str name);
void hub_close(struct hub *h); /* all streams end, none begins */
void hub_free(struct hub *h);

struct stream_carrier { /* both are called with the hub's lock held and may not call back */
    void (*sleep)(void *ctx); /* nothing to read: wait for wake */
    void (*wake)(void *ctx);
    void *ctx;
};
struct stream;
struct stream *stream_open(struct hub *h, const struct caller *c, struct str last_event_id,
                           const struct stream_carrier *carrier, int64_t until_ticks);
/* Bytes put at p; 0: none yet, sleep was called; -1: the end. */
ptrdiff_t stream_read(struct stream *s, char *p, size_t n);
void stream_end(struct stream *s); /* the next read is the end: the other side has gone */
void stream_close(struct stream *s);
