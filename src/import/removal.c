#include "import/removal.h"
#include "admin/admin.h"
#include "connect/ingest.h"
#include "loyalty/ledger.h"
#include "people/people.h"
#include "record/audit.h"
#include "record/record.h"
#include <stdio.h>
#include <stdlib.h>

#define ROWS_AT_ONCE 50
#define EVENTS_AT_ONCE 500
#define BUDGET_US 5000

static const char *const states[] = { "running", "done", NULL };
static const char *const states_zh[] = { "正在撤回", "已撤回", NULL };
const enum_labels removal_state_labels = { "removal_state", states, states_zh };

// --- What an import makes ---------------------------------------------------------------------------------------------------------
// A range that goes on where the last one ended makes it longer.
err removal_note(tx *t, int64_t import, str kind, int64_t from, int64_t to)
{
    int64_t n;
    if (from > to)
        return E_OK;
    TRY(db_exec_count(t->d, &n, "UPDATE import_made SET to_id = $4 WHERE import = $1 AND kind = $2 AND to_id = $3 - 1", dbi(import), dbs(kind),
                      dbi(from), dbi(to)));
    return n ? E_OK
             : db_exec(t->d, "INSERT INTO import_made (import, kind, from_id, to_id) VALUES ($1, $2, $3, $4)", dbi(import), dbs(kind), dbi(from),
                       dbi(to));
}

// kind: of its events; subjects are noted only of what an import makes.
typedef struct making { int64_t import, event_no; uint32_t subject; str kind; bool subjects; } making;

// At the operation's end, and again while what follows from it makes more.
static err making_note(tx *t, void *p)
{
    making *m = p;
    int64_t last = tx_event_no(t);
    uint32_t subject = tx_dense_last(t, COUNTER_SUBJECT);
    if (last == m->event_no && subject == m->subject)
        return E_OK;
    TRY(removal_note(t, m->import, m->kind, m->event_no + 1, last));
    if (m->subjects)
        TRY(removal_note(t, m->import, S("subject"), (int64_t)m->subject + 1, subject));
    m->event_no = last;
    m->subject = subject;
    tx_at_end(t, making_note, m);
    return E_OK;
}

static making *making_new(tx *t, int64_t import, str kind, bool subjects)
{
    making *m = arena_new(t->a, making);
    *m = (making){ import, tx_event_no(t), tx_dense_last(t, COUNTER_SUBJECT), kind, subjects };
    return m;
}

void *making_begin(tx *t, int64_t import) { return making_new(t, import, S("event"), true); }
void making_end(tx *t, void *begun) { tx_at_end(t, making_note, begun); }

// --- Asking -----------------------------------------------------------------------------------------------------------------------
static err hide_after_commit(tx *t, const event_span *v, size_t n);

static err spans_read(db *d, arena *a, int64_t import, const char *kind, event_span **ret, size_t *ret_n)
{
    int64_t most;
    db_rows r;
    size_t n = 0;
    TRY(db_int(d, &most, 0, "SELECT count(*) FROM import_made WHERE import = $1 AND kind = $2", dbi(import), dbs(str_c(kind))));
    event_span *v = arena_array(a, event_span, (size_t)most + 1);
    TRY(db_query(d, &r, "SELECT from_id, to_id FROM import_made WHERE import = $1 AND kind = $2 ORDER BY from_id", dbi(import),
                 dbs(str_c(kind))));
    while (db_next(&r) && (int64_t)n < most)
        v[n++] = (event_span){ db_i64(&r, 0), db_i64(&r, 1) };
    *ret = v;
    *ret_n = n;
    return db_end(&r);
}

static bool in_spans(const event_span *v, size_t n, int64_t no)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (v[mid].to < no)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && v[lo].from <= no;
}

err removal_start(tx *t, int64_t import, int64_t by_kind, int64_t by_id)
{
    int64_t state, made, asked;
    event_span *v;
    size_t n;
    TRY(db_int(t->d, &state, -1, "SELECT state FROM import_job WHERE id = $1", dbi(import)));
    if (state < 0)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "import");
    if (state == IMPORT_WAITING || state == IMPORT_RUNNING)
        return fault_detail(t->f, t->a, E_CONFLICT, "it runs: stop it first");
    TRY(db_int(t->d, &asked, -1, "SELECT state FROM import_removal WHERE import = $1", dbi(import)));
    TRY(db_int(t->d, &made, 0, "SELECT count(*) FROM import_made WHERE import = $1", dbi(import)));
    if (asked == REMOVAL_RUNNING || (asked == REMOVAL_DONE && !made))
        return E_OK;
    if (!made)
        return fault_detail(t->f, t->a, E_CONFLICT, "there is nothing of it to take back");
    TRY(db_exec(t->d,
                "INSERT INTO import_removal (import, state, phase, at, by_kind, by_id, asked_us, done_us, emptied)"
                " VALUES ($1, $2, 0, 0, $3, $4, $5, 0, 0) ON CONFLICT (import) DO UPDATE SET state = excluded.state, phase = 0, at = 0,"
                " by_kind = excluded.by_kind, by_id = excluded.by_id, asked_us = excluded.asked_us, done_us = 0, emptied = 0",
                dbi(import), dbi(REMOVAL_RUNNING), dbi(by_kind), dbi(by_id), dbi(t->now_us)));
    TRY(db_exec(t->d, "DELETE FROM import_taken WHERE import = $1", dbi(import)));
    // At once nothing shows its events any more; their rows follow, then their contents.
    TRY(spans_read(t->d, t->a, import, "event", &v, &n));
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(t->d, "INSERT INTO event_hidden (from_no, to_no, import) VALUES ($1, $2, $3) ON CONFLICT (from_no) DO NOTHING",
                    dbi(v[i].from), dbi(v[i].to), dbi(import)));
    // The same file may come again.
    TRY(db_exec(t->d, "DELETE FROM import_mark WHERE import = $1", dbi(import)));
    return hide_after_commit(t, v, n);
}

typedef struct hiding { timeline *tl; const event_span *v; size_t n; } hiding;

static void hide(void *p)
{
    const hiding *h = p;
    for (size_t i = 0; h->tl && i < h->n; i++)
        timeline_hide(h->tl, h->v[i]);
}

static err hide_after_commit(tx *t, const event_span *v, size_t n)
{
    hiding *h = arena_new(t->a, hiding);
    *h = (hiding){ engine_of(t)->tl, v, n };
    tx_after(t, hide, h);
    return E_OK;
}

err removal_open(engine *e, db *d)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT from_no, to_no FROM event_hidden ORDER BY from_no"));
    while (db_next(&r))
        if (e->tl)
            timeline_hide(e->tl, (event_span){ db_i64(&r, 0), db_i64(&r, 1) });
    return db_end(&r);
}

// --- Taking back --------------------------------------------------------------------------------------------------------------------
typedef struct removal {
    int64_t import, phase, at;
    event_span *events, *own, *subjects;       // own: its events, and those of taking back
    size_t events_n, own_n, subjects_n;
} removal;

static err taken(tx *t, const removal *m, str kind, const char *outcome, int64_t n)
{
    return n == 0 ? E_OK
                  : db_exec(t->d,
                            "INSERT INTO import_taken AS x (import, kind, outcome, n) VALUES ($1, $2, $3, $4)"
                            " ON CONFLICT (import, kind, outcome) DO UPDATE SET n = x.n + excluded.n",
                            dbi(m->import), dbs(kind), dbs(str_c(outcome)), dbi(n));
}

static err reverse(tx *t, int64_t import, int64_t entry, const char **ret)
{
    posted p;
    int64_t left;
    // A reversal may leave a debt; taking back does not: what is not there any more has been spent.
    TRY(db_int(t->d, &left, 0,
               "SELECT a.credited - a.debited - a.held_out - e.amount FROM entry e JOIN account a ON a.id = e.credit WHERE e.id = $1"
               " AND NOT EXISTS (SELECT 1 FROM entry x WHERE x.reverses = e.id AND x.reverses <> 0)",
               dbi(entry)));
    *ret = left < 0 ? "spent" : "removed";
    if (left < 0)
        return E_OK;
    str key = arena_fmt(t->a, "import.removed:%lld:%lld", (long long)import, (long long)entry);
    err e = ledger_reverse(t, &(reversing){ .entry = entry, .key = key, .made_by = S("import") }, &p);
    if (e == E_ALREADY_REVERSED)
        return E_OK;
    *ret = e == E_BALANCE_TOO_LOW ? "spent" : e == E_ACCOUNT_CLOSED ? "closed" : *ret;
    return e == E_BALANCE_TOO_LOW || e == E_ACCOUNT_CLOSED ? E_OK : e;
}

static err take_entry(tx *t, const removal *m, str kind, int64_t id)
{
    const char *outcome;
    TRY(reverse(t, m->import, id, &outcome));
    return taken(t, m, kind, outcome, 1);
}

static err take_staff(tx *t, const removal *m, str kind, int64_t id)
{
    bool gone;
    TRY(admin_staff_take_back(t, id, &gone));
    return taken(t, m, kind, gone ? "removed" : "touched", 1);
}

static err take_record(tx *t, const removal *m, str kind, int64_t id)
{
    const record *k = record_named(kind);
    const char *outcome = "touched";
    if (k)
        TRY(record_take_back(t, k, id, &outcome));
    return taken(t, m, kind, outcome, 1);
}

typedef err (*taker)(tx *t, const removal *m, str kind, int64_t id);
static taker taker_of(str kind) { return str_eq(kind, S("entry")) ? take_entry : str_eq(kind, S("staff")) ? take_staff : take_record; }

// Rows that have ids, newest first: what came later may lean on what came before.
static err take_rows(tx *t, removal *m, bool *ret_more)
{
    typedef struct made { str kind; int64_t id; } made;
    made v[ROWS_AT_ONCE];
    size_t n = 0;
    db_rows r;
    int64_t until = m->at ? m->at : INT64_MAX;
    TRY(db_query(t->d, &r,
                 "SELECT kind, from_id FROM import_made WHERE import = $1 AND kind NOT IN ('event', 'subject', 'undo') AND from_id < $2"
                 " ORDER BY from_id DESC LIMIT $3",
                 dbi(m->import), dbi(until), dbi(ROWS_AT_ONCE)));
    while (db_next(&r) && n < ROWS_AT_ONCE)
        v[n++] = (made){ arena_str(t->a, db_str(&r, 0)), db_i64(&r, 1) };
    TRY(db_end(&r));
    for (size_t i = 0; i < n; i++)
        TRY(taker_of(v[i].kind)(t, m, v[i].kind, v[i].id));
    *ret_more = n == ROWS_AT_ONCE;
    m->at = n ? v[n - 1].id : 0;
    return E_OK;
}

// --- People -------------------------------------------------------------------------------------------------------------------------
typedef struct whose { uint32_t person; const event_ref *refs; size_t n; bool whole; size_t mine; uint32_t *subjects; size_t subjects_n; } whose;

static err subjects_of(tx *t, uint32_t person, whose *w)
{
    int64_t n;
    db_rows r;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM link WHERE person = $1", dbi(person)));
    w->subjects = arena_array(t->a, uint32_t, (size_t)n + 1);
    w->subjects[w->subjects_n++] = person;
    TRY(db_query(t->d, &r, "SELECT subject FROM link WHERE person = $1 ORDER BY subject", dbi(person)));
    while (db_next(&r) && (int64_t)w->subjects_n <= n)
        w->subjects[w->subjects_n++] = (uint32_t)db_i64(&r, 0);
    return db_end(&r);
}

static bool by_itself(tx *t, uint32_t kind)
{
    static const char *const kinds[] = { "class.changed", "tier.moved", "tag.faded" };
    bool any = false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        any = any || kind == names_kind_find(engine_of(t)->names, str_c(kinds[i]));
    return any;
}

static err whose_read(tx *t, const removal *m, uint32_t person, whose *w)
{
    event_ref *refs;
    *w = (whose){ .person = person, .whole = true };
    timeline_person_refs_all(engine_of(t)->tl, person, teller_head(t->teller), t->a, &refs, &w->n);
    w->refs = refs;
    // What another import had brought and was taken back is nothing, and what time alone brings about is nobody's deed.
    for (size_t i = 0; i < w->n; i++)
        w->whole = w->whole && (refs[i].kind == 0 || by_itself(t, refs[i].kind) || in_spans(m->own, m->own_n, refs[i].no));
    TRY(subjects_of(t, person, w));
    for (size_t i = 0; i < w->subjects_n; i++)
        w->mine += in_spans(m->subjects, m->subjects_n, w->subjects[i]);
    return E_OK;
}

// What rules gave for these events. The next ones below `*before`; 0: no more.
static err points_page(tx *t, const removal *m, uint32_t subject, int64_t *before)
{
    int64_t ids[ROWS_AT_ONCE], last = 0;
    size_t n = 0, seen = 0;
    db_rows r;
    TRY(db_query(t->d, &r,
                 "SELECT e.id, e.cause_no FROM account a JOIN entry e ON e.credit = a.id WHERE a.opened_for = $1 AND a.owner > 0"
                 " AND e.reverses = 0 AND e.cause_no > 0 AND e.id < $2"
                 " AND NOT EXISTS (SELECT 1 FROM entry x WHERE x.reverses = e.id AND x.reverses <> 0) ORDER BY e.id DESC LIMIT $3",
                 dbi(subject), dbi(*before), dbi(ROWS_AT_ONCE)));
    while (db_next(&r) && seen < ROWS_AT_ONCE) {
        seen++;
        last = db_i64(&r, 0);
        if (in_spans(m->events, m->events_n, db_i64(&r, 1)))
            ids[n++] = last;
    }
    TRY(db_end(&r));
    for (size_t i = 0; i < n; i++)
        TRY(take_entry(t, m, S("earned"), ids[i]));
    *before = seen == ROWS_AT_ONCE ? last : 0;
    return E_OK;
}

static err points_back(tx *t, const removal *m, const whose *w)
{
    for (size_t i = 0; i < w->subjects_n; i++)
        for (int64_t before = INT64_MAX; before;)
            TRY(points_page(t, m, w->subjects[i], &before));
    return E_OK;
}

static err held(tx *t, uint32_t person, bool *ret)
{
    int64_t n;
    TRY(db_int(t->d, &n, 0, "SELECT count(*) FROM privacy_hold WHERE person = $1 AND ended_us = 0", dbi(person)));
    *ret = n > 0;
    return E_OK;
}

// Somebody who stays: what these events had said of them is taken back, row by row.
static err unsay(tx *t, const removal *m, const whose *w)
{
    int64_t rows = 0;
    event_told *v = arena_array(t->a, event_told, w->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        if (in_spans(m->events, m->events_n, w->refs[i].no))
            v[n++] = (event_told){ w->refs[i].subject, w->refs[i].no };
    TRY(people_unsay(t, w->person, v, n, &rows));
    return taken(t, m, S("row"), "removed", rows);
}

// Of ids that are new with it every one is accounted for; of people, those who are new with it.
static err person_taken(tx *t, const removal *m, const whose *w, const char *outcome)
{
    TRY(taken(t, m, S("identity"), outcome, (int64_t)w->mine));
    return taken(t, m, S("person"), outcome, w->mine > 0);
}

static err take_person(tx *t, const removal *m, uint32_t person)
{
    whose w;
    bool hold;
    int64_t rows = 0;
    TRY(whose_read(t, m, person, &w));
    TRY(points_back(t, m, &w));
    TRY(held(t, person, &hold));
    bool made = w.mine == w.subjects_n;
    if (made && w.whole && !hold) {
        for (size_t i = 0; i < w.subjects_n; i++)
            TRY(people_vehicles_back(t, w.subjects[i], 0, &rows));
        TRY(people_erase(t, w.subjects, w.subjects_n, &rows));
        return person_taken(t, m, &w, "removed");
    }
    TRY(person_taken(t, m, &w, hold ? "held" : made ? "touched" : "joined"));
    return unsay(t, m, &w);
}

// Each person once, whichever of their events comes first.
static err visit(tx *t, const removal *m, uint32_t person)
{
    int64_t fresh, there;
    TRY(db_exec_count(t->d, &fresh, "INSERT INTO import_visited (import, whose) VALUES ($1, $2) ON CONFLICT (import, whose) DO NOTHING",
                      dbi(m->import), dbi(person)));
    if (!fresh)
        return E_OK;
    TRY(db_int(t->d, &there, 0, "SELECT count(*) FROM person WHERE id = $1", dbi(person)));
    if (there)
        return take_person(t, m, person);
    whose w;                                   // erased meanwhile, on their own request
    TRY(whose_read(t, m, person, &w));
    return person_taken(t, m, &w, "gone");
}

// What its messages are known by. Some targets make the id that is shown from the fingerprint itself.
typedef struct messages { tx *t; err e; int64_t last; } messages;

static err message_free(tx *t, hash128 print)
{
    return db_exec(t->d, "INSERT INTO message_again (hi, lo, at_us) VALUES ($1, $2, $3) ON CONFLICT (hi, lo) DO NOTHING",
                   dbi((int64_t)print.hi), dbi((int64_t)print.lo), dbi(t->now_us));
}

static bool free_one(void *p, const event *e)
{
    messages *x = p;
    unsigned long long hi, lo;
    if (e->source == IMPORT_SOURCE && e->message_id.len) {
        const caller who = { .source = IMPORT_SOURCE };
        ingest_event as = { 0 };
        ingest_set_message(engine_of(x->t)->ingest, &as, &who, e->message_id);
        x->e = message_free(x->t, as.print);
        if (x->e == E_OK && e->message_id.len == 32 && sscanf(arena_cstr(x->t->a, e->message_id), "%16llx%16llx", &hi, &lo) == 2)
            x->e = message_free(x->t, (hash128){ .lo = lo, .hi = hi });
    }
    return x->e == E_OK && e->no < x->last;
}

static err free_messages(tx *t, int64_t from, int64_t to)
{
    messages x = { t, E_OK, to };
    int64_t head = teller_head(t->teller);
    if (from > to)
        return E_OK;
    TRY(timeline_each(engine_of(t)->tl, from, to < head ? to : head, free_one, &x));
    return x.e;
}

static err take_events(tx *t, removal *m, bool *ret_more)
{
    engine *e = engine_of(t);
    os *o = e->o;
    int64_t began = os_mono_us(o), n = 0, last = m->events_n ? m->events[m->events_n - 1].to : 0, no = m->at;
    while (n < EVENTS_AT_ONCE && no < last && (n == 0 || os_mono_us(o) - began < BUDGET_US)) {
        no++;
        size_t i = 0;
        while (i < m->events_n && m->events[i].to < no)
            i++;
        no = no < m->events[i].from ? m->events[i].from : no;
        event_ref ref = timeline_ref(e->tl, no);
        if (ref.subject)
            TRY(visit(t, m, people_person_of(t, ref.subject)));
        n++;
    }
    for (size_t i = 0; i < m->events_n; i++)   // the part of each range that was gone through
        TRY(free_messages(t, m->events[i].from > m->at + 1 ? m->events[i].from : m->at + 1, m->events[i].to < no ? m->events[i].to : no));
    m->at = no;
    *ret_more = no < last;
    return taken(t, m, S("event"), "removed", n);
}

// Whoever became known by a row that is no event.
static err take_subjects(tx *t, removal *m, bool *ret_more)
{
    int64_t last = m->subjects_n ? m->subjects[m->subjects_n - 1].to : 0, n = 0;
    while (n < ROWS_AT_ONCE && m->at < last) {
        m->at++;
        if (!in_spans(m->subjects, m->subjects_n, m->at))
            continue;
        TRY(visit(t, m, people_person_of(t, (uint32_t)m->at)));
        n++;
    }
    *ret_more = m->at < last;
    return E_OK;
}

// --- Steps ----------------------------------------------------------------------------------------------------------------------------
enum { PHASE_ROWS, PHASE_EVENTS, PHASE_SUBJECTS, PHASE_END };

static err finish(tx *t, const removal *m)
{
    int64_t removed, kept;
    TRY(db_exec(t->d, "DELETE FROM import_made WHERE import = $1", dbi(m->import)));
    TRY(db_exec(t->d, "DELETE FROM import_visited WHERE import = $1", dbi(m->import)));
    TRY(db_exec(t->d, "UPDATE import_removal SET state = $2, done_us = $3 WHERE import = $1", dbi(m->import), dbi(REMOVAL_DONE),
                dbi(t->now_us)));
    TRY(db_int(t->d, &removed, 0, "SELECT CAST(sum(n) AS BIGINT) FROM import_taken WHERE import = $1 AND outcome = 'removed'", dbi(m->import)));
    TRY(db_int(t->d, &kept, 0, "SELECT CAST(sum(n) AS BIGINT) FROM import_taken WHERE import = $1 AND outcome <> 'removed'", dbi(m->import)));
    return audit_note(t, &(audit_entry){ .who = AUDIT_SYSTEM, .verb = S("import.removed"), .object = S("import"), .object_id = m->import,
                                         .payload = arena_fmt(t->a, "{\"removed\":%lld,\"kept\":%lld}", (long long)removed, (long long)kept) });
}

static err next_read(tx *t, removal *m)
{
    db_rows r;
    bool found;
    event_span *undo;
    size_t undo_n;
    *m = (removal){ 0 };
    TRY(db_query_one(t->d, &r, &found, "SELECT import, phase, at FROM import_removal WHERE state = $1 ORDER BY asked_us LIMIT 1",
                     dbi(REMOVAL_RUNNING)));
    if (found)
        *m = (removal){ .import = db_i64(&r, 0), .phase = db_i64(&r, 1), .at = db_i64(&r, 2) };
    TRY(db_end(&r));
    if (!found)
        return E_OK;
    TRY(spans_read(t->d, t->a, m->import, "event", &m->events, &m->events_n));
    TRY(spans_read(t->d, t->a, m->import, "subject", &m->subjects, &m->subjects_n));
    TRY(spans_read(t->d, t->a, m->import, "undo", &undo, &undo_n));
    // Taking back comes after everything it brought: one list, in order.
    m->own = arena_array(t->a, event_span, m->events_n + undo_n + 1);
    if (m->events_n)
        memcpy(m->own, m->events, m->events_n * sizeof *m->own);
    if (undo_n)
        memcpy(m->own + m->events_n, undo, undo_n * sizeof *m->own);
    m->own_n = m->events_n + undo_n;
    return E_OK;
}

err removal_step(tx *t, bool *ret_more)
{
    removal m;
    bool more = false;
    TRY(next_read(t, &m));
    *ret_more = m.import != 0;
    if (!m.import)
        return E_OK;
    making *undo = making_new(t, m.import, S("undo"), false);
    if (m.phase == PHASE_ROWS)
        TRY(take_rows(t, &m, &more));
    else if (m.phase == PHASE_EVENTS)
        TRY(take_events(t, &m, &more));
    else if (m.phase == PHASE_SUBJECTS)
        TRY(take_subjects(t, &m, &more));
    if (m.phase != PHASE_SUBJECTS || more)
        making_end(t, undo);           // the last step ends with what it noted
    if (!more) {
        m.phase++;
        m.at = 0;
    }
    if (m.phase == PHASE_END)
        return finish(t, &m);
    return db_exec(t->d, "UPDATE import_removal SET phase = $2, at = $3 WHERE import = $1", dbi(m.import), dbi(m.phase), dbi(m.at));
}

// --- Out of the log ---------------------------------------------------------------------------------------------------------------------
err removal_waiting(db *d, arena *a, int64_t *ret_import, event_span **ret, size_t *ret_n)
{
    int64_t most;
    size_t n = 0;
    db_rows r;
    *ret_n = 0;
    TRY(db_int(d, ret_import, 0, "SELECT import FROM import_removal WHERE state = $1 AND emptied = 0 ORDER BY asked_us LIMIT 1",
               dbi(REMOVAL_DONE)));
    TRY(db_int(d, &most, 0, "SELECT count(*) FROM event_hidden WHERE import = $1", dbi(*ret_import)));
    *ret = arena_array(a, event_span, (size_t)most + 1);
    TRY(db_query(d, &r, "SELECT from_no, to_no FROM event_hidden WHERE import = $1 ORDER BY from_no", dbi(*ret_import)));
    while (db_next(&r) && (int64_t)n < most)
        (*ret)[n++] = (event_span){ db_i64(&r, 0), db_i64(&r, 1) };
    *ret_n = n;
    return db_end(&r);
}

err removal_emptied(tx *t, int64_t import)
{
    return db_exec(t->d, "UPDATE import_removal SET emptied = 1 WHERE import = $1", dbi(import));
}
