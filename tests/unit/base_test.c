#include "tests.h"
#include "base/map.h"
#include "base/time.h"

static void test_str(void **state)
{
    (void)state;
    int64_t v;
    assert_true(str_to_i64(S("-9223372036854775808"), &v) && v == INT64_MIN);
    assert_false(str_to_i64(S("9223372036854775808"), &v));
    assert_true(str_utf8_valid(S("涟漪")));
    assert_false(str_utf8_valid(str_of("\xED\xA0\x80", 3)));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_str) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
