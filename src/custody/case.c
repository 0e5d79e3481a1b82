/* See case.h. Rows are states, columns are happenings, in the order of their enums. A happening
 * that can come late or twice from outside (a release, a trigger) is allowed in every open
 * state: a jail's report must never be refused for the state of a case. A closed case takes
 * only what may still come in about it, and does nothing. */
#include "custody/case.h"

static const char *const state_words[] = {"received",  "matched", "decided",
                                          "triggered", "noticed", "closed"};
const char *case_state_word(enum case_state s) { return state_words[s]; }

bool case_state_from_word(struct str s, enum case_state *ret)
{
    for (enum case_state k = CASE_RECEIVED; k <= CASE_CLOSED; k++)
        if (str_is(s, state_words[k])) {
            *ret = k;
            return true;
        }
    return false;
}

#define GO(state, effects)                                                                     \
    {                                                                                          \
        CASE_##state, (effects), true                                                          \
    }
#define STAY(state)                                                                            \
    {                                                                                          \
        CASE_##state, 0, true                                                                  \
    }
#define NO(state)                                                                              \
    {                                                                                          \
        CASE_##state, 0, false                                                                 \
    }
#define ANSWERED (DO_DECIDE | DO_ANSWER | DO_PERSON_COPY)

static const struct case_step steps[CASE_CLOSED + 1][HAP_COUNT] = {
    [CASE_RECEIVED] = {[HAP_RECEIVED] = GO(RECEIVED, DO_MATCH),
                       [HAP_MATCHED] = GO(DECIDED, ANSWERED),
                       [HAP_UNMATCHED] = GO(RECEIVED, DO_DECIDE | DO_WORK_LIST),
                       [HAP_FACTS_CHANGED] = GO(RECEIVED, DO_MATCH),
                       /* an ambiguous match waits for a person, the release does not */
                       [HAP_TRIGGERED] = GO(RECEIVED, DO_MATCH | DO_WORK_LIST),
                       [HAP_TRIGGER_UNDONE] = STAY(RECEIVED),
                       [HAP_RESOLVED] = NO(RECEIVED),
                       [HAP_NOTICE_CONFIRMED] = STAY(RECEIVED),
                       [HAP_NOTICE_FAILED] = STAY(RECEIVED),
                       [HAP_RELEASED] = GO(CLOSED, DO_CLOSE),
                       [HAP_TRANSFERRED] = GO(CLOSED, DO_CLOSE),
                       [HAP_DIED] = GO(CLOSED, DO_CLOSE),
                       [HAP_ESCAPED] = GO(CLOSED, DO_CLOSE),
                       [HAP_HOSPITAL] = STAY(RECEIVED),
                       [HAP_CANCELLED] = GO(CLOSED, DO_CLOSE),
                       [HAP_SUPERSEDED] = GO(CLOSED, DO_CLOSE)},
    [CASE_MATCHED] = {[HAP_RECEIVED] = STAY(MATCHED),
                      [HAP_MATCHED] = GO(DECIDED, ANSWERED),
                      [HAP_UNMATCHED] = GO(RECEIVED, DO_DECIDE | DO_WORK_LIST),
                      [HAP_FACTS_CHANGED] = GO(DECIDED, ANSWERED),
                      [HAP_TRIGGERED] = GO(TRIGGERED, ANSWERED | DO_NOTICE),
                      [HAP_TRIGGER_UNDONE] = STAY(MATCHED),
                      [HAP_RESOLVED] = NO(MATCHED),
                      [HAP_NOTICE_CONFIRMED] = STAY(MATCHED),
                      [HAP_NOTICE_FAILED] = STAY(MATCHED),
                      [HAP_RELEASED] = GO(CLOSED, DO_CLOSE),
                      [HAP_TRANSFERRED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                      [HAP_DIED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                      [HAP_ESCAPED] = GO(CLOSED, DO_CLOSE),
                      [HAP_HOSPITAL] = GO(MATCHED, DO_REPORT_DEATH),
                      [HAP_CANCELLED] = GO(CLOSED, DO_CLOSE),
                      [HAP_SUPERSEDED] = GO(CLOSED, DO_CLOSE)},
    [CASE_DECIDED] = {[HAP_RECEIVED] = STAY(DECIDED),
                      [HAP_MATCHED] = GO(DECIDED, ANSWERED),
                      [HAP_UNMATCHED] = GO(RECEIVED, DO_DECIDE | DO_WORK_LIST),
                      [HAP_FACTS_CHANGED] = GO(DECIDED, ANSWERED),
                      [HAP_TRIGGERED] = GO(TRIGGERED, ANSWERED | DO_NOTICE),
                      [HAP_TRIGGER_UNDONE] = STAY(DECIDED),
                      [HAP_RESOLVED] = GO(DECIDED, DO_ANSWER | DO_PERSON_COPY),
                      [HAP_NOTICE_CONFIRMED] = STAY(DECIDED),
                      [HAP_NOTICE_FAILED] = STAY(DECIDED),
                      [HAP_RELEASED] = GO(CLOSED, DO_CLOSE),
                      [HAP_TRANSFERRED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                      [HAP_DIED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                      [HAP_ESCAPED] = GO(CLOSED, DO_CLOSE),
                      [HAP_HOSPITAL] = GO(DECIDED, DO_REPORT_DEATH),
                      [HAP_CANCELLED] = GO(CLOSED, DO_CLOSE),
                      [HAP_SUPERSEDED] = GO(CLOSED, DO_CLOSE)},
    [CASE_TRIGGERED] = {[HAP_RECEIVED] = STAY(TRIGGERED),
                        [HAP_MATCHED] = GO(TRIGGERED, ANSWERED | DO_NOTICE),
                        [HAP_UNMATCHED] = GO(RECEIVED, DO_DECIDE | DO_WORK_LIST),
                        [HAP_FACTS_CHANGED] = GO(TRIGGERED, ANSWERED | DO_NOTICE),
                        [HAP_TRIGGERED] = STAY(TRIGGERED),
                        [HAP_TRIGGER_UNDONE] = GO(DECIDED, ANSWERED),
                        [HAP_RESOLVED] = GO(TRIGGERED, DO_ANSWER | DO_PERSON_COPY | DO_NOTICE),
                        [HAP_NOTICE_CONFIRMED] = STAY(NOTICED),
                        [HAP_NOTICE_FAILED] = GO(TRIGGERED, DO_WORK_LIST),
                        /* a notice that is owed since the trigger is still tried until an hour
                           after the release: the outbox closes it */
                        [HAP_RELEASED] = GO(CLOSED, 0),
                        [HAP_TRANSFERRED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                        [HAP_DIED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                        [HAP_ESCAPED] = GO(CLOSED, DO_CLOSE | DO_WORK_LIST),
                        [HAP_HOSPITAL] = GO(TRIGGERED, DO_REPORT_DEATH),
                        [HAP_CANCELLED] = GO(CLOSED, DO_CLOSE),
                        [HAP_SUPERSEDED] = GO(CLOSED, DO_CLOSE)},
    [CASE_NOTICED] = {[HAP_RECEIVED] = STAY(NOTICED),
                      [HAP_MATCHED] = STAY(NOTICED),
                      [HAP_UNMATCHED] = GO(RECEIVED, DO_DECIDE | DO_WORK_LIST),
                      [HAP_FACTS_CHANGED] = GO(NOTICED, ANSWERED),
                      /* the agency was told: correct it */
                      [HAP_TRIGGERED] = STAY(NOTICED),
                      [HAP_TRIGGER_UNDONE] = GO(DECIDED, ANSWERED | DO_WORK_LIST),
                      [HAP_RESOLVED] = GO(NOTICED, DO_ANSWER | DO_PERSON_COPY),
                      [HAP_NOTICE_CONFIRMED] = STAY(NOTICED),
                      [HAP_NOTICE_FAILED] = STAY(NOTICED),
                      [HAP_RELEASED] = GO(CLOSED, 0),
                      [HAP_TRANSFERRED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                      [HAP_DIED] = GO(CLOSED, DO_CLOSE | DO_REPORT_DEATH),
                      [HAP_ESCAPED] = GO(CLOSED, DO_CLOSE | DO_WORK_LIST),
                      [HAP_HOSPITAL] = GO(NOTICED, DO_REPORT_DEATH),
                      [HAP_CANCELLED] = GO(CLOSED, DO_CLOSE),
                      [HAP_SUPERSEDED] = GO(CLOSED, DO_CLOSE)},
    [CASE_CLOSED] = {[HAP_RECEIVED] = NO(CLOSED),
                     [HAP_MATCHED] = NO(CLOSED),
                     [HAP_UNMATCHED] = NO(CLOSED),
                     [HAP_FACTS_CHANGED] = STAY(CLOSED),
                     [HAP_TRIGGERED] = STAY(CLOSED),
                     [HAP_TRIGGER_UNDONE] = STAY(CLOSED),
                     [HAP_RESOLVED] = NO(CLOSED),
                     [HAP_NOTICE_CONFIRMED] = STAY(CLOSED),
                     [HAP_NOTICE_FAILED] = STAY(CLOSED),
                     [HAP_RELEASED] = STAY(CLOSED),
                     [HAP_TRANSFERRED] = STAY(CLOSED),
                     [HAP_DIED] = STAY(CLOSED),
                     [HAP_ESCAPED] = STAY(CLOSED),
                     [HAP_HOSPITAL] = STAY(CLOSED),
                     [HAP_CANCELLED] = STAY(CLOSED),
                     [HAP_SUPERSEDED] = STAY(CLOSED)},
};

struct case_step case_next(enum case_state s, enum happening h) { return steps[s][h]; }
