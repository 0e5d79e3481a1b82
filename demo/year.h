/* A year in a jail, or twenty: an invented jail lived day by day through the verbs of casework
 * under a clock of its own, so that the database and its ledger are what a real one would have
 * left behind. Bookings, charges, releases, requests and what agencies and officers make of
 * them are drawn by chance (year_draw.h); the same seed makes the same events. Salts, keys and
 * with them the hashes differ each time, as they must.
 *
 * What it must never do: send anything anywhere, use a name of a real person, be linked into
 * the program. */
#pragma once
#include "casework/casework.h"

struct year_setup {
    const char *folder;   /* sallyport.db and ledger.key are made in it */
    const char *policies; /* folder of packs */
    const char *shared;   /* public counts to draw from; NULL: the built-in figures */
    const char *time_zone;
    uint64_t seed;
    int64_t days;                            /* how long */
    double bookings_a_day, requests_a_month; /* before the change */
    /* days since the epoch; the administration changes at noon of `change` */
    int64_t from, change;
    double volume_factor; /* requests after the change over before */
    double violent_share; /* of requests, before the change */
    double mix_drift;     /* what the share loses with the change */
    int feed_minutes;     /* how often the jail system's rows come */
    /* so many months at the end the trend is looked at each month; each look reads the whole
     * ledger */
    int trend_months;
    void (*progress)(void *ctx, int64_t day, int64_t days);
    void *ctx;
};
/* a jail of Denver's size, one year about 20 January 2025 */
struct year_setup year_usual(void);
/* The calendar of administrations as the configuration has it: the one before `change` and the
 * one after. */
const char *year_calendar(struct arena *a, const struct year_setup *s);

struct year_counts {
    uint64_t bookings, here_before, charges, triggers, undone, releases, transfers, deaths,
        escapes, hospital;
    uint64_t requests, duplicates, amended, cancelled, reissued, unmatched, conflicting,
        telephone;
    uint64_t confirmed_by_person, reviews, overrides, disputes, duties_done, reads,
        alerts_closed, reevaluations, forgotten;
    uint64_t attempts, failures, refusals, confirmations;
    double request_index; /* the overdispersion that was drawn with */
    bool measured;        /* from the files of `shared` */
};
RC year_make(const struct year_setup *s, struct year_counts *ret, struct err *e);
