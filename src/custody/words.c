/* The words of the contract (api/facts.schema.json) for the values of facts.h, one table for
 * each kind. The order of a table is the order of its enum. */
#include "custody/facts.h"

#define WORDS(name, first, ...)                                                                \
    static const char *const name##_words[] = {__VA_ARGS__};                                   \
    enum { name##_first = (first), name##_count = sizeof name##_words / sizeof *name##_words };

WORDS(ask, 0, "notify", "hold", "transfer", "interview", "information", "relay")
WORDS(stage, 0, "arrested", "charged", "probable cause found", "convicted", "sentenced",
      "dismissed", "acquitted", "sealed or expunged")
WORDS(grade, 1, "felony", "wobbler", "misdemeanor", "petty", "traffic", "municipal")
WORDS(agency_kind, 0, "federal immigration", "law enforcement", "court", "probation or parole",
      "victim services", "other")
WORDS(custody, 0, "in custody", "release triggered", "released", "transferred", "never here")
WORDS(match, 0, "confirmed", "conflict", "unverified")
WORDS(document_kind, 0, "judicial warrant", "administrative warrant", "writ",
      "judicial subpoena", "administrative subpoena", "court order")
WORDS(issuer, 1, "federal judge or magistrate", "state judge", "immigration judge",
      "immigration officer", "other")
WORDS(document_state, 1, "active", "recalled", "executed", "expired")
WORDS(request_state, 0, "open", "cancelled", "superseded")
WORDS(attest, 0, "convicted gang member", "convicted violent felon", "certified terrorism risk")

static const char *word_at(const char *const *words, int n, int at)
{
    return at >= 0 && at < n ? words[at] : NULL;
}

static int word_find(const char *const *words, int n, struct str s)
{
    for (int i = 0; i < n; i++)
        if (str_is(s, words[i])) return i;
    return -1;
}

#define TO_WORD(name, type)                                                                    \
    const char *name##_word(type v)                                                            \
    {                                                                                          \
        return word_at(name##_words, name##_count, (int)v - name##_first);                     \
    }
#define FROM_WORD(name, type)                                                                  \
    bool name##_from_word(struct str s, type *ret)                                             \
    {                                                                                          \
        int at = word_find(name##_words, name##_count, s);                                     \
        if (at >= 0) *ret = (type)(at + name##_first);                                         \
        return at >= 0;                                                                        \
    }

/* clang-format off */
TO_WORD(ask, enum ask) FROM_WORD(ask, enum ask)
TO_WORD(stage, enum stage) FROM_WORD(stage, enum stage)
TO_WORD(grade, enum grade) FROM_WORD(grade, enum grade)
TO_WORD(agency_kind, enum agency_kind) FROM_WORD(agency_kind, enum agency_kind)
TO_WORD(custody, enum custody_state) FROM_WORD(custody, enum custody_state)
TO_WORD(match, enum match) FROM_WORD(match, enum match)
TO_WORD(document_kind, enum document_kind) FROM_WORD(document_kind, enum document_kind)
TO_WORD(issuer, enum issuer) FROM_WORD(issuer, enum issuer)
TO_WORD(document_state, enum document_state) FROM_WORD(document_state, enum document_state)
TO_WORD(request_state, enum request_state) FROM_WORD(request_state, enum request_state)
    /* clang-format on */

    const char *attest_word(enum attest a)
{
    return a == ATTEST_GANG            ? attest_words[0]
           : a == ATTEST_VIOLENT_FELON ? attest_words[1]
                                       : attest_words[2];
}

bool attest_from_word(struct str s, enum attest *ret)
{
    int at = word_find(attest_words, attest_count, s);
    if (at >= 0) *ret = (enum attest)(1 << at);
    return at >= 0;
}
