/* To the agency that asked: the release has begun. All its words stand here. */
#include "outbound/outbound.h"
#include "outbound/paper_in.h"

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
    struct paper *p = ctx;
    letter_title(l, STR("Notice of release"));
    letter_lead(l, STR("The release of the person named in your request has begun."));
    paper_agency_rows(l, p, STR("Release began"), p->notice->triggered_at);
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
    paper_contact(l, p, "Questions about this notice:");
    paper_signed(l, p);
}
