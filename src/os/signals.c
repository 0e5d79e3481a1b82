/* Orderly stop: the signals are blocked everywhere and read where main waits. */
#include "os/signals.h"
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

static sigset_t ours(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

void signals_block(void)
{
    sigset_t set = ours();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

void signals_unblock(void)
{
    sigset_t set = ours();
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    signal(SIGPIPE, SIG_DFL);
}

enum signal_ask signals_wait(int timeout_ms)
{
    sigset_t set = ours();
    struct timespec t = {timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000};
    int got;
    do got = timeout_ms < 0 ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &t);
    while (got < 0 && errno == EINTR);
    if (got < 0) return SIGNAL_NONE;
    return got == SIGHUP ? SIGNAL_RELOAD : SIGNAL_STOP;
}
