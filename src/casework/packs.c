/* Agencies, people and packs: who may ask, who may act, and which policy is in force from
 * when. */
#include "casework/work.h"
#include "base/hash.h"
#include "custody/facts.h"
#include "custody/status.h"
#include "os/file.h"

#define BAD(e, id, where, ...)                                                                 \
    (err_set((e), RC_INVALID, (id), __FILE__, __LINE__, __VA_ARGS__),                          \
     err_at((e), (where), 0, 0), RC_INVALID)

/* ---- agencies -------------------------------------------------------------------------- */

static bool channel_from_word(struct str s, int *ret)
{
    for (int i = CHANNEL_FAX; i <= CHANNEL_FOLDER; i++)
        if (str_is(s, channel_word((enum channel)i))) {
            *ret = i;
            return true;
        }
    return false;
}

static RC address_read(const struct json *v, size_t i, int64_t today, struct store_address *ret,
                       struct err *e)
{
    *ret = (struct store_address){.position = (int)i,
                                  .verified_on = DAYS_UNKNOWN,
                                  .address = str_trim(json_text(v, "address")),
                                  .verified_by = json_text(v, "verified_by"),
                                  .secret = json_text(v, "secret")};
    struct str on = json_text(v, "verified_on");
    if (!channel_from_word(json_text(v, "channel"), &ret->channel))
        return BAD(e, "AGENCY-0001", "/addresses",
                   "address %zu: channel is one of fax, email, webhook, folder", i + 1);
    if (!ret->address.n)
        return BAD(e, "AGENCY-0001", "/addresses", "address %zu has no address", i + 1);
    if (on.n && !date_parse(on, &ret->verified_on))
        return BAD(e, "AGENCY-0001", "/addresses",
                   "address %zu: verified_on is a date as 2026-01-31", i + 1);
    if (ret->verified_on != DAYS_UNKNOWN && ret->verified_on > today)
        return BAD(e, "AGENCY-0001", "/addresses",
                   "address %zu: verified_on is still to come; an address counts once somebody "
                   "has verified it",
                   i + 1);
    if (status_text(ret->verified_by, NULL) || status_text(ret->address, NULL))
        return BAD(e, "REQ-0007", "/addresses",
                   "address %zu speaks of a status or an A-number; say it without", i + 1);
    /* it counts only with a name and a date */
    if (!ret->verified_by.n || ret->verified_on == DAYS_UNKNOWN) {
        ret->verified_by = STR("");
        ret->verified_on = DAYS_UNKNOWN;
    }
    return RC_OK;
}

struct json *packs_agency_json(struct arena *a, const struct store_agency *g)
{
    struct json *o = json_object(a), *list = json_array(a);
    char day[24];
    json_set(a, o, "id", json_string(a, g->id));
    json_set(a, o, "name", json_string(a, g->name));
    json_set(a, o, "kind", json_string(a, g->kind));
    for (size_t i = 0; i < g->n; i++) {
        const struct store_address *d = &g->addresses[i];
        struct json *v = json_object(a);
        json_set(a, v, "channel", json_c(a, channel_word((enum channel)d->channel)));
        json_set(a, v, "address", json_string(a, d->address));
        SET_TEXT(a, v, "verified_by", d->verified_by);
        if (d->verified_on != DAYS_UNKNOWN)
            json_set(a, v, "verified_on",
                     json_string(a, str_dup(a, str_c(date_print(d->verified_on, day)))));
        json_add(a, list, v);
    }
    json_set(a, o, "addresses", list);
    return o;
}

static RC agency_read(struct arena *a, const struct json *v, int64_t today,
                      struct store_agency *g, struct err *e)
{
    enum agency_kind kind;
    const struct json *list = json_get(v, "addresses");
    *g = (struct store_agency){.id = json_text(v, "id"),
                               .name = json_text(v, "name"),
                               .kind = json_text(v, "kind"),
                               .n = json_len(list)};
    if (!g->id.n) return BAD(e, "AGENCY-0001", "/id", "an agency needs an id");
    if (!g->name.n) return BAD(e, "AGENCY-0001", "/name", "an agency needs a name");
    if (status_number(g->name, NULL))
        return BAD(e, "REQ-0007", "/name",
                   "the name carries an A-number"); /* its words may be those of an office's own
                                                       name */
    if (!agency_kind_from_word(g->kind, &kind))
        return BAD(e, "AGENCY-0001", "/kind",
                   "kind is one of federal immigration, law enforcement, court, probation or "
                   "parole, victim services, other");
    g->addresses = arena_array(a, struct store_address, g->n + 1);
    for (size_t i = 0; i < g->n; i++)
        TRY(address_read(json_at(list, i), i, today, &g->addresses[i], e));
    return RC_OK;
}

RC casework_agency_set(struct casework *c, struct actor by, struct json *agency,
                       struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    struct store_agency g;
    TRY(agency_read(a, agency, work_day(c, clock_now(&c->clock)), &g, e));
    struct json *shown = packs_agency_json(a, &g), *body = json_object(a);
    json_set(a, body, "agency", shown);
    TRY(work_begin(&w, c, by, a, e));
    enum rc rc = work_role(&w, roles_agencies, e);
    if (rc == RC_OK) rc = store_agency_put(w.s, &g, e);
    if (rc == RC_OK) rc = work_event(&w, EVENT_KIND_AGENCY_CHANGED, 0, 0, body, NULL, e);
    *ret = shown;
    return work_end(&w, rc, e);
}

RC casework_agencies(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct store_agency *list;
    size_t n;
    TRY(store_agencies(c->store, a, &list, &n, e));
    struct json *all = json_array(a);
    for (size_t i = 0; i < n; i++) json_add(a, all, packs_agency_json(a, &list[i]));
    *ret = json_object(a);
    json_set(a, *ret, "agencies", all);
    return RC_OK;
}

/* ---- people ------------------------------------------------------------------------------ */

static const char *const roles[] = {"records officer", "supervisor", "policy owner",
                                    "attorney",        "auditor",    "administrator",
                                    "integration",     NULL};

enum { NAME_MAX_BYTES = 64 };

/* Names are written into logs, ledgers and addresses and are told apart by eye: small letters,
 * digits and a few marks. */
bool casework_name_good(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool plain = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
        if (!plain && (i == 0 || !strchr("._-@", ch) || ch == 0)) return false;
    }
    return s.n > 0 && s.n <= NAME_MAX_BYTES && !str_is(s, "system") && !status_text(s, NULL);
}

static RC person_read(struct arena *a, const struct json *v, struct store_person *p,
                      struct err *e)
{
    char *role = str_dupz(a, json_text(v, "role"));
    struct str key = json_text(v, "public_key");
    *p = (struct store_person){.name = json_text(v, "name"), .has_key = key.n != 0};
    for (char *q = role; *q; q++)
        if (*q == '-' || *q == '_') *q = ' ';
    p->role = str_c(role);
    bool known = false;
    for (size_t i = 0; roles[i]; i++) known |= str_is(p->role, roles[i]);
    if (!casework_name_good(p->name))
        return BAD(
            e, "PERSON-0001", "/name",
            "a name has up to 64 small letters, digits and . _ - @, begins with a letter "
            "or digit and speaks of no status");
    if (!known)
        return BAD(e, "PERSON-0001", "/role",
                   "role is one of records officer, supervisor, policy owner, attorney, "
                   "auditor, administrator, integration");
    if (key.n && !hex_parse(key, p->public_key, sizeof p->public_key))
        return BAD(e, "PERSON-0001", "/public_key", "a public key has 64 hexadecimal digits");
    return RC_OK;
}

/* docs/roles.md: while there is no administrator the one thing that can be done is to add one;
 * then administrators change others and nobody himself, so one always remains. */
static RC person_may(struct work *w, const struct store_person *p,
                     const struct store_person *before, struct err *e)
{
    int64_t administrators;
    bool taken;
    TRY(store_name_taken(w->s, p->name, &taken, e));
    if (taken)
        return FAIL(e, RC_CONFLICT, "PERSON-0002",
                    "'" STR_FMT "' is or was a token; names are not used again",
                    STR_ARG(p->name));
    TRY(store_people_with(w->s, STR("administrator"), &administrators, e));
    if (!administrators && !before && str_is(p->role, "administrator")) return RC_OK;
    if (!administrators)
        return FAIL(e, RC_DENIED, "PERSON-0003",
                    "there is no administrator yet; add one first: sallyport person set NAME "
                    "administrator");
    TRY(work_role(w, roles_administrator, e));
    if (str_eq(w->by, p->name) && (!before || !str_eq(before->role, p->role)))
        return FAIL(e, RC_DENIED, "PERSON-0003",
                    "nobody changes his own role; another administrator does it");
    return RC_OK;
}

static struct json *person_body(struct arena *a, const struct store_person *p)
{
    struct json *body = json_object(a);
    json_set(a, body, "name", json_string(a, p->name));
    json_set(a, body, "role", json_string(a, p->role));
    if (p->has_key) {
        struct buf hex = buf_in(a); /* as the ledger's verification will write it */
        hex_add(&hex, str_n((const char *)p->public_key, sizeof p->public_key));
        json_set(a, body, "public_key", json_string(a, buf_str(&hex)));
    }
    return body;
}

static RC person_put(struct work *w, struct json *person, struct json **ret, struct err *e)
{
    struct store_person p, before;
    TRY(person_read(w->a, person, &p, e));
    enum rc rc = store_person_get(w->s, w->a, p.name, &before, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    TRY(person_may(w, &p, rc == RC_OK ? &before : NULL, e));
    TRY(store_person_put(w->s, &p, e));
    *ret = person_body(w->a, &p);
    return work_event(w, EVENT_KIND_PERSON_ADDED, 0, 0, *ret, NULL, e);
}

RC casework_person_set(struct casework *c, struct actor by, struct json *person,
                       struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, person_put(&w, person, ret, e), e);
}

RC casework_person_in(struct casework *c, struct actor by, instant now, struct json *person,
                      struct arena *a, struct json **ret, struct err *e)
{
    struct work w = {.c = c, .s = c->store, .a = a, .by = str_c(by.name), .now = now};
    return person_put(&w, person, ret, e);
}

/* ---- packs ------------------------------------------------------------------------------- */

RC packs_row_json(struct work *w, const struct store_pack *p, struct json **ret, struct err *e)
{
    struct arena *a = w->a;
    struct store_signature *sigs;
    size_t n;
    struct json *o = json_object(a), *list = json_array(a);
    struct str id, version;
    TRY(store_pack_signatures(w->s, a, p->id, p->version, &sigs, &n, e));
    enum rc rc = store_pack_in_force(w->s, a, w->now, &id, &version, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    json_set(a, o, "pack", json_string(a, p->id));
    json_set(a, o, "version", json_string(a, p->version));
    json_set(a, o, "sha256", json_string(a, p->sha256));
    json_set(a, o, "title", json_string(a, p->title));
    json_set(a, o, "status", json_string(a, p->status));
    for (size_t i = 0; i < n; i++) {
        struct json *v = json_object(a);
        json_set(a, v, "by", json_string(a, sigs[i].person));
        json_set(a, v, "starts", work_time_json(a, sigs[i].starts));
        json_add(a, list, v);
    }
    json_set(a, o, "signatures", list);
    json_set(a, o, "in_force",
             json_bool(a, rc == RC_OK && str_eq(id, p->id) && str_eq(version, p->version)));
    json_set(a, o, "in_force_from", work_time_json(a, p->in_force_from));
    *ret = o;
    return RC_OK;
}

static RC load(struct casework *c, const struct pack_file *files, size_t n, struct pack **ret,
               struct err *e)
{
    return pack_load(files, n, &c->host, ret, e);
}

RC packs_find(struct work *w, struct str id, struct str version, struct kept_pack **ret,
              struct err *e)
{
    struct casework *c = w->c;
    struct pack_file *files;
    struct pack *pack;
    size_t n;
    for (size_t i = 0; i < c->n_packs; i++)
        if (str_eq(c->packs[i].id, id) && str_eq(c->packs[i].version, version)) {
            *ret = &c->packs[i];
            return RC_OK;
        }
    /* a pack may borrow its bytes */
    TRY(store_pack_files(w->s, &c->arena, id, version, &files, &n, e));
    if (!n)
        return FAIL(e, RC_NOTFOUND, "PACK-1001", "there is no pack " STR_FMT " " STR_FMT,
                    STR_ARG(id), STR_ARG(version));
    TRY(load(c, files, n, &pack, e));
    if (c->n_packs == PACKS_KEPT) { /* the oldest goes; a jail has a handful of versions */
        pack_run_free(c->packs[0].run);
        pack_free(c->packs[0].pack);
        memmove(c->packs, c->packs + 1, --c->n_packs * sizeof *c->packs);
    }
    struct kept_pack *k = &c->packs[c->n_packs++];
    *k = (struct kept_pack){str_dup(&c->arena, id), str_dup(&c->arena, version),
                            str_dup(&c->arena, pack_sha256(pack)), pack, pack_run_new(pack)};
    *ret = k;
    return RC_OK;
}

RC packs_in_force(struct work *w, struct pack_run **ret, struct err *e)
{
    struct str id, version;
    struct kept_pack *k;
    *ret = NULL;
    TRY(store_pack_in_force(w->s, w->a, w->now, &id, &version, e));
    TRY(packs_find(w, id, version, &k, e));
    int64_t day = (w->now - (w->now % HOURS(24) + HOURS(24)) % HOURS(24)) / HOURS(24);
    /* its own dates are over */
    if (day < pack_effective_from(k->pack) || day > pack_effective_to(k->pack)) return RC_NO;
    *ret = k->run;
    return RC_OK;
}

static RC add_pack(struct work *w, const struct pack *pack, const struct pack_file *files,
                   size_t n, struct store_pack *p, struct err *e)
{
    struct store_pack old;
    *p = (struct store_pack){.id = pack_id(pack),
                             .version = pack_version(pack),
                             .sha256 = pack_sha256(pack),
                             .title = pack_title(pack),
                             .status = pack_status(pack),
                             .in_force_from = INSTANT_NONE};
    enum rc rc = store_pack_get(w->s, w->a, p->id, p->version, &old, e);
    if (rc == RC_OK && str_eq(old.sha256, p->sha256)) {
        *p = old;
        return RC_OK;
    }
    if (rc == RC_OK)
        return FAIL(e, RC_CONFLICT, "PACK-1002",
                    STR_FMT
                    " " STR_FMT
                    " is there already with other content; give the new one a new version",
                    STR_ARG(p->id), STR_ARG(p->version));
    if (rc != RC_NO) return rc;
    TRY(store_pack_add(w->s, p, w->now, files, n, e));
    struct json *body = json_object(w->a);
    json_set(w->a, body, "pack", json_string(w->a, p->id));
    json_set(w->a, body, "version", json_string(w->a, p->version));
    json_set(w->a, body, "sha256", json_string(w->a, p->sha256));
    return work_event(w, EVENT_KIND_PACK_ADDED, 0, 0, body, NULL, e);
}

RC casework_pack_add(struct casework *c, struct actor by, const char *dir, struct arena *a,
                     struct json **ret, struct err *e)
{
    struct file_entry *tree;
    size_t n;
    TRY(file_read_tree(a, dir, 2000, 64u << 20, &tree, &n, e));
    struct pack_file *files = arena_array(a, struct pack_file, n + 1);
    for (size_t i = 0; i < n; i++) files[i] = (struct pack_file){tree[i].name, tree[i].bytes};
    return casework_pack_take(c, by, files, n, a, ret, e);
}

RC casework_pack_take(struct casework *c, struct actor by, const struct pack_file *files,
                      size_t n, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    struct store_pack p;
    struct pack *pack;
    TRY(load(c, files, n, &pack, e));
    enum rc rc = work_begin(&w, c, by, a, e);
    if (rc == RC_OK) {
        rc = add_pack(&w, pack, files, n, &p, e);
        /* texts of its own: the pack goes */
        if (rc == RC_OK) rc = store_pack_get(w.s, a, p.id, p.version, &p, e);
        if (rc == RC_OK) rc = packs_row_json(&w, &p, ret, e);
        rc = work_end(&w, rc, e);
    }
    pack_free(pack);
    return rc;
}

static struct str statement(struct arena *a, const struct store_pack *p, instant starts)
{
    return str_c(arena_printf(a,
                              "sallyport policy v1\npack " STR_FMT "\nversion " STR_FMT
                              "\nsha256 " STR_FMT "\nin force from " STR_FMT "\n",
                              STR_ARG(p->id), STR_ARG(p->version), STR_ARG(p->sha256),
                              STR_ARG(work_time(a, starts))));
}

static RC pack_known(struct store *s, struct arena *a, struct str pack, struct str version,
                     struct store_pack *ret, struct err *e)
{
    enum rc rc = store_pack_get(s, a, pack, version, ret, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "PACK-1001", "there is no pack " STR_FMT " " STR_FMT,
                    STR_ARG(pack), STR_ARG(version));
    return rc;
}

RC casework_pack_statement(struct casework *c, struct str pack, struct str version,
                           instant starts, struct arena *a, struct str *ret, struct err *e)
{
    struct store_pack p;
    TRY(pack_known(c->store, a, pack, version, &p, e));
    *ret = statement(a, &p, starts);
    return RC_OK;
}

static RC pack_event(struct work *w, enum event_kind kind, const struct store_pack *p,
                     instant starts, const struct signature *sig, struct err *e)
{
    struct json *body = json_object(w->a);
    struct buf b = buf_in(w->a);
    json_set(w->a, body, "pack", json_string(w->a, p->id));
    json_set(w->a, body, "version", json_string(w->a, p->version));
    json_set(w->a, body, "sha256", json_string(w->a, p->sha256));
    json_set(w->a, body, "starts", work_time_json(w->a, starts));
    if (sig) {
        base64_add(&b, str_n((const char *)sig->b, sizeof sig->b));
        json_set(w->a, body, "signature", json_string(w->a, buf_str(&b)));
    }
    return work_event(w, kind, 0, 0, body, NULL, e);
}

static RC sign_pack(struct work *w, const struct store_pack *p, instant starts,
                    const struct signature *sig, struct err *e)
{
    struct store_person who;
    struct store_signature *sigs, one = {.person = w->by, .starts = starts, .signature = *sig};
    size_t n, before = 0, after = 0;
    enum rc rc = store_person_get(w->s, w->a, w->by, &who, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    if (rc == RC_NO || !str_is(who.role, "policy owner") || !who.has_key)
        return FAIL(e, RC_DENIED, "PACK-1003",
                    "'" STR_FMT "' is no policy owner with a public key", STR_ARG(w->by));
    if (!sign_verify(who.public_key, statement(w->a, p, starts), sig))
        return FAIL(e, RC_DENIED, "PACK-1003",
                    "the signature is not one of '" STR_FMT
                    "' over the statement of this pack and date",
                    STR_ARG(w->by));
    TRY(store_pack_signatures(w->s, w->a, p->id, p->version, &sigs, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct store_person other;
        if (sigs[i].starts != starts) continue;
        before++;
        if (str_eq(sigs[i].person, w->by) ||
            store_person_get(w->s, w->a, sigs[i].person, &other, e) != RC_OK)
            continue;
        if (memcmp(other.public_key, who.public_key, sizeof who.public_key) == 0)
            return FAIL(e, RC_DENIED, "PACK-1003",
                        "'" STR_FMT "' has signed with the same key; two people have two keys",
                        STR_ARG(sigs[i].person));
    }
    TRY(store_pack_sign(w->s, p->id, p->version, &one, w->now, e));
    TRY(store_pack_signatures(w->s, w->a, p->id, p->version, &sigs, &n, e));
    for (size_t i = 0; i < n; i++) after += sigs[i].starts == starts;
    if (after == before) return RC_OK; /* the same person again */
    TRY(pack_event(w, EVENT_KIND_PACK_SIGNED, p, starts, sig, e));
    if (after != 2) return RC_OK;
    instant from = starts > w->now ? starts : w->now; /* never backwards in time */
    TRY(store_pack_activate(w->s, p->id, p->version, from, e));
    return pack_event(w, EVENT_KIND_PACK_ACTIVATED, p, from, NULL, e);
}

RC casework_pack_sign(struct casework *c, struct actor by, struct str pack, struct str version,
                      instant starts, const struct signature *sig, struct arena *a,
                      struct json **ret, struct err *e)
{
    struct work w;
    struct store_pack p;
    TRY(work_begin(&w, c, by, a, e));
    enum rc rc = pack_known(w.s, a, pack, version, &p, e);
    if (rc == RC_OK) rc = sign_pack(&w, &p, starts, sig, e);
    if (rc == RC_OK) rc = pack_known(w.s, a, pack, version, &p, e);
    if (rc == RC_OK) rc = packs_row_json(&w, &p, ret, e);
    return work_end(&w, rc, e);
}

RC casework_packs(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct work w = {.c = c, .s = c->store, .a = a, .now = clock_now(&c->clock)};
    struct store_pack *list;
    size_t n;
    TRY(store_packs(c->store, a, &list, &n, e));
    struct json *all = json_array(a), *one;
    for (size_t i = 0; i < n; i++) {
        TRY(packs_row_json(&w, &list[i], &one, e));
        json_add(a, all, one);
    }
    *ret = json_object(a);
    json_set(a, *ret, "packs", all);
    return RC_OK;
}
