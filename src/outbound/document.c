/* A notice becomes what is sent: PDF, words for a mail, and a CloudEvents 1.0 event (JSON,
 * canonical) for another program. All three say the same and nothing more. Here also stands the
 * last door: the check of everything that varies, before a byte leaves. What it must never do:
 * look at the clock, or put into one form what another does not say. */
#include "base/hash.h"
#include "custody/status.h"
#include "outbound/outbound.h"
#include "outbound/paper.h"

const char *delivery_word(enum delivery d)
{
    switch (d) {
    case DELIVERY_CONFIRMED: return "confirmed";
    case DELIVERY_UNDERWAY: return "underway";
    case DELIVERY_FAILED: return "failed";
    case DELIVERY_REFUSED: return "refused";
    case DELIVERY_UNKNOWN: return "unknown";
    }
    return "";
}

const struct channel_driver *outbound_driver(enum channel ch)
{
    switch (ch) {
    case CHANNEL_FAX: return &outbound_fax;
    case CHANNEL_EMAIL: return &outbound_smtp;
    case CHANNEL_WEBHOOK: return &outbound_webhook;
    case CHANNEL_FOLDER: return &outbound_folder;
    case CHANNEL_LETTER: return &outbound_letter;
    }
    return NULL;
}

/* ---- the door
 * -------------------------------------------------------------------------------- */

static RC no_status(struct str text, const char *what, bool is_name, struct err *e)
{
    if (is_name ? status_number(text, NULL) : status_text(text, NULL))
        return FAIL(e, RC_DENIED, "OUT-0104",
                    "the %s holds words that may not leave; a person must look at the request",
                    what);
    return RC_OK;
}

static RC no_status_in_answers(const struct notice *n, struct err *e)
{
    struct arena a;
    struct json *list = NULL;
    arena_init(&a, 0);
    enum rc rc = n->answers.n ? json_parse(&a, n->answers, "answers", NULL, &list, e) : RC_OK;
    for (size_t i = 0; rc == RC_OK && i < json_len(list); i++) {
        const struct json *cited = json_get(json_at(list, i), "citations");
        for (size_t k = 0; rc == RC_OK && k < json_len(cited); k++)
            rc = no_status(json_str(json_at(cited, k)), "citation", true,
                           e); /* laws have such words in their names */
    }
    arena_done(&a);
    return rc;
}

RC outbound_door(const struct notice *n, struct err *e)
{
    bool to_person = n->kind == NOTICE_PERSON_COPY;
    if (n->key.n == 0 || n->case_id.n == 0 || n->agency_name.n == 0)
        return FAIL(e, RC_DENIED, "OUT-0101",
                    "no request stands behind this notice; nothing is sent unasked");
    if (to_person != (n->channel == CHANNEL_LETTER))
        return FAIL(e, RC_DENIED, "OUT-0102", "this paper does not go to that recipient");
    if (!to_person && n->address.n == 0)
        return FAIL(e, RC_DENIED, "OUT-0103",
                    "the agency has no verified address for this channel");
    if (n->kind == NOTICE_RELEASE && n->triggered_at == INSTANT_NONE)
        return FAIL(e, RC_DENIED, "OUT-0105", "no release has begun");
    TRY(no_status(n->agency_name, "agency's name", true, e));
    TRY(no_status(n->agency_reference, "agency's reference", false, e));
    TRY(no_status(n->form, "form", false, e));
    TRY(no_status(n->subject.family, "family name", true, e));
    TRY(no_status(n->subject.given, "given name", true, e));
    TRY(no_status(n->subject.middle, "middle name", true, e));
    TRY(no_status(n->booking_number, "booking number", true, e));
    TRY(no_status(n->trigger_kind, "kind of release", false, e));
    TRY(no_status(n->facility, "facility", true, e));
    return no_status_in_answers(n, e);
}

/* ---- the document
 * ---------------------------------------------------------------------------- */

static RC read_answers(const struct notice *n, struct arena *a, struct json **ret,
                       struct err *e)
{
    *ret = json_array(a);
    if (n->answers.n) TRY(json_parse(a, n->answers, "answers", NULL, ret, e));
    if (n->kind == NOTICE_ANSWER && json_len(*ret) == 0)
        return FAIL(e, RC_BUG, "OUT-0001", "an answer without answers cannot be written");
    for (size_t i = 0; i < json_len(*ret); i++) {
        const struct json *one = json_at(*ret, i);
        if (!paper_knows(json_text(one, "ask"), json_text(one, "outcome")))
            return FAIL(e, RC_BUG, "OUT-0001", "no sentence is known for this ask and outcome");
    }
    return RC_OK;
}

static void set_text(struct arena *a, struct json *o, const char *name, struct str v)
{
    if (v.n) json_set(a, o, name, json_string(a, v));
}

static void set_time(struct arena *a, struct json *o, const char *name, instant t)
{
    char text[40];
    if (t != INSTANT_NONE)
        json_set(a, o, name, json_c(a, arena_strdup(a, instant_utc(t, text))));
}

static struct json *event_answers(const struct json *answers, struct arena *a)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < json_len(answers); i++) { /* only what paper says too */
        struct json *one = json_object(a);
        set_text(a, one, "ask", json_text(json_at(answers, i), "ask"));
        set_text(a, one, "outcome", json_text(json_at(answers, i), "outcome"));
        json_set(a, one, "citations", json_get(json_at(answers, i), "citations"));
        json_add(a, list, one);
    }
    return list;
}

/* CloudEvents 1.0 §2.1 required attributes; data is ours (docs/channels.md). */
static struct str event(const struct outbound_setup *s, const struct notice *n,
                        const struct json *answers, struct arena *a)
{
    struct json *o = json_object(a), *data = json_object(a), *who = json_object(a);
    json_set(a, o, "specversion", json_c(a, "1.0"));
    json_set(a, o, "id", json_string(a, n->key));
    json_set(a, o, "source",
             json_c(a, s->webhook.source ? s->webhook.source : "urn:sallyport"));
    json_set(a, o, "type",
             json_c(a, arena_printf(a, "sallyport.%s.v1", notice_kind_word(n->kind))));
    set_text(a, o, "subject", n->agency_reference);
    set_time(a, o, "time", n->queued_at);
    json_set(a, o, "datacontenttype", json_c(a, "application/json"));
    set_text(a, who, "family", n->subject.family);
    set_text(a, who, "given", n->subject.given);
    set_text(a, who, "middle", n->subject.middle);
    set_text(a, who, "booking_number", n->booking_number);
    json_set(a, data, "person", who);
    set_text(a, data, "agency", n->agency_name);
    set_text(a, data, "reference", n->agency_reference);
    set_text(a, data, "form", n->form);
    set_text(a, data, "case", n->case_id);
    set_text(a, data, "decision", n->decision_id);
    set_text(a, data, "facility", n->facility);
    set_time(a, data, "release_began", n->triggered_at);
    set_text(a, data, "because", n->trigger_kind);
    if (n->kind == NOTICE_ANSWER) json_set(a, data, "answers", event_answers(answers, a));
    json_set(a, o, "data", data);
    struct buf b = buf_in(a);
    json_write(&b, o);
    return buf_str(&b);
}

static void (*body_of(enum notice_kind k))(struct letter *, void *)
{
    switch (k) {
    case NOTICE_RELEASE: return paper_release;
    case NOTICE_ANSWER: return paper_answer;
    case NOTICE_PERSON_COPY: return paper_person_copy;
    case NOTICE_WITHDRAWAL: return paper_withdrawal;
    }
    return NULL;
}

RC outbound_document(const struct outbound_setup *s, const struct notice *n, struct arena *a,
                     struct outbound_document *ret, struct err *e)
{
    struct notice own = *n;
    struct paper p = {.setup = s, .notice = &own, .arena = a};
    struct json *answers = NULL;
    if (s->office.facility) own.facility = str_c(s->office.facility);
    TRY(read_answers(n, a, &answers, e));
    p.answers = answers;
    struct letter_head head = {
        .facility = own.facility,
        .office = str_c(s->office.name ? s->office.name : "Records"),
        .lines = s->office.lines,
        .title = str_c(paper_title(n)),
        .mark = str_c(arena_printf(a, "Case " STR_FMT "%s" STR_FMT, STR_ARG(n->case_id),
                                   n->decision_id.n ? "  \302\267  ledger entry " : "",
                                   STR_ARG(n->decision_id))),
        .lang = paper_language(n),
        .created = n->queued_at,
    };
    *ret = (struct outbound_document){.title = head.title};
    TRY(letter_make(a, &head, body_of(n->kind), &p, &ret->pdf, e));
    ret->text = letter_words(a, body_of(n->kind), &p);
    ret->event = event(s, &own, answers, a);
    hash_hex(hash_of(n->channel == CHANNEL_WEBHOOK ? ret->event : ret->pdf), ret->sha256);
    return RC_OK;
}
