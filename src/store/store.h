/* The store in the words of the domain: bookings, cases, notices, the ledger. No SQL outside
 * this folder. One struct store is one connection and belongs to one thread; several may be
 * open on one file. Everything between store_begin and store_commit happens together or not at
 * all, and store_commit returns only when it is on the disk.
 *
 * Texts that come out live in the caller's arena, texts that go in are borrowed for the call;
 * an empty text is stored as unknown. What it must never do: decide, read a clock, keep a
 * status. */
#pragma once
#include "custody/case.h"
#include "custody/match.h"
#include "ledger/ledger.h"

struct store;
RC store_create(const char *path, struct err *e); /* refuses to overwrite */
RC store_open(const char *path, struct store **ret, struct err *e);
void store_close(struct store *s); /* NULL is fine; rolls back what is open */

/* takes the write lock: what is read is what will be changed */
RC store_begin(struct store *s, struct err *e);
/* RC_BUSY at once where that one would wait for another writer */
RC store_begin_now(struct store *s, struct err *e);
/* from now on its transactions go before those of other connections that wait */
void store_press(struct store *s);
RC store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s);
/* Many transactions with one commit: from group_begin to group_end every store_begin …
 * store_commit is a part that can be undone alone, and nothing is durable before group_end has
 * returned. When it fails, nothing of the group has happened. A member is a part that holds
 * several transactions. */
RC store_group_begin(struct store *s, struct err *e);
RC store_group_end(struct store *s, struct err *e);
void store_group_drop(struct store *s);
bool store_in_group(const struct store *s);
RC store_member_begin(struct store *s, struct err *e);
RC store_member_end(struct store *s, bool keep, struct err *e);
/* Changes whenever another connection has committed; costs no lock. */
RC store_version(struct store *s, int64_t *ret, struct err *e);
/* pages kept in memory, at most; 64 at first */
RC store_cache(struct store *s, int mebibytes, struct err *e);
/* A steady view for many reads; writers go on. A transaction ends it. */
RC store_read_begin(struct store *s, struct err *e);
void store_read_end(struct store *s);
/* One point inside a transaction to fall back to. */
RC store_mark(struct store *s, struct err *e);
RC store_mark_keep(struct store *s, struct err *e);
RC store_mark_undo(struct store *s, struct err *e);
/* Folds the write-ahead log into the file without waiting for anyone; with `wipe` also empties
 * the log. */
RC store_fold(struct store *s, bool wipe, struct err *e);
/* Another connection folds: a commit of this one does it only when the log has grown to four
 * times what is usual. store_log_pages() says how long it was after the last commit. */
void store_fold_elsewhere(struct store *s);
int store_log_pages(const struct store *s);

/* RC_NO: none */
RC store_meta_get(struct store *s, struct arena *a, const char *name, struct str *ret,
                  struct err *e);
RC store_meta_set(struct store *s, const char *name, struct str value, struct err *e);

/* ---- agencies, people, packs ------------------------------------------------------------ */
struct store_address {
    int channel, position;
    struct str address, verified_by, secret;
    int64_t verified_on; /* DAYS_UNKNOWN: not verified */
};
struct store_agency {
    struct str id, name, kind;
    struct store_address *addresses;
    size_t n;
};
RC store_agency_put(struct store *s, const struct store_agency *g, struct err *e);
/* RC_NO: none */
RC store_agency_get(struct store *s, struct arena *a, struct str id, struct store_agency *ret,
                    struct err *e);
RC store_agencies(struct store *s, struct arena *a, struct store_agency **ret, size_t *ret_n,
                  struct err *e);

struct store_person {
    struct str name, role;
    bool has_key, disabled;
    unsigned char public_key[32];
};
RC store_person_put(struct store *s, const struct store_person *p, struct err *e);
/* RC_NO: none */
RC store_person_get(struct store *s, struct arena *a, struct str name, struct store_person *ret,
                    struct err *e);

struct pack_file;
struct store_pack {
    struct str id, version, sha256, title, status;
    instant in_force_from; /* the latest activation; INSTANT_NONE: never signed by two */
};
RC store_pack_add(struct store *s, const struct store_pack *p, instant at,
                  const struct pack_file *files, size_t n, struct err *e);
/* RC_NO */
RC store_pack_get(struct store *s, struct arena *a, struct str id, struct str version,
                  struct store_pack *ret, struct err *e);
RC store_pack_files(struct store *s, struct arena *a, struct str id, struct str version,
                    struct pack_file **ret, size_t *ret_n, struct err *e);
RC store_packs(struct store *s, struct arena *a, struct store_pack **ret, size_t *ret_n,
               struct err *e);
struct store_signature {
    struct str person;
    instant starts;
    struct signature signature;
};
RC store_pack_sign(struct store *s, struct str id, struct str version,
                   const struct store_signature *sig, instant at, struct err *e);
RC store_pack_signatures(struct store *s, struct arena *a, struct str id, struct str version,
                         struct store_signature **ret, size_t *ret_n, struct err *e);
RC store_pack_activate(struct store *s, struct str id, struct str version, instant from,
                       struct err *e);
/* RC_NO: none */
RC store_pack_in_force(struct store *s, struct arena *a, instant at, struct str *ret_id,
                       struct str *ret_version, struct err *e);

/* ---- bookings and charges ---------------------------------------------------------------- */
struct provenance { /* which leaf of which import chunk proves the row; chunk < 0: none */
    int64_t chunk, place;
    unsigned char salt[LEDGER_SALT];
};
struct store_booking {
    int64_t id;
    struct identity who; /* who.booking_number is the key */
    instant booked_at, triggered_at, left_at;
    enum custody_state custody;
    struct str trigger_kind, leave_kind;
};
RC store_booking_get(struct store *s, struct arena *a, int64_t id, struct store_booking *ret,
                     struct err *e);
/* RC_NO: none */
RC store_booking_find(struct store *s, struct arena *a, struct str number,
                      struct store_booking *ret, struct err *e);
/* RC_NO when the number is there already; then nothing is changed. Sets b->id. */
RC store_booking_add(struct store *s, struct arena *a, struct store_booking *b,
                     const struct provenance *p, struct err *e);
/* p NULL: custody only */
RC store_booking_save(struct store *s, struct arena *a, const struct store_booking *b,
                      const struct provenance *p, struct err *e);
/* Bookings that share the number, or the state number or the name with someone who is here; at
 * most 64. */
RC store_candidates(struct store *s, struct arena *a, const struct identity *who,
                    struct store_booking **ret, size_t *ret_n, struct err *e);
/* empty: no name */
struct str store_name_key(struct arena *a, struct str family, struct str given);

struct store_charge {
    int64_t booking;
    int sequence;
    struct offence offence;
};
/* RC_NO */
RC store_charge_find(struct store *s, struct arena *a, int64_t booking, int sequence,
                     struct offence *ret, struct err *e);
RC store_charge_put(struct store *s, const struct store_charge *c, const struct provenance *p,
                    struct err *e);
RC store_charges(struct store *s, struct arena *a, int64_t booking, struct offence **ret,
                 size_t *ret_n, struct err *e);
RC store_chunk_add(struct store *s, uint64_t event, const struct hash *leaves, size_t n,
                   struct err *e);
RC store_chunk_get(struct store *s, struct arena *a, int64_t event, const struct hash **ret,
                   size_t *ret_n, struct err *e);
/* A report of a trigger or release: RC_NO when the same was reported before. */
RC store_report_add(struct store *s, int64_t booking, struct str kind, instant at,
                    uint64_t event, struct err *e);

/* ---- cases ------------------------------------------------------------------------------- */
struct store_case {
    int64_t id;
    struct str agency, reference, form;
    instant received_at;
    struct str content; /* hash of what makes two documents the same */
    struct str body;    /* canonical JSON as docs/request.md; empty after an expunge */
    int64_t dropped;
    enum case_state state;
    enum request_state request_state;
    enum match match;
    struct str match_why, match_by;
    bool disputed;
    int64_t booking, decision; /* 0: none; decision is a ledger index + 1 */
    instant decided_at;
    struct str told, work_why; /* empty: not on the work list */
    int64_t supersedes, superseded_by;
};
RC store_case_add(struct store *s, struct store_case *c, struct err *e); /* sets c->id */
/* RC_NO */
RC store_case_get(struct store *s, struct arena *a, int64_t id, struct store_case *ret,
                  struct err *e);
/* what changes in a life */
RC store_case_save(struct store *s, const struct store_case *c, struct err *e);
RC store_case_body(struct store *s, int64_t id, struct str body, struct err *e);
struct store_case_filter {
    int state; /* -1: any */
    struct str agency, reference;
    int64_t booking; /* 0: any */
    bool open_only, work_only;
    int limit;
};
RC store_cases(struct store *s, struct arena *a, const struct store_case_filter *f,
               struct store_case **ret, size_t *ret_n, struct err *e);
RC store_cases_open_at(struct store *s, struct arena *a, int64_t booking, int64_t **ret,
                       size_t *ret_n, struct err *e);
/* Open cases that wait for a booking; the identifiers by which one would be recognised. */
struct store_waiting {
    int64_t id;
    struct str number, state_id, name_key;
};
RC store_waiting_set(struct store *s, const struct store_waiting *w, struct err *e);
RC store_waiting_drop(struct store *s, int64_t id, struct err *e);
RC store_waiting_all(struct store *s, struct arena *a, struct store_waiting **ret,
                     size_t *ret_n, struct err *e);

struct store_by_hand {
    int64_t case_id;
    enum ask ask;
    enum outcome outcome;
    bool confirmed, override;
    struct str basis, by, second, reason;
    instant at;
};
RC store_by_hand_put(struct store *s, const struct store_by_hand *h, struct err *e);
RC store_by_hand_drop(struct store *s, int64_t case_id, enum ask ask, bool confirmed,
                      struct err *e);
RC store_by_hand_all(struct store *s, struct arena *a, int64_t case_id,
                     struct store_by_hand **ret, size_t *ret_n, struct err *e);

struct store_duty {
    int64_t case_id;
    struct str what, citation, done_by, how;
    instant since, due, done_at;
    int state; /* enum duty_state */
};
/* RC_NO: there already */
RC store_duty_add(struct store *s, const struct store_duty *d, struct err *e);
RC store_duty_save(struct store *s, const struct store_duty *d, struct err *e);
RC store_duties(struct store *s, struct arena *a, int64_t case_id, struct store_duty **ret,
                size_t *ret_n, struct err *e);
/* open and past */
RC store_duties_due(struct store *s, struct arena *a, instant now, struct store_duty **ret,
                    size_t *ret_n, struct err *e);

struct store_alert {
    int64_t id;
    struct str name, kind, text;
    int64_t case_id, booking; /* 0: none */
    instant raised_at;
};
/* RC_NO: one of that name was raised before */
RC store_alert_raise(struct store *s, const struct store_alert *al, struct err *e);
/* RC_NO: none open */
RC store_alert_close(struct store *s, int64_t id, instant at, struct str by, struct str reason,
                     struct err *e);
/* open; case 0: all */
RC store_alerts(struct store *s, struct arena *a, int64_t case_id, struct store_alert **ret,
                size_t *ret_n, struct err *e);

/* ---- notices ----------------------------------------------------------------------------- */
enum notice_state {
    NOTICE_QUEUED,
    NOTICE_BEGUN,
    NOTICE_UNDERWAY,
    NOTICE_UNKNOWN,
    NOTICE_CONFIRMED,
    NOTICE_WITHDRAWN,
    NOTICE_REFUSED,
    NOTICE_UNCONFIRMED
};
struct store_notice {
    int64_t id;
    struct str key;
    int64_t case_id;
    int kind, channel, position;
    struct str address;
    enum notice_state state;
    int attempts;
    instant queued_at, next_at, lease_until;
    struct str worker, provider_ref;
    int64_t decision;
    instant triggered_at;
    struct str trigger_kind, answers;
    instant confirmed_at;
    struct str why;
};
/* sets id; RC_NO: the key is there */
RC store_notice_add(struct store *s, struct store_notice *n, struct err *e);
/* RC_NO */
RC store_notice_get(struct store *s, struct arena *a, int64_t id, struct store_notice *ret,
                    struct err *e);
RC store_notice_save(struct store *s, const struct store_notice *n, struct err *e);
/* case 0: open ones */
RC store_notices(struct store *s, struct arena *a, int64_t case_id, struct store_notice **ret,
                 size_t *ret_n, struct err *e);
/* Lease the next one that is due: release notices before all others. RC_NO: none. */
RC store_notice_lease(struct store *s, struct arena *a, struct str worker, instant now,
                      instant until, struct store_notice *ret, struct err *e);
RC store_notices_due(struct store *s, instant now, size_t *ret, struct err *e);
/* earliest next_at of an open one; RC_NO: none */
RC store_notice_next(struct store *s, instant *ret, struct err *e);

/* ---- ledger ------------------------------------------------------------------------------ */
struct store_event {
    uint64_t index;
    instant at;
    struct str kind;
    int64_t case_id, booking; /* 0: none */
    struct str text;          /* canonical JSON; p NULL once expunged */
    unsigned char salt[LEDGER_SALT];
    struct hash commitment;
};
/* Salts, commits, appends; inside a transaction. Sets index, salt and commitment. */
RC store_event_add(struct store *s, struct store_event *ev, struct err *e);
/* RC_NO */
RC store_event_get(struct store *s, struct arena *a, uint64_t index, struct store_event *ret,
                   struct err *e);
/* In order; texts are valid during the call only. each may end the walk with RC_NO. */
RC store_events_each(struct store *s, uint64_t from, uint64_t to,
                     RC (*each)(void *ctx, const struct store_event *ev, struct err *e),
                     void *ctx, struct err *e);
RC store_events_of_case(struct store *s, struct arena *a, int64_t case_id,
                        struct store_event **ret, size_t *ret_n, struct err *e);
/* as of the last commit or the open transaction */
uint64_t store_ledger_size(struct store *s, struct err *e);
RC store_ledger_edge(struct store *s, struct ledger_edge *ret, struct err *e);
struct ledger_reader store_ledger_reader(struct store *s);
RC store_tile_get(struct store *s, uint64_t tile, struct hash *ret, struct err *e); /* RC_NO */
struct store_checkpoint {
    uint64_t size;
    instant at;
    struct str note;
};
RC store_checkpoint_add(struct store *s, const struct store_checkpoint *c, struct err *e);
RC store_checkpoints(struct store *s, struct arena *a, struct store_checkpoint **ret,
                     size_t *ret_n, struct err *e);
/* RC_NO */
RC store_checkpoint_last(struct store *s, struct arena *a, struct store_checkpoint *ret,
                         struct err *e);

/* Checks every stored row of bookings and charges against the leaf that proves it; *ret_bad
 * counts what differs. */
RC store_rows_verify(struct store *s, uint64_t *ret_rows, uint64_t *ret_bad, struct err *e);
/* The bytes over which a row's leaf is made. */
struct str store_booking_canonical(struct arena *a, const struct store_booking *b);
struct str store_charge_canonical(struct arena *a, struct str booking_number,
                                  const struct store_charge *c);

/* ---- accounts, sessions, links, tokens (src/access) -------------------------------------- */
struct store_account {                      /* the other half of a person */
    struct str name, role, issuer, subject; /* issuer and subject of single sign-on */
    bool has_key;
    unsigned char public_key[32];
    struct str password, totp; /* Argon2id text; sealed bytes */
    /* the last one a code was taken for: none at or before it again */
    int64_t totp_step;
    instant disabled_at, password_at, seen_at;
};
/* RC_NO */
RC store_account_get(struct store *s, struct arena *a, struct str name,
                     struct store_account *ret, struct err *e);
/* RC_NO */
RC store_account_sso(struct store *s, struct arena *a, struct str issuer, struct str subject,
                     struct store_account *ret, struct err *e);
/* all but name, role and key; RC_CONFLICT: the identity is another's */
RC store_account_save(struct store *s, const struct store_account *c, struct err *e);
RC store_accounts(struct store *s, struct arena *a, struct store_account **ret, size_t *ret_n,
                  struct err *e);
/* how many who are not disabled */
RC store_people_with(struct store *s, struct str role, int64_t *ret, struct err *e);
/* by a token, now or ever */
RC store_name_taken(struct store *s, struct str name, bool *ret, struct err *e);

struct store_attempts { /* failures of one name or source */
    struct hash who;
    int64_t failures;
    instant since, locked_at;
    bool known; /* the lock stays until it is released */
};
/* RC_NO: none */
RC store_attempts_get(struct store *s, struct hash who, struct store_attempts *ret,
                      struct err *e);
RC store_attempts_put(struct store *s, const struct store_attempts *t, struct err *e);
RC store_attempts_drop(struct store *s, struct hash who, struct err *e);
/* begun before these */
RC store_attempts_sweep(struct store *s, instant unlocked, instant unknown, struct err *e);

struct store_session {
    struct hash hash;
    unsigned char run[16]; /* the run of the program that made it */
    struct str id, person, source;
    instant since, touched_at, strong_at, acknowledged_at;
};
RC store_session_add(struct store *s, const struct store_session *n, struct err *e);
/* RC_NO */
RC store_session_get(struct store *s, struct arena *a, struct hash hash,
                     struct store_session *ret, struct err *e);
RC store_session_touch(struct store *s, struct str id, instant touched, instant strong,
                       instant acknowledged, struct err *e);
RC store_session_drop(struct store *s, struct str id, struct err *e);
/* all of a person but one */
RC store_sessions_drop(struct store *s, struct str person, struct str but_id, struct err *e);
RC store_sessions_sweep(struct store *s, instant before, struct err *e);

struct store_link {
    struct hash hash;
    struct str person, made_by; /* person empty: the first administrator */
    instant until;
};
/* takes the place of the person's earlier one */
RC store_link_put(struct store *s, const struct store_link *k, struct err *e);
/* and deletes; RC_NO */
RC store_link_take(struct store *s, struct arena *a, struct hash hash, struct store_link *ret,
                   struct err *e);

struct store_token {
    struct str id, name, made_by;
    struct hash hash;
    int64_t scopes;
    instant made_at, expires_at, revoked_at, used_at;
};
RC store_token_add(struct store *s, const struct store_token *t, struct err *e);
/* RC_NO */
RC store_token_find(struct store *s, struct arena *a, struct hash hash, struct store_token *ret,
                    struct err *e);
RC store_tokens(struct store *s, struct arena *a, struct store_token **ret, size_t *ret_n,
                struct err *e);
/* RC_NO: none, or revoked already */
RC store_token_mark(struct store *s, struct str id, instant revoked, instant used,
                    struct err *e);

/* ---- answers that were given ------------------------------------------------------------- */
struct store_answer { /* to a request with an idempotency key */
    struct hash request;
    int status; /* 0: it was answered with a secret, which is not kept */
    struct str type, etag, location, body;
    instant at;
};
/* RC_NO */
RC store_answer_find(struct store *s, struct arena *a, struct str owner, struct str key,
                     instant after, struct store_answer *ret, struct err *e);
RC store_answer_put(struct store *s, struct str owner, struct str key,
                    const struct store_answer *v, struct err *e);
RC store_answers_forget(struct store *s, instant before, struct err *e);

/* ---- trend ------------------------------------------------------------------------------- */
/* Every known time of booking, in no order. */
RC store_booked_each(struct store *s, RC (*each)(void *ctx, instant booked_at, struct err *e),
                     void *ctx, struct err *e);
/* reported for months before this database; month is year * 12 + month - 1 */
struct store_past_count {
    int month, months;
    int64_t requests, bookings; /* < 0: unknown */
    struct str source;
    uint64_t event;
};
/* in order */
RC store_past_counts(struct store *s, struct arena *a, struct store_past_count **ret,
                     size_t *ret_n, struct err *e);
/* replaces what begins in that month */
RC store_past_count_put(struct store *s, const struct store_past_count *c, struct err *e);

/* ---- finding ----------------------------------------------------------------------------- */
/* at least one but `here` leads to an index; empty or unknown: any */
struct store_booking_wish {
    struct str name, given; /* how name keys begin: of the whole name, of the given name */
    struct str number;      /* how it begins */
    struct str state_id;
    int64_t born;
    bool here;
    /* of the last one of the page before: number or name key, by the way that was asked */
    struct str after;
    int64_t after_id; /* 0: the first page */
    int limit;
};
RC store_bookings_find(struct store *s, struct arena *a, const struct store_booking_wish *f,
                       struct store_booking **ret, size_t *ret_n, struct err *e);
struct store_case_wish {
    int state;                          /* -1: any */
    struct str agency, reference, name; /* reference and name key: how they begin */
    int64_t booking;
    bool open, work;
    instant from, to;
    instant before_at; /* of the last one of the page before, when only dates are asked for */
    int64_t before_id;
    int limit;
};
/* Newest first; *ret_last is when the last one was received. */
RC store_cases_find(struct store *s, struct arena *a, const struct store_case_wish *f,
                    int64_t **ret, instant *ret_last, size_t *ret_n, struct err *e);
/* newest first */
RC store_notices_page(struct store *s, struct arena *a, bool open, int64_t before, int limit,
                      struct store_notice **ret, size_t *ret_n, struct err *e);
/* of open cases: they wait for a second person */
RC store_proposals(struct store *s, struct arena *a, struct store_by_hand **ret, size_t *ret_n,
                   struct err *e);
RC store_duties_late(struct store *s, struct arena *a, struct store_duty **ret, size_t *ret_n,
                     struct err *e);
/* newest first */
RC store_checkpoints_page(struct store *s, struct arena *a, int64_t before, int limit,
                          struct store_checkpoint **ret, size_t *ret_n, struct err *e);

/* ---- expunge, counts --------------------------------------------------------------------- */
/* RC_NO */
RC store_expunge_proposed(struct store *s, struct arena *a, int64_t booking, struct str *ret_by,
                          struct err *e);
RC store_expunge_propose(struct store *s, int64_t booking, struct str by, struct str authority,
                         instant at, struct err *e);
RC store_expunge(struct store *s, int64_t booking, uint64_t *ret_events, uint64_t *ret_cases,
                 struct err *e);
struct store_count {
    const char *name;
    int64_t n;
};
/* n: room in, filled out */
RC store_counts(struct store *s, struct store_count *ret, size_t *n, struct err *e);
