// The opponent: what a team writes in an afternoon, done well. Node's http server and PostgreSQL: one transaction per request,
// one multi-row insert of the events (duplicates by message id ignored), new people inserted; acknowledged after the commit.
// usage: node node_pg.mjs PORT POSTGRES_SOCKET_DIR
import http from 'node:http'
import pg from 'pg'

const [port, host] = process.argv.slice(2)
const pool = new pg.Pool({ host, database: 'bench', user: 'bench', max: 16 })
await pool.query(`
  CREATE TABLE IF NOT EXISTS person (id bigserial PRIMARY KEY, user_id text UNIQUE NOT NULL);
  CREATE TABLE IF NOT EXISTS event (id bigserial PRIMARY KEY, message_id text UNIQUE NOT NULL, user_id text NOT NULL,
    kind text NOT NULL, at timestamptz NOT NULL, received timestamptz NOT NULL DEFAULT now(), props jsonb NOT NULL, context jsonb NOT NULL);
  CREATE INDEX IF NOT EXISTS event_by_person ON event (user_id, at)`)

async function store(batch) {
  const cols = [[], [], [], [], [], []]
  for (const e of batch) {
    if (e.type !== 'track' || !e.userId || !e.event) throw Object.assign(new Error('bad event'), { status: 400 })
    cols[0].push(e.messageId); cols[1].push(e.userId); cols[2].push(e.event); cols[3].push(e.timestamp)
    cols[4].push(JSON.stringify(e.properties ?? {})); cols[5].push(JSON.stringify(e.context ?? {}))
  }
  const c = await pool.connect()
  try {
    await c.query('BEGIN')
    await c.query({ name: 'person', text: 'INSERT INTO person (user_id) SELECT DISTINCT u FROM unnest($1::text[]) u ORDER BY u ON CONFLICT DO NOTHING' , values: [cols[1]] })
    await c.query({ name: 'event', text: `INSERT INTO event (message_id, user_id, kind, at, props, context)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::jsonb[], $6::jsonb[]) ON CONFLICT (message_id) DO NOTHING`, values: cols })
    await c.query('COMMIT')
  } catch (e) { await c.query('ROLLBACK'); throw e } finally { c.release() }
}

http.createServer((req, res) => {
  const chunks = []
  req.on('data', d => chunks.push(d))
  req.on('end', async () => {
    let status = 200, body = '{"success":true}'
    try { await store(JSON.parse(Buffer.concat(chunks)).batch) } catch (e) { status = e.status ?? 500; body = JSON.stringify({ error: e.message }) }
    res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    res.end(body)
  })
}).listen(+port, '127.0.0.1', () => console.log('ready'))
