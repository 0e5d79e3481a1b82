/* See fixture.h. */
#include "fixture.h"
#include "base/tz.h"
#include "os/file.h"
#include <stdlib.h>

struct notice fixture_notice(enum notice_kind kind, enum channel channel, const char *address)
{
    return (struct notice){
        .id = 17,
        .key = STR("case-000123/release/1"),
        .kind = kind,
        .channel = channel,
        .address = str_c(address),
        .secret = STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        .attempt = 1,
        .case_id = STR("000123"),
        .agency_name = STR("Federal Field Office, Example City"),
        .agency_reference = STR("EX-2026-0042"),
        .form = STR("I-247A"),
        .subject = {.family = STR("Example"),
                    .given = STR("Juan Ma\303\255a"),
                    .middle = STR("Q."),
                    .birth_date = 3653,
                    .booking_number = STR("B-2026-01187"),
                    .sex = STR("M")},
        .booking_number = STR("B-2026-01187"),
        .triggered_at = 1795340415000, /* 2026-11-22T09:40:15Z */
        .trigger_kind = STR("bond posted"),
        .answers = STR(FIXTURE_ANSWERS),
        .facility = STR("Example County Detention Center"),
        .decision_id = STR("48213"),
        .language = STR("es"),
        .queued_at = 1795340416000,
        .now = 1795340420000,
    };
}

struct outbound_setup fixture_setup(struct arena *a)
{
    struct str tzif;
    struct err e;
    const struct tz *zone = NULL;
    if (file_read(a, "/usr/share/zoneinfo/America/Denver", 1 << 20, &tzif, &e) != RC_OK ||
        tz_load(a, STR("America/Denver"), tzif, &zone, &e) != RC_OK)
        abort();
    return (struct outbound_setup){
        .office = {.name = "Records Office",
                   .lines = {"100 Courthouse Square", "Example City, EX 00000",
                             "Telephone 555-0100, at any hour", NULL},
                   .contact = "Records Office, 555-0100, records@jail.example.gov"},
        .zone = zone,
        .info_official = "the County Attorney",
        .webhook = {.source = "https://jail.example.gov/sallyport"},
    };
}
