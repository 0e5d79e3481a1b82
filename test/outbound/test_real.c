/* Real servers: a job on a real HylaFAX (it waits, there is no modem) and a letter through a
 * real OpenSMTPD into a maildir. Skipped, with the reason, where they cannot run. */
#include "cm.h"
#include "fixture.h"
#include "os/file.h"
#include "peer.h"
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;
static struct outbound_setup setup;

static struct peer p;
static const char
    *running; /* script of the server that must be stopped, also when a test fails */

static void start(const char *script)
{
    int rc = server_start(&p, script);
    if (rc == 77) skip();
    running = script;
    assert_int_equal(rc, 0);
}

static int stop(void **state)
{
    (void)state;
    if (running) server_stop(&p, running);
    running = NULL;
    return 0;
}

static struct delivery_report send_by(const struct channel_driver *d, const struct notice *n)
{
    struct outbound_document doc;
    struct err e = {0};
    struct delivery_report r;
    assert_int_equal(outbound_document(&setup, n, &arena, &doc, &e), RC_OK);
    d->deliver(&setup, n, &doc, &arena, &r);
    return r;
}

static void fax_waits_and_is_taken_back(void **state)
{
    (void)state;
    start("hfaxd.sh");
    setup.fax = (struct outbound_fax){.host = "127.0.0.1",
                                      .port = arena_printf(&arena, "%d", p.port),
                                      .sender = "Jail Records",
                                      .user = "guarded",
                                      .password = "open-sesame"};
    struct notice n = fixture_notice(NOTICE_RELEASE, CHANNEL_FAX, "303-555-0100");
    struct delivery_report r = send_by(&outbound_fax, &n);
    assert_int_equal(r.delivery, DELIVERY_UNDERWAY);
    assert_true(r.provider_ref.n > 0);

    struct notice lost = n; /* as after a crash: no reference was kept */
    lost.attempt = 2;
    outbound_fax.ask(&setup, &lost, NULL, &arena, &r);
    assert_int_equal(r.delivery, DELIVERY_UNDERWAY);
    n.provider_ref = str_dup(&arena, r.provider_ref);
    outbound_fax.follow(&setup, &n, &arena, &r);
    assert_int_equal(r.delivery, DELIVERY_UNDERWAY);
    assert_true(str_is(json_text(r.receipt, "why"), "requeued"));

    struct err e = {0}; /* the page on the server is the page we hashed */
    struct file_entry *files;
    size_t files_n, same = 0;
    struct outbound_document doc;
    assert_int_equal(outbound_document(&setup, &n, &arena, &doc, &e), RC_OK);
    assert_int_equal(file_read_tree(&arena, arena_printf(&arena, "%s/spool/docq", p.dir), 50,
                                    1 << 22, &files, &files_n, &e),
                     RC_OK);
    for (size_t i = 0; i < files_n; i++) same += str_eq(files[i].bytes, doc.pdf);
    assert_int_equal(same, 1);

    outbound_fax.take_back(&setup, &n, &arena, &r);
    assert_int_equal(r.delivery, DELIVERY_REFUSED);
    assert_true(str_is(json_text(r.receipt, "why"), "killed"));
    outbound_fax.ask(&setup, &lost, NULL, &arena, &r);
    assert_int_equal(
        r.delivery, DELIVERY_UNKNOWN); /* ended: nothing stands in the way of another attempt */

    setup.fax.password = "wrong";
    assert_int_equal(send_by(&outbound_fax, &lost).delivery, DELIVERY_FAILED);
}

static void mail_reaches_a_maildir(void **state)
{
    (void)state;
    start("smtpd.sh");
    setup.smtp =
        (struct outbound_smtp){.url = arena_printf(&arena, "smtp://127.0.0.1:%d", p.port),
                               .from = "records@jail.example.gov"};
    struct notice n = fixture_notice(NOTICE_RELEASE, CHANNEL_EMAIL, "desk@agency.example");
    struct delivery_report r = send_by(&outbound_smtp, &n);
    assert_int_equal(r.delivery, DELIVERY_CONFIRMED);
    n.address = STR("desk@refused.example");
    r = send_by(&outbound_smtp, &n);
    assert_int_equal(r.delivery, DELIVERY_REFUSED);
    assert_int_equal(json_whole(json_get(r.receipt, "code"), 0), 550);
    struct file_entry *files = NULL;
    size_t files_n = 0;
    struct err e = {0};
    for (int i = 0; i < 100 && files_n == 0; i++) { /* delivery follows acceptance */
        usleep(100000);
        if (file_read_tree(&arena, arena_printf(&arena, "%s/mail/new", p.dir), 50, 1 << 22,
                           &files, &files_n, &e) != RC_OK)
            files_n = 0;
    }
    assert_int_equal(files_n, 1);
    assert_true(str_find(files[0].bytes, STR("application/pdf")) > 0);
}

int main(void)
{
    arena_init(&arena, 0);
    setup = fixture_setup(&arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(fax_waits_and_is_taken_back, stop),
        cmocka_unit_test_teardown(mail_reaches_a_maildir, stop)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
