// Questions over hand-made tables, with numbers counted by hand; and everything the parser refuses, by path.
#include "timeline_kit.h"

#include "base/time.h"
#include "sim/os_sim.h"
#include "timeline/question.h"

#define NOW "2026-04-01T00:00:00+08:00"

// --- Tables of events -----------------------------------------------------------------------------------------------------
// "subject|kind|time in Shanghai|name=value,…": numbers are numbers, 'true' is a boolean, the rest text. A line is one arrival.
typedef struct world {
    arena *a;
    os_sim *sim;
    timeline *t;
    const char *names[200]; // one dictionary for kinds and properties
    uint32_t names_n;
    int64_t no;
} world;

static uint32_t world_find(void *user, str name)
{
    world *w = user;
    for (uint32_t i = 0; i < w->names_n; i++)
        if (str_eq(str_c(w->names[i]), name))
            return i + 1;
    return 0;
}

static uint32_t world_learn(world *w, str name)
{
    uint32_t id = world_find(w, name);
    if (id)
        return id;
    assert_true(w->names_n < 200);
    w->names[w->names_n++] = arena_cstr(w->a, name);
    return w->names_n;
}

static str world_name(void *user, uint32_t id, arena *a)
{
    world *w = user;
    return arena_str(a, str_c(w->names[id - 1]));
}

static const dictionary *world_dictionary(world *w)
{
    dictionary *d = arena_new(w->a, dictionary);
    *d = (dictionary){ w, world_find, world_find, world_name, world_name };
    return d;
}

static value world_value(str s)
{
    int64_t n;
    if (str_to_i64(s, &n))
        return (value){ .k = V_I64, .i = n };
    if (str_eq(s, S("true")))
        return (value){ .k = V_BOOL, .i = 1 };
    if (str_starts(s, S("~"))) // ~5: 5/2, as a fraction
        return str_to_i64(str_skip(s, 1), &n) ? (value){ .k = V_F64, .f = (double)n / 2 } : (value){ 0 };
    if (str_starts(s, S("json:")))
        return (value){ .k = V_JSON, .s = str_skip(s, 5) };
    return (value){ .k = V_STR, .s = s };
}

static int64_t world_time(world *w, str local)
{
    int64_t us;
    if (!time_parse_iso(arena_fmt(w->a, STR_FMT "%s+08:00", STR_ARG(local), local.len == 10 ? "T00:00:00" : ""), &us))
        fail_msg("no time: " STR_FMT, STR_ARG(local));
    return us;
}

static void world_line(world *w, str line, kit_group *k)
{
    int64_t subject;
    assert_true(str_to_i64(str_cut(&line, '|'), &subject));
    event e = { .subject = (uint32_t)subject, .kind = world_learn(w, str_cut(&line, '|')) };
    e.time_us = e.sent_us = e.received_us = world_time(w, str_cut(&line, '|'));
    prop *p = arena_array(w->a, prop, 20);
    while (line.len) {
        str one = str_cut(&line, ','), name = str_cut(&one, '=');
        prop added = { world_learn(w, name), world_value(one) };
        uint32_t at = e.props_n++;
        for (; at > 0 && p[at - 1].id > added.id; at--)
            p[at] = p[at - 1];
        p[at] = added;
    }
    e.props = p;
    kit_group_add(k, &e, NULL);
}

static world *world_new(const char *table)
{
    arena *a = arena_create();
    world *w = arena_new(a, world);
    w->a = a;
    w->sim = os_sim_create(1);
    timeline_config c = { .o = os_sim_os(w->sim), .dir = "/log" };
    int64_t last;
    assert_ok(timeline_open(&c, NULL, a, &w->t, &last));
    kit_group k = { 0 };
    kit_group_start(&k, 1, 1);
    str rest = str_c(table);
    while (rest.len) {
        str line = str_trim(str_cut(&rest, '\n'));
        if (line.len)
            world_line(w, line, &k);
    }
    if (k.g.count)
        timeline_add(w->t, &k.g);
    w->no = k.g.count;
    kit_group_free(&k);
    return w;
}

static void world_end(world *w)
{
    arena *a = w->a;
    timeline_close(w->t);
    os_sim_destroy(w->sim);
    arena_destroy(a);
}

static int64_t now_us(void)
{
    int64_t us;
    assert_true(time_parse_iso(S(NOW), &us));
    return us;
}

// ' stands for " so that questions stay readable in C.
static str quoted(arena *a, const char *text)
{
    char *s = arena_cstr(a, str_c(text));
    for (char *c = s; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return str_c(s);
}

static void expect(world *w, const char *ask, const char *answer)
{
    jval *v;
    fault f = { 0 };
    buf b = { 0 };
    assert_ok(json_parse(w->a, quoted(w->a, ask), NULL, &v));
    err e = timeline_ask(w->t, world_dictionary(w), v, now_us(), w->no, w->a, &f, &b);
    if (e != E_OK)
        fail_msg("%s: %s " STR_FMT " " STR_FMT, ask, err_info_of(e)->code, STR_ARG(f.field), STR_ARG(f.detail));
    str want = quoted(w->a, answer);
    if (!str_eq(buf_str(&b), want))
        fail_msg("%s\n  gave     " STR_FMT "\n  expected " STR_FMT, ask, STR_ARG(buf_str(&b)), STR_ARG(want));
    buf_free(&b);
}

// --- count, top, trend ----------------------------------------------------------------------------------------------------
static const char orders[] = "1|order.placed|2026-03-01T10:00:00|city=上海,price=100\n"
                             "1|order.placed|2026-03-02T10:00:00|city=上海,price=50\n"
                             "2|order.placed|2026-03-08T23:59:59|city=杭州,price=70\n"
                             "2|order.placed|2026-03-09T00:00:00|city=杭州,price=30\n"
                             "3|order.placed|2026-03-31T12:00:00|price=~5\n"
                             "3|order.placed|2026-04-01T00:00:00|city=北京\n"
                             "0|order.placed|2026-03-15T00:00:00|city=上海,price=9\n"
                             "3|login|2026-03-20T00:00:00\n";

static void events_and_people_are_counted(void **state)
{
    (void)state;
    world *w = world_new(orders);
    expect(w, "{'ask':'count','event':'order.placed'}",
           "{'events':7,'people':3,'first':'2026-03-01T02:00:00.000000Z','last':'2026-03-31T16:00:00.000000Z'}");
    // Windows are half-open, days are Shanghai's.
    expect(w, "{'ask':'count','event':'order.placed','from':'2026-03-02','to':'2026-03-09'}",
           "{'events':2,'people':2,'first':'2026-03-02T02:00:00.000000Z','last':'2026-03-08T15:59:59.000000Z'}");
    expect(w, "{'ask':'count','event':'order.placed','from':'2026-03-09T00:00:00+08:00','to':'2026-03-09T00:00:00.000001+08:00'}",
           "{'events':1,'people':1,'first':'2026-03-08T16:00:00.000000Z','last':'2026-03-08T16:00:00.000000Z'}");
    // within ends with now itself.
    expect(w, "{'ask':'count','event':'order.placed','within':'12h'}",
           "{'events':2,'people':1,'first':'2026-03-31T04:00:00.000000Z','last':'2026-03-31T16:00:00.000000Z'}");
    expect(w, "{'ask':'count','event':'unheard.of','of':'price'}",
           "{'events':0,'people':0,'first':null,'last':null,'numbers':0,'sum':0,'min':null,'max':null}");
    expect(w, "{'ask':'count','event':'order.placed','of':'price'}",
           "{'events':7,'people':3,'first':'2026-03-01T02:00:00.000000Z','last':'2026-03-31T16:00:00.000000Z',"
           "'numbers':6,'sum':261.5,'min':2.5,'max':100}");
    // Asked about people, the brand's own events are not there.
    expect(w, "{'ask':'count','event':'order.placed','of':'price','by':'city','who':{'not':{'did':{'event':'login'}}}}",
           "{'events':4,'people':2,'first':'2026-03-01T02:00:00.000000Z','last':'2026-03-08T16:00:00.000000Z',"
           "'numbers':4,'sum':250,'min':30,'max':100,'distinct':2,"
           "'values':[{'value':'上海','events':2,'people':1},{'value':'杭州','events':2,'people':1}]}");
    expect(w, "{'ask':'count','event':'*','from':'2026-03-20','to':'2026-03-21'}",
           "{'events':1,'people':1,'first':'2026-03-19T16:00:00.000000Z','last':'2026-03-19T16:00:00.000000Z'}");
    world_end(w);
}

static void comparisons_choose_events(void **state)
{
    (void)state;
    world *w = world_new(orders);
    static const struct {
        const char *where;
        int events;
    } cases[] = {
        { "[['price','=',100]]", 1 },
        { "[['price','=',2.5]]", 1 },
        { "[['price','!=',100]]", 6 },
        { "[['price','<',50]]", 3 },
        { "[['price','<=',50]]", 4 },
        { "[['price','>',2.5]]", 5 },
        { "[['price','>=',2.5]]", 6 },
        { "[['price','exists']]", 6 },
        { "[['city','=','上海']]", 3 },
        { "[['city','!=','上海']]", 4 },
        { "[['city','in',['杭州','北京']]]", 3 },
        { "[['price','in',[100,50.0,'70']]]", 2 },
        { "[['city','=',100]]", 0 },
        { "[['price','=','100']]", 0 },
        { "[['unknown','exists']]", 0 },
        { "[['unknown','!=',1]]", 7 },
        { "[['city','=','上海'],['price','>',50]]", 1 },
        { "[]", 7 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jval *v;
        buf b = { 0 };
        str q = quoted(w->a, arena_fmt(w->a, "{'ask':'count','event':'order.placed','where':%s}", cases[i].where).s);
        assert_ok(json_parse(w->a, q, NULL, &v));
        assert_ok(timeline_ask(w->t, world_dictionary(w), v, now_us(), w->no, w->a, NULL, &b));
        str want = arena_fmt(w->a, "{\"events\":%d,", cases[i].events);
        if (!str_starts(buf_str(&b), want))
            fail_msg("%s gave " STR_FMT, cases[i].where, STR_ARG(buf_str(&b)));
        buf_free(&b);
    }
    world_end(w);
}

static void values_are_ranked_and_summed_exactly(void **state)
{
    (void)state;
    world *w = world_new("1|buy|2026-03-01|what=tea,pay=9007199254740993\n"
                         "1|buy|2026-03-02|what=tea,pay=9007199254740993\n"
                         "2|buy|2026-03-03|what=tea,pay=1\n"
                         "2|buy|2026-03-04|what=5\n"
                         "3|buy|2026-03-05|what=~10\n"
                         "3|buy|2026-03-06|what=true,pay=~1\n"
                         "3|buy|2026-03-07|pay=4\n"
                         "0|buy|2026-03-08|what=cup\n");
    expect(w, "{'ask':'top','event':'buy','of':'what','sum':'pay','limit':3}",
           "{'distinct':4,'values':[{'value':'tea','events':3,'people':2,'sum':18014398509481987},"
           "{'value':5,'events':2,'people':2,'sum':0},{'value':true,'events':1,'people':1,'sum':0.5}]}");
    expect(w, "{'ask':'top','event':'buy','of':'nothing'}", "{'distinct':0,'values':[]}");
    world_end(w);
}

static void periods_are_the_brands(void **state)
{
    (void)state;
    world *w = world_new(orders);
    expect(w, "{'ask':'trend','event':'order.placed','from':'2026-03-01','to':'2026-03-04'}",
           "{'periods':[{'start':'2026-02-28T16:00:00.000000Z','events':1,'people':1},"
           "{'start':'2026-03-01T16:00:00.000000Z','events':1,'people':1},{'start':'2026-03-02T16:00:00.000000Z','events':0,'"
           "people':0}]}");
    // 1 March 2026 is a Sunday; weeks begin on Monday, and only the window's part of the first one counts.
    expect(w, "{'ask':'trend','event':'order.placed','by':'week','from':'2026-03-01','to':'2026-03-10'}",
           "{'periods':[{'start':'2026-02-22T16:00:00.000000Z','events':1,'people':1},"
           "{'start':'2026-03-01T16:00:00.000000Z','events':2,'people':2},{'start':'2026-03-08T16:00:00.000000Z','events':1,'"
           "people':1}]}");
    expect(w, "{'ask':'trend','event':'order.placed','by':'month','from':'2026-02-15','to':'2026-04-02'}",
           "{'periods':[{'start':'2026-01-31T16:00:00.000000Z','events':0,'people':0},"
           "{'start':'2026-02-28T16:00:00.000000Z','events':6,'people':3},{'start':'2026-03-31T16:00:00.000000Z','events':1,'"
           "people':1}]}");
    world_end(w);
}

// --- compare ------------------------------------------------------------------------------------------------------------
static void sets_are_compared(void **state)
{
    (void)state;
    world *w = world_new("1|trait.set|2026-03-01|trait=city,value=上海\n1|tag.added|2026-03-02|tag=露营\n1|drive|2026-03-20\n1|drive|2026-03-21\n1|tier.moved|2026-03-21|ladder=p,to=A\n"
                         "2|identify|2026-03-01|city=上海\n2|identify|2026-03-05|city=杭州\n2|drive|2026-03-01\n"
                         "3|trait.set|2026-03-02|trait=city,value=json:\"上海\"\n3|tag.added|2026-03-02|tag=露营\n3|tag.removed|2026-03-03|tag=露营\n"
                         "4|login|2026-03-30\n4|consent.given|2026-03-01|purpose=personalise\n4|trait.set|2026-03-02|trait=born,value=1995\n"
                         "5|trait.set|2026-03-02|trait=born,value=1995\n"
                         "6|consent.given|2026-03-01|purpose=personalise\n6|trait.set|2026-03-02|trait=born,value=1995\n"
                         "6|consent.withdrawn|2026-03-09|purpose=personalise\n0|drive|2026-03-20\n");
    // drive: 1 (twice counts once) and 2, but 2's is 31 days old.
    expect(w,
           "{'ask':'compare','who':{'did':{'event':'drive'}},'traits':['city',{'name':'born','consent':'personalise'}],'said_by':['identify']}",
           "{'people':2,'others':6,'dropped':0,'groups':["
           "{'kind':'trait','name':'city','known':2,'known_others':3,'values':[{'value':'上海','people':1,'others':2},"
           "{'value':'杭州','people':1,'others':1}],'distinct':2},"
           "{'kind':'trait','name':'born','known':0,'known_others':1,'values':[{'value':'1995','people':0,'others':1}],'distinct':1},"
           "{'kind':'tag','known':2,'known_others':6,'values':[{'value':'露营','people':1,'others':1}],'distinct':1},"
           "{'kind':'did','known':2,'known_others':6,'values':[{'value':'drive','people':1,'others':1},{'value':'login','people':0,'others':1}],"
           "'distinct':2}]}");
    // As they were at their first drive: 2 said 上海 that day and 杭州 later, and had driven within the window. 3 to 6 never drove.
    expect(w,
           "{'ask':'compare','who':{'tag':'露营'},'against':{'not':{'tag':'露营'}},'at':{'event':'drive'},'traits':['city'],'said_by':['identify']}",
           "{'people':1,'others':1,'dropped':0,'groups':["
           "{'kind':'trait','name':'city','known':1,'known_others':1,'values':[{'value':'上海','people':1,'others':1}],'distinct':1},"
           "{'kind':'tag','known':1,'known_others':1,'values':[{'value':'露营','people':1,'others':0}],'distinct':1},"
           "{'kind':'did','known':1,'known_others':1,'values':[{'value':'drive','people':1,'others':1}],'distinct':1}]}");
    world_end(w);
}

static int64_t audience_of(world *w, str who)
{
    jval *v;
    buf b = { 0 };
    int64_t n = -1;
    assert_ok(json_parse(w->a, arena_fmt(w->a, "{\"ask\":\"audience\",\"sample\":0,\"who\":" STR_FMT "}", STR_ARG(who)), NULL, &v));
    assert_ok(timeline_ask(w->t, world_dictionary(w), v, now_us(), w->no, w->a, NULL, &b));
    assert_ok(json_parse(w->a, arena_str(w->a, buf_str(&b)), NULL, &v));
    json_i64(json_get(v, S("people")), &n);
    buf_free(&b);
    return n;
}

// Random people; every number again by an audience of its own.
static void comparisons_agree_with_audiences(void **state)
{
    (void)state;
    static const char *const cities[] = { "上海", "杭州", "成都" };
    static const char *const tags[] = { "亲子", "露营" };
    static const char *const deeds[] = { "login", "drive", "post" };
    buf b = { 0 };
    uint64_t seed = 11;
    for (int i = 0; i < 900; i++) {
        int who = (int)kit_below(&seed, 60) + 1, month = 2 + (int)kit_below(&seed, 2), day = 1 + (int)kit_below(&seed, 28);
        switch (kit_below(&seed, 4)) {
        case 0: buf_addf(&b, "%d|trait.set|2026-%02d-%02d|trait=city,value=%s\n", who, month, day, cities[kit_below(&seed, 3)]); break;
        case 1: buf_addf(&b, "%d|tag.%s|2026-%02d-%02d|tag=%s\n", who, kit_below(&seed, 3) ? "added" : "removed", month, day, tags[kit_below(&seed, 2)]); break;
        default: buf_addf(&b, "%d|%s|2026-%02d-%02d\n", who, deeds[kit_below(&seed, 3)], month, day);
        }
    }
    buf_add_char(&b, 0);
    world *w = world_new(b.s);
    buf_free(&b);
    const char *set = "{\"did\":{\"event\":\"post\",\"at_least\":4}}";
    jval *v, *group, *item;
    size_t i, k, n, m;
    assert_ok(json_parse(w->a, arena_fmt(w->a, "{\"ask\":\"compare\",\"who\":%s,\"traits\":[\"city\"]}", set), NULL, &v));
    assert_ok(timeline_ask(w->t, world_dictionary(w), v, now_us(), w->no, w->a, NULL, &b));
    assert_ok(json_parse(w->a, arena_str(w->a, buf_str(&b)), NULL, &v));
    buf_free(&b);
    int seen = 0;
    yyjson_arr_foreach(json_get(v, S("groups")), i, n, group) yyjson_arr_foreach(json_get(group, S("values")), k, m, item)
    {
        str kind = json_str(json_get(group, S("kind"))), text = json_str(json_get(item, S("value")));
        const char *form = str_eq(kind, S("trait")) ? "{\"trait\":[\"city\",\"=\",\"" STR_FMT "\"]}"
                           : str_eq(kind, S("tag")) ? "{\"tag\":\"" STR_FMT "\"}" : "{\"did\":{\"event\":\"" STR_FMT "\",\"within\":\"28d\"}}";
        str one = str_c(arena_fmt(w->a, form, STR_ARG(text)).s);
        assert_int_equal(yyjson_get_sint(json_get(item, S("others"))), audience_of(w, one));
        assert_int_equal(yyjson_get_sint(json_get(item, S("people"))),
                         audience_of(w, arena_fmt(w->a, "{\"all\":[%s," STR_FMT "]}", set, STR_ARG(one))));
        seen++;
    }
    assert_int_equal(seen, 8);
    world_end(w);
}

// --- funnel, retention ----------------------------------------------------------------------------------------------------
static void funnels_go_in_order(void **state)
{
    (void)state;
    world *w =
        world_new("1|a|2026-03-01|city=上海\n1|b|2026-03-02\n1|c|2026-03-03\n"                           // all: 2 days
                  "2|b|2026-03-01|city=杭州\n2|a|2026-03-02|city=杭州\n2|c|2026-03-03\n"                 // b came before a
                  "3|a|2026-03-01|city=上海\n3|a|2026-03-10|city=北京\n3|b|2026-03-11\n3|c|2026-03-14\n" // second entry reaches
                                                                                                         // the end: 4 days
                  "4|a|2026-03-01|city=上海\n4|b|2026-03-08\n"                 // exactly 7 days later: outside
                  "5|a|2026-03-01\n5|b|2026-03-07T23:59:59\n"                  // a second before: inside
                  "6|a|2026-03-30|city=上海\n6|b|2026-04-02\n"                 // enters before `to`, goes on after it
                  "7|a|2026-03-31|city=上海\n7|b|2026-03-31\n7|c|2026-03-31\n" // ties in time go by arrival: 0 s
                  "8|b|2026-03-31\n8|a|2026-03-31\n"                           // ... and this one the wrong way
                  "9|a|2026-02-28T23:59:59\n9|b|2026-03-01\n0|a|2026-03-03\n0|b|2026-03-04\n");
    // 1, 3, 7 reach the end: 2 days, 4 days, 0; entries by 1 2 3 4 5 6 7 8; second step by 1 3 5 6 7.
    expect(w,
           "{'ask':'funnel','steps':[{'event':'a'},{'event':'b'},{'event':'c'}],'window':'7d','from':'2026-03-01','to':'2026-04-"
           "01'}",
           "{'steps':[8,5,3],'median_s':172800}");
    expect(
        w,
        "{'ask':'funnel','steps':[{'event':'a'},{'event':'b'}],'window':'7d','from':'2026-03-01','to':'2026-04-01','by':'city'}",
        "{'steps':[8,5],'median_s':86400,'distinct':4,'values':[{'value':'上海','steps':[4,3]},{'value':null,'steps':[2,1]},"
        "{'value':'北京','steps':[1,1]},{'value':'杭州','steps':[1,0]}]}");
    // The same kind twice needs two events.
    expect(w, "{'ask':'funnel','steps':[{'event':'a'},{'event':'a'}],'window':'30d'}", "{'steps':[9,1],'median_s':777600}");
    expect(w, "{'ask':'funnel','steps':[{'event':'a'},{'event':'x'}],'window':'1h','who':{'did':{'event':'c'}}}",
           "{'steps':[4,0],'median_s':null}");
    expect(w, "{'ask':'funnel','steps':[{'event':'a','where':[['city','=','北京']]},{'event':'*'}],'window':'7d'}",
           "{'steps':[1,1],'median_s':86400}");
    world_end(w);
}

// Four people in the shape of the CDNOW purchases: first month, then who buys again in which month after it.
static void people_return_or_do_not(void **state)
{
    (void)state;
    world *w = world_new("1|buy|2026-01-01\n1|buy|2026-01-18\n1|buy|2026-03-02\n"
                         "2|buy|2026-01-12\n"
                         "3|buy|2026-02-02\n3|buy|2026-03-31T23:59:59\n"
                         "4|buy|2025-12-31T23:59:59\n4|buy|2026-01-02\n4|buy|2026-01-02\n4|buy|2026-04-01\n"
                         "5|login|2026-01-05\n0|buy|2026-01-05\n");
    // Cohorts of January and February (person 4's first in the window is 2 January); April is not over.
    expect(w,
           "{'ask':'retention','first':{'event':'buy'},'return':{'event':'buy'},'by':'month','periods':3,'from':'2026-01-01','to'"
           ":'2026-03-01'}",
           "{'cohorts':[{'start':'2025-12-31T16:00:00.000000Z','people':3,'returned':[2,0,1,null]},"
           "{'start':'2026-01-31T16:00:00.000000Z','people':1,'returned':[0,1,null,null]}]}");
    // Weeks: 29 December (1, 4), 12 January (2).
    expect(w,
           "{'ask':'retention','first':{'event':'buy'},'return':{'event':'buy'},'by':'week','periods':2,'from':'2026-01-01','to':"
           "'2026-01-19'}",
           "{'cohorts':[{'start':'2025-12-28T16:00:00.000000Z','people':2,'returned':[1,0,1]},"
           "{'start':'2026-01-04T16:00:00.000000Z','people':0,'returned':[0,0,0]},"
           "{'start':'2026-01-11T16:00:00.000000Z','people':1,'returned':[0,0,0]}]}");
    expect(w,
           "{'ask':'retention','first':{'event':'login'},'return':{'event':'buy'},'from':'2026-01-05','to':'2026-01-06','periods'"
           ":1}",
           "{'cohorts':[{'start':'2026-01-04T16:00:00.000000Z','people':1,'returned':[0,0]}]}");
    world_end(w);
}

// --- conditions -----------------------------------------------------------------------------------------------------------
static const char people[] =
    "1|test_drive.completed|2026-03-20|store=上海-01\n1|tag.added|2026-03-01|tag=has_children\n1|stage.moved|2026-03-20|from="
    "lead,to=trial\n"
    "1|trait.set|2026-03-01|trait=city,value=json:\"上海\"\n1|consent.given|2026-03-01|purpose=sms\n"
    "2|test_drive.completed|2026-03-20|store=杭州-01\n2|order.placed|2026-03-25\n2|stage.moved|2026-03-20|to=trial\n"
    "2|stage.moved|2026-03-25|to=order\n2|tag.added|2026-03-01|tag=has_children\n2|tag.removed|2026-03-02|tag=has_children\n2|tag.added|2026-03-02|tag=has_children\n2|tag.faded|2026-03-03|tag=has_children\n"
    "2|trait.set|2026-03-01|trait=city,value=北京\n2|trait.set|2026-03-05|name=city,value=杭州\n"
    "3|test_drive.completed|2026-02-01|store=上海-01\n3|test_drive.completed|2026-02-02\n3|consent.given|2026-03-01|purpose=sms\n"
    "3|consent.withdrawn|2026-03-01|purpose=sms\n3|trait.set|2026-03-01|trait=age,value=json:41\n"
    "4|login|2026-03-01\n4|tag.removed|2026-03-01|tag=has_children\n4|tag.added|2026-03-01|tag=has_children\n"
    // Said by SDKs alone: level of 1 and 4, hobby of 2 and 3; a rule's word and theirs in the order of time; taken away again.
    "1|identify|2026-03-02|level=gold,kids=json:1\n1|profile.incremented|2026-03-03|kids=json:2\n4|identify|2026-03-02|level=iron\n"
    "4|trait.set|2026-03-04|trait=level,value=gold\n4|identify|2026-03-03|level=wood\n2|profile.set_once|2026-03-01|hobby=ski\n"
    "2|profile.set_once|2026-03-02|hobby=golf\n3|identify|2026-03-01|hobby=ski,level=gold\n3|profile.unset|2026-03-02|hobby=true\n"
    "3|profile.deleted|2026-03-03\n3|trait.set|2026-03-04|trait=age,value=json:41\n"
    "0|order.placed|2026-03-01\n";

static void conditions_hold_of_whom_they_say(void **state)
{
    (void)state;
    world *w = world_new(people);
    static const struct {
        const char *who, *ids;
    } cases[] = {
        { "{'did':{'event':'test_drive.completed'}}", "1,2,3" },
        { "{'did':{'event':'test_drive.completed','within':'30d'}}", "1,2" },
        { "{'did':{'event':'test_drive.completed','at_least':2}}", "3" },
        { "{'did':{'event':'test_drive.completed','at_most':1}}", "1,2,4" },
        { "{'did':{'event':'test_drive.completed','at_least':1,'at_most':1}}", "1,2" },
        { "{'did':{'event':'test_drive.completed','at_most':0}}", "4" },
        { "{'did':{'event':'test_drive.completed','from':'2026-02-01','to':'2026-02-02'}}", "3" },
        { "{'did':{'event':'test_drive.completed','where':[['store','=','上海-01']]}}", "1,3" },
        { "{'not':{'did':{'event':'order.placed'}}}", "1,3,4" },
        { "{'all':[{'did':{'event':'test_drive.completed','within':'30d'}},{'not':{'did':{'event':'order.placed','within':'90d'}}"
          "}]}",
          "1" },
        { "{'any':[{'did':{'event':'login'}},{'did':{'event':'order.placed'}}]}", "2,4" },
        { "{'stage':'visitor'}", "3,4" },
        { "{'stage':'order'}", "2" },
        { "{'stage':{'from':'trial'}}", "1,2" },
        { "{'stage':{'from':'trial','to':'reserve'}}", "1" },
        { "{'stage':{'to':'lead'}}", "3,4" },
        { "{'stage':{'in':['trial','visitor']}}", "1,3,4" },
        { "{'tag':'has_children'}", "1,4" },
        { "{'tag':'unknown'}", "" },
        { "{'trait':['city','=','上海']}", "1" },
        { "{'trait':['city','in',['上海','杭州']]}", "1,2" },
        { "{'trait':['city','exists']}", "1,2" },
        { "{'trait':['city','!=','上海']}", "2,3,4" },
        { "{'trait':['age','>',40]}", "3" },
        { "{'trait':['level','=','gold']}", "1,4" },
        { "{'trait':['level','exists']}", "1,4" },
        { "{'trait':['kids','=',3]}", "1" },
        { "{'trait':['hobby','=','ski']}", "2" },
        { "{'not':{'trait':['hobby','exists']}}", "1,3,4" },
        { "{'consent':'sms'}", "1" },
        { "{'not':{'consent':'sms'}}", "2,3,4" },
        { "{'not':{'not':{'tag':'has_children'}}}", "1,4" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t n = cases[i].ids[0] ? 1 : 0;
        for (const char *c = cases[i].ids; *c; c++)
            n += *c == ',';
        expect(w, arena_fmt(w->a, "{'ask':'audience','who':%s}", cases[i].who).s,
               arena_fmt(w->a, "{'people':%lld,'ids':[%s]}", (long long)n, cases[i].ids).s);
    }
    expect(w, "{'ask':'audience','who':{'not':{'tag':'x'}},'sample':2}", "{'people':4,'ids':[1,2]}");
    world_end(w);
}

// A device used before the login belongs to the person from the link on; questions see one person.
// The class is the last one told of its axis; before that the one everybody begins in. That of the user follows from the stage.
static void classes_are_the_last_told(void **state)
{
    (void)state;
    world *w = world_new("1|class.changed|2026-03-01|axis=path,to=prospect\n1|class.changed|2026-03-05|axis=path,to=new_owner\n"
                         "1|class.changed|2026-03-06|axis=behaviour,to=koc\n2|class.changed|2026-03-02|axis=path,to=new_owner\n"
                         "2|class.changed|2026-03-07|axis=path,to=old_owner\n3|x|2026-03-01\n3|stage.moved|2026-03-02|to=trial\n"
                         "4|stage.moved|2026-03-02|to=order\n5|stage.moved|2026-03-02|to=advocate\n");
    static const struct { const char *who, *people; } cases[] = {
        { "{'class':{'path':'new_owner'}}", "{'people':1,'ids':[1]}" },     { "{'class':{'path':'old_owner'}}", "{'people':1,'ids':[2]}" },
        { "{'class':{'path':'prospect'}}", "{'people':0,'ids':[]}" },       { "{'class':{'path':'none'}}", "{'people':3,'ids':[3,4,5]}" },
        { "{'class':{'behaviour':'koc'}}", "{'people':1,'ids':[1]}" },      { "{'class':{'behaviour':'lurker'}}", "{'people':4,'ids':[2,3,4,5]}" },
        { "{'class':{'user':'experience'}}", "{'people':1,'ids':[3]}" },    { "{'class':{'user':'intent'}}", "{'people':1,'ids':[4]}" },
        { "{'class':{'user':'owner'}}", "{'people':1,'ids':[5]}" },         { "{'class':{'user':'potential'}}", "{'people':2,'ids':[1,2]}" },
        { "{'not':{'class':{'user':'potential'}}}", "{'people':3,'ids':[3,4,5]}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(w, arena_fmt(w->a, "{'ask':'audience','who':%s}", cases[i].who).s, cases[i].people);
    world_end(w);
}

static void joined_people_are_one(void **state)
{
    (void)state;
    world *w = world_new("1|open|2026-03-01\n2|open|2026-03-02\n2|buy|2026-03-03\n1|buy|2026-03-04\n");
    expect(w, "{'ask':'audience','who':{'did':{'event':'buy','at_least':2}}}", "{'people':0,'ids':[]}");
    timeline_link(w->t, 2, 1, world_time(w, S("2026-03-03")), INT64_MAX);
    expect(w, "{'ask':'audience','who':{'did':{'event':'buy','at_least':2}}}", "{'people':1,'ids':[1]}");
    expect(w, "{'ask':'audience','who':{'did':{'event':'open'}}}", "{'people':2,'ids':[1,2]}");
    expect(w, "{'ask':'timeline','person':1,'limit':2}",
           "{'events':[{'no':4,'kind':'buy','time':'2026-03-03T16:00:00.000000Z','props':{}},"
           "{'no':3,'kind':'buy','time':'2026-03-02T16:00:00.000000Z','props':{}}]}");
    expect(w, "{'ask':'timeline','person':1,'before':{'time':'2026-03-03','no':3}}",
           "{'events':[{'no':1,'kind':'open','time':'2026-02-28T16:00:00.000000Z','props':{}}]}");
    world_end(w);
}

// --- refused --------------------------------------------------------------------------------------------------------------
static void what_is_wrong_is_named_by_its_path(void **state)
{
    (void)state;
    arena *a = arena_create();
    static const struct {
        const char *ask, *field;
        err e;
    } cases[] = {
        { "[]", "ask", E_FIELD_TYPE },
        { "{}", "ask", E_FIELD_REQUIRED },
        { "{'ask':'guess'}", "ask", E_FIELD_VALUE },
        { "{'ask':1}", "ask", E_FIELD_TYPE },
        { "{'ask':'count'}", "event", E_FIELD_REQUIRED },
        { "{'ask':'count','event':''}", "event", E_FIELD_TOO_SHORT },
        { "{'ask':'count','event':'a','wehre':[]}", "wehre", E_FIELD_UNKNOWN },
        { "{'ask':'count','event':'a','where':{}}", "where", E_FIELD_TYPE },
        { "{'ask':'count','event':'a','where':[1]}", "where[0]", E_FIELD_TYPE },
        { "{'ask':'count','event':'a','where':[['p']]}", "where[0][1]", E_FIELD_REQUIRED },
        { "{'ask':'count','event':'a','where':[['p','~',1]]}", "where[0][1]", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','where':[['p','=']]}", "where[0]", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','where':[['p','exists',1]]}", "where[0]", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','where':[['p','=',null]]}", "where[0][2]", E_FIELD_TYPE },
        { "{'ask':'count','event':'a','where':[['p','<','x']]}", "where[0][2]", E_FIELD_TYPE },
        { "{'ask':'count','event':'a','where':[['p','in',[]]]}", "where[0][2]", E_FIELD_TOO_SHORT },
        { "{'ask':'count','event':'a','where':[['p','in',[1,{}]]]}", "where[0][2][1]", E_FIELD_TYPE },
        { "{'ask':'count','event':'a','within':'30'}", "within", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','within':'0d'}", "within", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','within':'99999d'}", "within", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','within':'1d','to':'2026-01-01'}", "within", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','from':'yesterday'}", "from", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','from':'2026-01-02','to':'2026-01-02'}", "to", E_FIELD_VALUE },
        { "{'ask':'count','event':'a','limit':0}", "limit", E_FIELD_TOO_SMALL },
        { "{'ask':'count','event':'a','limit':1001}", "limit", E_FIELD_TOO_LARGE },
        { "{'ask':'trend','event':'a'}", "from", E_FIELD_REQUIRED },
        { "{'ask':'trend','event':'a','from':'2026-01-01'}", "to", E_FIELD_REQUIRED },
        { "{'ask':'trend','event':'a','within':'7d','by':'hour'}", "by", E_FIELD_VALUE },
        { "{'ask':'trend','event':'a','within':'3000d'}", "from", E_FIELD_TOO_MANY },
        { "{'ask':'funnel','window':'1d'}", "steps", E_FIELD_REQUIRED },
        { "{'ask':'funnel','steps':[{'event':'a'}],'window':'1d'}", "steps", E_FIELD_TOO_SHORT },
        { "{'ask':'funnel','steps':[{'event':'a'},{'evnt':'b'}],'window':'1d'}", "steps[1].evnt", E_FIELD_UNKNOWN },
        { "{'ask':'funnel','steps':[{'event':'a'},{'event':'b'}]}", "window", E_FIELD_REQUIRED },
        { "{'ask':'retention','first':{'event':'a'},'within':'7d'}", "return", E_FIELD_REQUIRED },
        { "{'ask':'retention','first':{'event':'a'},'return':{'event':'a'},'within':'7d','periods':101}", "periods",
          E_FIELD_TOO_LARGE },
        { "{'ask':'audience'}", "who", E_FIELD_REQUIRED },
        { "{'ask':'audience','who':[]}", "who", E_FIELD_TYPE },
        { "{'ask':'audience','who':{}}", "who", E_FIELD_VALUE },
        { "{'ask':'audience','who':{'tag':'x','consent':'y'}}", "who", E_FIELD_VALUE },
        { "{'ask':'audience','who':{'all':[]}}", "who.all", E_FIELD_TOO_SHORT },
        { "{'ask':'audience','who':{'all':[{'tag':'x'},{'tug':'x'}]}}", "who.all[1].tug", E_FIELD_UNKNOWN },
        { "{'ask':'audience','who':{'not':{'did':{'event':'a','at_least':3,'at_most':2}}}}", "who.not.did.at_most",
          E_FIELD_TOO_SMALL },
        { "{'ask':'audience','who':{'did':{'event':'a','at_least':'1'}}}", "who.did.at_least", E_FIELD_TYPE },
        { "{'ask':'audience','who':{'stage':'hot'}}", "who.stage", E_FIELD_VALUE },
        { "{'ask':'audience','who':{'class':{'path':'king'}}}", "who.class.path", E_FIELD_VALUE },
        { "{'ask':'audience','who':{'class':{}}}", "who.class", E_FIELD_VALUE },
        { "{'ask':'audience','who':{'class':{'colour':'red'}}}", "who.class.colour", E_FIELD_UNKNOWN },
        { "{'ask':'audience','who':{'stage':{}}}", "who.stage.from", E_FIELD_REQUIRED },
        { "{'ask':'audience','who':{'stage':{'from':'order','to':'lead'}}}", "who.stage.to", E_FIELD_VALUE },
        { "{'ask':'audience','who':{'trait':'city'}}", "who.trait", E_FIELD_TYPE },
        { "{'ask':'audience','who':{'tag':7}}", "who.tag", E_FIELD_TYPE },
        { "{'ask':'audience','who':{'not':{'not':{'not':{'not':{'not':{'not':{'not':{'not':{'tag':'x'}}}}}}}}}}",
          "who.not.not.not.not.not.not.not.not", E_FIELD_VALUE },
        { "{'ask':'top','event':'a'}", "of", E_FIELD_REQUIRED },
        { "{'ask':'timeline'}", "person", E_FIELD_REQUIRED },
        { "{'ask':'timeline','person':0}", "person", E_FIELD_TOO_SMALL },
        { "{'ask':'timeline','person':1,'before':{'no':1}}", "before.time", E_FIELD_REQUIRED },
        { "{'ask':'timeline','person':1,'who':{'tag':'x'}}", "who", E_FIELD_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jval *v;
        question q;
        fault f = { 0 };
        assert_ok(json_parse(a, quoted(a, cases[i].ask), NULL, &v));
        err e = question_parse(v, NULL, now_us(), a, &f, &q);
        if (e != cases[i].e || f.code != e || !str_eq(f.field, str_c(cases[i].field)))
            fail_msg("%s gave %s at " STR_FMT, cases[i].ask, err_info_of(e)->code, STR_ARG(f.field));
    }
    arena_destroy(a);
}

static void questions_are_sentences(void **state)
{
    (void)state;
    arena *a = arena_create();
    static const struct {
        const char *ask, *zh, *en;
    } cases[] = {
        { "{'ask':'count','event':'order.placed','within':'30d','where':[['city','in',['上海','杭州']],['price','>',5]],'of':'"
          "price','by':'city'}",
          "最近 30 天的 「order.placed」（city 属于 「上海」、「杭州」且 price 大于 5） 的次数和人数，以及数值 price "
          "的合计、最小和最大，按 city 分列。",
          "in the last 30 days: \"order.placed\" (city is one of \"上海\", \"杭州\" and price is above 5), times and people, and "
          "the sum, least and "
          "greatest of price, by city." },
        { "{'ask':'trend','event':'*','by':'week','from':'2026-03-02','to':'2026-03-30'}",
          "自 2026-03-02 00:00 至 2026-03-30 00:00（不含）的 任何事件 每周的次数和人数。",
          "from 2026-03-02 00:00 until 2026-03-30 00:00: any event, times and people per week." },
        { "{'ask':'audience','who':{'all':[{'did':{'event':'a','within':'36h'}},{'did':{'event':'b','at_most':0}},{'not':{'tag':'"
          "x'}},"
          "{'stage':{'from':'owner'}},{'any':[{'consent':'sms'},{'trait':['vip','=',true]}]}]}}",
          "符合条件的人：（最近 36 小时发生 「a」 至少 1 次，并且任何时候没有发生 「b」，并且并非（有标签 「x」），并且处于阶段"
          "「购买」或「转介绍」，并且（已同意 「sms」，或者特征 vip 是 是））。",
          "people of whom this holds: (in the last 36 hours did \"a\" at least once, and at any time never did \"b\", and not "
          "(has the tag \"x\"), and "
          "is at stage owner or advocate, and (consents to \"sms\", or whose vip is yes))." },
        { "{'ask':'funnel','steps':[{'event':'a'},{'event':'b'}],'window':'7d','by':'city','to':'2026-04-01','who':{'tag':'x'}}",
          "在 2026-04-01 00:00 之前进入、7 天内依次完成 「a」 → 「b」 的人数，按首步的 city 分列；只看：有标签 「x」。",
          "before 2026-04-01 00:00 entered and within 7 days went through \"a\" → \"b\": people at each step, by the first "
          "step's city; only people of "
          "whom this holds: has the tag \"x\"." },
        { "{'ask':'retention','first':{'event':'a'},'return':{'event':'b'},'by':'week','periods':4,'within':'56d'}",
          "最近 56 天首次 「a」 的人，按周分批，其后各期再 「b」 的人数（4 期）。",
          "in the last 56 days first did \"a\": by week, how many of them did \"b\" in each of the next 4." },
        { "{'ask':'top','event':'a','of':'p','sum':'q','limit':5}", "任何时候的 「a」 中 p 最多的 5 个值，并合计 q。",
          "at any time: \"a\", the most frequent values of p (5), with the sum of q." },
        { "{'ask':'timeline','person':7,'limit':3}", "用户 7 最近的 3 个事件。", "the latest 3 events of person 7." },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (lang l = LANG_ZH; l <= LANG_EN; l++) {
            jval *v;
            buf b = { 0 };
            assert_ok(json_parse(a, quoted(a, cases[i].ask), NULL, &v));
            assert_ok(question_sentence(v, now_us(), l, NULL, a, NULL, &b));
            assert_str(buf_str(&b), str_c(l == LANG_ZH ? cases[i].zh : cases[i].en));
            buf_free(&b);
        }
    arena_destroy(a);
}

static void numbers_compare_exactly(void **state)
{
    (void)state;
    static const struct {
        value x, y;
        int sign;
    } cases[] = {
        { { .k = V_I64, .i = INT64_MAX }, { .k = V_F64, .f = 9223372036854775808.0 }, -1 },
        { { .k = V_I64, .i = INT64_MIN }, { .k = V_F64, .f = -9223372036854775808.0 }, 0 },
        { { .k = V_I64, .i = INT64_MAX }, { .k = V_F64, .f = 9223372036854774784.0 }, 1 },
        { { .k = V_I64, .i = 9007199254740993 }, { .k = V_F64, .f = 9007199254740992.0 }, 1 },
        { { .k = V_I64, .i = -3 }, { .k = V_F64, .f = -3.5 }, 1 },
        { { .k = V_I64, .i = 3 }, { .k = V_F64, .f = 3.5 }, -1 },
        { { .k = V_I64, .i = 3 }, { .k = V_F64, .f = 3 }, 0 },
        { { .k = V_F64, .f = 1e300 }, { .k = V_I64, .i = 1 }, 1 },
        { { .k = V_F64, .f = -1e300 }, { .k = V_F64, .f = 1 }, -1 },
        { { .k = V_I64, .i = 2 }, { .k = V_I64, .i = 2 }, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(value_number_cmp(&cases[i].x, &cases[i].y), cases[i].sign);
        assert_int_equal(value_number_cmp(&cases[i].y, &cases[i].x), -cases[i].sign);
    }
}

static void periods_are_numbered_without_gaps(void **state)
{
    (void)state;
    for (time_unit u = UNIT_DAY; u < UNITS; u++)
        for (int64_t no = -1300; no < 1300; no++) {
            int64_t start = period_start(u, no), next = period_start(u, no + 1);
            assert_true(start < next);
            assert_int_equal(period_no(u, start), no);
            assert_int_equal(period_no(u, next - 1), no);
        }
    assert_int_equal(time_weekday(time_local_day(period_start(UNIT_WEEK, 2900))), 1);
}

static void the_corpus_of_the_fuzzer_holds(void **state)
{
    (void)state;
    kit_replay("question", 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_and_people_are_counted),
        cmocka_unit_test(comparisons_choose_events),
        cmocka_unit_test(values_are_ranked_and_summed_exactly),
        cmocka_unit_test(periods_are_the_brands), cmocka_unit_test(sets_are_compared), cmocka_unit_test(comparisons_agree_with_audiences),
        cmocka_unit_test(funnels_go_in_order),
        cmocka_unit_test(people_return_or_do_not),
        cmocka_unit_test(conditions_hold_of_whom_they_say),
        cmocka_unit_test(classes_are_the_last_told),
        cmocka_unit_test(joined_people_are_one),
        cmocka_unit_test(what_is_wrong_is_named_by_its_path),
        cmocka_unit_test(questions_are_sentences),
        cmocka_unit_test(numbers_compare_exactly),
        cmocka_unit_test(periods_are_numbered_without_gaps),
        cmocka_unit_test(the_corpus_of_the_fuzzer_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
