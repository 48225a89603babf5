/* Quarantine: what waits, grouped by why; mend the plan or the event, then replay. Personal values stay sealed. */
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Button, Drawer, Input, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { QuarantineChoice, QuarantineGroup, QuarantineRow, QuarantineView } from '../../api/types'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

export function Quarantine() {
  const { t } = useTranslation('events')
  const [params, setParams] = useSearchParams()
  const open = params.get('id')
  const group = params.get('kind') === null ? null : { kind: params.get('kind') ?? '', code: params.get('code') ?? '', field: params.get('field') ?? '' }
  const groups = useRead('quarantine groups', signal => ly.quarantine.get_quarantine_groups({ signal }), 5_000)
  const filter = group && { kind: group.kind, code: group.code, ...(group.field ? { field: group.field } : {}) }
  const rows = useRead(`quarantine ${JSON.stringify(filter)}`, signal => ly.quarantine.get_quarantine({ ...(filter ?? {}), limit: 50 }, { signal }))
  const put = (v: Record<string, string | undefined>) => setParams(p => { const q = new URLSearchParams(p); for (const [k, x] of Object.entries(v)) { if (x === undefined) q.delete(k); else q.set(k, x) } return q }, { replace: true })
  const again = () => { groups.again(); rows.again() }
  return (
    <>
      <Part read={groups} name={t('tab.quarantine')} skeleton={<Lines n={4} height={48} />}>
        {d => {
          const n = d.items.reduce((sum, g) => sum + g.n, 0)
          return (
            <Sec title={t('tab.quarantine')} note={t('quarantine.note')}>
              <p className="say small">{n ? rich(t('quarantine.say', { n, kinds: new Set(d.items.map(g => g.kind)).size }), { n: s => <b className="num">{s}</b> }) : t('quarantine.empty')}</p>
              {n === 0 ? <Empty title={t('quarantine.none')} text={t('quarantine.none_text')} /> : (
                <ul className="groups">{d.items.map(g => <Group key={`${g.kind} ${g.code} ${g.field}`} g={g} on={group?.kind === g.kind && group.code === g.code && group.field === g.field}
                  pick={() => put(group?.kind === g.kind && group.code === g.code && group.field === g.field ? { kind: undefined, code: undefined, field: undefined } : { kind: g.kind, code: g.code, field: g.field })} again={again} />)}</ul>
              )}
            </Sec>
          )
        }}
      </Part>
      {(groups.data?.items.length ?? 0) > 0 && (
        <Sec className="next" title={t(group ? 'quarantine.these' : 'quarantine.newest')}>
          <Part read={rows} skeleton={<Lines n={6} height={36} />}>{d => <ul className="kinds three">{d.items.map(r => <Row key={r.id} r={r} open={() => put({ id: String(r.id) })} />)}</ul>}</Part>
        </Sec>
      )}
      {open && <One id={Number(open)} close={() => put({ id: undefined })} changed={again} />}
    </>
  )
}

function useAct(again: () => void) {
  const { t } = useTranslation('events')
  const { busy, run } = useDeed(true)
  const act = (deed: 'replay' | 'discard', choice: QuarantineChoice) => run(async () => {
    const send = deed === 'replay' ? ly.quarantine.post_quarantine_replay : ly.quarantine.post_quarantine_discard
    const d = await send(choice)
    const kept = d.items.find(x => x.verdict === 'quarantined' || x.verdict === 'refused')
    if (kept) toast(t('quarantine.again', { why: kept.reason ?? '' }), 'bad')
    else toast(t(deed === 'discard' ? 'quarantine.discarded' : choice.ids ? 'quarantine.replayed' : 'quarantine.replaying', { n: d.n }))
    again()
    return d
  })
  return { busy, act }
}

function Group({ g, on, pick, again }: { g: QuarantineGroup; on: boolean; pick: () => void; again: () => void }) {
  const { t } = useTranslation('events')
  const f = useFormat()
  const { may } = useSession()
  const { busy, act } = useAct(again)
  const [asking, setAsking] = useState(false)
  const choice = { kind: g.kind, code: g.code, ...(g.field ? { field: g.field } : {}) }
  return (
    <li className={on ? 'on' : ''}>
      <button type="button" className="sp what" aria-pressed={on} onClick={pick}><b className="num">{f.full(g.n)}</b> <span className="m">{g.kind}</span><span className="bad t13">{g.reason}</span>
        <span className="t12 i3">{t('quarantine.from', { n: g.sources })} · {f.when(g.first)} – {f.when(g.last)}{g.ready > 0 && ` · ${t('quarantine.running', { n: g.ready })}`}</span></button>
      {may('plan.write') && <span className="row deeds">
        <Link className="btn sm" to={`/insight/events/registry?kind=${encodeURIComponent(g.kind)}`}>{t('quarantine.mend_plan')}</Link>
        <Button size="small" loading={busy} onClick={() => void act('replay', choice)}>{t('quarantine.replay_all', { n: g.n })}</Button>
        <Button size="small" danger onClick={() => setAsking(true)}>{t('quarantine.discard')}</Button>
      </span>}
      <Modal open={asking} title={t('quarantine.discard_title', { n: g.n })} onCancel={() => setAsking(false)} okText={t('quarantine.discard_go', { n: g.n })} cancelText={t('common:cancel')} okButtonProps={{ danger: true, loading: busy }} onOk={() => void act('discard', choice).then(() => setAsking(false))}><p>{t('quarantine.discard_text')}</p></Modal>
    </li>
  )
}

function Row({ r, open }: { r: QuarantineRow; open: () => void }) {
  const { t } = useTranslation('events')
  const f = useFormat()
  return (
    <li><button type="button" onClick={open}>
      <span className="sp"><b className="m">{r.kind}</b><span className="bad t13">{r.reason}</span></span>
      <span className="t12 i3 el">{r.source_name ?? t('source_none')}</span>
      <span className="t12 i3 num r">{f.when(r.received)}</span>
    </button></li>
  )
}

function One({ id, close, changed }: { id: number; close: () => void; changed: () => void }) {
  const { t } = useTranslation('events')
  const read = useRead(`quarantine ${id}`, signal => ly.quarantine.get_quarantine_by_id(id, { signal }))
  return (
    <Drawer open onClose={close} size={520} title={t('quarantine.one')} mask={false} styles={{ wrapper: { maxWidth: '100vw' } }} closable={{ 'aria-label': t('common:close') }}>
      <Part read={read} skeleton={<Lines n={8} height={20} />}>{d => <Event key={d.about.version} d={d} changed={() => { read.again(); changed() }} gone={() => { changed(); close() }} />}</Part>
    </Drawer>
  )
}

/** Text that reads as JSON is that value; everything else is text. */
function valueOf(text: string): unknown { try { return JSON.parse(text) as unknown } catch { return text } }

function Event({ d, changed, gone }: { d: QuarantineView; changed: () => void; gone: () => void }) {
  const { t } = useTranslation('events')
  const f = useFormat()
  const { may } = useSession()
  const { busy, act } = useAct(() => undefined)
  const [kind, setKind] = useState(d.about.kind)
  const [values, setValues] = useState<Record<string, string>>({}), [names, setNames] = useState<Record<string, string>>({})
  const mend = useDeed()
  const wrong = d.about.field.startsWith('properties.') ? d.about.field.slice('properties.'.length) : undefined
  const dirty = kind !== d.about.kind || Object.keys(values).length > 0 || Object.keys(names).length > 0
  const open = d.about.state === 'waiting' && may('plan.write')
  const save = () => mend.run(async () => {
    const set = Object.fromEntries(Object.entries(values).map(([k, v]) => [names[k] || k, valueOf(v)]))
    await ly.quarantine.patch_quarantine_by_id(d.about.id, { ...(kind !== d.about.kind ? { kind } : {}), ...(Object.keys(set).length ? { set } : {}), ...(Object.keys(names).length ? { rename: names } : {}) }, d.about.version)
    toast(t('quarantine.mended'))
    changed()
  })
  const replay = async () => { const r = await act('replay', { ids: [d.about.id] }); if (r?.n) gone(); else if (r) changed() }
  return (
    <div className="kd">
      <p className="bad">{d.about.reason}</p>
      <p className="t12 i3">{d.about.source_name ?? t('source_none')} · {t('quarantine.happened', { when: f.when(d.about.time) })} · {t('quarantine.until', { when: f.date(new Date(Date.parse(d.about.received) + 30 * 86_400_000).toISOString()) })}</p>
      <p className="t13 i2">{t('quarantine.who')} {d.identities.join(' · ') || '–'}</p>
      {open && <label><span className="lb">{t('quarantine.kind')}</span><Input value={kind} maxLength={200} onChange={e => setKind(e.target.value)} /></label>}
      <h3>{t('kind.props')}</h3>
      <ul className="props edit">{d.props.map(p => (
        <li key={p.name} className="pair">
          {open ? <Input aria-label={t('quarantine.name_of', { name: p.name })} value={names[p.name] ?? p.name} maxLength={200} status={wrong === p.name ? 'error' : undefined} onChange={e => setNames(n => ({ ...n, [p.name]: e.target.value }))} /> : <b className="mono">{p.name}</b>}
          {p.personal ? <span className="chip">{t(`personal.${p.personal}`)} ••••</span>
            : open ? <Input aria-label={t('quarantine.value_of', { name: p.name })} value={values[p.name] ?? (p.type === 'text' ? JSON.stringify(p.value) : p.value)} status={wrong === p.name ? 'error' : undefined} onChange={e => setValues(v => ({ ...v, [p.name]: e.target.value }))} /> : <span className="ex">{p.value}</span>}
        </li>
      ))}</ul>
      {open && <p className="t12 i3">{t('quarantine.value_help')}</p>}
      {mend.problem && <p className="bad t13" role="alert">{mend.problem.message}</p>}
      {open && <div className="row end">{dirty ? <Button type="primary" loading={mend.busy} onClick={() => void save()}>{t('quarantine.save')}</Button> : <Button type="primary" loading={busy} onClick={() => void replay()}>{t('quarantine.replay_one')}</Button>}</div>}
      {d.about.event_no ? <p className="t13 good">{t('quarantine.became', { n: d.about.event_no })}</p> : null}
    </div>
  )
}
