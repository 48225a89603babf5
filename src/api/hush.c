// What staff write about a person (fields declared free) may name them in words that only the vault knows. Before the handler sees
// such a text, whoever knows the vault takes them out. Teller's thread, inside the operation.
#include "api/api_impl.h"

static bool free_text(const shape *sh, unsigned i, uint64_t has) { return sh->fields[i].free && sh->fields[i].k == K_STR && has >> i & 1; }

#define ABOUT_MAX 4

typedef struct whose { int64_t v[ABOUT_MAX]; size_t n; } whose;

static err find_whose(const call *c, whose *ret)
{
    static const char of_people[] = "/api/v1/people/{id}/";
    const route *rt = c->r.route;
    db_rows rows;
    const db_arg id = dbi(c->r.path_id[0]);
    *ret = (whose){ 0 };
    if (!rt->about) {
        if (strncmp(rt->path, of_people, sizeof of_people - 1) == 0)
            ret->v[ret->n++] = c->r.path_id[0];
        return E_OK;
    }
    TRY(db_query_args(c->r.d, &rows, rt->about, &id, 1));
    while (db_next(&rows) && ret->n < ABOUT_MAX)
        ret->v[ret->n++] = db_i64(&rows, 0);
    return db_end(&rows);
}

static err hush_text(call *c, const whose *w, str *text)
{
    for (size_t i = 0; i < w->n && text->len; i++)
        TRY(c->api->c.hush(&c->r, w->v[i], *text, text));
    return E_OK;
}

err hush_body(call *c)
{
    const shape *sh = c->r.route->body;
    whose w;
    bool found = false;
    if (!c->api->c.hush || !sh || !c->r.body || !c->r.tx)
        return E_OK;
    char *body = (char *)(uintptr_t)c->r.body;
    uint64_t has = *(const uint64_t *)(const void *)body;          // every shape's struct begins with it (SHAPE_STRUCT)
    for (unsigned i = 0; i < sh->n; i++) {
        if (!free_text(sh, i, has))
            continue;
        if (!found)
            TRY(find_whose(c, &w));
        found = true;
        TRY(hush_text(c, &w, (str *)(void *)(body + sh->fields[i].off)));
    }
    return E_OK;
}
