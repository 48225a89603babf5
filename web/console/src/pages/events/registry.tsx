/* The registry: every kind of event, declared or only learned, how often it came, and what it is made of. */
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { Button, Drawer } from 'antd'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { PlanKindRow, PlanKindView } from '../../api/types'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, N, Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { Declare } from './declare'

const STANDINGS = ['live', 'planned', 'learned', 'retired'] as const

export function Registry() {
  const { t, i18n } = useTranslation('events')
  const read = useRead('plan', signal => ly.plan.get_plan_kinds({ signal }), 30_000)
  const [params, setParams] = useSearchParams()
  const put = (k: string, v: string) => setParams(p => { const q = new URLSearchParams(p); if (v) q.set(k, v); else q.delete(k); return q }, { replace: true })
  const text = params.get('q') ?? '', standing = params.get('is') ?? '', open = params.get('kind')
  const shown = useMemo(() => (read.data?.items ?? []).filter(k => (!standing || k.standing === standing)
    && (!text || [k.kind, k.zh, k.en].some(x => x?.toLowerCase().includes(text.toLowerCase())))), [read.data, text, standing])
  const name = (k: PlanKindRow) => (i18n.language === 'zh' ? k.zh : k.en) || k.kind
  return (
    <Sec title={t('tab.registry')} note={t('events.note')}>
      <Part read={read} name={t('tab.registry')} skeleton={<Lines n={8} height={36} />}>
        {d => (
          <>
            <p className="say small">{rich(t('events.say', { n: d.items.length, limit: d.limit, learned: d.items.filter(k => k.standing === 'learned').length }), { n: s => <b className="num">{s}</b> })}</p>
            <div className="lv-f" role="search">
              <label className="word"><span>{t('events.find')}</span><input value={text} onChange={e => put('q', e.target.value)} placeholder={t('any')} maxLength={80} /></label>
              <span className="row" role="group" aria-label={t('events.standing')}>{STANDINGS.map(s => <button key={s} type="button" className={`qb${standing === s ? ' on' : ''}`} aria-pressed={standing === s} onClick={() => put('is', standing === s ? '' : s)}>{t(`standing.${s}`)}</button>)}</span>
            </div>
            {shown.length === 0 ? <Empty title={t('events.none')} text={t('events.none_text')} /> : (
              <ul className="kinds">{shown.map(k => (
                <li key={k.kind}><button type="button" onClick={() => put('kind', k.kind)}>
                  <span className="sp"><b className="m">{name(k)}</b>{name(k) !== k.kind && <span className="mono i3">{k.kind}</span>}</span>
                  <span className={`chip ${k.standing === 'learned' ? 'warn' : 'line'}`}>{t(`standing.${k.standing}`)}</span>
                  <span className="num r"><N v={k.stored} />{k.quarantined > 0 && <span className="bad t12"> · {t('events.aside', { n: k.quarantined })}</span>}</span>
                  <Last at={k.last} />
                </button></li>
              ))}</ul>
            )}
          </>
        )}
      </Part>
      {open && <Kind name={open} close={() => put('kind', '')} changed={read.again} />}
    </Sec>
  )
}

function Last({ at }: { at?: string }) {
  const { t } = useTranslation('events')
  const f = useFormat()
  return <span className="t12 i3 num r">{at ? f.when(at) : t('never')}</span>
}

function Kind({ name, close, changed }: { name: string; close: () => void; changed: () => void }) {
  const { t } = useTranslation('events')
  const { may } = useSession()
  const read = useRead(`plan ${name}`, signal => ly.plan.get_plan_kind({ name }, { signal }))
  const [editing, setEditing] = useState(false)
  return (
    <Drawer open onClose={close} size={640} title={name} mask={false} styles={{ wrapper: { maxWidth: '100vw' } }} closable={{ 'aria-label': t('common:close') }} extra={read.data && may('plan.write') && !editing && <Button onClick={() => setEditing(true)}>{t(read.data.declared ? 'kind.change' : 'kind.declare')}</Button>}>
      <Part read={read} name={name} skeleton={<Lines n={8} height={20} />}>
        {d => (editing ? <Declare kind={d} done={saved => { setEditing(false); if (saved) { read.again(); changed() } }} /> : <Facts d={d} />)}
      </Part>
    </Drawer>
  )
}

function Facts({ d }: { d: PlanKindView }) {
  const { t, i18n } = useTranslation('events')
  const f = useFormat()
  const declared = new Map((d.declared?.props ?? []).map(p => [p.name, p]))
  const unseen = (d.declared?.props ?? []).filter(p => !d.seen.some(s => s.name === p.name))
  return (
    <div className="kd">
      <p className="t13 i2">{t(`standing.${d.about.standing}_what`)}{d.about.mode && d.declared && <> · {t(`mode.${d.about.mode}_what`)}</>}{d.edited && <> · {t('kind.edited')}</>}</p>
      {d.declared?.about && <p>{d.declared.about}</p>}
      {d.about.owner && <p className="t13 i2">{t('kind.owner', { who: d.about.owner })}</p>}
      <h3>{t('kind.props')}</h3>
      <ul className="props">
        {d.seen.map(s => { const p = declared.get(s.name); return (
          <li key={s.name}>
            <span><b className="mono">{s.name}</b>{p && <span className="i2"> {i18n.language === 'zh' ? p.zh : p.en}</span>}</span>
            <span className="row">{p?.personal && p.personal !== 'none' && <span className="chip">{t('kind.personal')}</span>}{p?.required && <span className="chip">{t('kind.required')}</span>}<span className={`chip ${p ? 'line' : 'warn'}`}>{p?.type ? t(`type.${p.type}`) : t(`seen.${s.type}`)}{!p && ` · ${t('standing.learned')}`}</span></span>
            <span className="t12 i3 num">{[s.n > 0 && t('kind.times', { n: f.full(s.n) }), s.last && f.when(s.last), d.sampled > 0 && t('kind.share', { share: f.percent(s.sampled, d.sampled) })].filter(Boolean).join(' · ')}</span>
            {s.examples.length > 0 && <span className="t12 i2 ex">{s.examples.join('　')}</span>}
          </li>
        ) })}
        {unseen.map(p => <li key={p.name}><span><b className="mono">{p.name}</b> <span className="i2">{i18n.language === 'zh' ? p.zh : p.en}</span></span><span className="chip line">{t(`type.${p.type ?? 'any'}`)}</span><span className="t12 i3">{t('never')}</span></li>)}
      </ul>
      {d.seen.length + unseen.length === 0 && <p className="t13 i3">{t('kind.no_props')}</p>}
      <h3>{t('tab.sources')}</h3>
      {d.sources.length === 0 ? <p className="t13 i3">{t('never')}</p> : (
        <ul className="props">{d.sources.map(s => <li key={s.source}><span><b>{s.name ?? t('source_none')}</b></span><span className="num t13">{t('kind.times', { n: f.full(s.stored) })}{s.quarantined > 0 && <span className="bad"> · {t('events.aside', { n: s.quarantined })}</span>}</span><span className="t12 i3">{s.last ? f.when(s.last) : ''}</span></li>)}</ul>
      )}
    </div>
  )
}
