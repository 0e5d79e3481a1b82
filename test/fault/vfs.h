/* A SQLite VFS that fails on purpose: the n-th write, the n-th fsync, or every write from the
 * n-th on (a full disk). It wraps the real one, so everything else reaches the disk. One per
 * process; not for threads. */
#pragma once
#include <stdbool.h>

enum fault_kind { FAULT_NONE, FAULT_WRITE, FAULT_SYNC, FAULT_FULL };

void fault_vfs_install(void);                   /* becomes the default VFS */
void fault_arm(enum fault_kind kind, long nth); /* counts start again at 1 */
bool fault_fired(void);
long fault_count(enum fault_kind kind); /* writes or fsyncs seen since fault_arm */
