#include "server.h"
#include "store/migrate.h"
#include "work.h"
#include <stdio.h>
#include <stdlib.h>

#define SMALL_WAL (256 * 1024)
#define SMALL_SEGMENT 20000

static const migration tables = {
    9000, "sim", "tables",
    { .s = "-- expand: what operations of the simulator leave\n"
           "CREATE TABLE sim_op (op BIGINT PRIMARY KEY, id BIGINT NOT NULL UNIQUE, at_us BIGINT NOT NULL, key BIGINT NOT NULL);\n"
           "CREATE TABLE sim_part (op BIGINT NOT NULL, part BIGINT NOT NULL, dense BIGINT NOT NULL, dense_n BIGINT NOT NULL,\n"
           "  PRIMARY KEY (op, part));\n"
           "CREATE TABLE sim_effect (cause_no BIGINT PRIMARY KEY, op BIGINT NOT NULL);\n"
           "CREATE TABLE sim_cursor (job BIGINT PRIMARY KEY, at BIGINT NOT NULL);\n"
           "CREATE TABLE sim_job (job BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (job, n));\n" }
};

static const frame *as_frame(const group_frame *g, frame *f)
{
    *f = (frame){ g->first_no, g->count, g->at_us, g->body, g->prints };
    return f;
}

static void visible(void *user, const group_frame *g)
{
    frame f;
    timeline_add(((server *)user)->tl, as_frame(g, &f));
}

static err ship(void *user, const group_frame *g)
{
    frame f;
    return timeline_append(((server *)user)->tl, as_frame(g, &f));
}

static err ship_sync(void *user) { return timeline_sync(((server *)user)->tl); }

// The store's own tables and the simulator's: a life must not cost more with every module that comes.
static err apply_migrations(server *s, fault *f)
{
    migration *list = arena_array(s->a, migration, migrations_count + 1);
    size_t n = 0, applied;
    for (size_t i = 0; i < migrations_count; i++)
        if (strcmp(migrations[i].module, "store") == 0)
            list[n++] = migrations[i];
    list[n] = tables;
    list[n++].sql.len = strlen(tables.sql.s);
    return migrate(s->d, list, n, os_now_us(s->o), f, s->a, &applied);
}

// Made once: it is what tells the log of this database from that of another.
static err database_identity(server *s, uint8_t id[16])
{
    db_rows r;
    bool found;
    TRY(db_query_one(s->d, &r, &found, "SELECT value FROM meta WHERE key = 'database'"));
    if (found) {
        str v = db_str(&r, 0);
        ENSURE(v.len == 16);
        memcpy(id, v.s, 16);
        return db_end(&r);
    }
    os_random(s->o, id, 16);
    for (int i = 0; i < 16; i++)
        id[i] = (uint8_t)('a' + id[i] % 26);
    return db_exec(s->d, "INSERT INTO meta (key, value) VALUES ('database', $1)", dbs(str_of((const char *)id, 16)));
}

static err open_teller(server *s, fault *f)
{
    TRY(apply_migrations(s, f));
    return teller_open(&(teller_config){ .o = s->o, .d = s->d, .user = s, .on_event = work_on_event, .on_visible = visible, .ship = ship,
                                         .ship_sync = ship_sync, .wal_bytes_max = SMALL_WAL }, f, s->a, &s->t);
}

static err open_all(server *s, fault *f)
{
    err e = os_mkdir(s->o, s->dir);
    if (e != E_OK && e != E_EXISTS)
        return e;
    TRY(os_sync_dir(s->o, s->above));          // also when it exists: who made it may have died before this
    TRY(lock_take(s->o, s->dir, &s->lock));
    TRY(db_open(s->o, arena_fmt(s->a, "%s/lianyi.db", s->dir).s, DB_WRITER, &s->d));
    e = open_teller(s, f);
    if (e != E_OK) {
        db_close(s->d);
        return e;
    }
    timeline_config c = { .o = s->o, .dir = arena_fmt(s->a, "%s/log", s->dir).s, .needed_no = teller_stats_now(s->t).deleted_no,
                          .segment_bytes = SMALL_SEGMENT };
    TRY(database_identity(s, c.database));
    TRY(timeline_open(&c, f, s->a, &s->tl, &s->log_last));
    TRY(teller_catch_up(s->t, s->log_last, f, s->a));
    return idem_open(s->d, &s->idem);
}

err server_open(server *s, os *o, const char *above, const char *dir, arena *fa, fault *f)
{
    *s = (server){ .o = o, .above = above, .dir = dir, .a = arena_create() };
    err e = open_all(s, f);
    if (e == E_OK)
        return E_OK;
    f->detail = arena_str(fa, f->detail);      // it lay in the arena that goes now
    server_close(s);
    return e;
}

void server_close(server *s)
{
    idem_close(s->idem);
    teller_close(s->t);
    timeline_close(s->tl);
    lock_release(&s->lock);
    arena_destroy(s->a);
    *s = (server){ 0 };
}

err server_reader(server *s, db **ret) { return db_open(s->o, arena_fmt(s->a, "%s/lianyi.db", s->dir).s, DB_READER, ret); }
