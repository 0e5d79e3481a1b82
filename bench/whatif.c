/* What-if over N recorded decisions, against the plain scan of the same rows in the same run
 * and on the same core. bench_whatif [FOLDER] [DECISIONS] [DISTINCT]     default: /tmp 1000000
 * 60000 The rows are made in bulk: DISTINCT decisions are drawn from invented facts and decided
 * by the pack in force, and every row is one of them, drawn with Zipf's weights (a jail's
 * charges repeat), with times and a case of its own. Salt and commitment have the size of real
 * ones; nothing here verifies. Decisions that differ in more than times are what `distinct`
 * counts. */
#include "jail.h"
#include "custody/decide.h"
#include "custody/pack.h"
#include "os/file.h"
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const source_packs[] = {"us-co-denver-2025-stated", "us-il-trust-act"};
static const char AT[] = "2024-02-03T04:05:06Z", DAY[] = "2022-03-04",
                  CASE[] = "C1000000"; /* places to fill in */
enum { PLACES = 24, FIRST_CASE = 1000000 };

struct mould {
    char *text;
    size_t n, at[PLACES], n_at, day[PLACES], n_day, name;
};

static uint64_t seed = 20260301;
static uint32_t draw(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) * n >> 31);
}

static struct pack *pack_from(struct arena *a, const char *name)
{
    const char *root = getenv("SALLYPORT_SOURCE");
    struct file_entry *tree;
    struct pack *p;
    struct err e;
    size_t n;
    jail_must(file_read_tree(a, arena_printf(a, "%s/policies/%s", root ? root : ".", name),
                             2000, 64u << 20, &tree, &n, &e),
              &e, "pack");
    struct pack_file *files = arena_array(a, struct pack_file, n + 1);
    for (size_t i = 0; i < n; i++) files[i] = (struct pack_file){tree[i].name, tree[i].bytes};
    jail_must(pack_load(files, n, NULL, &p, &e), &e, "pack");
    return p;
}

static struct offence charge(void)
{
    static const struct {
        const char *citation, *text, *class;
        enum grade grade;
    } crimes[] = {
        {"C.R.S. 18-3-202(1)(a)", "ASSAULT IN THE FIRST DEGREE", "F3", GRADE_FELONY},
        {"C.R.S. 18-3-203", "ASSAULT IN THE SECOND DEGREE", "F4", GRADE_FELONY},
        {"C.R.S. 18-3-204", "ASSAULT IN THE THIRD DEGREE", "M1", GRADE_MISDEMEANOR},
        {"C.R.S. 18-3-206", "MENACING", "F5", GRADE_FELONY},
        {"C.R.S. 18-3-103", "MURDER IN THE SECOND DEGREE", "F2", GRADE_FELONY},
        {"C.R.S. 18-3-402", "SEXUAL ASSAULT", "F4", GRADE_FELONY},
        {"C.R.S. 18-4-203", "SECOND DEGREE BURGLARY", "F4", GRADE_FELONY},
        {"C.R.S. 18-4-302", "AGGRAVATED ROBBERY", "F3", GRADE_FELONY},
        {"C.R.S. 18-4-401", "THEFT", "M1", GRADE_MISDEMEANOR},
        {"C.R.S. 18-4-409", "MOTOR VEHICLE THEFT", "F5", GRADE_FELONY},
        {"C.R.S. 18-4-501", "CRIMINAL MISCHIEF", "M2", GRADE_MISDEMEANOR},
        {"C.R.S. 18-8-208", "ESCAPE", "F4", GRADE_FELONY},
        {"C.R.S. 18-8-212", "VIOLATION OF BAIL BOND CONDITIONS", "M1", GRADE_MISDEMEANOR},
        {"C.R.S. 18-18-403.5", "POSSESSION OF A CONTROLLED SUBSTANCE", "DM1",
         GRADE_MISDEMEANOR},
        {"C.R.S. 18-18-405", "DISTRIBUTION OF A CONTROLLED SUBSTANCE", "DF3", GRADE_FELONY},
        {"C.R.S. 18-12-108", "POSSESSION OF A WEAPON BY A PREVIOUS OFFENDER", "F5",
         GRADE_FELONY},
        {"C.R.S. 42-4-1301(1)(a)", "DRIVING UNDER THE INFLUENCE", "M1", GRADE_MISDEMEANOR},
        {"C.R.S. 42-2-138", "DRIVING UNDER RESTRAINT", "", GRADE_TRAFFIC},
        {"", "FAILURE TO APPEAR", "", GRADE_UNKNOWN},
        {"C.R.S. 18-6-803.5", "VIOLATION OF A PROTECTION ORDER", "M1", GRADE_MISDEMEANOR}};
    static const enum stage stages[] = {STAGE_ARRESTED,  STAGE_ARRESTED, STAGE_CHARGED,
                                        STAGE_CHARGED,   STAGE_CHARGED,  STAGE_CONVICTED,
                                        STAGE_SENTENCED, STAGE_DISMISSED};
    uint32_t i = draw(20);
    struct offence o = {.this_booking = draw(4) != 0,
                        .citation = str_c(crimes[i].citation),
                        .text = str_c(crimes[i].text),
                        .class = str_c(crimes[i].class),
                        .grade = crimes[i].grade,
                        .stage = stages[draw(8)],
                        .convicted_on = DAYS_UNKNOWN};
    (void)date_parse(str_c(DAY), &o.on);
    if (o.stage == STAGE_CONVICTED || o.stage == STAGE_SENTENCED) o.convicted_on = o.on;
    return o;
}

static struct facts facts_drawn(struct arena *a)
{
    static const enum custody_state states[] = {CUSTODY_IN,        CUSTODY_IN,
                                                CUSTODY_IN,        CUSTODY_TRIGGERED,
                                                CUSTODY_TRIGGERED, CUSTODY_RELEASED};
    static const char *const forms[] = {"I-247A", "I-247A", "I-247G", "letter"};
    struct facts f = {.match = draw(12) ? MATCH_CONFIRMED : MATCH_UNVERIFIED,
                      .custody = states[draw(6)],
                      .disputed = draw(200) == 0};
    instant t = INSTANT_NONE;
    (void)instant_parse(str_c(AT), &t, NULL);
    f.as_of = f.booked_at = f.request.received_at = t;
    f.triggered_at = f.custody == CUSTODY_TRIGGERED ? t : INSTANT_NONE;
    f.request.agency_kind = AGENCY_FEDERAL_IMMIGRATION;
    f.request.form = str_c(forms[draw(4)]);
    f.request.asks[f.request.n_asks++] = ASK_NOTIFY;
    if (draw(2)) f.request.asks[f.request.n_asks++] = draw(4) ? ASK_HOLD : ASK_INTERVIEW;
    f.request.written = draw(10) ? YES : UNKNOWN;
    f.request.is_signed = draw(8) ? YES : NO;
    f.request.complete = draw(6) ? YES : NO;
    f.request.state = draw(30) ? REQUEST_OPEN : REQUEST_CANCELLED;
    f.documents = arena_array(a, struct document, 1);
    f.documents[0] = (struct document){.kind = DOC_ADMINISTRATIVE_WARRANT,
                                       .form = str_c(draw(2) ? "I-200" : "I-205"),
                                       .criminal = NO,
                                       .issuer = ISSUER_IMMIGRATION_OFFICER,
                                       .state = DOC_ACTIVE};
    f.n_documents = draw(3) != 0;
    f.n_offences = f.match == MATCH_CONFIRMED ? 1 + draw(3) * draw(2) : 0;
    f.offences = arena_array(a, struct offence, f.n_offences + 1);
    for (size_t i = 0; i < f.n_offences; i++) f.offences[i] = charge();
    return f;
}

static size_t places(const char *text, size_t n, const char *what, size_t *ret)
{
    size_t count = 0, len = strlen(what);
    for (const char *p = text;
         (p = memmem(p, (size_t)(text + n - p), what, len)) && count < PLACES; p += len)
        ret[count++] = (size_t)(p - text);
    return count;
}

static void mould(struct arena *a, struct pack_run *run, struct mould *m)
{
    struct facts f = facts_drawn(a);
    struct decision d;
    struct json *body = json_object(a);
    struct str text;
    struct err e;
    int64_t day = f.as_of / HOURS(24);
    for (size_t i = 0; i < f.n_offences; i++) {
        struct offence *o = &f.offences[i];
        o->classified =
            pack_classify(pack_run_pack(run), a, o, day, &o->lists, &o->n_lists) == RC_OK;
    }
    facts_write(a, &f);
    decide(a, run, &f, false, &d);
    json_set_str(a, body, STR("facts"), (struct json *)(uintptr_t)f.json);
    json_set(a, body, "decision", decision_json(a, &d));
    struct event ev = {.at = f.as_of,
                       .kind = EVENT_KIND_DECISION_MADE,
                       .case_id = str_c(CASE),
                       .actor = STR("jail-feed"),
                       .body = body};
    jail_must(event_write(a, &ev, &text, &e), &e, "event");
    *m = (struct mould){.text = malloc(text.n), .n = text.n};
    if (!m->text) abort();
    memcpy(m->text, text.p, text.n);
    m->n_at = places(m->text, m->n, AT, m->at);
    m->n_day = places(m->text, m->n, DAY, m->day);
    size_t name[PLACES];
    if (places(m->text, m->n, CASE, name) != 1) abort();
    m->name = name[0];
}

static void pour(const struct mould *m, char *out, instant at, long id)
{
    char text[40], day[24], name[24];
    memcpy(out, m->text, m->n);
    instant_utc(at, text);
    for (size_t i = 0; i < m->n_at; i++) memcpy(out + m->at[i], text, sizeof AT - 1);
    for (size_t i = 0; i < m->n_day; i++) {
        date_print(at / HOURS(24) - (int64_t)draw(2000), day);
        memcpy(out + m->day[i], day, sizeof DAY - 1);
    }
    snprintf(name, sizeof name, "C%ld", id);
    memcpy(out + m->name, name, sizeof CASE - 1);
}

static void broken(sqlite3 *db)
{
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void fill(const char *path, const struct mould *moulds, size_t distinct, long n)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    static char out[1 << 16];
    unsigned char salt[16], commitment[32];
    double log_n = log((double)distinct + 1);
    if (sqlite3_open(path, &db) != SQLITE_OK) broken(db);
    if (sqlite3_exec(
            db,
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF; PRAGMA cache_size=-65536; BEGIN",
            NULL, NULL, NULL) != SQLITE_OK)
        broken(db);
    if (sqlite3_prepare_v2(
            db,
            "INSERT INTO events(id,at,kind,case_id,booking,salt,text,commitment) SELECT "
            "coalesce(max(id)+1,0),?1,'decision.made',?2,NULL,?3,?4,?5 FROM events",
            -1, &st, NULL) != SQLITE_OK)
        broken(db);
    for (long i = 0; i < n; i++) {
        instant at = INT64_C(1672531200000) +
                     (instant)((double)i * (3.0 * 365 * 86400000.0 / (double)n)) / 1000 * 1000;
        size_t which = (size_t)exp(log_n * (double)draw(1u << 30) / (double)(1u << 30)) -
                       1; /* Zipf: the k-th is met as 1/k */
        const struct mould *m = &moulds[which < distinct ? which : distinct - 1];
        long id = FIRST_CASE + i / 4;
        for (size_t k = 0; k < sizeof salt; k++) salt[k] = (unsigned char)draw(256);
        for (size_t k = 0; k < sizeof commitment; k++) commitment[k] = (unsigned char)draw(256);
        pour(m, out, at, id);
        sqlite3_bind_int64(st, 1, at);
        sqlite3_bind_int64(st, 2, id);
        sqlite3_bind_blob(st, 3, salt, sizeof salt, SQLITE_STATIC);
        sqlite3_bind_text(st, 4, out, (int)m->n, SQLITE_STATIC);
        sqlite3_bind_blob(st, 5, commitment, sizeof commitment, SQLITE_STATIC);
        if (sqlite3_step(st) != SQLITE_DONE) broken(db);
        sqlite3_reset(st);
    }
    sqlite3_finalize(st);
    if (sqlite3_exec(db, "COMMIT; PRAGMA journal_mode=WAL", NULL, NULL, NULL) != SQLITE_OK)
        broken(db);
    sqlite3_close(db);
}

/* Asks the kernel to forget the file's pages, so that both read from the disk. */
static void cool(const char *path)
{
    int f = open(path, O_RDONLY);
    if (f < 0) return;
    (void)fdatasync(f);
    (void)posix_fadvise(f, 0, 0, POSIX_FADV_DONTNEED);
    close(f);
}

struct cost {
    double wall, cpu;
};
static struct cost clock_from(struct cost c)
{
    return (struct cost){jail_seconds() - c.wall, jail_cpu() - c.cpu};
}
static struct cost clock_now_both(void) { return (struct cost){jail_seconds(), jail_cpu()}; }

static struct cost scan(const char *path, long *ret_rows, long *ret_bytes)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    *ret_rows = *ret_bytes = 0;
    cool(path);
    struct cost t = clock_now_both();
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) exit(1);
    if (sqlite3_prepare_v2(
            db,
            "SELECT id,at,kind,case_id,booking,salt,text,commitment FROM events ORDER BY id",
            -1, &st, NULL) != SQLITE_OK)
        exit(1);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(st, 6);
        *ret_bytes += sqlite3_column_bytes(st, 6) + (text && text[0] != '{');
        ++*ret_rows;
    }
    sqlite3_finalize(st);
    sqlite3_close(db);
    return clock_from(t);
}

static struct cost ask(struct jail *j, size_t n_packs, struct arena *a, struct json **ret)
{
    const char *root = getenv("SALLYPORT_SOURCE");
    struct whatif_pack packs[2] = {{0}};
    struct err e;
    for (size_t i = 0; i < n_packs; i++)
        packs[i].dir = arena_printf(a, "%s/policies/%s", root ? root : ".", source_packs[i]);
    const struct whatif_question q = {.packs = packs,
                                      .n_packs = n_packs,
                                      .from = INSTANT_NONE,
                                      .to = INSTANT_NONE,
                                      .limit = 20};
    cool(j->database);
    struct cost t = clock_now_both();
    jail_must(casework_whatif(j->c, &q, (struct progress){0}, a, ret, &e), &e, "whatif");
    return clock_from(t);
}

static void show(const char *what, struct cost c, long rows, double mib)
{
    printf("%-24s %8.2f s (%.2f s of the processor)  %7.2f us a row  %7.0f MiB/s\n", what,
           c.wall, c.cpu, c.wall / (double)rows * 1e6, mib / c.wall);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const char *under = argc > 1 ? argv[1] : "/tmp";
    long n = argc > 2 ? atol(argv[2]) : 1000000, rows, bytes;
    size_t distinct = argc > 3 ? (size_t)atol(argv[3]) : 60000;
    struct mould *moulds = calloc(distinct, sizeof *moulds);
    struct jail j;
    struct arena a;
    struct json *page;
    struct stat st;
    if (!moulds || distinct == 0) return 1;
    arena_init(&a, 0);
    struct pack *p = pack_from(&a, source_packs[0]);
    struct pack_run *run = pack_run_new(p);
    struct arena scratch;
    arena_init(&scratch, 0);
    for (size_t i = 0; i < distinct; i++) {
        mould(&scratch, run, &moulds[i]);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    jail_open(&j, under);
    double t = jail_seconds();
    casework_close(j.c);
    fill(j.database, moulds, distinct, n);
    const struct casework_setup setup = {.database = j.database,
                                         .key_file = j.key_file,
                                         .origin = "bench.example/sallyport",
                                         .time_zone = "America/Denver",
                                         .packs_dir = "",
                                         .info_official = "",
                                         .clock = clock_real()};
    struct err e;
    jail_must(casework_open(&setup, &j.c, &e), &e, "open");
    if (stat(j.database, &st) != 0) return 1;
    double mib = (double)st.st_size / 1048576;
    for (size_t i = 0; i < distinct; i++) free(moulds[i].text);
    free(moulds);
    printf("%ld decisions, drawn from %zu that differ in more than times; file of %.0f MiB, "
           "made in %.0f s\n",
           n, distinct, mib, jail_seconds() - t);
    for (int turn = 0; turn < 2; turn++) {
        struct cost base = scan(j.database, &rows, &bytes);
        show("plain scan", base, rows, mib);
        struct cost ours = ask(&j, 1, &a, &page);
        show("what-if, one policy", ours, rows, mib);
        const struct json *one = json_at(json_get(page, "packs"), 0);
        printf("  decided anew %lld, same to the byte %lld of %lld; %.2f times the scan; peak "
               "memory %.0f MiB; %.2f GiB of text\n",
               (long long)json_whole(json_get(page, "decided"), 0),
               (long long)json_whole(json_get(one, "reproduced"), 0),
               (long long)json_whole(json_get(page, "points"), 0), ours.wall / base.wall,
               (double)jail_rss_kib() / 1024, (double)bytes / 1073741824);
    }
    show("what-if, two policies", ask(&j, 2, &a, &page), rows, mib);
    jail_close(&j);
    pack_run_free(run);
    pack_free(p);
    arena_done(&a);
    return 0;
}
