/* Whose booking is a request about? Two identifiers must agree for `confirmed`: booking number,
 * state id, or name and date of birth, which count as two when one single booking has both;
 * anything that disagrees is `conflict`; all else waits for a person. Never acts on a near
 * match: near matches are only suggested. */
#pragma once
#include "custody/facts.h"

struct identity {
    struct str booking_number, state_id;
    struct str family, given, middle; /* as written */
    int64_t birth_date;               /* days or DAYS_UNKNOWN */
    struct str sex;                   /* M F X or empty; a further check only */
};

struct match_result {
    enum match match;
    size_t booking;           /* index of the booking, SIZE_MAX if none */
    struct str why;           /* one sentence: which identifiers agreed, which differ */
    unsigned agrees, differs; /* enum identifier bits */
};
enum identifier { ID_BOOKING = 1, ID_STATE = 2, ID_NAME = 4, ID_BIRTH = 8, ID_SEX = 16 };

/* candidates: bookings that share any identifier with the subject, in custody first. */
struct match_result match_identity(struct arena *a, const struct identity *subject,
                                   const struct identity *candidates, size_t n);
