/* See match.h. Identifiers are the booking number, the state id, and the name with the date of
 * birth, which count as two but only together, only exactly, and only when one single booking
 * has them. `confirmed` needs two that agree and none that differs. Whatever differs is a
 * `conflict`, also when two others agree: that is how the wrong person gets meant. A name that
 * is only like another one (transliteration, one of two surnames) is told to a person and
 * confirms nothing. */
#include "custody/match.h"
#include "base/utf8.h"

/* Letters and digits, upper case; leading zeros of digits dropped: "CO-0012345" and "co 12345"
 * are "CO12345". */
static struct str id_key(struct arena *a, struct str s)
{
    char *key = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= 'a' && c <= 'z') c = (char)(c - 32);
        bool digit = c >= '0' && c <= '9',
             letter = (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
        bool leading = c == '0' && (n == 0 || key[n - 1] < '0' || key[n - 1] > '9') &&
                       i + 1 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9';
        if ((digit || letter) && !leading) key[n++] = c;
    }
    return str_n(key, n);
}

static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

/* State ids are written with and without the state's two letters; without, they may be
 * anybody's of that number, so that two different prefixes differ but a missing one does
 * not. */
static bool state_id_same(struct arena *a, struct str x, struct str y)
{
    struct str kx = id_key(a, x), ky = id_key(a, y);
    bool px = kx.n > 2 && is_letter(kx.p[0]) && is_letter(kx.p[1]),
         py = ky.n > 2 && is_letter(ky.p[0]) && is_letter(ky.p[1]);
    if (px && !py) kx = id_key(a, str_sub(kx, 2, kx.n));
    if (py && !px) ky = id_key(a, str_sub(ky, 2, ky.n));
    return str_eq(kx, ky);
}

enum name_likeness { NAME_UNKNOWN, NAME_SAME, NAME_LIKE, NAME_OTHER };

/* Is one name, word by word, a part of the other? Double surnames: "García López" and
 * "García". */
static bool name_within(struct str inner, struct str outer)
{
    struct str word;
    while (str_cut(&inner, ' ', &word)) {
        struct str rest = outer, other;
        bool found = false;
        while (str_cut(&rest, ' ', &other)) found = found || str_eq(word, other);
        if (!found) return false;
    }
    return true;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* At most two letters in five differ, as between spellings of one sound: Mohamed, Muhammad.
 * Only ever a suggestion. */
static bool name_near(struct arena *a, struct str x, struct str y)
{
    if (x.n > 128 || y.n > 128) return false;
    size_t *row = arena_array(a, size_t, y.n + 1);
    for (size_t j = 0; j <= y.n; j++) row[j] = j;
    for (size_t i = 1; i <= x.n; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= y.n; j++) {
            size_t changed = corner + (x.p[i - 1] != y.p[j - 1]);
            corner = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[y.n] * 5 <= (x.n > y.n ? x.n : y.n) * 2;
}

static enum name_likeness part_compare(struct arena *a, struct str x, struct str y)
{
    struct str kx = utf8_name_key(a, x), ky = utf8_name_key(a, y);
    if (kx.n == 0 || ky.n == 0) return NAME_UNKNOWN;
    if (str_eq(kx, ky)) return NAME_SAME;
    return name_within(kx, ky) || name_within(ky, kx) || name_near(a, kx, ky) ? NAME_LIKE
                                                                              : NAME_OTHER;
}

/* Family and given name, and the middle name where both have one (an initial is like the name
 * it begins). */
static enum name_likeness name_compare(struct arena *a, const struct identity *x,
                                       const struct identity *y)
{
    enum name_likeness family = part_compare(a, x->family, y->family),
                       given = part_compare(a, x->given, y->given);
    enum name_likeness middle = part_compare(a, x->middle, y->middle);
    if (family == NAME_UNKNOWN || given == NAME_UNKNOWN) {
        bool other = family == NAME_OTHER || given == NAME_OTHER;
        return other ? NAME_OTHER : NAME_UNKNOWN;
    }
    struct str mx = utf8_name_key(a, x->middle), my = utf8_name_key(a, y->middle);
    if (middle == NAME_OTHER && (mx.n == 1 || my.n == 1) && mx.p[0] == my.p[0])
        middle = NAME_SAME;
    if (family == NAME_OTHER || given == NAME_OTHER) return NAME_OTHER;
    if (family == NAME_LIKE || given == NAME_LIKE || middle == NAME_OTHER ||
        middle == NAME_LIKE)
        return NAME_LIKE;
    return NAME_SAME;
}

struct compared {
    unsigned agrees, differs, like;
};

static void compare_text(struct compared *c, enum identifier id, struct str x, struct str y,
                         bool same)
{
    if (x.n == 0 || y.n == 0) return;
    if (same)
        c->agrees |= id;
    else
        c->differs |= id;
}

static struct compared compare(struct arena *a, const struct identity *x,
                               const struct identity *y)
{
    struct compared c = {0};
    compare_text(&c, ID_BOOKING, x->booking_number, y->booking_number,
                 str_eq(id_key(a, x->booking_number), id_key(a, y->booking_number)));
    compare_text(&c, ID_STATE, x->state_id, y->state_id,
                 state_id_same(a, x->state_id, y->state_id));
    switch (name_compare(a, x, y)) {
    case NAME_UNKNOWN: break;
    case NAME_SAME: c.agrees |= ID_NAME; break;
    case NAME_LIKE: c.like |= ID_NAME; break;
    case NAME_OTHER: c.differs |= ID_NAME; break;
    }
    if (x->birth_date != DAYS_UNKNOWN && y->birth_date != DAYS_UNKNOWN) {
        if (x->birth_date == y->birth_date)
            c.agrees |= ID_BIRTH;
        else
            c.differs |= ID_BIRTH;
    }
    bool sexes =
        x->sex.n && y->sex.n && !str_ieq(x->sex, STR("X")) && !str_ieq(y->sex, STR("X"));
    if (sexes) compare_text(&c, ID_SEX, x->sex, y->sex, str_ieq(x->sex, y->sex));
    return c;
}

#define ID_PERSON (ID_NAME | ID_BIRTH)

/* Name and birth date alone are no hold on a person when two bookings have them. */
static int count(unsigned agrees, bool alone)
{
    int n = !!(agrees & ID_BOOKING) + !!(agrees & ID_STATE);
    if ((agrees & ID_PERSON) == ID_PERSON) return n + (alone ? 2 : n > 0);
    return n;
}

static const char *words_of(struct arena *a, unsigned bits)
{
    static const struct {
        enum identifier id;
        const char *word;
    } names[] = {{ID_BOOKING, "booking number"},
                 {ID_STATE, "state id"},
                 {ID_NAME, "name"},
                 {ID_BIRTH, "date of birth"},
                 {ID_SEX, "sex"}};
    struct buf b = buf_in(a);
    unsigned left = bits;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!(bits & names[i].id)) continue;
        left &= ~(unsigned)names[i].id;
        buf_printf(&b, "%s%s", b.n == 0 ? "" : left ? ", " : " and ", names[i].word);
    }
    return buf_z(&b);
}

static struct str why(struct arena *a, enum match m, const struct compared *c, size_t with)
{
    struct buf b = buf_in(a);
    if (m == MATCH_CONFLICT && with > 1) buf_printf(&b, "%zu bookings fit; ", with);
    if (c->agrees)
        buf_printf(&b, "%s %s", words_of(a, c->agrees),
                   (c->agrees & (c->agrees - 1)) ? "agree" : "agrees");
    if (c->differs)
        buf_printf(&b, "%s%s %s", c->agrees ? ", but " : "", words_of(a, c->differs),
                   (c->differs & (c->differs - 1)) ? "differ" : "differs");
    if (c->like)
        buf_printf(&b, "%sthe name is only similar", c->agrees || c->differs ? ", " : "");
    if (b.n == 0) buf_c(&b, "nothing that identifies the person agrees");
    if (m == MATCH_UNVERIFIED) buf_c(&b, "; two identifiers must agree");
    return buf_str(&b);
}

static struct match_result result(struct arena *a, enum match m, size_t booking,
                                  const struct compared *c, size_t with)
{
    return (struct match_result){.match = m,
                                 .booking = booking,
                                 .why = why(a, m, c, with),
                                 .agrees = c->agrees,
                                 .differs = c->differs};
}

/* More agreement first; fewer differences break a tie; the earlier booking (in custody first)
 * the rest. */
static int weight(const struct compared *c)
{
    int w = 8 * !!(c->agrees & ID_BOOKING) + 8 * !!(c->agrees & ID_STATE) +
            4 * !!(c->agrees & ID_NAME) + 4 * !!(c->agrees & ID_BIRTH) + !!c->like;
    return 4 * w - !!(c->differs & ID_BOOKING) - !!(c->differs & ID_STATE) -
           !!(c->differs & ID_NAME) - !!(c->differs & ID_BIRTH);
}

struct match_result match_identity(struct arena *a, const struct identity *subject,
                                   const struct identity *candidates, size_t n)
{
    struct compared *all = arena_array(a, struct compared, n + 1), nothing = {0};
    size_t best = SIZE_MAX, same_person = 0, confirmed = 0;
    for (size_t i = 0; i < n; i++) {
        all[i] = compare(a, subject, &candidates[i]);
        same_person += (all[i].agrees & ID_PERSON) == ID_PERSON;
        if (all[i].agrees == 0 && all[i].like == 0) continue;
        if (best == SIZE_MAX || weight(&all[i]) > weight(&all[best])) best = i;
    }
    if (best == SIZE_MAX) return result(a, MATCH_UNVERIFIED, SIZE_MAX, &nothing, 0);
    for (size_t i = 0; i < n; i++)
        confirmed +=
            !all[i].differs && !all[i].like && count(all[i].agrees, same_person == 1) >= 2;
    const struct compared *c = &all[best];
    if (c->differs) return result(a, MATCH_CONFLICT, best, c, 0);
    if (c->like || count(c->agrees, same_person == 1) < 2)
        return result(a, MATCH_UNVERIFIED, best, c, 0);
    /* Another booking that fits as well, or that carries the same booking number or state id:
     * which one is not ours to say. */
    if (confirmed > 1) return result(a, MATCH_CONFLICT, SIZE_MAX, c, confirmed);
    for (size_t i = 0; i < n; i++)
        if (i != best && (all[i].agrees & ID_BOOKING))
            return result(a, MATCH_CONFLICT, best, c, 2);
    return result(a, MATCH_CONFIRMED, best, c, 1);
}
