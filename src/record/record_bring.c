// Rows of files as records: src/import brings them one by one.
#include "record/record_internal.h"

const field *record_takes_identities(const record *k)
{
    const field *last = &k->input->fields[k->input->n - 1];
    return last->k == K_OBJ && last->elem == &record_identities_shape ? last : NULL;
}

err record_bring_seal(const engine *e, const record *k, void *input, arena *a, fault *f) { return record_seal_row(e, k, input, a, f); }

err record_bring(tx *t, const record *k, const caller *who, void *input, bool *ret_added)
{
    const record_who by = { (enum audit_who)who->kind, who->id, who->name, who->source, (effects)who->effects };
    bool changed;
    return record_put(t, k, &by, input, ret_added, &changed);
}
