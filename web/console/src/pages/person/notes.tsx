/* What was said in conversations; the tags its words speak for are one press away. */
import { useState } from 'react'
import { Lock, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { TagSuggestion } from '../../api/client'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

const CHANNELS = ['call', 'wecom', 'store', 'event', 'other'] as const
const SHOWN = 3

export function Notes({ id, tagged }: { id: number; tagged: () => void }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const { may } = useSession()
  const notes = useRead(`notes${id}`, signal => ly.profile.get_people_by_id_notes(id, { signal }))
  const ideas = useRead(`ideas${id}`, signal => ly.profile.get_people_by_id_tags_suggestions(id, { signal }))
  const [all, setAll] = useState(false)
  return (
    <Sec title={t('notes.title')}>
      {may('people.write') && <Write id={id} done={() => { notes.again(); ideas.again() }} />}
      {ideas.data && ideas.data.items.length > 0 && (
        <div className="nt-i"><p className="t12 i3">{t('notes.ideas')}</p>
          <ul>{ideas.data.items.map(x => <Idea key={x.tag} id={id} x={x} done={() => { ideas.again(); tagged() }} />)}</ul></div>
      )}
      <Part read={notes} name={t('notes.title')} skeleton={<Lines n={3} />}>
        {d => (d.items.length === 0 ? <p className="t13 i3">{t('notes.none')}</p> : (
          <>
            <ul className="nt">{d.items.slice(0, all ? undefined : SHOWN).map(x => <li key={x.id}><p>{x.text}</p><small className="i3" title={f.exact(x.at)}>{t(`notes.channel.${x.channel}`)} · {x.staff_name ?? `#${x.staff}`} · {f.when(x.at)}</small></li>)}</ul>
            {d.items.length > SHOWN && !all && <button type="button" className="lnk t12" onClick={() => setAll(true)}>{t('notes.all', { n: d.items.length })}</button>}
          </>
        ))}
      </Part>
    </Sec>
  )
}

function Write({ id, done }: { id: number; done: () => void }) {
  const { t } = useTranslation('person')
  const [text, setText] = useState(''), [channel, setChannel] = useState<(typeof CHANNELS)[number]>('call')
  const { busy, problem, run } = useDeed()
  async function send() {
    if (await run(key => ly.profile.post_people_by_id_notes(id, { text: text.trim(), channel }, { key }))) { setText(''); done() }
  }
  return (
    <form className="nt-w" onSubmit={e => { e.preventDefault(); if (text.trim()) void send() }}>
      <textarea className="in" rows={2} maxLength={2000} aria-label={t('notes.text')} placeholder={t('notes.hint')} value={text} onChange={e => setText(e.target.value)} />
      <div className="row"><select className="in" aria-label={t('notes.how')} value={channel} onChange={e => setChannel(e.target.value as (typeof CHANNELS)[number])}>{CHANNELS.map(c => <option key={c} value={c}>{t(`notes.channel.${c}`)}</option>)}</select>
        <span className="sp" /><button type="submit" className="btn sm" disabled={busy || !text.trim()}>{t('notes.save')}</button></div>
      {problem && <p className="bad t12" role="alert">{problem.message}</p>}
    </form>
  )
}

/** One press gives the tag, with what was said as its evidence; one that needs a consent says which. */
function Idea({ id, x, done }: { id: number; x: TagSuggestion; done: () => void }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat(), zh = i18n.language === 'zh'
  const { may } = useSession()
  const { busy, run } = useDeed(true)
  const name = zh ? x.tag : x.en, words = x.words.join(t('notes.and'))
  async function give() {
    const d = await run(key => ly.profile.post_people_by_id_tags(id, { tag: x.tag, reason: t('notes.reason', { words }), event: x.event }, { key }))
    if (!d) return
    toast(d.done ? t('tags.added', { tag: name }) : t('tags.stands'))
    done()
  }
  const said = t(x.note ? 'notes.said' : 'notes.wrote', { words, when: f.date(x.at) })
  if (!x.permitted) return <li><span className="chip line"><Lock size={12} strokeWidth={1.8} aria-hidden />{name}</span><small className="i3">{t('tags.needs', { purpose: t(`consent.${x.purpose}`, { defaultValue: x.purpose }) })}</small></li>
  return <li>{may('people.write') ? <button type="button" className="chip water" disabled={busy} title={said} aria-label={t('notes.give', { tag: name })} onClick={() => void give()}><Plus size={12} strokeWidth={2} aria-hidden />{name}</button> : <span className="chip">{name}</span>}<small className="i3 el">{said}</small></li>
}
