/* Signals are read by one thread with sigwait, never handled in the middle of something.
 * signals_block() comes first in main, before any thread. SIGPIPE is ignored: a closed peer is
 * an error value. */
#pragma once

enum signal_ask { SIGNAL_NONE, SIGNAL_STOP, SIGNAL_RELOAD };
void signals_block(void);
void signals_unblock(void); /* in a child before exec */
/* Waits for SIGTERM, SIGINT (stop) or SIGHUP (reload); SIGNAL_NONE when the time is over
 * (timeout_ms < 0: for ever). */
enum signal_ask signals_wait(int timeout_ms);
