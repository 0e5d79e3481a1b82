/* The sd_notify(3) protocol. Errors are of no consequence to the service, so they are only told
 * as false. */
#include "os/notify.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool notify_send(const char *assignments)
{
    const char *name = getenv("NOTIFY_SOCKET");
    if (!name || (name[0] != '/' && name[0] != '@')) return false;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = strlen(name);
    if (n < 2 || n >= sizeof to.sun_path) return false;
    memcpy(to.sun_path, name, n);
    /* '@' stands for the NUL of an abstract name, whose length counts; a path ends with its
     * NUL. */
    if (name[0] == '@') to.sun_path[0] = 0;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    size_t length = strlen(assignments);
    ssize_t sent = sendto(fd, assignments, length, MSG_NOSIGNAL, (struct sockaddr *)&to, size);
    close(fd);
    return sent == (ssize_t)length;
}

bool notify_ready(void) { return notify_send("READY=1"); }
bool notify_stopping(void) { return notify_send("STOPPING=1"); }
bool notify_watchdog(void) { return notify_send("WATCHDOG=1"); }

bool notify_status(const char *text)
{
    char line[512];
    snprintf(line, sizeof line, "STATUS=%s", text);
    line[strcspn(line, "\n")] = 0; /* a second line would be a second assignment */
    return notify_send(line);
}

int64_t notify_watchdog_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (!usec || (pid && strtoll(pid, NULL, 10) != getpid())) return 0;
    long long n = strtoll(usec, NULL, 10);
    return n > 0 ? n / 2000 : 0;
}
