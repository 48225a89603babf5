import { useState } from 'react'
import { Button, Input, Modal } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { useTranslation } from 'react-i18next'
import type { TFunction } from 'i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { usePages, useRead } from '../../api/read'
import type { BlockedPage, BlockedView, DoubtPage, DoubtView, MergeSide } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Avatar, Empty, N, Sec, Stage, usePersonName } from '../../ui'
import { Part, Rows } from '../../ui/states'
import { toast } from '../../ui/toast'
import './merges.css'

const TABS = ['open', 'blocked', 'done', 'refused'] as const
type Tab = (typeof TABS)[number]

/** Who is one person, where the machine does not decide: doubtful joins with both sides, and values that join nobody. */
export default function Merges() {
  const { t } = useTranslation('merges')
  const [params, setParams] = useSearchParams()
  const tab: Tab = TABS.find(x => x === params.get('tab')) ?? 'open'
  const counts = useRead('merge-counts', signal => ly.merges.get_merges_doubts({ limit: 1 }, { signal }), 60_000)
  const n = (x: Tab) => (x === 'open' ? counts.data?.open : x === 'blocked' ? counts.data?.blocked : undefined)
  return (
    <Page h1 group={t('people')} back="/people" title={t('title')} sub={<Fresh at={counts.at} ms={counts.ms} />}>
      <div className="mtabs" role="tablist" aria-label={t('title')}>
        {TABS.map(x => (
          <button key={x} type="button" role="tab" aria-selected={x === tab} onClick={() => setParams(x === 'open' ? {} : { tab: x }, { replace: true })}>
            {t(`tab.${x}`)}{(n(x) ?? 0) > 0 && <span className="num i3"> {n(x)}</span>}
          </button>
        ))}
      </div>
      {tab === 'blocked' ? <Blocked /> : <Doubts key={tab} state={tab} decided={counts.again} />}
    </Page>
  )
}

type Asking = { doubt: DoubtView; accept: boolean }
function Doubts({ state, decided }: { state: 'open' | 'done' | 'refused'; decided: () => void }) {
  const { t } = useTranslation('merges')
  const pages = usePages<DoubtView, DoubtPage>(`doubts-${state}`, (cursor, signal) => ly.merges.get_merges_doubts({ state, cursor }, { signal }))
  const [asking, setAsking] = useState<Asking>()
  return (
    <Part read={pages} name={t('title')} skeleton={<Rows n={5} />}>
      {d => (d.items.length === 0 ? <Empty art={state === 'open'} title={t(`none.${state}`)} text={t('none.text')} /> : (
        <>
          <ul className="doubts">{d.items.map(x => <Doubt key={x.id} d={x} ask={accept => setAsking({ doubt: x, accept })} />)}</ul>
          {d.next && <Button onClick={pages.more} loading={pages.moreBusy}>{t('common:more')}</Button>}
          {asking && <Decide a={asking} done={changed => { setAsking(undefined); if (changed) { pages.again(); decided() } }} />}
        </>
      ))}
    </Part>
  )
}

function Doubt({ d, ask }: { d: DoubtView; ask: (accept: boolean) => void }) {
  const { t } = useTranslation('merges')
  const { may, me } = useSession()
  const f = useFormat()
  const mine = d.signed_by != null && d.signed_by === me?.name
  return (
    <li className="doubt">
      <header>
        <b className="m">{t(`what.${d.what}`)}</b>
        <span className="i2">{why(t, d)}</span>
        <span className="sp" />
        <span className="t12 i3 nw" title={f.exact(d.last)}>{t('times', { n: d.times })} · {f.when(d.last)}</span>
      </header>
      <div className="sides"><Side s={d.one} />{d.other.id !== d.one.id && <Side s={d.other} />}</div>
      <footer>
        {d.two_signatures && d.state === 'open' && <span className="chip">{d.signed_by ? t('signed', { name: d.signed_by }) : t('two')}</span>}
        {d.source && <span className="t12 i3">{t('source', { name: d.source })}</span>}
        {d.note && <span className="t13 i2 el">“{d.note}”</span>}
        <span className="sp" />
        {d.state === 'open' && may('people.merge') ? (
          <>
            <Button onClick={() => ask(false)}>{t(`refuse.${d.what}`)}</Button>
            <Button type="primary" disabled={mine} title={mine ? t('mine') : undefined} onClick={() => ask(true)}>{t(d.two_signatures && !d.signed_by ? 'sign' : `accept.${d.what}`)}</Button>
          </>
        ) : d.decided && <span className="t12 i3">{t('decided', { name: d.decided_by ?? '', when: f.when(d.decided) })}</span>}
      </footer>
    </li>
  )
}
function why(t: TFunction<'merges'>, d: DoubtView): string {
  const [reason, of] = d.why.split(':')
  return t(`why.${reason}`, { kind: t(`kind.${d.kind ?? 'none'}`), of: of ? t(`kind.${of}`) : '' })
}

function Side({ s }: { s: MergeSide }) {
  const { t } = useTranslation('merges')
  const f = useFormat(), nameOf = usePersonName()
  return (
    <div className="side">
      <p className="row"><Avatar name={s.name} /><Link to={`/people/${s.id}`} className="m el">{nameOf(s)}</Link><span className="sp" /><Stage stage={s.stage} /></p>
      <dl>
        <div><dt>{t('side.ids')}</dt><dd>{s.identities.map(i => { const [kind, ...id] = i.split(' '); return <span key={i} className="id"><span className="i3">{t(`kind.${kind}`, { defaultValue: kind })}</span>{id.length > 0 && <span className="mono el">{id.join(' ')}</span>}</span> })}</dd></div>
        {s.phone && <div><dt>{t('kind.phone')}</dt><dd className="num">{s.phone}</dd></div>}
        {(s.city ?? s.source) && <div><dt>{t('side.from')}</dt><dd>{[s.city, s.source].filter(Boolean).join(' · ')}</dd></div>}
        <div><dt>{t('side.holds')}</dt><dd>{t('side.cars', { n: s.vehicles })} · <N v={s.points} exact /> {t('side.points')}{s.high_value && <span className="chip">{t('side.high')}</span>}</dd></div>
        <div><dt>{t('side.known')}</dt><dd><span title={f.exact(s.created)}>{f.date(s.created)}</span> – <span title={f.exact(s.seen)}>{f.when(s.seen)}</span></dd></div>
      </dl>
    </div>
  )
}

function Decide({ a, done }: { a: Asking; done: (changed: boolean) => void }) {
  const { t } = useTranslation('merges')
  const [note, setNote] = useState('')
  const key = a.accept ? 'accept' : 'refuse', signs = a.accept && a.doubt.two_signatures && !a.doubt.signed_by
  const { busy, problem, run } = useDeed()
  const send = () => run(async () => {
    const body = { note: note.trim() }
    const d = await (a.accept ? ly.merges.post_merges_doubts_by_id_accept(a.doubt.id, body) : ly.merges.post_merges_doubts_by_id_refuse(a.doubt.id, body))
    toast(t(d.done ? `told.${key}.${a.doubt.what}` : 'told.signed'))
    done(true)
  })
  return (
    <Modal open title={t(`${key}.${a.doubt.what}`)} width={480} onCancel={() => done(false)} okText={t(signs ? 'sign' : `${key}.${a.doubt.what}`)} cancelText={t('common:cancel')}
      okButtonProps={{ disabled: note.trim().length < 2, loading: busy }} onOk={() => void send()}>
      <p className="t13 i2">{t(`means.${key}.${a.doubt.what}`)}{signs && <> {t('means.sign')}</>}</p>
      <label className="lb" htmlFor="note">{t('note')}</label>
      <Input.TextArea id="note" rows={2} maxLength={200} value={note} onChange={e => setNote(e.target.value)} autoFocus />
      {problem && <p className="bad t13" role="alert">{problem.message}</p>}
    </Modal>
  )
}

function Blocked() {
  const { t } = useTranslation('merges')
  const { may } = useSession()
  const f = useFormat()
  const pages = usePages<BlockedView, BlockedPage>('blocked', (cursor, signal) => ly.merges.get_merges_blocked({ cursor }, { signal }))
  const { busy, run } = useDeed(true)
  const release = (b: BlockedView) => run(async () => {
    await ly.merges.put_merges_blocked_by_id(b.id, { state: 'released', note: t('blocked.note') })
    toast(t('blocked.released')); pages.again()
  })
  return (
    <Sec title={t('tab.blocked')} note={t('blocked.text')}>
      <Part read={pages} name={t('tab.blocked')} skeleton={<Rows n={4} />}>
        {d => (d.items.length === 0 ? <Empty art={false} title={t('none.blocked')} /> : (
          <>
            <ul className="blocked">
              {d.items.map(b => (
                <li key={b.id}>
                  <div className="sp"><b className="mono">{b.label ?? '••••'}</b> <span className="i3">{t(`kind.${b.kind}`)}</span>
                    <p className="t12 i3">{t(`blocked.${b.why}`, { n: b.persons })}{b.joins > 0 && <> · {t('blocked.joins', { n: b.joins })}</>} · {f.date(b.at)}</p></div>
                  {may('people.merge') && <Button disabled={busy} onClick={() => void release(b)}>{t('blocked.release')}</Button>}
                </li>
              ))}
            </ul>
            {d.next && <Button onClick={pages.more} loading={pages.moreBusy}>{t('common:more')}</Button>}
          </>
        ))}
      </Part>
    </Sec>
  )
}
