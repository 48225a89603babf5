// What the matrix says of a person and an activity, and inviting.
#include "tier/offer.h"
#include "base/time.h"
#include "profile/profile.h"

static const char *const channels[] = { "call", "sms", "wecom", "push", NULL };
static const char *const channels_zh[] = { "电话", "短信", "企业微信", "推送", NULL };
const enum_labels invite_channel_labels = { "invite_channel", channels, channels_zh };

// --- The matrix ---------------------------------------------------------------------------------------------------------------

static err cell_holds(db *d, arena *a, int64_t person, str target, int64_t now_us, bool *ret)
{
    str rest = target, sort = str_cut(&rest, ':'), ladder, level, now;
    *ret = false;
    if (str_eq(sort, S("tag")))
        return profile_tag_stands(d, a, person, rest, now_us, ret);
    if (!tier_parts(rest, &ladder, &level))
        return E_OK;
    TRY(tier_standing(d, person, ladder, a, &now));
    *ret = str_eq(now, level);
    return E_OK;
}

typedef struct cell { str target; bool offered; } cell;

static err cells_read(db *d, arena *a, str activity, cell *v, uint32_t *n)
{
    db_rows r;
    *n = 0;
    TRY(db_query(d, &r, "SELECT target, offered FROM offer_cell WHERE activity = $1 ORDER BY offered, target LIMIT $2", dbs(activity),
                 dbi(OFFER_CELLS_MAX)));
    while (db_next(&r))
        v[(*n)++] = (cell){ arena_str(a, db_str(&r, 0)), db_i64(&r, 1) == 1 };
    return db_end(&r);
}

// Those that refuse come first.
static err matrix_says(db *d, arena *a, int64_t person, int64_t now_us, offered *ret)
{
    cell v[OFFER_CELLS_MAX];
    uint32_t n;
    TRY(cells_read(d, a, ret->row, v, &n));
    for (uint32_t i = 0; i < n; i++) {
        bool holds;
        TRY(cell_holds(d, a, person, v[i].target, now_us, &holds));
        if (!holds)
            continue;
        ret->target = v[i].target;
        ret->may = v[i].offered;
        ret->why = v[i].offered ? (str){ "", 0 } : S("matrix:no");
        return E_OK;
    }
    ret->why = S("matrix:nobody");
    return E_OK;
}

// Its own row, else its kind's.
static err row_of(db *d, arena *a, int64_t campaign, str kind, str *ret)
{
    int64_t n;
    str own = arena_fmt(a, "campaign:%lld", (long long)campaign), of_kind = arena_fmt(a, "kind:" STR_FMT, STR_ARG(kind));
    *ret = own;
    TRY(db_int(d, &n, 0, "SELECT version FROM offer_row WHERE activity = $1", dbs(own)));
    if (n)
        return E_OK;
    *ret = of_kind;
    TRY(db_int(d, &n, 0, "SELECT version FROM offer_row WHERE activity = $1", dbs(of_kind)));
    if (!n)
        *ret = (str){ "", 0 };
    return E_OK;
}

static err campaign_open(db *d, arena *a, int64_t campaign, int64_t now_us, str *ret_kind, bool *ret_open)
{
    db_rows r;
    bool found;
    TRY(db_query_one(d, &r, &found, "SELECT COALESCE(kind, ''), state, ends_us, archived_us FROM campaign WHERE id = $1", dbi(campaign)));
    *ret_open = found && !str_eq(db_str(&r, 1), S("ended")) && db_i64(&r, 2) > now_us && db_i64(&r, 3) == 0;
    *ret_kind = found ? arena_str(a, db_str(&r, 0)) : (str){ "", 0 };
    return db_end(&r);
}

// How often is what their levels say, the smallest of them.
static err invited_already(db *d, int64_t person, int64_t campaign, int64_t now_us, offered *ret)
{
    int64_t n, most;
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM invitation WHERE person = $1 AND campaign = $2", dbi(person), dbi(campaign)));
    if (n) {
        *ret = (offered){ false, S("invited"), ret->row, ret->target };
        return E_OK;
    }
    TRY(db_int(d, &n, 0, "SELECT count(*) FROM invitation WHERE person = $1 AND at_us > $2", dbi(person),
               dbi(now_us - INVITES_DAYS * US_PER_DAY)));
    TRY(db_int(d, &most, INVITES_MAX,
               "SELECT min(l.invites) FROM person_tier p JOIN tier_level l ON l.ladder = p.ladder AND l.level = p.level"
               " WHERE p.subject = $1 AND l.invites >= 0",
               dbi(person)));
    if (n >= most)
        *ret = (offered){ false, S("often"), ret->row, ret->target };
    return E_OK;
}

err offer_of(db *d, arena *a, int64_t person, int64_t campaign, str channel, int64_t now_us, offered *ret)
{
    str kind;
    bool open;
    int given = 1;
    *ret = (offered){ false, S("campaign:ended"), { "", 0 }, { "", 0 } };
    TRY(campaign_open(d, a, campaign, now_us, &kind, &open));
    if (!open)
        return E_OK;
    TRY(row_of(d, a, campaign, kind, &ret->row));
    ret->why = S("matrix:none");
    if (ret->row.len)
        TRY(matrix_says(d, a, person, now_us, ret));
    if (ret->may)
        TRY(invited_already(d, person, campaign, now_us, ret));
    if (ret->may && channel.len)
        TRY(people_consent(d, (uint32_t)person, channel, &given));
    if (given != 1) {
        ret->may = false;
        ret->why = arena_fmt(a, "consent:" STR_FMT, STR_ARG(channel));
    }
    return E_OK;
}

// --- Inviting -----------------------------------------------------------------------------------------------------------------

typedef struct sending { const inviting *i; const offered *o; uint32_t person; } sending;

static err invitation_write(tx *t, int64_t no, void *p)
{
    const sending *s = p;
    return db_exec(t->d,
                   "INSERT INTO invitation (subject, campaign, person, channel, at_us, staff, rule, target, event_no)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (subject, campaign) DO NOTHING",
                   dbi(s->i->subject), dbi(s->i->campaign), dbi(s->person), dbs(s->i->channel), dbi(t->now_us), dbi(s->i->staff),
                   dbs(s->i->rule), dbs(s->o->target), dbi(no));
}

err invite(tx *t, const inviting *i, offered *ret, int64_t *ret_no)
{
    db_rows r;
    bool found;
    uint32_t person = people_person_of(t, i->subject);
    *ret_no = 0;
    TRY(offer_of(t->d, t->a, person, i->campaign, i->channel, t->now_us, ret));
    if (!ret->may)
        return E_OK;
    TRY(db_query_one(t->d, &r, &found, "SELECT code FROM campaign WHERE id = $1", dbi(i->campaign)));
    str code = arena_str(t->a, db_str(&r, 0));
    TRY(db_end(&r));
    sending s = { i, ret, person };
    const event_prop props[] = { prop_str(S("campaign"), code), prop_str(S("channel"), i->channel), prop_str(S("offered_to"), ret->target),
                                 prop_i64(S("by"), i->staff) };
    return engine_emit(t, &(event_new){ .subject = i->subject, .kind = S("campaign.invited"), .flags = EVENT_SYSTEM, .props = props,
                                        .props_n = 4, .numbered = invitation_write, .numbered_p = &s }, ret_no);
}

// --- invite: {"campaign": "$campaign", "channel": "wecom"} -----------------------------------------------------------------------

static const arg invite_args[] = { { "campaign", ARG_STR, .required = true, .from_event = true, .max = 40 },
                                   { "channel", ARG_STR, .required = true, .labels = channels } };

static err invite_check(const checking *c, const jval *v, str path) { return args_check(c, v, path, invite_args, 2); }

static err invite_apply(rule_ctx *c, const jval *v, ring *r)
{
    int64_t campaign;
    offered o;
    inviting i = { .subject = c->ev->subject, .channel = json_str(json_get(v, S("channel"))), .rule = c->rule_key };
    if (!c->person)
        return fault_detail(c->t->f, c->t->a, E_NOT_FOUND, "the event is nobody's");
    r->what = ctx_text(c, v, S("campaign"));
    TRY(db_int(c->t->d, &campaign, 0, "SELECT id FROM campaign WHERE code = $1", dbs(r->what)));
    i.campaign = campaign;
    TRY(invite(c->t, &i, &o, &r->event_no));
    r->why = o.why;
    r->outcome = o.may ? RING_DONE : RING_SUPPRESSED;
    return E_OK;
}

static void invite_print(const jval *v, const speech *s)
{
    const lang l = s->l;
    buf *b = s->b;
    size_t which = 0;
    arg_label(json_get(v, S("channel")), channels, &which);
    buf_addf(b, l == LANG_ZH ? "邀请参加「" STR_FMT "」（%s）" : "invite to \"" STR_FMT "\" by %s", STR_ARG(json_str(json_get(v, S("campaign")))),
             l == LANG_ZH ? channels_zh[which] : channels[which]);
}

static const effect_kind invite_effect = { "invite", false, invite_check, invite_apply, invite_print };

const person_table offer_tables[] = {
    { PERSON_TABLE_SINCE("invitation", "at_us", "campaign, channel, at_us, target, event_no"), CODES("channel, rule, target") },
};
const size_t offer_tables_n = sizeof offer_tables / sizeof *offer_tables;

void offer_register(engine *e)
{
    rules_add_effect(e->rules, &invite_effect);
    people_add_tables(e, offer_tables, offer_tables_n);
}

// --- The playbook -----------------------------------------------------------------------------------------------------------------
// {"activity": "kind:test_drive", "to": ["tier:prospect:A"], "not": ["tag:空号"]}

static err load_cells(tx *t, str activity, const jval *list, bool yes)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach((jval *)(uintptr_t)list, i, n, item)
        TRY(db_exec(t->d, "INSERT INTO offer_cell (activity, target, offered) VALUES ($1, $2, $3) ON CONFLICT (activity, target) DO NOTHING",
                    dbs(activity), dbs(json_str(item)), dbi(yes)));
    return E_OK;
}

err offer_load(tx *t, jval *list)
{
    size_t i, n;
    jval *item;
    yyjson_arr_foreach(list, i, n, item) {
        int64_t known;
        str activity = json_str(json_get(item, S("activity")));
        TRY(db_int(t->d, &known, 0, "SELECT version FROM offer_row WHERE activity = $1", dbs(activity)));
        if (known || !activity.len)
            continue;
        TRY(db_exec(t->d, "INSERT INTO offer_row (activity, version, changed_us, staff) VALUES ($1, 1, $2, 0)", dbs(activity), dbi(t->now_us)));
        TRY(load_cells(t, activity, json_get(item, S("to")), true));
        TRY(load_cells(t, activity, json_get(item, S("not")), false));
    }
    return E_OK;
}
