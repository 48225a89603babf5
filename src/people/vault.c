#include "people/vault.h"
#include "rule/engine.h"
#include <sodium.h>
#include <stdlib.h>

struct vault {
    os *o;
    uint8_t transit[crypto_secretbox_KEYBYTES];        // values between parsing and the teller
    uint8_t wrap[crypto_secretbox_KEYBYTES];           // data keys of subjects
    uint8_t kept[crypto_secretbox_KEYBYTES];           // vault_box
    hash_key hashes;
};

#define MASTER_BYTES 32
#define BOX_EXTRA (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
_Static_assert(VAULT_BOX_MAX == VAULT_VALUE_MAX + BOX_EXTRA, "a box holds nonce, seal and value");

#define VAULT_NAME(id, name) name,
const char *const vault_kinds[VAULT_KIND_COUNT + 1] = { VAULT_LIST(VAULT_NAME) NULL };
#undef VAULT_NAME
const uint8_t vault_told_bytes_min[VAULT_KIND_COUNT] = { [VAULT_PHONE] = 7, [VAULT_EMAIL] = 6, [VAULT_NAME] = 4, [VAULT_ADDRESS] = 18,
                                                         [VAULT_ID_NUMBER] = 8, [VAULT_PLATE] = 6, [VAULT_VIN] = 8 };
#define VAULT_ALIAS(id, alias) { { alias, sizeof alias - 1 }, VAULT_##id },
static const struct alias { str name; vault_kind kind; } vault_aliases[] = { VAULT_ALIAS_LIST(VAULT_ALIAS) };
#undef VAULT_ALIAS

void vault_wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}

// --- Keys ---------------------------------------------------------------------------------------------------------------------

static void derive(uint8_t *out, size_t n, str master, const char *use)
{
    crypto_generichash(out, n, (const uint8_t *)use, strlen(use), (const uint8_t *)master.s, master.len);
}

err vault_create(os *o, const char *path)
{
    if (os_exists(o, path))
        return E_EXISTS;
    uint8_t key[MASTER_BYTES];
    os_random(o, key, sizeof key);
    err e = os_write_file(o, path, str_of((const char *)key, sizeof key));
    vault_wipe(key, sizeof key);
    return e;
}

err vault_open(os *o, const char *path, arena *a, vault **ret)
{
    str master;
    ENSURE(sodium_init() >= 0);
    TRY(os_read_file(o, path, a, &master));
    if (master.len != MASTER_BYTES)
        return E_CORRUPT;
    vault *v = calloc(1, sizeof *v);
    ENSURE(v);
    uint8_t hash[crypto_generichash_BYTES];
    v->o = o;
    derive(v->transit, sizeof v->transit, master, "lianyi transit 1");
    derive(v->wrap, sizeof v->wrap, master, "lianyi wrap 1");
    derive(v->kept, sizeof v->kept, master, "lianyi kept 1");
    derive(hash, sizeof hash, master, "lianyi hash 1");
    memcpy(v->hashes.k, hash, sizeof v->hashes.k);
    vault_wipe(hash, sizeof hash);
    vault_wipe((void *)(uintptr_t)master.s, master.len);
    *ret = v;
    return E_OK;
}

void vault_close(vault *v)
{
    if (!v)
        return;
    vault_wipe(v, sizeof *v);
    free(v);
}

// --- Names and normal forms ---------------------------------------------------------------------------------------------------

static str last_part(str name)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.s[i - 1] == '.')
            return str_skip(name, i);
    return name;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

// Every property of every event is asked about and few are personal: length and first letter settle nearly all.
bool vault_is_personal(str prop_name, vault_kind *ret)
{
    str name = last_part(prop_name);
    for (size_t i = 0; name.len && i < sizeof vault_aliases / sizeof *vault_aliases; i++) {
        const struct alias *a = &vault_aliases[i];
        if (a->name.len == name.len && lower(a->name.s[0]) == lower(name.s[0]) && str_eq_nocase(a->name, name)) {
            *ret = a->kind;
            return true;
        }
    }
    return false;
}

// Digits only; the country's prefix dropped from mobile numbers of China.
static size_t normalise_phone(str in, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < in.len; i++)
        if (in.s[i] >= '0' && in.s[i] <= '9')
            out[n++] = in.s[i];
    size_t drop = n == 13 && memcmp(out, "86", 2) == 0 ? 2 : n == 15 && memcmp(out, "0086", 4) == 0 ? 4 : 0;
    if (drop && out[drop] == '1') {
        memmove(out, out + drop, n - drop);
        n -= drop;
    }
    return n;
}

static size_t normalise(vault_kind kind, str plain, char out[VAULT_VALUE_MAX])
{
    str v = str_trim(plain);
    if (v.len > VAULT_VALUE_MAX)
        return 0;
    if (kind == VAULT_PHONE)
        return normalise_phone(v, out);
    bool upper = kind == VAULT_VIN || kind == VAULT_PLATE || kind == VAULT_ID_NUMBER, lower = kind == VAULT_EMAIL;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.s[i];
        out[i] = upper && c >= 'a' && c <= 'z' ? (char)(c - 32) : lower && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return v.len;
}

static hash128 hash_of(const vault *v, vault_kind kind, str normal)
{
    return hash_sip128(&v->hashes, str_c(vault_kinds[kind]), normal);
}

hash128 vault_hash(const vault *v, vault_kind kind, str plain)
{
    char out[VAULT_VALUE_MAX];
    size_t n = normalise(kind, plain, out);
    hash128 h = hash_of(v, kind, str_of(out, n));
    vault_wipe(out, sizeof out);
    return h;
}

hash128 vault_hash_last4(const vault *v, str digits)
{
    return hash_sip128(&v->hashes, S("last4"), digits);
}

static int64_t gram_of(const vault *v, str text)
{
    return (int64_t)hash_sip128(&v->hashes, S("name gram"), text).lo;
}

static size_t gram_add(int64_t *out, size_t n, int64_t gram)
{
    for (size_t i = 0; i < n; i++)
        if (out[i] == gram)
            return n;
    if (n < VAULT_GRAMS_MAX)
        out[n++] = gram;
    return n;
}

// Bytes of the Chinese character at the beginning; 0: something else. All of the common ones take three bytes.
static size_t han(str s)
{
    const unsigned char *p = (const unsigned char *)s.s;
    return s.len >= 3 && p[0] >= 0xE3 && p[0] <= 0xE9 && (p[0] > 0xE3 || p[1] >= 0x90) ? 3 : 0;
}

static size_t word(str s, char lower[VAULT_VALUE_MAX])
{
    size_t n = 0;
    for (; n < s.len && n < VAULT_VALUE_MAX && !han(str_skip(s, n)); n++) {
        char c = s.s[n];
        if (c == ' ' || c == '.' || c == ',' || c == '-' || c == '\'')
            break;
        lower[n] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return n;
}

size_t vault_grams(const vault *v, str name, int64_t out[VAULT_GRAMS_MAX])
{
    char lower[VAULT_VALUE_MAX];
    size_t n = 0;
    for (str rest = name; rest.len;) {
        size_t letters = han(rest) ? 0 : word(rest, lower);
        if (han(rest) && han(str_skip(rest, 3)))
            n = gram_add(out, n, gram_of(v, str_take(rest, 6)));
        else if (letters > 1)
            n = gram_add(out, n, gram_of(v, str_of(lower, letters)));
        rest = str_skip(rest, letters ? letters : han(rest) ? 3 : 1);
    }
    vault_wipe(lower, sizeof lower);
    return n;
}

hash128 vault_hash_named(const vault *v, str purpose, str text)
{
    char label[64];
    size_t n = purpose.len < sizeof label - 1 ? purpose.len : sizeof label - 1;
    label[0] = ':';                                    // never the name of a kind of personal data
    memcpy(label + 1, purpose.s, n);
    return hash_sip128(&v->hashes, str_of(label, n + 1), text);
}

// --- Sealing ------------------------------------------------------------------------------------------------------------------

static size_t box_seal(os *o, const uint8_t *key, str plain, uint8_t *out)
{
    os_random(o, out, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, (const uint8_t *)plain.s, plain.len, out, key);
    return plain.len + BOX_EXTRA;
}

static bool box_open(const uint8_t *key, str box, uint8_t *out, size_t *ret_n)
{
    const uint8_t *p = (const uint8_t *)box.s;
    if (box.len < BOX_EXTRA || box.len > VAULT_BOX_MAX)
        return false;
    *ret_n = box.len - BOX_EXTRA;
    return crypto_secretbox_open_easy(out, p + crypto_secretbox_NONCEBYTES, box.len - crypto_secretbox_NONCEBYTES, p, key) == 0;
}

// "1997-05-03", "1997/5/3", "19970503": the year, down to a multiple of five. All that leaves a birthday without a reader.
static int32_t birth_band(str v)
{
    int64_t year;
    return v.len >= 6 && str_to_i64(str_take(v, 4), &year) && year >= 1900 && year < 2100 ? (int32_t)(year - year % 5) : 0;
}

err vault_seal(const vault *v, vault_kind kind, str plain, vault_item *ret)
{
    char out[VAULT_VALUE_MAX];
    size_t n = normalise(kind, plain, out);
    str normal = str_of(out, n);
    err e = n == 0 || !str_utf8_valid(normal) ? E_FIELD_VALUE : E_OK;
    if (e == E_OK) {
        *ret = (vault_item){ .kind = kind, .hash = hash_of(v, kind, normal) };
        if (kind == VAULT_PHONE && n >= 4)
            ret->last4 = vault_hash_last4(v, str_skip(normal, n - 4));
        if (kind == VAULT_NAME)
            ret->grams_n = (uint32_t)vault_grams(v, normal, ret->grams);
        if (kind == VAULT_BIRTHDAY)
            ret->born = birth_band(normal);
        ret->box_n = (uint32_t)box_seal(v->o, v->transit, normal, ret->box);
    }
    vault_wipe(out, sizeof out);
    return e;
}

void vault_derive(const vault *v, str purpose, str salt, uint8_t ret_key[32])
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, v->wrap, sizeof v->wrap, 32);
    crypto_generichash_update(&h, (const uint8_t *)purpose.s, purpose.len);
    crypto_generichash_update(&h, (const uint8_t *)"", 1);             // where the purpose ends
    crypto_generichash_update(&h, (const uint8_t *)salt.s, salt.len);
    crypto_generichash_final(&h, ret_key, 32);
}

// --- Rows ---------------------------------------------------------------------------------------------------------------------

static str bytes_of(const hash128 *h)
{
    return str_of((const char *)h, sizeof *h);
}

static err data_key_read(db *d, const vault *v, uint32_t subject, uint8_t *ret_key, bool *ret_found)
{
    db_rows r;
    size_t n = 0;
    TRY(db_query_one(d, &r, ret_found, "SELECT sealed FROM vault_key WHERE subject = $1", dbi(subject)));
    bool good = !*ret_found || (box_open(v->wrap, db_blob(&r, 0), ret_key, &n) && n == crypto_secretbox_KEYBYTES);
    TRY(db_end(&r));
    return good ? E_OK : E_CORRUPT;
}

// A key has the size of the longest value, because that is what box_open may write.
static err data_key(tx *t, const vault *v, uint32_t subject, uint8_t key[VAULT_VALUE_MAX])
{
    bool found;
    TRY(data_key_read(t->d, v, subject, key, &found));
    if (found)
        return E_OK;
    uint8_t box[crypto_secretbox_KEYBYTES + BOX_EXTRA];
    os_random(v->o, key, crypto_secretbox_KEYBYTES);
    box_seal(v->o, v->wrap, str_of((const char *)key, crypto_secretbox_KEYBYTES), box);
    return db_exec(t->d, "INSERT INTO vault_key (subject, sealed) VALUES ($1, $2)", dbi(subject),
                   dbb(str_of((const char *)box, sizeof box)));
}

static err vault_insert(tx *t, const vault *v, uint32_t subject, const vault_item *item, int64_t id)
{
    uint8_t plain[VAULT_VALUE_MAX], key[VAULT_VALUE_MAX], box[VAULT_BOX_MAX];
    size_t n;
    if (!box_open(v->transit, str_of((const char *)item->box, item->box_n), plain, &n))
        return E_CORRUPT;
    err e = data_key(t, v, subject, key);
    size_t box_n = e == E_OK ? box_seal(v->o, key, str_of((const char *)plain, n), box) : 0;
    vault_wipe(plain, sizeof plain);
    vault_wipe(key, sizeof key);
    TRY(e);
    for (uint32_t i = 0; i < item->grams_n; i++)
        TRY(db_exec(t->d, "INSERT INTO vault_gram (gram, subject, vault) VALUES ($1, $2, $3)", dbi(item->grams[i]), dbi(subject), dbi(id)));
    return db_exec(t->d, "INSERT INTO vault (id, subject, kind, sealed, hash, last4, at_us) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   dbi(id), dbi(subject), dbi(item->kind), dbb(str_of((const char *)box, box_n)), dbb(bytes_of(&item->hash)),
                   dbb(bytes_of(&item->last4)), dbi(t->now_us));
}

err vault_destroy(tx *t, uint32_t subject)
{
    TRY(db_exec(t->d, "DELETE FROM vault_gram WHERE subject = $1", dbi(subject)));
    TRY(db_exec(t->d, "DELETE FROM vault WHERE subject = $1", dbi(subject)));
    return db_exec(t->d, "DELETE FROM vault_key WHERE subject = $1", dbi(subject));
}

err vault_keep(tx *t, const vault *v, uint32_t subject, const vault_item *item, int64_t *ret_id, bool *ret_new)
{
    int64_t id;
    TRY(db_int(t->d, &id, 0, "SELECT id FROM vault WHERE subject = $1 AND kind = $2 AND hash = $3", dbi(subject), dbi(item->kind),
               dbb(bytes_of(&item->hash))));
    *ret_new = id == 0;
    if (id == 0) {
        id = tx_id(t);
        TRY(vault_insert(t, v, subject, item, id));
    }
    *ret_id = id;
    return E_OK;
}

static err value_open(db *d, const vault *v, uint32_t subject, str sealed, arena *a, str *ret)
{
    uint8_t key[VAULT_VALUE_MAX], plain[VAULT_VALUE_MAX];
    bool found;
    size_t n;
    TRY(data_key_read(d, v, subject, key, &found));
    if (!found)
        return E_NOT_FOUND;
    bool good = box_open(key, sealed, plain, &n);
    if (good)
        *ret = arena_str(a, str_of((const char *)plain, n));
    vault_wipe(key, sizeof key);
    vault_wipe(plain, sizeof plain);
    return good ? E_OK : E_CORRUPT;
}

err vault_read(db *d, const vault *v, int64_t id, arena *a, vault_kind *ret_kind, str *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT subject, kind, sealed FROM vault WHERE id = $1", dbi(id)));
    uint32_t subject = found ? (uint32_t)db_i64(&r, 0) : 0;
    vault_kind kind = found ? (vault_kind)db_i64(&r, 1) : VAULT_PHONE;
    str sealed = found ? arena_str(a, db_blob(&r, 2)) : (str){ 0 };
    TRY(db_end(&r));
    if (!found)
        return E_NOT_FOUND;
    *ret_kind = kind;
    return value_open(d, v, subject, sealed, a, ret);
}

// The row `from` as it is sealed for somebody else.
static err pass_row(tx *t, int64_t from, uint32_t subject, str box, bool move)
{
    int64_t id = move ? from : tx_id(t);
    if (move) {
        TRY(db_exec(t->d, "UPDATE vault_gram SET subject = $2 WHERE vault = $1"
                          " AND subject = (SELECT o.subject FROM vault o WHERE o.id = $1)", dbi(from), dbi(subject)));
        return db_exec(t->d, "UPDATE vault SET subject = $2, sealed = $3 WHERE id = $1", dbi(from), dbi(subject), dbb(box));
    }
    TRY(db_exec(t->d, "INSERT INTO vault (id, subject, kind, sealed, hash, last4, at_us) SELECT $2, $3, kind, $4, hash, last4, $5"
                      " FROM vault WHERE id = $1", dbi(from), dbi(id), dbi(subject), dbb(box), dbi(t->now_us)));
    return db_exec(t->d, "INSERT INTO vault_gram (gram, subject, vault) SELECT gram, $3, $2 FROM vault_gram WHERE vault = $1"
                         " AND subject = (SELECT o.subject FROM vault o WHERE o.id = $1)", dbi(from), dbi(id), dbi(subject));
}

err vault_pass(tx *t, const vault *v, int64_t id, uint32_t subject, bool move)
{
    uint8_t key[VAULT_VALUE_MAX], box[VAULT_BOX_MAX];
    vault_kind kind;
    str plain;
    int64_t there;
    TRY(db_int(t->d, &there, 0, "SELECT n.id FROM vault o JOIN vault n ON n.subject = $2 AND n.kind = o.kind AND n.hash = o.hash"
                                " WHERE o.id = $1", dbi(id), dbi(subject)));
    if (there)
        return E_OK;
    err e = vault_read(t->d, v, id, t->a, &kind, &plain);
    if (e == E_NOT_FOUND)
        return E_OK;
    TRY(e);
    e = data_key(t, v, subject, key);
    size_t n = e == E_OK ? box_seal(v->o, key, plain, box) : 0;
    vault_wipe(key, sizeof key);
    vault_wipe((void *)(uintptr_t)plain.s, plain.len);
    TRY(e);
    return pass_row(t, id, subject, str_of((const char *)box, n), move);
}

err vault_hash_of(db *d, int64_t id, hash128 *ret)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT hash FROM vault WHERE id = $1", dbi(id)));
    if (found && db_blob(&r, 0).len == sizeof *ret)
        memcpy(ret, db_blob(&r, 0).s, sizeof *ret);
    TRY(db_end(&r));
    return found ? E_OK : E_NOT_FOUND;
}

int64_t vault_ref(str text)
{
    int64_t id;
    return str_starts(text, S("vault:")) && str_to_i64(str_skip(text, 6), &id) && id > 0 ? id : 0;
}

err vault_ref_of(db *d, uint32_t subject, str text, int64_t *ret)
{
    int64_t id = vault_ref(text);
    *ret = 0;
    return id ? db_int(d, ret, 0, "SELECT id FROM vault WHERE id = $1 AND subject = $2", dbi(id), dbi(subject)) : E_OK;
}

// --- Boxes of the brand ---------------------------------------------------------------------------------------------------------

str vault_box_by(const vault *v, const uint8_t key[VAULT_KEY_BYTES], str plain, arena *a)
{
    uint8_t *out = arena_array(a, uint8_t, plain.len + BOX_EXTRA);
    return str_of((const char *)out, box_seal(v->o, key, plain, out));
}

bool vault_unbox_by(const uint8_t key[VAULT_KEY_BYTES], str box, arena *a, str *ret)
{
    const uint8_t *p = (const uint8_t *)box.s;
    if (box.len < BOX_EXTRA)
        return false;
    uint8_t *out = arena_array(a, uint8_t, box.len);
    *ret = str_of((const char *)out, box.len - BOX_EXTRA);
    return crypto_secretbox_open_easy(out, p + crypto_secretbox_NONCEBYTES, box.len - crypto_secretbox_NONCEBYTES, p, key) == 0;
}

void vault_key_new(const vault *v, uint8_t ret_key[VAULT_KEY_BYTES]) { os_random(v->o, ret_key, VAULT_KEY_BYTES); }

str vault_box(const vault *v, str plain, arena *a) { return vault_box_by(v, v->kept, plain, a); }
bool vault_unbox(const vault *v, str box, arena *a, str *ret) { return vault_unbox_by(v->kept, box, a, ret); }

// --- Masks --------------------------------------------------------------------------------------------------------------------

#define DOTS "••••"

// The first n code points.
static str head(str v, size_t n)
{
    size_t i = 0;
    for (; i < v.len; i++)
        if (((unsigned char)v.s[i] & 0xC0) != 0x80 && n-- == 0)
            break;
    return str_take(v, i);
}

static str tail(str v, size_t n)
{
    size_t count = str_utf8_count(v);
    return count <= n ? (str){ "", 0 } : str_skip(v, head(v, count - n).len);
}

// How many code points stay at both ends; -1 domain: e-mail.
static const struct mask { int first, last; } masks[VAULT_KIND_COUNT] = {
    [VAULT_PHONE] = { 3, 4 }, [VAULT_EMAIL] = { 1, 0 }, [VAULT_NAME] = { 1, 0 },     [VAULT_ADDRESS] = { 4, 0 },
    [VAULT_ID_NUMBER] = { 1, 1 }, [VAULT_PLATE] = { 2, 1 }, [VAULT_VIN] = { 3, 4 }, [VAULT_BIRTHDAY] = { 0, 0 },
};

str vault_mask(arena *a, vault_kind kind, str plain)
{
    const struct mask m = masks[kind];
    bool short_one = str_utf8_count(plain) < (size_t)(m.first + m.last) + 3 && kind != VAULT_NAME;
    str first = short_one ? (str) { "", 0 } : head(plain, (size_t)m.first),
        last = short_one ? (str) { "", 0 } : tail(plain, (size_t)m.last);
    if (kind == VAULT_EMAIL) {
        str rest = plain;
        str_cut(&rest, '@');
        return arena_fmt(a, STR_FMT DOTS "@" STR_FMT, STR_ARG(first), STR_ARG(rest));
    }
    return arena_fmt(a, STR_FMT DOTS STR_FMT, STR_ARG(first), STR_ARG(last));
}
