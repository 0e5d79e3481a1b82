/* Notices to an agency's own system: CloudEvents 1.0 (structured mode, JSON) signed as Standard
 * Webhooks says: headers webhook-id, webhook-timestamp and webhook-signature "v1,"
 * base64(HMAC-SHA-256(secret, id "." timestamp "." body)). The id is the idempotency key and
 * the same at every attempt, so a receiver drops copies. The answer's body is not kept, only
 * its hash: it may say things about a person that we must not store. */
#include "base/hash.h"
#include "base/utf8.h"
#include "outbound/curl.h"

static bool ready(const struct outbound_setup *s) { return s->webhook.source != NULL; }

/* "whsec_" base64, or the bytes themselves. */
static struct str signing_key(struct str secret, struct arena *a)
{
    struct str key = secret;
    if (str_starts(secret, STR("whsec_")) &&
        base64_parse(a, str_sub(secret, 6, SIZE_MAX), &key))
        return key;
    return secret;
}

/* Header-safe form of a key: printable ASCII stays, anything else would not be one line. */
static bool header_safe(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~') return false;
    return s.n > 0;
}

static enum delivery judge(const struct net_answer *r)
{
    switch (r->end) {
    case NET_ANSWERED:
        if (r->code >= 200 && r->code < 300) return DELIVERY_CONFIRMED;
        /* 408, 425 and 429 ask for another try, redirects are not followed: a person must
         * look */
        if (r->code == 408 || r->code == 425 || r->code == 429 || r->code >= 500 ||
            r->code < 200)
            return DELIVERY_FAILED;
        return DELIVERY_REFUSED;
    case NET_LOST: return DELIVERY_UNKNOWN;
    case NET_REFUSED: return DELIVERY_REFUSED;
    case NET_UNREACHABLE: break;
    }
    return DELIVERY_FAILED;
}

static void refuse(struct delivery_report *ret, struct arena *a, const char *why)
{
    ret->delivery = DELIVERY_REFUSED;
    json_set(a, ret->receipt, "why", json_c(a, why));
}

static void deliver(const struct outbound_setup *s, const struct notice *n,
                    const struct outbound_document *d, struct arena *a,
                    struct delivery_report *ret)
{
    *ret = (struct delivery_report){.receipt = json_object(a)};
    json_set(a, ret->receipt, "channel", json_c(a, "webhook"));
    if (n->secret.n == 0) {
        refuse(ret, a, "no signing secret is set for this address");
        return;
    }
    if (!header_safe(n->key) || !header_safe(n->address)) {
        refuse(ret, a, "the address or key cannot stand in a header");
        return;
    }
    struct buf signed_text = buf_in(a), signature = buf_in(a);
    buf_printf(&signed_text, STR_FMT ".%lld.", STR_ARG(n->key), (long long)(n->now / 1000));
    buf_str_add(&signed_text, d->event);
    struct hash mac = hash_hmac(signing_key(n->secret, a), buf_str(&signed_text));
    base64_add(&signature, str_n((const char *)mac.b, sizeof mac.b));
    const char *headers[] = {
        "Content-Type: application/cloudevents+json; charset=utf-8",
        "User-Agent: sallyport",
        arena_printf(a, "webhook-id: " STR_FMT, STR_ARG(n->key)),
        arena_printf(a, "webhook-timestamp: %lld", (long long)(n->now / 1000)),
        arena_printf(a, "webhook-signature: v1,%s", buf_z(&signature)),
        NULL,
    };
    struct net_answer r;
    net_post(&s->webhook, str_dupz(a, n->address), headers, d->event, a, &r);
    ret->delivery = judge(&r);
    ret->wait_ms = ret->delivery == DELIVERY_FAILED ? r.retry_after_ms : 0;
    if (r.code) json_set(a, ret->receipt, "code", json_int(a, r.code));
    if (r.peer.n) json_set(a, ret->receipt, "peer", json_string(a, r.peer));
    if (r.why.n) json_set(a, ret->receipt, "why", json_string(a, utf8_mend(a, r.why)));
    if (ret->wait_ms)
        json_set(a, ret->receipt, "retry_after_s", json_int(a, ret->wait_ms / 1000));
    if (r.end == NET_ANSWERED) {
        char hex[HASH_SIZE * 2 + 1];
        hash_hex(hash_of(r.said), hex);
        json_set(a, ret->receipt, "body_sha256", json_c(a, arena_strdup(a, hex)));
    }
}

const struct channel_driver outbound_webhook = {
    .channel = CHANNEL_WEBHOOK, .ready = ready, .deliver = deliver};
