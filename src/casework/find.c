/* Lists a page at a time: cases, the time line of a case, notices, bookings. A search for
 * persons is recorded with the numbers of the rows it found, which say nothing once a record is
 * expunged. */
#include "casework/work.h"
#include "base/utf8.h"
#include <stdio.h>

enum { PAGE_MAX = 500 };
#define UNIT "\x1f" /* between the parts of a cursor */

static int limit_of(struct list_page p)
{
    return p.limit < 1 ? 50 : p.limit > PAGE_MAX ? PAGE_MAX : p.limit;
}

static RC cursor_read(struct list_page p, int64_t *ret_number, struct str *ret_text,
                      struct err *e)
{
    struct str rest = p.cursor, head;
    *ret_number = 0;
    *ret_text = STR("");
    if (!rest.n) return RC_OK;
    if (str_cut(&rest, UNIT[0], &head) && str_to_i64(head, ret_number) && *ret_number >= 0) {
        *ret_text = rest;
        return RC_OK;
    }
    return FAIL(e, RC_INVALID, "CASE-0014", "cursor wants what 'next' gave, unchanged");
}

static struct str cursor_make(struct arena *a, int64_t number, struct str text)
{
    return str_c(arena_printf(a, "%lld" UNIT STR_FMT, (long long)number, STR_ARG(text)));
}

/* ---- cases ------------------------------------------------------------------------------- */

static RC case_row(struct work *w, int64_t id, const char *how, struct json *list,
                   struct err *e)
{
    struct store_case k;
    struct store_booking b;
    struct json *o = json_object(w->a), *request = NULL;
    TRY(store_case_get(w->s, w->a, id, &k, e));
    view_head(w, &k, o);
    enum rc rc = life_booking(w, &k, &b, e);
    if (rc == RC_OK)
        json_set(w->a, o, "booking", json_string(w->a, b.who.booking_number));
    else if (rc != RC_NO)
        return rc;
    if (k.body.n) TRY(json_parse(w->a, k.body, "request", NULL, &request, e));
    const struct json *subject = json_get(request, "subject");
    SET_TEXT(w->a, o, "family", json_text(subject, "family"));
    SET_TEXT(w->a, o, "given", json_text(subject, "given"));
    json_add(w->a, list, o);
    return view_read(w, id, how, e);
}

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9') return true;
    return false;
}

static RC wish_read(struct work *w, const struct cases_wish *q, struct store_case_wish *f,
                    bool *ret_none, struct err *e)
{
    enum case_state state;
    struct store_booking b;
    struct str last;
    *f = (struct store_case_wish){.state = -1,
                                  .agency = q->agency,
                                  .open = q->open,
                                  .work = q->work,
                                  .from = q->from,
                                  .to = q->to,
                                  .before_at = INSTANT_NONE,
                                  .limit = limit_of(q->page)};
    TRY(cursor_read(q->page, &f->before_id, &last, e));
    if (last.n && !str_to_i64(last, &f->before_at))
        return FAIL(e, RC_INVALID, "CASE-0014", "cursor wants what 'next' gave, unchanged");
    if (q->state.n && !case_state_from_word(q->state, &state))
        return FAIL(e, RC_INVALID, "CASE-0014",
                    "state is received, matched, decided, triggered, noticed or closed");
    if (q->state.n) f->state = (int)state;
    struct str text = str_trim(q->q);
    if (has_digit(text))
        f->reference = text;
    else if (text.n)
        f->name = utf8_name_key(w->a, text);
    *ret_none = text.n && !f->reference.n && !f->name.n;
    if (!q->booking.n) return RC_OK;
    enum rc rc = store_booking_find(w->s, w->a, q->booking, &b, e);
    *ret_none |= rc == RC_NO;
    if (rc == RC_OK) f->booking = b.id;
    return rc == RC_NO ? RC_OK : rc;
}

static RC cases_page(struct work *w, const struct cases_wish *q, struct json **ret,
                     struct str *ret_next, struct err *e)
{
    struct store_case_wish f;
    struct store_case k;
    struct json *list = json_array(w->a);
    int64_t *ids = NULL, id;
    instant last = INSTANT_NONE;
    size_t n = 0;
    bool none;
    *ret_next = STR("");
    *ret = json_object(w->a);
    json_set(w->a, *ret, "cases", list);
    struct str text = str_trim(q->q);
    /* a case by its number */
    if (text.n > 1 && text.p[0] == 'C' && str_to_i64(str_sub(text, 1, text.n), &id)) {
        enum rc rc = store_case_get(w->s, w->a, id, &k, e);
        return rc == RC_OK && !q->page.cursor.n ? case_row(w, id, "list", list, e)
               : rc == RC_NO                    ? RC_OK
                                                : rc;
    }
    TRY(wish_read(w, q, &f, &none, e));
    if (none) return RC_OK;
    f.limit++;
    TRY(store_cases_find(w->s, w->a, &f, &ids, &last, &n, e));
    if (!n && f.name.n) { /* a reference without a digit */
        f.reference = text;
        f.name = STR("");
        TRY(store_cases_find(w->s, w->a, &f, &ids, &last, &n, e));
    }
    for (size_t i = 0; i < n && (int)i < f.limit - 1; i++)
        TRY(case_row(w, ids[i], "list", list, e));
    if ((int)n < f.limit) return RC_OK;
    TRY(store_case_get(w->s, w->a, ids[n - 2], &k, e));
    *ret_next =
        cursor_make(w->a, k.id, str_c(arena_printf(w->a, "%lld", (long long)k.received_at)));
    return RC_OK;
}

RC casework_cases_page(struct casework *c, struct actor by, const struct cases_wish *wish,
                       struct arena *a, struct json **ret, struct str *ret_next, struct err *e)
{
    struct work w;
    TRY(work_look(&w, c, by, a, e));
    return work_end(&w, cases_page(&w, wish, ret, ret_next, e), e);
}

static RC case_events(struct work *w, struct str name, struct list_page page, struct json **ret,
                      struct str *ret_next, struct err *e)
{
    struct store_case k;
    struct store_event *rows;
    struct json *list = json_array(w->a);
    struct str ignored;
    int64_t from;
    size_t n, shown = 0;
    *ret_next = STR("");
    TRY(work_case(w, name, &k, e));
    TRY(cursor_read(page, &from, &ignored, e));
    TRY(store_events_of_case(w->s, w->a, k.id, &rows, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(w->a);
        struct event ev;
        if ((int64_t)rows[i].index < from) continue;
        if ((int)shown++ == limit_of(page)) {
            *ret_next = cursor_make(w->a, (int64_t)rows[i].index, STR(""));
            break;
        }
        json_set(w->a, o, "index", json_int(w->a, (int64_t)rows[i].index));
        json_set(w->a, o, "at", work_time_json(w->a, rows[i].at));
        json_set(w->a, o, "kind", json_string(w->a, rows[i].kind));
        if (rows[i].text.p) {
            TRY(event_read(w->a, rows[i].text, &ev, e));
            json_set(w->a, o, "actor", json_string(w->a, ev.actor));
            json_set(w->a, o, "body", ev.body);
        } else
            json_set(w->a, o, "expunged", json_bool(w->a, true));
        json_add(w->a, list, o);
    }
    *ret = json_object(w->a);
    json_set(w->a, *ret, "events", list);
    return view_read(w, k.id, "events", e);
}

RC casework_case_events(struct casework *c, struct actor by, struct str case_id,
                        struct list_page page, struct arena *a, struct json **ret,
                        struct str *ret_next, struct err *e)
{
    struct work w;
    TRY(work_look(&w, c, by, a, e));
    return work_end(&w, case_events(&w, case_id, page, ret, ret_next, e), e);
}

RC casework_notices_page(struct casework *c, bool open, struct list_page page, struct arena *a,
                         struct json **ret, struct str *ret_next, struct err *e)
{
    struct store_notice *list;
    struct json *all = json_array(a);
    struct str ignored;
    int64_t before;
    size_t n;
    int limit = limit_of(page);
    *ret_next = STR("");
    TRY(cursor_read(page, &before, &ignored, e));
    TRY(store_notices_page(c->store, a, open, before ? before : INT64_MAX, limit + 1, &list, &n,
                           e));
    for (size_t i = 0; i < n && (int)i < limit; i++) json_add(a, all, view_notice(a, &list[i]));
    if ((int)n > limit) *ret_next = cursor_make(a, list[limit - 1].id, STR(""));
    *ret = json_object(a);
    json_set(a, *ret, "notices", all);
    return RC_OK;
}

/* ---- bookings ---------------------------------------------------------------------------- */

static void set_day(struct arena *a, struct json *o, const char *name, int64_t day)
{
    char text[24];
    if (day != DAYS_UNKNOWN)
        json_set(a, o, name, json_c(a, arena_strdup(a, date_print(day, text))));
}

static struct json *booking_json(struct arena *a, const struct store_booking *b)
{
    struct json *o = json_object(a);
    json_set(a, o, "booking", json_string(a, b->who.booking_number));
    SET_TEXT(a, o, "state_id", b->who.state_id);
    SET_TEXT(a, o, "family", b->who.family);
    SET_TEXT(a, o, "given", b->who.given);
    SET_TEXT(a, o, "middle", b->who.middle);
    SET_TEXT(a, o, "sex", b->who.sex);
    set_day(a, o, "birth_date", b->who.birth_date);
    json_set(a, o, "booked_at", work_time_json(a, b->booked_at));
    json_set(a, o, "custody", json_c(a, custody_word(b->custody)));
    json_set(a, o, "triggered_at", work_time_json(a, b->triggered_at));
    SET_TEXT(a, o, "trigger_kind", b->trigger_kind);
    json_set(a, o, "left_at", work_time_json(a, b->left_at));
    SET_TEXT(a, o, "leave_kind", b->leave_kind);
    return o;
}

/* found: an array of rows' numbers. */
static RC looked(struct work *w, const char *what, struct json *found, int64_t booking,
                 struct err *e)
{
    struct json *body = json_object(w->a);
    json_set(w->a, body, "what", json_c(w->a, what));
    json_set(w->a, body, "found", found);
    if (!w->looking) return work_event(w, EVENT_KIND_PERSONS_READ, 0, booking, body, NULL, e);
    struct looks *l = w->c->looks;
    arena_push(w->a, l->items, l->n, l->cap);
    l->items[l->n++] = (struct look){.what = what, .found = body, .booking = booking};
    return RC_OK;
}

/* "Larkspur, Od": both as they begin; without a comma the whole name as it begins. */
static void name_read(struct arena *a, struct str q, struct store_booking_wish *f)
{
    struct str rest = q, family;
    bool comma = memchr(q.p ? q.p : "", ',', q.n) != NULL;
    if (!q.n || !str_cut(&rest, ',', &family)) return;
    f->name = utf8_name_key(a, family);
    if (comma && str_trim(rest).n) f->given = utf8_name_key(a, rest);
}

static const char *asked(struct arena *a, const struct bookings_wish *q)
{
    struct buf b = buf_in(a);
    if (q->q.n) buf_c(&b, "name ");
    if (q->number.n) buf_c(&b, "number ");
    if (q->state_id.n) buf_c(&b, "state number ");
    if (q->born != DAYS_UNKNOWN) buf_c(&b, "birth date ");
    if (q->here) buf_c(&b, "here ");
    if (b.n) b.n--;
    return buf_z(&b);
}

static RC bookings(struct work *w, const struct bookings_wish *q, struct json **ret,
                   struct str *ret_next, struct err *e)
{
    struct store_booking_wish f = {.number = q->number,
                                   .state_id = q->state_id,
                                   .born = q->born,
                                   .here = q->here,
                                   .limit = limit_of(q->page) + 1};
    struct store_booking *rows;
    struct json *list = json_array(w->a), *found = json_array(w->a);
    size_t n;
    *ret_next = STR("");
    *ret = json_object(w->a);
    json_set(w->a, *ret, "bookings", list);
    name_read(w->a, q->q, &f);
    TRY(cursor_read(q->page, &f.after_id, &f.after, e));
    if (q->q.n && !f.name.n) return RC_OK; /* nothing of it can stand in a name */
    TRY(store_bookings_find(w->s, w->a, &f, &rows, &n, e));
    for (size_t i = 0; i < n && (int)i < f.limit - 1; i++) {
        json_add(w->a, list, booking_json(w->a, &rows[i]));
        json_add(w->a, found, json_int(w->a, rows[i].id));
    }
    if ((int)n == f.limit) {
        const struct store_booking *last = &rows[f.limit - 2];
        bool by_number = !f.state_id.n && f.number.n,
             by_id = f.state_id.n || (!f.number.n && !f.name.n && f.born != DAYS_UNKNOWN);
        *ret_next =
            cursor_make(w->a, last->id,
                        by_number ? last->who.booking_number
                        : by_id   ? STR("")
                                  : store_name_key(w->a, last->who.family, last->who.given));
    }
    return looked(w, asked(w->a, q), found, 0, e);
}

RC casework_bookings(struct casework *c, struct actor by, const struct bookings_wish *wish,
                     struct arena *a, struct json **ret, struct str *ret_next, struct err *e)
{
    struct work w;
    if (!str_trim(wish->q).n && !wish->number.n && !wish->state_id.n &&
        wish->born == DAYS_UNKNOWN && !wish->here)
        return FAIL(e, RC_INVALID, "CASE-0014",
                    "say at least one of q, number, state_id, born or here");
    TRY(work_look(&w, c, by, a, e));
    return work_end(&w, bookings(&w, wish, ret, ret_next, e), e);
}

static struct json *charge_json(struct arena *a, const struct offence *c)
{
    struct json *o = json_object(a);
    SET_TEXT(a, o, "citation", c->citation);
    SET_TEXT(a, o, "text", c->text);
    SET_TEXT(a, o, "class", c->class);
    if (c->grade != GRADE_UNKNOWN) json_set(a, o, "grade", json_c(a, grade_word(c->grade)));
    json_set(a, o, "stage", json_c(a, stage_word(c->stage)));
    if (c->attempt != UNKNOWN) json_set(a, o, "attempt", json_bool(a, c->attempt == YES));
    if (c->state_prison != UNKNOWN)
        json_set(a, o, "state_prison", json_bool(a, c->state_prison == YES));
    set_day(a, o, "offence_date", c->on);
    set_day(a, o, "convicted_on", c->convicted_on);
    return o;
}

static RC booking(struct work *w, struct str number, bool with_cases, struct json **ret,
                  struct err *e)
{
    struct store_booking b;
    struct offence *charges;
    struct json *list = json_array(w->a), *found = json_array(w->a), *cases = json_array(w->a);
    struct store_case_wish f = {.state = -1,
                                .from = INSTANT_NONE,
                                .to = INSTANT_NONE,
                                .before_at = INSTANT_NONE,
                                .limit = 100};
    instant ignored;
    int64_t *ids;
    size_t n;
    enum rc rc = store_booking_find(w->s, w->a, number, &b, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0007", "there is no booking of that number");
    if (rc != RC_OK) return rc;
    *ret = booking_json(w->a, &b);
    TRY(store_charges(w->s, w->a, b.id, &charges, &n, e));
    for (size_t i = 0; i < n; i++) json_add(w->a, list, charge_json(w->a, &charges[i]));
    json_set(w->a, *ret, "charges", list);
    json_add(w->a, found, json_int(w->a, b.id));
    TRY(looked(w, "booking", found, b.id, e));
    if (!with_cases) return RC_OK;
    f.booking = b.id;
    TRY(store_cases_find(w->s, w->a, &f, &ids, &ignored, &n, e));
    for (size_t i = 0; i < n; i++) TRY(case_row(w, ids[i], "list", cases, e));
    json_set(w->a, *ret, "cases", cases);
    return RC_OK;
}

RC casework_booking(struct casework *c, struct actor by, struct str number, bool with_cases,
                    struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(work_look(&w, c, by, a, e));
    return work_end(&w, booking(&w, number, with_cases, ret, e), e);
}

/* ---- past counts ------------------------------------------------------------------------- */

RC casework_histories(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct store_past_count *list;
    struct json *rows = json_array(a);
    size_t n;
    TRY(store_past_counts(c->store, a, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(a);
        json_set(a, o, "month",
                 json_c(a, arena_printf(a, "%04d-%02d", list[i].month / 12,
                                        list[i].month % 12 + 1)));
        json_set(a, o, "months", json_int(a, list[i].months));
        if (list[i].requests >= 0) json_set(a, o, "requests", json_int(a, list[i].requests));
        if (list[i].bookings >= 0) json_set(a, o, "bookings", json_int(a, list[i].bookings));
        json_set(a, o, "source", json_string(a, list[i].source));
        json_set(a, o, "event", json_int(a, (int64_t)list[i].event));
        json_add(a, rows, o);
    }
    *ret = json_object(a);
    json_set(a, *ret, "rows", rows);
    return RC_OK;
}
