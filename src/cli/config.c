/* See config.h. */
#include "cli/config.h"
#include "base/yaml.h"

#define ROW(key, type, field, low, high, words, otherwise, text)                               \
    {                                                                                          \
        key, type, offsetof(struct config, field), low, high, words, otherwise, text           \
    }
#define TEXT(key, field, otherwise, text)                                                      \
    ROW(key, CONF_TEXT, field, 0, 0, NULL, otherwise, text)
#define PATH(key, field, otherwise, text)                                                      \
    ROW(key, CONF_PATH, field, 0, 0, NULL, otherwise, text)
#define WHOLE(key, field, low, high, otherwise, text)                                          \
    ROW(key, CONF_WHOLE, field, low, high, NULL, otherwise, text)
#define BOOL(key, field, otherwise, text)                                                      \
    ROW(key, CONF_BOOL, field, 0, 0, NULL, otherwise, text)
#define WORD(key, field, words, otherwise, text)                                               \
    ROW(key, CONF_WORD, field, 0, 0, words, otherwise, text)

const struct conf_row conf_rows[] = {
    TEXT("origin", origin, "localhost/sallyport",
         "Name of the ledger in its signed checkpoints: a host name of the jail and a path. It "
         "never changes."),
    TEXT("facility", facility, "the jail",
         "Name of the jail as it stands in notices and letters."),
    TEXT("time_zone", time_zone, "America/Denver",
         "IANA time zone of the jail. A time without a zone is read in it."),
    TEXT("information_official", information_official, "the records supervisor",
         "To whom a request for information is referred; stands in the answer."),
    TEXT("administrations", administrations, "",
         "Calendar for 'sallyport trend': when each administration began and what it is "
         "called, in order, parted by ';'. Empty: no comparison with an earlier one."),
    PATH("database", database, "sallyport.db", "The SQLite database."),
    PATH("key_file", key_file, "ledger.key",
         "The secret key of the ledger; mode 0600. Losing it ends the ledger."),
    PATH("packs", packs, "policies",
         "Folder of policy packs. A pack in force is also kept in the database."),
    PATH("import.folder", import_folder, "",
         "Watched folder; empty: none is watched. Below it stand in, work, done and error."),
    TEXT("import.profile", import_profile, "adams-county-co",
         "Column map of CSV files: a name that comes with the program, or the path of a "
         "profile file."),
    WHOLE("import.poll_seconds", import_poll_seconds, 1, 3600, "5",
          "How often the watched folder is looked at."),
    WHOLE("import.stable_seconds", import_stable_seconds, 0, 3600, "10",
          "A file is taken when neither size nor time has changed for so long. Writers that "
          "rename need 0."),
    TEXT("serve.address", serve_address, "127.0.0.1",
         "Address to listen on. One that is not of this machine alone needs a certificate or a "
         "proxy."),
    WHOLE("serve.port", serve_port, 0, 65535, "8321",
          "Port of the desk, the API, health and metrics; 0 answers on none."),
    TEXT("serve.hosts", serve_hosts, "",
         "Names by which browsers and machines call this service, parted by ','; localhost "
         "always counts. Others are refused."),
    PATH("serve.tls_certificate", serve_tls_certificate, "",
         "Certificate and its chain, PEM; empty: no TLS here."),
    PATH("serve.tls_key", serve_tls_key, "", "Its key, PEM; mode 0600."),
    TEXT("serve.proxy", serve_proxy, "",
         "Addresses of proxies, parted by ','; only their X-Forwarded-For and -Proto are "
         "believed."),
    TEXT("serve.banner", serve_banner, "",
         "System-use notification that everybody acknowledges after log-on; empty: a plain "
         "one."),
    WHOLE("serve.rate_stranger", serve_rate_stranger, 0, 100000, "50",
          "Requests a second from one address without log-on; 0: no limit."),
    WHOLE("serve.rate_person", serve_rate_person, 0, 100000, "50",
          "Requests a second of one person; 0: no limit."),
    WHOLE("serve.rate_token", serve_rate_token, 0, 1000000, "2000",
          "Requests a second of one token; 0: no limit."),
    WHOLE("serve.workers", serve_workers, 1, 16, "2", "How many threads deliver notices."),
    WORD("log.level", log_level, "debug|info|warning|error", "info",
         "The least level that is logged."),
    WORD("log.format", log_format, "text|json", "text",
         "Form of the log lines on standard error."),
    TEXT("office.name", office_name, "Records Office", "Who writes: head of every letter."),
    TEXT("office.address", office_address, "", "Lines below it, up to four, parted by ';'."),
    TEXT("office.contact", office_contact, "",
         "One line a person or an agency can turn to; empty: letters name none."),
    TEXT("smtp.url", smtp_url, "",
         "Mail relay, e.g. smtp://relay.example.gov:587; empty: no mail."),
    TEXT("smtp.user", smtp_user, "", "Login at the relay; empty: none."),
    PATH("smtp.password_file", smtp_password_file, "",
         "File that holds the password, and nothing else; mode 0600."),
    TEXT("smtp.from", smtp_from, "", "Sender of notices, envelope and header."),
    PATH("smtp.ca_file", smtp_ca_file, "",
         "Certificates to trust; empty: those of the system."),
    BOOL("smtp.require_tls", smtp_require_tls, "true", "TLS or nothing."),
    WHOLE("smtp.timeout_seconds", smtp_timeout_seconds, 5, 600, "60", "Time for one mail."),
    TEXT("fax.host", fax_host, "", "HylaFAX server; empty: no fax."),
    WHOLE("fax.port", fax_port, 1, 65535, "4559", "Its port."),
    TEXT("fax.user", fax_user, "", "Login at the server; empty: none."),
    PATH("fax.password_file", fax_password_file, "",
         "File that holds the password, and nothing else; mode 0600."),
    TEXT("fax.sender", fax_sender, "",
         "Sender as the fax server prints it on the first line of a page."),
    WHOLE("fax.kill_minutes", fax_kill_minutes, 1, 1440, "30",
          "After so long the server gives a fax up."),
    WHOLE("fax.timeout_seconds", fax_timeout_seconds, 1, 600, "30",
          "Time for one answer of the server."),
    TEXT("webhook.source", webhook_source, "",
         "CloudEvents source, e.g. https://jail.example.gov/sallyport; empty: no webhooks."),
    PATH("webhook.ca_file", webhook_ca_file, "",
         "Certificates to trust; empty: those of the system."),
    BOOL("webhook.allow_loopback", webhook_allow_loopback, "false",
         "A gateway on this machine may be called."),
    BOOL("webhook.allow_private", webhook_allow_private, "false",
         "Private addresses (RFC 1918, unique local) may be called."),
    WHOLE("webhook.timeout_seconds", webhook_timeout_seconds, 1, 600, "30",
          "Time for one call."),
    PATH("folder.root", folder_root, "",
         "Notices to folders are written below this one only; empty: none."),
    PATH("letters.folder", letters_folder, "",
         "Letters to print are written here; empty: none."),
    PATH("access.banned_passwords_file", access_banned_file, "",
         "Passwords nobody may choose, one a line, renewed each quarter; empty: a short list "
         "that comes with the program."),
    WHOLE("access.idle_minutes", access_idle_minutes, 1, 30, "15",
          "A session ends after so long without use."),
    WHOLE("access.session_hours", access_session_hours, 1, 12, "12",
          "And at the latest after so long."),
    BOOL("access.demo_links", access_demo_links, "false",
         "Links that sign a person in by themselves, for a demonstration on this machine; "
         "refused when others can reach the service."),
    TEXT("sso.name", sso_name, "",
         "What the button for single sign-on says; empty: there is none."),
    TEXT("sso.issuer", sso_issuer, "",
         "The OpenID Connect provider, exactly as it calls itself."),
    TEXT("sso.client_id", sso_client_id, "", "Our name at the provider."),
    PATH("sso.client_secret_file", sso_client_secret_file, "",
         "File that holds the client's secret, and nothing else; mode 0600. Empty: a public "
         "client, PKCE alone."),
    TEXT("sso.redirect_uri", sso_redirect_uri, "",
         "Where the provider sends people back: "
         "https://desk.example.gov/api/v1/session/sso/callback."),
    PATH("sso.ca_file", sso_ca_file, "", "Certificates to trust; empty: those of the system."),
    {NULL, 0, 0, 0, 0, NULL, NULL, NULL},
};

static bool word_in(struct str words, struct str s)
{
    struct str word;
    while (str_cut(&words, '|', &word))
        if (str_eq(word, s)) return true;
    return false;
}

static const char *beside(struct arena *a, const char *file, struct str path)
{
    const char *slash = strrchr(file, '/');
    if (path.n == 0 || path.p[0] == '/' || !slash) return str_dupz(a, path);
    return arena_printf(a, "%.*s/" STR_FMT, (int)(slash - file), file, STR_ARG(path));
}

static RC bad(const struct conf_row *r, const struct json *v, const char *file,
              const char *wanted, struct err *e)
{
    err_set(e, RC_INVALID, "CONF-0002", __FILE__, __LINE__, "%s wants %s", r->key, wanted);
    err_at(e, file, v ? v->line : 0, v ? v->column : 0);
    return RC_INVALID;
}

/* Put one value at its place; v is NULL for the default. */
static RC set(struct arena *a, struct config *c, const struct conf_row *r, const struct json *v,
              struct err *e)
{
    char *at = (char *)c + r->offset;
    struct str text = v ? json_str(v) : str_c(r->otherwise);
    if (r->type == CONF_WHOLE) {
        int64_t whole = 0;
        bool good = v ? v->type == JSON_NUMBER && v->num.is_whole : str_to_i64(text, &whole);
        if (v && good) whole = v->num.whole;
        if (!good || whole < r->low || whole > r->high)
            return bad(r, v, c->file,
                       arena_printf(a, "a whole number from %lld to %lld", (long long)r->low,
                                    (long long)r->high),
                       e);
        memcpy(at, &whole, sizeof whole);
        return RC_OK;
    }
    if (r->type == CONF_BOOL) {
        bool yes = v ? json_is_true(v) : str_is(text, "true");
        if (v && v->type != JSON_BOOL) return bad(r, v, c->file, "true or false", e);
        memcpy(at, &yes, sizeof yes);
        return RC_OK;
    }
    if (!text.p) return bad(r, v, c->file, "text", e);
    if (r->type == CONF_WORD && !word_in(str_c(r->words), text))
        return bad(r, v, c->file, arena_printf(a, "one of %s", r->words), e);
    const char *value = r->type == CONF_PATH ? beside(a, c->file, text) : str_dupz(a, text);
    memcpy(at, &value, sizeof value);
    return RC_OK;
}

static const struct conf_row *row_of(struct str key)
{
    for (const struct conf_row *r = conf_rows; r->key; r++)
        if (str_is(key, r->key)) return r;
    return NULL;
}

static bool is_group(struct str key)
{
    for (const struct conf_row *r = conf_rows; r->key; r++)
        if (str_starts(str_c(r->key), key) && r->key[key.n] == '.') return true;
    return false;
}

static RC read_members(struct arena *a, const struct json *object, const char *prefix,
                       struct config *c, struct err *e)
{
    for (size_t i = 0; i < json_len(object); i++) {
        const struct json_member *m = &object->object.members[i];
        struct str key = str_c(arena_printf(a, "%s" STR_FMT, prefix, STR_ARG(m->key)));
        const struct conf_row *r = row_of(key);
        if (r) {
            TRY(set(a, c, r, m->value, e));
        } else if (is_group(key) &&
                   (m->value->type == JSON_OBJECT || m->value->type == JSON_NULL)) {
            if (m->value->type == JSON_OBJECT)
                TRY(read_members(a, m->value, arena_printf(a, "%s.", key.p), c, e));
        } else {
            err_set(e, RC_INVALID, "CONF-0001", __FILE__, __LINE__,
                    "no such key: " STR_FMT "; see sallyport.yaml(5)", STR_ARG(key));
            err_at(e, c->file, m->value->line, m->value->column);
            return RC_INVALID;
        }
    }
    return RC_OK;
}

RC config_read(struct arena *a, struct str text, const char *name, struct config *ret,
               struct err *e)
{
    struct json *root = NULL;
    struct config c = {.file = arena_strdup(a, name)};
    for (const struct conf_row *r = conf_rows; r->key; r++) TRY(set(a, &c, r, NULL, e));
    if (str_trim(text).n) TRY(yaml_parse(a, text, name, &root, e));
    if (root && root->type != JSON_OBJECT && root->type != JSON_NULL)
        return FAIL(e, RC_INVALID, "CONF-0003",
                    "%s: a configuration is a map of keys and values", name);
    if (root && root->type == JSON_OBJECT) TRY(read_members(a, root, "", &c, e));
    *ret = c;
    return RC_OK;
}

static const char *given_value(const struct conf_given *given, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(str_c(key), given[i].key)) return given[i].value;
    return NULL;
}

struct str config_template(struct arena *a, const struct conf_given *given, size_t n)
{
    struct buf b = buf_in(a);
    struct str group = STR("");
    buf_c(&b, "# Configuration of sallyport; sallyport.yaml(5) says more. Lines with '#' show "
              "the defaults.\n");
    for (const struct conf_row *r = conf_rows; r->key; r++) {
        struct str leaf = str_c(r->key), head = STR("");
        bool nested = str_find(leaf, STR(".")) >= 0 && str_cut(&leaf, '.', &head);
        const char *value = given_value(given, n, r->key);
        if (!nested) leaf = str_c(r->key);
        if (nested && !str_eq(head, group)) buf_printf(&b, "\n" STR_FMT ":\n", STR_ARG(head));
        if (!nested) buf_c(&b, "\n");
        group = nested ? head : STR("");
        buf_printf(&b, "%s# %s\n%s%s" STR_FMT ": ", nested ? "  " : "", r->text,
                   nested ? "  " : "", value ? "" : "# ", STR_ARG(leaf));
        if (r->type == CONF_WHOLE || r->type == CONF_BOOL)
            buf_c(&b, value ? value : r->otherwise);
        else
            json_write_string(&b, str_c(value ? value : r->otherwise));
        buf_c(&b, "\n");
    }
    return buf_str(&b);
}
