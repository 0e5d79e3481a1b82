/* The life of a case as a table: state × happening → state and what must be done. Pure;
 * casework/ carries the effects out in one transaction. received → matched → decided →
 * triggered → noticed → closed. */
#pragma once
#include "custody/decide.h"

enum case_state {
    CASE_RECEIVED,
    CASE_MATCHED,
    CASE_DECIDED,
    CASE_TRIGGERED,
    CASE_NOTICED,
    CASE_CLOSED
};
const char *case_state_word(enum case_state s);
bool case_state_from_word(struct str s, enum case_state *ret);

enum happening {
    HAP_RECEIVED,  /* a new request */
    HAP_MATCHED,   /* match became confirmed, by the program or a person */
    HAP_UNMATCHED, /* conflict or unverified */
    /* charge, conviction, document, dispute, amended request, new pack in force */
    HAP_FACTS_CHANGED,
    HAP_TRIGGERED,      /* first event that starts a release */
    HAP_TRIGGER_UNDONE, /* bond revoked, order recalled: the person stays */
    HAP_RESOLVED,       /* a person answered a review */
    HAP_NOTICE_CONFIRMED,
    HAP_NOTICE_FAILED,
    HAP_RELEASED,
    HAP_TRANSFERRED,
    HAP_DIED,
    HAP_ESCAPED,
    HAP_HOSPITAL, /* still in custody */
    HAP_CANCELLED,
    HAP_SUPERSEDED,
    HAP_COUNT
};

enum effect {
    DO_MATCH = 1,
    DO_DECIDE = 2, /* decide with the facts of now */
    /* tell the agency what will be done, once an outcome is final and new */
    DO_ANSWER = 4,
    /* queue the release notice if the decision of now says notify or honor */
    DO_NOTICE = 8,
    DO_PERSON_COPY = 16, /* copy and advice of rights, with their clocks */
    DO_CLOSE = 32,       /* withdraw what is still queued, close duties that lapse */
    DO_WORK_LIST = 64,   /* a person must look */
    /* a form asked to be told of death, hospital or transfer: decided as an ask of its own only
       if the pack says so; else work list */
    DO_REPORT_DEATH = 128,
};

struct case_step {
    enum case_state next;
    unsigned effects; /* enum effect bits */
    bool allowed;     /* false: refuse with CASE-0001 */
};
struct case_step case_next(enum case_state s, enum happening h);
