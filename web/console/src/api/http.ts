/* One door to the server: problem+json becomes a Problem, every answer knows its age, an expired session is told to whoever listens. */

export class Problem extends Error {
  status: number; code: string; field?: string; requestId?: string; retryable: boolean; retryAfter?: number
  constructor(status: number, body: Partial<{ title: string; detail: string; code: string; field: string; request_id: string; retry: boolean }>, head?: Headers) {
    super(body.detail || body.title || String(status))
    this.status = status
    this.code = body.code || String(status)
    this.field = body.field || undefined
    this.requestId = body.request_id || head?.get('x-request-id') || undefined
    this.retryable = body.retry ?? (status === 0 || status === 429 || status >= 500)
    const after = Number(head?.get('retry-after'))
    this.retryAfter = after > 0 ? after : undefined
  }
}

export type Answer<T> = { data: T; ms: number; at: number; etag?: string }
export type Ask = { query?: object; body?: unknown; ifMatch?: string | number; key?: string; signal?: AbortSignal }

const lost = new Set<() => void>()
/** Called when the server says that nobody is logged in any more. */
export function onSessionLost(f: () => void) { lost.add(f); return () => { lost.delete(f) } }

function url(path: string, query?: object) {
  if (!query) return path
  const q = new URLSearchParams()
  for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== null && v !== '') q.set(k, String(v))
  const s = q.toString()
  return s ? `${path}?${s}` : path
}

/** crypto.randomUUID needs https; a console in a house network may not have it. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('')
}

export async function call<T>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': document.documentElement.lang === 'en' ? 'en' : 'zh' }
  if (ask.body !== undefined) headers['Content-Type'] = 'application/json'
  if (ask.ifMatch !== undefined) headers['If-Match'] = `"${ask.ifMatch}"`
  if (method === 'POST') headers['Idempotency-Key'] = ask.key ?? newKey()
  const t0 = performance.now()
  let r: Response
  try {
    r = await fetch(url(path, ask.query), {
      method, headers, credentials: 'same-origin', signal: ask.signal, body: ask.body === undefined ? undefined : JSON.stringify(ask.body),
    })
  } catch (e) {
    if (ask.signal?.aborted) throw e
    throw new Problem(0, { code: 'offline' })
  }
  const ms = Math.round(performance.now() - t0)
  const text = r.status === 204 ? '' : await r.text()
  let body: unknown
  try { body = text ? JSON.parse(text) : undefined } catch { throw new Problem(r.status || 0, { code: 'unreadable' }, r.headers) }
  if (!r.ok) {
    const p = new Problem(r.status, (body ?? {}) as object, r.headers)
    if (r.status === 401 && p.code !== 'login_failed') lost.forEach(f => f())
    throw p
  }
  return { data: body as T, ms, at: Date.now(), etag: r.headers.get('etag') ?? undefined }
}

export const get = <T>(path: string, query?: object, signal?: AbortSignal) => call<T>('GET', path, { query, signal })
