#include "import/guess.h"
#include "base/time.h"
#include "import/row.h"

// --- Names ---------------------------------------------------------------------------------------------------------------------------
// Other names a field or identity comes under in exports of the trade. Compared without case, spaces, '_' and '-'.
typedef struct alias { const char *target, *means, *names; } alias;    // target NULL: any
static const alias fields[] = {
    { NULL, "time", "time timestamp ts at date datetime event_time created_at occurred_at 时间 日期 发生时间 创建时间" },
    { NULL, "event", "event event_name event_type action behavior behaviour type activity activityid 事件 行为 行为类型" },
    { NULL, "message_id", "message_id event_id msg_id messageid uuid 消息编号 流水号" },
    { "consent", "purpose", "purpose channel 用途 渠道" },
    { "consent", "given", "given agree consent status 是否同意 同意" },
    { "points", "amount", "amount points balance score 积分 余额 剩余积分" },
    { "points", "expires", "expires expire_date expiry valid_until 到期日 失效日期 有效期至" },
    { "tag", "tag", "tag label tag_name 标签 标签名" },
    { "tag", "confidence", "confidence score 置信度 可信度" },
    { "tag", "date", "date tagged_at since 打标时间 打标日期 日期 时间" },
    { "tag", "expires", "expires expire_date until 到期日 失效日期 有效期至" },
    { "ownership", "vin", "vin 车架号" },
    { "ownership", "from", "from delivered delivery_date bought 交付日期 提车日期 开始" },
    { "ownership", "until", "until sold_date ended 过户日期 结束" },
};
static const alias identities[] = {
    { NULL, "user_id", "user_id userid user uid account member_id 用户id 用户编号 会员号 会员编号" },
    { NULL, "crm_id", "crm_id customer_id customer custid caseid 客户编号 客户号" },
    { NULL, "phone", "phone mobile tel phone_number 手机 手机号 电话 联系电话" },
    { NULL, "email", "email mail e_mail 邮箱 电子邮箱" },
    { NULL, "unionid", "unionid union_id" },
    { NULL, "openid", "openid open_id" },
    { NULL, "vin", "vin 车架号" },
    { NULL, "device_id", "device_id deviceid idfv android_id 设备号" },
    { NULL, "anonymous_id", "anonymous_id anonymousid distinct_id cookie_id visitor_id" },
};

static size_t plain(str v, char out[128])
{
    size_t n = 0;
    for (size_t i = 0; i < v.len && n < 127; i++) {
        char c = v.s[i];
        if (c == ' ' || c == '_' || c == '-')
            continue;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return n;
}

static bool same(str a, str b)
{
    char x[128], y[128];
    size_t n = plain(a, x), m = plain(b, y);
    return str_eq(str_of(x, n), str_of(y, m));
}

static const char *alias_of(const alias *list, size_t n, const import_target *t, str column)
{
    for (size_t i = 0; i < n; i++) {
        str rest = str_c(list[i].names);
        if (list[i].target && strcmp(list[i].target, t->name) != 0)
            continue;
        while (rest.len)
            if (same(str_cut(&rest, ' '), column))
                return list[i].means;
    }
    return NULL;
}

static int field_of(const import_target *t, str column)
{
    for (unsigned i = 0; i < t->fields->n; i++) {
        const field *fd = &t->fields->fields[i];
        if (fd->k != K_OBJ && (same(str_c(fd->name), column) || (fd->zh && same(str_c(fd->zh), column))))
            return (int)i;
    }
    const char *means = alias_of(fields, sizeof fields / sizeof *fields, t, column);
    return means ? import_field(t, str_c(means)) : -1;
}

static bool identity_of(const import_target *t, str column, identity_kind *ret)
{
    const char *means = import_target_names(t) ? alias_of(identities, sizeof identities / sizeof *identities, t, column) : NULL;
    if (!means || (t->record && import_shape_field(&record_identities_shape, str_c(means)) < 0))
        return false;
    return identity_kind_named(str_c(means), ret);
}

// --- Values ----------------------------------------------------------------------------------------------------------------------------
typedef struct looks { int64_t n, integers, numbers, phones, times, seconds, millis, packed; } looks;

static bool digits_only(str v)
{
    for (size_t i = 0; i < v.len; i++)
        if (v.s[i] < '0' || v.s[i] > '9')
            return false;
    return v.len > 0;
}

static bool number(str v)
{
    bool digit = false;
    for (size_t i = 0; i < v.len; i++) {
        digit |= v.s[i] >= '0' && v.s[i] <= '9';
        if (!memchr("0123456789.-", v.s[i], 12) || (v.s[i] == '-' && i))
            return false;
    }
    return digit;
}

static void look(looks *l, str v)
{
    int64_t i, at;
    if (!(v = str_trim(v)).len)
        return;
    bool whole = str_to_i64(v, &i) && !(v.len > 1 && v.s[0] == '0');
    l->n++;
    l->integers += whole && v.len <= 15;
    l->numbers += number(v) && !(digits_only(v) && v.s[0] == '0' && v.len > 1);
    l->phones += digits_only(v) && v.len == 11 && v.s[0] == '1' && v.s[1] >= '3';
    l->seconds += whole && v.len == 10 && i > 600000000 && i < 4102444800;
    l->millis += whole && v.len == 13 && i > 600000000000 && i < 4102444800000;
    bool time = time_read(v, TIME_ANY, (str){ 0 }, 0, &at);
    l->packed += time && digits_only(v) && v.len == 8;
    l->times += time && !digits_only(v);
}

static str cell_of(const source_row *r, size_t i) { return r->cells && i < r->n ? r->cells[i] : (str){ "", 0 }; }

static looks look_at(const source_row *rows, size_t n, size_t column)
{
    looks l = { 0 };
    for (size_t i = 0; i < n; i++)
        look(&l, cell_of(&rows[i], column));
    return l;
}

static void time_form_of(const looks *l, binding *b)
{
    b->form = l->n && l->seconds == l->n ? TIME_UNIX_S : l->n && l->millis == l->n ? TIME_UNIX_MS : TIME_ANY;
}

static bool all_times(const looks *l) { return l->n && (l->times == l->n || l->packed == l->n || l->seconds == l->n || l->millis == l->n); }

// --- A mapping ---------------------------------------------------------------------------------------------------------------------------
static bool bound(const mapping *m, bind_to to, int place, identity_kind id)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->v[i].to == to && (to == BIND_FIELD ? m->v[i].field == place : to == BIND_IDENTITY && m->v[i].identity == id))
            return true;
    return false;
}

static void guess_column(mapping *m, str column, size_t at, const looks *l)
{
    binding b = { .column = column, .at = (int)at, .field = field_of(&m->target, column) };
    if (m->n == MAPPING_BINDS_MAX)
        return;
    if (identity_of(&m->target, column, &b.identity) && !bound(m, BIND_IDENTITY, 0, b.identity)
        && (b.field < 0 || bound(m, BIND_FIELD, b.field, 0))) {
        b.to = BIND_IDENTITY;
    } else if (b.field >= 0 && !bound(m, BIND_FIELD, b.field, 0)) {
        b.to = BIND_FIELD;
        if (m->target.fields->fields[b.field].k == K_TIME)
            time_form_of(l, &b);
    } else if (m->target.further) {
        b.to = BIND_PROPERTY;
        b.name = column;
        b.personal = vault_is_personal(column, &b.vault);
        if (!b.personal && l->phones < l->n)
            b.type = l->n && l->integers == l->n ? TYPE_INTEGER : l->n && l->numbers == l->n ? TYPE_NUMBER : TYPE_AUTO;
    } else {
        return;
    }
    m->v[m->n++] = b;
}

// What no name told: a column that is all phones is the phone, the first that is all times is the time, and so on.
static void guess_rest(mapping *m, const guess *g, const source_row *rows, size_t n)
{
    int time = import_field(&m->target, S("time"));
    for (size_t i = 0; i < m->n; i++) {
        binding *b = &m->v[i];
        looks l = look_at(rows, n, (size_t)b->at);
        if (b->to != BIND_PROPERTY)
            continue;
        if (m->target.person && l.n && l.phones == l.n && !bound(m, BIND_IDENTITY, 0, IDENTITY_PHONE)) {
            *b = (binding){ .column = b->column, .at = b->at, .to = BIND_IDENTITY, .identity = IDENTITY_PHONE };
        } else if (time >= 0 && all_times(&l) && !bound(m, BIND_FIELD, time, 0)) {
            *b = (binding){ .column = b->column, .at = b->at, .to = BIND_FIELD, .field = time };
            time_form_of(&l, b);
        }
    }
    (void)g;
}

static void guess_mapping(guess *g, const import_target *t, const source_row *rows, size_t n, arena *a)
{
    source_format f = g->m.format;
    g->m = (mapping){ .target = *t, .format = f, .has_format = true, .zone_us = ZONE_OFFSET_US,
                      .v = arena_array(a, binding, MAPPING_BINDS_MAX) };
    for (size_t i = 0; i < g->columns_n; i++) {
        looks l = look_at(rows, n, i);
        guess_column(&g->m, g->columns[i], i, &l);
    }
    guess_rest(&g->m, g, rows, n);
}

// How well a target fits: its required fields, then how many of its fields the file has.
static int64_t fit(const import_target *t, const str *columns, size_t n)
{
    int64_t score = 0, required = 0, had = 0;
    for (unsigned k = 0; k < t->fields->n; k++) {
        bool there = false;
        for (size_t i = 0; i < n; i++)
            there |= field_of(t, columns[i]) == (int)k;
        required += t->fields->fields[k].required;
        had += t->fields->fields[k].required && there;
        score += there;
    }
    return (had == required ? 1000 : 0) + had * 20 + score * 5 + (t->further ? 1 : 0);
}

static void best_target(const str *columns, size_t n, import_target *ret)
{
    int64_t most = -1;
    import_target t;
    for (size_t i = 0; import_target_at(i, &t); i++) {
        int64_t s = fit(&t, columns, n);
        if (s > most) {
            most = s;
            *ret = t;
        }
    }
}

// NDJSON has no head: the members of the first rows are the columns.
static void learn_members(guess *g, source_row *rows, size_t n, arena *a)
{
    str *found = arena_array(a, str, SOURCE_COLUMNS_MAX);
    jval *key, *item;
    size_t i, max;
    for (size_t k = 0; k < n; k++)
        yyjson_obj_foreach(rows[k].json, i, max, key, item)
        {
            size_t at = 0;
            while (at < g->columns_n && !str_eq(found[at], json_str(key)))
                at++;
            if (at == g->columns_n && at < SOURCE_COLUMNS_MAX)
                found[g->columns_n++] = json_str(key);
        }
    g->columns = found;
    for (size_t k = 0; k < n; k++) {
        str *cells = arena_array(a, str, g->columns_n + 1);
        for (size_t c = 0; c < g->columns_n; c++) {
            const binding b = { .column = found[c], .at = -1 };
            cells[c] = rows[k].json ? row_text(&b, &rows[k], a) : (str){ "", 0 };
        }
        rows[k].cells = cells;
        rows[k].n = g->columns_n;
    }
}

err guess_file(input *in, str name, const import_target *target, const source_format *fmt, arena *a, fault *f, guess *ret)
{
    guess g = { 0 };
    source *s;
    source_row *rows = arena_array(a, source_row, GUESS_ROWS);
    size_t n = 0;
    bool more = true;
    if (fmt)
        g.m.format = *fmt;
    else
        TRY(source_sniff(in, name, a, &g.m.format));
    TRY(source_open(in, &g.m.format, a, f, &s));
    g.columns = source_columns(s, &g.columns_n);
    err e = E_OK;
    while (e == E_OK && more && n < GUESS_ROWS && arena_bytes(a) < 16 * 1024 * 1024) {
        e = source_next(s, a, &rows[n], &more);
        n += e == E_OK && more && rows[n].code == E_OK;
    }
    source_close(s);
    TRY(e);
    if (g.m.format.kind == SOURCE_NDJSON)
        learn_members(&g, rows, n, a);
    import_target best;
    if (!target)
        best_target(g.columns, g.columns_n, &best);
    guess_mapping(&g, target ? target : &best, rows, n, a);
    g.sample = rows;
    g.sample_n = n < SAMPLE_ROWS ? n : SAMPLE_ROWS;
    g.rows = (int64_t)n;
    *ret = g;
    return E_OK;
}
