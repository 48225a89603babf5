// `lianyi init`: a new data directory with its key, its database, the playbook and a first login.
#include "admin/admin.h"
#include "instance/parts.h"
#include "store/migrate.h"

typedef struct fresh { const char *path, *key_path; arena *a; fault *f; os *o; const init_options *opt; } fresh;

static err set_meta(db *d, str key, str text)
{
    return db_exec(d, "INSERT INTO meta (key, value) VALUES ($1, $2)", dbs(key), dbs(text));
}

static str random_hex(os *o, arena *a, size_t bytes)
{
    uint8_t raw[64];
    ENSURE(bytes <= sizeof raw);
    os_random(o, raw, bytes);
    char *out = arena_alloc(a, 2 * bytes + 1, 1, 1);
    for (size_t i = 0; i < bytes; i++)
        snprintf(out + 2 * i, 3, "%02x", raw[i]);
    return str_of(out, 2 * bytes);
}

static err make_database(const fresh *x)
{
    db *d;
    size_t applied;
    int64_t now = os_now_us(x->o);
    TRY(db_open(x->o, x->path, DB_WRITER, &d));
    err e = migrate(d, migrations, migrations_count, now, x->f, x->a, &applied);
    if (e == E_OK)
        e = set_meta(d, S("database_id"), random_hex(x->o, x->a, DATABASE_ID_BYTES));
    if (e == E_OK)
        e = set_meta(d, S("brand_zh"), x->opt->brand_zh);
    if (e == E_OK)
        e = set_meta(d, S("brand_en"), x->opt->brand_en);
    if (e == E_OK)
        e = set_meta(d, S("created"), time_iso(x->a, now));
    db_close(d);
    return e;
}

// --- Contents ----------------------------------------------------------------------------------------------------------------
typedef struct first { arena *a; str password_hash; int64_t staff; } first;

static err make_staff(tx *t, void *p)
{
    first *s = p;
    const staff_new_row row = { .login = S("admin"), .name = S("管理员"), .role = ROLE_HEAD, .password_hash = s->password_hash };
    return admin_staff_create(t, &row, &s->staff);
}

static err fill(instance *in, bool demo, buf *out, fault *f, arena *a)
{
    str password = admin_password_random(in->o, a);
    first s = { .a = a };
    TRY(playbook_install(in, f));
    TRY(admin_password_hash(password, a, &s.password_hash));
    TRY(instance_do(in, make_staff, &s, f));
    if (demo)
        TRY(demo_make(in, f, a));
    buf_addf(out, "A new brand in %s\n  login:    admin\n  password: " STR_FMT "\n", in->dir, STR_ARG(password));
    buf_addf(out, "Keep %s/master.key safe and apart from backups: without it no personal data can be read.\n", in->dir);
    return E_OK;
}

err instance_init(os *o, const char *dir, const init_options *opt, buf *out, fault *f, arena *a)
{
    const fresh x = { .path = arena_fmt(a, "%s/brand.db", dir).s, .key_path = arena_fmt(a, "%s/master.key", dir).s,
                      .a = a, .f = f, .o = o, .opt = opt };
    err e = os_mkdir(o, dir);
    if (e != E_OK && e != E_EXISTS)
        return fault_detail(f, a, e, "%s cannot be made", dir);
    if (os_exists(o, x.path))
        return fault_field(f, a, E_EXISTS, str_c(dir), 0);
    TRY(vault_create(o, x.key_path));
    TRY(make_database(&x));
    instance *in;
    TRY(instance_open(o, dir, f, a, &in));
    e = fill(in, opt->demo, out, f, a);
    instance_close(in);
    return e;
}
