// The description is accepted by a validator that is not ours, and the client made from it compiles and works.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import ts from 'typescript'
import { generate } from '../../scripts/client.mjs'
import { startServer } from './server.mjs'

let server, api
before(async () => {
  server = await startServer()
  api = await (await fetch(server.url + '/openapi.json')).json()
})
after(() => server?.stop())

test('OpenAPI 3.1, says a validator', async () => {
  const v = new Validator(), r = await v.validate(structuredClone(api))
  assert.ok(r.valid, JSON.stringify(r.errors, null, 1)?.slice(0, 2000))
  assert.equal(v.version, '3.1')
})

test('every operation has what clients and tests rely on', () => {
  const ids = new Set()
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, op] of Object.entries(item)) {
      assert.ok(op.summary && op.tags.length === 1 && op['x-permission'] && op['x-idempotency'] && Array.isArray(op['x-errors']), `${method} ${path}`)
      assert.ok(!ids.has(op.operationId), op.operationId)
      ids.add(op.operationId)
      for (const [status, r] of Object.entries(op.responses)) if (Number(status) >= 400) assert.ok(r.content['application/problem+json'], `${method} ${path} ${status}`)
    }
  }
})

test('the TypeScript client compiles under strict rules and works', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lianyi-client-'))
  try {
    const source = generate(api), file = join(dir, 'client.ts')
    writeFileSync(file, source)
    const options = { strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, types: [] }
    const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options))
    assert.deepEqual(found.map(d => ts.flattenDiagnosticMessageText(d.messageText, '\n')), [])
    const js = join(dir, 'client.mjs')
    writeFileSync(js, ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } }).outputText)
    const { client, fetchSend, ApiProblem } = await import(js)
    const ly = client(fetchSend(server.url, { key: server.keys.admin, language: 'en' }))
    const staff = await ly.admin.get_staff()
    assert.ok(staff.items.length >= 1)
    const made = await ly.admin.post_staff({ login: 'client.test', name: '客户端', role: 'desk', password: 'long enough' })
    assert.equal((await ly.admin.patch_staff_by_id(made.id, { name: '新名' }, made.version)).name, '新名')
    await assert.rejects(ly.admin.patch_staff_by_id(made.id, { name: '旧' }, made.version), e => e instanceof ApiProblem && e.code === 'version_stale' && e.status === 412)
    await assert.rejects(ly.admin.post_staff({ login: 'client.test', name: 'x', role: 'desk', password: 'long enough' }), e => e.code === 'exists' && e.field === 'login')
    assert.equal(await ly.admin.delete_keys_by_id((await ly.admin.post_keys({ name: 'x', scope: 'read' })).about.id), undefined)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
