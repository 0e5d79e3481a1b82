/* sallyport request add, request document: a request from a file, or asked for on the terminal
 * member by member, shown once more and stored after a yes. What is asked for is a table;
 * nothing in it asks for a status. */
#include "cli/cli.h"
#include "intake/when.h"
#include "os/term.h"
#include <unistd.h>

static RC store(struct call *c, struct json *request, struct err *e)
{
    struct casework *w = NULL;
    struct json *r = NULL;
    TRY(call_open(c, NULL, &w, e));
    enum rc rc = casework_request(w, call_actor(c), request, c->arena, &r, e);
    casework_close(w);
    if ((rc == RC_OK || rc == RC_NO) && r) show_case(c, r);
    return rc == RC_NO ? RC_OK : rc; /* entered before: one request */
}

enum check { ANY, NEEDED, DAY, MOMENT, SEX, YESNO, ASKS };
struct question {
    const char *member; /* "subject/family": below subject */
    const char *text, *otherwise;
    enum check check;
};

static const struct question questions[] = {
    {"agency", "Agency that asks (id)", "", NEEDED},
    {"reference", "Its reference or event number", "", NEEDED},
    {"form", "Form (I-247A, letter, e-mail, telephone ...)", "", NEEDED},
    {"received_at", "Received at (local time)", "now", MOMENT},
    {"asks", "What it asks: notify hold transfer interview information relay", "notify", ASKS},
    {"written", "In writing? (yes, no, empty: not known)", "", YESNO},
    {"signed", "Signed?", "", YESNO},
    {"complete", "Complete?", "", YESNO},
    {"subject/booking_number", "Booking number, as the agency wrote it", "", ANY},
    {"subject/state_id", "State id", "", ANY},
    {"subject/family", "Family name", "", ANY},
    {"subject/given", "Given name", "", ANY},
    {"subject/middle", "Middle name", "", ANY},
    {"subject/birth_date", "Date of birth (2026-01-31)", "", DAY},
    {"subject/sex", "Sex (M, F, X)", "", SEX},
};
#define QUESTIONS (sizeof questions / sizeof *questions)

static struct json *asks_of(struct arena *a, struct str s)
{
    struct json *list = json_array(a);
    struct str word;
    while (str_cut(&s, ' ', &word)) {
        enum ask ask;
        word = str_trim(word);
        if (word.n && word.p[word.n - 1] == ',') word.n--;
        if (word.n == 0) continue;
        if (!ask_from_word(word, &ask)) return NULL;
        json_add(a, list, json_c(a, ask_word(ask)));
    }
    return json_len(list) ? list : NULL;
}

/* The value of an answer, json_null for "left out", NULL for "not so". */
static struct json *value_of(struct call *c, const struct question *q, struct str s,
                             const struct config *conf)
{
    struct err ignored;
    char text[40];
    instant t;
    int64_t day;
    if (s.n == 0 && q->check != NEEDED && q->check != ASKS) return json_null(c->arena);
    switch (q->check) {
    case ANY: return json_string(c->arena, s);
    case NEEDED: return s.n ? json_string(c->arena, s) : NULL;
    case DAY:
        if (!when_day(s, WHEN_MONTH_FIRST, &day)) return NULL;
        date_print(day, text);
        return json_string(c->arena, str_dup(c->arena, str_c(text)));
    case MOMENT:
        if (call_instant(c, conf, s, &t, &ignored) != RC_OK) return NULL;
        instant_utc(t, text);
        return json_string(c->arena, str_dup(c->arena, str_c(text)));
    case SEX:
        return str_ieq(s, STR("M"))   ? json_c(c->arena, "M")
               : str_ieq(s, STR("F")) ? json_c(c->arena, "F")
               : str_ieq(s, STR("X")) ? json_c(c->arena, "X")
                                      : NULL;
    case YESNO:
        return str_ieq(s, STR("yes")) || str_ieq(s, STR("y"))  ? json_bool(c->arena, true)
               : str_ieq(s, STR("no")) || str_ieq(s, STR("n")) ? json_bool(c->arena, false)
                                                               : NULL;
    case ASKS: return asks_of(c->arena, s);
    }
    return NULL;
}

static RC ask_one(struct call *c, const struct question *q, const struct config *conf,
                  struct json **ret, struct err *e)
{
    for (;;) {
        struct str s = call_ask(c, q->text, q->otherwise);
        if (!s.p) return FAIL(e, RC_NO, "CLI-0014", "nothing was stored: the input ended");
        *ret = value_of(c, q, s, conf);
        if (*ret) return RC_OK;
        fprintf(stderr, "  %s\n", s.n ? "that cannot be; once more" : "this is needed");
    }
}

static RC ask_all(struct call *c, const struct config *conf, struct json **ret, struct err *e)
{
    struct json *request = json_object(c->arena), *subject = json_object(c->arena);
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct json *v = NULL;
        TRY(ask_one(c, &questions[i], conf, &v, e));
        const char *slash = strchr(questions[i].member, '/');
        if (v->type != JSON_NULL)
            json_set(c->arena, slash ? subject : request,
                     slash ? slash + 1 : questions[i].member, v);
    }
    json_set(c->arena, request, "subject", subject);
    *ret = request;
    return RC_OK;
}

static RC confirmed(struct call *c, const struct json *request, struct err *e)
{
    struct buf b = buf_in(c->arena);
    json_write_pretty(&b, request);
    fprintf(stderr, "\n%sThis will be stored:%s\n" STR_FMT "\n",
            term_paint(STDERR_FILENO, PAINT_BOLD), term_paint(STDERR_FILENO, PAINT_OFF),
            STR_ARG(buf_str(&b)));
    struct str s = call_ask(c, "Store it? (yes or no)", "no");
    return str_ieq(s, STR("yes")) || str_ieq(s, STR("y"))
               ? RC_OK
               : FAIL(e, RC_NO, "CLI-0014", "nothing was stored");
}

RC run_request_add(struct call *c, struct err *e)
{
    struct json *request = NULL;
    struct config conf;
    if (c->n_rest) {
        TRY(call_json_file(c, opt_operand(c, 0), &request, e));
        return store(c, request, e);
    }
    if (!term_is_tty(STDIN_FILENO))
        return FAIL(e, RC_USAGE, "CLI-0015",
                    "there is no terminal to ask on; name a file, or '-' for standard input");
    TRY(call_config(c, &conf, e));
    TRY(ask_all(c, &conf, &request, e));
    TRY(confirmed(c, request, e));
    return store(c, request, e);
}

RC run_request_document(struct call *c, struct err *e)
{
    struct casework *w = NULL;
    struct json *document = NULL, *r = NULL;
    TRY(call_json_file(c, opt_operand(c, 1), &document, e));
    TRY(call_open(c, NULL, &w, e));
    enum rc rc =
        casework_document(w, call_actor(c), opt_operand(c, 0), document, c->arena, &r, e);
    casework_close(w);
    if (rc == RC_OK) show_case(c, r);
    return rc;
}
