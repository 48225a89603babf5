// The vault: personal data, sealed. A value is sealed where it is parsed (any thread, transit key), and stored by the teller
// under the data key of its subject, which is itself sealed by the master key (DIR/master.key, 0600, not in the backup).
// Events, log, answers and streams hold "vault:<id>".
#ifndef PEOPLE_VAULT_H
#define PEOPLE_VAULT_H
#include "base/hash.h"
#include "base/os.h"
#include "store/teller.h"

typedef struct vault vault;

// Personal data by property or trait name (the defaults of ARCHITECTURE 5). kind, names it comes under.
#define VAULT_LIST(X) \
    X(PHONE, "phone") X(EMAIL, "email") X(NAME, "name") X(ADDRESS, "address") X(ID_NUMBER, "id_number") \
    X(PLATE, "plate") X(VIN, "vin") X(BIRTHDAY, "birthday")
// Under which names properties hold them, whatever the case of their letters.
#define VAULT_ALIAS_LIST(X) \
    X(PHONE, "phone") X(PHONE, "mobile") X(PHONE, "phone_number") X(PHONE, "手机号") X(PHONE, "手机") X(PHONE, "电话") \
    X(EMAIL, "email") X(EMAIL, "e_mail") X(EMAIL, "邮箱") \
    X(NAME, "name") X(NAME, "full_name") X(NAME, "first_name") X(NAME, "last_name") X(NAME, "firstName") X(NAME, "lastName") X(NAME, "姓名") \
    X(ADDRESS, "address") X(ADDRESS, "street") X(ADDRESS, "地址") \
    X(ID_NUMBER, "id_number") X(ID_NUMBER, "id_card") X(ID_NUMBER, "身份证") X(ID_NUMBER, "身份证号") \
    X(PLATE, "plate") X(PLATE, "license_plate") X(PLATE, "车牌") X(PLATE, "车牌号") \
    X(VIN, "vin") X(VIN, "VIN") X(VIN, "车架号") \
    X(BIRTHDAY, "birthday") X(BIRTHDAY, "birth_date") X(BIRTHDAY, "生日")

#define VAULT_ENUM(id, name) VAULT_##id,
typedef enum vault_kind { VAULT_LIST(VAULT_ENUM) VAULT_KIND_COUNT } vault_kind;
#undef VAULT_ENUM
extern const char *const vault_kinds[VAULT_KIND_COUNT + 1];

// Bytes from which on a value is looked for in texts (personal_hushed); 0: never. A short one would star ordinary words, a birthday is
// a date like others, a city alone is no address.
extern const uint8_t vault_told_bytes_min[VAULT_KIND_COUNT];

#define VAULT_VALUE_MAX 512            // bytes of a value
#define VAULT_BOX_MAX (VAULT_VALUE_MAX + 40)
#define VAULT_GRAMS_MAX 12             // of a name: what it can be found by in part

// A value on its way to the teller: nothing in it can be read without the master key.
typedef struct vault_item {
    vault_kind kind;
    hash128 hash;                      // keyed, of the normalised value
    hash128 last4;                     // phones: keyed, of the last four digits; zero otherwise
    int64_t grams[VAULT_GRAMS_MAX];    // names: see vault_grams
    uint32_t grams_n;
    int32_t born;                      // birthdays: the first of the five years it lies in (1995: 1995–1999); 0: not a date
    uint32_t box_n;
    uint8_t box[VAULT_BOX_MAX];
} vault_item;

// DIR/master.key: made by vault_create (E_EXISTS when there is one), read by vault_open. E_CORRUPT: wrong length.
err vault_create(os *o, const char *path);
err vault_open(os *o, const char *path, arena *a, vault **ret);
void vault_close(vault *v);            // wipes the keys

// Any thread. Which kind of personal data a property of that name is; false: none (nested names: the last part counts).
bool vault_is_personal(str prop_name, vault_kind *ret);
// Any thread. Normalises (phones: digits, +86 dropped; others trimmed) and seals. E_FIELD_VALUE: empty or too long.
err vault_seal(const vault *v, vault_kind kind, str plain, vault_item *ret);
void vault_wipe(void *p, size_t n);    // forget plain text: not optimised away
hash128 vault_hash(const vault *v, vault_kind kind, str plain);
hash128 vault_hash_named(const vault *v, str purpose, str text);   // other keyed hashes: identities, fingerprints
hash128 vault_hash_last4(const vault *v, str digits);               // of four digits
// Keyed hashes of what a name is found by in part: overlapping pairs of Chinese characters, whole words elsewhere, lower case.
size_t vault_grams(const vault *v, str name, int64_t out[VAULT_GRAMS_MAX]);

// A key of 32 bytes for one purpose and one salt: what is sealed by it is noise once the salt is gone. Any thread.
void vault_derive(const vault *v, str purpose, str salt, uint8_t ret_key[32]);

// Teller: the row of this value for this subject, made when new. The box is opened and sealed again by the subject's own key.
err vault_keep(tx *t, const vault *v, uint32_t subject, const vault_item *item, int64_t *ret_id, bool *ret_new);
// Any connection. E_NOT_FOUND: no such row, or its subject's key was destroyed. The caller answers for permission and audit.
err vault_read(db *d, const vault *v, int64_t id, arena *a, vault_kind *ret_kind, str *ret_plain);
err vault_hash_of(db *d, int64_t id, hash128 *ret);
// The row a text refers to, if it is a value of this very subject; 0 otherwise: anybody may send the text "vault:12".
err vault_ref_of(db *d, uint32_t subject, str text, int64_t *ret);
int64_t vault_ref(str text);                                        // "vault:12" → 12; 0: no reference
// A value of an identity's subject that is another subject's (a change of hands told late): the row goes, or a copy is made when it was
// the first one's too. Nothing when the other has the value, or the first one's key was destroyed.
err vault_pass(tx *t, const vault *v, int64_t id, uint32_t subject, bool move);
// Ends a subject's personal data: rows, what they are found by, and the key, so that copies of them are noise.
err vault_destroy(tx *t, uint32_t subject);
// Bytes sealed by a key of the brand, for what is kept a short while: answers to repeated writes.
str vault_box(const vault *v, str plain, arena *a);
bool vault_unbox(const vault *v, str box, arena *a, str *ret);
// The same by a key of its own, for what leaves in a copy: the key is kept apart and may end before the copy does.
#define VAULT_KEY_BYTES 32
void vault_key_new(const vault *v, uint8_t ret_key[VAULT_KEY_BYTES]);
str vault_box_by(const vault *v, const uint8_t key[VAULT_KEY_BYTES], str plain, arena *a);
bool vault_unbox_by(const uint8_t key[VAULT_KEY_BYTES], str box, arena *a, str *ret);
str vault_mask(arena *a, vault_kind kind, str plain);               // 138••••6207

#endif
