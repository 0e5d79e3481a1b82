/* See vfs.h. Only the file methods that change the disk are wrapped; the rest pass through. */
#include "vfs.h"
#include <sqlite3.h>
#include <string.h>

static sqlite3_vfs shim, *real;
static enum fault_kind armed;
static long fires_at, writes, syncs;
static bool fired;

struct file {
    sqlite3_file base;
    sqlite3_file real[]; /* real->szOsFile bytes */
};

static sqlite3_file *inner(sqlite3_file *f) { return ((struct file *)(void *)f)->real; }

static bool fail_write(void)
{
    writes++;
    bool now = (armed == FAULT_WRITE && writes == fires_at) ||
               (armed == FAULT_FULL && writes >= fires_at);
    fired |= now;
    return now;
}

static int f_close(sqlite3_file *f) { return inner(f)->pMethods->xClose(inner(f)); }
static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return inner(f)->pMethods->xRead(inner(f), p, n, at);
}
static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    if (fail_write()) {
        /* A failing disk may still have written a part: half of it goes through. */
        if (armed == FAULT_WRITE && n > 1)
            (void)inner(f)->pMethods->xWrite(inner(f), p, n / 2, at);
        return armed == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return inner(f)->pMethods->xWrite(inner(f), p, n, at);
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return inner(f)->pMethods->xTruncate(inner(f), n);
}
static int f_sync(sqlite3_file *f, int flags)
{
    syncs++;
    if (armed == FAULT_SYNC && syncs == fires_at) {
        fired = true;
        return SQLITE_IOERR_FSYNC;
    }
    return inner(f)->pMethods->xSync(inner(f), flags);
}
static int f_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return inner(f)->pMethods->xFileSize(inner(f), n);
}
static int f_lock(sqlite3_file *f, int l) { return inner(f)->pMethods->xLock(inner(f), l); }
static int f_unlock(sqlite3_file *f, int l) { return inner(f)->pMethods->xUnlock(inner(f), l); }
static int f_reserved(sqlite3_file *f, int *r)
{
    return inner(f)->pMethods->xCheckReservedLock(inner(f), r);
}
static int f_control(sqlite3_file *f, int op, void *p)
{
    return inner(f)->pMethods->xFileControl(inner(f), op, p);
}
static int f_sector(sqlite3_file *f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
static int f_traits(sqlite3_file *f)
{
    return inner(f)->pMethods->xDeviceCharacteristics(inner(f));
}
static int f_shm_map(sqlite3_file *f, int r, int n, int x, void volatile **p)
{
    return inner(f)->pMethods->xShmMap(inner(f), r, n, x, p);
}
static int f_shm_lock(sqlite3_file *f, int o, int n, int fl)
{
    return inner(f)->pMethods->xShmLock(inner(f), o, n, fl);
}
static void f_shm_barrier(sqlite3_file *f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
static int f_shm_unmap(sqlite3_file *f, int d)
{
    return inner(f)->pMethods->xShmUnmap(inner(f), d);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = f_close,
    .xRead = f_read,
    .xWrite = f_write,
    .xTruncate = f_truncate,
    .xSync = f_sync,
    .xFileSize = f_size,
    .xLock = f_lock,
    .xUnlock = f_unlock,
    .xCheckReservedLock = f_reserved,
    .xFileControl = f_control,
    .xSectorSize = f_sector,
    .xDeviceCharacteristics = f_traits,
    .xShmMap = f_shm_map,
    .xShmLock = f_shm_lock,
    .xShmBarrier = f_shm_barrier,
    .xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    (void)v;
    int rc = real->xOpen(real, name, inner(f), flags, out);
    f->pMethods = rc == SQLITE_OK ? &methods : NULL;
    return rc;
}

void fault_vfs_install(void)
{
    real = sqlite3_vfs_find(NULL);
    shim = *real; /* the other methods take the real VFS's own data, which is copied with it */
    shim.zName = "fault";
    shim.szOsFile = (int)sizeof(struct file) + real->szOsFile;
    shim.xOpen = v_open;
    sqlite3_vfs_register(&shim, 1);
}

void fault_arm(enum fault_kind kind, long nth)
{
    armed = kind;
    fires_at = nth;
    writes = syncs = 0;
    fired = false;
}

bool fault_fired(void) { return fired; }

long fault_count(enum fault_kind kind) { return kind == FAULT_SYNC ? syncs : writes; }
