// Rows of files as records: src/import brings them one by one.
#include "record/record_internal.h"
#include "record/record_sql.h"

const field *record_takes_identities(const record *k)
{
    const field *last = &k->input->fields[k->input->n - 1];
    return last->k == K_OBJ && last->elem == &record_identities_shape ? last : NULL;
}

err record_bring_seal(const engine *e, const record *k, void *input, arena *a, fault *f) { return record_seal_row(e, k, input, a, f); }

err record_bring(tx *t, const record *k, const caller *who, void *input, bool *ret_added, int64_t *ret_id)
{
    const record_who by = { (enum audit_who)who->kind, who->id, who->name, who->source, (effects)who->effects };
    bool changed;
    return record_put(t, k, &by, input, ret_added, &changed, ret_id);
}

// Of the kinds there are, only stores are referred to.
static err referred_to(tx *t, const record *k, int64_t id, bool *ret)
{
    int64_t n = 0;
    if (str_eq(str_c(k->name), S("store")))
        TRY(db_int(t->d, &n, 0,
                   "SELECT (SELECT count(*) FROM campaign WHERE store = $1) + (SELECT count(*) FROM car_order WHERE store = $1)"
                   " + (SELECT count(*) FROM test_drive WHERE store = $1)",
                   dbi(id)));
    *ret = n > 0;
    return E_OK;
}

err record_take_back(tx *t, const record *k, int64_t id, const char **ret)
{
    void *row = arena_alloc(t->a, 1, k->view->size, alignof(max_align_t));
    bool found, used;
    TRY(record_sql_one(t->d, k, id, t->a, row, &found));
    *ret = "gone";
    if (!found)
        return E_OK;
    TRY(referred_to(t, k, id, &used));
    bool touched = *(int64_t *)record_at(&k->view->fields[1], row) != 1;
    *ret = touched ? "touched" : used ? "used" : "removed";
    return touched || used ? E_OK : record_sql_delete(t->d, k, id);
}
