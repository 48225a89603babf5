// The load generator of the benchmarks: N blocking clients on keep-alive connections, each a thread, for some seconds.
//   load HOST:PORT KEY ingest BATCH CLIENTS SECONDS [PEOPLE]      POST /v1/batch, ~450 bytes an event, unique message ids
//   load HOST:PORT KEY post PATH BODY CLIENTS SECONDS             POST with "$ID" in BODY replaced by a number never used before
//   load HOST:PORT KEY get PATH CLIENTS SECONDS                   GET
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
    const char *key, *path, *body;
    int batch, clients, people;
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
    int n = snprintf(at, room,
                     "{\"type\":\"track\",\"userId\":\"u-%07llu\",\"event\":\"bench.kind%02llu\",\"messageId\":\"bench-%llx-%x-%llx\","
                     "\"timestamp\":\"%s.%03lluZ\",\"properties\":{\"车型\":\"ET%llu\",\"city\":\"上海\",\"price\":%llu,\"from\":\"首页\"},"
                     "\"context\":{\"page\":{\"path\":\"/model/et%llu\",\"url\":\"https://example.com/model\",\"title\":\"车型详情页\"},"
                     "\"library\":{\"name\":\"@segment/analytics-node\",\"version\":\"3.1.0\"},\"locale\":\"zh-CN\"},\"integrations\":{}}",
                     (unsigned long long)(r % (uint64_t)c->p->people), (unsigned long long)((r >> 24) % 60), (unsigned long long)c->p->run,
                     c->number, (unsigned long long)c->made++, when, (unsigned long long)((r >> 30) % 1000),
                     (unsigned long long)((r >> 40) % 9), (unsigned long long)((r >> 20) % 500000), (unsigned long long)((r >> 40) % 9));
    return n > 0 ? (size_t)n : 0;
}

static size_t make_ingest(client *c, char *at, size_t room)
{
    size_t n = (size_t)snprintf(at, room, "{\"batch\":[");
    for (int i = 0; i < c->p->batch; i++) {
        if (i)
            at[n++] = ',';
        n += one_event(c, at + n, room - n);
    }
    return n + (size_t)snprintf(at + n, room - n, "]}");
}

static size_t make_post(client *c, char *at, size_t room)
{
    size_t n = 0;
    for (const char *s = c->p->body; *s && n + 40 < room;) {
        if (strncmp(s, "$ID", 3) == 0) {
            n += (size_t)snprintf(at + n, room - n, "%llx-%x-%llx", (unsigned long long)c->p->run, c->number, (unsigned long long)c->made++);
            s += 3;
        } else {
            at[n++] = *s++;
        }
    }
    return n;
}

static size_t make_request(client *c)
{
    const plan *p = c->p;
    if (!p->batch && !p->body)
        return (size_t)snprintf(c->out, c->out_cap, "GET %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n\r\n", p->path, p->key);
    char *body = c->out + 1024;
    size_t n = p->batch ? make_ingest(c, body, c->out_cap - 1024) : make_post(c, body, c->out_cap - 1024);
    char head[1024];
    int h = snprintf(head, sizeof head,
                     "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                     "Idempotency-Key: %llx-%x-%lld\r\nContent-Length: %zu\r\n\r\n",
                     p->path, p->key, (unsigned long long)p->run, c->number, (long long)c->requests, n);
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

static void *client_main(void *arg)
{
    client *c = arg;
    int fd = dial(c->p);
    double end = now_s() + c->p->seconds;
    while (now_s() < end) {
        size_t n = make_request(c);
        double t0 = now_s();
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
    for (int i = 0; i < p->clients; i++) {
        requests += c[i].requests;
        errors += c[i].errors;
        n += c[i].samples_n;
    }
    uint32_t *all = malloc((n + 1) * sizeof *all);
    n = 0;
    for (int i = 0; i < p->clients; i++)
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
    fprintf(stderr, "usage: load HOST:PORT KEY ingest BATCH CLIENTS SECONDS [PEOPLE] | post PATH BODY CLIENTS SECONDS | get PATH CLIENTS SECONDS\n");
    return 2;
}

static int parse(int argc, char **argv, plan *p)
{
    if (argc < 6)
        return 0;
    char *colon = strrchr(argv[1], ':');
    if (!colon || strncmp(argv[1], "127.", 4) != 0)
        return 0;                              // loopback only
    *colon = 0;
    p->to.sin_family = AF_INET;
    p->to.sin_port = htons((uint16_t)atoi(colon + 1));
    inet_pton(AF_INET, argv[1], &p->to.sin_addr);
    p->key = argv[2];
    p->people = 1000000;
    int at = 4;
    if (strcmp(argv[3], "ingest") == 0) {
        p->path = "/v1/batch";
        p->batch = atoi(argv[at++]);
        if (argc > 7)
            p->people = atoi(argv[7]);
    } else {
        p->path = argv[at++];
        if (strcmp(argv[3], "post") == 0)
            p->body = argv[at++];
    }
    if (argc < at + 2)
        return 0;
    p->clients = atoi(argv[at]);
    p->seconds = atof(argv[at + 1]);
    return p->clients > 0 && p->clients <= CLIENTS_MAX && p->seconds > 0 && p->seconds <= SECONDS_MAX && p->batch <= 2500 && p->people > 0;
}

int main(int argc, char **argv)
{
    plan p = { 0 };
    if (!parse(argc, argv, &p))
        return usage();
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    p.run = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    client *c = calloc((size_t)p.clients, sizeof *c);
    pthread_t threads[CLIENTS_MAX];
    double t0 = now_s();
    for (int i = 0; i < p.clients; i++) {
        size_t cap = 4096 + (size_t)(p.batch + 1) * 1024 + (p.body ? strlen(p.body) * 2 : 0);
        c[i] = (client){ .p = &p, .number = i, .rnd = p.run + (uint64_t)i * 7919, .out_cap = cap, .out = malloc(cap), .in = malloc(1 << 20),
                         .samples = malloc(SAMPLES_MAX * sizeof(uint32_t)) };
        pthread_create(&threads[i], NULL, client_main, &c[i]);
    }
    for (int i = 0; i < p.clients; i++)
        pthread_join(threads[i], NULL);
    report(c, &p, now_s() - t0);
    return 0;
}
