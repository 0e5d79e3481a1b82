/* Clock duties: what must be done by when because of an outcome, and when a person must be
 * alerted. Pure. */
#pragma once
#include "custody/decide.h"

enum duty_state { DUTY_OPEN, DUTY_DONE, DUTY_LATE, DUTY_LAPSED };
struct duty {
    struct str what;    /* obligation's duty */
    instant since, due; /* due INSTANT_NONE: no deadline */
    enum duty_state state;
};
/* The state of a duty at an instant; DONE and LAPSED stay. */
enum duty_state duty_at(const struct duty *d, instant now);

/* When to try again after n failed attempts: minutes apart with jitter (0 … 999 of the step),
 * never later than step; attempts go on until released + 60 min, then the notice closes as not
 * confirmed. */
instant retry_at(unsigned attempts, instant last, unsigned jitter_per_mille);
#define ALERT_UNCONFIRMED MINUTES(10) /* from the trigger */
#define NOTICE_GIVES_UP MINUTES(60)   /* after the release */
