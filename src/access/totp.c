/* liboath stands behind this file alone: see totp.h. Must never keep a secret or remember a
 * code; the caller keeps the step. */
#include "access/totp.h"
#include "base/buf.h"
#include <ctype.h>
#include <liboath/oath.h>
#include <stdlib.h>

enum { STEP_MS = 30000, DIGITS = 6 };

bool totp_code(struct str secret, int64_t step, unsigned digits, char ret[9])
{
    return step >= 0 && oath_hotp_generate(secret.p, secret.n, (uint64_t)step, digits, false,
                                           OATH_HOTP_DYNAMIC_TRUNCATION, ret) == OATH_OK;
}

int64_t totp_step(instant at) { return at / STEP_MS; }

static bool same(const char *made, struct str code)
{
    unsigned char differ = code.n != DIGITS;
    for (size_t i = 0; i < DIGITS; i++)
        differ |= (unsigned char)(made[i] ^ (i < code.n ? code.p[i] : 0));
    return differ == 0;
}

bool totp_check(struct str secret, struct str code, instant at, int64_t last, int64_t *ret_step)
{
    bool found = false;
    for (int64_t step = totp_step(at) - 1; step <= totp_step(at) + 1; step++) {
        char made[9];
        bool good = totp_code(secret, step, DIGITS, made) && same(made, code) && step > last;
        if (good && !found) *ret_step = step;
        found |= good;
    }
    return found;
}

struct str totp_base32(struct arena *a, struct str secret)
{
    char *text = NULL;
    size_t n = 0;
    if (oath_base32_encode(secret.p, secret.n, &text, &n) != OATH_OK)
        abort();                         /* out of memory, as everywhere */
    while (n && text[n - 1] == '=') n--; /* authenticator apps want none */
    struct str r = str_dup(a, str_n(text, n));
    free(text);
    return r;
}

static void percent(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (isascii(ch) && (isalnum(ch) || strchr("-._~", ch)))
            buf_ch(b, (char)ch);
        else
            buf_printf(b, "%%%02X", ch);
    }
}

struct str totp_uri(struct arena *a, struct str issuer, struct str name, struct str base32)
{
    struct buf b = buf_in(a);
    buf_c(&b, "otpauth://totp/");
    percent(&b, issuer);
    buf_c(&b, ":");
    percent(&b, name);
    buf_c(&b, "?secret=");
    buf_str_add(&b, base32);
    buf_c(&b, "&issuer=");
    percent(&b, issuer);
    return buf_str(&b);
}
