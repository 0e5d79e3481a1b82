/* See fake_casework.h. */
#include "fake_casework.h"
#include <stdio.h>

struct fake_outbox fake_outbox;

static void step(const char *word)
{
    size_t n = strlen(fake_outbox.steps);
    snprintf(fake_outbox.steps + n, sizeof fake_outbox.steps - n, "%s ", word);
}

const char *notice_kind_word(enum notice_kind k)
{
    static const char *const words[] = {"release", "answer", "person copy", "withdrawal"};
    return words[k];
}
const char *channel_word(enum channel ch)
{
    static const char *const words[] = {"fax", "email", "webhook", "folder", "letter"};
    return words[ch];
}

RC casework_open(const struct casework_setup *s, struct casework **ret, struct err *e)
{
    (void)s, (void)ret;
    return FAIL(e, RC_BUG, "TEST-0001", "no store here");
}
void casework_close(struct casework *c) { (void)c; }

RC casework_outbox_claim(struct casework *c, const char *worker, int64_t lease_ms,
                         struct arena *a, struct notice *ret, struct err *e)
{
    (void)c, (void)worker, (void)lease_ms, (void)a, (void)e;
    if (!fake_outbox.due) return RC_NO;
    step("claim");
    fake_outbox.due = false;
    *ret = fake_outbox.notice;
    return RC_OK;
}

RC casework_outbox_begin(struct casework *c, const struct notice *n, struct err *e)
{
    (void)c, (void)n;
    if (fake_outbox.begin_rc != RC_OK)
        return FAIL(e, fake_outbox.begin_rc, "TEST-0002", "the disk is full");
    step("begin");
    return RC_OK;
}

RC casework_outbox_result(struct casework *c, const struct notice *n, enum delivery d,
                          struct str provider_ref, struct str receipt,
                          struct str document_sha256, struct err *e)
{
    (void)c, (void)e;
    char word[40];
    snprintf(word, sizeof word, "result:%s", delivery_word(d));
    step(word);
    fake_outbox.delivery = d;
    fake_outbox.attempt = n->attempt;
    snprintf(fake_outbox.provider_ref, sizeof fake_outbox.provider_ref, STR_FMT,
             STR_ARG(provider_ref));
    snprintf(fake_outbox.receipt, sizeof fake_outbox.receipt, STR_FMT, STR_ARG(receipt));
    snprintf(fake_outbox.sha256, sizeof fake_outbox.sha256, STR_FMT, STR_ARG(document_sha256));
    return RC_OK;
}
