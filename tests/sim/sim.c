// A year of accidents in seconds: a server on a made-up machine gets random work; calls fail, the power goes at any write, the
// process is killed, the disk is full, clocks jump; during recovery as well. After each restart the model says what must be there.
//
//   test_sim [seeds] [first-seed]      a failing seed is printed; the same seed does the same again
#include "life.h"
#include <stdio.h>

#define LIVES 25

typedef struct tally { int64_t lives, power_cuts, kills, stops, refused_starts, groups, deaths, snapshots; } tally;

typedef struct snapshot { db *d; int64_t head_no, ops; } snapshot;

typedef struct sim {
    life l;
    tally *tally;
    snapshot snap;
} sim;

static uint64_t draw(sim *w, uint64_t n) { return life_draw(&w->l, n); }
static bool one_in(sim *w, uint64_t n) { return life_one_in(&w->l, n); }

// --- readers ---------------------------------------------------------------------------------------------------------
// A reader sees rows and head of one moment however long it stays, and the timeline has everything up to that head.
static bool snapshot_look(sim *w, bool first)
{
    int64_t head_no, ops;
    err e = head_event_no(w->snap.d, &head_no);
    if (e == E_OK)
        e = db_int(w->snap.d, &ops, -1, "SELECT count(*) FROM sim_op");
    if (e != E_OK)
        return false;                  // a fault struck the reader
    if (first) {
        w->snap.head_no = head_no;
        w->snap.ops = ops;
    } else if (head_no != w->snap.head_no || ops != w->snap.ops) {
        buf_addf(&w->l.report, "a reader saw head %lld with %lld ops, then %lld with %lld\n", (long long)w->snap.head_no, (long long)w->snap.ops,
                 (long long)head_no, (long long)ops);
    }
    if (!teller_wait_visible(w->l.s.t, head_no) || timeline_head(w->l.s.tl) < head_no)
        buf_addf(&w->l.report, "head %lld is committed and not readable\n", (long long)head_no);
    return true;
}

static void snapshot_end(sim *w)
{
    if (w->snap.d && !life_over(&w->l))
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
    if (server_reader(&w->l.s, &w->snap.d) != E_OK) {
        w->snap.d = NULL;
        return;
    }
    if (db_begin_read(w->snap.d) == E_OK && snapshot_look(w, true)) {
        w->tally->snapshots++;
        return;
    }
    db_close(w->snap.d);
    w->snap.d = NULL;
}

// --- accidents -------------------------------------------------------------------------------------------------------
static void plan_accident(sim *w, int64_t within)
{
    int64_t calls = os_sim_calls(w->l.os) + 1 + (int64_t)draw(w, (uint64_t)within * 4), writes = os_sim_writes(w->l.os) + 1 + (int64_t)draw(w, (uint64_t)within);
    switch (draw(w, 8)) {
    case 0:
    case 1:
    case 2:
        os_sim_crash_at_write(w->l.os, writes);
        return;
    case 3:
        os_sim_fail_at(w->l.os, calls, E_IO, one_in(w, 3));
        return;
    case 4:
        os_sim_fail_at(w->l.os, calls, E_DISK_FULL, one_in(w, 3));
        return;
    case 5:
        os_sim_fail_sync_at(w->l.os, 1 + (int64_t)draw(w, (uint64_t)within / 4 + 1));
        return;
    default:
        return;                        // none
    }
}

static void restart_machine(sim *w)
{
    bool power_cut = one_in(w, 2);
    life_restart(&w->l, power_cut);
    w->tally->power_cuts += power_cut;
    w->tally->kills += !power_cut;
}

// --- a life ----------------------------------------------------------------------------------------------------------
static bool start(sim *w)
{
    life *l = &w->l;
    for (int tries = 0; tries < 6; tries++) {
        bool calm = tries == 5 || !one_in(w, 3);
        if (!calm)
            plan_accident(w, 30);
        err e = life_start(l);
        if (e == E_OK && !os_sim_crashed(l->os)) {
            life_calm(l);
            return true;
        }
        if (e == E_OK)
            life_end(l, false);
        if (e == E_CORRUPT || (e != E_OK && calm)) {
            buf_addf(&l->report, "the server does not start: %s " STR_FMT "\n", err_info_of(e)->code, STR_ARG(l->f.detail));
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
        os_sim_set_now(w->l.os, os_now_us(os_sim_os(w->l.os)) - (int64_t)draw(w, 7200000000));
    os_sim_advance(w->l.os, (int64_t)draw(w, one_in(w, 10) ? 20000000000 : 2000));
}

static void act(sim *w)
{
    switch (draw(w, 16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
        life_step(&w->l);
        return;
    case 5:
    case 6:
        life_ship(&w->l);
        return;
    case 7:
        if (one_in(w, 3))
            life_checkpoint(&w->l, one_in(w, 2));
        return;
    case 8:
        snapshot_step(w);
        return;
    case 9:
        move_clock(w);
        return;
    default:
        life_submit(&w->l);
        return;
    }
}

static void live(sim *w)
{
    life *l = &w->l;
    uint64_t most = 5 + draw(w, 120);
    if (one_in(w, 6))
        os_sim_disk_limit(l->os, 100000 + (int64_t)draw(w, 3000000));
    plan_accident(w, 200);
    for (uint64_t i = 0; i < most && !life_over(l); i++)
        act(w);
    w->tally->deaths += l->dead;
    w->tally->groups += teller_stats_now(l->s.t).groups;
    bool orderly = !life_over(l) && one_in(w, 4);
    snapshot_end(w);
    life_end(l, orderly);
    w->tally->stops += orderly;
    if (os_sim_crashed(l->os))         // also when an accident struck during an orderly end
        restart_machine(w);
    life_calm(l);
}

static bool run_seed(uint64_t seed, tally *t)
{
    sim w = { .tally = t };
    life *l = &w.l;
    life_init(l, seed);
    int life_no = 0;
    while (life_no < LIVES && !l->report.len) {
        life_no++;
        if (!start(&w))
            break;
        life_check(l);
        if (l->report.len)
            life_end(l, false);
        else
            live(&w);
    }
    t->lives += life_no;
    bool good = l->report.len == 0;
    if (!good)
        printf("seed %llu, life %d:\n%.*s", (unsigned long long)seed, life_no, (int)l->report.len, l->report.s);
    life_free(l);
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
