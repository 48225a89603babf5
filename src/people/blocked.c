// Values that stand for nobody: placeholders of programs, and what turned out to be shared by too many (a dealer's phone). They join
// nobody, are listed, and can be released. All of them are in memory: every identity of every event is asked for.
#include "people/doubt.h"

#define BLOCKED_MAX 100000
#define STATE_BLOCKED 0
#define STATE_RELEASED 1

static const char *const placeholders[] = { "null", "undefined", "none", "nil", "nan", "n/a", "na", "test", "tester", "unknown", "anonymous",
                                            "guest", "default", "false", "true", "0", "-1", "123456", "1234567", "12345678", "123456789",
                                            "1234567890", "abc", "abc123", "[object object]", "{}", "13800138000", NULL };

static char folded(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

// One character over and over, whatever stands between: 00000000-0000-0000…, 11111111111.
static bool one_character(str s)
{
    char first = 0;
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = folded(s.s[i]);
        if (c == '-' || c == ' ' || c == ':' || c == '+')
            continue;
        if (n++ == 0)
            first = c;
        else if (c != first)
            return false;
    }
    return n >= 4 || (n > 0 && first == '0');
}

bool identity_placeholder(str text)
{
    str s = str_trim(text);
    if (str_empty(s) || one_character(s))
        return true;
    for (size_t i = 0; placeholders[i]; i++)
        if (str_eq_nocase(str_c(placeholders[i]), s))
            return true;
    return false;
}

// --- Memory -------------------------------------------------------------------------------------------------------------------

static uint64_t key_of(int64_t kind, const hash128 *h)
{
    return h->lo ^ (h->hi * 31) ^ ((uint64_t)kind + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

typedef struct changed { people *p; uint64_t key; uint64_t before; bool had; } changed;

static void change_undo(void *x)
{
    changed *c = x;
    if (c->had)
        map64_put(&c->p->blocked, c->key, c->before);
    else
        map64_del(&c->p->blocked, c->key);
}

static void remember(tx *t, uint64_t key, int state)
{
    people *p = engine_of(t)->people;
    changed *c = arena_new(t->a, changed);
    *c = (changed){ .p = p, .key = key };
    c->had = map64_get(&p->blocked, key, &c->before);
    map64_put(&p->blocked, key, (uint64_t)state);
    tx_undo(t, change_undo, c);
}

err blocked_load(people *p, db *d)
{
    db_rows r;
    hash128 h;
    TRY(db_query(d, &r, "SELECT kind, hash, state FROM blocked"));
    while (db_next(&r)) {
        if (db_blob(&r, 1).len != sizeof h)
            continue;
        memcpy(&h, db_blob(&r, 1).s, sizeof h);
        map64_put(&p->blocked, key_of(db_i64(&r, 0), &h), (uint64_t)db_i64(&r, 2));
    }
    return db_end(&r);
}

// --- Blocking -----------------------------------------------------------------------------------------------------------------

err identity_block(tx *t, const identity *id, const char *why, int64_t persons)
{
    people *p = engine_of(t)->people;
    uint64_t key = key_of(id->kind, &id->hash);
    if (map64_get(&p->blocked, key, NULL) || p->blocked.n >= BLOCKED_MAX)
        return E_OK;                           // a released one stays released
    TRY(db_exec(t->d,
                "INSERT INTO blocked (kind, hash, id, label, why, persons, state, at_us, changed_us, changed_by)"
                " VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7, '') ON CONFLICT (kind, hash) DO NOTHING",
                dbi(id->kind), dbb(identity_bytes(&id->hash)), dbi(tx_id(t)), dbs(str_take(id->label, IDENTITY_BYTES_MAX)),
                dbs(str_c(why)), dbi(persons), dbi(t->now_us)));
    remember(t, key, STATE_BLOCKED);
    people_count(t, &p->counts.blocked);
    return engine_emit(t, &(event_new){ .subject = 0, .kind = S("identity.blocked"), .flags = EVENT_SYSTEM, .props_n = 2,
        .props = (const event_prop[]){ prop_str(S("identity"), str_c(identity_infos[id->kind].name)), prop_str(S("why"), str_c(why)) } }, NULL);
}

err identity_blocked(tx *t, const identity *id, bool *ret)
{
    people *p = engine_of(t)->people;
    uint64_t state;
    bool listed = map64_get(&p->blocked, key_of(id->kind, &id->hash), &state);
    *ret = listed ? state == STATE_BLOCKED : id->placeholder;
    return listed || !id->placeholder ? E_OK : identity_block(t, id, "placeholder", 0);
}

err identity_shared(tx *t, const identity *id, uint32_t subject, bool *ret)
{
    int64_t edges, doubts;
    *ret = false;
    // A login gathers browsers and devices without end; what is doubtful about it is a row each.
    TRY(db_int(t->d, &edges, 0, "SELECT (SELECT count(*) FROM edge WHERE one = $1) + (SELECT count(*) FROM edge WHERE other = $1)",
               dbi(subject)));
    TRY(db_int(t->d, &doubts, 0,
               "SELECT (SELECT count(*) FROM doubt WHERE one = $1 AND what = 0) + (SELECT count(*) FROM doubt WHERE other = $1 AND what = 0)",
               dbi(subject)));
    int64_t persons = doubts + (identity_infos[id->kind].strong ? 0 : edges);
    if (persons < SHARED_MAX)
        return E_OK;
    TRY(identity_block(t, id, "shared", persons + 1));
    TRY(identity_blocked(t, id, ret));
    return *ret ? doubts_set_aside(t, subject, id->kind) : E_OK;
}

err blocked_set(tx *t, int64_t id, bool blocked, str by)
{
    db_rows r;
    bool found;
    hash128 h = { 0 };
    int64_t kind = 0;
    TRY(db_query_one(t->d, &r, &found, "SELECT kind, hash FROM blocked WHERE id = $1", dbi(id)));
    if (found && db_blob(&r, 1).len == sizeof h) {
        kind = db_i64(&r, 0);
        memcpy(&h, db_blob(&r, 1).s, sizeof h);
    }
    TRY(db_end(&r));
    if (!found)
        return fault_detail(t->f, t->a, E_NOT_FOUND, "blocked value");
    remember(t, key_of(kind, &h), blocked ? STATE_BLOCKED : STATE_RELEASED);
    return db_exec(t->d, "UPDATE blocked SET state = $2, changed_us = $3, changed_by = $4 WHERE id = $1", dbi(id),
                   dbi(blocked ? STATE_BLOCKED : STATE_RELEASED), dbi(t->now_us), dbs(str_take(by, 120)));
}
