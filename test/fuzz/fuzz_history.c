/* The fold of history.h and the calendar of trend.h over arbitrary bytes. The first line is a
 * calendar; each further one is an event: kind, case, booking and text, parted by a space.
 * Whatever the fold took, its tables must hang together. */
#include "custody/history.h"
#include "custody/mix.h"
#include <stdlib.h>

static void feed(struct history *h, struct str line, uint64_t index)
{
    struct str rest = line, kind, of, booking;
    struct history_event ev = {.index = index, .at = (instant)index * MINUTES(1)};
    struct err e;
    if (!str_cut(&rest, ' ', &kind) || !str_cut(&rest, ' ', &of) ||
        !str_cut(&rest, ' ', &booking))
        return;
    ev.kind = kind;
    (void)str_to_i64(of, &ev.case_id);
    (void)str_to_i64(booking, &ev.booking);
    ev.text = rest;
    if (!rest.n) ev.text.p = NULL;
    if (history_feed(h, &ev, &e) != RC_OK) return;
}

static void check(const struct history *h)
{
    for (size_t i = 0; i < h->n_cases; i++) {
        size_t n = 0;
        for (history_id k = h->cases[i].decisions; k != HISTORY_NONE; k = h->decisions[k].next)
            n++;
        for (history_id k = h->cases[i].notices; k != HISTORY_NONE; k = h->notices[k].next) n++;
        for (history_id k = h->cases[i].duties; k != HISTORY_NONE; k = h->duties[k].next) n++;
        if (n > h->n_decisions + h->n_notices + h->n_duties ||
            history_case(h, h->cases[i].id) != i)
            abort();
    }
    for (size_t i = 0; i < h->n_custody; i++) {
        int open = 0;
        for (history_id k = h->custody[i].cases; k != HISTORY_NONE;
             k = h->cases[k].next_of_booking)
            open += h->cases[k].open;
        if (open != h->custody[i].open_now) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str rest = str_n((const char *)data, size), line;
    struct history *h = history_new();
    struct trend_administration *list;
    struct trend_rule rule = trend_rule_usual();
    struct mix m;
    struct err e;
    size_t n;
    uint64_t index = 0;
    arena_init(&a, 0);
    while (str_cut(&rest, '\n', &line)) {
        if (index == 0 && trend_calendar(&a, line, &list, &n, &e) == RC_OK)
            for (size_t i = 1; i < n; i++)
                if (list[i].term.from <= list[i - 1].term.from ||
                    list[i - 1].term.to != list[i].term.from)
                    abort();
        if (index++) feed(h, line, index);
    }
    check(h);
    unsigned char *which = arena_array(&a, unsigned char, h->n_cases + 1);
    for (size_t i = 0; i < h->n_cases; i++) which[i] = (unsigned char)(i % 3);
    mix_ask(&a, h, which, &rule, &m);
    for (size_t i = 0; i < m.n; i++)
        if (m.rows[i].now.yes > m.rows[i].now.known) abort();
    history_free(h);
    arena_done(&a);
    return 0;
}
