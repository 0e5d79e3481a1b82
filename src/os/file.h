/* Whole files: read with a limit, written so that a crash leaves the old or the new bytes,
 * never a part. Errors name the file: FILE-0001 not there, FILE-0002 cannot be read or written,
 * FILE-0003 too large, FILE-0004 not a regular file or folder, FILE-0005 a link that leads
 * outside. */
#pragma once
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

struct file_entry {
    struct str name; /* relative path with '/', e.g. "tests/001.xml" */
    struct str bytes;
};

/* "-" is standard input. The bytes are followed by a NUL that is not counted. max 0: no limit
 * but memory. */
RC file_read(struct arena *a, const char *path, size_t max, struct str *ret, struct err *e);
/* Temporary file beside it, fsync, rename, fsync of the folder: what was acknowledged survives
 * a power cut. */
RC file_write_atomic(const char *path, struct str bytes, unsigned mode, struct err *e);
/* As above but refuses (RC_CONFLICT, FILE-0006) when the name is taken. */
RC file_write_new(const char *path, struct str bytes, unsigned mode, struct err *e);
/* Regular files below a folder, sorted by name. Hidden files are passed over; links are
 * followed only while they stay inside the folder. */
RC file_read_tree(struct arena *a, const char *dir, size_t max_files, size_t max_bytes,
                  struct file_entry **ret, size_t *ret_n, struct err *e);
RC file_make_dirs(const char *path, unsigned mode, struct err *e); /* mkdir -p */
bool file_exists(const char *path);
