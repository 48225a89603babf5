import { useState, type ReactNode } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { Drawer } from 'antd'
import { Download, Filter, Plus, Upload, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../../api/read'
import { useNames } from '../../api/names'
import { queryString } from '../../api/client'
import type { RecordFieldInfo, RecordInfo } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { rich } from '../../text/rich'
import { Empty, N, useKeys, useNarrow, usePersonName } from '../../ui'
import { List, type Column } from '../../ui/list'
import { Menu, Pop } from '../../ui/pop'
import { Part, Rows } from '../../ui/states'
import { Cell, type Known } from './cell'
import { Import } from './import'
import { api, choiceOf, field, nameOf, useRefs, type Row, type RowPage } from './model'
import { Facts, Moves } from './one'

const COLUMNS = 7
type Props = { k: RecordInfo; kinds: RecordInfo[]; at: string; title: string; tabs: ReactNode }

export function RecordList({ k, kinds, at, title, tabs }: Props) {
  const { t, i18n } = useTranslation('records')
  const f = useFormat(), narrow = useNarrow(), nav = useNavigate(), { may } = useSession()
  const [params, setParams] = useSearchParams()
  const [importing, setImporting] = useState(false)
  const conditions = k.fields.filter(x => x.filter && params.get(x.name)).map(x => ({ f: x, value: params.get(x.name) as string }))
  const query = { ...Object.fromEntries(conditions.map(c => [c.f.name, c.value])), ...(params.get('archived') ? { archived: true } : {}) }
  const pages = usePages<Row, RowPage>(`${k.path} ${JSON.stringify(query)}`, (cursor, signal) => api.list(k, { ...query, cursor }, signal))
  const rows = pages.data?.items ?? []
  const put = (name: string, value?: string) => setParams(p => { const q = new URLSearchParams(p); if (value) q.set(name, value); else q.delete(name); if (name !== 'peek') q.delete('peek'); return q }, { replace: name === 'peek' })
  const here = rows.findIndex(r => r.id === Number(params.get('peek')))
  const known: Known = { refs: useRefs(k, kinds), people: useNames(rows.flatMap(r => (r.person ? [Number(r.person)] : []))) }
  useKeys({
    j: () => rows.length && put('peek', String(rows[Math.min(rows.length - 1, here + 1)].id)),
    k: () => rows.length && put('peek', String(rows[Math.max(0, here - 1)].id)),
    Enter: () => { if (here >= 0) void nav(`${at}/${rows[here].id}`) },
  })
  const main = k.fields.find(x => x.name === 'name') ?? (field(k, k.key) as RecordFieldInfo)
  const rest = [...k.fields.filter(x => x.filter && x !== main), ...k.fields.filter(x => !x.filter && x !== main)].filter(x => x.name !== k.key || main.name === k.key).slice(0, COLUMNS - 1)
  const text = (r: Row) => String(r[main.name] ?? `#${r.id}`)
  const columns: Column<Row>[] = [
    { key: 'main', title: nameOf(main, i18n.language), cell: r => <span className="col"><Link className="m el" to={`${at}/${r.id}`}>{text(r)}</Link>{main.name !== k.key && <small className="i3 num">{String(r[k.key] ?? '')}</small>}</span> },
    ...rest.map((x, i): Column<Row> => ({ key: x.name, title: nameOf(x, i18n.language), right: x.kind === 'money' || x.kind === 'number', hide: i > 3 ? 'wide' : undefined, cell: r => <Cell k={k} f={x} r={r} known={known} /> })),
  ]
  const total = pages.data?.total ?? 0, one = here >= 0 ? rows[here] : undefined
  const actions = may(k.write) && <>
    <button type="button" className="btn" onClick={() => setImporting(true)}><Upload size={14} strokeWidth={1.7} aria-hidden />{t('import.title')}</button>
    <Link className="btn primary" to={`${at}/new`}><Plus size={14} strokeWidth={2} aria-hidden />{t('add_this', { name: nameOf(k, i18n.language) })}</Link>
  </>
  return (
    <Page h1 title={title} sub={<Fresh at={pages.at} ms={pages.ms} />} actions={actions || undefined}>
      {tabs}
      <div className="flt" role="search" aria-label={t('filters')}>
        {conditions.map(c => <Cond key={c.f.name} name={nameOf(c.f, i18n.language)} value={said(c.f, c.value, i18n.language, known)} drop={() => put(c.f.name)} />)}
        {params.get('archived') && <Cond name={t('archived_too')} drop={() => put('archived')} />}
        <AddFilter k={k} known={known} put={put} />
        <span className="sp" />
        <a className="qb" href={`/api/v1/${k.path}/export.csv${queryString(query)}`} download><Download size={14} strokeWidth={1.7} aria-hidden />{t('export')}</a>
      </div>
      <Part read={pages} skeleton={<Rows n={10} />}>
        {d => (rows.length === 0 ? <Nothing k={k} last={conditions[conditions.length - 1]?.f} put={put} /> : (
          <>
            <p className="cnt" role="status">{rich(t(d.more_than_total ? 'count_over' : 'count', { n: total, shown: f.full(total) }), { n: () => <b><N v={total} exact /></b> })}</p>
            <List pages={pages} rows={rows} columns={columns} rowKey={r => r.id} label={nameOf(k, i18n.language)} current={one?.id} onPeek={r => put('peek', String(r.id))}
              card={r => <Link className="card" to={`${at}/${r.id}`}><span className="sp col"><b className="m el">{text(r)}</b><span className="row wrap t13 i2">{rest.slice(0, 3).map(x => <Plain key={x.name} k={k} f={x} r={r} known={known} />)}</span></span></Link>} />
          </>
        ))}
      </Part>
      {!narrow && <Drawer open={!!one} onClose={() => put('peek')} size={420} mask={false} classNames={{ body: 'pk' }} closable={{ 'aria-label': t('common:close') }}
        title={one && text(one)} extra={one && <Link className="btn sm" to={`${at}/${one.id}`}>{t('open')}</Link>}>
        {one && <><Moves k={k} r={one} changed={() => pages.again()} /><Facts k={k} r={one} known={known} /></>}
      </Drawer>}
      {importing && <Import k={k} close={changed => { setImporting(false); if (changed) pages.again() }} />}
    </Page>
  )
}

/** In a card nothing inside is a link. */
function Plain({ k, f, r, known }: { k: RecordInfo; f: RecordFieldInfo; r: Row; known: Known }) {
  const person = usePersonName()
  const v = r[f.name]
  if (v === undefined || v === null) return null
  if (f.kind === 'person') return <span>{person({ id: Number(v), ...(known.people.get(Number(v)) ?? {}) })}</span>
  return <span><Cell k={k} f={f} r={r} known={known} /></span>
}
const said = (f: RecordFieldInfo, value: string, lang: string, known: Known) =>
  f.kind === 'record' ? known.refs.get(`${f.ref} ${value}`) ?? `#${value}` : f.kind === 'person' ? known.people.get(Number(value))?.name ?? `#${value}` : choiceOf(f, value, lang)

function Cond({ name, value, drop }: { name: string; value?: string; drop: () => void }) {
  const { t } = useTranslation('records')
  return <span className="cond"><span>{name}</span>{value !== undefined && <><i>{t('is')}</i><b className="val">{value}</b></>}<button type="button" className="x" aria-label={t('drop', { name })} onClick={drop}><X size={13} aria-hidden /></button></span>
}

/** Choices and records are picked from a list; whatever else is typed. */
function AddFilter({ k, known, put }: { k: RecordInfo; known: Known; put: (name: string, value?: string) => void }) {
  const { t, i18n } = useTranslation('records')
  const [at, setAt] = useState<RecordFieldInfo>()
  const lang = i18n.language
  const options = !at ? [...k.fields.filter(f => f.filter).map(f => ({ key: f.name, label: nameOf(f, lang) })), { key: '*', label: t('archived_too'), apart: true }]
    : at.kind === 'record' ? [...known.refs].filter(([key]) => key.startsWith(`${at.ref} `)).map(([key, label]) => ({ key: key.split(' ')[1], label }))
      : (at.choices ?? []).map(c => ({ key: c.value, label: nameOf(c, lang) }))
  return (
    <Pop onOpen={() => setAt(undefined)} button={(open, toggle) => <button type="button" className="qb" aria-expanded={open} aria-haspopup="menu" onClick={toggle}><Filter size={14} strokeWidth={1.7} aria-hidden />{t('add')}</button>}>
      {close => (at && at.kind !== 'record' && at.kind !== 'choice'
        ? <Typed f={at} done={v => { put(at.name, v); close() }} />
        : <Menu items={options} none={t('no_options')} label={at ? nameOf(at, lang) : t('add')} choose={key => {
          if (at) { put(at.name, key); close() } else if (key === '*') { put('archived', '1'); close() } else setAt(k.fields.find(f => f.name === key))
        }} />)}
    </Pop>
  )
}
function Typed({ f, done }: { f: RecordFieldInfo; done: (v: string) => void }) {
  const { t, i18n } = useTranslation('records')
  const [text, setText] = useState('')
  return (
    <form className="ask" onSubmit={e => { e.preventDefault(); done(text.trim()) }}>
      <label htmlFor="rl-v">{nameOf(f, i18n.language)}</label>
      <input id="rl-v" className="in" autoFocus autoComplete="off" value={text} onChange={e => setText(e.target.value)} />
      <button type="submit" className="btn sm">{t('apply')}</button>
    </form>
  )
}

function Nothing({ k, last, put }: { k: RecordInfo; last?: RecordFieldInfo; put: (name: string) => void }) {
  const { t, i18n } = useTranslation('records')
  const name = nameOf(k, i18n.language)
  if (!last) return <Empty title={t('empty.title', { name })} text={t('empty.text', { name })} />
  return <Empty art={false} title={t('empty.filtered', { name })}><button type="button" className="btn" onClick={() => put(last.name)}>{t('empty.drop', { name: nameOf(last, i18n.language) })}</button></Empty>
}
