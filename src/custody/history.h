/* The past in flat tables, folded from the ledger's events in their order: what was asked,
 * decided, told and owed, who left when, who looked. Reports, the trend, the mix and the
 * auditor's questions read these tables and nothing else, so that what they say can be drawn
 * again from the same ledger. Pure: bytes in, tables out; a fold may be fed in any number of
 * pieces.
 *
 * Memory grows with cases, bookings that were triggered or asked about, notices and duties, not
 * with events. An event whose text was expunged is counted where its columns still say what it
 * was, and never guessed at.
 *
 * What it must never do: hold a person's name (a person is a hash), read a clock, decide. */
#pragma once
#include "custody/decide.h"
#include "ledger/event.h"

#define HISTORY_NONE UINT32_MAX /* no row: the end of a chain, an absent name */

/* Names (agencies, forms, packs, rules, people of staff, kinds) are numbers of
 * history_name(). */
typedef uint32_t history_id;

struct past_features {       /* as the first decision with a confirmed match saw them */
    bool known;              /* there was one; else nothing below is known */
    bool unclassified;       /* an offence that no pack has classified */
    bool convicted, charged; /* any offence, then or before; any still open */
    /* bits over history_list(); bit 63: one of those beyond the 63rd */
    uint64_t lists_convicted, lists_charged;
    enum grade grade; /* the gravest of this booking; unknown if none is known */
    int offences;     /* live ones; 0 is possible */
};
enum past_leave { LEAVE_NONE, LEAVE_RELEASED, LEAVE_TRANSFERRED, LEAVE_DIED, LEAVE_ESCAPED };
const char *past_leave_word(enum past_leave k);

struct past_case {
    int64_t id, booking;     /* 0: no booking */
    bool has_request;        /* the receipt was seen; without it the case has no ground */
    uint64_t event;          /* of the receipt */
    instant recorded_at;     /* of that event */
    instant received_at;     /* as the document says; recorded_at where the text is expunged */
    bool expunged;           /* the receipt's text is gone */
    history_id agency, form; /* HISTORY_NONE: expunged */
    enum agency_kind agency_kind; /* as the first decision saw it */
    unsigned asks;                /* 1u << enum ask */
    unsigned documents;           /* 1u << enum document_kind: that came with the request */
    unsigned documents_later;     /* that came after it */
    unsigned attests;             /* enum attest bits */
    int amended;                  /* later papers that changed what is asked */
    bool amends;                  /* came itself as an amendment */
    instant cancelled_at;         /* INSTANT_NONE: no */
    instant superseded_at;
    instant closed_at; /* the person it means, or may mean, left; INSTANT_NONE: not */
    int64_t supersedes, superseded_by; /* 0: none */
    uint64_t person; /* who is meant: equal numbers, same person; 0: expunged. By the booking's
                      * state number, else the booking, and until a booking is confirmed by what
                      * the paper says (`subject`) */
    uint64_t subject;
    /* confirmed, not taken back or replaced, and the person is here */
    bool open;
    history_id next_of_booking; /* chain of its booking */
    enum match match;           /* last */
    instant matched_at;         /* first confirmed */
    struct past_features at_request;
    /* decisions in all; the chain keeps each that differs from the one before */
    uint64_t decided;
    /* first row of the chain in the table, or HISTORY_NONE */
    history_id decisions, by_hand, disputes, notices, duties;
    history_id last_decision, last_by_hand, last_dispute, last_notice, last_duty;
    uint64_t reads;
    uint64_t expunged_events;
};

struct past_decision {
    history_id of, next; /* case row; chain */
    uint64_t event;
    instant at;
    history_id pack;                /* "id version"; "none none" */
    signed char outcome[ASK_COUNT]; /* enum outcome; -1: not asked */
    history_id rule[ASK_COUNT];
};
enum past_hand { HAND_PROPOSED, HAND_OVERRIDDEN, HAND_RESOLVED };
struct past_by_hand {
    history_id of, next;
    uint64_t event;
    instant at;
    enum past_hand what;
    enum ask ask;
    enum outcome outcome;
    history_id first, second; /* who; second only with HAND_OVERRIDDEN */
};
struct past_dispute {
    history_id of, next;
    instant opened_at, settled_at; /* INSTANT_NONE: open */
    bool same_person;
    history_id opened_by, settled_by;
};
enum past_notice_end {
    NOTICE_STILL_OPEN,
    NOTICE_WAS_CONFIRMED,
    NOTICE_WAS_WITHDRAWN,
    NOTICE_WAS_GIVEN_UP
};
struct past_notice {
    history_id of, next;
    /* kind "release", "answer", "person copy", "withdrawal" */
    history_id key, kind, channel, address;
    /* queued; index of the decision it rests on, UINT64_MAX unknown */
    uint64_t event, decision;
    /* failed_at: the last failure */
    instant queued_at, first_attempt_at, confirmed_at, withdrawn_at, failed_at;
    instant last_attempt_at, first_failed_at;
    uint64_t last_attempt; /* its event; UINT64_MAX: none */
    /* of its booking when it was queued; INSTANT_NONE: no trigger stood */
    instant triggered_at;
    int attempts, failures;
    enum past_notice_end end;
};
struct past_duty {
    history_id of, next;
    history_id what;
    instant since, due, done_at, late_at; /* INSTANT_NONE: none */
    history_id done_by;
};
struct past_custody { /* of a booking with a trigger, a release or a request */
    int64_t booking;
    instant triggered_at, left_at; /* the trigger that stands; when the person left */
    uint64_t trigger_event, leave_event;
    history_id trigger_kind;
    history_id to; /* the agency that received the person, as reported */
    enum past_leave leave;
    int undone;                         /* triggers taken back */
    bool expunged;                      /* some of its events have no text */
    history_id cases;                   /* chain of the requests that mean it, or may */
    int open_now;                       /* of them open (past_case.open) after the last event */
    int open_at_trigger, open_at_leave; /* and when it was recorded */
};
/* looks at cases and searches of bookings, by person, purpose and UTC month */
struct past_read {
    history_id who, what;
    int month;    /* year * 12 + month - 1 */
    bool persons; /* bookings and lists (persons.read), not one case */
    uint64_t n;
};
struct past_alert {
    /* name HISTORY_NONE in ledgers written before events carried it */
    history_id kind, name;
    uint64_t event;
    int64_t case_id; /* 0: none */
    instant opened_at, closed_at;
    history_id closed_by;
};
struct past_pack {
    history_id pack; /* "id version" */
    uint64_t event;
    instant signed_at, starts;
};

struct past_address { /* of an agency, from one event to another */
    history_id agency, channel, address;
    uint64_t from, until; /* events; UINT64_MAX: it still stands */
    bool verified;        /* by a person, on a date */
};
struct past_person { /* of staff, or a token; each change is a row */
    history_id name, role;
    uint64_t event;
    instant at;
};

/* a week or more between two events: the ledger may not have been kept */
struct past_silence {
    instant from, to;
};
#define HISTORY_SILENCE HOURS(168)

/* of each so many events the latest instant up to there: never falls, whatever the clock did */
struct past_mark {
    uint64_t events;
    instant latest;
};
#define HISTORY_MARK 1024

/* clang-format off */
#define HISTORY_TABLES(_) \
    _(cases, past_case) _(decisions, past_decision) _(by_hand, past_by_hand) \
    _(disputes, past_dispute) _(notices, past_notice) _(duties, past_duty) \
    _(custody, past_custody) _(reads, past_read) _(alerts, past_alert) \
    _(packs, past_pack) _(addresses, past_address) _(people, past_person) \
    _(silences, past_silence) _(marks, past_mark)
/* clang-format on */

struct history_fold;
struct history {
    /* clang-format off */
#define _(name, type) \
    struct type *name; \
    size_t n_##name, cap_##name;
    HISTORY_TABLES(_)
#undef _
    /* clang-format on */
    uint64_t events, expunged, unread; /* fed; without text; with a text that is none of ours */
    uint64_t by_kind[EVENT_KIND_COUNT];
    instant first_at, last_at, first_import_at, latest; /* INSTANT_NONE */
    /* by local month, in order; casework_history fills them */
    struct past_bookings {
        int month;
        int64_t n;
    } * bookings;
    size_t n_bookings;
    struct history_fold *fold;
};

struct history *history_new(void);
/* The same history for one more reader; each gives its own back with history_free. Whoever has
 * one that others hold, too, reads it and feeds it nothing. */
struct history *history_share(struct history *h);
bool history_is_shared(const struct history *h);
/* another one, equal in every table, with one holder */
struct history *history_copy(const struct history *h);
void history_free(struct history *h); /* NULL is fine */
/* One event; a text with p NULL is expunged. Fails only for a text that is no JSON. */
struct history_event {
    uint64_t index;
    instant at;
    struct str kind;
    int64_t case_id, booking; /* 0: none */
    struct str text;          /* canonical JSON of the whole event */
};
RC history_feed(struct history *h, const struct history_event *ev, struct err *e);
/* copied */
void history_set_bookings(struct history *h, const struct past_bookings *list, size_t n);
/* The events fed before any that is not before an instant: with a clock that went back, those
 * up to the first such event. Between *ret_from and *ret_to, which are never more than
 * HISTORY_MARK apart, only the ledger itself can say; false: no event fed is that late. */
bool history_before(const struct history *h, instant at, uint64_t *ret_from, uint64_t *ret_to);

struct str history_name(const struct history *h, history_id id); /* empty for HISTORY_NONE */
/* HISTORY_NONE: never seen */
history_id history_find_name(const struct history *h, struct str name);
/* offence lists seen, at most 63 have bits */
size_t history_lists(const struct history *h);
struct str history_list(const struct history *h, size_t bit);
int history_list_bit(const struct history *h, struct str name); /* -1: never seen */
history_id history_case(const struct history *h, int64_t id);   /* rows by id; HISTORY_NONE */
history_id history_custody(const struct history *h, int64_t booking);
/* The decision that stood at an event: the last kept one not after it. HISTORY_NONE. */
history_id history_decision_at(const struct history *h, const struct past_case *c,
                               uint64_t event);
