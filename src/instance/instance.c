#include "instance/instance.h"
#include "instance/parts.h"
#include "store/migrate.h"
#include <stdlib.h>

static const char *path_in(arena *a, const char *dir, const char *name) { return arena_fmt(a, "%s/%s", dir, name).s; }

// --- The teller's hooks ------------------------------------------------------------------------------------------------
static frame frame_of(const group_frame *g) { return (frame){ g->first_no, g->count, g->at_us, g->body, g->prints }; }

static void on_visible(void *user, const group_frame *g)
{
    instance *in = user;
    frame f = frame_of(g);
    timeline_add(in->e.tl, &f);
    if (in->recovering)
        dedupe_feed(in->e.dd, &f, f.first_no);     // afterwards its prints come in by dedupe_seen, before the commit
    dedupe_note(in->e.dd, g->first_no + g->count - 1, g->at_us);
}

static err on_ship(void *user, const group_frame *g)
{
    instance *in = user;
    frame f = frame_of(g);
    return timeline_append(in->e.tl, &f);
}

static err on_ship_sync(void *user) { return timeline_sync(((instance *)user)->e.tl); }

// --- Recovery ----------------------------------------------------------------------------------------------------------
// The 16 bytes that tell this brand's log from another's: made by init, kept in meta.
static err database_id(db *d, arena *a, uint8_t id[DATABASE_ID_BYTES], fault *f)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT value FROM meta WHERE key = $1", dbs(S("database_id"))));
    str hex = found ? arena_str(a, db_str(&r, 0)) : (str){ 0 };
    TRY(db_end(&r));
    if (hex.len != 2 * DATABASE_ID_BYTES)
        return fault_detail(f, a, E_CORRUPT, "brand.db has no database_id");
    for (size_t i = 0; i < DATABASE_ID_BYTES; i++) {
        char byte[3] = { hex.s[2 * i], hex.s[2 * i + 1], 0 };
        id[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return E_OK;
}

typedef struct feeding { dedupe *d; int64_t from; } feeding;

static bool feed_dedupe(void *p, const frame *g)
{
    feeding *x = p;
    dedupe_feed(x->d, g, x->from);
    return true;
}

static err recover_timeline(instance *in, fault *f, arena *a, int64_t *ret_logged)
{
    int64_t logged, seen, head;
    timeline_config tc = { .o = in->o, .dir = path_in(in->a, in->dir, "log") };
    TRY(database_id(in->writer, a, tc.database, f));
    TRY(head_event_no(in->writer, &head));
    TRY(db_int(in->writer, &tc.needed_no, 0, "SELECT deleted_no FROM head WHERE id = 1"));
    TRY(timeline_open(&tc, f, a, &in->e.tl, &logged));
    if (logged > head)
        return fault_detail(f, a, E_CORRUPT, "the log in %s/log ends at event %lld, the database %s at %lld: they do not belong together",
                            in->dir, (long long)logged, in->db_path, (long long)head);
    const dedupe_config dc = { .o = in->o, .dir = path_in(in->a, in->dir, "seen"), .head_no = head, .background = true };
    TRY(dedupe_open(&dc, f, a, &in->e.dd, &seen));
    feeding x = { in->e.dd, seen + 1 };
    TRY(timeline_frames(in->e.tl, seen + 1, feed_dedupe, &x, f, a));
    *ret_logged = logged;
    return E_OK;
}

static str box_seal(const void *v, str plain, arena *a) { return vault_box(v, plain, a); }
static bool box_open(const void *v, str sealed, arena *a, str *ret) { return vault_unbox(v, sealed, a, ret); }

// --- Opening -------------------------------------------------------------------------------------------------------------
// After the timeline: people bring their links to it.
static err open_modules(instance *in, fault *f, arena *a)
{
    engine *e = &in->e;
    e->o = in->o;
    TRY(names_open(in->writer, &e->names));
    TRY(vault_open(in->o, path_in(a, in->dir, "master.key"), in->a, &e->vault));
    TRY(parts_open(e, in->writer, f, a));
    TRY(idem_open(in->writer, &in->idem));
    idem_box box = { .user = e->vault, .seal = box_seal, .open = box_open };
    vault_derive(e->vault, S("idempotency"), S("body"), box.key);
    idem_set_box(in->idem, &box);
    const ingest_config ic = { .vault = e->vault, .engine = e, .user = in, .listening = live_listening, .publish = live_publish };
    e->ingest = ingest_open(&ic);
    return ingest_load(e->ingest, in->writer);
}

static err open_teller(instance *in, int64_t logged, fault *f, arena *a)
{
    const teller_config c = { .o = in->o, .d = in->writer, .user = &in->e, .on_event = engine_on_event,
                              .on_visible = on_visible, .ship = on_ship, .ship_sync = on_ship_sync };
    TRY(teller_open(&c, f, a, &in->e.teller));
    in->writer = NULL;                         // the teller's from now on
    in->recovering = true;
    err e = teller_catch_up(in->e.teller, logged, f, a);
    in->recovering = false;
    return e;
}

static err open_all(instance *in, fault *f, arena *a)
{
    size_t applied;
    TRY(lock_take(in->o, in->dir, &in->lock));
    if (!os_exists(in->o, in->db_path))
        return fault_detail(f, a, E_NOT_FOUND, "there is no brand in %s: run `lianyi init %s`", in->dir, in->dir);
    TRY(db_open(in->o, in->db_path, DB_WRITER, &in->writer));
    TRY(migrate(in->writer, migrations, migrations_count, os_now_us(in->o), f, a, &applied));
    int64_t logged;
    TRY(recover_timeline(in, f, a, &logged));
    TRY(open_modules(in, f, a));               // after the timeline: they tell it who is linked to whom
    return open_teller(in, logged, f, a);
}

err instance_open(os *o, const char *dir, fault *f, arena *a, instance **ret)
{
    arena *own = arena_create();
    instance *in = arena_new(own, instance);
    *in = (instance){ .o = o, .a = own, .dir = arena_cstr(own, str_c(dir)), .db_path = path_in(own, dir, "brand.db"),
                      .started_us = os_now_us(o) };
    err e = open_all(in, f, a);
    if (e != E_OK) {
        if (f && f->code == E_OK)
            fault_detail(f, a, e, "%s: %s", dir, in->writer ? db_fault(in->writer) : "cannot be opened");
        instance_close(in);
        return e;
    }
    *ret = in;
    return E_OK;
}

void instance_close(instance *in)
{
    if (!in)
        return;
    teller_close(in->e.teller);
    if (in->writer)
        db_close(in->writer);
    parts_close(&in->e);
    ingest_close(in->e.ingest);
    idem_close(in->idem);
    if (in->e.names)
        names_close(in->e.names);
    vault_close(in->e.vault);
    dedupe_close(in->e.dd);
    timeline_close(in->e.tl);
    lock_release(&in->lock);
    arena_destroy(in->a);
}

err instance_reader(instance *in, db **ret) { return db_open(in->o, in->db_path, DB_READER, ret); }
