/* Mail and webhooks through libcurl: the only file that sees it. What the other side says is
 * kept as it came; what we say is never kept, because it may hold a password. A POST follows no
 * redirect, uses no proxy and may only reach addresses that net_address_allowed() permits,
 * checked on the address really connected to, so a name that changes its mind is no way in. */
#include "outbound/curl.h"
#include "os/clock.h"
#include <arpa/inet.h>
#define CURL_DISABLE_TYPECHECK /* its macros would stand in the way of lazy calls */
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "curl_lazy.h"

#define SAID_MAX (64 * 1024)

struct exchange {
    struct buf said;
    struct str message;
    size_t sent; /* handed to libcurl: all of it may have arrived */
    const struct outbound_webhook *hook;
    bool loopback_url, blocked;
    int64_t retry_after_ms;
};

static void start_libcurl(void)
{
    lazy_curl_ready();
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static CURL *session(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_libcurl);
    CURL *c = curl_easy_init();
    if (!c) abort();
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 20L);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    return c;
}

static void keep(struct exchange *x, const char *p, size_t n)
{
    size_t room = x->said.n < SAID_MAX ? SAID_MAX - x->said.n : 0;
    buf_add(&x->said, p, n < room ? n : room);
}

/* Only what the server says; what we send may be a login. */
static int on_debug(CURL *c, curl_infotype type, char *p, size_t n, void *ctx)
{
    (void)c;
    if (type == CURLINFO_HEADER_IN) keep(ctx, p, n);
    return 0;
}

static size_t on_read(char *p, size_t size, size_t n, void *ctx)
{
    struct exchange *x = ctx;
    size_t left = x->message.n - x->sent, take = size * n < left ? size * n : left;
    memcpy(p, x->message.p + x->sent, take);
    x->sent += take;
    return take;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
    keep(ctx, p, size * n);
    return size * n;
}

static void finish(CURL *c, CURLcode rc, const char *detail, struct exchange *x,
                   struct arena *a, struct net_answer *ret)
{
    char *peer = NULL;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &ret->code);
    curl_easy_getinfo(c, CURLINFO_PRIMARY_IP, &peer);
    ret->said = buf_str(&x->said);
    ret->peer = str_c(peer && *peer ? arena_strdup(a, peer) : "");
    ret->login = rc == CURLE_LOGIN_DENIED;
    ret->retry_after_ms = x->retry_after_ms;
    if (rc == CURLE_OK) {
        ret->end = NET_ANSWERED;
        return;
    }
    ret->why = str_c(arena_strdup(a, *detail ? detail : curl_easy_strerror(rc)));
    if (x->blocked || rc == CURLE_UNSUPPORTED_PROTOCOL || rc == CURLE_URL_MALFORMAT)
        ret->end = NET_REFUSED;
    else if (ret->code >= 400)
        ret->end = NET_ANSWERED;
    else
        ret->end = x->sent == x->message.n ? NET_LOST : NET_UNREACHABLE;
}

void net_mail(const struct outbound_smtp *s, const char *to, struct str message,
              struct arena *a, struct net_answer *ret)
{
    *ret = (struct net_answer){0};
    struct exchange x = {.said = buf_in(a), .message = message};
    char detail[CURL_ERROR_SIZE] = "";
    CURL *c = session();
    struct curl_slist *recipients = curl_slist_append(NULL, to);
    bool smtps = strncasecmp(s->url, "smtps:", 6) == 0;
    curl_easy_setopt(c, CURLOPT_URL, s->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL,
                     (long)(s->require_tls || smtps ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (s->ca_file) curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file);
    if (s->user) {
        curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, s->password ? s->password : "");
        curl_easy_setopt(c, CURLOPT_USE_SSL,
                         (long)CURLUSESSL_ALL); /* no password in the open */
    }
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, s->from);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(c, CURLOPT_READDATA, &x);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message.n);
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(c, CURLOPT_DEBUGDATA, &x);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(s->timeout_s ? s->timeout_s : 60));
    CURLcode rc = curl_easy_perform(c);
    finish(c, rc, detail, &x, a, ret);
    curl_slist_free_all(recipients);
    curl_easy_cleanup(c);
}

static bool in4(uint32_t ip, uint32_t net, int bits)
{
    return ip >> (32 - bits) == net >> (32 - bits);
}

static bool allowed4(const struct outbound_webhook *s, uint32_t ip, bool loopback_url)
{
    if (in4(ip, 0x7f000000, 8)) return s->allow_loopback && loopback_url;
    if (in4(ip, 0x0a000000, 8) || in4(ip, 0xac100000, 12) || in4(ip, 0xc0a80000, 16) ||
        in4(ip, 0x64400000, 10))
        return s->allow_private;
    /* this network, link-local (cloud metadata lives there), protocol and documentation nets,
     * multicast and beyond */
    return !in4(ip, 0, 8) && !in4(ip, 0xa9fe0000, 16) && !in4(ip, 0xc0000000, 24) &&
           !in4(ip, 0xc0000200, 24) && !in4(ip, 0xc6120000, 15) && !in4(ip, 0xc6336400, 24) &&
           !in4(ip, 0xcb007100, 24) && ip < 0xe0000000;
}

bool net_address_allowed(const struct outbound_webhook *s, const struct sockaddr *sa,
                         bool loopback_url)
{
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        return allowed4(s, ntohl(in.sin_addr.s_addr), loopback_url);
    }
    if (sa->sa_family != AF_INET6) return false;
    struct sockaddr_in6 in6;
    memcpy(&in6, sa, sizeof in6);
    const unsigned char *b = in6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr)) return s->allow_loopback && loopback_url;
    if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr) ||
        (b[0] == 0 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b))
        return allowed4(
            s, (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15],
            loopback_url);
    if ((b[0] & 0xfe) == 0xfc) /* unique local; one cloud keeps its metadata at fd00:ec2::254 */
        return s->allow_private && !(b[0] == 0xfd && b[1] == 0 && b[2] == 0x0e && b[3] == 0xc2);
    return (b[0] & 0xe0) == 0x20; /* global unicast only */
}

static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct exchange *x = ctx;
    if (purpose != CURLSOCKTYPE_IPCXN ||
        !net_address_allowed(x->hook, &address->addr, x->loopback_url)) {
        x->blocked = true;
        return CURL_SOCKET_BAD;
    }
    x->blocked = false; /* a name may have several addresses; one that is allowed is enough */
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* RFC 9110 §10.2.3: Retry-After = HTTP-date / delay-seconds. */
static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    struct exchange *x = ctx;
    struct str line = str_n(p, size * n), head = {0};
    if (str_cut(&line, ':', &head) && str_ieq(head, STR("Retry-After"))) {
        struct str v = str_trim(line);
        int64_t seconds = 0;
        char date[64];
        if (str_to_i64(v, &seconds))
            x->retry_after_ms = seconds > 0 && seconds <= 86400 ? SECONDS(seconds) : 0;
        else if (v.n < sizeof date) {
            memcpy(date, v.p, v.n);
            date[v.n] = 0;
            time_t at = curl_getdate(date, NULL);
            struct clock clock = clock_real();
            int64_t wait = at < 0 ? 0 : SECONDS((int64_t)at) - clock_now(&clock);
            x->retry_after_ms = wait > 0 && wait <= HOURS(24) ? wait : 0;
        }
    }
    return size * n;
}

static bool loopback_host(const char *url)
{
    lazy_curl_ready();
    CURLU *u = curl_url();
    char *host = NULL;
    bool yes = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
               curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
               (strcasecmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
                strcmp(host, "[::1]") == 0);
    curl_free(host);
    curl_url_cleanup(u);
    return yes;
}

void net_post(const struct outbound_webhook *s, const char *url, const char *const *headers,
              struct str body, struct arena *a, struct net_answer *ret)
{
    *ret = (struct net_answer){0};
    struct exchange x = {
        .said = buf_in(a), .hook = s, .message = body, .loopback_url = loopback_host(url)};
    char detail[CURL_ERROR_SIZE] = "";
    CURL *c = session();
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    for (; *headers; headers++) list = curl_slist_append(list, *headers);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR,
                     s->allow_loopback && x.loopback_url ? "http,https" : "https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    if (s->ca_file) curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file);
    curl_easy_setopt(c, CURLOPT_POST, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(c, CURLOPT_READDATA, &x);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, &x);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &x);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &x);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(s->timeout_s ? s->timeout_s : 30));
    CURLcode rc = curl_easy_perform(c);
    finish(c, rc, detail, &x, a, ret);
    if (ret->end == NET_LOST && ret->code >= 200)
        ret->end = NET_ANSWERED; /* only its body was cut short */
    if (ret->end == NET_REFUSED && x.blocked)
        ret->why = STR("the address is not one that may be called");
    curl_slist_free_all(list);
    curl_easy_cleanup(c);
}

RC net_fetch(const char *ca_file, const char *url, struct str form, struct str user,
             struct str secret, struct arena *a, struct str *ret_body, struct err *e)
{
    struct exchange x = {.said = buf_in(a)};
    char detail[CURL_ERROR_SIZE] = "";
    long code = 0;
    bool here = loopback_host(url);
    CURL *c = session();
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, here ? "http,https" : "https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    if (ca_file && *ca_file) curl_easy_setopt(c, CURLOPT_CAINFO, ca_file);
    if (form.n) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)form.n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, form.p);
    }
    if (user.n) {
        curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(c, CURLOPT_USERNAME, str_dupz(a, user));
        curl_easy_setopt(c, CURLOPT_PASSWORD, str_dupz(a, secret));
    }
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &x);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 15L);
    CURLcode rc = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
    const char *why = *detail ? detail : curl_easy_strerror(rc);
    curl_easy_cleanup(c);
    if (rc != CURLE_OK)
        return FAIL(e, RC_IO, "SSO-0001", "the provider of single sign-on cannot be asked: %s",
                    why);
    if (code != 200 || x.said.n >= SAID_MAX)
        return FAIL(e, RC_IO, "SSO-0001",
                    "the provider of single sign-on answered with status %ld", code);
    *ret_body = buf_str(&x.said);
    return RC_OK;
}
