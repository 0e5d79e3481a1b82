/* Two histories are the same in every field of every row of every table, and in their names.
 * Fields are compared one by one, because what lies between them is left to the compiler. */
#pragma once
#include "custody/history.h"

/* clang-format off */
#define SAME(f) assert_true(p->f == q->f);
#define SAME_ALL(f) assert_memory_equal(p->f, q->f, sizeof p->f);
#define PAST_CASE(_) \
    _(id) _(booking) _(has_request) _(event) _(recorded_at) _(received_at) _(expunged) _(agency) \
    _(form) _(agency_kind) _(asks) _(documents) _(documents_later) _(attests) _(amended) \
    _(amends) _(cancelled_at) _(superseded_at) _(closed_at) _(supersedes) _(superseded_by) \
    _(person) _(subject) _(open) _(next_of_booking) _(match) _(matched_at) _(at_request.known) \
    _(at_request.unclassified) _(at_request.convicted) _(at_request.charged) \
    _(at_request.lists_convicted) _(at_request.lists_charged) _(at_request.grade) \
    _(at_request.offences) _(decided) _(decisions) _(by_hand) _(disputes) _(notices) _(duties) \
    _(last_decision) _(last_by_hand) _(last_dispute) _(last_notice) _(last_duty) _(reads) \
    _(expunged_events)
#define PAST_DECISION(_) _(of) _(next) _(event) _(at) _(pack)
#define PAST_BY_HAND(_) _(of) _(next) _(event) _(at) _(what) _(ask) _(outcome) _(first) _(second)
#define PAST_DISPUTE(_) \
    _(of) _(next) _(opened_at) _(settled_at) _(same_person) _(opened_by) _(settled_by)
#define PAST_NOTICE(_) \
    _(of) _(next) _(key) _(kind) _(channel) _(address) _(event) _(decision) _(queued_at) \
    _(first_attempt_at) _(confirmed_at) _(withdrawn_at) _(failed_at) _(last_attempt_at) \
    _(first_failed_at) _(last_attempt) _(triggered_at) _(attempts) _(failures) _(end)
#define PAST_DUTY(_) _(of) _(next) _(what) _(since) _(due) _(done_at) _(late_at) _(done_by)
#define PAST_CUSTODY(_) \
    _(booking) _(triggered_at) _(left_at) _(trigger_event) _(leave_event) _(trigger_kind) _(to) \
    _(leave) _(undone) _(expunged) _(cases) _(open_now) _(open_at_trigger) _(open_at_leave)
#define PAST_READ(_) _(who) _(what) _(month) _(persons) _(n)
#define PAST_ALERT(_) _(kind) _(name) _(event) _(case_id) _(opened_at) _(closed_at) _(closed_by)
#define PAST_PACK(_) _(pack) _(event) _(signed_at) _(starts)
#define PAST_ADDRESS(_) _(agency) _(channel) _(address) _(from) _(until) _(verified)
#define PAST_PERSON(_) _(name) _(role) _(event) _(at)
#define PAST_SILENCE(_) _(from) _(to)
#define PAST_MARK(_) _(events) _(latest)
#define PAST_BOOKINGS(_) _(month) _(n)
#define SAME_TABLE(table, type, FIELDS, ...) \
    assert_int_equal(x->n_##table, y->n_##table); \
    for (size_t i = 0; i < x->n_##table; i++) { \
        const struct type *p = &x->table[i], *q = &y->table[i]; \
        FIELDS(SAME) __VA_ARGS__ \
    }
/* clang-format on */

static inline void past_same(const struct history *x, const struct history *y)
{
    SAME_TABLE(cases, past_case, PAST_CASE)
    SAME_TABLE(decisions, past_decision, PAST_DECISION, SAME_ALL(outcome) SAME_ALL(rule))
    SAME_TABLE(by_hand, past_by_hand, PAST_BY_HAND)
    SAME_TABLE(disputes, past_dispute, PAST_DISPUTE)
    SAME_TABLE(notices, past_notice, PAST_NOTICE)
    SAME_TABLE(duties, past_duty, PAST_DUTY)
    SAME_TABLE(custody, past_custody, PAST_CUSTODY)
    SAME_TABLE(reads, past_read, PAST_READ)
    SAME_TABLE(alerts, past_alert, PAST_ALERT)
    SAME_TABLE(packs, past_pack, PAST_PACK)
    SAME_TABLE(addresses, past_address, PAST_ADDRESS)
    SAME_TABLE(people, past_person, PAST_PERSON)
    SAME_TABLE(silences, past_silence, PAST_SILENCE)
    SAME_TABLE(marks, past_mark, PAST_MARK)
    SAME_TABLE(bookings, past_bookings, PAST_BOOKINGS)
    assert_true(x->events == y->events && x->expunged == y->expunged && x->unread == y->unread);
    assert_memory_equal(x->by_kind, y->by_kind, sizeof x->by_kind);
    assert_true(x->first_at == y->first_at && x->last_at == y->last_at &&
                x->latest == y->latest && x->first_import_at == y->first_import_at);
    for (history_id i = 0; history_name(x, i).n || history_name(y, i).n; i++)
        assert_true(str_eq(history_name(x, i), history_name(y, i)));
    assert_int_equal(history_lists(x), history_lists(y));
    for (size_t i = 0; i < history_lists(x); i++)
        assert_true(str_eq(history_list(x, i), history_list(y, i)));
}
