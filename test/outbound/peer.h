/* Starts a peer of test/peer/ as a child, reads its port, ends it. */
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct peer {
    pid_t pid;
    FILE *out; /* what it prints after the port */
    int port;
    char dir[64]; /* a folder of its own, removed by peer_stop */
};
/* script is run with the folder, or with `argument` if that is not NULL. False when it did not
 * start. */
bool peer_start(struct peer *p, const char *script, const char *argument);
void peer_stop(struct peer *p);
/* The start|stop scripts of real servers. 77 when the machine cannot run it (the reason is
 * printed), 0 when it runs. */
int server_start(struct peer *p, const char *script);
void server_stop(struct peer *p, const char *script);
