// Durable postings per second through the real teller and the machine's disk: one per operation, and in batches of 100.
//   ledger_bench DIR [seconds]
#include "base/time.h"
#include "loyalty/ledger.h"
#include "store/migrate.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define PEOPLE 20000
#define IN_FLIGHT 64

typedef struct bench {
    engine e;                          // first: tx.user
    int64_t done, next, batch;
    int64_t until_us;
} bench;

typedef struct job { op op; bench *b; } job;

static err run(op *o, tx *t)
{
    bench *b = ((job *)o)->b;
    posted p;
    for (int64_t i = 0; i < b->batch; i++) {
        int64_t n = ++b->next;
        TRY(ledger_award(t, &(award){ .person = (uint32_t)(n * 7919 % PEOPLE + 1), .reason = S("sign_in"), .amount = 2,
                                      .key = arena_fmt(t->a, "rule:12:%lld:0:points", (long long)n), .made_by = S("rule:sign_in") }, &p));
    }
    return E_OK;
}

static void done(op *o, err outcome)
{
    job *j = (job *)o;
    if (outcome != E_OK) {
        fprintf(stderr, "%s\n", err_info_of(outcome)->code);
        exit(1);
    }
    j->b->done += j->b->batch;
    if (os_mono_us(os_posix()) < j->b->until_us)
        teller_submit(j->b->e.teller, o);
}

// Processor time of this process: what a posting costs when others use the machine as well.
static double cpu_us(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void measure(bench *b, int64_t batch, int64_t seconds, const char *what)
{
    static job jobs[IN_FLIGHT];
    int64_t from = os_mono_us(os_posix());
    double cpu = cpu_us();
    b->batch = batch;
    b->done = 0;
    b->until_us = from + seconds * US_PER_S;
    for (int i = 0; i < IN_FLIGHT; i++) {
        jobs[i] = (job){ .op = { .run = run, .done = done }, .b = b };
        teller_submit(b->e.teller, &jobs[i].op);
    }
    bool worked = true;
    while (worked)
        if (teller_step(b->e.teller, &worked) != E_OK || teller_checkpoint(b->e.teller, false) != E_OK)
            exit(1);
    printf("%-34s %8.0f postings/s, %5.1f us of processor each\n", what, (double)b->done * 1e6 / (double)(os_mono_us(os_posix()) - from),
           (cpu_us() - cpu) / (double)b->done);
}

int main(int argc, char **argv)
{
    int64_t seconds = argc > 2 ? strtoll(argv[2], NULL, 10) : 5;
    arena *a = arena_create();
    bench b = { 0 };
    db *d;
    size_t applied;
    if (argc < 2 || db_open(os_posix(), arena_fmt(a, "%s/bench.db", argv[1]).s, DB_WRITER, &d) != E_OK ||
        migrate(d, migrations, migrations_count, 0, NULL, a, &applied) != E_OK ||
        teller_open(&(teller_config){ .o = os_posix(), .d = d, .user = &b }, NULL, a, &b.e.teller) != E_OK)
        return 1;
    measure(&b, 100, seconds, "accounts being opened, 100 per op");
    measure(&b, 1, seconds, "one per operation, 64 waiting");
    measure(&b, 100, seconds, "100 per operation, 64 waiting");
    teller_close(b.e.teller);
    arena_destroy(a);
    return 0;
}
