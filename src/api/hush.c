// What staff write about a person (fields declared free) may name them in words that only the vault knows. Before the handler sees
// such a text, whoever knows the vault takes them out. Teller's thread, inside the operation.
#include "api/api_impl.h"

static bool free_text(const shape *sh, unsigned i, uint64_t has) { return sh->fields[i].free && sh->fields[i].k == K_STR && has >> i & 1; }

// 0: about nobody in particular.
static err whose(const call *c, int64_t *ret)
{
    static const char of_people[] = "/api/v1/people/{id}/";
    const route *rt = c->r.route;
    *ret = 0;
    if (rt->about) {
        db_rows rows;
        const db_arg id = dbi(c->r.path_id[0]);
        TRY(db_query_args(c->r.d, &rows, rt->about, &id, 1));
        *ret = db_next(&rows) ? db_i64(&rows, 0) : 0;
        return db_end(&rows);
    }
    if (strncmp(rt->path, of_people, sizeof of_people - 1) == 0)
        *ret = c->r.path_id[0];
    return E_OK;
}

err hush_body(call *c)
{
    const shape *sh = c->r.route->body;
    int64_t person = -1;
    if (!c->api->c.hush || !sh || !c->r.body || !c->r.tx)
        return E_OK;
    char *body = (char *)(uintptr_t)c->r.body;
    uint64_t has = *(const uint64_t *)(const void *)body;          // every shape's struct begins with it (SHAPE_STRUCT)
    for (unsigned i = 0; i < sh->n; i++) {
        if (!free_text(sh, i, has))
            continue;
        str *text = (str *)(void *)(body + sh->fields[i].off);
        if (person < 0)
            TRY(whose(c, &person));
        if (person > 0 && text->len)
            TRY(c->api->c.hush(&c->r, person, *text, text));
    }
    return E_OK;
}
