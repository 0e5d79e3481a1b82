/* Each driver against a peer that we did not teach to like us: signatures checked by Python, a
 * relay that fails on demand, a fax server that speaks the recorded protocol. Then the worker,
 * with an outbox in memory. */
#include "cm.h"
#include "fake_casework.h"
#include "fixture.h"
#include "os/file.h"
#include "outbound/curl.h"
#include "peer.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

static struct arena arena;
static struct outbound_setup setup;
static struct peer hook, relay, fax;

static bool has(struct str text, const char *what) { return str_find(text, str_c(what)) >= 0; }

static struct delivery_report send_by(const struct channel_driver *d, struct notice n)
{
    struct outbound_document doc;
    struct err e = {0};
    struct delivery_report r;
    assert_int_equal(outbound_document(&setup, &n, &arena, &doc, &e), RC_OK);
    d->deliver(&setup, &n, &doc, &arena, &r);
    return r;
}

static struct str text_of(const struct json *v)
{
    struct buf b = buf_in(&arena);
    json_write(&b, v);
    return buf_str(&b);
}

/* ---- webhook ---- */

static struct delivery_report call(const char *path)
{
    return send_by(
        &outbound_webhook,
        fixture_notice(NOTICE_RELEASE, CHANNEL_WEBHOOK,
                       arena_printf(&arena, "http://127.0.0.1:%d%s", hook.port, path)));
}

static void webhook_signed_and_judged(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum delivery d;
    } cases[] = {
        {"/ok", DELIVERY_CONFIRMED},       {"/status/200", DELIVERY_CONFIRMED},
        {"/status/400", DELIVERY_REFUSED}, {"/status/410", DELIVERY_REFUSED},
        {"/status/408", DELIVERY_FAILED},  {"/status/425", DELIVERY_FAILED},
        {"/status/429", DELIVERY_FAILED},  {"/status/500", DELIVERY_FAILED},
        {"/move", DELIVERY_REFUSED},       {"/later", DELIVERY_FAILED},
        {"/drop", DELIVERY_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[8192];
        struct delivery_report r = call(cases[i].path);
        assert_int_equal(r.delivery, cases[i].d);
        assert_int_equal(r.wait_ms, strcmp(cases[i].path, "/later") == 0 ? 120000 : 0);
        assert_false(has(text_of(r.receipt), "whsec_"));
        assert_non_null(fgets(line, sizeof line, hook.out));
        struct json *seen;
        struct err e = {0};
        assert_int_equal(json_parse(&arena, str_c(line), "peer", NULL, &seen, &e), RC_OK);
        assert_true(
            str_is(json_text(seen, "path"), cases[i].path)); /* no redirect was followed */
        assert_true(json_is_true(json_get(seen, "signed")) &&
                    json_is_true(json_get(seen, "event")));
        assert_true(str_is(json_text(seen, "id"), "case-000123/release/1"));
    }
}

static void webhook_stays_outside(void **state)
{
    (void)state;
    struct notice n =
        fixture_notice(NOTICE_RELEASE, CHANNEL_WEBHOOK, "http://hook.agency.example/x");
    assert_int_equal(send_by(&outbound_webhook, n).delivery,
                     DELIVERY_REFUSED); /* in the open */
    n.address = STR("file:///etc/passwd");
    assert_int_equal(send_by(&outbound_webhook, n).delivery, DELIVERY_REFUSED);
    n.address = STR("https://169.254.169.254/latest/meta-data");
    assert_int_equal(send_by(&outbound_webhook, n).delivery, DELIVERY_REFUSED);
    n.secret = STR("");
    assert_int_equal(send_by(&outbound_webhook, n).delivery, DELIVERY_REFUSED);
    setup.webhook.allow_loopback = false;
    assert_int_equal(call("/ok").delivery, DELIVERY_REFUSED);
    setup.webhook.allow_loopback = true;

    static const struct {
        const char *ip;
        bool plain, private;
    } addresses[] = {
        {"8.8.8.8", true, true},
        {"10.1.2.3", false, true},
        {"172.16.0.1", false, true},
        {"172.32.0.1", true, true},
        {"192.168.1.1", false, true},
        {"100.64.0.1", false, true},
        {"169.254.169.254", false, false},
        {"0.0.0.0", false, false},
        {"224.0.0.1", false, false},
        {"255.255.255.255", false, false},
        {"127.0.0.1", false, false},
        {"2606:4700::1", true, true},
        {"fe80::1", false, false},
        {"fd00:ec2::254", false, false},
        {"fd12::1", false, true},
        {"::1", false, false},
        {"::ffff:169.254.169.254", false, false},
        {"::ffff:127.0.0.1", false, false},
        {"ff02::1", false, false},
        {"64:ff9b::a9fe:a9fe", false, false},
        {"::", false, false},
    };
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct outbound_webhook plain = {0}, private = {.allow_private = true};
        struct sockaddr_in in = {.sin_family = AF_INET};
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
        bool six = strchr(addresses[i].ip, ':') != NULL;
        assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, addresses[i].ip,
                                   six ? (void *)&in6.sin6_addr : (void *)&in.sin_addr),
                         1);
        const struct sockaddr *sa = six ? (struct sockaddr *)&in6 : (struct sockaddr *)&in;
        assert_int_equal(net_address_allowed(&plain, sa, true), addresses[i].plain);
        assert_int_equal(net_address_allowed(&private, sa, true), addresses[i].private);
    }
}

/* ---- mail ---- */

static void mail_judged_and_secret(void **state)
{
    (void)state;
    static const struct {
        const char *to;
        enum delivery d;
        const char *said;
    } cases[] = {
        {"desk@agency.example", DELIVERY_CONFIRMED, "250 2.0.0 queued as 12345"},
        {"later@agency.example", DELIVERY_FAILED, "451 4.3.0 come back"},
        {"never@agency.example", DELIVERY_REFUSED, "550 5.1.1 no such person"},
        {"full@agency.example", DELIVERY_REFUSED, "552 5.2.2 full"},
        {"after@agency.example", DELIVERY_UNKNOWN, "354"},
        {"a@b.example\r\nBcc: c@d.example", DELIVERY_REFUSED, "not a mail address"},
        {"desk@agency.example,x@y.example", DELIVERY_REFUSED, "not a mail address"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct delivery_report r =
            send_by(&outbound_smtp, fixture_notice(NOTICE_RELEASE, CHANNEL_EMAIL, cases[i].to));
        assert_int_equal(r.delivery, cases[i].d);
        assert_true(has(text_of(r.receipt), cases[i].said));
        assert_false(has(text_of(r.receipt), "open-sesame") ||
                     has(text_of(r.receipt), "AHNhbGx5cG9ydA"));
    }
    struct str message;
    struct err e = {0};
    assert_int_equal(file_read(&arena, arena_printf(&arena, "%s/message-1", relay.dir), 1 << 22,
                               &message, &e),
                     RC_OK);
    assert_true(str_starts(message, STR("X-Peer: tls=1 auth=1")));
    assert_true(has(message, "Message-ID: <") && has(message, ".sallyport@jail.example.gov>") &&
                has(message, "application/pdf"));
    struct notice again = fixture_notice(NOTICE_RELEASE, CHANNEL_EMAIL, "desk@agency.example");
    again.attempt = 2, again.now += MINUTES(5);
    assert_int_equal(send_by(&outbound_smtp, again).delivery, DELIVERY_CONFIRMED);
    struct str second; /* message-2 is the one that was full */
    assert_int_equal(file_read(&arena, arena_printf(&arena, "%s/message-3", relay.dir), 1 << 22,
                               &second, &e),
                     RC_OK);
    assert_true(str_eq(message, second)); /* a copy is the same message, to the byte */
}

static void mail_own_faults_are_not_the_address(void **state)
{
    (void)state;
    struct notice n = fixture_notice(NOTICE_RELEASE, CHANNEL_EMAIL, "desk@agency.example");
    struct outbound_smtp good = setup.smtp;
    setup.smtp.password = "wrong";
    assert_int_equal(send_by(&outbound_smtp, n).delivery, DELIVERY_FAILED);
    setup.smtp = good;
    setup.smtp.ca_file = NULL; /* a certificate nobody vouches for */
    assert_int_equal(send_by(&outbound_smtp, n).delivery, DELIVERY_FAILED);
    setup.smtp = good;
    setup.smtp.url = "smtp://127.0.0.1:1";
    assert_int_equal(send_by(&outbound_smtp, n).delivery, DELIVERY_FAILED);
    setup.smtp = good;
}

/* ---- fax ---- */

static struct notice fax_notice(const char *number, const char *key)
{
    struct notice n = fixture_notice(NOTICE_RELEASE, CHANNEL_FAX, number);
    n.key = str_c(key);
    return n;
}

static void fax_only_done_is_done(void **state)
{
    (void)state;
    static const struct {
        const char *number;
        enum delivery first, then;
        const char *why;
    } cases[] = {
        {"303-555-0100", DELIVERY_UNDERWAY, DELIVERY_CONFIRMED, "done"},
        {"303-555-0101", DELIVERY_UNDERWAY, DELIVERY_FAILED, "failed"},
        {"303-555-0102", DELIVERY_UNDERWAY, DELIVERY_FAILED, "timedout"},
        {"303-555-0103", DELIVERY_REFUSED, DELIVERY_REFUSED, "rejected"},
        {"303-555-0104", DELIVERY_UNDERWAY, DELIVERY_REFUSED, "killed"},
        {"303-555-0105", DELIVERY_UNDERWAY, DELIVERY_UNDERWAY, "requeued"},
        {"303-555-0106", DELIVERY_UNDERWAY, DELIVERY_UNDERWAY, "blocked"},
        {"303-555-0107", DELIVERY_UNDERWAY, DELIVERY_REFUSED, "format_failed"},
        {"303-555-0108", DELIVERY_UNDERWAY, DELIVERY_REFUSED, "no_formatter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct notice n = fax_notice(cases[i].number, cases[i].number);
        struct delivery_report r = send_by(&outbound_fax, n);
        assert_int_equal(r.delivery, cases[i].first);
        if (r.delivery == DELIVERY_UNDERWAY) {
            n.provider_ref = r.provider_ref;
            outbound_fax.follow(&setup, &n, &arena, &r);
        }
        assert_int_equal(r.delivery, cases[i].then);
        assert_true(str_is(json_text(r.receipt, "why"), cases[i].why));
    }
    static const char *const bad[] = {"",       "12",   "555 0100\r\nJKILL 1", "555-0100\"",
                                      "911;rm", "5+55", "555-0100,,,9"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(send_by(&outbound_fax, fax_notice(bad[i], "bad")).delivery,
                         DELIVERY_REFUSED);
}

static void fax_lost_attempt_is_found(void **state)
{
    (void)state;
    struct notice n = fax_notice("303-555-0109", "lost/1");
    assert_int_equal(send_by(&outbound_fax, n).delivery,
                     DELIVERY_UNKNOWN); /* hung up, but it was queued */
    struct delivery_report r;
    n.attempt = 2;
    outbound_fax.ask(&setup, &n, NULL, &arena, &r);
    assert_int_equal(r.delivery, DELIVERY_CONFIRMED);
    n = fax_notice("303-555-0110", "lost/2"); /* hung up, never queued */
    assert_int_equal(send_by(&outbound_fax, n).delivery, DELIVERY_UNKNOWN);
    outbound_fax.ask(&setup, &n, NULL, &arena, &r);
    assert_int_equal(r.delivery, DELIVERY_UNKNOWN);
    n.provider_ref = STR("1"); /* somebody else's job is not ours */
    outbound_fax.follow(&setup, &n, &arena, &r);
    assert_int_equal(r.delivery, DELIVERY_UNKNOWN);
    const char *port = setup.fax.port;
    setup.fax.port = "1";
    outbound_fax.ask(&setup, &n, NULL, &arena, &r);
    assert_int_equal(r.delivery, DELIVERY_FAILED); /* no answer is no leave to send */
    assert_int_equal(send_by(&outbound_fax, n).delivery, DELIVERY_FAILED);
    setup.fax.port = port;
}

/* ---- folder, letter ---- */

static void folder_whole_or_not(void **state)
{
    (void)state;
    struct notice n = fixture_notice(NOTICE_RELEASE, CHANNEL_FOLDER, "field-office");
    struct delivery_report r = send_by(&outbound_folder, n);
    assert_int_equal(r.delivery, DELIVERY_CONFIRMED);
    assert_false(json_is_true(json_get(r.receipt, "already_there")));
    r = send_by(&outbound_folder, n);
    assert_int_equal(r.delivery, DELIVERY_CONFIRMED);
    assert_true(json_is_true(json_get(r.receipt, "already_there")));
    n.case_id = STR("other"); /* same key, other content: never over it */
    assert_int_equal(send_by(&outbound_folder, n).delivery, DELIVERY_REFUSED);
    static const char *const bad[] = {"", "/tmp", "../x", "a/../../x", ".hidden", "a//b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(
            send_by(&outbound_folder, fixture_notice(NOTICE_RELEASE, CHANNEL_FOLDER, bad[i]))
                .delivery,
            DELIVERY_REFUSED);
    assert_int_equal(
        send_by(&outbound_letter, fixture_notice(NOTICE_PERSON_COPY, CHANNEL_LETTER, ""))
            .delivery,
        DELIVERY_CONFIRMED);
}

/* ---- worker ---- */

static const char *turn(struct notice n)
{
    struct err e = {0};
    fake_outbox = (struct fake_outbox){.notice = n, .due = true};
    assert_int_equal(outbound_run_once(NULL, &setup, "w", &arena, NULL, &e), RC_OK);
    return fake_outbox.steps;
}

static void worker_steps(void **state)
{
    (void)state;
    struct err e = {0};
    fake_outbox = (struct fake_outbox){0};
    assert_int_equal(outbound_run_once(NULL, &setup, "w", &arena, NULL, &e), RC_NO);

    struct notice n = fax_notice("303-555-0100", "worker/1");
    assert_string_equal(turn(n), "claim begin result:underway ");
    assert_int_equal(strlen(fake_outbox.sha256), 64);
    n.provider_ref = str_c(arena_strdup(&arena, fake_outbox.provider_ref));
    n.attempt = 2;
    assert_string_equal(turn(n), "claim result:confirmed "); /* followed, not sent again */
    assert_int_equal(fake_outbox.attempt, 1); /* told of the attempt that began */
    assert_string_equal(fake_outbox.provider_ref, "ended");

    n = fax_notice("303-555-0101",
                   "worker/5"); /* ended without an answer: the next turn sends again */
    assert_string_equal(turn(n), "claim begin result:underway ");
    n.provider_ref = str_c(arena_strdup(&arena, fake_outbox.provider_ref));
    n.attempt = 2;
    assert_string_equal(turn(n), "claim result:failed ");
    n.provider_ref = str_c(arena_strdup(&arena, fake_outbox.provider_ref));
    assert_string_equal(turn(n), "claim begin result:underway ");
    assert_int_equal(fake_outbox.attempt, 2);

    n = fax_notice("303-555-0109", "worker/2");
    assert_string_equal(turn(n), "claim begin result:unknown ");
    n.attempt = 2;
    assert_string_equal(turn(n), "claim result:confirmed "); /* asked before sending twice */

    n = fax_notice("303-555-0100", "worker/3");
    n.agency_reference = STR("A123 456 789");
    assert_string_equal(turn(n), "claim result:refused "); /* the door: nothing began */
    assert_true(strstr(fake_outbox.receipt, "OUT-0104"));

    n = fixture_notice(NOTICE_RELEASE, CHANNEL_EMAIL, "desk@agency.example");
    const char *url = setup.smtp.url;
    setup.smtp.url = NULL;
    assert_string_equal(turn(n), "claim result:refused ");
    setup.smtp.url = url;

    fake_outbox = (struct fake_outbox){
        .notice = fax_notice("303-555-0100", "worker/6"), .due = true, .begin_rc = RC_CONFLICT};
    assert_int_equal(outbound_run_once(NULL, &setup, "w", &arena, NULL, &e),
                     RC_OK); /* overtaken: nothing sent */
    assert_string_equal(fake_outbox.steps, "claim ");
    fake_outbox = (struct fake_outbox){
        .notice = fax_notice("303-555-0100", "worker/4"), .due = true, .begin_rc = RC_IO};
    assert_int_equal(outbound_run_once(NULL, &setup, "w", &arena, NULL, &e),
                     RC_IO); /* nothing recorded, nothing sent */
    assert_string_equal(fake_outbox.steps, "claim ");
}

int main(void)
{
    arena_init(&arena, 0);
    setup = fixture_setup(&arena);
    if (!peer_start(&hook, "webhook_peer.py", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") ||
        !peer_start(&relay, "smtp_peer.py", NULL) ||
        !peer_start(&fax, "hylafax_peer.py", NULL)) {
        printf("Bail out! a peer did not start\n");
        return 1;
    }
    setup.webhook.allow_loopback = true;
    setup.webhook.timeout_s = 10;
    setup.smtp =
        (struct outbound_smtp){.url = arena_printf(&arena, "smtp://localhost:%d", relay.port),
                               .user = "sallyport",
                               .password = "open-sesame",
                               .from = "records@jail.example.gov",
                               .require_tls = true,
                               .ca_file = arena_printf(&arena, "%s/cert.pem", relay.dir),
                               .timeout_s = 10};
    setup.fax = (struct outbound_fax){.host = "127.0.0.1",
                                      .port = arena_printf(&arena, "%d", fax.port),
                                      .sender = "Records \"x\"",
                                      .timeout_s = 10};
    setup.folder_root = arena_printf(&arena, "%s/out", fax.dir);
    setup.letters_dir = arena_printf(&arena, "%s/letters", fax.dir);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(webhook_signed_and_judged),
        cmocka_unit_test(webhook_stays_outside),
        cmocka_unit_test(mail_judged_and_secret),
        cmocka_unit_test(mail_own_faults_are_not_the_address),
        cmocka_unit_test(fax_only_done_is_done),
        cmocka_unit_test(fax_lost_attempt_is_found),
        cmocka_unit_test(folder_whole_or_not),
        cmocka_unit_test(worker_steps),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    peer_stop(&hook);
    peer_stop(&relay);
    peer_stop(&fax);
    arena_done(&arena);
    return failed;
}
