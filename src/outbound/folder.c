/* Two drop boxes on this machine. `folder`: another program of the agency's picks up PDF and
 * JSON; `letter`: a printer tray for what is handed to the person. Files appear whole or not at
 * all, named by the idempotency key, so a second attempt after a crash finds the first one's
 * file and writes nothing. Never writes outside the two configured folders. */
#include "base/hash.h"
#include "os/file.h"
#include "outbound/outbound.h"

static const char *file_name(const struct notice *n, struct arena *a)
{
    char hex[HASH_SIZE * 2 + 1];
    hash_hex(hash_of(n->key), hex);
    char *name = arena_printf(a, "%s-%.24s", notice_kind_word(n->kind), hex);
    for (char *p = name; *p; p++)
        if (*p == ' ') *p = '-';
    return name;
}

static void failed(struct delivery_report *ret, struct arena *a, enum delivery d,
                   const char *why)
{
    ret->delivery = d;
    json_set(a, ret->receipt, "why", json_c(a, why));
}

static void write_file(const char *dir, const char *name, struct str bytes, struct arena *a,
                       struct delivery_report *ret)
{
    struct err e = {0};
    const char *path = arena_printf(a, "%s/%s", dir, name);
    enum rc rc = file_write_new(path, bytes, 0640, &e);
    if (rc == RC_OK) {
        json_set(a, ret->receipt, "file", json_c(a, name));
        return;
    }
    struct str old = {0};
    if (rc == RC_CONFLICT && file_read(a, path, bytes.n + 1, &old, &e) == RC_OK &&
        str_eq(old, bytes)) {
        json_set(a, ret->receipt, "file", json_c(a, name));
        json_set(a, ret->receipt, "already_there", json_bool(a, true));
        return;
    }
    failed(ret, a, rc == RC_CONFLICT ? DELIVERY_REFUSED : DELIVERY_FAILED,
           rc == RC_CONFLICT ? "a different file of this name is there"
                             : "the file could not be written");
}

static void put(const char *dir, const char *channel, const struct notice *n,
                const struct outbound_document *d, bool with_event, struct arena *a,
                struct delivery_report *ret)
{
    const char *name = file_name(n, a);
    struct err e = {0};
    *ret = (struct delivery_report){.delivery = DELIVERY_CONFIRMED, .receipt = json_object(a)};
    json_set(a, ret->receipt, "channel", json_c(a, channel));
    if (file_make_dirs(dir, 0750, &e) != RC_OK) {
        failed(ret, a, DELIVERY_FAILED, "the folder cannot be made");
        return;
    }
    /* The PDF last: whoever waits for it finds the JSON already there. */
    if (with_event) write_file(dir, arena_printf(a, "%s.json", name), d->event, a, ret);
    if (ret->delivery == DELIVERY_CONFIRMED)
        write_file(dir, arena_printf(a, "%s.pdf", name), d->pdf, a, ret);
}

/* A folder address is a relative path of plain names: no way up, no hidden places. */
static bool below(struct str path)
{
    struct str part;
    if (path.n == 0 || path.n > 200 || path.p[0] == '/') return false;
    for (struct str rest = path; str_cut(&rest, '/', &part);) {
        if (part.n == 0 || part.p[0] == '.') return false;
        for (size_t i = 0; i < part.n; i++)
            if ((unsigned char)part.p[i] < 0x20 || part.p[i] == 0x7f) return false;
    }
    return true;
}

static bool folder_ready(const struct outbound_setup *s) { return s->folder_root != NULL; }

static void folder_deliver(const struct outbound_setup *s, const struct notice *n,
                           const struct outbound_document *d, struct arena *a,
                           struct delivery_report *ret)
{
    if (!below(n->address)) {
        *ret = (struct delivery_report){.receipt = json_object(a)};
        failed(ret, a, DELIVERY_REFUSED,
               "the address is not a folder below the configured one");
        return;
    }
    put(arena_printf(a, "%s/" STR_FMT, s->folder_root, STR_ARG(n->address)), "folder", n, d,
        true, a, ret);
}

static bool letter_ready(const struct outbound_setup *s) { return s->letters_dir != NULL; }

static void letter_deliver(const struct outbound_setup *s, const struct notice *n,
                           const struct outbound_document *d, struct arena *a,
                           struct delivery_report *ret)
{
    put(s->letters_dir, "letter", n, d, false, a, ret);
}

const struct channel_driver outbound_folder = {
    .channel = CHANNEL_FOLDER, .ready = folder_ready, .deliver = folder_deliver};
const struct channel_driver outbound_letter = {
    .channel = CHANNEL_LETTER, .ready = letter_ready, .deliver = letter_deliver};
