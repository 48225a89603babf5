// A raw client: bytes out exactly as given, replies parsed strictly, and a server of its own per test.
import { spawn } from 'node:child_process'
import net from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const program = process.env.ECHO_SERVER ?? path.join(here, '../../build/dev/tests/raw/echo_server')

// Starts a server with limits given by name; stop() resolves to its exit code and what it wrote to stderr (sanitizers write there).
export async function startServer(limits = {}) {
  const child = spawn(program, Object.entries(limits).map(([k, v]) => `${k}=${v}`), { stdio: ['pipe', 'pipe', 'pipe'] })
  let err = ''
  child.stderr.on('data', d => { err += d })
  for (const x of [child, child.stdin, child.stdout, child.stderr]) x.unref()        // a failed test must not hang on its server
  const exited = new Promise(resolve => child.on('exit', (code, signal) => resolve({ code, signal, err })))
  const port = await new Promise((resolve, reject) => {
    child.ref()
    child.stdout.once('data', d => resolve(Number(String(d))))
    exited.then(e => reject(new Error(`server ended: ${JSON.stringify(e)}`)))
  })
  child.unref()
  return { port, pid: child.pid, exited, stop: () => { child.ref(); child.kill('SIGTERM'); return exited } }
}

// Cuts whole replies off `data`. Throws on anything that is not strict HTTP/1.1.
export function parseReplies(data, { head = false, closed = false } = {}) {
  const replies = []
  let at = 0
  while (at < data.length) {
    const end = data.indexOf('\r\n\r\n', at)
    if (end < 0) break
    const [line, ...rows] = data.subarray(at, end).toString('latin1').split('\r\n')
    const m = /^HTTP\/1\.1 (\d{3}) [ -~]*$/.exec(line)
    if (!m) throw new Error(`no status line: ${JSON.stringify(line)}`)
    const reply = { status: Number(m[1]), headers: {}, body: Buffer.alloc(0) }
    for (const row of rows) {
      const h = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\t\x20-\x7e\x80-\xff]*)$/.exec(row)
      if (!h) throw new Error(`no header: ${JSON.stringify(row)}`)
      const name = h[1].toLowerCase()
      if (name in reply.headers && name !== 'set-cookie') throw new Error(`header twice: ${name}`)
      reply.headers[name] = h[2]
    }
    at = end + 4
    const bodyless = head || reply.status < 200 || reply.status === 204 || reply.status === 304
    if (!bodyless && reply.headers['transfer-encoding'] === 'chunked') {
      const parts = []
      for (;;) {
        const eol = data.indexOf('\r\n', at)
        if (eol < 0) return replies
        const n = parseInt(data.subarray(at, eol).toString(), 16)
        if (data.length < eol + 2 + n + 2) { reply.partial = true; break }
        parts.push(data.subarray(eol + 2, eol + 2 + n))
        at = eol + 2 + n + 2
        if (n === 0) break
      }
      reply.body = Buffer.concat(parts)
      if (reply.partial) { if (closed) replies.push(reply); break }
    } else if (!bodyless) {
      const n = Number(reply.headers['content-length'])
      if (!Number.isInteger(n)) throw new Error('no length')
      if (data.length < at + n) { if (closed) replies.push({ ...reply, partial: true }); break }
      reply.body = data.subarray(at, at + n)
      at += n
    }
    replies.push(reply)
  }
  replies.rest = data.subarray(at)
  return replies
}

// Sends and collects until the server hangs up, or `replies` final replies are there.
// pieces: how to cut the bytes: a size, or 0 for one write. half: close our side after sending. gap_ms: pause between pieces.
export function talk(port, bytes, { replies = Infinity, piece = 0, gap_ms = 0, half = false, head = false, ms = 8000 } = {}) {
  const out = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1')
  return new Promise((resolve, reject) => {
    const s = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    let got = Buffer.alloc(0), done = false, reset = false
    const timer = setTimeout(() => finish(new Error(`nothing more after ${ms} ms; have ${JSON.stringify(got.subarray(0, 300).toString('latin1'))}`)), ms)
    const finish = (error, closed) => {
      if (done) return
      done = true
      clearTimeout(timer)
      s.destroy()
      if (error) return reject(error)
      try {
        const all = parseReplies(got, { head, closed })
        resolve({ replies: all, final: all.filter(r => r.status >= 200), closed, reset, raw: got })
      } catch (e) { reject(e) }
    }
    s.on('data', d => {
      got = Buffer.concat([got, d])
      try {
        if (parseReplies(got, { head }).filter(r => r.status >= 200).length >= replies) finish(null, false)
      } catch (e) { finish(e) }
    })
    s.on('end', () => finish(null, true))
    s.on('error', () => { reset = true })
    s.on('close', () => finish(null, true))
    const sleep = t => new Promise(r => t ? setTimeout(r, t) : setImmediate(r))
    ;(async () => {
      if (!piece) s.write(out)
      else for (let i = 0; i < out.length && !done && !s.destroyed; i += piece) {
        s.write(out.subarray(i, i + piece))
        await sleep(gap_ms)
      }
      if (half && !done) s.end()
    })()
  })
}

export async function stats(port) {
  const r = await talk(port, 'GET /stats HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  return Object.fromEntries(String(r.final[0].body).trim().split('\n').map(l => l.split(' ')).map(([k, v]) => [k, Number(v)]))
}
