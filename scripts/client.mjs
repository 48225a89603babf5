#!/usr/bin/env node
// A typed TypeScript client from the server's own description: types per shape, one function per route, grouped by tag.
//
//   node scripts/client.mjs openapi.json [client.ts]        a file, "-" for standard input, or the address of a running server
//
// The file it writes needs nothing but fetch:
//
//   import { client, fetchSend, Problem } from './client'
//   const ly = client(fetchSend('', { language: 'zh' }))
//   const me = await ly.admin.get_session()
//   await ly.task.post_tasks_by_id_done(7, { outcome: 'reached' })        // its Idempotency-Key is made here
import { readFileSync, writeFileSync } from 'node:fs'

const pascal = s => s.split(/[^A-Za-z0-9]+/).filter(Boolean).map(w => w[0].toUpperCase() + w.slice(1)).join('')
const quote = s => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(s) ? s : JSON.stringify(s))
const comment = (s, indent) => (s ? `${indent}/** ${s.replaceAll('*/', '* /')} */\n` : '')

/** The TypeScript type of a JSON schema as the server writes them. */
export function typeOf(schema) {
  if (!schema) return 'unknown'
  if (schema.$ref) return pascal(schema.$ref.split('/').pop())
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.enum) return schema.enum.map(v => JSON.stringify(v)).join(' | ')
  const types = [schema.type].flat()
  return types.map(t => {
    switch (t) {
      case 'string': return 'string'
      case 'integer': case 'number': return 'number'
      case 'boolean': return 'boolean'
      case 'null': return 'null'
      case 'array': { const item = typeOf(schema.items); return /[ |]/.test(item) ? `(${item})[]` : `${item}[]` }
      case 'object': return schema.properties ? objectOf(schema, '  ') : 'Record<string, unknown>'
      default: return 'unknown'
    }
  }).join(' | ')
}

function objectOf(schema, indent) {
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(([name, s]) =>
    comment(s.description, indent) + `${indent}${s.readOnly ? 'readonly ' : ''}${quote(name)}${required.has(name) ? '' : '?'}: ${typeOf(s)}\n`)
  return `{\n${rows.join('')}${indent.slice(2)}}`
}

const parametersIn = (op, place) => (op.parameters ?? []).filter(p => p.in === place)

function queryType(op) {
  const query = parametersIn(op, 'query')
  if (!query.length) return null
  return `{ ${query.map(p => `${quote(p.name)}${p.required ? '' : '?'}: ${typeOf(p.schema)}`).join('; ')} }`
}

function bodyType(op) {
  const content = op.requestBody?.content
  return content ? (content['application/json'] ? typeOf(content['application/json'].schema) : content['application/octet-stream'] ? 'Blob' : 'string') : null
}

function replyType(op) {
  const content = Object.entries(op.responses).find(([status]) => status[0] === '2')?.[1].content
  if (!content) return 'void'
  return content['application/json']?.schema ? typeOf(content['application/json'].schema) : 'string'
}

function routeFunction(path, method, op) {
  const params = parametersIn(op, 'path'), query = queryType(op), body = bodyType(op)
  const versioned = parametersIn(op, 'header').some(p => p.name === 'If-Match')
  const keyed = op['x-idempotency'] === 'key'
  const args = [
    ...params.map(p => `${p.name}: ${typeOf(p.schema)}`),
    ...(body ? [`body: ${body}`] : []),
    ...(versioned ? ['version: number'] : []),
    ...(query ? [`query: ${query}${parametersIn(op, 'query').some(p => p.required) ? '' : ' = {}'}`] : []),
    'more: More = {}',
  ]
  const target = '`' + path.replace(/\{(\w+)\}/g, (_, name) => '${encodeURIComponent(' + name + ')}') + '`'
  const type = Object.keys(op.requestBody?.content ?? {}).find(t => t !== 'application/json' && t !== '*/*')
  const ask = [...(query ? ['query'] : []), ...(body ? ['body'] : []), ...(type ? [`type: '${type}'`] : []), ...(versioned ? ['version'] : []), ...(keyed ? ['keyed: true'] : []), '...more']
  return comment(`${op.summary} (${op['x-permission']}) Errors: ${op['x-errors'].join(', ')}.`, '      ') +
    `      ${op.operationId}: (${args.join(', ')}) => send<${replyType(op)}>('${method.toUpperCase()}', ${target}, { ${ask.join(', ')} }),\n`
}

const runtime = `
export type ErrorCode = CODES

/** What the server refused, and why: decide by \`code\`, show \`message\`. */
export class ApiProblem extends Error {
  constructor(readonly status: number, readonly code: ErrorCode | 'offline' | 'unreadable', message: string, readonly field?: string,
    readonly retry = false, readonly retryAfter?: number, readonly requestId?: string) { super(message) }
}

export interface More { signal?: AbortSignal; key?: string }
/** \`type\`: of a body that is no JSON and is sent as it is. */
export interface Ask extends More { query?: object; body?: unknown; type?: string; version?: number; keyed?: boolean }
export type Send = <T>(method: string, path: string, ask: Ask) => Promise<T>

/** 128 random bits. (crypto.randomUUID needs https.) */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('')

export function queryString(query: object = {}): string {
  const q = new URLSearchParams()
  for (const [name, v] of Object.entries(query)) if (v !== undefined && v !== null) q.set(name, Array.isArray(v) ? v.join(',') : String(v))
  const s = q.toString()
  return s && '?' + s
}

/** The plain transport: fetch, the browser's session or a key. */
export function fetchSend(base = '', options: { key?: string; language?: string } = {}): Send {
  return async <T>(method: string, path: string, ask: Ask): Promise<T> => {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (options.key) headers.Authorization = 'Bearer ' + options.key
    if (options.language) headers['Accept-Language'] = options.language
    if (ask.body !== undefined) headers['Content-Type'] = ask.type ?? 'application/json'
    if (ask.version !== undefined) headers['If-Match'] = '"' + ask.version + '"'
    if (ask.keyed) headers['Idempotency-Key'] = ask.key ?? newKey()
    let r: Response
    try {
      r = await fetch(base + path + queryString(ask.query), {
        method, headers, signal: ask.signal ?? null, credentials: 'same-origin', ...(ask.body === undefined ? {} : { body: ask.type ? (ask.body as BodyInit) : JSON.stringify(ask.body) }),
      })
    } catch (e) {
      if (ask.signal?.aborted) throw e
      throw new ApiProblem(0, 'offline', String(e), undefined, true)
    }
    const text = await r.text()
    const json = /json/.test(r.headers.get('content-type') ?? '')
    let data: unknown = text
    try { if (json) data = JSON.parse(text) } catch { throw new ApiProblem(r.status, 'unreadable', 'unreadable answer') }
    if (r.ok) return (r.status === 204 ? undefined : data) as T
    const p = (json ? data : {}) as Partial<Problem>
    throw new ApiProblem(r.status, (p.code as ErrorCode) ?? 'unreadable', p.detail ?? p.title ?? String(r.status), p.field, p.retry ?? false,
      Number(r.headers.get('retry-after')) || undefined, p.request_id)
  }
}
`

export function generate(api) {
  const groups = new Map(), codes = new Set()
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, op] of Object.entries(item)) {
      op['x-errors'].forEach(c => codes.add(c))
      if (op.responses['2XX']?.content?.['text/event-stream']) continue          // EventSource, not fetch
      const tag = op.tags[0]
      groups.set(tag, (groups.get(tag) ?? '') + routeFunction(path, method, op))
    }
  }
  const shapes = Object.entries(api.components.schemas).map(([name, s]) => `export interface ${pascal(name)} ${objectOf(s, '  ')}\n`)
  const tags = [...groups].map(([tag, body]) => `    ${quote(tag)}: {\n${body}    },\n`)
  return `// Made by scripts/client.mjs from the server's /openapi.json (${api.info.version}). Not to be edited.\n\n` + shapes.join('\n') +
    runtime.replace('CODES', [...codes].sort().map(c => `'${c}'`).join(' | ')) +
    `\nexport function client(send: Send) {\n  return {\n${tags.join('')}  }\n}\n`
}

async function read(from) {
  if (/^https?:/.test(from)) {
    const r = await fetch(from.endsWith('.json') ? from : new URL('/openapi.json', from))
    if (!r.ok) throw new Error(`${from}: ${r.status}`)
    return r.json()
  }
  return JSON.parse(readFileSync(from === '-' ? 0 : from, 'utf8'))
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const [from, to] = process.argv.slice(2)
  if (!from) { console.error('usage: client.mjs openapi.json|-|http://… [client.ts]'); process.exit(2) }
  const text = generate(await read(from))
  if (to) writeFileSync(to, text)
  else process.stdout.write(text)
}
