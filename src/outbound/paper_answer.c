/* To the agency that asked: what is answered to each thing it asked for, by what authority.
 * The words of each answer stand in paper.c, because the person reads them too. */
#include "outbound/outbound.h"
#include "outbound/paper_in.h"

void paper_answer(struct letter *l, void *ctx)
{
    struct paper *p = ctx;
    static const struct str head[3] = {
        {"You asked for", 13}, {"Our answer", 10}, {"Authority cited", 15}};
    size_t n;
    letter_title(l, STR("Answer to your request"));
    paper_agency_rows(l, p, STR("Answered"), p->notice->queued_at);
    letter_heading(l, STR("What you asked, and what we answer"));
    struct str *cells = paper_answer_cells(p, EN, false, &n);
    letter_table(l, head, cells, n);
    if (paper_answered(p, "notify", "notify"))
        letter_paragraph(l, STR("A notice is sent to the address of yours that we have "
                                "verified, when the first step of a release "
                                "begins. The decision is made again at that moment, on the "
                                "facts and the policy of that "
                                "moment."));
    if (p->setup->info_official && paper_answered(p, "", "refer"))
        letter_paragraph(
            l, str_c(arena_printf(p->arena, "Referred to: %s.", p->setup->info_official)));
    if (!paper_answered(p, "hold", "honor") && !paper_answered(p, "transfer", "honor"))
        letter_paragraph(l, STR("No release is delayed because of this request."));
    letter_paragraph(l,
                     STR("This answer concerns the request named above and nothing else. You "
                         "may send a further document, "
                         "for example one issued by a judge; it will be decided by itself."));
    paper_contact(l, p, "Questions about this answer:");
    paper_signed(l, p);
}
