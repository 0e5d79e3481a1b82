/* The routes of the API, one row each: docs/api.md and api/openapi.yaml say the same at
 * length. */
#include "server/api.h"
#include "server/session.h"
#include "server/sso.h"
#include "server/route.h"

#define V "/api/v1"
#define ACT (ROUTE_WRITES | ROUTE_KEY)
/* clang-format off */
enum {
    O = ROLE_RECORDS_OFFICER, S = ROLE_SUPERVISOR, P = ROLE_POLICY_OWNER, T = ROLE_ATTORNEY, A = ROLE_AUDITOR, M = ROLE_ADMINISTRATOR, I = ROLE_INTEGRATION,
    CASES = O | S | T | A
};
const struct route routes[] = {
    {"GET", V "/session", 0, 0, 0, NULL, session_get},
    {"POST", V "/session", 0, 0, ROUTE_SLOW | ROUTE_DOOR | ROUTE_NO_CSRF, "Login", session_login},
    {"DELETE", V "/session", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_DOOR | ROUTE_FRESH, NULL, session_logout},
    {"POST", V "/session/acknowledge", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_DOOR | ROUTE_FRESH, NULL, session_acknowledge},
    {"POST", V "/session/prove", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_DOOR | ROUTE_FRESH, "Prove", session_prove},
    {"POST", V "/session/password", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_DOOR, "Password", session_password},
    {"POST", V "/session/link", 0, 0, ROUTE_SLOW | ROUTE_DOOR | ROUTE_NO_CSRF, "LinkUse", session_link},
    {"POST", V "/session/demo", 0, 0, ROUTE_SLOW | ROUTE_DOOR | ROUTE_NO_CSRF, "DemoUse", session_demo},
    {"GET", V "/session/methods", 0, 0, 0, NULL, session_methods},
    {"GET", V "/session/sso/start", 0, 0, ROUTE_SLOW | ROUTE_DOOR, NULL, session_sso_start},
    {"GET", V "/session/sso/callback", 0, 0, ROUTE_SLOW | ROUTE_DOOR, NULL, session_sso_callback},

    {"GET", V "/now", O | S, 0, 0, NULL, now_get},
    {"GET", V "/notices", CASES, 0, 0, NULL, notices_list},
    {"GET", V "/alerts", CASES | P, 0, 0, NULL, alerts_list},
    {"POST", V "/alerts/{alert}/close", O | S | P, 0, ACT, "ReasonBody", alert_close},

    {"GET", V "/cases", CASES, 0, 0, NULL, cases_list},
    {"GET", V "/cases/{case}", CASES, 0, 0, NULL, case_get},
    {"GET", V "/cases/{case}/events", CASES, 0, 0, NULL, case_events},
    {"GET", V "/cases/{case}/trace", CASES, 0, ROUTE_SLOW, NULL, case_trace},
    {"GET", V "/cases/{case}/proof", CASES, 0, ROUTE_SLOW, NULL, case_proof},
    {"GET", V "/cases/{case}/proof.pdf", CASES, 0, ROUTE_SLOW, NULL, case_proof_pdf},
    {"GET", V "/cases/{case}/papers/{notice}", CASES, 0, ROUTE_SLOW, NULL, case_paper},
    {"POST", V "/cases/{case}/match", O | S, 0, ACT, "MatchBody", case_match},
    {"POST", V "/cases/{case}/resolve", S, 0, ACT, "AnswerBody", case_resolve},
    {"POST", V "/cases/{case}/override", S, 0, ACT | ROUTE_STEP_UP, "AnswerBody", case_override},
    {"POST", V "/cases/{case}/dispute", O | S, 0, ACT, "ReasonBody", case_dispute},
    {"POST", V "/cases/{case}/settle", S, 0, ACT | ROUTE_STEP_UP, "SettleBody", case_settle},
    {"POST", V "/cases/{case}/documents", O | S, 0, ACT, "DocumentBody", case_document},
    {"POST", V "/cases/{case}/duties", O | S, 0, ACT, "DutyBody", case_duty},
    {"POST", V "/requests", O | S, SCOPE_REQUESTS, ACT, "Request", request_add},

    {"GET", V "/bookings", CASES | I, SCOPE_BOOKINGS | SCOPE_TRIGGERS, 0, NULL, bookings_list},
    {"POST", V "/bookings", I, SCOPE_BOOKINGS, ROUTE_BULK | ROUTE_KEY, NULL, bookings_push},
    {"GET", V "/bookings/{number}", CASES | I, SCOPE_BOOKINGS | SCOPE_TRIGGERS, 0, NULL, booking_get},
    {"PUT", V "/bookings/{number}", I, SCOPE_BOOKINGS, ROUTE_SLOW | ROUTE_PRESSING, "BookingPut", booking_put},
    {"POST", V "/bookings/{number}/triggers", O | S | I, SCOPE_TRIGGERS, ACT, "TriggerBody", booking_trigger},
    {"POST", V "/bookings/{number}/triggers/undo", O | S | I, SCOPE_TRIGGERS, ACT, "ReasonBody", booking_trigger_undo},
    {"POST", V "/bookings/{number}/releases", O | S | I, SCOPE_TRIGGERS, ACT, "ReleaseBody", booking_release},
    {"POST", V "/charges", I, SCOPE_BOOKINGS, ROUTE_BULK | ROUTE_KEY, NULL, charges_push},
    {"POST", V "/triggers", I, SCOPE_TRIGGERS, ROUTE_BULK | ROUTE_PRESSING | ROUTE_KEY, NULL, triggers_push},
    {"POST", V "/releases", I, SCOPE_TRIGGERS, ROUTE_BULK | ROUTE_PRESSING | ROUTE_KEY, NULL, releases_push},

    {"GET", V "/agencies", ROLES_STAFF, 0, 0, NULL, agencies_list},
    {"GET", V "/agencies/{agency}", ROLES_STAFF, 0, 0, NULL, agency_get},
    {"PUT", V "/agencies/{agency}", S | M, 0, ROUTE_WRITES | ROUTE_STEP_UP, "AgencyPut", agency_put},

    {"GET", V "/packs", ROLES_STAFF, 0, 0, NULL, packs_list},
    {"POST", V "/packs", P | T, 0, ROUTE_SLOW | ROUTE_KEY, "PackAdd", pack_add},
    {"GET", V "/packs/{pack}/{version}", ROLES_STAFF, 0, ROUTE_SLOW, NULL, pack_get},
    {"GET", V "/packs/{pack}/{version}/files/{name}", ROLES_STAFF, 0, ROUTE_SLOW, NULL, pack_file},
    {"GET", V "/packs/{pack}/{version}/diff", ROLES_STAFF, 0, ROUTE_SLOW, NULL, pack_diff},
    {"POST", V "/packs/{pack}/{version}/check", P | T, 0, ROUTE_SLOW | ROUTE_KEY, NULL, pack_check},
    {"GET", V "/packs/{pack}/{version}/statement", P, 0, 0, NULL, pack_statement},
    {"POST", V "/packs/{pack}/{version}/signatures", P, 0, ACT | ROUTE_STEP_UP, "SignatureBody", pack_sign},

    {"POST", V "/whatif", P | T | A, 0, ROUTE_SLOW | ROUTE_KEY, "WhatifBody", whatif},
    {"GET", V "/trend", O | S | P | T | A, 0, ROUTE_SLOW, NULL, trend_get},
    {"GET", V "/histories", P | T | A, 0, 0, NULL, histories_list},
    {"POST", V "/histories", P, 0, ACT, "HistoryBody", history_load},
    {"GET", V "/reports", S | P | T | A, 0, 0, NULL, reports_list},
    {"GET", V "/reports/{report}", S | P | T | A, 0, ROUTE_SLOW, NULL, report_get},
    {"GET", V "/audit", T | A, 0, ROUTE_SLOW, NULL, audit_get},

    {"GET", V "/ledger", ROLES_STAFF, 0, 0, NULL, ledger_get}, /* its growth would tell the bail window what it must not know */
    {"GET", V "/ledger/events", T | A, 0, 0, NULL, ledger_events},
    {"GET", V "/ledger/checkpoints", T | A, 0, 0, NULL, ledger_checkpoints},
    {"GET", V "/ledger/proof", T | A, 0, 0, NULL, ledger_proof},
    {"POST", V "/ledger/checkpoint", A, 0, ACT, NULL, ledger_checkpoint},
    {"POST", V "/ledger/verify", A, 0, ROUTE_SLOW | ROUTE_KEY, NULL, ledger_verify},

    {"GET", V "/people", M | A, 0, 0, NULL, people_list},
    {"PUT", V "/people/{name}", M, 0, ROUTE_WRITES | ROUTE_STEP_UP, "PersonPut", person_put},
    {"POST", V "/people/{name}/link", M, 0, ACT | ROUTE_STEP_UP | ROUTE_SECRET, NULL, person_link},
    {"GET", V "/tokens", M, 0, 0, NULL, tokens_list},
    {"POST", V "/tokens", M, 0, ACT | ROUTE_STEP_UP | ROUTE_SECRET, "TokenMake", token_make},
    {"DELETE", V "/tokens/{id}", M, 0, ROUTE_WRITES | ROUTE_STEP_UP, NULL, token_revoke},

    {"GET", V "/public", 0, 0, 0, NULL, public_get},
    {"GET", V "/public/policy", 0, 0, 0, NULL, public_policy},
    {"GET", V "/events", ROLES_ALL, 0, ROUTE_STREAM, NULL, NULL},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */
