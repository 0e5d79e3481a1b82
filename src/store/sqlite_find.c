/* Finding: bookings by name, number, state number and birth date, cases by paper, name and
 * date, a page at a time. Each way to ask has an index that leads; what else is asked for is
 * looked at in its rows.
 *
 * What it must never do: let what is found of bookings depend on requests. */
#include "store/sqlite.h"
#include "base/utf8.h"

/* clang-format off */
#define LAST "char(1114111)" /* behind every text that begins with the same */
#define BEGINS(column, p) "(" column ">=" p " AND " column "<" p "||" LAST ")"

#define BOOKING DB_BOOKING "WHERE "
#define BOOKING_ALSO \
    "(?1 IS NULL OR " BEGINS("find_key", "?1") ") " \
    "AND (?2 IS NULL OR substr(name_key(given,NULL),1,length(?2))=?2) " \
    "AND (?3 IS NULL OR " BEGINS("number", "?3") ") " \
    "AND (?4 IS NULL OR state_id=?4) AND (?5 IS NULL OR birth_date=?5) " \
    "AND (?6=0 OR left_at IS NULL) "
#define BOOKING_NEWEST "AND id<?8 AND (?7 IS NULL OR 1) ORDER BY id DESC LIMIT ?9"
#define BOOKING_BY_NAME \
    "AND (?7 IS NULL OR (find_key,id)>(?7,?8)) ORDER BY find_key,id LIMIT ?9"

enum booking_way { OF_STATE_ID, OF_NUMBER, OF_NAME, OF_BIRTH, OF_ALL_HERE };
static const char *const booking_ways[] = {
    [OF_STATE_ID] = BOOKING "state_id=?4 AND " BOOKING_ALSO BOOKING_NEWEST,
    [OF_NUMBER] = BOOKING BEGINS("number", "?3") " AND " BOOKING_ALSO
                  "AND (?7 IS NULL OR number>?7) AND ?8>0 ORDER BY number LIMIT ?9",
    [OF_NAME] = BOOKING BEGINS("find_key", "?1") " AND " BOOKING_ALSO BOOKING_BY_NAME,
    [OF_BIRTH] = BOOKING "birth_date=?5 AND " BOOKING_ALSO BOOKING_NEWEST,
    [OF_ALL_HERE] = DB_BOOKING "INDEXED BY bookings_here WHERE left_at IS NULL "
                    "AND find_key IS NOT NULL AND " BOOKING_ALSO BOOKING_BY_NAME,
};
/* clang-format on */

static enum booking_way booking_way(const struct store_booking_wish *f)
{
    if (f->state_id.n) return OF_STATE_ID;
    if (f->number.n) return OF_NUMBER;
    if (f->name.n) return OF_NAME;
    return f->born != DAYS_UNKNOWN ? OF_BIRTH : OF_ALL_HERE;
}

RC store_bookings_find(struct store *s, struct arena *a, const struct store_booking_wish *f,
                       struct store_booking **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    enum rc rc;
    *ret = arena_array(a, struct store_booking, (size_t)f->limit + 1);
    *ret_n = 0;
    TRY(db_query(s, e, &st, booking_ways[booking_way(f)], "ssssdisii", f->name, f->given,
                 f->number, f->state_id, f->born, (int64_t)f->here, f->after,
                 f->after_id ? f->after_id : INT64_MAX, (int64_t)f->limit));
    while ((rc = db_step(s, st, e)) == RC_OK) (*ret)[(*ret_n)++] = db_booking(st, a);
    return rc == RC_NO ? RC_OK : rc;
}

/* clang-format off */
#define CASE_ALSO \
    "(?1<0 OR c.state=?1) AND (?2 IS NULL OR r.agency=?2) " \
    "AND (?3 IS NULL OR " BEGINS("r.reference", "?3") ") AND (?4=0 OR c.state<5) " \
    "AND (?5 IS NULL OR c.booking=?5) AND (?6=0 OR c.work_why IS NOT NULL) " \
    "AND (?7 IS NULL OR " BEGINS("r.find_key", "?7") ") " \
    "AND (?8 IS NULL OR r.received_at>=?8) AND (?9 IS NULL OR r.received_at<?9) "
#define CASE "SELECT c.id,r.received_at FROM cases c JOIN requests r ON r.id=c.id WHERE "
/* CROSS JOIN: the requests lead. */
#define CASE_OF \
    "SELECT c.id,r.received_at FROM requests r CROSS JOIN cases c ON c.id=r.id WHERE "
#define CASE_NEWEST "AND c.id<?10 AND (?11 IS NULL OR 1) ORDER BY c.id DESC LIMIT ?12"

enum case_way {
    OF_BOOKING, OF_REFERENCE, OF_PERSON, OF_WORK, OF_OPEN, OF_DATES, OF_AGENCY,
    OF_TRIGGERED, OF_ALL
};
static const char *const case_ways[] = {
    [OF_BOOKING] = CASE "c.booking=?5 AND " CASE_ALSO CASE_NEWEST,
    [OF_REFERENCE] = CASE_OF BEGINS("r.reference", "?3") " AND " CASE_ALSO CASE_NEWEST,
    [OF_PERSON] = CASE_OF BEGINS("r.find_key", "?7") " AND " CASE_ALSO CASE_NEWEST,
    [OF_WORK] = CASE "c.work_why IS NOT NULL AND " CASE_ALSO CASE_NEWEST,
    [OF_OPEN] = CASE "c.state<5 AND " CASE_ALSO CASE_NEWEST,
    [OF_DATES] = CASE_OF "r.received_at>=coalesce(?8,-9000000000000000) "
                 "AND r.received_at<coalesce(?9,9000000000000000) AND " CASE_ALSO
                 "AND (?11 IS NULL OR (r.received_at,r.id)<(?11,?10)) "
                 "ORDER BY r.received_at DESC,r.id DESC LIMIT ?12",
    [OF_AGENCY] = CASE_OF "r.agency=?2 AND " CASE_ALSO
                  "AND r.id<?10 AND (?11 IS NULL OR 1) ORDER BY r.id DESC LIMIT ?12",
    [OF_TRIGGERED] = CASE "c.state=3 AND " CASE_ALSO CASE_NEWEST,
    [OF_ALL] = CASE CASE_ALSO CASE_NEWEST,
};
/* clang-format on */

static enum case_way case_way(const struct store_case_wish *f)
{
    if (f->booking) return OF_BOOKING;
    if (f->reference.n) return OF_REFERENCE;
    if (f->name.n) return OF_PERSON;
    if (f->work) return OF_WORK;
    if (f->state == CASE_TRIGGERED) return OF_TRIGGERED;
    if (f->open || (f->state >= 0 && f->state < CASE_CLOSED)) return OF_OPEN;
    if (f->from != INSTANT_NONE || f->to != INSTANT_NONE) return OF_DATES;
    return f->agency.n ? OF_AGENCY : OF_ALL;
}

RC store_cases_find(struct store *s, struct arena *a, const struct store_case_wish *f,
                    int64_t **ret, instant *ret_last, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    enum rc rc;
    *ret = arena_array(a, int64_t, (size_t)f->limit + 1);
    *ret_n = 0;
    TRY(db_query(s, e, &st, case_ways[case_way(f)], "issiristtiti", (int64_t)f->state,
                 f->agency, f->reference, (int64_t)f->open, f->booking, (int64_t)f->work,
                 f->name, f->from, f->to, f->before_id ? f->before_id : INT64_MAX, f->before_at,
                 (int64_t)f->limit));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        (*ret)[(*ret_n)++] = db_int(st, 0);
        *ret_last = db_int(st, 1);
    }
    return rc == RC_NO ? RC_OK : rc;
}
