/* A provider's keys and signatures, made by cjose in the test; apart from the rest because
 * cjose brings jansson's names. */
#pragma once
#include "base/str.h"

struct test_key;
/* RS256, ES256, HS256; bits of RSA */
struct test_key *test_key_make(const char *alg, const char *kid, int bits);
void test_key_free(struct test_key *k);
struct str test_key_public(struct arena *a, struct test_key *k);
/* alg goes into the header as it is signed with; kid may be NULL. */
struct str test_key_sign(struct arena *a, struct test_key *k, const char *alg, const char *kid,
                         struct str payload);
