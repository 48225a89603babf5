// What happens when a record changes: checks, the row; what it means is told by record_tell.c.
#include "record/record_internal.h"

// --- Checks ---------------------------------------------------------------------------------------------------------------------
static err check_refs(db *d, const record *k, const void *input, arena *a, fault *f)
{
    for (unsigned i = 0; i < k->input->n; i++) {
        const field *fd = &k->input->fields[i];
        str key;
        if (!fd->ref || is_person(fd) || !record_has(input, (int)i) || record_null(input, (int)i))
            continue;
        TRY(record_sql_key_of(d, record_named(str_c(fd->ref)), *(int64_t *)record_at(fd, input), a, &key));
        if (key.len)
            continue;
        fault_field(f, a, E_FIELD_VALUE, str_c(fd->name), 0);
        if (f)
            f->detail = arena_fmt(a, "no %s has this id", fd->ref);
        return E_FIELD_VALUE;
    }
    return E_OK;
}

static bool same(const char *x, const char *y) { return x && y ? strcmp(x, y) == 0 : x == y; }

static err check_move(const record *k, const void *input, const void *before, arena *a, fault *f)
{
    const char *to = record_label(k->input, k->state, input), *from = to && before ? record_label(k->view, k->state, before) : NULL;
    if (!to || same(from, to))
        return E_OK;
    for (const record_move *m = k->moves; m->to; m++)
        if (same(m->from, from) && same(m->to, to))
            return E_OK;
    fault_field(f, a, E_TRANSITION, str_c(k->state), 0);
    if (f)
        f->detail = arena_fmt(a, "%s → %s", from ? from : "", to);
    return E_TRANSITION;
}

err record_check(db *d, const record *k, const void *input, const void *before, int64_t id, arena *a, fault *f)
{
    int64_t taken = 0;
    if (record_has(input, record_field(k->input, k->key)))
        TRY(record_sql_by_key(d, k, record_key(k, input, a), &taken));
    if (taken && taken != id)
        return fault_field(f, a, E_EXISTS, str_c(k->key), 0);
    TRY(check_move(k, input, before, a, f));
    TRY(record_check_person(d, k, input, before, a, f));
    return check_refs(d, k, input, a, f);
}

// --- Changes --------------------------------------------------------------------------------------------------------------------
static record_who who_of(const req *r)
{
    return (record_who){ (enum audit_who)r->who.kind, r->who.id, r->who.name, r->who.source, (effects)r->who.effects };
}

static void *view_new(const record *k, arena *a) { return arena_alloc(a, 1, k->view->size, alignof(max_align_t)); }

static err stored(tx *t, const record *k, int64_t id, void **ret)
{
    bool found;
    *ret = view_new(k, t->a);
    TRY(record_sql_one(t->d, k, id, t->a, *ret, &found));
    return found ? E_OK : fault_detail(t->f, t->a, E_NOT_FOUND, "%s", k->name);
}

err record_add(tx *t, const record *k, const record_who *who, const void *input, int64_t *ret_id)
{
    int64_t id = tx_id(t);
    record_kept kept;
    void *after;
    TRY(record_check(t->d, k, input, NULL, 0, t->a, t->f));
    TRY(record_keep(t, k, who, input, NULL, 0, &kept));
    TRY(record_sql_insert(t->d, k, id, t->now_us, input, &kept));
    TRY(stored(t, k, id, &after));
    TRY(record_tell(t, k, who, &(record_change){ .id = id, .what = "created", .input = input, .after = after, .subject = kept.subject }));
    *ret_id = id;
    return E_OK;
}

// Fields whose value is the one that stands there already are taken out of the input; false: nothing is left.
static bool keep_different(const record *k, void *input, const void *before, const record_kept *kept)
{
    record_presence *seen = input;
    for (unsigned i = 0, n = record_columns(k); i < n; i++) {
        const field *fd = &k->input->fields[i];
        db_arg p = record_arg(k->input, (int)i, input), q = record_arg(k->view, (int)i + 2, before);
        if (!record_has(input, (int)i))
            continue;
        bool equal = p.kind == q.kind && (p.kind == DB_TEXT ? str_eq(p.s, q.s) : p.i == q.i);
        if (is_person(fd))
            equal = !kept->who;
        else if (fd->pii && kept->vault[i])
            equal = q.kind == DB_TEXT && vault_ref(q.s) == kept->vault[i];
        if (equal)
            seen->has &= ~(UINT64_C(1) << i);
    }
    int ids = record_field(k->input, "identities");
    if (ids >= 0 && !kept->who)
        seen->has &= ~(UINT64_C(1) << ids);
    return seen->has != 0 || kept->who;
}

// `only_different`: an import says again what is there already; a request that names a field means it.
static err modify(tx *t, const record *k, const record_who *who, int64_t id, void *input, const void *before, bool only_different,
                  bool *ret_changed)
{
    record_change c = { .id = id, .what = "changed", .input = input, .before = before };
    record_kept kept;
    void *after;
    TRY(record_check(t->d, k, input, before, id, t->a, t->f));
    TRY(record_sql_subject(t->d, k, id, &c.subject_before));
    TRY(record_keep(t, k, who, input, before, c.subject_before, &kept));
    *ret_changed = !only_different || keep_different(k, input, before, &kept);
    if (!*ret_changed)
        return E_OK;
    TRY(record_sql_update(t->d, k, id, t->now_us, input, &kept));
    TRY(stored(t, k, id, &after));
    c.after = after;
    c.subject = kept.who ? kept.subject : c.subject_before;
    return record_tell(t, k, who, &c);
}

err record_put(tx *t, const record *k, const record_who *who, void *input, bool *ret_added, bool *ret_changed, int64_t *ret_id)
{
    int64_t id;
    void *before;
    TRY(record_sql_by_key(t->d, k, record_key(k, input, t->a), &id));
    *ret_added = *ret_changed = id == 0;
    if (!id)
        return record_add(t, k, who, input, ret_id);
    *ret_id = id;
    TRY(stored(t, k, id, &before));
    if (record_has(before, (int)k->view->n - 1))
        return fault_field(t->f, t->a, E_EXISTS, str_c(k->key), 0);          // archived: not to be changed
    return modify(t, k, who, id, input, before, true, ret_changed);
}

err record_add_text(tx *t, const record *k, str json, int64_t *ret_id)
{
    void *input = arena_alloc(t->a, 1, k->input->size, alignof(max_align_t));
    const record_who who = { AUDIT_SYSTEM, 0, S("demo"), 0, EFFECTS_NONE };
    TRY(shape_read_text(k->input, json, t->a, t->f, input));
    TRY(record_seal_row(engine_of(t), k, input, t->a, t->f));
    return record_add(t, k, &who, input, ret_id);
}

// --- Requests -------------------------------------------------------------------------------------------------------------------
static err view(req *r, const record *k, int64_t id, void *out)
{
    bool found;
    TRY(record_sql_one(r->d, k, id, r->a, out, &found));
    if (!found)
        return req_fail_detail(r, E_NOT_FOUND, "%s", k->name);
    req_set_version(r, *(int64_t *)record_at(&k->view->fields[1], out));
    return record_mask(r->d, r->app, k, r->a, out);
}

err record_get(req *r, const record *k) { return view(r, k, r->path_id[0], r->reply); }

err record_create(req *r, const record *k)
{
    int64_t id;
    const record_who who = who_of(r);
    TRY(record_add(r->tx, k, &who, r->body, &id));
    r->status = 201;
    return view(r, k, id, r->reply);
}

// The row as it is, its version compared with If-Match.
static err current(req *r, const record *k, void **ret, bool *ret_archived)
{
    TRY(stored(r->tx, k, r->path_id[0], ret));
    TRY(req_check_version(r, *(int64_t *)record_at(&k->view->fields[1], *ret)));
    *ret_archived = record_has(*ret, (int)k->view->n - 1);
    return E_OK;
}

err record_patch(req *r, const record *k)
{
    bool archived, changed;
    void *before;
    const record_who who = who_of(r);
    TRY(current(r, k, &before, &archived));
    if (archived)
        return req_fail_detail(r, E_CONFLICT, "archived");
    TRY(modify(r->tx, k, &who, r->path_id[0], (void *)(uintptr_t)r->body, before, false, &changed));
    return view(r, k, r->path_id[0], r->reply);
}

static err set_archived(req *r, const record *k, bool archive)
{
    bool archived;
    void *before;
    const record_who who = who_of(r);
    TRY(current(r, k, &before, &archived));
    if (archived == archive)
        return E_OK;
    TRY(record_sql_archive(r->d, k, r->path_id[0], r->tx->now_us, archive ? r->tx->now_us : 0));
    return record_tell(r->tx, k, &who, &(record_change){ .id = r->path_id[0], .what = archive ? "archived" : "restored" });
}

err record_archive(req *r, const record *k) { return set_archived(r, k, true); }

err record_restore(req *r, const record *k)
{
    TRY(set_archived(r, k, false));
    return view(r, k, r->path_id[0], r->reply);
}
