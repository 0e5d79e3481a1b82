/* Whose turn it is to write: one at a time among the connections of this process to one file,
 * in the order in which they came, but a pressing one goes before those that are not. SQLite
 * itself only lets everybody try again and again, and who ends one transaction and begins the
 * next is always the first to try. Other processes are waited for as SQLite does.
 *
 * What it must never do: wait for ever; a thread that holds one connection's turn and asks for
 * another's is told that the file is busy. */
#pragma once
#include <stdbool.h>

struct turns;                             /* of one file */
struct turns *turns_of(const char *path); /* as sqlite3_db_filename() tells it */
void turns_leave(struct turns *t);        /* NULL is fine */
/* Waits up to so many milliseconds; 0: not at all. False: it was not our turn. */
bool turn_take(struct turns *t, bool pressing, int wait_ms);
void turn_give(struct turns *t);
