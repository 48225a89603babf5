// Every error a caller can meet. name (public code = lower case), HTTP status, can a retry help, zh, en.
// Codes are public and stable: add, never rename. {field} {limit} {detail} are filled in.
#ifndef BASE_ERR_LIST_H
#define BASE_ERR_LIST_H
// clang-format off
#define ERR_LIST(X) \
  X(OK, 200, false, "成功", "Success") \
  /* the request itself */ \
  X(BAD_REQUEST, 400, false, "请求不合规范：{detail}", "The request is malformed: {detail}") \
  X(JSON_INVALID, 400, false, "JSON 无法解析：{detail}", "The JSON cannot be parsed: {detail}") \
  X(JSON_TOO_DEEP, 400, false, "JSON 嵌套超过 {limit} 层", "The JSON is nested deeper than {limit} levels") \
  X(BODY_REQUIRED, 400, false, "缺少请求体", "A request body is required") \
  X(BODY_TOO_LARGE, 413, false, "请求体超过 {limit} 字节", "The body is larger than {limit} bytes") \
  X(ENCODING_UNSUPPORTED, 415, false, "不支持的内容编码：{detail}", "Unsupported content encoding: {detail}") \
  X(MEDIA_TYPE, 415, false, "请求体应为 {detail}", "The body must be {detail}") \
  X(GZIP_INVALID, 400, false, "压缩数据损坏", "The compressed body is damaged") \
  X(URI_TOO_LONG, 414, false, "地址超过 {limit} 字节", "The address is longer than {limit} bytes") \
  X(HEADERS_TOO_LARGE, 431, false, "请求头超过 {limit} 字节", "The headers are larger than {limit} bytes") \
  X(REQUEST_TIMEOUT, 408, true, "请求未在 {limit} 秒内发完", "The request did not arrive within {limit} seconds") \
  X(HOST_REQUIRED, 400, false, "缺少 Host 头", "A Host header is required") \
  X(EXPECT_UNSUPPORTED, 417, false, "不支持的 Expect 头", "Unsupported Expect header") \
  X(NOT_FOUND, 404, false, "找不到：{detail}", "Not found: {detail}") \
  X(ROUTE_UNKNOWN, 404, false, "没有这个接口", "There is no such route") \
  X(METHOD_NOT_ALLOWED, 405, false, "此接口不支持该方法", "This route does not allow the method") \
  /* fields: each names the path */ \
  X(FIELD_REQUIRED, 422, false, "「{field}」必填", "\"{field}\" is required") \
  X(FIELD_UNKNOWN, 422, false, "不认识的字段「{field}」", "Unknown field \"{field}\"") \
  X(FIELD_TYPE, 422, false, "「{field}」类型不对，应为{detail}", "\"{field}\" has the wrong type, expected {detail}") \
  X(FIELD_NULL, 422, false, "「{field}」不能为空值", "\"{field}\" must not be null") \
  X(FIELD_TOO_LONG, 422, false, "「{field}」太长，最多 {limit}", "\"{field}\" is too long, at most {limit}") \
  X(FIELD_TOO_SHORT, 422, false, "「{field}」太短，至少 {limit}", "\"{field}\" is too short, at least {limit}") \
  X(FIELD_TOO_SMALL, 422, false, "「{field}」太小，至少 {limit}", "\"{field}\" is too small, at least {limit}") \
  X(FIELD_TOO_LARGE, 422, false, "「{field}」太大，至多 {limit}", "\"{field}\" is too large, at most {limit}") \
  X(FIELD_TOO_MANY, 422, false, "「{field}」项数太多，最多 {limit}", "\"{field}\" has too many items, at most {limit}") \
  X(FIELD_VALUE, 422, false, "「{field}」的值不可用：{detail}", "\"{field}\" has an unusable value: {detail}") \
  X(FIELD_DUPLICATE, 422, false, "字段「{field}」出现两次", "Field \"{field}\" appears twice") \
  X(FIELD_UTF8, 422, false, "「{field}」不是有效的 UTF-8 文本", "\"{field}\" is not valid UTF-8 text") \
  /* rows of a file to import */ \
  X(ROW_CELLS, 422, false, "列数不对，应有 {limit} 列", "Not as many cells as there are columns ({limit})") \
  X(ROW_TOO_LONG, 422, false, "这一行超过 {limit} 字节", "The row is longer than {limit} bytes") \
  X(ROW_QUOTE, 422, false, "引号不成对", "Quotes do not match") \
  X(ROW_OBJECT, 422, false, "这一行不是 JSON 对象", "The row is not a JSON object") \
  X(ROW_NOBODY, 422, false, "没有可识别的用户标识", "Nothing in the row says who it is about") \
  /* who and whether */ \
  X(UNAUTHENTICATED, 401, false, "请先登录或提供密钥", "Log in or present a key") \
  X(KEY_INVALID, 401, false, "密钥无效", "The key is not valid") \
  X(LOGIN_FAILED, 401, false, "账号或密码不对", "Wrong login or password") \
  X(SESSION_EXPIRED, 401, false, "登录已过期，请重新登录", "The session has expired, log in again") \
  X(FORBIDDEN, 403, false, "没有权限：{detail}", "Not permitted: {detail}") \
  X(CSRF, 403, false, "来源校验未通过", "The request's origin could not be verified") \
  X(RATE_LIMITED, 429, true, "请求太频繁，请在 {limit} 秒后再试", "Too many requests, try again in {limit} seconds") \
  X(OVERLOADED, 503, true, "服务繁忙，请稍后再试", "Busy, try again shortly") \
  X(SHUTTING_DOWN, 503, true, "服务正在重启", "The server is restarting") \
  /* state */ \
  X(CONFLICT, 409, false, "与现状冲突：{detail}", "Conflicts with the current state: {detail}") \
  X(EXISTS, 409, false, "「{field}」已存在", "\"{field}\" exists already") \
  X(TRANSITION, 409, false, "「{field}」不能这样变更：{detail}", "\"{field}\" cannot move so: {detail}") \
  X(VERSION_REQUIRED, 428, false, "请带上 If-Match", "If-Match is required") \
  X(VERSION_STALE, 412, false, "内容已被他人修改，请刷新", "Changed by somebody else meanwhile, reload") \
  X(IDEMPOTENCY_KEY_REQUIRED, 400, false, "缺少 Idempotency-Key 头", "The Idempotency-Key header is required") \
  X(IDEMPOTENCY_KEY_INVALID, 400, false, "Idempotency-Key 应为 1 到 {limit} 个可见字符", "Idempotency-Key must be 1 to {limit} visible characters") \
  X(IDEMPOTENCY_MISMATCH, 409, false, "同一 Idempotency-Key 用于了不同的内容", "The same Idempotency-Key was used with another body") \
  X(IDEMPOTENCY_DONE, 409, false, "这次写入已完成，但答复太长未保留，请重新读取", \
    "This write was done already; its answer was too long to keep, read it again") \
  X(CURSOR_INVALID, 422, false, "翻页游标无效", "The paging cursor is not valid") \
  X(LIMIT_REACHED, 409, false, "已到上限 {limit}", "The limit of {limit} is reached") \
  /* ledger, in the order they are checked */ \
  X(AMOUNT_INVALID, 422, false, "「{field}」应为正整数", "\"{field}\" must be a positive integer") \
  X(ACCOUNT_UNKNOWN, 404, false, "账户不存在：{detail}", "Unknown account: {detail}") \
  X(ACCOUNT_CLOSED, 409, false, "账户已关闭", "The account is closed") \
  X(REASON_UNKNOWN, 422, false, "没有这个事由：{detail}", "Unknown reason code: {detail}") \
  X(UNITS_DIFFER, 422, false, "两个账户的单位不同", "The two accounts hold different units") \
  X(ENTRY_MISMATCH, 409, false, "同一编号的分录内容不同", "An entry with this key has other contents") \
  X(BALANCE_TOO_LOW, 409, false, "余额不足，下限 {limit}", "The balance would fall below its floor of {limit}") \
  X(HOLD_CLOSED, 409, false, "冻结已结束", "The hold has ended already") \
  X(ALREADY_REVERSED, 409, false, "分录已冲正", "The entry has been reversed already") \
  /* operating trouble */ \
  X(IO, 500, true, "读写出错：{detail}", "Input or output failed: {detail}") \
  X(DISK_FULL, 507, true, "磁盘已满", "The disk is full") \
  X(DB, 500, true, "数据库出错：{detail}", "The database failed: {detail}") \
  X(CORRUPT, 500, false, "数据损坏：{detail}", "Damaged data: {detail}") \
  X(LOCKED, 409, false, "数据目录正被另一个进程使用", "The data directory is in use by another process") \
  X(TOO_NEW, 500, false, "数据由更新的版本写成：{detail}", "The data was written by a newer version: {detail}") \
  X(UNDECLARED, 500, false, "内部错误", "Internal error") \
  X(INTERNAL, 500, false, "内部错误：{detail}", "Internal error: {detail}")
// clang-format on
#endif
