/* One compact JWS (RFC 7515) and one key (RFC 7517): is the signature good, and what is signed?
 * The caller has looked at the header already and says which algorithm it stands for. */
#pragma once
#include "base/rc.h"
#include "base/str.h"

/* alg: "RS256" or "ES256"; the key must be of that kind. OIDC-0005 if anything is not as it
 * should be. */
RC jws_verify(struct arena *a, struct str compact, const char *alg, struct str jwk_json,
              struct str *ret_payload, struct err *e);
