/* One child process: argument vector (no shell), input, captured output, a time limit and
 * resource limits. The child gets an empty environment but for PATH, LANG and TZ (unless one is
 * given), no inherited descriptors, its own session, and dies with us. */
#pragma once
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

struct spawn {
    const char *const *argv; /* NULL-terminated; argv[0] with '/' or found in PATH */
    const char *const *env;  /* NULL: the small default */
    const char *dir;         /* NULL: ours */
    struct str input;        /* standard input */
    int timeout_ms;          /* 0: 30 s */
    size_t max_output; /* bytes of standard output and of standard error each; 0: 16 MiB */
    struct {           /* 0: as ours */
        uint64_t cpu_seconds, memory_bytes, file_bytes, open_files;
    } limits;
};

struct spawned {
    int exit_status;                 /* of exit(); -1 when killed */
    int signal;                      /* that killed it; 0 */
    bool timed_out, too_much_output; /* then we killed it */
    struct str out, err;
};

/* RC_OK when it ran, whatever its exit status; SPAWN-0001 it could not be started, SPAWN-0002
 * pipes. */
RC spawn_run(struct arena *a, const struct spawn *s, struct spawned *ret, struct err *e);
