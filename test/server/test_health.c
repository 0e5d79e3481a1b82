/* Health and metrics over a real socket: what is answered, what is refused, and that nothing but loopback is listened on. */
#include "os/metrics.h"
#include "server/health.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static bool healthy = true;

static bool state(void *ctx, struct buf *json)
{
    (void)ctx;
    buf_c(json, healthy ? "{\"healthy\":true}" : "{\"healthy\":false}");
    return healthy;
}

static struct health *start(void)
{
    struct health *h = NULL;
    struct err e;
    struct health_setup s = {.address = "127.0.0.1", .port = 0, .state = state};
    assert_int_equal(health_start(&s, &h, &e), RC_OK);
    assert_true(health_port(h) > 0);
    return h;
}

/* Sends bytes as they are and reads until the other side closes. */
static void talk(const struct health *h, const char *request, char *ret, size_t n)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)health_port(h)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    size_t used = 0;
    ptrdiff_t got;
    while (used + 1 < n && (got = recv(fd, ret + used, n - 1 - used, 0)) > 0) used += (size_t)got;
    ret[used] = 0;
    close(fd);
}

static void gives(const char *request, const char *status, const char *body)
{
    struct health *h = start();
    char answer[16384];
    talk(h, request, answer, sizeof answer);
    health_stop(h);
    assert_non_null(strstr(answer, status));
    if (body) assert_non_null(strstr(answer, body));
}

#define END " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void health_and_metrics(void **s)
{
    static struct metric m = METRIC_GAUGE("sallyport_test", "A test.", NULL);
    (void)s;
    metric_register(&m);
    gives("GET /health" END, "HTTP/1.1 200", "{\"healthy\":true}");
    gives("GET /metrics" END, "HTTP/1.1 200", "# TYPE sallyport_test gauge");
    healthy = false;
    gives("GET /health" END, "HTTP/1.1 503", "{\"healthy\":false}");
    healthy = true;
}

static void refusals(void **s)
{
    (void)s;
    gives("GET /" END, "HTTP/1.1 404", NULL);
    gives("GET /health/../metrics" END, "HTTP/1.1 404", NULL);
    gives("POST /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 405", NULL);
    gives("POST /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 405", NULL);
    gives("DELETE /health" END, "HTTP/1.1 405", NULL);
    gives("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400", NULL); /* no Host: RFC 9112 §3.2 */
}

static void head_has_no_body(void **s)
{
    (void)s;
    struct health *h = start();
    char answer[4096];
    talk(h, "HEAD /health" END, answer, sizeof answer);
    health_stop(h);
    assert_non_null(strstr(answer, "HTTP/1.1 200"));
    assert_null(strstr(answer, "healthy"));
}

static void loopback_only(void **s)
{
    static const char *const addresses[] = {"0.0.0.0", "::", "192.0.2.1", "localhost", "", NULL};
    (void)s;
    for (const char *const *a = addresses; *a; a++) {
        struct health *h = NULL;
        struct err e = {0};
        struct health_setup setup = {.address = *a, .state = state};
        assert_int_equal(health_start(&setup, &h, &e), RC_INVALID);
        assert_string_equal(e.id, "SRV-0001");
    }
}

static void a_taken_port_is_told(void **s)
{
    (void)s;
    struct health *h = start(), *second = NULL;
    struct err e = {0};
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof place;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&place, n), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&place, &n), 0);
    struct health_setup setup = {.address = "127.0.0.1", .port = ntohs(place.sin_port), .state = state};
    assert_int_equal(health_start(&setup, &second, &e), RC_IO);
    assert_string_equal(e.id, "SRV-0002");
    close(fd);
    health_stop(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(health_and_metrics), cmocka_unit_test(refusals), cmocka_unit_test(head_has_no_body),
                                       cmocka_unit_test(loopback_only), cmocka_unit_test(a_taken_port_is_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
