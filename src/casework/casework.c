/* Opening and closing; one verb at work. A verb is: begin, do, end. Between, nothing is visible
 * to anyone else. */
#include "casework/work.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "custody/status.h"
#include "os/file.h"
#include "os/random.h"
#include <stdlib.h>

const char *const roles_officer[] = {"records officer", "supervisor", NULL};
const char *const roles_supervisor[] = {"supervisor", NULL};
const char *const roles_administrator[] = {"administrator", NULL};
const char *const roles_agencies[] = {"administrator", "supervisor", NULL};
const char *const roles_policy_owner[] = {"policy owner", NULL};
const char *const roles_expunge[] = {"supervisor", "administrator", "attorney", NULL};

static RC read_key(struct arena *a, const char *path, struct sign_key *ret, struct err *e)
{
    struct str text;
    unsigned char seed[32];
    TRY(file_read(a, path, 4096, &text, e));
    if (!hex_parse(str_trim(text), seed, sizeof seed))
        return FAIL(e, RC_INVALID, "STORE-0005",
                    "%s is not a ledger key (64 hexadecimal digits)", path);
    *ret = sign_key_from_seed(seed);
    sign_wipe(seed, sizeof seed);
    return RC_OK;
}

RC casework_create(const struct casework_setup *s, struct err *e)
{
    struct arena a;
    unsigned char seed[32];
    if (file_exists(s->database))
        return FAIL(e, RC_CONFLICT, "STORE-0004", "%s exists already; nothing was changed",
                    s->database);
    if (file_exists(s->key_file))
        return FAIL(e, RC_CONFLICT, "STORE-0004", "%s exists already; nothing was changed",
                    s->key_file);
    arena_init(&a, 0);
    struct buf hex = buf_in(&a);
    random_bytes(seed, sizeof seed);
    hex_add(&hex, str_n((const char *)seed, sizeof seed));
    buf_ch(&hex, '\n');
    enum rc rc = file_write_new(s->key_file, buf_str(&hex), 0600, e);
    sign_wipe(seed, sizeof seed);
    sign_wipe(hex.p, hex.n);
    if (rc == RC_OK) rc = store_create(s->database, e);
    arena_done(&a);
    return rc;
}

static bool host_zone(void *ctx, struct dmn_text name, struct dmn_text *ret)
{
    struct str bytes;
    if (!zones_bytes(ctx, str_n(name.p, name.n), &bytes)) return false;
    *ret = (struct dmn_text){bytes.p, bytes.n};
    return true;
}

RC casework_open(const struct casework_setup *s, struct casework **ret, struct err *e)
{
    struct casework *c = calloc(1, sizeof *c);
    if (!c) abort();
    arena_init(&c->arena, 0);
    c->clock = s->clock;
    c->pasts = s->pasts;
    c->origin = str_dup(&c->arena, str_c(s->origin));
    c->facility =
        s->facility && *s->facility ? str_dup(&c->arena, str_c(s->facility)) : c->origin;
    c->time_zone = str_dup(&c->arena, str_c(s->time_zone));
    c->info_official = str_dup(&c->arena, str_c(s->info_official));
    c->zones = zones_new(NULL);
    c->host = (struct dmn_host){.ctx = c->zones, .zone = host_zone};
    enum rc rc = trend_calendar(&c->arena, str_c(s->administrations), &c->administrations,
                                &c->n_administrations, e);
    if (rc == RC_OK) rc = read_key(&c->arena, s->key_file, &c->key, e);
    if (rc == RC_OK) rc = store_open(s->database, &c->store, e);
    if (rc != RC_OK) {
        casework_close(c);
        return rc;
    }
    c->verifier_key = checkpoint_verifier_key(&c->arena, c->origin, c->key.public_key);
    *ret = c;
    return RC_OK;
}

void casework_close(struct casework *c)
{
    if (!c) return;
    for (size_t i = 0; i < c->n_packs; i++) {
        pack_run_free(c->packs[i].run);
        pack_free(c->packs[i].pack);
    }
    store_close(c->store);
    zones_free(c->zones);
    sign_wipe(&c->key, sizeof c->key);
    arena_done(&c->arena);
    free(c);
}

struct store *casework_store(struct casework *c) { return c->store; }

struct hash casework_secret(const struct casework *c, struct str purpose)
{
    return hash_hmac(str_n((const char *)c->key.seed, sizeof c->key.seed), purpose);
}

struct str casework_facility(const struct casework *c) { return c->facility; }
const struct tz *casework_zone(struct casework *c)
{
    return zones_find(c->zones, c->time_zone);
}

RC work_begin(struct work *w, struct casework *c, struct actor by, struct arena *a,
              struct err *e)
{
    *w = (struct work){
        .c = c, .s = c->store, .a = a, .by = str_c(by.name && *by.name ? by.name : "system")};
    TRY(store_begin(c->store, e));
    /* behind the lock: what waited does not get an earlier time */
    w->now = clock_now(&c->clock);
    return RC_OK;
}

RC work_look(struct work *w, struct casework *c, struct actor by, struct arena *a,
             struct err *e)
{
    if (!c->looks) return work_begin(w, c, by, a, e);
    *w = (struct work){.c = c,
                       .s = c->store,
                       .a = a,
                       .by = str_c(by.name && *by.name ? by.name : "system"),
                       .looking = true};
    TRY(store_read_begin(c->store, e));
    w->now = clock_now(&c->clock);
    return RC_OK;
}

RC work_end(struct work *w, enum rc rc, struct err *e)
{
    if (w->looking) {
        store_read_end(w->s);
        return rc;
    }
    if (rc == RC_OK || rc == RC_NO) {
        enum rc done = store_commit(w->s, e);
        return done == RC_OK ? rc : done;
    }
    store_rollback(w->s);
    return rc;
}

RC work_event(struct work *w, enum event_kind kind, int64_t case_id, int64_t booking,
              struct json *body, uint64_t *ret, struct err *e)
{
    struct event ev = {.at = w->now, .kind = kind, .actor = w->by, .body = body};
    struct store_event row = {
        .at = w->now, .kind = str_c(event_word(kind)), .case_id = case_id, .booking = booking};
    if (case_id) ev.case_id = work_case_name(w->a, case_id);
    TRY(event_write(w->a, &ev, &row.text, e));
    if (utf8_bad(row.text) >= 0)
        return FAIL(e, RC_INVALID, "CASE-0011",
                    "a name or text is not well-formed UTF-8; nothing was recorded");
    TRY(store_event_add(w->s, &row, e));
    if (ret) *ret = row.index;
    return RC_OK;
}

RC casework_event(struct casework *c, struct actor by, enum event_kind kind, instant at,
                  struct json *body, struct arena *a, struct err *e)
{
    struct work w = {.c = c, .s = c->store, .a = a, .by = str_c(by.name), .now = at};
    return work_event(&w, kind, 0, 0, body, NULL, e);
}

static RC alert(struct work *w, const struct store_alert *al, struct json *page, bool *ret_new,
                struct err *e)
{
    enum rc rc = store_alert_raise(w->s, al, e);
    *ret_new = rc == RC_OK;
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    struct json *body = json_object(w->a);
    json_set(w->a, body, "alert", json_string(w->a, al->kind));
    json_set(w->a, body, "name", json_string(w->a, al->name));
    json_set(w->a, body, "what", json_string(w->a, al->text));
    json_set(w->a, body, "page", page);
    return work_event(w, EVENT_KIND_ALERT_OPENED, al->case_id, al->booking, body, NULL, e);
}

RC work_alert(struct work *w, const char *kind, struct str name, int64_t case_id,
              int64_t booking, struct str text, struct err *e)
{
    bool ignored;
    return alert(w,
                 &(struct store_alert){.name = name,
                                       .kind = str_c(kind),
                                       .text = text,
                                       .case_id = case_id,
                                       .booking = booking,
                                       .raised_at = w->now},
                 NULL, &ignored, e);
}

RC work_alert_page(struct work *w, const char *kind, struct str name, struct str text,
                   struct json *page, bool *ret_new, struct err *e)
{
    return alert(w,
                 &(struct store_alert){
                     .name = name, .kind = str_c(kind), .text = text, .raised_at = w->now},
                 page, ret_new, e);
}

RC work_role(struct work *w, const char *const *roles, struct err *e)
{
    struct store_person p;
    enum rc rc = store_person_get(w->s, w->a, w->by, &p, e);
    if (rc == RC_NO)
        return FAIL(e, RC_DENIED, "CASE-0003",
                    "'" STR_FMT
                    "' is not known here; add the person with 'sallyport person set'",
                    STR_ARG(w->by));
    if (rc != RC_OK) return rc;
    if (p.disabled)
        return FAIL(e, RC_DENIED, "CASE-0003", "the account of '" STR_FMT "' is disabled",
                    STR_ARG(w->by));
    for (size_t i = 0; roles[i]; i++)
        if (str_is(p.role, roles[i])) return RC_OK;
    return FAIL(e, RC_DENIED, "CASE-0003", "'" STR_FMT "' is " STR_FMT "; this takes a %s",
                STR_ARG(w->by), STR_ARG(p.role), roles[0]);
}

enum { REASON_MAX = 10000 };

RC work_reason(struct str reason, const char *where, struct err *e)
{
    if (!str_trim(reason).n)
        return FAIL(e, RC_INVALID, "CASE-0010", "a reason is needed; it is recorded");
    if (reason.n > REASON_MAX)
        return FAIL(e, RC_INVALID, "CASE-0011", "the text is longer than %d bytes", REASON_MAX);
    if (!status_text(reason, NULL)) return RC_OK;
    (void)FAIL(e, RC_INVALID, "REQ-0007",
               "the text speaks of a status, citizenship, nationality, birthplace or A-number; "
               "say it without");
    err_at(e, where, 0, 0);
    return RC_INVALID;
}

struct str work_case_name(struct arena *a, int64_t id)
{
    return str_c(arena_printf(a, "C%06lld", (long long)id));
}

RC work_case(struct work *w, struct str name, struct store_case *ret, struct err *e)
{
    int64_t id;
    enum rc rc = RC_NO;
    if (name.n > 1 && name.p[0] == 'C' && str_to_i64(str_sub(name, 1, name.n), &id) && id > 0)
        rc = store_case_get(w->s, w->a, id, ret, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0002", "there is no case '" STR_FMT "'",
                    STR_ARG(name));
    return rc;
}

struct str work_time(struct arena *a, instant t)
{
    char text[40];
    return str_dup(a, str_c(instant_utc(t, text)));
}

struct json *work_time_json(struct arena *a, instant t)
{
    return t == INSTANT_NONE ? NULL : json_string(a, work_time(a, t));
}

struct str work_canonical(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    json_write(&b, v);
    return buf_str(&b);
}

const char *notice_kind_word(enum notice_kind k)
{
    switch (k) {
    case NOTICE_RELEASE: return "release";
    case NOTICE_ANSWER: return "answer";
    case NOTICE_PERSON_COPY: return "person copy";
    case NOTICE_WITHDRAWAL: return "withdrawal";
    }
    return "release";
}

const char *channel_word(enum channel ch)
{
    switch (ch) {
    case CHANNEL_FAX: return "fax";
    case CHANNEL_EMAIL: return "email";
    case CHANNEL_WEBHOOK: return "webhook";
    case CHANNEL_FOLDER: return "folder";
    case CHANNEL_LETTER: return "letter";
    }
    return "letter";
}
