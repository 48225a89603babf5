/* The funnel of each source, city or model beside the others, and who dropped off on the way: where, why, whom to ask again. */
import { useState } from 'react'
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { X } from 'lucide-react'
import { ly } from '../../api/http'
import { usePages, useRead } from '../../api/read'
import { STAGES, type DroppedOne, type DroppedView, type FunnelGroup, type FunnelView } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, Sec, Stage, stageIndex, stageVar, useNarrow, usePersonName } from '../../ui'
import { Tail } from '../../ui/list'
import { Seg } from '../../ui/pop'
import { Lines, Part, Rows } from '../../ui/states'
import { Next } from './next'
import { Tabs } from './tabs'
import './insight.css'

const BY = ['source', 'city', 'model'] as const, DAYS = ['28', '90', '365'] as const
type By = (typeof BY)[number]

export default function Funnel() {
  const { t } = useTranslation('insight')
  const [by, setBy] = useState<By>('source'), [days, setDays] = useState<(typeof DAYS)[number]>('28')
  const read = useRead(`funnel ${by} ${days}`, signal => ly.people.get_funnel({ by, days: Number(days) }, { signal }))
  return (
    <Page h1 title={t('title')} sub={<Fresh at={read.at} ms={read.ms} />}>
      <Tabs />
      <div className="row wrap fn-q">
        <Seg label={t('funnel.by')} value={by} options={BY.map(value => ({ value, label: t(`funnel.by_${value}`) }))} onChange={setBy} />
        <Seg label={t('funnel.window')} value={days} options={DAYS.map(value => ({ value, label: t('funnel.days', { n: Number(value) }) }))} onChange={setDays} />
      </div>
      <Sec title={t(`funnel.title_${by}`)} note={t('funnel.note', { n: Number(days) })}>
        <Part read={read} name={t('funnel.by')} skeleton={<Rows n={5} />}>{d => <Groups d={d} by={by} />}</Part>
      </Sec>
      <Next />
      <Dropped days={Number(days)} />
    </Page>
  )
}

function Groups({ d, by }: { d: FunnelView; by: By }) {
  const { t } = useTranslation('insight')
  const f = useFormat(), narrow = useNarrow()
  const groups = d.groups ?? []
  const name = (g: FunnelGroup) => g.value || <span className="i3">{t('funnel.unknown')}</span>
  if (!groups.length && !d.groups_left) return <Empty title={t('funnel.nobody', { n: d.days })} />
  const on = (g: FunnelGroup, k: number) => (k === 6 || !g.entered[k] ? '' : f.share(g.on[k], g.entered[k]))
  return (
    <>
      {groups.length === 0 ? null : narrow ? (
        <ul className="rowed fn-l" aria-label={t(`funnel.title_${by}`)}>{groups.map(g => (
          <li key={g.value}><div className="sp"><b className="m">{name(g)}</b> <span className="i3 t12 num">{t('funnel.people', { n: g.people })}</span>
            <ol className="fn-s num">{STAGES.map((s, k) => (g.entered[k] ? <li key={s}><i style={{ background: stageVar(k) }} aria-hidden />{t(`common:stage.${s}`)} <b>{f.full(g.entered[k])}</b></li> : null))}</ol></div></li>
        ))}</ul>
      ) : (
        <table className="tb fn-t" aria-label={t(`funnel.title_${by}`)}>
          <thead><tr><th scope="col">{t(`funnel.by_${by}`)}</th><th scope="col" className="r">{t('funnel.who')}</th>{STAGES.map((s, k) => <th key={s} scope="col" className="r"><i style={{ background: stageVar(k) }} aria-hidden />{t(`common:stage.${s}`)}</th>)}</tr></thead>
          <tbody>{groups.map(g => (
            <tr key={g.value}><td className="el" title={g.value}>{name(g)}</td><td className="r num">{f.full(g.people)}</td>
              {STAGES.map((s, k) => <td key={s} className="r num">{g.entered[k] ? f.full(g.entered[k]) : <span className="i3">–</span>}<small>{on(g, k) && <span title={t('funnel.on', { n: g.on[k], all: g.entered[k] })}>{on(g, k)}</span>}</small></td>)}</tr>
          ))}</tbody>
        </table>
      )}
      {(d.groups_left ?? 0) > 0 && <p className="t12 i3 fn-n">{t(by === 'city' ? 'funnel.left_city' : 'funnel.left', { n: d.groups_left })}</p>}
    </>
  )
}

type Only = { stage?: DroppedOne['stage']; reason?: string; state?: 'idle' }

function Dropped({ days }: { days: number }) {
  const { t } = useTranslation('insight')
  const f = useFormat()
  const [only, setOnly] = useState<Only>({})
  const pages = usePages<DroppedOne, DroppedView>(`dropped ${days} ${JSON.stringify(only)}`, (cursor, signal) => ly.people.get_funnel_dropped({ days, ...only, cursor }, { signal }))
  const d = pages.data as DroppedView | undefined
  const sum = (k: 'lost' | 'idle') => (d?.stages ?? []).reduce((n, s) => n + s[k], 0)
  return (
    <Sec className="fn-d" title={t('dropped.title')} note={t('dropped.note')}>
      <Part read={pages} name={t('dropped.title')} skeleton={<Lines n={5} />}>{p => d && (sum('lost') + sum('idle') === 0 ? <Empty title={t('dropped.none', { n: days })} /> : (
        <>
          <p className="say sm">{rich(t('dropped.say', { days, all: f.full(sum('lost') + sum('idle')), lost: f.full(sum('lost')), idle: f.full(sum('idle')) }), { b: s => <b className="num">{s}</b> })}</p>
          <div className="fn-g">
            <Bars label={t('dropped.stages')} rows={d.stages.map(s => ({ key: s.stage, name: t(`common:stage.${s.stage}`), n: s.lost + s.idle, fill: stageVar(stageIndex(s.stage)) }))} on={only.stage} choose={stage => setOnly(stage === only.stage ? {} : { stage: stage as DroppedOne['stage'] })} />
            <Bars label={t('dropped.reasons')} rows={[...d.reasons.map(r => ({ key: r.reason || '-', name: reasonName(r, f.lang) ?? t('dropped.no_reason'), n: r.lost, fill: 'var(--s5)', fixed: !r.reason })), ...(sum('idle') ? [{ key: 'idle', name: t('dropped.idle'), n: sum('idle'), fill: 'var(--s3)' }] : [])]}
              on={only.state ?? only.reason} choose={key => setOnly(key === (only.state ?? only.reason) ? {} : key === 'idle' ? { state: 'idle' } : { reason: key })} />
          </div>
          {(only.stage || only.reason || only.state) && <button type="button" className="btn sm fn-x" onClick={() => setOnly({})}><X size={13} strokeWidth={1.8} aria-hidden />{t('dropped.all')}</button>}
          <People rows={p.items} d={d} /><Tail pages={pages} n={p.items.length} />
        </>
      ))}</Part>
    </Sec>
  )
}

const reasonName = (r: { reason: string; zh?: string; en?: string }, lang: string) => (lang === 'zh' ? r.zh : r.en) ?? (r.reason || undefined)

type BarRow = { key: string; name: string; n: number; fill: string; fixed?: boolean }
function Bars({ label, rows, on, choose }: { label: string; rows: BarRow[]; on?: string; choose: (key: string) => void }) {
  const f = useFormat(), most = Math.max(1, ...rows.map(r => r.n))
  return (
    <div><h3 className="fn-h">{label}</h3>
      <ul className="fn-b">{rows.map(r => (
        <li key={r.key} className={on === r.key ? 'on' : ''}>{r.fixed ? <span className="i3">{r.name}</span> : <button type="button" aria-pressed={on === r.key} onClick={() => choose(r.key)}>{r.name}</button>}
          <span className="fn-i" aria-hidden><i style={{ width: `${(100 * r.n) / most}%`, background: r.fill }} /></span><span className="r num">{f.full(r.n)}</span></li>
      ))}</ul></div>
  )
}

function People({ rows, d }: { rows: DroppedOne[]; d: DroppedView }) {
  const { t } = useTranslation('insight')
  const f = useFormat(), nameOf = usePersonName(), narrow = useNarrow()
  const why = (o: DroppedOne) => (o.state === 'idle' ? t('dropped.idle') : o.reason ? reasonName(d.reasons.find(r => r.reason === o.reason) ?? { reason: o.reason }, f.lang) : t('dropped.no_reason'))
  const who = (o: DroppedOne) => <Link to={`/people/${o.person}`} className="lnk">{nameOf({ id: o.person, name: o.name })}</Link>
  if (narrow) return <ul className="rowed" aria-label={t('dropped.title')}>{rows.map(o => <li key={o.id}><div className="sp">{who(o)} <span className="i2">{o.model}</span><p className="t12 i3">{t(`common:stage.${o.stage}`)} · {why(o)} · {f.when(o.at)}</p></div></li>)}</ul>
  return (
    <table className="tb" aria-label={t('dropped.title')}>
      <thead><tr><th scope="col">{t('dropped.who')}</th><th scope="col">{t('dropped.stage')}</th><th scope="col">{t('dropped.why')}</th><th scope="col">{t('dropped.model')}</th><th scope="col">{t('dropped.source')}</th><th scope="col" className="r">{t('dropped.when')}</th></tr></thead>
      <tbody>{rows.map(o => <tr key={o.id}><td className="el">{who(o)}</td><td><Stage stage={o.stage} /></td><td className="el">{why(o)}</td><td className="el">{o.model ?? '–'}</td><td className="el">{o.source ?? '–'}</td><td className="r num" title={f.exact(o.at)}>{f.when(o.at)}</td></tr>)}</tbody>
    </table>
  )
}
