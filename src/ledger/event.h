/* What a leaf of the ledger says: one JSON object of five members in canonical form
 * (docs/ledger.md),
 *
 *   {"actor":"m.ortiz","at":"2026-03-01T09:12:00Z","body":{…},"case":"C-2026-000123","kind":"decision.made"}
 *
 * and the table of kinds. `case` is null for what is about no case. The bytes are hashed as
 * they stand, so an event is written once and never again from its parts. It must never hold
 * what facts may not hold (design: no status). */
#pragma once
#include "base/date.h"
#include "base/json.h"

enum event_scope { EVENT_CASE, EVENT_ANY }; /* must name a case; may */

/* id, word, scope, members that the body must have (others may be there), what happened */
/* clang-format off */
#define EVENT_LIST(_) \
    _(REQUEST_RECEIVED,   "request.received",   EVENT_CASE, "request",          "An agency's document came in and became a case") \
    _(REQUEST_AMENDED,    "request.amended",    EVENT_CASE, "request",          "A later document changed what is asked") \
    _(REQUEST_CANCELLED,  "request.cancelled",  EVENT_CASE, "reason",           "The agency took the request back") \
    _(REQUEST_SUPERSEDED, "request.superseded", EVENT_CASE, "by",               "A new request of the agency took its place") \
    _(REQUEST_DOCUMENT,   "request.document",   EVENT_CASE, "document",         "A warrant, writ, subpoena or order came, or its state changed") \
    _(MATCH_FOUND,        "match.found",        EVENT_CASE, "match why",        "The request was compared with the bookings") \
    _(MATCH_CONFIRMED,    "match.confirmed",    EVENT_CASE, "booking reason",   "A person said which booking it is") \
    _(DECISION_MADE,      "decision.made",      EVENT_CASE, "facts decision",   "The policy was asked; the facts and the whole answer") \
    _(DECISION_OVERRIDDEN, "decision.overridden", EVENT_CASE, "ask outcome reason first second", "Two people decided otherwise than the policy") \
    _(REVIEW_OPENED,      "review.opened",      EVENT_CASE, "ask why",          "A person must decide") \
    _(REVIEW_RESOLVED,    "review.resolved",    EVENT_CASE, "ask outcome reason", "A person decided") \
    _(DISPUTE_OPENED,     "dispute.opened",     EVENT_CASE, "reason",           "The person in custody says it is someone else") \
    _(DISPUTE_SETTLED,    "dispute.settled",    EVENT_CASE, "same_person reason", "The dispute about identity was settled") \
    _(TRIGGER,            "trigger",            EVENT_ANY,  "booking kind at",  "The first event that starts a release") \
    _(TRIGGER_UNDONE,     "trigger.undone",     EVENT_ANY,  "booking reason",   "The release will not be: the person stays") \
    _(RELEASE,            "release",            EVENT_ANY,  "booking at",       "The person left custody") \
    _(TRANSFER,           "transfer",           EVENT_ANY,  "booking at",       "The person went to other custody") \
    _(DEATH,              "death",              EVENT_ANY,  "booking at",       "The person died in custody") \
    _(HOSPITAL,           "hospital",           EVENT_ANY,  "booking at",       "The person went to a hospital or came back; custody goes on") \
    _(ESCAPE,             "escape",             EVENT_ANY,  "booking at",       "The person escaped") \
    _(NOTICE_QUEUED,      "notice.queued",      EVENT_CASE, "notice kind channel address", "A message is owed and stands in the outbox") \
    _(NOTICE_ATTEMPT,     "notice.attempt",     EVENT_CASE, "notice attempt",   "An attempt begins; no byte has left yet") \
    _(NOTICE_RECEIPT,     "notice.receipt",     EVENT_CASE, "notice receipt",   "What the other side said") \
    _(NOTICE_CONFIRMED,   "notice.confirmed",   EVENT_CASE, "notice",           "The message was delivered") \
    _(NOTICE_FAILED,      "notice.failed",      EVENT_CASE, "notice why",       "An attempt, or the message for good, failed") \
    _(NOTICE_WITHDRAWN,   "notice.withdrawn",   EVENT_CASE, "notice why",       "The message may not leave any more") \
    _(DUTY_OPENED,        "duty.opened",        EVENT_CASE, "duty",             "Something must be done because of an outcome") \
    _(DUTY_DONE,          "duty.done",          EVENT_CASE, "duty how",         "It was done") \
    _(DUTY_LATE,          "duty.late",          EVENT_CASE, "duty due",         "It was not done in time") \
    _(ALERT_OPENED,       "alert.opened",       EVENT_ANY,  "alert what",       "A person was told to look") \
    _(ALERT_CLOSED,       "alert.closed",       EVENT_ANY,  "alert reason",     "A person looked") \
    _(BOOKINGS_IMPORTED,  "bookings.imported",  EVENT_ANY,  "source",           "Rows of the jail system were taken over") \
    _(HISTORY_LOADED,     "history.loaded",     EVENT_ANY,  "source rows",      "Counts of requests from before this ledger were taken over, as reported") \
    _(OFFENCES_CHANGED,   "offences.changed",   EVENT_ANY,  "booking",          "Charges or convictions of a booking changed") \
    _(PACK_ADDED,         "pack.added",         EVENT_ANY,  "pack version sha256", "A policy pack was taken in; it is not in force") \
    _(PACK_SIGNED,        "pack.signed",        EVENT_ANY,  "pack version sha256 starts", "A policy owner signed it") \
    _(PACK_ACTIVATED,     "pack.activated",     EVENT_ANY,  "pack version sha256 starts", "Two signed: it is in force from its date") \
    _(PERSON_ADDED,       "person.added",       EVENT_ANY,  "name role",        "A member of staff was entered or changed") \
    _(ACCESS_LOGIN,       "access.login",       EVENT_ANY,  "name how source session", "A person logged on") \
    _(ACCESS_FAILED,      "access.failed",      EVENT_ANY,  "name source why",  "A log-on or a proof of identity failed; a name that is nobody's is not kept") \
    _(ACCESS_LOCKED,      "access.locked",      EVENT_ANY,  "name source",      "Five failures in fifteen minutes: locked until an administrator releases") \
    _(ACCESS_LOGOUT,      "access.logout",      EVENT_ANY,  "session",          "A person logged out") \
    _(ACCESS_ACKNOWLEDGED, "access.acknowledged", EVENT_ANY, "session",         "The system-use banner was acknowledged") \
    _(ACCESS_PROVED,      "access.proved",      EVENT_ANY,  "session",          "A person proved again who they are, before an act that wants it") \
    _(ACCESS_CHANGED,     "access.changed",     EVENT_ANY,  "name change",      "A link was made or used, a password, an identity or a state of an account changed") \
    _(ACCESS_TOKEN,       "access.token",       EVENT_ANY,  "token change",     "A token was made or revoked") \
    _(AGENCY_CHANGED,     "agency.changed",     EVENT_ANY,  "agency",           "An agency or one of its verified addresses changed") \
    _(RECORD_READ,        "record.read",        EVENT_CASE, "what",             "Somebody looked at a case") \
    _(PERSONS_READ,       "persons.read",       EVENT_ANY,  "what found",       "Somebody searched the bookings or looked at one") \
    _(RECORD_EXPUNGED,    "record.expunged",    EVENT_ANY,  "authority leaves", "Texts and salts were forgotten by order; commitments stay") \
    _(CHECKPOINT,         "checkpoint",         EVENT_ANY,  "size root",        "The ledger up to here was signed")
/* clang-format on */

enum event_kind {
#define _(id, word, scope, members, about) EVENT_KIND_##id,
    EVENT_LIST(_)
#undef _
        EVENT_KIND_COUNT
};

struct event_info {
    const char *word, *members, *about;
    enum event_scope scope;
};
const struct event_info *event_info(enum event_kind k);
const char *event_word(enum event_kind k);
bool event_from_word(struct str s, enum event_kind *ret);

struct event {
    instant at;
    enum event_kind kind;
    struct str case_id; /* empty: null */
    struct str actor;
    struct json *body;
};

/* The object as it goes into the ledger. Strings and body are borrowed. */
struct json *event_build(struct arena *a, const struct event *ev);
/* Scope, actor, the members of the body (EVENT-0001 …). */
RC event_check(const struct event *ev, struct err *e);
/* Checks, builds and writes: the bytes to commit to. */
RC event_write(struct arena *a, const struct event *ev, struct str *ret_canonical,
               struct err *e);
/* Reads bytes of a leaf; they must be canonical to the byte. */
RC event_read(struct arena *a, struct str canonical, struct event *ret, struct err *e);
