// The playbook in the binary, and in the brand: loaded when the brand is made, followed when a newer binary opens it.
#include "base/embed.h"
#include "base/hash.h"
#include "instance/parts.h"
#include "plan/plan.h"
#include "profile/profile.h"
#include "rule/rules.h"
#include "tier/tier.h"

// Of all its files, names and contents: when it differs from what the brand was last given, there is something to follow.
static str fingerprint(arena *a)
{
    buf all = { 0 };
    uint8_t h[32];
    for (size_t i = 0; playbook_files[i].name; i++) {
        buf_add_lenstr(&all, str_c(playbook_files[i].name));
        buf_add_lenstr(&all, playbook_files[i].bytes);
    }
    hash_blake2b(h, buf_str(&all));
    buf_free(&all);
    char out[33];
    for (int i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", h[i]);
    return arena_str(a, str_of(out, 32));
}

static err load(tx *t, err (*load_rules)(tx *t, str json))
{
    for (size_t i = 0; playbook_files[i].name; i++) {
        if (!str_ends(str_c(playbook_files[i].name), S(".json")))
            continue;
        TRY(plan_load_playbook(t, playbook_files[i].bytes));
        TRY(profile_load(t, playbook_files[i].bytes));         // tags and consents before the rules that name them
        TRY(tier_load(t, playbook_files[i].bytes));
        TRY(load_rules(t, playbook_files[i].bytes));
    }
    return db_exec(t->d, "INSERT INTO meta (key, value) VALUES ('playbook', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                   dbs(fingerprint(t->a)));
}

static err load_new(tx *t, str json) { return rules_load(t, json, S("playbook")); }

static err install(tx *t, void *p)
{
    (void)p;
    return load(t, load_new);
}

static err follow(tx *t, void *p)
{
    (void)p;
    db_rows r;
    bool found;
    TRY(db_query_one(t->d, &r, &found, "SELECT value FROM meta WHERE key = 'playbook'"));
    bool same = found && str_eq(db_str(&r, 0), fingerprint(t->a));
    TRY(db_end(&r));
    return same ? E_OK : load(t, rules_follow);
}

err playbook_install(instance *in, fault *f) { return instance_do(in, install, NULL, f); }
err playbook_follow(instance *in, fault *f) { return instance_do(in, follow, NULL, f); }
