/* Who asks: the session of a cookie or the holder of a token. What access said is remembered
 * for a second, so that a page that asks for twenty things does not read and touch its session
 * twenty times; whoever changes sessions, roles or tokens in this process makes it forget at
 * once, and other processes wait that second.
 *
 * What it must never do: keep a secret (only its hash), or remember a no. */
#include "os/random.h"
#include "server/passage.h"
#include <pthread.h>
#include <stdlib.h>

enum { SEATS = 512, SEAT_MS = 1000, TEXT = 136 };

struct seat {
    struct hash secret;
    int64_t until;        /* ticks; 0: free */
    bool touched;         /* the session's idle clock began again when this was kept */
    struct caller caller; /* its texts are the arrays below */
    char name[TEXT], session[TEXT], csrf[TEXT];
};
struct auth {
    pthread_mutex_t lock;
    /* grows when everything is forgotten: an answer that was under way then is not kept */
    uint64_t turn;
    unsigned char salt[16];
    struct seat seats[SEATS];
};

struct auth *auth_new(void)
{
    struct auth *a = calloc(1, sizeof *a);
    if (!a) abort();
    pthread_mutex_init(&a->lock, NULL);
    random_bytes(a->salt, sizeof a->salt);
    return a;
}

void auth_free(struct auth *a)
{
    if (!a) return;
    pthread_mutex_destroy(&a->lock);
    free(a);
}

void auth_forget(struct auth *a)
{
    pthread_mutex_lock(&a->lock);
    a->turn++;
    for (int i = 0; i < SEATS; i++) a->seats[i].until = 0;
    pthread_mutex_unlock(&a->lock);
}

static struct seat *seat_of(struct auth *a, const struct hash *h)
{
    return &a->seats[(h->b[0] | (unsigned)h->b[1] << 8) % SEATS];
}

/* What a page asked by itself has touched nothing: it is no answer for a person's own act. */
static bool remembered(struct auth *a, const struct hash *h, bool touches, struct arena *arena,
                       struct caller *ret, uint64_t *ret_turn)
{
    pthread_mutex_lock(&a->lock);
    const struct seat *s = seat_of(a, h);
    bool known = s->until > clock_ticks() && hash_eq(s->secret, *h) && (s->touched || !touches);
    *ret_turn = a->turn;
    if (known) {
        *ret = s->caller;
        ret->name = str_dup(arena, ret->name);
        ret->session = str_dup(arena, ret->session);
        ret->csrf = str_dup(arena, ret->csrf);
    }
    pthread_mutex_unlock(&a->lock);
    return known;
}

static struct str keep(char *to, struct str s)
{
    if (s.n) memcpy(to, s.p, s.n);
    return str_n(to, s.n);
}

static void remember(struct auth *a, const struct hash *h, bool touched, const struct caller *c,
                     uint64_t turn)
{
    if (c->name.n > TEXT || c->session.n > TEXT || c->csrf.n > TEXT) return;
    pthread_mutex_lock(&a->lock);
    struct seat *s = seat_of(a, h);
    if (a->turn == turn) {
        s->secret = *h;
        s->touched = touched;
        s->caller = *c;
        s->caller.name = keep(s->name, c->name);
        s->caller.session = keep(s->session, c->session);
        s->caller.csrf = keep(s->csrf, c->csrf);
        s->until = clock_ticks() + SEAT_MS;
    }
    pthread_mutex_unlock(&a->lock);
}

RC auth_see(struct auth *a, struct passage *p, struct hand *h, struct err *e)
{
    struct hash hash =
        hash_prefixed(p->is_bearer, str_n((const char *)a->salt, sizeof a->salt), p->secret);
    uint64_t turn;
    if (!p->secret.n) return RC_OK;
    /* a stream is opened again by the browser itself, which sends no header of ours */
    bool touches =
        p->is_bearer || !(p->is_background || (p->x.route && p->x.route->flags & ROUTE_STREAM));
    if (remembered(a, &hash, touches, p->x.arena, &p->x.caller, &turn)) return RC_OK;
    enum rc rc;
    if (p->is_bearer)
        rc = access_token(h->access, p->secret, p->x.arena, &p->x.caller, e);
    else
        rc = (touches ? access_session : access_session_look)(h->access, p->secret, p->x.arena,
                                                              &p->x.caller, e);
    if (rc == RC_OK)
        remember(a, &hash, touches, &p->x.caller, turn);
    else
        p->x.caller = (struct caller){0};
    return rc == RC_NO ? RC_OK : rc;
}
