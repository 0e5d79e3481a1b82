/* Children: what they get, what comes back, how they end, and that the cage holds. */
#include "os/sandbox.h"
#include "os/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena arena;

static struct spawned shell_with(const char *script, struct spawn s)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    struct spawned r;
    struct err e;
    s.argv = argv;
    assert_int_equal(spawn_run(&arena, &s, &r, &e), RC_OK);
    return r;
}

static void test_output_and_status(void **state)
{
    (void)state;
    struct spawned r =
        shell_with("cat; echo oops >&2; exit 7", (struct spawn){.input = STR("in\0put")});
    assert_int_equal(r.exit_status, 7);
    assert_int_equal(r.signal, 0);
    assert_true(str_eq(r.out, STR("in\0put")));
    assert_true(str_is(r.err, "oops\n"));
}

static void test_large_both_ways(void **state)
{
    (void)state;
    size_t n = 3000000; /* far more than a pipe holds: both ends must be served in turn */
    char *text = arena_array(&arena, char, n);
    memset(text, 'x', n);
    struct spawned r = shell_with("cat", (struct spawn){.input = str_n(text, n)});
    assert_int_equal(r.exit_status, 0);
    assert_true(str_eq(r.out, str_n(text, n)));
}

static void test_input_not_read(void **state)
{
    (void)state;
    char *text = arena_array(&arena, char, 1000000);
    signal(SIGPIPE, SIG_IGN);
    struct spawned r =
        shell_with("exec 0<&-; exit 3", (struct spawn){.input = str_n(text, 1000000)});
    assert_int_equal(r.exit_status, 3);
}

static void test_timeout(void **state)
{
    (void)state;
    struct spawned r = shell_with("sleep 60 & sleep 60", (struct spawn){.timeout_ms = 200});
    assert_true(r.timed_out);
    assert_int_equal(r.signal, SIGKILL);
    r = shell_with("exec >&- 2>&-; sleep 60",
                   (struct spawn){.timeout_ms = 200}); /* silent, but still there */
    assert_true(r.timed_out);
}

static void test_too_much(void **state)
{
    (void)state;
    struct spawned r = shell_with("yes", (struct spawn){.max_output = 1000});
    assert_true(r.too_much_output);
    assert_true(r.out.n <= 1000);
}

static void test_limits(void **state)
{
    (void)state;
    struct spawned r =
        shell_with("ulimit -t; ulimit -n; ulimit -c",
                   (struct spawn){.limits = {.cpu_seconds = 3, .open_files = 50}});
    assert_true(str_starts(r.out, STR("3\n50\n")));
    r = shell_with("while :; do :; done",
                   (struct spawn){.limits = {.cpu_seconds = 1}, .timeout_ms = 60000});
    assert_int_not_equal(r.signal, 0);
    assert_false(r.timed_out);
}

static void test_environment(void **state)
{
    (void)state;
    setenv("SECRET_OF_OURS", "x", 1);
    int fd = open("/dev/null", O_RDONLY); /* without O_CLOEXEC, as a library may */
    struct spawned r =
        shell_with("env; ls /proc/self/fd | wc -l; pwd", (struct spawn){.dir = "/"});
    assert_true(str_find(r.out, STR("SECRET_OF_OURS")) < 0);
    assert_true(str_find(r.out, STR("LANG=C.UTF-8\n")) >= 0);
    assert_true(str_find(r.out, STR("\n4\n/\n")) >=
                0); /* 0, 1, 2 and the folder that ls reads */
    close(fd);
}

static void test_not_started(void **state)
{
    (void)state;
    struct spawned r;
    struct err e;
    const char *none[] = {"no-such-program-here", NULL}, *folder[] = {"/etc", NULL};
    assert_int_equal(spawn_run(&arena, &(struct spawn){.argv = none}, &r, &e), RC_NOTFOUND);
    assert_int_equal(spawn_run(&arena, &(struct spawn){.argv = folder}, &r, &e), RC_IO);
    assert_string_equal(e.id, "SPAWN-0001");
}

static void run_caged(bool *ret_read, bool *ret_refused, bool *ret_socket, bool *ret_write,
                      bool *ret_exec)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        const char *const read_paths[] = {"/usr", NULL};
        struct err e;
        unsigned with = 0;
        bool ok = sandbox_enter(&(struct sandbox){.read = read_paths}, &with, &e) == RC_OK;
        char seen[5] = {0};
        seen[0] = ok && open("/usr/bin/env", O_RDONLY) >= 0;
        seen[1] = open("/etc/passwd", O_RDONLY) < 0;
        seen[2] = socket(AF_INET, SOCK_STREAM, 0) >= 0;
        seen[3] = open("/tmp/sallyport-caged", O_WRONLY | O_CREAT, 0600) >= 0;
        seen[4] = execl("/usr/bin/env", "env", NULL) == 0;
        (void)!write(ends[1], seen, sizeof seen);
        _exit(ok ? 0 : 1);
    }
    char seen[5];
    assert_int_equal(read(ends[0], seen, sizeof seen), 5);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(ends[0]);
    close(ends[1]);
    *ret_read = seen[0], *ret_refused = seen[1], *ret_socket = seen[2], *ret_write = seen[3],
    *ret_exec = seen[4];
}

static void test_cage(void **state)
{
    (void)state;
    unsigned with = sandbox_support();
    if (!(with & SANDBOX_SECCOMP)) {
        print_message("# skipped: this kernel has no seccomp\n");
        skip();
    }
    bool can_read, refused, net, wrote, ran;
    run_caged(&can_read, &refused, &net, &wrote, &ran);
    assert_true(can_read);
    assert_false(net);
    assert_false(ran);
    if (with & SANDBOX_LANDLOCK) {
        assert_true(refused);
        assert_false(wrote);
    } else {
        print_message("# this kernel has no Landlock: files were not tried\n");
    }
}

/* A caged child may start the programs it was given, and write where it was told. */
static void test_cage_with_programs(void **state)
{
    (void)state;
    if (!(sandbox_support() & SANDBOX_SECCOMP)) skip();
    char dir[] = "/tmp/sallyport-cage-XXXXXX";
    assert_non_null(mkdtemp(dir));
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        const char *const look[] = {"/usr", "/bin", "/lib", "/etc", "/dev", NULL},
                          *const put[] = {dir, NULL};
        struct err e;
        if (sandbox_enter(&(struct sandbox){.read = look, .write = put, .exec = true}, NULL,
                          &e) != RC_OK)
            _exit(9);
        execl(
            "/bin/sh", "sh", "-c",
            "cd \"$0\" && echo x | cat >a && mv a b && test -s b && rm b && ! cat /proc/1/maps",
            dir, NULL);
        _exit(8);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    arena_init(&arena, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output_and_status),
        cmocka_unit_test(test_large_both_ways),
        cmocka_unit_test(test_input_not_read),
        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_not_started),
        cmocka_unit_test(test_cage),
        cmocka_unit_test(test_cage_with_programs),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
