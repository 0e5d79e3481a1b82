/* See work.h. */
#include "work.h"
#include "base/buf.h"
#include "base/json.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void work_note(const char *path, const char *line)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, strlen(line)) < 0) abort();
    close(fd);
}

struct str work_read(struct arena *a, const char *path)
{
    struct buf b = buf_in(a);
    char block[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    while (f && (n = fread(block, 1, sizeof block, f)) > 0) buf_add(&b, block, n);
    if (f) fclose(f);
    return buf_str(&b);
}

int work_times(struct str text, struct str line)
{
    int n = 0;
    struct str one;
    while (str_cut(&text, '\n', &one)) n += str_eq(one, line);
    return n;
}

static int64_t born(long i) { return date_days(1980, 1, 1 + (int)(i % 28)); }

static enum rc import_one(struct import *in, struct arena *a, long i, struct err *e)
{
    const char *number = arena_printf(a, "K%08ld", i);
    struct booking_row row = {.booking_number = str_c(number),
                              .family = STR("Okafor"),
                              .given = STR("Adrian"),
                              .birth_date = born(i),
                              .booked_at = world_now(),
                              .released_at = INSTANT_NONE};
    struct charge_row charge = {.booking_number = str_c(number),
                                .sequence = 1,
                                .offence = {.this_booking = true,
                                            .citation = STR("C.R.S. 18-3-202(1)(a)"),
                                            .text = STR("ASSAULT IN THE FIRST DEGREE"),
                                            .grade = GRADE_FELONY,
                                            .class = STR("F3"),
                                            .stage = STAGE_CHARGED,
                                            .on = DAYS_UNKNOWN,
                                            .convicted_on = DAYS_UNKNOWN}};
    enum rc rc = casework_import_booking(in, &row, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    rc = casework_import_charge(in, &charge, e);
    return rc == RC_NO ? RC_OK : rc;
}

RC work_import(struct casework *c, struct arena *a, long base, long n, struct err *e)
{
    struct import *in;
    struct json *report;
    TRY(casework_import_open(c, (struct actor){"jail-feed"}, STR("feed"), &in, e));
    for (long i = base; i < base + n; i++) {
        enum rc rc = import_one(in, a, i, e);
        if (rc != RC_OK) {
            casework_import_abandon(in);
            return rc;
        }
    }
    return casework_import_close(in, a, &report, e);
}

RC work_ask(struct casework *c, struct arena *a, long i, struct str *ret_case, struct err *e)
{
    struct json *r = json_object(a), *s = json_object(a), *asks = json_array(a), *view;
    char now[40], day[24];
    json_set(a, r, "agency", json_c(a, "fed-east"));
    json_set(a, r, "reference", json_c(a, arena_printf(a, "K-%ld", i)));
    json_set(a, r, "form", json_c(a, "I-247A"));
    json_set(a, r, "received_at", json_c(a, instant_utc(world_now() / 3600000 * 3600000, now)));
    json_add(a, asks, json_c(a, "notify"));
    json_set(a, r, "asks", asks);
    json_set(a, r, "written", json_bool(a, true));
    json_set(a, s, "booking_number", json_c(a, arena_printf(a, "K%08ld", i)));
    json_set(a, s, "family", json_c(a, "Okafor"));
    json_set(a, s, "given", json_c(a, "Adrian"));
    json_set(a, s, "birth_date", json_c(a, date_print(born(i), day)));
    json_set(a, r, "subject", s);
    TRY(casework_request(c, (struct actor){"m.ortiz"}, r, a, &view, e));
    *ret_case = json_text(view, "case");
    return RC_OK;
}

RC work_leave(struct casework *c, struct arena *a, long i, struct err *e)
{
    struct json *r;
    return casework_trigger(c, (struct actor){"jail-feed"}, str_c(arena_printf(a, "K%08ld", i)),
                            STR("bond posted"), world_now(), a, &r, e);
}

RC work_send(struct casework *c, struct arena *a, const char *sends, struct err *e)
{
    struct notice n;
    enum rc rc;
    while ((rc = casework_outbox_claim(c, "w", 1000, a, &n, e)) == RC_OK) {
        bool there = n.attempt > 1 && work_times(work_read(a, sends), n.key) > 0;
        if (!there) TRY(casework_outbox_begin(c, &n, e));
        if (!there) work_note(sends, arena_printf(a, STR_FMT "\n", STR_ARG(n.key)));
        TRY(casework_outbox_result(c, &n, DELIVERY_CONFIRMED, STR(""), STR("{}"), STR(""), e));
    }
    return rc == RC_NO ? RC_OK : rc;
}
