/* Relations of points and ranges (DMN 1.5 §10.3.4.7, Table 78) and range(). All fourteen
 * relations are made of comparisons between ends. An absent end, as in (< 10), lies beyond
 * every value; where the values of two ends cannot be compared the result is null with
 * FEEL-0307. */
#include "dmn/b.h"
#include "base/buf.h"
#include "base/utf8.h"

/* Everything is a range here: a point is [p..p]. */
struct span {
    struct value low, high;
    bool low_in, high_in, low_open, high_open; /* *_open: unbounded */
    bool bad;                                  /* (!= a) has no ends */
};

static struct span span_of(struct value v)
{
    if (v.tag != TAG_RANGE)
        return (struct span){.low = v, .high = v, .low_in = true, .high_in = true};
    const struct range *r = v.range;
    return (struct span){.low = r->low,
                         .high = r->high,
                         .low_in = r->low_bound == BOUND_CLOSED,
                         .high_in = r->high_bound == BOUND_CLOSED,
                         .low_open = r->low_bound == BOUND_NONE,
                         .high_open = r->high_bound == BOUND_NONE,
                         .bad = r->is_not};
}

/* What the relations are made of: order of the ends of two spans a and b. */
struct ends {
    struct span a, b;
    /* of a against b: -1, 0, 1; never 0 for absent ends */
    int low_low, low_high, high_low, high_high;
};

static bool end_order(struct value x, bool x_open, int x_side, struct value y, bool y_open,
                      int y_side, int *ret)
{
    if (x_open || y_open) {
        /* two absent ends on the same side coincide */
        *ret = x_open && y_open ? (x_side > y_side) - (x_side < y_side)
               : x_open         ? x_side
                                : -y_side;
        return true;
    }
    return v_compare(x, y, ret);
}

static bool ends_of(const struct value *args, struct ends *e)
{
    struct span a = e->a = span_of(args[0]), b = e->b = span_of(args[1]);
    if (a.bad || b.bad) return false;
    return end_order(a.low, a.low_open, -1, b.low, b.low_open, -1, &e->low_low) &&
           end_order(a.low, a.low_open, -1, b.high, b.high_open, 1, &e->low_high) &&
           end_order(a.high, a.high_open, 1, b.low, b.low_open, -1, &e->high_low) &&
           end_order(a.high, a.high_open, 1, b.high, b.high_open, 1, &e->high_high);
}

static struct ends mirror(const struct ends *e)
{
    return (struct ends){.a = e->b,
                         .b = e->a,
                         .low_low = -e->low_low,
                         .low_high = -e->high_low,
                         .high_low = -e->low_high,
                         .high_high = -e->high_high};
}

static bool is_before(const struct ends *e)
{
    return e->high_low < 0 || (e->high_low == 0 && !(e->a.high_in && e->b.low_in));
}

static bool is_meeting(const struct ends *e)
{
    return e->high_low == 0 && e->a.high_in && e->b.low_in;
}

static bool is_overlapping(const struct ends *e)
{
    bool left = e->high_low > 0 || (e->high_low == 0 && e->a.high_in && e->b.low_in);
    return left && (e->low_high < 0 || (e->low_high == 0 && e->a.low_in && e->b.high_in));
}

static bool is_overlapping_before(const struct ends *e)
{
    bool starts = e->low_low < 0 || (e->low_low == 0 && e->a.low_in && !e->b.low_in);
    bool touches = e->high_low > 0 || is_meeting(e);
    return starts && touches &&
           (e->high_high < 0 || (e->high_high == 0 && (!e->a.high_in || e->b.high_in)));
}

static bool is_finishing(const struct ends *e)
{
    return e->a.high_in == e->b.high_in && e->high_high == 0 &&
           (e->low_low > 0 || (e->low_low == 0 && (!e->a.low_in || e->b.low_in)));
}

static bool is_including(const struct ends *e)
{
    bool left = e->low_low < 0 || (e->low_low == 0 && (e->a.low_in || !e->b.low_in));
    return left && (e->high_high > 0 || (e->high_high == 0 && (e->a.high_in || !e->b.high_in)));
}

static bool is_starting(const struct ends *e)
{
    return e->low_low == 0 && e->a.low_in == e->b.low_in &&
           (e->high_high < 0 || (e->high_high == 0 && (!e->a.high_in || e->b.high_in)));
}

static bool is_coinciding(const struct ends *e)
{
    return e->low_low == 0 && e->high_high == 0 && e->a.low_in == e->b.low_in &&
           e->a.high_in == e->b.high_in;
}

/* A relation, or its mirror image (`after` is `before` with the arguments changed over). */
static struct value relate(struct call *c, const struct value *args,
                           bool (*holds)(const struct ends *e), bool mirrored, const char *name)
{
    struct ends e;
    if (!ends_of(args, &e))
        return call_null(c, "FEEL-0307", "%s: the ends cannot be compared", name);
    if (mirrored) e = mirror(&e);
    return v_bool(holds(&e));
}

#define RELATION(fn, holds, mirrored, name)                                                    \
    BUILTIN(fn)                                                                                \
    {                                                                                          \
        (void)which, (void)n;                                                                  \
        return relate(c, args, holds, mirrored, name);                                         \
    }

RELATION(b_before, is_before, false, "before()")
RELATION(b_after, is_before, true, "after()")
RELATION(b_meets, is_meeting, false, "meets()")
RELATION(b_met_by, is_meeting, true, "met by()")
RELATION(b_overlaps, is_overlapping, false, "overlaps()")
RELATION(b_overlaps_before, is_overlapping_before, false, "overlaps before()")
RELATION(b_overlaps_after, is_overlapping_before, true, "overlaps after()")
RELATION(b_finishes, is_finishing, false, "finishes()")
RELATION(b_finished_by, is_finishing, true, "finished by()")
RELATION(b_includes, is_including, false, "includes()")
RELATION(b_during, is_including, true, "during()")
RELATION(b_starts, is_starting, false, "starts()")
RELATION(b_started_by, is_starting, true, "started by()")
RELATION(b_coincides, is_coinciding, false, "coincides()")

/* range(from): an interval of literals, read here and not by the parser, so that text from
 * outside can never call anything. */
struct reader {
    struct call *c;
    const char *p, *end;
};

static void blanks(struct reader *r)
{
    while (r->p < r->end) {
        const char *next = r->p;
        if (!utf8_is_space(utf8_next(&next))) return;
        r->p = next;
    }
}

static bool word(struct reader *r, const char *text)
{
    size_t n = strlen(text);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, text, n) != 0) return false;
    r->p += n;
    return true;
}

static int hex_digits(struct reader *r, int n)
{
    int v = 0;
    for (; n > 0; n--) {
        int ch = r->p < r->end ? *r->p++ : 0;
        int digit = ch >= '0' && ch <= '9'                 ? ch - '0'
                    : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10
                                                           : -1;
        if (digit < 0) return -1;
        v = v * 16 + digit;
    }
    return v;
}

static bool escape(struct reader *r, struct buf *b)
{
    char utf8[4];
    if (r->p == r->end) return false;
    char kind = *r->p++;
    switch (kind) {
    case '"':
    case '\'':
    case '\\': buf_ch(b, kind); return true;
    case 'n': buf_ch(b, '\n'); return true;
    case 'r': buf_ch(b, '\r'); return true;
    case 't': buf_ch(b, '\t'); return true;
    case 'u':
    case 'U': {
        int cp = hex_digits(r, kind == 'u' ? 4 : 6);
        if (cp >= 0xd800 && cp < 0xdc00 && word(r, "\\u")) {
            int low = hex_digits(r, 4);
            if (low < 0xdc00 || low > 0xdfff) return false;
            cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
        }
        if (cp < 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) return false;
        buf_add(b, utf8, utf8_put(utf8, (uint32_t)cp));
        return true;
    }
    default: return false;
    }
}

static bool quoted(struct reader *r, struct str *ret)
{
    struct buf b = buf_in(r->c->arena);
    blanks(r);
    if (!word(r, "\"")) return false;
    while (r->p < r->end && *r->p != '"') {
        if (*r->p != '\\')
            buf_ch(&b, *r->p++);
        else if (r->p++, !escape(r, &b))
            return false;
    }
    *ret = buf_str(&b);
    return word(r, "\"");
}

static bool number_literal(struct reader *r, struct value *ret)
{
    const char *from = r->p;
    if (r->p < r->end && *r->p == '-') r->p++;
    for (; r->p < r->end; r->p++) {
        bool digit = *r->p >= '0' && *r->p <= '9';
        bool exponent = *r->p == 'e' || *r->p == 'E';
        bool sign = (*r->p == '-' || *r->p == '+') && (r->p[-1] == 'e' || r->p[-1] == 'E');
        bool point = *r->p == '.' && !(r->p + 1 < r->end && r->p[1] == '.');
        if (!digit && !exponent && !sign && !point) break;
    }
    return num_parse(r->c->arena, str_n(from, (size_t)(r->p - from)), ret);
}

static bool call_literal(struct reader *r, struct value *ret)
{
    static const char *const names[] = {"date and time", "date", "time", "duration"};
    struct arena *a = r->c->arena;
    struct str text;
    for (size_t i = 0; i < 4; i++) {
        if (!word(r, names[i])) continue;
        blanks(r);
        if (!word(r, "(") || !quoted(r, &text)) return false;
        blanks(r);
        if (!word(r, ")")) return false;
        switch (i) {
        case 0: return temporal_date_time(a, r->c->zones, text, ret);
        case 1: return temporal_date(a, text, ret);
        case 2: return temporal_time(a, r->c->zones, text, ret);
        default: return temporal_duration(a, text, ret);
        }
    }
    return false;
}

static bool endpoint(struct reader *r, struct value *ret)
{
    struct str text;
    blanks(r);
    if (r->p == r->end) return false;
    if (word(r, "@"))
        return quoted(r, &text) && temporal_literal(r->c->arena, r->c->zones, text, ret);
    if (*r->p == '"') {
        if (!quoted(r, &text)) return false;
        *ret = v_str(text);
        return true;
    }
    if (*r->p == '-' || *r->p == '.' || (*r->p >= '0' && *r->p <= '9'))
        return number_literal(r, ret);
    return call_literal(r, ret);
}

/* Rule 66 of the grammar: an open side may have no endpoint, (..10] and [1..). */
static bool read_range(struct reader *r, struct range *ret)
{
    blanks(r);
    if (word(r, "["))
        ret->low_bound = BOUND_CLOSED;
    else if (word(r, "(") || word(r, "]"))
        ret->low_bound = BOUND_OPEN;
    else
        return false;
    blanks(r);
    bool no_low = word(r, ".."), no_high = false;
    if (no_low && ret->low_bound == BOUND_CLOSED) return false;
    if (!no_low) {
        if (!endpoint(r, &ret->low)) return false;
        blanks(r);
        if (!word(r, "..")) return false;
        blanks(r);
        no_high = r->p < r->end && (*r->p == ')' || *r->p == '[');
    }
    if (!no_high && !endpoint(r, &ret->high)) return false;
    blanks(r);
    if (word(r, "]"))
        ret->high_bound = BOUND_CLOSED;
    else if (word(r, ")") || word(r, "["))
        ret->high_bound = BOUND_OPEN;
    else
        return false;
    if (no_low) ret->low_bound = BOUND_NONE;
    if (no_high) ret->high_bound = BOUND_NONE;
    blanks(r);
    return r->p == r->end;
}

static bool ends_fit(const struct range *r)
{
    int order;
    if (r->low_bound == BOUND_NONE) return v_compare(r->high, r->high, &order);
    if (r->high_bound == BOUND_NONE) return v_compare(r->low, r->low, &order);
    return v_compare(r->low, r->high, &order) && order <= 0;
}

BUILTIN(b_range)
{
    (void)which, (void)n;
    struct str text = v_text(args[0]);
    struct reader r = {c, text.p, text.p + text.n};
    struct range made = {0};
    if (!has_text_room(c, text.n)) return over_limit(c);
    if (!read_range(&r, &made))
        return call_null(c, "FEEL-0307",
                         "range(): the text is not an interval of two literals");
    if (!ends_fit(&made))
        return call_null(c, "FEEL-0307",
                         "range(): the ends are of different types or in the wrong order");
    struct range *range = arena_new(c->arena, struct range);
    *range = made;
    return (struct value){.tag = TAG_RANGE, .range = range};
}
