/* The routes of the API, one row each: docs/api.md and api/openapi.yaml say the same at length. */
#include "server/session.h"
#include "server/sso.h"
#include "server/route.h"

#define V "/api/v1"
const struct route routes[] = {
    {"GET", V "/session", ROLES_ALL, 0, ROUTE_FRESH, NULL, session_get},
    {"POST", V "/session", 0, 0, ROUTE_SLOW | ROUTE_NO_CSRF, "Login", session_login},
    {"DELETE", V "/session", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_FRESH, NULL, session_logout},
    {"POST", V "/session/acknowledge", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_FRESH, NULL, session_acknowledge},
    {"POST", V "/session/prove", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_FRESH, "Prove", session_prove},
    {"POST", V "/session/password", ROLES_ALL, 0, ROUTE_SLOW, "Password", session_password},
    {"POST", V "/session/link", 0, 0, ROUTE_SLOW | ROUTE_NO_CSRF, "LinkUse", session_link},
    {"GET", V "/session/methods", 0, 0, 0, NULL, session_methods},
    {"GET", V "/session/sso/start", 0, 0, ROUTE_SLOW, NULL, session_sso_start},
    {"GET", V "/session/sso/callback", 0, 0, ROUTE_SLOW, NULL, session_sso_callback},
    {"GET", V "/events", ROLES_ALL, 0, ROUTE_STREAM, NULL, NULL},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
