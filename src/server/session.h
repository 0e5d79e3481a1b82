/* The routes below /session: log-on, log-out, step-up, one-time links. */
#pragma once
#include "server/route.h"

RC session_get(struct exchange *x, struct err *e);
RC session_login(struct exchange *x, struct err *e);
RC session_logout(struct exchange *x, struct err *e);
RC session_acknowledge(struct exchange *x, struct err *e);
RC session_prove(struct exchange *x, struct err *e);
RC session_password(struct exchange *x, struct err *e);
RC session_link(struct exchange *x, struct err *e);
RC session_demo(struct exchange *x, struct err *e);
RC session_methods(struct exchange *x, struct err *e);
/* What GET /session answers, and the cookie of a new session. */
struct json *session_json(struct exchange *x, const struct caller *c);
/* empty secret: forget it */
void session_cookie(struct exchange *x, struct str secret, instant until);
