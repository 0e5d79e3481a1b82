/* Client of HylaFAX's own protocol (port 4559, FTP-like: RFC 959 replies, data connections by
 * EPSV or PASV): the document is stored, a job made, its parameters set, the job submitted;
 * later its state is read. Only state DONE is delivery: a job that waits, sleeps or was
 * requeued is not.
 *
 * Every job carries a tag made of the idempotency key and the attempt (JOBINFO), so that an
 * attempt whose end we never saw is found on the server before anything is sent again. Data
 * connections go to the machine we already speak to, whatever address the server names. Nothing
 * of a fax number reaches the command line unless it is digits and separators. */
#include "base/hash.h"
#include "base/utf8.h"
#include "os/clock.h"
#include "outbound/outbound.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPLY_MAX 4096
#define LIST_MAX (4 * 1024 * 1024)

struct session {
    int fd, timeout_ms;
    struct sockaddr_storage peer;
    socklen_t peer_n;
    char in[REPLY_MAX];
    size_t in_n;
    int code;             /* of the last reply, 0: connection lost */
    char text[REPLY_MAX]; /* its last line without the code */
    struct arena *arena;
};

/* ---- the wire ---------------------------------------------------------------------------- */

static bool wait_for(int fd, short events, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = events};
    int64_t end = clock_ticks() + timeout_ms;
    for (;;) {
        int64_t left = end - clock_ticks();
        int n = poll(&p, 1, left > 0 ? (int)left : 0);
        if (n > 0) return true;
        if (n == 0 || errno != EINTR) return false;
    }
}

static int connect_to(const struct sockaddr *sa, socklen_t n, int timeout_ms)
{
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), failed = 0;
    socklen_t size = sizeof failed;
    if (fd < 0) return -1;
    if (connect(fd, sa, n) == 0) return fd;
    if (errno == EINPROGRESS && wait_for(fd, POLLOUT, timeout_ms) &&
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) == 0 && failed == 0)
        return fd;
    close(fd);
    return -1;
}

static bool send_all(int fd, struct str bytes, int timeout_ms)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n > 0) {
            bytes.p += n;
            bytes.n -= (size_t)n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!wait_for(fd, POLLOUT, timeout_ms)) return false;
        } else {
            return false;
        }
    }
    return true;
}

/* One line into text, without its end; false when the connection is lost or the line is too
 * long. */
static bool read_line(struct session *s)
{
    for (;;) {
        char *nl = memchr(s->in, '\n', s->in_n);
        if (nl) {
            size_t n = (size_t)(nl - s->in), keep = n;
            while (keep && s->in[keep - 1] == '\r') keep--;
            memcpy(s->text, s->in, keep);
            s->text[keep] = 0;
            memmove(s->in, nl + 1, s->in_n - n - 1);
            s->in_n -= n + 1;
            return true;
        }
        if (s->in_n == sizeof s->in || !wait_for(s->fd, POLLIN, s->timeout_ms)) return false;
        ssize_t got = recv(s->fd, s->in + s->in_n, sizeof s->in - s->in_n, 0);
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return false;
        if (got > 0) s->in_n += (size_t)got;
    }
}

static int line_code(const char *t)
{
    for (int i = 0; i < 3; i++)
        if (t[i] < '0' || t[i] > '9') return 0;
    return (t[0] - '0') * 100 + (t[1] - '0') * 10 + (t[2] - '0');
}

/* RFC 959 §4.2: reply = code SP text | code "-" text … code SP text. The last line counts. */
static int read_reply(struct session *s)
{
    s->code = 0;
    for (int lines = 0; lines < 1000 && read_line(s); lines++) {
        int code = line_code(s->text);
        if (code == 0 || (s->text[3] != ' ' && s->text[3] != 0)) continue;
        size_t skip = s->text[3] ? 4 : 3;
        memmove(s->text, s->text + skip, strlen(s->text + skip) + 1);
        return s->code = code;
    }
    snprintf(s->text, sizeof s->text, "connection to the fax server was lost");
    return 0;
}

static int command(struct session *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static int command(struct session *s, const char *fmt, ...)
{
    char line[REPLY_MAX];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line - 2, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof line - 2) {
        snprintf(s->text, sizeof s->text, "command too long");
        return s->code = 0;
    }
    memcpy(line + n, "\r\n", 2);
    s->code = 0;
    if (!send_all(s->fd, str_n(line, (size_t)n + 2), s->timeout_ms)) {
        snprintf(s->text, sizeof s->text, "connection to the fax server was lost");
        return 0;
    }
    return read_reply(s);
}

static void hang_up(struct session *s)
{
    if (s->fd < 0) return;
    (void)send_all(s->fd, STR("QUIT\r\n"), 1000);
    close(s->fd);
    s->fd = -1;
}

static bool dial_server(struct session *s, const struct outbound_fax *f)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    if (getaddrinfo(f->host, f->port ? f->port : "4559", &hints, &list) != 0) {
        snprintf(s->text, sizeof s->text, "the fax server's name is not known");
        return false;
    }
    for (struct addrinfo *i = list; i && s->fd < 0; i = i->ai_next) {
        s->fd = connect_to(i->ai_addr, i->ai_addrlen, s->timeout_ms);
        if (s->fd < 0) continue;
        memcpy(&s->peer, i->ai_addr, i->ai_addrlen);
        s->peer_n = i->ai_addrlen;
    }
    freeaddrinfo(list);
    if (s->fd < 0) snprintf(s->text, sizeof s->text, "the fax server does not answer");
    return s->fd >= 0;
}

static bool log_in(struct session *s, const struct outbound_fax *f)
{
    if (!dial_server(s, f) || read_reply(s) != 220) return false;
    if (command(s, "USER %s", f->user ? f->user : "sallyport") == 331)
        command(s, "PASS %s", f->password ? f->password : "");
    if (s->code != 230) return false;
    return command(s, "TZONE GMT") == 200 && command(s, "TYPE I") == 200 &&
           command(s, "MODE S") == 200;
}

static bool open_session(struct session *s, const struct outbound_fax *f, struct arena *a)
{
    *s = (struct session){
        .fd = -1, .timeout_ms = (f->timeout_s ? f->timeout_s : 30) * 1000, .arena = a};
    if (log_in(s, f)) return true;
    hang_up(s);
    return false;
}

/* RFC 2428 §3 EPSV: "(|||port|)"; RFC 959 PASV: "(h1,h2,h3,h4,p1,p2)", of which only the port
 * is used. */
static int data_port(struct session *s)
{
    unsigned n[6];
    const char *open;
    if (command(s, "EPSV") == 229 && (open = strchr(s->text, '(')) &&
        sscanf(open, "(|||%u|)", &n[0]) == 1 && n[0] < 65536)
        return (int)n[0];
    if (s->code && command(s, "PASV") == 227 && (open = strchr(s->text, '(')) &&
        sscanf(open, "(%u,%u,%u,%u,%u,%u)", &n[0], &n[1], &n[2], &n[3], &n[4], &n[5]) == 6 &&
        n[4] < 256 && n[5] < 256)
        return (int)(n[4] * 256 + n[5]);
    return -1;
}

static int open_data(struct session *s)
{
    int port = data_port(s);
    if (port <= 0) return -1;
    struct sockaddr_storage to = s->peer;
    if (to.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&to)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)&to)->sin_port = htons((uint16_t)port);
    return connect_to((struct sockaddr *)&to, s->peer_n, s->timeout_ms);
}

/* ---- what jobs say
 * --------------------------------------------------------------------------- */

/* Reasons as HylaFAX's notify hook names them. Only `done` is delivery. */
static const struct {
    const char *why;
    enum delivery delivery;
} reasons[] = {
    {"done", DELIVERY_CONFIRMED},
    {"requeued", DELIVERY_UNDERWAY}, /* the server tries again by itself */
    {"blocked", DELIVERY_UNDERWAY},  /* waits for another call to the same number */
    {"failed", DELIVERY_FAILED},
    {"timedout", DELIVERY_FAILED},  /* kill time over: ours to try again */
    {"rejected", DELIVERY_REFUSED}, /* the server will not have this job: number or limits */
    {"removed", DELIVERY_REFUSED},  /* a person took it out of the queue: a person must look */
    {"killed", DELIVERY_REFUSED},
    {"format_failed", DELIVERY_REFUSED}, /* the server cannot turn the page into a fax */
    {"no_formatter", DELIVERY_REFUSED},
};

static enum delivery reason_delivery(const char *why)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strcmp(reasons[i].why, why) == 0) return reasons[i].delivery;
    return DELIVERY_FAILED;
}

/* Why a job is in the state it is in: the protocol gives state and a sentence, the hook's words
 * say what it means. */
static const char *reason(struct str state, struct str status)
{
    if (str_is(state, "DONE")) return "done";
    if (str_is(state, "BLOCKED")) return "blocked";
    if (!str_is(state, "FAILED")) return "requeued";
    if (str_starts(status, STR("Job aborted"))) return "killed";
    if (str_find(status, STR("removed")) >= 0) return "removed";
    if (str_find(status, STR("ill time expired")) >= 0) return "timedout";
    if (str_starts(status, STR("REJECT")) || str_starts(status, STR("Rejected")))
        return "rejected";
    if (str_find(status, STR("ormatter")) >= 0) return "no_formatter";
    if (str_find(status, STR("onvert")) >= 0) return "format_failed";
    return "failed";
}

/* Text that stands inside quotes in a command: no quote, backslash or control character. */
static const char *quotable(struct arena *a, const char *s)
{
    char *copy = arena_strdup(a, s);
    for (char *p = copy; *p; p++)
        if (*p == '"' || *p == '\\' || (unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
            *p = ' ';
    return copy;
}

static struct str job_tag(struct str key, struct arena *a)
{
    char hex[HASH_SIZE * 2 + 1];
    hash_hex(hash_of(key), hex);
    return str_c(arena_printf(a, "sallyport-%.24s-", hex));
}

/* Digits, and what people put between them. */
static bool fax_number(struct str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digits++;
        else if (!strchr("+-(). ", s.p[i]) || (s.p[i] == '+' && i > 0) || s.p[i] == 0)
            return false;
    }
    return digits >= 3 && digits <= 20 && s.n <= 40;
}

static struct str parameter(struct session *s, const char *name)
{
    if (command(s, "JPARM %s", name) != 213) return STR("");
    return utf8_mend(s->arena, str_trim(str_c(arena_strdup(s->arena, s->text))));
}

static void note(struct session *s, struct delivery_report *r, const char *member, struct str v)
{
    if (v.n) json_set(s->arena, r->receipt, member, json_string(s->arena, v));
}

static void new_report(struct delivery_report *r, struct arena *a)
{
    *r = (struct delivery_report){.delivery = DELIVERY_FAILED, .receipt = json_object(a)};
    json_set(a, r->receipt, "channel", json_c(a, "fax"));
}

static void server_said(struct session *s, struct delivery_report *r)
{
    if (s->code) json_set(s->arena, r->receipt, "code", json_int(s->arena, s->code));
    note(s, r, "said", utf8_mend(s->arena, str_c(arena_strdup(s->arena, s->text))));
}

/* The state of a job that carries our tag; DELIVERY_UNKNOWN when the server has no such job. */
static void look(struct session *s, struct str job, struct str tag, struct delivery_report *r)
{
    r->delivery = DELIVERY_UNKNOWN;
    r->provider_ref = job;
    command(s, "JOB " STR_FMT, STR_ARG(job));
    if (s->code == 0) r->delivery = DELIVERY_UNDERWAY; /* still there, as far as we know */
    if (s->code != 200 || !str_starts(parameter(s, "JOBINFO"), tag)) {
        server_said(s, r);
        if (s->code) r->provider_ref = STR("");
        return;
    }
    struct str state = parameter(s, "STATE"), status = parameter(s, "STATUS");
    if (s->code == 0) {
        r->delivery = DELIVERY_UNDERWAY;
        server_said(s, r);
        return;
    }
    const char *why = reason(state, status);
    r->delivery = reason_delivery(why);
    note(s, r, "job", job);
    note(s, r, "state", state);
    note(s, r, "why", str_c(why));
    note(s, r, "status", status);
    note(s, r, "status_code", parameter(s, "STATUSCODE"));
    note(s, r, "pages", parameter(s, "NPAGES"));
    note(s, r, "of_pages", parameter(s, "TOTPAGES"));
    note(s, r, "tries", parameter(s, "TOTTRIES"));
    note(s, r, "dials", parameter(s, "TOTDIALS"));
    note(s, r, "log", parameter(s, "COMMID"));
    if (r->delivery != DELIVERY_UNDERWAY) r->provider_ref = STR("");
}

/* ---- the driver
 * ------------------------------------------------------------------------------ */

static bool ready(const struct outbound_setup *s) { return s->fax.host != NULL; }

/* Stores the page on the server; its name there, or empty. */
static struct str store(struct session *s, struct str pdf)
{
    int data = open_data(s);
    if (data < 0) return STR("");
    struct str name = STR("");
    if (command(s, "FORM PDF") == 200 && command(s, "STOT") == 150) {
        struct str said = str_c(arena_strdup(s->arena, s->text));
        ptrdiff_t at = str_find(said, STR("FILE: "));
        if (at >= 0) {
            struct str rest = str_sub(said, (size_t)at + 6, SIZE_MAX);
            str_cut(&rest, ' ', &name);
        }
        if (!send_all(data, pdf, s->timeout_ms)) name = STR("");
    }
    close(data);
    if (name.n && read_reply(s) != 226) name = STR("");
    return name;
}

static bool set_up(struct session *s, const struct outbound_fax *f, const struct notice *n,
                   struct str file)
{
    int minutes = f->kill_minutes ? f->kill_minutes : 30;
    const char *number = str_dupz(s->arena, n->address);
    struct str tag = job_tag(n->key, s->arena);
    return command(s, "JPARM FROMUSER \"%s\"",
                   quotable(s->arena, f->sender ? f->sender : "Records")) == 213 &&
           command(s, "JPARM LASTTIME %02d%02d%02d", minutes / 1440, minutes / 60 % 24,
                   minutes % 60) == 213 &&
           command(s, "JPARM DIALSTRING \"%s\"", number) == 213 &&
           command(s, "JPARM EXTERNAL \"%s\"", number) == 213 &&
           command(s, "JPARM JOBINFO \"" STR_FMT "%u\"", STR_ARG(tag), n->attempt) == 213 &&
           command(s, "JPARM NOTIFY \"NONE\"") == 213 &&
           command(s, "JPARM PAGEWIDTH 216") == 213 && /* US Letter, millimetres */
           command(s, "JPARM PAGELENGTH 279") == 213 &&
           command(s, "JPARM VRES 196") == 213 && /* fine: small print stays readable */
           command(s, "JPARM DOCUMENT " STR_FMT, STR_ARG(file)) == 200;
}

static void submit(struct session *s, struct str tag, struct str job,
                   struct delivery_report *ret)
{
    switch (command(s, "JSUBM")) {
    case 200:
        ret->delivery = DELIVERY_UNDERWAY;
        ret->provider_ref = job;
        server_said(s, ret);
        json_set(s->arena, ret->receipt, "job", json_string(s->arena, job));
        return;
    case 0:
        ret->delivery = DELIVERY_UNKNOWN;
        server_said(s, ret);
        return;
    case 460: /* the scheduler said no; the job itself knows why */
        server_said(s, ret);
        look(s, job, tag, ret);
        if (ret->delivery == DELIVERY_UNKNOWN) ret->delivery = DELIVERY_FAILED;
        return;
    }
    server_said(s, ret);
}

static void deliver(const struct outbound_setup *o, const struct notice *n,
                    const struct outbound_document *d, struct arena *a,
                    struct delivery_report *ret)
{
    struct session s;
    unsigned job = 0;
    new_report(ret, a);
    if (!fax_number(n->address)) {
        ret->delivery = DELIVERY_REFUSED;
        json_set(a, ret->receipt, "why", json_c(a, "not a fax number"));
        return;
    }
    if (!open_session(&s, &o->fax, a)) {
        server_said(&s, ret);
        return;
    }
    struct str file = store(&s, d->pdf);
    const char *at = NULL;
    if (file.n && command(&s, "JNEW") == 200 && (at = strstr(s.text, "jobid: ")) &&
        sscanf(at, "jobid: %u", &job) == 1 && set_up(&s, &o->fax, n, file))
        submit(&s, job_tag(n->key, a), str_c(arena_printf(a, "%u", job)), ret);
    else
        server_said(&s, ret);
    hang_up(&s);
}

static bool job_number(struct str s)
{
    int64_t n;
    return str_to_i64(s, &n) && n > 0 && n < 1000000000;
}

static void follow(const struct outbound_setup *o, const struct notice *n, struct arena *a,
                   struct delivery_report *ret)
{
    struct session s;
    new_report(ret, a);
    ret->delivery = DELIVERY_UNKNOWN;
    if (!job_number(n->provider_ref)) return;
    ret->delivery =
        DELIVERY_UNDERWAY; /* a server that does not answer does not make the job undone */
    ret->provider_ref = n->provider_ref;
    if (open_session(&s, &o->fax, a)) {
        look(&s, n->provider_ref, job_tag(n->key, a), ret);
        hang_up(&s);
    } else {
        server_said(&s, ret);
    }
}

static bool list(struct session *s, const char *queue, struct buf *b)
{
    int data = open_data(s);
    if (data < 0) return false;
    bool good = command(s, "LIST %s", queue) == 150;
    while (good) {
        buf_room(b, 4096);
        ssize_t n =
            wait_for(data, POLLIN, s->timeout_ms) ? recv(data, b->p + b->n, 4096, 0) : -1;
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) break;
        good = n > 0 && b->n < LIST_MAX;
        if (good) b->n += (size_t)n;
    }
    close(data);
    return good && read_reply(s) == 226;
}

/* Look through both queues for a job with our tag. A done or waiting one settles it; failed
 * ones do not, they ended. */
static void find(struct session *s, struct str tag, struct delivery_report *ret)
{
    struct buf b = buf_in(s->arena);
    if (command(s, "JOBFMT \"%%j|%%J|%%a\"") != 200 || !list(s, "sendq", &b) ||
        !list(s, "doneq", &b)) {
        ret->delivery = DELIVERY_FAILED; /* not answered: do not send again yet */
        server_said(s, ret);
        return;
    }
    for (struct str rest = buf_str(&b), line, job; str_cut(&rest, '\n', &line);) {
        if (!str_cut(&line, '|', &job) || !str_starts(line, tag) || !job_number(str_trim(job)))
            continue;
        struct delivery_report one;
        new_report(&one, s->arena);
        look(s, str_trim(job), tag, &one);
        if (one.delivery != DELIVERY_CONFIRMED && one.delivery != DELIVERY_UNDERWAY) continue;
        *ret = one;
        if (one.delivery == DELIVERY_CONFIRMED) return;
    }
}

static void ask(const struct outbound_setup *o, const struct notice *n,
                const struct outbound_document *d, struct arena *a, struct delivery_report *ret)
{
    struct session s;
    (void)d;
    new_report(ret, a);
    ret->delivery = DELIVERY_FAILED; /* not answered: do not send again yet */
    if (!open_session(&s, &o->fax, a)) {
        server_said(&s, ret);
        return;
    }
    ret->delivery = DELIVERY_UNKNOWN;
    find(&s, job_tag(n->key, a), ret);
    hang_up(&s);
}

static void take_back(const struct outbound_setup *o, const struct notice *n, struct arena *a,
                      struct delivery_report *ret)
{
    struct session s;
    new_report(ret, a);
    ret->provider_ref = n->provider_ref;
    ret->delivery = DELIVERY_UNDERWAY;
    if (!job_number(n->provider_ref) || !open_session(&s, &o->fax, a)) return;
    look(&s, n->provider_ref, job_tag(n->key, a), ret);
    if (ret->delivery == DELIVERY_UNDERWAY &&
        command(&s, "JKILL " STR_FMT, STR_ARG(n->provider_ref)) == 200)
        look(&s, n->provider_ref, job_tag(n->key, a), ret);
    hang_up(&s);
}

const struct channel_driver outbound_fax = {.channel = CHANNEL_FAX,
                                            .ready = ready,
                                            .deliver = deliver,
                                            .follow = follow,
                                            .ask = ask,
                                            .take_back = take_back};
