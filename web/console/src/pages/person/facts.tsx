import { useTranslation } from 'react-i18next'
import type { PersonView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Masked } from '../../ui/masked'
import { Consents } from './consents'
import { Merged } from './merged'
import { Tags } from './tags'
import { Tiers } from './tiers'
import { Traits } from './traits'

export function Facts({ p }: { p: PersonView }) {
  return <div className="p3-l"><Identity p={p} /><Merged p={p} /><Tiers id={p.id} /><Tags id={p.id} /><Traits p={p} /><Consents id={p.id} /></div>
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
