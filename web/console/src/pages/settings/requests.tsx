/* Requests about personal data, what waits first, by when it is due: granted or refused by somebody else than who wrote an erasure down. */
import { useState } from 'react'
import { Link } from 'react-router'
import { Button, Input, Modal } from 'antd'
import { FileArchive, UserX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { PrivacyRequestView } from '../../api/types'
import { useFormat } from '../../text/format'
import { rich } from '../../text/rich'
import { Clock, Empty, Sec, useNow } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'
import { Automobile } from './automobile'
import { Copies } from './copies'

type Deciding = { q: PrivacyRequestView; grant: boolean }

/** What waits is read apart from the history, so that years of it never push an open one off the page. */
async function all(signal: AbortSignal): Promise<PrivacyRequestView[]> {
  const [asked, granted, history] = await Promise.all([{ state: 'asked' as const, limit: 100 }, { state: 'granted' as const, limit: 100 }, { limit: 50 }].map(q => ly.privacy.get_privacy_requests(q, { signal })))
  return [...asked.items, ...granted.items, ...history.items.filter(x => x.state !== 'asked' && x.state !== 'granted')]
}

export function Requests() {
  const { t } = useTranslation('settings')
  const read = useRead('privacy', all, 60_000)
  const [deciding, setDeciding] = useState<Deciding>()
  return (
    <div className="pv">
    <Sec title={t('tab.privacy')} note={t('privacy.note')}>
      <Part read={read} name={t('tab.privacy')} skeleton={<Lines n={3} height={48} />}>
        {items => (items.length === 0 ? <Empty title={t('privacy.none')} text={t('privacy.none_text')} /> : (
          <ul className="rowed">{items.map(q => <Row key={q.id} q={q} decide={grant => setDeciding({ q, grant })} again={read.again} />)}</ul>
        ))}
      </Part>
      {deciding && <Decide {...deciding} done={changed => { setDeciding(undefined); if (changed) read.again() }} />}
    </Sec>
    <Copies />
    <Automobile />
    </div>
  )
}

function Row({ q, decide, again }: { q: PrivacyRequestView; decide: (grant: boolean) => void; again: () => void }) {
  const { t } = useTranslation('settings')
  const f = useFormat(), now = useNow(60_000)
  const Icon = q.kind === 'export' ? FileArchive : UserX
  const gone = q.kind === 'erase' && (q.state === 'granted' || q.state === 'done')
  return (
    <li className={q.state === 'asked' || q.state === 'granted' ? '' : 'gone'}>
      <Icon size={16} strokeWidth={1.6} className="i3" aria-hidden />
      <div className="sp"><b className="m">{t(`privacy.kind.${q.kind}`)}</b> {gone ? <span className="num i3">#{q.person}</span> : <Link className="num" to={`/people/${q.person}`}>#{q.person}</Link>}
        <p className="t12 i3">{[q.reason, t('privacy.by', { name: q.asked_by, when: f.when(q.asked) }), q.decided && t('privacy.decided', { name: q.decided_by ?? '', when: f.when(q.decided) }), q.answer,
          q.state === 'granted' && q.until && t(`privacy.until.${q.kind}`, { when: f.date(q.until) }), q.state === 'done' && q.done && t(`privacy.done.${q.kind}`, { when: f.when(q.done) }),
          q.erased_rows != null && t('privacy.took', { rows: f.full(q.erased_rows) }), q.state === 'done' && q.erased_events != null && t('privacy.emptied', { n: f.full(q.erased_events) })].filter(Boolean).join(' · ')}</p></div>
      {q.state === 'asked' && <Clock opened={q.asked} due={q.due} now={now} />}
      {q.state === 'asked' ? <span className="pv-a"><Button size="small" onClick={() => decide(false)}>{t('privacy.refuse')}</Button><Button size="small" type="primary" danger={q.kind === 'erase'} onClick={() => decide(true)}>{t(`privacy.grant.${q.kind}`)}</Button></span>
        : q.state === 'granted' && q.kind === 'export' ? <Fetch q={q} again={again} /> : <span className="chip">{t(`privacy.state.${q.state}`)}</span>}
    </li>
  )
}

/** The file is made now and given once; nothing of it stays on the server. */
function Fetch({ q, again }: { q: PrivacyRequestView; again: () => void }) {
  const { t, i18n } = useTranslation('settings')
  const { busy, run } = useDeed(true)
  const get = () => run(async () => {
    const r = await fetch(`/api/v1/privacy/requests/${q.id}/download`, { method: 'POST', headers: { 'accept-language': i18n.language } })
    if (r.ok) {
      const a = Object.assign(document.createElement('a'), { href: URL.createObjectURL(await r.blob()), download: `person-${q.person}.zip` })
      a.click()
      setTimeout(() => URL.revokeObjectURL(a.href), 10_000)
      toast(t('privacy.fetched'))
    } else toast((await r.json().catch(() => ({}))).title ?? r.statusText, 'bad')
    again()
  })
  return <Button size="small" type="primary" loading={busy} onClick={() => void get()}>{t('privacy.fetch')}</Button>
}

function Decide({ q, grant, done }: Deciding & { done: (changed: boolean) => void }) {
  const { t } = useTranslation('settings')
  const [answer, setAnswer] = useState(''), [typed, setTyped] = useState('')
  const erases = grant && q.kind === 'erase'
  const ready = grant ? !erases || typed === String(q.person) : answer.trim().length >= 4
  const { busy, problem, run } = useDeed()
  const send = () => run(async () => {
    await ly.privacy.patch_privacy_requests_by_id(q.id, { grant, ...(answer.trim() ? { answer: answer.trim() } : {}) }, q.version)
    done(true)
  })
  return (
    <Modal open title={t(grant ? `privacy.grant.${q.kind}` : 'privacy.refuse')} width={480} onCancel={() => done(false)} cancelText={t('common:cancel')} okText={t(grant ? `privacy.grant.${q.kind}` : 'privacy.refuse')}
      okButtonProps={{ danger: erases, disabled: !ready, loading: busy }} onOk={() => void send()}>
      <p className="t13 i2">{t(grant ? `privacy.will.${q.kind}` : 'privacy.will.refuse')}</p>
      <label className="lb" htmlFor="pv-answer">{t(grant ? 'privacy.answer' : 'privacy.answer_needed')}</label>
      <Input.TextArea id="pv-answer" rows={2} maxLength={500} value={answer} onChange={e => setAnswer(e.target.value)} />
      {erases && <><label className="lb" htmlFor="pv-person">{rich(t('privacy.type', { id: q.person }), { b: s => <b>{s}</b> })}</label><Input id="pv-person" value={typed} onChange={e => setTyped(e.target.value.trim())} /></>}
      {problem && <p className="bad t13" role="alert">{problem.message}</p>}
    </Modal>
  )
}
