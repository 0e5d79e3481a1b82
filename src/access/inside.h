/* What the files of this folder share: one act of access (its transaction, instant and arena),
 * events, counters. Nothing outside src/access includes this. */
#pragma once
#include "access/access.h"
#include "store/store.h"

#define SECRET_BYTES 32
#define RUN_BYTES 16
#define DAY HOURS(24)
enum {
    ATTEMPTS = 5,
    SOURCE_ATTEMPTS = 20
};                                  /* AC-7; a whole office may stand behind one address */
#define ATTEMPTS_WINDOW MINUTES(15) /* AC-7 */
#define STEP_UP MINUTES(5)
#define LINK_LIFE HOURS(72) /* AC-2(2) */
#define DEMO_LIFE HOURS(1)
#define INACTIVE (90 * DAY)       /* AC-2(3) */
#define PASSWORD_LIFE (365 * DAY) /* IA-5-f */

struct access {
    struct casework *c;
    struct store *s;
    struct clock clock;
    struct arena arena; /* as long as the connection */
    int64_t idle, absolute;
    bool demo_links;
    struct str banned; /* the file's text, a line each; empty: the built-in list */
};

struct act {
    struct access *x;
    struct store *s;
    struct arena *a;
    struct str by; /* actor of the events */
    instant now;
};
RC act_begin(struct act *t, struct access *x, struct str by, struct arena *a, struct err *e);
RC act_end(struct act *t, enum rc rc,
           struct err *e); /* commits RC_OK and RC_NO, undoes what failed */
RC act_event(struct act *t, enum event_kind kind, struct json *body, struct err *e);
RC act_changed(struct act *t, struct str name, const char *change,
               struct err *e); /* access.changed */
/* Makes sure that who asks has the role now, whatever was true when the session began
 * (ACCESS-0004). */
RC act_role(struct act *t, const struct caller *by, enum role role, struct err *e);

/* Of a name or source that failed, under a key that is not in the database: what was typed as a
 * name may be a password. */
struct hash access_hash(const struct access *x, const char *what, struct str s);
struct str access_secret(struct arena *a); /* 256 random bits, as text that is handed out */
struct str
access_url64(struct arena *a,
             struct str bytes); /* RFC 4648 §5, without padding: stands in addresses */
bool access_unurl64(struct arena *a, struct str text, struct str *ret);
struct hash access_secret_hash(struct str secret);
struct str access_csrf(struct arena *a, struct str secret);
const unsigned char *
access_run(void); /* of this run of the program: a session does not outlive it */
struct json *access_time(struct arena *a, instant t); /* NULL if none */

/* passwords.c */
RC password_good(struct access *x, struct str name, struct str password,
                 struct err *e); /* ACCESS-0006 says why not */
struct str password_make(struct arena *a, struct str password);
bool password_is(struct str hashed,
                 struct str password); /* hashed empty: as much work, and no */

/* proof.c: one attempt to prove who one is, for log-on and step-up. */
struct proof {
    struct hash name, source;
    struct store_account account; /* of the name, when there is one */
    bool known, good;
    int64_t step;    /* of the code that was right */
    const char *why; /* for the ledger only */
};
RC proof_begin(struct access *x, struct str name, struct str source, struct arena *a,
               struct proof *p, enum access_answer *ret, struct err *e);
void proof_work(struct access *x, struct arena *a, struct proof *p, struct str name,
                struct str password, struct str code);
RC proof_end(struct act *t, struct proof *p, struct str name, struct str source,
             enum access_answer *ret, struct err *e);
RC account_inactive(struct act *t, struct store_account *c, bool *ret,
                    struct err *e); /* disables who was not here for 90 days */

RC session_make(struct act *t, const struct store_account *c, struct str source,
                const char *how, struct str *ret_secret, struct caller *ret, struct err *e);
bool totp_unseal(struct access *x, struct arena *a, struct str name, struct str sealed,
                 unsigned char ret[20]);
