/* fork and exec by hand, because posix_spawn knows no resource limits and no session that dies
 * with us. Between fork and exec only async-signal-safe calls are made: other threads may hold
 * any lock. */
#include "os/spawn.h"
#include "base/buf.h"
#include "os/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const small_env[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
                                        "TZ=UTC", NULL};

struct pipes {
    int in[2], out[2], err[2], report[2]; /* report: errno of an exec that failed */
};

static void close_one(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

static void pipes_close(struct pipes *p)
{
    int *all[] = {p->in, p->out, p->err, p->report};
    for (size_t i = 0; i < 4; i++) {
        close_one(&all[i][0]);
        close_one(&all[i][1]);
    }
}

static bool pipes_open(struct pipes *p)
{
    *p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    int *all[] = {p->in, p->out, p->err, p->report};
    for (size_t i = 0; i < 4; i++)
        if (pipe2(all[i], O_CLOEXEC) != 0) return false;
    return true;
}

static void limit(int what, uint64_t n)
{
    struct rlimit r = {n, n};
    if (n > 0) (void)!setrlimit((__rlimit_resource_t)what, &r);
}

/* execvp looks PATH up itself; a path found before the fork keeps the child's part trivially
 * safe. */
static const char *program_path(struct arena *a, const char *name)
{
    if (strchr(name, '/')) return name;
    static const char *const dirs[] = {"/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin",
                                       "/sbin"};
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
        const char *path = arena_printf(a, "%s/%s", dirs[i], name);
        if (access(path, X_OK) == 0) return path;
    }
    return NULL;
}

/* exec takes char *const[] for reasons of history and does not write to it. */
static char *const *exec_vector(const char *const *v)
{
    union {
        const char *const *from;
        char *const *to;
    } u = {.from = v};
    return u.to;
}

static _Noreturn void child(const struct spawn *s, const char *path, const struct pipes *p,
                            pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); /* it died before we could ask */
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    int report = fcntl(p->report[1], F_DUPFD_CLOEXEC, 10);
    int in = fcntl(p->in[0], F_DUPFD_CLOEXEC, 10), out = fcntl(p->out[1], F_DUPFD_CLOEXEC, 10),
        err = fcntl(p->err[1], F_DUPFD_CLOEXEC, 10);
    bool ready = report >= 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 && dup2(err, 2) == 2 &&
                 /* Libraries may have opened files without O_CLOEXEC. */
                 close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0 &&
                 (!s->dir || chdir(s->dir) == 0);
    if (ready) {
        limit(RLIMIT_CORE, 0);
        limit(RLIMIT_CPU, s->limits.cpu_seconds);
        limit(RLIMIT_AS, s->limits.memory_bytes);
        limit(RLIMIT_FSIZE, s->limits.file_bytes);
        limit(RLIMIT_NOFILE, s->limits.open_files);
        execve(path, exec_vector(s->argv), exec_vector(s->env ? s->env : small_env));
    }
    int number = errno;
    (void)!write(report, &number, sizeof number);
    _exit(127);
}

struct stream {
    struct buf buf;
    bool too_much;
};

static bool stream_read(int *fd, struct stream *s, size_t max)
{
    char chunk[16384];
    ssize_t n = read(*fd, chunk, sizeof chunk);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (n <= 0) {
        close_one(fd);
        return true;
    }
    if ((size_t)n > max - s->buf.n) {
        s->too_much = true;
        return false;
    }
    buf_add(&s->buf, chunk, (size_t)n);
    return true;
}

static void input_write(int *fd, struct str *input)
{
    ssize_t n = input->n ? write(*fd, input->p, input->n > 65536 ? 65536 : input->n) : -1;
    if (n < 0 && input->n && (errno == EINTR || errno == EAGAIN)) return;
    if (n > 0) *input = str_n(input->p + n, input->n - (size_t)n);
    if (n < 0 || input->n == 0) close_one(fd); /* a child that reads no more is no error */
}

/* Until both outputs are closed, the time is over or too much came. */
static void converse(struct pipes *p, const struct spawn *s, struct stream *out,
                     struct stream *err, struct spawned *ret)
{
    struct str input = s->input;
    size_t max = s->max_output ? s->max_output : 16u << 20;
    int64_t until = clock_ticks() + (s->timeout_ms > 0 ? s->timeout_ms : 30000);
    if (input.n == 0) close_one(&p->in[1]);
    while (p->out[0] >= 0 || p->err[0] >= 0) {
        int64_t left = until - clock_ticks();
        if (left <= 0) {
            ret->timed_out = true;
            return;
        }
        struct pollfd fds[] = {
            {p->out[0], POLLIN, 0}, {p->err[0], POLLIN, 0}, {p->in[1], POLLOUT, 0}};
        if (poll(fds, 3, left > 1000 ? 1000 : (int)left) < 0 && errno != EINTR) return;
        bool fits = (!fds[0].revents || stream_read(&p->out[0], out, max)) &&
                    (!fds[1].revents || stream_read(&p->err[0], err, max));
        if (p->in[1] >= 0 && fds[2].revents) input_write(&p->in[1], &input);
        if (!fits) {
            ret->too_much_output = true;
            return;
        }
    }
}

/* It closed its outputs; give it the rest of its time to end. */
static int reap(pid_t pid, bool kill_now, const struct spawn *s, struct spawned *ret)
{
    int status = 0;
    int64_t until = clock_ticks() + (s->timeout_ms > 0 ? s->timeout_ms : 30000);
    for (;;) {
        if (kill_now) kill(-pid, SIGKILL), kill(pid, SIGKILL);
        pid_t got = waitpid(pid, &status, kill_now ? 0 : WNOHANG);
        if (got == pid) return status;
        if (got < 0 && errno != EINTR) return 0;
        if (got == 0) {
            usleep(1000);
            if (clock_ticks() >= until) ret->timed_out = kill_now = true;
        }
    }
}

enum rc spawn_run(struct arena *a, const struct spawn *s, struct spawned *ret, struct err *e)
{
    *ret = (struct spawned){0};
    const char *path = program_path(a, s->argv[0]);
    if (!path)
        return FAIL(e, RC_NOTFOUND, "SPAWN-0001", "there is no program '%s'", s->argv[0]);
    struct pipes p;
    if (!pipes_open(&p)) {
        int number = errno;
        pipes_close(&p);
        return FAIL(e, RC_IO, "SPAWN-0002", "no pipes for '%s': %s", path, strerror(number));
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) child(s, path, &p, parent);
    if (pid < 0) {
        int number = errno;
        pipes_close(&p);
        return FAIL(e, RC_IO, "SPAWN-0001", "cannot start '%s': %s", path, strerror(number));
    }
    close_one(&p.in[0]), close_one(&p.out[1]), close_one(&p.err[1]), close_one(&p.report[1]);
    int number = 0;
    bool failed = read(p.report[0], &number, sizeof number) == sizeof number;
    fcntl(p.in[1], F_SETFL, O_NONBLOCK);
    struct stream out = {.buf = buf_in(a)}, err = {.buf = buf_in(a)};
    if (!failed) converse(&p, s, &out, &err, ret);
    bool killed = ret->timed_out || ret->too_much_output;
    pipes_close(&p);
    int status = reap(pid, killed, s, ret);
    if (failed)
        return FAIL(e, RC_IO, "SPAWN-0001", "cannot start '%s': %s", path, strerror(number));
    ret->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ret->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ret->out = buf_str(&out.buf);
    ret->err = buf_str(&err.buf);
    return RC_OK;
}
