/* Everything that is read off the rows: lists, --help, man pages, bash completion, the pages
 * about configuration and diagnostics. The files in man/, docs/ and packaging/ are outputs of
 * this one and a test compares them. */
#include "cli/cli.h"

static bool in_family(const struct verb *v, struct str word)
{
    struct str name = str_c(v->name);
    return str_eq(name, word) ||
           (str_starts(name, word) && name.n > word.n && name.p[word.n] == ' ');
}

static void wrap(FILE *f, struct str text, int indent, int width)
{
    struct str word;
    int at = 0;
    while (str_cut(&text, ' ', &word)) {
        if (at && at + 1 + (int)word.n > width) {
            fputc('\n', f);
            at = 0;
        }
        if (!at)
            fprintf(f, "%*s", indent, "");
        else
            fputc(' ', f);
        fprintf(f, STR_FMT, STR_ARG(word));
        at += (int)word.n + (at ? 1 : 0);
    }
    fputc('\n', f);
}

static const char *full_name(const struct verb *v, char *buf, size_t n)
{
    snprintf(buf, n, "%s%s%s", v->name, *v->args ? " " : "", v->args);
    return buf;
}

void help_list(FILE *f)
{
    fputs("usage: sallyport VERB [OPTIONS] [OPERANDS]\n\n", f);
    for (const struct verb *v = verbs; v->name; v++)
        fprintf(f, "  %-20s %s\n", v->name, v->line);
    fputs("\nsallyport VERB --help says more. Exit status: 0 done, 1 the answer is no, 2 "
          "usage, 65 bad input, 70 a bug, 75 try "
          "again.\n",
          f);
}

void help_family(FILE *f, struct str word)
{
    char name[120];
    fprintf(f, "usage: sallyport " STR_FMT " …\n\n", STR_ARG(word));
    for (const struct verb *v = verbs; v->name; v++)
        if (in_family(v, word))
            fprintf(f, "  %-34s %s\n", full_name(v, name, sizeof name), v->line);
}

static void help_opt(FILE *f, const struct opt *o)
{
    char left[80];
    char letter[8] = "    ";
    if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->arg ? " " : "",
             o->arg ? o->arg : "");
    fprintf(f, "  %-24s %s\n", left, o->help);
}

void help_verb(FILE *f, const struct verb *v)
{
    char name[120];
    fprintf(f, "usage: sallyport %s\n\n", full_name(v, name, sizeof name));
    fprintf(f, "%s.\n", v->line);
    if (v->text) {
        fputc('\n', f);
        wrap(f, str_c(v->text), 0, 90);
    }
    fputc('\n', f);
    for (const struct opt *o = v->opts; o->name; o++) help_opt(f, o);
    for (const struct opt *o = common_opts; o->name; o++)
        if (opt_common_for(v, o)) help_opt(f, o);
    bool more = false;
    for (const struct verb *w = verbs; w->name; w++)
        if (w != v && in_family(w, str_c(v->name))) {
            if (!more) fputs("\nSee also:\n", f);
            more = true;
            fprintf(f, "  %-34s %s\n", full_name(w, name, sizeof name), w->line);
        }
}

/* ---- mdoc(7) ----------------------------------------------------------------------------- */

/* Text on mdoc lines: a sentence a line, nothing that roff would take for a request. */
static void mdoc_text(FILE *f, const char *text)
{
    bool start = true;
    for (const char *p = text; *p; p++) {
        if (start && (*p == '.' || *p == '\'')) fputs("\\&", f);
        if (*p == '\\')
            fputs("\\e", f);
        else if (p[0] == '.' && p[1] == ' ' && p[2] >= 'A' && p[2] <= 'Z') {
            fputs(".\n", f);
            p++;
            start = true;
            continue;
        } else
            fputc(*p, f);
        start = false;
    }
    fputc('\n', f);
}

static void mdoc_opt(FILE *f, const struct opt *o)
{
    if (o->letter)
        fprintf(f, ".It Fl %c , Fl -%s%s%s\n", o->letter, o->name, o->arg ? " Ar " : "",
                o->arg ? o->arg : "");
    else
        fprintf(f, ".It Fl -%s%s%s\n", o->name, o->arg ? " Ar " : "", o->arg ? o->arg : "");
    mdoc_text(f, o->help);
}

static void mdoc_args(FILE *f, const char *args)
{
    struct str rest = str_c(args), word;
    while (str_cut(&rest, ' ', &word)) {
        if (word.n == 0) continue;
        bool optional = word.p[0] == '[';
        struct str bare = optional ? str_sub(word, 1, word.n - 2) : word;
        if (bare.n > 2 && str_starts(bare, STR("--")))
            fprintf(f, ".%sFl -" STR_FMT "\n", optional ? "Op " : "",
                    STR_ARG(str_sub(bare, 2, bare.n)));
        else
            fprintf(f, ".%sAr " STR_FMT "\n", optional ? "Op " : "", STR_ARG(bare));
    }
}

static void mdoc_verb(FILE *f, const struct verb *v)
{
    fprintf(f, ".Ss %s\n.Nm sallyport %s\n", v->name, v->name);
    if (v->opts[0].name || v->uses) fputs(".Op Ar options\n", f);
    mdoc_args(f, v->args);
    fputs(".Pp\n", f);
    fprintf(f, "%s.\n", v->line);
    if (v->text) mdoc_text(f, v->text);
    if (!v->opts[0].name) return;
    fputs(".Bl -tag -width Ds\n", f);
    for (const struct opt *o = v->opts; o->name; o++) mdoc_opt(f, o);
    fputs(".El\n", f);
}

static void mdoc_exit(FILE *f)
{
    fputs(".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n.It 0\ndone\n.It 1\nthe answer is "
          "no\n.It 2\nwrong usage\n.It 65\nbad "
          "input; nothing of it was stored\n.It 70\na bug\n.It 75\ntry again later\n.El\n",
          f);
}

static void mdoc_page(FILE *f)
{
    fputs(".Dd November 22, 2026\n.Dt SALLYPORT 1\n.Os\n.Sh NAME\n.Nm sallyport\n.Nd notice of "
          "release from custody by written policy\n"
          ".Sh SYNOPSIS\n.Nm\n.Ar verb\n.Op Ar options\n.Op Ar operands\n.Sh DESCRIPTION\n"
          "When another agency asks a jail to be told of a release,\n.Nm\nanswers by the "
          "policy that the jurisdiction has adopted,\n"
          "sends the notice when the release begins or declines, and can prove afterwards what "
          "was done and why.\n"
          "It never holds anyone.\n.Pp\nOptions of every verb:\n.Bl -tag -width Ds\n",
          f);
    for (const struct opt *o = common_opts; o->name; o++) mdoc_opt(f, o);
    fputs(".El\n.Sh VERBS\n", f);
    for (const struct verb *v = verbs; v->name; v++) mdoc_verb(f, v);
    fputs(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev SALLYPORT_CONFIG\nThe configuration "
          "when\n.Fl -config\nis not given.\n.El\n",
          f);
    mdoc_exit(f);
    fputs(".Sh SEE ALSO\n.Xr dmn 1 ,\n.Xr sallyport-decide 1 ,\n.Xr sallyport.yaml 5\n", f);
}

/* ---- configuration ----------------------------------------------------------------------- */

static const char *conf_kind(struct arena *a, const struct conf_row *r)
{
    switch (r->type) {
    case CONF_TEXT: return "text";
    case CONF_PATH: return "path";
    case CONF_WHOLE:
        return arena_printf(a, "%lld to %lld", (long long)r->low, (long long)r->high);
    case CONF_WORD: return r->words;
    case CONF_BOOL: return "true|false";
    }
    return "";
}

static void config_markdown(FILE *f, struct arena *a)
{
    fputs("# Configuration\n\nOne YAML file, by default `/etc/sallyport/sallyport.yaml`; "
          "`sallyport init` writes a commented one. A key with a "
          "dot stands in a group: `serve.port` is `port:` below `serve:`. An unknown key, a "
          "wrong type or a value out of range is an error "
          "with its line. Relative paths start at the folder of the file. This page is printed "
          "by `sallyport help --as config`.\n\n"
          "| key | value | default | meaning |\n|---|---|---|---|\n",
          f);
    for (const struct conf_row *r = conf_rows; r->key; r++) {
        struct str kinds = str_c(conf_kind(a, r)), kind;
        fprintf(f, "| `%s` | ", r->key);
        for (bool first = true; str_cut(&kinds, '|', &kind); first = false)
            fprintf(f, "%s" STR_FMT, first ? "" : ", ", STR_ARG(kind));
        fprintf(f, " | %s%s%s | %s |\n", *r->otherwise ? "`" : "", r->otherwise,
                *r->otherwise ? "`" : "", r->text);
    }
}

static void config_mdoc(FILE *f, struct arena *a)
{
    fputs(".Dd November 22, 2026\n.Dt SALLYPORT.YAML 5\n.Os\n.Sh NAME\n.Nm sallyport.yaml\n.Nd "
          "configuration of sallyport\n.Sh DESCRIPTION\n"
          "One YAML document.\nA key with a dot stands in a group:\n.Ic serve.port\nis\n.Ic "
          "port\nbelow\n.Ic serve .\n"
          "An unknown key, a wrong type or a value out of range is an error with its line.\n"
          "Relative paths start at the folder of the file.\n.Bl -tag -width Ds\n",
          f);
    for (const struct conf_row *r = conf_rows; r->key; r++) {
        fprintf(f, ".It Ic %s\n", r->key);
        mdoc_text(f, r->text);
        fprintf(f, "Value: %s.\n", conf_kind(a, r));
        if (*r->otherwise) fprintf(f, "Default:\n.Ql %s .\n", r->otherwise);
    }
    fputs(".El\n.Sh FILES\n.Bl -tag -width Ds\n.It Pa /etc/sallyport/sallyport.yaml\n.El\n.Sh "
          "SEE ALSO\n.Xr sallyport 1\n",
          f);
}

/* ---- bash completion, diagnostics -------------------------------------------------------- */

static void bash_opts(FILE *f, const struct verb *v)
{
    fprintf(f, "    \"%s\") words=\"", v->name);
    for (const struct opt *o = v->opts; o->name; o++) fprintf(f, "--%s ", o->name);
    for (const struct opt *o = common_opts; o->name; o++)
        if (opt_common_for(v, o)) fprintf(f, "--%s ", o->name);
    fputs("\" ;;\n", f);
}

static void bash_page(FILE *f)
{
    fputs(
        "# bash completion of sallyport; printed by 'sallyport help --as "
        "bash'\n_sallyport()\n{\n"
        "  local cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]:-} two words=\n"
        "  two=\"$verb ${COMP_WORDS[2]:-}\"\n  case \"$cur\" in\n  -*)\n    case \"$two\" in\n",
        f);
    for (const struct verb *v = verbs; v->name; v++)
        if (strchr(v->name, ' ')) bash_opts(f, v);
    fputs("    *) case \"$verb\" in\n", f);
    for (const struct verb *v = verbs; v->name; v++)
        if (!strchr(v->name, ' ')) bash_opts(f, v);
    fputs("    esac ;;\n    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- "
          "\"$cur\")\n    return ;;\n  esac\n"
          "  local all=\"",
          f);
    for (const struct verb *v = verbs; v->name; v++)
        fprintf(f, "%s%s", v == verbs ? "" : "\n", v->name);
    fputs("\"\n  if [ \"$COMP_CWORD\" = 1 ]; then words=$(printf '%s\\n' \"$all\" | cut -d' ' "
          "-f1 | sort -u)\n"
          "  elif [ \"$COMP_CWORD\" = 2 ]; then words=$(printf '%s\\n' \"$all\" | sed -n "
          "\"s/^$verb //p\")\n  fi\n"
          "  mapfile -t COMPREPLY < <(compgen -f -W \"$words\" -- \"$cur\")\n}\ncomplete -F "
          "_sallyport sallyport\n",
          f);
}

static void diagnostics_page(FILE *f)
{
    fputs("# Diagnostics\n\nEvery message carries a stable id. `sallyport explain ID` says the "
          "same as this page, which is printed by "
          "`sallyport help --as diagnostics`. What a decision model reports (`FEEL-`, `DMN-`) "
          "is told by `dmn explain`.\n\n"
          "| id | meaning | what to do |\n|---|---|---|\n",
          f);
    for (const struct diagnostic *d = diagnostics; d->id; d++)
        fprintf(f, "| `%s` | %s | %s |\n", d->id, d->meaning, d->remedy);
}

RC help_as(FILE *f, struct arena *a, struct str form, struct err *e)
{
    if (str_is(form, "mdoc"))
        mdoc_page(f);
    else if (str_is(form, "bash"))
        bash_page(f);
    else if (str_is(form, "config"))
        config_markdown(f, a);
    else if (str_is(form, "config-mdoc"))
        config_mdoc(f, a);
    else if (str_is(form, "diagnostics"))
        diagnostics_page(f);
    else
        return FAIL(e, RC_USAGE, "CLI-0007",
                    "--as wants mdoc, bash, config, config-mdoc or diagnostics");
    return RC_OK;
}

RC run_help(struct call *c, struct err *e)
{
    int words = 0;
    if (opt_flag(c, "as")) return help_as(stdout, c->arena, opt_text(c, "as", ""), e);
    if (c->n_rest == 0) {
        help_list(stdout);
        return RC_OK;
    }
    const struct verb *v = verb_find(c->n_rest, c->rest, &words);
    if (v)
        help_verb(stdout, v);
    else if (verb_is_family(opt_operand(c, 0)))
        help_family(stdout, opt_operand(c, 0));
    else
        return FAIL(e, RC_USAGE, "CLI-0008", "no verb '%s'", c->rest[0]);
    return RC_OK;
}
