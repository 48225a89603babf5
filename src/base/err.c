#include "base/err.h"
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>

// The public code is the name in lower case; made once from the list, so that it cannot differ from it.
#define ERR_ROW(name, http, retry, zh, en) [E_##name] = { #name, http, retry, zh, en },
static const err_info upper[ERR_COUNT] = { ERR_LIST(ERR_ROW) };
#undef ERR_ROW

#define CODE_MAX 40
static char codes[ERR_COUNT][CODE_MAX];
static err_info infos[ERR_COUNT];

__attribute__((constructor)) static void lower_codes(void)
{
    for (int e = 0; e < ERR_COUNT; e++) {
        size_t n = strlen(upper[e].code);
        ENSURE(n < CODE_MAX);
        for (size_t i = 0; i < n; i++) {
            char c = upper[e].code[i];
            codes[e][i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
        infos[e] = upper[e];
        infos[e].code = codes[e];
    }
}

const err_info *err_info_of(err e)
{
    ENSURE((unsigned)e < ERR_COUNT);
    return &infos[e];
}

err fault_field(fault *f, arena *a, err code, str field, int64_t limit)
{
    if (f)
        *f = (fault){ .code = code, .field = arena_str(a, field), .limit = limit };
    return code;
}

err fault_detail(fault *f, arena *a, err code, const char *fmt, ...)
{
    if (!f)
        return code;
    va_list ap;
    va_start(ap, fmt);
    *f = (fault){ .code = code, .detail = arena_vfmt(a, fmt, ap) };
    va_end(ap);
    return code;
}

void fault_keep(fault *f, arena *a)
{
    f->field = arena_str(a, f->field);
    f->detail = arena_str(a, f->detail);
}

// What is expected, said in the code's language where it is found out: in Chinese by these. Anything else is said as it is.
static const struct { const char *en, *zh; } details_zh[] = {
    { "string", "文本" },
    { "text", "文本" },
    { "integer", "整数" },
    { "a whole number", "整数" },
    { "number", "数值" },
    { "a number", "数值" },
    { "boolean", "是或否" },
    { "true or false", "是或否（true、false）" },
    { "yes or no", "是或否" },
    { "time", "时间" },
    { "a time", "时间" },
    { "object", "对象" },
    { "an object", "对象" },
    { "list", "列表" },
    { "a list", "列表" },
    { "list of strings", "文本的列表" },
    { "list of integers", "整数的列表" },
    { "list of stages", "阶段的列表" },
    { "string, number or boolean", "文本、数值或是否" },
    { "[name, operator, value]", "[名称, 比较, 值]" },
    { "an amount in yuan", "金额（元）" },
    { "declared twice", "声明了两次" },
    { "the row was changed meanwhile", "这一行已被别人改过，请看过新的再改" },
    { "the ladder was changed meanwhile", "分级已被别人改过，请看过新的再改" },
    { "nobody of that login", "没有这个登录名的人" },
};

static str detail_in(str detail, lang l)
{
    for (size_t i = 0; l == LANG_ZH && i < sizeof details_zh / sizeof *details_zh; i++)
        if (str_eq(detail, str_c(details_zh[i].en)))
            return str_c(details_zh[i].zh);
    return detail;
}

str fault_text(const fault *f, arena *a, lang l)
{
    const err_info *info = err_info_of(f->code);
    str rest = str_c(l == LANG_ZH ? info->zh : info->en);
    buf b = { 0 };
    while (rest.len) {
        str plain = str_cut(&rest, '{');
        buf_add_str(&b, plain);
        if (!rest.s)
            break;
        str name = str_cut(&rest, '}');
        if (str_eq(name, S("field")))
            buf_add_str(&b, f->field);
        else if (str_eq(name, S("limit")))
            buf_addf(&b, "%lld", (long long)f->limit);
        else if (str_eq(name, S("detail")))
            buf_add_str(&b, detail_in(f->detail, l));
    }
    str out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

void panic(const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "{\"level\":\"fatal\",\"event\":\"panic\",\"at\":\"%s:%d\",\"text\":\"", file, line);
    vfprintf(stderr, fmt, ap);
    fprintf(stderr, "\"}\n");
    va_end(ap);
    abort();
}
