/* Whole files in and out. The reader never trusts a size told beforehand; the writer never
 * writes in place. */
#include "os/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
    if (*fd >= 0) close(*fd);
}
#define AUTO_FD __attribute__((cleanup(close_fd))) int

static enum rc fail_errno(struct err *e, const char *path, const char *doing, int number)
{
    if (number == ENOENT || number == ENOTDIR)
        err_set(e, RC_NOTFOUND, "FILE-0001", __FILE__, __LINE__,
                "there is no such file or folder");
    else
        err_set(e, RC_IO, "FILE-0002", __FILE__, __LINE__, "cannot %s: %s", doing,
                strerror(number));
    err_at(e, path, 0, 0);
    return e->code;
}

static enum rc read_fd(struct arena *a, int fd, const char *path, size_t max, struct str *ret,
                       struct err *e)
{
    if (max == 0) max = SIZE_MAX / 4;
    struct stat st;
    size_t cap = 65536, n = 0;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
        (uint64_t)st.st_size <= max)
        cap = (size_t)st.st_size + 2;
    char *p = arena_array(a, char, cap);
    for (;;) {
        if (n + 1 >= cap) {
            p = arena_grow(a, p, cap, cap * 2, 1);
            cap *= 2;
        }
        ssize_t got = read(fd, p + n, cap - n - 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno(e, path, "read", errno);
        if (got == 0) break;
        n += (size_t)got;
        if (n > max) {
            (void)FAIL(e, RC_LIMIT, "FILE-0003", "larger than the %zu bytes that are read",
                       max);
            err_at(e, path, 0, 0);
            return RC_LIMIT;
        }
    }
    p[n] = 0;
    *ret = str_n(p, n);
    return RC_OK;
}

enum rc file_read(struct arena *a, const char *path, size_t max, struct str *ret, struct err *e)
{
    if (strcmp(path, "-") == 0) return read_fd(a, STDIN_FILENO, "standard input", max, ret, e);
    AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail_errno(e, path, "open", errno);
    struct stat st;
    if (fstat(fd, &st) != 0) return fail_errno(e, path, "look at", errno);
    if (S_ISDIR(st.st_mode)) {
        (void)FAIL(e, RC_INVALID, "FILE-0004", "is a folder, a file was expected");
        err_at(e, path, 0, 0);
        return RC_INVALID;
    }
    return read_fd(a, fd, path, max, ret, e);
}

static enum rc write_all(int fd, const char *path, struct str bytes, struct err *e)
{
    while (bytes.n > 0) {
        ssize_t put = write(fd, bytes.p, bytes.n);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return fail_errno(e, path, "write", errno);
        bytes = str_n(bytes.p + put, bytes.n - (size_t)put);
    }
    return RC_OK;
}

/* A rename is durable only once its folder is on the disk too. */
static enum rc sync_folder_of(const char *path, struct err *e)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof dir) return fail_errno(e, path, "name", ENAMETOOLONG);
    if (!slash)
        memcpy(dir, ".", 2);
    else if (n == 0)
        memcpy(dir, "/", 2);
    else {
        memcpy(dir, path, n);
        dir[n] = 0;
    }
    AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail_errno(e, dir, "open", errno);
    /* Some file systems cannot sync a folder (EINVAL); they have nothing better to offer. */
    if (fsync(fd) != 0 && errno != EINVAL) return fail_errno(e, dir, "sync", errno);
    return RC_OK;
}

static enum rc write_temporary(const char *path, char *temporary, size_t size, struct str bytes,
                               unsigned mode, struct err *e)
{
    int n = snprintf(temporary, size, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= size) return fail_errno(e, path, "name", ENAMETOOLONG);
    AUTO_FD fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) return fail_errno(e, path, "create", errno);
    enum rc rc = write_all(fd, path, bytes, e);
    if (rc == RC_OK && fchmod(fd, (mode_t)mode) != 0)
        rc = fail_errno(e, path, "set the mode of", errno);
    if (rc == RC_OK && fsync(fd) != 0) rc = fail_errno(e, path, "sync", errno);
    if (rc != RC_OK) unlink(temporary);
    return rc;
}

enum rc file_write_atomic(const char *path, struct str bytes, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];
    TRY(write_temporary(path, temporary, sizeof temporary, bytes, mode, e));
    if (rename(temporary, path) != 0) {
        int number = errno;
        unlink(temporary);
        return fail_errno(e, path, "rename", number);
    }
    return sync_folder_of(path, e);
}

enum rc file_write_new(const char *path, struct str bytes, unsigned mode, struct err *e)
{
    char temporary[PATH_MAX];
    TRY(write_temporary(path, temporary, sizeof temporary, bytes, mode, e));
    /* link() is the one way that neither overwrites nor leaves a moment with half a file. */
    int number = link(temporary, path) == 0 ? 0 : errno;
    unlink(temporary);
    if (number == EEXIST) {
        (void)FAIL(e, RC_CONFLICT, "FILE-0006", "is already there and is not overwritten");
        err_at(e, path, 0, 0);
        return RC_CONFLICT;
    }
    if (number != 0) return fail_errno(e, path, "create", number);
    return sync_folder_of(path, e);
}

enum rc file_make_dirs(const char *path, unsigned mode, struct err *e)
{
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return fail_errno(e, path, "name", n ? ENAMETOOLONG : ENOENT);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, (mode_t)mode) == 0 || errno == EEXIST) continue;
        return fail_errno(e, part, "create", errno);
    }
    struct stat st;
    if (stat(path, &st) != 0) return fail_errno(e, path, "look at", errno);
    if (!S_ISDIR(st.st_mode)) {
        (void)FAIL(e, RC_INVALID, "FILE-0004", "is a file, a folder was expected");
        err_at(e, path, 0, 0);
        return RC_INVALID;
    }
    return RC_OK;
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

struct tree {
    struct arena *arena;
    const char *root; /* resolved, without links */
    struct file_entry *entries;
    size_t n, cap, max_files, bytes_left, max_bytes;
};

/* A pack or a folder of tests is handed on to people: what it names must be in it. */
static bool stays_inside(const struct tree *t, const char *path)
{
    char real[PATH_MAX];
    size_t n = strlen(t->root);
    return realpath(path, real) && strncmp(real, t->root, n) == 0 &&
           (real[n] == '/' || real[n] == 0 || n == 1);
}

static enum rc tree_limit(const struct tree *t, const char *path, struct err *e)
{
    (void)FAIL(e, RC_LIMIT, "FILE-0003", "more than %zu files or %zu bytes in this folder",
               t->max_files, t->max_bytes);
    err_at(e, path, 0, 0);
    return RC_LIMIT;
}

static enum rc tree_add(struct tree *t, const char *path, const char *name, struct err *e)
{
    if (t->n >= t->max_files) return tree_limit(t, path, e);
    struct str bytes;
    if (t->bytes_left == 0) return tree_limit(t, path, e);
    TRY(file_read(t->arena, path, t->bytes_left, &bytes, e));
    t->bytes_left -= bytes.n;
    arena_push(t->arena, t->entries, t->n, t->cap);
    t->entries[t->n++] = (struct file_entry){str_c(arena_strdup(t->arena, name)), bytes};
    return RC_OK;
}

static enum rc tree_walk(struct tree *t, const char *dir, const char *prefix, int depth,
                         struct err *e);

static enum rc tree_visit(struct tree *t, const char *dir, const char *prefix, const char *name,
                          int depth, struct err *e)
{
    const char *path = arena_printf(t->arena, "%s/%s", dir, name);
    const char *relative = arena_printf(t->arena, "%s%s", prefix, name);
    struct stat st;
    if (lstat(path, &st) != 0) return fail_errno(e, path, "look at", errno);
    if (S_ISLNK(st.st_mode)) {
        if (!stays_inside(t, path)) {
            (void)FAIL(e, RC_INVALID, "FILE-0005", "is a link that leads outside the folder");
            err_at(e, path, 0, 0);
            return RC_INVALID;
        }
        if (stat(path, &st) != 0) return fail_errno(e, path, "look at", errno);
    }
    if (S_ISREG(st.st_mode)) return tree_add(t, path, relative, e);
    if (S_ISDIR(st.st_mode))
        return tree_walk(t, path, arena_printf(t->arena, "%s/", relative), depth + 1, e);
    return RC_OK;
}

static enum rc tree_walk(struct tree *t, const char *dir, const char *prefix, int depth,
                         struct err *e)
{
    if (depth > 16) return tree_limit(t, dir, e); /* a link to a folder above it is a ring */
    DIR *d = opendir(dir);
    if (!d) return fail_errno(e, dir, "open", errno);
    enum rc rc = RC_OK;
    for (struct dirent *entry; rc == RC_OK && (entry = readdir(d));)
        if (entry->d_name[0] != '.') rc = tree_visit(t, dir, prefix, entry->d_name, depth, e);
    closedir(d);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct file_entry *)a)->name, ((const struct file_entry *)b)->name);
}

enum rc file_read_tree(struct arena *a, const char *dir, size_t max_files, size_t max_bytes,
                       struct file_entry **ret, size_t *ret_n, struct err *e)
{
    char root[PATH_MAX];
    if (!realpath(dir, root)) return fail_errno(e, dir, "open", errno);
    struct tree t = {.arena = a,
                     .root = root,
                     .max_files = max_files,
                     .bytes_left = max_bytes,
                     .max_bytes = max_bytes};
    TRY(tree_walk(&t, dir, "", 0, e));
    if (t.n > 1) qsort(t.entries, t.n, sizeof *t.entries, by_name);
    *ret = t.entries;
    *ret_n = t.n;
    return RC_OK;
}
