/* See rows.h. */
#include "intake/rows.h"
#include "custody/status.h"

#define TEXT_MAX 400
#define NUMBER_MAX 64

static RC refuse(enum field f, const char *id, const char *what, struct err *e)
{
    err_set(e, RC_INVALID, id, __FILE__, __LINE__, "%s: %s", field_word(f), what);
    return RC_INVALID;
}

static struct str mapped(const struct profile *p, enum field f, struct str s)
{
    for (size_t i = 0; i < p->n_values; i++)
        if (p->values[i].field == f && str_ieq(p->values[i].from, s)) return p->values[i].to;
    return s;
}

static struct str prefixed(struct cells *c, struct str prefix, struct str s)
{
    bool digit = s.n && s.p[0] >= '0' && s.p[0] <= '9';
    if (!prefix.n || !digit || c->used + prefix.n + s.n > sizeof c->scratch) return s;
    char *at = c->scratch + c->used;
    memcpy(at, prefix.p, prefix.n);
    memcpy(at + prefix.n, s.p, s.n);
    c->used += prefix.n + s.n;
    return str_n(at, prefix.n + s.n);
}

/* The value of a field: trimmed, default, code table, prefix. */
static struct str value(const struct profile *p, struct cells *c, enum field f)
{
    struct str s = str_trim(c->v[f]);
    if (s.n == 0) s = p ? p->otherwise[f] : s;
    if (!p) return s;
    return prefixed(c, p->prefix[f], p->n_values ? mapped(p, f, s) : s);
}

static RC text(const struct profile *p, struct cells *c, enum field f, size_t max,
               struct str *ret, struct err *e)
{
    struct str s = value(p, c, f);
    if (s.n > max) return refuse(f, "INT-0004", "the value is too long", e);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 32 && s.p[i] != '\t')
            return refuse(f, "INT-0005", "the value holds a control character", e);
    *ret = s;
    return RC_OK;
}

static bool carries_status(struct cells *c, struct str s)
{
    if (!c->cleared || s.n > CLEARED_TEXT) return status_text(s, NULL);
    struct cleared *slot = &c->cleared[str_hash(s) % CLEARED_SLOTS];
    if (slot->n == s.n && memcmp(slot->text, s.p, s.n) == 0) return false;
    if (status_text(s, NULL)) return true;
    slot->n = s.n;
    memcpy(slot->text, s.p, s.n);
    return false;
}

/* Free text: also no status in it (invariant 4). */
static RC free_text(const struct profile *p, struct cells *c, enum field f, struct str *ret,
                    struct err *e)
{
    TRY(text(p, c, f, TEXT_MAX, ret, e));
    if (ret->n && carries_status(c, *ret))
        return refuse(f, "INT-0006",
                      "the text speaks of immigration status, citizenship or birthplace, which "
                      "are not kept here",
                      e);
    return RC_OK;
}

/* A name may be a word that an office uses otherwise; a number in it is a number. */
static RC name_text(const struct profile *p, struct cells *c, enum field f, struct str *ret,
                    struct err *e)
{
    TRY(text(p, c, f, TEXT_MAX, ret, e));
    if (ret->n && status_number(*ret, NULL))
        return refuse(f, "INT-0006", "a name with a number of that kind is not kept here", e);
    return RC_OK;
}

static RC booking_number(const struct profile *p, struct cells *c, struct str *ret,
                         struct err *e)
{
    TRY(text(p, c, FIELD_BOOKING_NUMBER, NUMBER_MAX, ret, e));
    return ret->n ? RC_OK
                  : refuse(FIELD_BOOKING_NUMBER, "INT-0007", "a row needs a booking number", e);
}

static RC time_of(const struct intake *in, const struct profile *p, struct cells *c,
                  enum field f, instant *ret, struct err *e)
{
    struct str s = value(p, c, f);
    *ret = INSTANT_NONE;
    if (s.n && !when_parse(s, p ? p->order : WHEN_MONTH_FIRST, in->zone, ret))
        return refuse(f, "INT-0008",
                      "no such date or time; wanted 2026-01-31 02:40 or 1/31/2026 2:40 AM", e);
    return RC_OK;
}

static RC day_of(const struct profile *p, struct cells *c, enum field f, int64_t *ret,
                 struct err *e)
{
    struct str s = value(p, c, f);
    *ret = DAYS_UNKNOWN;
    if (s.n && !when_day(s, p ? p->order : WHEN_MONTH_FIRST, ret))
        return refuse(f, "INT-0008", "no such date; wanted 2026-01-31 or 1/31/2026", e);
    return RC_OK;
}

static RC sex_of(const struct profile *p, struct cells *c, struct str *ret, struct err *e)
{
    static const struct {
        const char *word, *letter;
    } table[] = {{"M", "M"},      {"F", "F"}, {"X", "X"},      {"MALE", "M"},
                 {"FEMALE", "F"}, {"U", ""},  {"UNKNOWN", ""}, {"", ""}};
    struct str s = value(p, c, FIELD_SEX);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_ieq(s, str_c(table[i].word))) {
            *ret = str_c(table[i].letter);
            return RC_OK;
        }
    return refuse(FIELD_SEX, "INT-0009", "wanted M, F, X or nothing", e);
}

static RC give_booking(struct intake *in, const struct profile *p, struct cells *c,
                       struct err *e)
{
    struct booking_row row = {.released_at = INSTANT_NONE};
    TRY(booking_number(p, c, &row.booking_number, e));
    TRY(text(p, c, FIELD_STATE_ID, NUMBER_MAX, &row.state_id, e));
    TRY(name_text(p, c, FIELD_FAMILY, &row.family, e));
    TRY(name_text(p, c, FIELD_GIVEN, &row.given, e));
    TRY(name_text(p, c, FIELD_MIDDLE, &row.middle, e));
    TRY(sex_of(p, c, &row.sex, e));
    TRY(day_of(p, c, FIELD_BIRTH_DATE, &row.birth_date, e));
    TRY(time_of(in, p, c, FIELD_BOOKED_AT, &row.booked_at, e));
    return in->sink.booking(in->sink.ctx, &row, e);
}

static RC known_of(const struct profile *p, struct cells *c, enum field f, enum known *ret,
                   struct err *e)
{
    static const struct {
        const char *word;
        enum known known;
    } table[] = {{"", UNKNOWN}, {"Y", YES}, {"YES", YES},  {"TRUE", YES}, {"1", YES},
                 {"N", NO},     {"NO", NO}, {"FALSE", NO}, {"0", NO}};
    struct str s = value(p, c, f);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_ieq(s, str_c(table[i].word))) {
            *ret = table[i].known;
            return RC_OK;
        }
    return refuse(f, "INT-0009", "wanted yes, no or nothing", e);
}

static RC charge_words(const struct profile *p, struct cells *c, struct offence *o,
                       struct err *e)
{
    struct str grade = value(p, c, FIELD_GRADE), stage = value(p, c, FIELD_STAGE);
    o->grade = GRADE_UNKNOWN;
    if (grade.n && !grade_from_word(grade, &o->grade))
        return refuse(
            FIELD_GRADE, "INT-0009",
            "wanted felony, wobbler, misdemeanor, petty, traffic, municipal or nothing", e);
    if (!stage_from_word(stage, &o->stage))
        return refuse(FIELD_STAGE, "INT-0009",
                      "wanted arrested, charged, probable cause found, convicted, sentenced, "
                      "dismissed, acquitted or sealed or expunged",
                      e);
    return known_of(p, c, FIELD_ATTEMPT, &o->attempt, e);
}

static RC give_charge(struct intake *in, const struct profile *p, struct cells *c,
                      struct err *e)
{
    struct charge_row row = {.offence = {.this_booking = true}};
    struct offence *o = &row.offence;
    int64_t sequence = 0;
    TRY(booking_number(p, c, &row.booking_number, e));
    if (!str_to_i64(value(p, c, FIELD_SEQUENCE), &sequence) || sequence < 0 || sequence > 9999)
        return refuse(FIELD_SEQUENCE, "INT-0009", "wanted a whole number from 0 to 9999", e);
    row.sequence = (int)sequence;
    TRY(free_text(p, c, FIELD_CITATION, &o->citation, e));
    TRY(free_text(p, c, FIELD_CHARGE_TEXT, &o->text, e));
    TRY(free_text(p, c, FIELD_CLASS, &o->class, e));
    if (!o->citation.n && !o->text.n)
        return refuse(FIELD_CITATION, "INT-0007", "a charge needs a citation or a text", e);
    TRY(charge_words(p, c, o, e));
    TRY(day_of(p, c, FIELD_OFFENCE_DATE, &o->on, e));
    TRY(day_of(p, c, FIELD_CONVICTED_ON, &o->convicted_on, e));
    return in->sink.charge(in->sink.ctx, &row, e);
}

static bool word_in(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_is(s, *words)) return true;
    return false;
}

/* A sheet of stays may name the release; without its time the person is still here and nothing
 * is given. */
static RC give_release(struct intake *in, const struct profile *p, struct cells *c,
                       struct err *e)
{
    static const char *const kinds[] = {"released", "transferred", "died", "escaped",
                                        "hospital", "returned",    NULL};
    struct release_row row;
    TRY(booking_number(p, c, &row.booking_number, e));
    TRY(time_of(in, p, c, FIELD_RELEASED_AT, &row.at, e));
    row.kind = value(p, c, FIELD_RELEASE_KIND);
    row.to = value(p, c, FIELD_RELEASED_TO);
    if (row.at == INSTANT_NONE) return RC_NO;
    if (!row.kind.n) row.kind = STR("released");
    if (!word_in(row.kind, kinds))
        return refuse(FIELD_RELEASE_KIND, "INT-0009",
                      "wanted released, transferred, died, escaped, hospital or returned", e);
    return in->sink.release(in->sink.ctx, &row, e);
}

static RC give_trigger(struct intake *in, const struct profile *p, struct cells *c,
                       struct err *e)
{
    static const char *const kinds[] = {"bond posted",     "release order", "sentence served",
                                        "charges dropped", "other",         NULL};
    struct trigger_row row;
    TRY(booking_number(p, c, &row.booking_number, e));
    TRY(time_of(in, p, c, FIELD_TRIGGERED_AT, &row.at, e));
    row.kind = value(p, c, FIELD_TRIGGER_KIND);
    if (row.at == INSTANT_NONE)
        return refuse(FIELD_TRIGGERED_AT, "INT-0007", "a trigger needs its time", e);
    if (!word_in(row.kind, kinds))
        return refuse(
            FIELD_TRIGGER_KIND, "INT-0009",
            "wanted bond posted, release order, sentence served, charges dropped or other", e);
    return in->sink.trigger(in->sink.ctx, &row, e);
}

bool rows_is_refusal(enum rc rc)
{
    return rc == RC_INVALID || rc == RC_NOTFOUND || rc == RC_CONFLICT || rc == RC_DENIED ||
           rc == RC_LIMIT || rc == RC_USAGE;
}

RC rows_give(struct intake *in, const struct profile *p, unsigned gives, struct cells *c,
             struct err *e)
{
    static enum rc (*const give[])(struct intake *, const struct profile *, struct cells *,
                                   struct err *) = {give_booking, give_charge, give_release,
                                                    give_trigger};
    for (unsigned k = 0; k < 4; k++) {
        if (!(gives & (1u << k))) continue;
        c->used = 0;
        enum rc rc = give[k](in, p, c, e);
        if (rc == RC_OK)
            in->counts.fresh[k]++;
        else if (rc == RC_NO)
            in->counts.same[k]++;
        else
            return rc;
    }
    return RC_OK;
}
