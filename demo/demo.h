/* The demonstration's own small doors to the drivers: where the real servers are, and the proof
 * files. */
#pragma once
#include "base/tz.h"
#include "casework/casework.h"
#include "os/clock.h"

struct demo_outbound;
/* SMTP and fax servers from the environment: DEMO_SMTP, DEMO_FAX (host:port), set by
 * demo/run. */
RC demo_outbound_open(struct arena *a, struct casework *c, struct clock clock,
                      const char *folder, struct demo_outbound **ret, struct err *e);
/* Sends everything that is due now. */
RC demo_outbound_pump(struct demo_outbound *o, struct err *e);
void demo_outbound_close(struct demo_outbound *o);
/* Writes the bundle and the PDF of a case; the name of the PDF, NULL with *e on failure. */
const char *demo_proof(struct casework *c, const char *case_id, const char *folder,
                       struct arena *a, struct err *e);
RC demo_zone(struct arena *a, const char *name, const struct tz **ret, struct err *e);
