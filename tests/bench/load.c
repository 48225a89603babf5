// The load generator of the benchmarks: N blocking clients on keep-alive connections, each a thread, for some seconds.
//   load HOST:PORT KEYS ingest BATCH CLIENTS SECONDS [OPTION…]      POST /v1/batch, ~450 bytes an event, unique message ids
//   load HOST:PORT KEYS post PATH BODY CLIENTS SECONDS [OPTION…]    POST
//   load HOST:PORT KEYS get "PATH …" CLIENTS SECONDS [OPTION…]      GET, one of the paths each time
// KEYS: one, or several with commas between: client i takes the i-th, so that none meets its limit.
// In BODY and PATH: $ID an id never used before, $U the user id of one of the people, $P their number (1 + STEP × n).
//   people=N  of whom one is drawn each time (1000000)      step=N (1)
//   rate=N    requests a second over all clients, by the clock: what waits for its turn counts as waiting (0: as fast as it goes)
//   new=N  wake=N    of a thousand events, how many bring a new person, how many wake a rule (0)
// Prints one JSON object: requests, items, seconds, errors, latency percentiles in microseconds.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 256
#define SAMPLES_MAX (1 << 20)
#define SECONDS_MAX 300

typedef struct plan {
    struct sockaddr_in to;
    char *keys[CLIENTS_MAX], *paths[16];
    const char *body;
    int keys_n, paths_n;
    long batch, clients, people, step, rate, new_ones, wake;
    double seconds;
    uint64_t run;                  // makes ids of this run differ from those of any other
} plan;

typedef struct client {
    const plan *p;
    int number;
    uint64_t rnd, made;
    int64_t requests, errors;
    uint32_t *samples;
    size_t samples_n;
    char *out, *in;
    size_t out_cap;
} client;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t rnd(client *c)
{
    uint64_t z = (c->rnd += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

// --- Bodies ------------------------------------------------------------------------------------------------------------
static size_t one_event(client *c, char *at, size_t room)
{
    uint64_t r = rnd(c);
    time_t t = time(NULL);
    struct tm tm;
    gmtime_r(&t, &tm);
    char when[40];
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
    char user[60], kind[40];
    if ((long)((r >> 10) % 1000) < c->p->new_ones)
        snprintf(user, sizeof user, "new-%llx-%x-%llx", (unsigned long long)c->p->run, c->number, (unsigned long long)c->made);
    else
        snprintf(user, sizeof user, "u-%07llu", (unsigned long long)(r % (uint64_t)c->p->people));
    if ((long)((r >> 44) % 1000) < c->p->wake)
        snprintf(kind, sizeof kind, "app.signed_in");
    else
        snprintf(kind, sizeof kind, "bench.kind%02llu", (unsigned long long)((r >> 24) % 60));
    int n = snprintf(at, room,
                     "{\"type\":\"track\",\"userId\":\"%s\",\"event\":\"%s\",\"messageId\":\"bench-%llx-%x-%llx\","
                     "\"timestamp\":\"%s.%03lluZ\",\"properties\":{\"车型\":\"ET%llu\",\"city\":\"上海\",\"price\":%llu,\"from\":\"首页\"},"
                     "\"context\":{\"page\":{\"path\":\"/model/et%llu\",\"url\":\"https://example.com/model\",\"title\":\"车型详情页\"},"
                     "\"library\":{\"name\":\"@segment/analytics-node\",\"version\":\"3.1.0\"},\"locale\":\"zh-CN\"},\"integrations\":{}}",
                     user, kind, (unsigned long long)c->p->run, c->number, (unsigned long long)c->made++, when, (unsigned long long)((r >> 30) % 1000),
                     (unsigned long long)((r >> 40) % 9), (unsigned long long)((r >> 20) % 500000), (unsigned long long)((r >> 40) % 9));
    return n > 0 ? (size_t)n : 0;
}

static size_t make_ingest(client *c, char *at, size_t room)
{
    size_t n = (size_t)snprintf(at, room, "{\"batch\":[");
    for (long i = 0; i < c->p->batch; i++) {
        if (i)
            at[n++] = ',';
        n += one_event(c, at + n, room - n);
    }
    return n + (size_t)snprintf(at + n, room - n, "]}");
}

// Text with $ID, $U and $P filled in.
static size_t fill(client *c, const char *s, char *at, size_t room)
{
    size_t n = 0;
    uint64_t one = rnd(c) % (uint64_t)c->p->people;
    while (*s && n + 60 < room) {
        if (strncmp(s, "$ID", 3) == 0)
            n += (size_t)snprintf(at + n, room - n, "%llx-%x-%llx", (unsigned long long)c->p->run, c->number, (unsigned long long)c->made++);
        else if (strncmp(s, "$U", 2) == 0)
            n += (size_t)snprintf(at + n, room - n, "u-%07llu", (unsigned long long)one);
        else if (strncmp(s, "$P", 2) == 0)
            n += (size_t)snprintf(at + n, room - n, "%llu", (unsigned long long)(1 + (uint64_t)c->p->step * one));
        else
            at[n++] = *s;
        if (*s == '$')
            one = rnd(c) % (uint64_t)c->p->people;
        s += strncmp(s, "$ID", 3) == 0 ? 3 : strncmp(s, "$U", 2) == 0 || strncmp(s, "$P", 2) == 0 ? 2 : 1;
    }
    at[n] = 0;
    return n;
}

static size_t make_request(client *c)
{
    const plan *p = c->p;
    const char *key = p->keys[c->number % p->keys_n];
    char path[512];
    fill(c, p->paths[rnd(c) % (uint64_t)p->paths_n], path, sizeof path);
    if (!p->batch && !p->body)
        return (size_t)snprintf(c->out, c->out_cap, "GET %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n\r\n", path, key);
    char *body = c->out + 1024;
    size_t n = p->batch ? make_ingest(c, body, c->out_cap - 1024) : fill(c, p->body, body, c->out_cap - 1024);
    char head[1024];
    int h = snprintf(head, sizeof head,
                     "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                     "Idempotency-Key: %llx-%x-%lld\r\nContent-Length: %zu\r\n\r\n",
                     path, key, (unsigned long long)p->run, c->number, (long long)c->requests, n);
    memmove(c->out + h, body, n);
    memcpy(c->out, head, (size_t)h);
    return (size_t)h + n;
}

// --- One client --------------------------------------------------------------------------------------------------------
static int dial(const plan *p)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0 || connect(fd, (const struct sockaddr *)&p->to, sizeof p->to) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

// Sends and reads one whole reply (Content-Length). Its status, 0 when the connection broke.
static int exchange(client *c, int fd, size_t n)
{
    for (size_t sent = 0; sent < n;) {
        ssize_t k = send(fd, c->out + sent, n - sent, MSG_NOSIGNAL);
        if (k <= 0)
            return 0;
        sent += (size_t)k;
    }
    enum { IN = 1 << 20 };
    size_t got = 0, want = 0;
    for (;;) {
        ssize_t k = recv(fd, c->in + got, IN - 1 - got, 0);
        if (k <= 0)
            return 0;
        got += (size_t)k;
        c->in[got] = 0;
        char *end = strstr(c->in, "\r\n\r\n");
        if (end && !want) {
            char *len = strcasestr(c->in, "content-length:");
            want = (size_t)(end - c->in) + 4 + (len && len < end ? strtoul(len + 15, NULL, 10) : 0);
        }
        if (want && got >= want)
            return atoi(c->in + 9);
        if (got >= IN - 1)
            return 0;
    }
}

static void wait_until(double at)
{
    double left = at - now_s();
    if (left > 0)
        nanosleep(&(struct timespec){ (time_t)left, (long)((left - (double)(time_t)left) * 1e9) }, NULL);
}

// At a rate, a request is due by the clock and its time begins there, whether or not the one before is answered.
static void *client_main(void *arg)
{
    client *c = arg;
    int fd = dial(c->p);
    double start = now_s(), end = start + c->p->seconds, each = c->p->rate ? (double)c->p->clients / (double)c->p->rate : 0;
    double due = start + each * c->number / (double)c->p->clients;
    while ((each > 0 ? due : now_s()) < end) {
        size_t n = make_request(c);
        wait_until(each > 0 ? due : 0);
        double t0 = each > 0 ? due : now_s();
        due += each;
        int status = exchange(c, fd, n);
        double took = now_s() - t0;
        c->requests++;
        if (status < 200 || status >= 300)
            c->errors++;
        if (c->samples_n < SAMPLES_MAX)
            c->samples[c->samples_n++] = (uint32_t)(took * 1e6);
        if (status == 0) {
            close(fd);
            fd = dial(c->p);
        }
    }
    close(fd);
    return NULL;
}

// --- All of them -------------------------------------------------------------------------------------------------------
static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(client *c, const plan *p, double seconds)
{
    int64_t requests = 0, errors = 0;
    size_t n = 0;
    for (long i = 0; i < p->clients; i++) {
        requests += c[i].requests;
        errors += c[i].errors;
        n += c[i].samples_n;
    }
    uint32_t *all = malloc((n + 1) * sizeof *all);
    n = 0;
    for (long i = 0; i < p->clients; i++)
        for (size_t k = 0; k < c[i].samples_n; k++)
            all[n++] = c[i].samples[k];
    qsort(all, n, sizeof *all, by_value);
    printf("{\"requests\":%lld,\"items\":%lld,\"errors\":%lld,\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}\n",
           (long long)requests, (long long)(requests * (p->batch ? p->batch : 1)), (long long)errors, seconds,
           (double)(requests - errors) * (p->batch ? p->batch : 1) / seconds, n ? all[n / 2] : 0, n ? all[n * 99 / 100] : 0,
           n ? all[n - 1] : 0);
    free(all);
}

static int usage(void)
{
    fprintf(stderr, "usage: load HOST:PORT KEYS ingest BATCH | post PATH BODY | get \"PATH …\", then CLIENTS SECONDS [people= step= rate= new= wake=]\n");
    return 2;
}

static int split(char *text, const char *by, char **out, int max)
{
    int n = 0;
    for (char *at = strtok(text, by); at && n < max; at = strtok(NULL, by))
        out[n++] = at;
    return n;
}

static int option(plan *p, const char *text)
{
    const struct { const char *name; long *to; } known[] = { { "people=", &p->people }, { "step=", &p->step }, { "rate=", &p->rate },
                                                             { "new=", &p->new_ones }, { "wake=", &p->wake } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(text, known[i].name, strlen(known[i].name)) == 0) {
            *known[i].to = atol(text + strlen(known[i].name));
            return *known[i].to >= 0;
        }
    return 0;
}

static int address(plan *p, char *text)
{
    char *colon = strrchr(text, ':');
    if (!colon || strncmp(text, "127.", 4) != 0)
        return 0;                              // loopback only
    *colon = 0;
    p->to.sin_family = AF_INET;
    p->to.sin_port = htons((uint16_t)atoi(colon + 1));
    return inet_pton(AF_INET, text, &p->to.sin_addr) == 1;
}

static int parse(int argc, char **argv, plan *p)
{
    static char ingest_path[] = "/v1/batch";
    int post = argc > 3 && strcmp(argv[3], "post") == 0, ingest = argc > 3 && strcmp(argv[3], "ingest") == 0, at = post ? 6 : 5;
    if (argc < at + 2 || !address(p, argv[1]))
        return 0;
    p->people = 1000000;
    p->step = 1;
    p->keys_n = split(argv[2], ",", p->keys, CLIENTS_MAX);
    p->paths_n = split(ingest ? ingest_path : argv[4], " ", p->paths, 16);
    p->batch = ingest ? atol(argv[4]) : 0;
    p->body = post ? argv[5] : NULL;
    p->clients = atol(argv[at]);
    p->seconds = atof(argv[at + 1]);
    for (int i = at + 2; i < argc; i++)
        if (!option(p, argv[i]))
            return 0;
    return p->keys_n && p->paths_n && p->clients > 0 && p->clients <= CLIENTS_MAX && p->seconds > 0 && p->seconds <= SECONDS_MAX &&
           p->batch <= 2500 && (!ingest || p->batch > 0) && p->people > 0;
}

int main(int argc, char **argv)
{
    static plan p;
    if (!parse(argc, argv, &p))
        return usage();
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    p.run = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    client *c = calloc((size_t)p.clients, sizeof *c);
    pthread_t threads[CLIENTS_MAX];
    double t0 = now_s();
    for (int i = 0; i < p.clients; i++) {
        size_t cap = 8192 + (size_t)(p.batch + 1) * 1024 + (p.body ? strlen(p.body) * 2 : 0);
        c[i] = (client){ .p = &p, .number = i, .rnd = p.run + (uint64_t)i * 7919, .out_cap = cap, .out = malloc(cap), .in = malloc(1 << 20),
                         .samples = malloc(SAMPLES_MAX * sizeof(uint32_t)) };
        pthread_create(&threads[i], NULL, client_main, &c[i]);
    }
    for (int i = 0; i < p.clients; i++)
        pthread_join(threads[i], NULL);
    report(c, &p, now_s() - t0);
    return 0;
}
