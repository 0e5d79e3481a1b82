/* From the configuration to what the outbound drivers want. */
#include "cli/cli.h"
#include "os/file.h"

static const char *some(const char *s) { return *s ? s : NULL; }

/* A password stands in a file of its own; a line end behind it is not part of it. */
RC call_secret(struct call *c, const char *path, const char **ret, struct err *e)
{
    struct str bytes;
    *ret = NULL;
    if (!*path) return RC_OK;
    TRY(file_read(c->arena, path, 4096, &bytes, e));
    *ret = str_dupz(c->arena, str_trim(bytes));
    return RC_OK;
}

static void office(struct call *c, const struct config *conf, struct outbound_office *ret)
{
    struct str rest = str_c(conf->office_address), line;
    size_t n = 0;
    ret->name = conf->office_name;
    ret->contact = some(conf->office_contact);
    ret->facility = conf->facility;
    while (n < sizeof ret->lines / sizeof *ret->lines && str_cut(&rest, ';', &line))
        if (str_trim(line).n) ret->lines[n++] = str_dupz(c->arena, str_trim(line));
}

RC call_outbound(struct call *c, const struct config *conf, struct outbound_setup *ret,
                 struct err *e)
{
    struct outbound_setup s = {
        .info_official = conf->information_official,
        .smtp = {.url = some(conf->smtp_url),
                 .user = some(conf->smtp_user),
                 .from = some(conf->smtp_from),
                 .ca_file = some(conf->smtp_ca_file),
                 .require_tls = conf->smtp_require_tls,
                 .timeout_s = (int)conf->smtp_timeout_seconds},
        .fax = {.host = some(conf->fax_host),
                .port = arena_printf(c->arena, "%d", (int)conf->fax_port),
                .user = some(conf->fax_user),
                .sender = some(conf->fax_sender),
                .kill_minutes = (int)conf->fax_kill_minutes,
                .timeout_s = (int)conf->fax_timeout_seconds},
        .webhook = {.source = some(conf->webhook_source),
                    .ca_file = some(conf->webhook_ca_file),
                    .allow_loopback = conf->webhook_allow_loopback,
                    .allow_private = conf->webhook_allow_private,
                    .timeout_s = (int)conf->webhook_timeout_seconds},
        .folder_root = some(conf->folder_root),
        .letters_dir = some(conf->letters_folder)};
    office(c, conf, &s.office);
    TRY(call_secret(c, conf->smtp_password_file, &s.smtp.password, e));
    TRY(call_secret(c, conf->fax_password_file, &s.fax.password, e));
    TRY(call_zone(c, conf, &s.zone, e));
    *ret = s;
    return RC_OK;
}
