/* What people and machines may do to cases, each in one transaction: the facts change, the
 * decision is made, the notices and duties it owes are queued and the ledger events are
 * appended together, or nothing happens. Everything that enters (intake, command line, later
 * the HTTP API) and everything that leaves (outbound) goes through these verbs.
 *
 * A struct casework is one connection to the store and belongs to one thread. Time comes from
 * the clock given at open. Results are JSON in the caller's arena (docs/casework.md): what the
 * command line prints with --json.
 *
 * What it must never do: hold a release, read the outbox on a release path, keep a status, send
 * without an open request. */
#pragma once
#include "base/hash.h"
#include "base/json.h"
#include "base/sign.h"
#include "custody/case.h"
#include "custody/match.h"
#include "ledger/event.h"
#include "os/clock.h"

struct casework;

/* Who does it; every verb that changes or reads a case records it. Roles as in
 * docs/roles.md. */
struct actor {
    const char *name; /* "system", "m.ortiz", "jail-feed" */
};

struct casework_setup {
    /* path of the SQLite file; made when absent only by casework_create */
    const char *database;
    const char *key_file; /* Ed25519 seed of the ledger, mode 0600 */
    const char *origin;   /* ledger name, e.g. "jail.example.gov/sallyport" */
    const char *facility; /* name of the jail as it stands in notices; NULL: the origin */
    /* IANA name of the jail; local times without an offset are read in it */
    const char *time_zone;
    /* folder of packs; the packs themselves are also kept in the database once added */
    const char *packs_dir;
    const char *info_official;   /* to whom `information` is referred */
    const char *administrations; /* the calendar, as custody/trend.h reads it; NULL: none */
    struct clock clock;
    struct pasts *pasts; /* for a process that asks again (below); NULL: each fold is fresh */
};

/* new database and key; refuses to overwrite */
RC casework_create(const struct casework_setup *s, struct err *e);
RC casework_open(const struct casework_setup *s, struct casework **ret, struct err *e);
void casework_close(struct casework *c);

/* ---- many verbs, one commit -------------------------------------------------------------- */
/* Between begin and end every verb is a part that can fail and be undone alone; nothing is
 * durable before end has returned, and when end fails nothing of the group has happened. A
 * member holds the verbs of one request. */
RC casework_group_begin(struct casework *c, struct err *e);
/* its transactions go before those of other connections of this process that wait */
void casework_press(struct casework *c);
RC casework_group_end(struct casework *c, struct err *e);
void casework_group_drop(struct casework *c);
RC casework_member_begin(struct casework *c, struct err *e);
RC casework_member_end(struct casework *c, bool keep, struct err *e);

/* Looks at cases take no write lock and leave their ledger events in a list that the caller
 * records before it hands out what was read. NULL: as ever, each look is its own transaction.
 * The texts live in the arena of the look. */
/* found: of persons, and then no case */
struct look {
    struct str case_id;
    const char *what;
    struct json *found;
    int64_t booking;
};
struct looks {
    struct look *items;
    size_t n, cap;
};
void casework_looks_later(struct casework *c, struct looks *to);
RC casework_looks_record(struct casework *c, struct actor by, const struct looks *looks,
                         struct arena *a, struct err *e);

/* What happened since an index of the ledger, in order; for those who wait for it. */
/* person: whose account, lock or token it is about */
struct change {
    uint64_t index;
    instant at;
    struct str kind, case_id, booking, person;
};
RC casework_changes(struct casework *c, uint64_t from, size_t max, struct arena *a,
                    struct change **ret, size_t *ret_n, struct err *e);
RC casework_ledger_size(struct casework *c, uint64_t *ret, struct err *e);
/* of the database's pages, for one connection among many */
RC casework_cache(struct casework *c, int mebibytes, struct err *e);
/* the log of the database into its file, without making anybody wait */
RC casework_fold(struct casework *c, struct err *e);
/* another connection does so: commits of this one leave the log alone while they can, and say
 * how many pages it has */
void casework_fold_elsewhere(struct casework *c);
int casework_log_pages(const struct casework *c);
/* changes whenever another connection has committed */
RC casework_version(struct casework *c, int64_t *ret, struct err *e);

/* Answers to requests with an idempotency key (a day long). */
struct store_answer;
/* RC_NO */
RC casework_answer_find(struct casework *c, struct arena *a, struct str owner, struct str key,
                        struct store_answer *ret, struct err *e);
RC casework_answer_put(struct casework *c, struct str owner, struct str key,
                       struct store_answer *v, struct err *e);
RC casework_answers_forget(struct casework *c, struct err *e); /* those older than a day */

/* ---- agencies, people, packs ------------------------------------------------------------- */
/* {id, name, kind, addresses:[{channel:"fax|email|webhook|folder", address, verified_by,
 * verified_on, secret?}], …}. An address counts only when verified by a named person. */
RC casework_agency_set(struct casework *c, struct actor by, struct json *agency,
                       struct arena *a, struct json **ret, struct err *e);
RC casework_agencies(struct casework *c, struct arena *a, struct json **ret, struct err *e);
/* {name, role, public_key} — roles: records officer, supervisor, policy owner, attorney,
 * auditor, administrator. */
RC casework_person_set(struct casework *c, struct actor by, struct json *person,
                       struct arena *a, struct json **ret, struct err *e);
RC casework_pack_add(struct casework *c, struct actor by, const char *dir, struct arena *a,
                     struct json **ret, struct err *e);
/* The text that two policy owners sign (Ed25519): pack id, version, sha256, date it starts. */
RC casework_pack_statement(struct casework *c, struct str pack, struct str version,
                           instant starts, struct arena *a, struct str *ret, struct err *e);
RC casework_pack_sign(struct casework *c, struct actor by, struct str pack, struct str version,
                      instant starts, const struct signature *sig, struct arena *a,
                      struct json **ret, struct err *e);
/* In force from `starts` once two different policy owners have signed; never backwards in
 * time. */
RC casework_packs(struct casework *c, struct arena *a, struct json **ret, struct err *e);

/* ---- requests ---------------------------------------------------------------------------- */
/* One document as JSON (docs/request.md): agency, reference, form, received_at, asks, written,
 * signed, complete, attests, subject {booking_number, state_id, family, given, middle,
 * birth_date, sex}, documents, amends, cancels, supersedes. Status-like members are dropped and
 * counted; free text that carries them is refused (REQ-0007). The same document twice (agency +
 * reference + content) is one request. ret: the case with its decision. */
RC casework_request(struct casework *c, struct actor by, struct json *request, struct arena *a,
                    struct json **ret, struct err *e);
/* new or changed document of a request */
RC casework_document(struct casework *c, struct actor by, struct str case_id,
                     struct json *document, struct arena *a, struct json **ret, struct err *e);

/* ---- what the jail system says ----------------------------------------------------------- */
struct booking_row { /* borrowed texts; empty = unknown */
    struct str booking_number, state_id, family, given, middle, sex;
    int64_t birth_date;             /* days or DAYS_UNKNOWN */
    instant booked_at, released_at; /* INSTANT_NONE: unknown / still here */
    struct str release_reason;
};
struct charge_row {
    struct str booking_number;
    int sequence;
    struct offence offence; /* lists are ignored: the pack in force classifies */
};
/* a running import of one file: rows are committed in chunks, each chunk one ledger event */
struct import;
RC casework_import_open(struct casework *c, struct actor by, struct str source_name,
                        struct import **ret, struct err *e);
/* RC_OK: new or changed; RC_NO: nothing new (the same row again). Charges of bookings with open
 * cases re-decide. */
RC casework_import_booking(struct import *i, const struct booking_row *row, struct err *e);
RC casework_import_charge(struct import *i, const struct charge_row *row, struct err *e);
/* counts; commits */
RC casework_import_close(struct import *i, struct arena *a, struct json **ret, struct err *e);
void casework_import_abandon(struct import *i); /* forgets what is not committed yet */

/* Reporting never waits for anything and never fails because of a case: RC_OK once it is
 * durable. Idempotent by (booking, kind, at). trigger kinds: bond posted, release order,
 * sentence served, charges dropped, other. release kinds: released, transferred, died, escaped,
 * hospital, returned. to: the agency that received the person, for who was transferred or
 * released to one; empty if nobody did. A text with a status or an A-number in it is left out,
 * the report is taken. */
RC casework_trigger(struct casework *c, struct actor by, struct str booking, struct str kind,
                    instant at, struct arena *a, struct json **ret, struct err *e);
RC casework_trigger_undo(struct casework *c, struct actor by, struct str booking,
                         struct str reason, struct arena *a, struct json **ret, struct err *e);
RC casework_release(struct casework *c, struct actor by, struct str booking, struct str kind,
                    struct str to, instant at, struct arena *a, struct json **ret,
                    struct err *e);

/* ---- people's decisions ------------------------------------------------------------------ */
RC casework_confirm_match(struct casework *c, struct actor by, struct str case_id,
                          struct str booking, struct str reason, struct arena *a,
                          struct json **ret, struct err *e);
/* Answer to a `review`. A person cannot give what an invariant refuses (hold, transfer without
 * a good document). */
RC casework_resolve(struct casework *c, struct actor by, struct str case_id, enum ask ask,
                    enum outcome outcome, struct str reason, struct arena *a, struct json **ret,
                    struct err *e);
/* Against the pack's own outcome: the first person proposes, a second, different one confirms
 * the same. */
RC casework_override(struct casework *c, struct actor by, struct str case_id, enum ask ask,
                     enum outcome outcome, struct str reason, struct arena *a,
                     struct json **ret, struct err *e);
RC casework_dispute(struct casework *c, struct actor by, struct str case_id, struct str reason,
                    struct arena *a, struct json **ret, struct err *e);
RC casework_dispute_settle(struct casework *c, struct actor by, struct str case_id,
                           bool same_person, struct str reason, struct arena *a,
                           struct json **ret, struct err *e);
RC casework_duty_done(struct casework *c, struct actor by, struct str case_id, struct str duty,
                      struct str how, struct arena *a, struct json **ret, struct err *e);
RC casework_alert_close(struct casework *c, struct actor by, struct str alert_id,
                        struct str reason, struct arena *a, struct json **ret, struct err *e);

/* ---- looking (each read of a case is a ledger event) ------------------------------------- */
RC casework_case(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                 struct json **ret, struct err *e);
struct case_filter {
    const char *state;
    const char *agency;
    const char *booking;
    bool work_list_only;
    int limit;
};
RC casework_cases(struct casework *c, struct actor by, const struct case_filter *f,
                  struct arena *a, struct json **ret, struct err *e);
RC casework_alerts(struct casework *c, struct arena *a, struct json **ret, struct err *e);
/* "" = all open ones */
RC casework_notices(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                    struct json **ret, struct err *e);

/* ---- what the desk shows (api/openapi.yaml has the shapes) ------------------------------- */
/* What to do in the next hour, most urgent first. No look at a case: it names nobody. */
RC casework_now(struct casework *c, struct arena *a, struct json **ret, struct err *e);
/* cursor: what ret_next gave; empty at the start */
struct list_page {
    int limit;
    struct str cursor;
};
struct cases_wish {
    /* q: a case, or how a reference or a family name begins */
    struct str state, agency, booking, q;
    bool work, open;
    instant from, to;
    struct list_page page;
};
/* ret_next is empty behind the last page. */
RC casework_cases_page(struct casework *c, struct actor by, const struct cases_wish *wish,
                       struct arena *a, struct json **ret, struct str *ret_next, struct err *e);
RC casework_case_events(struct casework *c, struct actor by, struct str case_id,
                        struct list_page page, struct arena *a, struct json **ret,
                        struct str *ret_next, struct err *e);
/* The decision with the tables of its pack, the rules that applied lit. CASE-0013: there is
 * none. */
RC casework_trace(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                  struct json **ret, struct err *e);
RC casework_notices_page(struct casework *c, bool open, struct list_page page, struct arena *a,
                         struct json **ret, struct str *ret_next, struct err *e);
struct bookings_wish {
    struct str q, number, state_id; /* how the name and the number begin */
    int64_t born;                   /* DAYS_UNKNOWN: any */
    bool here;
    struct list_page page;
};
/* Who looked and what was found is recorded (persons.read). Nothing in the answer depends on
 * requests, unless with_cases. */
RC casework_bookings(struct casework *c, struct actor by, const struct bookings_wish *wish,
                     struct arena *a, struct json **ret, struct str *ret_next, struct err *e);
RC casework_booking(struct casework *c, struct actor by, struct str number, bool with_cases,
                    struct arena *a, struct json **ret, struct err *e);

struct pack_file;
RC casework_pack_take(struct casework *c, struct actor by, const struct pack_file *files,
                      size_t n, struct arena *a, struct json **ret, struct err *e);
RC casework_pack(struct casework *c, struct str pack, struct str version, struct arena *a,
                 struct json **ret, struct err *e);
/* RC_NO: none */
RC casework_pack_in_force(struct casework *c, struct arena *a, struct str *ret_pack,
                          struct str *ret_version, struct err *e);
RC casework_pack_file(struct casework *c, struct str pack, struct str version, struct str name,
                      struct arena *a, struct str *ret, struct err *e);
struct pack_pair {
    struct str pack_before, before, pack, after;
};
RC casework_pack_diff(struct casework *c, const struct pack_pair *q, struct arena *a,
                      struct json **ret, struct err *e);
RC casework_pack_tests(struct casework *c, struct str pack, struct str version, struct arena *a,
                       struct json **ret, struct err *e);
/* past counts as loaded */
RC casework_histories(struct casework *c, struct arena *a, struct json **ret, struct err *e);

RC casework_ledger_head(struct casework *c, struct arena *a, struct json **ret, struct err *e);
/* Events from an index on; kind empty: all. Looks are recorded as those of cases are not: who
 * may read the ledger reads all of it. */
RC casework_ledger_events(struct casework *c, struct actor by, uint64_t from, struct str kind,
                          struct list_page page, struct arena *a, struct json **ret,
                          struct str *ret_next, struct err *e);
RC casework_checkpoints(struct casework *c, struct list_page page, struct arena *a,
                        struct json **ret, struct str *ret_next, struct err *e);
/* Of an event (index not UINT64_MAX) in the tree of `second` leaves, or that the tree of
 * `first` leaves is its beginning; second 0: all. */
RC casework_ledger_proof(struct casework *c, uint64_t first, uint64_t index, uint64_t second,
                         struct arena *a, struct json **ret, struct err *e);

/* For everybody: figures in which nobody can be found, and the policy in force. */
RC casework_public(struct casework *c, struct arena *a, struct json **ret, struct err *e);
RC casework_public_policy(struct casework *c, struct arena *a, struct json **ret,
                          struct err *e);

/* ---- outbox ------------------------------------------------------------------------------ */
enum notice_kind { NOTICE_RELEASE, NOTICE_ANSWER, NOTICE_PERSON_COPY, NOTICE_WITHDRAWAL };
enum channel { CHANNEL_FAX, CHANNEL_EMAIL, CHANNEL_WEBHOOK, CHANNEL_FOLDER, CHANNEL_LETTER };
const char *notice_kind_word(enum notice_kind k);
const char *channel_word(enum channel ch);

struct notice { /* everything a message may say; texts live in the caller's arena */
    int64_t id;
    struct str key; /* idempotency key, the same in every attempt */
    enum notice_kind kind;
    enum channel channel;
    struct str address;      /* of the agency's verified list at claim time */
    struct str secret;       /* webhook signing secret; never logged */
    unsigned attempt;        /* 1 for the first */
    struct str provider_ref; /* what the last attempt left (fax job number), empty if none */
    struct str case_id, agency_name, agency_reference, form;
    struct identity subject; /* as the agency itself wrote it, nothing more */
    struct str booking_number;
    instant triggered_at; /* release notice */
    struct str trigger_kind;
    struct str answers; /* answer: JSON array of {ask, outcome, citations} */
    struct str facility;
    struct str decision_id; /* ledger index of the decision */
    struct str language;    /* person's copy: "en", "es" (both are printed) */
    instant queued_at, now;
    /* not empty: it may not leave any more; take back what is under way, begin nothing */
    struct str recall;
};

/* What the person's own copy says, to print it (the outbox has an earlier one). `notice` is
 * that of view_notice; CASE-0008 unless it is a copy for the person of this case, CASE-0015
 * while it is not confirmed who is meant. The reading is recorded. */
RC casework_paper(struct casework *c, struct actor by, struct str case_id, struct str notice,
                  struct arena *a, struct notice *ret, struct err *e);

/* Lease the next due notice for `lease_ms`. RC_NO when none is due. Before it hands one out it
 * checks again what the last door demands: open matched request, agency that asked, verified
 * address, decision of now says notify or honor, person still here or release within the hour;
 * a notice that fails the check is withdrawn with a ledger event and an alert. A job that is
 * under way at the provider is handed out with `recall` instead, so that it is stopped there;
 * its result withdraws it. */
RC casework_outbox_claim(struct casework *c, const char *worker, int64_t lease_ms,
                         struct arena *a, struct notice *ret, struct err *e);
/* Record that an attempt begins (before any byte leaves) so that a crash cannot send twice
 * unseen. */
RC casework_outbox_begin(struct casework *c, const struct notice *n, struct err *e);
enum delivery {
    /* delivered: fax done, SMTP accepted for an address without receipts, 2xx, written */
    DELIVERY_CONFIRMED,
    /* handed over, follow it by provider_ref (fax job waits for a line) */
    DELIVERY_UNDERWAY,
    DELIVERY_FAILED,  /* try again later */
    DELIVERY_REFUSED, /* will never work (550, bad number): another address, alert */
    DELIVERY_UNKNOWN  /* crashed or lost in the middle: ask the provider by key before sending
                         again */
};
/* receipt: canonical JSON of what the other side said (SMTP reply, job state), without
 * secrets. */
RC casework_outbox_result(struct casework *c, const struct notice *n, enum delivery d,
                          struct str provider_ref, struct str receipt,
                          struct str document_sha256, struct err *e);
/* Clocks: late duties, unconfirmed notices, silent feed, checkpoint when due. Returns when to
 * call again. */
RC casework_tick(struct casework *c, instant *ret_next, struct err *e);
/* Wake a worker when something was queued: how many are due now. */
RC casework_outbox_due(struct casework *c, size_t *ret, struct err *e);

/* ---- ledger ------------------------------------------------------------------------------ */
RC casework_checkpoint(struct casework *c, struct arena *a, struct str *ret_note,
                       struct err *e);
/* may be zero */
struct progress {
    void (*step)(void *ctx, uint64_t done, uint64_t of);
    void *ctx;
};
/* Recompute every hash from the database; every checkpoint ever signed must be consistent.
 * RC_NO with a report if not. */
RC casework_ledger_verify(struct casework *c, struct progress p, struct arena *a,
                          struct json **ret, struct err *e);
/* Decide every decision again from its own facts and pack, compare byte for byte. */
RC casework_ledger_replay(struct casework *c, struct progress p, struct arena *a,
                          struct json **ret, struct err *e);
/* JSON lines as docs/ledger.md has them, through out(). */
RC casework_ledger_export(struct casework *c,
                          RC (*out)(void *ctx, struct str line, struct err *e), void *ctx,
                          struct err *e);
/* Forget the person's record: salts, events' texts, names; commitments stay. Two people, as
 * with override. */
RC casework_expunge(struct casework *c, struct actor by, struct str booking,
                    struct str authority, struct arena *a, struct json **ret, struct err *e);
/* The proof bundle of a case (docs/ledger.md): request, decision, notice, attempts, receipts
 * with inclusion proofs. */
RC casework_proof(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                  struct json **ret, struct err *e);
/* counts for health and metrics */
RC casework_stats(struct casework *c, struct arena *a, struct json **ret, struct err *e);

/* ---- for src/access alone: accounts are people, and what happens to them stands in the sam */
struct store;
/* the same connection; whoever begins a transaction ends it */
struct store *casework_store(struct casework *c);
/* Inside a transaction that is open on the store. */
RC casework_event(struct casework *c, struct actor by, enum event_kind kind, instant at,
                  struct json *body, struct arena *a, struct err *e);
RC casework_person_in(struct casework *c, struct actor by, instant now, struct json *person,
                      struct arena *a, struct json **ret, struct err *e);
/* a key for one purpose, out of the ledger's */
struct hash casework_secret(const struct casework *c, struct str purpose);
struct str casework_facility(const struct casework *c);
struct tz;
const struct tz *casework_zone(struct casework *c); /* of the jail */
bool casework_name_good(struct str s);              /* small letters, digits and . _ - @ */

/* ---- the past ---------------------------------------------------------------------------- */
struct history;
/* The tables of custody/history.h from the ledger's first `size` events (a checkpoint's size;
 * 0: all), with bookings by local month. Others may hold the same: nobody changes it, and each
 * gives it back with history_free. One view of the file; nobody is kept from writing. */
RC casework_history(struct casework *c, uint64_t size, struct history **ret, struct err *e);
/* How many events come before the first one that is not before an instant: *ret as `size` above
 * is the past as of that instant. Reads at most HISTORY_MARK of them. RC_NO: the history's
 * events do not reach it. */
RC casework_events_before(struct casework *c, const struct history *h, instant at,
                          uint64_t *ret, struct err *e);
/* The folds that a process keeps, for all connections that are opened with it, in all threads.
 * Freed after the last of them is closed. */
struct pasts;
struct pasts *casework_pasts_new(void);
void casework_pasts_free(struct pasts *p); /* NULL is fine */
/* The auditor's nine questions (docs/audit.md) of [from, to); INSTANT_NONE and INT64_MAX: all
 * there is. RC_NO with the report when one of them found something. Lists case numbers, never a
 * name of a person in custody. */
struct audit_wish {
    instant from, to;
    int question;             /* 0: all */
    int64_t tolerance, human; /* ms; 0: the usual */
    double service_hours;     /* 0: the usual */
};
RC casework_audit(struct casework *c, const struct audit_wish *wish, struct progress p,
                  struct arena *a, struct json **ret, struct err *e);

/* Reports drawn from the ledger as a checkpoint signed it (docs/reports.md). Nothing is
 * written. */
struct report_question {
    struct str name;
    instant from, to;    /* INSTANT_NONE: the last whole period of the report */
    uint64_t checkpoint; /* its size; 0: the newest */
    uint64_t *ret_later; /* how many events came after it; may be NULL */
};
RC casework_report(struct casework *c, const struct report_question *q, struct arena *a,
                   struct json **ret, struct err *e);
struct json *casework_reports(struct arena *a); /* which there are */

/* Have requests expanded, and what are they made of (docs/trend.md)? Months are year * 12 +
 * month - 1, windows [from, to). */
struct trend_page_question {
    /* 0: the three whole months before now; to alone: the three before it */
    int from, to;
    /* "same months", "whole term", "window"; NULL: what the policy in force says */
    const char *baseline;
    int base_from, base_to; /* for "window"; 0: as the policy says */
    /* the ledger of this checkpoint; 0: all. Then `now` is its last event */
    uint64_t size;
};
RC casework_trend(struct casework *c, const struct trend_page_question *q, struct arena *a,
                  struct json **ret, struct err *e);
/* Asks (q NULL: the usual question), and opens an alert `trend` or `mix` for each window that
 * gives cause, once a window. The alert is for policy owners; it changes no outcome. Called by
 * casework_tick once a day of the jail. */
RC casework_trend_check(struct casework *c, const struct trend_page_question *q,
                        struct arena *a, struct json **ret, struct err *e);
/* Counts from before this ledger: CSV month, months, count, bookings, source. All rows or
 * none. */
RC casework_trend_load(struct casework *c, struct actor by, struct str csv, const char *name,
                       struct arena *a, struct json **ret, struct err *e);

/* What other policies would have done at every decision point of [from, to), with the facts of
 * that time (docs/whatif.md). Reads in one steady view and changes nothing. */
struct whatif_change;
/* a folder, or NULL and one that is kept in the database */
struct whatif_pack {
    const char *dir;
    struct str id, version;
};
struct whatif_question {
    const struct whatif_pack *packs;
    size_t n_packs;   /* 1 to 8 */
    instant from, to; /* INSTANT_NONE: open */
    size_t limit;     /* changes listed for each policy; the rest is counted */
    /* decides every point anew and keeps no answer: slow, the same page but for `decided` */
    bool plain;
    /* custody/whatif.h; all of them, may be NULL */
    RC (*change)(void *ctx, const struct whatif_change *c, struct err *e);
    void *ctx;
};
RC casework_whatif(struct casework *c, const struct whatif_question *q, struct progress p,
                   struct arena *a, struct json **ret, struct err *e);
