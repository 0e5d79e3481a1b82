/* Landlock by system call, since glibc has no wrappers, and seccomp through libseccomp (the
 * only file that sees it). The list of system calls is what a program that computes on a file
 * needs; everything else gives EPERM, so that a library that merely tries goes on. */
#include "os/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that came after the headers of Debian 12 (ABI 3: truncate, 5: ioctl on devices). */
#define ACCESS_TRUNCATE (1ULL << 14)
#define ACCESS_IOCTL_DEV (1ULL << 15)

#define ACCESS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE                                                                           \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                          \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_DIR |                             \
     LANDLOCK_ACCESS_FS_MAKE_REG)
#define ACCESS_FILE /* what a rule on a file, not a folder, may hold */                        \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |                              \
     LANDLOCK_ACCESS_FS_READ_FILE | ACCESS_TRUNCATE | ACCESS_IOCTL_DEV)

int sandbox_landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi > 0 ? (int)abi : 0;
}

unsigned sandbox_support(void)
{
    unsigned with = sandbox_landlock_abi() > 0 ? SANDBOX_LANDLOCK : 0;
    /* PR_GET_SECCOMP answers EINVAL on a kernel built without. */
    return prctl(PR_GET_SECCOMP) >= 0 ? with | SANDBOX_SECCOMP : with;
}

static uint64_t handled_access(int abi)
{
    uint64_t all = (1ULL << 13) - 1; /* ABI 1: execute … make_sym */
    if (abi >= 2) all |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3) all |= ACCESS_TRUNCATE;
    if (abi >= 5) all |= ACCESS_IOCTL_DEV;
    return all;
}

static RC allow_paths(int ruleset, const char *const *paths, uint64_t access, struct err *e)
{
    for (; paths && *paths; paths++) {
        struct stat st;
        int fd = open(*paths, O_PATH | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st) != 0) {
            if (fd >= 0) close(fd);
            return FAIL(e, RC_NOTFOUND, "SANDBOX-0002", "there is no '%s' to allow", *paths);
        }
        struct landlock_path_beneath_attr rule = {
            .allowed_access = S_ISDIR(st.st_mode) ? access : access & ACCESS_FILE,
            .parent_fd = fd};
        long failed =
            syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
        close(fd);
        if (failed)
            return FAIL(e, RC_IO, "SANDBOX-0002", "cannot allow '%s': %s", *paths,
                        strerror(errno));
    }
    return RC_OK;
}

static RC enter_landlock(const struct sandbox *s, int abi, struct err *e)
{
    uint64_t all = handled_access(abi);
    struct landlock_ruleset_attr attr = {.handled_access_fs = all};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (ruleset < 0)
        return FAIL(e, RC_IO, "SANDBOX-0002", "no Landlock ruleset: %s", strerror(errno));
    uint64_t look = ACCESS_READ | (s->exec ? LANDLOCK_ACCESS_FS_EXECUTE : 0);
    enum rc rc = allow_paths(ruleset, s->read, look & all, e);
    if (rc == RC_OK)
        rc = allow_paths(ruleset, s->write, (look | ACCESS_WRITE | ACCESS_TRUNCATE) & all, e);
    if (rc == RC_OK && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        rc = FAIL(e, RC_IO, "SANDBOX-0002", "Landlock refused: %s", strerror(errno));
    close(ruleset);
    return rc;
}

static const int computing[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
    SCMP_SYS(pwrite64), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(close),
    SCMP_SYS(close_range), SCMP_SYS(stat), SCMP_SYS(fstat), SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(lseek),
    SCMP_SYS(fcntl), SCMP_SYS(ioctl), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3),
    SCMP_SYS(getdents64), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
    SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
    SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list),
    SCMP_SYS(set_tid_address), SCMP_SYS(rseq), SCMP_SYS(arch_prctl), SCMP_SYS(prlimit64),
    SCMP_SYS(getrlimit), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getpid),
    SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(getpgrp), SCMP_SYS(getrandom), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(eventfd2),
    SCMP_SYS(memfd_create), SCMP_SYS(tgkill), SCMP_SYS(fadvise64), SCMP_SYS(umask),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
    /* Threads: tesseract and libvips compute in several. */
    SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(wait4), SCMP_SYS(waitid)};
static const int running[] = {SCMP_SYS(execve),   SCMP_SYS(execveat), SCMP_SYS(fork),
                              SCMP_SYS(vfork),    SCMP_SYS(setsid),   SCMP_SYS(setpgid),
                              SCMP_SYS(kill),     SCMP_SYS(prctl),    SCMP_SYS(chdir),
                              SCMP_SYS(setrlimit)};
static const int writing[] = {
    SCMP_SYS(mkdir),    SCMP_SYS(mkdirat),   SCMP_SYS(unlink),    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),   SCMP_SYS(renameat),  SCMP_SYS(renameat2), SCMP_SYS(ftruncate),
    SCMP_SYS(truncate), SCMP_SYS(fsync),     SCMP_SYS(fdatasync), SCMP_SYS(fchmod),
    SCMP_SYS(chmod),    SCMP_SYS(fallocate), SCMP_SYS(utimensat), SCMP_SYS(rmdir)};

static int allow_calls(scmp_filter_ctx filter, const int *calls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
        if (failed && failed != -EDOM) return failed; /* EDOM: not a call of this machine */
    }
    return 0;
}

static RC enter_seccomp(const struct sandbox *s, struct err *e)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return FAIL(e, RC_IO, "SANDBOX-0001", "no seccomp filter");
    int failed = allow_calls(filter, computing, sizeof computing / sizeof *computing);
    if (!failed && s->exec)
        failed = allow_calls(filter, running, sizeof running / sizeof *running);
    if (!failed && s->write)
        failed = allow_calls(filter, writing, sizeof writing / sizeof *writing);
    if (!failed) failed = seccomp_load(filter);
    seccomp_release(filter);
    if (failed)
        return FAIL(e, RC_IO, "SANDBOX-0001", "no seccomp filter: %s", strerror(-failed));
    return RC_OK;
}

enum rc sandbox_enter(const struct sandbox *s, unsigned *ret_with, struct err *e)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return FAIL(e, RC_IO, "SANDBOX-0001", "no_new_privs refused: %s", strerror(errno));
    int abi = sandbox_landlock_abi();
    if (abi > 0) TRY(enter_landlock(s, abi, e));
    TRY(enter_seccomp(s, e));
    if (ret_with) *ret_with = SANDBOX_SECCOMP | (abi > 0 ? SANDBOX_LANDLOCK : 0);
    return RC_OK;
}
