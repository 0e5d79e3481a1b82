/* Signed checkpoints: the note format of c2sp.org/signed-note with the text of
 * c2sp.org/tlog-checkpoint, signed with Ed25519 (type 0x01).
 *
 *   origin LF size LF base64(root) LF *(extension LF) LF 1*("— " name " " base64(key id ‖
 * signature) LF)
 *
 * Notes come from strangers: nothing is believed before a signature of the given key has
 * verified, and no text that differs from the format by one byte is taken for it. */
#include "base/utf8.h"
#include "ledger/ledger.h"
#include <assert.h>

#define NOTE_MAX (1u << 20)
#define NOTE_MAX_SIGNATURES 100
#define KEY_ID 4
#define TYPE_ED25519 0x01
#define DASH "\xE2\x80\x94 "

struct key_id {
    unsigned char b[KEY_ID];
};

/* SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4] */
static struct key_id key_id_of(struct arena *a, struct str name,
                               const unsigned char public_key[32])
{
    struct buf b = buf_in(a);
    buf_str_add(&b, name);
    buf_add(&b, "\n\x01", 2);
    buf_add(&b, public_key, 32);
    struct hash h = hash_of(buf_str(&b));
    struct key_id id;
    memcpy(id.b, h.b, KEY_ID);
    return id;
}

static bool has_control(struct str s, bool line_feed_allowed)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 && !(line_feed_allowed && s.p[i] == '\n')) return true;
    return false;
}

bool checkpoint_origin_valid(struct str origin)
{
    if (origin.n == 0 || origin.n > 256 || has_control(origin, false) || utf8_bad(origin) >= 0)
        return false;
    for (const char *p = origin.p; p < origin.p + origin.n;) {
        uint32_t c = utf8_next(&p);
        if (c == '+' || utf8_is_space(c)) return false;
    }
    return true;
}

struct str checkpoint_verifier_key(struct arena *a, struct str origin,
                                   const unsigned char public_key[32])
{
    assert(checkpoint_origin_valid(origin));
    struct key_id id = key_id_of(a, origin, public_key);
    char typed[33];
    typed[0] = TYPE_ED25519;
    memcpy(typed + 1, public_key, 32);
    struct buf b = buf_in(a);
    buf_str_add(&b, origin);
    buf_ch(&b, '+');
    hex_add(&b, str_n((const char *)id.b, KEY_ID));
    buf_ch(&b, '+');
    base64_add(&b, str_n(typed, sizeof typed));
    return buf_str(&b);
}

struct str checkpoint_sign(struct arena *a, const struct checkpoint *c,
                           const struct sign_key *k)
{
    assert(checkpoint_origin_valid(c->origin) && c->size <= LEDGER_MAX);
    struct buf b = buf_in(a);
    buf_str_add(&b, c->origin);
    buf_printf(&b, "\n%llu\n", (unsigned long long)c->size);
    base64_add(&b, str_n((const char *)c->root.b, HASH_SIZE));
    buf_ch(&b, '\n');
    struct key_id id = key_id_of(a, c->origin, k->public_key);
    struct signature s = sign_bytes(k, buf_str(&b));
    char signed_bytes[KEY_ID + 64];
    memcpy(signed_bytes, id.b, KEY_ID);
    memcpy(signed_bytes + KEY_ID, s.b, 64);
    buf_c(&b, "\n" DASH);
    buf_str_add(&b, c->origin);
    buf_ch(&b, ' ');
    base64_add(&b, str_n(signed_bytes, sizeof signed_bytes));
    buf_ch(&b, '\n');
    return buf_str(&b);
}

struct verifier {
    struct str name;
    struct key_id id;
    unsigned char public_key[32];
};

#define FAIL_KEY(e, why) FAIL((e), RC_INVALID, "LEDGER-0003", "the verifier key " why)

/* verifier-key = name "+" hex(key id) "+" base64(0x01 ‖ public key) */
static RC verifier_parse(struct arena *a, struct str text, struct verifier *ret, struct err *e)
{
    struct str name, id, rest = str_trim(text), key;
    if (!str_cut(&rest, '+', &name) || !str_cut(&rest, '+', &id))
        return FAIL_KEY(e, "is not name+id+key, as `sallyport ledger key` prints it");
    if (!checkpoint_origin_valid(name)) return FAIL_KEY(e, "has no name that a key may have");
    if (!hex_parse(id, ret->id.b, KEY_ID))
        return FAIL_KEY(e, "has an id that is not 8 hexadecimal digits");
    if (!base64_parse(a, rest, &key) || key.n != 33 || key.p[0] != TYPE_ED25519)
        return FAIL_KEY(e, "does not hold an Ed25519 public key");
    ret->name = name;
    memcpy(ret->public_key, key.p + 1, 32);
    struct key_id right = key_id_of(a, name, ret->public_key);
    if (memcmp(right.b, ret->id.b, KEY_ID) != 0)
        return FAIL_KEY(e, "has an id that is not of this name and key");
    return RC_OK;
}

#define FAIL_NOTE(e, why) FAIL((e), RC_INVALID, "LEDGER-0004", "not a signed note: " why)

/* The text ends at the last empty line of the note. */
static RC note_split(struct str note, struct str *ret_text, struct str *ret_signatures,
                     struct err *e)
{
    if (note.n > NOTE_MAX)
        return FAIL(e, RC_LIMIT, "LEDGER-0004", "the note is larger than %u bytes", NOTE_MAX);
    if (note.n == 0 || note.p[note.n - 1] != '\n')
        return FAIL_NOTE(e, "it does not end with a line end");
    if (has_control(note, true) || utf8_bad(note) >= 0)
        return FAIL_NOTE(e, "it holds control characters or malformed UTF-8");
    for (size_t i = note.n - 1; i >= 2; i--)
        if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n') {
            *ret_text = str_n(note.p, i - 1);
            *ret_signatures = str_n(note.p + i, note.n - i);
            return RC_OK;
        }
    return FAIL_NOTE(e, "there is no empty line before the signatures");
}

/* One line; *ret_good when it is this key's and verifies. A wrong signature of the key condemns
 * the whole note. */
static RC signature_check(struct arena *a, struct str line, struct str text,
                          const struct verifier *v, bool *ret_good, struct err *e)
{
    struct str name, bytes;
    if (!str_starts(line, STR(DASH)))
        return FAIL_NOTE(e, "a signature line does not begin with a dash");
    line = str_sub(line, sizeof DASH - 1, line.n);
    if (!str_cut(&line, ' ', &name) || !checkpoint_origin_valid(name))
        return FAIL_NOTE(e, "a signature line names no key");
    if (!base64_parse(a, line, &bytes) || bytes.n <= KEY_ID)
        return FAIL_NOTE(e, "a signature is not base64");
    if (!str_eq(name, v->name) || memcmp(bytes.p, v->id.b, KEY_ID) != 0) return RC_OK;
    struct signature s;
    bool good = bytes.n == KEY_ID + sizeof s.b;
    if (good) {
        memcpy(s.b, bytes.p + KEY_ID, sizeof s.b);
        good = sign_verify(v->public_key, text, &s);
    }
    if (!good) return FAIL(e, RC_INVALID, "LEDGER-0005", "the signature of the note is wrong");
    *ret_good = true;
    return RC_OK;
}

static RC signatures_check(struct arena *a, struct str lines, struct str text,
                           const struct verifier *v, struct err *e)
{
    bool good = false;
    struct str line;
    if (lines.n == 0) return FAIL_NOTE(e, "there is no signature");
    lines.n--; /* the last line's end, which note_split has seen */
    for (int n = 0; str_cut(&lines, '\n', &line); n++) {
        if (n >= NOTE_MAX_SIGNATURES) return FAIL_NOTE(e, "more than 100 signatures");
        TRY(signature_check(a, line, text, v, &good, e));
    }
    if (!good)
        return FAIL(e, RC_INVALID, "LEDGER-0006", "the note is not signed by '" STR_FMT "'",
                    STR_ARG(v->name));
    return RC_OK;
}

static bool size_parse(struct str s, uint64_t *ret)
{
    int64_t n;
    if (s.n == 0 || s.p[0] < '0' || s.p[0] > '9' || (s.p[0] == '0' && s.n > 1)) return false;
    if (!str_to_i64(s, &n) || (uint64_t)n > LEDGER_MAX) return false;
    *ret = (uint64_t)n;
    return true;
}

#define FAIL_CHECKPOINT(e, why) FAIL((e), RC_INVALID, "LEDGER-0007", "not a checkpoint: " why)

static RC text_parse(struct arena *a, struct str text, const struct verifier *v,
                     struct checkpoint *ret, struct err *e)
{
    struct str origin, size, root, bytes, line;
    text.n--;
    if (!str_cut(&text, '\n', &origin) || !str_eq(origin, v->name))
        return FAIL_CHECKPOINT(e, "its first line is not the name of the key");
    if (!str_cut(&text, '\n', &size) || !size_parse(size, &ret->size))
        return FAIL_CHECKPOINT(e, "its second line is not the number of leaves");
    if (!str_cut(&text, '\n', &root) || !base64_parse(a, root, &bytes) || bytes.n != HASH_SIZE)
        return FAIL_CHECKPOINT(e, "its third line is not a root hash");
    while (str_cut(&text, '\n', &line))
        if (line.n == 0) return FAIL_CHECKPOINT(e, "an extension line is empty");
    ret->origin = str_dup(a, origin);
    memcpy(ret->root.b, bytes.p, HASH_SIZE);
    return RC_OK;
}

enum rc checkpoint_open(struct arena *a, struct str note, struct str verifier_key,
                        struct checkpoint *ret, struct err *e)
{
    struct verifier v;
    struct str text, signatures;
    TRY(verifier_parse(a, verifier_key, &v, e));
    TRY(note_split(note, &text, &signatures, e));
    TRY(signatures_check(a, signatures, text, &v, e));
    return text_parse(a, text, &v, ret, e);
}
