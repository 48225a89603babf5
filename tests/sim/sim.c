// A year of accidents in seconds: a server on a made-up machine gets random work; calls fail, the power goes at any write, the
// process is killed, the disk is full, clocks jump; during recovery as well. After each restart the model says what must be there.
//
//   test_sim [seeds] [first-seed]      a failing seed is printed; the same seed does the same again
#include "model.h"
#include "os_sim.h"
#include <stdio.h>
#include <stdlib.h>

#define DIR "/brand"
#define LIVES 25
#define WORKS_MAX 64

typedef struct tally { int64_t lives, power_cuts, kills, stops, refused_starts, groups, deaths, snapshots; } tally;

typedef struct snapshot { db *d; int64_t head_no, ops; } snapshot;

typedef struct sim {
    os_sim *os;
    uint64_t chance;
    server s;
    model m;
    tally *tally;
    buf report;
    arena *a;
    work *open[WORKS_MAX];             // submitted in this life
    size_t open_n;
    snapshot snap;
    bool stepping, dead;
    int64_t acked_now;
} sim;

static uint64_t draw(sim *w, uint64_t n) { return work_mix(&w->chance) % n; }
static bool one_in(sim *w, uint64_t n) { return draw(w, n) == 0; }

// --- work ------------------------------------------------------------------------------------------------------------
// Whether the teller lives on is known only when the step returns: answers wait until then.
static void answered(work *k, err outcome)
{
    k->o.outcome = outcome;
    k->user = NULL;                    // answered
}

static void collect_answers(sim *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->open_n; i++) {
        work *k = w->open[i];
        if (k->user) {
            w->open[kept++] = k;
            continue;
        }
        model_answer(&w->m, k, k->o.outcome, !w->dead || k->o.outcome == E_SHUTTING_DOWN);
        free(k);
    }
    w->open_n = kept;
}

static void forget_works(sim *w)
{
    for (size_t i = 0; i < w->open_n; i++) {
        w->m.unsure++;
        free(w->open[i]);
    }
    w->open_n = 0;
}

static void submit(sim *w)
{
    if (w->open_n == WORKS_MAX)
        return;
    work *k = calloc(1, sizeof *k);
    ENSURE(k);
    *k = (work){ .answered = answered, .user = w };
    if (one_in(w, 40))
        k->job = JOB_EXPIRY;
    else if (one_in(w, 5))
        k->job = 1 + (int64_t)draw(w, JOBS);
    else
        model_ask(&w->m, k, &w->chance);
    work_init(k);
    if (teller_submit(w->s.t, &k->o))
        w->open[w->open_n++] = k;
    else
        ENSURE(!"the queue is never full here");
}

// --- readers ---------------------------------------------------------------------------------------------------------
// A reader sees rows and head of one moment however long it stays, and the timeline has everything up to that head.
static void snapshot_look(sim *w, bool first)
{
    int64_t head_no, ops;
    err e = head_event_no(w->snap.d, &head_no);
    if (e == E_OK)
        e = db_int(w->snap.d, &ops, -1, "SELECT count(*) FROM sim_op");
    if (e != E_OK)
        return;                        // a fault struck the reader
    if (first) {
        w->snap.head_no = head_no;
        w->snap.ops = ops;
    } else if (head_no != w->snap.head_no || ops != w->snap.ops) {
        buf_addf(&w->report, "a reader saw head %lld with %lld ops, then %lld with %lld\n", (long long)w->snap.head_no, (long long)w->snap.ops,
                 (long long)head_no, (long long)ops);
    }
    if (!teller_wait_visible(w->s.t, head_no) || timeline_head(w->s.tl) < head_no)
        buf_addf(&w->report, "head %lld is committed and not readable\n", (long long)head_no);
}

static void snapshot_end(sim *w)
{
    if (w->snap.d && !w->dead)
        snapshot_look(w, false);
    if (w->snap.d)
        db_close(w->snap.d);
    w->snap.d = NULL;
}

static void snapshot_step(sim *w)
{
    if (w->snap.d) {
        snapshot_end(w);
        return;
    }
    if (server_reader(&w->s, &w->snap.d) != E_OK) {
        w->snap.d = NULL;
        return;
    }
    if (db_begin_read(w->snap.d) != E_OK) {
        db_close(w->snap.d);
        w->snap.d = NULL;
        return;
    }
    w->snap.head_no = w->snap.ops = 0;
    w->tally->snapshots++;
    snapshot_look(w, true);
}

// --- accidents -------------------------------------------------------------------------------------------------------
static void plan_accident(sim *w, int64_t within)
{
    int64_t calls = os_sim_calls(w->os) + 1 + (int64_t)draw(w, (uint64_t)within * 4), writes = os_sim_writes(w->os) + 1 + (int64_t)draw(w, (uint64_t)within);
    switch (draw(w, 8)) {
    case 0:
    case 1:
    case 2:
        os_sim_crash_at_write(w->os, writes);
        return;
    case 3:
        os_sim_fail_at(w->os, calls, E_IO, one_in(w, 3));
        return;
    case 4:
        os_sim_fail_at(w->os, calls, E_DISK_FULL, one_in(w, 3));
        return;
    case 5:
        os_sim_fail_sync_at(w->os, 1 + (int64_t)draw(w, (uint64_t)within / 4 + 1));
        return;
    default:
        return;                        // none
    }
}

static void no_accidents(sim *w)
{
    os_sim_crash_at(w->os, 0);
    os_sim_crash_at_write(w->os, 0);
    os_sim_fail_at(w->os, 0, E_IO, false);
    os_sim_fail_sync_at(w->os, 0);
    os_sim_disk_limit(w->os, -1);
}

// The process is gone. Was it the machine as well?
static void restart_machine(sim *w)
{
    if (one_in(w, 2)) {
        os_sim_respawn(w->os);
        w->tally->kills++;
    } else {
        os_sim_restart(w->os);
        w->tally->power_cuts++;
    }
    no_accidents(w);
}

// --- a life ----------------------------------------------------------------------------------------------------------
static bool start(sim *w)
{
    for (int tries = 0; tries < 6; tries++) {
        fault f = { 0 };
        bool calm = tries == 5 || !one_in(w, 3);
        if (!calm)
            plan_accident(w, 30);
        err e = server_open(&w->s, os_sim_os(w->os), "/", DIR, w->a, &f);
        if (e == E_OK && !os_sim_crashed(w->os)) {
            no_accidents(w);
            return true;
        }
        if (e == E_OK)
            server_close(&w->s);
        if (e == E_CORRUPT || (e != E_OK && calm)) {
            buf_addf(&w->report, "the server does not start: %s " STR_FMT "\n", err_info_of(e)->code, STR_ARG(f.detail));
            return false;
        }
        w->tally->refused_starts++;
        restart_machine(w);
    }
    return false;
}

static void move_clock(sim *w)
{
    if (one_in(w, 20))
        os_sim_set_now(w->os, os_now_us(os_sim_os(w->os)) - (int64_t)draw(w, 7200000000));
    os_sim_advance(w->os, (int64_t)draw(w, one_in(w, 10) ? 20000000000 : 2000));
}

static err act(sim *w)
{
    bool worked;
    switch (draw(w, 16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
        return teller_step(w->s.t, &worked);
    case 5:
    case 6:
        return teller_ship(w->s.t, &worked);
    case 7:
        return one_in(w, 3) ? teller_checkpoint(w->s.t, one_in(w, 2)) : E_OK;
    case 8:
        snapshot_step(w);
        return E_OK;
    case 9:
        move_clock(w);
        return E_OK;
    default:
        submit(w);
        return E_OK;
    }
}

static void live(sim *w)
{
    uint64_t most = 5 + draw(w, 120);
    w->dead = false;
    if (one_in(w, 6))
        os_sim_disk_limit(w->os, 100000 + (int64_t)draw(w, 3000000));
    plan_accident(w, 200);
    for (uint64_t i = 0; i < most && !w->dead && !os_sim_crashed(w->os); i++) {
        w->dead = act(w) != E_OK;
        collect_answers(w);
    }
    w->tally->deaths += w->dead;
    if (!w->dead && !os_sim_crashed(w->os) && one_in(w, 4))
        w->tally->stops++;             // an orderly end: closing writes what it likes
    else
        os_sim_crash_now(w->os);
    w->dead |= os_sim_crashed(w->os);
    snapshot_end(w);
    w->tally->groups += teller_stats_now(w->s.t).groups;
    server_close(&w->s);
    forget_works(w);
    if (os_sim_crashed(w->os))
        restart_machine(w);
    no_accidents(w);
}

static bool run_seed(uint64_t seed, tally *t)
{
    sim w = { .os = os_sim_create(seed), .chance = seed, .tally = t, .a = arena_create() };
    for (int life = 0; life < LIVES && !w.report.len; life++) {
        t->lives++;
        if (!start(&w))
            break;
        model_check(&w.m, &w.s, &w.report);
        if (w.report.len)
            server_close(&w.s);
        else
            live(&w);
        arena_reset(w.a);
    }
    bool good = w.report.len == 0;
    if (!good)
        printf("seed %llu, life %lld:\n%.*s", (unsigned long long)seed, (long long)t->lives, (int)w.report.len, w.report.s);
    model_free(&w.m);
    buf_free(&w.report);
    arena_destroy(w.a);
    os_sim_destroy(w.os);
    return good;
}

int main(int argc, char **argv)
{
    int64_t seeds = 40, first = 1, failed = 0;
    if ((argc > 1 && !str_to_i64(str_c(argv[1]), &seeds)) || (argc > 2 && !str_to_i64(str_c(argv[2]), &first)) || argc > 3) {
        fprintf(stderr, "usage: test_sim [seeds] [first-seed]\n");
        return 2;
    }
    tally t = { 0 };
    for (int64_t i = 0; i < seeds; i++)
        failed += !run_seed((uint64_t)(first + i), &t);
    printf("%lld lives: %lld power cuts, %lld kills, %lld orderly stops, %lld starts that failed, %lld deaths by fault, %lld groups, %lld snapshots\n",
           (long long)t.lives, (long long)t.power_cuts, (long long)t.kills, (long long)t.stops, (long long)t.refused_starts,
           (long long)t.deaths, (long long)t.groups, (long long)t.snapshots);
    printf("%lld passed, %lld failed\n", (long long)(seeds - failed), (long long)failed);
    return failed ? 1 : 0;
}
