/* Time-based one-time passwords (RFC 6238: SHA-1, 30 s, six digits) through liboath. Pure: the
 * instant is given. */
#pragma once
#include "base/date.h"

enum { TOTP_SECRET = 20 };
/* The code of a time step; digits 6 to 8. */
bool totp_code(struct str secret, int64_t step, unsigned digits, char ret[9])
    __attribute__((warn_unused_result));
int64_t totp_step(instant at);
/* Looks one step back and one ahead (a clock that is 30 s wrong), never at or before `last`: a
 * code that was used is not taken again (IA-2(8)). The same work whatever the code is. */
bool totp_check(struct str secret, struct str code, instant at, int64_t last, int64_t *ret_step)
    __attribute__((warn_unused_result));
struct str totp_base32(struct arena *a, struct str secret);
/* otpauth:// as authenticator apps read it; issuer and name are percent-encoded. */
struct str totp_uri(struct arena *a, struct str issuer, struct str name, struct str base32);
