/* What goes out: a claimed notice becomes a document, the document leaves by its channel, and
 * what the other side said comes back as a receipt. The outbox itself (leases, retries, the
 * ledger) is casework's; this room only carries.
 *
 * What it must never do: send without a claim, send to another address than the claimed one,
 * send text about a person that the asking agency did not write itself, say "delivered" before
 * the other side did, log an address, a name or a secret. */
#pragma once
#include "base/hash.h"
#include "base/json.h"
#include "casework/casework.h"
#include "os/bell.h"

struct tz;

/* Who writes: printed on every letter, never guessed. */
struct outbound_office {
    const char *facility; /* "Example County Detention Center"; NULL: what the notice says */
    const char *name;     /* "Records Office" */
    const char *lines[4]; /* address, telephone; NULL ends */
    const char *contact;  /* one line a person or agency can turn to; NULL: letters name none */
};
struct outbound_smtp {
    const char *url;             /* "smtp://relay:587", "smtps://relay"; NULL: no mail */
    const char *user, *password; /* NULL: no login */
    const char *from;            /* envelope and From: address */
    const char *ca_file;         /* NULL: the system's */
    bool require_tls;            /* STARTTLS or nothing */
    int timeout_s;               /* 0: 60 */
};
struct outbound_fax {
    const char *host; /* HylaFAX server; NULL: no fax */
    const char *port; /* NULL: "4559" */
    const char *user, *password;
    const char *sender; /* FROMUSER; also printed by the fax server on the page's first line */
    int kill_minutes;   /* the server gives up after this long; 0: 30 */
    int timeout_s;      /* for one answer of the server; 0: 30 */
};
struct outbound_webhook {
    const char *source;  /* CloudEvents source, e.g. "https://jail.example.gov/sallyport"; NULL:
                            no webhooks */
    const char *ca_file; /* NULL: the system's */
    bool allow_loopback; /* http://127.0.0.1 … may be called (tests, a gateway on the same
                            machine) */
    bool allow_private;  /* RFC 1918 and unique local addresses may be called (agencies on the
                            county's network) */
    int timeout_s;       /* 0: 30 */
};
struct outbound_setup {
    struct outbound_office office;
    const struct tz *zone;     /* of the jail; NULL: UTC is printed */
    const char *info_official; /* to whom `information` is referred; NULL: not said */
    struct outbound_smtp smtp;
    struct outbound_fax fax;
    struct outbound_webhook webhook;
    const char
        *folder_root; /* folder notices may be written below here only; NULL: no folders */
    const char *letters_dir; /* letters to print; NULL: no letters */
};

/* What is sent: the same bytes at every attempt, because everything in it comes from the notice
 * and nothing from the clock. */
struct outbound_document {
    struct str title; /* subject line; names nobody */
    struct str text;  /* plain UTF-8, for the mail's body */
    struct str event; /* CloudEvents JSON, for webhooks */
    struct str pdf;
    char sha256[HASH_SIZE * 2 +
                1]; /* of what the channel hands over: event for webhooks, else pdf */
};

struct delivery_report {
    enum delivery delivery;
    struct str provider_ref;
    struct json
        *receipt;    /* what the other side said; never a secret, never more than it said */
    int64_t wait_ms; /* the other side asked to be left alone for so long; 0: it did not */
};

/* A channel. Nothing here fails as a function: whatever goes wrong is a delivery with a receipt
 * that says so. follow, ask and take_back may be NULL. ask looks for an attempt that began and
 * was never reported (a crash): DELIVERY_UNKNOWN = the provider knows nothing of the key, so
 * sending is safe; DELIVERY_FAILED = it did not answer, so do not send yet. */
struct channel_driver {
    enum channel channel;
    bool (*ready)(const struct outbound_setup *s);
    void (*deliver)(const struct outbound_setup *s, const struct notice *n,
                    const struct outbound_document *d, struct arena *a,
                    struct delivery_report *ret);
    void (*follow)(const struct outbound_setup *s, const struct notice *n, struct arena *a,
                   struct delivery_report *ret);
    void (*ask)(const struct outbound_setup *s, const struct notice *n,
                const struct outbound_document *d, struct arena *a,
                struct delivery_report *ret);
    /* Stop what is under way and has not left yet, because the last door no longer lets it
     * through. */
    void (*take_back)(const struct outbound_setup *s, const struct notice *n, struct arena *a,
                      struct delivery_report *ret);
};
extern const struct channel_driver outbound_smtp, outbound_fax, outbound_webhook,
    outbound_folder, outbound_letter;
const struct channel_driver *outbound_driver(enum channel ch);
const char *delivery_word(enum delivery d);

/* The document of a notice (paper_*.c, letter.c, document.c). OUT-0001 if the notice cannot be
 * written. */
RC outbound_document(const struct outbound_setup *s, const struct notice *n, struct arena *a,
                     struct outbound_document *ret, struct err *e);
/* The last door before a byte leaves: OUT-01xx says which rule would be broken. Only what
 * varies is looked at; the fixed texts are read by people before they are built in. */
RC outbound_door(const struct notice *n, struct err *e);

/* Proof of notice as a PDF from the bundle of casework_proof(). Byte-reproducible. */
RC outbound_proof_pdf(struct arena *a, const struct outbound_setup *s,
                      const struct json *bundle, struct str *ret, struct err *e);

/* One turn: claim, door, render, begin, deliver or follow, result. RC_NO when nothing was due.
 * A notice that could not be delivered is not a failure of the turn; *ret_report (may be NULL)
 * tells. */
RC outbound_run_once(struct casework *c, const struct outbound_setup *s, const char *worker,
                     struct arena *a, struct delivery_report *ret_report, struct err *e);

/* A worker thread with its own casework connection. Rings on the bell wake it; it looks every
 * poll_ms anyway. */
struct outbound_worker;
RC outbound_start(const struct casework_setup *casework, const struct outbound_setup *s,
                  const char *name, struct bell *bell, int poll_ms,
                  struct outbound_worker **ret, struct err *e);
void outbound_stop(struct outbound_worker *w); /* close the bell first; waits for the attempt
                                                  under way; NULL is fine */
