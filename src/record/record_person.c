// Whom a record is about, and what is personal in it. On the way from the parser to the teller a personal value is the text
// "sealed:<kind>:<hash>:<last four>:<box>", made here and opened here; in the row it is an id of the vault and a keyed hash.
#include "base/personal.h"
#include "record/record_internal.h"

#define SEALED "sealed:"
#define SEALED_TEXT_MAX (2 * VAULT_BOX_MAX + 128)

// --- Sealing --------------------------------------------------------------------------------------------------------------------
static void add_hex(buf *b, const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "%02x", ((const uint8_t *)p)[i]);
}

static str sealed_text(const vault_item *v, arena *a)
{
    buf b = { 0 };
    buf_addf(&b, SEALED "%d:", (int)v->kind);
    add_hex(&b, &v->hash, sizeof v->hash);
    buf_add_char(&b, ':');
    add_hex(&b, &v->last4, sizeof v->last4);
    buf_add_char(&b, ':');
    add_hex(&b, v->box, v->box_n);
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static int nibble(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static bool read_hex(str text, void *out, size_t max, size_t *ret_n)
{
    if (text.len % 2 || text.len / 2 > max)
        return false;
    for (size_t i = 0; i < text.len / 2; i++) {
        int hi = nibble(text.s[2 * i]), lo = nibble(text.s[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        ((uint8_t *)out)[i] = (uint8_t)(hi << 4 | lo);
    }
    *ret_n = text.len / 2;
    return true;
}

static bool sealed_read(str text, vault_item *ret)
{
    int64_t kind;
    size_t hash_n, last_n, box_n;
    str rest = str_skip(text, str_starts(text, S(SEALED)) ? strlen(SEALED) : text.len);
    *ret = (vault_item){ 0 };
    if (!str_to_i64(str_cut(&rest, ':'), &kind) || kind < 0 || kind >= VAULT_KIND_COUNT)
        return false;
    ret->kind = (vault_kind)kind;
    if (!read_hex(str_cut(&rest, ':'), &ret->hash, sizeof ret->hash, &hash_n) || hash_n != sizeof ret->hash ||
        !read_hex(str_cut(&rest, ':'), &ret->last4, sizeof ret->last4, &last_n) || last_n != sizeof ret->last4 ||
        !read_hex(rest, ret->box, sizeof ret->box, &box_n))
        return false;
    ret->box_n = (uint32_t)box_n;
    return true;
}

// Whatever came is plain text, also when it looks sealed: only what passed here is.
static err seal(const engine *e, const shape *sh, int i, void *in, arena *a, fault *f)
{
    const field *fd = &sh->fields[i];
    vault_kind kind;
    vault_item item;
    str *at = record_at(fd, in);
    ENSURE(vault_is_personal(str_c(fd->name), &kind));       // the lint
    if (vault_seal(e->vault, kind, *at, &item) != E_OK)
        return fault_field(f, a, E_FIELD_VALUE, str_c(fd->name), 0);
    *at = sealed_text(&item, a);
    return E_OK;
}

static err seal_all(const engine *e, const shape *sh, void *in, arena *a, fault *f)
{
    for (unsigned i = 0; i < sh->n; i++) {
        const field *fd = &sh->fields[i];
        if (!record_has(in, (int)i) || record_null(in, (int)i))
            continue;
        if (fd->k == K_OBJ)
            TRY(seal_all(e, fd->elem, record_at(fd, in), a, f));
        else if (fd->pii)
            TRY(seal(e, sh, (int)i, in, a, f));
    }
    return E_OK;
}

// A key that looks personal, an order numbered by a phone number, is kept as a keyed hash, by which it is found again.
str record_key_kept(const engine *e, str key, arena *a)
{
    if (!personal_in(key))
        return key;
    hash128 h = vault_hash_named(e->vault, S("record key"), key);
    return arena_fmt(a, "x-%016llx", (unsigned long long)h.hi);
}

err record_seal_row(const engine *e, const record *k, void *input, arena *a, fault *f)
{
    int key = record_field(k->input, k->key);
    if (!k->input->fields[key].pii && record_has(input, key)) {
        str *at = record_at(&k->input->fields[key], input);
        *at = record_key_kept(e, *at, a);
    }
    return seal_all(e, k->input, input, a, f);
}

err record_seal(req *r, const record *k) { return record_seal_row(r->app, k, (void *)(uintptr_t)r->body, r->a, &r->f); }

const shape *record_sealed_shape(const shape *sh, arena *a)
{
    shape *out = arena_new(a, shape);
    field *fields = arena_array(a, field, sh->n);
    memcpy(fields, sh->fields, sh->n * sizeof *fields);
    for (unsigned i = 0; i < sh->n; i++)
        if (fields[i].pii) {
            fields[i].pattern = NULL;
            fields[i].max = SEALED_TEXT_MAX;
        }
    *out = *sh;
    out->fields = fields;
    return out;
}

db_arg record_key(const record *k, const void *input, arena *a)
{
    const field *fd = &k->input->fields[record_field(k->input, k->key)];
    str v = *(str *)record_at(fd, input);
    vault_item *item = arena_new(a, vault_item);
    if (!fd->pii)
        return dbs(v);
    ENSURE(sealed_read(v, item));
    return dbb(str_of((const char *)&item->hash, sizeof item->hash));
}

// --- Who ------------------------------------------------------------------------------------------------------------------------
// Each field of the identities is called as its kind.
static identity_kind kind_named(const char *name)
{
    for (int k = 0; k < IDENTITY_COUNT; k++)
        if (strcmp(identity_infos[k].name, name) == 0)
            return (identity_kind)k;
    panic(__FILE__, __LINE__, "no kind of identity is called %s", name);
}

static const record_identities *identities_of(const record *k, const void *input)
{
    int i = record_field(k->input, "identities");
    return i >= 0 && record_has(input, i) ? record_at(&k->input->fields[i], input) : NULL;
}

static bool named(const record *k, const void *input)
{
    int p = record_person_field(k);
    return identities_of(k, input) || (record_has(input, p) && !record_null(input, p));
}

static const char *state_after(const record *k, const void *input, const void *before)
{
    const char *now = record_label(k->input, k->state, input);
    return now || !before ? now : record_label(k->view, k->state, before);
}

// A record with `held` has a person exactly in that state, any other always.
static bool has_person(const record *k, const void *input, const void *before)
{
    const char *state = k->held ? state_after(k, input, before) : NULL;
    return !k->held || (state && strcmp(state, k->held) == 0);
}

// Personal data without a person would be nobody's to erase: only what the record is known by may stand alone.
static err check_alone(const record *k, const void *input, arena *a, fault *f)
{
    for (unsigned i = 0, n = record_columns(k); i < n; i++) {
        const field *fd = &k->input->fields[i];
        bool given = record_has(input, (int)i) && !record_null(input, (int)i);
        if (fd->pii && given && strcmp(fd->name, k->key) != 0)
            return fault_field(f, a, E_FIELD_VALUE, str_c(fd->name), 0);
    }
    return E_OK;
}

err record_check_person(db *d, const record *k, const void *input, const void *before, arena *a, fault *f)
{
    int p = record_person_field(k);
    if (p < 0)
        return E_OK;
    const record_identities *ids = identities_of(k, input);
    int64_t person = 1;
    bool by_id = record_has(input, p), taken = by_id && record_null(input, p), had = before && record_has(before, p + 2);
    if (ids && by_id)
        return fault_field(f, a, E_FIELD_VALUE, S("identities"), 0);
    if (ids && !(ids->has & ((UINT64_C(1) << record_identities_field_count) - 1)))
        return fault_field(f, a, E_FIELD_REQUIRED, S("identities"), 0);
    bool lacks = k->held ? !had : !before;     // who was erased leaves a row about nobody
    if (!has_person(k, input, before))
        return named(k, input) ? fault_field(f, a, E_FIELD_VALUE, S("person"), 0) : check_alone(k, input, a, f);
    if (taken || (!named(k, input) && lacks))
        return fault_field(f, a, E_FIELD_REQUIRED, S("person"), 0);
    if (by_id)
        TRY(people_current(d, *(int64_t *)record_at(&k->input->fields[p], input), &person));
    return person ? E_OK : fault_field(f, a, E_FIELD_VALUE, S("person"), 0);
}

// A phone means who had it then: the earliest of the record's own times. 0: now.
static int64_t time_of(const record *k, const void *input)
{
    int64_t at = 0;
    for (const record_event *v = k->events; v && v->kind; v++) {
        int i = v->at ? record_field(k->input, v->at) : -1;
        if (i < 0 || !record_has(input, i) || record_null(input, i))
            continue;
        int64_t us = *(int64_t *)record_at(&k->input->fields[i], input);
        at = !at || us < at ? us : at;
    }
    return at;
}

// Found or made by what the sender knows; personal identities go to the vault as those of any event do.
static err resolve(tx *t, const record_identities *in, int64_t at_us, const record_who *who, record_kept *ret)
{
    const shape *sh = &record_identities_shape;
    identity ids[record_identities_field_count];
    vault_item *items = arena_array(t->a, vault_item, sh->n);
    size_t n = 0, items_n = 0;
    resolved r;
    for (unsigned i = 0; i < sh->n; i++) {
        if (!record_has(in, (int)i))
            continue;
        str v = *(str *)record_at(&sh->fields[i], in);
        identity_kind kind = kind_named(sh->fields[i].name);
        if (!sh->fields[i].pii) {
            ids[n++] = people_identity(engine_of(t)->vault, kind, v);
            continue;
        }
        ENSURE(sealed_read(v, &items[items_n]));
        ids[n++] = (identity){ kind, items[items_n++].hash, { "", 0 } };
    }
    TRY(people_resolve(t, ids, n, at_us > t->now_us ? 0 : at_us, who->name, &r));
    for (size_t i = 0; i < items_n; i++) {
        str ref;
        TRY(people_keep(t, r.subject, &items[i], &ref));
    }
    ret->subject = r.subject;
    ret->person = r.person;
    return E_OK;
}

static err keep_who(tx *t, const record *k, const record_who *who, const void *input, const void *before, record_kept *ret)
{
    int p = record_person_field(k);
    const record_identities *ids = identities_of(k, input);
    if (ids) {
        TRY(resolve(t, ids, time_of(k, input), who, ret));
    } else if (named(k, input)) {
        TRY(people_current(t->d, *(int64_t *)record_at(&k->input->fields[p], input), &ret->person));
        ret->subject = ret->person;
    }
    bool leaves = !has_person(k, input, before);
    int64_t was = before && record_has(before, p + 2) ? *(int64_t *)record_at(&k->view->fields[p + 2], before) : 0;
    // The same person by another subject of theirs is no change: the row stays at home.
    ret->who = !before || (leaves ? was != 0 : ret->person && ret->person != was);
    return E_OK;
}

// --- What is personal --------------------------------------------------------------------------------------------------------------
static err keep_item(tx *t, const vault_item *item, int64_t owner, int64_t *ret_id)
{
    str ref;
    bool fresh;
    if (!owner)
        return vault_keep(t, engine_of(t)->vault, 0, item, ret_id, &fresh);       // the brand's own: a car without an owner
    TRY(people_keep(t, (uint32_t)owner, item, &ref));
    *ret_id = vault_ref(ref);
    return E_OK;
}

static err reseal(tx *t, int64_t id, vault_item *ret)
{
    vault_kind kind;
    str plain;
    TRY(vault_read(t->d, engine_of(t)->vault, id, t->a, &kind, &plain));
    err e = vault_seal(engine_of(t)->vault, kind, plain, ret);
    vault_wipe((void *)(uintptr_t)plain.s, plain.len);
    return e;
}

err record_vault_of(tx *t, str ref, uint32_t subject, str *ret)
{
    int64_t id = vault_ref(ref), mine;
    vault_item *item = arena_new(t->a, vault_item);
    TRY(vault_ref_of(t->d, subject, ref, &mine));
    *ret = ref;
    if (mine || !id || !subject)
        return E_OK;
    TRY(reseal(t, id, item));
    return people_keep(t, subject, item, ret);
}

// A record that outlives its person (`held`) keeps what it is known by as the brand's own; the rest is whose the record is.
static int64_t vault_owner(const record *k, const field *fd, int64_t subject)
{
    return k->held && strcmp(fd->name, k->key) == 0 ? 0 : subject;
}

// The value that is to stand in the row: of the input, or the one before where its owner has changed.
static err keep_field(tx *t, const record *k, unsigned i, const void *input, const void *before, int64_t subject, record_kept *ret)
{
    const field *fd = &k->input->fields[i];
    vault_item *item = arena_new(t->a, vault_item);
    bool given = record_has(input, (int)i), old = before && record_has(before, (int)i + 2);
    bool moves = old && ret->who && !(k->held && strcmp(fd->name, k->key) == 0);
    if (!given && !moves)
        return E_OK;
    ret->personal |= UINT64_C(1) << i;
    if (given ? record_null(input, (int)i) : k->held != NULL)       // a plate goes with the owner
        return E_OK;
    if (given)
        ENSURE(sealed_read(*(str *)record_at(fd, input), item));
    else
        TRY(reseal(t, vault_ref(*(str *)record_at(&k->view->fields[i + 2], before)), item));
    ret->hash[i] = item->hash;
    return keep_item(t, item, vault_owner(k, fd, subject), &ret->vault[i]);
}

// What was written about somebody says nothing of them that the vault knows.
static err hush(tx *t, const record *k, const void *input, int64_t subject)
{
    str values[PEOPLE_VALUES_MAX];
    size_t n = 0;
    for (unsigned i = 0, columns = record_columns(k); i < columns && subject; i++) {
        const field *fd = &k->input->fields[i];
        if (!fd->free || fd->k != K_STR || !record_has(input, (int)i) || record_null(input, (int)i))
            continue;
        if (!n)
            TRY(people_values(t, (uint32_t)subject, values, &n));
        str *at = record_at(fd, (void *)(uintptr_t)input);
        *at = personal_hushed(*at, values, n, t->a);
    }
    return E_OK;
}

err record_keep(tx *t, const record *k, const record_who *who, const void *input, const void *before, int64_t subject, record_kept *ret)
{
    *ret = (record_kept){ 0 };
    if (record_person_field(k) >= 0)
        TRY(keep_who(t, k, who, input, before, ret));
    for (unsigned i = 0, n = record_columns(k); i < n; i++)
        if (k->input->fields[i].pii)
            TRY(keep_field(t, k, i, input, before, ret->who ? ret->subject : subject, ret));
    return hush(t, k, input, ret->who ? ret->subject : subject);
}

err record_mask(db *d, const engine *e, const record *k, arena *a, void *view)
{
    for (unsigned i = 0; i < k->view->n; i++) {
        const field *fd = &k->view->fields[i];
        vault_kind kind;
        str plain, *at = record_at(fd, view);
        if (!fd->pii || !record_has(view, (int)i))
            continue;
        err got = vault_read(d, e->vault, vault_ref(*at), a, &kind, &plain);
        if (got != E_OK && got != E_NOT_FOUND)
            return got;
        if (got == E_OK) {
            *at = vault_mask(a, kind, plain);
            vault_wipe((void *)(uintptr_t)plain.s, plain.len);
        } else {
            ((record_presence *)view)->has &= ~(UINT64_C(1) << i);
        }
    }
    return E_OK;
}
