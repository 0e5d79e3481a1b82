/* Proof of notice on paper: what happened to one case and when, what the other side answered,
 * where each entry stands in the signed ledger, and how anybody checks that without this
 * program. Made from the bundle alone (docs/ledger.md), after the bundle was checked; a bundle
 * that does not check gives a page that says so in its first sentence. No clock: the same
 * bundle is the same file. */
#include "ledger/bundle.h"
#include "outbound/outbound.h"
#include "outbound/paper.h"

#define STR_INIT(lit)                                                                          \
    {                                                                                          \
        lit, sizeof(lit) - 1                                                                   \
    }
#define DETAIL_MAX 420 /* of a receipt on paper; the bundle has the rest */

struct proof {
    const struct outbound_setup *setup;
    struct arena *arena;
    struct ledger_bundle bundle;
    struct json **events; /* NULL where expunged */
    bool good;
    struct str fault;
    size_t anchor; /* the entry whose path is printed; SIZE_MAX if none */
};

static instant event_time(const struct json *event)
{
    instant t = INSTANT_NONE;
    return instant_parse(json_text(event, "at"), &t, NULL) ? t : INSTANT_NONE;
}

static bool is_kind(const struct json *event, const char *kind)
{
    return str_is(json_text(event, "kind"), kind);
}

static struct str about(const struct json *event)
{
    enum event_kind k;
    if (!event) return STR("Forgotten by order; the commitment stands");
    return event_from_word(json_text(event, "kind"), &k) ? str_c(event_info(k)->about)
                                                         : json_text(event, "kind");
}

static void outcomes(struct buf *b, const struct json *decision)
{
    const struct json *list = json_get(decision, "asks");
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *one = json_at(list, i);
        buf_printf(b, "%s" STR_FMT ": " STR_FMT, i ? "; " : "", STR_ARG(json_text(one, "ask")),
                   STR_ARG(json_text(one, "outcome")));
        if (json_text(one, "rule").n)
            buf_printf(b, " (" STR_FMT ")", STR_ARG(json_text(one, "rule")));
    }
}

/* What a reader needs of the body: the answer of a decision; else its plain members, without
 * keys that mean nothing here. */
static struct str detail(const struct proof *p, const struct json *event)
{
    static const char *const wanted[] = {
        "kind",  "channel", "address", "attempt", "at",
        "match", "why",     "ask",     "outcome", "reason",
        "duty",  "due",     "how",     "receipt", "document_sha256"};
    const struct json *body = json_get(event, "body");
    struct buf b = buf_in(p->arena);
    if (is_kind(event, "decision.made")) outcomes(&b, json_get(body, "decision"));
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0] && !is_kind(event, "decision.made");
         i++) {
        const struct json *v = json_get(body, wanted[i]);
        if (!v || v->type == JSON_NULL) continue;
        buf_printf(&b, "%s%s ", b.n ? "; " : "", wanted[i]);
        if (v->type == JSON_STRING)
            buf_str_add(&b, json_str(v));
        else
            json_write(&b, v);
    }
    struct str all = buf_str(&b);
    if (all.n <= DETAIL_MAX) return all;
    size_t cut = DETAIL_MAX;
    while (cut && ((unsigned char)all.p[cut] & 0xc0) == 0x80) cut--;
    return str_c(
        arena_printf(p->arena, STR_FMT " \342\200\246", STR_ARG(str_sub(all, 0, cut))));
}

/* A confirmed paper for the person or an answer is no notice of release. */
static bool confirms_release(const struct proof *p, const struct json *event)
{
    struct str key = json_text(json_get(event, "body"), "notice");
    for (size_t i = 0; is_kind(event, "notice.confirmed") && i < p->bundle.n; i++) {
        const struct json *queued = json_get(p->events[i], "body");
        if (is_kind(p->events[i], "notice.queued") && str_eq(json_text(queued, "notice"), key))
            return str_is(json_text(queued, "kind"), "release");
    }
    return false;
}

static void first_sentence(struct letter *l, const struct proof *p)
{
    instant began = INSTANT_NONE, confirmed = INSTANT_NONE;
    for (size_t i = 0; i < p->bundle.n; i++) {
        if (is_kind(p->events[i], "trigger")) began = event_time(p->events[i]);
        if (began != INSTANT_NONE && confirmed == INSTANT_NONE &&
            confirms_release(p, p->events[i]))
            confirmed = event_time(p->events[i]);
    }
    if (!p->good) {
        letter_lead(l, str_c(arena_printf(p->arena,
                                          "This bundle does not check: " STR_FMT
                                          ". Nothing below is proven.",
                                          STR_ARG(p->fault))));
        return;
    }
    letter_lead(l, STR("Every entry below stands unaltered in the ledger that was signed with "
                       "the key printed below."));
    if (began != INSTANT_NONE && confirmed != INSTANT_NONE)
        letter_paragraph(
            l, str_c(arena_printf(p->arena,
                                  "The start of release was recorded on " STR_FMT
                                  ". Delivery was confirmed on " STR_FMT
                                  ", %lld min %02lld s later.",
                                  STR_ARG(paper_time(p->arena, p->setup, began, false)),
                                  STR_ARG(paper_time(p->arena, p->setup, confirmed, false)),
                                  (long long)((confirmed - began) / 60000),
                                  (long long)((confirmed - began) / 1000 % 60))));
    else if (began != INSTANT_NONE)
        letter_paragraph(l, STR("The start of release was recorded; no confirmed delivery "
                                "after it is among these entries."));
}

static void time_line(struct letter *l, const struct proof *p)
{
    static const struct str head[3] = {STR_INIT("When"), STR_INIT("What happened"),
                                       STR_INIT("Ledger entry and details")};
    struct str *cells = arena_array(p->arena, struct str, 3 * p->bundle.n + 1);
    size_t n = 0, reads = 0;
    for (size_t i = 0; i < p->bundle.n; i++) {
        const struct json *event = p->events[i];
        if (is_kind(event, "record.read")) {
            reads++;
            continue;
        }
        struct str more = event ? detail(p, event) : STR("");
        cells[3 * n] =
            event ? paper_time(p->arena, p->setup, event_time(event), false) : STR("");
        cells[3 * n + 1] = about(event);
        cells[3 * n + 2] = str_c(arena_printf(p->arena, "%llu%s" STR_FMT,
                                              (unsigned long long)p->bundle.items[i].index,
                                              more.n ? ": " : "", STR_ARG(more)));
        n++;
    }
    letter_heading(l, STR("Time line"));
    letter_table(l, head, cells, n);
    if (reads)
        letter_paragraph(
            l, str_c(arena_printf(
                   p->arena,
                   "%zu entries about people who looked at this case are in the bundle and "
                   "left out here.",
                   reads)));
}

static struct str base64_of(const struct proof *p, struct hash h)
{
    struct buf b = buf_in(p->arena);
    base64_add(&b, str_n((const char *)h.b, sizeof h.b));
    return buf_str(&b);
}

static void anchor_path(struct letter *l, const struct proof *p)
{
    if (p->anchor == SIZE_MAX) return;
    const struct ledger_item *item = &p->bundle.items[p->anchor];
    struct buf b = buf_in(p->arena);
    buf_printf(&b, "entry      %llu\ncommitment " STR_FMT "\n", (unsigned long long)item->index,
               STR_ARG(base64_of(p, item->commitment)));
    for (size_t i = 0; i < item->path.n; i++)
        buf_printf(&b, "path %-5zu " STR_FMT "\n", i,
                   STR_ARG(base64_of(p, item->path.nodes[i])));
    letter_heading(l, str_c(arena_printf(p->arena, "Where it stands: \"" STR_FMT "\"",
                                         STR_ARG(about(p->events[p->anchor])))));
    letter_code(l, str_trim(buf_str(&b)));
}

static void body(struct letter *l, void *ctx)
{
    const struct proof *p = ctx;
    static const struct str steps[] = {
        STR_INIT("Take the verifier key from the jail's published page, not from this paper, "
                 "and compare."),
        STR_INIT("Check the signature of the note above with it. It gives the number of "
                 "entries and the root."),
        STR_INIT("For each event of the bundle: SHA-256 over \"sallyport event v1\" and a line "
                 "feed, the salt, and the text is its commitment."),
        STR_INIT("Hash the commitment to a leaf (0x00 before it) and go up its path (0x01 "
                 "before each pair), as RFC 6962 says: the root must be the note's."),
    };
    struct letter_row rows[] = {{STR("Case"), p->bundle.case_id, false},
                                {STR("Entries of this case"),
                                 str_c(arena_printf(p->arena, "%zu", p->bundle.n)), false}};
    letter_title(l, STR("Proof of notice"));
    first_sentence(l, p);
    letter_rows(l, rows, 2);
    time_line(l, p);
    anchor_path(l, p);
    letter_heading(l, STR("The signed state of the ledger"));
    letter_code(l, str_trim(p->bundle.checkpoint));
    letter_heading(l, STR("Verifier key in the bundle"));
    letter_code(l, p->bundle.key);
    letter_heading(l, STR("How to check this without trusting us"));
    letter_items(l, steps, sizeof steps / sizeof steps[0], true);
    letter_paragraph(l, STR("Checked this way, the entries stood in the ledger in these words "
                            "and this order when the note was signed. "
                            "It does not show that there is no other entry, nor that what was "
                            "entered was true."));
}

/* Its path is what gets argued about: delivery confirmed, else a receipt, else the last
 * decision. */
static size_t find_anchor(const struct proof *p)
{
    static const char *const kinds[] = {"notice.confirmed", "notice.receipt", "decision.made"};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t i = p->bundle.n; i-- > 0;)
            if (is_kind(p->events[i], kinds[k]) && (k > 0 || confirms_release(p, p->events[i])))
                return i;
    return SIZE_MAX;
}

RC outbound_proof_pdf(struct arena *a, const struct outbound_setup *s,
                      const struct json *bundle, struct str *ret, struct err *e)
{
    struct proof p = {.setup = s, .arena = a};
    struct json *report = NULL;
    struct err why = {0};
    instant created = 0;
    TRY(bundle_read(a, bundle, &p.bundle, e));
    enum rc rc = bundle_verify(a, &p.bundle, STR(""), &report, &why);
    p.good = rc == RC_OK;
    p.fault = str_c(arena_strdup(a, why.text));
    p.events = arena_array(a, struct json *, p.bundle.n + 1);
    for (size_t i = 0; i < p.bundle.n; i++) {
        if (p.bundle.items[i].expunged) continue;
        TRY(json_parse(a, p.bundle.items[i].event, "event", NULL, &p.events[i], e));
        instant t = event_time(p.events[i]);
        if (t != INSTANT_NONE && t > created) created = t;
    }
    p.anchor = find_anchor(&p);
    struct letter_head head = {
        .facility = str_c(s->office.facility ? s->office.facility
                          : s->office.name   ? s->office.name
                                             : "Records"),
        .office = STR("Proof from the ledger"),
        .lines = s->office.lines,
        .title = STR("Proof of notice"),
        .mark = str_c(arena_printf(a, "Proof of notice  \302\267  case " STR_FMT,
                                   STR_ARG(p.bundle.case_id))),
        .created = created,
    };
    return letter_make(a, &head, body, &p, ret, e);
}
