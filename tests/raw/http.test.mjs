// Abuse of the HTTP server, byte by byte. Each case is what docs/reference/http.md promises.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import net from 'node:net'
import zlib from 'node:zlib'
import { startServer, stats, talk } from './lib.mjs'

let server, port
before(async () => { server = await startServer(); port = server.port })
after(async () => {
  const end = await server.stop()
  assert.equal(end.err, '')
  assert.equal(end.code, 0)
})

const H = 'Host: a\r\n'
const get = (target = '/', more = '') => `GET ${target} HTTP/1.1\r\n${H}${more}\r\n`
const post = (headers, body = '') => `POST /p HTTP/1.1\r\n${H}${headers}\r\n${body}`
const marker = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'

// [name, bytes, statuses, then: 'open' or 'closed']
const CASES = [
  // taken
  ['plain', get(), [200], 'open'],
  ['empty lines before the request', '\r\n\r\n' + get(), [200], 'open'],
  ['header without a value', get('/', 'X-Empty:\r\n'), [200], 'open'],
  ['white space around a value', get('/', 'X: \t b \t \r\n'), [200], 'open'],
  ['absolute address of the same host', 'GET http://A/x?y HTTP/1.1\r\nHost: a\r\n\r\n', [200], 'open'],
  ['absolute address without a path', 'GET http://a HTTP/1.1\r\nHost: a\r\n\r\n', [200], 'open'],
  ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', [200], 'open'],
  ['host with port', 'GET / HTTP/1.1\r\nHost: [::1]:7921\r\n\r\n', [200], 'open'],
  ['body by length', post('Content-Length: 5\r\n', 'hello'), [200], 'open'],
  ['body by chunks', post('Transfer-Encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n'), [200], 'open'],
  ['chunks with short extensions and a trailer', post('Transfer-Encoding: chunked\r\n', '5;a=b;c\r\nhello\r\n0\r\nX-T: 1\r\n\r\n'), [200], 'open'],
  ['chunked, other letters', post('transfer-encoding: Chunked\r\n', 'A\r\n0123456789\r\n0\r\n\r\n'), [200], 'open'],
  ['length 0', post('Content-Length: 0\r\n'), [200], 'open'],
  ['offer of another protocol is ignored', get('/', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'), [200], 'open'],
  ['websocket is ignored', get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'), [200], 'open'],
  ['Connection: close', get('/', 'Connection: close\r\n'), [200], 'closed'],
  ['Connection: close, more behind it', get('/', 'Connection: close\r\n') + marker, [200], 'closed'],
  ['route closes', get('/close') + marker, [200], 'closed'],
  ['1.0', 'GET / HTTP/1.0\r\n\r\n', [200], 'closed'],
  ['1.0 keep-alive', 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', [200], 'open'],
  ['no answer at all', get('/silent') + marker, [], 'closed'],
  ['odd percent in the query', get('/?q=100%'), [200], 'open'],
  ['expect in 1.0 is ignored', 'POST / HTTP/1.0\r\nExpect: nothing\r\nContent-Length: 1\r\n\r\nx', [200], 'closed'],
  ['expect without a body', get('/', 'Expect: 100-continue\r\n'), [200], 'open'],

  // one request inside another
  ['length and chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['chunks and length', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['two lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello' + marker), [400], 'closed'],
  ['the same length twice', post('Content-Length: 5\r\nContent-Length: 5\r\n', 'hello' + marker), [400], 'closed'],
  ['length list', post('Content-Length: 5,5\r\n', 'hello' + marker), [400], 'closed'],
  ['length with plus', post('Content-Length: +5\r\n', 'hello' + marker), [400], 'closed'],
  ['length with minus', post('Content-Length: -5\r\n', 'hello' + marker), [400], 'closed'],
  ['length in hex', post('Content-Length: 0x5\r\n', 'hello' + marker), [400], 'closed'],
  ['length empty', post('Content-Length:\r\n', marker), [400], 'closed'],
  ['length with a space inside', post('Content-Length: 1 1\r\n', 'hello' + marker), [400], 'closed'],
  ['length over 64 bits', post('Content-Length: 18446744073709551617\r\n', 'x' + marker), [400], 'closed'],
  ['TE: xchunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['TE: chunked twice in one', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['TE twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['TE twice, the other first', post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['TE: gzip, chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['TE: chunked, gzip', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['TE: identity', post('Transfer-Encoding: identity\r\n', marker), [400], 'closed'],
  ['TE empty', post('Transfer-Encoding:\r\n', marker), [400], 'closed'],
  ['TE with vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['TE in 1.0', `POST / HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n` + marker, [400], 'closed'],
  ['space before the colon', post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['tab before the colon', post('Content-Length\t: 5\r\n', 'hello' + marker), [400], 'closed'],
  ['folded value', get('/', 'X: a\r\n b\r\n'), [400], 'closed'],
  ['folded with tab', post('Transfer-Encoding:\r\n\tchunked\r\n', '0\r\n\r\n' + marker), [400], 'closed'],
  ['first header line begins with a space', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', [400], 'closed'],
  ['bare LF after the request line', 'GET / HTTP/1.1\nHost: a\r\n\r\n', [400], 'closed'],
  ['bare LF after a header', 'GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n', [400], 'closed'],
  ['bare LF at the end', 'GET / HTTP/1.1\r\nHost: a\r\n\n', [400], 'closed'],
  ['bare CR in a value', get('/', 'X: a\rb\r\n'), [400], 'closed'],
  ['bare CR as line end', 'GET / HTTP/1.1\rHost: a\r\r', [400], 'closed'],
  ['NUL in a value', get('/', 'X: a\0b\r\n'), [400], 'closed'],
  ['NUL in a name', get('/', 'X\0: a\r\n'), [400], 'closed'],
  ['header without a name', get('/', ': a\r\n'), [400], 'closed'],
  ['header without a colon', get('/', 'X\r\n'), [400], 'closed'],
  ['chunk size overflow', post('Transfer-Encoding: chunked\r\n', '10000000000000005\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['chunk size in 0x', post('Transfer-Encoding: chunked\r\n', '0x5\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['chunk size negative', post('Transfer-Encoding: chunked\r\n', '-5\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['chunk size missing', post('Transfer-Encoding: chunked\r\n', '\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['chunk size and a space', post('Transfer-Encoding: chunked\r\n', '5 \r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['chunk longer than said', post('Transfer-Encoding: chunked\r\n', '3\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['chunk with bare LF', post('Transfer-Encoding: chunked\r\n', '5\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['chunk data ends with LF', post('Transfer-Encoding: chunked\r\n', '5\r\nhello\n0\r\n\r\n'), [400], 'closed'],
  ['huge chunk extension', post('Transfer-Encoding: chunked\r\n', '5;' + 'a'.repeat(2000) + '\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['LF in a chunk extension', post('Transfer-Encoding: chunked\r\n', '5;a\nb\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],
  ['many leading zeros', post('Transfer-Encoding: chunked\r\n', '0'.repeat(9 << 20) + '5\r\nhello\r\n0\r\n\r\n'), [400], 'closed'],

  // heads
  ['no host', 'GET / HTTP/1.1\r\n\r\n', [400], 'closed'],
  ['empty host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', [400], 'closed'],
  ['two hosts', get('/', 'Host: b\r\n'), [400], 'closed'],
  ['the same host twice', get('/', 'Host: a\r\n'), [400], 'closed'],
  ['host list', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n', [400], 'closed'],
  ['host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', [400], 'closed'],
  ['host with a user', 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n', [400], 'closed'],
  ['absolute address of another host', 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['absolute address of another scheme', 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['version 0.9', 'GET /\r\n\r\n', [400], 'closed'],
  ['version 2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['version 1.2', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400], 'closed'],
  ['TLS', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', [400], 'closed'],
  ['unknown method', 'FETCH / HTTP/1.1\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['method in small letters', 'get / HTTP/1.1\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['* with GET', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['path without a slash', 'GET x HTTP/1.1\r\nHost: a\r\n\r\n', [400], 'closed'],
  ['fragment', get('/a#b'), [400], 'closed'],
  ['encoded NUL', get('/a%00'), [400], 'closed'],
  ['encoded CR', get('/a%0D'), [400], 'closed'],
  ['encoded LF', get('/a%0a'), [400], 'closed'],
  ['half a percent', get('/a%2'), [400], 'closed'],
  ['percent of no hex', get('/a%zz'), [400], 'closed'],
  ['raw UTF-8 in the path', get('/\xe6\xb6\x9f'), [400], 'closed'],
  ['raw UTF-8 in the query', get('/?q=\xe6\xb6\x9f'), [400], 'closed'],
  ['NUL in the path', get('/a\0b'), [400], 'closed'],
  ['tab in the path', get('/a\tb'), [400], 'closed'],
  ['unknown expectation', post('Expect: 200-ok\r\nContent-Length: 1\r\n', 'x'), [417], 'closed'],
  ['expectation of too much', post('Expect: 100-continue\r\nContent-Length: 99999999\r\n'), [413], 'closed'],
  ['unknown coding', post('Content-Encoding: br\r\nContent-Length: 1\r\n', 'x'), [415], 'closed'],
  ['gzip twice', post('Content-Encoding: gzip, gzip\r\nContent-Length: 1\r\n', 'x'), [415], 'closed'],
  ['gzip that is none', post('Content-Encoding: gzip\r\nContent-Length: 5\r\n', 'hello'), [400], 'closed'],

  // sizes
  ['address of 8 KB', get('/' + 'a'.repeat(8191)), [200], 'open'],
  ['address of 8 KB and 1', get('/' + 'a'.repeat(8192)), [414], 'closed'],
  ['a long address where one is allowed', get('/long?' + 'a'.repeat(65530)), [200], 'open'],
  ['a long address of 64 KB and 1', get('/long?' + 'a'.repeat(65531)), [414], 'closed'],
  ['a long address without end', 'GET /long?' + 'a'.repeat(300000), [414], 'closed'],
  ['a long address of another method', `POST /long?${'a'.repeat(9000)} HTTP/1.1\r\nHost: x\r\n\r\n`, [414], 'closed'],
  ['a long path where a long query is allowed', get('/long/' + 'a'.repeat(9000) + '?x'), [414], 'closed'],
  ['a long address and large headers', get('/long?' + 'a'.repeat(65530), `X: ${'a'.repeat(31 * 1024)}\r\n`), [200], 'open'],
  ['a long address and headers too large', get('/long?' + 'a'.repeat(65530), `X: ${'a'.repeat(33 * 1024)}\r\n`), [431], 'closed'],
  ['address without end', 'GET /' + 'a'.repeat(200000), [414], 'closed'],
  ['100 headers', get('/', 'X: 1\r\n'.repeat(99)), [200], 'open'],
  ['101 headers', get('/', 'X: 1\r\n'.repeat(100)), [431], 'closed'],
  ['headers of 31 KB', get('/', `X: ${'a'.repeat(31 * 1024)}\r\n`), [200], 'open'],
  ['headers of 33 KB', get('/', `X: ${'a'.repeat(33 * 1024)}\r\n`), [431], 'closed'],
  ['a header name without end', 'GET / HTTP/1.1\r\n' + 'a'.repeat(200000), [431], 'closed'],
  ['a value of white space', get('/', `X: ${' '.repeat(60000)}\r\n`), [431], 'closed'],
  ['trailers of 33 KB', post('Transfer-Encoding: chunked\r\n', `1\r\nx\r\n0\r\nX: ${'a'.repeat(33 * 1024)}\r\n\r\n`), [431], 'closed'],
  ['body of 4 MB', post(`Content-Length: ${4 << 20}\r\n`, 'x'.repeat(4 << 20)), [200], 'open'],
  ['body of 4 MB and 1', post(`Content-Length: ${(4 << 20) + 1}\r\n`, 'x'.repeat(4 << 20)), [413], 'closed'],
  ['body too large, said only', post('Content-Length: 9223372036854775807\r\n'), [413], 'closed'],
  ['a chunk too large, said only', post('Transfer-Encoding: chunked\r\n', 'FFFFFFFF\r\n'), [413], 'closed'],
  ['chunks too large together', post('Transfer-Encoding: chunked\r\n', `80000\r\n${'x'.repeat(1 << 19)}\r\n`.repeat(9)), [413], 'closed'],
]

for (const [name, bytes, statuses, then] of CASES)
  test(name, async () => {
    const r = await talk(port, bytes, { replies: then === 'open' ? statuses.length : Infinity })
    assert.deepEqual(r.final.map(x => x.status), statuses)
    assert.equal(r.closed, then === 'closed')
    for (const x of r.final) {
      assert.ok(!String(x.body).includes('/smuggled'))
      assert.equal(x.headers.connection === 'close', then === 'closed')
      assert.match(x.headers.date, /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/)
      assert.equal(x.headers.server, undefined)
    }
  })

test('every small case gives the same, sent a byte at a time', async () => {
  const small = CASES.filter(c => c[1].length < 300)
  assert.ok(small.length > 70)
  await Promise.all(small.map(async ([name, bytes, statuses, then]) => {
    const r = await talk(port, bytes, { piece: 1, replies: then === 'open' ? statuses.length : Infinity })
    assert.deepEqual(r.final.map(x => x.status), statuses, name)
    assert.equal(r.closed, then === 'closed', name)
  }))
})

test('cut in two at every byte', async () => {
  const bytes = post('Transfer-Encoding: chunked\r\nX-A: b\r\n', '5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n') + get('/next?x')
  for (let cut = 1; cut < bytes.length; cut++) {
    const r = await talk(port, bytes, { piece: cut, replies: 2 })
    assert.deepEqual(r.final.map(x => String(x.body)), ['POST /p\nhello!', 'GET /next?x\n'], `cut at ${cut}`)
  }
})

test('twenty in one write are answered in order, fast ones behind slow ones', async () => {
  let bytes = ''
  for (let i = 0; i < 20; i++) bytes += get(`${i % 5 === 0 ? '/slow' : '/fast'}?${i}`)
  const r = await talk(port, bytes, { replies: 20 })
  assert.deepEqual(r.final.map(x => String(x.body)), Array.from({ length: 20 }, (_, i) => `GET ${i % 5 === 0 ? '/slow' : '/fast'}?${i}\n`))
})

test('a thousand in one write, with backpressure between', async () => {
  const n = 1000
  const r = await talk(port, Array.from({ length: n }, (_, i) => post('Content-Length: 4\r\n', String(1000 + i))).join(''), { replies: n })
  assert.deepEqual(r.final.map(x => String(x.body)), Array.from({ length: n }, (_, i) => `POST /p\n${1000 + i}`))
})

test('an error behind slow requests waits for its turn', async () => {
  const r = await talk(port, get('/slow?1') + get('/slow?2') + 'BAD\r\n\r\n' + marker)
  assert.deepEqual(r.final.map(x => x.status), [200, 200, 400])
  assert.ok(r.closed)
})

test('100 Continue comes before the body, and only then the reply', async () => {
  const body = 'x'.repeat(1000)
  const s = net.connect(port, '127.0.0.1')
  s.write(post('Expect: 100-Continue\r\nContent-Length: 1000\r\n'))
  let got = ''
  for await (const d of s) {
    got += d
    if (got === 'HTTP/1.1 100 Continue\r\n\r\n') s.write(body)
    if (got.endsWith(body)) break
  }
  assert.match(got, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  s.destroy()
})

test('100 Continue waits for the replies before it', async () => {
  const s = net.connect(port, '127.0.0.1')
  s.write(get('/slow') + post('Expect: 100-continue\r\nContent-Length: 1\r\n'))
  let got = ''
  for await (const d of s) {
    got += d
    if (got.endsWith('HTTP/1.1 100 Continue\r\n\r\n')) s.write('x')
    if (got.endsWith('POST /p\nx')) break
  }
  assert.match(got, /^HTTP\/1\.1 200 OK[^]*GET \/slow\nHTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/)
  s.destroy()
})

test('no 100 Continue when the body is there already', async () => {
  const r = await talk(port, post('Expect: 100-continue\r\nContent-Length: 1\r\n', 'x'), { replies: 1 })
  assert.deepEqual(r.replies.map(x => x.status), [200])
})

test('HEAD has the length and no body', async () => {
  const r = await talk(port, 'HEAD /big?500 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', { head: true })
  assert.equal(r.final[0].headers['content-length'], '500')
  assert.equal(r.replies.rest.length, 0)
})

test('204 has neither body nor length', async () => {
  const r = await talk(port, get('/none') + get('/x'), { replies: 2 })
  assert.equal(r.final[0].headers['content-length'], undefined)
  assert.equal(String(r.final[1].body), 'GET /x\n')
})

test('1.0 keep-alive is confirmed', async () => {
  const r = await talk(port, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', { replies: 1 })
  assert.equal(r.final[0].headers.connection, 'keep-alive')
})

test('a reply header with a line end becomes a 500', async () => {
  const r = await talk(port, get('/inject'))
  assert.deepEqual(r.final.map(x => x.status), [500])
  assert.ok(!r.raw.includes('Set-Cookie'))
})

test('an unsupported coding is told which one is supported', async () => {
  const r = await talk(port, post('Content-Encoding: zstd\r\nContent-Length: 1\r\n', 'x'))
  assert.equal(r.final[0].headers['accept-encoding'], 'gzip')
})

// ── gzip ──

const gz = body => zlib.gzipSync(body)
const gzPost = body => Buffer.concat([Buffer.from(post(`Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n`)), body])

test('gzip bodies, whole and a byte at a time, by length and in chunks', async () => {
  const text = '涟漪'.repeat(50)
  for (const piece of [0, 1, 7]) {
    const r = await talk(port, gzPost(gz(text)), { piece, replies: 1 })
    assert.equal(String(r.final[0].body), 'POST /p\n' + text)
  }
  const g = gz(text)
  const chunked = Buffer.concat([Buffer.from(post('Content-Encoding: x-gzip\r\nTransfer-Encoding: chunked\r\n', `${g.length.toString(16)}\r\n`)), g, Buffer.from('\r\n0\r\n\r\n')])
  const r = await talk(port, chunked, { replies: 1 })
  assert.equal(String(r.final[0].body), 'POST /p\n' + text)
})

test('gzip that is cut, changed, doubled or followed by something is damaged', async () => {
  const g = gz('ripple '.repeat(100))
  const changed = Buffer.from(g)
  changed[g.length - 6] ^= 1
  const cases = { cut: g.subarray(0, g.length - 1), changed, doubled: Buffer.concat([g, g]), followed: Buffer.concat([g, Buffer.from('x')]), header: g.subarray(0, 5) }
  for (const [name, body] of Object.entries(cases)) {
    const r = await talk(port, gzPost(body))
    assert.deepEqual([name, r.final[0].status, String(r.final[0].body)], [name, 400, 'gzip_invalid\n'])
    assert.ok(r.closed)
  }
})

test('a gzip bomb is refused', async () => {
  const own = await startServer({ inflated_bytes: 1 << 20 })
  const bomb = gz(Buffer.alloc(200 << 20))
  for (let i = 0; i < 3; i++) {
    const r = await talk(own.port, gzPost(bomb))
    assert.deepEqual(r.final.map(x => x.status), [413])
  }
  assert.equal((await own.stop()).code, 0)
})

test('exactly the inflated cap is taken, one more is not', async () => {
  const own = await startServer({ inflated_bytes: 5000 })
  assert.equal((await talk(own.port, gzPost(gz(Buffer.alloc(5000))), { replies: 1 })).final[0].status, 200)
  assert.equal((await talk(own.port, gzPost(gz(Buffer.alloc(5001))))).final[0].status, 413)
  assert.equal((await own.stop()).code, 0)
})

const ACCEPT = [
  [undefined, false], ['gzip', true], ['GZIP', true], ['x-gzip', true], ['deflate, gzip;q=0.5', true], ['gzip;q=0', false], ['gzip;q=0.000', false],
  ['gzip; q=0.001', true], ['*', true], ['*;q=0', false], ['*, gzip;q=0', false], ['gzip;q=0, *', false], ['br', false], ['identity', false], ['', false],
]
for (const [accept, zipped] of ACCEPT)
  test(`Accept-Encoding ${accept}: ${zipped ? 'gzip' : 'plain'}`, async () => {
    const r = await talk(port, get('/big?5000', accept === undefined ? '' : `Accept-Encoding: ${accept}\r\n`), { replies: 1 })
    const x = r.final[0]
    assert.equal(x.headers['content-encoding'], zipped ? 'gzip' : undefined)
    assert.equal(x.headers.vary, 'Accept-Encoding')
    assert.equal((zipped ? zlib.gunzipSync(x.body) : x.body).length, 5000)
  })

test('small replies and replies that do not shrink are sent as they are', async () => {
  for (const target of ['/big?1024', '/noise?20000']) {
    const r = await talk(port, get(target, 'Accept-Encoding: gzip\r\n'), { replies: 1 })
    assert.equal(r.final[0].headers['content-encoding'], undefined)
  }
})

// ── time ──

test('dripped heads and bodies are cut with 408, idle and silent connections without a word', async () => {
  const own = await startServer({ header_ms: 300, body_ms: 400, idle_ms: 500 })
  const drip = (bytes, ms = 5000) => talk(own.port, bytes, { piece: 1, gap_ms: 30, ms })
  const [head, long, body, chunks, nothing, blank, between] = await Promise.all([
    drip(get('/' + 'a'.repeat(100))),
    talk(own.port, 'GET /long?' + 'a'.repeat(60000), { piece: 3000, gap_ms: 30, ms: 5000 }),
    talk(own.port, post('Content-Length: 100\r\n', 'x')),
    drip(post('Transfer-Encoding: chunked\r\n', '1\r\nx\r\n'.repeat(40))),
    talk(own.port, ''),
    drip('\r\n'.repeat(50)),
    talk(own.port, get('/slow') + 'GET /half'),
  ])
  for (const r of [head, long, body, chunks]) {
    assert.deepEqual(r.final.map(x => x.status), [408])
    assert.equal(r.final[0].headers.connection, 'close')
  }
  assert.deepEqual([nothing.raw.length, blank.raw.length], [0, 0])
  assert.deepEqual(between.final.map(x => x.status), [200, 408])
  assert.equal((await own.stop()).code, 0)
})

test('a request in work outlives the idle deadline', async () => {
  const own = await startServer({ idle_ms: 100, header_ms: 100, body_ms: 100 })
  assert.deepEqual((await talk(own.port, get('/slow'))).final.map(x => x.status), [200])
  assert.equal((await own.stop()).code, 0)
})

test('a reader that does not read is cut', async () => {
  const own = await startServer({ write_ms: 300 })
  const s = net.connect(own.port, '127.0.0.1')
  s.on('error', () => {})
  s.pause()
  s.write(get('/noise?30000000'))
  for (let i = 0; i < 60 && (await stats(own.port)).timeouts === 0; i++) await new Promise(r => setTimeout(r, 100))
  const now = await stats(own.port)
  assert.equal(now.timeouts, 1)
  s.destroy()
  assert.equal((await own.stop()).code, 0)
})

test('a slow reader of a large reply gets all of it', async () => {
  const s = net.connect(port, '127.0.0.1')
  s.write(get('/noise?8000000', 'Connection: close\r\n'))
  let n = 0
  for await (const d of s) {
    n += d.length
    if (n % 5 === 0) await new Promise(r => setTimeout(r, 1))
  }
  assert.ok(n > 8000000)
})

// ── ends ──

test('half-closed after a whole request: answered', async () => {
  const r = await talk(port, get('/slow?1') + get('/slow?2'), { half: true })
  assert.deepEqual(r.final.map(x => String(x.body)), ['GET /slow?1\n', 'GET /slow?2\n'])
})

test('half-closed inside a request: 400', async () => {
  for (const bytes of ['GET / HT', post('Content-Length: 5\r\n', 'hel'), post('Transfer-Encoding: chunked\r\n', '5\r\nhel')]) {
    const r = await talk(port, bytes, { half: true })
    assert.deepEqual(r.final.map(x => x.status), [400])
  }
})

test('reset in the middle of everything', async () => {
  const before = await stats(port)
  const starts = ['GET / HT', get('/slow'), get('/slow').repeat(30), get('/noise?9000000'), post('Content-Length: 500\r\n', 'x'), get('/stream'), get('/slow') + get('/stream')]
  await Promise.all(starts.flatMap(bytes => [0, 5, 50].map(ms => new Promise(resolve => {
    const s = net.connect(port, '127.0.0.1', () => {
      s.write(bytes)
      setTimeout(() => { s.resetAndDestroy(); resolve() }, ms)
    })
    s.on('error', () => {})
  }))))
  let now
  for (let i = 0; i < 50; i++) {
    now = await stats(port)
    if (now.open === 1 && now.streams === 0) break
    await new Promise(r => setTimeout(r, 50))
  }
  assert.deepEqual([now.open, now.streams], [1, 0])
  assert.ok(now.accepted >= before.accepted + starts.length * 3)
})

test('streams: whole, endless, in HTTP/1.0, with HEAD', async () => {
  const whole = await talk(port, get('/stream?3') + marker)
  assert.equal(String(whole.final[0].body), 'data: ripple\n\n'.repeat(3))
  assert.equal(whole.final.length, 1)
  const old = await new Promise(resolve => {
    let got = ''
    const s = net.connect(port, '127.0.0.1').on('data', d => { got += d }).on('end', () => resolve(got))
    s.write('GET /stream?2 HTTP/1.0\r\n\r\n')
  })
  assert.ok(old.endsWith('\r\n\r\n' + 'data: ripple\n\n'.repeat(2)))
  const head = await talk(port, 'HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n', { head: true })
  assert.equal(head.replies.rest.length, 0)
  const s = net.connect(port, '127.0.0.1')
  s.write(get('/stream'))
  for await (const d of s) if (String(d).includes('data: open')) break
  s.destroy()
  let now
  for (let i = 0; i < 50 && (now = await stats(port)).streams; i++) await new Promise(r => setTimeout(r, 20))
  assert.equal(now.streams, 0)
})

test('a stream nobody reads is cut at its bound', async () => {
  const own = await startServer({ stream_bytes: 10000 })
  const r = await talk(own.port, get('/slow') + get('/stream?2000'))
  assert.ok(r.closed)
  assert.equal((await stats(own.port)).streams, 0)
  assert.equal((await own.stop()).code, 0)
})

test('a thousand connections at once, each asks twice', async () => {
  const sockets = Array.from({ length: 1000 }, () => net.connect(port, '127.0.0.1'))
  for (const round of ['a', 'b'])
    await Promise.all(sockets.map((s, i) => new Promise((resolve, reject) => {
      s.removeAllListeners('error').on('error', reject)
      s.once('data', d => String(d).endsWith(`GET /${round}?${i}\n`) ? resolve() : reject(new Error(String(d))))
      s.write(get(`/${round}?${i}`))
    })))
  assert.ok((await stats(port)).open >= 1000)
  sockets.forEach(s => s.destroy())
})

test('more connections than allowed: 503 with Retry-After', async () => {
  const own = await startServer({ connections_max: 3 })
  const held = Array.from({ length: 3 }, () => net.connect(own.port, '127.0.0.1'))
  await Promise.all(held.map(s => new Promise(r => s.on('connect', r))))
  const r = await talk(own.port, get())
  assert.equal(r.final[0].status, 503)
  assert.equal(r.final[0].headers['retry-after'], '1')
  assert.equal(r.final[0].headers.connection, 'close')
  held.pop().destroy()
  for (let i = 0; ; i++) {
    const again = await talk(own.port, get('/', 'Connection: close\r\n'))
    if (again.final[0].status === 200 || i > 50) { assert.equal(again.final[0].status, 200); break }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  held.forEach(s => s.destroy())
  assert.equal((await own.stop()).code, 0)
})

test('bodies of all connections together are bounded', async () => {
  const own = await startServer({ memory_bytes: 1 << 20 })
  const held = Array.from({ length: 3 }, () => net.connect(own.port, '127.0.0.1'))
  held.forEach(s => s.write(post('Content-Length: 400000\r\n', 'x'.repeat(399999))))
  const statuses = await Promise.all(held.map(s => new Promise(resolve => {
    s.once('data', d => resolve(String(d).slice(9, 12)))
    setTimeout(() => s.write('x'), 300)
  })))
  assert.deepEqual(statuses.sort(), ['200', '200', '503'])
  held.forEach(s => s.destroy())
  assert.equal((await own.stop()).code, 0)
})

test('drain: what runs is answered and closed, idle ones hang up, nobody new gets in', async () => {
  const own = await startServer()
  const idle = net.connect(own.port, '127.0.0.1')
  const stream = net.connect(own.port, '127.0.0.1')
  stream.write(get('/stream'))
  await new Promise(r => stream.once('data', r))
  const ended = Promise.all([idle, stream].map(s => new Promise(r => { s.on('error', () => {}); s.on('close', r); s.resume() })))
  const running = talk(own.port, get('/slow?1') + get('/slow?2'))
  await new Promise(r => setTimeout(r, 100))
  const t0 = Date.now()
  const end = own.stop()
  const r = await running
  assert.deepEqual(r.final.map(x => x.status), [200, 200])
  assert.deepEqual(r.final.map(x => x.headers.connection), [undefined, 'close'])
  await ended
  assert.deepEqual(await end, { code: 0, signal: null, err: '' })
  assert.ok(Date.now() - t0 < 3000)
  await assert.rejects(talk(own.port, get()).then(x => { if (!x.final.length) throw new Error('refused') }))
})

test('drain: what never ends is cut after drain_ms', async () => {
  const own = await startServer({ drain_ms: 300 })
  const s = net.connect(own.port, '127.0.0.1')
  s.on('error', () => {})
  s.write(post('Content-Length: 10\r\n', 'x'))
  await new Promise(r => setTimeout(r, 100))
  assert.equal((await own.stop()).code, 0)
})
