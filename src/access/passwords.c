/* What a password must be, and its Argon2id text. Checking costs 64 MiB, so one is done at a
 * time in the whole program: a thousand log-ons at once wait instead of taking the machine.
 * Must never log or shorten a password. */
#include "access/inside.h"
#include "base/utf8.h"
#include <pthread.h>

enum {
    SHORTEST = 12,
    LONGEST = 1024,
    DIFFERENT = 5
}; /* IA-5(1)(a): at least 8; long passphrases, no truncation */

/* The head of every list of stolen passwords that is long enough to pass otherwise; a site
 * gives its own file. */
/* clang-format off */
static const char *const common[] = {
    "123456789012", "1234567890123", "password1234", "password12345", "passwordpassword",
    "qwertyuiop12", "qwertyuiopasdf", "administrator", "administrator1", "letmeinletmein",
    "iloveyouiloveyou", "welcome12345", "changeme1234", "changemechangeme",
    "correcthorsebatterystaple", "sallyport1234", "sallyportsallyport", "qwerty123456",
    "abcdefghijkl", "abc123abc123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "summer202612",
    "winter202612", NULL};
/* clang-format on */

static bool banned(struct access *x, struct str low)
{
    struct str rest = x->banned, line;
    for (size_t i = 0; common[i]; i++)
        if (str_is(low, common[i])) return true;
    while (str_cut(&rest, '\n', &line))
        if (str_trim(line).n && str_ieq(str_trim(line), low)) return true;
    return false;
}

static size_t different(struct str s)
{
    bool seen[256] = {false};
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += !seen[(unsigned char)s.p[i]];
        seen[(unsigned char)s.p[i]] = true;
    }
    return n;
}

RC password_good(struct access *x, struct str name, struct str password, struct err *e)
{
    if (utf8_bad(password) >= 0)
        return FAIL(e, RC_INVALID, "ACCESS-0006", "the password is not well-formed UTF-8");
    if (password.n > LONGEST)
        return FAIL(e, RC_INVALID, "ACCESS-0006", "the password is longer than %d bytes",
                    LONGEST);
    if (utf8_count(password) < SHORTEST)
        return FAIL(
            e, RC_INVALID, "ACCESS-0006",
            "the password is shorter than %d characters; a sentence is easy to remember",
            SHORTEST);
    if (different(password) < DIFFERENT)
        return FAIL(e, RC_INVALID, "ACCESS-0006",
                    "the password has fewer than %d different characters", DIFFERENT);
    struct arena a;
    arena_init(&a, 0);
    struct str low = utf8_lower(&a, password);
    bool common_one = banned(x, low), named = name.n >= 4 && str_find(low, name) >= 0;
    sign_wipe((char *)(uintptr_t)low.p, low.n);
    arena_done(&a);
    if (common_one)
        return FAIL(e, RC_INVALID, "ACCESS-0006",
                    "the password is on the list of those that are tried first");
    if (named)
        return FAIL(e, RC_INVALID, "ACCESS-0006",
                    "the password contains the name of the account");
    return RC_OK;
}

static pthread_mutex_t hashing = PTHREAD_MUTEX_INITIALIZER;

struct str password_make(struct arena *a, struct str password)
{
    char text[PASSWORD_TEXT];
    pthread_mutex_lock(&hashing);
    sign_password(password, text);
    pthread_mutex_unlock(&hashing);
    return str_dup(a, str_c(text));
}

bool password_is(struct str hashed, struct str password)
{
    /* Of a random password nobody has: a name that is nobody's costs what any other costs. */
    static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$FZnacr3OsvCJV6Jhs6jHWg$"
                                 "DSQx8KT4hA2M8oc8rmTsruhTQeeC43ecaFfvVr3q86g";
    char text[PASSWORD_TEXT];
    bool real = hashed.n > 0 && hashed.n < sizeof text;
    memset(text, 0, sizeof text);
    memcpy(text, real ? hashed.p : nobody, real ? hashed.n : sizeof nobody);
    pthread_mutex_lock(&hashing);
    bool good = password.n <= LONGEST && sign_password_is(text, password);
    pthread_mutex_unlock(&hashing);
    return good && real;
}
