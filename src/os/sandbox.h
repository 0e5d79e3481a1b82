/* A cage for a child that opens a file from outside: Landlock (no file but those named) and
 * seccomp (no sockets, no tracing, no mounting …). Entered once by a single-threaded process
 * and never left. Both are probed at run time, because the running kernel may know more or less
 * than the headers. */
#pragma once
#include "base/rc.h"
#include <stdbool.h>

struct sandbox {
    const char *const
        *read; /* NULL-terminated paths that may be read (and run, when exec); NULL: none */
    const char *const *write; /* NULL-terminated folders that may be written; NULL: none */
    bool exec;                /* may start other programs */
};

enum { SANDBOX_SECCOMP = 1, SANDBOX_LANDLOCK = 2 };
unsigned sandbox_support(void); /* what this kernel offers */
int sandbox_landlock_abi(void); /* 0: none */
/* *ret_with (may be NULL): what was entered. Without seccomp it fails (SANDBOX-0001); without
 * Landlock only when a caller asks for it by looking at *ret_with. */
RC sandbox_enter(const struct sandbox *s, unsigned *ret_with, struct err *e);
