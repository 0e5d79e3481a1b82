/* A small jurisdiction for tests that drive casework: a fresh database in memory-backed
 * storage, agencies with verified addresses, the Denver pack signed by two people and in force,
 * and a clock that the test moves. */
#pragma once
#include "casework/casework.h"

struct casework *world_open(struct arena *a); /* ends the test on failure */
struct casework *world_reopen(void);          /* another connection to the same database */
const struct casework_setup *world_setup(void);
instant world_now(void);
void world_pass(int64_t ms);
int world_agencies(void);
const char *world_agency(int i); /* id */
/* on that agency's verified list? */
bool world_address(int agency, enum channel ch, struct str address);
const char *world_database(void);
/* Closes, then counts how often the text stands in the database files. */
long world_close_and_search(struct casework *c, const char *text);
