/* What made somebody one person: identities with their time, and the joins, each of which can be taken back. */
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { MergeView, PersonView } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

export function Merged({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const read = useRead(`merges${p.id}`, signal => ly.merges.get_people_by_id_merges(p.id, { signal }))
  return (
    <Sec title={t('merged.title')}>
      <Part read={read} name={t('merged.title')} skeleton={<Lines n={3} />}>
        {d => (
          <>
            <dl className="idn">
              {d.identities.map(i => (
                <div key={i.subject} className={i.until ? 'old' : ''}><dt>{t(`identity.${i.kind}`, { defaultValue: i.kind })}</dt>
                  <dd><span className="mono i2">{i.label ?? '••••'}</span>
                    {(i.from ?? i.until) && <small>{i.from && t('identity.since', { when: f.date(i.from) })} {i.until && t('merged.until', { when: f.date(i.until) })}</small>}</dd></div>
              ))}
            </dl>
            {d.merges.length === 0 ? <p className="t13 i3">{t('merged.none')}</p> : <ul className="mgd">{d.merges.map(m => <Merge key={m.id} m={m} again={read.again} />)}</ul>}
          </>
        )}
      </Part>
    </Sec>
  )
}

function Merge({ m, again }: { m: MergeView; again: () => void }) {
  const { t } = useTranslation('person')
  const { may } = useSession()
  const f = useFormat(), id = useId()
  const [asking, setAsking] = useState(false), [note, setNote] = useState('')
  const { busy, run } = useDeed(true)
  const split = () => run(async () => {
    const d = await ly.merges.post_merges_by_id_split(m.id, { note: note.trim() })
    toast(t(d.done ? 'merged.split_done' : 'merged.split_signed'))
    setAsking(false); again()
  })
  return (
    <li className={m.ended ? 'gone' : ''}>
      <div className="row"><span className="sp">{t(`merged.why.${m.why}`, { defaultValue: m.why })}{m.kind && <> · {t(`identity.${m.kind}`, { defaultValue: m.kind })}</>}
        <small className="i3"> {m.by || m.source} · {f.date(m.at)} · {m.confidence}%{m.ended && <> · {t(m.ended_by === 'identity' ? 'merged.ended_hands' : 'merged.ended', { name: m.ended_by ?? '', when: f.date(m.ended) })}</>}</small></span>
        {!m.ended && may('people.merge') && !asking && <button type="button" className="lnk" onClick={() => setAsking(true)}>{t('merged.split')}</button>}</div>
      {asking && (
        <form className="row" onSubmit={e => { e.preventDefault(); void split() }}>
          <label className="sr" htmlFor={id}>{t('merged.note')}</label>
          <input id={id} className="fld sp" value={note} maxLength={200} placeholder={t('merged.note')} onChange={e => setNote(e.target.value)} autoFocus />
          <button type="submit" className="btn" disabled={busy || note.trim().length < 2}>{t('merged.split')}</button>
          <button type="button" className="lnk" onClick={() => setAsking(false)}>{t('common:cancel')}</button>
        </form>
      )}
    </li>
  )
}
