/* sallyport trigger, trigger undo, release: what the jail reports. Nothing here waits for a
 * notice. */
#include "cli/cli.h"

/* "bond-posted" is easier to type than 'bond posted'. */
static struct str words(struct call *c, struct str s)
{
    char *z = str_dupz(c->arena, s);
    for (char *p = z; *p; p++)
        if (*p == '-') *p = ' ';
    return str_c(z);
}

static RC report(struct call *c, bool trigger, struct str kind, struct err *e)
{
    struct casework *casework = NULL;
    struct config conf;
    struct json *result = NULL;
    instant at = INSTANT_NONE;
    TRY(call_config(c, &conf, e));
    TRY(call_instant(c, &conf, opt_text(c, "at", ""), &at, e));
    TRY(call_open(c, NULL, &casework, e));
    enum rc rc =
        trigger ? casework_trigger(casework, call_actor(c), opt_operand(c, 0), words(c, kind),
                                   at, c->arena, &result, e)
                : casework_release(casework, call_actor(c), opt_operand(c, 0), words(c, kind),
                                   opt_text(c, "to", ""), at, c->arena, &result, e);
    casework_close(casework);
    if ((rc == RC_OK || rc == RC_NO) && result) show(c, result);
    return rc == RC_NO ? RC_OK : rc; /* reported before: as done as the first time */
}

RC run_trigger(struct call *c, struct err *e) { return report(c, true, opt_operand(c, 1), e); }

RC run_release(struct call *c, struct err *e)
{
    return report(c, false, c->n_rest > 1 ? opt_operand(c, 1) : STR("released"), e);
}

RC run_trigger_undo(struct call *c, struct err *e)
{
    struct casework *casework = NULL;
    struct json *result = NULL;
    TRY(call_open(c, NULL, &casework, e));
    enum rc rc = casework_trigger_undo(casework, call_actor(c), opt_operand(c, 0),
                                       opt_text(c, "reason", ""), c->arena, &result, e);
    casework_close(casework);
    if (rc == RC_OK) show(c, result);
    return rc;
}
