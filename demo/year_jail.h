/* What the parts of the generator share: the jail as it stands at an instant of its own clock,
 * and what is still to come. */
#pragma once
#include "base/buf.h"
#include "base/tz.h"
#include "year.h"
#include "year_draw.h"

enum what { /* in the order in which things of one instant happen */
            NEW_DAY,
            NEW_MONTH,
            POLICY,
            MOVED,
            FEED,
            CHARGED,
            TRIGGERED,
            UNDONE,
            LEFT,
            AWAY,
            BACK,
            ASKED,
            AGAIN,
            AMENDED,
            CANCELLED,
            REISSUED,
            MATCHED,
            RESOLVED,
            FIRST_OF_TWO,
            SECOND_OF_TWO,
            DISPUTED,
            SETTLED,
            SERVED,
            LOOKED,
            SWEEP,
            ALERTS,
            OUTBOX,
            TICK,
            FORGET,
            FORGOTTEN
};
struct happens {
    instant at;
    uint64_t order;
    enum what what;
    uint32_t who; /* a stay or a request */
};

struct law {
    const char *citation, *text, *class;
    enum grade grade;
    double overnight, brief; /* weights */
};
struct laws {
    struct law *list;
    size_t n;
};

enum { CHARGES = 4 };
struct stay {
    uint32_t person, serial, place; /* place in the list of those who are here */
    int year;
    instant booked_at, triggered_at, left_at; /* as they really are; reports come later */
    const char *trigger, *leave;
    bool violent, here, listed, brief, asked, convicted;
    int n;
    const struct law *charges[CHARGES];
    bool prior[CHARGES];
};

struct asked {
    uint32_t stay, person, serial; /* stay NOBODY: of no booking here */
    uint32_t number;
    instant at;
    int agency, version; /* version: letters behind the reference */
    int year;
    unsigned asks;
    bool documents, judicial, telephone, wrong_birth, stranger, ended;
    char case_id[24];
};
#define NOBODY UINT32_MAX

struct here {
    uint32_t *stays;
    size_t n, cap;
};

struct jail {
    const struct year_setup *setup;
    struct year_counts *counts;
    /* watch: with the calendar of administrations, for the monthly look at the trend */
    struct casework *c, *watch;
    struct sim_clock clock;
    struct marginals m;
    const struct tz *zone;
    struct arena keep, scratch; /* scratch: emptied after each happening */
    struct chance people, luck, agencies;
    struct laws violent, plain, unclassified;
    struct happens *heap;
    size_t n_heap, cap_heap;
    uint64_t order;
    struct stay *stays;
    size_t n_stays, cap_stays;
    uint32_t *free_stays;
    size_t n_free, cap_free;
    struct asked *asked;
    size_t n_asked, cap_asked;
    uint8_t *inside; /* by person */
    size_t n_people, cap_people;
    uint8_t *swept; /* by case: how often the morning's round has answered it */
    size_t n_swept, cap_swept;
    struct here here[2]; /* violent or not */
    uint32_t *coming;    /* stays whose rows the next feed brings */
    size_t n_coming, cap_coming;
    uint32_t *filed;
    size_t n_filed, cap_filed;
    uint32_t serial, number;
    instant start, end, change, quiet_until;
    bool outbox_waits;
};

extern const struct actor year_officer, year_supervisor, year_second, year_feed, year_admin,
    year_attorney, year_auditor, year_clerk, year_owner;

/* year.c */
void jail_later(struct jail *j, instant at, enum what what, uint32_t who);
/* of the jail's wall clock */
instant jail_local(const struct jail *j, int64_t day, int64_t ms);
/* A person may come too late or not be allowed: that is life. Anything else is a failure. */
#define LIFE(call)                                                                             \
    do {                                                                                       \
        enum rc rc_ = (call);                                                                  \
        if (rc_ != RC_OK && rc_ != RC_NO && rc_ != RC_CONFLICT && rc_ != RC_DENIED &&          \
            rc_ != RC_NOTFOUND)                                                                \
            return rc_;                                                                        \
    } while (0)

/* year_people.c: who is booked for what and stays how long */
RC people_laws(struct jail *j, struct err *e);
void people_of_day(struct jail *j, int64_t day, bool before);
struct booking_row people_row(struct jail *j, const struct stay *s, struct arena *a);
RC people_charges(struct jail *j, struct import *in, const struct stay *s, bool filed,
                  struct err *e);
const char *people_number(struct arena *a, int year, uint32_t serial);
struct identity people_identity(struct jail *j, uint32_t person, struct arena *a);
void people_gone(struct jail *j, uint32_t stay);
void people_out(struct jail *j, uint32_t stay); /* nobody can ask for them any more */
/* someone here about whom nobody asked; NOBODY */
uint32_t people_pick(struct jail *j, bool violent);

/* year_asks.c: what agencies send and officers do with it */
void asks_of_month(struct jail *j, int64_t first_day);
RC asks_new(struct jail *j, struct err *e);
RC asks_again(struct jail *j, uint32_t r, enum what what, struct err *e);
RC asks_person(struct jail *j, uint32_t r, enum what what, struct err *e);
RC asks_sweep(struct jail *j, struct err *e);
RC asks_alerts(struct jail *j, struct err *e);
RC asks_outbox(struct jail *j, struct err *e);
