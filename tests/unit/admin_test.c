// Staff, sessions and keys, through the choke point.
#include "tests.h"
#include "api_fixture.h"
#include "base/json.h"
#include "base/time.h"

static void expect(const answer *a, int status, const char *has, const char *what)
{
    str head = str_take(a->body, 300);
    if (a->status != status)
        fail_msg("%s: %d " STR_FMT, what, a->status, STR_ARG(head));
    if (!memmem(a->body.s, a->body.len, has, strlen(has)))
        fail_msg("%s: no %s in " STR_FMT, what, has, STR_ARG(head));
}

#define JSON "Content-Type: application/json\r\n"

static answer log_in(fixture *x, str login, str password, const char *head)
{
    return ask(x, "POST", "/api/v1/session", arena_fmt(x->a, JSON "%s", head).s,
               arena_fmt(x->a, "{\"login\":\"" STR_FMT "\",\"password\":\"" STR_FMT "\"}", STR_ARG(login), STR_ARG(password)));
}

// "Cookie: ly_session=…" for further requests.
static str cookie_of(fixture *x, const answer *a)
{
    str cookie = answer_header(a, "set-cookie"), rest = cookie;
    str pair = str_cut(&rest, ';');
    assert_true(str_starts(pair, S("ly_session=")) && pair.len == 11 + 43);
    return arena_fmt(x->a, "Cookie: " STR_FMT "\r\n", STR_ARG(pair));
}

static str session(fixture *x)
{
    answer a = log_in(x, x->login, x->password, "");
    expect(&a, 201, "\"login\":\"li.xiang\"", "log in");
    return cookie_of(x, &a);
}

static str with(fixture *x, str cookie, const char *more) { return arena_fmt(x->a, STR_FMT "%s", STR_ARG(cookie), more); }

static void test_session(void **state)
{
    fixture *x = *state;
    answer a = log_in(x, x->login, x->password, "X-Forwarded-Proto: https\r\n");
    expect(&a, 201, "\"role\":\"head\"", "log in");
    str cookie = answer_header(&a, "set-cookie");
    static const char *const parts[] = { "; Path=/;", "; HttpOnly", "; SameSite=Strict", "; Secure", "; Max-Age=604800" };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(memmem(cookie.s, cookie.len, parts[i], strlen(parts[i])));
    str mine = session(x);
    a = ask(x, "GET", "/api/v1/session", mine.s, S(""));
    expect(&a, 200, "\"name\":\"李想\"", "who am I");
    expect(&a, 200, "\"people.write\"", "who am I");
    a = ask(x, "DELETE", "/api/v1/session", mine.s, S(""));
    expect(&a, 403, "csrf", "log out from nowhere");
    a = ask(x, "DELETE", "/api/v1/session", with(x, mine, "Sec-Fetch-Site: same-site\r\n").s, S(""));
    expect(&a, 403, "csrf", "log out from a neighbour");
    a = ask(x, "DELETE", "/api/v1/session", with(x, mine, "Origin: http://evil.test\r\n").s, S(""));
    expect(&a, 403, "csrf", "log out from elsewhere");
    a = ask(x, "DELETE", "/api/v1/session", with(x, mine, "Origin: http://brand.test\r\n").s, S(""));
    assert_int_equal(a.status, 204);
    assert_non_null(memmem(a.head.s, a.head.len, "Max-Age=0", 9));
    a = ask(x, "GET", "/api/v1/session", mine.s, S(""));
    expect(&a, 401, "session_expired", "after logging out");
    a = ask_key(x, SCOPE_ADMIN, "GET", "/api/v1/session", "", NULL);
    expect(&a, 403, "self", "a key is nobody's session");
}

static void test_session_ends(void **state)
{
    fixture *x = *state;
    str mine = session(x);
    // Every 11 hours a request: alive until the seventh day, whatever one does.
    for (int i = 0; i < 15; i++) {
        answer a = ask(x, "GET", "/api/v1/session", mine.s, S(""));
        assert_int_equal(a.status, 200);
        // The touch is an operation without an answer; a later write's answer says that it is through.
        a = ask_key(x, SCOPE_WRITE, "POST", "/probe/rows", arena_fmt(x->a, "Idempotency-Key: t%d\r\n", i).s, "{\"name\":\"a\"}");
        assert_int_equal(a.status, 201);
        atomic_fetch_add(&x->ahead_us, 11 * US_PER_HOUR);
    }
    atomic_fetch_add(&x->ahead_us, 4 * US_PER_HOUR);
    answer a = ask(x, "GET", "/api/v1/session", mine.s, S(""));
    expect(&a, 401, "session_expired", "after seven days");
    mine = session(x);
    atomic_fetch_add(&x->ahead_us, 12 * US_PER_HOUR);
    a = ask(x, "GET", "/api/v1/session", mine.s, S(""));
    expect(&a, 401, "session_expired", "after twelve idle hours");
    a = log_in(x, x->login, x->password, mine.s);
    expect(&a, 201, "li.xiang", "whose session ran out can log in again");
    a = log_in(x, x->login, x->password, "Sec-Fetch-Site: cross-site\r\n");
    expect(&a, 403, "csrf", "logged in by another site");
}

static void test_login_fails(void **state)
{
    fixture *x = *state;
    answer a = log_in(x, S("nobody"), S("correct horse"), "");
    expect(&a, 401, "login_failed", "unknown login");
    a = log_in(x, S("Li.Xiang"), x->password, "");
    expect(&a, 401, "login_failed", "other case");
    for (int i = 0; i < 5; i++) {
        a = log_in(x, x->login, S("wrong"), "");
        expect(&a, 401, "login_failed", "wrong password");
        assert_false(answer_header(&a, "set-cookie").len > 0);
    }
    a = log_in(x, x->login, x->password, "");
    expect(&a, 429, "rate_limited", "right, but too often wrong before");
    atomic_fetch_add(&x->ahead_us, US_PER_MIN);
    a = log_in(x, x->login, x->password, "");
    assert_int_equal(a.status, 201);
}

static const struct step {
    const char *how, *target, *head, *json;
    int status;
    const char *has;
} steps[] = {
    { "GET", "/api/v1/staff", "", NULL, 200, "\"login\":\"li.xiang\"" },
    { "POST", "/api/v1/staff", "Idempotency-Key: 1\r\n",
      "{\"login\":\"li.xiang\",\"name\":\"a\",\"role\":\"desk\",\"password\":\"12345678\"}", 409, "\"field\":\"login\"" },
    { "POST", "/api/v1/staff", "Idempotency-Key: 1\r\n",
      "{\"login\":\"Wang\",\"name\":\"a\",\"role\":\"desk\",\"password\":\"12345678\"}", 422, "\"field\":\"login\"" },
    { "POST", "/api/v1/staff", "Idempotency-Key: 1\r\n",
      "{\"login\":\"wang\",\"name\":\"a\",\"role\":\"boss\",\"password\":\"12345678\"}", 422, "\"field\":\"role\"" },
    { "POST", "/api/v1/staff", "Idempotency-Key: 1\r\n",
      "{\"login\":\"wang\",\"name\":\"a\",\"role\":\"desk\",\"password\":\"1234567\"}", 422, "\"field\":\"password\"" },
    { "POST", "/api/v1/staff", "Idempotency-Key: 1\r\n",
      "{\"login\":\"wang\",\"name\":\"王\",\"role\":\"desk\",\"password\":\"12345678\"}", 201, "\"version\":1" },
    { "POST", "/api/v1/staff", "Idempotency-Key: 1\r\n",
      "{\"login\":\"wang\",\"name\":\"王\",\"role\":\"desk\",\"password\":\"12345678\"}", 201, "\"version\":1" },
    { "GET", "/api/v1/staff/12345", "", NULL, 404, "not_found" },
    { "PATCH", "/api/v1/staff/12345", "If-Match: \"1\"\r\n", "{}", 404, "not_found" },
    { "GET", "/api/v1/keys", "", NULL, 200, "\"scope\":\"ingest\"" },
    { "POST", "/api/v1/keys", "", "{\"name\":\"app\",\"scope\":\"ingest\",\"effects\":\"quiet\"}", 201, "\"source\":4" },
    { "POST", "/api/v1/keys", "", "{\"name\":\"app\",\"scope\":\"ingest\"}", 201, "\"source\":5" },
    { "POST", "/api/v1/keys", "", "{\"name\":\"bi\",\"scope\":\"read\"}", 201, "\"source\":0" },
    { "POST", "/api/v1/keys", "", "{\"name\":\"bi\",\"scope\":\"root\"}", 422, "\"field\":\"scope\"" },
    { "DELETE", "/api/v1/keys/12345", "", NULL, 404, "not_found" },
};

static void test_steps(void **state)
{
    fixture *x = *state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        answer a = ask_key(x, SCOPE_ADMIN, steps[i].how, steps[i].target, steps[i].head, steps[i].json);
        expect(&a, steps[i].status, steps[i].has, steps[i].target);
        assert_null(memmem(a.body.s, a.body.len, "argon2", 6));
        assert_null(memmem(a.body.s, a.body.len, "12345678", 8));
        if (steps[i].json) {
            a = ask_key(x, SCOPE_WRITE, steps[i].how, steps[i].target, steps[i].head, steps[i].json);
            expect(&a, 403, "\"code\":\"forbidden\"", steps[i].target);
        }
    }
}

static int64_t member(fixture *x, str body, str name)
{
    jval *v;
    int64_t n = 0;
    assert_ok(json_parse(x->a, body, NULL, &v));
    assert_true(json_i64(json_get(v, name), &n));
    return n;
}

static int64_t add_wang(fixture *x)
{
    answer a = ask_key(x, SCOPE_ADMIN, "POST", "/api/v1/staff", "Idempotency-Key: w\r\n",
                       "{\"login\":\"wang\",\"name\":\"王\",\"role\":\"desk\",\"password\":\"12345678\"}");
    assert_int_equal(a.status, 201);
    return member(x, a.body, S("id"));
}

static void test_roles_change_at_once(void **state)
{
    fixture *x = *state;
    int64_t id = add_wang(x);
    answer a = log_in(x, S("wang"), S("12345678"), "");
    str mine = cookie_of(x, &a);
    a = ask(x, "GET", "/api/v1/keys", mine.s, S(""));
    expect(&a, 403, "forbidden", "a desk sees no keys");
    const char *target = arena_fmt(x->a, "/api/v1/staff/%lld", (long long)id).s;
    a = ask_key(x, SCOPE_ADMIN, "PATCH", target, "", "{\"role\":\"head\"}");
    expect(&a, 428, "version_required", "without a version");
    a = ask_key(x, SCOPE_ADMIN, "PATCH", target, "If-Match: \"1\"\r\n", "{\"role\":\"head\"}");
    expect(&a, 200, "\"version\":2", "promoted");
    a = ask_key(x, SCOPE_ADMIN, "PATCH", target, "If-Match: \"1\"\r\n", "{\"role\":\"desk\"}");
    expect(&a, 412, "version_stale", "with the old version");
    a = ask(x, "GET", "/api/v1/keys", mine.s, S(""));
    expect(&a, 401, "session_expired", "a new role needs a new session");
    a = log_in(x, S("wang"), S("12345678"), "");
    mine = cookie_of(x, &a);
    a = ask(x, "GET", "/api/v1/keys", mine.s, S(""));
    assert_int_equal(a.status, 200);
    a = ask_key(x, SCOPE_ADMIN, "PATCH", target, "If-Match: \"2\"\r\n", "{\"state\":\"closed\"}");
    assert_int_equal(a.status, 200);
    a = ask(x, "GET", "/api/v1/session", mine.s, S(""));
    expect(&a, 401, "session_expired", "closed");
    a = log_in(x, S("wang"), S("12345678"), "");
    expect(&a, 401, "login_failed", "closed");
    target = arena_fmt(x->a, "/api/v1/staff/%lld", (long long)x->head_id).s;
    a = ask_key(x, SCOPE_ADMIN, "PATCH", target, "If-Match: *\r\n", "{\"role\":\"desk\"}");
    expect(&a, 409, "conflict", "the last head");
}

static void test_passwords(void **state)
{
    fixture *x = *state;
    int64_t id = add_wang(x);
    answer a = log_in(x, S("wang"), S("12345678"), "");
    str one = cookie_of(x, &a), here = with(x, one, "Sec-Fetch-Site: same-origin\r\n" JSON);
    a = log_in(x, S("wang"), S("12345678"), "");
    str two = cookie_of(x, &a);
    const char *own = arena_fmt(x->a, "/api/v1/staff/%lld/password", (long long)id).s;
    const char *other = arena_fmt(x->a, "/api/v1/staff/%lld/password", (long long)x->head_id).s;
    a = ask(x, "POST", own, here.s, S("{\"password\":\"87654321\"}"));
    expect(&a, 422, "\"field\":\"old\"", "own without the old one");
    a = ask(x, "POST", own, here.s, S("{\"password\":\"87654321\",\"old\":\"x\"}"));
    expect(&a, 401, "login_failed", "own with a wrong one");
    a = ask(x, "POST", other, here.s, S("{\"password\":\"87654321\"}"));
    expect(&a, 403, "forbidden", "somebody else's");
    a = ask(x, "POST", own, here.s, S("{\"password\":\"87654321\",\"old\":\"12345678\"}"));
    assert_int_equal(a.status, 204);
    a = ask(x, "GET", "/api/v1/session", one.s, S(""));
    assert_int_equal(a.status, 200);
    a = ask(x, "GET", "/api/v1/session", two.s, S(""));
    expect(&a, 401, "session_expired", "other sessions end");
    a = log_in(x, S("wang"), S("12345678"), "");
    expect(&a, 401, "login_failed", "the old one");
    a = log_in(x, S("wang"), S("87654321"), "");
    assert_int_equal(a.status, 201);
    str head = session(x);
    a = ask(x, "POST", own, with(x, head, "Sec-Fetch-Site: same-origin\r\n" JSON).s, S("{\"password\":\"abcdefgh\"}"));
    assert_int_equal(a.status, 204);
}

static void test_keys_are_revoked_at_once(void **state)
{
    fixture *x = *state;
    answer a = ask_key(x, SCOPE_ADMIN, "POST", "/api/v1/keys", "", "{\"name\":\"bi\",\"scope\":\"read\"}");
    jval *v;
    int64_t id;
    assert_ok(json_parse(x->a, a.body, NULL, &v));
    str key = json_str(json_get(v, S("key")));
    assert_true(key.len == 36 && str_starts(key, S("lyk_")));
    assert_true(json_i64(json_get(json_get(v, S("about")), S("id")), &id));
    const char *bearer = arena_fmt(x->a, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(key)).s;
    a = ask(x, "GET", "/api/v1/staff", bearer, S(""));
    assert_int_equal(a.status, 200);
    for (int i = 0; i < 2; i++) {
        a = ask_key(x, SCOPE_ADMIN, "DELETE", arena_fmt(x->a, "/api/v1/keys/%lld", (long long)id).s, "", NULL);
        assert_int_equal(a.status, 204);
    }
    a = ask(x, "GET", "/api/v1/staff", bearer, S(""));
    expect(&a, 401, "key_invalid", "revoked");
    a = ask_key(x, SCOPE_ADMIN, "GET", "/api/v1/keys", "", NULL);
    expect(&a, 200, "\"revoked\":\"", "still listed");
    assert_null(memmem(a.body.s, a.body.len, "lyk_", 4));
}

static void test_permissions(void **state)
{
    fixture *x = *state;
    for (int r = 0; r < STAFF_ROLE_COUNT; r++) {
        assert_true(role_permissions((enum staff_role)r) >> PERM_SELF & 1);
        assert_int_equal(role_permissions((enum staff_role)r) >> PERM_ADMIN & 1, r == ROLE_HEAD);
    }
    assert_int_equal(scope_permissions(SCOPE_INGEST), UINT64_C(1) << PERM_INGEST | UINT64_C(1) << PERM_PUBLIC);
    assert_false(scope_permissions(SCOPE_READ) >> PERM_PEOPLE_WRITE & 1);
    answer a = ask(x, "GET", "/api/v1/permissions", session(x).s, S(""));
    expect(&a, 200, "{\"name\":\"admin\",\"zh\":\"系统管理\",\"en\":\"Administer\",\"roles\":[\"head\"],\"scopes\":[\"admin\"]}", "matrix");
}

// Every change of who may do what leaves a line, in order; none of them holds a name, a login or a password.
static void test_audited(void **state)
{
    fixture *x = *state;
    static const char *const verbs[] = { "key.created", "key.created", "key.created", "key.created", "staff.created", "session.refused", "session.refused",
                                         "session.opened", "staff.created", "staff.changed", "staff.password_changed", "key.created",
                                         "key.revoked", "session.closed" };
    log_in(x, x->login, S("wrong"), "");
    log_in(x, S("nobody"), S("wrong"), "");
    str mine = with(x, session(x), "Sec-Fetch-Site: same-origin\r\n" JSON);
    answer a = ask(x, "POST", "/api/v1/staff", with(x, mine, "Idempotency-Key: a1\r\n").s,
                   S("{\"login\":\"wang.fang\",\"name\":\"王芳\",\"role\":\"desk\",\"password\":\"long enough\"}"));
    expect(&a, 201, "wang.fang", "staff");
    jval *v;
    assert_ok(json_parse(x->a, a.body, NULL, &v));
    long long id = yyjson_get_sint(json_get(v, S("id")));
    const char *at = arena_fmt(x->a, "/api/v1/staff/%lld", id).s;
    a = ask(x, "PATCH", at, with(x, mine, "If-Match: \"1\"\r\n").s, S("{\"role\":\"advisor\"}"));
    expect(&a, 200, "advisor", "role");
    a = ask(x, "POST", arena_fmt(x->a, "%s/password", at).s, mine.s, S("{\"password\":\"another one\"}"));
    assert_int_equal(a.status, 204);
    a = ask(x, "POST", "/api/v1/keys", mine.s, S("{\"name\":\"till\",\"scope\":\"read\"}"));
    expect(&a, 201, "lyk_", "key");
    assert_ok(json_parse(x->a, a.body, NULL, &v));
    long long key = yyjson_get_sint(json_get(json_get(v, S("about")), S("id")));
    a = ask(x, "DELETE", arena_fmt(x->a, "/api/v1/keys/%lld", key).s, mine.s, S(""));
    assert_int_equal(a.status, 204);
    a = ask(x, "DELETE", "/api/v1/session", mine.s, S(""));
    assert_int_equal(a.status, 204);

    a = ask_key(x, SCOPE_READ, "GET", "/api/v1/audit", "", NULL);
    expect(&a, 403, "audit.read", "not for everybody");
    a = ask_key(x, SCOPE_ADMIN, "GET", "/api/v1/audit", "", NULL);
    expect(&a, 200, "\"payload\":{\"role\":\"advisor\",\"state\":\"active\"}", "audit");
    static const char *const never[] = { "王芳", "wang.fang", "long enough", "another one", "nobody@", "lyk_" };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        assert_null(memmem(a.body.s, a.body.len, never[i], strlen(never[i])));
    assert_ok(json_parse(x->a, a.body, NULL, &v));
    jval *items = json_get(v, S("items"));
    size_t n = sizeof verbs / sizeof *verbs;
    assert_int_equal(yyjson_arr_size(items), n);
    for (size_t i = 0; i < n; i++)
        assert_str(json_str(json_get(yyjson_arr_get(items, n - 1 - i), S("verb"))), str_c(verbs[i]));
}

static int open_one(void **state) { return (*state = fixture_open(1, 16, 0)) ? 0 : -1; }

static int close_one(void **state)
{
    fixture_close(*state);
    return 0;
}

#define WITH_SERVER(fn) cmocka_unit_test_setup_teardown(fn, open_one, close_one)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(test_session), WITH_SERVER(test_session_ends), WITH_SERVER(test_login_fails), WITH_SERVER(test_steps),
        WITH_SERVER(test_roles_change_at_once), WITH_SERVER(test_passwords), WITH_SERVER(test_keys_are_revoked_at_once),
        WITH_SERVER(test_permissions), WITH_SERVER(test_audited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
