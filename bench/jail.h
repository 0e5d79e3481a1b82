/* A jail for measuring: a fresh database in a folder of the disk under test, one agency, a pack
 * in force, invented bookings. */
#pragma once
#include "casework/casework.h"

struct jail {
    struct casework *c;
    char folder[256], database[300], key_file[300];
};
void jail_open(struct jail *j, const char *under); /* ends the program on failure */
void jail_close(struct jail *j);                   /* removes the files */
/* bookings, each with one charge when `charges` */
void jail_import(struct jail *j, long from, long n, int leave_per_cent);
void jail_must(enum rc rc, const struct err *e, const char *what);
struct booking_row jail_row(struct arena *a, long i, bool left);
double jail_seconds(void);
double jail_cpu(void); /* of this process: what a row costs on a machine that others use, too */
long jail_rss_kib(void);
long jail_written(void); /* bytes given to write(2) by this process so far */
extern bool jail_charges;
