/* An outbox in memory behind casework's verbs: what the worker asks, in which order, and what
 * it reports. */
#pragma once
#include "outbound/outbound.h"

extern struct fake_outbox {
    struct notice notice;
    bool due;
    char steps[256];  /* "claim begin result:confirmed " */
    unsigned attempt; /* that the result is about */
    enum delivery delivery;
    char receipt[4096], provider_ref[64], sha256[80];
    enum rc begin_rc;
} fake_outbox;
