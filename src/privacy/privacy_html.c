// The export for reading: whatever is in the JSON, as tables. It knows no section by heart, only how to call some of them.
#include "privacy/privacy_api.h"

static const struct title { const char *key, *zh, *en; } titles[] = {
    { "person", "基本情况", "Person" },           { "subjects", "内部编号", "Internal numbers" },
    { "identities", "识别标识", "Identities" },   { "personal_data", "个人信息", "Personal data" },
    { "tables", "业务记录", "Records" },          { "accounts", "账户", "Accounts" },
    { "entries", "积分与账目明细", "Ledger entries" }, { "audit", "谁查看过我的信息", "Who looked at my data" },
    { "timeline", "行为记录", "Timeline" },       { "timeline_complete", "行为记录是否完整", "Is the timeline complete" },
    { "opportunity", "购车机会", "Opportunities" }, { "stage_stay", "阶段历史", "Stages" },
    { "person_tag", "标签", "Tags" },             { "person_trait", "特征", "Traits" },
    { "consent", "授权同意", "Consents" },        { "ownership", "车辆", "Vehicles" },
    { "task", "员工任务", "Tasks of staff" },     { "promised", "待入账积分", "Points promised" },
    { "privacy_request", "个人信息请求", "Requests about my data" }, { "rule_once", "规则记录", "Rules, once" },
    { "rule_count", "规则次数", "Rules, how often" }, { "made", "生成时间", "Made at" },
    { "format", "格式", "Format" },
};

static void text_add(buf *b, str v)
{
    for (size_t i = 0; i < v.len; i++)
        switch (v.s[i]) {
        case '<': buf_add_str(b, S("&lt;")); break;
        case '>': buf_add_str(b, S("&gt;")); break;
        case '&': buf_add_str(b, S("&amp;")); break;
        case '"': buf_add_str(b, S("&quot;")); break;
        default: buf_add_char(b, v.s[i]);
        }
}

static void title_add(buf *b, str key)
{
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (str_eq(str_c(titles[i].key), key)) {
            buf_addf(b, "%s <small>%s</small>", titles[i].zh, titles[i].en);
            return;
        }
    text_add(b, key);
}

static void value_add(buf *b, jval *v, int depth);

static void scalar_add(buf *b, jval *v)
{
    if (yyjson_is_str(v)) {
        text_add(b, json_str(v));
    } else if (!yyjson_is_null(v)) {
        buf text = { 0 };
        jw w = { .b = &text };
        jw_val(&w, v);
        text_add(b, buf_str(&text));
        buf_free(&text);
    }
}

static bool is_table(jval *v) { return yyjson_is_arr(v) && yyjson_is_obj(yyjson_arr_get_first(v)); }

// Rows of one shape: its columns are those of the first row.
static void table_add(buf *b, jval *v, int depth)
{
    size_t i, n, k, m;
    jval *row, *key, *cell;
    buf_add_str(b, S("<div class=w><table><tr>"));
    yyjson_obj_foreach(yyjson_arr_get_first(v), k, m, key, cell)
    {
        buf_add_str(b, S("<th>"));
        title_add(b, json_str(key));
    }
    yyjson_arr_foreach(v, i, n, row)
    {
        buf_add_str(b, S("\n<tr>"));
        yyjson_obj_foreach(row, k, m, key, cell)
        {
            buf_add_str(b, S("<td>"));
            value_add(b, cell, depth + 1);
        }
    }
    buf_add_str(b, S("</table></div>\n"));
}

static void object_add(buf *b, jval *v, int depth)
{
    size_t i, n;
    jval *key, *item;
    if (depth > 1) {
        yyjson_obj_foreach(v, i, n, key, item)
        {
            text_add(b, json_str(key));
            buf_add_str(b, S(": "));
            value_add(b, item, depth + 1);
            buf_add_str(b, S("<br>"));
        }
        return;
    }
    yyjson_obj_foreach(v, i, n, key, item)
    {
        buf_addf(b, "<h%d>", depth + 2);
        title_add(b, json_str(key));
        buf_addf(b, "</h%d>\n", depth + 2);
        value_add(b, item, depth + 1);
    }
}

static void value_add(buf *b, jval *v, int depth)
{
    size_t i, n;
    jval *item;
    if (is_table(v)) {
        table_add(b, v, depth);
    } else if (yyjson_is_obj(v)) {
        object_add(b, v, depth);
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, item)
        {
            buf_add_str(b, i ? S(", ") : S(""));
            value_add(b, item, depth + 1);
        }
        if (yyjson_arr_size(v) == 0)
            buf_add_str(b, S("<p>—</p>\n"));
    } else {
        scalar_add(b, v);
    }
}

err privacy_html(str json, arena *a, fault *f, buf *out)
{
    jval *root;
    TRY(json_parse(a, json, f, &root));
    buf_add_str(out, S("<!doctype html><html lang=zh><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
                       "<title>我的个人信息 · My personal data</title><style>body{font:14px/1.6 system-ui,sans-serif;margin:24px auto;"
                       "max-width:1100px;padding:0 16px;color:#1b2430}h1{font-size:22px}h2{font-size:18px;margin:28px 0 8px}"
                       "h3{font-size:15px;margin:18px 0 6px}small{color:#667;font-weight:400}.w{overflow-x:auto}table{border-collapse:"
                       "collapse}th,td{border:1px solid #dde3ea;padding:4px 8px;text-align:left;vertical-align:top}th{background:#f4f6f9}"
                       "</style>\n<h1>我的个人信息 <small>My personal data</small></h1>\n"));
    object_add(out, root, 0);
    return E_OK;
}
