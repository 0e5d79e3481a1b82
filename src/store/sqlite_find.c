/* Finding: bookings by name, number, state number and birth date, cases by paper, name and
 * date, a page at a time. Each way to ask has an index that leads; what else is asked for is
 * looked at in its rows.
 *
 * What it must never do: let what is found of bookings depend on requests. */
#include "store/sqlite.h"
#include "base/utf8.h"

#define LAST "char(1114111)" /* behind every text that begins with the same */
#define BEGINS(column, p) column ">=" p " AND " column "<" p "||" LAST

#define BOOKING_FROM                                                                           \
    "SELECT "                                                                                  \
    "id,number,state_id,family,given,middle,sex,birth_date,booked_at,custody,triggered_at,"    \
    "trigger_kind,left_at,leave_kind,find_key FROM bookings "
#define BOOKING BOOKING_FROM "WHERE "
#define BOOKING_ALSO                                                                           \
    "(?1 IS NULL OR (" BEGINS(                                                                 \
        "find_key",                                                                            \
        "?1") ")) AND (?2 IS NULL OR substr(name_key(given,NULL),1,length(?2))=?2) AND (?3 "   \
              "IS NULL OR (" BEGINS("number", "?3") ")) "                                      \
                                                    "AND (?4 IS NULL OR state_id=?4) AND (?5 " \
                                                    "IS NULL OR birth_date=?5) AND (?6=0 OR "  \
                                                    "left_at IS NULL) AND "

RC store_bookings_find(struct store *s, struct arena *a, const struct store_booking_wish *f,
                       struct store_booking **ret, size_t *ret_n, struct err *e)
{
    static const char *const texts[] = {
        BOOKING "state_id=?4 AND " BOOKING_ALSO
                "id<?8 AND (?7 IS NULL OR 1) ORDER BY id DESC LIMIT ?9",
        BOOKING BEGINS("number",
                       "?3") " AND " BOOKING_ALSO
                             "(?7 IS NULL OR number>?7) AND ?8>0 ORDER BY number LIMIT ?9",
        BOOKING BEGINS(
            "find_key",
            "?1") " AND " BOOKING_ALSO
                  "(?7 IS NULL OR (find_key,id)>(?7,?8)) ORDER BY find_key,id LIMIT ?9",
        BOOKING "birth_date=?5 AND " BOOKING_ALSO
                "id<?8 AND (?7 IS NULL OR 1) ORDER BY id DESC LIMIT ?9",
        BOOKING_FROM "INDEXED BY bookings_here WHERE left_at IS NULL AND find_key IS NOT NULL "
                     "AND " BOOKING_ALSO
                     "(?7 IS NULL OR (find_key,id)>(?7,?8)) ORDER BY find_key,id LIMIT ?9",
    };
    sqlite3_stmt *st;
    enum rc rc;
    int way = f->state_id.n             ? 0
              : f->number.n             ? 1
              : f->name.n               ? 2
              : f->born != DAYS_UNKNOWN ? 3
                                        : 4;
    *ret = arena_array(a, struct store_booking, (size_t)f->limit + 1);
    *ret_n = 0;
    TRY(db_query(s, e, &st, texts[way], "ssssdisii", f->name, f->given, f->number, f->state_id,
                 f->born, (int64_t)f->here, f->after, f->after_id ? f->after_id : INT64_MAX,
                 (int64_t)f->limit));
    while ((rc = db_step(s, st, e)) == RC_OK)
        (*ret)[(*ret_n)++] =
            (struct store_booking){.id = db_int(st, 0),
                                   .who = {.booking_number = db_text(st, a, 1),
                                           .state_id = db_text(st, a, 2),
                                           .family = db_text(st, a, 3),
                                           .given = db_text(st, a, 4),
                                           .middle = db_text(st, a, 5),
                                           .sex = db_text(st, a, 6),
                                           .birth_date = db_days(st, 7)},
                                   .booked_at = db_instant(st, 8),
                                   .custody = (enum custody_state)db_int(st, 9),
                                   .triggered_at = db_instant(st, 10),
                                   .trigger_kind = db_text(st, a, 11),
                                   .left_at = db_instant(st, 12),
                                   .leave_kind = db_text(st, a, 13)};
    return rc == RC_NO ? RC_OK : rc;
}

#define CASE_ALSO                                                                              \
    "(?1<0 OR c.state=?1) AND (?2 IS NULL OR r.agency=?2) AND (?3 IS NULL OR (" BEGINS(        \
        "r.reference",                                                                         \
        "?3") ")) AND (?4=0 OR c.state<5) AND (?5 IS NULL OR c.booking=?5) "                   \
              "AND (?6=0 OR c.work_why IS NOT NULL) AND (?7 IS NULL OR (" BEGINS(              \
                  "r.find_key", "?7") ")) AND (?8 IS NULL OR r.received_at>=?8) AND (?9 IS "   \
                                      "NULL OR r.received_at<?9) "
#define CASE "SELECT c.id,r.received_at FROM cases c JOIN requests r ON r.id=c.id WHERE "
/* CROSS JOIN: the requests lead. */
#define CASE_OF                                                                                \
    "SELECT c.id,r.received_at FROM requests r CROSS JOIN cases c ON c.id=r.id WHERE "
#define CASE_END "AND c.id<?10 AND (?11 IS NULL OR 1) ORDER BY c.id DESC LIMIT ?12"

RC store_cases_find(struct store *s, struct arena *a, const struct store_case_wish *f,
                    int64_t **ret, instant *ret_last, size_t *ret_n, struct err *e)
{
    static const char *const texts[] = {
        CASE "c.booking=?5 AND " CASE_ALSO CASE_END,
        CASE_OF BEGINS("r.reference", "?3") " AND " CASE_ALSO CASE_END,
        CASE_OF BEGINS("r.find_key", "?7") " AND " CASE_ALSO CASE_END,
        CASE "c.work_why IS NOT NULL AND " CASE_ALSO CASE_END,
        CASE "c.state<5 AND " CASE_ALSO CASE_END,
        CASE_OF "r.received_at>=coalesce(?8,-9000000000000000) AND "
                "r.received_at<coalesce(?9,9000000000000000) AND " CASE_ALSO
                "AND (?11 IS NULL OR (r.received_at,r.id)<(?11,?10)) ORDER BY r.received_at "
                "DESC,r.id DESC LIMIT ?12",
        CASE_OF "r.agency=?2 AND " CASE_ALSO
                "AND r.id<?10 AND (?11 IS NULL OR 1) ORDER BY r.id DESC LIMIT ?12",
        CASE "c.state=3 AND " CASE_ALSO CASE_END,
        CASE CASE_ALSO CASE_END,
    };
    sqlite3_stmt *st;
    enum rc rc;
    bool dated = f->from != INSTANT_NONE || f->to != INSTANT_NONE;
    bool open = f->open || (f->state >= 0 && f->state < CASE_CLOSED);
    int way = f->booking                   ? 0
              : f->reference.n             ? 1
              : f->name.n                  ? 2
              : f->work                    ? 3
              : f->state == CASE_TRIGGERED ? 7
              : open                       ? 4
              : dated                      ? 5
              : f->agency.n                ? 6
                                           : 8;
    *ret = arena_array(a, int64_t, (size_t)f->limit + 1);
    *ret_n = 0;
    TRY(db_query(s, e, &st, texts[way], "issiristtiti", (int64_t)f->state, f->agency,
                 f->reference, (int64_t)f->open, f->booking, (int64_t)f->work, f->name, f->from,
                 f->to, f->before_id ? f->before_id : INT64_MAX, f->before_at,
                 (int64_t)f->limit));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        (*ret)[(*ret_n)++] = db_int(st, 0);
        *ret_last = db_int(st, 1);
    }
    return rc == RC_NO ? RC_OK : rc;
}
