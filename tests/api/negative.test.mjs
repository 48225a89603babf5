// Every route × every field: what must be refused is refused with the declared error, naming the field, and nothing is written.
// Made from /openapi.json, so a route that is added is tried without anybody writing a line.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { refusedMembers, refusedQuery, resolver, valid } from './cases.mjs'
import { keyRing, startServer } from './server.mjs'

let server, api, resolve, key, cookie, routes, before_

const FOREIGN_ID = '9007199254740991'
let count = 0

async function send(route, { path = route.path.replace(/\{[^}]+\}/g, FOREIGN_ID), query = '', headers = {}, body, auth } = {}) {
  const h = { 'Accept-Language': 'en', ...headers }
  const credentials = auth === undefined ? 'Bearer ' + key() : auth
  if (credentials) h.Authorization = credentials
  if (body !== undefined && h['Content-Type'] === undefined) h['Content-Type'] = 'application/json'
  const r = await fetch(server.url + path + query, { method: route.method, headers: h, body, redirect: 'manual' })
  const text = await r.text()
  count++
  let json
  try { json = JSON.parse(text) } catch { /* not all answers are JSON */ }
  return { status: r.status, text, json, headers: r.headers }
}

function sendFrom(localAddress, route, headers) {
  count++
  return new Promise((resolve, reject) => {
    const rq = request(server.url + route.path.replace(/\{[^}]+\}/g, FOREIGN_ID), { method: route.method, localAddress, headers: { 'Accept-Language': 'en', ...headers } }, res => {
      let text = ''
      res.setEncoding('utf8').on('data', d => { text += d }).on('end', () => {
        let json
        try { json = JSON.parse(text) } catch { /* told() says what came instead */ }
        resolve({ status: res.statusCode, text, json, headers: new Headers(Object.entries(res.headers).map(([k, v]) => [k, String(v)])) })
      })
    })
    rq.on('error', reject).end()
  })
}

/** Headers of a request that would otherwise be complete. */
const complete = route => ({
  ...(route.keyed ? { 'Idempotency-Key': `negative-${process.pid}-${count}` } : {}), ...(route.versioned ? { 'If-Match': '"0"' } : {}),
})

function told(route, what, answer, code, field) {
  const p = answer.json ?? {}
  const ok = p.code === code && answer.status === p.status && answer.headers.get('content-type').startsWith('application/problem+json') &&
    (field === undefined || p.field === field)
  return ok ? [] : [`${route.name} ${what}: expected ${code}${field ? ` of ${field}` : ''}, got ${answer.status} ${answer.text.slice(0, 200)}`]
}

async function each(list, of) {
  const bad = [], queue = [...list]
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let item; (item = queue.shift());) bad.push(...await of(item))
  }))
  assert.deepEqual(bad.slice(0, 20), [], `${bad.length} wrong`)
}

/** What can be read, as fingerprints. Answers that differ by themselves (clocks, counters) are left out. */
async function readable() {
  const out = new Map()
  for (const route of routes.filter(r => r.method === 'GET' && r.json && !r.path.includes('{') && r.permission !== 'self' && !r.query.some(p => p.required))) {
    const a = await send(route)
    if (a.status === 200) out.set(route.name, createHash('sha256').update(a.text).digest('hex'))
  }
  const metrics = await send({ method: 'GET', path: '/metrics' })
  out.set('events', /^lianyi_event_head (\d+)/m.exec(metrics.text)?.[1])
  return out
}

before(async () => {
  server = await startServer()
  api = await (await fetch(server.url + '/openapi.json')).json()
  resolve = resolver(api)
  key = await keyRing(server, 'admin', 12)
  routes = Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item).map(([method, op]) => ({
    path, method: method.toUpperCase(), name: `${method.toUpperCase()} ${path}`, op, permission: op['x-permission'], errors: op['x-errors'],
    body: op.requestBody?.content['application/json']?.schema, lenient: Boolean(op['x-lenient'] || (op.requestBody && !op.requestBody.content['application/json'])),
    sink: op.tags?.includes('sensorsdata') || path.endsWith('/sink'),
    keyed: op['x-idempotency'] === 'key', versioned: op['x-errors'].includes('version_required'),
    query: (op.parameters ?? []).filter(p => p.in === 'query'), ids: (op.parameters ?? []).filter(p => p.in === 'path' && p.schema.type === 'integer'),
    json: Boolean(op.responses['2XX']?.content?.['application/json']), stream: Boolean(op.responses['2XX']?.content?.['text/event-stream']),
  })))
  if (server.login) {
    const r = await fetch(server.url + '/api/v1/session', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login: server.login, password: server.password }),
    })
    assert.equal(r.status, 201, await r.text())
    cookie = r.headers.get('set-cookie').split(';')[0]
  }
  const first = await readable(), second = await readable()
  before_ = new Map([...first].filter(([name, v]) => second.get(name) === v))
  assert.ok(routes.length > 5 && before_.size > 1, 'too little to try')
})

after(async () => { await server?.stop() })

// Routes one must be a person to call are tried with a session where there is one.
const asCaller = route => route.permission === 'self' ? { auth: null, headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' } } : { headers: {} }
const callable = route => route.permission !== 'self' || cookie
const ofBody = () => routes.filter(r => r.body && callable(r))

test('bodies: every field', () => each(
  ofBody().flatMap(route => [...refusedMembers(resolve(route.body), resolve)].map(c => [route, ...c])),
  async ([route, body, code, field]) => {
    const who = asCaller(route)
    return told(route, JSON.stringify(body).slice(0, 120), await send(route, { ...who, headers: { ...who.headers, ...complete(route) }, body: JSON.stringify(body) }), code, field)
  }))

test('bodies: as a whole', () => each(
  ofBody().flatMap(route => {
    const good = JSON.stringify(valid(route.body, resolve)), name = Object.keys(resolve(route.body).properties)[0]
    const twice = name && `{${JSON.stringify(name)}:${JSON.stringify(valid(resolve(route.body).properties[name], resolve))},${good.slice(1)}`
    return [
      [route, undefined, 'body_required'], [route, '[]', 'field_type', '$'], [route, '{', 'json_invalid'], [route, good + 'x', 'json_invalid'],
      [route, '['.repeat(40) + ']'.repeat(40), 'json_too_deep'], [route, good, 'media_type', undefined, { 'Content-Type': 'text/plain' }],
      ...(name && name in valid(route.body, resolve) ? [[route, twice, 'field_duplicate', name]] : []),
    ]
  }),
  async ([route, body, code, field, headers]) => {
    const who = asCaller(route)
    return told(route, String(body).slice(0, 60), await send(route, { ...who, headers: { ...who.headers, ...complete(route), ...headers }, body }), code, field)
  }))

test('queries', () => each(
  routes.filter(r => !r.lenient && callable(r)).flatMap(route => [...refusedQuery(route.query, resolve)].map(c => [route, ...c])),
  async ([route, query, code, field]) => told(route, query.slice(0, 80), await send(route, { ...asCaller(route), query }), code, field)))

test('ids in the path: no number, not above zero, too large', () => each(
  routes.filter(r => r.ids.length && callable(r)).flatMap(route => ['0', '-1', 'x', '1.0', '9223372036854775808'].map(id => [route, id])),
  async ([route, id]) => told(route, id, await send(route, { ...asCaller(route), path: route.path.replace(/\{[^}]+\}/g, id) }), 'not_found')))

test('ids of nobody: refused with a declared error', () => each(
  routes.filter(r => r.ids.length && callable(r) && !r.stream && !r.path.startsWith('/probe/')),
  async route => {
    const who = asCaller(route)
    const query = route.query.some(p => p.required) ? '?' + new URLSearchParams(route.query.filter(p => p.required).map(p => [p.name, String(valid(p.schema, resolve))])) : ''
    const a = await send(route, { ...who, query, headers: { ...who.headers, ...complete(route) },
      body: route.body ? JSON.stringify(valid(route.body, resolve)) : undefined })
    return a.status >= 400 && a.status < 500 && route.errors.includes(a.json?.code) ? [] : [`${route.name}: ${a.status} ${a.text.slice(0, 200)}`]
  }))

test('credentials: none, and a key of another scope', () => each(
  routes.filter(r => r.permission !== 'public').flatMap(route => [
    [route, null, 'unauthenticated'],
    [route, 'Bearer ' + server.keys[route.permission === 'ingest' ? 'read' : 'ingest'], route.sink ? 'key_invalid' : 'forbidden'],
  ]),
  async ([route, auth, code]) => told(route, String(auth).slice(0, 12), await send(route, { auth, body: route.method === 'GET' ? undefined : '{}' }), code)))

// Wrong credentials are limited per address, so every twenty routes are tried from a loopback address of their own.
test('credentials: wrong key, expired session', () => each(
  routes.filter(r => r.permission !== 'public' && !r.lenient).flatMap((route, i) => [
    [route, i, { Authorization: 'Bearer lyk_' + 'a'.repeat(32) }, 'key_invalid'],
    [route, i, { Cookie: 'ly_session=' + 'a'.repeat(43), 'Sec-Fetch-Site': 'same-origin' }, 'session_expired'],
  ]),
  async ([route, i, headers, code]) => told(route, code, await sendFrom(`127.0.0.${2 + Math.floor(i / 20)}`, route, headers), code)))

test('writes of a browser from elsewhere', t => {
  if (!cookie) return t.skip('no login given')
  return each(
    routes.filter(r => r.method !== 'GET' && !r.lenient).flatMap(route => [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://evil.example' }].map(headers => [route, headers])),
    async ([route, headers]) => told(route, JSON.stringify(headers), await send(route, { auth: null, headers: { Cookie: cookie, ...headers } }), 'csrf'))
})

test('idempotency keys: missing, unusable', () => each(
  ofBody().filter(r => r.keyed).flatMap(route => [
    [route, {}, 'idempotency_key_required'], [route, { 'Idempotency-Key': 'a b' }, 'idempotency_key_invalid'],
    [route, { 'Idempotency-Key': 'a'.repeat(129) }, 'idempotency_key_invalid'],
  ]),
  async ([route, headers, code]) => told(route, code, await send(route, { headers, body: JSON.stringify(valid(route.body, resolve)) }), code)))

test('versions: missing', () => each(
  ofBody().filter(r => r.versioned),
  async route => told(route, 'If-Match', await send(route, { body: JSON.stringify(valid(route.body, resolve)) }), 'version_required')))

test('methods a path does not know', () => each(
  Object.keys(api.paths).flatMap(path => ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(m => !api.paths[path][m.toLowerCase()]).map(method => ({ path, method, name: `${method} ${path}` }))),
  async route => {
    const a = await send(route)
    return [...told(route, 'method', a, 'method_not_allowed'), ...(a.headers.get('allow') ? [] : [`${route.name}: no Allow`])]
  }))

test('none of it wrote anything', async () => {
  const now = await readable()
  for (const [name, was] of before_) assert.equal(now.get(name), was, `${name} changed`)
  console.log(`# ${count} requests over ${routes.length} routes, ${before_.size} answers compared`)
})

// From here on there are writes.
test('the same key: the same answer once more, never for another body', () => each(
  ofBody().filter(r => r.keyed && !r.ids.length),
  async route => {
    const headers = { 'Idempotency-Key': `replay-${process.pid}-${route.name.replace(/\W/g, '')}` }, auth = 'Bearer ' + server.keys.admin
    const good = { ...valid(route.body, resolve) }
    const first = await send(route, { headers, auth, body: JSON.stringify(good) })
    if (first.status >= 300) return first.status < 500 && route.errors.includes(first.json?.code) ? [] : [`${route.name}: ${first.status} ${first.text.slice(0, 200)}`]
    const second = await send(route, { headers, auth, body: JSON.stringify(good) })
    const other = await send(route, { headers, auth, body: JSON.stringify(good) + ' ' })
    return [
      ...(second.status === first.status && second.text === first.text && second.headers.get('idempotent-replay') === 'true' ? []
        : second.json?.code === 'idempotency_done' ? [] : [`${route.name}: replay gave ${second.status} ${second.text.slice(0, 200)}`]),
      ...told(route, 'another body', other, 'idempotency_mismatch'),
    ]
  }))
