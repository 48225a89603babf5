/* Tags with what they stand on: deeds, source, what is left of them; a lock where the consent is missing. */
import { useState } from 'react'
import { Lock, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { HeldTag } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { ClockGlyph, Sec, useNow } from '../../ui'
import { Pop } from '../../ui/pop'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'
import { Notes } from './notes'

const CLASSES = ['audience', 'behaviour', 'fact', ''] as const

export function Tags({ id }: { id: number }) {
  const { t } = useTranslation('person')
  const { may } = useSession()
  const read = useRead(`tags${id}`, signal => ly.profile.get_people_by_id_tags(id, { signal }))
  const items = (read.data?.items ?? []).filter(x => !x.covered)
  return (
    <><Sec title={t('tags.title')} act={may('people.write') && <Add id={id} done={read.again} />}>
      <Part read={read} name={t('tags.title')} skeleton={<Lines n={4} />}>
        {() => (items.length === 0 ? <p className="t13 i3">{t('tags.none')}</p> : (
          <dl className="tgs">
            {CLASSES.map(k => {
              const list = items.filter(x => (x.class ?? '') === k)
              return list.length > 0 && <div key={k}><dt>{t(`tags.class.${k || 'other'}`)}</dt><dd><ul className="tg">{list.map((x, i) => <Tag key={x.tag ?? `${x.family}${i}`} id={id} x={x} gone={read.again} />)}</ul></dd></div>
            })}
          </dl>
        ))}
      </Part>
    </Sec>
    <Notes id={id} tagged={read.again} /></>
  )
}

function Tag({ id, x, gone }: { id: number; x: HeldTag; gone: () => void }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat(), now = useNow(60_000)
  const { may } = useSession()
  if (x.locked) return <li><span className="chip line"><Lock size={12} strokeWidth={1.8} aria-hidden />{i18n.language === 'zh' ? x.family : x.family_en ?? x.family}</span><span className="ev el">{t('tags.locked')}</span></li>
  const span = x.until && Math.max(1, Date.parse(x.until) - Date.parse(x.seen))
  const left = x.until && span ? Math.max(0, Math.min(1, (Date.parse(x.until) - now) / span)) : undefined
  const n = x.deeds.reduce((sum, d) => sum + d.n, 0)
  const days = x.deeds.length ? Math.max(1, Math.round((now - Date.parse(x.deeds[x.deeds.length - 1].day)) / 86_400_000)) : 0
  const why = n ? t('tags.deeds', { n, days }) : x.origin === 'rule' ? f.date(x.since) : `${t(`tags.origin.${x.origin}`)} · ${f.date(x.seen)}`
  const more = [x.rule && t('tags.rule', { rule: x.rule }), x.reason, x.confidence < 100 && t('tags.sure', { n: x.confidence }), `#${x.event}`].filter(Boolean).join(' · ')
  return (
    <li>
      <span className="chip" title={i18n.language === 'zh' ? x.en : x.tag}>{i18n.language === 'zh' ? x.tag : x.en ?? x.tag}</span>
      <span className="ev el" title={more}>{why}{x.confidence < 100 && ` · ${x.confidence}%`}</span>
      {left != null && x.until && <span title={t('tags.fades', { when: f.date(x.until) })}><ClockGlyph share={left} color="var(--s4)" size={12} /><span className="sr">{t('tags.fades', { when: f.date(x.until) })}</span></span>}
      {may('people.write') && <Remove id={id} tag={x.tag ?? ''} label={i18n.language === 'zh' ? x.tag : x.en ?? x.tag} done={gone} />}
    </li>
  )
}

function useTagging(done: () => void) {
  const { busy, problem, run } = useDeed()
  const tagging = (f: (key: string) => Promise<{ done: boolean; why?: string }>, said: string, close: () => void, not: (why: string) => string) => run(async key => {
    const a = await f(key)
    toast(a.done ? said : not(a.why ?? ''))
    close()
    done()
  })
  return { busy, problem, run: tagging }
}

/** Two presses: open, and the tag. A reason may be written before; without one it says that staff marked it. */
function Add({ id, done }: { id: number; done: () => void }) {
  const { t, i18n } = useTranslation('person')
  const [open, setOpen] = useState(false), zh = i18n.language === 'zh'
  const [find, setFind] = useState(''), [reason, setReason] = useState('')
  const library = useRead(open ? 'library' : null, signal => ly.record.get_tags({ limit: 100, sort: 'name' }, { signal }))
  const deed = useTagging(done)
  const q = find.trim().toLowerCase()
  const items = (library.data?.items ?? []).filter(x => !q || [x.name, x.en, x.family, x.family_en ?? ''].some(y => y.toLowerCase().includes(q)))
  const not = (why: string) => (why.startsWith('consent:') ? t('tags.needs', { purpose: t(`consent.${why.slice(8)}`, { defaultValue: why.slice(8) }) }) : t('tags.stands'))
  const give = (tag: string, close: () => void) => void deed.run(key => ly.profile.post_people_by_id_tags(id, { tag, reason: reason.trim().length >= 2 ? reason.trim() : t('tags.by_hand') }, { key }), t('tags.added', { tag }), close, not)
  return (
    <Pop onOpen={() => { setOpen(true); setFind(''); setReason('') }} button={(on, toggle) => <button type="button" className="lnk" aria-expanded={on} onClick={toggle}>{t('tags.add')}</button>}>
      {close => (
        <div className="ask tgp">
          <input className="in" aria-label={t('tags.which')} placeholder={t('tags.which')} maxLength={60} value={find} onChange={e => setFind(e.target.value)} />
          <div className="tgp-l" tabIndex={0} role="group" aria-label={t('tags.pick')}>
            {CLASSES.slice(0, 3).map(k => {
              const list = items.filter(x => x.class === k)
              return list.length > 0 && <div key={k}><p className="t12 i3">{t(`tags.class.${k}`)}</p><p className="tgp-c">{list.map(x => <button key={x.id} type="button" className="chip" disabled={deed.busy} title={zh ? x.note ?? x.family : x.note_en ?? x.family_en ?? x.family} onClick={() => give(x.name, close)}>{x.purpose && <Lock size={11} strokeWidth={1.8} aria-hidden />}{zh ? x.name : x.en}</button>)}</p></div>
            })}
            {library.data && items.length === 0 && <p className="t13 i3">{t('tags.no_such')}</p>}
          </div>
          <input className="in" aria-label={t('why')} maxLength={200} value={reason} onChange={e => setReason(e.target.value)} placeholder={t('tags.why_hint')} />
          {deed.problem && <p className="bad t12" role="alert">{deed.problem.message}</p>}
          <small className="i3">{t('audited')}</small>
        </div>
      )}
    </Pop>
  )
}

function Remove({ id, tag, label, done }: { id: number; tag: string; label?: string; done: () => void }) {
  const { t } = useTranslation('person')
  const [reason, setReason] = useState('')
  const deed = useTagging(done)
  const field = `untag-${tag}`
  return (
    <Pop className="to-r" onOpen={() => setReason('')} button={(on, toggle) => <button type="button" className="ib xs" aria-expanded={on} aria-label={t('tags.remove', { tag: label })} onClick={toggle}><X size={12} strokeWidth={2} aria-hidden /></button>}>
      {close => (
        <form className="ask" onSubmit={e => { e.preventDefault(); if (reason.trim().length >= 2) void deed.run(key => ly.profile.post_people_by_id_tags_remove(id, { tag, reason: reason.trim() }, { key }), t('tags.removed', { tag }), close, () => t('tags.gone')) }}>
          <label htmlFor={field}>{t('tags.remove', { tag: label })}: {t('why')}</label>
          <input className="in" id={field} autoFocus maxLength={200} value={reason} onChange={e => setReason(e.target.value)} />
          {deed.problem && <p className="bad t12" role="alert">{deed.problem.message}</p>}
          <div className="row"><small className="i3 sp">{t('audited')}</small><button className="btn sm" type="submit" disabled={deed.busy || reason.trim().length < 2}>{t('tags.take')}</button></div>
        </form>
      )}
    </Pop>
  )
}
