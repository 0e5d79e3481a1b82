/* See mix.h. A row asks one question of every request, answered yes, no or unknown. */
#include "custody/mix.h"
#include "custody/stats.h"
#include <math.h>

struct question {
    const struct history *h;
    enum mix_about about;
    int which;     /* grade, document kind, ask; -1 the others */
    uint64_t bits; /* of lists */
    history_id agency;
};

const char *mix_about_word(enum mix_about m)
{
    switch (m) {
    case MIX_PREMISE: return "premise";
    case MIX_LIST: return "list";
    case MIX_GRADE: return "grade";
    case MIX_STANDING: return "standing";
    case MIX_DOCUMENT: return "document";
    case MIX_ASK: return "ask";
    case MIX_AGENCY: return "agency";
    }
    return "premise";
}

static enum known yes_if(bool b) { return b ? YES : NO; }

static enum known on_list(const struct past_features *f, uint64_t bits)
{
    if (!f->known) return UNKNOWN;
    if ((f->lists_convicted | f->lists_charged) & bits) return YES;
    return f->unclassified ? UNKNOWN : NO;
}

static enum known answer(const struct question *q, const struct past_case *c)
{
    const struct past_features *f = &c->at_request;
    switch (q->about) {
    case MIX_PREMISE:
    case MIX_LIST: return on_list(f, q->bits);
    case MIX_GRADE:
        return f->known && f->grade != GRADE_UNKNOWN ? yes_if((int)f->grade == q->which)
                                                     : UNKNOWN;
    case MIX_STANDING:
        return !f->known || !f->offences
                   ? UNKNOWN
                   : yes_if(q->which ? f->convicted : f->charged && !f->convicted);
    case MIX_DOCUMENT:
        return c->expunged
                   ? UNKNOWN
                   : yes_if(q->which < 0 ? !c->documents : (c->documents >> q->which & 1) != 0);
    case MIX_ASK: return c->expunged ? UNKNOWN : yes_if((c->asks >> q->which & 1) != 0);
    case MIX_AGENCY: return c->expunged ? UNKNOWN : yes_if(c->agency == q->agency);
    }
    return UNKNOWN;
}

static void count(const struct question *q, const unsigned char *which, struct mix_row *r)
{
    for (size_t i = 0; i < q->h->n_cases; i++) {
        if (which[i] == MIX_NEITHER) continue;
        struct mix_side *s = which[i] == MIX_NOW ? &r->now : &r->base;
        enum known k = answer(q, &q->h->cases[i]);
        s->yes += k == YES;
        s->known += k != UNKNOWN;
        s->unknown += k == UNKNOWN;
    }
}

static void interval(struct mix_side *s, double level)
{
    struct share v = stats_share(s->yes, s->known, level);
    s->share = v.share;
    s->low = v.low;
    s->high = v.high;
}

struct asking {
    struct arena *a;
    const unsigned char *which;
    const struct trend_rule *rule;
    struct mix *m;
    size_t cap;
};

/* A row of which there is nothing on either side is left out; the premise stands whatever it
 * is. */
static void ask(struct asking *x, struct question q, struct str what)
{
    /* the tables may go before the page */
    struct mix_row r = {.about = q.about, .what = str_dup(x->a, what)};
    count(&q, x->which, &r);
    if (!r.now.yes && !r.base.yes && q.about != MIX_PREMISE) return;
    interval(&r.now, x->rule->level);
    interval(&r.base, x->rule->level);
    r.p = stats_same_share(r.now.yes, r.now.known, r.base.yes, r.base.known);
    arena_push(x->a, x->m->rows, x->m->n, x->cap);
    x->m->rows[x->m->n++] = r;
}

static uint64_t bits_of(const struct history *h, const struct trend_rule *rule)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < rule->n_lists; i++) {
        int bit = history_list_bit(h, rule->lists[i]);
        if (bit >= 0) bits |= UINT64_C(1) << bit;
    }
    return bits;
}

static struct str lists_text(struct arena *a, const struct trend_rule *rule)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < rule->n_lists; i++)
        buf_printf(&b, "%s" STR_FMT, i ? " or " : "", STR_ARG(rule->lists[i]));
    return buf_str(&b);
}

static void ask_agencies(struct asking *x, const struct history *h)
{
    struct map seen = map_in(x->a);
    for (size_t i = 0; i < h->n_cases; i++) {
        struct str name = history_name(h, h->cases[i].agency);
        if (x->which[i] == MIX_NEITHER || !name.n || map_put(&seen, name, x)) continue;
        ask(x, (struct question){.h = h, .about = MIX_AGENCY, .agency = h->cases[i].agency},
            name);
    }
}

static void ask_all(struct asking *x, const struct history *h)
{
    ask(x, (struct question){.h = h, .about = MIX_PREMISE, .bits = bits_of(h, x->rule)},
        lists_text(x->a, x->rule));
    for (size_t i = 0; i < history_lists(h) && i < 63; i++)
        ask(x, (struct question){.h = h, .about = MIX_LIST, .bits = UINT64_C(1) << i},
            history_list(h, i));
    for (enum grade g = GRADE_FELONY; g <= GRADE_MUNICIPAL; g++)
        ask(x, (struct question){.h = h, .about = MIX_GRADE, .which = (int)g},
            str_c(grade_word(g)));
    ask(x, (struct question){.h = h, .about = MIX_STANDING, .which = 1},
        STR("convicted, now or before"));
    ask(x, (struct question){.h = h, .about = MIX_STANDING, .which = 0}, STR("only charged"));
    for (enum document_kind k = DOC_JUDICIAL_WARRANT; k <= DOC_COURT_ORDER; k++)
        ask(x, (struct question){.h = h, .about = MIX_DOCUMENT, .which = (int)k},
            str_c(document_kind_word(k)));
    ask(x, (struct question){.h = h, .about = MIX_DOCUMENT, .which = -1}, STR("none"));
    for (enum ask k = ASK_NOTIFY; k < ASK_COUNT; k++)
        ask(x, (struct question){.h = h, .about = MIX_ASK, .which = (int)k},
            str_c(ask_word(k)));
    ask_agencies(x, h);
}

/* Practical and statistical, as with counts: the share fell far enough or is no longer half,
 * and chance does not explain it. */
static void judge(struct mix *m, const struct trend_rule *rule)
{
    const struct mix_row *r = &m->rows[0];
    m->why = "the share about these lists has not fallen enough, or chance may explain it";
    if (isnan(r->now.share)) {
        m->why = "of no request in the window is it known what it was about";
        return;
    }
    bool base = !isnan(r->base.share), was_half = !base || r->base.share >= 0.5;
    /* 0.9 - 0.7 is not quite 0.2 */
    bool down = base && r->base.share - r->now.share >= rule->fall - 1e-12;
    m->fell = r->shifted && r->now.share < r->base.share &&
              (down || (was_half && r->now.share < 0.5));
    m->below_half = was_half && r->now.high < 0.5;
    m->alert = m->fell || m->below_half;
    if (m->below_half)
        m->why = "requests are no longer mostly about these lists: even the upper bound of "
                 "their share is below half";
    else if (m->fell)
        m->why = "the share of requests about these lists fell, by more than chance explains";
    else if (!base)
        m->why =
            "nothing is known of the baseline; the share of now is not certainly below half";
}

void mix_ask(struct arena *a, const struct history *h, const unsigned char *which,
             const struct trend_rule *rule, struct mix *ret)
{
    struct asking x = {.a = a, .which = which, .rule = rule, .m = ret};
    *ret = (struct mix){0};
    for (size_t i = 0; i < h->n_cases; i++) {
        ret->now += which[i] == MIX_NOW;
        ret->base += which[i] == MIX_BASE;
    }
    ask_all(&x, h);
    double *p = arena_array(a, double, ret->n), *holm = arena_array(a, double, ret->n);
    for (size_t i = 0; i < ret->n; i++) {
        p[i] = ret->rows[i].p;
        ret->tests += !isnan(p[i]);
    }
    stats_holm(p, ret->n, holm);
    for (size_t i = 0; i < ret->n; i++) {
        ret->rows[i].holm = holm[i];
        ret->rows[i].shifted = holm[i] < 1 - rule->level;
    }
    judge(ret, rule);
}
