// Makes the brand that benchmarks run on: PEOPLE known people with three identities each (user id, device, phone) and one event,
// through ingest as it is, without rules. The same people every time; ids as tests/bench/load.c names them.
//   big_brand DIR [PEOPLE]         DIR must not exist; its admin login is printed
#include "instance/instance.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define PER_OPERATION 1000

typedef struct making {
    instance *in;
    ingest *ingest;                // of our own: a million new people at once is more than a key may bring
    arena *a;
    int64_t from, n;
} making;

static void somebody(making *m, int64_t number, int64_t now_us, ingest_event *e)
{
    *e = (ingest_event){ .kind = S("app.active") };
    ingest_add_identity(m->ingest, e, m->a, IDENTITY_USER_ID, arena_fmt(m->a, "u-%07lld", (long long)number), true);
    ingest_add_identity(m->ingest, e, m->a, IDENTITY_ANONYMOUS_ID, arena_fmt(m->a, "device-%07lld", (long long)number), true);
    ingest_add_identity(m->ingest, e, m->a, IDENTITY_PHONE, arena_fmt(m->a, "199%08lld", (long long)number), true);
    // Spread over a year, the same for the same person.
    int64_t ago_min = (number * 7919) % (365 * 24 * 60);
    ingest_set_times(e, now_us, true, now_us - ago_min * US_PER_MIN, false, 0, true);
    ingest_event_end(e, m->a);
}

static err store(tx *t, void *p)
{
    making *m = p;
    const caller maker = { .kind = CALLER_KEY, .name = S("base"), .effects = EFFECTS_NONE };
    ingest_batch b = { .n = (uint32_t)m->n, .received_us = t->now_us };
    b.v = arena_array(m->a, ingest_event, (size_t)m->n);
    for (int64_t i = 0; i < m->n; i++)
        somebody(m, m->from + i, t->now_us, &b.v[i]);
    TRY(ingest_store(t, m->ingest, &maker, &b));
    for (uint32_t i = 0; i < b.n; i++)
        if (b.v[i].verdict != INGEST_STORED)
            return fault_detail(t->f, m->a, b.v[i].code, "person %lld was not stored", (long long)(m->from + i));
    return E_OK;
}

// What the teller's thread does in pauses: the log takes the events, the WAL goes back into the database.
static err tidy(teller *t)
{
    bool more = true;
    while (more)
        TRY(teller_ship(t, &more));
    return teller_checkpoint(t, false);
}

static err fill(making *m, int64_t total, fault *f)
{
    err e = E_OK;
    for (m->from = 0; e == E_OK && m->from < total; m->from += m->n) {
        arena_reset(m->a);
        m->n = total - m->from < PER_OPERATION ? total - m->from : PER_OPERATION;
        e = instance_do(m->in, store, m, f);
        if (e == E_OK && m->from % 20000 == 0)
            e = tidy(m->in->e.teller);
        if (m->from % 100000 == 0)
            fprintf(stderr, "%lld people\n", (long long)m->from);
    }
    return e == E_OK ? tidy(m->in->e.teller) : e;
}

static err make(const char *dir, int64_t total, fault *f, arena *a)
{
    buf told = { 0 };
    making m = { .a = arena_create() };
    const init_options opt = { .brand_zh = S("大"), .brand_en = S("Big") };
    TRY(instance_init(os_posix(), dir, &opt, &told, f, a));
    TRY(instance_open(os_posix(), dir, f, a, &m.in));
    const ingest_config c = { .vault = m.in->e.vault, .user = m.in, .new_subjects_per_minute = UINT32_MAX };
    m.ingest = ingest_open(&c);
    err e = fill(&m, total, f);
    ingest_close(m.ingest);
    instance_close(m.in);
    printf(STR_FMT, STR_ARG(buf_str(&told)));
    buf_free(&told);
    arena_destroy(m.a);
    return e;
}

int main(int argc, char **argv)
{
    arena *a = arena_create();
    fault f = { 0 };
    int64_t total = argc > 2 ? strtoll(argv[2], NULL, 10) : 1000000;
    if (argc < 2 || total < 1 || total > 10000000 || sodium_init() < 0) {
        fprintf(stderr, "usage: big_brand DIR [PEOPLE]\n");
        return 2;
    }
    err e = make(argv[1], total, &f, a);
    if (e != E_OK)
        fprintf(stderr, "%s: " STR_FMT "\n", err_info_of(e)->code, STR_ARG(fault_text(&f, a, LANG_EN)));
    arena_destroy(a);
    return e == E_OK ? 0 : 1;
}
