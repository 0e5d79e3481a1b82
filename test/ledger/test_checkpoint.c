/* Signed notes: the format to the byte, keys that are not ours, and every way found to bend a
 * note. */
#include "ledger/ledger.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define ORIGIN "jail.example.gov/sallyport"

static struct arena arena;

static struct sign_key key_of(unsigned char fill)
{
    unsigned char seed[32];
    memset(seed, fill, sizeof seed);
    return sign_key_from_seed(seed);
}

static struct checkpoint point(void)
{
    return (struct checkpoint){STR(ORIGIN), 20852163, hash_of(STR("root"))};
}

static struct str made_key(void)
{
    struct sign_key k = key_of(1);
    return checkpoint_verifier_key(&arena, STR(ORIGIN), k.public_key);
}

static struct str made_note(void)
{
    struct sign_key k = key_of(1);
    struct checkpoint c = point();
    return checkpoint_sign(&arena, &c, &k);
}

static enum rc open_note(struct str note, struct err *e)
{
    struct checkpoint c;
    *e = (struct err){0};
    return checkpoint_open(&arena, note, made_key(), &c, e);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct checkpoint c;
    struct err e = {0};
    struct str note = made_note();
    assert_int_equal(checkpoint_open(&arena, note, made_key(), &c, &e), RC_OK);
    assert_true(str_is(c.origin, ORIGIN));
    assert_int_equal(c.size, 20852163);
    assert_true(hash_eq(c.root, hash_of(STR("root"))));
    assert_true(str_starts(note, STR(ORIGIN "\n20852163\n")));
    assert_true(str_find(note, STR("=\n\n\xE2\x80\x94 " ORIGIN " ")) > 0);
    assert_int_equal(note.p[note.n - 1], '\n');
}

/* The checkpoint that opens c2sp.org/tlog-checkpoint; its key is not published, so only its
 * shape can be tried. */
static void test_published_example(void **state)
{
    (void)state;
    struct err e;
    struct str note = STR("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/"
                          "Xajj7h2fB2MPA3j2jxq2I=\n\n"
                          "\xE2\x80\x94 example.com/behind-the-sofa "
                          "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7"
                          "u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n");
    assert_int_equal(open_note(note, &e), RC_INVALID);
    assert_string_equal(e.id, "LEDGER-0006"); /* well formed; signed by somebody else */
}

/* The id as the format has it; test/ledger/verify.py does the same sum in another language. */
static void test_key_id(void **state)
{
    (void)state;
    struct sign_key k = key_of(1);
    struct buf b = buf_in(&arena), id = buf_in(&arena);
    buf_c(&b, ORIGIN);
    buf_add(&b, "\n\x01", 2);
    buf_add(&b, k.public_key, 32);
    struct hash h = hash_of(buf_str(&b));
    buf_c(&id, ORIGIN "+");
    hex_add(&id, str_n((const char *)h.b, 4));
    buf_ch(&id, '+');
    assert_true(str_starts(made_key(), buf_str(&id)));
}

static void test_every_bit(void **state)
{
    (void)state;
    struct err e;
    struct str note = made_note();
    for (size_t bit = 0; bit < note.n * 8; bit++) {
        struct arena_mark mark = arena_mark(&arena);
        char *bent = str_dupz(&arena, note);
        bent[bit / 8] ^= (char)(1u << bit % 8);
        assert_int_not_equal(open_note(str_n(bent, note.n), &e), RC_OK);
        arena_release(&arena, mark);
    }
}

static void test_every_cut(void **state)
{
    (void)state;
    struct err e;
    struct str note = made_note();
    for (size_t n = 0; n < note.n; n++) {
        /* An own allocation of the very size, so that a sanitizer sees a read beyond it. */
        char *cut = malloc(n ? n : 1);
        assert_non_null(cut);
        memcpy(cut, note.p, n);
        assert_int_not_equal(open_note(str_n(cut, n), &e), RC_OK);
        free(cut);
    }
}

static struct str signed_text(const char *text)
{
    struct sign_key k = key_of(1);
    struct hash h;
    struct buf id = buf_in(&arena), bytes = buf_in(&arena), note = buf_in(&arena);
    buf_c(&id, ORIGIN);
    buf_add(&id, "\n\x01", 2);
    buf_add(&id, k.public_key, 32);
    h = hash_of(buf_str(&id));
    struct signature s = sign_bytes(&k, str_c(text));
    buf_add(&bytes, h.b, 4);
    buf_add(&bytes, s.b, 64);
    buf_printf(&note, "%s\n\xE2\x80\x94 " ORIGIN " ", text);
    base64_add(&note, buf_str(&bytes));
    buf_ch(&note, '\n');
    return buf_str(&note);
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

/* Rightly signed, but no checkpoint: a key that signs other notes must not vouch for trees. */
static void test_text_form(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(open_note(signed_text(ORIGIN "\n5\n" ROOT "\n"), &e), RC_OK);
    assert_int_equal(open_note(signed_text(ORIGIN "\n0\n" ROOT "\n"), &e), RC_OK);
    assert_int_equal(open_note(signed_text(ORIGIN "\n5\n" ROOT "\nan extension\n"), &e), RC_OK);
    static const char *const wrong[] = {
        ORIGIN "\n05\n" ROOT "\n",
        ORIGIN "\n-5\n" ROOT "\n",
        ORIGIN "\n+5\n" ROOT "\n",
        ORIGIN "\n 5\n" ROOT "\n",
        ORIGIN "\n\n" ROOT "\n",
        ORIGIN "\n99999999999999999999\n" ROOT "\n",
        ORIGIN "\n9223372036854775807\n" ROOT "\n",
        ORIGIN "\n5\n",
        ORIGIN "\n",
        "\n",
        ORIGIN "\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
        ORIGIN "\n5\nCsUYapGGPo4=\n",
        ORIGIN "\n5\n" ROOT " \n",
        ORIGIN "\n5\n" ROOT "\n\n",
        ORIGIN "\n5\n" ROOT "\n\nx\n",
        "other.example.gov/x\n5\n" ROOT "\n",
        ORIGIN "\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        enum rc rc = open_note(signed_text(wrong[i]), &e);
        if (rc != RC_INVALID) print_message("# accepted: %s\n", wrong[i]);
        assert_int_equal(rc, RC_INVALID);
        assert_string_equal(e.id, "LEDGER-0007");
    }
}

static struct str with(struct str a, const char *more)
{
    struct buf b = buf_in(&arena);
    buf_str_add(&b, a);
    buf_c(&b, more);
    return buf_str(&b);
}

static void test_other_signatures(void **state)
{
    (void)state;
    struct err e;
    struct str note = made_note();
    const char *witness =
        "\xE2\x80\x94 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9\n";
    struct str many = note;
    for (int i = 0; i < 16; i++) many = with(many, witness);
    assert_int_equal(open_note(many, &e), RC_OK); /* at least sixteen must be accepted */
    for (int i = 0; i < 100; i++) many = with(many, witness);
    assert_int_equal(open_note(many, &e), RC_INVALID);
    assert_int_equal(open_note(with(note, "- witness.example.com/w1 jWbPPwAAAABkGFDL\n"), &e),
                     RC_INVALID);
    assert_int_equal(
        open_note(with(note, "\xE2\x80\x94 witness.example.com/w1 jWbPPw==\n"), &e),
        RC_INVALID);
    assert_int_equal(open_note(with(note, "\xE2\x80\x94 a+b jWbPPwAAAABkGFDL\n"), &e),
                     RC_INVALID);
    assert_int_equal(open_note(with(note, "\xE2\x80\x94  jWbPPwAAAABkGFDL\n"), &e), RC_INVALID);
    assert_int_equal(open_note(with(note, "\n"), &e), RC_INVALID);
    assert_int_equal(open_note(with(note, "\xE2\x80\x94 w jWbPPwAAAABkGFDL\r\n"), &e),
                     RC_INVALID);
    /* A second signature of our own key that is wrong condemns the note. */
    struct str line = str_sub(note, (size_t)str_find(note, STR("\xE2\x80\x94")), note.n);
    char *bent = str_dupz(&arena, line);
    bent[line.n - 10] = bent[line.n - 10] == 'A' ? 'B' : 'A';
    assert_int_equal(open_note(with(note, bent), &e), RC_INVALID);
    assert_string_equal(e.id, "LEDGER-0005");
}

static void test_same_name_other_key(void **state)
{
    (void)state;
    struct err e = {0};
    struct sign_key other = key_of(2);
    struct checkpoint c = point();
    assert_int_equal(open_note(checkpoint_sign(&arena, &c, &other), &e), RC_INVALID);
    assert_string_equal(e.id, "LEDGER-0006");
}

static void test_verifier_key_form(void **state)
{
    (void)state;
    struct err e;
    struct checkpoint c;
    struct str note = made_note(), key = made_key();
    assert_int_equal(checkpoint_open(&arena, note, with(key, "\n"), &c, &e),
                     RC_OK); /* as read from a file */
    for (size_t n = 0; n < key.n; n++) {
        assert_int_equal(checkpoint_open(&arena, note, str_sub(key, 0, n), &c, &e), RC_INVALID);
        assert_string_equal(e.id, "LEDGER-0003");
    }
    for (size_t i = 0; i < key.n; i++) {
        char *bent = str_dupz(&arena, key);
        bent[i] = bent[i] == '#' ? '!' : '#';
        assert_int_equal(checkpoint_open(&arena, note, str_n(bent, key.n), &c, &e), RC_INVALID);
    }
}

static void test_origins(void **state)
{
    (void)state;
    assert_true(checkpoint_origin_valid(STR("jail.example.gov/sallyport")));
    assert_true(checkpoint_origin_valid(STR("gef\xC3\xA4ngnis.example")));
    assert_false(checkpoint_origin_valid(STR("")));
    assert_false(checkpoint_origin_valid(STR("a b")));
    assert_false(checkpoint_origin_valid(STR("a+b")));
    assert_false(checkpoint_origin_valid(STR("a\nb")));
    assert_false(checkpoint_origin_valid(STR("a\xC2\xA0"
                                             "b"))); /* no-break space */
    assert_false(checkpoint_origin_valid(STR("a\xE2\x80\xA8"
                                             "b"))); /* line separator */
    assert_false(checkpoint_origin_valid(STR("a\xFF")));
}

int main(void)
{
    arena_init(&arena, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_published_example),
        cmocka_unit_test(test_key_id),
        cmocka_unit_test(test_every_bit),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_text_form),
        cmocka_unit_test(test_other_signatures),
        cmocka_unit_test(test_same_name_other_key),
        cmocka_unit_test(test_verifier_key_form),
        cmocka_unit_test(test_origins),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
