/* A notice as casework would hand it out, with invented names, and an office that writes it. */
#pragma once
#include "outbound/outbound.h"

struct notice fixture_notice(enum notice_kind kind, enum channel channel, const char *address);
struct outbound_setup fixture_setup(struct arena *a); /* America/Denver */
#define FIXTURE_ANSWERS                                                                        \
    "[{\"ask\":\"notify\",\"citations\":[\"Example County Policy "                             \
    "4.2\"],\"outcome\":\"notify\"},"                                                          \
    "{\"ask\":\"hold\",\"citations\":[\"C.R.S. 24-76.6-102(2)\",\"U.S. Const. amend. "         \
    "IV\"],\"outcome\":\"decline\"},"                                                          \
    "{\"ask\":\"interview\",\"citations\":[\"C.R.S. "                                          \
    "24-76.6-102(3)\"],\"outcome\":\"review\"},"                                               \
    "{\"ask\":\"information\",\"citations\":[],\"outcome\":\"refer\"}]"
