/* Every event as it arrives: what was decided about it, why, and what it set in motion. Drawn at most twice a second. */
import { useEffect, useMemo, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Pause, Play, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLive, type LiveFilter } from '../../api/live'
import { useNames, type Named } from '../../api/names'
import type { LiveEvent } from '../../api/types'
import { Page } from '../../app/shell'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, useKeys, useNarrow, usePersonName } from '../../ui'
import { Rings, isWarm, useEventName } from '../../ui/rings'
import './live.css'

const SHOWN = 200, NAMED = 30
const FIELDS = ['who', 'kind', 'source', 'verdict'] as const
type Field = (typeof FIELDS)[number]
const VERDICTS = ['stored', 'duplicate', 'quarantined', 'refused', 'problem'] as const

/** A number is asked from the server; a name only this page knows. */
const personOf = (who?: string) => /^#?(\d+)$/.exec(who ?? '')?.[1]
function holds(want: Partial<Record<Field, string>>, who?: Named | null): boolean {
  if (!want.who || personOf(want.who)) return true
  return [who?.name, who?.phone].some(x => x?.toLowerCase().includes((want.who ?? '').toLowerCase()))
}
/** Typing is let rest before the stream is opened anew. */
function useRest<T>(value: T, ms = 400): T {
  const [held, set] = useState(value)
  useEffect(() => { const t = setTimeout(() => set(value), ms); return () => clearTimeout(t) }, [value, ms])
  return held
}

export default function LivePage() {
  const { t } = useTranslation('live')
  const narrow = useNarrow()
  const [paused, setPaused] = useState(false)
  const [params, setParams] = useSearchParams()
  const want = useMemo(() => Object.fromEntries(FIELDS.flatMap(k => { const v = params.get(k); return v ? [[k, v]] : [] })) as Partial<Record<Field, string>>, [params])
  const put = (k: Field, v: string) => setParams(p => { const q = new URLSearchParams(p); if (v) q.set(k, v); else q.delete(k); return q }, { replace: true })
  const asked = useRest(JSON.stringify({ person: personOf(want.who), source: want.source, kind: want.kind, verdict: want.verdict }))
  const live = useLive(paused, useMemo(() => JSON.parse(asked) as LiveFilter, [asked]))
  const names = useNames(live.events.slice(0, NAMED).map(e => e.person))
  const matching = live.events.filter(e => holds(want, names.get(e.person)))
  const events = matching.slice(0, SHOWN)
  useKeys({ ' ': () => setPaused(p => !p), '/': () => document.getElementById('live-who')?.focus() })
  const hidden = live.events.length - matching.length, filtered = Object.keys(want).length > 0
  const button = (
    <button type="button" className={`btn${narrow ? '' : ' sm'}`} onClick={() => setPaused(!paused)} aria-pressed={paused}>
      {paused ? <Play size={14} strokeWidth={1.7} aria-hidden /> : <Pause size={14} strokeWidth={1.7} aria-hidden />}{t(paused ? 'go' : 'pause')}
    </button>
  )
  const state = paused ? 'paused' : live.connected ? 'on' : 'lost'
  return (
    <Page title={t('title')} sub={<span className={`fresh live-${state}`}><span className="dot" />{t(`state.${state}`)}</span>} actions={button}>
      <h1 className="say">{rich(t('say', { events: live.perMinute, rings: live.rings }), { n: s => <b className="num">{s}</b> })}</h1>
      <div className="lv-f" role="search">
        {(['who', 'kind', 'source'] as const).map(k => <Word key={k} name={k} value={want[k] ?? ''} put={v => put(k, v)} />)}
        <span className="row" role="group" aria-label={t('field.verdict')}>{VERDICTS.map(v => <button key={v} type="button" className={`qb${want.verdict === v ? ' on' : ''}`} aria-pressed={want.verdict === v} onClick={() => put('verdict', want.verdict === v ? '' : v)}>{t(`verdict.${v}`)}</button>)}</span>
        {hidden > 0 && <span className="t12 i3 num">{t('hidden', { n: hidden })}</span>}
      </div>
      {events.length === 0 ? <Empty title={t(filtered ? 'none_here' : 'none')} text={t(filtered ? 'none_here_text' : 'none_text')} /> : (
        <ol className="lv" aria-label={t('title')}>{events.map((e, i) => <Row key={`${e.no}-${e.received}-${i}`} e={e} who={names.get(e.person)} />)}</ol>
      )}
    </Page>
  )
}

function Word({ name, value, put }: { name: Field; value: string; put: (v: string) => void }) {
  const { t } = useTranslation('live')
  return (
    <label className="word"><span>{t(`field.${name}`)}</span><input id={`live-${name}`} value={value} onChange={e => put(e.target.value)} placeholder={t('any')} maxLength={80} />
      {value && <button type="button" aria-label={t('drop', { name: t(`field.${name}`) })} onClick={() => put('')}><X size={13} aria-hidden /></button>}</label>
  )
}

function Row({ e, who }: { e: LiveEvent; who?: Named | null }) {
  const { t } = useTranslation('live')
  const f = useFormat(), nameOf = usePersonName(), eventName = useEventName()
  return (
    <li data-kind={e.kind} className={`${e.verdict}${isWarm(e.kind) ? ' warm' : ''}`}>
      <span className="rp" aria-hidden><i /><i /></span>
      <time className="num t" dateTime={e.received} title={f.exact(e.time)}>{f.clockS(e.received)}</time>
      <span className="p el">{e.person ? <Link to={`/people/${e.person}`}>{nameOf({ id: e.person, ...who })}</Link> : <span className="i3">{t('nobody')}</span>}</span>
      <span className="k"><span className="m">{eventName(e)}</span><Rings rings={e.effects} />{e.code && <span className={`${e.warned ? 'warn' : 'bad'} why`}>{t(`code.${e.code}`, { field: e.field, defaultValue: [e.code, e.field].filter(Boolean).join(' ') })}</span>}</span>
      <span className="s el i3">{e.source}</span>
      <span className={`chip v ${e.verdict === 'refused' || e.verdict === 'quarantined' ? 'bad' : e.verdict === 'duplicate' || e.warned ? 'warn' : 'line'}`}>{t(`verdict.${e.warned ? 'warned' : e.verdict}`)}</span>
      <span className="no num i3">{e.no ? `#${e.no}` : ''}</span>
    </li>
  )
}
