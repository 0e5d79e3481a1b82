/* Release notices and answers by mail: RFC 5322 message with the words as text and the signed
 * page as PDF, handed to the jail's own relay. The Message-ID comes from the idempotency key,
 * so a second copy after a crash is recognisable as the same message (RFC 5322 §3.6.4). The
 * subject names nobody. The relay's replies are the receipt. */
#include "base/utf8.h"
#include "base/date.h"
#include "base/hash.h"
#include "outbound/curl.h"
#include <ctype.h>

/* RFC 5321 §4.1.2 Mailbox, the plain part of it: Dot-string "@" Domain. Quoted and non-ASCII
 * local parts are refused: no agency has one, and a strict reading leaves no room for header
 * tricks. */
static bool mailbox(struct str s)
{
    size_t at = SIZE_MAX;
    if (s.n == 0 || s.n > 254) return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '@') {
            if (at != SIZE_MAX || i == 0 || i > 64) return false;
            at = i;
        } else if (at == SIZE_MAX ? !(isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c)))
                                  : !(isalnum(c) || c == '.' || c == '-')) {
            return false;
        }
    }
    return at != SIZE_MAX && at + 1 < s.n && s.p[at + 1] != '.' && s.p[s.n - 1] != '.';
}

static void base64_lines(struct buf *b, struct str bytes, struct arena *a)
{
    struct buf flat = buf_in(a);
    base64_add(&flat, bytes);
    for (size_t i = 0; i < flat.n; i += 76) {
        buf_add(b, flat.p + i, flat.n - i < 76 ? flat.n - i : 76);
        buf_c(b, "\r\n");
    }
}

/* RFC 5322 §3.3 date-time, always in UTC. */
static void date_header(struct buf *b, instant t)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t seconds = t / 1000, day = seconds / 86400, rest = seconds % 86400, year;
    int month, mday;
    date_civil(day, &year, &month, &mday);
    buf_printf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[date_weekday(day) - 1],
               mday, months[month - 1], (int)year, (int)(rest / 3600), (int)(rest / 60 % 60),
               (int)(rest % 60));
}

static struct str message(const struct outbound_smtp *s, const struct notice *n,
                          const struct outbound_document *d, struct arena *a)
{
    struct buf b = buf_in(a);
    const char *domain = strchr(s->from, '@');
    char key[HASH_SIZE * 2 + 1]; /* a key may hold characters that a Message-ID may not */
    hash_hex(hash_of(n->key), key);
    buf_printf(&b, "From: %s\r\nTo: " STR_FMT "\r\n", s->from, STR_ARG(n->address));
    date_header(&b, n->queued_at);
    buf_printf(&b, "Message-ID: <%.40s.sallyport%s>\r\n", key, domain ? domain : "@localhost");
    buf_c(&b, "Subject: ");
    /* plain ASCII: readable in every queue */
    if (utf8_count(d->title) == d->title.n)
        buf_str_add(&b, d->title);
    else {
        buf_c(&b, "=?UTF-8?B?");
        base64_add(&b, d->title);
        buf_c(&b, "?=");
    }
    buf_c(&b, "\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n");
    buf_printf(&b, "Content-Type: multipart/mixed; boundary=\"=_%.24s\"\r\n\r\n", key);
    buf_printf(&b,
               "--=_%.24s\r\nContent-Type: text/plain; "
               "charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
               key);
    base64_lines(&b, d->text, a);
    buf_printf(&b,
               "\r\n--=_%.24s\r\nContent-Type: application/pdf; name=\"notice.pdf\"\r\n"
               "Content-Disposition: attachment; filename=\"notice.pdf\"\r\n"
               "Content-Transfer-Encoding: base64\r\n\r\n",
               key);
    base64_lines(&b, d->pdf, a);
    buf_printf(&b, "\r\n--=_%.24s--\r\n", key);
    return buf_str(&b);
}

static bool ready(const struct outbound_setup *s) { return s->smtp.url && s->smtp.from; }

/* RFC 5321 §4.2.1: 4yz may work later, 5yz will not; but a refused login says nothing about the
 * address. */
static enum delivery judge(const struct net_answer *r)
{
    switch (r->end) {
    case NET_ANSWERED:
        if (r->code >= 500) return r->login ? DELIVERY_FAILED : DELIVERY_REFUSED;
        return r->code >= 400 ? DELIVERY_FAILED : DELIVERY_CONFIRMED;
    case NET_LOST: return DELIVERY_UNKNOWN;
    case NET_UNREACHABLE:
    case NET_REFUSED: break;
    }
    return DELIVERY_FAILED;
}

static void deliver(const struct outbound_setup *s, const struct notice *n,
                    const struct outbound_document *d, struct arena *a,
                    struct delivery_report *ret)
{
    *ret = (struct delivery_report){.receipt = json_object(a)};
    json_set(a, ret->receipt, "channel", json_c(a, "email"));
    if (!mailbox(n->address)) {
        ret->delivery = DELIVERY_REFUSED;
        json_set(a, ret->receipt, "why", json_c(a, "not a mail address"));
        return;
    }
    struct net_answer r;
    net_mail(&s->smtp, str_dupz(a, n->address), message(&s->smtp, n, d, a), a, &r);
    ret->delivery = judge(&r);
    if (r.code) json_set(a, ret->receipt, "code", json_int(a, r.code));
    if (r.peer.n) json_set(a, ret->receipt, "peer", json_string(a, r.peer));
    if (r.why.n) json_set(a, ret->receipt, "why", json_string(a, utf8_mend(a, r.why)));
    struct json *lines = json_array(a);
    for (struct str rest = r.said, line; str_cut(&rest, '\n', &line);)
        if (str_trim(line).n) json_add(a, lines, json_string(a, utf8_mend(a, str_trim(line))));
    json_set(a, ret->receipt, "said", lines);
}

/* A relay cannot be asked whether it has a message; the same Message-ID makes the copy
 * recognisable. */
const struct channel_driver outbound_smtp = {
    .channel = CHANNEL_EMAIL, .ready = ready, .deliver = deliver};
