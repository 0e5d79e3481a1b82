/* Who may: local accounts with password and TOTP, single sign-on, API tokens, sessions, roles.
 * One struct access is one connection to the store and belongs to one thread. Figures follow
 * the CJIS Security Policy 5.9.5 (AC-7, AC-11, AC-12, IA-5, IA-11); every log-on, failure,
 * lock, change of account and privileged act is an event in the ledger, without secrets.
 *
 * Secrets are kept only as Argon2id (passwords) or SHA-256 (256-bit random tokens). What it
 * must never do: log a secret, tell a caller which of name, password or code was wrong, forget
 * a failure, let one account be two people. */
#pragma once
#include "base/json.h"
#include "casework/casework.h"

enum role {
    ROLE_RECORDS_OFFICER = 1,
    ROLE_SUPERVISOR = 2,
    ROLE_POLICY_OWNER = 4,
    ROLE_ATTORNEY = 8,
    ROLE_AUDITOR = 16,       /* reads all, changes nothing */
    ROLE_ADMINISTRATOR = 32, /* manages accounts, agencies' addresses, tokens; reads no case */
    ROLE_INTEGRATION = 64 /* jail system, bail window: pushes bookings, charges, triggers; never
                             learns of a request */
};
const char *role_word(enum role r); /* "records-officer" … */
bool role_from_word(struct str s, enum role *ret);

/* of a token */
enum scope { SCOPE_BOOKINGS = 1, SCOPE_TRIGGERS = 2, SCOPE_REQUESTS = 4, SCOPE_METRICS = 8 };

struct access;
struct access_setup {
    struct casework *casework; /* its store and ledger; the same thread */
    const char *banned_file;   /* one refused password a line; NULL: the built-in short list */
    int64_t idle_ms, absolute_ms; /* 15 min (at most 30), 12 h; 0: these */
    /* links that are a log-on by themselves, for ./dev demo: serve wants a loopback address for
     * it */
    bool demo_links;
    struct clock clock;
};
RC access_open(const struct access_setup *s, struct access **ret, struct err *e);
void access_close(struct access *x);

/* Who is at the other end of a request. */
struct caller {
    struct str name; /* actor in the ledger */
    enum role role;
    bool is_token;
    unsigned scopes;    /* of a token: enum scope bits */
    struct str session; /* public id of the session (not its secret) */
    /* to be sent back in X-CSRF-Token with every change; empty for tokens */
    struct str csrf;
    bool acknowledged; /* the system-use banner (AC-8) */
    /* log-on; last time a secret was proven: a step-up act wants it within 5 minutes */
    instant since, strong_at;
    instant expires_at; /* idle or absolute, the earlier */
    bool password_due;  /* older than a year: the desk asks for a new one (IA-5) */
};
enum access_answer {
    ACCESS_IN,
    /* no code was sent: said whatever name and password are, before they are looked at */
    ACCESS_CODE_NEEDED,
    ACCESS_NO,
    ACCESS_LOCKED, /* five failures in 15 minutes; said of names that are nobody's, too */
    ACCESS_WAIT    /* too many failures from this source: HTTP 429, later */
};

/* First start: makes the one-time link when there is no administrator yet; RC_NO when there is
 * one. Valid 72 h, once. */
RC access_first_link(struct access *x, struct arena *a, struct str *ret_secret, struct err *e);
/* A one-time link an administrator makes for a new or locked-out person, to set password and
 * TOTP; 72 h, once. */
RC access_link(struct access *x, const struct caller *by, struct str name, struct arena *a,
               struct str *ret_secret, struct err *e);
/* {name, role, totp_uri, totp_secret} */
RC access_link_use(struct access *x, struct str secret, struct str name, struct str password,
                   struct arena *a, struct json **ret, struct err *e);

/* ./dev demo only (ACCESS-0012 unless the setting is on): a link that is a log-on by itself,
 * once, within an hour. It sets no password, and a link that does is none of these. */
RC access_demo_link(struct access *x, const struct caller *by, struct str name, struct arena *a,
                    struct str *ret_secret, struct err *e);
RC access_demo_use(struct access *x, struct str secret, struct str source, struct arena *a,
                   struct str *ret_secret, struct caller *ret_caller, struct err *e);

/* source: address of the other end, for the second counter (AC-7: 5 in 15 minutes, then locked
 * until released). */
RC access_login(struct access *x, struct str name, struct str password, struct str code,
                struct str source, struct arena *a, enum access_answer *ret,
                struct str *ret_secret, struct caller *ret_caller, struct err *e);
/* The person of this name as a caller, for the command line on the server's own machine: who
 * can write the database file is not asked for a password, but everything is recorded under the
 * name and the name's role counts. RC_DENIED: unknown. */
RC access_caller(struct access *x, struct str name, struct arena *a, struct caller *ret,
                 struct err *e);
/* For the address that single sign-on vouched for; the account must exist and be linked to
 * (issuer, subject). */
RC access_login_sso(struct access *x, struct str issuer, struct str subject, struct str source,
                    struct arena *a, enum access_answer *ret, struct str *ret_secret,
                    struct caller *ret_caller, struct err *e);
/* step-up */
RC access_prove(struct access *x, struct caller *c, struct str password, struct str code,
                enum access_answer *ret, struct err *e);
RC access_logout(struct access *x, const struct caller *c, struct err *e);
RC access_acknowledge(struct access *x, struct caller *c, struct err *e);

/* By the secret of a cookie or bearer token. RC_NO: unknown, expired, disabled, revoked, or of
 * an earlier run of the program (IA-5: sessions do not survive a restart; all connections of
 * one process share them). Touches the idle clock, to the minute. A lock stops log-on and
 * step-up; whoever is at work stays, or any stranger could throw the desk out. */
RC access_session(struct access *x, struct str secret, struct arena *a, struct caller *ret,
                  struct err *e);
/* The same for what a page asks by itself: the idle clock goes on (AC-11: a board that renews
 * itself before an empty chair keeps nobody signed in). */
RC access_session_look(struct access *x, struct str secret, struct arena *a, struct caller *ret,
                       struct err *e);
int64_t access_idle(const struct access *x); /* milliseconds */
RC access_token(struct access *x, struct str secret, struct arena *a, struct caller *ret,
                struct err *e);

RC access_accounts(struct access *x, struct arena *a, struct json **ret, struct err *e);
/* {name, role?, disabled?, unlock?, sso?:{issuer,subject} or null, public_key?} — a person is
 * never deleted (IA-4). */
RC access_account_set(struct access *x, const struct caller *by, struct json *account,
                      struct arena *a, struct json **ret, struct err *e);
RC access_password(struct access *x, struct caller *c, struct str old, struct str wanted,
                   struct err *e);
RC access_tokens(struct access *x, struct arena *a, struct json **ret, struct err *e);
/* {name, scopes:[…], expires_at}; the secret is shown once. */
RC access_token_make(struct access *x, const struct caller *by, struct json *token,
                     struct arena *a, struct json **ret, struct err *e);
/* id or name */
RC access_token_revoke(struct access *x, const struct caller *by, struct str id, struct err *e);
/* Disables who was not here for 90 days (AC-2) and forgets what is over; hourly is often
 * enough. */
RC access_tick(struct access *x, struct err *e);
/* proven within 5 minutes: fit for a step-up act */
bool access_strong(const struct caller *c, instant now);
