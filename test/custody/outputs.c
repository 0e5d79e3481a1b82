/* outputs SEED HOURS LISTS [MUTANT]: everything that a made-up jail (jail.h) publishes in
 * sixteen months, as a JSON list of reports: each quarter and each four quarters in both
 * reports. With MUTANT, one number that was held back only to protect another (of those, the
 * MUTANT-th) is shown as it is; exit status 3: there are no more of them. For
 * reports_attack.py. */
#include "jail.h"

enum { FIRST = 2025 * 12, QUARTERS = 5, IN_YEAR = 4 };

static int64_t truth(const struct jail *j, int from, int to, struct str class,
                     struct str answer)
{
    int64_t n = 0;
    for (size_t i = 0; i < j->n; i++) {
        const struct jail_request *r = &j->list[i];
        n += r->month >= from && r->month < to && (!class.n || str_is(class, r->class)) &&
             (!answer.n || str_is(answer, r->answer));
    }
    return n;
}

static const char *const words[] = {"notify", "honor", "decline",
                                    "review", "refer", "not asked or not decided"};

/* Shows the mutant-th of the companions of a table; the rows or the columns are months. */
static bool mutate(struct jail *j, struct json *q, const char *table, int *mutant)
{
    const struct json *classes = json_get(q, "classes"), *t = json_get(q, table);
    int month = (int)json_whole(json_get(q, "month"), 0);
    bool lists = strcmp(table, "lists") == 0, answers = strcmp(table, "answers") == 0;
    for (size_t r = 0; r + 1 < json_len(t); r++)
        for (size_t k = 0; k + 1 < json_len(json_at(t, r)); k++) {
            struct json *row = json_at(t, r);
            int from = lists ? month : month + (int)r, to = lists ? month + 3 : from + 1;
            struct str class = lists     ? json_str(json_at(classes, r))
                               : answers ? STR("")
                                         : json_str(json_at(classes, k));
            int64_t n = truth(j, from, to, class, lists || answers ? str_c(words[k]) : STR(""));
            if (json_at(row, k)->type == JSON_NUMBER || n < REPORT_BELOW) continue;
            if ((*mutant)--) continue;
            *json_at(row, k) = *json_int(j->s.a, n);
            return true;
        }
    return false;
}

static void add(struct jail *j, struct json *all, struct json *const *q, int from, int n)
{
    static const char *const names[] = {"council-quarterly", "open-data"};
    struct json *quarters = json_array(j->s.a);
    for (int i = 0; i < n; i++) json_add(j->s.a, quarters, q[from + i]);
    for (int i = 0; i < 2; i++)
        json_add(j->s.a, all,
                 jail_open(j, names[i], FIRST + 3 * from, FIRST + 3 * (from + n), quarters));
}

int main(int argc, char **argv)
{
    static const char *const tables[] = {"answers", "lists", "list_months"};
    struct arena a;
    arena_init(&a, 0);
    if (argc < 4) return 2;
    struct jail j = {
        .s = {.a = &a}, .seed = (unsigned)atoi(argv[1]), .lists = (unsigned)atoi(argv[3])};
    struct json *q[QUARTERS], *all = json_array(&a);
    int mutant = argc > 4 ? atoi(argv[4]) : -1;
    bool shown = mutant < 0;
    jail_live(&j, "2024-12-20T00:00:00Z", "2026-05-02T00:00:00Z", atoi(argv[2]));
    for (int i = 0; i < QUARTERS; i++) {
        q[i] = jail_quarter(&j, FIRST + 3 * i);
        for (int t = 0; t < 3 && !shown; t++) shown = mutate(&j, q[i], tables[t], &mutant);
    }
    if (!shown) return arena_done(&a), 3;
    for (int i = 0; i < QUARTERS; i++) add(&j, all, q, i, 1);
    for (int i = 0; i + IN_YEAR <= QUARTERS; i++) add(&j, all, q, i, IN_YEAR);
    struct buf b = buf_in(&a);
    json_write(&b, all);
    fwrite(buf_str(&b).p, 1, buf_str(&b).n, stdout);
    arena_done(&a);
    return 0;
}
