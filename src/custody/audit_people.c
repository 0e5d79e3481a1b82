/* See audit.h: whether decisions are those of the policy, who decided otherwise, who looked. */
#include "custody/audit_part.h"
#include <math.h>
#include <stdlib.h>

struct tally {
    history_id who, with, what;
    int month;
    uint64_t n;
};

static void tally(struct tally *list, size_t *n, struct tally one)
{
    for (size_t i = 0; i < *n; i++)
        if (list[i].who == one.who && list[i].with == one.with && list[i].what == one.what &&
            list[i].month == one.month) {
            list[i].n += one.n;
            return;
        }
    list[(*n)++] = one;
}

static int by_count(const void *p, const void *q)
{
    const struct tally *a = p, *b = q;
    if (a->n != b->n) return a->n > b->n ? -1 : 1;
    return a->who != b->who    ? (a->who < b->who ? -1 : 1)
           : a->what < b->what ? -1
                               : a->what > b->what;
}

/* ---- 5: the policy in force -------------------------------------------------------------- */

void audit_question_5(struct asking *x)
{
    struct json *packs = json_array(x->a);
    for (size_t i = 0; i < x->in->n_differs; i++) {
        const struct audit_differs *d = &x->in->differs[i];
        audit_exception(x, d->case_id, d->event, d->at, str_dupz(x->a, d->why));
    }
    for (size_t i = 0; i < x->h->n_packs; i++) {
        struct json *o = json_object(x->a);
        json_set(x->a, o, "pack", audit_name(x, x->h->packs[i].pack));
        json_set(x->a, o, "in_force_from", audit_time(x->a, x->h->packs[i].starts));
        json_add(x->a, packs, o);
    }
    audit_count(x, "decided_again", x->in->decided);
    audit_count(x, "forgotten", x->in->unreadable);
    json_set(x->a, x->answer, "policies", packs);
}

/* ---- 6: overrides ------------------------------------------------------------------------ */

static bool confirmed_later(const struct history *h, const struct past_by_hand *p)
{
    for (history_id i = p->next; i != HISTORY_NONE; i = h->by_hand[i].next)
        if (h->by_hand[i].what == HAND_OVERRIDDEN && h->by_hand[i].ask == p->ask &&
            h->by_hand[i].outcome == p->outcome && h->by_hand[i].first == p->first)
            return true;
    return false;
}

static struct json *override_json(struct asking *x, const struct past_by_hand *p)
{
    struct json *o = audit_row(x, x->h->cases[p->of].id, p->event, p->at);
    json_set(x->a, o, "ask", json_c(x->a, ask_word(p->ask)));
    json_set(x->a, o, "outcome", json_c(x->a, outcome_word(p->outcome)));
    json_set(x->a, o, "first", audit_name(x, p->first));
    json_set(x->a, o, "second", audit_name(x, p->second));
    return o;
}

static void people_table(struct asking *x, const char *name, struct tally *list, size_t n,
                         bool pairs)
{
    struct json *all = json_array(x->a);
    qsort(list, n, sizeof *list, by_count);
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(x->a);
        json_set(x->a, o, "who", audit_name(x, list[i].who));
        if (pairs) json_set(x->a, o, "with", audit_name(x, list[i].with));
        json_set(x->a, o, "n", json_int(x->a, (int64_t)list[i].n));
        json_add(x->a, all, o);
    }
    json_set(x->a, x->answer, name, all);
}

void audit_question_6(struct asking *x)
{
    const struct history *h = x->h;
    struct tally *two = arena_array(x->a, struct tally, h->n_by_hand + 1),
                 *one = arena_array(x->a, struct tally, h->n_by_hand + 1);
    size_t n_two = 0, n_one = 0;
    uint64_t overridden = 0, waiting = 0, resolved = 0, cases = 0;
    struct json *list = json_array(x->a);
    for (size_t i = 0; i < h->n_cases; i++)
        cases += h->cases[i].decided && audit_within(x, h->cases[i].recorded_at);
    for (size_t i = 0; i < h->n_by_hand; i++) {
        const struct past_by_hand *p = &h->by_hand[i];
        if (!audit_within(x, p->at)) continue;
        if (p->what == HAND_PROPOSED) waiting += !confirmed_later(h, p);
        if (p->what == HAND_RESOLVED) {
            resolved++;
            tally(one, &n_one,
                  (struct tally){
                      .who = p->first, .with = HISTORY_NONE, .what = HISTORY_NONE, .n = 1});
        }
        if (p->what != HAND_OVERRIDDEN) continue;
        overridden++;
        tally(two, &n_two,
              (struct tally){.who = p->first, .with = p->second, .what = HISTORY_NONE, .n = 1});
        json_add(x->a, list, override_json(x, p));
        if (p->second == HISTORY_NONE || p->first == p->second)
            audit_exception(x, h->cases[p->of].id, p->event, p->at,
                            "one person alone overrode the policy");
    }
    audit_count(x, "overrides", overridden);
    audit_count(x, "proposed_only", waiting);
    audit_count(x, "reviews_answered", resolved);
    audit_count(x, "cases", cases);
    json_set(x->a, x->numbers, "overrides_for_1000_cases",
             audit_rounded(x->a, cases ? 1000.0 * (double)overridden / (double)cases : NAN));
    people_table(x, "by_pair", two, n_two, true);
    people_table(x, "reviews_by", one, n_one, false);
    json_set(x->a, x->answer, "overrides", list);
}

/* ---- 9: who looked ----------------------------------------------------------------------- */

static const struct past_person *on_staff(const struct history *h, history_id name)
{
    const struct past_person *found = NULL;
    for (size_t i = 0; i < h->n_people; i++)
        if (h->people[i].name == name) found = &h->people[i];
    return found;
}

/* Reads are counted by month of UTC: a month counts when any part of it lies within. */
static bool month_within(const struct asking *x, int month)
{
    instant from = date_days(month / 12, month % 12 + 1, 1) * HOURS(24),
            to = date_days((month + 1) / 12, (month + 1) % 12 + 1, 1) * HOURS(24);
    return to > x->in->from && from < x->in->to;
}

void audit_question_9(struct asking *x)
{
    const struct history *h = x->h;
    struct tally *list = arena_array(x->a, struct tally, h->n_reads + 1);
    size_t n = 0;
    uint64_t reads[2] = {0, 0}, known = 0, strangers = 0;
    struct json *table = json_array(x->a);
    for (size_t i = 0; i < h->n_reads; i++) {
        const struct past_read *r = &h->reads[i];
        known += r->n;
        if (!month_within(x, r->month)) continue;
        reads[r->persons] += r->n;
        tally(list, &n,
              (struct tally){.who = r->who, .with = HISTORY_NONE, .what = r->what, .n = r->n});
    }
    qsort(list, n, sizeof *list, by_count);
    for (size_t i = 0; i < n; i++) {
        const struct past_person *p = on_staff(h, list[i].who);
        struct json *o = json_object(x->a);
        json_set(x->a, o, "who", audit_name(x, list[i].who));
        json_set(x->a, o, "role", p ? audit_name(x, p->role) : json_null(x->a));
        json_set(x->a, o, "what", audit_name(x, list[i].what));
        json_set(x->a, o, "n", json_int(x->a, (int64_t)list[i].n));
        json_add(x->a, table, o);
        if (p) continue;
        strangers += list[i].n;
        audit_exception(x, 0, 0, INSTANT_NONE,
                        arena_printf(x->a, "%.*s is not on the staff and read %llu times: %.*s",
                                     STR_ARG(history_name(h, list[i].who)),
                                     (unsigned long long)list[i].n,
                                     STR_ARG(history_name(h, list[i].what))));
    }
    uint64_t ever = h->by_kind[EVENT_KIND_RECORD_READ] + h->by_kind[EVENT_KIND_PERSONS_READ];
    audit_count(x, "reads", reads[false] + reads[true]);
    audit_count(x, "of_one_case", reads[false]);
    audit_count(x, "of_persons_and_lists", reads[true]);
    audit_count(x, "by_strangers", strangers);
    audit_count(x, "reads_ever", ever);
    audit_count(x, "forgotten_ever", ever - known);
    json_set(x->a, x->answer, "by_person", table);
}
