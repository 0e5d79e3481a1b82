/* The configuration: YAML, read by a table of rows. A row gives the key, type, range, default
 * and description; docs/config.md and sallyport.yaml(5) are printed from the rows (`sallyport
 * help --as config`). An unknown key, a wrong type and a value out of range are errors with the
 * line of the file (CONF-0001 …). Relative paths start at the folder of the file. Secrets stand
 * in files of their own, never in this one. */
#pragma once
#include "base/json.h"

struct config {
    const char *file;
    const char *origin, *facility, *time_zone, *information_official;
    const char *administrations;
    const char *database, *key_file, *packs;
    const char *import_folder, *import_profile;
    int64_t import_poll_seconds, import_stable_seconds;
    const char *serve_address, *serve_hosts, *serve_tls_certificate, *serve_tls_key,
        *serve_proxy, *serve_banner;
    int64_t serve_port, serve_workers, serve_rate_stranger, serve_rate_person, serve_rate_token;
    const char *log_level, *log_format;
    const char *office_name, *office_address, *office_contact;
    const char *smtp_url, *smtp_user, *smtp_password_file, *smtp_from, *smtp_ca_file;
    const char *fax_host, *fax_user, *fax_password_file, *fax_sender;
    const char *webhook_source, *webhook_ca_file;
    const char *folder_root, *letters_folder;
    const char *access_banned_file;
    int64_t access_idle_minutes, access_session_hours;
    const char *sso_name, *sso_issuer, *sso_client_id, *sso_client_secret_file,
        *sso_redirect_uri, *sso_ca_file;
    int64_t smtp_timeout_seconds, fax_port, fax_kill_minutes, fax_timeout_seconds,
        webhook_timeout_seconds;
    bool access_demo_links, smtp_require_tls, webhook_allow_loopback, webhook_allow_private;
};

enum conf_type { CONF_TEXT, CONF_PATH, CONF_WHOLE, CONF_WORD, CONF_BOOL };
struct conf_row {
    const char *key; /* dotted */
    enum conf_type type;
    size_t offset;
    int64_t low, high;     /* CONF_WHOLE */
    const char *words;     /* CONF_WORD: "a|b|c" */
    const char *otherwise; /* default as text; "" is allowed */
    const char *text;      /* description, full sentences */
};
extern const struct conf_row conf_rows[]; /* ended by a row without a key */

/* text: the file's bytes; name: its path, for errors and for relative paths. */
RC config_read(struct arena *a, struct str text, const char *name, struct config *ret,
               struct err *e);
/* The file as `sallyport init` writes it: every key with its description, defaults commented
 * out but for those given. */
struct conf_given {
    const char *key, *value;
};
struct str config_template(struct arena *a, const struct conf_given *given, size_t n);
