/* See peer.h. */
#include "peer.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void make_dir(struct peer *p)
{
    snprintf(p->dir, sizeof p->dir, "/tmp/outbound-test-XXXXXX");
    if (!mkdtemp(p->dir)) abort();
}

static const char *source(void)
{
    return getenv("SALLYPORT_SOURCE") ? getenv("SALLYPORT_SOURCE") : ".";
}

bool peer_start(struct peer *p, const char *script, const char *argument)
{
    char path[512], line[64];
    int fd[2];
    *p = (struct peer){0};
    make_dir(p);
    snprintf(path, sizeof path, "%s/test/peer/%s", source(), script);
    if (pipe(fd) != 0) abort();
    p->pid = fork();
    if (p->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that dies takes its peers along */
        dup2(fd[1], 1);
        close(fd[0]);
        close(fd[1]);
        execlp("python3", "python3", path, argument ? argument : p->dir, (char *)NULL);
        _exit(127);
    }
    close(fd[1]);
    p->out = fdopen(fd[0], "r");
    if (p->pid < 0 || !p->out || !fgets(line, sizeof line, p->out)) return false;
    p->port = atoi(line);
    return p->port > 0;
}

static void remove_dir(struct peer *p)
{
    char line[128];
    snprintf(line, sizeof line, "rm -rf '%s'", p->dir);
    if (system(line) != 0) fprintf(stderr, "could not remove %s\n", p->dir);
}

void peer_stop(struct peer *p)
{
    if (p->pid > 0) {
        kill(p->pid, SIGTERM);
        waitpid(p->pid, NULL, 0);
    }
    if (p->out) fclose(p->out);
    remove_dir(p);
}

int server_start(struct peer *p, const char *script)
{
    char line[700];
    int status, port = 0;
    *p = (struct peer){0};
    make_dir(p);
    /* the server keeps running: its output must not keep our pipe open */
    snprintf(line, sizeof line, "%s/test/peer/%s start '%s' >'%s/start.out'", source(), script,
             p->dir, p->dir);
    status = system(line);
    snprintf(line, sizeof line, "%s/start.out", p->dir);
    FILE *f = fopen(line, "r");
    if (f && fgets(line, sizeof line, f)) port = atoi(line);
    if (f) fclose(f);
    p->port = port;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        fprintf(stderr, "# %s", line);
        remove_dir(p);
        return 77;
    }
    return status == 0 && port > 0 ? 0 : 1;
}

void server_stop(struct peer *p, const char *script)
{
    char line[700];
    snprintf(line, sizeof line, "%s/test/peer/%s stop '%s'", source(), script, p->dir);
    if (system(line) != 0) fprintf(stderr, "could not stop %s\n", script);
    remove_dir(p);
}
