/* Tells systemd how the service is: one datagram to the socket named by NOTIFY_SOCKET
 * (sd_notify(3), a path or an abstract name), without libsystemd. Without that variable every
 * call does nothing and gives false. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

bool notify_ready(void);
bool notify_stopping(void);
bool notify_watchdog(void);
bool notify_status(const char *text);      /* one line, nothing personal */
bool notify_send(const char *assignments); /* "READY=1\nSTATUS=…" */
int64_t notify_watchdog_ms(
    void); /* how often notify_watchdog is due (half of WATCHDOG_USEC); 0: never */
