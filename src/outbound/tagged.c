/* See tagged.h. cairo writes the structure tree and ties it to the page; through libqpdf (the
 * only file that sees it) the rest is added: /MarkInfo, /Lang, /ViewerPreferences, /Alt, the
 * scope of heads, and /Artifact around all content that belongs to no element.
 *
 * What is parsed here was written a moment ago by cairo in this process, and the words in it
 * are glyph numbers by then; so it needs no sandbox. What it must never do: read a file that
 * came from outside. */
#include "outbound/tagged.h"
#include "base/buf.h"
#include <qpdf/qpdf-c.h>
#include <stdlib.h>

#include "qpdf_lazy.h"

/* ---- what belongs to no element is an artifact (ISO 32000-1 §14.8.2.2) ------------------- */

struct content {
    struct str in;
    size_t at;
    struct buf *out;
    int depth; /* of marked content inside an element */
    int other; /* of marked content that is none, such as /Span with /ActualText */
    bool artifact;
};

static bool is_white(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

static void skip_string(struct content *c)
{
    int open = 0;
    for (; c->at < c->in.n; c->at++) {
        char ch = c->in.p[c->at];
        if (ch == '\\') {
            c->at++;
            continue;
        }
        open += (ch == '(') - (ch == ')');
        if (open == 0) break;
    }
    c->at = c->at < c->in.n ? c->at + 1 : c->in.n;
}

static bool ends_word(char ch) { return is_white(ch) || strchr("()<>[]/", ch); }

static struct str next_token(struct content *c)
{
    while (c->at < c->in.n && is_white(c->in.p[c->at])) c->at++;
    size_t from = c->at;
    if (from == c->in.n) return STR("");
    char first = c->in.p[c->at], second = from + 1 < c->in.n ? c->in.p[from + 1] : ' ';
    if (first == '(')
        skip_string(c);
    else if (first == '<' && second != '<')
        while (c->at < c->in.n && c->in.p[c->at++] != '>') continue;
    else if (strchr("<>[]", first))
        c->at++;
    else
        do c->at++;
        while (c->at < c->in.n && !ends_word(c->in.p[c->at]));
    return str_sub(c->in, from, c->at - from);
}

static bool is_operator(struct str t)
{
    char c = t.p[0];
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'' || c == '"';
}

static void copy_operator(struct content *c, size_t from)
{
    buf_str_add(c->out, str_sub(c->in, from, c->at - from));
    buf_ch(c->out, '\n');
}

static void artifact(struct content *c, bool on)
{
    if (on != c->artifact) buf_c(c->out, on ? "/Artifact BMC\n" : "EMC\n");
    c->artifact = on;
}

static void on_operator(struct content *c, struct str op, size_t from)
{
    struct str operands = str_sub(c->in, from, c->at - from);
    if (str_is(op, "BDC") && c->depth == 0 && str_find(operands, STR("/MCID")) >= 0) {
        artifact(c, false);
        c->depth = 1;
    } else if (str_is(op, "BDC") || str_is(op, "BMC")) {
        if (c->depth) c->depth++;
        if (!c->depth) c->other++;
    } else if (str_is(op, "EMC")) {
        if (c->depth)
            c->depth--;
        else
            c->other--;
    } else if (c->depth == 0)
        artifact(c, true);
    copy_operator(c, from);
}

static bool mark_artifacts(struct str in, struct buf *out)
{
    struct content c = {.in = in, .out = out};
    size_t from = 0;
    for (struct str t = next_token(&c); t.n; t = next_token(&c)) {
        if (!is_operator(t)) continue;
        on_operator(&c, t, from);
        from = c.at;
    }
    artifact(&c, false);
    return c.depth == 0 && c.other == 0;
}

static bool mark_page(qpdf_data q, struct arena *a, qpdf_oh page)
{
    qpdf_oh stream = qpdf_oh_get_key(q, page, "/Contents");
    unsigned char *bytes = NULL;
    size_t n = 0;
    QPDF_BOOL plain = 0;
    struct buf b = buf_in(a);
    bool good = qpdf_oh_get_stream_data(q, stream, qpdf_dl_generalized, &plain, &bytes, &n) ==
                    QPDF_SUCCESS &&
                plain && mark_artifacts(str_n((const char *)bytes, n), &b);
    if (good)
        qpdf_oh_replace_stream_data(q, stream, (const unsigned char *)b.p, b.n,
                                    qpdf_oh_new_null(q), qpdf_oh_new_null(q));
    free(bytes);
    qpdf_oh_replace_key(q, page, "/Tabs", qpdf_oh_parse(q, "/S"));
    return good;
}

/* ---- the structure tree ------------------------------------------------------------------ */

struct walk {
    qpdf_data q;
    const char *lang;
    const struct tagged_element *elements;
    size_t n, at;
    bool good;
};

static void describe(const struct walk *w, qpdf_oh o, const struct tagged_element *t)
{
    static const char *const scopes[] = {NULL, "<< /O /Table /Scope /Column >>",
                                         "<< /O /Table /Scope /Row >>"};
    if (t->lang && strcmp(t->lang, w->lang) != 0)
        qpdf_oh_replace_key(w->q, o, "/Lang", qpdf_oh_new_string(w->q, t->lang));
    if (t->alt.n)
        qpdf_oh_replace_key(w->q, o, "/Alt",
                            qpdf_oh_new_binary_unicode_string(w->q, t->alt.p, t->alt.n));
    if (t->scope != SCOPE_NONE)
        qpdf_oh_replace_key(w->q, o, "/A", qpdf_oh_parse(w->q, scopes[t->scope]));
}

/* Depth first, as they were opened. Marked content (a number or an MCR) is passed over. */
static void walk_down(struct walk *w, qpdf_oh parent)
{
    qpdf_oh kids = qpdf_oh_get_key(w->q, parent, "/K");
    bool list = qpdf_oh_is_array(w->q, kids);
    int n = list ? qpdf_oh_get_array_n_items(w->q, kids) : 1;
    for (int i = 0; i < n && w->good; i++) {
        qpdf_oh kid = list ? qpdf_oh_get_array_item(w->q, kids, i) : kids;
        if (!qpdf_oh_is_dictionary_of_type(w->q, kid, "/StructElem", NULL)) continue;
        if (w->at == w->n) {
            w->good = false;
            return;
        }
        const struct tagged_element *t = &w->elements[w->at++];
        char name[24] = "/";
        strncat(name, t->name, sizeof name - 2);
        w->good = qpdf_oh_is_name_and_equals(w->q, qpdf_oh_get_key(w->q, kid, "/S"), name);
        describe(w, kid, t);
        walk_down(w, kid);
    }
}

static bool complete(qpdf_data q, struct arena *a, struct walk *w)
{
    qpdf_oh root = qpdf_get_root(q);
    qpdf_oh_replace_key(q, root, "/MarkInfo", qpdf_oh_parse(q, "<< /Marked true >>"));
    qpdf_oh_replace_key(q, root, "/Lang", qpdf_oh_new_string(q, w->lang));
    qpdf_oh_replace_key(q, root, "/ViewerPreferences",
                        qpdf_oh_parse(q, "<< /DisplayDocTitle true >>"));
    walk_down(w, qpdf_oh_get_key(q, root, "/StructTreeRoot"));
    bool good = w->good && w->at == w->n;
    int pages = qpdf_get_num_pages(q);
    for (int i = 0; i < pages; i++)
        good = mark_page(q, a, qpdf_get_page_n(q, (size_t)i)) && good;
    return good && pages > 0;
}

static bool write_out(qpdf_data q, struct arena *a, struct str *ret)
{
    if (qpdf_init_write_memory(q) != QPDF_SUCCESS) return false;
    qpdf_set_object_stream_mode(q, qpdf_o_generate);
    qpdf_set_deterministic_ID(q, QPDF_TRUE);
    if (qpdf_write(q) != QPDF_SUCCESS) return false;
    *ret = str_dup(a, str_n((const char *)qpdf_get_buffer(q), qpdf_get_buffer_length(q)));
    return true;
}

RC tagged_pdf(struct arena *a, struct str pdf, const char *lang,
              const struct tagged_element *elements, size_t n, struct str *ret, struct err *e)
{
    lazy_qpdf_ready();
    qpdf_data q = qpdf_init();
    struct walk w = {q, lang, elements, n, 0, true};
    qpdf_silence_errors(q);
    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    bool good = qpdf_read_memory(q, "letter", pdf.p, pdf.n, NULL) == QPDF_SUCCESS &&
                complete(q, a, &w) && write_out(q, a, ret) && !qpdf_has_error(q) &&
                !qpdf_more_warnings(q);
    qpdf_cleanup(&q);
    return good ? RC_OK : FAIL(e, RC_BUG, "OUT-0002", "the letter could not be tagged");
}
