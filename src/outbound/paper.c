/* What the letters share: what was asked and answered in words, dates, the rows that name the
 * request, and the end of a letter. The letters themselves stand in paper_release.c,
 * paper_answer.c, paper_withdrawal.c (to the agency) and paper_person.c. An agency learns
 * nothing about the person beyond what it wrote itself, the answer, and (in a release notice)
 * that and when release began. No sentence claims an authority of its own: citations come from
 * the decision. */
#include "outbound/paper_in.h"
#include "base/tz.h"
#include "outbound/outbound.h"

/* ---- answers ----------------------------------------------------------------------------- */

static const struct {
    const char *ask, *agency, *person[2];
} asks[] = {
    {"notify",
     "Notice of release",
     {"To be told when you are released", "Que se le avise cuando usted salga en libertad"}},
    {"hold",
     "Holding past release",
     {"To keep you here after your release",
      "Que se le retenga a usted después de su liberación"}},
    {"transfer",
     "Transfer to your custody",
     {"To have you handed over to them", "Que se le entregue a usted a esa agencia"}},
    {"interview", "Interview", {"To interview you", "Entrevistarle a usted"}},
    {"information", "Information", {"Information about you", "Información sobre usted"}},
    {"relay",
     "Passing your request on",
     {"To pass their request on to another agency", "Que se pase su solicitud a otra agencia"}},
};

/* The most exact row comes first; "" stands for every ask. */
static const struct {
    const char *ask, *outcome, *agency, *person[2];
} words[] = {
    {"notify",
     "notify",
     "We will tell you when release begins.",
     {"Yes. They will be told when your release begins.",
      "Sí. Se le avisará cuando comience su liberación."}},
    {"notify",
     "decline",
     "Declined. No notice will be sent.",
     {"No. They will not be told by us.", "No. No le avisaremos."}},
    {"hold",
     "decline",
     "Declined. Release is not delayed for this request.",
     {"No. You will not be kept here for them.", "No. No se le retendrá a usted para ellos."}},
    {"hold",
     "honor",
     "The court's document will be followed.",
     {"A court document is being followed. Ask for a copy of it.",
      "Se cumplirá un documento del tribunal. Pida una copia."}},
    {"transfer",
     "decline",
     "Declined. There will be no transfer on this request.",
     {"No. You will not be handed over to them by us.",
      "No. No le entregaremos a usted a esa agencia."}},
    {"transfer",
     "honor",
     "The court's document will be followed.",
     {"A court document is being followed. Ask for a copy of it.",
      "Se cumplirá un documento del tribunal. Pida una copia."}},
    {"interview",
     "decline",
     "Declined.",
     {"No. We have not agreed to an interview.", "No. No hemos aceptado una entrevista."}},
    {"information",
     "refer",
     "Referred to the official named below.",
     {"Passed to the official who answers such questions.",
      "Se pasó al funcionario que contesta esas preguntas."}},
    {"",
     "notify",
     "Agreed: we will tell you when it happens.",
     {"Yes. They will be told.", "Sí. Se le avisará."}},
    {"",
     "honor",
     "Agreed, under the authority cited.",
     {"Yes, for the legal reason given.", "Sí, por la razón legal indicada."}},
    {"", "decline", "Declined.", {"No.", "No."}},
    {"",
     "review",
     "Not decided yet: a person is looking at it.",
     {"Not decided yet. A person is looking at it.",
      "Aún no se ha decidido. Una persona lo está revisando."}},
    {"",
     "refer",
     "Referred to the official named below.",
     {"Passed to the official who decides it.", "Se pasó al funcionario que lo decide."}},
};

static size_t ask_row(struct str ask)
{
    size_t i = 0;
    while (i < sizeof asks / sizeof asks[0] && !str_is(ask, asks[i].ask)) i++;
    return i;
}

static size_t word_row(struct str ask, struct str outcome)
{
    size_t n = sizeof words / sizeof words[0], i = 0;
    while (i < n && !(str_is(outcome, words[i].outcome) &&
                      (!*words[i].ask || str_is(ask, words[i].ask))))
        i++;
    return i;
}

bool paper_knows(struct str ask, struct str outcome)
{
    return ask_row(ask) < sizeof asks / sizeof asks[0] &&
           word_row(ask, outcome) < sizeof words / sizeof words[0];
}

static struct str citations(struct arena *a, const struct json *answer)
{
    struct buf b = buf_in(a);
    const struct json *list = json_get(answer, "citations");
    for (size_t i = 0; i < json_len(list); i++) {
        if (i) buf_c(&b, "; ");
        buf_str_add(&b, json_str(json_at(list, i)));
    }
    return buf_str(&b);
}

struct str *paper_answer_cells(const struct paper *p, int language, bool person, size_t *ret_n)
{
    size_t n = json_len(p->answers);
    struct str *cells = arena_array(p->arena, struct str, 3 * n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct json *answer = json_at(p->answers, i);
        struct str ask = json_text(answer, "ask");
        size_t r = ask_row(ask), w = word_row(ask, json_text(answer, "outcome"));
        cells[3 * i] = str_c(person ? asks[r].person[language] : asks[r].agency);
        cells[3 * i + 1] = str_c(person ? words[w].person[language] : words[w].agency);
        cells[3 * i + 2] = citations(p->arena, answer);
    }
    *ret_n = n;
    return cells;
}

bool paper_answered(const struct paper *p, const char *ask, const char *outcome)
{
    for (size_t i = 0; i < json_len(p->answers); i++)
        if ((!*ask || str_is(json_text(json_at(p->answers, i), "ask"), ask)) &&
            str_is(json_text(json_at(p->answers, i), "outcome"), outcome))
            return true;
    return false;
}

/* ---- pieces ------------------------------------------------------------------------------ */

struct str paper_time(struct arena *a, const struct outbound_setup *s, instant t, bool spanish)
{
    static const char *const en[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};
    static const char *const es[] = {"enero",      "febrero", "marzo",     "abril",
                                     "mayo",       "junio",   "julio",     "agosto",
                                     "septiembre", "octubre", "noviembre", "diciembre"};
    if (t == INSTANT_NONE) return STR("");
    int64_t utc = t / 1000, year;
    int month, day;
    int32_t offset = s->zone ? tz_offset_at(s->zone, utc) : 0;
    int64_t local = utc + offset, rest = ((local % 86400) + 86400) % 86400;
    int32_t minutes = (offset < 0 ? -offset : offset) / 60;
    date_civil((local - rest) / 86400, &year, &month, &day);
    const char *date = spanish
                           ? arena_printf(a, "%d de %s de %d", day, es[month - 1], (int)year)
                           : arena_printf(a, "%s %d, %d", en[month - 1], day, (int)year);
    return str_c(arena_printf(a, "%s, %02d:%02d:%02d (UTC%c%02d:%02d)", date,
                              (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60),
                              offset < 0 ? '-' : '+', minutes / 60, minutes % 60));
}

/* As the agency wrote it: family name first, as on its form. */
static struct str person_name(struct arena *a, const struct identity *who)
{
    struct buf b = buf_in(a);
    buf_str_add(&b, who->family);
    if (who->given.n)
        buf_printf(&b, "%s" STR_FMT, who->family.n ? ", " : "", STR_ARG(who->given));
    if (who->middle.n) buf_printf(&b, " " STR_FMT, STR_ARG(who->middle));
    return buf_str(&b);
}

void paper_agency_rows(struct letter *l, const struct paper *p, struct str what, instant when)
{
    const struct notice *n = p->notice;
    struct letter_row rows[] = {
        {STR("To"), n->agency_name, false},
        {STR("Your reference"), n->agency_reference, false},
        {STR("Your form"), n->form, false},
        {STR("Person, as named in your request"), person_name(p->arena, &n->subject), false},
        {STR("Booking number"), n->booking_number, false},
        {STR("Facility"), n->facility, false},
        {what, paper_time(p->arena, p->setup, when, false), false},
        {STR("Our case"), n->case_id, false},
        {STR("Decision recorded as"),
         n->decision_id.n
             ? str_c(arena_printf(p->arena, "ledger entry " STR_FMT, STR_ARG(n->decision_id)))
             : STR(""),
         false},
    };
    letter_rows(l, rows, sizeof rows / sizeof rows[0]);
}

void paper_contact(struct letter *l, const struct paper *p, const char *before)
{
    if (p->setup->office.contact)
        letter_paragraph(
            l, str_c(arena_printf(p->arena, "%s %s.", before, p->setup->office.contact)));
}

static void signature(struct letter *l, void *ctx)
{
    const struct paper *p = ctx;
    const struct notice *n = p->notice;
    letter_space(l, 8);
    letter_paragraph(l, str_c(p->setup->office.name ? p->setup->office.name : "Records"));
    letter_paragraph(l, n->facility);
    letter_paragraph(
        l, str_c(arena_printf(
               p->arena, "Prepared on " STR_FMT " under the recorded decision named above.",
               STR_ARG(paper_time(p->arena, p->setup, n->queued_at, false)))));
}

void paper_signed(struct letter *l, struct paper *p) { letter_together(l, signature, p); }

const char *paper_language(const struct notice *n)
{
    return n->kind == NOTICE_PERSON_COPY && str_is(n->language, "es") ? "es-US" : "en-US";
}

const char *paper_title(const struct notice *n)
{
    switch (n->kind) {
    case NOTICE_RELEASE: return "Notice of release";
    case NOTICE_ANSWER: return "Answer to your request";
    case NOTICE_PERSON_COPY: return "Your copy and your rights / Su copia y sus derechos";
    case NOTICE_WITHDRAWAL: return "Withdrawal of a notice of release";
    }
    return "";
}
