/* Files: limits, links, folders, and what is left behind when writing fails. */
#include "os/file.h"
#include "os/random.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena arena;
static char dir[] = "/tmp/sallyport-file-XXXXXX";

static const char *at(const char *name) { return arena_printf(&arena, "%s/%s", dir, name); }

static int make_dir(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
    (void)state;
    int rc = system(arena_printf(&arena, "rm -rf %s", dir));
    arena_done(&arena);
    return rc;
}

static size_t count_files(void)
{
    struct file_entry *entries;
    size_t n = 0;
    struct err e;
    assert_int_equal(file_read_tree(&arena, dir, 1000, 1 << 20, &entries, &n, &e), RC_OK);
    return n;
}

static void test_write_and_read(void **state)
{
    (void)state;
    struct err e;
    struct str bytes = STR("one\0two\n"), back;
    struct stat st;
    assert_int_equal(file_write_atomic(at("a"), STR("old"), 0644, &e), RC_OK);
    assert_int_equal(file_write_atomic(at("a"), bytes, 0600, &e), RC_OK);
    assert_int_equal(file_read(&arena, at("a"), bytes.n, &back, &e), RC_OK);
    assert_true(str_eq(back, bytes));
    assert_int_equal(stat(at("a"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(file_read(&arena, at("a"), bytes.n - 1, &back, &e), RC_LIMIT);
    assert_string_equal(e.id, "FILE-0003");
    assert_int_equal(count_files(), 1); /* no temporary file is left */
}

static void test_write_new(void **state)
{
    (void)state;
    struct err e;
    struct str back;
    assert_int_equal(file_write_new(at("key"), STR("first"), 0600, &e), RC_OK);
    size_t n = count_files();
    assert_int_equal(file_write_new(at("key"), STR("second"), 0600, &e), RC_CONFLICT);
    assert_int_equal(file_read(&arena, at("key"), 0, &back, &e), RC_OK);
    assert_true(str_is(back, "first"));
    assert_int_equal(count_files(), n);
}

static void test_not_there(void **state)
{
    (void)state;
    struct err e;
    struct str back;
    assert_int_equal(file_read(&arena, at("none"), 0, &back, &e), RC_NOTFOUND);
    assert_string_equal(e.id, "FILE-0001");
    assert_string_equal(e.where, at("none"));
    assert_int_equal(file_read(&arena, dir, 0, &back, &e), RC_INVALID);
    assert_int_equal(file_write_atomic(at("no/such/folder"), STR("x"), 0600, &e), RC_NOTFOUND);
    assert_false(file_exists(at("none")));
}

static void test_make_dirs(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(file_make_dirs(at("x/y/z"), 0755, &e), RC_OK);
    assert_int_equal(file_make_dirs(at("x/y/z"), 0755, &e), RC_OK);
    assert_true(file_exists(at("x/y/z")));
    assert_int_equal(file_write_atomic(at("x/f"), STR(""), 0644, &e), RC_OK);
    assert_int_not_equal(file_make_dirs(at("x/f"), 0755, &e), RC_OK);
    assert_int_not_equal(file_make_dirs(at("x/f/g"), 0755, &e), RC_OK);
}

static void test_tree(void **state)
{
    (void)state;
    struct err e;
    struct file_entry *entries;
    size_t n;
    assert_int_equal(file_make_dirs(at("tree/sub"), 0755, &e), RC_OK);
    assert_int_equal(file_write_atomic(at("tree/b"), STR("bb"), 0644, &e), RC_OK);
    assert_int_equal(file_write_atomic(at("tree/a"), STR("a"), 0644, &e), RC_OK);
    assert_int_equal(file_write_atomic(at("tree/sub/c"), STR("ccc"), 0644, &e), RC_OK);
    assert_int_equal(file_write_atomic(at("tree/.hidden"), STR("h"), 0644, &e), RC_OK);
    assert_int_equal(symlink("../b", at("tree/sub/link")), 0);
    assert_int_equal(file_read_tree(&arena, at("tree"), 4, 8, &entries, &n, &e), RC_OK);
    assert_int_equal(n, 4);
    const char *const names[] = {"a", "b", "sub/c", "sub/link"};
    for (size_t i = 0; i < n; i++) assert_true(str_is(entries[i].name, names[i]));
    assert_true(str_is(entries[3].bytes, "bb"));
    assert_int_equal(file_read_tree(&arena, at("tree"), 3, 8, &entries, &n, &e), RC_LIMIT);
    assert_int_equal(file_read_tree(&arena, at("tree"), 4, 7, &entries, &n, &e), RC_LIMIT);
    assert_int_equal(symlink("/etc/passwd", at("tree/out")), 0);
    assert_int_equal(file_read_tree(&arena, at("tree"), 9, 1 << 20, &entries, &n, &e),
                     RC_INVALID);
    assert_string_equal(e.id, "FILE-0005");
    assert_int_equal(unlink(at("tree/out")), 0);
    assert_int_equal(symlink("..", at("tree/sub/ring")), 0);
    assert_int_equal(file_read_tree(&arena, at("tree"), 1000, 1 << 20, &entries, &n, &e),
                     RC_LIMIT);
    assert_int_equal(unlink(at("tree/sub/ring")), 0);
    assert_int_equal(file_read_tree(&arena, at("nothing"), 9, 9, &entries, &n, &e),
                     RC_NOTFOUND);
}

static void test_stdin(void **state)
{
    (void)state;
    struct err e;
    struct str back;
    int ends[2], keep = dup(0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "from a pipe", 11), 11);
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    assert_int_equal(file_read(&arena, "-", 100, &back, &e), RC_OK);
    assert_true(str_is(back, "from a pipe"));
    dup2(keep, 0);
    close(keep);
}

static void test_random(void **state)
{
    (void)state;
    unsigned char a[32] = {0}, b[32] = {0};
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    bool seen[7] = {false};
    for (int i = 0; i < 2000; i++) {
        uint32_t r = random_below(7);
        assert_in_range(r, 0, 6);
        seen[r] = true;
        assert_in_range(random_jitter(), 0, 999);
    }
    for (int i = 0; i < 7; i++) assert_true(seen[i]); /* all but one in 10^130 runs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read), cmocka_unit_test(test_write_new),
        cmocka_unit_test(test_not_there),      cmocka_unit_test(test_make_dirs),
        cmocka_unit_test(test_tree),           cmocka_unit_test(test_stdin),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
