// Names of kinds and properties that say who somebody is: "王涟漪的备注". Of what programs call things nothing is touched, and of what
// others use or the brand declared neither.
#include "base/personal.h"
#include "people/people_internal.h"

static size_t spoken_of(const str *values, size_t n, arena *a, str **ret)
{
    size_t kept = 0;
    *ret = arena_array(a, str, n + 1);
    for (size_t i = 0; i < n; i++)
        if (personal_spoken(values[i]))
            (*ret)[kept++] = values[i];
    return kept;
}

err own_name_clean(tx *t, uint32_t subject, str *name)
{
    str known[PEOPLE_VALUES_MAX], *spoken;
    size_t n;
    if (!personal_spoken(*name))
        return E_OK;
    TRY(people_values(t, subject, known, &n));
    n = spoken_of(known, n, t->a, &spoken);
    *name = personal_hushed(*name, spoken, n, t->a);
    return E_OK;
}

err own_names_look(db *d, int64_t person, const str *values, size_t n, arena *a, own_name **ret, size_t *ret_n)
{
    names_word *own;
    str *spoken;
    size_t own_n;
    *ret_n = 0;
    n = spoken_of(values, n, a, &spoken);
    if (!n)
        return E_OK;
    TRY(names_own(d, person, a, &own, &own_n));
    *ret = arena_array(a, own_name, own_n + 1);
    for (size_t i = 0; i < own_n; i++) {
        str is = personal_hushed(own[i].name, spoken, n, a);
        if (is.s != own[i].name.s)
            (*ret)[(*ret_n)++] = (own_name){ person, own[i], is };
    }
    return E_OK;
}

// Others may have used one since it was found: then it stays.
err own_names_change(tx *t, const own_name *v, size_t n)
{
    names_word *own;
    size_t own_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || v[i].person != v[i - 1].person)
            TRY(names_own(t->d, v[i].person, t->a, &own, &own_n));
        for (size_t k = 0; k < own_n; k++)
            if (own[k].kind == v[i].word.kind && own[k].id == v[i].word.id && str_eq(own[k].name, v[i].word.name))
                TRY(names_rename(t, engine_of(t)->names, &own[k], v[i].is));
    }
    return E_OK;
}

// Of somebody who is forgotten: whatever only they called so, told or not, is a number from then on.
err own_names_forget(tx *t, uint32_t person)
{
    names_word *own;
    size_t n;
    TRY(names_own(t->d, person, t->a, &own, &n));
    for (size_t i = 0; i < n; i++)
        TRY(names_rename(t, engine_of(t)->names, &own[i], S("")));
    return E_OK;
}
