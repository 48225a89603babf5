#include "api/shape_set.h"

static bool known(const shape_set *s, const shape *sh)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i] == sh)
            return true;
    return false;
}

void shape_set_add(shape_set *s, const shape *sh)
{
    if (!sh || known(s, sh))
        return;
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 64;
        const shape **v = arena_array(s->a, const shape *, cap);
        if (s->n)
            memcpy(v, s->v, s->n * sizeof *v);
        s->v = v;
        s->cap = cap;
    }
    s->v[s->n++] = sh;
    for (unsigned i = 0; i < sh->n; i++)
        shape_set_add(s, sh->fields[i].elem);
}

void shape_set_add_route(shape_set *s, const route *r)
{
    shape_set_add(s, r->body);
    shape_set_add(s, r->reply);
}
