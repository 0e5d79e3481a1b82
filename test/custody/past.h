/* Ledgers made up for the tests of history.h and mix.h: events as text, one after another. */
#pragma once
#include "help.h"
#include "custody/history.h"
#include <string.h>

struct told {
    struct history_event ev;
    char *text;
};
struct story {
    struct arena *a;
    struct told *list;
    size_t n, cap;
    instant now;
};

__attribute__((format(printf, 6, 7))) static inline void tell(struct story *s, const char *kind,
                                                              const char *actor, int64_t c,
                                                              int64_t booking, const char *body,
                                                              ...)
{
    char inner[4000], at[40];
    va_list ap;
    va_start(ap, body);
    vsnprintf(inner, sizeof inner, body, ap);
    va_end(ap);
    s->now += MINUTES(1);
    char *text = arena_printf(
        s->a, "{\"actor\":\"%s\",\"at\":\"%s\",\"body\":%s,\"case\":null,\"kind\":\"%s\"}",
        actor, instant_utc(s->now, at), inner, kind);
    arena_push(s->a, s->list, s->n, s->cap);
    s->list[s->n] = (struct told){.ev = {.index = s->n,
                                         .at = s->now,
                                         .kind = str_c(arena_strdup(s->a, kind)),
                                         .case_id = c,
                                         .booking = booking,
                                         .text = str_c(text)}};
    s->n++;
}

static inline void hear(struct history *h, const struct story *s, size_t from, size_t to)
{
    struct err e = {0};
    for (size_t i = from; i < to; i++)
        if (history_feed(h, &s->list[i].ev, &e) != RC_OK)
            fail_msg("event %zu: %s [%s]", i, e.text, e.id);
}

static inline void tell_request(struct story *s, int64_t c, const char *agency,
                                const char *asks, const char *subject, const char *more)
{
    char at[40];
    tell(s, "request.received", "feed", c, 0,
         "{\"request\":{\"agency\":\"%s\",\"reference\":\"r\",\"form\":\"I-247A\",\"received_"
         "at\":\"%s\",\"asks\":[%s],\"subject\":{%s}%s}}",
         agency, instant_utc(s->now, at), asks, subject, more);
}

/* lists: JSON of the member or empty for an offence that no pack has classified. */
static inline void tell_decision(struct story *s, int64_t c, int64_t booking, const char *match,
                                 const char *offences, const char *outcome)
{
    tell(s, "decision.made", "system", c, booking,
         "{\"decision\":{\"asks\":[{\"ask\":\"notify\",\"outcome\":\"%s\",\"rule\":\"R-1\"}],"
         "\"pack\":{\"id\":\"p\",\"version\":\"1\"}},"
         "\"facts\":{\"match\":\"%s\",\"offences\":[%s],\"request\":{\"agency_kind\":\"federal "
         "immigration\"}}}",
         outcome, match, offences);
}

static inline struct past_case case_of(const struct history *h, int64_t id)
{
    history_id row = history_case(h, id);
    if (row == HISTORY_NONE) fail_msg("there is no case %lld", (long long)id);
    return h->cases[row];
}
