/* The table of verbs. A verb is one row here and one function; help, bash completion, the man
 * pages and the tests of the command line are read off the rows. */
#include "cli/cli.h"

/* clang-format off */
#define REASON {"reason", 'r', "TEXT", "Why; recorded in the ledger"}
#define AT \
    {"at", 'a', "TIME", "When it happened, RFC 3339 or local time of the jail; otherwise now"}

const struct verb verbs[] = {
    {"init", "[DIR]", "Make a database, a ledger key and a commented configuration",
     "Writes the configuration (sallyport.yaml in DIR, or the file of --config), a new SQLite "
     "database and a new ledger key beside it. "
     "What exists already is never overwritten.",
     run_init, NULL, 0, 1, VERB_CONFIG,
     {{"origin", 'o', "NAME", "Name of the ledger, e.g. jail.example.gov/sallyport; it never "
      "changes"},
      {"facility", 'f', "NAME", "Name of the jail as it stands in notices"},
      {"time-zone", 'z', "ZONE", "IANA time zone of the jail"},
      {"packs", 'p', "DIR", "Folder of policy packs"},
      {"state", 's', "DIR", "Folder of database and key; otherwise that of the "
       "configuration"}}},
    {"serve", "", "Run the service: deliver notices, keep the clocks, watch the import folder",
     "Delivers queued notices, keeps deadlines, takes files from the watched folder and "
     "answers health and metrics on a loopback "
     "port. Ends in good order on SIGTERM or SIGINT.",
     run_serve, NULL, 0, 0, VERB_CONFIG, {{NULL, 0, NULL, NULL}}},
    {"import", "FILE...", "Take bookings, charges, releases or requests from files",
     "Reads CSV through a profile, JSON or NDJSON; '-' is standard input. Bad rows are refused "
     "one by one with line and reason, good "
     "rows go on. The same file twice changes nothing. Exit status 65 when rows were refused. "
     "Columns of a status, citizenship, "
     "nationality, birthplace or A-number and hold flags are dropped before anything is "
     "stored.",
     run_import, NULL, 1, 10000, VERB_STORE,
     {{"profile", 'p', "NAME", "Column map of CSV files: adams-county-co, sallyport or the "
      "path of a profile file"},
      {"format", 'f', "FORM", "csv, json or ndjson; otherwise told by the name of the file"},
      {"rejects", 'r', "FILE", "Where refused rows go; otherwise beside the file as "
       "FILE.rejected.csv"},
      {"check", 'n', NULL, "Read and check everything, store nothing"}}},
    {"request add", "[FILE]", "Enter a request of an agency",
     "FILE is JSON as docs/request.md has it, '-' standard input. Without FILE the members are "
     "asked for on the terminal, shown once "
     "more and stored after a yes.",
     run_request_add, NULL, 0, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"request document", "CASE FILE", "Add or change a document of a request",
     "FILE is the JSON of one document as docs/request.md has it, '-' standard input. The case "
     "is decided again.",
     run_request_document, NULL, 2, 2, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"request list", "", "List requests by their cases", NULL, run_request_list, NULL, 0, 0,
     VERB_STORE,
     {{"agency", 'g', "ID", "Only those of this agency"},
      {"limit", 'n', "NUMBER", "At most so many"}}},
    {"request show", "CASE", "Show the request of a case", NULL, run_request_show, NULL, 1, 1,
     VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"trigger", "BOOKING KIND", "Say that a release has begun",
     "KIND is bond-posted, release-order, sentence-served, charges-dropped or other. Returns "
     "as soon as it is durable; notices follow "
     "by themselves. The same report twice is one.",
     run_trigger, NULL, 2, 2, VERB_STORE, {AT}},
    {"trigger undo", "BOOKING", "Say that the person stays after all", "Bond revoked, order "
     "recalled: the trigger is taken back and queued notices are withdrawn.",
     run_trigger_undo, NULL, 1, 1, VERB_STORE, {REASON}},
    {"release", "BOOKING [KIND]", "Say that a person has left custody",
     "KIND is released (the default), transferred, died, escaped, hospital or returned. "
     "Nothing in this program can delay it.",
     run_release, NULL, 1, 2, VERB_STORE,
     {AT, {"to", 't', "AGENCY", "The agency that received the person, if one did"}}},
    {"case list", "", "List cases", NULL, run_case_list, NULL, 0, 0, VERB_STORE,
     {{"state", 's', "STATE", "received, matched, decided, triggered, noticed or closed"},
      {"agency", 'g', "ID", "Only those of this agency"},
      {"booking", 'k', "BOOKING", "Only those of this booking"},
      {"work", 'w', NULL, "Only those that wait for a person"},
      {"limit", 'n', "NUMBER", "At most so many"}}},
    {"case show", "CASE", "Show a case: what to do, the reason, the citation",
     "Reading a case is recorded in the ledger.", run_case_show, NULL, 1, 1, VERB_STORE,
     {{NULL, 0, NULL, NULL}}},
    {"case confirm-match", "CASE BOOKING", "Say which booking a request is about", NULL,
     run_case_confirm_match, NULL, 2, 2, VERB_STORE, {REASON}},
    {"case resolve", "CASE ASK OUTCOME", "Answer an ask that waits for review",
     "ASK is notify, hold, transfer, interview, information or relay; OUTCOME notify, honor, "
     "decline or refer. What an invariant "
     "refuses cannot be given.",
     run_case_resolve, NULL, 3, 3, VERB_STORE, {REASON}},
    {"case override", "CASE ASK OUTCOME", "Propose or confirm an outcome against the policy's "
     "own",
     "The first person proposes, a second, different person confirms by the same command.",
     run_case_override, NULL, 3, 3, VERB_STORE, {REASON}},
    {"case dispute", "CASE", "Record that the person disputes to be the one meant", NULL,
     run_case_dispute, NULL, 1, 1, VERB_STORE, {REASON}},
    {"case settle", "CASE ANSWER", "Settle a dispute: same-person or other-person", NULL,
     run_case_settle, NULL, 2, 2, VERB_STORE, {REASON}},
    {"case duty-done", "CASE DUTY", "Record that a duty was done", NULL, run_case_duty, NULL,
     2, 2, VERB_STORE,
     {{"how", 'w', "TEXT", "How it was done: served in person, in Spanish, by whom"}}},
    {"case alerts", "", "List what a person must look at now", NULL, run_case_alerts, NULL, 0,
     0, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"case alert-close", "ALERT", "Close an alert", NULL, run_case_alert_close, NULL, 1, 1,
     VERB_STORE, {REASON}},
    {"notice", "[CASE]", "List notices of a case, or all that are open", NULL, run_notice,
     NULL, 0, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"agency set", "FILE", "Add or change an agency and its verified addresses",
     "FILE is JSON: id, name, kind, addresses [channel, address, verified_by, verified_on]. An "
     "address counts only when a named "
     "person verified it.",
     run_agency_set, NULL, 1, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"agency list", "", "List agencies", NULL, run_agency_list, NULL, 0, 0, VERB_STORE,
     {{NULL, 0, NULL, NULL}}},
    {"person set", "NAME ROLE", "Add or change a person who may act",
     "ROLE is records-officer, supervisor, policy-owner, attorney, auditor, administrator or "
     "integration. The first person is an "
     "administrator; afterwards only an administrator adds or changes people, and nobody his "
     "own role (docs/roles.md).", run_person_set, NULL, 2, 2, VERB_STORE,
     {{"public-key", 'k', "HEX", "Ed25519 key the person signs policies with (policy keygen "
      "prints it)"}}},
    {"person list", "", "List people and the state of their accounts", NULL, run_person_list,
     NULL, 0, 0, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"person link", "NAME", "Make the one-time link by which a person sets password and second "
     "factor",
     "Good for 72 hours and once; the next one takes its place. It also releases a locked "
     "account. While there is no administrator "
     "the link makes the first one, under the name that is chosen when it is used.",
     run_person_link, NULL, 1, 1, VERB_STORE, {{"demo", 'd', NULL, "A link that signs the "
     "person in, once, within an hour; only with access.demo_links"}}},
    {"person unlock", "NAME", "Release an account that five failures have locked", NULL,
     run_person_unlock, NULL, 1, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"person disable", "NAME", "Shut a person out at once: no log-on, all sessions end",
     "People are never deleted, so that no name comes back as somebody else.",
     run_person_disable, NULL, 1, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"person enable", "NAME", "Let a disabled person in again", NULL, run_person_enable, NULL,
     1, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"person identity", "NAME [ISSUER SUBJECT]", "Link a person to an identity of single "
     "sign-on, or take it off",
     "ISSUER and SUBJECT are what the provider calls itself and the person (claims iss and "
     "sub). Without them the link is taken off.",
     run_person_identity, NULL, 1, 3, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"token make", "NAME", "Make a token for a program, e.g. the jail system", "Prints the "
     "secret once. NAME is what the ledger calls the program; it is never used again.",
     run_token_make, NULL, 1, 1, VERB_STORE,
     {{"scopes", 's', "LIST", "What it may: bookings, triggers, requests, metrics, parted by "
      "commas"}, {"days", 'd', "NUMBER", "How long it is good; otherwise 365"}}},
    {"token list", "", "List tokens, without their secrets", NULL, run_token_list, NULL, 0, 0,
     VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"token revoke", "TOKEN", "Revoke a token by its name or id", NULL, run_token_revoke,
     NULL, 1, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"policy list", "", "List packs, their versions and when they are in force", NULL,
     run_policy_list, NULL, 0, 0, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"policy add", "DIR", "Take a pack into the database; it is not in force yet", NULL,
     run_policy_add, NULL, 1, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"policy check", "DIR", "Load a pack and say what it is, or what is wrong with it", NULL,
     run_policy_check, NULL, 1, 1, VERB_PLAIN, {{NULL, 0, NULL, NULL}}},
    {"policy test", "DIR", "Run a pack's own tests", "The tests of the pack's folder tests/, "
     "in the format of the public DMN test suite. Exit status 1 when one fails or there is "
     "none.",
     run_policy_test, NULL, 1, 1, VERB_PLAIN, {{NULL, 0, NULL, NULL}}},
    {"policy statement", "PACK VERSION STARTS", "Print the text that two policy owners sign",
     "STARTS is a date or time.", run_policy_statement, NULL, 3, 3, VERB_STORE, {{NULL, 0,
     NULL, NULL}}},
    {"policy keygen", "FILE", "Make a signing key", "Writes the secret seed to FILE with mode "
     "0600 and prints the public key.", run_policy_keygen, NULL, 1, 1, VERB_PLAIN, {{NULL, 0,
     NULL, NULL}}},
    {"policy sign", "PACK VERSION STARTS", "Sign a pack; it is in force from STARTS once two "
     "policy owners have signed", NULL, run_policy_sign, NULL, 3, 3, VERB_STORE,
     {{"key", 'k', "FILE", "Secret key of the person (policy keygen)"},
      {"signature", 's', "BASE64", "A signature made elsewhere over the statement"}}},
    {"audit", "", "Ask the auditor's nine questions of the ledger",
     "Notices without a request, addresses that were not listed, longer custody, requests not "
     "served, decisions against the policy of then, overrides, requests for a "
     "thousand bookings, failed messages, who looked. Every exception with its case and its "
     "event. Exit status 1 when a question found something (docs/audit.md).",
     run_audit, NULL, 0, 0, VERB_STORE,
     {{"from", 'f', "TIME", "Only from then on"},
      {"to", 't', "TIME", "Only before then"},
      {"question", 'q', "NUMBER", "Only this question, 1 to 9"},
      {"tolerance", 'l', "MINUTES", "Over the local median from trigger to release; otherwise "
       "360"},
      {"service", 's', "HOURS", "In which a request is to be served on the person; otherwise "
       "24"},
      {"human", 'u', "MINUTES", "In which a person is to have looked at a failed message; "
       "otherwise 60"}}},
    {"report list", "", "List the reports there are", NULL, run_report_list, NULL, 0, 0,
     VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"report", "NAME", "Draw a report from the signed ledger",
     "The newest checkpoint, or the one that is named, is what a report is drawn from: the "
     "same question gives the same bytes again. In "
     "reports for the public counts under five are held back, and with them what would tell "
     "them. 'report list' has the names "
     "(docs/reports.md).",
     run_report, NULL, 1, 1, VERB_STORE,
     {{"from", 'f', "TIME", "Only from then on; otherwise the last whole period"},
      {"to", 't', "TIME", "Only before then"},
      {"as", 's', "FORM", "text, json, csv or pdf"},
      {"out", 'o', "FILE", "Into this file; otherwise standard output"},
      {"checkpoint", 'k', "EVENTS", "Draw it from the checkpoint of so many events"},
      {"size", 'n', "EVENTS", "The same"}}},
    {"ledger verify", "", "Recompute every hash and check every checkpoint", "Exit status 1 "
     "when the ledger does not verify.", run_ledger_verify, NULL, 0, 0, VERB_STORE, {{NULL, 0,
     NULL, NULL}}},
    {"ledger replay", "", "Decide every decision again and compare byte for byte", NULL,
     run_ledger_replay, NULL, 0, 0, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"ledger checkpoint", "", "Sign the present state of the ledger and print the note", NULL,
     run_ledger_checkpoint, NULL, 0, 0, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"ledger export", "", "Write the ledger as JSON lines", NULL, run_ledger_export, NULL, 0,
     0, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"ledger key", "", "Print the verifier key of the ledger", "Publish it: whoever has it can "
     "verify proofs without trusting the jail.", run_ledger_key, NULL, 0, 0, VERB_CONFIG,
     {{NULL, 0, NULL, NULL}}},
    {"proof", "CASE", "Write the proof of notice of a case",
     "A JSON bundle: events, salts, inclusion paths and a signed checkpoint. Exit status 0 "
     "also when no notice was owed; the bundle says which.",
     run_proof, NULL, 1, 1, VERB_STORE,
     {{"out", 'o', "FILE", "Write the bundle to FILE"},
      {"pdf", 'p', "FILE", "Write a readable PDF as well"}}},
    {"proof verify", "FILE", "Verify a proof bundle with the jail's verifier key alone",
     "Needs no database. Exit status 1 when the bundle does not verify.", run_proof_verify,
     NULL, 1, 1, VERB_PLAIN,
     {{"key", 'k', "KEY", "Verifier key as 'sallyport ledger key' prints it, or a file that "
      "holds it"}}},
    {"trend", "", "Say whether requests have expanded, by how much and how sure it is",
     "Requests and persons by month and per 1,000 bookings, against the same months of the "
     "last full year of the previous administration, its "
     "whole term or a chosen window; what the requests are made of; when a change came; a "
     "forecast of three months. Months are written "
     "2026-09. The administrations stand in the configuration, threshold and level in the "
     "policy. It changes no outcome.",
     run_trend, NULL, 0, 0, VERB_STORE,
     {{"from", 'f', "MONTH", "First month of the window; otherwise three months"},
      {"to", 't', "MONTH", "Last month of every window; otherwise the last whole month"},
      {"baseline", 'k', "WORD", "same-months, whole-term or window; otherwise the policy's"},
      {"base-from", 0, "MONTH", "First month of the window to compare with"},
      {"base-to", 0, "MONTH", "Last month of the window to compare with"},
      {"ledger", 'l', "EVENTS", "Only the ledger's first so many events, as a checkpoint signs "
       "them"},
      {"alert", 'a', NULL, "Open an alert for policy owners for each window that gives "
       "cause"}}},
    {"trend load", "FILE", "Take counts of requests from before this ledger",
     "FILE is CSV with the columns month, months, count, bookings and source, '-' standard "
     "input; months is how many months the count covers. "
     "What is empty is unknown. They are shown as reported, each with its source, and never in "
     "place of own counts.",
     run_trend_load, NULL, 1, 1, VERB_STORE, {{NULL, 0, NULL, NULL}}},
    {"whatif", "", "Decide the past again under other policies and say what would have been "
     "different",
     "Every recorded decision is made again with the facts of its time; charges are classified "
     "by the candidate's own offence lists of "
     "that day. Shows old by new outcome, the cases that change with rule and reason, and the "
     "load it would bring. CANDIDATE is a folder, or "
     "PACK@VERSION as it is kept in the database; --pack may be given up to eight times, to "
     "compare. It reads and changes nothing.",
     run_whatif, NULL, 0, 0, VERB_STORE,
     {{"pack", 'p', "CANDIDATE", "The policy to try; again for another"},
      {"from", 'f', "TIME", "Only decisions from this time on"},
      {"to", 't', "TIME", "Only decisions before this time"},
      {"limit", 'n', "NUMBER", "Changes to list for each policy; otherwise 20"},
      {"changes", 'o', "FILE", "Write all changes as CSV"}}},
    {"expunge", "BOOKING", "Forget a person's record by order; the ledger still verifies",
     "The first person proposes, a second, different person confirms by the same command.",
     run_expunge, NULL, 1, 1, VERB_STORE,
     {{"authority", 'r', "TEXT", "The order or law that demands it"}}},
    {"decide", "FACTS.json", "Decide facts by a pack; pure, needs no database",
     "FACTS.json is as the contract of facts has it, '-' standard input. Reads the pack and "
     "the facts, nothing else.",
     NULL, verb_decide, 0, 100, VERB_PLAIN,
     {{"pack", 'p', "DIR", "The pack; needed"},
      {"trace", 't', NULL, "Show which rule, which cell and which value"},
      {"classify", 'c', NULL, "Look up offences without lists in the pack's offences.csv"}}},
    {"explain", "[ID]", "Say what a diagnostic id means and what to do", NULL, run_explain,
     NULL, 0, 1, VERB_PLAIN, {{NULL, 0, NULL, NULL}}},
    {"help", "[VERB]", "Say what the verbs do", NULL, run_help, NULL, 0, 2, VERB_PLAIN,
     {{"as", 'a', "FORM", "Print as mdoc, bash, config, config-mdoc or diagnostics: how the "
      "pages of this program are made"}}},
    {NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, {{NULL, 0, NULL, NULL}}},
};
/* clang-format on */

/* Is argv the words of this verb's name? How many words that took. */
static int words_of(const char *name, int argc, char **argv)
{
    struct str rest = str_c(name), word;
    int n = 0;
    while (str_cut(&rest, ' ', &word)) {
        if (n >= argc || !str_eq(word, str_c(argv[n]))) return 0;
        n++;
    }
    return n;
}

const struct verb *verb_find(int argc, char **argv, int *ret_words)
{
    const struct verb *best = NULL;
    *ret_words = 0;
    for (const struct verb *v = verbs; v->name; v++) {
        int words = words_of(v->name, argc, argv);
        if (words > *ret_words) {
            *ret_words = words;
            best = v;
        }
    }
    return best;
}

bool verb_is_family(struct str word)
{
    for (const struct verb *v = verbs; v->name; v++) {
        struct str rest = str_c(v->name), head;
        if (str_find(rest, STR(" ")) >= 0 && str_cut(&rest, ' ', &head) && str_eq(head, word))
            return true;
    }
    return false;
}
