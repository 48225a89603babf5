/* What a person may ask about their data: a copy, or to be forgotten. Written down here, decided under Settings by somebody else. */
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { Problem, ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { PersonView, PrivacyHoldView, PrivacyPerson, PrivacyRequestView } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { rich } from '../../text/rich'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

export function Privacy({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const { may } = useSession()
  const [asking, setAsking] = useState(false), [holding, setHolding] = useState(false)
  const read = useRead(`privacy${p.id}`, signal => ly.privacy.get_people_by_id_privacy(p.id, { signal }))
  return (
    <Sec title={t('privacy.title')}>
      <Part read={read} name={t('privacy.title')} skeleton={<Lines n={2} />}>
        {d => (
          <>
            {d.holds.filter(h => !h.ended).map(h => <Held key={h.id} h={h} again={read.again} />)}
            {d.requests.length === 0 ? <p className="t13 i3">{t('privacy.none')}</p> : <ul className="pts">{d.requests.map(q => <Line key={q.id} q={q} />)}</ul>}
            <p className="pv-b">{may('people.write') && <button type="button" className="btn sm" onClick={() => setAsking(true)}>{t('privacy.ask')}</button>}{may('privacy') && <button type="button" className="btn sm" onClick={() => setHolding(true)}>{t('privacy.hold.add')}</button>}</p>
            {holding && <Hold p={p} done={set => { setHolding(false); if (set) read.again() }} />}
            {asking && <Ask p={p} d={d} done={asked => { setAsking(false); if (asked) read.again() }} />}
          </>
        )}
      </Part>
    </Sec>
  )
}

function Line({ q }: { q: PrivacyRequestView }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  return <li title={q.reason}><span className="sp el">{t(`privacy.kind.${q.kind}`)}</span><span className="t12 i3 num" title={f.exact(q.asked)}>{f.when(q.asked)}</span><span className="chip">{t(`privacy.state.${q.state}`)}</span></li>
}

/** What forbids an erasure, and whoever answers for personal data ends it. */
function Held({ h, again }: { h: PrivacyHoldView; again: () => void }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const { may } = useSession()
  const { busy, run } = useDeed(true)
  const end = () => run(async () => { await ly.privacy.delete_privacy_holds_by_id(h.id); toast(t('privacy.hold.ended')); again() })
  return <p className="pv-h warn">{t('privacy.held', { reason: h.reason })}<small>{t('privacy.hold.since', { name: h.set_by, when: f.when(h.set) })}{may('privacy') && <button type="button" className="lnk" disabled={busy} onClick={() => void end()}>{t('privacy.hold.end')}</button>}</small></p>
}

function Hold({ p, done }: { p: PersonView; done: (set: boolean) => void }) {
  const { t } = useTranslation('person')
  const [reason, setReason] = useState('')
  const ready = reason.trim().length >= 4
  const { busy, problem, run } = useDeed()
  const send = () => run(async () => { await ly.privacy.post_people_by_id_holds(p.id, { reason: reason.trim() }); toast(t('privacy.hold.set')); done(true) })
  return (
    <Box title={t('privacy.hold.add')} ready={ready && !busy} send={() => void send()} go={t('privacy.hold.keep')} done={() => done(false)} problem={problem}>
      <label className="lb" htmlFor="pv-w">{t('privacy.hold.why')}</label>
      <input className="in" id="pv-w" value={reason} maxLength={500} onChange={e => setReason(e.target.value)} placeholder={t('privacy.hold.hint')} />
    </Box>
  )
}

type Boxed = { title: string; ready: boolean; send: () => void; go: string; danger?: boolean; done: () => void; problem?: Problem; children: ReactNode }
function Box({ title, ready, send, go, danger, done, problem, children }: Boxed) {
  const { t } = useTranslation('person')
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => { const b = box.current; b?.showModal(); return () => b?.close() }, [])
  return (
    <dialog ref={box} className="pv" aria-labelledby="pv-t" onCancel={e => { e.preventDefault(); done() }}>
      <form onSubmit={e => { e.preventDefault(); if (ready) send() }}>
        <h2 id="pv-t">{title}</h2>
        {children}
        {problem && <p className="bad t13" role="alert">{problem.message}</p>}
        <div className="row pv-f"><span className="sp" /><button type="button" className="btn" onClick={done}>{t('common:cancel')}</button><button type="submit" className={danger ? 'btn danger' : 'btn primary'} disabled={!ready}>{go}</button></div>
      </form>
    </dialog>
  )
}

/** Erasure says what would be gone, in numbers, and wants the person's number typed. */
function Ask({ p, d, done }: { p: PersonView; d: PrivacyPerson; done: (asked: boolean) => void }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const [kind, setKind] = useState<'export' | 'erase'>('export')
  const [reason, setReason] = useState(''), [typed, setTyped] = useState('')
  const ready = reason.trim().length >= 4 && (kind === 'export' || typed === String(p.id))
  const { busy, problem, run } = useDeed()
  const send = () => run(async () => {
    await ly.privacy.post_people_by_id_privacy_requests(p.id, { kind, reason: reason.trim() })
    toast(t('privacy.asked')); done(true)
  })
  const gone: [string, number][] = [['events', d.events], ['values', d.values], ['identities', d.identities], ['rows', d.rows], ['tasks', d.tasks_open], ['points', d.points]]
  return (
    <Box title={t('privacy.ask')} ready={ready && !busy} send={() => void send()} go={t(`privacy.go.${kind}`)} danger={kind === 'erase'} done={() => done(false)} problem={problem}>
      <fieldset><legend className="sr">{t('privacy.ask')}</legend>
        {(['export', 'erase'] as const).map(k => <label key={k} className="pv-k"><input type="radio" name="pv-k" checked={kind === k} onChange={() => setKind(k)} /><span><b>{t(`privacy.kind.${k}`)}</b><small>{t(`privacy.about.${k}`)}</small></span></label>)}
      </fieldset>
      {kind === 'erase' && <div className="pv-g" role="note"><p>{t('privacy.gone')}</p><ul>{gone.filter(([, n]) => n !== 0).map(([k, n]) => <li key={k}><b className="num">{f.full(n)}</b> {t(`privacy.count.${k}`)}</li>)}</ul><p>{t('privacy.stays')}</p></div>}
      <label className="lb" htmlFor="pv-r">{t('privacy.reason')}</label>
      <input className="in" id="pv-r" value={reason} maxLength={500} onChange={e => setReason(e.target.value)} placeholder={t('privacy.reason_hint')} />
      {kind === 'erase' && <><label className="lb" htmlFor="pv-i">{rich(t('privacy.type', { id: p.id }), { b: s => <b>{s}</b> })}</label><input className="in" id="pv-i" inputMode="numeric" value={typed} onChange={e => setTyped(e.target.value.trim())} /></>}
    </Box>
  )
}
