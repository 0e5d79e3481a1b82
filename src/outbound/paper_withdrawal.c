/* To the agency that was told of a release: it is not going ahead. */
#include "outbound/outbound.h"
#include "outbound/paper_in.h"

void paper_withdrawal(struct letter *l, void *ctx)
{
    struct paper *p = ctx;
    letter_title(l, STR("Withdrawal of a notice of release"));
    letter_lead(l, STR("The release that we told you about is not going ahead now. Please "
                       "disregard our earlier notice."));
    paper_agency_rows(l, p, STR("Earlier notice: release began"), p->notice->triggered_at);
    letter_paragraph(
        l, STR("If a release begins again while your request is open, the decision is made "
               "anew on the facts and the "
               "policy of that moment, and you will be told if it provides for that."));
    paper_contact(l, p, "Questions about this withdrawal:");
    paper_signed(l, p);
}
