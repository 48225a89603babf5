// A server process on this machine, killed with SIGKILL at random moments under mixed load; what its clients were told is
// compared with what the next process finds.
//
//   test_kill [kills] [directory]
//
// The parent holds the clients and the model; the child is the server: one thread per client, the teller on its own.
#include "model.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS 4
#define LIFE_US_MAX 120000

// Both go over a socket as they are: parent and child are the same program.
typedef struct request { int64_t serial, key, body, job; uint64_t seed; } request;
typedef struct reply { int64_t serial, replay_of, job_at; err outcome; } reply;

static bool send_all(int fd, const void *p, size_t n) { return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n; }
static bool receive_all(int fd, void *p, size_t n) { return recv(fd, p, n, MSG_WAITALL) == (ssize_t)n; }

// --- the child: a server ---------------------------------------------------------------------------------------------
typedef struct session { server *s; int fd; pthread_t thread; } session;

typedef struct waiter { pthread_mutex_t m; pthread_cond_t c; bool done; err outcome; } waiter;

static void answered(work *w, err outcome)
{
    waiter *on = w->user;
    pthread_mutex_lock(&on->m);
    on->outcome = outcome;
    on->done = true;
    pthread_cond_signal(&on->c);
    pthread_mutex_unlock(&on->m);
}

static err perform(server *s, work *w)
{
    waiter on = { .m = PTHREAD_MUTEX_INITIALIZER, .c = PTHREAD_COND_INITIALIZER };
    w->answered = answered;
    w->user = &on;
    work_init(w);
    if (!teller_submit(s->t, &w->o))
        return E_OVERLOADED;
    pthread_mutex_lock(&on.m);
    while (!on.done)
        pthread_cond_wait(&on.c, &on.m);
    pthread_mutex_unlock(&on.m);
    return on.outcome;
}

static void *serve(void *p)
{
    const session *c = p;
    request q;
    while (receive_all(c->fd, &q, sizeof q)) {
        work w = { .serial = q.serial, .key = q.key, .body = q.body, .job = q.job, .seed = q.seed };
        err e = perform(c->s, &w);
        if (!send_all(c->fd, &(reply){ q.serial, w.replay_of, w.job_at, e }, sizeof(reply)))
            break;
    }
    return NULL;
}

static void be_server(const char *above, const char *dir, const int *fds, int ready)
{
    server s;
    fault f = { 0 };
    arena *a = arena_create();
    err e = server_open(&s, os_posix(), above, dir, a, &f);
    if (e != E_OK) {
        fprintf(stderr, "the server does not start: %s " STR_FMT "\n", err_info_of(e)->code, STR_ARG(f.detail));
        _exit(2);
    }
    session sessions[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        sessions[i] = (session){ .s = &s, .fd = fds[i] };
        ENSURE(pthread_create(&sessions[i].thread, NULL, serve, &sessions[i]) == 0);
    }
    ENSURE(write(ready, "r", 1) == 1);
    _exit(teller_run(s.t) == E_OK ? 0 : 3);
}

// --- the parent: clients, killer, judge ------------------------------------------------------------------------------
typedef struct harness {
    model m;
    pthread_mutex_t lock;              // over the model
    uint64_t chance;
    const char *above, *dir;
} harness;

typedef struct client { harness *h; int fd; int no; pthread_t thread; } client;

static void ask_next(client *c, work *w)
{
    harness *h = c->h;
    *w = (work){ 0 };
    pthread_mutex_lock(&h->lock);
    if (c->no == CLIENTS - 1)          // one client does bulk work only
        w->job = work_mix(&h->chance) % 20 ? 1 + (int64_t)(work_mix(&h->chance) % JOBS) : JOB_EXPIRY;
    else
        model_ask(&h->m, w, &h->chance);
    pthread_mutex_unlock(&h->lock);
}

static void *be_client(void *p)
{
    client *c = p;
    for (;;) {
        work w;
        reply r;
        ask_next(c, &w);
        if (!send_all(c->fd, &(request){ w.serial, w.key, w.body, w.job, w.seed }, sizeof(request)) || !receive_all(c->fd, &r, sizeof r))
            return NULL;
        ENSURE(r.serial == w.serial);
        w.replay_of = r.replay_of;
        w.job_at = r.job_at;
        pthread_mutex_lock(&c->h->lock);
        model_answer(&c->h->m, &w, r.outcome, r.outcome == E_CONFLICT || r.outcome == E_IDEMPOTENCY_MISMATCH || r.outcome == E_OVERLOADED);
        pthread_mutex_unlock(&c->h->lock);
    }
}

static bool one_life(harness *h)
{
    int ours[CLIENTS], theirs[CLIENTS], ready[2];
    for (int i = 0; i < CLIENTS; i++) {
        int pair[2];
        ENSURE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
        ours[i] = pair[0];
        theirs[i] = pair[1];
    }
    ENSURE(pipe(ready) == 0);
    pid_t pid = fork();
    ENSURE(pid >= 0);
    if (pid == 0) {
        for (int i = 0; i < CLIENTS; i++)
            close(ours[i]);
        be_server(h->above, h->dir, theirs, ready[1]);
    }
    close(ready[1]);
    char r;
    // The moment of death may also fall into recovery.
    bool early = work_mix(&h->chance) % 8 == 0, up = early || read(ready[0], &r, 1) == 1;
    client clients[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        close(theirs[i]);
        clients[i] = (client){ .h = h, .fd = ours[i], .no = i };
        ENSURE(pthread_create(&clients[i].thread, NULL, be_client, &clients[i]) == 0);
    }
    os_sleep_us(os_posix(), (int64_t)(work_mix(&h->chance) % (early ? 8000 : LIFE_US_MAX)));
    kill(pid, SIGKILL);
    int status;
    ENSURE(waitpid(pid, &status, 0) == pid);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(clients[i].thread, NULL);
    for (int i = 0; i < CLIENTS; i++)
        close(ours[i]);
    close(ready[0]);
    if (up && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return true;
    printf("the server ended by itself: status %d\n", status);
    return false;
}

static bool look(harness *h)
{
    server s;
    fault f = { 0 };
    buf report = { 0 };
    arena *a = arena_create();
    err e = server_open(&s, os_posix(), h->above, h->dir, a, &f);
    if (e == E_OK) {
        model_check(&h->m, &s, &report);
        server_close(&s);
    } else {
        buf_addf(&report, "the server does not start: %s " STR_FMT "\n", err_info_of(e)->code, STR_ARG(f.detail));
    }
    bool good = report.len == 0;
    if (!good)
        printf("%.*s", (int)report.len, report.s);
    buf_free(&report);
    arena_destroy(a);
    return good;
}

static void remove_all(const char *dir)
{
    arena *a = arena_create();
    str *names;
    size_t n;
    if (os_list(os_posix(), dir, a, &names, &n) == E_OK)
        for (size_t i = 0; i < n; i++) {
            const char *path = arena_fmt(a, "%s/%s", dir, names[i].s).s;
            if (os_remove(os_posix(), path) != E_OK)
                remove_all(path);
        }
    rmdir(dir);
    arena_destroy(a);
}

int main(int argc, char **argv)
{
    int64_t kills = 30, done = 0;
    if ((argc > 1 && !str_to_i64(str_c(argv[1]), &kills)) || argc > 3) {
        fprintf(stderr, "usage: test_kill [kills] [directory]\n");
        return 2;
    }
    char made[] = "/tmp/lianyi-kill-XXXXXX";
    harness h = { .lock = PTHREAD_MUTEX_INITIALIZER };
    h.above = argc > 2 ? argv[2] : mkdtemp(made);
    ENSURE(h.above);
    arena *a = arena_create();
    h.dir = arena_fmt(a, "%s/brand", h.above).s;
    os_random(os_posix(), &h.chance, sizeof h.chance);
    bool good = true;
    while (good && done < kills) {
        good = one_life(&h) && look(&h);
        done += good;
    }
    printf("%lld kills: %lld acknowledged, %lld replayed, %lld refused, %lld unanswered of which %lld there\n", (long long)done,
           (long long)h.m.acked, (long long)h.m.replayed, (long long)h.m.refused,
           (long long)((int64_t)h.m.ops.n - h.m.acked - h.m.replayed - h.m.refused), (long long)h.m.unsure_found);
    printf("%lld passed, %d failed\n", (long long)done, good ? 0 : 1);
    if (good)
        remove_all(h.dir);
    if (good && argc < 3)
        rmdir(h.above);
    model_free(&h.m);
    arena_destroy(a);
    return good ? 0 : 1;
}
