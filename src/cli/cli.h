/* What the verbs share: the table of verbs, opening the configuration and the store, and how
 * results are shown. */
#pragma once
#include "casework/casework.h"
#include "cli/config.h"
#include "cli/opt.h"
#include "outbound/outbound.h"
#include "base/tz.h"
#include <stdio.h>

extern const struct verb verbs[]; /* verbs.c; ended by a row without a name */
const struct verb *verb_find(int argc, char **argv, int *ret_words); /* NULL: none */
bool verb_is_family(struct str word); /* "request": several verbs begin with it */

/* help.c: everything that is read off the rows. */
void help_list(FILE *f);
void help_family(FILE *f, struct str word);
void help_verb(FILE *f, const struct verb *v);
RC help_as(FILE *f, struct arena *a, struct str form, struct err *e);

/* call.c */
const char *call_config_path(const struct call *c);
RC call_config(struct call *c, struct config *ret, struct err *e); /* file and defaults */
struct casework_setup call_setup(const struct config *c);
RC call_open(struct call *c, struct config *ret_config, struct casework **ret, struct err *e);
struct actor call_actor(struct call *c);
/* outbox.c */
RC call_outbound(struct call *c, const struct config *conf, struct outbound_setup *ret,
                 struct err *e);
/* NULL for an empty path */
RC call_secret(struct call *c, const char *path, const char **ret, struct err *e);
/* "-": standard input */
RC call_file(struct call *c, struct str path, struct str *ret, struct err *e);
RC call_json_file(struct call *c, struct str path, struct json **ret, struct err *e);
RC call_zone(struct call *c, const struct config *conf, const struct tz **ret, struct err *e);
/* "" or "now", RFC 3339, or local */
RC call_instant(struct call *c, const struct config *conf, struct str text, instant *ret,
                struct err *e);
/* a line from the terminal; trimmed */
struct str call_ask(struct call *c, const char *question, const char *otherwise);

/* show.c: JSON as it is with --json, otherwise as text for people. */
void show(struct call *c, const struct json *v);
void show_case(struct call *c, const struct json *v);
struct column {
    const char *title, *member;
};
/* list: member of v */
void show_table(struct call *c, const struct json *v, const char *list,
                const struct column *columns, size_t n);
void show_error(const struct call *c, const struct err *e);

/* diagnostics.c */
struct diagnostic {
    const char *id, *meaning, *remedy;
};
extern const struct diagnostic diagnostics[]; /* ended by a row without an id; sorted */

/* clang-format off */
#define VERB_LIST(_) \
    _(init) _(serve) _(import) _(request_add) _(request_list) _(request_show) \
    _(request_document) _(trigger) _(trigger_undo) _(release) _(case_list) _(case_show) \
    _(case_confirm_match) _(case_resolve) _(case_override) _(case_dispute) _(case_settle) \
    _(case_duty) _(case_alerts) _(case_alert_close) _(notice) _(agency_set) _(agency_list) \
    _(person_set) _(person_list) _(person_link) _(person_unlock) _(person_disable) \
    _(person_enable) _(person_identity) _(token_make) _(token_list) _(token_revoke) \
    _(policy_list) _(policy_add) _(policy_statement) _(policy_keygen) _(policy_sign) \
    _(policy_check) _(policy_test) _(audit) _(report) _(report_list) _(ledger_verify) \
    _(ledger_replay) _(ledger_checkpoint) _(ledger_export) _(ledger_key) _(trend) \
    _(trend_load) _(whatif) _(proof) _(proof_verify) _(expunge) _(explain) _(help)
/* clang-format on */
#define _(name) RC run_##name(struct call *c, struct err *e);
VERB_LIST(_)
#undef _
int verb_decide(int argc, char **argv); /* decide.c */
