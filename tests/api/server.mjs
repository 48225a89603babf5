// Where the tests of this folder send their requests: LIANYI_URL with LIANYI_KEYS ({"admin":"lyk_…","write":…,"read":…,"ingest":…})
// and LIANYI_LOGIN, LIANYI_PASSWORD; with LIANYI_TARGET=brand a brand of its own; or else the probe server of the build.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lianyi, startBrand } from '../lib/brand.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export async function startServer() {
  if (process.env.LIANYI_URL) {
    return {
      url: process.env.LIANYI_URL.replace(/\/$/, ''), keys: JSON.parse(process.env.LIANYI_KEYS ?? '{}'),
      login: process.env.LIANYI_LOGIN, password: process.env.LIANYI_PASSWORD, stop: async () => {},
    }
  }
  if (process.env.LIANYI_TARGET === 'brand') {
    // An empty brand: in a living one promises fall due meanwhile, and what changed by itself could not be told from what was written.
    const brand = await startBrand(), keys = {}
    for (const scope of ['ingest', 'read', 'write', 'admin']) keys[scope] = (await lianyi('key', brand.dir, '--scope', scope, '--name', 'api tests')).trim()
    return { url: brand.url, keys, login: brand.login, password: brand.password, stop: () => brand.stop() }
  }
  const child = spawn(process.env.LIANYI_PROBE ?? join(root, 'build/dev/tests/api/probe_server'), { stdio: ['pipe', 'pipe', 'ignore'] })
  const told = await new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', d => { text += d; if (text.includes('\n')) resolve(JSON.parse(text)) })
    child.on('error', reject)
    child.on('exit', code => reject(new Error(`probe_server ended with ${code}`)))
  })
  const ended = new Promise(r => child.once('exit', r))
  return { ...told, stop: async () => { child.stdin.end(); const code = await ended; if (code !== 0) throw new Error(`probe_server ended with ${code}`) } }
}

/** Keys of the same scope, taken in turn: each has a rate limit of its own. */
export async function keyRing(server, scope, n) {
  const keys = [server.keys[scope]]
  for (let i = 1; i < n; i++) {
    const r = await fetch(server.url + '/api/v1/keys', {
      method: 'POST', headers: { Authorization: 'Bearer ' + server.keys.admin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: `negative suite ${i}`, scope }),
    })
    if (r.status !== 201) throw new Error(`no key: ${r.status} ${await r.text()}`)
    keys.push((await r.json()).key)
  }
  let turn = 0
  return () => keys[turn++ % keys.length]
}
