/* The writer: one thread that takes what changes something from a queue and makes as many as
 * wait durable with one commit (store_group_begin). Everybody is answered after the fsync and
 * nobody before it; who fails undoes only himself; when the commit fails all have failed. It
 * never waits for company: a single request is a group of one. */
#pragma once
#include "access/access.h"

enum { WRITER_GROUP = 64, WRITER_MS = 2 }; /* a group ends at the earlier of the two */

struct job {
    struct job *next;
    RC (*run)(struct job *j, struct casework *c, struct access *x, struct err *e);
    /* from the writer's thread; the job is the caller's again */
    void (*done)(struct job *j, enum rc rc, const struct err *e);
    bool quiet; /* changes nothing that anybody waits for */
    enum rc rc; /* of run, until the group has ended */
    struct err err;
};

struct writer;
struct writer_setup {
    /* Opened in the thread and closed by it. */
    RC(*open)
    (void *ctx, struct casework **ret_casework, struct access **ret_access, struct err *e);
    void (*close)(void *ctx, struct casework *c, struct access *x);
    /* after each group that was not all quiet: wakes who waits for news */
    void (*committed)(void *ctx, struct casework *c);
    void *ctx;
    size_t waiting_max; /* more are refused */
};
RC writer_start(const struct writer_setup *s, struct writer **ret, struct err *e);
/* false: too many wait, or it is stopping; done is not called */
bool writer_add(struct writer *w, struct job *j);
/* returns after the last job of the queue; nothing is taken from now on */
void writer_stop(struct writer *w);
void writer_free(struct writer *w); /* NULL is fine */
