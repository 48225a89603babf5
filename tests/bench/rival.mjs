// The rival: Node's http server and PostgreSQL doing the same durable job (node_pg.mjs), in the same run.
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../lib/brand.mjs'
import { people } from './small.mjs'
import { latency, load, number, row } from './tools.mjs'

const seconds = +(process.env.SECONDS_EACH ?? 8)

export async function rival(ours) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-pg-'))
  const bin = '/usr/lib/postgresql/' + readdirSync('/usr/lib/postgresql').sort((a, b) => b - a)[0] + '/bin'
  const asRoot = process.getuid() === 0
  const pgid = asRoot ? [+execFileSync('id', ['-u', 'postgres']), +execFileSync('id', ['-g', 'postgres'])] : null
  if (asRoot) chownSync(dir, ...pgid)
  const who = asRoot ? { uid: pgid[0], gid: pgid[1] } : {}
  const data = join(dir, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '--auth=trust', '-E', 'UTF8'], { ...who, stdio: 'ignore', cwd: dir })
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', dir, '-c', 'listen_addresses=', '-c', 'shared_buffers=256MB', '-c', 'max_wal_size=2GB', '-c', 'synchronous_commit=on', '-c', 'fsync=on'], { ...who, stdio: 'ignore', cwd: dir })
  const wait = ms => new Promise(r => setTimeout(r, ms))
  for (let i = 0; i < 100; i++) { try { execFileSync(join(bin, 'createdb'), ['-h', dir, '-U', 'bench', 'bench'], { stdio: 'ignore' }); break } catch { await wait(200) } }
  const node = spawn(process.execPath, [join(root, 'tests/bench/node_pg.mjs'), '7931', dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise(r => node.stdout.once('data', r))
  for (const [batch, clients] of [[100, 16], [1, 16], [1, 1]]) {
    const r = load('127.0.0.1:7931', 'x', 'ingest', batch, clients, seconds, `people=${people}`)
    row(`Node + PostgreSQL: events/s, batches of ${batch}, ${clients} client${clients > 1 ? 's' : ''}`, number(r.per_second), latency(r))
    row(`  Lianyi is faster by`, `${(ours[`${batch}/${clients}`].per_second / r.per_second).toFixed(1)} ×`, 'same load, same run')
  }
  node.kill(); server.kill('SIGINT')
  await wait(1500)
  rmSync(dir, { recursive: true, force: true })
}
