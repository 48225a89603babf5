// Lists of records: filters, one sort, pages by keyset.
#include "record/record_internal.h"

static bool flag(const shape *sh, const void *in, const char *name)
{
    int i = record_field(sh, name);
    return record_has(in, i) && *(bool *)record_at(&sh->fields[i], in);
}

static str sortable(const record *k, arena *a)
{
    buf b = { 0 };
    for (unsigned i = 0; i < k->input->n; i++)
        if (k->input->fields[i].sort)
            buf_addf(&b, "%s%s", b.len ? ", " : "", k->input->fields[i].name);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

err record_listing(req *r, const record *k, const shape *sh, listing *ret)
{
    const void *q = r->query;
    int at = record_field(sh, "sort"), sort = -1;
    if (record_has(q, at)) {
        str name = *(str *)record_at(&sh->fields[at], q);
        sort = record_field(k->input, arena_cstr(r->a, name));
        if (sort < 0 || !k->input->fields[sort].sort) {
            fault_field(&r->f, r->a, E_FIELD_VALUE, S("sort"), 0);
            r->f.detail = sortable(k, r->a);
            return E_FIELD_VALUE;
        }
    }
    int desc = record_field(sh, "desc"), key = record_field(sh, k->key);
    if (key >= 0 && sh->fields[key].filter && record_has(q, key)) {
        str *wanted = record_at(&sh->fields[key], (void *)(uintptr_t)q);
        *wanted = record_key_kept(r->app, *wanted, r->a);
    }
    *ret = (listing){ .k = k, .shape = sh, .in = q, .sort = sort, .archived = flag(sh, q, "archived"),
                      .desc = record_has(q, desc) ? flag(sh, q, "desc") : sort < 0 };
    int who = record_field(sh, "person");
    if (who < 0 || !record_has(q, who))
        return E_OK;
    return people_current(r->d, *(int64_t *)record_at(&sh->fields[who], q), &ret->person);       // joined ones answer to their old ids
}

// --- Cursor: "<sort>.<a|d>.<id>.<value>", the row the page before ended with ---------------------------------------------------------
static const char *sort_name(const listing *l) { return l->sort < 0 ? "id" : l->k->input->fields[l->sort].name; }

static err cursor_read(req *r, listing *l, str from)
{
    str rest = from, name = str_cut(&rest, '.'), way = str_cut(&rest, '.'), id = str_cut(&rest, '.');
    bool ok = str_eq(name, str_c(sort_name(l))) && str_eq(way, l->desc ? S("d") : S("a")) && str_to_i64(id, &l->after_id);
    l->after = true;
    if (ok && l->sort >= 0 && l->k->input->fields[l->sort].k != K_STR && l->k->input->fields[l->sort].k != K_ENUM) {
        int64_t n;
        ok = str_to_i64(rest, &n);
        l->after_value = dbi(n);
    } else {
        l->after_value = dbs(rest.s ? rest : S(""));
    }
    return ok ? E_OK : req_fail(r, E_CURSOR_INVALID);
}

static str cursor_of_row(req *r, const listing *l, const void *view)
{
    long long id = *(int64_t *)record_at(&l->k->view->fields[0], view);
    str head = arena_fmt(r->a, "%s.%s.%lld.", sort_name(l), l->desc ? "d" : "a", id);
    if (l->sort < 0)
        return head;
    db_arg v = record_arg(l->k->view, l->sort + 2, view);
    return arena_join(r->a, head, v.kind == DB_I64 ? arena_fmt(r->a, "%lld", (long long)v.i) : v.s);
}

// --- A page ------------------------------------------------------------------------------------------------------------------------------
enum { PAGE_ITEMS, PAGE_TOTAL, PAGE_MORE, PAGE_NEXT };       // fields of RECORD_PAGE
typedef struct any_items { const void *v; uint32_t n; } any_items;

static void *slot(const shape *sh, void *out, int i)
{
    record_mark(out, i);
    return record_at(&sh->fields[i], out);
}

static err read_items(req *r, const listing *l, char *items, uint32_t *ret_n)
{
    db_rows rows;
    uint32_t n = 0;
    err e = E_OK;
    TRY(record_sql_list(r->d, l, &rows));
    while (e == E_OK && db_next(&rows))
        e = record_row(l->k, &rows, r->a, items + n++ * l->k->view->size);
    err end = db_end(&rows);
    *ret_n = n;
    for (uint32_t i = 0; e == E_OK && end == E_OK && i < n; i++)
        e = record_mask(r->d, r->app, l->k, r->a, items + i * l->k->view->size);
    return e != E_OK ? e : end;
}

err record_list(req *r, const record *k)
{
    const shape *q = k->query, *page = k->page;
    int from = record_field(q, "cursor"), limit = record_field(q, "limit");
    int64_t most = record_has(r->query, limit) ? *(int64_t *)record_at(&q->fields[limit], r->query) : RECORD_PAGE_USUAL, total;
    uint32_t n;
    listing l;
    TRY(record_listing(r, k, q, &l));
    if (record_has(r->query, from))
        TRY(cursor_read(r, &l, *(str *)record_at(&q->fields[from], r->query)));
    l.limit = most + 1;
    char *items = arena_alloc(r->a, (size_t)most + 1, k->view->size, alignof(max_align_t));
    TRY(read_items(r, &l, items, &n));
    TRY(record_sql_count(r->d, &l, RECORD_TOTAL_MAX + 1, &total));
    if (n > most)
        *(str *)slot(page, r->reply, PAGE_NEXT) = cursor_of_row(r, &l, items + ((size_t)most - 1) * k->view->size);
    *(any_items *)slot(page, r->reply, PAGE_ITEMS) = (any_items){ items, n > most ? (uint32_t)most : n };
    *(int64_t *)slot(page, r->reply, PAGE_TOTAL) = total > RECORD_TOTAL_MAX ? RECORD_TOTAL_MAX : total;
    *(bool *)slot(page, r->reply, PAGE_MORE) = total > RECORD_TOTAL_MAX;
    return E_OK;
}
