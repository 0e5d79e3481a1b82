/* What a fax server says, hostile from the first byte: replies of RFC 959, ports of EPSV and
 * PASV, lists of jobs, states. The first byte chooses what is done with it; what is behind is
 * parted by lines "=": the control connection, then each data connection. The driver must end,
 * call nothing delivered that did not say DONE, keep no job number that is none, and give a
 * receipt that the ledger can take. */
#include <stdlib.h>
#include <sys/socket.h>

static int fuzz_socket(int family, int type, int protocol);
static int fuzz_connect(int fd, const struct sockaddr *to, socklen_t n);
#define socket fuzz_socket
#define connect fuzz_connect
#include "outbound/fax_hylafax.c"
#undef socket
#undef connect

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { CONNECTIONS = 8, MOST = 1 << 15 };
static struct {
    struct str rest; /* of the input */
    int ends[CONNECTIONS];
    size_t n;
} peer;

static struct str part(void)
{
    static const struct str mark = STR("\n=\n");
    ptrdiff_t at = str_find(peer.rest, mark);
    struct str s = at < 0 ? peer.rest : str_sub(peer.rest, 0, (size_t)at + 1);
    peer.rest = at < 0 ? STR("") : str_sub(peer.rest, (size_t)at + mark.n, peer.rest.n);
    return s;
}

/* All that the other side will ever say is there at once, and nothing comes behind it. */
static int fuzz_socket(int family, int type, int protocol)
{
    int pair[2];
    (void)family, (void)protocol;
    if (peer.n == CONNECTIONS || socketpair(AF_UNIX, type, 0, pair) != 0) return -1;
    struct str s = part();
    if (s.n && send(pair[1], s.p, s.n, MSG_NOSIGNAL) != (ssize_t)s.n) abort();
    if (shutdown(pair[1], SHUT_WR) != 0) abort();
    peer.ends[peer.n++] = pair[1];
    return pair[0];
}

static int fuzz_connect(int fd, const struct sockaddr *to, socklen_t n)
{
    (void)fd, (void)to, (void)n;
    return 0;
}

static void check(struct arena *a, const struct delivery_report *r, struct str input)
{
    struct buf b = buf_in(a);
    struct json *v;
    struct err e = {0};
    json_write(&b, r->receipt);
    if (json_parse(a, buf_str(&b), "receipt", NULL, &v, &e) != RC_OK) abort();
    if (r->provider_ref.n && !job_number(r->provider_ref)) abort();
    if (r->delivery == DELIVERY_CONFIRMED && str_find(input, STR("DONE")) < 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct outbound_setup setup = {
        .fax = {.host = "127.0.0.1", .port = "4559", .timeout_s = 5}};
    struct notice notice = {.key = STR("k1"),
                            .channel = CHANNEL_FAX,
                            .address = STR("+1 303 555 0101"),
                            .attempt = 1,
                            .provider_ref = STR("17")};
    const struct outbound_document document = {.pdf = STR("%PDF-1.7\n")};
    struct delivery_report r = {0};
    struct arena a = {0};
    if (n < 1 || n > MOST) return 0;
    struct str input = str_n((const char *)data + 1, n - 1);
    peer.rest = input;
    switch (data[0] & 3) {
    case 0: outbound_fax.deliver(&setup, &notice, &document, &a, &r); break;
    case 1: outbound_fax.follow(&setup, &notice, &a, &r); break;
    case 2: outbound_fax.ask(&setup, &notice, &document, &a, &r); break;
    default: outbound_fax.take_back(&setup, &notice, &a, &r);
    }
    check(&a, &r, input);
    while (peer.n) close(peer.ends[--peer.n]);
    arena_done(&a);
    return 0;
}
