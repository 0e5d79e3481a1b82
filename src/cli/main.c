/* sallyport: find the verb, read its options by its rows, run it, and turn the failure category
 * into an exit status. */
#include "cli/cli.h"
#include "os/zones.h"

static int say_usage(const char *word)
{
    if (word)
        fprintf(stderr, "sallyport: no verb '%s'; see sallyport --help\n", word);
    else
        help_list(stderr);
    return rc_exit(RC_USAGE);
}

static int run(const struct verb *v, int argc, char **argv)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct call call = {.verb = v, .arena = &arena};
    struct err err = {0};
    enum rc rc = opt_read(&call, argc, argv, &err);
    if (rc == RC_OK && call.help)
        help_verb(stdout, v);
    else if (rc == RC_OK)
        rc = v->run(&call, &err);
    if (rc != RC_OK && err.id[0]) show_error(&call, &err);
    if (fflush(stdout) != 0 && rc == RC_OK) {
        fprintf(stderr, "sallyport: cannot write the result\n");
        rc = RC_IO;
    }
    zones_free(call.zones);
    arena_done(&arena);
    return rc_exit(rc);
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (str_is(str_c(argv[i]), "--help") || str_is(str_c(argv[i]), "-h")) return true;
    return false;
}

int main(int argc, char **argv)
{
    int words = 0;
    if (argc < 2) return say_usage(NULL);
    if (wants_help(1, argv + 1)) {
        help_list(stdout);
        return 0;
    }
    if (str_is(str_c(argv[1]), "--version")) {
        puts("sallyport " SALLYPORT_VERSION);
        return 0;
    }
    const struct verb *v = verb_find(argc - 1, argv + 1, &words);
    bool help = wants_help(argc - 1, argv + 1);
    if (help && !v && verb_is_family(str_c(argv[1]))) {
        help_family(stdout, str_c(argv[1]));
        return 0;
    }
    if (!v && verb_is_family(str_c(argv[1]))) {
        help_family(stderr, str_c(argv[1]));
        return rc_exit(RC_USAGE);
    }
    if (!v) return say_usage(argv[1]);
    if (v->raw && help) {
        help_verb(stdout, v);
        return 0;
    }
    if (v->raw) return v->raw(argc - words, argv + words);
    return run(v, argc - 1 - words, argv + 1 + words);
}
