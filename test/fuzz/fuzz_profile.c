/* Imports: the first byte chooses CSV by a shipped profile, CSV by the profile in the input
 * (YAML, NUL, rows), JSON or NDJSON. Whatever comes, no row may reach the sink without a
 * booking number, with a control character or with a status in its text. */
#include "custody/status.h"
#include "intake/intake.h"
#include "os/zones.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static RC booking(void *ctx, const struct booking_row *r, struct err *e)
{
    (void)ctx, (void)e;
    if (!r->booking_number.n) abort();
    return RC_OK;
}

static RC charge(void *ctx, const struct charge_row *r, struct err *e)
{
    (void)ctx, (void)e;
    if (!r->booking_number.n || status_text(r->offence.text, NULL) ||
        memchr(r->offence.text.n ? r->offence.text.p : "", 0, r->offence.text.n))
        abort();
    return RC_NO;
}

struct source {
    struct str rest;
};

static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct source *s = ctx;
    size_t take = n < s->rest.n ? n : s->rest.n;
    memcpy(into, s->rest.p, take);
    s->rest = str_sub(s->rest, take, s->rest.n);
    return (ptrdiff_t)take;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct zones *zones;
    static const struct tz *zone;
    if (!zones) {
        zones = zones_new(NULL);
        zone = zones_find(zones, STR("America/Denver"));
    }
    if (size < 1 || !zone) return 0;
    struct arena a;
    struct err e = {0};
    arena_init(&a, 0);
    struct str rest = str_n((const char *)data + 1, size - 1), yaml = STR("");
    struct intake in = {.name = "fuzz", .zone = zone, .sink = intake_nowhere};
    in.sink.booking = booking;
    in.sink.charge = charge;
    enum rc rc =
        profile_find(&a, data[0] & 4 ? "sallyport" : "adams-county-co", &in.profile, &e);
    if ((data[0] & 3) == 1 && str_cut(&rest, '\0', &yaml))
        rc = profile_read(&a, yaml, "fuzz.yaml", &in.profile, &e);
    struct source s = {rest};
    if (rc == RC_OK && (data[0] & 3) < 2) rc = intake_csv(&in, &a, fill, &s, &e);
    if (rc == RC_OK && (data[0] & 3) == 2) rc = intake_json(&in, &a, rest, &e);
    if (rc == RC_OK && (data[0] & 3) == 3) rc = intake_ndjson(&in, &a, fill, &s, &e);
    (void)intake_report(&in, &a);
    arena_done(&a);
    return 0;
}
