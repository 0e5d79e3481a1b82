/* Every fixed sentence that leaves the house, and the order in which it stands on paper. An
 * agency learns nothing about the person beyond what it wrote itself, the answer, and (in a
 * release notice) that and when release began. The person's copy is in plain English and
 * Spanish, says what was asked and answered, and promises nothing that is not so. No sentence
 * claims an authority of its own: citations come from the decision. */
#include "outbound/templates.h"
#include "base/tz.h"
#include "outbound/outbound.h"

/* ---- answers
 * --------------------------------------------------------------------------------- */

enum { EN, ES };

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

static struct str *answer_cells(const struct paper *p, int language, bool person, size_t *ret_n)
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

static bool answered(const struct paper *p, const char *ask, const char *outcome)
{
    for (size_t i = 0; i < json_len(p->answers); i++)
        if ((!*ask || str_is(json_text(json_at(p->answers, i), "ask"), ask)) &&
            str_is(json_text(json_at(p->answers, i), "outcome"), outcome))
            return true;
    return false;
}

/* ---- pieces
 * ---------------------------------------------------------------------------------- */

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

static void agency_rows(struct letter *l, const struct paper *p, struct str what, instant when)
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

static void contact(struct letter *l, const struct paper *p, const char *before)
{
    if (p->setup->office.contact)
        letter_paragraph(
            l, str_c(arena_printf(p->arena, "%s %s.", before, p->setup->office.contact)));
}

static void signed_by(struct letter *l, const struct paper *p)
{
    const struct notice *n = p->notice;
    letter_space(l, 8);
    letter_paragraph(l, str_c(p->setup->office.name ? p->setup->office.name : "Records"));
    letter_paragraph(l, n->facility);
    letter_paragraph(
        l, str_c(arena_printf(
               p->arena, "Prepared on " STR_FMT " under the recorded decision named above.",
               STR_ARG(paper_time(p->arena, p->setup, n->queued_at, false)))));
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

/* ---- to the agency
 * --------------------------------------------------------------------------- */

static const struct {
    const char *kind, *sentence;
} triggers[] = {
    {"bond posted", "Bond was posted."},
    {"release order", "An order of release was received."},
    {"sentence served", "The sentence has been served."},
    {"charges dropped", "The charges were dropped or dismissed."},
};

static const char *trigger_sentence(struct str kind)
{
    for (size_t i = 0; i < sizeof triggers / sizeof triggers[0]; i++)
        if (str_is(kind, triggers[i].kind)) return triggers[i].sentence;
    return "";
}

void paper_release(struct letter *l, void *ctx)
{
    const struct paper *p = ctx;
    letter_title(l, STR("Notice of release"));
    letter_lead(l, STR("The release of the person named in your request has begun."));
    agency_rows(l, p, STR("Release began"), p->notice->triggered_at);
    const char *why = trigger_sentence(p->notice->trigger_kind);
    if (*why) letter_paragraph(l, str_c(why));
    letter_paragraph(l, STR("You asked to be told, and this is that notice. Release takes "
                            "several steps, and the hour at which "
                            "it will be complete cannot be promised. It will not be delayed: "
                            "nobody is kept here because of "
                            "your request or because of this notice."));
    letter_paragraph(l, STR("This notice answers your request and ends with this release. A "
                            "later booking of the same "
                            "person needs a new request."));
    letter_paragraph(
        l, STR("If this reached you by mistake, please tell us at once and destroy it."));
    contact(l, p, "Questions about this notice:");
    signed_by(l, p);
}

void paper_answer(struct letter *l, void *ctx)
{
    const struct paper *p = ctx;
    static const struct str head[3] = {
        {"You asked for", 13}, {"Our answer", 10}, {"Authority cited", 15}};
    size_t n;
    letter_title(l, STR("Answer to your request"));
    agency_rows(l, p, STR("Answered"), p->notice->queued_at);
    letter_heading(l, STR("What you asked, and what we answer"));
    struct str *cells = answer_cells(p, EN, false, &n);
    letter_table(l, head, cells, n);
    if (answered(p, "notify", "notify"))
        letter_paragraph(l, STR("A notice is sent to the address of yours that we have "
                                "verified, when the first step of a release "
                                "begins. The decision is made again at that moment, on the "
                                "facts and the policy of that "
                                "moment."));
    if (p->setup->info_official && answered(p, "", "refer"))
        letter_paragraph(
            l, str_c(arena_printf(p->arena, "Referred to: %s.", p->setup->info_official)));
    if (!answered(p, "hold", "honor") && !answered(p, "transfer", "honor"))
        letter_paragraph(l, STR("No release is delayed because of this request."));
    letter_paragraph(l,
                     STR("This answer concerns the request named above and nothing else. You "
                         "may send a further document, "
                         "for example one issued by a judge; it will be decided by itself."));
    contact(l, p, "Questions about this answer:");
    signed_by(l, p);
}

void paper_withdrawal(struct letter *l, void *ctx)
{
    const struct paper *p = ctx;
    letter_title(l, STR("Withdrawal of a notice of release"));
    letter_lead(l, STR("The release that we told you about is not going ahead now. Please "
                       "disregard our earlier notice."));
    agency_rows(l, p, STR("Earlier notice: release began"), p->notice->triggered_at);
    letter_paragraph(
        l, STR("If a release begins again while your request is open, the decision is made "
               "anew on the facts and the "
               "policy of that moment, and you will be told if it provides for that."));
    contact(l, p, "Questions about this withdrawal:");
    signed_by(l, p);
}

/* ---- to the person
 * --------------------------------------------------------------------------- */

/* The four points of an interview: that an interview is sought, that one may refuse, a lawyer
 * first, what may be used. */
static const struct {
    const char *title, *lead, *about, *labels[4], *asked, *head[3], *release, *court, *not_you,
        *not_you_how, *rights, *points[6], *not_advice, *contact, *blanks[4];
} person[2] = {
    {.title = "Your copy: an agency has asked about you",
     .lead = "This paper is for you to keep. You do not have to sign anything or answer anyone "
             "because of it.",
     .about = "The request",
     .labels = {"Agency that asked", "Its reference", "Its form", "Your booking number"},
     .asked = "What they asked, and what we answered",
     .head = {"They asked", "We answered", "Legal source"},
     .release = "This request does not change your bail, your release or the way you are "
                "treated here. You will not "
                "be kept longer because an agency wants to be told.",
     .court =
         "This request by itself does not change your bail or the way you are treated here. If "
         "the answer above speaks of "
         "a court document, ask for a copy of that document and speak with a lawyer about it.",
     .not_you = "If they mean somebody else, or something here is wrong",
     .not_you_how = "Tell any officer that the request is not about you, or that you dispute "
                    "it. You may say it or write it, "
                    "today or later, and your lawyer or family may do it for you. It is "
                    "written down, and a person must look "
                    "at it.",
     .rights = "Your rights if someone wants to interview you",
     .points =
         {"An agency, including federal immigration authorities, may ask to interview you. You "
          "may ask who they are.",
          "You may say no. You have the right to remain silent, and you may stop at any time.",
          "You may speak with a lawyer before you answer. You may ask that your lawyer be "
          "there.",
          "Anything you say may be used against you, also in immigration court.",
          "You do not have to sign a paper that you do not understand.",
          "You may ask for an interpreter, or for this paper to be read to you."},
     .not_advice = "This paper tells you what happened. It is not legal advice; a lawyer can "
                   "give you that.",
     .contact = "Questions, or to dispute the request:",
     .blanks = {"Given to me on (date and time)", "By (name of the officer)",
                "My signature, if I wish to sign", "Read to me in (language), by"}},
    {.title = "Su copia: una agencia ha preguntado por usted",
     .lead = "Este papel es suyo y puede guardarlo. No tiene que firmar nada ni contestarle a "
             "nadie por haberlo recibido.",
     .about = "La solicitud",
     .labels = {"Agencia que preguntó", "Su referencia", "Su formulario",
                "Su número de registro en la cárcel"},
     .asked = "Qué pidieron y qué contestamos",
     .head = {"Pidieron", "Contestamos", "Fuente legal"},
     .release = "Esta solicitud no cambia su fianza, su liberación ni el trato que recibe "
                "aquí. No se le "
                "retendrá más tiempo porque una agencia quiera que se le avise.",
     .court = "Esta solicitud por sí misma no cambia su fianza ni el trato que recibe aquí. Si "
              "la respuesta de arriba habla de "
              "un documento del tribunal, pida una copia de ese documento y hable con un "
              "abogado sobre él.",
     .not_you = "Si se refieren a otra persona, o si algo aquí está equivocado",
     .not_you_how = "Dígale a cualquier oficial que la solicitud no es sobre usted o que no "
                    "está de acuerdo con ella. "
                    "Puede decirlo o escribirlo, hoy o más tarde, y su abogado o su familia "
                    "pueden hacerlo por usted. "
                    "Quedará por escrito y una persona tendrá que revisarlo.",
     .rights = "Sus derechos si alguien quiere entrevistarle",
     .points =
         {"Una agencia, incluidas las autoridades federales de inmigración, puede pedir una "
          "entrevista con usted. Puede "
          "preguntar quiénes son.",
          "Usted puede decir que no. Tiene derecho a guardar silencio y puede terminar la "
          "entrevista en cualquier momento.",
          "Puede hablar con un abogado antes de contestar. Puede pedir que su abogado esté "
          "presente.",
          "Todo lo que diga puede usarse en su contra, también en el tribunal de inmigración.",
          "No tiene que firmar ningún papel que no entienda.",
          "Puede pedir un intérprete o que alguien le lea este papel."},
     .not_advice = "Este papel le informa de lo que ocurrió. No es asesoría legal; un abogado "
                   "puede dársela.",
     .contact = "Preguntas, o para disputar la solicitud:",
     .blanks = {"Se me entregó el (fecha y hora)", "Por (nombre del oficial)",
                "Mi firma, si deseo firmar", "Se me leyó en (idioma), por"}},
};

static void one_language(struct letter *l, const struct paper *p, int k)
{
    const struct notice *n = p->notice;
    struct letter_row rows[] = {
        {str_c(person[k].labels[0]), n->agency_name, false},
        {str_c(person[k].labels[1]), n->agency_reference, false},
        {str_c(person[k].labels[2]), n->form, false},
        {str_c(person[k].labels[3]), n->booking_number, false},
    };
    struct str head[3], points[6], blanks[4];
    size_t rows_n;
    for (int i = 0; i < 3; i++) head[i] = str_c(person[k].head[i]);
    for (int i = 0; i < 6; i++) points[i] = str_c(person[k].points[i]);
    for (int i = 0; i < 4; i++) blanks[i] = str_c(person[k].blanks[i]);
    letter_title(l, str_c(person[k].title));
    letter_paragraph(l, str_c(person[k].lead));
    letter_heading(l, str_c(person[k].about));
    letter_rows(l, rows, 4);
    letter_heading(l, str_c(person[k].asked));
    struct str *cells = answer_cells(p, k, true, &rows_n);
    letter_table(l, head, cells, rows_n);
    bool court = answered(p, "hold", "honor") || answered(p, "transfer", "honor");
    letter_paragraph(l, str_c(court ? person[k].court : person[k].release));
    letter_heading(l, str_c(person[k].not_you));
    letter_paragraph(l, str_c(person[k].not_you_how));
    letter_heading(l, str_c(person[k].rights));
    letter_items(l, points, 6, true);
    letter_paragraph(l, str_c(person[k].not_advice));
    contact(l, p, person[k].contact);
    letter_blanks(l, blanks, 4);
}

/* Both languages are always given; the person's own comes first. */
void paper_person_copy(struct letter *l, void *ctx)
{
    const struct paper *p = ctx;
    int first = str_is(p->notice->language, "es") ? ES : EN;
    one_language(l, p, first);
    letter_new_page(l);
    one_language(l, p, first == EN ? ES : EN);
}
