/* What leaves the house so that strangers can check it: the proof bundle of a case (one JSON
 * object) and the export of the whole ledger (JSON lines). docs/ledger.md defines both;
 * test/ledger/verify.py reads them without this code.
 *
 * A proof shows that the events it holds are in the signed ledger, unaltered. It cannot show
 * that no other event is: for that there is the export. */
#pragma once
#include "base/json.h"
#include "ledger/event.h"
#include "ledger/ledger.h"

#define BUNDLE_FORMAT "sallyport proof v1"
#define EXPORT_FORMAT "sallyport ledger v1"

struct ledger_item {
    uint64_t index;
    bool expunged; /* then only index, commitment and path count */
    unsigned char salt[LEDGER_SALT];
    struct str event; /* canonical JSON */
    struct hash commitment;
    struct ledger_path path;
};

struct ledger_bundle {
    struct str case_id;
    struct str key;        /* verifier key; who checks should have it from elsewhere */
    struct str checkpoint; /* signed note */
    struct ledger_item *items;
    size_t n;
};

/* Fills commitment (unless expunged) and path of every item, for the tree of `size` leaves that
 * the note signs. */
RC bundle_prove(struct ledger_bundle *b, const struct ledger_reader *r, uint64_t size,
                struct err *e);
struct json *bundle_json(struct arena *a, const struct ledger_bundle *b);
RC bundle_read(struct arena *a, const struct json *v, struct ledger_bundle *ret, struct err *e);
/* Checks every step. trusted_key empty: the bundle's own key is used and the report says
 * "key_trusted":false. RC_OK all good, RC_NO something is wrong (e then tells the first);
 * *ret_report in both cases: {ok, key_trusted, checkpoint:{origin,size,root}, steps:[{step, ok,
 * text, index?, kind?, at?}]}. */
RC bundle_verify(struct arena *a, const struct ledger_bundle *b, struct str trusted_key,
                 struct json **ret_report, struct err *e);

/* Lines without their line end. */
struct str export_head(struct arena *a, struct str key);
struct str export_leaf(struct arena *a, const struct ledger_item *item);
struct str export_checkpoint(struct arena *a, struct str note);

/* Checks an export line by line, holding only the edge of the tree. */
struct export_check {
    struct str key; /* trusted; empty: taken from the head line */
    struct ledger_edge edge;
    uint64_t events, expunged, checkpoints,
        signed_size; /* leaves above signed_size are not signed yet */
    char key_text[512];
    bool begun;
};
RC export_check_line(struct export_check *c, struct arena *scratch, struct str line,
                     struct err *e);
