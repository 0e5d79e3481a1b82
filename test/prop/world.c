/* See world.h. */
#include "world.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/sign.h"
#include "os/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static instant *now_ms; /* shared with child processes, which a test may kill */
static struct casework_setup setup;
static char folder[64], database[96], key_file[96];

static const struct {
    const char *id, *name, *kind, *fax, *email;
} agencies[] = {
    {"fed-east", "Field Office East", "federal immigration", "+13035550101",
     "east@agency.example"},
    {"fed-west", "Field Office West", "federal immigration", "+13035550102",
     "west@agency.example"},
    {"county", "County Sheriff", "law enforcement", "+13035550103", "desk@county.example"},
};

static instant world_clock(void *ctx)
{
    (void)ctx;
    return *now_ms;
}

static void must(enum rc rc, const struct err *e, const char *what)
{
    char text[700];
    if (rc == RC_OK) return;
    printf("Bail out! %s: %s\n", what, err_print(e, text, sizeof text));
    exit(1);
}

static struct json *address(struct arena *a, const char *channel, const char *to)
{
    struct json *o = json_object(a);
    json_set(a, o, "channel", json_c(a, channel));
    json_set(a, o, "address", json_c(a, to));
    json_set(a, o, "verified_by", json_c(a, "t.lindgren"));
    json_set(a, o, "verified_on", json_c(a, "2025-01-15"));
    return o;
}

static void add_agency(struct casework *c, struct arena *a, int i)
{
    struct json *o = json_object(a), *list = json_array(a), *r;
    struct err e;
    json_set(a, o, "id", json_c(a, agencies[i].id));
    json_set(a, o, "name", json_c(a, agencies[i].name));
    json_set(a, o, "kind", json_c(a, agencies[i].kind));
    json_add(a, list, address(a, "fax", agencies[i].fax));
    json_add(a, list, address(a, "email", agencies[i].email));
    json_set(a, o, "addresses", list);
    must(casework_agency_set(c, (struct actor){"admin"}, o, a, &r, &e), &e, "agency");
}

static struct sign_key key_of(unsigned char seed)
{
    unsigned char bytes[32];
    memset(bytes, seed, sizeof bytes);
    return sign_key_from_seed(bytes);
}

static void add_person(struct casework *c, struct arena *a, const char *name, const char *role,
                       unsigned char seed)
{
    struct json *o = json_object(a), *r;
    struct sign_key k = key_of(seed);
    struct buf hex = buf_in(a);
    struct err e;
    hex_add(&hex, str_n((const char *)k.public_key, 32));
    json_set(a, o, "name", json_c(a, name));
    json_set(a, o, "role", json_c(a, role));
    json_set(a, o, "public_key", json_string(a, buf_str(&hex)));
    must(casework_person_set(c, (struct actor){"admin"}, o, a, &r, &e), &e, "person");
}

static void activate(struct casework *c, struct arena *a, const char *pack)
{
    static const struct {
        const char *name;
        unsigned char seed;
    } owners[] = {{"p.adeyemi", 11}, {"r.stroud", 12}};
    const char *root = getenv("SALLYPORT_SOURCE");
    struct json *r;
    struct str statement;
    struct err e;
    must(casework_pack_add(c, (struct actor){"admin"},
                           arena_printf(a, "%s/policies/%s", root ? root : ".", pack), a, &r,
                           &e),
         &e, "pack add");
    struct str version = str_dup(a, json_text(r, "version"));
    for (int i = 0; i < 2; i++) {
        add_person(c, a, owners[i].name, "policy owner", owners[i].seed);
        must(casework_pack_statement(c, str_c(pack), version, *now_ms, a, &statement, &e), &e,
             "statement");
        struct sign_key k = key_of(owners[i].seed);
        struct signature s = sign_bytes(&k, statement);
        must(casework_pack_sign(c, (struct actor){owners[i].name}, str_c(pack), version,
                                *now_ms, &s, a, &r, &e),
             &e, "sign");
    }
}

struct casework *world_open(struct arena *a)
{
    static char packs[256];
    struct casework *c;
    struct err e;
    snprintf(folder, sizeof folder, "%s/lives-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder)) exit(1);
    snprintf(database, sizeof database, "%s/s.db", folder);
    snprintf(key_file, sizeof key_file, "%s/ledger.key", folder);
    snprintf(packs, sizeof packs, "%s/policies",
             getenv("SALLYPORT_SOURCE") ? getenv("SALLYPORT_SOURCE") : ".");
    now_ms =
        mmap(NULL, sizeof *now_ms, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (now_ms == MAP_FAILED || !instant_parse(STR("2025-03-03T00:00:00Z"), now_ms, NULL))
        exit(1);
    setup = (struct casework_setup){.database = database,
                                    .key_file = key_file,
                                    .origin = "test.example/sallyport",
                                    .time_zone = "America/Denver",
                                    .packs_dir = packs,
                                    .info_official = "the records supervisor",
                                    .clock = {world_clock, NULL}};
    must(casework_create(&setup, &e), &e, "create");
    must(casework_open(&setup, &c, &e), &e, "open");
    add_person(c, a, "admin", "administrator", 3); /* nobody else can be added before */
    for (int i = 0; i < world_agencies(); i++) add_agency(c, a, i);
    add_person(c, a, "m.ortiz", "records officer", 1);
    add_person(c, a, "t.lindgren", "supervisor", 2);
    activate(c, a, "us-co-denver-2025-stated");
    *now_ms += MINUTES(1);
    return c;
}

const struct casework_setup *world_setup(void) { return &setup; }
instant world_now(void) { return *now_ms; }
void world_pass(int64_t ms) { *now_ms += ms; }
int world_agencies(void) { return (int)(sizeof agencies / sizeof *agencies); }
const char *world_agency(int i) { return agencies[i].id; }
const char *world_database(void) { return database; }

struct casework *world_reopen(void)
{
    struct casework *c;
    struct err e;
    must(casework_open(&setup, &c, &e), &e, "open again");
    return c;
}

bool world_address(int agency, enum channel ch, struct str to)
{
    if (ch == CHANNEL_FAX) return str_is(to, agencies[agency].fax);
    if (ch == CHANNEL_EMAIL) return str_is(to, agencies[agency].email);
    return false;
}

static long count_in(const char *path, const char *text)
{
    FILE *f = fopen(path, "rb");
    if (!f) return 0;
    size_t n = strlen(text), have = 0, got;
    long found = 0;
    static char block[1 << 20];
    while ((got = fread(block + have, 1, sizeof block - have, f)) > 0) {
        have += got;
        for (const char *p = block; (p = memmem(p, have - (size_t)(p - block), text, n)); p++)
            found++;
        size_t keep = have < n ? have : n - 1;
        memmove(block, block + have - keep, keep);
        have = keep;
    }
    fclose(f);
    return found;
}

long world_close_and_search(struct casework *c, const char *text)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char path[128];
    long found = 0;
    /* before the close as well: the log may hold what the file no longer does */
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", database, parts[i]);
        found += count_in(path, text);
    }
    casework_close(c);
    found += count_in(database, text);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", database, parts[i]);
        unlink(path);
    }
    unlink(key_file);
    rmdir(folder);
    return found;
}
