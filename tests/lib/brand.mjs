// A brand of its own for a test: a fresh data directory, a server on a free port, its keys and its login.
import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
// Tests run what they are given: the sanitized build by default.
export const binary = process.env.LIANYI ?? join(root, 'build/dev/lianyi')

export async function lianyi(...args) {
  const { stdout } = await run(binary, args, { maxBuffer: 1 << 28 })
  return stdout
}

/** Creates a brand (or copies one: `from`) and serves it. kill() is kill -9; restart() serves the same directory again. */
export async function startBrand({ demo = false, env = {}, listen = '127.0.0.1:0', from } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'lianyi-test-'))
  const data = join(dir, 'brand')
  if (from) cpSync(from, data, { recursive: true })
  const out = from ? '' : await lianyi('init', data, ...(demo ? ['--demo'] : []))
  const login = /login:\s*(\S+)/.exec(out)?.[1], password = /password:\s*(\S+)/.exec(out)?.[1]
  const brand = { dir: data, login, password, url: '', process: null, log: '' }

  brand.start = () => new Promise((resolve, reject) => {
    const child = spawn(binary, ['serve', data, '--listen', listen], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    brand.process = child
    let told = ''
    const timer = setTimeout(() => reject(new Error('the server did not say its address:\n' + told + brand.log)), 30000)
    child.stdout.on('data', d => {
      told += d
      const m = /http:\/\/[\d.]+:\d+/.exec(told)
      if (m) { clearTimeout(timer); brand.url = m[0]; resolve(brand) }
    })
    child.stderr.on('data', d => { brand.log += d; if (brand.log.length > 1 << 20) brand.log = brand.log.slice(-(1 << 19)) })
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      brand.exited = { code, signal }
      reject(new Error(`the server ended (${code ?? signal}):\n${brand.log}`))
    })
  })
  const ended = child => new Promise(r => child.exitCode !== null || child.signalCode !== null ? r() : child.once('exit', r))
  brand.kill = async () => { brand.process.kill('SIGKILL'); await ended(brand.process) }
  brand.restart = async () => { await brand.kill(); return brand.start() }
  // Orderly: the exit code must be 0, so that leaks and sanitizer reports fail the test that caused them.
  brand.stop = async ({ keep = !!process.env.KEEP } = {}) => {
    brand.process.kill('SIGTERM')
    await ended(brand.process)
    const { code } = brand.exited
    if (!keep) rmSync(dir, { recursive: true, force: true })
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${brand.log.slice(-8000)}`)
  }
  brand.key = async (scope, name = scope) => (await lianyi('key', data, '--scope', scope, '--name', name)).trim()
  brand.query = async question => {
    const child = spawn(binary, ['query', data, '-'], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.end(JSON.stringify(question))
    let text = ''
    for await (const d of child.stdout) text += d
    return JSON.parse(text)
  }
  brand.doctor = () => lianyi('doctor', data)
  /** JSON in, {status, body, headers} out. */
  brand.call = async (method, path, { body, key, cookie, headers = {} } = {}) => {
    const res = await fetch(brand.url + path, {
      method, redirect: 'manual',
      headers: { ...(body !== undefined ? { 'content-type': 'application/json' } : {}), ...(key ? { authorization: `Bearer ${key}` } : {}), ...(cookie ? { cookie } : {}), ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    })
    const text = await res.text()
    let parsed = text
    try { parsed = JSON.parse(text) } catch { /* not JSON: as it is */ }
    return { status: res.status, body: parsed, headers: res.headers }
  }
  brand.session = async () => {
    const res = await brand.call('POST', '/api/v1/session', { body: { login: brand.login, password: brand.password }, headers: { 'sec-fetch-site': 'same-origin' } })
    if (res.status >= 300) throw new Error(`login: ${res.status} ${JSON.stringify(res.body)}`)
    return res.headers.get('set-cookie').split(';')[0]
  }
  return brand.start()
}

/** Waits until fn gives something true, at most `ms`. For what happens after a reply (never for what a reply promises). */
export async function until(fn, ms = 10000, what = 'the condition') {
  const end = Date.now() + ms
  for (;;) {
    const got = await fn()
    if (got) return got
    if (Date.now() > end) throw new Error(`${what} did not come true within ${ms} ms`)
    await new Promise(r => setTimeout(r, 50))
  }
}
