/* The handlers of the API, a file for each group; api/openapi.yaml has what they take and give.
 * What they share stands in api.c. */
#pragma once
#include "server/route.h"

RC api_page(struct exchange *x, struct list_page *ret, struct err *e); /* ?limit=&cursor= */
/* a page with its `next` */
enum rc api_list(struct exchange *x, struct json *v, struct str next);
RC api_flag(struct exchange *x, const char *name, bool *ret, struct err *e); /* ?name=true */
/* a copy without these */
struct json *api_without(struct arena *a, const struct json *object,
                         const char *const *members);
/* role integration or a token: never learns of a request */
bool api_outsider(const struct exchange *x);

/* a date or a time; absent: INSTANT_NONE */
RC api_when(const struct json *body, const char *member, instant *ret, struct err *e);

/* api_now.c */
RC now_get(struct exchange *x, struct err *e);
RC notices_list(struct exchange *x, struct err *e);
RC alerts_list(struct exchange *x, struct err *e);
RC alert_close(struct exchange *x, struct err *e);
/* api_cases.c */
RC cases_list(struct exchange *x, struct err *e);
RC case_get(struct exchange *x, struct err *e);
RC case_events(struct exchange *x, struct err *e);
RC case_trace(struct exchange *x, struct err *e);
RC case_proof(struct exchange *x, struct err *e);
RC case_proof_pdf(struct exchange *x, struct err *e);
RC case_paper(struct exchange *x, struct err *e);
RC case_match(struct exchange *x, struct err *e);
RC case_resolve(struct exchange *x, struct err *e);
RC case_override(struct exchange *x, struct err *e);
RC case_dispute(struct exchange *x, struct err *e);
RC case_settle(struct exchange *x, struct err *e);
RC case_document(struct exchange *x, struct err *e);
RC case_duty(struct exchange *x, struct err *e);
RC request_add(struct exchange *x, struct err *e);
/* api_bookings.c */
RC bookings_list(struct exchange *x, struct err *e);
RC booking_get(struct exchange *x, struct err *e);
RC booking_trigger(struct exchange *x, struct err *e);
RC booking_trigger_undo(struct exchange *x, struct err *e);
RC booking_release(struct exchange *x, struct err *e);
/* api_push.c */
RC booking_put(struct exchange *x, struct err *e);
RC bookings_push(struct exchange *x, struct err *e);
RC charges_push(struct exchange *x, struct err *e);
RC triggers_push(struct exchange *x, struct err *e);
RC releases_push(struct exchange *x, struct err *e);
/* api_agencies.c */
RC agencies_list(struct exchange *x, struct err *e);
RC agency_get(struct exchange *x, struct err *e);
RC agency_put(struct exchange *x, struct err *e);
/* api_packs.c */
RC packs_list(struct exchange *x, struct err *e);
RC pack_add(struct exchange *x, struct err *e);
RC pack_get(struct exchange *x, struct err *e);
RC pack_file(struct exchange *x, struct err *e);
RC pack_diff(struct exchange *x, struct err *e);
RC pack_check(struct exchange *x, struct err *e);
RC pack_statement(struct exchange *x, struct err *e);
RC pack_sign(struct exchange *x, struct err *e);
/* api_past.c */
RC trend_get(struct exchange *x, struct err *e);
RC histories_list(struct exchange *x, struct err *e);
RC history_load(struct exchange *x, struct err *e);
RC audit_get(struct exchange *x, struct err *e);
RC whatif(struct exchange *x, struct err *e);
RC reports_list(struct exchange *x, struct err *e);
RC report_get(struct exchange *x, struct err *e);
/* api_ledger.c */
RC ledger_get(struct exchange *x, struct err *e);
RC ledger_events(struct exchange *x, struct err *e);
RC ledger_checkpoints(struct exchange *x, struct err *e);
RC ledger_proof(struct exchange *x, struct err *e);
RC ledger_checkpoint(struct exchange *x, struct err *e);
RC ledger_verify(struct exchange *x, struct err *e);
/* api_people.c */
RC people_list(struct exchange *x, struct err *e);
RC person_put(struct exchange *x, struct err *e);
RC person_link(struct exchange *x, struct err *e);
RC tokens_list(struct exchange *x, struct err *e);
RC token_make(struct exchange *x, struct err *e);
RC token_revoke(struct exchange *x, struct err *e);
/* api_public.c */
RC public_get(struct exchange *x, struct err *e);
RC public_policy(struct exchange *x, struct err *e);
