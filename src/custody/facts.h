/* Facts: everything a decision may look at, at one instant (api/facts.schema.json). An absent
 * member is unknown, and unknown is never yes: it is SOME_UNKNOWN here and null in the policy's
 * model. */
#pragma once
#include "base/date.h"
#include "base/json.h"

enum ask {
    ASK_NOTIFY,
    ASK_HOLD,
    ASK_TRANSFER,
    ASK_INTERVIEW,
    ASK_INFORMATION,
    ASK_RELAY,
    ASK_COUNT
};
enum known { UNKNOWN, NO, YES };
enum agency_kind {
    AGENCY_FEDERAL_IMMIGRATION,
    AGENCY_LAW_ENFORCEMENT,
    AGENCY_COURT,
    AGENCY_PROBATION,
    AGENCY_VICTIM_SERVICES,
    AGENCY_OTHER
};
enum request_state { REQUEST_OPEN, REQUEST_CANCELLED, REQUEST_SUPERSEDED };
enum attest { ATTEST_GANG = 1, ATTEST_VIOLENT_FELON = 2, ATTEST_TERRORISM_RISK = 4 };
enum document_kind {
    DOC_JUDICIAL_WARRANT,
    DOC_ADMINISTRATIVE_WARRANT,
    DOC_WRIT,
    DOC_JUDICIAL_SUBPOENA,
    DOC_ADMINISTRATIVE_SUBPOENA,
    DOC_COURT_ORDER
};
enum issuer {
    ISSUER_UNKNOWN,
    ISSUER_FEDERAL_JUDGE,
    ISSUER_STATE_JUDGE,
    ISSUER_IMMIGRATION_JUDGE,
    ISSUER_IMMIGRATION_OFFICER,
    ISSUER_OTHER
};
enum document_state { DOC_STATE_UNKNOWN, DOC_ACTIVE, DOC_RECALLED, DOC_EXECUTED, DOC_EXPIRED };
enum match { MATCH_CONFIRMED, MATCH_CONFLICT, MATCH_UNVERIFIED };
enum custody_state {
    CUSTODY_IN,
    CUSTODY_TRIGGERED,
    CUSTODY_RELEASED,
    CUSTODY_TRANSFERRED,
    CUSTODY_NEVER
};
enum grade {
    GRADE_UNKNOWN,
    GRADE_FELONY,
    GRADE_WOBBLER,
    GRADE_MISDEMEANOR,
    GRADE_PETTY,
    GRADE_TRAFFIC,
    GRADE_MUNICIPAL
};
enum stage {
    STAGE_ARRESTED,
    STAGE_CHARGED,
    STAGE_PROBABLE_CAUSE,
    STAGE_CONVICTED,
    STAGE_SENTENCED,
    STAGE_DISMISSED,
    STAGE_ACQUITTED,
    STAGE_SEALED
};

struct document {
    enum document_kind kind;
    struct str form;
    enum known criminal;
    enum issuer issuer;
    enum document_state state;
    enum known verified, for_this_person;
};

struct span {
    int64_t from, to;
}; /* days; to = INT64_MAX while it lasts */
#define DAYS_UNKNOWN INT64_MIN

struct offence {
    bool this_booking;
    struct str citation, text, class; /* {NULL,0}: unknown */
    enum grade grade;
    enum known state_prison, attempt;
    bool classified; /* lists is known */
    struct str *lists;
    size_t n_lists;
    enum stage stage;
    int64_t on, convicted_on; /* days or DAYS_UNKNOWN */
    bool incarcerated_known;
    struct span *incarcerated;
    size_t n_incarcerated;
};

struct facts {
    instant as_of;
    struct str as_of_text; /* as written, echoed in the decision */
    struct {
        instant received_at;
        struct str received_text;
        enum agency_kind agency_kind;
        struct str form;
        enum ask asks[ASK_COUNT];
        size_t n_asks;
        enum known written, is_signed, complete;
        enum request_state state;
        unsigned attests; /* enum attest bits */
    } request;
    struct document *documents;
    size_t n_documents;
    enum match match;
    bool disputed;
    enum custody_state custody;
    instant booked_at, triggered_at; /* INSTANT_NONE: unknown */
    bool registries_known;
    struct str *registries;
    size_t n_registries;
    struct offence *offences;
    size_t n_offences;
    const struct json *json; /* canonical content, as checked; what the policy's model sees */
};

/* The words of the contract for an enum value and back. */
const char *ask_word(enum ask a);
bool ask_from_word(struct str s, enum ask *ret);
const char *stage_word(enum stage s);
const char *grade_word(enum grade g); /* NULL for unknown */
const char *agency_kind_word(enum agency_kind k);
const char *custody_word(enum custody_state s);
const char *match_word(enum match m);
const char *document_kind_word(enum document_kind k);
const char *issuer_word(enum issuer i);                 /* NULL for unknown */
const char *document_state_word(enum document_state s); /* NULL for unknown */
bool stage_from_word(struct str s, enum stage *ret);
bool grade_from_word(struct str s, enum grade *ret);
bool agency_kind_from_word(struct str s, enum agency_kind *ret);
bool document_kind_from_word(struct str s, enum document_kind *ret);
bool issuer_from_word(struct str s, enum issuer *ret);
bool document_state_from_word(struct str s, enum document_state *ret);
bool custody_from_word(struct str s, enum custody_state *ret);
bool match_from_word(struct str s, enum match *ret);
const char *request_state_word(enum request_state s);
bool request_state_from_word(struct str s, enum request_state *ret);
const char *attest_word(enum attest a); /* of one bit */
bool attest_from_word(struct str s, enum attest *ret);

/* Checks against the contract; errors FACT-0xxx with a JSON pointer and what was expected. */
RC facts_read(struct arena *a, struct json *value, struct facts *ret, struct err *e);
/* The same for facts that this program wrote into the ledger itself: neither form nor texts are
 * checked again, json stays NULL. */
RC facts_read_checked(struct arena *a, const struct json *value, struct facts *ret,
                      struct err *e);
/* From fields to facts->json (canonical bytes are the same for the same facts). */
void facts_write(struct arena *a, struct facts *f);
