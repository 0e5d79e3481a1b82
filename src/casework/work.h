/* What the files of casework share: one verb at work (its transaction, arena, person and
 * instant), events, packs and the life of a case. Nothing outside src/casework includes
 * this. */
#pragma once
#include "casework/casework.h"
#include "custody/duty.h"
#include "custody/pack.h"
#include "custody/trend.h"
#include "ledger/bundle.h"
#include "os/zones.h"
#include "store/store.h"

enum { PACKS_KEPT = 16 };
struct kept_pack {
    struct str id, version, sha256;
    struct pack *pack;
    struct pack_run *run;
};

struct casework {
    struct store *store;
    struct clock clock;
    struct arena arena; /* as long as the connection */
    struct str origin, facility, time_zone, info_official, verifier_key;
    struct sign_key key;
    struct zones *zones;
    struct dmn_host host;
    struct kept_pack packs[PACKS_KEPT];
    size_t n_packs;
    instant import_last; /* for the tick */
    struct trend_administration *administrations;
    size_t n_administrations;
    struct looks *looks; /* casework_looks_later */
    struct pasts *pasts; /* NULL: none are kept */
};

struct work {
    struct casework *c;
    struct store *s;
    struct arena *a;
    struct str by;
    instant now;
    bool in_mark, looking; /* looking: a view, no transaction */
};

RC work_begin(struct work *w, struct casework *c, struct actor by, struct arena *a,
              struct err *e);
/* as begin, for a verb that reads */
RC work_look(struct work *w, struct casework *c, struct actor by, struct arena *a,
             struct err *e);
/* Commits what succeeded (also RC_NO), undoes what failed; gives rc, or why the commit
 * failed. */
RC work_end(struct work *w, enum rc rc, struct err *e);
RC work_event(struct work *w, enum event_kind kind, int64_t case_id, int64_t booking,
              struct json *body, uint64_t *ret, struct err *e);
/* once a name */
RC work_alert(struct work *w, const char *kind, struct str name, int64_t case_id,
              int64_t booking, struct str text, struct err *e);
/* about no case */
RC work_alert_page(struct work *w, const char *kind, struct str name, struct str text,
                   struct json *page, bool *ret_new, struct err *e);
/* The person must be known and have one of the roles (NULL-terminated); errors CASE-0003. */
RC work_role(struct work *w, const char *const *roles, struct err *e);
RC work_reason(struct str reason, const char *where, struct err *e); /* CASE-0010, REQ-0007 */
extern const char *const roles_officer[],
    *const roles_supervisor[], *const roles_expunge[], *const roles_administrator[],
                                                           *const roles_agencies[],
                                                               *const roles_policy_owner[];

struct str work_case_name(struct arena *a, int64_t id);
RC work_case(struct work *w, struct str name, struct store_case *ret, struct err *e);
struct str work_time(struct arena *a, instant t);
struct json *work_time_json(struct arena *a, instant t); /* NULL if none */
struct str work_canonical(struct arena *a, const struct json *v);
#define SET_TEXT(a, o, k, s) json_set((a), (o), (k), (s).n ? json_string((a), (s)) : NULL)

/* packs.c */
/* RC_NO: none; *ret NULL */
RC packs_in_force(struct work *w, struct pack_run **ret, struct err *e);
RC packs_find(struct work *w, struct str id, struct str version, struct kept_pack **ret,
              struct err *e);

RC packs_row_json(struct work *w, const struct store_pack *p, struct json **ret, struct err *e);
/* without secrets */
struct json *packs_agency_json(struct arena *a, const struct store_agency *g);

/* facts.c */
struct identity facts_subject(const struct json *request);
RC facts_of_case(struct work *w, const struct store_case *c, const struct store_booking *b,
                 const struct pack *pack, struct facts *ret, struct err *e);
RC facts_document(const struct json *v, struct document *ret, struct err *e);

/* life.c */
struct standing { /* what is decided now and what a person made of it */
    struct decision d;
    enum outcome now[ASK_COUNT]; /* by the index of the answer */
    struct str by[ASK_COUNT];    /* empty: the policy */
    const struct facts *facts;
    bool booked;
    struct store_booking booking; /* when booked */
};
/* run NULL: no policy in force */
void life_decide(struct arena *a, struct pack_run *run, const struct facts *f,
                 struct decision *ret);
/* decides, stores nothing */
RC life_standing(struct work *w, const struct store_case *c, struct standing *ret,
                 struct err *e);
/* What a reader is shown: what stands now, for a case whose person has left what stood then. */
RC life_shown(struct work *w, const struct store_case *c, struct standing *ret, struct err *e);
/* What happened to a case and everything that follows from it; saves the case. */
RC life_happens(struct work *w, struct store_case *c, enum happening h, struct err *e);
/* compares with the bookings; no happening */
RC life_match(struct work *w, struct store_case *c, struct err *e);
/* the match was found anew: what follows */
RC life_matched(struct work *w, struct store_case *c, struct err *e);
/* RC_NO: none */
RC life_booking(struct work *w, const struct store_case *c, struct store_booking *ret,
                struct err *e);
/* For all open cases of a booking; a case that fails goes to the work list and the rest goes
 * on. */
RC life_of_booking(struct work *w, int64_t booking, enum happening h, bool rematch,
                   struct json *ret_list, size_t *ret_n, struct err *e);
/* hash of what a person looks at */
struct str life_basis(struct work *w, const struct store_case *c, const struct standing *st);
/* no invariant refuses it */
bool life_may_give(const struct facts *f, const struct answer *ans, enum outcome o);
bool life_tells(const struct standing *st); /* a release notice is owed once triggered */

/* notices.c */
RC notices_sync(struct work *w, const struct store_case *c, const struct store_booking *b,
                bool owed, struct err *e);
RC notices_answer(struct work *w, struct store_case *c, const struct standing *st,
                  struct err *e);
/* Takes back what waits to be said and does not stand any more; what was told is then what
 * really left. */
RC notices_unsay(struct work *w, struct store_case *c, const struct standing *st,
                 struct err *e);
/* a release notice has not ended yet */
RC notices_wait(struct work *w, const struct store_case *c, bool *ret, struct err *e);
RC notices_person(struct work *w, const struct store_case *c, const struct standing *st,
                  struct err *e);
RC notices_close(struct work *w, const struct store_case *c, const char *why, struct err *e);
RC notices_correct(struct work *w, const struct store_case *c, instant triggered_at,
                   struct err *e);
RC notices_withdraw(struct work *w, struct store_notice *n, const char *why, struct err *e);
/* Queue to the first verified address behind `after` (-1: the first), fax first; RC_NO: there
 * is none. */
RC notices_queue(struct work *w, const struct store_case *c, struct store_notice *n, int after,
                 struct err *e);
size_t notices_order(const struct store_agency *g, const struct store_address **ret,
                     size_t max);

/* view.c */
RC view_case(struct work *w, const struct store_case *c, struct json **ret, struct err *e);
/* what a list says of a case */
void view_head(struct work *w, const struct store_case *c, struct json *o);
/* somebody looks: recorded, now or later */
RC view_read(struct work *w, int64_t case_id, const char *what, struct err *e);
struct json *view_notice(struct arena *a, const struct store_notice *n);
struct str view_what(struct work *w, const struct store_case *c);
/* NULL: none or expunged */
RC view_decision(struct work *w, const struct store_case *c, struct json **ret, struct err *e);

/* custody.c: a release that came with an import; a kind that is not known is "released". */
RC custody_left(struct work *w, struct str number, struct str kind, instant at, struct err *e);

/* log.c */
RC log_checkpoint(struct work *w, struct str *ret, struct err *e);

/* history.c: year * 12 + month - 1 in the jail's time. */
int work_month(struct casework *c, instant at);
int64_t work_day(struct casework *c, instant at); /* days since 1970-01-01 in the jail's time */
/* trend.c: that of the policy in force, or the usual one. */
RC trend_rule_in_force(struct work *w, struct trend_rule *ret, struct err *e);
/* trend_alert.c: at the first tick of a day. */
RC trend_daily(struct casework *c, struct arena *a, struct err *e);

/* quarters.c: quarters are named by the month in which they begin. */
int64_t work_zone_offset(void *ctx, instant at);         /* of a struct casework */
instant work_month_start(struct casework *c, int month); /* in the jail's time */
/* Those of [from, to) in which there was a ledger; ret_events: how many events the last of
 * them is counted of. REPORT-0006 where the ledger's first `size` events do not hold one; size
 * 0: those that are published, whatever there is. */
RC quarters_get(struct casework *c, struct arena *a, int from, int to, uint64_t size,
                struct json **ret, uint64_t *ret_events, struct err *e);
/* the last that a ledger of `size` events holds */
RC quarters_last(struct casework *c, struct arena *a, uint64_t size, int *ret, struct err *e);
/* The first checkpoint of more than so many events; *ret is left as it is if there is none. */
RC quarters_checkpoint(struct casework *c, struct arena *a, uint64_t events,
                       struct store_checkpoint *ret, struct err *e);
/* the last that is published; RC_NO: none */
RC quarters_published(struct casework *c, struct arena *a, int *ret, struct err *e);
/* At a tick: those that the signed ledger holds by now. */
RC quarters_publish(struct casework *c, struct arena *a, struct err *e);
