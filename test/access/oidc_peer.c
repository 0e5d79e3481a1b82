/* The desk's half of single sign-on for test/peer/oidc/run.mjs: ISSUER CLIENT SECRET REDIRECT,
 * then lines of tab-parted words: `start` answers location and cookie, `finish COOKIE STATE
 * CODE ERROR ISS` answers `ok ISSUER SUBJECT` or `no ID TEXT`. */
#include "access/oidc.h"
#include "outbound/curl.h"
#include <stdio.h>
#include <stdlib.h>

static RC fetch(void *ctx, const struct oidc_call *call, struct arena *a, struct str *ret,
                struct err *e)
{
    (void)ctx;
    return net_fetch(NULL, call->url, call->form, call->user, call->secret, a, ret, e);
}

static void answer(struct oidc *o, struct str line, struct arena *a)
{
    struct str word[6] = {{NULL, 0}}, who = {NULL, 0}, subject = {NULL, 0};
    struct err e;
    for (size_t i = 0; i < 6 && str_cut(&line, '\t', &word[i]); i++) continue;
    enum rc rc;
    if (str_is(word[0], "start"))
        rc = oidc_start(o, a, &who, &subject, &e);
    else {
        struct oidc_callback back = {
            .state = word[2], .code = word[3], .error = word[4], .iss = word[5]};
        rc = oidc_finish(o, word[1], &back, a, &who, &subject, &e);
    }
    if (rc != RC_OK)
        printf("no\t%s\t%s\n", e.id, e.text);
    else
        printf("%s" STR_FMT "\t" STR_FMT "\n", str_is(word[0], "start") ? "" : "ok\t",
               STR_ARG(who), STR_ARG(subject));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct oidc *o;
    struct err e;
    char *line = NULL, text[700];
    size_t room = 0;
    ssize_t n;
    if (argc != 5) return 2;
    struct oidc_setup s = {.issuer = argv[1],
                           .client_id = argv[2],
                           .client_secret = argv[3],
                           .redirect_uri = argv[4],
                           .fetch = fetch,
                           .clock = clock_real()};
    if (oidc_open(&s, &o, &e) != RC_OK) {
        fprintf(stderr, "%s\n", err_print(&e, text, sizeof text));
        return 1;
    }
    while ((n = getline(&line, &room, stdin)) > 0) {
        struct arena a;
        arena_init(&a, 0);
        answer(o, str_n(line, (size_t)n - (line[n - 1] == '\n')), &a);
        arena_done(&a);
    }
    free(line);
    oidc_close(o);
    return 0;
}
