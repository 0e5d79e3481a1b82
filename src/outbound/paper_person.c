/* To the person in custody: who asked what and what was answered, in plain English and Spanish,
 * and the rights in an interview. It promises nothing that is not so. Both languages are always
 * given; the person's own comes first. All its words stand here but those of each answer
 * (paper.c). */
#include "outbound/outbound.h"
#include "outbound/paper_in.h"

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

struct half {
    const struct paper *p;
    int k;
};

static void request(struct letter *l, const struct paper *p, int k)
{
    const struct notice *n = p->notice;
    struct letter_row rows[] = {
        {str_c(person[k].labels[0]), n->agency_name, false},
        {str_c(person[k].labels[1]), n->agency_reference, false},
        {str_c(person[k].labels[2]), n->form, false},
        {str_c(person[k].labels[3]), n->booking_number, false},
    };
    struct str head[3];
    size_t rows_n;
    for (int i = 0; i < 3; i++) head[i] = str_c(person[k].head[i]);
    letter_heading(l, str_c(person[k].about));
    letter_rows(l, rows, 4);
    letter_heading(l, str_c(person[k].asked));
    struct str *cells = paper_answer_cells(p, k, true, &rows_n);
    letter_table(l, head, cells, rows_n);
    bool court = paper_answered(p, "hold", "honor") || paper_answered(p, "transfer", "honor");
    letter_paragraph(l, str_c(court ? person[k].court : person[k].release));
}

static void one_language(struct letter *l, void *ctx)
{
    const struct half *h = ctx;
    int k = h->k;
    struct str points[6], blanks[4];
    for (int i = 0; i < 6; i++) points[i] = str_c(person[k].points[i]);
    for (int i = 0; i < 4; i++) blanks[i] = str_c(person[k].blanks[i]);
    letter_title(l, str_c(person[k].title));
    letter_paragraph(l, str_c(person[k].lead));
    request(l, h->p, k);
    letter_heading(l, str_c(person[k].not_you));
    letter_paragraph(l, str_c(person[k].not_you_how));
    letter_heading(l, str_c(person[k].rights));
    letter_items(l, points, 6, true);
    letter_paragraph(l, str_c(person[k].not_advice));
    paper_contact(l, h->p, person[k].contact);
    letter_blanks(l, blanks, 4);
}

/* Both languages are always given, each on a page of its own if it can be; the person's own
 * comes first. */
void paper_person_copy(struct letter *l, void *ctx)
{
    const struct paper *p = ctx;
    int first = str_is(p->notice->language, "es") ? ES : EN;
    struct half halves[2] = {{p, first}, {p, first == EN ? ES : EN}};
    letter_on_one_page(l, one_language, &halves[0]);
    letter_language(l, first == EN ? "es-US" : "en-US");
    letter_new_page(l);
    letter_on_one_page(l, one_language, &halves[1]);
}
