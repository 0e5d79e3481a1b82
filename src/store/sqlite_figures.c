/* Counts for everybody, of requests received in a span: no text of a person or an agency comes
 * out of here. */
#include "store/sqlite.h"

#define SPAN "WHERE r.received_at>=?1 AND r.received_at<?2 "

RC store_figures(struct store *s, struct arena *a, enum store_figures which, instant from,
                 instant to, struct store_figure **ret, size_t *ret_n, struct err *e)
{
    static const char *const texts[] = {
        [FIGURES_REQUESTS] =
            "SELECT a.kind,count(*) FROM requests r JOIN agencies a ON a.id=r.agency " SPAN
            "GROUP BY 1 ORDER BY 1",
        [FIGURES_ANSWERS] = "SELECT json_extract(j.value,'$.outcome'),count(*) FROM requests r "
                            "JOIN cases c ON c.id=r.id, json_each(c.told) j " SPAN
                            "AND c.told IS NOT NULL AND json_extract(j.value,'$.ask')='notify' "
                            "GROUP BY 1 ORDER BY 1",
        [FIGURES_NOTICES] =
            "SELECT CASE n.state WHEN 4 THEN 'delivered' WHEN 5 THEN 'withdrawn before it "
            "left' WHEN 6 THEN 'refused by the other side' WHEN 7 THEN "
            "'not confirmed' ELSE 'under way' END,count(*) FROM requests r JOIN notices n ON "
            "n.case_id=r.id " SPAN "AND n.kind=0 GROUP BY 1 ORDER BY 1",
        [FIGURES_DECIDED] =
            "SELECT CASE WHEN h.m IS NULL THEN 'by the policy' WHEN h.m=1 THEN 'by two people, "
            "otherwise than the policy' ELSE 'by a supervisor, where the policy "
            "asks for one' END,count(*) FROM requests r JOIN cases c ON c.id=r.id LEFT JOIN "
            "(SELECT case_id,max(override) m FROM answers_by_hand WHERE "
            "confirmed=1 GROUP BY case_id) h ON h.case_id=c.id " SPAN
            "AND c.told IS NOT NULL GROUP BY 1 ORDER BY 1",
    };
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, texts[which], "ii", from, to));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] =
            (struct store_figure){.label = db_text(st, a, 0), .count = db_int(st, 1)};
    }
    return rc == RC_NO ? RC_OK : rc;
}
