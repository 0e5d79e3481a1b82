/* Writes every letter, plain and with what the worst form would bring, into the folder named,
 * for papers.py: names of many scripts, marks in heaps, words without an end, controls,
 * nothing. */
#include "base/utf8.h"
#include "fixture.h"
#include "os/file.h"
#include "outbound/report_pdf.h"
#include <stdio.h>
#include <stdlib.h>

static struct arena arena;

static void write_file(const char *folder, const char *name, struct str pdf)
{
    struct err e = {0};
    if (file_write_atomic(arena_printf(&arena, "%s/%s.pdf", folder, name), pdf, 0644, &e) !=
        RC_OK) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
}

static struct str heap(const char *first, const char *again, int times)
{
    struct buf b = buf_in(&arena);
    buf_c(&b, first);
    for (int i = 0; i < times; i++) buf_c(&b, again);
    return buf_str(&b);
}

static const char *const kinds[] = {"release", "answer", "person", "withdrawal"};

struct horror {
    const char *name;
    void (*make)(struct notice *n, struct outbound_setup *s);
};

static void as_it_is(struct notice *n, struct outbound_setup *s) { (void)n, (void)s; }

static void scripts(struct notice *n, struct outbound_setup *s)
{
    (void)s;
    n->subject.family = STR("\330\247\331\204\330\256\330\267\331\212\330\250"); /* Arabic */
    n->subject.given = STR("\327\223\327\225\327\223\327\231\327\223");          /* Hebrew */
    n->subject.middle = STR("Nguy\341\273\205n Th\341\273\213");
    n->agency_name =
        STR("\320\237\321\200\320\270\320\274\320\265\321\200 \342\200\256 turned");
}

static void marks(struct notice *n, struct outbound_setup *s)
{
    (void)s;
    n->subject.family = heap("Zo", "\314\210\314\201\314\247\315\230", 60);
    n->subject.given = STR("Jose\314\201 A\314\212ngstro\314\210m");
}

static void long_words(struct notice *n, struct outbound_setup *s)
{
    static char line[210];
    memset(line, 'W', 200);
    n->subject.family = heap("", "Wolfeschlegelstein", 20);
    n->subject.given = heap("", "Uvuvwevwe ", 40);
    n->agency_reference = heap("REF", "0123456789", 30);
    n->agency_name = heap("", "Office of Everything ", 12);
    n->booking_number = heap("B", "-8888", 40);
    n->facility = heap("", "Long County Detention and Rehabilitation Center ", 6);
    n->case_id = heap("C", "000001", 40);
    s->office.lines[0] = line;
    s->office.lines[1] =
        "One Very Long Street Name that Goes On and On Past Every House, Suite Forty, Annex of "
        "the Annex, Behind the Old Mill, Second Door on the Left, Example City of the "
        "Examples, "
        "EX 00000-0000, and so forth";
    if (n->answers.n)
        n->answers = str_c(arena_printf(&arena,
                                        "[{\"ask\":\"hold\",\"citations\":[\"" STR_FMT
                                        "\"],\"outcome\":\"decline\"}]",
                                        STR_ARG(heap("C.R.S. ", "24-76.6-102(2) and ", 200))));
}

static void controls(struct notice *n, struct outbound_setup *s)
{
    (void)s;
    n->subject.family = str_n("Ex\0am\x1b[2J\tple\r\n", 15);
    n->subject.given = STR("\342\200\256gnirts\342\200\254 \303\050 \377");
    n->subject.middle = STR("\342\200\250\342\200\251\302\205");
    n->agency_name = STR("Line one\nLine two\nLine three");
}

static void nothing(struct notice *n, struct outbound_setup *s)
{
    n->subject.family = n->subject.given = n->subject.middle = STR("");
    n->agency_name = n->agency_reference = n->form = n->booking_number = STR("");
    n->facility = n->decision_id = n->trigger_kind = STR("");
    s->office = (struct outbound_office){.name = ""};
}

/* As much as one form can ask, with the longest answers to it. */
static void everything(struct notice *n, struct outbound_setup *s)
{
    static const char *const asks[] = {"notify",    "hold",        "transfer",
                                       "interview", "information", "relay"};
    struct buf b = buf_in(&arena);
    (void)s;
    for (int i = 0; i < 6; i++)
        buf_printf(&b,
                   "%s{\"ask\":\"%s\",\"citations\":[\"C.R.S. 24-76.6-102(2)\",\"U.S. "
                   "Const. amend. IV\"],\"outcome\":\"review\"}",
                   i ? "," : "[", asks[i]);
    buf_c(&b, "]");
    n->answers = buf_str(&b);
}

static const struct horror horrors[] = {
    {"plain", as_it_is},        {"scripts", scripts},   {"marks", marks},
    {"long", long_words},       {"controls", controls}, {"nothing", nothing},
    {"everything", everything},
};

static void letters(const char *folder, const struct horror *h, const char *language)
{
    for (int k = NOTICE_RELEASE; k <= NOTICE_WITHDRAWAL; k++) {
        struct notice n = fixture_notice((enum notice_kind)k, CHANNEL_FAX, "555-0100");
        struct outbound_setup s = fixture_setup(&arena);
        struct outbound_document d;
        struct err e = {0};
        if (k != NOTICE_PERSON_COPY && strcmp(language, "es") == 0) continue;
        n.language = str_c(language);
        h->make(&n, &s);
        if (outbound_document(&s, &n, &arena, &d, &e) != RC_OK || utf8_bad(d.text) >= 0) {
            fprintf(stderr, "%s %s: %s\n", h->name, kinds[k], e.text);
            exit(1);
        }
        write_file(folder, arena_printf(&arena, "%s-%s-%s", kinds[k], h->name, language),
                   d.pdf);
    }
}

/* A report with a long table, one of stars, and each kind of plot. */
static void report(const char *folder)
{
    struct buf b = buf_in(&arena);
    struct json *r;
    struct str pdf;
    struct err e = {0};
    buf_c(&b,
          "{\"title\":\"A report\",\"facility\":\"Example County Jail\",\"period\":{\"from\":"
          "\"2026-01-01\",\"to\":\"2026-12-31\"},\"ledger\":{\"events\":70180,\"root\":\"");
    for (int i = 0; i < 16; i++) buf_c(&b, "f00d");
    buf_c(&b, "\",\"last_event_at\":\"2026-12-31T00:00:00Z\",\"checkpoint\":\"a\\n1\\nx=\\n\"},"
              "\"words\":[\"What it counts.\"],\"tables\":[");
    for (int t = 0; t < 3; t++) {
        static const char *const plots[] = {"bars", "shares", "strip"};
        buf_printf(&b,
                   "%s{\"id\":\"t%d\",\"title\":\"Table %d\",\"words\":[\"Of something.\"],"
                   "\"plot\":\"%s\",\"columns\":[{\"name\":\"month\",\"unit\":\"text\"}",
                   t ? "," : "", t, t, plots[t]);
        for (int c = 0; c < 6; c++)
            buf_printf(&b, ",{\"name\":\"column %d\",\"unit\":\"minutes\"}", c);
        buf_c(&b, "],\"rows\":[");
        for (int row = 0; row < (t ? 5 : 90); row++)
            buf_printf(&b, "%s[\"row %d\",%d,1,2.5,4,%s,%d]", row ? "," : "", row, row,
                       row % 4 == 2 ? "\"*\"" : "5", row + 7);
        buf_c(&b, "]}");
    }
    buf_c(&b, "]}");
    if (json_parse(&arena, buf_str(&b), "report", NULL, &r, &e) != RC_OK ||
        report_pdf(&arena, r, &pdf, &e) != RC_OK) {
        fprintf(stderr, "report: %s\n", e.text);
        exit(1);
    }
    write_file(folder, "report-plain-en", pdf);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 64;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof horrors / sizeof *horrors; i++) {
        letters(argv[1], &horrors[i], "en");
        letters(argv[1], &horrors[i], "es");
    }
    report(argv[1]);
    arena_done(&arena);
    return 0;
}
