/* A desk over real sockets for tests: the world of test/prop/world.h, routes of the test's own,
 * people with sessions, tokens, and a client that sends bytes as they are. For one test program
 * each: the names are its own. */
#pragma once
#include "../prop/world.h"
#include "access/totp.h"
#include "os/clock.h"
#include "server/http.h"
#include "server/session.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmocka.h>

static struct casework *casework;
static struct access *access_here;
static struct arena arena;
static struct err err;
static struct desk *desk;
static struct http *http;
static struct desk_setup desk_setup;
static struct http_setup http_setup;
static const char *const hosts[] = {"localhost", "127.0.0.1", NULL};

#define OK(call)                                                                               \
    do {                                                                                       \
        enum rc rc_ = (call);                                                                  \
        if (rc_ != RC_OK) {                                                                    \
            char t_[700];                                                                      \
            fail_msg("%s: %s", #call, err_print(&err, t_, sizeof t_));                         \
        }                                                                                      \
    } while (0)
#define PASSWORD "seven grey herons stand in the ford"

static inline bool office_health(void *ctx, bool inside, struct buf *b)
{
    (void)ctx;
    buf_c(b, inside ? "{\"healthy\":true,\"stats\":{}}" : "{\"healthy\":true}");
    return true;
}

static inline void office_open(const struct route *of)
{
    static char dir[300];
    arena_init(&arena, 0);
    casework = world_open(&arena);
    struct access_setup s = {.casework = casework, .clock = world_setup()->clock};
    OK(access_open(&s, &access_here, &err));
    snprintf(dir, sizeof dir, "%s", world_database());
    *strrchr(dir, '/') = 0;
    if (!desk_setup.hosts) desk_setup.hosts = hosts;
    desk_setup.routes = of;
    desk_setup.document =
        STR("{\"components\":{\"schemas\":{\"Any\":{\"type\":\"object\"},\"Login\":{\"type\":"
            "\"object\",\"required\":[\"name\"],"
            "\"properties\":{\"name\":{\"type\":\"string\",\"maxLength\":64}}}}}}");
    desk_setup.casework = *world_setup();
    desk_setup.spool_dir = dir;
    desk_setup.banner = "Be good.";
    desk_setup.health = office_health;
    OK(desk_start(&desk_setup, &desk, &err));
    http_setup.address = "127.0.0.1";
    http_setup.desk = desk;
    http_setup.threads = http_setup.threads ? http_setup.threads : 2;
    http_setup.proxies = desk_setup.proxies;
    OK(http_start(&http_setup, &http, &err));
}

static inline void office_close(void)
{
    http_quiet(http);
    desk_close(desk);
    http_stop(http);
    desk_free(desk);
    access_close(access_here);
    (void)world_close_and_search(casework, "ZZ");
    arena_done(&arena);
}

/* ---- people and tokens ------------------------------------------------------------------ */

static inline const char *code_of(struct str base32)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    static char code[9];
    unsigned char secret[64];
    size_t n = 0;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < base32.n && base32.p[i] != '='; i++) {
        bits = bits << 5 | (unsigned)(strchr(letters, base32.p[i]) - letters);
        have += 5;
        if (have >= 8) secret[n++] = (unsigned char)(bits >> (have -= 8));
    }
    assert_true(totp_code(str_n((const char *)secret, n), totp_step(world_now()), 6, code));
    return code;
}

/* Gives a person of the world a password; the code of now. */
static inline const char *enrol(const char *name)
{
    struct caller admin = {0};
    struct str secret;
    struct json *told;
    OK(access_caller(access_here, STR("admin"), &arena, &admin, &err));
    OK(access_link(access_here, &admin, str_c(name), &arena, &secret, &err));
    OK(access_link_use(access_here, secret, str_c(name), STR(PASSWORD), &arena, &told, &err));
    return code_of(json_text(told, "totp_secret"));
}

static inline const char *token(const char *name, const char *scope)
{
    struct caller admin = {0};
    struct json *o = json_object(&arena), *list = json_array(&arena), *told;
    char until[40];
    OK(access_caller(access_here, STR("admin"), &arena, &admin, &err));
    json_add(&arena, list, json_c(&arena, scope));
    json_set(&arena, o, "name", json_c(&arena, name));
    json_set(&arena, o, "scopes", list);
    json_set(&arena, o, "expires_at",
             json_c(&arena, instant_utc(world_now() + 24 * HOURS(1), until)));
    OK(access_token_make(access_here, &admin, o, &arena, &told, &err));
    struct str secret = json_text(told, "secret");
    return str_dupz(&arena, secret.n ? secret : json_text(told, "token"));
}

/* ---- the client -------------------------------------------------------------------------- */

static inline int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_port(http)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline bool say(int fd, const void *p, size_t n)
{
    const char *at = p;
    while (n) {
        ssize_t put = send(fd, at, n, MSG_NOSIGNAL);
        if (put <= 0) return false;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

/* Everything until the other side closes; at most n - 1 bytes, ended by NUL. */
static inline size_t hear(int fd, char *ret, size_t n)
{
    size_t used = 0;
    ssize_t got;
    while (used + 1 < n && (got = recv(fd, ret + used, n - 1 - used, 0)) > 0)
        used += (size_t)got;
    ret[used] = 0;
    return used;
}

static char answer[1 << 20];
static inline int status_of(const char *text)
{
    return strncmp(text, "HTTP/1.1 ", 9) ? 0 : atoi(text + 9);
}

/* One request with Connection: close; the status. The whole answer is in `answer`. */
static inline int ask(const char *method, const char *path, const char *headers,
                      const char *body)
{
    int fd = dial();
    char *text =
        arena_printf(&arena, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s",
                     method, path, headers);
    if (body)
        text = arena_printf(
            &arena, "%sContent-Length: %zu\r\n%s", text, strlen(body),
            strstr(headers, "Content-Type") ? "" : "Content-Type: application/json\r\n");
    text = arena_printf(&arena, "%s\r\n%s", text, body ? body : "");
    (void)say(fd, text, strlen(text));
    hear(fd, answer, sizeof answer);
    close(fd);
    return status_of(answer);
}

static inline const char *body_of(void)
{
    const char *p = strstr(answer, "\r\n\r\n");
    return p ? p + 4 : "";
}

static inline struct json *json_of(void)
{
    struct json *v = NULL;
    OK(json_parse(&arena, str_dup(&arena, str_c(body_of())), "answer", NULL, &v, &err));
    return v;
}

static inline const char *header_of(const char *name) /* "" if none */
{
    const char *at = strcasestr(answer, arena_printf(&arena, "\r\n%s: ", name)),
               *end = strstr(answer, "\r\n\r\n");
    if (!at || !end || at > end) return "";
    at += strlen(name) + 4;
    return arena_strndup(&arena, at, (size_t)(strstr(at, "\r\n") - at));
}

static inline void problem_is(const char *id)
{
    assert_string_equal(str_dupz(&arena, json_text(json_of(), "id")), id);
}
