import { useTranslation } from 'react-i18next'
import { ShieldCheck, ShieldX } from 'lucide-react'
import type { PersonView, TagView } from '../../api/types'
import { useFormat } from '../../text/format'
import { ClockGlyph, Sec, useNow } from '../../ui'
import { Masked } from '../../ui/masked'
import { Merged } from './merged'
import { Traits } from './traits'

export function Facts({ p }: { p: PersonView }) {
  return <div className="p3-l"><Identity p={p} /><Merged p={p} /><Tags p={p} /><Traits p={p} /><Consents p={p} /></div>
}

function Identity({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const known = p.contacts.filter(c => c.kind !== 'name')         // the name stands in the head
  const ids = p.identities.filter(i => i.label)
  const nth = (kind: string, id: number) => p.contacts.filter(c => c.kind === kind).findIndex(c => c.id === id)
  return (
    <Sec title={t('identity.title')} note={t('identity.note', { n: p.identities.length })}>
      <dl className="idn">
        {known.map(c => <div key={c.id}><dt>{t(`common:personal.${c.kind}`)}</dt><dd><Masked person={p.id} kind={c.kind} masked={c.masked} nth={nth(c.kind, c.id)} /><small>{t('identity.since', { when: f.date(c.at) })}</small></dd></div>)}
        {ids.map(i => <div key={`${i.kind}${i.label}`}><dt>{t(`identity.${i.kind}`, { defaultValue: i.kind })}</dt><dd><span className="mono i2">{i.label}</span></dd></div>)}
      </dl>
      {known.length + ids.length === 0 && <p className="t13 i3">{t('identity.none')}</p>}
    </Sec>
  )
}

function Tags({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const f = useFormat(), now = useNow(60_000)
  const rest = (x: TagView) => (x.until ? Math.max(0, Math.min(1, (Date.parse(x.until) - now) / Math.max(1, Date.parse(x.until) - Date.parse(x.since)))) : undefined)
  return (
    <Sec title={t('tags.title')}>
      {p.tags.length === 0 ? <p className="t13 i3">{t('tags.none')}</p> : (
        <ul className="tg">
          {p.tags.map(x => {
            const left = rest(x)
            return (
              <li key={x.tag}>
                <span className="chip">{x.tag}</span><span className="ev el" title={x.event_kind ?? x.source}>{x.event_kind ?? x.source} · {f.date(x.since)}</span>
                {left != null && x.until && <span title={t('tags.fades', { when: f.date(x.until) })}><ClockGlyph share={left} color="var(--s4)" size={12} /><span className="sr">{t('tags.fades', { when: f.date(x.until) })}</span></span>}
              </li>
            )
          })}
        </ul>
      )}
    </Sec>
  )
}

function Consents({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  return (
    <Sec title={t('consent.title')}>
      {p.consents.length === 0 ? <p className="t13 i3">{t('consent.none')}</p> : (
        <ul className="cs">
          {p.consents.map(c => {
            const Icon = c.given ? ShieldCheck : ShieldX
            return (
              <li key={c.purpose} title={c.text_version}>
                <Icon size={14} strokeWidth={1.7} className={c.given ? 'good' : 'i3'} aria-hidden /><span className="sp">{t(`consent.${c.purpose}`, { defaultValue: c.purpose })}</span>
                <span className="t12 i3 num">{t(c.given ? 'consent.given' : 'consent.withdrawn', { when: f.date(c.at) })}</span>
              </li>
            )
          })}
        </ul>
      )}
    </Sec>
  )
}
