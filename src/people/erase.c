// Forgetting a person: every declared row, their ids, their personal data with its key, the person. Which subjects were one person
// stays (link, edge: numbers), so that questions about the past count as many people as before; so do the ledger's entries.
#include "people/people_internal.h"

static err erase_tables(tx *t, uint32_t subject, int64_t *rows)
{
    const person_table *table;
    const db_arg who = dbi(subject);
    for (size_t i = 0; people_table(engine_of(t), i, &table); i++) {
        int64_t n = 0;
        if (table->erase)
            TRY(db_exec_count_args(t->d, &n, table->erase, &who, 1));
        *rows += n;
    }
    return E_OK;
}

static err erase_subject(tx *t, uint32_t subject, int64_t *rows)
{
    TRY(erase_tables(t, subject, rows));
    TRY(identity_forget(t, subject));
    TRY(vault_destroy(t, subject));
    TRY(db_exec(t->d, "DELETE FROM told_late WHERE subject = $1", dbi(subject)));
    values_forget(t, people_person_of(t, subject));
    TRY(db_exec(t->d, "UPDATE edge SET source = '' WHERE one = $1 OR other = $1", dbi(subject)));
    TRY(db_exec(t->d, "UPDATE doubt SET note = '' WHERE one = $1 OR other = $1", dbi(subject)));
    TRY(db_exec(t->d, "UPDATE merge_job SET reason = '' WHERE survivor = $1", dbi(subject)));
    return person_delete(t, subject);
}

err people_erase(tx *t, const uint32_t *subjects, size_t n, int64_t *ret_rows)
{
    int64_t rows = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < n; i++) {           // before anything of them goes: whose a name is, is told by who they are
        uint32_t person = people_person_of(t, subjects[i]);
        if (person != last)
            TRY(own_names_forget(t, person));
        last = person;
    }
    for (size_t i = 0; i < n; i++)
        TRY(erase_subject(t, subjects[i], &rows));
    *ret_rows = rows;
    return E_OK;
}
