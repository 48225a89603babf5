/* Declared records: what the server says of them, and rows as they come. Pages are made of nothing else. */
import { useRead } from '../../api/read'
import { ly, send } from '../../api/http'
import type { RecordFieldInfo, RecordInfo } from '../../api/types'

export type Row = { id: number; version: number; created: string; changed: string; archived?: string } & Record<string, unknown>
export type RowPage = { items: Row[]; total: number; more_than_total: boolean; next?: string }
export type Lang = 'zh' | 'en'
/** Money is counted in fen by the server and shown in yuan: its name here does not say fen. */
export const nameOf = (x: { zh: string; en: string; kind?: string }, lang: string) => {
  const name = lang === 'zh' ? x.zh : x.en
  return x.kind === 'money' ? name.replace(/（分）$| fen$/, '') : name
}
/** Many of a kind: English names of records take an s, every one of them. */
export const namesOf = (x: { zh: string; en: string }, lang: string) => (lang === 'zh' ? x.zh : `${x.en}s`)
export const field = (k: RecordInfo, name: string) => k.fields.find(f => f.name === name)
export const stateOf = (k: RecordInfo, r: Row) => (k.state ? String(r[k.state] ?? '') : '')
/** States it may come to from here. */
export const movesOf = (k: RecordInfo, r: Row) => k.moves.filter(m => m.from === stateOf(k, r)).map(m => m.to)
export const choiceOf = (f: RecordFieldInfo | undefined, value: unknown, lang: string) => {
  const c = f?.choices?.find(x => x.value === value)
  return c ? nameOf(c, lang) : String(value ?? '')
}

export function useKinds() {
  return useRead('records', signal => ly.record.get_records({ signal }))
}
export const api = {
  list: (k: RecordInfo, query: object, signal?: AbortSignal) => send<RowPage>('GET', `/api/v1/${k.path}`, { query, signal }),
  get: (k: RecordInfo, id: number, signal?: AbortSignal) => send<Row>('GET', `/api/v1/${k.path}/${id}`, { signal }),
  create: (k: RecordInfo, body: object) => send<Row>('POST', `/api/v1/${k.path}`, { body, keyed: true }),
  change: (k: RecordInfo, r: Row, body: object) => send<Row>('PATCH', `/api/v1/${k.path}/${r.id}`, { body, version: r.version }),
  archive: (k: RecordInfo, r: Row) => send<void>('DELETE', `/api/v1/${k.path}/${r.id}`, { version: r.version }),
  restore: (k: RecordInfo, r: Row) => send<Row>('PUT', `/api/v1/${k.path}/${r.id}/restored`, { version: r.version }),
  importCsv: (k: RecordInfo, body: string, query: object) =>
    send<import('../../api/types').RecordImportView>('POST', `/api/v1/${k.path}/import`, { body, type: 'text/csv', query, keyed: true }),
}

/** Names of what ids stand for: one page of each record referred to, which is all of a brand's stores. */
export function useRefs(k: RecordInfo | undefined, kinds: RecordInfo[]): Map<string, string> {
  const wanted = [...new Set((k?.fields ?? []).flatMap(f => (f.kind === 'record' && f.ref ? [f.ref] : [])))]
  const read = useRead(wanted.length ? `refs ${wanted.join()}` : null, async signal => {
    const out = new Map<string, string>()
    for (const ref of wanted) {
      const other = kinds.find(x => x.name === ref)
      if (!other) continue
      const page = await api.list(other, { limit: 100, archived: true }, signal)
      page.items.forEach(r => out.set(`${ref} ${r.id}`, String(r.name ?? r[other.key])))
    }
    return out
  })
  return read.data ?? new Map()
}
