/* See status.h. Text is compared by words: case, punctuation and line ends do not matter. */
#include "custody/status.h"
#include "base/utf8.h"

/* Word sequences anywhere in a header; a trailing * takes every word that begins so. */
static const char *const column_words[] = {
    "a no",
    "a num",
    "a number",
    "a nbr",
    "a file",
    "afile",
    "anum",
    "anumber",
    "ano",
    "anbr",
    "alien*",
    "birth city",
    "birth country",
    "birth nation",
    "birth place",
    "birth state",
    "birthplace*",
    "birthcountry",
    "birthcity",
    "birthstate",
    "born in",
    "citizen*",
    "noncitizen*",
    "city of birth",
    "country of birth",
    "country of origin",
    "deport*",
    "fins",
    "foreign born",
    "green card",
    "immigra*",
    "ins no",
    "ins number",
    "ins status",
    "lawful presence",
    "legal presence",
    "legal status",
    "lpr",
    "nation of birth",
    "national origin",
    "nationality*",
    "naturali*",
    "passport*",
    "place of birth",
    "pob",
    "residency status",
    "resident status",
    "state of birth",
    "uscis*",
    "undocumented*",
    "visa*",
};
/* Whole headers only: "file no" alone is the number of an A-file, "case file no" is not. */
static const char *const column_whole[] = {"a",        "cob",         "national", "file no",
                                           "file num", "file number", "fileno",   "filenumber"};
/* Headers written without any separator: PLACEOFBIRTH. */
static const char *const column_fused[] = {
    "aliennumber",     "alienno",      "alienid",      "alienreg",    "alienfile",
    "birthcountry",    "birthplace",   "citizen",      "cityofbirth", "countryofbirth",
    "countryoforigin", "immigration",  "legalstatus",  "nationality", "nationalorigin",
    "placeofbirth",    "stateofbirth", "undocumented",
};

static const char *const text_words[] = {
    "alien*",
    "birth country",
    "birth place",
    "birthplace*",
    "born abroad",
    "born at",
    "born in",
    "born outside",
    "citizen*",
    "noncitizen*",
    "country of birth",
    "country of origin",
    "deportable",
    "deported",
    "entered without inspection",
    "ewi",
    "foreign born",
    "foreign national*",
    "green card*",
    "illegal entry",
    "illegal immigra*",
    "illegally in",
    "illegally present",
    "immigrant*",
    "immigration status",
    "lawful presence",
    "lawful permanent",
    "lpr",
    "legal presence",
    "national of",
    "nationality*",
    "nationals of",
    "naturalized",
    "naturalised",
    "order of removal",
    "overstay*",
    "permanent resident*",
    "place of birth",
    "pob",
    "previously removed",
    "removable",
    "removal order*",
    "removal proceeding*",
    "status in the united states",
    "unauthorized immigra*",
    "undocumented*",
    "unlawful presence",
    "unlawfully present",
    "without status",
    "ciudadan*",
    "deportad*",
    "estatus migratorio",
    "extranjer*",
    "indocumentad*",
    "inmigra*",
    "lugar de nacimiento",
    "nacid* en",
    "nacionalidad*",
    "pais de origen",
    "residente permanente",
    "sin papeles",
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static char lower(char c) { return is_upper(c) ? (char)(c + 32) : c; }

/* The next word from *at on; a hash sign reads as "no", camelCase gives two words if split is
 * set. */
static bool next_word(struct str s, size_t *at, bool split, struct str *ret)
{
    size_t i = *at;
    while (i < s.n && !is_letter(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '#') i++;
    if (i == s.n) return false;
    if (s.p[i] == '#') {
        *at = i + 1;
        *ret = STR("no");
        return true;
    }
    size_t from = i;
    while (i < s.n && (is_letter(s.p[i]) || is_digit(s.p[i]))) {
        if (split && i > from && is_upper(s.p[i]) && !is_upper(s.p[i - 1])) break;
        i++;
    }
    *at = i;
    *ret = str_sub(s, from, i - from);
    return true;
}

static bool word_fits(struct str word, struct str pattern)
{
    bool open = pattern.n && pattern.p[pattern.n - 1] == '*';
    if (open) pattern.n--;
    return open ? str_ieq(str_sub(word, 0, pattern.n), pattern) : str_ieq(word, pattern);
}

/* Do the words from `at` on begin with the pattern's words? Where they end, then. */
static bool words_fit(struct str s, size_t at, bool split, const char *pattern, size_t *ret_end)
{
    struct str rest = str_c(pattern), want, word;
    while (str_cut(&rest, ' ', &want))
        if (!next_word(s, &at, split, &word) || !word_fits(word, want)) return false;
    *ret_end = at;
    return true;
}

static bool any_words(struct str s, bool split, const char *const *patterns, size_t n,
                      struct str *ret_found)
{
    size_t at = 0, from, end;
    struct str word;
    while (from = at, next_word(s, &at, split, &word))
        for (size_t i = 0; i < n; i++)
            if (words_fit(s, from, split, patterns[i], &end)) {
                if (ret_found) *ret_found = str_trim(str_sub(s, from, end - from));
                return true;
            }
    return false;
}

static bool is_whole(struct str s, const char *pattern)
{
    size_t end = 0, after;
    struct str word;
    if (!words_fit(s, 0, false, pattern, &end)) return false;
    after = end;
    return !next_word(s, &after, false, &word);
}

static bool is_fused(struct str header, const char *pattern)
{
    char flat[128];
    size_t n = 0;
    for (size_t i = 0; i < header.n && n < sizeof flat; i++)
        if (is_letter(header.p[i])) flat[n++] = lower(header.p[i]);
    return str_find(str_n(flat, n), str_c(pattern)) >= 0;
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

bool status_column(struct str header)
{
    for (size_t i = 0; i < COUNT(column_whole); i++)
        if (is_whole(header, column_whole[i])) return true;
    for (size_t i = 0; i < COUNT(column_fused); i++)
        if (is_fused(header, column_fused[i])) return true;
    return any_words(header, true, column_words, COUNT(column_words), NULL) ||
           any_words(header, false, column_words, COUNT(column_words), NULL);
}

/* A, perhaps a sign or "no", then seven to nine digits, perhaps in groups. Seven only when
 * nothing but - or # stands between (a telephone number has seven, too). Returns where it ends,
 * 0 if none begins here. */
static size_t number_at(struct str s, size_t at)
{
    size_t i = at + 1, digits = 0, end = 0;
    bool close = true;
    if (lower(s.p[at]) != 'a') return 0;
    while (i < s.n && strchr(" -#.:", s.p[i]) && s.p[i])
        close &= s.p[i] == '-' || s.p[i] == '#', i++;
    if (i + 1 < s.n && lower(s.p[i]) == 'n' && lower(s.p[i + 1]) == 'o')
        for (i += 2, close = true; i < s.n && strchr(" -#.:", s.p[i]) && s.p[i];) i++;
    for (; i < s.n; i++) {
        if (is_digit(s.p[i])) {
            digits++;
            end = i + 1;
        } else if (!digits || (s.p[i] != ' ' && s.p[i] != '-') ||
                   (i && !is_digit(s.p[i - 1]))) {
            break;
        }
    }
    if (end && end < s.n && is_letter(s.p[end])) return 0;
    return digits == 8 || digits == 9 || (digits == 7 && close) ? end : 0;
}

static bool number_in(struct str text, struct str *ret_found)
{
    for (size_t i = 0; i < text.n; i++) {
        if (i && (is_letter(text.p[i - 1]) || is_digit(text.p[i - 1]))) continue;
        size_t end = number_at(text, i);
        if (!end) continue;
        if (ret_found) *ret_found = str_sub(text, i, end - i);
        return true;
    }
    return false;
}

/* "Guatemalan national": a word that ends as the names of peoples do, before "national" or
 * "nationals". The names of offices and houses that read alike ("American National Bank") are
 * no status. */
static const char *const people_ends[] = {"an", "ese", "ish"};
static const char *const national_things[] = {
    "anthem",  "bank",  "cemetery",  "championship*", "committee", "convention", "crime",
    "forest*", "guard", "insurance", "monument",      "museum",    "park*",      "security"};

static bool is_people(struct str word)
{
    for (size_t i = 0; i < COUNT(people_ends); i++) {
        size_t n = strlen(people_ends[i]);
        if (word.n >= n + 3 && str_ieq(str_sub(word, word.n - n, n), str_c(people_ends[i])))
            return true;
    }
    return false;
}

static bool is_thing(struct str word)
{
    for (size_t i = 0; i < COUNT(national_things); i++)
        if (word_fits(word, str_c(national_things[i]))) return true;
    return false;
}

static bool national_of_somewhere(struct str s, struct str *ret_found)
{
    size_t at = 0, end, after;
    struct str word, national, next;
    while (next_word(s, &at, false, &word)) {
        end = at;
        if (!is_people(word) || !next_word(s, &end, false, &national)) continue;
        if (!str_ieq(national, STR("national")) && !str_ieq(national, STR("nationals")))
            continue;
        after = end;
        if (next_word(s, &after, false, &next) && is_thing(next)) continue;
        if (ret_found)
            *ret_found = str_sub(s, (size_t)(word.p - s.p), end - (size_t)(word.p - s.p));
        return true;
    }
    return false;
}

/* Every word list has a word of three letters in each of its rows: numbers and short codes are
 * done with at once. */
static bool has_word(struct str s)
{
    size_t run = 0;
    for (size_t i = 0; i < s.n; i++) {
        run = is_letter(s.p[i]) ? run + 1 : 0;
        if (run == 3) return true;
    }
    return false;
}

static bool text_in(struct str text, struct str *ret_found)
{
    if (!has_word(text)) return number_in(text, ret_found);
    return number_in(text, ret_found) ||
           any_words(text, false, text_words, COUNT(text_words), ret_found) ||
           national_of_somewhere(text, ret_found);
}

/* ---- letters of other alphabets, wide ones, invisible ones ------------------------------- */

/* Small letters that look like ours, folded (after UTS #39). */
static const struct {
    const char *other;
    char ours;
} alike[] = {
    {"\u0430", 'a'}, {"\u0435", 'e'}, {"\u043e", 'o'}, {"\u0440", 'p'},
    {"\u0441", 'c'}, {"\u0443", 'y'}, {"\u0445", 'x'}, {"\u043a", 'k'},
    {"\u0456", 'i'}, {"\u0455", 's'}, {"\u0458", 'j'}, {"\u0501", 'd'},
    {"\u03b1", 'a'}, {"\u03bf", 'o'}, {"\u03bd", 'v'}, {"\u03b9", 'i'},
};

static struct str as_it_looks(struct arena *a, struct str key)
{
    char *out = arena_alloc(a, key.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < key.n; i++) {
        size_t k = 0;
        while (k < COUNT(alike) &&
               (i + 1 == key.n || memcmp(key.p + i, alike[k].other, 2) != 0))
            k++;
        out[n++] = k < COUNT(alike) ? alike[k].ours : key.p[i];
        i += k < COUNT(alike);
    }
    return str_n(out, n);
}

/* The same question of the text as a reader sees it. What was found is the whole text then. */
static bool disguised(struct str text, bool (*in)(struct str, struct str *),
                      struct str *ret_found)
{
    struct arena a;
    size_t i = 0;
    while (i < text.n && (unsigned char)text.p[i] < 0x80) i++;
    if (i == text.n) return false;
    arena_init(&a, 0);
    bool found = in(as_it_looks(&a, utf8_name_key(&a, text)), NULL);
    arena_done(&a);
    if (found && ret_found) *ret_found = text;
    return found;
}

bool status_number(struct str text, struct str *ret_found)
{
    return number_in(text, ret_found) || disguised(text, number_in, ret_found);
}
bool status_text(struct str text, struct str *ret_found)
{
    return text_in(text, ret_found) || disguised(text, text_in, ret_found);
}
