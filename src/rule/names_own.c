// Whose a name is. Programs call their kinds and properties alike for everybody; a name that only one person's events bore may say
// who they are, and what a dictionary has learned stands there for ever.
#include "rule/names_inside.h"
#include "base/personal.h"
#include <stdlib.h>

static name_users *users_of(dict *d, uint32_t id)
{
    while (d->users.n <= id)
        vec_push(&d->users, (name_users){ 0 });
    return &d->users.v[id];
}

static bool users_add(dict *d, uint32_t id, uint32_t subject)
{
    name_users *u = users_of(d, id);
    if (u->n == NAMES_USERS_MAX)
        return false;
    for (uint32_t i = 0; i < u->n; i++)
        if (u->v[i] == subject)
            return false;
    u->v[u->n++] = subject;
    return true;
}

err names_users_load(names *n, db *d)
{
    db_rows r;
    TRY(db_query(d, &r, "SELECT word, id, subject FROM name_user"));
    while (db_next(&r))
        users_add(db_i64(&r, 0) == NAMES_WORD_KIND ? &n->kinds : &n->props, (uint32_t)db_i64(&r, 1), (uint32_t)db_i64(&r, 2));
    return db_end(&r);
}

void names_users_free(names *n)
{
    vec_free(&n->kinds.users);
    vec_free(&n->props.users);
}

typedef struct user_added { dict *d; uint32_t id; } user_added;

static void user_undo(void *p)
{
    const user_added *x = p;
    x->d->users.v[x->id].n--;              // undone in the reverse order: it is the last one
}

err names_user(tx *t, dict *d, uint32_t id, uint32_t subject)
{
    if (id < d->users.n && d->users.v[id].n == NAMES_USERS_MAX)
        return E_OK;
    if (!users_add(d, id, subject))
        return E_OK;
    user_added *x = arena_new(t->a, user_added);
    *x = (user_added){ d, id };
    tx_undo(t, user_undo, x);
    return db_exec(t->d, "INSERT INTO name_user (word, id, subject) VALUES ($1, $2, $3)", dbi(d->kind), dbi(id), dbi(subject));
}

// --- Names that are only theirs -----------------------------------------------------------------------------------------------------
typedef VEC(names_word) own_words;

static err own_rows(db *d, int64_t person, arena *a, own_words *ret)
{
    db_rows r;
    TRY(db_query(d, &r,
                 "WITH mine AS (SELECT $1 AS subject UNION ALL SELECT subject FROM link WHERE person = $1)"
                 " SELECT DISTINCT u.word, u.id, COALESCE(k.name, p.name) FROM mine m JOIN name_user u ON u.subject = m.subject"
                 " LEFT JOIN kind k ON u.word = $2 AND k.id = u.id LEFT JOIN prop p ON u.word = $3 AND p.id = u.id"
                 " WHERE (SELECT count(*) FROM name_user o WHERE o.word = u.word AND o.id = u.id) < $4"
                 " AND NOT EXISTS (SELECT 1 FROM name_user o WHERE o.word = u.word AND o.id = u.id AND o.subject <> $1"
                 " AND o.subject NOT IN (SELECT subject FROM link WHERE person = $1))",
                 dbi(person), dbi(NAMES_WORD_KIND), dbi(NAMES_WORD_PROP), dbi(NAMES_USERS_MAX)));
    while (db_next(&r))
        if (personal_spoken(db_str(&r, 2)))
            vec_push(ret, ((names_word){ (names_word_kind)db_i64(&r, 0), (uint32_t)db_i64(&r, 1), arena_str(a, db_str(&r, 2)) }));
    return db_end(&r);
}

err names_own(db *d, int64_t person, arena *a, names_word **ret, size_t *ret_n)
{
    own_words v = { 0 };
    err e = own_rows(d, person, a, &v);
    *ret = arena_array(a, names_word, v.n + 1);
    *ret_n = v.n;
    if (v.n)
        memcpy(*ret, v.v, v.n * sizeof **ret);
    vec_free(&v);
    return e;
}

// --- Called otherwise ---------------------------------------------------------------------------------------------------------------
typedef struct renamed { names *n; dict *d; uint32_t id; str name; } renamed;

static void rename_here(names *n, dict *d, uint32_t id, str name)
{
    pthread_rwlock_wrlock(&n->lock);
    names_dict_drop(d, id);
    names_dict_put(d, id, name);
    pthread_rwlock_unlock(&n->lock);
}

static void rename_undo(void *p)
{
    const renamed *x = p;
    rename_here(x->n, x->d, x->id, x->name);
}

// What two people are called may look alike once it is starred.
static str free_name(dict *d, uint32_t id, str name, arena *a)
{
    str tail = arena_fmt(a, "~%u", id);
    bool taken = mapstr_get(&d->ids, name, NULL) || str_empty(name);
    return taken ? arena_join(a, str_take(name, NAMES_BYTES_MAX - tail.len), tail) : name;
}

err names_rename(tx *t, names *n, const names_word *w, str name)
{
    dict *d = w->kind == NAMES_WORD_KIND ? &n->kinds : &n->props;
    ENSURE(w->id < d->names.n && d->names.v[w->id].len);
    str is = free_name(d, w->id, name, t->a);
    renamed *x = arena_new(t->a, renamed);
    *x = (renamed){ n, d, w->id, arena_str(t->a, d->names.v[w->id]) };
    rename_here(n, d, w->id, is);
    tx_undo(t, rename_undo, x);
    if (w->kind == NAMES_WORD_KIND)
        return db_exec(t->d, "UPDATE kind SET name = $2 WHERE id = $1", dbi(w->id), dbs(is));
    return db_exec(t->d, "UPDATE prop SET name = $2 WHERE id = $1", dbi(w->id), dbs(is));
}
