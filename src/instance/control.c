// DIR/control.sock: one request a connection. The client sends a JSON object {"args":[…],"input":"…"} and shuts its end; the
// server answers {"exit":0,"out":"…"} and closes. Only the owner of DIR can open the socket (mode 0600 in a 0700 directory).
#include "instance/instance.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUEST_BYTES_MAX (64 * 1024 * 1024)
#define POLL_MS 200

// A command that only reads has a thread of its own; beyond these the next one waits.
#define APART_MAX 4
typedef struct apart {
    struct control *c;
    pthread_t thread;
    int fd;
    buf request;
    bool started, done;            // done: atomic, by the thread
} apart;

struct control {
    instance *in;
    apart apart[APART_MAX];        // the serving thread's
    int fd;
    bool stop;                     // atomic
    pthread_t thread;
    char path[108];
};

static bool address(const char *dir, struct sockaddr_un *at)
{
    *at = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int n = snprintf(at->sun_path, sizeof at->sun_path, "%s/control.sock", dir);
    return n > 0 && (size_t)n < sizeof at->sun_path;
}

static bool read_all(int fd, buf *b)
{
    for (;;) {
        buf_reserve(b, 64 * 1024);
        ssize_t n = read(fd, b->s + b->len, 64 * 1024);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        b->len += (size_t)n;
        if (b->len > REQUEST_BYTES_MAX)
            return false;
    }
}

static bool write_all(int fd, str v)
{
    while (v.len) {
        ssize_t n = send(fd, v.s, v.len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        v = str_skip(v, (size_t)n);
    }
    return true;
}

// --- The server's end ------------------------------------------------------------------------------------------------------
static err args_of(str request, fault *f, arena *a, str **ret, size_t *ret_n, str *ret_input)
{
    jval *root, *item;
    size_t i, max;
    TRY(json_parse(a, request, f, &root));
    jval *list = json_get(root, S("args"));
    *ret_n = yyjson_arr_size(list);
    *ret = arena_array(a, str, *ret_n + 1);
    yyjson_arr_foreach(list, i, max, item) (*ret)[i] = json_str(item);
    *ret_input = json_str(json_get(root, S("input")));
    return E_OK;
}

static err run_request(instance *in, str request, buf *out, fault *f, arena *a)
{
    str *args, input;
    size_t n;
    TRY(args_of(request, f, a, &args, &n, &input));
    const command *c = n ? command_find(args[0]) : NULL;
    if (!c)
        return fault_detail(f, a, E_BAD_REQUEST, "no such command");
    return c->run(in, args + 1, n - 1, input, out, f, a);
}

static void answer(instance *in, int fd, bool whole, str request)
{
    arena *a = arena_create();
    buf out = { 0 }, reply = { 0 };
    fault f = { 0 };
    err e = whole ? run_request(in, request, &out, &f, a) : E_BODY_TOO_LARGE;
    if (e != E_OK) {
        if (f.code != e)
            f = (fault){ .code = e };
        buf_add_str(&out, fault_text(&f, a, LANG_EN));
        buf_add_char(&out, '\n');
    }
    jw w = { .b = &reply };
    jw_obj(&w);
    jw_ki64(&w, "exit", e == E_OK ? 0 : 1);
    jw_kstr(&w, "out", buf_str(&out));
    jw_end_obj(&w);
    write_all(fd, buf_str(&reply));
    buf_free(&out);
    buf_free(&reply);
    arena_destroy(a);
}

static bool is_apart(str request)
{
    arena *a = arena_create();
    fault f = { 0 };
    str *args, input;
    size_t n = 0;
    const command *c = args_of(request, &f, a, &args, &n, &input) == E_OK && n ? command_find(args[0]) : NULL;
    arena_destroy(a);
    return c && c->apart;
}

static void apart_end(apart *x)
{
    if (!x->started)
        return;
    pthread_join(x->thread, NULL);
    close(x->fd);
    buf_free(&x->request);
    *x = (apart){ .c = x->c };
}

static void *apart_main(void *p)
{
    apart *x = p;
    answer(x->c->in, x->fd, true, buf_str(&x->request));
    shutdown(x->fd, SHUT_RDWR);            // the client need not wait for the join
    __atomic_store_n(&x->done, true, __ATOMIC_RELEASE);
    return NULL;
}

// False: none is free.
static bool run_apart(control *c, int fd, buf *request)
{
    for (size_t i = 0; i < APART_MAX; i++) {
        apart *x = &c->apart[i];
        if (x->started && __atomic_load_n(&x->done, __ATOMIC_ACQUIRE))
            apart_end(x);
        if (x->started)
            continue;
        *x = (apart){ .c = c, .fd = fd, .request = *request, .started = true };
        if (pthread_create(&x->thread, NULL, apart_main, x) == 0)
            return true;
        *x = (apart){ .c = c };
        return false;
    }
    return false;
}

static void serve_one(control *c, int fd)
{
    buf request = { 0 };
    bool whole = read_all(fd, &request);
    if (whole && is_apart(buf_str(&request)) && run_apart(c, fd, &request))
        return;                            // its own thread answers
    answer(c->in, fd, whole, buf_str(&request));
    buf_free(&request);
    close(fd);
}

static void *serve(void *p)
{
    control *c = p;
    while (!__atomic_load_n(&c->stop, __ATOMIC_ACQUIRE)) {
        struct pollfd ready = { .fd = c->fd, .events = POLLIN };
        if (poll(&ready, 1, POLL_MS) <= 0)
            continue;
        int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        struct timeval limit = { .tv_sec = 30 };
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        serve_one(c, fd);
    }
    for (size_t i = 0; i < APART_MAX; i++)
        apart_end(&c->apart[i]);
    return NULL;
}

err control_open(instance *in, control **ret)
{
    struct sockaddr_un at;
    if (!address(in->dir, &at))
        return E_FIELD_TOO_LONG;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return E_IO;
    unlink(at.sun_path);           // DIR/LOCK is ours, so whoever left it is gone
    mode_t before = umask(0077);
    bool ok = bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 16) == 0;
    umask(before);
    control *c = arena_new(in->a, control);
    *c = (control){ .in = in, .fd = fd };
    memcpy(c->path, at.sun_path, sizeof c->path);
    if (!ok || pthread_create(&c->thread, NULL, serve, c) != 0) {
        close(fd);
        return E_IO;
    }
    *ret = c;
    return E_OK;
}

void control_close(control *c)
{
    if (!c)
        return;
    __atomic_store_n(&c->stop, true, __ATOMIC_RELEASE);
    pthread_join(c->thread, NULL);
    close(c->fd);
    unlink(c->path);
}

// --- The client's end ------------------------------------------------------------------------------------------------------
static err exchange(int fd, const str *args, size_t n, str input, buf *reply)
{
    buf b = { 0 };
    jw w = { .b = &b };
    jw_obj(&w);
    jw_key(&w, S("args"));
    jw_arr(&w);
    for (size_t i = 0; i < n; i++)
        jw_str(&w, args[i]);
    jw_end_arr(&w);
    jw_kstr(&w, "input", input);
    jw_end_obj(&w);
    bool ok = write_all(fd, buf_str(&b)) && shutdown(fd, SHUT_WR) == 0 && read_all(fd, reply);
    buf_free(&b);
    return ok ? E_OK : E_IO;
}

err control_call(const char *dir, const str *args, size_t n, str input, buf *out, int *ret_exit, arena *a)
{
    struct sockaddr_un at;
    if (!address(dir, &at))
        return E_NOT_FOUND;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return E_IO;
    if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return E_NOT_FOUND;
    }
    buf reply = { 0 };
    err e = exchange(fd, args, n, input, &reply);
    close(fd);
    jval *v;
    int64_t code = 1;
    if (e == E_OK)
        e = json_parse(a, buf_str(&reply), NULL, &v);
    if (e == E_OK) {
        buf_add_str(out, json_str(json_get(v, S("out"))));
        json_i64(json_get(v, S("exit")), &code);
        *ret_exit = (int)code;
    }
    buf_free(&reply);
    return e;
}
