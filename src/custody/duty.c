/* See duty.h. Release comes within hours, so that attempts are minutes apart: 1, 2, 3, then
 * every 5. */
#include "custody/duty.h"

enum duty_state duty_at(const struct duty *d, instant now)
{
    switch (d->state) {
    case DUTY_DONE: return DUTY_DONE;
    case DUTY_LAPSED: return DUTY_LAPSED;
    case DUTY_OPEN:
    case DUTY_LATE: return d->due != INSTANT_NONE && now > d->due ? DUTY_LATE : DUTY_OPEN;
    }
    return d->state;
}

/* Jitter takes away up to a half of a step, so that many notices do not knock at one door at
 * once and none is later than its step. */
instant retry_at(unsigned attempts, instant last, unsigned jitter_per_mille)
{
    int64_t step = attempts <= 1   ? MINUTES(1)
                   : attempts == 2 ? MINUTES(2)
                   : attempts == 3 ? MINUTES(3)
                                   : MINUTES(5);
    int64_t jitter = (int64_t)(jitter_per_mille > 999 ? 999 : jitter_per_mille);
    return last + step - step / 2 * jitter / 1000;
}
