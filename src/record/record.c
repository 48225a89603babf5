// What happens when a record changes: checks, the row, an event, a line of audit.
#include "record/record_internal.h"

// --- Checks ---------------------------------------------------------------------------------------------------------------------
static err check_refs(db *d, const record *k, const void *input, arena *a, fault *f)
{
    for (unsigned i = 0; i < k->input->n; i++) {
        const field *fd = &k->input->fields[i];
        bool there = true;
        if (!fd->ref || !record_has(input, (int)i) || record_null(input, (int)i))
            continue;
        TRY(record_sql_exists(d, fd->ref, *(int64_t *)record_at(fd, input), &there));
        if (there)
            continue;
        fault_field(f, a, E_FIELD_VALUE, str_c(fd->name), 0);
        if (f)
            f->detail = arena_fmt(a, "no %s has this id", fd->ref);
        return E_FIELD_VALUE;
    }
    return E_OK;
}

err record_check(db *d, const record *k, const void *input, int64_t but_id, arena *a, fault *f)
{
    int key = record_field(k->input, k->key);
    bool taken = false;
    if (record_has(input, key))
        TRY(record_sql_key_taken(d, k, *(str *)record_at(&k->input->fields[key], input), but_id, &taken));
    return taken ? fault_field(f, a, E_EXISTS, str_c(k->key), 0) : check_refs(d, k, input, a, f);
}

// --- Telling --------------------------------------------------------------------------------------------------------------------
// Names only: what the fields hold is read from the record itself.
static str field_names(const record *k, const void *input, arena *a, const char *between)
{
    buf b = { 0 };
    for (unsigned i = 0; i < k->input->n; i++)
        if (record_has(input, (int)i))
            buf_addf(&b, "%s%s", b.len ? between : "", k->input->fields[i].name);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static err tell(tx *t, const record *k, const char *what, record_who who, int64_t id, const void *input)
{
    str verb = arena_fmt(t->a, "%s.%s", k->name, what), payload = { 0 };
    event_prop props[2] = { prop_i64(S("id"), id) };
    size_t n = 1;
    if (input) {
        payload = arena_fmt(t->a, "{\"fields\":[\"" STR_FMT "\"]}", STR_ARG(field_names(k, input, t->a, "\",\"")));
        props[n++] = prop_str(S("fields"), field_names(k, input, t->a, ","));
    }
    TRY(audit_note(t, &(audit_entry){ who.kind, who.id, verb, str_c(k->name), id, payload }));
    return engine_emit(t, &(event_new){ .kind = verb, .flags = EVENT_SYSTEM, .props = props, .props_n = n }, NULL);
}

// --- Changes --------------------------------------------------------------------------------------------------------------------
static record_who who_of(const req *r) { return (record_who){ (enum audit_who)r->who.kind, r->who.id }; }

err record_add(tx *t, const record *k, record_who who, const void *input, int64_t *ret_id)
{
    int64_t id = tx_id(t);
    TRY(record_check(t->d, k, input, 0, t->a, t->f));
    TRY(record_sql_insert(t->d, k, id, t->now_us, input));
    TRY(tell(t, k, "created", who, id, input));
    *ret_id = id;
    return E_OK;
}

static err view(req *r, const record *k, int64_t id, void *out)
{
    bool found;
    TRY(record_sql_one(r->d, k, id, r->a, out, &found));
    if (!found)
        return req_fail_detail(r, E_NOT_FOUND, "%s", k->name);
    req_set_version(r, *(int64_t *)record_at(&k->view->fields[1], out));
    return E_OK;
}

err record_get(req *r, const record *k) { return view(r, k, r->path_id[0], r->reply); }

err record_create(req *r, const record *k)
{
    int64_t id;
    TRY(record_add(r->tx, k, who_of(r), r->body, &id));
    r->status = 201;
    return view(r, k, id, r->reply);
}

// The row as it is, its version compared with If-Match.
static err current(req *r, const record *k, bool *ret_archived)
{
    void *now = arena_alloc(r->a, 1, k->view->size, alignof(max_align_t));
    TRY(view(r, k, r->path_id[0], now));
    TRY(req_check_version(r, *(int64_t *)record_at(&k->view->fields[1], now)));
    *ret_archived = record_has(now, (int)k->view->n - 1);
    return E_OK;
}

err record_change(req *r, const record *k)
{
    bool archived;
    TRY(current(r, k, &archived));
    if (archived)
        return req_fail_detail(r, E_CONFLICT, "archived");
    TRY(record_check(r->d, k, r->body, r->path_id[0], r->a, &r->f));
    TRY(record_sql_update(r->d, k, r->path_id[0], r->tx->now_us, r->body));
    TRY(tell(r->tx, k, "changed", who_of(r), r->path_id[0], r->body));
    return view(r, k, r->path_id[0], r->reply);
}

err record_archive(req *r, const record *k)
{
    bool archived;
    TRY(current(r, k, &archived));
    r->etag = NULL;
    if (archived)
        return E_OK;
    TRY(record_sql_archive(r->d, k, r->path_id[0], r->tx->now_us));
    return tell(r->tx, k, "archived", who_of(r), r->path_id[0], NULL);
}
