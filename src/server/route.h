/* What a handler of the API sees. A route is a row of routes.c: method, path template, who may,
 * what it needs; an exchange is one request with its answer. Everything around a handler is
 * done before it runs and after it returns (admit.c, body.c, run.c, answer.c): guard, sign-in,
 * roles, CSRF, step-up, rate limits, body against the schema of api/openapi.yaml,
 * Idempotency-Key, ETag, problems.
 *
 * A handler runs in one of three places. WRITES: in the writer's thread, as one member of a
 * group of requests that become durable together; a handler that fails undoes only itself.
 * SLOW: in a thread of its own kind, where it may take seconds. Otherwise in the listener's
 * thread: it must only read, and answer at once.
 *
 * What a handler must never do: keep a pointer into the exchange, wait for another machine on
 * WRITES, answer with what its caller's role may not see. */
#pragma once
#include "access/access.h"

struct exchange;
struct desk_setup;

enum route_flag {
    ROUTE_WRITES = 1, /* changes something: runs in the writer's group */
    /* may take long (passwords, reports, a whole ledger); writes, if any, are its own
       transactions */
    ROUTE_SLOW = 2,
    /* Idempotency-Key is needed (every POST that changes); with another method it is taken when
       given */
    ROUTE_KEY = 4,
    ROUTE_STEP_UP = 8, /* a secret must have been proven within 5 minutes (403 ACCESS-0003) */
    /* body is application/x-ndjson, read with exchange_line(); implies SLOW */
    ROUTE_BULK = 16,
    /* the answer holds a secret: it is never stored, so a repeated key gives 409 */
    ROUTE_SECRET = 32,
    ROUTE_FRESH = 64,   /* may be used before the system-use banner is acknowledged */
    ROUTE_STREAM = 128, /* text/event-stream; no handler */
    /* a change by someone who is not signed in yet (log-on, one-time link); Origin is still
       looked at */
    ROUTE_NO_CSRF = 256,
    /* SLOW with threads of its own: what the jail reports never stands behind an import or an
       evaluation */
    ROUTE_PRESSING = 512,
    ROUTE_DOOR = 1024 /* SLOW with threads of its own: nor does a log-on */
};

#define ROLES_STAFF                                                                            \
    (ROLE_RECORDS_OFFICER | ROLE_SUPERVISOR | ROLE_POLICY_OWNER | ROLE_ATTORNEY |              \
     ROLE_AUDITOR | ROLE_ADMINISTRATOR)
#define ROLES_ALL (ROLES_STAFF | ROLE_INTEGRATION)
enum { ROUTE_PARAMS = 4, QUERY_MAX = 32 };

struct route {
    const char *method, *path; /* "GET", "/api/v1/cases/{case}" */
    unsigned roles;            /* bits of enum role; 0: public */
    /* a token needs one of these; 0: no token may, except where roles has ROLE_INTEGRATION and
     * no scope fits */
    unsigned scopes;
    unsigned flags;
    const char *body; /* its schema in components/schemas of api/openapi.yaml; NULL: no body */
    RC (*handler)(struct exchange *x, struct err *e);
};
extern const struct route routes[]; /* routes.c; ended by a row without a method */

struct exchange_pair {
    struct str name, value;
};

struct exchange {
    struct arena *arena; /* as long as the exchange */
    const struct route *route;
    const struct desk_setup *setup;
    struct caller caller;      /* caller.name is empty: nobody is signed in */
    struct casework *casework; /* of the thread the handler runs in */
    struct access *access;

    /* source: address of the other end, behind a trusted proxy what it says */
    struct str method, path, source;
    struct str sso_cookie; /* of a single sign-on under way */
    bool secure, is_get;
    struct str params[ROUTE_PARAMS]; /* in the order of the template, decoded */
    size_t n_params;
    struct exchange_pair query[QUERY_MAX]; /* decoded */
    size_t n_query;
    struct str if_match, if_none_match, last_event_id, key; /* as sent; empty: not */
    struct json *body;  /* checked against the schema; NULL: none */
    struct str raw;     /* its bytes (not of BULK) */
    struct spool *bulk; /* of BULK */
    instant begun;      /* of BULK: after exchange_begin() */

    /* the answer */
    int status;
    struct json *json;      /* or */
    struct str bytes, type; /* of any type */
    struct str etag;        /* with quotes; a GET of JSON gets one by itself */
    struct str location, filename, set_cookie, cache, redirect;
    int retry_after; /* seconds; 0: none */
    /* what the listener remembers of sessions is forgotten (roles, tokens changed) */
    bool end_sessions;
};

static inline struct actor exchange_actor(const struct exchange *x)
{
    return (struct actor){.name =
                              arena_strndup(x->arena, x->caller.name.p ? x->caller.name.p : "",
                                            x->caller.name.n)};
}
/* of the path template: "case" */
struct str exchange_param(const struct exchange *x, const char *name);
struct str exchange_query(const struct exchange *x, const char *name); /* {NULL,0}: not there */
/* A whole number; SRV-0022 when it is none or out of range. */
RC exchange_query_whole(const struct exchange *x, const char *name, int64_t low, int64_t high,
                        int64_t otherwise, int64_t *ret, struct err *e);
/* RFC 3339 or a date (midnight UTC); INSTANT_NONE when absent. */
RC exchange_query_instant(const struct exchange *x, const char *name, instant *ret,
                          struct err *e);
/* ?cursor=: what exchange_next() was given once; empty at the start. Callers see it as opaque
 * text. */
RC exchange_cursor(const struct exchange *x, struct str *ret, struct err *e);
void exchange_next(struct exchange *x, struct json *answer, struct str cursor);
/* The next line of a bulk body, without its end; RC_NO behind the last. Lines are counted
 * from 1. */
RC exchange_line(struct exchange *x, struct arena *a, struct str *ret, int *ret_line,
                 struct err *e);
/* Keeps with the key when this bulk body was first begun, before anything of it is done: when
 * it is sent again after a crash, x->begun is the same, and what says no time is about the same
 * moment. */
RC exchange_begin(struct exchange *x, struct err *e);

/* Answers; all return RC_OK so that a handler can end with them. */
enum rc exchange_answer(struct exchange *x, int status, struct json *v);
enum rc exchange_bytes(struct exchange *x, int status, const char *type, struct str bytes);
/* An answer that is a problem although what the handler did stays done (a failed log-on is
 * counted). */
enum rc exchange_problem(struct exchange *x, int status, const char *id, const char *text);
/* RC_CONFLICT SRV-0024 (412) when If-Match was sent and does not name this representation. */
RC exchange_if_match(const struct exchange *x, const struct json *now, struct err *e);
struct str exchange_etag(struct arena *a, struct str bytes);
/* officer, supervisor, attorney, auditor; never a token */
bool exchange_sees_cases(const struct exchange *x);

/* A failure as RFC 9457 problem; the one place that knows which detail may leave (SI-11). */
void exchange_fail(struct exchange *x, const struct err *e);
